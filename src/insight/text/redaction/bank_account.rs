//! International bank account numbers (ISO 13616).

use std::sync::LazyLock;

use regex::Regex;

use super::RedactedSpan;
use super::surroundings::joins;

/// Country and check digits.
static HEAD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[A-Za-z]{2}[0-9]{2}|[A-Z]{2}[ \u{A0}][0-9]{2}").ok());

/// Characters of an account number by country, from SWIFT's IBAN registry.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 \
    DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 \
    IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 \
    OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 \
    UA29 VA22 VG24 XK20 YE30";

/// Lengths of accounts whose country is not in the list.
const SHORTEST: usize = 15;
const LONGEST: usize = 34;

/// The account numbers in a text, in their order: those whose remainder by 97 is 1.
pub(super) fn spans(text: &str) -> Vec<RedactedSpan> {
    let mut found: Vec<RedactedSpan> = Vec::new();
    for head in HEAD.iter().flat_map(|head| head.find_iter(text)) {
        let start = head.start();
        let taken = found.last().is_some_and(|span| start < span.end);
        if !taken && !text[..start].chars().next_back().is_some_and(joins) {
            found.extend(account_end(&text[start..]).map(|length| RedactedSpan {
                start,
                end: start + length,
                label: "[iban]",
            }));
        }
    }
    found
}

/// Bytes of the account number at the beginning of `text`.
fn account_end(text: &str) -> Option<usize> {
    let wanted = text.get(..2).and_then(registered_length);
    let mut account = String::new();
    let mut blank_before = false;
    for (place, letter) in text.char_indices() {
        let is_blank = matches!(letter, ' ' | '-' | '\u{A0}' | '\u{202F}');
        if is_blank && wanted.is_some() && !blank_before {
            blank_before = true;
            continue;
        }
        if !letter.is_ascii_alphanumeric() || account.len() >= wanted.unwrap_or(LONGEST) {
            break;
        }
        blank_before = false;
        account.push(letter.to_ascii_uppercase());
        let end = place + letter.len_utf8();
        let is_long_enough =
            wanted.map_or(account.len() >= SHORTEST, |wanted| account.len() == wanted);
        let ends_here = !text[end..].chars().next().is_some_and(joins);
        if is_long_enough && ends_here {
            return (remainder_by_97(&account) == 1).then_some(end);
        }
    }
    None
}

fn registered_length(country: &str) -> Option<usize> {
    LENGTHS
        .split(' ')
        .find_map(|entry| {
            let (code, length) = entry.split_at_checked(2)?;
            code.eq_ignore_ascii_case(country).then_some(length)
        })?
        .parse()
        .ok()
}

/// The remainder by 97 of the account with its first four characters at the end and letters as 10 to 35.
fn remainder_by_97(account: &str) -> u32 {
    let (head, rest) = account.split_at_checked(4).unwrap_or((account, ""));
    rest.chars()
        .chain(head.chars())
        .filter_map(|letter| letter.to_digit(36))
        .fold(0, |remainder, value| {
            let shift = if value > 9 { 100 } else { 10 };
            (remainder * shift + value) % 97
        })
}

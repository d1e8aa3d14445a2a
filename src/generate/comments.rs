//! What customers write under a survey: sentences of themes that follow from what happened to them.
//!
//! Nothing else depends on these texts: their numbers come from a stream of their own.

use super::comment_phrases::{BLAME, CommentPhrases, CommentTheme, NEUTRAL, PRAISE, THEMES};
use super::desk::CustomerRegion;
use super::rng::{RandomDomain, RandomStream};

/// A language of comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CommentLanguage {
    English,
    German,
    French,
    Spanish,
}

impl CommentLanguage {
    fn draw(region: CustomerRegion, rng: &mut RandomStream) -> Self {
        let [english, german, french, spanish] = match region {
            CustomerRegion::NorthAmerica => [92.0, 0.0, 4.0, 4.0],
            CustomerRegion::Europe => [46.0, 28.0, 16.0, 10.0],
            CustomerRegion::Apac => [100.0, 0.0, 0.0, 0.0],
            CustomerRegion::Latam => [20.0, 0.0, 0.0, 80.0],
        };
        rng.pick(&[
            (Self::English, english),
            (Self::German, german),
            (Self::French, french),
            (Self::Spanish, spanish),
        ])
    }

    /// The phrases in this language.
    fn phrases(self, phrases: &CommentPhrases) -> &'static [&'static str] {
        match self {
            Self::English => phrases.english,
            Self::German => phrases.german,
            Self::French => phrases.french,
            Self::Spanish => phrases.spanish,
        }
    }
}

/// What a customer could write about, with weights, and where the customer is.
#[derive(Clone, Copy, Debug)]
pub(super) struct CommentOccasion {
    pub(super) seed: u64,
    pub(super) themes: [(CommentTheme, f64); 7],
    pub(super) region: CustomerRegion,
}

/// The comment under survey `id`.
pub(super) fn comment(occasion: &CommentOccasion, id: i64, quality: f64) -> String {
    let number = id.unsigned_abs();
    let mut rng = RandomStream::new(occasion.seed, RandomDomain::Comment, number, 0);
    let language = CommentLanguage::draw(occasion.region, &mut rng);
    let theme = rng.pick(&occasion.themes);
    let tone = match () {
        () if quality > 1.2 => &PRAISE,
        () if quality > 0.1 => &NEUTRAL,
        () => &BLAME,
    };
    let own = THEMES.iter().find(|(own, _)| *own == theme);
    // Those who are content seldom say why.
    let says_why = own.is_some() && rng.chance(if quality > 1.2 { 0.15 } else { 0.8 });
    let mut sentences = vec![];
    if let (true, Some((_, phrases))) = (says_why, own) {
        sentences.push(rng.any(language.phrases(phrases)));
    }
    if !says_why || rng.chance(0.35) {
        sentences.push(rng.any(language.phrases(tone)));
    }
    let mut text = sentences.join(" ");
    if rng.chance(0.04) {
        text += &signature(&mut rng);
    }
    text
}

/// What people leave in comments and should not: an address, a telephone or a card.
fn signature(rng: &mut RandomStream) -> String {
    let number = 1_000 + rng.index(9_000);
    match rng.index(3) {
        0 => format!(" Write to me: customer{number}@example.com"),
        1 => format!(" Call me on +1 202 555 {number}."),
        // The test number of card companies, which Luhn's check accepts.
        _ => " My card is 4111 1111 1111 1111.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(theme: CommentTheme, region: CustomerRegion) -> CommentOccasion {
        CommentOccasion {
            seed: 7,
            themes: [(theme, 1.0); 7],
            region,
        }
    }

    #[test]
    fn comments_repeat_and_follow_their_theme() {
        let of = |theme, id| comment(&about(theme, CustomerRegion::Apac), id, -1.0);
        assert_eq!(of(CommentTheme::Outage, 5), of(CommentTheme::Outage, 5));
        let with = |theme: CommentTheme, word: &str| {
            (0..400)
                .filter(|id| of(theme, *id).to_lowercase().contains(word))
                .count()
        };
        assert!(with(CommentTheme::Release, "update") > 100);
        assert!(with(CommentTheme::Waiting, "update") < 60);
        assert!(with(CommentTheme::Waiting, "wait") > 100);
    }

    #[test]
    fn regions_write_in_their_languages() {
        let is_spanish = |id: &i64| {
            let text = comment(
                &about(CommentTheme::Outage, CustomerRegion::Latam),
                *id,
                -1.0,
            );
            let spanish = CommentLanguage::Spanish;
            THEMES.iter().any(|(_, phrases)| {
                spanish
                    .phrases(phrases)
                    .iter()
                    .any(|own| text.starts_with(own))
            }) || spanish
                .phrases(&BLAME)
                .iter()
                .any(|own| text.starts_with(own))
        };
        let found = (0..500).filter(is_spanish).count();
        assert!((340..460).contains(&found), "{found}"); // 80 % of 500 is 400
    }
}

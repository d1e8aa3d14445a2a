use super::*;

const SIDES: ThemeSides = ThemeSides {
    n_a: 350,
    n_b: 180,
    prior: 10.0,
};

fn term(key: &str, docs_a: i64, docs_b: i64) -> TermCount {
    TermCount {
        key: key.to_owned(),
        docs_a,
        docs_b,
    }
}

fn keys(terms: &[TermCount], min_docs: i64) -> Vec<&str> {
    listed_themes(terms, SIDES, min_docs)
        .iter()
        .map(|theme| terms[theme.place].key.as_str())
        .collect()
}

/// a = 10 × 75 / 530 = 1.415: ln(62.415 / 127.585) − ln(15.415 / 344.585) = 2.392.
#[test]
fn log_odds_have_a_prior() {
    let found = contrast(14, 61, SIDES).unwrap();
    assert!((found.log_odds - 2.392_018_412_207_79).abs() < 1e-12);
    assert!((found.z - 7.902_019_116_815_564).abs() < 1e-12);
}

#[test]
fn a_pair_with_the_documents_of_its_stem_is_left_out() {
    let terms = [
        term("custom", 5, 20),
        term("custom servic", 5, 20),
        term("servic", 30, 40),
        term("slow", 14, 61),
        term("slow servic", 14, 60),
        term("not work", 2, 30),
    ];
    assert_eq!(
        keys(&terms, 5),
        ["slow", "slow servic", "not work", "custom", "servic"]
    );
}

#[test]
fn rare_terms_are_not_listed_and_not_counted() {
    let terms = [term("slow", 14, 61), term("typo", 0, 4)];
    let themes = listed_themes(&terms, SIDES, 5);
    assert_eq!(themes.len(), 1);
    assert_eq!(themes[0].p_adjusted, Some(themes[0].contrast.unwrap().p));
}

#[test]
fn without_a_side_there_is_no_contrast() {
    let sides = ThemeSides { n_a: 0, ..SIDES };
    let themes = listed_themes(&[term("slow", 0, 61)], sides, 5);
    assert_eq!(themes[0].share_a, None);
    assert_eq!((themes[0].contrast, themes[0].p_adjusted), (None, None));
}

/// No document is without the term, so there are no odds.
#[test]
fn a_term_in_all_documents_has_no_odds() {
    assert_eq!(contrast(350, 180, SIDES), None);
    let no_prior = ThemeSides {
        prior: 0.0,
        ..SIDES
    };
    assert_eq!(contrast(0, 12, no_prior), None);
}

/// The digits of a far tail: z is above 40, and p is not 0 nor NaN.
#[test]
fn far_tails_have_digits() {
    let sides = ThemeSides {
        n_a: 100_000,
        n_b: 100_000,
        prior: 10.0,
    };
    let found = contrast(1_000, 2_500, sides).unwrap();
    assert!(found.p > 0.0 && found.p < 1e-100, "{found:?}");
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let mut terms = vec![term("b", 5, 5), term("a", 5, 5), term("slow", 14, 61)];
    assert_eq!(keys(&terms, 1), ["slow", "a", "b"]);
    terms.reverse();
    assert_eq!(keys(&terms, 1), ["slow", "a", "b"]);
}

use super::*;

fn keys(text: &str, language: Option<&str>) -> String {
    let reader = TermReader::new(language, true, &[]);
    let terms = reader.document_terms(text).unwrap_or_default();
    let keys: Vec<_> = terms.iter().map(|term| term.key.as_str()).collect();
    keys.join("|")
}

fn written(text: &str) -> String {
    let terms = TermReader::new(Some("en"), true, &[])
        .document_terms(text)
        .unwrap();
    let written: Vec<_> = terms.iter().map(|term| term.written.as_str()).collect();
    written.join("|")
}

#[test]
fn stems_and_pairs_of_stems() {
    assert_eq!(
        keys("The app crashes; crashing App!", Some("en")),
        "app|crash|app crash|crash app"
    );
    assert_eq!(
        written("The app crashes; crashing App!"),
        "app|crashes|app crashes|crashing app"
    );
}

#[test]
fn pairs_reach_over_stop_words_and_not_over_phrases() {
    assert_eq!(
        written("Waiting for the refund. Invoice wrong"),
        "waiting|refund|waiting for the refund|invoice|wrong|invoice wrong"
    );
    assert_eq!(keys("slow, refund", Some("en")), "slow|refund");
}

#[test]
fn negations_make_pairs_only() {
    assert_eq!(keys("not good", Some("en")), "good|not good");
    assert_eq!(keys("It doesn’t work", Some("en")), "work|not work");
    assert_eq!(keys("It didn't work", Some("en")), "work|not work");
    assert_eq!(keys("nicht gut", Some("de")), "gut|nicht gut");
    assert_eq!(keys("good not", Some("en")), "good");
}

#[test]
fn a_term_counts_its_occurrences() {
    let terms = TermReader::new(Some("en"), false, &[])
        .document_terms("slow slow, very slow app")
        .unwrap();
    let found: Vec<_> = terms
        .iter()
        .map(|term| (term.key.as_str(), term.occurrences))
        .collect();
    assert_eq!(found, [("slow", 3), ("app", 1)]);
}

#[test]
fn the_callers_stop_words_are_read_as_words() {
    let reader = TermReader::new(Some("en"), true, &["App".to_owned(), "DON’T".to_owned()]);
    let terms = reader
        .document_terms("the app is slow, don't wait")
        .unwrap();
    let keys: Vec<_> = terms.iter().map(|term| term.key.as_str()).collect();
    assert_eq!(keys, ["slow", "wait"]);
}

#[test]
fn numbers_letters_and_emoji_are_no_terms() {
    assert_eq!(keys("24 7 x 😡 v2.3.1", Some("en")), "v2.3.1");
    assert_eq!(keys("返金", None), "返|金|返 金");
    for text in ["", "😡😡", "\0", " …—!! "] {
        assert_eq!(keys(text, Some("en")), "");
        assert_eq!(TermReader::new(None, true, &[]).document_terms(text), None);
    }
    let stop_words = TermReader::new(Some("en"), true, &[]).document_terms("the");
    assert_eq!(stop_words, Some(Vec::new()));
}

#[test]
fn long_texts_take_linear_time() {
    let reader = TermReader::new(Some("en"), true, &[]);
    for piece in [
        "a",
        "ab ",
        "y",
        "the ",
        "not ",
        "not work ",
        "e\u{301}",
        "'",
        "a'",
        "ﷺ ",
        "\u{301}",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        let started = std::time::Instant::now();
        let _ = reader.document_terms(&text);
        assert!(
            started.elapsed().as_secs() < 5,
            "{piece}: {:?}",
            started.elapsed()
        );
    }
}

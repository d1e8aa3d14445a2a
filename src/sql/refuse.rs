//! Refusals: what the parser would take and the planner then ignore or misread.

use datafusion::common::{Diagnostic, Span};
use datafusion::error::{DataFusionError, Result};
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::statement::is_word;

/// Word sequences that the grammar would read as something else, mostly as a table alias.
const MISREAD: [(&[&str], &str); 3] = [
    (
        &["positional", "join"],
        "POSITIONAL JOIN is not supported: number the rows on both sides with row_number() OVER (ORDER BY ..) and join on the number",
    ),
    (
        &["using", "sample"],
        "USING SAMPLE is not supported: write WHERE random() < 0.1 for about a tenth of the rows",
    ),
    (
        &["tablesample"],
        "TABLESAMPLE is not supported: write WHERE random() < 0.1 for about a tenth of the rows",
    ),
];

/// Refuses by the words alone, before parsing.
///
/// # Errors
/// When a refused form is met; the text says what to write instead.
pub(super) fn tokens(tokens: &[TokenWithSpan]) -> Result<()> {
    let words: Vec<&TokenWithSpan> = tokens
        .iter()
        .filter(|t| !matches!(t.token, Token::Whitespace(_)))
        .collect();
    for (form, advice) in MISREAD {
        let met = words.windows(form.len()).find(|window| {
            form.iter()
                .zip(window.iter())
                .all(|(word, token)| is_word(&token.token, word))
        });
        if let Some(window) = met {
            return Err(refused(
                advice,
                Span::try_from_sqlparser_span(window[0].span),
            ));
        }
    }
    Ok(())
}

/// A refusal at a place.
pub(super) fn refused(advice: &str, span: Option<Span>) -> DataFusionError {
    DataFusionError::Plan(advice.to_owned())
        .with_diagnostic(Diagnostic::new_error(advice.to_owned(), span))
}

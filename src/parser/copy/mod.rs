//! `COPY .. TO 'file' (FORMAT csv, HEADER, ..)`, as `PostgreSQL` and DuckDB write it.
//!
//! DataFusion's parser knows `STORED AS`, `PARTITIONED BY` and `OPTIONS` only. Everything else is taken out
//! of the tokens before it, and becomes those clauses of the statement after it. What the engine has no
//! option for (`OVERWRITE`, `FORCE_QUOTE`, ..) goes on as options with the prefix `OWN`.

mod clauses;
mod compression;
mod names;
mod option;
mod settle;

use datafusion::error::DataFusionError;
use datafusion::sql::parser::Statement as DFStatement;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::token_kind::{is_blank, is_word};
pub(crate) use names::ExportName;
use option::WrittenOption;

/// Prefix of the options that deskql itself obeys.
pub(crate) const OWN: &str = "deskql_copy.";

/// Words that may stand between `EXPLAIN` and the statement.
const EXPLAINING: [&str; 9] = [
    "explain", "analyze", "verbose", "format", "tree", "indent", "graphviz", "pgjson", "text",
];

/// A `COPY` statement in two parts.
#[derive(Debug)]
pub(super) struct CopyForm {
    /// What DataFusion's parser reads.
    pub(super) tokens: Vec<TokenWithSpan>,
    options: Vec<WrittenOption>,
    /// True if the options stand in parentheses, or are none: a target without an ending is a file then.
    is_plain: bool,
}

impl CopyForm {
    /// Takes a `COPY` apart; `None` for any other statement.
    ///
    /// # Errors
    /// When a form of `COPY` is not supported, or a clause is misspelt.
    pub(super) fn read(tokens: &[TokenWithSpan]) -> Result<Option<Self>, DataFusionError> {
        match start(tokens) {
            Some(start) => clauses::read(tokens, start).map(Some),
            None => Ok(None),
        }
    }

    /// Puts the options into the parsed statement.
    ///
    /// # Errors
    /// When an option is unknown, or does not fit the format or another option.
    pub(super) fn settle(self, statement: &mut DFStatement) -> Result<(), DataFusionError> {
        match statement {
            DFStatement::CopyTo(copy) => settle::settle(copy, self.options, self.is_plain),
            DFStatement::Explain(explain) => self.settle(&mut explain.statement),
            _ => Ok(()),
        }
    }
}

/// Index of the word `COPY`, first or behind `EXPLAIN`.
fn start(tokens: &[TokenWithSpan]) -> Option<usize> {
    for (index, token) in tokens.iter().enumerate() {
        if is_blank(&token.token) {
            continue;
        }
        if is_word(&token.token, "copy") {
            return Some(index);
        }
        let passes = matches!(token.token, Token::LParen | Token::RParen | Token::Comma)
            || EXPLAINING.iter().any(|word| is_word(&token.token, word));
        if !passes {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::parser::parse;

    fn settled(sql: &str) -> String {
        parse(sql).unwrap().remove(0).to_string()
    }

    fn refusal(sql: &str) -> String {
        parse(sql).unwrap_err().to_string()
    }

    #[test]
    fn options_become_those_of_the_engine() {
        let sql =
            "COPY t TO 'a.csv' (FORMAT csv, HEADER, DELIMITER ';', NULL '-', FORCE_QUOTE (a, b))";
        assert_eq!(
            settled(sql),
            "COPY t TO a.csv STORED AS CSV OPTIONS ('format.has_header' 'true', 'format.delimiter' ';', \
             'format.null_value' '-', 'deskql_copy.force_quote' 'a\nb', 'deskql_copy.single_file' 'auto')"
        );
    }

    #[test]
    fn postgres_forms_are_read() {
        for sql in [
            "COPY t TO 'a' WITH (FORMAT csv, HEADER true)",
            "COPY t TO 'a' WITH CSV HEADER",
            "COPY t TO 'a' CSV HEADER",
            "EXPLAIN COPY t TO 'a' (FORMAT 'csv', HEADER on)",
        ] {
            let text = settled(sql);
            assert!(text.contains("STORED AS CSV"), "{sql}: {text}");
            assert!(text.contains("'format.has_header' 'true'"), "{sql}: {text}");
        }
        assert!(settled("COPY t (a, b) TO 'a.csv'").starts_with("COPY (SELECT a, b FROM t) TO"));
    }

    #[test]
    fn endings_tell_format_and_compression() {
        for (target, format, compression) in [
            ("a.csv.gz", "CSV", "gzip"),
            ("a.ndjson.zst", "JSON", "zstd"),
            ("b/a.JSON.GZ", "JSON", "gzip"),
            ("s3://b/a.tsv.bz2", "CSV", "bzip2"),
        ] {
            let text = settled(&format!("COPY t TO '{target}'"));
            assert!(text.contains(&format!("STORED AS {format}")), "{text}");
            assert!(
                text.contains(&format!("'format.compression' '{compression}'")),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_misspelt_or_does_not_fit_is_refused_with_what_does() {
        for (sql, said) in [
            (
                "COPY t TO 'a.csv' (HEADR)",
                "no option 'headr' of COPY .. (FORMAT csv); did you mean header?",
            ),
            (
                "COPY t TO 'a.csv' (ROW_GROUP_SIZE 5)",
                "row_group_size is an option of parquet, and this is csv",
            ),
            (
                "COPY t TO 'a.csv' (DELIMITER ';;')",
                "delimiter takes one character",
            ),
            (
                "COPY t TO 'a.csv' (HEADER maybe)",
                "header takes true or false",
            ),
            (
                "COPY t TO 'a.csv' (FORMAT cvs)",
                "no format 'cvs' to write; did you mean csv?",
            ),
            (
                "COPY t TO 'a.csv' (HEADER, HEADER false)",
                "header is given twice",
            ),
            (
                "COPY t TO 'a.csv.gz' (COMPRESSION zstd)",
                "the name ends in .gz, and compression says zstd",
            ),
            (
                "COPY t TO 'a/' (FORMAT csv, OVERWRITE, APPEND)",
                "OVERWRITE and APPEND",
            ),
            ("COPY t FROM 'a.csv'", "COPY .. FROM is not supported"),
            ("COPY t TO STDOUT", "COPY .. TO STDOUT is not supported"),
            ("COPY t TO 'a.csv' OVERWRIT", "did you mean OVERWRITE?"),
        ] {
            let text = refusal(sql);
            assert!(text.contains(said), "{sql}: {text}");
        }
    }
}

//! SQL keywords that are highlighted and completed. The parser has many more, but most of those are
//! also column names (`name`, `status`, `priority`).

/// Keywords that begin a statement.
pub(super) const STATEMENTS: &[&str] = &[
    "SELECT",
    "FROM",
    "WITH",
    "SUMMARIZE",
    "DESCRIBE",
    "SHOW TABLES",
    "SHOW ALL",
    "SHOW COLUMNS FROM",
    "SHOW FUNCTIONS",
    "SHOW",
    "SET",
    "RESET",
    "EXPLAIN",
    "EXPLAIN ANALYZE",
    "CREATE TABLE",
    "CREATE VIEW",
    "CREATE OR REPLACE VIEW",
    "CREATE EXTERNAL TABLE",
    "INSERT INTO",
    "COPY",
    "DROP TABLE",
    "DROP VIEW",
    "PREPARE",
    "EXECUTE",
    "DEALLOCATE",
    "VALUES",
];

/// Keywords after a complete expression or table, most likely first.
pub(super) const CLAUSES: &[&str] = &[
    "FROM",
    "WHERE",
    "GROUP BY ALL",
    "GROUP BY",
    "ORDER BY ALL",
    "ORDER BY",
    "LIMIT",
    "HAVING",
    "QUALIFY",
    "AS",
    "AND",
    "OR",
    "JOIN",
    "LEFT JOIN",
    "RIGHT JOIN",
    "FULL JOIN",
    "INNER JOIN",
    "CROSS JOIN",
    "ON",
    "USING",
    "FILTER",
    "OVER",
    "WITHIN GROUP",
    "IS NULL",
    "IS NOT NULL",
    "IN",
    "NOT IN",
    "LIKE",
    "NOT LIKE",
    "ILIKE",
    "BETWEEN",
    "ASC",
    "DESC",
    "NULLS FIRST",
    "NULLS LAST",
    "OFFSET",
    "UNION",
    "UNION ALL",
    "UNION BY NAME",
    "INTERSECT",
    "EXCEPT",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "TO",
    "STORED AS PARQUET",
    "STORED AS CSV",
    "STORED AS JSON",
    "LOCATION",
    "OPTIONS",
    "ROWS BETWEEN",
    "RANGE BETWEEN",
    "UNBOUNDED PRECEDING",
    "UNBOUNDED FOLLOWING",
    "PRECEDING",
    "FOLLOWING",
    "CURRENT ROW",
    "WINDOW",
    "GROUPING SETS",
    "ROLLUP",
    "CUBE",
    "ESCAPE",
    "AT TIME ZONE",
    "EXCLUDE",
    "REPLACE",
    "RENAME",
];

/// Keywords that begin an expression.
pub(super) const OPERANDS: &[&str] = &[
    "DISTINCT",
    "CASE",
    "CAST",
    "TRY_CAST",
    "EXTRACT",
    "NOT",
    "NULL",
    "TRUE",
    "FALSE",
    "EXISTS",
    "SELECT",
    "ALL",
    "ANY",
    "INTERVAL",
    "DATE",
    "TIMESTAMP",
    "PARTITION BY",
    "COLUMNS",
    "VALUES",
    "LATERAL",
    "RECURSIVE",
    "IF NOT EXISTS",
    "IF EXISTS",
    "WHERE",
    "ORDER BY",
];

/// Types for casts.
pub(super) const TYPES: &[&str] = &[
    "BIGINT",
    "BOOLEAN",
    "DATE",
    "DECIMAL",
    "DOUBLE",
    "INTEGER",
    "INTERVAL",
    "REAL",
    "SMALLINT",
    "TIME",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "TINYINT",
    "VARCHAR",
];

/// True if `word` is highlighted as a keyword.
pub(super) fn is_keyword(word: &str) -> bool {
    // Parts of phrases that are more often column names.
    const NAMES: [&str; 7] = [
        "FIRST", "LAST", "LOCATION", "NAME", "OPTIONS", "TIME", "ZONE",
    ];
    let is = |known: &str| known.eq_ignore_ascii_case(word);
    let lists = [STATEMENTS, CLAUSES, OPERANDS, TYPES];
    let mut phrases = lists.into_iter().flatten();
    phrases.any(|phrase| phrase.split(' ').any(is)) && !NAMES.into_iter().any(is)
}

/// True if `word` can never be the alias of the table before it.
pub(super) fn ends_a_table(word: &str) -> bool {
    let more = ["NATURAL", "SEMI", "ANTI", "LEFT", "SET", "VALUES", "SELECT"];
    let mut phrases = CLAUSES.iter().chain(&more);
    phrases.any(|phrase| {
        let first = phrase.split(' ').next().unwrap_or_default();
        first.eq_ignore_ascii_case(word)
    })
}

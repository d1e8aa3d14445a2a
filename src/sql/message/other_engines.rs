//! Functions of `DuckDB`, `PostgreSQL` and others that do not exist here: what to write in their place.

/// Names, and the expression that gives the same, or the nearest to it.
const INSTEAD: &[(&[&str], &str)] = &[
    (
        &["format", "printf"],
        "join the parts: a || ' ' || round(b, 2); strftime writes times",
    ),
    (
        &["skewness"],
        "avg(power(z, 3)) over a subquery with z = (x - avg(x) OVER ()) / stddev_pop(x) OVER ()",
    ),
    (
        &["kurtosis", "kurtosis_pop"],
        "avg(power(z, 4)) - 3 over a subquery with z = (x - avg(x) OVER ()) / stddev_pop(x) OVER ()",
    ),
    (&["geomean", "geometric_mean"], "exp(avg(ln(x)))"),
    (&["sem"], "stddev_pop(x) / sqrt(count(x))"),
    (&["sum_no_overflow"], "sum(x)"),
    (&["bitstring_agg"], "bit_or(x)"),
    (&["reservoir_quantile"], "quantile_cont(x, q)"),
    (&["hll"], "approx_distinct(x)"),
    (
        &["approx_top_k"],
        "GROUP BY x ORDER BY count(*) DESC LIMIT k",
    ),
    (&["ratio_to_report"], "x / nullif(sum(x) OVER (), 0.0)"),
    (
        &["array"],
        "(SELECT array_agg(x ORDER BY x) FROM ..) in place of ARRAY(SELECT ..)",
    ),
    (
        &["collect_list", "collect_set"],
        "array_agg(x), array_agg(DISTINCT x)",
    ),
    (
        &["json_agg", "jsonb_agg", "json_group_array"],
        "to_json(array_agg(x))",
    ),
    (
        &["json_object_agg", "jsonb_object_agg", "json_group_object"],
        "to_json(array_agg(named_struct('key', k, 'value', v)))",
    ),
    (&["row_to_json"], "to_json(named_struct('a', a, 'b', b))"),
    (
        &[
            "regexp_split_to_array",
            "string_split_regex",
            "str_split_regex",
        ],
        "string_to_array(regexp_replace(x, pattern, chr(1), 'g'), chr(1))",
    ),
    (
        &["regexp_split_to_table", "string_to_table"],
        "unnest(string_to_array(x, ','))",
    ),
    (&["explode"], "unnest(list)"),
    (&["size"], "cardinality(list)"),
    (&["sequence"], "generate_series(first, last)"),
    (
        &[
            "list_aggregate",
            "list_aggr",
            "array_aggregate",
            "list_reduce",
            "array_reduce",
        ],
        "list_sum, list_avg, list_min, list_max or list_product, or unnest the list and aggregate",
    ),
    (
        &["list_count", "array_count"],
        "cardinality(list_filter(list, x -> x IS NOT NULL))",
    ),
    (
        &["list_unique", "array_unique"],
        "cardinality(list_distinct(list))",
    ),
    (
        &["list_where", "list_select", "list_grade_up"],
        "list_filter(list, x -> ..)",
    ),
    (&["array_upper"], "array_length(list)"),
    (&["trim_array"], "list_slice(list, 1, n)"),
    (&["array_fill"], "array_repeat(x, n)"),
    (&["map_from_entries"], "map(keys, values)"),
    (&["struct_extract"], "value['field']"),
    (&["struct_insert"], "named_struct('a', value['a'], 'b', b)"),
    (&["isnull"], "x IS NULL, or coalesce(x, other)"),
    (
        &["num_nulls", "num_nonnulls"],
        "(a IS NULL)::INT + (b IS NULL)::INT",
    ),
    (
        &["isnumeric", "is_number"],
        "TRY_CAST(x AS DOUBLE) IS NOT NULL",
    ),
    (&["to_number"], "CAST(x AS DECIMAL(18, 2))"),
    (&["try"], "TRY_CAST(x AS ..), or nullif(divisor, 0)"),
    (&["xor"], "a <> b of two conditions, # of two whole numbers"),
    (
        &["add", "subtract", "multiply", "divide"],
        "a + b, a - b, a * b, a / b",
    ),
    (&["isodd", "iseven"], "x % 2 = 1, x % 2 = 0"),
    (&["even"], "ceil(x / 2.0) * 2"),
    (&["signbit"], "x < 0"),
    (&["epoch_us", "epoch_ns"], "epoch_ms(time) * 1000"),
    (&["make_interval"], "to_days(n), to_hours(n)"),
    (
        &["clock_timestamp", "timeofday"],
        "now(), the time at which the statement began",
    ),
    (&["unix_timestamp"], "epoch(now())"),
    (&["str_to_date"], "strptime(x, '%Y-%m-%d')"),
    (&["yearweek"], "strftime(time, '%G%V')"),
    (&["century"], "ceil(date_part('year', time) / 100.0)"),
    (
        &["julian"],
        "date_diff('day', DATE '2000-01-01', time) + 2451545",
    ),
    (
        &["justify_days", "justify_hours", "justify_interval"],
        "the length itself: lengths compare by what they last",
    ),
    (
        &["hex", "to_hex_string"],
        "upper(encode(CAST(x AS BYTEA), 'hex'))",
    ),
    (&["unhex", "from_hex"], "decode(x, 'hex')"),
    (
        &["base64", "to_base64"],
        "encode(CAST(x AS BYTEA), 'base64')",
    ),
    (&["from_base64"], "decode(x, 'base64')"),
    (&["hash", "crc32"], "md5(x) or sha256(x)"),
    (
        &[
            "hamming",
            "mismatches",
            "damerau_levenshtein",
            "editdist3",
            "jaccard",
            "similarity",
            "jaro_similarity",
            "jaro_winkler_similarity",
            "soundex",
        ],
        "levenshtein(a, b), the number of edits from one text to the other",
    ),
    (
        &["strip_accents", "unaccent"],
        "translate(x, 'áéíóúñ', 'aeioun')",
    ),
    (&["parse_filename"], "regexp_extract(path, '[^/]+$')"),
    (
        &["quote_literal"],
        "'''' || replace(x, '''', '''''') || ''''",
    ),
    (&["width"], "length(x)"),
    (
        &["formatreadablesize", "format_bytes", "pg_size_pretty"],
        "round(x / 1048576.0, 1) || ' MiB'",
    ),
    (
        &["current_schema", "current_schemas"],
        "information_schema.schemata: tables are in public",
    ),
    (
        &["current_database", "current_catalog"],
        "information_schema.tables: there is one catalog",
    ),
    (&["bar"], "--chart, or \\chart in the shell"),
];

/// The answer to a call of a function of other engines: the expression to write in its place.
pub(super) fn instead(name: &str) -> Option<String> {
    let (_, instead) = INSTEAD.iter().find(|(names, _)| names.contains(&name))?;
    Some(format!("no function named '{name}': write {instead}"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_name_has_one_answer() {
        let names: Vec<&str> = INSTEAD
            .iter()
            .flat_map(|(names, _)| names.to_vec())
            .collect();
        let distinct: HashSet<&str> = names.iter().copied().collect();
        assert_eq!(names.len(), distinct.len());
        assert_eq!(
            instead("sem").unwrap(),
            "no function named 'sem': write stddev_pop(x) / sqrt(count(x))"
        );
        assert_eq!(instead("nps"), None);
    }
}

//! Reports as plain text.

use std::fmt::Write;

use bytesize::ByteSize;
use comfy_table::{Cell, CellAlignment, Table, presets};

use super::compare::{BenchComparison, QueryTimeChange};
use super::machine::BenchMachine;
use super::record::{BenchReport, BenchSetup, QueryTiming};
use super::report_timing::ReportTiming;

/// A heading with machine and data, and one line for each query.
#[must_use]
pub(crate) fn report(report: &BenchReport) -> String {
    let mut out = heading(report);
    let rows = report.queries.iter().map(row);
    out.push_str(&table(
        &[
            "query",
            "cold",
            "median",
            "spread",
            "min",
            "max",
            "rows",
            "rows read/s",
            "read",
        ],
        rows,
    ));
    for skipped in &report.skipped {
        let _ = writeln!(out, "skipped: {}", skipped.reason);
    }
    out
}

/// The same of a report: a line for each statement, the slowest first.
#[must_use]
pub(crate) fn report_timing(timing: &ReportTiming) -> String {
    let mut out = machine_and_data(&timing.build, &timing.machine, &timing.setup);
    let mut statements: Vec<_> = timing.statements.iter().collect();
    statements.sort_by(|a, b| b.median().total_cmp(&a.median()));
    let rows = statements.into_iter().map(|statement| {
        vec![
            statement.title.clone(),
            seconds(statement.median()),
            seconds(statement.scan()),
        ]
    });
    out.push_str(&table(&["statement", "median", "its scans"], rows));
    let (whole, scans) = (timing.median(), timing.scans());
    let _ = writeln!(
        out,
        "{}: {}, {:.2} times the sum of its scans ({})",
        timing.report,
        seconds(whole),
        whole / scans.max(f64::MIN_POSITIVE),
        seconds(scans)
    );
    out
}

fn heading(report: &BenchReport) -> String {
    let first = format!(
        "deskql {} ({}), DataFusion {}\n",
        report.deskql, report.build, report.datafusion
    );
    first + &machine_and_data(&report.build, &report.machine, &report.setup)
}

fn machine_and_data(build: &str, machine: &BenchMachine, setup: &BenchSetup) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}, {} cores, {}, {}",
        machine.cpu,
        machine.cores,
        ByteSize(machine.memory).display().iec(),
        machine.system
    );
    let rows: u64 = setup.tables.iter().filter_map(|(_, rows)| *rows).sum();
    let limit = setup.memory_limit.map_or_else(String::new, |bytes| {
        format!(", at most {} of memory", ByteSize(bytes).display().iec())
    });
    let _ = writeln!(
        out,
        "{} tables, {} rows; {} warm runs or more, {} threads{limit}",
        setup.tables.len(),
        thousands(rows),
        setup.runs,
        setup.threads
    );
    if build == "debug" {
        out.push_str("built without optimisation: these times say little; build with --release\n");
    }
    out.push('\n');
    out
}

fn row(timing: &QueryTiming) -> Vec<String> {
    let least = timing.warm.iter().copied().fold(f64::INFINITY, f64::min);
    let most = timing.warm.iter().copied().fold(0.0, f64::max);
    let size = |bytes: Option<u64>| {
        bytes.map_or_else(
            || "-".to_owned(),
            |bytes| ByteSize(bytes).display().iec().to_string(),
        )
    };
    vec![
        timing.name.clone(),
        seconds(timing.cold),
        seconds(timing.median()),
        format!("{:.0} %", 100.0 * timing.spread()),
        seconds(least),
        seconds(most),
        thousands(timing.rows),
        rate(timing.rows_per_second()),
        size(timing.bytes_read),
    ]
}

/// A comparison of two runs.
#[must_use]
pub(crate) fn comparison(comparison: &BenchComparison) -> String {
    let mut out = String::new();
    for difference in &comparison.differences {
        let _ = writeln!(out, "note: {difference}");
    }
    let rows = comparison.changes.iter().map(|change: &QueryTimeChange| {
        vec![
            change.name.clone(),
            seconds(change.before),
            seconds(change.after),
            format!("{:.2}", change.ratio()),
            format!("{:.2} to {:.2}", change.least, change.most),
            change.verdict.to_string(),
        ]
    });
    out.push_str(&table(
        &["query", "before", "after", "ratio", "range", ""],
        rows,
    ));
    let _ = writeln!(
        out,
        "two runs differ by about {:.0} % by chance here; a change is more than that",
        100.0 * comparison.noise
    );
    if let Some(mean) = comparison.mean_ratio() {
        let _ = writeln!(out, "geometric mean of the ratios: {mean:.2}");
    }
    for (names, what) in [
        (&comparison.only_before, "only before"),
        (&comparison.only_after, "only after"),
    ] {
        if !names.is_empty() {
            let _ = writeln!(out, "{what}: {}", names.join(", "));
        }
    }
    out
}

/// Left-aligns the first column and right-aligns the others.
fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(header.to_vec());
    for row in rows {
        table.add_row(row.into_iter().map(Cell::new));
    }
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if place > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = table.trim_fmt();
    out.push('\n');
    out
}

/// Three significant digits in a suitable unit.
fn seconds(value: f64) -> String {
    let (value, unit) = if value < 1.0 {
        (value * 1e3, "ms")
    } else {
        (value, "s")
    };
    let decimals = if value < 10.0 {
        2
    } else {
        usize::from(value < 100.0)
    };
    format!("{value:.decimals$} {unit}")
}

fn rate(value: f64) -> String {
    match value {
        v if v >= 1e9 => format!("{:.1} G", v / 1e9),
        v if v >= 1e6 => format!("{:.1} M", v / 1e6),
        v if v >= 1e3 => format!("{:.1} k", v / 1e3),
        v => format!("{v:.0}"),
    }
}

fn thousands(value: u64) -> String {
    indicatif::HumanCount(value).to_string()
}

#[cfg(test)]
mod tests {
    use super::{rate, seconds};

    #[test]
    fn numbers_are_short() {
        let texts: Vec<String> = [0.000_412, 0.0413, 0.413, 4.13, 41.3, 413.0]
            .map(seconds)
            .into();
        assert_eq!(
            texts,
            ["0.41 ms", "41.3 ms", "413 ms", "4.13 s", "41.3 s", "413 s"]
        );
        assert_eq!(rate(12_345_678.0), "12.3 M");
        assert_eq!(rate(12.0), "12");
    }
}

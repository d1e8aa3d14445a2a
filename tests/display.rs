//! Output on a terminal: readable values within the available width. Pipes and files keep the exact
//! values.

use deskql::internal::output::{self, ResultFormat, ScreenOptions};
use deskql::{Engine, EngineSettings};

use crate::support::text::Shared;

async fn shown(sql: &str, format: ResultFormat, screen: Option<ScreenOptions>) -> String {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data").to_owned();
    let settings = EngineSettings {
        data: vec![data],
        ..EngineSettings::default()
    };
    let engine = Engine::open(settings).await.unwrap();
    let mut execution = engine.run(sql).await.unwrap();
    let schema = execution.units().mark(&execution.schema());
    let sink = Shared::default();
    let mut writer = output::writer(format, &schema, Box::new(sink.clone()), screen).unwrap();
    while let Some(batch) = execution.next_batch().await.unwrap() {
        writer.write(&batch).unwrap();
    }
    writer.finish().unwrap();
    drop(writer);
    String::from_utf8(sink.take()).unwrap()
}

async fn table(sql: &str, width: usize) -> String {
    let shown = shown(sql, ResultFormat::Table, Some(ScreenOptions::new(width))).await;
    assert!(
        shown.lines().all(|line| line.chars().count() <= width),
        "{shown}"
    );
    shown
}

const KPIS: &str = "SELECT channel, count(*) * 1000 AS tickets, fcr(replies, reopens) AS fcr,
    frt(created_at, first_response_at) AS frt, duration_median(created_at, resolved_at, 'hour') AS art,
    avg(cost) AS cost, max(created_at) AS newest, max(ticket_id) AS ticket_id
    FROM tickets GROUP BY ALL ORDER BY ALL";

#[tokio::test]
async fn kpis_are_shown_with_their_units() {
    insta::assert_snapshot!("kpis_160", table(KPIS, 160).await);
    insta::assert_snapshot!("kpis_80", table(KPIS, 80).await);
}

#[tokio::test]
async fn details_are_one_line_of_parts() {
    let sql = "SELECT date_trunc('quarter', responded_at) AS quarter, nps_detail(score) AS nps
        FROM surveys WHERE kind = 'nps' GROUP BY ALL ORDER BY ALL LIMIT 4";
    insta::assert_snapshot!("details_160", table(sql, 160).await);
    insta::assert_snapshot!("details_80", table(sql, 80).await);
    let times = "SELECT channel, frt_detail(created_at, first_response_at, 'hour') AS frt
        FROM tickets GROUP BY ALL ORDER BY ALL LIMIT 3";
    insta::assert_snapshot!("details_of_times_160", table(times, 160).await);
}

#[tokio::test]
async fn numbers_and_times_read_well() {
    let sql = "SELECT * FROM (VALUES
        (1, 12345, 1234567, 0.5, 0.1::DOUBLE + 0.2::DOUBLE, TIMESTAMP '2026-03-01', 1234567.891::DECIMAL(12, 3),
            TIMESTAMP '2026-03-04 04:05:06' - TIMESTAMP '2026-03-01', INTERVAL '1 month 3 days 4 hours'),
        (2024, 99999, 12, 0.25, 0.00001, TIMESTAMP '2026-04-01', NULL, NULL, NULL),
        (-5, 100000, NULL, NULL, 1e300::DOUBLE, NULL, -0.5, INTERVAL '0 seconds', INTERVAL '90 seconds')
        ) AS t(n, customer_id, tickets, share, float, month, money, took, span)";
    insta::assert_snapshot!("values_160", table(sql, 160).await);
}

#[tokio::test]
async fn units_follow_a_kpi_through_the_query() {
    let sql = "WITH c AS (SELECT channel, fcr(replies, reopens) AS f, frt_detail(created_at, first_response_at) AS d
            FROM tickets GROUP BY ALL)
        SELECT channel, round(f, 1) AS rounded, coalesce(f, 0) AS filled, f / 100 AS share, d.median, d.n,
            lag(f) OVER (ORDER BY channel) AS before, (SELECT max(f) FROM c) AS best
        FROM c UNION ALL
        SELECT 'all', fcr(replies, reopens), fcr(replies, reopens), 0, 0, 0, 0, 0 FROM tickets ORDER BY 1";
    insta::assert_snapshot!("units_160", table(sql, 160).await);
}

#[tokio::test]
async fn exact_values_are_one_switch_away() {
    let exact = ScreenOptions {
        is_exact: true,
        ..ScreenOptions::new(160)
    };
    let sql =
        "SELECT 1234567 AS n, 2.0 / 3 AS third, rate(true) AS rate, TIMESTAMP '2026-03-01' AS day";
    let lines = shown(sql, ResultFormat::Table, Some(exact)).await;
    assert_eq!(lines, shown(sql, ResultFormat::Table, None).await);
    assert!(
        lines.contains("1234567") && lines.contains("2026-03-01T00:00:00"),
        "{lines}"
    );
}

#[tokio::test]
async fn records_show_a_column_a_line() {
    let sql = "SELECT ticket_id, created_at, channel, words, cost FROM
        (SELECT *, repeat('a long subject ', 8) AS words FROM tickets) ORDER BY ticket_id LIMIT 3";
    let screen = ScreenOptions {
        rows: Some(2),
        ..ScreenOptions::new(80)
    };
    insta::assert_snapshot!(
        "records_80",
        shown(sql, ResultFormat::Expanded, Some(screen)).await
    );
    insta::assert_snapshot!(
        "records_piped",
        shown(sql, ResultFormat::Expanded, None).await
    );
}

#[tokio::test]
async fn more_rows_than_asked_for_are_counted() {
    let screen = |rows| ScreenOptions {
        rows,
        ..ScreenOptions::new(80)
    };
    let sql = "SELECT value FROM generate_series(1, 5)";
    let five = shown(sql, ResultFormat::Table, Some(screen(Some(5)))).await;
    assert!(!five.contains("shown"), "{five}");
    let three = shown(sql, ResultFormat::Table, Some(screen(Some(3)))).await;
    insta::assert_snapshot!("rows_3", three);
    let all = shown(sql, ResultFormat::Table, Some(screen(None))).await;
    assert_eq!(all, five);
}

mod program {
    //! The options, in the real program on a real terminal.

    use std::io::Read;

    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    /// Output of the program on a terminal of 80 by 50.
    fn run(arguments: &[&str], environment: &[(&str, &str)]) -> String {
        let size = PtySize {
            rows: 50,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(assert_cmd::cargo::cargo_bin!("deskql"));
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.args(arguments);
        for (name, value) in environment {
            command.env(name, value);
        }
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let mut bytes = Vec::new();
        // Some systems report the end of a pseudo-terminal as an error.
        drop(reader.read_to_end(&mut bytes));
        assert!(child.wait().unwrap().success());
        let mut parser = vt100::Parser::new(50, 80, 0);
        parser.process(&bytes);
        parser.screen().contents()
    }

    #[test]
    fn rows_expanded_and_exact_are_understood() {
        let sql = "SELECT value, value / 3.0 AS third FROM generate_series(10001, 10005)";
        let plain = run(&["-c", sql], &[]);
        assert!(plain.contains("10,005"), "{plain}");
        let exact = run(&["-c", sql, "--exact"], &[]);
        assert!(
            exact.contains("10005") && !exact.contains("10,005"),
            "{exact}"
        );
        for two in [
            run(&["-c", sql, "--rows", "2"], &[]),
            run(&["-c", sql], &[("DESKQL_ROWS", "2")]),
        ] {
            assert!(
                two.contains("2 of 5 rows shown; --rows all shows all"),
                "{two}"
            );
        }
        let all = run(&["-c", sql, "--rows", "all"], &[("DESKQL_ROWS", "2")]);
        assert!(!all.contains("shown"), "{all}");
        let records = run(&["-c", sql, "-x"], &[]);
        assert!(
            records.contains("value │ 10,005\nthird │ 3335.00"),
            "{records}"
        );
    }
}

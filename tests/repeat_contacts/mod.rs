//! Repeat contacts without sorting: the same answers as by the window operator, which remains the
//! fallback, and as by comparing all pairs of tickets.

mod data;

use deskql::{Engine, EngineSettings};

use crate::support::data::{error, rows};
use data::{Ids, Order, Shape, Ticket, tickets, write};

const OPERATOR: &str = "RepeatContactsExec";

/// Windows whose answers do not depend on the order of the input.
const QUESTIONS: &[&str] = &[
    "SELECT ticket_id, recontacted(created_at, INTERVAL '2 days') OVER w AS again FROM tickets \
     WINDOW w AS (PARTITION BY customer_id ORDER BY created_at, ticket_id)",
    "SELECT ticket_id, recontacted(created_at, INTERVAL '36 hours') OVER (PARTITION BY customer_id \
     ORDER BY created_at, ticket_id DESC) AS again FROM tickets WHERE category = 'billing'",
    "SELECT ticket_id, category, recontacted(created_at, INTERVAL '1 month') OVER (PARTITION BY \
     customer_id, category ORDER BY created_at, ticket_id) FROM tickets",
    "SELECT ticket_id, recontacted(created_at, INTERVAL '3 days', '2026-01-20T00:00:00Z') OVER \
     (PARTITION BY customer_id ORDER BY created_at, ticket_id) FROM tickets",
    "SELECT ticket_id, recontacted(created_at, INTERVAL '3 days', NULL) OVER \
     (PARTITION BY customer_id ORDER BY created_at, ticket_id) FROM tickets",
    "SELECT ticket_id, recontacted(created_on, INTERVAL '2 days') OVER (PARTITION BY customer_id \
     ORDER BY created_on, category DESC NULLS FIRST, ticket_id) FROM tickets",
    "SELECT ticket_id, created_at, lead(created_at) OVER (PARTITION BY customer_id ORDER BY \
     created_at, ticket_id) AS next FROM tickets",
    "SELECT ticket_id, lead(created_at, 1) OVER (PARTITION BY customer_id, category ORDER BY \
     created_at, ticket_id DESC) - created_at FROM tickets WHERE ticket_id % 3 > 0",
    "SELECT count(*), count(again), count(*) FILTER (WHERE again) FROM (SELECT \
     recontacted(created_at, INTERVAL '1 day') OVER (PARTITION BY customer_id ORDER BY created_at) \
     AS again FROM tickets)",
    "SELECT category, rate(NOT again), count(*), max(newest) FROM (SELECT category, \
     max(created_at) OVER () AS newest, recontacted(created_at, INTERVAL '4 days') OVER \
     (PARTITION BY customer_id ORDER BY created_at, ticket_id) AS again FROM tickets) GROUP BY 1",
    "SELECT fcr(customer_id, created_at, INTERVAL '2 days'), \
     fcr_detail(customer_id, created_at, INTERVAL '2 days') FROM tickets",
    "SELECT found.n, found.resolved, round(found.fcr, 9) AS fcr FROM (SELECT fcr_detail(customer_id, \
     created_on, INTERVAL '1 month') AS found FROM tickets WHERE category = 'billing')",
    "SELECT ticket_id, recontacted(created_at, INTERVAL '0 days') OVER (PARTITION BY customer_id \
     ORDER BY created_at, ticket_id), ticket_id + 1 FROM tickets WHERE created_at IS NOT NULL",
];

async fn engine(folder: &std::path::Path, threads: usize, memory_limit: Option<usize>) -> Engine {
    let settings = EngineSettings {
        data: vec![folder.display().to_string()],
        threads: Some(threads),
        memory_limit,
        ..EngineSettings::default()
    };
    Engine::open(settings).await.unwrap()
}

async fn set(engine: &Engine, setting: &str) {
    let done = engine.sql(&format!("SET {setting}")).await.unwrap();
    done.collect().await.unwrap();
}

async fn sorted_rows(engine: &Engine, sql: &str) -> Vec<String> {
    let mut rows = rows(engine, sql).await;
    rows.sort();
    rows
}

async fn uses_operator(engine: &Engine, sql: &str) -> bool {
    let plan = rows(engine, &format!("EXPLAIN {sql}")).await;
    plan.iter().any(|line| line.contains(OPERATOR))
}

fn shapes(rows: usize) -> Vec<Shape> {
    let mut shapes = vec![];
    for (number, order) in [Order::ByTime, Order::FilesSwapped, Order::None]
        .into_iter()
        .enumerate()
    {
        for (other, ids) in [Ids::Compact, Ids::Spread, Ids::Text]
            .into_iter()
            .enumerate()
        {
            let seed = (3 * number + other) as u64;
            shapes.push(Shape {
                seed,
                rows,
                order,
                ids,
                naive: seed % 2 == 1,
            });
        }
    }
    shapes
}

/// The queries over a desk, by the operator and by the window, with several partitions and batch sizes.
async fn same_either_way(shape: Shape) {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), shape, &tickets(shape));
    for (threads, batch) in [(1, 8192), (4, 8192), (4, 7), (1, 3)] {
        let engine = engine(folder.path(), threads, None).await;
        set(
            &engine,
            &format!("datafusion.execution.batch_size = {batch}"),
        )
        .await;
        set(
            &engine,
            "datafusion.optimizer.repartition_file_min_size = 0",
        )
        .await;
        for sql in QUESTIONS {
            set(&engine, "deskql.repeat_contacts = true").await;
            assert!(uses_operator(&engine, sql).await, "{sql}");
            let fast = sorted_rows(&engine, sql).await;
            set(&engine, "deskql.repeat_contacts = false").await;
            assert!(!uses_operator(&engine, sql).await, "{sql}");
            let slow = sorted_rows(&engine, sql).await;
            assert_eq!(
                fast, slow,
                "{shape:?}, {threads} threads, batches of {batch}: {sql}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_desks_give_the_same_answers_either_way() {
    for shape in shapes(60) {
        same_either_way(shape).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn larger_desks_give_the_same_answers_either_way() {
    for shape in shapes(900) {
        same_either_way(shape).await;
    }
}

#[tokio::test]
async fn an_empty_desk_has_no_contacts() {
    let shape = Shape {
        seed: 1,
        rows: 0,
        order: Order::ByTime,
        ids: Ids::Compact,
        naive: false,
    };
    same_either_way(shape).await;
}

/// True if the ticket has a repeat contact within `hours`, by all pairs; `None` if its customer or time
/// is unknown, or the data end earlier.
fn again(ticket: &Ticket, all: &[Ticket], hours: i64) -> Option<bool> {
    let (customer, hour) = (ticket.customer?, ticket.hour?);
    let newest = all.iter().filter_map(|other| other.hour).max()?;
    let repeated = all.iter().any(|other| {
        other.customer == Some(customer)
            && other
                .hour
                .is_some_and(|at| (at, other.id) > (hour, ticket.id) && at <= hour + hours)
    });
    (repeated || hour + hours <= newest).then_some(repeated)
}

#[tokio::test]
async fn repeats_are_those_of_all_pairs() {
    for shape in shapes(300) {
        let folder = tempfile::tempdir().unwrap();
        let tickets = tickets(shape);
        write(folder.path(), shape, &tickets);
        let mut expected: Vec<String> = tickets
            .iter()
            .map(|ticket| {
                let again = again(ticket, &tickets, 48);
                let again = again.map(|again| again.to_string()).unwrap_or_default();
                format!("{}|{again}", ticket.id)
            })
            .collect();
        expected.sort();
        for threads in [1, 4] {
            let engine = engine(folder.path(), threads, None).await;
            assert_eq!(
                sorted_rows(&engine, QUESTIONS[0]).await,
                expected,
                "{shape:?}"
            );
        }
    }
}

#[tokio::test]
async fn other_windows_keep_the_stock_operator() {
    let shape = shapes(30)[0];
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), shape, &tickets(shape));
    let engine = engine(folder.path(), 2, None).await;
    for sql in [
        "SELECT lead(created_at, 2) OVER (PARTITION BY customer_id ORDER BY created_at) FROM tickets",
        "SELECT lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at DESC) FROM tickets",
        "SELECT lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at NULLS FIRST) FROM tickets",
        "SELECT lead(ticket_id) OVER (PARTITION BY customer_id ORDER BY created_at) FROM tickets",
        "SELECT lag(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) FROM tickets",
        "SELECT lead(created_at) OVER (ORDER BY created_at) FROM tickets",
        "SELECT lead(created_at) OVER w, row_number() OVER w FROM tickets \
         WINDOW w AS (PARTITION BY customer_id ORDER BY created_at)",
        "SELECT lead(created_at) OVER (PARTITION BY random() ORDER BY created_at) FROM tickets",
        "SELECT lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) FROM tickets \
         WHERE random() < 0.5",
        "SELECT lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) FROM \
         (SELECT * FROM tickets LIMIT 5)",
    ] {
        assert!(!uses_operator(&engine, sql).await, "{sql}");
    }
}

/// With a memory limit, only inputs that surely fit use the operator; the others can spill.
#[tokio::test]
async fn a_memory_limit_is_kept() {
    let shape = Shape {
        rows: 60_000,
        ..shapes(1)[0]
    };
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), shape, &tickets(shape));
    let sql = "SELECT count(*), count(next), max(next), min(next) FROM (SELECT lead(created_at) OVER \
               (PARTITION BY customer_id ORDER BY created_at) AS next FROM tickets)";
    let unlimited = engine(folder.path(), 2, None).await;
    let expected = rows(&unlimited, sql).await;
    for (limit, fits) in [(7_000_000, false), (16_000_000, true)] {
        let limited = engine(folder.path(), 2, Some(limit)).await;
        assert_eq!(uses_operator(&limited, sql).await, fits);
        assert_eq!(rows(&limited, sql).await, expected);
    }
}

#[tokio::test]
async fn a_deadline_past_the_calendar_is_the_same_error() {
    let shape = shapes(30)[0];
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), shape, &tickets(shape));
    let engine = engine(folder.path(), 2, None).await;
    let sql = "SELECT recontacted(created_at, INTERVAL '100000000 days') OVER (PARTITION BY \
               customer_id ORDER BY created_at) FROM tickets";
    let fast = error(&engine, sql).await;
    set(&engine, "deskql.repeat_contacts = false").await;
    assert_eq!(error(&engine, sql).await, fast);
}

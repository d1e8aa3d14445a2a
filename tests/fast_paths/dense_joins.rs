//! Joins by dense integer keys, against the stock hash join.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int32Type};
use deskql::{Engine, EngineSettings};

use super::{hold_equal, plan, run, set_up, tables};
use crate::support::data;
use crate::support::random::Random;

const KEYS: [(&str, DataType); 7] = [
    ("k8", DataType::Int8),
    ("k16", DataType::Int16),
    ("k32", DataType::Int32),
    ("u8", DataType::UInt8),
    ("u16", DataType::UInt16),
    ("u32", DataType::UInt32),
    ("u64", DataType::UInt64),
];

/// `rows` rows whose keys are of `least` to `most`, those of small types cut down to what fits.
pub(super) fn side(random: &mut Random, rows: usize, least: i64, most: i64) -> RecordBatch {
    let mut ints = |low, high, nulls| -> Int64Array {
        let values = (0..rows).map(|_| {
            let value = random.between(low, high);
            random.unless(nulls, value)
        });
        values.collect()
    };
    let k = ints(least, most, 5);
    let mut columns: Vec<(&str, ArrayRef)> = vec![];
    for (name, data_type) in KEYS {
        let wide: Int64Array = k.unary(|key| {
            if name.starts_with('u') {
                key & 127
            } else {
                key % 120
            }
        });
        columns.push((name, cast(&wide, &data_type).unwrap()));
    }
    let ends = [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
    let extreme: Int64Array = ints(0, 6, 10).unary(|end| ends[usize::try_from(end).unwrap()]);
    let sparse: Int64Array = k.unary(|key| key * 1_000_003);
    let day: Int64Array = ints(20_000, 20_040, 10);
    let day = cast(
        &day.unary::<_, Int32Type>(|day| i32::try_from(day).unwrap()),
        &DataType::Date32,
    )
    .unwrap();
    let n = ints(0, 9, 10);
    let teams = ints(0, 3, 15);
    let words = ["tier1", "tier2", "billing", "a team with a long name"];
    let teams = teams
        .iter()
        .map(|team| Some(words[usize::try_from(team?).unwrap()]));
    let teams: StringArray = teams.collect();
    let notes: StringArray = k
        .iter()
        .map(|key| Some(format!("note of {}", key?)))
        .collect();
    columns.extend([
        ("k", Arc::new(k) as ArrayRef),
        ("extreme", Arc::new(extreme)),
        ("sparse", Arc::new(sparse)),
        ("day", day),
        ("n", Arc::new(n)),
        ("team", Arc::new(teams)),
        ("note", Arc::new(notes)),
    ]);
    let columns = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// The tables `a` and `b`.
pub(super) fn two_sides(random: &mut Random) -> [RecordBatch; 2] {
    [side(random, 300, -150, 150), side(random, 1_500, -180, 220)]
}

/// `a` is the smaller; `unique` has each key once, in no order; `none` has no rows.
fn write(folder: &Path) {
    let mut random = Random::new(5);
    let store = |name: &str, batch: &RecordBatch, group| {
        tables::store(&folder.join(format!("{name}.parquet")), batch, group, true);
    };
    let [a, b] = two_sides(&mut random);
    store("a", &a, 100);
    store("b", &b, 400);
    store("none", &side(&mut random, 0, 0, 0), 100);
    let unique = side(&mut random, 200, 0, 0);
    let keys: Int64Array = (0..200).map(|row| Some((row * 77) % 200 - 100)).collect();
    let mut columns = unique.columns().to_vec();
    let place = unique.schema().index_of("k").unwrap();
    columns[place] = Arc::new(keys);
    store(
        "unique",
        &RecordBatch::try_new(unique.schema(), columns).unwrap(),
        50,
    );
}

pub(super) async fn desk(folder: &Path) -> Engine {
    write(folder);
    data::open(&[folder]).await.unwrap()
}

const JOINS: [&str; 6] = [
    "JOIN",
    "JOIN",
    "JOIN",
    "LEFT JOIN",
    "RIGHT JOIN",
    "FULL JOIN",
];

const TABLES: [&str; 5] = ["a", "b", "b", "unique", "none"];

const CONDITIONS: [&str; 6] = [
    "x.team = 'tier1'",
    "y.team <> 'billing'",
    "x.n > 4",
    "y.n IS NULL",
    "x.team = y.team",
    "x.k > 100",
];

fn key(random: &mut Random) -> String {
    let all = [
        "k", "k", "k", "extreme", "sparse", "k8", "k16", "k32", "u8", "u16", "u32", "u64",
    ];
    let left = random.pick(&all);
    let further = [
        "x.n = y.n",
        "x.day = y.day",
        "x.k8 = y.n",
        "x.sparse = y.sparse",
        "x.extreme = y.extreme",
    ];
    match random.between(1, 14) {
        12 => format!("x.{left} = y.{left} AND x.team = y.team"),
        13 => "x.note = y.note".to_owned(),
        14 => format!("x.team = y.team AND x.{left} = y.{left} AND x.note = y.note"),
        9 => format!("x.{left} = y.{left} AND {}", random.pick(&further)),
        10 => "x.n = y.n AND x.day = y.day AND x.u8 = y.u8".to_owned(),
        11 => "x.day = y.day".to_owned(),
        1 => format!("x.{left} = y.{}", random.pick(&all)),
        2 => format!("x.{left} + 1 = y.{left}"),
        _ => format!("x.{left} = y.{left}"),
    }
}

/// INTERSECT and EXCEPT, and the like of them, where NULL is equal to NULL.
fn set_operation(random: &mut Random) -> String {
    let columns = random.pick(&[
        "k",
        "team",
        "k, team",
        "day",
        "day, n",
        "team, day, extreme",
        "note, k",
    ]);
    let side = |random: &mut Random| {
        let condition = random.pick(&["n > 4", "n IS NULL", "k > 50", "team <> 'tier2'", "true"]);
        let table = random.pick(&["a", "b", "unique"]);
        format!("SELECT {columns} FROM {table} WHERE {condition}")
    };
    let (left, right) = (side(random), side(random));
    match random.between(1, 3) {
        1 => format!("{left} INTERSECT {right}"),
        2 => format!("{left} EXCEPT {right}"),
        _ => {
            let keys = columns.split(", ");
            let keys: Vec<String> = keys
                .map(|key| format!("x.{key} IS NOT DISTINCT FROM y.{key}"))
                .collect();
            let join = random.pick(&["JOIN", "LEFT JOIN", "FULL JOIN"]);
            format!(
                "SELECT count(*) FROM (SELECT DISTINCT * FROM ({left})) AS x {join} ({right}) AS y ON {}",
                keys.join(" AND ")
            )
        }
    }
}

pub(super) fn question(random: &mut Random) -> String {
    if random.chance(20) {
        return set_operation(random);
    }
    let (left, right) = (random.pick(&TABLES), random.pick(&TABLES));
    let key = key(random);
    let filter = if random.chance(40) {
        format!(" WHERE {}", random.pick(&CONDITIONS))
    } else {
        String::new()
    };
    let join = random.pick(&JOINS);
    let joined = format!("{left} AS x {join} {right} AS y ON {key}{filter}");
    let of_left: Vec<&str> = CONDITIONS
        .iter()
        .copied()
        .filter(|c| !c.contains("y."))
        .collect();
    let rows = "x.k, x.note, y.team, y.extreme, x.team";
    match random.between(1, 8) {
        1 => format!("SELECT count(*) FROM {joined}"),
        2 => {
            format!("SELECT y.team, count(*), sum(x.n), max(y.note) FROM {joined} GROUP BY y.team")
        }
        3 => format!(
            "SELECT x.team, y.team, avg(y.n), count(DISTINCT x.k) FROM {joined} GROUP BY 1, 2"
        ),
        4 => format!("SELECT {rows} FROM {joined}"),
        5 => format!("SELECT {rows} FROM {joined} ORDER BY {rows} LIMIT 50"),
        6 => {
            let is_in = random.pick(&["EXISTS", "NOT EXISTS"]);
            let condition = random.pick(&of_left);
            format!(
                "SELECT x.team, x.n, x.k FROM {left} AS x
                 WHERE {is_in} (SELECT 1 FROM {right} AS y WHERE {key}) AND {condition}"
            )
        }
        7 => format!(
            "SELECT x.team, count(*) FROM {left} AS x
             WHERE k NOT IN (SELECT k FROM {right} WHERE k > {}) GROUP BY x.team",
            random.between(0, 100)
        ),
        _ => format!(
            "SELECT x.team, count(*) FROM {left} AS x
             WHERE k IN (SELECT k FROM {right} WHERE n < 5) GROUP BY x.team"
        ),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sides_are_collected_by_the_density_of_their_keys() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let setting = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let mut random = Random::new(setting("DESKQL_SEED").unwrap_or(17));
    let count = setting("DESKQL_DIFFERENTIAL").unwrap_or(100);
    let questions: Vec<String> = (0..count).map(|_| question(&mut random)).collect();
    // Nothing is small enough to be collected without knowing how dense it is.
    for name in [
        "hash_join_single_partition_threshold",
        "hash_join_single_partition_threshold_rows",
    ] {
        let set = format!("SET datafusion.optimizer.{name} = 0");
        run(&engine, &set).await.unwrap();
    }
    hold_equal(&engine, "deskql.dense_joins", &questions).await;
}

/// One key with more equals than a batch has rows, on both sides.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_many_rows_is_given_in_batches() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let many =
        |rows| format!("(SELECT value % 2 AS k, value AS v FROM generate_series(1, {rows}))");
    let questions = [(150, 9_000), (9_000, 150)].map(|(left, right)| {
        format!(
            "SELECT count(*), sum(x.v), sum(y.v), sum(x.v * y.v % 7) FROM {} AS x JOIN {} AS y ON x.k = y.k",
            many(left),
            many(right)
        )
    });
    hold_equal(&engine, "deskql.dense_joins", &questions).await;
}

/// Any limit that suffices for the stock join suffices for this one. With one thread nobody else can reserve the
/// memory between this operator and the stock one that goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_limit_that_suffices_for_the_stock_join_suffices() {
    let sides = |join: &str, on: &str| {
        format!(
            "SELECT count(*) AS n, sum(x.v) AS s FROM
             (SELECT value * 60 AS k, value % 7 AS d, value AS v FROM generate_series(1, 20000)) AS x
             {join} (SELECT value AS k, value % 7 AS d FROM generate_series(1, 100000)) AS y ON {on}"
        )
    };
    suffices(&sides("JOIN", "x.k = y.k")).await;
    suffices(&sides("LEFT JOIN", "x.k = y.k")).await;
    suffices(&sides("LEFT ANTI JOIN", "x.k = y.k AND x.d = y.d")).await;
}

async fn suffices(sql: &str) {
    let mut sufficient = 0;
    for limit in (1..=24).map(|step| step * 75_000) {
        let settings = EngineSettings {
            memory_limit: Some(limit),
            threads: Some(1),
            ..EngineSettings::default()
        };
        let engine = Engine::open(settings).await.unwrap();
        let shown = plan(&engine, sql).await;
        assert!(shown.contains("DenseJoinExec"), "{shown}");
        let ([on, off], _) = super::both(&engine, "deskql.dense_joins", sql).await;
        if off.is_ok() {
            sufficient += 1;
            assert_eq!(on, off, "{limit} bytes");
        }
    }
    assert!((1..24).contains(&sufficient), "{sufficient}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn explain_shows_the_operator_and_its_switch_takes_it_out() {
    let folder = tempfile::tempdir().unwrap();
    let engine = desk(folder.path()).await;
    let sql = "SELECT b.team, count(a.n) FROM a JOIN b ON a.k = b.k WHERE a.team = 'tier1' GROUP BY b.team";
    for number in 0..super::SETTINGS.len() {
        set_up(&engine, number).await;
        let shown = plan(&engine, sql).await;
        assert!(shown.contains("DenseJoinExec: join_type=Inner"), "{shown}");
    }
    run(&engine, "SET deskql.dense_joins = false")
        .await
        .unwrap();
    let shown = plan(&engine, sql).await;
    assert!(
        !shown.contains("DenseJoinExec") && shown.contains("HashJoinExec"),
        "{shown}"
    );
}

//! Random expressions over dates, times and intervals that deskql, `PostgreSQL` and DuckDB all support.

use crate::support::random::Random;

/// The rows that expressions are over: two times, two dates, two lengths, one as text, a number.
pub(super) fn table(random: &mut Random) -> String {
    let rows: Vec<_> = (1..=5).map(|n| row(n, random)).collect();
    format!("(VALUES {}) t(n, a, b, d, e, i, j, s, k)", rows.join(", "))
}

fn row(n: i64, random: &mut Random) -> String {
    let mut cell = |data_type: &str, text: String| {
        if random.chance(6) {
            format!("CAST(NULL AS {data_type})")
        } else {
            format!("CAST({text} AS {data_type})")
        }
    };
    let mut other = Random::new(u64::try_from(n).unwrap() * 977);
    let times = [
        cell("TIMESTAMP", time(&mut other)),
        cell("TIMESTAMP", time(&mut other)),
    ];
    let dates = [
        cell("DATE", date(&mut other)),
        cell("DATE", date(&mut other)),
    ];
    let lengths = [length(random), length(random)];
    let text = text_of_length(random);
    let k = random.between(1, 9);
    format!(
        "({n}, {}, {}, {}, {}, {}, {}, '{text}', {k})",
        times[0], times[1], dates[0], dates[1], lengths[0], lengths[1]
    )
}

fn time(random: &mut Random) -> String {
    let (day, hour) = (random.between(1, 28), random.between(0, 23));
    let (month, minute) = (random.between(1, 4), random.pick(&["00", "30", "07"]));
    let second = random.pick(&["00", "00", "59", "01.5", "00.000001"]);
    format!("'2026-{month:02}-{day:02} {hour:02}:{minute}:{second}'")
}

fn date(random: &mut Random) -> String {
    format!(
        "'2026-{:02}-{:02}'",
        random.between(1, 4),
        random.between(1, 28)
    )
}

const UNITS: [&str; 7] = [
    "day", "days", "hours", "minutes", "seconds", "month", "week",
];

/// A length as text that every engine reads alike.
fn text_of_length(random: &mut Random) -> String {
    match random.between(0, 6) {
        0 => format!(
            "{} days {:02}:{:02}:00",
            random.between(0, 40),
            random.between(0, 30),
            random.between(0, 59)
        ),
        1 => format!(
            "{:02}:{:02}:{:02}",
            random.between(0, 60),
            random.between(0, 59),
            random.between(0, 59)
        ),
        2 => format!("{} {}", random.pick(&["24", "48", "36", "720"]), "hours"),
        3 => format!("{} days", random.pick(&["1", "2", "30", "60", "-3"])),
        4 => format!(
            "{} month {} days",
            random.between(0, 2),
            random.between(-5, 31)
        ),
        5 => format!(
            "{} {} {} minutes",
            random.between(0, 5),
            "days",
            random.between(0, 2000)
        ),
        _ => format!("{} {}", random.between(-3, 50), random.pick(&UNITS)),
    }
}

fn length(random: &mut Random) -> String {
    format!("INTERVAL '{}'", text_of_length(random))
}

/// Deeper expressions become columns and literals.
pub(super) fn interval(random: &mut Random, depth: i64) -> String {
    let inner = depth - 1;
    if depth == 0 {
        return match random.between(0, 5) {
            0 | 1 => "i".to_owned(),
            2 => "j".to_owned(),
            3 => "(a - b)".to_owned(),
            4 => "CAST(s AS INTERVAL)".to_owned(),
            _ => length(random),
        };
    }
    match random.between(0, 13) {
        0 | 1 => format!("({} - {})", moment(random, inner), moment(random, inner)),
        2 => format!(
            "({} + {})",
            interval(random, inner),
            interval(random, inner)
        ),
        3 => format!(
            "({} - {})",
            interval(random, inner),
            interval(random, inner)
        ),
        4 => format!("({} * {})", interval(random, inner), whole(random)),
        5 => format!("({} * {})", whole(random), interval(random, inner)),
        6 => format!("(- {})", interval(random, inner)),
        7 => format!(
            "(CASE WHEN {} THEN {} ELSE {} END)",
            truth(random, inner),
            interval(random, inner),
            interval(random, inner)
        ),
        8 => format!(
            "coalesce({}, {})",
            interval(random, inner),
            interval(random, inner)
        ),
        9 => format!(
            "greatest({}, {})",
            interval(random, inner),
            interval(random, inner)
        ),
        10 => format!(
            "least({}, {})",
            interval(random, inner),
            interval(random, inner)
        ),
        11 => format!(
            "nullif({}, {})",
            interval(random, inner),
            interval(random, inner)
        ),
        // Fractions of a month are exact here, and rounded to a millionth of a day in the others.
        12 => format!(
            "(({} - {}) / {})",
            moment(random, inner),
            moment(random, inner),
            whole(random)
        ),
        _ => interval(random, 0),
    }
}

fn whole(random: &mut Random) -> String {
    random.pick(&["2", "3", "k", "-1", "10"]).to_owned()
}

/// A timestamp.
pub(super) fn moment(random: &mut Random, depth: i64) -> String {
    let inner = depth - 1;
    if depth == 0 {
        return random
            .pick(&["a", "b", "a", "TIMESTAMP '2026-02-28 12:00:00'"])
            .to_owned();
    }
    match random.between(0, 6) {
        0 => format!("({} + {})", moment(random, inner), interval(random, inner)),
        1 => format!("({} - {})", moment(random, inner), interval(random, inner)),
        2 => format!("({} + {})", day(random), interval(random, inner)),
        3 => format!("({} - {})", day(random), interval(random, inner)),
        4 => format!(
            "date_trunc('{}', {})",
            random.pick(&["day", "hour", "month", "week"]),
            moment(random, inner)
        ),
        5 => format!("({} + {})", interval(random, inner), moment(random, inner)),
        _ => moment(random, 0),
    }
}

fn day(random: &mut Random) -> String {
    random
        .pick(&["d", "e", "DATE '2026-01-31'", "(d + 3)", "CAST(a AS DATE)"])
        .to_owned()
}

fn compare(random: &mut Random) -> &'static str {
    ["=", "<>", "<", "<=", ">", ">="][usize::try_from(random.between(0, 5)).unwrap()]
}

/// A condition.
pub(super) fn truth(random: &mut Random, depth: i64) -> String {
    let inner = (depth - 1).max(0);
    let sign = compare(random);
    match random.between(0, 8) {
        0..=2 => format!(
            "({} {sign} {})",
            interval(random, inner),
            interval(random, inner)
        ),
        3 => format!(
            "({} BETWEEN {} AND {})",
            interval(random, inner),
            interval(random, inner),
            interval(random, inner)
        ),
        4 => format!(
            "({} IN ({}, {}))",
            interval(random, inner),
            interval(random, inner),
            interval(random, inner)
        ),
        5 => format!(
            "({} IS {}DISTINCT FROM {})",
            interval(random, inner),
            random.pick(&["", "NOT "]),
            interval(random, inner)
        ),
        6 => format!(
            "({} {sign} {})",
            moment(random, inner),
            moment(random, inner)
        ),
        7 => format!(
            "(({} - {}) {sign} {})",
            day(random),
            day(random),
            random.between(-40, 40)
        ),
        _ => format!("(NOT {})", truth(random, inner)),
    }
}

/// A number.
pub(super) fn number(random: &mut Random, depth: i64) -> String {
    match random.between(0, 3) {
        0 => format!("({} - {})", day(random), day(random)),
        1 => format!("extract(epoch FROM {})", interval(random, depth)),
        2 => format!(
            "extract({} FROM ({} - {}))",
            random.pick(&["day", "hour", "minute", "month", "year"]),
            moment(random, depth),
            moment(random, depth)
        ),
        // Sums and multiples of differences carry hours into days here.
        _ => format!(
            "extract({} FROM {})",
            random.pick(&["day", "hour", "minute", "month", "year"]),
            random.pick(&["i", "j", "(a - b)", "CAST(s AS INTERVAL)"])
        ),
    }
}

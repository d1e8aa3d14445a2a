//! Expected value of each KPI, computed naively from rows of plain values.

use super::columns::{Cell, DAY};
use super::exact::{Fraction, ZERO, sum};

/// Expected result of a function.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    pub(super) n: i64,
    pub(super) parts: Vec<Option<Fraction>>,
    pub(super) value: Option<Fraction>,
    /// At 95%.
    pub(super) interval: Option<(f64, f64)>,
}

pub(super) type Row = Vec<Cell>;
pub(super) type Oracle = fn(&[Row]) -> Expected;

const Z: f64 = 1.959_963_984_540_054;

#[expect(clippy::cast_precision_loss, reason = "small")]
fn float(count: i64) -> f64 {
    count as f64
}

fn count<T>(items: &[T], of: impl Fn(&T) -> bool) -> i64 {
    i64::try_from(items.iter().filter(|item| of(item)).count()).unwrap()
}

fn whole(count: i64) -> Fraction {
    Fraction::whole(i128::from(count))
}

fn percent(hits: i64, n: i64) -> Option<Fraction> {
    (n > 0).then(|| Fraction::new(100 * i128::from(hits), i128::from(n)))
}

/// The roots of (p̂ − p)² = z² p (1 − p) / n, in percent.
fn wilson(hits: i64, n: i64) -> Option<(f64, f64)> {
    let (n, share) = ((n > 0).then(|| float(n))?, float(hits) / float(n));
    let square = Z * Z;
    let root = Z * (square + 4.0 * n * share * (1.0 - share)).sqrt();
    let end = |root: f64| 100.0 * (2.0 * n * share + square + root) / (2.0 * (n + square));
    Some((end(-root), end(root)))
}

fn share(flags: &[bool]) -> Expected {
    let (hits, n) = (count(flags, |hit| *hit), count(flags, |_| true));
    Expected {
        n,
        parts: vec![Some(whole(hits))],
        value: percent(hits, n),
        interval: wilson(hits, n),
    }
}

/// The mean of +1, 0 and −1 times 100, with the variance taken over these numbers one by one.
fn net(classes: &[i64]) -> Expected {
    let n = count(classes, |_| true);
    let of = |wanted: i64| count(classes, |class| *class == wanted);
    let value = percent(classes.iter().sum(), n);
    let interval = value.map(|value| {
        let mean = value.float() / 100.0;
        let squares = classes.iter().map(|class| (float(*class) - mean).powi(2));
        let error = 100.0 * Z * (squares.sum::<f64>() / float(n) / float(n)).sqrt();
        (100.0 * mean - error, 100.0 * mean + error)
    });
    Expected {
        n,
        parts: [1, 0, -1].map(|class| Some(whole(of(class)))).to_vec(),
        value,
        interval,
    }
}

fn average(values: &[Fraction]) -> Option<Fraction> {
    let n = count(values, |_| true);
    (n > 0).then(|| sum(values.iter().copied()).over(whole(n)))
}

fn mean(values: &[Fraction]) -> Expected {
    let n = count(values, |_| true);
    let value = average(values);
    let interval = value.filter(|_| n > 1).map(|value| {
        let mean = value.float();
        let squares = values.iter().map(|value| (value.float() - mean).powi(2));
        let error = Z * (squares.sum::<f64>() / float(n - 1) / float(n)).sqrt();
        (mean - error, mean + error)
    });
    Expected {
        n,
        parts: vec![value.map(|_| sum(values.iter().copied()))],
        value,
        interval,
    }
}

/// Σy / Σx; the interval is that of the mean of y − r x, divided by the mean of x.
fn ratio(pairs: &[(Fraction, Fraction)], times: i128) -> (Option<Fraction>, Option<(f64, f64)>) {
    let (x, y) = (
        sum(pairs.iter().map(|p| p.0)),
        sum(pairs.iter().map(|p| p.1)),
    );
    if x == ZERO {
        return (None, None);
    }
    let n = count(pairs, |_| true);
    let ratio = y.over(x);
    let times = Fraction::whole(times);
    let interval = (n > 1).then(|| {
        let residual = |(x, y): &(Fraction, Fraction)| y.float() - ratio.float() * x.float();
        let squares: f64 = pairs.iter().map(|pair| residual(pair).powi(2)).sum();
        let error = Z * (squares / float(n - 1) / float(n)).sqrt() / (x.float() / float(n));
        let end = |error: f64| times.float() * (ratio.float() + error);
        (end(-error), end(error))
    });
    (Some(times.times(ratio)), interval)
}

fn numbers(rows: &[Row]) -> Vec<Fraction> {
    rows.iter().filter_map(|row| row[0].number()).collect()
}

pub(super) fn nps(rows: &[Row]) -> Expected {
    let class = |score: &Fraction| i64::from(score.at_least(9)) - i64::from(score.at_most(6));
    net(&numbers(rows).iter().map(class).collect::<Vec<_>>())
}

pub(super) fn ces_index(rows: &[Row]) -> Expected {
    let class = |score: &Fraction| i64::from(score.at_least(6)) - i64::from(score.at_most(3));
    net(&numbers(rows).iter().map(class).collect::<Vec<_>>())
}

fn from(rows: &[Row], lowest: i128) -> Expected {
    let scores = numbers(rows);
    share(
        &scores
            .iter()
            .map(|score| score.at_least(lowest))
            .collect::<Vec<_>>(),
    )
}

pub(super) fn csat(rows: &[Row]) -> Expected {
    from(rows, 4)
}

pub(super) fn csat_from_7(rows: &[Row]) -> Expected {
    from(rows, 7)
}

pub(super) fn ces_top(rows: &[Row]) -> Expected {
    from(rows, 5)
}

pub(super) fn amounts(rows: &[Row]) -> Expected {
    mean(&numbers(rows))
}

pub(super) fn feedback_of_20(rows: &[Row]) -> Expected {
    let rescaled = |score: Fraction| score.times(Fraction::whole(5));
    mean(&numbers(rows).into_iter().map(rescaled).collect::<Vec<_>>())
}

pub(super) fn flags(rows: &[Row]) -> Expected {
    share(
        &rows
            .iter()
            .filter_map(|row| row[0].flag())
            .collect::<Vec<_>>(),
    )
}

pub(super) fn one_touch(rows: &[Row]) -> Expected {
    let touch = |row: &Row| {
        let (replies, reopens) = (row[0].number()?, row[1].number()?);
        Some(replies == Fraction::whole(1) && reopens == ZERO)
    };
    share(&rows.iter().filter_map(touch).collect::<Vec<_>>())
}

/// Seconds of every row with both instants, in rising order.
fn seconds(rows: &[Row]) -> Vec<Fraction> {
    let duration = |row: &Row| {
        let nanoseconds = row[1].time()? - row[0].time()?;
        Some(Fraction::new(nanoseconds, 1_000_000_000))
    };
    let mut seconds: Vec<_> = rows.iter().filter_map(duration).collect();
    seconds.sort_by(|a, b| a.float().total_cmp(&b.float()));
    seconds
}

fn in_units(rows: &[Row], seconds_per_unit: i128) -> Vec<Fraction> {
    let unit = Fraction::whole(seconds_per_unit);
    seconds(rows)
        .into_iter()
        .map(|seconds| seconds.over(unit))
        .collect()
}

/// Between the neighbours of rank `tenths / 10 × (n − 1)`.
fn quantile(sorted: &[Fraction], tenths: usize) -> Option<Fraction> {
    let rank = tenths * sorted.len().checked_sub(1)?;
    let (below, part) = (sorted[rank / 10], rank % 10);
    let above = sorted[rank / 10 + usize::from(part > 0)];
    let part = Fraction::new(i128::try_from(part).unwrap(), 10);
    Some(below.plus(above.minus(below).times(part)))
}

fn mean_duration(rows: &[Row], seconds_per_unit: i128) -> Expected {
    let sorted = in_units(rows, seconds_per_unit);
    let mut expected = mean(&sorted);
    expected
        .parts
        .extend([quantile(&sorted, 5), quantile(&sorted, 9)]);
    expected
}

pub(super) fn minutes(rows: &[Row]) -> Expected {
    mean_duration(rows, 60)
}

pub(super) fn hours(rows: &[Row]) -> Expected {
    mean_duration(rows, 3_600)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small ranks"
)]
fn one_quantile(sorted: &[Fraction], tenths: usize) -> Expected {
    let (n, q) = (sorted.len() as f64, tenths as f64 / 10.0);
    let half = Z * (n * q * (1.0 - q)).sqrt();
    // The r-th smallest value, counted from 1.
    let at = |rank: f64| sorted[rank.ceil().clamp(1.0, n) as usize - 1].float();
    Expected {
        n: count(sorted, |_| true),
        parts: vec![],
        value: quantile(sorted, tenths),
        interval: (n > 0.0).then(|| (at(n * q - half), at(n * q + half))),
    }
}

pub(super) fn median_minutes(rows: &[Row]) -> Expected {
    one_quantile(&in_units(rows, 60), 5)
}

pub(super) fn p90_days(rows: &[Row]) -> Expected {
    one_quantile(&in_units(rows, 86_400), 9)
}

/// Contacts of (customer, opened) without a repeat contact within `days`, by comparing all pairs.
fn unrepeated(rows: &[Row], days: i128) -> Expected {
    let contact = |row: &Row| Some((row[0].key()?, row[1].time()?));
    let contacts: Vec<_> = rows.iter().filter_map(contact).collect();
    let latest = contacts.iter().map(|contact| contact.1).max();
    let mut decided = vec![];
    for (position, (customer, opened)) in contacts.iter().enumerate() {
        let deadline = opened + days * DAY;
        let repeated = contacts.iter().enumerate().any(|(other, (who, when))| {
            who == customer && (*when, other) > (*opened, position) && *when <= deadline
        });
        if repeated || Some(deadline) <= latest {
            decided.push(!repeated);
        }
    }
    share(&decided)
}

pub(super) fn unrepeated_in_3_days(rows: &[Row]) -> Expected {
    unrepeated(rows, 3)
}

pub(super) fn cost_per_resolution(rows: &[Row]) -> Expected {
    let ticket = |row: &Row| Some((row[1].flag()?, row[0].number()?));
    costs(&rows.iter().filter_map(ticket).collect::<Vec<_>>())
}

pub(super) fn cost_per_resolution_time(rows: &[Row]) -> Expected {
    let ticket = |row: &Row| Some((row[1].time().is_some(), row[0].number()?));
    costs(&rows.iter().filter_map(ticket).collect::<Vec<_>>())
}

fn costs(tickets: &[(bool, Fraction)]) -> Expected {
    let pairs: Vec<_> = tickets
        .iter()
        .map(|(resolved, cost)| (whole(i64::from(*resolved)), *cost))
        .collect();
    let total = sum(tickets.iter().map(|ticket| ticket.1));
    let (value, interval) = ratio(&pairs, 1);
    Expected {
        n: count(tickets, |_| true),
        parts: vec![
            Some(whole(count(tickets, |ticket| ticket.0))),
            (!tickets.is_empty()).then_some(total),
        ],
        value,
        interval,
    }
}

fn open(flags: &[bool]) -> Expected {
    let (open, n) = (count(flags, |open| *open), count(flags, |_| true));
    let scaled = |(low, high): (f64, f64)| (low * float(n) / 100.0, high * float(n) / 100.0);
    Expected {
        n,
        parts: vec![],
        value: (n > 0).then(|| whole(open)),
        interval: wilson(open, n).map(scaled),
    }
}

fn is_open(opened: i128, closed: Cell, at: i128) -> bool {
    opened <= at && closed.time().is_none_or(|closed| at < closed)
}

pub(super) fn backlog(rows: &[Row]) -> Expected {
    let ticket = |row: &Row| Some(is_open(row[0].time()?, row[1], row[2].time()?));
    open(&rows.iter().filter_map(ticket).collect::<Vec<_>>())
}

pub(super) fn overdue_backlog(rows: &[Row]) -> Expected {
    let ticket = |row: &Row| {
        let (opened, at) = (row[0].time()?, row[3].time()?);
        let late = row[2].time().is_some_and(|due| due < at);
        Some(is_open(opened, row[1], at) && late)
    };
    open(&rows.iter().filter_map(ticket).collect::<Vec<_>>())
}

/// For each customer: present at the start of the period, and at its end.
fn members(rows: &[Row]) -> Vec<(bool, bool)> {
    let member = |row: &Row| {
        let there = |at: i128| Some(is_open(row[0].time()?, row[1], at));
        Some((there(row[2].time()?)?, there(row[3].time()?)?))
    };
    rows.iter().filter_map(member).collect()
}

fn cohort(rows: &[Row]) -> Vec<bool> {
    let at_start = members(rows).into_iter().filter(|member| member.0);
    at_start.map(|member| member.1).collect()
}

pub(super) fn churn(rows: &[Row]) -> Expected {
    share(&cohort(rows).iter().map(|stays| !stays).collect::<Vec<_>>())
}

pub(super) fn retention(rows: &[Row]) -> Expected {
    share(&cohort(rows))
}

pub(super) fn retention_ratio(rows: &[Row]) -> Expected {
    let at_end = count(&members(rows), |member| member.1);
    let n = count(&cohort(rows), |_| true);
    Expected {
        n,
        parts: vec![Some(whole(at_end))],
        value: percent(at_end, n),
        interval: None,
    }
}

fn revenue(rows: &[Row], kept: fn(Fraction, Fraction) -> Fraction) -> Expected {
    let pair = |row: &Row| {
        let (start, end) = (row[0].number()?, row[1].number().unwrap_or(ZERO));
        (start != ZERO).then(|| (start, kept(start, end)))
    };
    let pairs: Vec<_> = rows.iter().filter_map(pair).collect();
    let (value, interval) = ratio(&pairs, 100);
    let part = |of: fn(&(Fraction, Fraction)) -> Fraction| {
        (!pairs.is_empty()).then(|| sum(pairs.iter().map(of)))
    };
    Expected {
        n: count(&pairs, |_| true),
        parts: vec![part(|pair| pair.0), part(|pair| pair.1)],
        value,
        interval,
    }
}

fn capped(start: Fraction, end: Fraction) -> Fraction {
    if end.minus(start).at_least(0) {
        start
    } else {
        end
    }
}

pub(super) fn nrr(rows: &[Row]) -> Expected {
    revenue(rows, |_, end| end)
}

pub(super) fn grr(rows: &[Row]) -> Expected {
    revenue(rows, capped)
}

/// 100 − GRR; its detail shows what is kept.
pub(super) fn revenue_churn(rows: &[Row]) -> Expected {
    let kept = grr(rows);
    let rest = Fraction::whole(100);
    Expected {
        value: kept.value.map(|value| rest.minus(value)),
        interval: kept.interval.map(|(low, high)| (100.0 - high, 100.0 - low)),
        ..kept
    }
}

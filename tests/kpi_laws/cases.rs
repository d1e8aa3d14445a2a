//! The table of cases: each KPI, the arguments it is called with, and its oracle.

use super::columns::Arg::{
    self, Amount, Constant, Day, Days, End, Few, Flag, Key, Score, Start, Text,
};
use super::oracle::{self, Oracle};

/// One way to call one KPI.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) function: &'static str,
    pub(super) args: &'static [Arg],
    pub(super) oracle: Oracle,
}

macro_rules! cases {
    ($($name:ident: $function:literal $args:expr => $oracle:ident;)*) => {
        pub(super) const ALL: &[Case] = &[$(Case {
            name: stringify!($name),
            function: $function,
            args: &$args,
            oracle: oracle::$oracle,
        }),*];

        $(#[test]
        fn $name() {
            super::hold(stringify!($name));
        })*
    };
}

const PERIOD: (i128, i128) = (10, 30);

cases! {
    nps: "nps" [Score(0, 10)] => nps;
    csat: "csat" [Score(1, 5)] => csat;
    csat_of_booleans: "csat" [Flag] => flags;
    csat_from_7_of_10: "csat" [Score(1, 10), Constant(7.0), Constant(10.0)] => csat_from_7;
    ces: "ces" [Score(1, 7)] => amounts;
    ces_of_5: "ces" [Score(1, 5), Constant(5.0)] => amounts;
    ces_top: "ces_top" [Score(1, 7)] => ces_top;
    ces_index: "ces_index" [Score(1, 7)] => ces_index;
    feedback_score: "feedback_score" [Score(0, 20), Constant(20.0)] => feedback_of_20;
    frt: "frt" [Start, End(0)] => minutes;
    art_in_hours: "art" [Start, End(0), Text("hour")] => hours;
    mtta: "mtta" [Start, End(0), Text("Minutes")] => minutes;
    mttr: "mttr" [Start, End(0)] => minutes;
    duration_median: "duration_median" [Start, End(0)] => median_minutes;
    duration_quantile: "duration_quantile" [Start, End(0), Constant(0.9), Text("day")] => p90_days;
    approx_duration_quantile: "approx_duration_quantile"
        [Start, End(0), Constant(0.9), Text("day")] => p90_days;
    fcr_of_flags: "fcr" [Flag] => flags;
    fcr_one_touch: "fcr" [Few, Few] => one_touch;
    fcr_of_contacts: "fcr" [Key, Start, Days(3)] => unrepeated_in_3_days;
    rate: "rate" [Flag] => flags;
    escalation_rate: "escalation_rate" [Flag] => flags;
    resolution_rate: "resolution_rate" [Flag] => flags;
    sla_rate: "sla_rate" [Flag] => flags;
    aht: "aht" [Amount] => amounts;
    interactions_per_ticket: "interactions_per_ticket" [Few] => amounts;
    cost_per_ticket: "cost_per_ticket" [Amount] => amounts;
    cost_per_resolution: "cost_per_resolution" [Amount, Flag] => cost_per_resolution;
    cost_per_resolution_time: "cost_per_resolution" [Amount, Start] => cost_per_resolution_time;
    backlog: "backlog" [Start, End(0), Day(20)] => backlog;
    overdue_backlog: "overdue_backlog" [Start, End(0), End(0), Day(20)] => overdue_backlog;
    churn_rate: "churn_rate" [Start, End(0), Day(PERIOD.0), Day(PERIOD.1)] => churn;
    retention_rate: "retention_rate" [Start, End(0), Day(PERIOD.0), Day(PERIOD.1)] => retention;
    retention_ratio: "retention_ratio" [Start, End(0), Day(PERIOD.0), Day(PERIOD.1)] => retention_ratio;
    nrr: "nrr" [Amount, Amount] => nrr;
    grr: "grr" [Amount, Amount] => grr;
    revenue_churn_rate: "revenue_churn_rate" [Amount, Amount] => revenue_churn;
}

/// Every KPI needs a case, or no law would be tested for it.
#[test]
fn every_kpi_has_a_case() {
    let all = deskql::internal::functions::all_aggregate();
    for function in all
        .iter()
        .filter(|function| deskql::internal::functions::is_kpi(function))
    {
        let name = function.name().trim_end_matches("_detail");
        let held = ALL.iter().any(|case| case.function == name);
        assert!(held, "{name} has no case in the table");
    }
}

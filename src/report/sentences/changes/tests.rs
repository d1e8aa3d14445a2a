//! Every template about a change, with the example of the design.

use super::*;
use crate::catalogue::{CatalogueUnit, KpiDirection};
use crate::report::model::Estimate;
use crate::report::sentences::compared::ReferencePeriod;
use crate::report::sentences::compared::examples::{change, csat, estimate};

fn ces() -> ComparedKpi<'static> {
    ComparedKpi {
        title: "CES",
        unit: CatalogueUnit::OfSeven,
        now: estimate(5.3, 400),
        before: Some(estimate(5.6, 380)),
        change: Some(change(-0.3, -0.6, -0.1, 0.08)),
        ..csat()
    }
}

#[test]
fn clear_changes() {
    assert_eq!(
        change_sentence(&csat()),
        "CSAT fell by 5.0 points to 79.3% (95% interval of the change −8.0 to −1.9; n 1,204, before 1,310)."
    );
    let year = ComparedKpi {
        reference: ReferencePeriod::YearAgo,
        ..csat()
    };
    assert_eq!(
        change_sentence(&year),
        "CSAT fell by 5.0 points in a year to 79.3% (95% interval of the change −8.0 to −1.9; n 1,204, \
         a year ago 1,310)."
    );
}

#[test]
fn hints() {
    assert_eq!(
        change_sentence(&ces()),
        "A hint of a fall in CES (−0.30, interval −0.60 to −0.10), but one of 15 comparisons."
    );
}

#[test]
fn no_clear_changes() {
    let nps = ComparedKpi {
        title: "NPS",
        unit: CatalogueUnit::Points,
        now: estimate(35.0, 402),
        before: Some(estimate(38.0, 388)),
        change: Some(change(-3.0, -13.0, 8.0, 1.0)),
        ..csat()
    };
    assert_eq!(
        change_sentence(&nps),
        "No clear change in NPS: 35 (n 402), 38 before (n 388); the change may lie between −13 and +8. With \
         these n, changes of less than 15 points would mostly go unseen."
    );
    let equal = ComparedKpi {
        before: Some(estimate(35.3, 388)),
        ..nps
    };
    let sentence = change_sentence(&equal);
    assert!(
        sentence.starts_with("No change in NPS: 35 (n 402), 35 before (n 388);"),
        "{sentence}"
    );
}

#[test]
fn changes_that_do_not_matter() {
    let held = ComparedKpi {
        materiality: Some(0.2),
        ..ces()
    };
    let equal = ComparedKpi {
        change: Some(change(0.02, -0.05, 0.08, 1.0)),
        ..held
    };
    assert_eq!(
        change_sentence(&equal),
        "CES is unchanged for practical purposes (change −0.05 to +0.08, less than the 0.2 that matters)."
    );
    let small = ComparedKpi {
        now: estimate(84.7, 41_000),
        change: Some(change(0.4, 0.1, 0.7, 0.01)),
        materiality: Some(1.0),
        ..csat()
    };
    assert_eq!(
        change_sentence(&small),
        "CSAT rose by 0.4 points, clearly but too little to matter, to 84.7% (95% interval of the change +0.1 \
         to +0.7; n 41,000, before 1,310)."
    );
}

#[test]
fn too_few_rows() {
    let few = ComparedKpi {
        now: estimate(5.6, 12),
        ..ces()
    };
    assert_eq!(
        change_sentence(&few),
        "CES: 5.60 of 7 from 12 answers, too few to compare."
    );
    let few = ComparedKpi {
        before: Some(estimate(5.6, 12)),
        ..ces()
    };
    assert_eq!(
        change_sentence(&few),
        "CES: 5.30 of 7 from 400 answers, 12 before, too few to compare."
    );
}

#[test]
fn missing_values() {
    let year = ComparedKpi {
        before: None,
        reference: ReferencePeriod::YearAgo,
        ..csat()
    };
    assert_eq!(change_sentence(&year), "CSAT: no data a year ago.");
    let unfinished = ComparedKpi {
        is_unfinished: true,
        ..csat()
    };
    assert_eq!(
        change_sentence(&unfinished),
        "CSAT: 79.3% (n 1,204); the week is unfinished, so it is not compared."
    );
    let empty = Estimate {
        value: None,
        low: None,
        high: None,
        n: 0,
    };
    let none = ComparedKpi {
        now: empty,
        ..csat()
    };
    assert_eq!(change_sentence(&none), "CSAT: no data in this week.");
}

#[test]
fn times_have_their_unit() {
    let median = ComparedKpi {
        title: "First response time, median",
        unit: CatalogueUnit::Hours,
        better: Some(KpiDirection::Down),
        now: estimate(1.9, 900),
        before: Some(estimate(1.4, 910)),
        change: Some(change(0.5, 0.3, 0.7, 0.001)),
        ..csat()
    };
    assert!(
        change_sentence(&median)
            .starts_with("First response time, median rose by 0.5 h to 1.9 h (95% interval")
    );
}

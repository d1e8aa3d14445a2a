//! Every template about the parts of a change.

use super::*;

fn billing() -> ChangePart<'static> {
    ChangePart {
        unit: CatalogueUnit::Percent,
        difference: -5.0,
        dimension: "team",
        segment: "billing",
        part: -2.4,
        low: -4.0,
        high: -0.9,
        before: 84.8,
        now: 74.8,
        n: 310,
        p_adjusted: 0.004,
    }
}

#[test]
fn segments_that_stand_out() {
    assert_eq!(
        segment_part(&billing()).as_deref(),
        Some(
            "2.4 of the 5.0 points come from team billing (84.8% to 74.8%, n 310; part of the change −4.0 to −0.9)."
        )
    );
    let beyond = ChangePart {
        difference: -2.0,
        ..billing()
    };
    assert_eq!(
        segment_part(&beyond).as_deref(),
        Some(
            "2.4 points come from team billing (84.8% to 74.8%, n 310; part of the change −4.0 to −0.9), more \
              than the 2.0 points of all."
        )
    );
    let against = ChangePart {
        difference: 3.0,
        ..billing()
    };
    assert!(
        segment_part(&against)
            .unwrap()
            .starts_with("Against the change, 2.4 points come from team billing (84.8%")
    );
}

#[test]
fn segments_that_do_not_stand_out() {
    assert_eq!(
        segment_part(&ChangePart {
            p_adjusted: 0.05,
            ..billing()
        }),
        None
    );
    assert_eq!(
        segment_part(&ChangePart {
            p_adjusted: f64::NAN,
            ..billing()
        }),
        None
    );
    assert_eq!(
        segment_part(&ChangePart {
            high: 0.1,
            ..billing()
        }),
        None
    );
    assert_eq!(
        none_stands_out(&["team", "channel", "plan"]),
        "No single team, channel or plan stands out."
    );
    assert_eq!(none_stands_out(&["team"]), "No single team stands out.");
}

#[test]
fn mixes() {
    let mix = MixShift {
        title: "CSAT",
        unit: CatalogueUnit::Percent,
        difference: -5.0,
        part: -1.1,
        segment: "phone",
        share_before: 22.0,
        share_now: 31.0,
        is_higher: false,
    };
    assert_eq!(
        mix_part(&mix),
        "1.1 points come from a changed mix: more phone (22% to 31%), where CSAT is lower."
    );
    let against = MixShift {
        part: 1.1,
        share_now: 15.0,
        ..mix
    };
    assert_eq!(
        mix_part(&against),
        "Against the change, 1.1 points come from a changed mix: less phone (22% to 15%), where CSAT is lower."
    );
}

#[test]
fn wholes_against_their_segments() {
    assert_eq!(
        segments_against_whole("CSAT", "plan", "answers", true),
        "In every plan CSAT fell, yet the whole rose: more answers came from plans where it is higher."
    );
    assert_eq!(
        segments_against_whole("CSAT", "priority", "answers", false),
        "In every priority CSAT rose, yet the whole fell: more answers came from priorities where it is lower."
    );
}

#[test]
fn dimensions_that_moved_alike() {
    assert_eq!(
        dimension_moved_alike("team", 0.41).as_deref(),
        Some("Teams moved alike (p 0.41): the cause is not one team.")
    );
    assert_eq!(dimension_moved_alike("team", 0.04), None);
    assert_eq!(dimension_moved_alike("team", f64::NAN), None);
    assert_eq!(
        (plural("category"), plural("day")),
        ("categories".into(), "days".into())
    );
}

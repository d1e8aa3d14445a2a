//! Output of each query on `sample-data`, with its defaults and with other parameters.

use deskql::internal::output::ResultFormat;

use super::{call, cases, open_sample, shipped};
use crate::support::text;

#[tokio::test]
async fn every_query_prints_what_it_printed() {
    let engine = open_sample().await;
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for query in shipped().all() {
        let mut printed = String::new();
        for given in [cases::defaults(query), cases::another(query)] {
            let statement = query.bind(&given).unwrap();
            let frame = engine.plan(&statement).await.unwrap();
            let table = text::bytes(frame, ResultFormat::Table, None).await;
            let table = String::from_utf8(table).unwrap();
            assert!(
                table.lines().count() > 4,
                "{}: no rows",
                call(query, &given)
            );
            printed += &format!("$ {}\n{table}", call(query, &given));
            if given == cases::another(query) && given == cases::defaults(query) {
                break;
            }
        }
        settings.bind(|| insta::assert_snapshot!(query.name.as_str(), printed));
    }
}

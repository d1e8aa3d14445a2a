//! A query reads exactly the columns that its header declares.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::LogicalPlan;

use super::{cases, open_sample, shipped};

type Reads = BTreeMap<String, BTreeSet<String>>;

/// The user's tables of a plan with the columns that are read.
fn reads(plan: &LogicalPlan) -> Reads {
    let mut reads = Reads::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node
            && scan.table_name.schema() != Some(deskql::internal::catalogue::NAME)
        {
            let columns = reads.entry(scan.table_name.table().to_owned()).or_default();
            let fields = scan.projected_schema.fields().iter();
            columns.extend(fields.map(|field| field.name().clone()));
            for filter in &scan.filters {
                let used = filter.column_refs().into_iter();
                columns.extend(used.map(|column| column.name.clone()));
            }
        }
        Ok(TreeNodeRecursion::Continue)
    })
    .unwrap();
    reads
}

/// With the defaults: a column that only another segment reads is not required.
#[tokio::test]
async fn headers_name_the_columns_that_are_read() {
    let engine = open_sample().await;
    let mut wrong = Vec::new();
    for query in shipped().all() {
        let frame = engine
            .plan(&query.bind(&cases::defaults(query)).unwrap())
            .await
            .unwrap();
        let read = reads(&frame.into_optimized_plan().unwrap());
        let needs = query.needs.iter();
        let said: Reads = needs
            .map(|(table, columns)| (table.clone(), columns.iter().cloned().collect()))
            .collect();
        if read != said {
            wrong.push(format!("{}: reads {read:?}\n  header {said:?}", query.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn charts_name_columns_of_the_result() {
    let engine = open_sample().await;
    for query in shipped().all() {
        let Some(chart) = &query.chart else { continue };
        let frame = engine
            .plan(&query.bind(&cases::defaults(query)).unwrap())
            .await
            .unwrap();
        let columns = frame.schema().field_names();
        for column in [&chart.x].into_iter().chain(&chart.y).chain(&chart.series) {
            let is_there = frame.schema().field_with_unqualified_name(column).is_ok();
            assert!(is_there, "{}: no {column} in {columns:?}", query.name);
        }
    }
}

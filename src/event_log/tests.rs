//! Plans that run in another session, which does not have the first one's calendars and policies.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use arrow::util::pretty::pretty_format_batches;
use datafusion::catalog::TableProvider;
use datafusion::common::{Result, TableReference, internal_datafusion_err, not_impl_err};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Extension, LogicalPlan};
use datafusion_proto::bytes::{
    logical_plan_from_bytes_with_extension_codec, logical_plan_to_bytes_with_extension_codec,
};
use datafusion_proto::logical_plan::LogicalExtensionCodec;

use super::node::EventTableNode;
use super::table_function::TableFunctionKind;
use crate::{Engine, EngineSettings};

/// Serializes nodes of this module as JSON.
#[derive(Debug)]
struct TextCodec;

impl LogicalExtensionCodec for TextCodec {
    fn try_decode(
        &self,
        text: &[u8],
        inputs: &[LogicalPlan],
        _: &TaskContext,
    ) -> Result<Extension> {
        let (name, product): (String, TableFunctionKind) =
            serde_json::from_slice(text).map_err(|error| internal_datafusion_err!("{error}"))?;
        let node = EventTableNode::new(&name, inputs.to_vec(), product)?;
        Ok(Extension {
            node: Arc::new(node),
        })
    }

    fn try_encode(&self, extension: &Extension, text: &mut Vec<u8>) -> Result<()> {
        let node = extension.node.as_any().downcast_ref::<EventTableNode>();
        let node = node.ok_or_else(|| internal_datafusion_err!("another node"))?;
        let name = node.name();
        *text = serde_json::to_vec(&(name, node.product()))
            .map_err(|error| internal_datafusion_err!("{error}"))?;
        Ok(())
    }

    fn try_decode_table_provider(
        &self,
        _: &[u8],
        _: &TableReference,
        _: SchemaRef,
        _: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        not_impl_err!("the plans here have no tables")
    }

    fn try_encode_table_provider(
        &self,
        _: &TableReference,
        _: Arc<dyn TableProvider>,
        _: &mut Vec<u8>,
    ) -> Result<()> {
        not_impl_err!("the plans here have no tables")
    }
}

const CONFIG: &str = r#"
[calendars.desk]
time_zone = "Europe/Berlin"
hours = { mon-fri = ["09:00-17:00"] }
holidays = ["12-25"]

[[sla_policies]]
name = "urgent"
metric = "first_reply"
target = "30m"
calendar = "desk"
when = "team = 'gold'"

[[sla_policies]]
name = "all"
metric = "first_reply"
target = "4h"
calendar = "desk"
"#;

const EVENTS: &str = "(SELECT * FROM (VALUES \
     (1, TIMESTAMPTZ '2026-01-05T10:00:00Z', 'created', 'customer', true, NULL, NULL, NULL), \
     (1, TIMESTAMPTZ '2026-01-05T11:30:00Z', 'comment', 'agent', true, NULL, NULL, NULL), \
     (2, TIMESTAMPTZ '2026-01-05T15:30:00Z', 'created', 'customer', true, NULL, NULL, NULL), \
     (2, TIMESTAMPTZ '2026-01-06T09:00:00Z', 'comment', 'agent', true, NULL, NULL, NULL)) \
     t(ticket_id, event_at, kind, actor_role, is_public, field, old_value, new_value))";

const TICKETS: &str = "(SELECT * FROM (VALUES (1, 'gold'), (2, 'blue')) t(ticket_id, team))";

/// The results of a session that has calendars and policies, and of a fresh one for the same plan.
async fn answers(sql: &str) -> [String; 2] {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("deskql.toml");
    std::fs::write(&config, CONFIG).unwrap();
    let settings = EngineSettings {
        config: Some(config),
        ..EngineSettings::default()
    };
    let engine = Engine::open(settings).await.unwrap();
    let frame = engine.sql(sql).await.unwrap();
    let plan = frame.clone().into_optimized_plan().unwrap();
    let bytes = logical_plan_to_bytes_with_extension_codec(&plan, &TextCodec).unwrap();
    let here = frame.collect().await.unwrap();

    let fresh = Engine::open(EngineSettings::default()).await.unwrap();
    let context = fresh.context();
    let task = context.task_ctx();
    let plan = logical_plan_from_bytes_with_extension_codec(&bytes, &task, &TextCodec).unwrap();
    let there = context.execute_logical_plan(plan).await.unwrap();
    let there = there.collect().await.unwrap();
    [here, there].map(|batches| pretty_format_batches(&batches).unwrap().to_string())
}

async fn is_the_same_elsewhere(sql: &str, wanted: &[&str]) {
    let [here, there] = answers(sql).await;
    assert_eq!(here, there, "{sql}");
    for text in wanted {
        assert!(here.contains(text), "{sql} gives\n{here}");
    }
}

#[tokio::test]
async fn calendars_of_functions_travel() {
    // From Monday 16:30 to Tuesday 10:00 in Berlin: half an hour and an hour.
    let pair = "TIMESTAMPTZ '2026-01-05T15:30:00Z' AS a, TIMESTAMPTZ '2026-01-06T09:00:00Z' AS b, 'desk' AS c";
    let values = format!("(SELECT {pair})");
    let sql = format!("SELECT business_hours(a, b, 'desk') AS h FROM {values}");
    is_the_same_elsewhere(&sql, &["1.5"]).await;
    let sql = format!(
        "SELECT business_hours(a, b, c) AS h, business_add(a, 3600, c) AS due FROM {values}"
    );
    is_the_same_elsewhere(&sql, &["1.5", "2026-01-06T08:30:00Z"]).await;
    let sql = format!("SELECT frt(a, b, 'hours', 'desk') AS h FROM {values}");
    is_the_same_elsewhere(&sql, &["1.5"]).await;
}

#[tokio::test]
async fn calendars_of_tables_made_from_events_travel() {
    let sql = format!(
        "SELECT ticket_id, business_first_response_seconds / 60 AS m \
         FROM ticket_facts({EVENTS}, calendar => 'desk') ORDER BY 1"
    );
    is_the_same_elsewhere(&sql, &["90.0"]).await;
}

#[tokio::test]
async fn policies_travel() {
    let sql = format!(
        "SELECT ticket_id, policy, status FROM sla_events({EVENTS}, tickets => {TICKETS}, \
         as_of => TIMESTAMPTZ '2026-02-01T00:00:00Z') ORDER BY 1"
    );
    is_the_same_elsewhere(
        &sql,
        &[
            "| 1         | urgent | breached |",
            "| 2         | all    | met      |",
        ],
    )
    .await;
}

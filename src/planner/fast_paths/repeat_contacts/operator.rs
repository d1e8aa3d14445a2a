//! The operator that replaces the window.

use std::fmt;
use std::sync::Arc;

use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, internal_err};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{
    BaselineMetrics, Count, ExecutionPlanMetricsSet, MetricBuilder, MetricsSet,
};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::statistics::StatisticsArgs;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
    Partitioning, PlanProperties, ReplaceChildrenOptions,
};

use super::answers::RepeatContactAnswers;
use super::first_pass::FirstPass;
use super::output::RepeatContactOutput;
use super::projection::{column, project};
use super::stream::attach;
use super::{ordered, unordered};
use crate::runtime::SharedOnce;

/// Computes the customer's next contact for each row, in two passes over the input.
#[derive(Debug, Clone)]
pub(super) struct RepeatContactsExec {
    pass: FirstPass,
    input: Arc<dyn ExecutionPlan>,
    output: RepeatContactOutput,
    rows: Precision<usize>,
    /// False until all other rules have run; the plans below are hidden from them: both passes must
    /// read the same rows in the same order, and a rule rewrites one plan at a time.
    is_revealed: bool,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
    /// Answers of one execution.
    answers: Arc<SharedOnce<RepeatContactAnswers>>,
}

impl RepeatContactsExec {
    /// The operator over `input`, whose rows are those of the plans of `pass`.
    pub(super) fn new(
        pass: FirstPass,
        input: Arc<dyn ExecutionPlan>,
        output: RepeatContactOutput,
        rows: Precision<usize>,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&output.schema)),
            Partitioning::UnknownPartitioning(input.output_partitioning().partition_count()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Self {
            pass,
            input,
            output,
            rows,
            is_revealed: false,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
            answers: Arc::default(),
        }
    }

    /// The operator with its inputs as children.
    pub(super) fn revealed(&self) -> Self {
        Self {
            is_revealed: true,
            ..self.clone()
        }
    }

    /// The same with only some columns of the input.
    fn with_inputs(&self, inputs: &[usize], output: RepeatContactOutput) -> Result<Self> {
        let schema = self.input.schema();
        let columns = inputs.iter().map(|&at| column(&schema, at));
        let input = project(columns.collect(), Arc::clone(&self.input))?;
        Ok(Self::new(self.pass.clone(), input, output, self.rows))
    }
}

impl DisplayAs for RepeatContactsExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let questions = &self.pass.request.questions;
        let questions: Vec<_> = questions.iter().map(ToString::to_string).collect();
        let contacts = self.pass.contacts.schema();
        let contacts: Vec<_> = contacts
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        write!(
            f,
            "RepeatContactsExec: answers=[{}], contacts=[{}]",
            questions.join(", "),
            contacts.join(", ")
        )
    }
}

impl ExecutionPlan for RepeatContactsExec {
    fn name(&self) -> &'static str {
        "RepeatContactsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        if !self.is_revealed {
            return vec![];
        }
        let first = [&self.pass.contacts].into_iter().chain(&self.pass.ties);
        first.chain([&self.input]).collect()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        // Answers belong to one execution.
        let mut new = Self {
            answers: Arc::default(),
            metrics: ExecutionPlanMetricsSet::new(),
            ..self.as_ref().clone()
        };
        let expected = self.children().len();
        let mut children = children.into_iter();
        if children.len() != expected {
            return internal_err!("RepeatContactsExec has {expected} children");
        }
        if let (Some(contacts), Some(input)) = (children.next(), children.next_back()) {
            let partitions = contacts.output_partitioning().partition_count();
            if partitions != input.output_partitioning().partition_count() {
                return internal_err!(
                    "both passes of RepeatContactsExec must read the same ranges"
                );
            }
            new.pass.contacts = contacts;
            new.input = input;
            new.pass.ties = children.next();
        }
        Ok(Arc::new(new))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mode = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        self.replace_children(children, mode)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, Arc::clone(&context))?;
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let sorted = MetricBuilder::new(&self.metrics).counter("sorted_rows", partition);
        let answers = self.answers.get_or_start(|| {
            let pass = self.pass.clone();
            Ok(async move { answers(&pass, &context, &sorted).await })
        })?;
        Ok(attach(
            answers,
            input,
            self.output.clone(),
            partition,
            metrics,
        ))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn statistics_from_inputs(
        &self,
        _: &[Arc<Statistics>],
        args: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let mut statistics = Statistics::new_unknown(&self.output.schema);
        if args.partition().is_none() {
            statistics.num_rows = self.rows;
        }
        Ok(Arc::new(statistics))
    }

    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        if self.is_revealed {
            return Ok(None);
        }
        let Some(narrowed) = self.output.narrowed(projection)? else {
            return Ok(None);
        };
        let narrow = Arc::new(self.with_inputs(&narrowed.inputs, narrowed.output)?);
        Ok(Some(match narrowed.expressions {
            None => narrow,
            Some(expressions) => Arc::new(ProjectionExec::try_new(expressions, narrow)?),
        }))
    }
}

/// Reads the contacts, in time order if possible, and adds the number of sorted contacts to `sorted`.
///
/// # Errors
/// When reading fails, the memory limit leaves no room, or a deadline lies past the range of
/// timestamps.
async fn answers(
    pass: &FirstPass,
    context: &Arc<TaskContext>,
    sorted: &Count,
) -> Result<RepeatContactAnswers> {
    let memory = MemoryConsumer::new("RepeatContactsExec").register(context.memory_pool());
    match ordered::run(pass, context, &memory).await? {
        Some(answers) => Ok(answers),
        None => unordered::run(pass, context, memory, sorted).await,
    }
}

//! `fcr(customer_id, opened_at, within)`: the share of contacts that are not repeated.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use crate::functions::declaration::kpi_spec::{BoundKpi, KpiArguments, KpiForm};
use crate::functions::declaration::outcome::KpiOutput;
use crate::functions::declaration::parameter::{FunctionParameter, ParameterKind};
use crate::functions::kernels::rows::eligible;
use crate::functions::repeat_contact::contacts::{RepeatContactBuffer, item_field};
use crate::functions::repeat_contact::deadlines::RepeatContactInterval;
use crate::functions::repeat_contact::decided::RepeatContactCounts;
use crate::functions::repeat_contact::repeat_definition::RepeatContactDefinition;
use crate::functions::tally::share::{measure, percent};

/// The third form of `fcr`.
pub(crate) const FORM: KpiForm = KpiForm {
    parameters: &[
        FunctionParameter::required(
            "customer_id",
            ParameterKind::Key,
            "Who made the contact, of any type.",
        ),
        FunctionParameter::required(
            "opened_at",
            ParameterKind::Instant,
            "When the contact began.",
        ),
        FunctionParameter::required(
            "within",
            ParameterKind::Span,
            "How soon another contact counts as a repeat, end included.",
        ),
    ],
    state: |types, _| {
        let list = |of: &DataType| DataType::LargeList(Arc::new(item_field(of)));
        vec![("customers", list(&types[0])), ("opened", list(&types[1]))]
    },
    bind,
};

fn bind(call: &KpiArguments<'_>) -> Result<Box<dyn BoundKpi>> {
    let Some(within) = call.span("within") else {
        return plan_err!("fcr: within must not be NULL; write for example INTERVAL '7 days'");
    };
    let types = [call.types[0].clone(), call.types[1].clone()];
    Ok(Box::new(RepeatContactDefinition {
        types,
        within: RepeatContactInterval::new("fcr", within)?,
    }))
}

impl BoundKpi for RepeatContactDefinition {
    fn accumulator(&self, outcome: KpiOutput, _sliding: bool) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(FcrAccumulator {
            outcome,
            contacts: RepeatContactBuffer::new(self.clone()),
        }))
    }

    fn groups(&self, outcome: KpiOutput) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(FcrGroupsAccumulator {
            outcome,
            total: 0,
            contacts: RepeatContactBuffer::new(self.clone()),
        }))
    }
}

fn of_outcome(outcome: &KpiOutput, decided: &[RepeatContactCounts]) -> Result<ArrayRef> {
    outcome.column(
        decided,
        |tally| percent(tally.resolved, tally.n),
        |tally, level| measure(tally.resolved, tally.n, vec![tally.resolved], level),
    )
}

#[derive(Debug)]
struct FcrAccumulator {
    outcome: KpiOutput,
    contacts: RepeatContactBuffer,
}

impl Accumulator for FcrAccumulator {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.contacts.add(values, None, |_| 0)
    }

    /// A frame retracts its oldest rows, which are the first ones here.
    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let gone = match eligible(&[&values[0], &values[1]], None) {
            None => values[0].len(),
            Some(counted) => counted.count_set_bits(),
        };
        self.contacts.drop_first(gone)
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&of_outcome(&self.outcome, &self.contacts.decide(1)?)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let lists = self.contacts.lists(1)?;
        lists
            .iter()
            .map(|list| ScalarValue::try_from_array(list, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.contacts.merge(states, |_| 0);
        Ok(())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.contacts.size()
    }
}

#[derive(Debug)]
struct FcrGroupsAccumulator {
    outcome: KpiOutput,
    total: usize,
    contacts: RepeatContactBuffer,
}

impl FcrGroupsAccumulator {
    fn emitted(&self, emit_to: EmitTo) -> usize {
        match emit_to {
            EmitTo::All => self.total,
            EmitTo::First(n) => n,
        }
    }

    fn forget(&mut self, groups: usize) -> Result<()> {
        self.total -= groups;
        self.contacts.forget(groups)
    }
}

impl GroupsAccumulator for FcrGroupsAccumulator {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.total = total_num_groups;
        self.contacts
            .add(values, opt_filter, |row| group_indices[row])
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.total = total_num_groups;
        self.contacts.merge(values, |row| group_indices[row]);
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let groups = self.emitted(emit_to);
        let column = of_outcome(&self.outcome, &self.contacts.decide(groups)?)?;
        self.forget(groups)?;
        Ok(column)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = self.emitted(emit_to);
        let lists = self.contacts.lists(groups)?;
        self.forget(groups)?;
        Ok(lists)
    }

    /// One list per row: the contact, or an empty list if the row does not count.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values[0].len();
        let mut contacts = RepeatContactBuffer::new(self.contacts.call.clone());
        contacts.add(values, opt_filter, |row| row)?;
        contacts.lists(rows)
    }

    fn size(&self) -> usize {
        self.contacts.size()
    }
}

//! Contacts that are not in time order: only customer, instant and row are sorted.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{Result, exec_err};
use datafusion::execution::TaskContext;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::ExecutionPlanProperties;
use datafusion::physical_plan::metrics::Count;
use futures::{StreamExt, TryStreamExt};

use super::answers::{ContactRowId, ContactTie, RepeatContactAnswers};
use super::contact_query::{ContactQuery, ObservationEnd, RepeatContactRequest};
use super::customers::CustomerNumbering;
use super::deadlines::RepeatDeadlineSpan;
use super::first_pass::{FirstPass, join_failed};
use super::instants::timestamps;
use super::row_answers::{RowAnswer, RowAnswersBuilder};
use crate::functions::kernels::times::ticks;

/// Maximum number of contacts in memory; a larger input is read several times, for some customers each.
const MOST_CONTACTS: usize = 16 << 20;

/// Number of contacts that justify one more read of the input.
const FEWEST_CONTACTS: usize = 1 << 16;

/// Number of parts that are sorted separately, by customer.
const BUCKETS: u32 = 16;

/// A contact, ordered by customer, then by instant, then by input order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct SortableContact {
    customer: u32,
    instant: i64,
    at: ContactRowId,
}

/// The customers whose number ends in certain bits.
#[derive(Debug, Clone, Copy)]
struct CustomerPartition {
    mask: u32,
    bits: u32,
}

/// The state of the search.
struct UnorderedContactSearch<'a> {
    pass: &'a FirstPass,
    context: &'a Arc<TaskContext>,
    memory: &'a MemoryReservation,
    customers: CustomerNumbering,
    /// Rows and answers of each range.
    ranges: Vec<(usize, Vec<RowAnswersBuilder>)>,
    newest: Option<i64>,
    ties: Vec<ContactTie>,
}

/// Computes the answers by sorting, and adds the number of sorted contacts to `sorted`.
///
/// # Errors
/// When reading fails or the memory limit leaves no room.
pub(super) async fn run(
    pass: &FirstPass,
    context: &Arc<TaskContext>,
    memory: MemoryReservation,
    sorted: &Count,
) -> Result<RepeatContactAnswers> {
    let mut search = UnorderedContactSearch {
        pass,
        context,
        memory: &memory,
        customers: CustomerNumbering::new(&pass.request)?,
        ranges: vec![],
        newest: None,
        ties: vec![],
    };
    let mut shares = vec![CustomerPartition { mask: 0, bits: 0 }];
    while let Some(share) = shares.pop() {
        let buckets = search.collect(share, &mut shares).await?;
        sorted.add(buckets.iter().map(Vec::len).sum());
        let threads = context.session_config().target_partitions().max(1);
        let mut done = futures::stream::iter(buckets)
            .map(sort)
            .buffer_unordered(threads);
        while let Some(bucket) = done.try_next().await? {
            search.decide(&bucket)?;
        }
    }
    let UnorderedContactSearch {
        mut ranges,
        newest,
        ties,
        ..
    } = search;
    let mut marks: Vec<Vec<&mut RowAnswersBuilder>> = ranges
        .iter_mut()
        .map(|(_, marks)| marks.iter_mut().collect())
        .collect();
    pass.break_ties(ties, &mut marks, context, &memory).await?;
    RepeatContactAnswers::new(ranges, newest, &pass.request.instant, memory)
}

async fn sort(mut bucket: Vec<SortableContact>) -> Result<Vec<SortableContact>> {
    let task = SpawnedTask::spawn_blocking(move || {
        bucket.sort_unstable();
        bucket
    });
    task.join_unwind().await.map_err(join_failed)
}

impl UnorderedContactSearch<'_> {
    /// Reads the input and retains the contacts of a share of the customers, which is halved as often
    /// as necessary; the other halves are added to `shares`.
    async fn collect(
        &mut self,
        mut share: CustomerPartition,
        shares: &mut Vec<CustomerPartition>,
    ) -> Result<Vec<Vec<SortableContact>>> {
        let mut buckets: Vec<Vec<SortableContact>> = vec![vec![]; BUCKETS as usize];
        let is_first = self.ranges.is_empty();
        let partitions = self.pass.contacts.output_partitioning().partition_count();
        for range in 0..partitions {
            let mut stream = self
                .pass
                .contacts
                .execute(range, Arc::clone(self.context))?;
            if is_first {
                let request = &self.pass.request;
                let marks = |question| RowAnswersBuilder::new(question, &request.instant);
                let marks = request.questions.iter().map(marks).collect();
                self.ranges.push((0, marks));
            }
            let mut start = 0;
            while let Some(batch) = stream.try_next().await? {
                if is_first {
                    self.extend(range, &batch);
                }
                self.keep(range, start, &batch, share, &mut buckets)?;
                start += batch.num_rows();
                while self.is_full(&buckets)? {
                    share = halve(share, shares, &mut buckets)?;
                }
            }
        }
        Ok(buckets)
    }

    fn extend(&mut self, range: usize, batch: &RecordBatch) {
        let request = &self.pass.request;
        let (keys, instants) = batch.columns().split_at(request.keys.len());
        let eligible = request.eligible(keys, &instants[0]);
        let (rows, marks) = &mut self.ranges[range];
        *rows += batch.num_rows();
        for marks in marks {
            marks.extend(batch.num_rows(), eligible.as_ref());
        }
    }

    fn keep(
        &mut self,
        range: usize,
        start: usize,
        batch: &RecordBatch,
        share: CustomerPartition,
        buckets: &mut [Vec<SortableContact>],
    ) -> Result<()> {
        let request = &self.pass.request;
        let (keys, instants) = batch.columns().split_at(request.keys.len());
        let eligible = request.eligible(keys, &instants[0]);
        let (values, nulls) = (ticks(&instants[0])?, instants[0].nulls());
        let mut numbers = vec![];
        self.customers.numbers(keys, &mut numbers)?;
        for (index, &number) in numbers.iter().enumerate() {
            if nulls.is_none_or(|nulls| nulls.is_valid(index)) {
                self.newest = self.newest.max(Some(values[index]));
            }
            let (Ok(customer), Ok(range), Ok(row)) = (
                u32::try_from(number),
                u32::try_from(range),
                u32::try_from(start + index),
            ) else {
                return exec_err!("too many contacts to sort; SET deskql.repeat_contacts = false");
            };
            if customer & share.mask == share.bits
                && eligible
                    .as_ref()
                    .is_none_or(|eligible| eligible.is_valid(index))
            {
                buckets[bucket(customer)].push(SortableContact {
                    customer,
                    instant: values[index],
                    at: (range, row),
                });
            }
        }
        Ok(())
    }

    /// True if the retained contacts exceed the limit.
    fn is_full(&self, buckets: &[Vec<SortableContact>]) -> Result<bool> {
        let rows: usize = buckets.iter().map(Vec::len).sum();
        if rows > MOST_CONTACTS {
            return Ok(true);
        }
        let kept: usize = buckets.iter().map(Vec::capacity).sum();
        let marks = self.ranges.iter().flat_map(|(_, marks)| marks);
        let size = kept * size_of::<SortableContact>()
            + self.customers.size()
            + marks.map(RowAnswersBuilder::size).sum::<usize>()
            + self.ties.capacity() * size_of::<ContactTie>();
        match self.memory.try_resize(size) {
            Err(_) if rows > FEWEST_CONTACTS => Ok(true),
            resized => resized.map(|()| false),
        }
    }

    /// Computes the answers for the contacts of a sorted bucket.
    fn decide(&mut self, bucket: &[SortableContact]) -> Result<()> {
        let request = Arc::clone(&self.pass.request);
        for (place, question) in request.questions.iter().enumerate() {
            match question {
                ContactQuery::Next => {
                    for (contact, next) in pairs(bucket) {
                        let mark = RowAnswer::Next(next.map(|next| next.instant));
                        self.mark(contact.at, place, mark);
                    }
                }
                ContactQuery::Repeated { within, until } => {
                    let reach = RepeatDeadlineSpan::new(*within, &request.instant);
                    self.decide_repeats(bucket, place, &reach, *until, &request)?;
                }
            }
        }
        if !request.ties.is_empty() {
            let same = pairs(bucket).filter_map(|(contact, next)| {
                let next = next.filter(|next| next.instant == contact.instant)?;
                Some((contact.at, next.at))
            });
            self.ties.extend(same);
        }
        Ok(())
    }

    fn decide_repeats(
        &mut self,
        bucket: &[SortableContact],
        place: usize,
        reach: &RepeatDeadlineSpan,
        until: ObservationEnd,
        request: &RepeatContactRequest,
    ) -> Result<()> {
        let until = match until {
            ObservationEnd::Newest => self.newest,
            ObservationEnd::Fixed(until) => until,
        };
        let instants = bucket.iter().map(|contact| contact.instant).collect();
        let deadlines = reach.compute_deadlines(&timestamps(instants, None, &request.instant)?)?;
        for (index, (contact, next)) in pairs(bucket).enumerate() {
            let deadline = deadlines.at(index);
            let repeated = next.is_some_and(|next| next.instant <= deadline);
            let known = repeated || until.is_some_and(|until| deadline <= until);
            self.mark(contact.at, place, RowAnswer::Repeated { repeated, known });
        }
        Ok(())
    }

    fn mark(&mut self, (range, row): ContactRowId, place: usize, mark: RowAnswer) {
        self.ranges[range as usize].1[place].set(row as usize, mark);
    }
}

/// Each contact with the next one of the same customer.
fn pairs(
    bucket: &[SortableContact],
) -> impl Iterator<Item = (&SortableContact, Option<&SortableContact>)> {
    let next = bucket.iter().skip(1).map(Some).chain([None]);
    bucket.iter().zip(next).map(|(contact, next)| {
        let next = next.filter(|next| next.customer == contact.customer);
        (contact, next)
    })
}

fn bucket(customer: u32) -> usize {
    // The high bits of a product, since shares are selected by the low bits of the number.
    (customer.wrapping_mul(0x9E37_79B1) >> (u32::BITS - BUCKETS.ilog2())) as usize
}

/// Drops half of the customers of a share, which are read again later.
fn halve(
    share: CustomerPartition,
    shares: &mut Vec<CustomerPartition>,
    buckets: &mut [Vec<SortableContact>],
) -> Result<CustomerPartition> {
    let bit = share.mask + 1;
    if bit > 1 << 16 {
        return exec_err!(
            "one customer has too many contacts to sort; SET deskql.repeat_contacts = false"
        );
    }
    let mask = share.mask | bit;
    shares.push(CustomerPartition {
        mask,
        bits: share.bits | bit,
    });
    for bucket in buckets {
        bucket.retain(|contact| contact.customer & mask == share.bits);
        bucket.shrink_to_fit();
    }
    Ok(CustomerPartition {
        mask,
        bits: share.bits,
    })
}

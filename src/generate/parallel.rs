//! Parallel work on all cores with results in the order of the jobs.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::error::{Error, Result};

/// Maximum number of queued jobs per worker: enough to keep it busy while the others catch up.
const AHEAD: usize = 2;

/// Runs `work` over the jobs on `threads` threads and passes the results to `emit` in the order in
/// which `next` returned the jobs. Job number i goes to worker i modulo `threads`, and at most two
/// jobs per worker are in progress, so memory is bounded and no sort is required. Stops early if
/// `emit` breaks or anything fails.
pub(super) fn in_order<J: Send, R: Send>(
    threads: usize,
    mut next: impl FnMut() -> Result<Option<J>>,
    work: impl Fn(J) -> Result<R> + Sync,
    mut emit: impl FnMut(R) -> Result<ControlFlow<()>>,
) -> Result<()> {
    let threads = threads.max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let lanes: Vec<(SyncSender<J>, Receiver<Result<R>>)> = (0..threads)
            .map(|_| {
                let (jobs, inbox) = sync_channel::<J>(AHEAD);
                let (outbox, results) = sync_channel(AHEAD);
                scope.spawn(move || {
                    for job in inbox {
                        if outbox.send(work(job)).is_err() {
                            break;
                        }
                    }
                });
                (jobs, results)
            })
            .collect();
        let (mut sent, mut done, mut more) = (0, 0, true);
        loop {
            while more && sent - done < threads * AHEAD {
                match next()? {
                    Some(job) => {
                        lanes[sent % threads]
                            .0
                            .send(job)
                            .map_err(|_closed| stopped())?;
                        sent += 1;
                    }
                    None => more = false,
                }
            }
            if done == sent {
                return Ok(());
            }
            let result = lanes[done % threads]
                .1
                .recv()
                .map_err(|_closed| stopped())?;
            done += 1;
            if emit(result?)?.is_break() {
                return Ok(());
            }
        }
    })
}

fn stopped() -> Error {
    Error::Usage("a worker thread of the generator stopped; please report this".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order() {
        for threads in [1, 2, 7] {
            let mut jobs = 0..100_u64;
            let mut seen = Vec::new();
            in_order(
                threads,
                || Ok(jobs.next()),
                |job| Ok(job * 2),
                |result| {
                    seen.push(result);
                    Ok(ControlFlow::Continue(()))
                },
            )
            .unwrap();
            assert_eq!(seen, (0..100).map(|job| job * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn stops_when_told_and_on_errors() {
        let stop = |limit: u64| {
            let mut jobs = 0..;
            let mut seen = 0;
            let outcome = in_order(
                3,
                || Ok(jobs.next()),
                |job: u64| {
                    if job == 50 {
                        Err(Error::Interrupted)
                    } else {
                        Ok(job)
                    }
                },
                |job| {
                    seen = job;
                    Ok(if job == limit {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    })
                },
            );
            (seen, outcome.is_ok())
        };
        assert_eq!(stop(20), (20, true));
        assert_eq!(stop(90), (49, false));
    }
}

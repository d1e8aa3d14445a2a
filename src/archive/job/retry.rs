//! When a step is tried again.

use std::time::Duration;

use crate::error::Error;
use crate::runtime::may_pass;

/// Longest wait between two attempts.
const LONGEST: Duration = Duration::from_secs(60);

/// How often and when a step is tried again after an error of a store that may pass.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryPolicy {
    /// Attempts after the first.
    pub(crate) retries: u32,
    /// Wait before the first of them; each further one doubles it.
    pub(crate) wait: Duration,
}

impl RetryPolicy {
    /// Time to wait after attempt number `attempt` (from 1) failed with `error`; `None` if it is not tried again.
    pub(super) fn wait_after(&self, attempt: u32, error: &Error) -> Option<Duration> {
        if attempt > self.retries || !may_pass(error) {
            return None;
        }
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let wait = self.wait.saturating_mul(doubled).min(LONGEST);
        // From half of it to all, so that jobs which failed together do not come again together.
        Some(wait.mul_f64(0.5 + 0.5 * chance()))
    }
}

/// A number from 0 to 1 by the clock, which is chance enough here.
fn chance() -> f64 {
    let now = std::time::SystemTime::now();
    let since = now
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    f64::from(since.subsec_nanos() % 1_000_000) / 1_000_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute_and_end() {
        let policy = RetryPolicy {
            retries: 10,
            wait: Duration::from_secs(1),
        };
        let busy = Error::Unavailable {
            location: "s3://b".to_owned(),
            problem: "503".to_owned(),
        };
        for (attempt, most) in [(1, 1), (2, 2), (3, 4), (7, 60), (10, 60)] {
            let wait = policy.wait_after(attempt, &busy).unwrap();
            let most = Duration::from_secs(most);
            assert!(wait <= most && wait >= most / 2, "{attempt}: {wait:?}");
        }
        assert!(policy.wait_after(11, &busy).is_none());
        assert!(
            policy
                .wait_after(1, &Error::Sql("no column".to_owned()))
                .is_none()
        );
    }
}

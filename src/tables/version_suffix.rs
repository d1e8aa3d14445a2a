//! Names that end in the version of a Delta table: `tickets@v3`, `lake/tickets@2026-01-01 00:00:00`.

use crate::delta::TableVersion;
use crate::time::text::read;

/// The name and the version at its end; `None` if there is none.
///
/// A time without an offset is in UTC, a date is its first instant.
pub(super) fn split(name: &str) -> Option<(&str, TableVersion)> {
    let (name, suffix) = name.rsplit_once('@')?;
    if let Some(number) = suffix.strip_prefix('v')
        && let Ok(number) = number.parse()
    {
        return Some((name, TableVersion::Number(number)));
    }
    let time = read(suffix).ok()?.in_utc()?;
    Some((name, TableVersion::At(time.and_utc().timestamp_millis())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_versions() {
        assert_eq!(split("t@v12"), Some(("t", TableVersion::Number(12))));
        let start = TableVersion::At(1_767_225_600_000);
        assert_eq!(split("a/t@2026-01-01"), Some(("a/t", start)));
        assert_eq!(split("t@2026-01-01 01:00:00+01:00"), Some(("t", start)));
        for other in ["t", "t@", "t@v", "t@vx", "me@home"] {
            assert_eq!(split(other), None, "{other}");
        }
    }
}

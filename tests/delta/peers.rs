//! `deltalake` from `PyPI` reads what deskql writes, and writes what deskql reads.

use crate::lake::tickets_table;
use crate::support::answers::python;
use crate::support::data::{open, rows};

#[tokio::test]
async fn another_library_reads_our_tables_and_writes_to_them() {
    let Some(python) = python("deltalake") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let table = tickets_table(
        folder.path(),
        "ticket_id,created_at,channel\n1,2026-01-05 10:00:00,email\n2,2026-02-05 10:00:00,chat\n",
    );
    let script = "
import sys, datetime as dt, pyarrow as pa
from deltalake import DeltaTable, write_deltalake
path = sys.argv[1]
table = DeltaTable(path)
rows = table.to_pyarrow_table().sort_by('ticket_id').to_pylist()
assert [row['ticket_id'] for row in rows] == [1, 2], rows
assert rows[0]['created_at'] == dt.datetime(2026, 1, 5, 10, tzinfo=dt.timezone.utc), rows
assert rows[0]['created_at_month'] == dt.date(2026, 1, 1), rows
new = pa.table({
    'ticket_id': pa.array([3], pa.int64()),
    'created_at': pa.array([dt.datetime(2026, 2, 7, tzinfo=dt.timezone.utc)], pa.timestamp('us', 'UTC')),
    'updated_at': pa.array([None], pa.timestamp('us', 'UTC')),
    'channel': ['web'],
    'created_at_month': pa.array([dt.date(2026, 2, 1)], pa.date32()),
})
write_deltalake(path, new, mode='append')
DeltaTable(path).delete('ticket_id = 1')
sys.stdout.flush()
import os
# The library's threads abort an interpreter that ends while they run.
os._exit(0)
";
    let output = std::process::Command::new(python)
        .args(["-c", script])
        .arg(&table)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let engine = open(&[&table]).await.unwrap();
    let query = "SELECT ticket_id, channel, created_at_month FROM tickets ORDER BY 1";
    assert_eq!(
        rows(&engine, query).await,
        ["2|chat|2026-02-01", "3|web|2026-02-01"]
    );
}

//! The machine that a benchmark ran on.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

/// Properties of a machine that determine its speed, as far as the system reports them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct BenchMachine {
    /// The processor's name.
    pub cpu: String,
    /// Number of hardware threads.
    pub cores: usize,
    /// Memory in bytes.
    pub memory: u64,
    /// Operating system with its version.
    pub system: String,
}

impl BenchMachine {
    /// This machine.
    #[must_use]
    pub(crate) fn this() -> Self {
        let kinds = RefreshKind::nothing()
            .with_cpu(CpuRefreshKind::nothing())
            .with_memory(MemoryRefreshKind::nothing().with_ram());
        let system = System::new_with_specifics(kinds);
        let cpu = system.cpus().first();
        Self {
            cpu: cpu.map_or_else(|| "unknown".to_owned(), |cpu| cpu.brand().trim().to_owned()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory: system.total_memory(),
            system: System::long_os_version().unwrap_or_else(|| "unknown".to_owned()),
        }
    }
}

/// Requests the system to drop `files` from its page cache. Best effort: files in use by others stay.
#[cfg(target_os = "linux")]
pub(super) fn forget(files: &[PathBuf]) {
    use rustix::fs::{Advice, fadvise};

    for path in files {
        if let Ok(file) = std::fs::File::open(path) {
            // Dirty pages would stay.
            file.sync_all().ok();
            fadvise(&file, 0, None, Advice::DontNeed).ok();
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn forget(_files: &[PathBuf]) {}

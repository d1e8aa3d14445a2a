//! The machine that a benchmark ran on.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

/// What decides how fast a machine is, as far as it tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BenchMachine {
    /// The processor's name.
    pub cpu: String,
    /// Threads that it runs at once.
    pub cores: usize,
    /// Bytes of memory.
    pub memory: u64,
    /// The system with its version.
    pub system: String,
}

impl BenchMachine {
    /// This one.
    #[must_use]
    pub fn this() -> Self {
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

/// Forgets the most memory that the process held so far, so that [`peak_memory`] counts from now.
/// Nothing happens where the system has no such counter.
pub(super) fn reset_peak() {
    // "5" resets the high-water mark of resident memory (proc(5)).
    if cfg!(target_os = "linux") {
        std::fs::write("/proc/self/clear_refs", "5").ok();
    }
}

/// The most memory that the process held since [`reset_peak`], in bytes.
pub(super) fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Asks the system to drop what it holds of `files` in memory. Only a wish: files that others use
/// stay.
#[cfg(target_os = "linux")]
pub(super) fn forget(files: &[PathBuf]) {
    use rustix::fs::{Advice, fadvise};

    for path in files {
        if let Ok(file) = std::fs::File::open(path) {
            // Pages not yet written would stay.
            file.sync_all().ok();
            fadvise(&file, 0, None, Advice::DontNeed).ok();
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn forget(_files: &[PathBuf]) {}

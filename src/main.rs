//! The `deskql` program.

use mimalloc::MiMalloc;

/// The system's allocator gives every thread an arena of its own, which short work on many threads
/// pays for. Without huge pages, as `Cargo.toml` has it: they take 17 to 54 % more memory.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::process::ExitCode {
    deskql::internal::main()
}

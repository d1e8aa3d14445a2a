//! The `deskql` program.

fn main() -> std::process::ExitCode {
    deskql::cli::main()
}

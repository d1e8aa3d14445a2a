//! Options from environment variables: defaults that the command line overrides.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::args::{Cli, CliCommand};
use super::global_args::GlobalArgs;

/// Splits the lists in the variables and clears those that do not apply to the command.
pub(crate) fn apply(cli: &mut Cli, matches: &ArgMatches) {
    let is_default = |id: &str| matches.value_source(id) == Some(ValueSource::EnvVariable);
    let global = &mut cli.global;
    if is_default("data") {
        global.data = global.data.iter().flat_map(|list| split(list)).collect();
    }
    if is_default("queries") {
        let folders = global.queries.iter().map(|list| list.to_string_lossy());
        let folders: Vec<String> = folders.flat_map(|list| split(&list)).collect();
        global.queries = folders.into_iter().map(Into::into).collect();
    }
    // The extension of a file takes precedence over the variable.
    if is_default("format") && global.output.is_some() {
        global.format = None;
    }
    if let Some(command) = &cli.command {
        let option_use = command.option_use();
        let is_job = matches!(command, CliCommand::Job(_));
        for id in CLEARED {
            // A job means the same wherever it runs.
            let is_of_job = is_job && ["data", "config"].contains(&id);
            if is_default(id) && (option_use.is_unused(id) || is_of_job) {
                clear(&mut cli.global, id);
            }
        }
    }
}

/// Options whose variables would otherwise reach a command that has no use for them.
const CLEARED: [&str; 4] = ["data", "config", "format", "memory_limit"];

fn clear(global: &mut GlobalArgs, id: &str) {
    match id {
        "data" => global.data.clear(),
        "config" => global.config = None,
        "format" => global.format = None,
        _ => global.memory_limit = None,
    }
}

/// Splits a list of locations at colons, as in `PATH`, but not at those of URLs and drive letters.
fn split(list: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in list.match_indices(':') {
        let is_url = list[at..].starts_with("://");
        let is_port = list[from..at].contains("://")
            && list[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        let is_drive = cfg!(windows) && at == from + 1;
        if !is_url && !is_port && !is_drive {
            parts.push(&list[from..at]);
            from = at + 1;
        }
    }
    parts.push(&list[from..]);
    parts.retain(|part| !part.is_empty());
    parts.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_at_colons_but_not_inside_urls() {
        assert_eq!(split("desk:/data/desk"), ["desk", "/data/desk"]);
        assert_eq!(
            split("s3://bucket/desk:more:http://host:9000/a.parquet"),
            ["s3://bucket/desk", "more", "http://host:9000/a.parquet"]
        );
        assert!(split("").is_empty());
    }
}

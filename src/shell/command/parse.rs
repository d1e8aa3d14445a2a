//! Parses a line into a [`ShellCommand`].

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::habits::{self, ForeignCommand};
use super::{ALL, CommandSpec, ExpandedMode, ShellCommand, ShellRowLimit, find};
use crate::error::{Error, Result};
use crate::output::ResultFormat;
use crate::output::chart::{ChartSpec, ChartType};
use crate::text::nearest;

/// Default number of inputs that `\history` prints.
const HISTORY: usize = 20;

/// The words after a command.
#[derive(Debug)]
pub(super) struct CommandArguments {
    spec: &'static CommandSpec,
    words: Vec<String>,
}

/// Parses a command of deskql or of another shell; a trailing semicolon is ignored.
///
/// # Errors
/// When there is no such command, or its arguments are wrong.
pub(crate) fn parse(line: &str) -> Result<ShellCommand> {
    let line = line.trim().trim_end_matches(';').trim_end();
    let line = match habits::translate(line) {
        Some(ForeignCommand::Means(ours)) => ours,
        Some(ForeignCommand::Instead(advice)) => return Err(Error::Usage(advice.to_owned())),
        None => line.to_owned(),
    };
    let after = line.strip_prefix('\\').unwrap_or(&line);
    let (name, rest) = match after.find(char::is_whitespace) {
        Some(at) => after.split_at(at),
        None => (after, ""),
    };
    let spec = find(name).ok_or_else(|| unknown(name))?;
    let words = shlex::split(rest).ok_or_else(|| {
        Error::Usage(format!(
            "\\{}: a quote has no end; put names with quotes into the other kind: \"it's.sql\"",
            spec.name
        ))
    })?;
    (spec.parse)(&CommandArguments { spec, words })
}

fn unknown(name: &str) -> Error {
    let names = ALL.iter().map(|spec| spec.name);
    // Names of one or two letters are all similar.
    let near = nearest(
        name,
        names.filter(|known| known.len() > 2 && name.len() > 2),
    );
    Error::Usage(match near {
        Some(near) => format!("no command \\{name}: did you mean \\{near}? \\? lists them"),
        None => format!("no command \\{name}: \\? lists them"),
    })
}

impl CommandArguments {
    fn wrong(&self, problem: &str) -> Error {
        let CommandSpec {
            name, arguments, ..
        } = self.spec;
        Error::Usage(
            format!("\\{name}: {problem}: write \\{name} {arguments}")
                .trim_end()
                .to_owned(),
        )
    }

    fn none(&self) -> Result<()> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => Err(self.wrong(&format!("{word:?} is too much"))),
        }
    }

    fn at_most_one(&self) -> Result<Option<&str>> {
        match self.words.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            [_, second, ..] => Err(self.wrong(&format!("{second:?} is too much"))),
        }
    }

    /// All words, to search for.
    fn phrase(&self) -> Option<String> {
        (!self.words.is_empty()).then(|| self.words.join(" "))
    }

    fn one(&self) -> Result<&str> {
        self.at_most_one()?
            .ok_or_else(|| self.wrong("something is missing"))
    }

    fn switch(&self) -> Result<Option<bool>> {
        match self.at_most_one()?.map(str::to_ascii_lowercase).as_deref() {
            None => Ok(None),
            Some("on" | "true" | "1") => Ok(Some(true)),
            Some("off" | "false" | "0") => Ok(Some(false)),
            Some(other) => Err(self.wrong(&format!("{other:?} is neither on nor off"))),
        }
    }
}

pub(super) fn describe(given: &CommandArguments) -> Result<ShellCommand> {
    Ok(ShellCommand::Describe(
        given.at_most_one()?.map(str::to_owned),
    ))
}

pub(super) fn functions(given: &CommandArguments) -> Result<ShellCommand> {
    // Completion leaves the parenthesis: `\df nps(`.
    let name = given.phrase();
    let name = name.map(|name| name.trim_end_matches(['(', ')']).to_owned());
    Ok(ShellCommand::Functions(name))
}

pub(super) fn kpis(given: &CommandArguments) -> Result<ShellCommand> {
    Ok(ShellCommand::Kpis(given.phrase()))
}

pub(super) fn queries(given: &CommandArguments) -> Result<ShellCommand> {
    Ok(ShellCommand::Queries(given.phrase()))
}

/// `NAME=VALUE`, or as in one-shot runs `--NAME VALUE`, `--NAME=VALUE` and `--param NAME=VALUE`.
pub(super) fn run(given: &CommandArguments) -> Result<ShellCommand> {
    let (name, rest) = given
        .words
        .split_first()
        .ok_or_else(|| given.wrong("which one? \\queries lists them"))?;
    let mut values = Vec::new();
    let mut words = rest.iter().filter(|word| *word != "--param");
    while let Some(word) = words.next() {
        let (key, value) = match (word.strip_prefix("--"), word.split_once('=')) {
            (_, Some((key, value))) => (key.trim_start_matches("--"), value),
            (Some(key), None) => (key, words.next().map_or("", String::as_str)),
            (None, None) => return Err(given.wrong(&format!("{word:?} is not NAME=VALUE"))),
        };
        values.push((key.to_owned(), value.to_owned()));
    }
    Ok(ShellCommand::Run(name.clone(), values))
}

pub(super) fn chart(given: &CommandArguments) -> Result<ShellCommand> {
    let mut words = given.words.as_slice();
    let mut spec = ChartSpec::default();
    if let Some((first, rest)) = words.split_first()
        && let Ok(kind) = ChartType::from_str(first, true)
    {
        spec.kind = Some(kind);
        words = rest;
    }
    if let Some((last, rest)) = words.split_last()
        && last.eq_ignore_ascii_case("all")
    {
        spec.all = true;
        words = rest;
    }
    if let [rest @ .., by, series] = words
        && by.eq_ignore_ascii_case("by")
    {
        spec.series = Some(series.clone());
        words = rest;
    }
    if let Some((x, y)) = words.split_first() {
        spec.x = Some(x.clone());
        spec.y = y.to_vec();
    }
    Ok(ShellCommand::Chart(spec))
}

pub(super) fn summarize(given: &CommandArguments) -> Result<ShellCommand> {
    Ok(ShellCommand::Summarize(given.one()?.to_owned()))
}

pub(super) fn include(given: &CommandArguments) -> Result<ShellCommand> {
    given.one().map(|name| ShellCommand::Include(path(name)))
}

pub(super) fn output(given: &CommandArguments) -> Result<ShellCommand> {
    Ok(ShellCommand::Output(given.at_most_one()?.map(path)))
}

/// Expands `~/` to the home folder, as a login shell does.
fn path(name: &str) -> PathBuf {
    match (name.strip_prefix("~/"), std::env::home_dir()) {
        (Some(inner), Some(home)) => home.join(inner),
        _ => Path::new(name).to_owned(),
    }
}

pub(super) fn edit(given: &CommandArguments) -> Result<ShellCommand> {
    given.none().map(|()| ShellCommand::Edit)
}

pub(super) fn history(given: &CommandArguments) -> Result<ShellCommand> {
    let Some(count) = given.at_most_one()? else {
        return Ok(ShellCommand::History(HISTORY));
    };
    match count.parse() {
        Ok(count) => Ok(ShellCommand::History(count)),
        Err(_) => Err(given.wrong(&format!("{count:?} is not a number"))),
    }
}

pub(super) fn last(given: &CommandArguments) -> Result<ShellCommand> {
    given.none().map(|()| ShellCommand::Last)
}

pub(super) fn expanded(given: &CommandArguments) -> Result<ShellCommand> {
    if given
        .at_most_one()?
        .is_some_and(|word| word.eq_ignore_ascii_case("auto"))
    {
        return Ok(ShellCommand::Expanded(Some(ExpandedMode::Auto)));
    }
    let switch = given.switch()?;
    let expanded = switch.map(|on| {
        if on {
            ExpandedMode::On
        } else {
            ExpandedMode::Off
        }
    });
    Ok(ShellCommand::Expanded(expanded))
}

pub(super) fn format(given: &CommandArguments) -> Result<ShellCommand> {
    let Some(name) = given.at_most_one()? else {
        return Ok(ShellCommand::Format(None));
    };
    let known = ResultFormat::value_variants()
        .iter()
        .filter(|format| !format.is_binary());
    let names: Vec<String> = known.map(|format| format.name()).collect();
    match ResultFormat::from_str(habits::format_name(name), true) {
        Ok(format) if format.is_binary() => Err(Error::Usage(format!(
            "{} is not for terminals: write \\o FILE.{} before the statement",
            format.name(),
            format.name()
        ))),
        Ok(format) => Ok(ShellCommand::Format(Some(format))),
        Err(_) => Err(Error::Usage(
            match nearest(name, names.iter().map(String::as_str)) {
                Some(near) => format!("no format {name:?}: did you mean {near}?"),
                None => format!("no format {name:?}: there are {}", names.join(", ")),
            },
        )),
    }
}

pub(super) fn rows(given: &CommandArguments) -> Result<ShellCommand> {
    let rows = match given.at_most_one()?.map(str::to_ascii_lowercase).as_deref() {
        None => None,
        Some("auto") => Some(ShellRowLimit::Auto),
        Some("all") => Some(ShellRowLimit::All),
        Some(number) => match number.replace(['_', ','], "").parse() {
            Ok(most) if most > 0 => Some(ShellRowLimit::Most(most)),
            _ => return Err(given.wrong(&format!("{number:?} is not a number of rows"))),
        },
    };
    Ok(ShellCommand::Rows(rows))
}

pub(super) fn timing(given: &CommandArguments) -> Result<ShellCommand> {
    given.switch().map(ShellCommand::Timing)
}

pub(super) fn exact(given: &CommandArguments) -> Result<ShellCommand> {
    given.switch().map(ShellCommand::Exact)
}

pub(super) fn hints(given: &CommandArguments) -> Result<ShellCommand> {
    given.switch().map(ShellCommand::Hints)
}

pub(super) fn pager(given: &CommandArguments) -> Result<ShellCommand> {
    given.switch().map(ShellCommand::Pager)
}

pub(super) fn help(given: &CommandArguments) -> Result<ShellCommand> {
    given.none().map(|()| ShellCommand::Help)
}

pub(super) fn quit(given: &CommandArguments) -> Result<ShellCommand> {
    given.none().map(|()| ShellCommand::Quit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: &str) -> String {
        parse(line).unwrap_err().to_string()
    }

    #[test]
    fn arguments_are_words_with_quotes_round_spaces() {
        assert_eq!(parse("\\d").unwrap(), ShellCommand::Describe(None));
        assert_eq!(
            parse("\\d 'My Table' ;").unwrap(),
            ShellCommand::Describe(Some("My Table".to_owned()))
        );
        assert_eq!(
            parse("\\X On").unwrap(),
            ShellCommand::Expanded(Some(ExpandedMode::On))
        );
        assert_eq!(
            parse("\\x auto").unwrap(),
            ShellCommand::Expanded(Some(ExpandedMode::Auto))
        );
        assert_eq!(
            parse("\\rows 1_000").unwrap(),
            ShellCommand::Rows(Some(ShellRowLimit::Most(1000)))
        );
        assert_eq!(
            parse("\\i \"it's.sql\"").unwrap(),
            ShellCommand::Include("it's.sql".into())
        );
        assert_eq!(
            parse("\\format md").unwrap(),
            ShellCommand::Format(Some(ResultFormat::Markdown))
        );
        assert_eq!(
            parse("\\df nps(").unwrap(),
            ShellCommand::Functions(Some("nps".to_owned()))
        );
    }

    #[test]
    fn wrong_words_say_what_to_write() {
        assert_eq!(
            problem("\\sumarize t"),
            "no command \\sumarize: did you mean \\summarize? \\? lists them"
        );
        assert_eq!(problem("\\zzz"), "no command \\zzz: \\? lists them");
        assert_eq!(
            problem("\\summarize"),
            "\\summarize: something is missing: write \\summarize TABLE"
        );
        assert_eq!(problem("\\q now"), "\\q: \"now\" is too much: write \\q");
        assert_eq!(
            problem("\\timing maybe"),
            "\\timing: \"maybe\" is neither on nor off: write \\timing [on|off]"
        );
        assert_eq!(
            problem("\\format tabel"),
            "no format \"tabel\": did you mean table?"
        );
        assert_eq!(
            problem("\\format parquet"),
            "parquet is not for terminals: write \\o FILE.parquet before the statement"
        );
        assert!(problem("\\i it's.sql").contains("a quote has no end"));
    }

    #[test]
    fn values_of_parameters_are_written_in_several_ways() {
        let run = |line| match parse(line).unwrap() {
            ShellCommand::Run(name, values) => (name, values),
            other => panic!("{other:?}"),
        };
        let value = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let wanted = vec![value("from", "2026-01-01"), value("by", "a b")];
        for line in [
            "\\run frt from=2026-01-01 by='a b'",
            "\\run frt --from 2026-01-01 --by='a b'",
            "\\run frt --param from=2026-01-01 --param 'by=a b'",
        ] {
            assert_eq!(run(line), ("frt".to_owned(), wanted.clone()), "{line}");
        }
        assert!(problem("\\run frt x").contains("is not NAME=VALUE"));
        assert!(problem("\\run").contains("\\queries lists them"));
    }

    #[test]
    fn charts_guess_what_is_not_said() {
        let ShellCommand::Chart(spec) = parse("\\chart line month nps csat").unwrap() else {
            panic!("no chart");
        };
        assert_eq!(spec.kind, Some(ChartType::Line));
        assert_eq!(spec.x.as_deref(), Some("month"));
        assert_eq!(spec.y, ["nps", "csat"]);
        let ShellCommand::Chart(spec) = parse("\\chart week n by team all").unwrap() else {
            panic!("no chart");
        };
        assert_eq!((spec.kind, spec.all), (None, true));
        assert_eq!(
            (spec.y, spec.series),
            (vec!["n".to_owned()], Some("team".to_owned()))
        );
        assert_eq!(
            parse("\\chart").unwrap(),
            ShellCommand::Chart(ChartSpec::default())
        );
    }

    #[test]
    fn every_command_is_parsed_by_its_own_name() {
        for spec in ALL {
            assert_eq!(find(spec.name).unwrap().name, spec.name);
            let line = format!("\\{} one", spec.name);
            if let Err(error) = parse(&line) {
                assert!(!error.to_string().contains("no command"), "{error}");
            }
        }
    }
}

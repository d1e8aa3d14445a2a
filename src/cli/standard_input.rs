//! `--data -`: the data of standard input as a table.

use std::fs::File;
use std::io::{Chain, Cursor, IsTerminal, Read};

use crate::EngineSettings;
use crate::error::{Error, Result};
use crate::runtime::ScratchFolder;

/// Name of the table, unless `--data NAME=-` gives another.
const NAME: &str = "stdin";

/// Bytes that tell the format.
const HEAD: u64 = 4096;

/// True if a location is standard input.
pub(super) fn is_read(data: &[String]) -> bool {
    data.iter().any(|location| table_name(location).is_some())
}

/// Name of the table that `location` makes of standard input; `None` for another location.
fn table_name(location: &str) -> Option<&str> {
    match location {
        "-" => Some(NAME),
        other => other.strip_suffix("=-"),
    }
}

/// Copies standard input into a file, since tables are read more than once, and has `settings` name that file.
/// The file lives as long as the folder that is returned.
///
/// # Errors
/// If standard input is a terminal, empty, compressed, or named twice, or the file cannot be written.
pub(super) fn take(settings: &mut EngineSettings) -> Result<Option<ScratchFolder>> {
    let mut locations = settings
        .data
        .iter_mut()
        .filter(|one| table_name(one).is_some());
    let Some(location) = locations.next() else {
        return Ok(None);
    };
    if locations.next().is_some() {
        return Err(Error::Usage(
            "--data - is given twice, and there is one standard input".to_owned(),
        ));
    }
    if std::io::stdin().is_terminal() {
        return Err(Error::Usage(
            "--data - reads a pipe: cat FILE | deskql --data - -c ..".to_owned(),
        ));
    }
    let failed = |source| Error::io("standard input", source);
    let (ending, mut input) = sniffed(std::io::stdin().lock()).map_err(failed)??;
    let parent = settings.temp_dir.clone().unwrap_or_else(std::env::temp_dir);
    let folder = settings.scratch.folder(&parent);
    let folder = folder.map_err(|source| Error::io(parent, source))?;
    let path = folder.path().join(format!("{NAME}.{ending}"));
    let mut file = File::create(&path).map_err(|source| Error::io(&path, source))?;
    std::io::copy(&mut input, &mut file).map_err(failed)?;
    let name = table_name(location).unwrap_or(NAME);
    *location = format!("{name}={}", path.display());
    Ok(Some(folder))
}

type RewoundInput<R> = Chain<Cursor<Vec<u8>>, R>;

/// The ending of the format of `input`, by its first bytes, and the whole input.
fn sniffed<R: Read>(mut input: R) -> std::io::Result<Result<(&'static str, RewoundInput<R>)>> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD).read_to_end(&mut head)?;
    let ending = ending_of(&head);
    Ok(ending.map(|ending| (ending, Cursor::new(head).chain(input))))
}

fn ending_of(head: &[u8]) -> Result<&'static str> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    let refused = |problem: &str| Err(Error::location("standard input", problem));
    match (head, first) {
        ([b'P', b'A', b'R', b'1', ..], _) => Ok("parquet"),
        ([b'A', b'R', b'R', b'O', b'W', b'1', ..] | [0xff, 0xff, 0xff, 0xff, ..], _) => Ok("arrow"),
        ([b'P', b'K', 3, 4, ..], _) => Ok("xlsx"),
        ([0x1f, 0x8b, ..], _) => refused("is compressed: put gzip -d before it"),
        ([0x28, 0xb5, 0x2f, 0xfd, ..], _) => refused("is compressed: put zstd -d before it"),
        (_, None) => refused("is empty"),
        (_, Some(b'{' | b'[')) => Ok("json"),
        _ => Ok("csv"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_the_format() {
        for (head, expected) in [
            (&b"PAR1\x15"[..], "parquet"),
            (b"ARROW1\0\0", "arrow"),
            (b"\xff\xff\xff\xff\x10", "arrow"),
            (b"\xef\xbb\xbf a;b\n", "csv"),
            (b"\n [1", "json"),
            (b"{\"a\": 1}\n", "json"),
        ] {
            assert_eq!(ending_of(head).unwrap(), expected);
        }
        for (head, expected) in [
            (&b""[..], "standard input: is empty"),
            (b" \n", "standard input: is empty"),
            (
                b"\x1f\x8b\x08",
                "standard input: is compressed: put gzip -d before it",
            ),
        ] {
            assert_eq!(ending_of(head).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn locations_name_the_table() {
        assert_eq!(table_name("-"), Some("stdin"));
        assert_eq!(table_name("tickets=-"), Some("tickets"));
        assert_eq!(table_name("a-"), None);
        assert!(is_read(&["a".to_owned(), "b=-".to_owned()]) && !is_read(&[]));
    }
}

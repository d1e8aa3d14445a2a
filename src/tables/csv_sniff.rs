//! Delimiter and lines above the header of a delimited file, told from its first lines.
//!
//! An inference has to be safe, since a wrong one gives wrong names or numbers: all records that are looked at must
//! have the same number of fields, and lines are taken for a title only where what follows is certainly a header.

use datafusion::common::config::CsvOptions;

use super::csv_header::{MOST_TITLE_LINES, filled, is_data, is_header, lines_apart};

/// Delimiters that exports have.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Records that are looked at.
const MOST_RECORDS: usize = 2_000;

/// The first text of a file and what the user has said of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CsvSample<'a> {
    /// Whole lines, unless the file ends with it.
    pub(crate) text: &'a [u8],
    pub(crate) is_whole: bool,
    pub(crate) options: &'a CsvOptions,
    /// True if the delimiter is the user's choice.
    pub(crate) has_delimiter: bool,
    /// True if the user says whether there is a header.
    pub(crate) knows_header: bool,
    /// Lines above the header, if the user gives their number.
    pub(crate) skip: Option<u64>,
}

/// What the first lines show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SniffedCsv {
    pub(crate) delimiter: u8,
    pub(crate) skip: u64,
    /// Fields of the first record: the header, if there is one.
    pub(crate) header: Vec<String>,
    /// False if the first record is data like the others.
    pub(crate) has_header: bool,
    /// Inferences that may be wrong, each with its key.
    pub(crate) said: Vec<String>,
}

/// Record of the sample.
#[derive(Debug)]
struct SampleRecord {
    fields: Vec<String>,
    /// Number of lines before it.
    line: u64,
    /// True if an empty line stands before it.
    is_behind_blank: bool,
}

/// Records that form a table.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct TableRecords {
    /// Index of the header.
    first: usize,
    width: usize,
}

/// Tells delimiter, skipped lines and header.
pub(crate) fn sniff(sample: &CsvSample<'_>) -> SniffedCsv {
    let mut skip = sample.skip.unwrap_or(0);
    let mut text = behind_lines(sample.text, skip);
    let mut delimiter = sample.options.delimiter;
    let mut is_certain = sample.has_delimiter;
    if let (Some(declared), None) = (declared_delimiter(text), sample.skip) {
        (text, skip) = (behind_lines(text, 1), 1);
        if !is_certain {
            (delimiter, is_certain) = (declared, true);
        }
    }
    let has_header = sample.options.has_header.unwrap_or(true);
    let skips_titles = has_header && sample.skip.is_none() && skip == 0;
    let candidates: Vec<u8> = if is_certain {
        vec![delimiter]
    } else {
        let others = DELIMITERS.into_iter().filter(|other| *other != delimiter);
        std::iter::once(delimiter).chain(others).collect()
    };
    let found = best(text, sample, &candidates, skips_titles);
    let (found, table, mut records) = found.unwrap_or_else(|| {
        let records = records(text, sample, delimiter);
        (delimiter, TableRecords::default(), records)
    });
    let mut said = Vec::new();
    if found != delimiter {
        let shown = shown(found);
        said.push(format!(
            "its delimiter is {shown:?} (csv = {{ delimiter = {shown:?} }})"
        ));
    }
    if table.first > 0 {
        skip += records[table.first].line;
        said.push(format!("its header is line {} (skip = {skip})", skip + 1));
    }
    let is_headless = !sample.knows_header && skip == 0 && starts_with_data(&records);
    if is_headless {
        said.push(
            "it has no header: its first line is data like the others (header = true if it is one)"
                .to_owned(),
        );
    }
    SniffedCsv {
        delimiter: found,
        skip,
        has_header: has_header && !is_headless,
        header: match records.get_mut(table.first) {
            Some(first) => std::mem::take(&mut first.fields),
            None => Vec::new(),
        },
        said,
    }
}

/// The delimiter by which the records form the widest table, best without lines above it.
fn best(
    text: &[u8],
    sample: &CsvSample<'_>,
    candidates: &[u8],
    skips_titles: bool,
) -> Option<(u8, TableRecords, Vec<SampleRecord>)> {
    let find = |delimiter: &u8| {
        let records = records(text, sample, *delimiter);
        table(&records, skips_titles).map(|found| (*delimiter, found, records))
    };
    // The first of equals, which is the usual one of the format.
    candidates.iter().filter_map(find).reduce(|best, next| {
        let rank = |found: &TableRecords| (found.first == 0, found.width);
        if rank(&next.1) > rank(&best.1) {
            next
        } else {
            best
        }
    })
}

/// True if all records have the same number of fields, and the first is none of their names.
fn starts_with_data(records: &[SampleRecord]) -> bool {
    let width = records.first().map_or(0, |first| first.fields.len());
    let mut all = records.iter();
    all.all(|record| record.fields.len() == width) && is_data(&fields_of(records))
}

/// A delimiter in the spelling of a TOML text.
fn shown(delimiter: u8) -> String {
    char::from(delimiter).to_string()
}

/// The text behind `lines` lines.
fn behind_lines(text: &[u8], lines: u64) -> &[u8] {
    let mut rest = text;
    for _ in 0..lines {
        let end = rest.iter().position(|byte| *byte == b'\n');
        rest = end.map_or(&[], |end| &rest[end + 1..]);
    }
    rest
}

/// The delimiter of a first line `sep=;`, by which spreadsheets tell each other.
fn declared_delimiter(text: &[u8]) -> Option<u8> {
    let end = text
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(text.len());
    let line = text[..end].trim_ascii_end();
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let line = line.strip_suffix(b"\"").unwrap_or(line);
    match line {
        [s, e, p, b'=', delimiter] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => Some(*delimiter),
        // The tab at the end of the line has been trimmed.
        [s, e, p, b'='] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => Some(b'\t'),
        _ => None,
    }
}

fn records(text: &[u8], sample: &CsvSample<'_>, delimiter: u8) -> Vec<SampleRecord> {
    let options = sample.options;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quote(options.quote)
        .escape(options.escape)
        .comment(options.comment)
        .from_reader(text);
    let mut found = Vec::new();
    let mut record = csv::ByteRecord::new();
    while found.len() < MOST_RECORDS && reader.read_byte_record(&mut record).unwrap_or(false) {
        let Some(place) = record.position() else {
            break;
        };
        // The position of a record is that of the empty lines before it.
        let start = usize::try_from(place.byte()).unwrap_or(text.len());
        let blank: Vec<u8> = text[start.min(text.len())..]
            .iter()
            .copied()
            .take_while(|byte| matches!(byte, b'\n' | b'\r'))
            .collect();
        let breaks = blank.iter().filter(|byte| **byte == b'\n').count() as u64;
        // The rest of `\r\n` is no empty line.
        let is_rest = start > 0 && text[start - 1] == b'\r' && blank.first() == Some(&b'\n');
        let fields = record
            .iter()
            .map(|field| String::from_utf8_lossy(field).into_owned());
        found.push(SampleRecord {
            fields: fields.collect(),
            line: place.line() - 1 + breaks,
            is_behind_blank: breaks > u64::from(is_rest),
        });
    }
    if !sample.is_whole && found.len() < MOST_RECORDS {
        // The last one may be cut off.
        found.pop();
    }
    found
}

/// A line of a title as spreadsheets pad it: `Report,,,`.
fn is_padded_title(record: &SampleRecord) -> bool {
    match filled(&record.fields) {
        0 => true,
        1 => !record.fields[0].is_empty(),
        _ => false,
    }
}

fn fields_of(records: &[SampleRecord]) -> Vec<&[String]> {
    let fields = records.iter().map(|record| record.fields.as_slice());
    fields.collect()
}

/// The records that form a table of several columns; `None` if their numbers of fields do not agree.
fn table(records: &[SampleRecord], skips_titles: bool) -> Option<TableRecords> {
    let width = records.last()?.fields.len();
    if width < 2 {
        return None;
    }
    let other = records
        .iter()
        .rposition(|record| record.fields.len() != width);
    let first = other.map_or(0, |other| other + 1);
    let found = |first| Some(TableRecords { first, width });
    if first == 0 {
        let titles = records
            .iter()
            .take_while(|record| is_padded_title(record))
            .count();
        let is_title = skips_titles && titles > 0 && width > 2 && titles < MOST_TITLE_LINES;
        return if is_title && is_header(&fields_of(&records[titles..]), false) {
            found(titles)
        } else if skips_titles {
            let is_apart = |record: usize| records[record].is_behind_blank;
            found(lines_apart(&fields_of(records), is_apart))
        } else {
            found(0)
        };
    }
    let are_titles = records[..first]
        .iter()
        .all(|record| record.fields.len() == 1);
    let rest = &records[first..];
    let is_behind_blank = rest.first().is_some_and(|header| header.is_behind_blank);
    let is_title = skips_titles && are_titles && first < MOST_TITLE_LINES;
    if is_title && is_header(&fields_of(rest), is_behind_blank) {
        return found(first);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(text: &str) -> SniffedCsv {
        let options = CsvOptions::default();
        sniff(&CsvSample {
            text: text.as_bytes(),
            is_whole: true,
            options: &options,
            has_delimiter: false,
            knows_header: false,
            skip: None,
        })
    }

    fn shape(text: &str) -> (char, u64, Vec<String>) {
        let found = sniffed(text);
        (char::from(found.delimiter), found.skip, found.header)
    }

    fn expected(delimiter: char, skip: u64, header: &[&str]) -> (char, u64, Vec<String>) {
        (
            delimiter,
            skip,
            header.iter().map(|name| (*name).to_owned()).collect(),
        )
    }

    #[test]
    fn delimiters_are_told_by_equal_numbers_of_fields() {
        assert_eq!(
            shape("id;status;score\n1;open;4,5\n2;x;3,0\n"),
            expected(';', 0, &["id", "status", "score"])
        );
        assert_eq!(
            shape("id|status\n1|open\n"),
            expected('|', 0, &["id", "status"])
        );
        assert_eq!(
            shape("id\tnote\n1\ta, b; c\n"),
            expected('\t', 0, &["id", "note"])
        );
        assert_eq!(
            shape("id,tags\n1,a;b\n2,c;d\n"),
            expected(',', 0, &["id", "tags"])
        );
        assert_eq!(
            shape("id,note\n1,\"a;b\nc;d\"\n"),
            expected(',', 0, &["id", "note"])
        );
        assert_eq!(
            shape("id;name\r\n1;\"x;y\"\r\n\r\n"),
            expected(';', 0, &["id", "name"])
        );
        assert_eq!(sniffed("id,a\n1,2\n").said, Vec::<String>::new());
        let said = "its delimiter is \";\" (csv = { delimiter = \";\" })";
        assert_eq!(sniffed("id;a\n1;2\n").said, [said]);
    }

    #[test]
    fn one_column_stays_one() {
        for text in [
            "note\nhello, world\nfoo\n",
            "name\nDoe, John\nRoe, Jane\n",
            "name\nDoe; 1\nRoe; 2\n",
            "id\n1\n2\n",
            "only\n",
        ] {
            let (delimiter, skip, header) = shape(text);
            assert_eq!((delimiter, skip, header.len()), (',', 0, 1), "{text:?}");
        }
    }

    #[test]
    fn spreadsheets_say_the_delimiter() {
        assert_eq!(
            shape("sep=;\r\nid;status\r\n1;open\r\n"),
            expected(';', 1, &["id", "status"])
        );
        assert_eq!(
            shape("\"SEP=|\"\nid|a,b\n1|2\n"),
            expected('|', 1, &["id", "a,b"])
        );
        assert_eq!(shape("sep=\t\nid\ta\n"), expected('\t', 1, &["id", "a"]));
    }

    #[test]
    fn titles_above_a_header_are_left_out() {
        let title = "\"Ticket list\"\n\"as of 2026-03-05\"\n\nid,status\n1,open\n2,closed\n";
        assert_eq!(shape(title), expected(',', 3, &["id", "status"]));
        assert_eq!(sniffed(title).said, ["its header is line 4 (skip = 3)"]);
        assert_eq!(
            shape("Report\nid;status\n1;open\n"),
            expected(';', 1, &["id", "status"])
        );
        assert_eq!(
            shape("Report\r\n\r\na,b\r\nx,y\r\n"),
            expected(',', 2, &["a", "b"])
        );
        let padded = "Report,,\n,,\nid,status,team\n1,open,x\n";
        assert_eq!(shape(padded), expected(',', 2, &["id", "status", "team"]));
    }

    #[test]
    fn what_may_be_a_header_is_left() {
        assert_eq!(
            shape("id,,\n1,a,b\n2,c,d\n"),
            expected(',', 0, &["id", "", ""])
        );
        assert_eq!(shape(",count\na,1\n"), expected(',', 0, &["", "count"]));
        assert_eq!(shape("a\nb,c\nd,e\n").1, 0);
        // Two tables in a file, and rows in groups.
        assert_eq!(shape("name,score\nann,5\n\nteam,total\nx,7\n").1, 0);
        assert_eq!(shape("id,score\n1,5\n\n2,4\n").1, 0);
        assert_eq!(shape("name,team\nann,a\n\nbob,b\n").1, 0);
    }

    #[test]
    fn a_title_of_as_many_fields_stands_apart() {
        let text = "Export date,2024-01-31\n\nid,score\n1,5\n2,4\n";
        assert_eq!(shape(text), expected(',', 2, &["id", "score"]));
    }

    #[test]
    fn a_first_line_of_data_is_no_header() {
        let found = sniffed("1001,2024-01-02,5\n1002,2024-01-03,4\n");
        assert!(!found.has_header && found.said.len() == 1, "{found:?}");
        assert!(!sniffed("5\n9\n3\n").has_header);
        assert!(sniffed("id\n9\n3\n").has_header);
        assert!(sniffed("id,a\n1,2\n").has_header);
    }
}

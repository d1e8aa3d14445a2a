//! The `[tables.NAME]` sections of a config file, as text.

/// The name of the table in whose section `place` lies, and `text` with blanks for that section, so that places
/// behind it stay; `None` if it lies in none.
pub(super) fn blanked(text: &str, place: usize) -> Option<(String, String)> {
    let headers: Vec<(usize, &str)> = headers(text).collect();
    let at = headers.iter().rposition(|(start, _)| *start <= place)?;
    let name = table_of(headers[at].1)?;
    let is_of_it = |header: &str| table_of(header).as_deref() == Some(name.as_str());
    // `[tables.NAME.columns]` belongs to it, wherever it stands.
    let mut sound = text.to_owned().into_bytes();
    for (index, (start, header)) in headers.iter().enumerate() {
        if is_of_it(header) {
            let end = headers.get(index + 1).map_or(text.len(), |(next, _)| *next);
            for byte in &mut sound[*start..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
    }
    Some((name, String::from_utf8(sound).ok()?))
}

/// Lines that begin a section, with their places.
fn headers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let place = start;
        start += line.len();
        line.trim_start()
            .starts_with('[')
            .then_some((place, line.trim()))
    })
}

/// `NAME` of `[tables.NAME]` and `[tables.NAME.columns]`.
fn table_of(header: &str) -> Option<String> {
    let document: toml::Table = header.parse().ok()?;
    let tables = document.get("tables")?.as_table()?;
    tables.keys().next().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_left_out_with_its_parts() {
        let text =
            "[tables.a]\npath = \"é\"\n[tables.b]\npath = \"b\"\n[tables.a.columns]\nx = 1\n";
        let place = text.find("x = 1").unwrap();
        let (name, rest) = blanked(text, place).unwrap();
        assert_eq!(name, "a");
        assert_eq!(rest.len(), text.len());
        assert_eq!(
            rest.split_whitespace().collect::<Vec<_>>(),
            ["[tables.b]", "path", "=", "\"b\""]
        );
    }

    #[test]
    fn other_places_have_no_table() {
        assert_eq!(blanked("x = 1\n[tables.a]\n", 0), None);
        assert_eq!(blanked("[calendars.a]\nx = 1\n", 15), None);
    }
}

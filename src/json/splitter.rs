//! Cuts the text of a file into rows.

use super::document::DocumentScanner;
use super::listener::{DocumentListener, ListElements};
use super::scalar::kind;
use super::structure::RowBegin;
use super::{JsonProblem, ListPath};

/// Cuts documents into rows: objects that follow each other, elements of lists or of the lists in them, or elements of
/// the list at a path of each document.
#[derive(Debug, Clone)]
pub(crate) struct RowSplitter {
    scanner: DocumentScanner,
    path: ListPath,
    lists: RowLists,
}

/// What was met so far.
#[derive(Debug, Default, Clone)]
struct RowLists {
    /// The list of the current document was seen.
    is_found: bool,
    /// A document was not itself a row.
    has_lists: bool,
    /// Rows were elements of lists in a list.
    has_inner_lists: bool,
    /// A row takes several lines, or begins on the last line of another one.
    is_over_lines: bool,
    last_line: u64,
}

/// Passes rows on to `each`.
struct RowListener<'a, F> {
    path: &'a ListPath,
    lists: &'a mut RowLists,
    each: F,
}

impl RowSplitter {
    /// Splitter for documents whose rows are in the list at `path`.
    pub(crate) fn new(path: ListPath) -> Self {
        Self {
            scanner: DocumentScanner::new(),
            path,
            lists: RowLists::default(),
        }
    }

    /// Calls `each` for every row that ends in `bytes`, with the line that it begins on.
    ///
    /// # Errors
    /// If the text is not JSON, has other things than objects where rows are, or `each` fails.
    pub(crate) fn feed(
        &mut self,
        bytes: &[u8],
        each: impl FnMut(&[u8], u64) -> Result<(), JsonProblem>,
    ) -> Result<(), JsonProblem> {
        let mut listener = RowListener {
            path: &self.path,
            lists: &mut self.lists,
            each,
        };
        self.scanner.feed(bytes, &mut listener)
    }

    /// Ends the text.
    ///
    /// # Errors
    /// If it ends within a document.
    pub(crate) fn finish(&mut self) -> Result<(), JsonProblem> {
        self.scanner.finish()
    }

    /// The begin of the last row, which may be read in part.
    pub(crate) fn last_row(&self) -> Option<RowBegin> {
        self.scanner.last_row()
    }

    /// True if a problem here may be due to the last row: nothing else has begun since.
    pub(crate) fn is_beside_row(&self) -> bool {
        self.scanner.is_beside_row()
    }

    /// True if a row has begun and not ended.
    pub(crate) fn is_in_row(&self) -> bool {
        self.scanner.is_in_row()
    }

    /// Goes on behind a broken row, at `place`: before another row, or else before what ends its list.
    pub(crate) fn resume(&mut self, place: RowBegin, is_before_row: bool) {
        // Only a list that was found has rows.
        self.lists.is_found = true;
        self.scanner.resume(place, is_before_row);
    }

    /// True if rows were elements of lists in a list.
    pub(crate) fn has_inner_lists(&self) -> bool {
        self.lists.has_inner_lists
    }

    /// True if every row is one line and nothing else is in the file.
    pub(crate) fn is_lines(&self) -> bool {
        !self.lists.has_lists && !self.lists.is_over_lines && !self.scanner.has_mark()
    }
}

impl<F> DocumentListener for RowListener<'_, F>
where
    F: FnMut(&[u8], u64) -> Result<(), JsonProblem>,
{
    fn is_document_row(&mut self) -> bool {
        self.path.is_document()
    }

    fn on_value(&mut self, keys: &[String], first: u8, line: u64) -> Result<bool, JsonProblem> {
        if keys.is_empty() {
            self.lists.has_lists = true;
            self.lists.is_found = first == b'[';
            return Ok(first == b'[');
        }
        if keys != self.path.keys() || first == b'n' {
            return Ok(false);
        }
        if first != b'[' {
            let what = format!(
                "{} is {} instead of a list of objects",
                self.path,
                kind(first)
            );
            return Err(JsonProblem::new(line, what));
        }
        if self.lists.is_found {
            let what = format!("the list {} is there twice in one object", self.path);
            return Err(JsonProblem::new(line, what));
        }
        self.lists.is_found = true;
        Ok(true)
    }

    fn on_inner_list(&mut self) {
        self.lists.has_inner_lists = true;
    }

    fn on_other_element(
        &mut self,
        list: ListElements,
        first: u8,
        line: u64,
    ) -> Result<(), JsonProblem> {
        let here = kind(first);
        let what = if list == ListElements::ListsOfRows {
            format!("the elements before are lists of rows, but here is {here}")
        } else {
            format!("a row must be an object, but here is {here}")
        };
        Err(JsonProblem::new(line, what))
    }

    fn on_row(&mut self, row: &[u8], line: u64) -> Result<(), JsonProblem> {
        self.lists.is_over_lines |= line == self.lists.last_line || row.contains(&b'\n');
        self.lists.last_line = line;
        (self.each)(row, line)
    }

    fn on_document_end(&mut self, line: u64) -> Result<(), JsonProblem> {
        if !self.path.is_document() && !self.lists.is_found {
            let what = format!("the object that ends here has no list {}", self.path);
            return Err(JsonProblem::new(line, what));
        }
        Ok(())
    }

    fn on_document(&mut self, _: u8) -> bool {
        self.lists.is_found = false;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows and their lines, for every way to cut the text in two.
    fn rows(path: &str, text: &str) -> Result<Vec<(String, u64)>, JsonProblem> {
        let mut answers = Vec::new();
        for cut in 0..=text.len() {
            let mut found = Vec::new();
            let mut splitter = RowSplitter::new(ListPath::parse(path).unwrap());
            let mut read = || {
                for part in [&text.as_bytes()[..cut], &text.as_bytes()[cut..]] {
                    splitter.feed(part, |row, line| {
                        found.push((String::from_utf8_lossy(row).into_owned(), line));
                        Ok(())
                    })?;
                }
                splitter.finish()
            };
            answers.push(read().map(|()| found));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{text}: {answers:?}");
        answers.remove(0)
    }

    fn texts(path: &str, text: &str) -> Vec<(String, u64)> {
        rows(path, text).unwrap()
    }

    fn problem(path: &str, text: &str) -> (u64, String) {
        let problem = rows(path, text).unwrap_err();
        (problem.line, problem.what)
    }

    #[test]
    fn rows_are_lines_or_elements() {
        let expected = |rows: &[(&str, u64)]| -> Vec<(String, u64)> {
            let rows = rows.iter();
            rows.map(|(row, line)| ((*row).to_owned(), *line)).collect()
        };
        assert_eq!(
            texts("$", "{\"a\":\"}\"}\n\n{\"a\":\"\\\"{\"}{}"),
            expected(&[("{\"a\":\"}\"}", 1), ("{\"a\":\"\\\"{\"}", 3), ("{}", 3)])
        );
        assert_eq!(
            texts("$", "\u{feff}[\n {\"a\":[1,\n2]},\n{}\n]\n[]"),
            expected(&[("{\"a\":[1,\n2]}", 2), ("{}", 4)])
        );
        let pages = "{\"n\":1e3,\"d\":{\"t\":[{\"x\":1}],\"u\":[[1],{}]}}\n{\"d\":{\"t\":null,\"t2\":\"[\"},\"m\":{}}";
        assert_eq!(
            rows("d.t", pages).unwrap_err().what,
            "the object that ends here has no list d.t"
        );
        let pages = pages.replace("null", "[{\"y\":2}]");
        assert_eq!(
            texts("$.d.t", &pages),
            expected(&[("{\"x\":1}", 1), ("{\"y\":2}", 2)])
        );
    }

    #[test]
    fn lists_in_a_list_hold_rows_too() {
        let expected = vec![
            ("{\"id\":1}".to_owned(), 1),
            ("{\"id\":2}".to_owned(), 2),
            ("{\"id\":3}".to_owned(), 3),
        ];
        let text = "[[{\"id\":1},\n{\"id\":2}],[],\n[{\"id\":3}]]";
        assert_eq!(texts("$", text), expected);
        assert_eq!(
            texts("d.p", &format!("{{\"d\":{{\"p\":{text}}}}}")),
            expected
        );
        let mixed = "the elements before are lists of rows, but here is an object";
        assert_eq!(problem("$", "[[{}],\n{}]"), (2, mixed.to_owned()));
        let mixed = "a row must be an object, but here is a list";
        for text in ["[{},\n[{}]]", "[[\n[{}]]]", "[[{},\n[]]]"] {
            assert_eq!(problem("$", text), (2, mixed.to_owned()), "{text}");
        }
        let number = "a row must be an object, but here is a number";
        assert_eq!(problem("$", "[[1,2],[3,4]]"), (1, number.to_owned()));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert_eq!(problem("$", "[\n{},\n3]").0, 3);
        for (text, what) in [
            ("[{}\n{}]", "not JSON: expected a comma or ], found '{'"),
            ("[{},]", "not JSON: expected a value, found ']'"),
            (
                "{} 1",
                "not JSON: expected a JSON object or list, found '1'",
            ),
            ("[{\"a\":1}", "the file ends within a list: is it whole?"),
            (
                "\u{0}",
                "not JSON: expected a JSON object or list, found the byte 0x00",
            ),
        ] {
            assert_eq!(problem("$", text).1, what, "{text}");
        }
        assert_eq!(
            problem("$", "{}\n{\"a\":\n\"x").1,
            "the file ends within the object that begins on line 2: is it whole?"
        );
        assert_eq!(
            problem("t", "{\"t\":1}").1,
            "t is a number instead of a list of objects"
        );
        assert_eq!(
            problem("t", "{\"t\":[],\"t\":[]}").1,
            "the list t is there twice in one object"
        );
        assert_eq!(problem("t", "{\"n\":tru}").1, "\"tru\" is no JSON value");
        assert_eq!(
            problem("t", "{\"n\" 1}").1,
            "not JSON: expected a colon, found '1'"
        );
    }
}

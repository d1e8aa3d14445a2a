//! Where the rows of JSON files are.

use crate::json::{DocumentFindings, ListPath};

/// Keys beside the list on a page of an API or in an export: in lower case, without `_` and `-`.
const PAGE_KEYS: &[&str] = &[
    "aftercursor",
    "afterurl",
    "beforecursor",
    "beforeurl",
    "code",
    "count",
    "cursor",
    "done",
    "endofstream",
    "endtime",
    "error",
    "errors",
    "expand",
    "exportedat",
    "facets",
    "first",
    "generatedat",
    "hasmore",
    "hasnext",
    "incompleteresults",
    "islast",
    "last",
    "limit",
    "links",
    "maxresults",
    "message",
    "meta",
    "metadata",
    "more",
    "names",
    "next",
    "nextcursor",
    "nextpage",
    "nextpagetoken",
    "nextrecordsurl",
    "nexturl",
    "object",
    "offset",
    "ok",
    "page",
    "pagecount",
    "pageinfo",
    "pagesize",
    "pages",
    "pagination",
    "paging",
    "perpage",
    "prev",
    "previous",
    "previouspage",
    "previousurl",
    "responsemetadata",
    "schema",
    "self",
    "size",
    "start",
    "startat",
    "starttime",
    "status",
    "success",
    "total",
    "totalcount",
    "totalitems",
    "totalpages",
    "totalrecords",
    "totalresults",
    "totalsize",
    "type",
    "url",
    "version",
    "warnings",
];

/// Keys that name a row: an object with one is itself a row.
const ROW_KEYS: &[&str] = &["id", "_id", "key", "uuid", "guid", "sys_id"];

/// Place of the rows of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowPlace {
    /// Elements of lists at the top, or nothing at all: this goes with any other place.
    Lists,
    /// Objects at the top.
    Documents(Option<OtherRows>),
    /// A list inside each document.
    List(ListPath),
    /// A list inside each document, of which all are empty.
    EmptyList(ListPath),
    /// Several lists, or one below other objects.
    Unclear(Vec<ListPath>),
}

/// What else than objects at the top might have been meant as rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OtherRows {
    /// Elements of a list.
    Elements(ListPath),
    /// The values of the only object, whose keys are ids.
    Values,
}

/// Tells the place of the rows from the first document. `has_neighbours` says that the table has more files, which
/// may be one row each; `is_lines` that the name of the file promises an object a line.
pub(crate) fn place(found: &DocumentFindings, has_neighbours: bool, is_lines: bool) -> RowPlace {
    if found.first != Some(b'{') {
        return RowPlace::Lists;
    }
    let lists = found
        .lists
        .iter()
        .filter(|list| list.has_objects && !list.has_others);
    let lists: Vec<&ListPath> = lists.map(|list| &list.path).collect();
    let top = lists.iter().filter(|path| path.keys().len() == 1);
    let top: Vec<&ListPath> = top.copied().collect();
    let empty = found.lists.iter().filter(|list| {
        let is_empty = !list.has_objects && !list.has_others;
        is_empty && list.path.keys().len() == 1 && !is_page_key(&list.path.to_string())
    });
    let empty: Vec<&ListPath> = empty.map(|list| &list.path).collect();
    let is_page = found.keys.iter().all(|(key, _)| is_page_key(key));
    let is_bare = found.keys.is_empty();
    let is_row = found
        .keys
        .iter()
        .any(|(key, _)| ROW_KEYS.contains(&key.as_str()));
    match (top.as_slice(), empty.as_slice()) {
        ([list], _) if is_page && (!is_lines || !is_bare) => RowPlace::List((*list).clone()),
        ([], [list]) if is_page && (!is_lines || !is_bare) => RowPlace::EmptyList((*list).clone()),
        _ if is_row || is_lines => RowPlace::Documents(None),
        _ if found.is_followed => RowPlace::Documents(None),
        _ if found.is_keyed_rows() => RowPlace::Documents(Some(OtherRows::Values)),
        ([list], _) if has_neighbours => {
            RowPlace::Documents(Some(OtherRows::Elements((*list).clone())))
        }
        _ if has_neighbours => RowPlace::Documents(None),
        ([list], _) => RowPlace::List((*list).clone()),
        ([], _) if lists.is_empty() || !holds_objects_only(found) => RowPlace::Documents(None),
        _ => RowPlace::Unclear(lists.into_iter().cloned().collect()),
    }
}

/// True if nothing but objects stands at the top, so that a list is within one.
fn holds_objects_only(found: &DocumentFindings) -> bool {
    let mut keys = found.keys.iter();
    keys.all(|(key, first)| matches!(first, b'{' | b'n') || is_page_key(key))
}

fn is_page_key(key: &str) -> bool {
    let plain: String = key
        .chars()
        .filter(|c| !matches!(c, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect();
    PAGE_KEYS.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::DocumentSurvey;

    fn place_of(text: &str, is_lines: bool) -> RowPlace {
        let mut survey = DocumentSurvey::new();
        survey.feed(text.as_bytes()).unwrap();
        let found = survey.finish().unwrap();
        place(&found, false, is_lines)
    }

    fn list(path: &str) -> RowPlace {
        RowPlace::List(ListPath::parse(path).unwrap())
    }

    #[test]
    fn pages_hold_one_list() {
        for page in [
            r#"{"tickets": [{"id": 1}], "count": 1, "next_page": null}"#,
            r#"{"tickets": [{"id": 1}], "meta": {"has_more": true}, "links": {"next": "x"}}"#,
            r#"{"tickets": [{"id": 1}], "end_time": 5, "end_of_stream": true} {"tickets": []}"#,
            r#"{"tickets": [{"id": 1, "fields": [{"id": 2}]}]}"#,
            r#"{"exported_by": "ana", "tickets": [{"id": 1}], "columns": ["id"]}"#,
        ] {
            assert_eq!(place_of(page, false), list("tickets"), "{page}");
        }
        let page = r#"{"tickets": [{"id": 1}], "count": 1}"#;
        assert_eq!(place_of(page, true), list("tickets"));
        let empty = ListPath::parse("tickets").unwrap();
        let page = r#"{"tickets": [], "count": 0}"#;
        assert_eq!(place_of(page, false), RowPlace::EmptyList(empty));
        let inner = r#"{"pages": [[{"id": 1}], [{"id": 2}]], "count": 2}"#;
        assert_eq!(place_of(inner, false), list("pages"));
        assert_eq!(place_of("[{}]", false), RowPlace::Lists);
        assert_eq!(place_of(" ", false), RowPlace::Lists);
    }

    #[test]
    fn rows_may_hold_lists_too() {
        for row in [
            r#"{"id": 1, "fields": [{"id": 101, "value": "gold"}]}"#,
            r#"{"id": 1, "a": [{"x": 1}], "b": [{"y": 1}]}"#,
            r#"{"a": 1, "b": {"c": [{"d": 1}]}}"#,
            r#"{"a": 1, "tags": ["x"]}"#,
        ] {
            assert_eq!(place_of(row, false), RowPlace::Documents(None), "{row}");
        }
        let answers = r#"{"who": "a", "answers": [{"q": 1}]}"#;
        assert_eq!(place_of(answers, true), RowPlace::Documents(None));
        assert_eq!(place_of(answers, false), list("answers"));
        let two = format!("{answers}\n{answers}");
        assert_eq!(place_of(&two, false), RowPlace::Documents(None));
        assert_eq!(
            place_of(r#"{"answers": [{"q": 1}]}"#, true),
            RowPlace::Documents(None)
        );
    }

    #[test]
    fn values_under_ids_are_told_from_the_parts_of_a_row() {
        for keyed in [
            r#"{"-Na1": {"who": "a", "n": 1}, "-Na2": {"who": "b"}, "-Na3": {"who": "c", "tags": [{"x": 1}]}}"#,
            r#"{"1": {"a": {"b": 1}}, "2": {"a": null}, "3": {"a": [1]}}"#,
        ] {
            let expected = RowPlace::Documents(Some(OtherRows::Values));
            assert_eq!(place_of(keyed, false), expected, "{keyed}");
            assert_eq!(place_of(keyed, true), RowPlace::Documents(None), "{keyed}");
        }
        for row in [
            r#"{"a": {"x": 1}, "b": {"x": 1}}"#,
            r#"{"who": {"name": "a"}, "rating": {"score": 1}, "channel": {"kind": "mail"}}"#,
            r#"{"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1}, "n": 1}"#,
            r#"{"a": {}, "b": {}, "c": {}}"#,
        ] {
            assert_eq!(place_of(row, false), RowPlace::Documents(None), "{row}");
        }
    }

    #[test]
    fn what_is_not_clear_is_listed() {
        let lists = |paths: &[&str]| {
            RowPlace::Unclear(
                paths
                    .iter()
                    .map(|path| ListPath::parse(path).unwrap())
                    .collect(),
            )
        };
        let sideloaded = r#"{"tickets": [{"id": 1}], "users": [{"id": 2}], "count": 1}"#;
        assert_eq!(place_of(sideloaded, false), lists(&["tickets", "users"]));
        let nested = r#"{"data": {"tickets": [{"id": 1}], "total": 1}}"#;
        assert_eq!(place_of(nested, false), lists(&["data.tickets"]));
    }
}

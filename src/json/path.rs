//! Paths into a JSON value: `$.a.b[0]`, `/a/b/0`, a key, or an index.

use std::iter::Peekable;
use std::str::CharIndices;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PathStep {
    /// Member of an object.
    Key(String),
    /// Element of a list; below zero, from its end.
    Index(i64),
    /// Member of an object, or element of a list if it is a number.
    Token(String),
    /// All elements of a list.
    Elements,
    /// All values of an object.
    Members,
}

/// A path, as DuckDB reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonPath(Vec<PathStep>);

impl JsonPath {
    /// Reads `$.a."b c"[0]`, `$['a']`, `$.list[*].b`, `$.list[-1]` (also `[#-1]`) or the pointer `/a/b/0`. Other
    /// texts are a single key.
    ///
    /// # Errors
    /// If a path that begins with `$` has no meaning; the text says where.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Some(pointer) = text.strip_prefix('/') {
            let tokens = pointer.split('/');
            let token = |token: &str| PathStep::Token(token.replace("~1", "/").replace("~0", "~"));
            return Ok(Self(tokens.map(token).collect()));
        }
        if !text.starts_with('$') {
            return Ok(Self(vec![PathStep::Key(text.to_owned())]));
        }
        let mut reader = PathReader {
            text,
            rest: text[1..].char_indices().peekable(),
        };
        let mut steps = Vec::new();
        while let Some(step) = reader.step()? {
            steps.push(step);
        }
        Ok(Self(steps))
    }

    /// Path of members, one in the other.
    pub(crate) fn from_keys<'a>(keys: impl Iterator<Item = &'a str>) -> Self {
        Self(keys.map(|key| PathStep::Key(key.to_owned())).collect())
    }

    pub(crate) fn steps(&self) -> &[PathStep] {
        &self.0
    }

    /// True if several values may be at the path.
    pub(crate) fn is_multiple(&self) -> bool {
        let mut steps = self.0.iter();
        steps.any(|step| matches!(step, PathStep::Elements | PathStep::Members))
    }
}

struct PathReader<'a> {
    text: &'a str,
    /// The text behind `$`.
    rest: Peekable<CharIndices<'a>>,
}

impl PathReader<'_> {
    fn step(&mut self) -> Result<Option<PathStep>, String> {
        match self.rest.next() {
            None => Ok(None),
            Some((_, '.')) => self.member().map(Some),
            Some((_, '[')) => self.element().map(Some),
            Some((at, _)) => Err(self.problem(at, "expected . or [")),
        }
    }

    fn member(&mut self) -> Result<PathStep, String> {
        let Some(&(at, first)) = self.rest.peek() else {
            return Err(self.problem(self.text.len() - 1, "expected a key"));
        };
        match first {
            '"' => {
                self.rest.next();
                self.quoted('"').map(PathStep::Key)
            }
            '*' => {
                self.rest.next();
                Ok(PathStep::Members)
            }
            '.' => Err(self.problem(at, "keys at any depth (..) are not supported")),
            '[' => Err(self.problem(at, "expected a key")),
            _ => {
                let mut key = String::new();
                while let Some((_, c)) = self.rest.next_if(|(_, c)| !matches!(c, '.' | '[')) {
                    key.push(c);
                }
                Ok(PathStep::Key(key))
            }
        }
    }

    fn element(&mut self) -> Result<PathStep, String> {
        let at = self.rest.peek().map_or(self.text.len() - 1, |(at, _)| *at);
        if let Some((_, quote)) = self.rest.next_if(|(_, c)| matches!(c, '"' | '\'')) {
            let key = self.quoted(quote)?;
            return match self.rest.next() {
                Some((_, ']')) => Ok(PathStep::Key(key)),
                _ => Err(self.problem(at, "expected ] behind the key")),
            };
        }
        let mut inside = String::new();
        while let Some((_, c)) = self.rest.next_if(|(_, c)| *c != ']') {
            inside.push(c);
        }
        if self.rest.next().is_none() {
            return Err(self.problem(at, "expected ]"));
        }
        if inside == "*" {
            return Ok(PathStep::Elements);
        }
        let digits = inside.strip_prefix('#').unwrap_or(&inside);
        let index = digits.parse::<i64>().ok();
        // [#-1] is the last element; [#1] would be behind it.
        let index = index.filter(|index| digits.len() == inside.len() || *index < 0);
        index.map(PathStep::Index).ok_or_else(|| {
            self.problem(
                at,
                "expected the number of an element, from 0, or from -1 at the end",
            )
        })
    }

    /// The text up to `quote`, behind which the reader stands then.
    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut key = String::new();
        while let Some((_, c)) = self.rest.next() {
            match c {
                _ if c == quote => return Ok(key),
                '\\' => key.extend(self.rest.next().map(|(_, escaped)| escaped)),
                _ => key.push(c),
            }
        }
        Err(self.problem(self.text.len() - 1, "a quoted key does not end"))
    }

    /// `at` counts from behind `$`.
    fn problem(&self, at: usize, what: &str) -> String {
        let before = self.text.get(1..=at).unwrap_or_default();
        let place = before.chars().count() + 2;
        format!(
            "'{}' is not a JSON path: {what} at character {place}",
            self.text
        )
    }
}

#[cfg(test)]
mod tests {
    use super::PathStep::{Elements, Index, Key, Members, Token};
    use super::*;

    fn key(text: &str) -> PathStep {
        Key(text.to_owned())
    }

    #[test]
    fn paths_of_all_kinds() {
        for (text, steps) in [
            ("$", vec![]),
            ("$.a.b[0]", vec![key("a"), key("b"), Index(0)]),
            (
                "$.\"a b\".\"c.d\"[-1]",
                vec![key("a b"), key("c.d"), Index(-1)],
            ),
            (
                "$['a b'][\"c\"][#-2]",
                vec![key("a b"), key("c"), Index(-2)],
            ),
            ("$.a[*].b", vec![key("a"), Elements, key("b")]),
            ("$.*", vec![Members]),
            ("$.a b-ü", vec![key("a b-ü")]),
            ("a.b", vec![key("a.b")]),
            ("", vec![key("")]),
            (
                "/a/0/~1~0",
                vec![Token("a".into()), Token("0".into()), Token("/~".into())],
            ),
            ("$.\"a\\\"b\"", vec![key("a\"b")]),
        ] {
            assert_eq!(JsonPath::parse(text).unwrap().steps(), steps, "{text}");
        }
    }

    #[test]
    fn paths_without_meaning_say_where() {
        for (text, place) in [
            ("$a", "expected . or [ at character 2"),
            ("$.a[x]", "at character 5"),
            ("$.a[0", "expected ] at character 5"),
            ("$.a..b", "not supported at character 5"),
            ("$.", "expected a key at character 3"),
            ("$.[0]", "expected a key at character 3"),
            ("$.\"a", "does not end"),
            ("$[#1]", "at character 3"),
            ("$ü[", "at character 2"),
        ] {
            let problem = JsonPath::parse(text).unwrap_err();
            assert!(problem.contains(place), "{text}: {problem}");
        }
    }
}

//! A statement as a tree of text, which is written in three dialects and can shrink.

use super::types::Type;

/// Dialect of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Deskql,
    Postgres,
    DuckDb,
}

/// Permitted replacements of a node.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Another value of the type; `operator` if parentheses keep it together.
    Value { data_type: Type, operator: bool },
    /// Nothing: the node may be removed.
    Optional,
    /// Fewer of its children, with this text between them.
    List(&'static str),
    /// Another source of rows.
    Source,
    /// Another query.
    Query,
    /// None, except in its parts.
    Fixed,
    /// None, also not in its parts.
    Whole,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Text(String),
    /// Text for deskql, `PostgreSQL` and DuckDB.
    Spelled([String; 3]),
    Node(Node),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) parts: Vec<Part>,
}

impl Node {
    /// A node of a template in which each `{}` is the next child, and a leading `<a;b;c>` the different
    /// texts of deskql, `PostgreSQL` and DuckDB.
    pub(super) fn new(kind: Kind, template: &str, children: Vec<Self>) -> Self {
        let mut children = children.into_iter();
        let mut parts = Vec::new();
        let spelled = template
            .strip_prefix('<')
            .and_then(|rest| rest.split_once('>'));
        let template = spelled.map_or(template, |(_, rest)| rest);
        if let Some((texts, _)) = spelled {
            let texts: Vec<String> = texts.split(';').map(str::to_owned).collect();
            parts.push(Part::Spelled(texts.try_into().unwrap()));
        }
        for (number, text) in template.split("{}").enumerate() {
            if number > 0 {
                parts.push(Part::Node(children.next().unwrap()));
            }
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
        }
        assert!(children.next().is_none(), "{template} has fewer places");
        Self { kind, parts }
    }

    pub(super) fn fixed(template: &str, children: Vec<Self>) -> Self {
        Self::new(Kind::Fixed, template, children)
    }

    pub(super) fn value(data_type: Type, template: &str, children: Vec<Self>) -> Self {
        let operator = false;
        Self::new(
            Kind::Value {
                data_type,
                operator,
            },
            template,
            children,
        )
    }

    pub(super) fn optional(template: &str, children: Vec<Self>) -> Self {
        Self::new(Kind::Optional, template, children)
    }

    /// An absent clause.
    pub(super) fn nothing() -> Self {
        Self::optional("", vec![])
    }

    pub(super) fn list(separator: &'static str, children: Vec<Self>) -> Self {
        Self {
            kind: Kind::List(separator),
            parts: children.into_iter().map(Part::Node).collect(),
        }
    }

    /// A list that keeps all of its children.
    pub(super) fn fixed_list(children: Vec<Self>) -> Self {
        let template = vec!["{}"; children.len()].join(", ");
        Self::fixed(&template, children)
    }

    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.parts.iter().filter_map(|part| match part {
            Part::Node(node) => Some(node),
            _ => None,
        })
    }

    pub(super) fn text(&self, dialect: Dialect) -> String {
        let mut out = String::new();
        self.write(dialect, &mut out);
        out
    }

    fn write(&self, dialect: Dialect, out: &mut String) {
        for (number, part) in self.parts.iter().enumerate() {
            if let (Kind::List(separator), true) = (&self.kind, number > 0) {
                out.push_str(separator);
            }
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Spelled(texts) => out.push_str(&texts[dialect as usize]),
                Part::Node(node) => node.write(dialect, out),
            }
        }
    }
}

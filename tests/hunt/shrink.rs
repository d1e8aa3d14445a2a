//! Smaller statements that fail in the same way.

use super::tree::{Dialect, Kind, Node, Part};

/// Number of smaller statements that are tried for one failure.
const TRIES: usize = 300;

/// The smallest statement found that still `fails`.
pub(super) fn smallest(statement: &Node, mut fails: impl FnMut(&Node) -> bool) -> Node {
    let mut best = statement.clone();
    let mut tries = 0;
    let mut from = 0;
    loop {
        let length = best.text(Dialect::Deskql).len();
        let paths = paths(&best);
        let mut better = None;
        'search: for (at, path) in paths.iter().enumerate().skip(from) {
            for candidate in smaller(&best, path) {
                if candidate.text(Dialect::Deskql).len() >= length {
                    continue;
                }
                tries += 1;
                if tries > TRIES {
                    return best;
                }
                if fails(&candidate) {
                    better = Some((at, candidate));
                    break 'search;
                }
            }
        }
        match better {
            Some((at, candidate)) => {
                best = candidate;
                from = at;
            }
            None if from > 0 => from = 0,
            None => return best,
        }
    }
}

/// Paths of nodes, parents before children: child numbers from the root.
fn paths(root: &Node) -> Vec<Vec<usize>> {
    let mut found = vec![vec![]];
    let mut next = 0;
    while next < found.len() {
        let path = found[next].clone();
        let node = at(root, &path);
        if node.kind == Kind::Whole {
            next += 1;
            continue;
        }
        for (number, part) in node.parts.iter().enumerate() {
            if matches!(part, Part::Node(_)) {
                let mut inner = path.clone();
                inner.push(number);
                found.push(inner);
            }
        }
        next += 1;
    }
    found
}

fn at<'a>(root: &'a Node, path: &[usize]) -> &'a Node {
    path.iter()
        .fold(root, |node, number| match &node.parts[*number] {
            Part::Node(child) => child,
            _ => node,
        })
}

fn replaced(root: &Node, path: &[usize], by: Node) -> Node {
    let Some((first, rest)) = path.split_first() else {
        return by;
    };
    let mut root = root.clone();
    if let Part::Node(child) = &mut root.parts[*first] {
        *child = replaced(child, rest, by);
    }
    root
}

/// The tree with a smaller node at `path`.
fn smaller(root: &Node, path: &[usize]) -> Vec<Node> {
    let node = at(root, path);
    let simpler = match &node.kind {
        Kind::Optional if !node.parts.is_empty() => vec![Node::nothing()],
        Kind::List(_) => (0..node.parts.len())
            .filter(|_| node.parts.len() > 1)
            .map(|number| {
                let mut shorter = node.clone();
                shorter.parts.remove(number);
                shorter
            })
            .collect(),
        Kind::Value { data_type, .. } => {
            let mut found = same_kind(node);
            let literals = data_type.literals();
            found.push(Node::value(*data_type, literals[0], vec![]));
            found.push(Node::value(*data_type, literals.last().unwrap(), vec![]));
            found
        }
        Kind::Source | Kind::Query => same_kind(node),
        _ => vec![],
    };
    let whole = simpler.into_iter();
    whole.map(|by| replaced(root, path, by)).collect()
}

/// Nodes below `node` that may replace it, the smallest first.
fn same_kind(node: &Node) -> Vec<Node> {
    let mut found = Vec::new();
    let mut open: Vec<&Node> = node.children().collect();
    while let Some(inner) = open.pop() {
        let fits = match (&node.kind, &inner.kind) {
            (Kind::Value { data_type: a, .. }, Kind::Value { data_type: b, .. }) => a == b,
            (one, other) => one == other,
        };
        if fits {
            found.push(inner.clone());
        }
        open.extend(inner.children());
    }
    found.sort_by_key(|inner| inner.text(Dialect::Deskql).len());
    found
}

//! The order of steps.

use std::collections::BTreeSet;

/// A step and those that it comes after.
#[derive(Debug, Clone)]
pub(super) struct StepNode {
    pub(super) name: String,
    pub(super) after: BTreeSet<String>,
}

/// Indices of the steps in an order in which each comes after those that it needs; otherwise in the order of `nodes`.
///
/// # Errors
/// The steps of a circle, each before the one that it needs, if there is one.
pub(super) fn order(nodes: &[StepNode]) -> Result<Vec<usize>, Vec<usize>> {
    let mut order: Vec<usize> = Vec::with_capacity(nodes.len());
    let mut done: BTreeSet<&str> = BTreeSet::new();
    while order.len() < nodes.len() {
        let next = nodes.iter().enumerate().find(|(_, node)| {
            let is_done = done.contains(node.name.as_str());
            !is_done && node.after.iter().all(|name| done.contains(name.as_str()))
        });
        let Some((index, node)) = next else {
            return Err(circle(nodes, &done));
        };
        done.insert(&node.name);
        order.push(index);
    }
    Ok(order)
}

/// Follows needs that are not done until a step comes again.
fn circle(nodes: &[StepNode], done: &BTreeSet<&str>) -> Vec<usize> {
    let is_open = |name: &str| !done.contains(name);
    let mut path: Vec<usize> = Vec::new();
    let mut next = nodes.iter().position(|node| is_open(&node.name));
    while let Some(index) = next {
        if let Some(start) = path.iter().position(|seen| *seen == index) {
            return path.split_off(start);
        }
        path.push(index);
        let needs = nodes.get(index).into_iter().flat_map(|node| &node.after);
        let need = needs.into_iter().find(|name| is_open(name));
        next = need.and_then(|need| nodes.iter().position(|node| node.name == *need));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(edges: &[(&str, &str)]) -> Result<Vec<String>, Vec<String>> {
        let nodes: Vec<StepNode> = edges
            .iter()
            .map(|(name, after)| StepNode {
                name: (*name).to_owned(),
                after: after.split_whitespace().map(str::to_owned).collect(),
            })
            .collect();
        let names = |order: Vec<usize>| order.iter().map(|at| nodes[*at].name.clone()).collect();
        order(&nodes).map(names).map_err(names)
    }

    #[test]
    fn needs_come_first_and_the_rest_as_written() {
        assert_eq!(
            ordered(&[("c", "b"), ("d", ""), ("b", "a"), ("a", "")]).unwrap(),
            ["d", "a", "b", "c"]
        );
        assert_eq!(ordered(&[("b", ""), ("a", "")]).unwrap(), ["b", "a"]);
    }

    #[test]
    fn a_circle_is_named_without_what_leads_to_it() {
        assert_eq!(
            ordered(&[("x", "a"), ("a", "b"), ("b", "c"), ("c", "a")]).unwrap_err(),
            ["a", "b", "c"]
        );
        assert_eq!(ordered(&[("a", "a")]).unwrap_err(), ["a"]);
    }
}

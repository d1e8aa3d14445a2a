//! Verdict on deskql's answer from three answers.

use super::cells::{Answer, Cell, same_rows};

/// Kind of a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Failure {
    /// The fast paths change the answer.
    Ways,
    /// The peers agree and deskql differs.
    Wrong,
    /// The peers differ and deskql agrees with neither.
    Neither,
    /// Only one peer answers and deskql differs from it.
    Lonely,
    /// Both peers answer, deskql does not.
    Refused,
}

/// Answers of deskql, of deskql with other settings, and of the peers.
pub(super) struct Answers {
    pub(super) ours: Vec<Answer>,
    pub(super) peers: Vec<Answer>,
    pub(super) ordered: bool,
}

impl Answers {
    /// The failure, if there is one.
    pub(super) fn failure(&self) -> Option<Failure> {
        let (first, others) = self.ours.split_first()?;
        let ways_agree = |other: &Answer| match (first, other) {
            (Ok(one), Ok(other)) => same_rows(one, other, self.ordered),
            (Err(_), Err(_)) => true,
            _ => false,
        };
        if !others.iter().all(ways_agree) {
            return Some(Failure::Ways);
        }
        let given: Vec<_> = self
            .peers
            .iter()
            .filter_map(|peer| peer.as_ref().ok())
            .collect();
        let same =
            |one: &Vec<Vec<Cell>>, other: &Vec<Vec<Cell>>| same_rows(one, other, self.ordered);
        match (first, given.as_slice()) {
            (_, []) => None,
            (Err(_), [_, _]) => Some(Failure::Refused),
            (Err(_), _) => None,
            (Ok(ours), peers) if peers.iter().any(|peer| same(ours, peer)) => None,
            (Ok(_), [one, other]) if same(one, other) => Some(Failure::Wrong),
            (Ok(_), [_, _]) => Some(Failure::Neither),
            (Ok(_), _) => Some(Failure::Lonely),
        }
    }

    /// Number of peers that answer: a statement that fewer of them understand is no smaller form of
    /// this one.
    pub(super) fn answered(&self) -> usize {
        self.peers.iter().filter(|peer| peer.is_ok()).count()
    }

    /// Cause of the error here, in the text that errors of one kind share.
    pub(super) fn cause(&self) -> Option<String> {
        let error = self.ours.first()?.as_ref().err()?;
        Some(outline(error).chars().take(160).collect())
    }

    /// All answers as text, without rows that are the same everywhere.
    pub(super) fn shown(&self) -> String {
        let names = ["deskql", "deskql otherwise"].iter().zip(&self.ours);
        let peers = ["PostgreSQL", "DuckDB"].iter().zip(&self.peers);
        let common = |row: &Vec<Cell>| {
            let all = self.ours.iter().chain(&self.peers);
            all.filter_map(|answer| answer.as_ref().ok())
                .all(|rows| rows.iter().any(|other| other == row))
        };
        let lines = names.chain(peers).map(|(name, answer)| match answer {
            Ok(rows) => {
                let left: Vec<_> = rows.iter().filter(|row| !common(row)).take(3).collect();
                format!("  {name:<16} {} rows, {left:?}", rows.len())
            }
            Err(error) => {
                let error: String = error.chars().take(200).collect();
                format!("  {name:<16} {}", error.replace('\n', " "))
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// A text without the parts that vary between instances of one fault: names, numbers and texts.
pub(super) fn outline(text: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for letter in text.chars() {
        match letter {
            '\'' => quoted = !quoted,
            _ if quoted || letter.is_ascii_digit() => {}
            other => out.push(other),
        }
    }
    out
}

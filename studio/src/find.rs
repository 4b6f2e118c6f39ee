//! Which units a search means.

use crate::scene::{Node, status_word};

/// What is searched for; an empty part means anything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Find {
    /// Words that its id or title holds, all of them.
    pub text: String,
    /// Its status, in the graph's words.
    pub status: String,
    /// Its type.
    pub kind: String,
}

impl Find {
    /// Whether nothing is searched for.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.status.is_empty() && self.kind.is_empty()
    }

    /// Whether a unit is meant.
    pub fn matches(&self, node: &Node) -> bool {
        let whole = format!("{} {}", node.id, node.title).to_lowercase();
        let words = self.text.to_lowercase();
        (self.status.is_empty() || self.status == status_word(node.status))
            && (self.kind.is_empty() || self.kind == node.kind)
            && words.split_whitespace().all(|word| whole.contains(word))
    }
}

/// The one of `found` that follows `here`, from the first again behind the last.
pub fn next(found: &[usize], here: Option<usize>, back: bool) -> Option<usize> {
    let Some(here) = here else { return found.first().copied() };
    let after = found.iter().find(|unit| **unit > here).or(found.first());
    let before = found.iter().rev().find(|unit| **unit < here).or(found.last());
    if back { before.copied() } else { after.copied() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::scene::Scene;

    fn found(text: &str, status: &str, kind: &str) -> Vec<String> {
        let find = Find { text: text.into(), status: status.into(), kind: kind.into() };
        let scene = Scene::of(&Document::example(), None);
        scene.nodes.iter().filter(|node| find.matches(node)).map(|node| node.short.clone()).collect()
    }

    #[test]
    fn words_status_and_type_are_all_meant() {
        assert_eq!(found("PERSON greet", "", ""), ["T01"]);
        assert_eq!(found("t02", "", ""), ["T02"]);
        assert_eq!(found("", "", "plan-next"), ["G1-PLAN"]);
        assert_eq!(found("greet", "done", "").len(), 0);
        assert_eq!(found("", "", "").len(), 8);
        assert!(Find::default().is_empty());
    }

    #[test]
    fn the_next_one_goes_round() {
        assert_eq!(next(&[2, 5, 7], Some(5), false), Some(7));
        assert_eq!(next(&[2, 5, 7], Some(7), false), Some(2));
        assert_eq!(next(&[2, 5, 7], Some(2), true), Some(7));
        assert_eq!(next(&[2, 5], None, false), Some(2));
        assert_eq!(next(&[], Some(2), false), None);
    }
}

//! What a unit's box says and shows: its names, its marks, its markup.

use crate::document::Counts;
use crate::markup::{escaped, span};
use crate::problems::summary;
use crate::scene::{Node, status_word};

/// How many bytes of an id have room beside what else is on its line.
const MOST_WITH_ROOM: usize = 10;

/// The id of a unit's box.
pub fn node_id(unit: usize) -> String {
    format!("unit-{unit}")
}

/// The unit of a box's id.
pub fn unit_of_id(id: &str) -> Option<usize> {
    id.strip_prefix("unit-")?.parse().ok()
}

/// The unit of the id of a box's grip.
pub fn unit_of_grip(id: &str) -> Option<usize> {
    id.strip_prefix("grip-")?.parse().ok()
}

/// How a unit's box is marked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mark {
    /// Whether it is selected.
    pub selected: bool,
    /// Whether the inspector shows it.
    pub primary: bool,
    /// Whether a dependency is being drawn from it.
    pub source: bool,
    /// Whether it is not among what is sought or shown.
    pub dim: bool,
    /// Whether it lies on the critical path.
    pub critical: bool,
    /// Its wave, from 1; 0 when waves are not shown.
    pub wave: usize,
}

/// The classes of a box.
pub fn class(node: &Node, mark: Mark) -> String {
    let words = [
        (node.closing, " closing"),
        (node.running, " running"),
        (mark.selected, " selected"),
        (mark.primary, " primary"),
        (mark.source, " source"),
        (mark.dim, " dim"),
        (mark.critical, " critical"),
    ];
    let mut class = "node".to_owned();
    words.into_iter().filter(|(is, _)| *is).for_each(|(_, word)| class.push_str(word));
    class
}

/// What a box shows, in the order of its [`label`]; spaces part the words for those who hear them. As markup: a
/// plan has hundreds of boxes, and the browser makes these elements in one call.
pub fn face(node: &Node) -> String {
    let title = escaped(&node.title);
    [
        "<span class=\"row\">",
        &span(short(node), &node.short),
        " ",
        &badge(node.counts),
        &span("status", &status_word(node.status)),
        "</span> <span class=\"title\" title=\"",
        &title,
        "\">",
        &title,
        "</span> <span class=\"row small\">",
        &span("kind", kind(node)),
        " ",
        &span("cost", &node.cost),
        "</span>",
    ]
    .concat()
}

/// An id as people give them has room; any other is cut.
fn short(node: &Node) -> &'static str {
    if node.short.len() <= MOST_WITH_ROOM { "short" } else { "short long" }
}

/// What a unit is, or what it has been through once it was tried.
fn kind(node: &Node) -> &str {
    if node.attempts.is_empty() { &node.kind } else { &node.attempts }
}

fn badge(counts: Counts) -> String {
    let (class, mark, shown) = match counts {
        c if c.total() == 0 => return String::new(),
        c if c.errors > 0 => ("badge error", "✕", c.errors),
        c if c.warnings > 0 => ("badge warning", "!", c.warnings),
        c => ("badge info", "i", c.infos),
    };
    let title = escaped(&summary(counts));
    format!(
        "<span class=\"{class}\" data-glyph=\"{mark} {shown}\" title=\"{title}\" aria-hidden=\"true\"></span>"
    )
}

/// The name of a box: what it shows, then what its colours and marks say.
pub fn label(node: &Node, mark: Mark) -> String {
    let mut parts = vec![
        format!("{}: {}", node.short, status_word(node.status)),
        node.title.clone(),
        kind(node).to_owned(),
        node.cost.clone(),
        summary(node.counts),
    ];
    if !node.attempts.is_empty() {
        parts.push(node.kind.clone());
    }
    if mark.critical {
        parts.push("on the critical path".to_owned());
    }
    if mark.wave > 0 {
        parts.push(format!("wave {}", mark.wave));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::scene::Scene;

    #[test]
    fn what_a_box_shows_is_text() {
        let mut node = Scene::of(&Document::example(), None).nodes.swap_remove(0);
        node.title = "<img src=x onerror=\"alert(1)\">".to_owned();
        node.short = "T01</span><script>".to_owned();
        node.counts = Counts { errors: 2, ..Counts::default() };
        let face = face(&node);
        assert!(face.contains("T01&lt;/span&gt;&lt;script&gt;"), "{face}");
        assert!(face.contains("title=\"&lt;img src=x onerror=&quot;alert(1)&quot;&gt;\""), "{face}");
        assert!(face.contains("data-glyph=\"✕ 2\""), "{face}");
        assert_eq!(face.matches('<').count(), 2 * 8, "only our own elements: {face}");
    }
}

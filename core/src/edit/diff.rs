//! The difference of two texts as few, small edits: lines first, then the bytes within them.

use crate::fix::{Edits, TextEdit};
use crate::span::{Span, floor_boundary};
use crate::tree::Tree;
use std::sync::Arc;

/// The furthest two texts may differ, in lines, before the difference becomes one edit.
const MAX_LINES: usize = 400;

/// The edits that lead from `before` to `after`: none when they are equal. Sorted and disjoint.
pub fn text_edits(before: &str, after: &str) -> Vec<TextEdit> {
    line_edits(before, after).into_iter().map(|edit| narrowed(before, edit)).collect()
}

/// As [`text_edits`], by whole lines: for showing.
pub fn line_edits(before: &str, after: &str) -> Vec<TextEdit> {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (old_mid, new_mid) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let start: usize = old[..head].iter().map(|l| l.len()).sum();
    let mut edits = Vec::new();
    let (mut at, mut i, mut j) = (start, 0, 0);
    let kept = common_lines(old_mid, new_mid).unwrap_or_default();
    for (a, b) in kept.into_iter().chain([(old_mid.len(), new_mid.len())]) {
        let gone: usize = old_mid[i..a].iter().map(|l| l.len()).sum();
        let edit = TextEdit::replace(Span::new(at, at + gone), new_mid[j..b].concat());
        if edit.span.slice(before) != edit.text {
            edits.push(edit);
        }
        at += gone + old_mid.get(a).map_or(0, |l| l.len());
        (i, j) = (a + 1, b + 1);
    }
    edits
}

/// The edits that lead from the texts of `before` to those of `after`.
pub fn tree_edits(before: &Tree, after: &Tree) -> Edits {
    let mut edits = Edits::none();
    for (path, _) in before.iter() {
        match (before.text(path), after.text(path)) {
            (Some(old), Some(new)) if Arc::ptr_eq(old, new) => {}
            (Some(old), Some(new)) => {
                text_edits(old, new).into_iter().for_each(|edit| edits.edit(path.clone(), edit));
            }
            (Some(_), None) => edits.delete(path.clone()),
            (None, _) => {}
        }
    }
    for (path, _) in after.iter().filter(|(path, _)| before.get(path).is_none()) {
        if let Some(text) = after.text(path) {
            edits.create(path.clone(), &**text);
        }
    }
    edits
}

/// The edit, narrowed to the bytes that differ.
fn narrowed(before: &str, edit: TextEdit) -> TextEdit {
    let TextEdit { span, text: new } = edit;
    let old = span.slice(before);
    let head = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let head = floor_boundary(old, head);
    let most = old.len().min(new.len()) - head;
    let mut tail = old.bytes().rev().zip(new.bytes().rev()).take(most).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - tail) {
        tail -= 1;
    }
    let start = span.start as usize;
    let span = Span::new(start + head, start + old.len() - tail);
    TextEdit::replace(span, &new[head..new.len() - tail])
}

/// The pairs of a longest common subsequence, by Myers' greedy search; `None` when the two differ
/// in more than [`MAX_LINES`] lines.
fn common_lines(old: &[&str], new: &[&str]) -> Option<Vec<(usize, usize)>> {
    let mut trace = Vec::new();
    let width = 2 * MAX_LINES + 3;
    let middle = MAX_LINES + 1;
    let mut reach = vec![0usize; width];
    for steps in 0..=MAX_LINES {
        trace.push(reach[middle - steps..=middle + steps].to_vec());
        for lane in (0..=2 * steps).step_by(2).map(|n| middle + n - steps) {
            let mut x = next_x(&reach, lane, middle - steps, middle + steps);
            let mut y = x + middle - lane;
            while x < old.len() && y < new.len() && old[x] == new[y] {
                (x, y) = (x + 1, y + 1);
            }
            reach[lane] = x;
            if x >= old.len() && y >= new.len() {
                return Some(walk_back(&trace, old.len(), new.len()));
            }
        }
    }
    None
}

/// Where the search stands on `lane` before it runs along equal lines.
fn next_x(reach: &[usize], lane: usize, first: usize, last: usize) -> usize {
    if first == last {
        return 0;
    }
    if lane == first || lane != last && reach[lane - 1] < reach[lane + 1] {
        reach[lane + 1]
    } else {
        reach[lane - 1] + 1
    }
}

fn walk_back(trace: &[Vec<usize>], mut x: usize, mut y: usize) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for steps in (1..trace.len()).rev() {
        // `trace[steps]` holds lanes -steps..=steps as they were before that step.
        let reach = &trace[steps];
        let lane = x + steps - y;
        let from = next_x(reach, lane, 0, 2 * steps);
        let down = lane == 0 || lane != 2 * steps && reach[lane - 1] < reach[lane + 1];
        let from_y = from + steps - lane;
        while x > from && y > from_y {
            (x, y) = (x - 1, y - 1);
            pairs.push((x, y));
        }
        if down { y -= 1 } else { x -= 1 }
    }
    while x > 0 && y > 0 {
        (x, y) = (x - 1, y - 1);
        pairs.push((x, y));
    }
    pairs.reverse();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::apply_text;
    use proptest::prelude::*;

    #[test]
    fn only_what_differs_is_replaced() {
        let edits = text_edits("a\nstatus: draft\nb\nc\n", "a\nstatus: done\nb\nx\nc\n");
        assert_eq!(edits.len(), 2);
        assert_eq!(edits[0], TextEdit::replace(Span::new(11, 15), "one"));
        assert_eq!(edits[1], TextEdit::insert(18, "x\n"));
        assert_eq!(text_edits("é\n", "è\n"), [TextEdit::replace(Span::new(0, 2), "è")]);
    }

    proptest! {
        #[test]
        fn the_difference_leads_from_one_text_to_the_other(a in "[abé\n]{0,60}", b in "[abé\n]{0,60}") {
            let edits = text_edits(&a, &b);
            prop_assert_eq!(apply_text(&a, &edits).unwrap(), b.clone());
            prop_assert_eq!(edits.is_empty(), a == b);
        }
    }
}

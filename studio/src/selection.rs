//! What is selected: any number of units, or a dependency, or a file; and which of it the inspector shows.
//! Units are numbers in the feature as it is now; [`carried`] says which they are after a change.

use specfuse_core::ordered;
use specfuse_core::path::RelPath;
use std::collections::BTreeSet;

/// What the inspector shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// A unit, by its place in the feature.
    Unit(usize),
    /// A file that is no unit's.
    File(RelPath),
}

/// A dependency: the unit that goes first, and the one that waits for it.
pub type Edge = (usize, usize);

/// What is selected.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selection {
    target: Option<Target>,
    units: BTreeSet<usize>,
    edge: Option<Edge>,
}

impl Selection {
    /// One unit, one file, or nothing.
    pub fn of(target: Option<Target>) -> Selection {
        let units = match &target {
            Some(Target::Unit(unit)) => BTreeSet::from([*unit]),
            _ => BTreeSet::new(),
        };
        Selection { target, units, edge: None }
    }

    /// A dependency; the inspector shows the unit that waits.
    pub fn of_edge(edge: Edge) -> Selection {
        Selection { target: Some(Target::Unit(edge.1)), units: BTreeSet::new(), edge: Some(edge) }
    }

    /// What the inspector shows.
    pub fn target(&self) -> Option<&Target> {
        self.target.as_ref()
    }

    /// The unit that the inspector shows.
    pub fn primary(&self) -> Option<usize> {
        match self.target {
            Some(Target::Unit(unit)) => Some(unit),
            _ => None,
        }
    }

    /// The selected units, in the order of the graph.
    pub fn units(&self) -> &BTreeSet<usize> {
        &self.units
    }

    /// The selected dependency.
    pub fn edge(&self) -> Option<Edge> {
        self.edge
    }

    /// Adds a unit, or takes it out when it is in.
    pub fn toggle(&mut self, unit: usize) {
        self.edge = None;
        if self.units.remove(&unit) {
            if self.primary() == Some(unit) {
                self.target = self.units.first().map(|unit| Target::Unit(*unit));
            }
        } else {
            self.units.insert(unit);
            self.target = Some(Target::Unit(unit));
        }
    }

    /// Adds units; the inspector goes on showing what it shows when that is among them.
    pub fn add(&mut self, units: impl IntoIterator<Item = usize>) {
        self.edge = None;
        for unit in units {
            self.units.insert(unit);
        }
        if self.primary().is_none_or(|unit| !self.units.contains(&unit)) {
            self.target = self.units.first().map(|unit| Target::Unit(*unit)).or(self.target.take());
        }
    }

    /// The selection after a change, where `now` says which unit each one is.
    pub fn carried(&self, now: impl Fn(usize) -> Option<usize>) -> Selection {
        let units = ordered::set(self.units.iter().filter_map(|unit| now(*unit)));
        let target = match &self.target {
            Some(Target::Unit(unit)) => now(*unit).or(units.first().copied()).map(Target::Unit),
            other => other.clone(),
        };
        let edge = self.edge.and_then(|(from, to)| Some((now(from)?, now(to)?)));
        Selection { target, units, edge }
    }
}

/// What tells a unit from others: its id with its count among equal ones, and its file.
pub type Mark = (String, String);

/// Which unit of `new` each of `old` is: the one of the same id, or else the one of the same file, or, when
/// none came or went, the one in its place.
pub fn carried(old: &[Mark], new: &[Mark]) -> Vec<Option<usize>> {
    let same_count = old.len() == new.len();
    let find = |at: usize, mark: &Mark| {
        if new.get(at).is_some_and(|now| now.0 == mark.0) {
            return Some(at);
        }
        let by_id = new.iter().position(|now| now.0 == mark.0);
        let free = |now: &Mark| old.iter().all(|mark| mark.0 != now.0);
        let by_file = || new.iter().position(|now| !mark.1.is_empty() && now.1 == mark.1 && free(now));
        by_id.or_else(by_file).or_else(|| (same_count && free(&new[at])).then_some(at))
    };
    old.iter().enumerate().map(|(at, mark)| find(at, mark)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(names: &str) -> Vec<Mark> {
        names.split(' ').map(|name| (name.to_owned(), format!("{name}.md"))).collect()
    }

    #[test]
    fn units_come_and_go_one_by_one() {
        let mut selection = Selection::of(Some(Target::Unit(3)));
        selection.toggle(1);
        assert_eq!((selection.primary(), selection.units().len()), (Some(1), 2));
        selection.toggle(1);
        assert_eq!((selection.primary(), selection.units().len()), (Some(3), 1));
        selection.add([5, 4]);
        assert_eq!((selection.primary(), selection.units().len()), (Some(3), 3));
        selection.toggle(3);
        assert_eq!(selection.primary(), Some(4));
        selection.toggle(4);
        selection.toggle(5);
        assert_eq!(selection, Selection::default());
    }

    #[test]
    fn a_file_stays_until_units_are_added() {
        let file = Target::File(RelPath::new("a/PLAN.md").unwrap());
        let mut selection = Selection::of(Some(file.clone()));
        selection.add([]);
        assert_eq!(selection.target(), Some(&file));
        selection.add([2]);
        assert_eq!((selection.primary(), selection.units().len()), (Some(2), 1));
    }

    #[test]
    fn units_are_known_again_after_a_change() {
        let old = marks("A B C");
        assert_eq!(carried(&old, &marks("X A B C")), [Some(1), Some(2), Some(3)]);
        assert_eq!(carried(&old, &marks("A C")), [Some(0), None, Some(1)]);
        let mut renamed = marks("A B C");
        renamed[1].0 = "T".to_owned();
        assert_eq!(carried(&old, &renamed), [Some(0), Some(1), Some(2)], "by its file");
        renamed[1].1 = "T.md".to_owned();
        assert_eq!(carried(&old, &renamed), [Some(0), Some(1), Some(2)], "by its place");
        assert_eq!(carried(&old, &marks("C B A")), [Some(2), Some(1), Some(0)]);
    }

    #[test]
    fn a_selection_moves_with_its_units() {
        let mut selection = Selection::of(Some(Target::Unit(1)));
        selection.add([2]);
        let moved = selection.carried(|unit| (unit != 1).then_some(unit + 1));
        assert_eq!((moved.primary(), moved.units().len()), (Some(3), 1));
        let edge = Selection::of_edge((0, 2));
        assert_eq!(edge.carried(|unit| Some(unit + 1)).edge(), Some((1, 3)));
        assert_eq!(edge.carried(|_| None), Selection::default());
    }
}

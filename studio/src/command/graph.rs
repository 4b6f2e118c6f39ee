//! Actions on several units, dependencies or gates at once: each a chain of core's edits, joined to one step.

use super::{Refused, sole_gate, sole_unit, unit};
use crate::document::Document;
use specfuse_core::edit::{self, EditRefused, NewUnit};
use specfuse_core::fix::Edits;
use specfuse_core::graph::Graph;
use specfuse_core::model::Feature;
use specfuse_core::model::id::{UnitId, short};
use specfuse_core::model::status::UnitType;
use specfuse_core::parse::Parser;
use specfuse_core::tree::Tree;

/// Something done to the graph. Units are given by their [`super::name_of`], gates by their numbers.
#[derive(Clone, PartialEq, Debug)]
pub enum GraphCommand {
    /// Makes each of the second units wait for each of the first.
    Connect(Vec<String>, Vec<String>),
    /// Makes the second unit of each pair no longer wait for the first.
    Disconnect(Vec<(String, String)>),
    /// Adds a unit.
    Add {
        /// To this gate.
        gate: u32,
        /// Its title.
        title: String,
        /// What it is for.
        kind: UnitType,
        /// What it waits for.
        waits: Vec<String>,
    },
    /// Gives a unit another id, wherever it is named, and another title.
    Rename {
        /// Its id.
        unit: String,
        /// Its id from now on.
        id: String,
        /// Its title from now on.
        title: String,
    },
    /// Adds a copy behind each.
    Duplicate(Vec<String>),
    /// Takes units away with their files; `reconnect` lets what waited for them wait for what they waited for.
    Delete {
        /// Which.
        units: Vec<String>,
        /// Whether their dependents inherit.
        reconnect: bool,
    },
    /// Moves units to a gate.
    Move {
        /// Which.
        units: Vec<String>,
        /// Where to.
        gate: u32,
    },
    /// Puts units of one gate beside another unit of it, in the order in which the plan names them.
    Reorder {
        /// Which.
        units: Vec<String>,
        /// Beside which.
        beside: String,
        /// Whether behind it; otherwise before it.
        behind: bool,
    },
    /// Adds the units of a copied text to a gate.
    Paste {
        /// Where to.
        gate: u32,
        /// What was copied.
        text: String,
    },
    /// Adds a gate behind the others.
    AddGate,
    /// Takes a gate away with its units.
    DeleteGate(u32),
    /// Puts a gate where another is.
    MoveGate(u32, u32),
}

/// `T01`; `T01 and T02`; `3 units`.
fn names(units: &[String]) -> String {
    match units {
        [one] => short(one).to_owned(),
        [one, two] => format!("{} and {}", short(one), short(two)),
        many => format!("{} units", many.len()),
    }
}

impl GraphCommand {
    /// What it is called in the undo log and when it is announced.
    pub fn label(&self) -> String {
        use GraphCommand::*;
        match self {
            Connect(first, then) => {
                let verb = if then.len() == 1 { "waits" } else { "wait" };
                format!("{} {verb} for {}", names(then), names(first))
            }
            Disconnect(edges) => match edges.as_slice() {
                [(first, then)] => format!("{} no longer waits for {}", short(then), short(first)),
                many => format!("take {} dependencies away", many.len()),
            },
            Add { gate, title, .. } => format!("add “{title}” to gate {gate}"),
            Rename { unit, id, title } if unit == id => format!("call {} “{title}”", short(unit)),
            Rename { unit, id, .. } => format!("rename {} to {}", short(unit), short(id)),
            Duplicate(units) => format!("duplicate {}", names(units)),
            Delete { units, reconnect: false } => format!("delete {}", names(units)),
            Delete { units, reconnect: true } => format!("delete {} and reconnect", names(units)),
            Move { units, gate } => format!("move {} to gate {gate}", names(units)),
            Reorder { units, beside, behind } => {
                let side = if *behind { "behind" } else { "before" };
                format!("put {} {side} {} in the plan", names(units), short(beside))
            }
            Paste { gate, .. } => format!("paste into gate {gate}"),
            AddGate => "add a gate".to_owned(),
            DeleteGate(gate) => format!("delete gate {gate}"),
            MoveGate(from, to) => format!("move gate {from} to place {to}"),
        }
    }

    /// How many units are to come by it.
    pub fn copies(&self) -> usize {
        match self {
            GraphCommand::Duplicate(units) => units.len(),
            GraphCommand::Paste { text, .. } => edit::count_units(text),
            _ => 0,
        }
    }

    /// The text edits that do it.
    pub(super) fn edits(&self, document: &Document) -> Result<Edits, Refused> {
        let (tree, feature) = (document.tree(), document.feature());
        use GraphCommand::*;
        let done = match self {
            Connect(first, then) => {
                return chain(tree, feature, then, |tree, feature, then| {
                    let (then, firsts) = (unit(feature, then)?, units(feature, first)?);
                    Ok(edit::add_edges(tree, feature, then, &firsts)?)
                });
            }
            Disconnect(edges) => {
                return chain(tree, feature, edges, |tree, feature, (first, then)| {
                    let first = feature.units[unit(feature, first)?].id();
                    Ok(edit::remove_edge(tree, feature, unit(feature, then)?, first)?)
                });
            }
            Add { gate, title, kind, waits } => {
                let depends_on = units(feature, waits)?;
                let new = NewUnit { title: title.clone(), kind: *kind, depends_on, position: None };
                edit::add_unit(tree, feature, sole_gate(feature, *gate)?, &new)
            }
            Rename { unit, id, title } => return rename(tree, feature, unit, id, title),
            Duplicate(list) => edit::duplicate_units(tree, feature, &units(feature, list)?),
            Delete { units: list, reconnect } => {
                edit::delete_units(tree, feature, &units(feature, list)?, *reconnect)
            }
            Move { units: list, gate } => return move_units(tree, feature, list, *gate),
            Reorder { units, beside, behind } => return reorder(tree, feature, units, beside, *behind),
            Paste { gate, text } => edit::paste_units(tree, feature, sole_gate(feature, *gate)?, text),
            AddGate => edit::add_gate(tree, feature),
            DeleteGate(gate) => edit::delete_gate(tree, feature, sole_gate(feature, *gate)?, false),
            MoveGate(from, to) => {
                edit::move_gate(tree, feature, sole_gate(feature, *from)?, sole_gate(feature, *to)?)
            }
        };
        Ok(done?)
    }
}

impl From<EditRefused> for Refused {
    fn from(why: EditRefused) -> Refused {
        Refused(why.to_string())
    }
}

fn units(feature: &Feature, ids: &[String]) -> Result<Vec<usize>, Refused> {
    ids.iter().map(|id| unit(feature, id)).collect()
}

/// One edit after the other, each on what the ones before it led to, as one.
fn chain<T>(
    tree: &Tree,
    feature: &Feature,
    items: &[T],
    step: impl Fn(&Tree, &Feature, &T) -> Result<Edits, Refused>,
) -> Result<Edits, Refused> {
    let mut parser = Parser::default();
    let (mut now, mut read) = (tree.clone(), feature.clone());
    for (nth, item) in items.iter().enumerate() {
        if nth > 0 {
            read = parser.feature(&now, &feature.folder);
        }
        let edits = step(&now, &read, item)?;
        if items.len() == 1 {
            return Ok(edits);
        }
        now = edits.apply(&now).map_err(|why| Refused(why.to_string()))?;
    }
    Ok(edit::tree_edits(tree, &now))
}

fn rename(tree: &Tree, feature: &Feature, old: &str, id: &str, title: &str) -> Result<Edits, Refused> {
    let id = whole_id(feature, id.trim());
    chain(tree, feature, &[true, false], |tree, feature, titled| {
        if !titled {
            return Ok(edit::rename_unit_everywhere(tree, feature, unit(feature, old)?, &id, None)?);
        }
        let read = &feature.units[unit(feature, old)?];
        match &read.path {
            Ok(path) if read.title() != title => {
                let text = tree.text(path).ok_or_else(|| EditRefused::NoFile(path.clone()))?;
                Ok(edit::set_title(path, text, title)?)
            }
            _ => Ok(Edits::none()),
        }
    })
}

/// `T09` as the id of a unit of this feature.
fn whole_id(feature: &Feature, id: &str) -> String {
    let whole = feature.id().map(|owner| format!("{}/{id}", owner.as_str()));
    whole.filter(|whole| !id.contains('/') && UnitId::parse(whole).is_some()).unwrap_or_else(|| id.to_owned())
}

/// Moves units in an order in which every step is legal when the whole move is: to a later gate those
/// that wait for others first, to an earlier gate those that others wait for.
fn move_units(tree: &Tree, feature: &Feature, list: &[String], number: u32) -> Result<Edits, Refused> {
    let gate = sole_gate(feature, number)?;
    let chosen = list.iter().map(|name| sole_unit(feature, name)).collect::<Result<Vec<_>, _>>()?;
    let mut order = Graph::of(feature).order();
    order.extend((0..feature.units.len()).filter(|unit| !order.contains(unit)).collect::<Vec<_>>());
    let moved = order.into_iter().filter(|unit| chosen.contains(unit) && feature.units[*unit].gate != gate);
    let (forth, mut order): (Vec<usize>, Vec<usize>) =
        moved.partition(|unit| feature.units[*unit].gate < gate);
    order.extend(forth.into_iter().rev());
    let ids: Vec<String> = order.iter().map(|unit| feature.units[*unit].id().to_owned()).collect();
    chain(tree, feature, &ids, |tree, feature, id| {
        let (moved, there) = (unit(feature, id)?, feature.units_of(&feature.gates[gate]));
        // What goes forth, the last first, stands in front of what went before it.
        let place = match feature.units[moved].gate < gate {
            true => 0,
            false => there.filter(|(_, unit)| !unit.is_closing()).count(),
        };
        Ok(edit::move_unit(tree, feature, moved, gate, place)?)
    })
}

/// Puts each in its place, those furthest from where they go to last.
fn reorder(
    tree: &Tree,
    feature: &Feature,
    list: &[String],
    beside: &str,
    behind: bool,
) -> Result<Edits, Refused> {
    let mut list = list.to_vec();
    if behind {
        list.reverse();
    }
    chain(tree, feature, &list, |tree, feature, id| {
        let (moved, other) = (sole_unit(feature, id)?, sole_unit(feature, beside)?);
        let gate = feature.units[other].gate;
        let others = feature.units_of(&feature.gates[gate]).filter(|(unit, _)| *unit != moved);
        let place = others.take_while(|(unit, _)| *unit != other).count();
        Ok(edit::move_unit(tree, feature, moved, gate, place + usize::from(behind))?)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Command, name_of};
    use super::*;

    /// The example with T02 called T01, too, and its second gate numbered 1.
    fn doubled() -> Document {
        let mut document = Document::example();
        let path = document.feature().folder.join("PLAN.md").unwrap();
        let text = document.tree().text(&path).unwrap();
        let text = text
            .replace("- id: FEAT-2026-0001/T02", "- id: FEAT-2026-0001/T01")
            .replace("- gate: 2", "- gate: 1");
        document.type_into(&path, &text).unwrap();
        document
    }

    #[test]
    fn of_equal_ids_the_chosen_one_is_meant() {
        let mut document = doubled();
        let names: Vec<String> = (0..2).filter_map(|unit| name_of(document.feature(), unit)).collect();
        assert_eq!(names, ["FEAT-2026-0001/T01", "FEAT-2026-0001/T01 2"]);
        let kept = document.feature().units[0].clone();
        let delete = GraphCommand::Delete { units: names[1..].to_vec(), reconnect: false };
        document.perform(&Command::Graph(delete)).unwrap();
        assert_eq!((document.feature().units.len(), &document.feature().units[0].path), (7, &kept.path));
    }

    #[test]
    fn what_could_happen_to_another_is_refused() {
        let mut document = doubled();
        let mut refused = |command| document.perform(&Command::Graph(command)).unwrap_err().0;
        let why = refused(GraphCommand::DeleteGate(1));
        assert!(why.starts_with("there are 2 gates with the number 1"), "{why}");
        let (units, beside) = (vec!["FEAT-2026-0001/T01".to_owned()], "FEAT-2026-0001/T03".to_owned());
        let why = refused(GraphCommand::Reorder { units, beside, behind: true });
        assert!(why.starts_with("T01 is there 2 times"), "{why}");
    }

    fn id(name: &str) -> String {
        format!("FEAT-2026-0001/{name}")
    }

    fn ids(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| id(name)).collect()
    }

    /// Does it, and gives the units as `T01; T02<T01 | …`; then takes it back again.
    #[track_caller]
    fn check(command: GraphCommand, label: &str) -> String {
        let mut document = Document::example();
        let done = document.perform(&Command::Graph(command)).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(done.as_deref(), Some(label));
        let feature = document.feature();
        let unit = |unit: &specfuse_core::model::Unit| {
            let waits: Vec<&str> = unit.entry.depends_on.iter().map(|d| short(&d.value)).collect();
            let waits = if waits.is_empty() { String::new() } else { format!("<{}", waits.join(",")) };
            format!("{}{waits}", unit.short_id())
        };
        let gates: Vec<String> = feature
            .gates
            .iter()
            .map(|gate| feature.units_of(gate).map(|(_, u)| unit(u)).collect::<Vec<_>>().join("; "))
            .collect();
        document.undo();
        assert!(!document.is_changed(), "one step");
        gates.join(" | ")
    }

    #[track_caller]
    fn refused(command: GraphCommand) -> String {
        let mut document = Document::example();
        let Refused(why) = document.perform(&Command::Graph(command)).unwrap_err();
        assert!(!document.is_changed());
        why
    }

    const GATE_2: &str = "| T04; T05<T04; G2-CLOSE<T05";

    #[test]
    fn several_units_are_connected_at_once() {
        let many = GraphCommand::Connect(ids(&["T01", "T02"]), ids(&["T04", "T05"]));
        let after = check(many, "T04 and T05 wait for T01 and T02");
        assert!(after.contains("T04<T01,T02; T05<T04,T01,T02"), "{after}");
        let circle = GraphCommand::Connect(ids(&["T02"]), ids(&["T03", "T01"]));
        assert!(refused(circle).contains("circle"));
    }

    #[test]
    fn deleting_may_reconnect() {
        let delete = |reconnect| GraphCommand::Delete { units: ids(&["T05"]), reconnect };
        assert!(check(delete(false), "delete T05").ends_with("| T04; G2-CLOSE"));
        assert!(check(delete(true), "delete T05 and reconnect").ends_with("| T04; G2-CLOSE<T04"));
        let three = GraphCommand::Delete { units: ids(&["T01", "T02", "T03"]), reconnect: false };
        assert!(!check(three, "delete 3 units").contains("T01"));
    }

    #[test]
    fn units_that_wait_for_each_other_move_together() {
        let all = GraphCommand::Move { units: ids(&["T04", "T05"]), gate: 1 };
        let after = check(all, "move T04 and T05 to gate 1");
        assert!(after.contains("T04; T05<T04; G1"), "{after}");
        let on = GraphCommand::Move { units: ids(&["T02"]), gate: 2 };
        assert!(refused(on).contains("later gate"), "the closing unit waits for it");
        assert!(refused(GraphCommand::Move { units: ids(&["T02"]), gate: 9 }).contains("no gate 9"));
    }

    #[test]
    fn units_change_places_in_the_plan() {
        let put = |units: &[&str], beside: &str, behind| GraphCommand::Reorder {
            units: ids(units),
            beside: id(beside),
            behind,
        };
        let after = check(put(&["T03"], "T02", false), "put T03 before T02 in the plan");
        assert!(after.starts_with("T01; T03<T01; T02<T01; G1"), "{after}");
        let after = check(put(&["T01", "T02"], "T03", true), "put T01 and T02 behind T03 in the plan");
        assert!(after.starts_with("T03<T01; T01; T02<T01; G1"), "{after}");
        let after = check(put(&["T02", "T03"], "T01", false), "put T02 and T03 before T01 in the plan");
        assert!(after.starts_with("T02<T01; T03<T01; T01; G1"), "{after}");
        let mut document = Document::example();
        let same = Command::Graph(put(&["T02"], "T01", true));
        assert_eq!(document.perform(&same), Ok(None), "it is there already");
    }

    #[test]
    fn a_rename_is_one_step_with_the_title() {
        let rename = |to: &str, title: &str| GraphCommand::Rename {
            unit: id("T04"),
            id: to.to_owned(),
            title: title.to_owned(),
        };
        let after = check(rename("T09", "Newly named"), "rename T04 to T09");
        assert!(after.ends_with("| T09; T05<T09; G2-CLOSE<T05"), "{after}");
        assert!(check(rename(&id("T04"), "Newly named"), "call T04 “Newly named”").ends_with(GATE_2));
        assert!(refused(rename("T05", "x")).contains("taken"));
    }

    #[test]
    fn copies_and_gates() {
        assert!(check(GraphCommand::Duplicate(ids(&["T04"])), "duplicate T04").contains("T04; T06; T05<T04"));
        assert!(check(GraphCommand::AddGate, "add a gate").ends_with(" | "));
        assert!(!check(GraphCommand::DeleteGate(2), "delete gate 2").contains('|'));
        let document = Document::example();
        let text = edit::copy_units(document.tree(), document.feature(), &[0]);
        let pasted = check(GraphCommand::Paste { gate: 2, text }, "paste into gate 2");
        assert!(pasted.contains("| T04; T05<T04; T06; G2-CLOSE"), "{pasted}");
        let new = GraphCommand::Add {
            gate: 2,
            title: "Last".into(),
            kind: UnitType::Human,
            waits: ids(&["T01", "T05"]),
        };
        assert!(check(new, "add “Last” to gate 2").contains("T06<T01,T05"));
        assert!(check(GraphCommand::MoveGate(1, 2), "move gate 1 to place 2").starts_with("T04; "));
    }
}

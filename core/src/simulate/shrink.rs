//! Makes a case smaller for as long as it breaks the same law.

use super::case::{Broken, Case, Trouble};
use super::session::{Play, Turn};
use super::sketch::UnitSketch;
use crate::model::status::UnitStatus;

/// The smallest case found that breaks the law that `case` breaks, and how; `None` when it breaks none.
pub fn minimal(case: &Case) -> Option<(Case, Broken)> {
    minimal_by(case, |case| case.run().err())
}

/// The same for laws that `look` holds a case to.
pub fn minimal_by(case: &Case, look: impl Fn(&Case) -> Option<Broken>) -> Option<(Case, Broken)> {
    let mut broken = look(case)?;
    let mut smallest = case.clone();
    loop {
        let next = smaller(&smallest).into_iter().find_map(|case| {
            let found = look(&case).filter(|found| found.law == broken.law)?;
            Some((case, found))
        });
        match next {
            Some((case, found)) => (smallest, broken) = (case, found),
            None => return Some((smallest, broken)),
        }
    }
}

/// Every case that is one step smaller, the boldest first.
fn smaller(case: &Case) -> Vec<Case> {
    let mut out = Vec::new();
    for gate in 0..case.sketch.gates.len() {
        push(&mut out, case, |case| drop(case.sketch.gates.remove(gate)));
    }
    for name in case.sketch.units().map(|unit| unit.name.clone()) {
        let without = without(case, &name);
        // With fewer units the same moment comes earlier.
        let earlier: Vec<Case> = (1..=12).filter_map(|by| moved(&without, by * 8)).collect();
        out.push(without);
        out.extend(earlier);
    }
    for at in case.troubles.keys() {
        push(&mut out, case, |case| case.troubles.retain(|other, _| other != at));
    }
    scripts(case, &mut out);
    plain(case, &mut out);
    for (at, trouble) in &case.troubles {
        if *trouble == Trouble::KillInside {
            push(&mut out, case, |case| case.troubles.extend([(*at, Trouble::Kill)]));
        }
        for earlier in [at / 2, at.saturating_sub(5), at.saturating_sub(1)] {
            if earlier < *at && !case.troubles.contains_key(&earlier) {
                push(&mut out, case, |case| {
                    case.troubles.remove(at);
                    case.troubles.insert(earlier, *trouble);
                });
            }
        }
    }
    out
}

fn without(case: &Case, name: &str) -> Case {
    let mut case = case.clone();
    for gate in &mut case.sketch.gates {
        gate.units.retain(|unit| unit.name != name);
        gate.units.iter_mut().for_each(|unit| unit.after.retain(|other| other != name));
    }
    case.script.turns.remove(name);
    case
}

/// The case with its only trouble earlier.
fn moved(case: &Case, by: u32) -> Option<Case> {
    let (at, trouble) = case.troubles.first_key_value().filter(|_| case.troubles.len() == 1)?;
    let troubles = [(at.checked_sub(by)?, *trouble)].into();
    Some(Case { troubles, ..case.clone() })
}

fn push(out: &mut Vec<Case>, case: &Case, change: impl FnOnce(&mut Case)) {
    let mut changed = case.clone();
    change(&mut changed);
    if changed != *case {
        out.push(changed);
    }
}

fn scripts(case: &Case, out: &mut Vec<Case>) {
    for (unit, turns) in &case.script.turns {
        push(out, case, |case| drop(case.script.turns.remove(unit)));
        for at in 0..turns.len() {
            let on = |change: fn(&mut Vec<Turn>, usize)| {
                move |case: &mut Case| case.script.turns.get_mut(unit).into_iter().for_each(|t| change(t, at))
            };
            push(out, case, on(|turns, at| _ = turns.remove(at)));
            push(out, case, on(|turns, at| turns[at].play = Play::Works));
            push(out, case, on(|turns, at| turns[at].cost_usd = Turn::default().cost_usd));
        }
    }
}

fn plain(case: &Case, out: &mut Vec<Case>) {
    push(out, case, |case| case.sketch.broad_fails = false);
    push(out, case, |case| case.sketch.retain = true);
    for (gate, sketch) in case.sketch.gates.iter().enumerate() {
        push(out, case, |case| case.sketch.gates[gate].budget_usd = None);
        push(out, case, |case| case.sketch.gates[gate].oracle = false);
        for unit in 0..sketch.units.len() {
            let changes: [fn(&mut UnitSketch); 8] = [
                |unit| unit.after.clear(),
                |unit| drop(unit.after.pop()),
                |unit| unit.max_attempts = None,
                |unit| unit.planned_usd = None,
                |unit| unit.produces = false,
                |unit| (unit.prep, unit.oracles) = (None, false),
                |unit| unit.full_close = false,
                |unit| unit.status = UnitStatus::Pending,
            ];
            for change in changes {
                push(out, case, |case| change(&mut case.sketch.gates[gate].units[unit]));
            }
        }
    }
}

//! Which unit is next, and which never will be: the graph's answers for a [`PlanView`].

use super::plan::{PlanView, UnitView};

/// The units of a gate that may be dispatched now, in graph order.
pub fn ready(plan: &PlanView, gate: usize) -> Vec<&UnitView> {
    let (graph, units) = plan.graph();
    graph.ready(gate).into_iter().map(|unit| units[unit]).collect()
}

/// The first human unit of a gate whose turn it is.
pub fn human(plan: &PlanView, gate: usize) -> Option<&UnitView> {
    let (graph, units) = plan.graph();
    graph.human(gate).map(|unit| units[unit])
}

/// Whether the gate is complete: it has units, all of them are in the plan, and each is done or
/// abandoned.
pub fn is_complete(plan: &PlanView, gate: usize) -> bool {
    let Some(view) = plan.gates.get(gate) else { return false };
    let is_final = |id: &String| plan.units.get(id).is_some_and(UnitView::is_final);
    !view.units.is_empty() && view.units.iter().all(is_final)
}

/// The open units of a gate that will never be dispatched, each with its cause, in graph order.
pub fn stranded(plan: &PlanView, gate: usize) -> Vec<(&UnitView, String)> {
    let (graph, units) = plan.graph();
    let causes = graph.stranded(gate).into_iter().map(|(unit, cause)| {
        let dependency = |place: usize| units[unit].depends_on.get(place).cloned().unwrap_or_default();
        (units[unit], cause.describe(|other| units[other].short().to_owned(), dependency))
    });
    causes.collect()
}

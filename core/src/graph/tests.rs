//! Order, circles, waves, paths and readiness on small graphs and on random ones.

use super::*;
use crate::fixture::sketch;
use proptest::prelude::*;

fn names(feature: &Feature, units: &[usize]) -> String {
    units.iter().map(|u| feature.units[*u].short_id()).collect::<Vec<_>>().join(" ")
}

fn order(text: &str) -> String {
    let feature = sketch(text);
    names(&feature, &Graph::of(&feature).order())
}

#[test]
fn the_order_is_the_graphs_among_the_ready() {
    assert_eq!(order("T02 < T01; T01; T03"), "T01 T03 T02");
    assert_eq!(
        order("G1-CLOSE; T01; T02 < T01"),
        "T01 T02 G1-CLOSE",
        "a close waits though it does not say so"
    );
    assert_eq!(order("T01 < T02; T02 < T01; T03; T04 < T01"), "T03");
}

#[test]
fn a_gate_full_of_closing_units_has_no_edge_for_each_pair() {
    let units: Vec<String> =
        (0..600).map(|n| if n % 2 == 0 { format!("T{n}") } else { format!("G{n}-CLOSE") }).collect();
    let graph = Graph::of(&sketch(&units.join("; ")));
    assert_eq!(graph.edges.edge_count(), MOST_CLOSING * 300);
    assert_eq!(graph.order().len(), 600);
}

#[test]
fn circles_are_found_with_their_edges() {
    let feature = sketch("T01 < T03; T02 < T01; T03 < T02 T04; T04 < T04; T05 < T01");
    let graph = Graph::of(&feature);
    let cycles: Vec<_> = graph.cycles().iter().map(|c| names(&feature, c)).collect();
    assert_eq!(cycles, ["T01 T03 T02", "T04"]);
}

#[test]
fn an_edge_that_would_close_a_circle_names_its_path() {
    let feature = sketch("T01; T02 < T01; T03 < T02");
    let graph = Graph::of(&feature);
    assert_eq!(graph.would_cycle(0, 2).map(|p| names(&feature, &p)).as_deref(), Some("T03 T02 T01"));
    assert_eq!(graph.would_cycle(0, 0).map(|p| names(&feature, &p)).as_deref(), Some("T01"));
    assert_eq!(graph.would_cycle(2, 0), None);
}

#[test]
fn waves_keep_gates_apart() {
    let feature = sketch("T01; T02; T03 < T01; G1-CLOSE | T04; T05 < T04");
    let waves = Graph::of(&feature).waves();
    let waves: Vec<_> = waves.iter().map(|w| names(&feature, w)).collect();
    assert_eq!(waves, ["T01 T02", "T03", "G1-CLOSE", "T04", "T05"]);
}

#[test]
fn the_critical_path_costs_most() {
    let feature = sketch("T01$1; T02$5; T03$1 < T01; T04$1 < T02 T03 | T05; T06$2");
    let graph = Graph::of(&feature);
    let (cost, path) = graph.critical_path(|u| feature.units[u].planned_cost_usd().unwrap_or(0.0));
    assert_eq!((cost, names(&feature, &path).as_str()), (8.0, "T02 T04 T06"));
}

#[test]
fn implied_edges_are_redundant() {
    let feature = sketch("T01; T02 < T01; T03 < T01 T02; G1-CLOSE < T01 T02 T03");
    let graph = Graph::of(&feature);
    assert_eq!(graph.redundant_edges(), [(2, 0), (3, 0), (3, 1)]);
}

#[test]
fn what_is_stranded_says_why() {
    let feature = sketch(
        "T01!blocked_human; T02 < T01; T03!odd; T04 < T05; T05!abandoned; T06 < T07; T07 < T06; T08 < T09; T10; G1-CLOSE | T09",
    );
    let graph = Graph::of(&feature);
    let stranded: BTreeMap<_, _> =
        graph.stranded(0).into_iter().map(|(u, why)| (feature.units[u].short_id().to_owned(), why)).collect();
    assert_eq!(stranded["T01"], Stranded::Waiting(UnitStatus::BlockedHuman));
    assert_eq!(stranded["T02"], Stranded::Behind(0));
    assert_eq!(stranded["T03"], Stranded::UnknownStatus);
    assert_eq!(stranded["T04"], Stranded::Abandoned(4));
    assert_eq!(stranded["T06"], Stranded::Cycle(vec![5, 6]));
    assert_eq!(stranded["T08"], Stranded::LaterGate(10));
    assert!(matches!(stranded["G1-CLOSE"], Stranded::Behind(_)));
    assert!(!stranded.contains_key("T10") && !stranded.contains_key("T05"));
    assert_eq!(names(&feature, &graph.ready(0)), "T10");
}

#[test]
fn a_close_goes_on_without_what_was_given_up() {
    let feature = sketch("T01!done; T02!abandoned; G1-CLOSE < T01");
    assert_eq!(names(&feature, &Graph::of(&feature).ready(0)), "G1-CLOSE");
    let named = sketch("T01!done; T02!abandoned; G1-CLOSE < T01 T02");
    assert_eq!(Graph::of(&named).stranded(0), [(2, Stranded::Abandoned(1))]);
}

#[test]
fn a_chain_of_thousands_does_not_overflow() {
    let text: String = (1..3000).map(|n| format!("X{n} < X{}; ", n - 1)).collect();
    let feature = sketch(&format!("X0; {text} X3000 < X2999; X0B < X3000"));
    let graph = Graph::of(&feature);
    assert_eq!(graph.order().len(), feature.units.len());
    assert!(graph.would_cycle(0, 3000).is_some_and(|path| path.len() == 3001));
}

proptest! {
    #[test]
    fn order_respects_edges_and_leaves_out_only_circles(edges in proptest::collection::vec((0usize..12, 0usize..12), 0..30)) {
        let text: String = (0..12).map(|n| {
            let deps: Vec<String> = edges.iter().filter(|(u, _)| *u == n).map(|(_, d)| format!("T{d:02}")).collect();
            format!("T{n:02} < {};", deps.join(" "))
        }).collect();
        let feature = sketch(&text);
        let graph = Graph::of(&feature);
        let order = graph.order();
        for (place, unit) in order.iter().enumerate() {
            prop_assert!(graph.deps(*unit).all(|dep| order[..place].contains(&dep)));
        }
        let behind: BTreeSet<usize> = graph.cycles().concat().into_iter().flat_map(|u| {
            let mut all = graph.downstream(u);
            all.insert(u);
            all
        }).collect();
        let left_out: BTreeSet<usize> = (0..12).filter(|u| !order.contains(u)).collect();
        prop_assert_eq!(behind, left_out);
    }
}

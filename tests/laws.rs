//! What holds for every plan, however broken: reading, ordering, linting and mending it never
//! panics, and every place that is pointed at is there.

use specfuse_core::close;
use specfuse_core::diagnostic::{Finding, Location};
use specfuse_core::graph::Graph;
use specfuse_core::layout::Layout;
use specfuse_core::lint::{self, Facts, Linter, Source};
use specfuse_core::model::Feature;
use specfuse_core::parse::Parser;
use specfuse_core::path::RelPath;
use specfuse_core::span::Span;
use specfuse_core::tree::Tree;
use specfuse_core::yaml::{Node, NodeKind};

/// Reads and lints the feature in `folder` with everything that looks at it, and answers the findings.
///
/// # Panics
/// When a law is broken.
pub fn hold(tree: &Tree, folder: &RelPath) -> Vec<Finding> {
    let mut parser = Parser::default();
    let feature = parser.feature(tree, folder);
    Source::all(&feature).iter().for_each(places_are_in_the_text);
    graph_answers(&feature);
    let findings = lint_is_repeatable(tree, &mut parser, folder);
    findings.iter().for_each(|finding| finding_points_into(tree, finding));
    fixes_apply(tree, folder, &findings);
    findings
}

/// As [`hold`], with one reading and one linting only: for plans so large that the rest takes long.
///
/// # Panics
/// When a law is broken.
pub fn hold_once(tree: &Tree, folder: &RelPath) -> Vec<Finding> {
    let feature = Parser::default().feature(tree, folder);
    graph_answers(&feature);
    let findings = Linter::default().lint(tree, &feature, &Facts::default());
    findings.iter().for_each(|finding| finding_points_into(tree, finding));
    findings
}

fn places_are_in_the_text(source: &Source) {
    let text = source.text();
    for yaml in source.yaml() {
        node_is_in(text, &yaml.root);
        yaml.problems.iter().for_each(|problem| is_in(text, problem.span));
    }
    let Some(doc) = source.document() else { return };
    is_in(text, doc.head_span());
    doc.body.fences.iter().for_each(|fence| is_in(text, fence.content));
    doc.body.headings.iter().for_each(|heading| is_in(text, heading.text.span));
}

fn node_is_in(text: &str, node: &Node) {
    is_in(text, node.span);
    match &node.kind {
        NodeKind::Null | NodeKind::Scalar(_) => {}
        NodeKind::Seq(seq) => seq.items.iter().for_each(|item| {
            is_in(text, item.span);
            node_is_in(text, &item.value);
        }),
        NodeKind::Map(map) => map.entries.iter().for_each(|entry| {
            is_in(text, entry.span);
            is_in(text, entry.key.span);
            node_is_in(text, &entry.value);
        }),
    }
}

fn is_in(text: &str, span: Span) {
    assert!(
        span.start <= span.end && text.get(span.range()).is_some(),
        "{span:?} is no place in a text of {} bytes",
        text.len()
    );
}

fn graph_answers(feature: &Feature) {
    let graph = Graph::of(feature);
    let order = graph.order();
    let place = |unit: usize| order.iter().position(|u| *u == unit);
    if graph.len() <= 50 && graph.cycles().is_empty() {
        assert_eq!(order.len(), graph.len(), "a graph without a circle has an order of all units");
        for unit in 0..graph.len() {
            assert!(graph.deps(unit).all(|dep| place(dep) < place(unit)), "{order:?} breaks an edge");
        }
    }
    graph.waves();
    graph.critical_path(|unit| feature.units[unit].planned_cost_usd().unwrap_or(1.0));
    for gate in 0..feature.gates.len().min(20) {
        graph.ready(gate);
        graph.stranded(gate);
        close::decide(feature, feature.gates[gate].number);
    }
    Layout::of(feature);
}

/// Lints afresh, again with what was remembered, and with one file gone and back; all agree.
fn lint_is_repeatable(tree: &Tree, parser: &mut Parser, folder: &RelPath) -> Vec<Finding> {
    let facts = Facts::default();
    let fresh = |tree: &Tree| lint::lint(tree, folder, &facts);
    let mut linter = Linter::default();
    let mut again = |tree: &Tree| linter.lint(tree, &parser.feature(tree, folder), &facts);
    let findings = again(tree);
    let sorted = findings.windows(2).all(|pair| pair[0].sort_key() <= pair[1].sort_key());
    assert!(sorted, "findings are sorted");
    assert_eq!(again(tree), findings, "linting twice gives the same");
    if let Some((path, _)) = tree.iter().nth(findings.len() % tree.len().max(1)) {
        let mut without = tree.clone();
        without.remove(path);
        assert_eq!(again(&without), fresh(&without), "without {path}, what is remembered is stale");
        assert_eq!(again(tree), findings, "with {path} back, what is remembered is stale");
    }
    findings
}

fn finding_points_into(tree: &Tree, finding: &Finding) {
    let place = |at: &Location| match tree.text(&at.file) {
        Some(text) => is_in(text, at.span),
        None => assert_eq!(at.span, Span::at(0), "{} has no text: {finding:?}", at.file),
    };
    place(&finding.primary);
    finding.related.iter().for_each(|label| place(&label.location));
    assert!(!finding.message.trim().is_empty(), "{finding:?} says nothing");
}

fn fixes_apply(tree: &Tree, folder: &RelPath, findings: &[Finding]) {
    for finding in findings.iter().take(200) {
        let Some(fix) = &finding.fix else { continue };
        let after = fix.edits.apply(tree).unwrap_or_else(|why| panic!("{finding:?}: {why}"));
        assert_ne!(&after, tree, "{finding:?} has a fix that changes nothing");
        let back = fix.edits.invert(tree).and_then(|back| back.apply(&after));
        assert_eq!(back.as_ref(), Ok(tree), "{finding:?} has a fix that cannot be undone");
    }
    if findings.iter().any(|finding| finding.fix.is_some()) {
        let facts = Facts::default();
        let fixed = lint::fix_all(tree, folder, &facts);
        assert_eq!(fixed.edits.apply(tree).as_ref(), Ok(&fixed.tree), "the change as a whole");
        let again = lint::fix_all(&fixed.tree, folder, &facts);
        assert_eq!(again.applied, 0, "fixing what was fixed changed: {:?}", again.edits);
    }
}

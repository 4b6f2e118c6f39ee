//! Small plans for unit tests, written in one line.

use crate::model::Feature;
use crate::parse;
use crate::path::RelPath;
use crate::tree::Tree;
use std::fmt::Write;

/// The folder of the plans made here.
pub const FOLDER: &str = ".specfuse/features/FEAT-2026-0042-plan";

/// A feature from a sketch: gates separated by `|`, units by `;`, each
/// `NAME[!status][$cost] [< dependency…]`; the type follows from the name (`G1-CLOSE` is a close).
///
/// `T01; T02 < T01; G1-CLOSE | T03!draft$2.5`
pub fn sketch(text: &str) -> Feature {
    parse::feature(&sketch_tree(text), &RelPath::new(FOLDER).unwrap())
}

/// The files of [`sketch`].
pub fn sketch_tree(text: &str) -> Tree {
    let mut tree = Tree::new();
    let at = |name: &str| RelPath::new(&format!("{FOLDER}/{name}")).unwrap();
    let mut graph = String::new();
    for (index, gate) in text.split('|').enumerate() {
        let number = index + 1;
        write!(graph, "  - gate: {number}\n    file: GATE-{number:02}.md\n    work_units:\n").unwrap();
        for unit in gate.split(';').map(str::trim).filter(|u| !u.is_empty()) {
            let (name, file) = unit_file(unit, &mut graph);
            tree.insert_text(at(&format!("WU-{name}.md")), file);
        }
        tree.insert_text(
            at(&format!("GATE-{number:02}.md")),
            format!("---\ngate: {number}\nstatus: open\n---\n"),
        );
    }
    let head = "---\nfeature_id: FEAT-2026-0042\ntitle: Plan\nbranch: feat/plan\nroadmap_goal: It works.\nstatus: active\n---\n";
    tree.insert_text(at("PLAN.md"), format!("{head}\n```yaml\ngates:\n{graph}```\n"));
    tree
}

fn unit_file(unit: &str, graph: &mut String) -> (String, String) {
    let (head, deps) = unit.split_once('<').unwrap_or((unit, ""));
    let (head, cost) = head.trim().split_once('$').unwrap_or((head.trim(), ""));
    let (name, status) = head.split_once('!').unwrap_or((head, "pending"));
    let deps: Vec<String> = deps.split_whitespace().map(|d| format!("FEAT-2026-0042/{d}")).collect();
    let id = format!("FEAT-2026-0042/{name}");
    writeln!(
        graph,
        "      - id: {id}\n        file: WU-{name}.md\n        depends_on: [{}]",
        deps.join(", ")
    )
    .unwrap();
    let kind = match name.split_once('-').map(|(_, closing)| closing) {
        Some("CLOSE") => "close",
        Some("CLOSE-INTERMEDIATE") => "close-intermediate",
        Some("PLAN") => "plan-next",
        _ => "implementation",
    };
    let cost = if cost.is_empty() { String::new() } else { format!("planned_cost_usd: {cost}\n") };
    (name.to_owned(), format!("---\nid: {id}\ntype: {kind}\nstatus: {status}\n{cost}---\n\n# Do {name}\n"))
}

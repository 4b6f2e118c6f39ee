//! What rules say beyond their pages: other weights, other fixes, the project's own settings.

use super::fix_all;
use super::testing::{check_blocks, folder, overlay, path, sample};

fn head(file: &str, keys: &str) -> String {
    format!("```yaml file={file} head\n{keys}```\n\n")
}

fn gate_head(keys: &str) -> String {
    head("GATE-01.md", &format!("gate: 1\nstatus: open\n{keys}"))
}

/// The plan's text after all safe fixes.
fn fixed_plan(blocks: &str) -> String {
    let (tree, facts) = overlay(blocks);
    fix_all(&tree, &folder(), &facts).tree.text(&path("PLAN.md")).unwrap().to_string()
}

#[test]
fn an_oracle_is_demanded_where_the_feature_has_one_elsewhere() {
    let without = gate_head("");
    assert!(check_blocks(&without).contains("GATE-01.md:1:1 error gate/oracle-missing"));
    let none = format!("{without}{}", head("GATE-02.md", "gate: 2\nstatus: open\n"));
    assert!(check_blocks(&none).contains("GATE-01.md:1:1 warning gate/oracle-missing"));
}

#[test]
fn a_list_that_begins_as_text_is_none_in_any_file() {
    let config = "```yaml file=.specfuse/config\ncopy: .env\n  - .tools\n```\n";
    let said = check_blocks(config);
    assert!(said.contains("config:1:7 warning file/value-type: `copy` begins as text"), "{said}");
}

#[test]
fn of_what_is_empty_only_a_status_stops_the_plan() {
    let plan = |keys: &str| check_blocks(&head("PLAN.md", keys));
    let rest = "branch: feat/FEAT-2026-0001-sample\nroadmap_goal: Dates.\nplanned_cost_usd: 21.5\n";
    let status = plan(&format!("feature_id: FEAT-2026-0001\ntitle: Sample\nstatus:\n{rest}"));
    assert!(status.contains("PLAN.md:4:1 error plan/missing-key: `status` is empty"), "{status}");
    let title = plan(&format!("feature_id: FEAT-2026-0001\ntitle:\nstatus: active\n{rest}"));
    assert!(title.contains("PLAN.md:3:1 warning plan/missing-key: `title` is empty"), "{title}");
}

#[test]
fn the_project_sets_weights() {
    let blocks = |weight: &str| {
        let config = format!("```yaml file=.specfuse/config\nlint:\n  graph/too-many-gates: {weight}\n```\n");
        check_blocks(&config)
    };
    assert_eq!(blocks("off"), "");
    assert!(blocks("error").starts_with("PLAN.md:38:11 error graph/too-many-gates"));
    let loud = blocks("loud");
    assert!(loud.contains("config:2:25 warning file/unknown-key: `loud` is no weight for a rule"), "{loud}");
    let unknown =
        "```yaml file=.specfuse/config\nlint:\n  graph/too-many-gates: off\n  plan/statsu: off\n```\n";
    assert!(check_blocks(unknown).contains(
        "config:3:3 warning file/unknown-key: `plan/statsu` is no key here; did you mean `plan/status`?"
    ));
}

#[test]
fn old_words_and_short_names_are_mended() {
    let graph = "```yaml file=PLAN.md graph\ngates:\n  - gate: 1\n    file: GATE-01.md\n    work_units:\n      - id: FEAT-2026-0001/T01\n        file: WU-01-a.md\n      - id: FEAT-2026-0001/T02\n        file: WU-02-b.md\n        depends_on: T01\n      - id: FEAT-2026-0001/G2-CLOSE\n        file: WU-92-close.md\n```\n";
    let mended = fixed_plan(graph);
    assert!(
        mended.contains("        file: WU-02-b.md\n        depends_on: [FEAT-2026-0001/T01]\n"),
        "{mended}"
    );
    assert!(
        mended.contains(
            "        file: WU-92-close.md\n        depends_on: [FEAT-2026-0001/T01, FEAT-2026-0001/T02]\n"
        ),
        "{mended}"
    );
    let old = head(
        "PLAN.md",
        "feature_id: FEAT-2026-0001\ntitle: Sample\nbranch: b\nroadmap_goal: g\nstatus: complete\nplanned_cost_usd: 21.5\n",
    );
    assert!(fixed_plan(&old).contains("\nstatus: done\n"));
}

#[test]
fn dependencies_are_added_to_block_lists_too() {
    let text = sample().text(&path("PLAN.md")).unwrap().replace(
        "        depends_on: [FEAT-2026-0001/T02]\n",
        "        depends_on:\n          - FEAT-2026-0001/T01\n",
    );
    let mended = fixed_plan(&format!("````md file=PLAN.md\n{text}````\n"));
    assert!(mended.contains("          - FEAT-2026-0001/T01\n          - FEAT-2026-0001/T02\n"), "{mended}");
}

#[test]
fn a_plan_that_never_ran_in_the_loop_may_be_done() {
    let done = head(
        "PLAN.md",
        "feature_id: FEAT-2026-0001\ntitle: Sample\nbranch: b\nroadmap_goal: g\nstatus: done\nplanned_cost_usd: 21.5\n",
    );
    assert!(check_blocks(&done).contains("GATE-01.md:3:9 warning plan/status-gate-mismatch"));
    let unit = head(
        "WU-01-a.md",
        "id: FEAT-2026-0001/T01\nstatus: done\nplanned_cost_usd: 2\nproduces: src/date.rs\n",
    );
    assert!(
        check_blocks(&format!("{done}{unit}")).contains("GATE-01.md:3:9 error plan/status-gate-mismatch")
    );
}

#[test]
fn a_close_before_undrafted_gates_is_a_warning() {
    let graph = "```yaml file=PLAN.md graph\ngates:\n  - gate: 1\n    file: GATE-01.md\n    work_units:\n      - id: FEAT-2026-0001/T01\n        file: WU-01-a.md\n      - id: FEAT-2026-0001/G2-CLOSE\n        file: WU-92-close.md\n        depends_on: [FEAT-2026-0001/T01]\n  - gate: 2\n    file: GATE-02.md\n    work_units: []\n```\n";
    assert!(check_blocks(graph).contains("PLAN.md:28:13 warning closing/close-not-terminal"));
}

#[test]
fn checks_that_need_each_other_are_named_in_order() {
    let set = "```yaml file=.specfuse/verification.yml\ncode:\n  - {name: a, command: a, needs: [b]}\n  - {name: b, command: b, needs: [a]}\nplannext:\n  - {name: l, command: l}\n```\n";
    let said = check_blocks(set);
    assert!(
        said.contains("error verification/needs: these checks of `code` need each other: a → b → a [b]"),
        "{said}"
    );
}

#[test]
fn a_circle_is_told_edge_by_edge() {
    let graph = "```yaml file=PLAN.md graph\ngates:\n  - gate: 1\n    file: GATE-01.md\n    work_units:\n      - id: FEAT-2026-0001/T01\n        file: WU-01-a.md\n        depends_on: [FEAT-2026-0001/T02]\n      - id: FEAT-2026-0001/T02\n        file: WU-02-b.md\n        depends_on: [FEAT-2026-0001/T01]\n      - id: FEAT-2026-0001/G2-CLOSE\n        file: WU-92-close.md\n        depends_on: [FEAT-2026-0001/T02]\n```\n";
    let said = check_blocks(graph);
    let expected = "PLAN.md:28:22 error graph/cycle: these units wait for each other: T01 → T02 → T01 [FEAT-2026-0001/T02]\n  PLAN.md:31:22 T02 waits for T01\n";
    assert!(said.contains(expected), "{said}");
}

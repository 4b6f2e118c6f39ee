//! Help at a caret, marked `‸` in the text of one file of a small plan.

use super::{Assist, CompletionKind, Symbol};
use crate::fixture::{FOLDER, sketch_tree};
use crate::model::Feature;
use crate::parse;
use crate::path::RelPath;
use crate::tree::Tree;

const VERIFICATION: &str = "code:\n  - name: tests\n    command: cargo test\n  - name: style\n    command: cargo fmt\n    needs: [tests]\nslow:\n  - name: bench\n    command: x\ndoc: []\n";

/// A tree with one marked file, and where the mark was.
struct Marked {
    tree: Tree,
    features: Vec<Feature>,
    path: RelPath,
    offset: usize,
}

impl Marked {
    fn new(path: &str, text: &str) -> Marked {
        let mut tree =
            sketch_tree("T01$2; T02!draft < T01; G1-CLOSE-INTERMEDIATE < T02 | T03; G2-CLOSE < T03");
        let path = if path.starts_with(".specfuse") { path.to_owned() } else { format!("{FOLDER}/{path}") };
        let path = RelPath::new(&path).unwrap();
        let offset = text.find('‸').expect("a mark");
        tree.insert_text(RelPath::new(".specfuse/verification.yml").unwrap(), VERIFICATION);
        tree.insert_text(path.clone(), text.replacen('‸', "", 1));
        let folder = RelPath::new(FOLDER).unwrap();
        let features = vec![parse::feature(&tree, &folder)];
        Marked { tree, features, path, offset }
    }

    fn assist(&self) -> Assist<'_> {
        Assist::new(&self.tree, &self.features, &self.path)
    }

    fn text(&self) -> &str {
        self.tree.text(&self.path).unwrap()
    }
}

/// What is offered: what goes, and each label or, where it differs, what comes.
fn offered(path: &str, text: &str) -> String {
    let marked = Marked::new(path, text);
    let all = marked.assist().complete(marked.offset);
    let Some(first) = all.first() else { return "nothing".into() };
    assert!(all.iter().all(|c| c.replace == first.replace));
    let words: Vec<&str> = all.iter().map(|c| c.insert.as_str()).collect();
    format!("{:?} -> {}", first.replace.slice(marked.text()), words.join("|"))
}

fn hover(path: &str, text: &str) -> String {
    let marked = Marked::new(path, text);
    let hover = marked.assist().hover(marked.offset);
    hover.map_or("nothing".into(), |h| {
        format!("{:?}: {}", h.span.slice(marked.text()), h.text.replace("\n\n", " / "))
    })
}

fn definition(path: &str, text: &str) -> String {
    let marked = Marked::new(path, text);
    let Some((from, to)) = marked.assist().definition(marked.offset) else { return "nothing".into() };
    let target = marked.tree.text(&to.file).unwrap();
    let line = target[to.span.start as usize..].lines().next().unwrap_or_default();
    format!("{:?} -> {}: {line}", from.slice(marked.text()), to.file.file_name())
}

fn unit(head: &str, body: &str) -> String {
    format!("---\nid: FEAT-2026-0042/T02\n{head}---\n\n# Do T02\n\n{body}")
}

const PLAN: &str = "---\nfeature_id: FEAT-2026-0042\ntitle: P\nstatus: active\n---\n\n```yaml\ngates:\n  - gate: 1\n    file: GATE-01.md\n    work_units:\n      - id: FEAT-2026-0042/T01\n        file: WU-T01.md\n        depends_on: []\n      - id: FEAT-2026-0042/T02\n        file: WU-T02.md\n        depends_on: [FEAT-2026-0042/T01]\n  - gate: 2\n    file: GATE-02.md\n    work_units:\n      - id: FEAT-2026-0042/T03\n        file: WU-T03.md\n        depends_on: []\n```\n";

/// The plan with `to` in the place of the first `from`.
fn plan(from: &str, to: &str) -> String {
    assert!(PLAN.contains(from), "{from}");
    PLAN.replacen(from, to, 1)
}

#[test]
fn keys_are_offered_that_are_not_there() {
    let keys = offered("WU-T02.md", &unit("type: human\nst‸\n", ""));
    assert!(
        keys.starts_with("\"st\" -> status: |attempts") || keys.starts_with("\"st\" -> status: |model"),
        "{keys}"
    );
    assert!(!keys.contains("type: ") && keys.ends_with("historical_output_tokens: "), "{keys}");
    assert!(offered("WU-T02.md", &unit("st‸at: x\n", "")).starts_with("\"stat\" -> type|status|"));
    assert_eq!(
        offered("PLAN.md", &plan("        depends_on: []", "        dep‸")),
        "\"dep\" -> depends_on: "
    );
    assert_eq!(offered("PLAN.md", &plan("    file: GATE-01.md", "    ‸")), "\"\" -> file: ");
    assert_eq!(offered("PLAN.md", &plan("  - gate: 2", "  - ‸")), "\"\" -> gate: ");
    let check = ".specfuse/verification.yml";
    assert!(offered(check, "code:\n  - name: a\n    ‸").starts_with("\"\" -> command: |timeout_seconds: |"));
    assert!(offered(check, "‸").starts_with("\"\" -> code: |doc: |plannext: |cost_tracking: |"));
    assert!(
        offered(check, "defaults:\n  ‸").starts_with("\"\" -> max_attempts: |retain_on_guard_refusal: |")
    );
    assert!(offered(".specfuse/config", "lint:\n  gra‸").contains("|graph/cycle: |"));
    assert!(offered("WU-9.md", "---\nid: x\n‸").contains("|status: |"), "a head that is not closed yet");
    assert_eq!(offered("WU-T02.md", "---\nid: x\n---‸"), "nothing");
}

#[test]
fn values_are_offered_that_fit() {
    let of = |line: &str| offered("WU-T02.md", &unit(&format!("{line}\n"), ""));
    assert_eq!(of("effort: ‸"), "\"\" -> low|medium|high|xhigh|max");
    assert_eq!(of("effort:‸"), "\"\" ->  low| medium| high| xhigh| max");
    assert_eq!(of("unsandboxed: t‸"), "\"t\" -> true|false");
    assert_eq!(of("model: ‸"), "\"\" -> sonnet|opus|haiku");
    assert_eq!(of("prep: [code, s‸]"), "\"s\" -> code|slow|doc");
    assert_eq!(of("oracles:\n  - ‸"), "\"\" -> code|slow|doc");
    assert_eq!(of("title: ‸"), "nothing");
    assert_eq!(offered("WU-T03.md", "---\nid: ‸\n---\n"), "\"\" -> FEAT-2026-0042/T03");
    assert_eq!(offered("GATE-02.md", "---\ngate: ‸\n---\n"), "\"\" -> 2");
    assert_eq!(offered("PLAN.md", "---\nfeature_id: ‸\n---\n"), "\"\" -> FEAT-2026-0042");
    assert_eq!(offered(".specfuse/config", "lint:\n  graph/cycle: ‸"), "\"\" -> off|warning|error");
    assert_eq!(offered(".specfuse/config", "agents:\n  mine: {}\nagent: ‸"), "\"\" -> mine");
    let needs = "code:\n  - name: a\n    needs: [‸]\n    tier: broad\n  - name: b\n";
    assert_eq!(offered(".specfuse/verification.yml", needs), "\"\" -> a|b");
}

#[test]
fn dependencies_are_those_that_could_be_waited_for() {
    let early = plan("depends_on: [FEAT-2026-0042/T01]", "depends_on: [F‸]");
    assert_eq!(offered("PLAN.md", &early), "\"F\" -> FEAT-2026-0042/T01");
    let again = plan("depends_on: [FEAT-2026-0042/T01]", "depends_on: [FEAT-2026-0042/T01, ‸]");
    assert_eq!(offered("PLAN.md", &again), "nothing", "it waits for all it could");
    let late = PLAN.replace("WU-T03.md\n        depends_on: []", "WU-T03.md\n        depends_on: [‸]");
    assert_eq!(offered("PLAN.md", &late), "\"\" -> FEAT-2026-0042/T01|FEAT-2026-0042/T02");
    assert!(offered("PLAN.md", &plan("file: WU-T02.md", "file: ‸")).contains("WU-T02.md"));
}

#[test]
fn sections_are_offered_that_are_missing() {
    let all = offered("WU-T02.md", &unit("", "**‸"));
    assert!(all.starts_with("\"**\" -> **Objective.** |**Context.** |"), "{all}");
    assert_eq!(
        offered("WU-T02.md", &unit("", "**Context.** x\n\n## Do‸\n")),
        "\"## Do\" -> ## Do not touch\n\n"
    );
    assert_eq!(
        offered("WU-T02.md", &unit("", "**Context.** x\n\nverif‸\n")),
        "\"verif\" -> **Verification.** "
    );
    assert_eq!(offered("WU-T02.md", &unit("", "```\n## Do‸\n```\n")), "nothing");
    assert_eq!(offered("WU-T02.md", &unit("", "some words ‸\n")), "nothing");
    assert!(offered("GATE-01.md", "---\ngate: 1\n---\n\n## ‸").contains("## Arming discipline"));
}

#[test]
fn ids_are_offered_in_prose() {
    let short = offered("WU-T02.md", &unit("", "After T0‸ and more"));
    assert_eq!(short, "\"T0\" -> T01|T02|G1-CLOSE-INTERMEDIATE|T03|G2-CLOSE");
    let whole = offered("WU-T02.md", &unit("", "After FEAT-2026-0042/‸"));
    assert!(whole.starts_with("\"FEAT-2026-0042/\" -> FEAT-2026-0042/T01|"), "{whole}");
    assert_eq!(offered("WU-T02.md", &unit("", "see GATE-‸")), "\"GATE-\" -> GATE-01|GATE-02");
    let marked = Marked::new("WU-T02.md", &unit("", "T‸"));
    assert_eq!(marked.assist().complete(marked.offset)[0].kind, CompletionKind::Unit);
}

#[test]
fn hovering_tells_what_a_thing_is() {
    let key = hover("WU-T02.md", &unit("ef‸fort: high\n", ""));
    assert!(
        key.starts_with("\"effort\": **effort**: How hard the session thinks. / Value: one of `low`"),
        "{key}"
    );
    assert!(key.contains("When it is not there: by type."), "{key}");
    let word = hover("WU-T02.md", &unit("type: hum‸an\n", ""));
    assert!(
        word.starts_with("\"human\": **human**: A step that only a person can do; never dispatched."),
        "{word}"
    );
    let told = "**T01** Do T01 / implementation, `pending`, gate 1, planned $2 / Before: `T02`.";
    assert_eq!(
        hover("PLAN.md", &plan("[FEAT-2026-0042/T01]", "[FEAT-2026-00‸42/T01]")),
        format!("\"FEAT-2026-0042/T01\": {told}")
    );
    assert_eq!(hover("WU-T02.md", &unit("", "after T0‸1.")), format!("\"T01\": {told}"));
    assert_eq!(hover("WU-T02.md", &unit("provenance: T0‸1 was late\n", "")), format!("\"T01\": {told}"));
    assert!(hover("PLAN.md", &plan("gate: 2", "gate: ‸2")).contains("**Gate 2**, `open` / Units: `T03`."));
    assert!(hover("WU-T02.md", &unit("", "GATE-0‸2.md")).contains("**Gate 2**"));
    assert!(
        hover("PLAN.md", &plan("FEAT-2026-0042\n", "FEAT-2026-00‸42\n"))
            .contains("`active`, 2 gates, 3 units")
    );
    assert!(hover("WU-T02.md", &unit("prep: sl‸ow\n", "")).contains("**slow**: 1 checks / - bench: ` x `"));
    assert!(hover(".specfuse/config", "lint:\n  graph/cy‸cle: off\n").contains("**graph/cycle** (error)"));
    assert!(
        hover("WU-T02.md", &unit("", "**Do not to‸uch.** x")).contains("What is not this unit's to change.")
    );
    assert_eq!(hover("WU-T02.md", &unit("", "no‸thing")), "nothing");
    assert_eq!(hover("WU-T02.md", &unit("", "T0‸9")), "nothing", "no such unit");
}

#[test]
fn names_lead_to_where_they_are_written() {
    let unit_file = "\"FEAT-2026-0042/T01\" -> WU-T01.md: FEAT-2026-0042/T01";
    assert_eq!(definition("PLAN.md", &plan("id: FEAT-2026-0042/T01", "id: ‸FEAT-2026-0042/T01")), unit_file);
    assert_eq!(definition("PLAN.md", &plan("[FEAT-2026-0042/T01]", "[FEAT-2026-0042/T01‸]")), unit_file);
    assert_eq!(definition("WU-T02.md", &unit("", "T0‸1")), "\"T01\" -> WU-T01.md: FEAT-2026-0042/T01");
    let home = unit("", "").replacen("T02", "T‸02", 1);
    assert_eq!(definition("WU-T02.md", &home), "\"FEAT-2026-0042/T02\" -> PLAN.md: FEAT-2026-0042/T02");
    assert_eq!(
        definition("PLAN.md", &plan("GATE-02.md", "GATE-0‸2.md")),
        "\"GATE-02.md\" -> GATE-02.md: ---"
    );
    assert_eq!(
        definition("PLAN.md", &plan("WU-T03.md", "WU‸-T03.md")),
        "\"WU-T03.md\" -> WU-T03.md: FEAT-2026-0042/T03"
    );
    assert_eq!(definition("WU-T02.md", &unit("prep: sl‸ow\n", "")), "\"slow\" -> verification.yml: slow:");
    let needs = VERIFICATION.replacen("[tests]", "[te‸sts]", 1);
    assert_eq!(definition(".specfuse/verification.yml", &needs), "\"tests\" -> verification.yml: tests");
    assert_eq!(definition("WU-T02.md", &unit("eff‸ort: low\n", "")), "nothing");
    assert_eq!(
        definition(".specfuse/roadmap.md", "FEAT-2026-0042/T0‸3\n"),
        "\"FEAT-2026-0042/T03\" -> WU-T03.md: FEAT-2026-0042/T03"
    );
    assert_eq!(definition(".specfuse/roadmap.md", "T0‸3\n"), "nothing", "whose T03?");
}

#[test]
fn references_and_renames_find_the_same_places() {
    let marked = Marked::new("WU-T02.md", &unit("", "T0‸1, and FEAT-2026-0042/T01."));
    let assist = marked.assist();
    let places = assist.references(marked.offset).unwrap();
    let names: Vec<_> = places
        .iter()
        .map(|p| (p.file.file_name(), p.span.slice(marked.tree.text(&p.file).unwrap())))
        .collect();
    let whole = "FEAT-2026-0042/T01";
    let expected = [
        ("PLAN.md", whole),
        ("PLAN.md", whole),
        ("WU-T01.md", whole),
        ("WU-T01.md", "T01"),
        ("WU-T02.md", "T01"),
        ("WU-T02.md", whole),
    ];
    assert_eq!(names, expected);
    assert_eq!(assist.renameable(marked.offset).unwrap().slice(marked.text()), "T01");
    let edits = assist.rename(marked.offset, "T09", true).unwrap();
    let after = edits.apply(&marked.tree).unwrap();
    assert!(
        after
            .iter()
            .all(|(path, _)| !after.text(path).unwrap().contains("T01") || path.file_name() == "PLAN.md")
    );
    assert_eq!(
        edits,
        assist.rename(marked.offset, "FEAT-2026-0042/T09", false).unwrap(),
        "WU-T01.md holds no number"
    );
    assert!(assist.rename(marked.offset, "T02", false).is_err(), "taken");
    assert!(assist.rename(marked.offset, "nonsense", false).is_err());
    assert!(assist.rename(0, "T09", false).is_err(), "nothing is named there");
    let file = Marked::new("PLAN.md", &plan("WU-T01.md", "WU-T0‸1.md"));
    assert_eq!(file.assist().renameable(file.offset), None, "a file's name is no id");
}

#[test]
fn a_file_that_holds_the_number_moves() {
    let text = plan(
        "id: FEAT-2026-0042/T01\n        file: WU-T01.md",
        "id: FEAT-2026-0042/T‸01\n        file: WU-01-a.md",
    );
    let mut marked = Marked::new("PLAN.md", &text);
    let folder = RelPath::new(FOLDER).unwrap();
    marked.tree.insert_text(folder.join("WU-01-a.md").unwrap(), "---\nid: FEAT-2026-0042/T01\n---\n");
    marked.features = vec![parse::feature(&marked.tree, &folder)];
    let after = marked.assist().rename(marked.offset, "T12", true).unwrap().apply(&marked.tree).unwrap();
    assert!(after.text(&folder.join("WU-12-a.md").unwrap()).unwrap().contains("/T12"));
    assert!(after.text(&folder.join("PLAN.md").unwrap()).unwrap().contains("file: WU-12-a.md"));
    assert!(after.get(&folder.join("WU-01-a.md").unwrap()).is_none());
}

fn outline(symbols: &[Symbol]) -> String {
    let one = |s: &Symbol| match s.inside.as_slice() {
        [] => s.name.clone(),
        inside => format!("{}({})", s.name, outline(inside)),
    };
    symbols.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn symbols(path: &str, text: &str) -> String {
    let marked = Marked::new(path, text);
    let symbols = marked.assist().symbols();
    hold(&symbols);
    outline(&symbols)
}

/// Editors refuse an outline whose parts stick out.
fn hold(symbols: &[Symbol]) {
    for symbol in symbols {
        assert!(symbol.span.contains(symbol.name_span), "{symbol:?}");
        assert!(symbol.inside.iter().all(|inner| symbol.span.contains(inner.span)), "{symbol:?}");
        hold(&symbol.inside);
    }
}

#[test]
fn outlines_show_what_a_file_is_made_of() {
    assert_eq!(symbols("PLAN.md", &plan("title: P", "title: ‸P")), "Gate 1(T01 T02) Gate 2(T03)");
    let headed = plan("\n```yaml", "\n# Plan‸\n\n## Task graph\n\n```yaml");
    assert_eq!(symbols("PLAN.md", &headed), "Plan(Task graph(Gate 1(T01 T02) Gate 2(T03)))");
    let body = "**Context.** a\n\n**Note.** b\n\n**Verification.** c\n‸";
    assert_eq!(symbols("WU-T02.md", &unit("", body)), "Do T02(Context Verification)");
    assert_eq!(
        symbols(".specfuse/verification.yml", &format!("defaults: {{}}\n‸{VERIFICATION}")),
        "defaults code(tests style) slow(bench) doc"
    );
    let roadmap = "# Roadmap\n\n| Feature ID | Status |\n|---|---|\n| FEAT-2026-0042 | ‸active |\n";
    assert_eq!(symbols(".specfuse/roadmap.md", roadmap), "Roadmap(FEAT-2026-0042)");
    assert_eq!(symbols("events.jsonl", "‸"), "");
}

#[test]
fn no_place_in_no_text_breaks_anything() {
    let texts = [
        PLAN,
        VERIFICATION,
        "---\n",
        "---\nid: \n",
        "",
        "\u{feff}---\r\nid: é\r\nprep: [é,\r\n",
        "**",
        "a: [b, {c: d}]\n- : :\n  - -\n",
    ];
    for path in [
        "PLAN.md",
        "WU-T02.md",
        "GATE-01.md",
        "GATE-01-REVIEW.md",
        ".specfuse/verification.yml",
        ".specfuse/config",
        ".specfuse/roadmap.md",
    ] {
        for text in texts {
            let marked = Marked::new(path, &format!("‸{text}"));
            let assist = marked.assist();
            hold(&assist.symbols());
            let tokens = assist.tokens();
            assert!(tokens.is_sorted_by(|a, b| a.span.end <= b.span.start), "{path}: {text:?}: {tokens:?}");
            assert!(tokens.iter().all(|t| !t.span.slice(text).is_empty()), "{path}: {text:?}: {tokens:?}");
            for offset in 0..=text.len() + 2 {
                assist.complete(offset);
                assist.hover(offset);
                assist.definition(offset);
                assist.references(offset);
                let _ = assist.rename(offset, "T44", true);
            }
        }
    }
}

/// Every token of a file, as its name and its bytes.
fn tokens(path: &str, text: &str) -> String {
    let marked = Marked::new(path, &format!("‸{text}"));
    let word = |token: super::Token| format!("{}={:?}", token.kind.name(), token.span.slice(text));
    marked.assist().tokens().into_iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn pieces_of_a_unit_are_what_they_are() {
    let head =
        "---\nid: FEAT-2026-0001/T02 # mine\nstatus: draft\n# why\nplanned_cost_usd: 1.5\nprep: [a#b]\n---\n";
    let expected = [
        r##"mark="---" key="id" id="FEAT-2026-0001/T02" comment="# mine" key="status" word="draft""##,
        r##"comment="# why" key="planned_cost_usd" number="1.5" key="prep" text="a#b" mark="---""##,
    ];
    assert_eq!(tokens("WU-T02.md", head), expected.join(" "));
    let body = "# Title\n\n**Context.** Run `a` and ``b ` c``.\n\n1. one\n- two `open\n\n```sh\n# x\n```\n";
    let expected = [
        r##"heading="# Title" section="**Context.**" code="`a`" code="``b ` c``""##,
        r##"mark="1." mark="-" mark="```sh" code="# x" mark="```""##,
    ];
    assert_eq!(tokens("WU-T02.md", body), expected.join(" "));
}

#[test]
fn a_plans_graph_is_read_as_yaml_and_other_fences_are_code() {
    let graph = "```yaml\ngates:\n  - gate: 1 # first\n    file: GATE-01.md\n```\n\n```yaml\na: 1\n```\n";
    let expected = [
        r##"mark="```yaml" key="gates" key="gate" number="1" comment="# first" key="file" text="GATE-01.md""##,
        r##"mark="```" mark="```yaml" code="a: 1" mark="```""##,
    ];
    assert_eq!(tokens("PLAN.md", graph), expected.join(" "));
    assert_eq!(
        tokens(".specfuse/verification.yml", "code: # c\n  - name: x\n"),
        r##"key="code" comment="# c" key="name" text="x""##
    );
}

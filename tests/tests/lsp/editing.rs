//! What a person sees and does in an editor: findings as they type, fixes, completion and the rest.

use crate::client::{Editor, apply, edited, modern, uri};
use serde_json::{Value, json};
use specfuse_tests::scene::{FEATURE, Plan, Scene, Unit};
use std::fs;

/// A plan with two units, and the editor's names of its files.
struct Desk {
    scene: Scene,
    editor: Editor,
}

impl Desk {
    fn new() -> Desk {
        Desk::with(modern())
    }

    fn with(capabilities: Value) -> Desk {
        let scene = Plan::of([Unit::new("T01"), Unit::new("T02").after(&["T01"])]).files();
        let editor = Editor::with(&scene.world, capabilities);
        Desk { scene, editor }
    }

    fn uri(&self, name: &str) -> String {
        uri(&self.scene.world.at(format!("{}/{name}", self.scene.folder)))
    }

    fn text(&self, name: &str) -> String {
        self.scene.world.read(format!("{}/{name}", self.scene.folder))
    }

    fn write(&self, name: &str, text: &str) {
        self.scene.world.write(format!("{}/{name}", self.scene.folder), text);
    }

    /// Opens a file with a text of its own, and answers with its URI.
    fn open(&mut self, name: &str, text: &str) -> String {
        let uri = self.uri(name);
        self.editor.open(&uri, text);
        uri
    }

    /// Asks about the place of `mark` in `text`.
    fn at(&mut self, method: &str, uri: &str, text: &str, mark: &str) -> Value {
        let at = text.find(mark).unwrap_or_else(|| panic!("{mark}"));
        let line = text[..at].matches('\n').count();
        let column = text[..at].rsplit('\n').next().unwrap_or_default().encode_utf16().count();
        self.editor.at(method, uri, line as u32, column as u32)
    }
}

fn labels(answer: &Value) -> Vec<&str> {
    let items = answer.as_array().map_or(&[][..], Vec::as_slice);
    items.iter().filter_map(|item| item["label"].as_str()).collect()
}

#[test]
fn findings_follow_every_keystroke() {
    let mut desk = Desk::new();
    let clean = desk.text("WU-T01.md");
    let uri = desk.open("WU-T01.md", &clean);
    let before = desk.editor.findings_at(&uri, 1);
    assert!(!before.iter().any(|f| f.contains("unit/status")), "{before:?}");
    // `status: pending` stands on line 3; the file on disk stays as it is.
    let range = |from: u32, to: u32| json!({"start": {"line": 3, "character": from}, "end": {"line": 3, "character": to}});
    desk.editor.change(
        &uri,
        2,
        json!([{"range": range(8, 15), "text": "🦀"}, {"range": range(10, 10), "text": "é"}]),
    );
    let broken = desk.editor.findings_at(&uri, 2);
    assert!(broken.contains(&"3:8 unit/status".to_owned()), "{broken:?}");
    let found = &desk.editor.findings[&uri].diagnostics;
    let status = found.iter().find(|d| d.range.start.line == 3).unwrap();
    assert_eq!(status.range.end.character, 11, "a crab is two columns wide, an é one");
    assert!(status.message.contains("🦀é"), "{}", status.message);
    assert_eq!(status.source.as_deref(), Some("specfuse"));
    desk.editor.change(&uri, 3, json!([{"range": range(8, 11), "text": "pending"}]));
    assert_eq!(desk.editor.findings_at(&uri, 3), before);
    desk.editor.change(&uri, 4, json!([{"text": "no head at all\n"}]));
    assert!(desk.editor.findings_at(&uri, 4)[0].contains("file/frontmatter-missing"));
    assert_eq!(desk.text("WU-T01.md"), clean);
    assert_eq!(desk.editor.goodbye(), Some(0));
}

#[test]
fn findings_of_the_whole_feature_come_and_go() {
    let mut desk = Desk::new();
    let plan = desk.text("PLAN.md");
    let uri = desk.open("PLAN.md", &plan);
    desk.editor.findings_at(&uri, 1);
    let circle = plan.replace(
        "file: 'WU-T01.md'\n        depends_on: []",
        &format!("file: 'WU-T01.md'\n        depends_on: [{FEATURE}/T02]"),
    );
    assert_ne!(circle, plan);
    desk.editor.change(&uri, 2, json!([{"text": circle}]));
    let found = desk.editor.findings_at(&uri, 2);
    assert!(found.iter().any(|f| f.ends_with("graph/cycle")), "{found:?}");
    let cycle = desk.editor.findings[&uri].diagnostics.iter().find(|d| d.related_information.is_some());
    assert!(cycle.is_some(), "the other edges of a circle are pointed at");
    // A unit of another name in the graph: the finding is in a file that is not open.
    let (unit, other) = (desk.uri("WU-T01.md"), format!("id: {FEATURE}/T07"));
    desk.editor.change(&uri, 3, json!([{"text": plan.replace(&format!("id: {FEATURE}/T01"), &other)}]));
    desk.editor.until("the other file", |e| e.rules(&unit).iter().any(|f| f.ends_with("unit/id-mismatch")));
    assert_eq!(desk.editor.findings[&unit].version, None);
    desk.editor.change(&uri, 4, json!([{"text": plan}]));
    desk.editor.until("it is cleared", |e| !e.rules(&unit).iter().any(|f| f.ends_with("unit/id-mismatch")));
    desk.editor.tell("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    desk.editor.until("all is cleared", |e| e.findings.values().all(|f| f.diagnostics.is_empty()));
}

#[test]
fn fixes_are_offered_and_labelled() {
    let mut desk = Desk::new();
    let text =
        desk.text("WU-T01.md").replace("status: pending", "stauts: pending").replace("# Make", "# é 🦀 Make");
    desk.write("WU-T01.md", &text);
    let uri = desk.open("WU-T01.md", &text);
    let ask = |only: Value| {
        let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
        json!({"textDocument": {"uri": uri}, "range": whole, "context": {"diagnostics": [], "only": only}})
    };
    let actions = desk.editor.ask("textDocument/codeAction", ask(json!(["quickfix"])));
    let actions = actions.as_array().unwrap();
    let safe = actions.iter().find(|a| a["title"] == "Rename `stauts` to `status`").expect("a safe fix");
    assert_eq!(safe["isPreferred"], true);
    assert_eq!(safe["diagnostics"][0]["code"], "file/unknown-key");
    for action in actions.iter().filter(|a| a["isPreferred"] == false) {
        assert!(action["title"].as_str().unwrap().ends_with("(unsafe: look at the result)"), "{action}");
    }
    apply(safe["edit"].clone());
    assert_eq!(desk.text("WU-T01.md"), text.replace("stauts", "status"));
    desk.write("WU-T01.md", &text);

    let sources = desk.editor.ask("textDocument/codeAction", ask(json!(["source.fixAll"])));
    assert_eq!(sources.as_array().unwrap().len(), 1, "the fix over other files is none of these: {sources}");
    assert_eq!(sources[0]["kind"], "source.fixAll.specfuse");
    assert!(sources[0]["edit"].is_null(), "it is worked out when it is asked for");
    let resolved = desk.editor.ask("codeAction/resolve", sources[0].clone());
    apply(resolved["edit"].clone());
    assert!(desk.text("WU-T01.md").contains("\nstatus: pending\n"));

    let all = desk.editor.ask("textDocument/codeAction", ask(Value::Null));
    let kinds: Vec<&str> = all.as_array().unwrap().iter().map(|a| a["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"quickfix") && kinds.contains(&"source.specfuse.fixFeature"), "{kinds:?}");
    assert!(
        desk.editor.ask("textDocument/codeAction", ask(json!(["refactor"]))).as_array().unwrap().is_empty()
    );
}

#[test]
fn a_plain_editor_gets_plain_answers() {
    let mut desk = Desk::with(json!({}));
    let text = desk.text("WU-T01.md").replace("status: pending", "stauts: pending");
    desk.write("WU-T01.md", &text);
    let uri = desk.open("WU-T01.md", &text);
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let params = json!({"textDocument": {"uri": uri}, "range": whole, "context": {"diagnostics": [], "only": ["source.fixAll"]}});
    let actions = desk.editor.ask("textDocument/codeAction", params);
    assert!(actions[0]["edit"]["changes"].is_object(), "{actions}");
    apply(actions[0]["edit"].clone());
    assert!(desk.text("WU-T01.md").contains("\nstatus: pending\n"));
    let hover = desk.at("textDocument/hover", &uri, &text, "type:");
    assert_eq!(hover["contents"]["kind"], "plaintext");
    let symbols = desk.editor.ask("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}}));
    assert_eq!(symbols[1]["containerName"], "Make T01");
    assert!(desk.at("textDocument/definition", &uri, &text, "T01")["range"].is_object());
    assert!(desk.editor.asked.is_empty(), "an editor that cannot watch files is not asked to");
}

#[test]
fn completion_knows_keys_values_ids_and_sections() {
    let mut desk = Desk::new();
    let unit = desk
        .text("WU-T02.md")
        .replace("status: pending\n", "status: \nef\n")
        .replace("**Verification.** The `tests` check.", "**");
    let uri = desk.open("WU-T02.md", &unit);
    let statuses = desk.at("textDocument/completion", &uri, &unit.replace("status: ", "status: ‸"), "‸");
    assert!(labels(&statuses).starts_with(&["draft", "pending", "ready"]), "{statuses}");
    let keys = desk.at("textDocument/completion", &uri, &unit.replace("\nef\n", "\nef‸\n"), "‸");
    let effort = keys.as_array().unwrap().iter().find(|item| item["label"] == "effort").unwrap();
    let edit: lsp_types::TextEdit = serde_json::from_value(effort["textEdit"].clone()).unwrap();
    assert!(edited(&unit, &[edit]).contains("\neffort: \n"), "{effort}");
    assert_eq!(effort["documentation"]["kind"], "markdown");
    let sections = desk.at("textDocument/completion", &uri, &unit.replace("\n**\n", "\n**‸\n"), "‸");
    assert_eq!(labels(&sections), ["Verification"]);
    assert_eq!(sections[0]["filterText"], "**Verification.** ", "what is typed is its beginning");

    let plan = desk.text("PLAN.md").replace(&format!("[{FEATURE}/T01]"), "[");
    let uri = desk.open("PLAN.md", &plan);
    let ids =
        desk.at("textDocument/completion", &uri, &plan.replace("depends_on: [\n", "depends_on: [‸\n"), "‸");
    assert!(labels(&ids).contains(&"FEAT-2026-0007/T01"), "{ids}");
    assert!(!labels(&ids).contains(&"FEAT-2026-0007/T02"), "no unit waits for itself");
}

#[test]
fn hovering_shows_the_schema_and_the_rules() {
    let mut desk = Desk::new();
    let text = desk.text("WU-T01.md").replace("status: pending", "status: nonsense");
    let uri = desk.open("WU-T01.md", &text);
    let hover = desk.at("textDocument/hover", &uri, &text, "nonsense");
    let shown = hover["contents"]["value"].as_str().unwrap();
    assert!(shown.contains("Where the unit stands") && shown.contains("# unit/status"), "{shown}");
    assert!(!shown.contains("## Bad"), "the page in brief: {shown}");
    assert!(desk.at("textDocument/hover", &uri, &text, "Make T01")["contents"]["value"].is_null());
    let config = uri_of(&desk, ".specfuse/config");
    desk.editor.open(&config, "lint:\n  graph/cycle: off\n");
    let hover = desk.editor.at("textDocument/hover", &config, 1, 4);
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("# graph/cycle"), "{hover}");
}

fn uri_of(desk: &Desk, path: &str) -> String {
    uri(&desk.scene.world.at(path))
}

#[test]
fn units_are_found_where_they_are_named() {
    let mut desk = Desk::new();
    let plan = desk.text("PLAN.md");
    let uri = desk.open("PLAN.md", &plan);
    let there = desk.at("textDocument/definition", &uri, &plan, &format!("{FEATURE}/T01]"));
    assert_eq!(there[0]["targetUri"], desk.uri("WU-T01.md"));
    assert_eq!(there[0]["targetSelectionRange"]["start"], json!({"line": 1, "character": 4}));
    let position = json!({"line": 1, "character": 8});
    let unit = desk.text("WU-T01.md");
    let unit_uri = desk.open("WU-T01.md", &unit);
    let ask = |declaration: bool| json!({"textDocument": {"uri": unit_uri}, "position": position, "context": {"includeDeclaration": declaration}});
    let all = desk.editor.ask("textDocument/references", ask(true));
    let files: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["uri"].as_str().unwrap().rsplit('/').next().unwrap())
        .collect();
    assert_eq!(files, ["PLAN.md", "PLAN.md", "WU-T01.md", "WU-T01.md"], "graph, edge, id and title");
    assert_eq!(desk.editor.ask("textDocument/references", ask(false)).as_array().unwrap().len(), 3);
    let found = desk.editor.ask("workspace/symbol", json!({"query": "t02"}));
    assert_eq!(found[0]["name"], format!("{FEATURE}/T02 Make T02"));
    let outline = desk.editor.ask("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}}));
    let names = outline.to_string();
    assert!(
        names.contains("\"Gate 1\"") && names.contains("\"T02\"") && names.contains("Task graph"),
        "{names}"
    );
}

#[test]
fn a_rename_reaches_every_file_and_the_files_name() {
    let mut t01 = Unit::new("T01");
    t01.file = "WU-01-make.md".into();
    let scene = Plan::of([t01, Unit::new("T02").after(&["T01"])]).files();
    let editor = Editor::new(&scene.world);
    let mut desk = Desk { scene, editor };
    let review = "---\nopen_questions: []\n---\n\n# Review\n\nT01 comes before T010.\n";
    desk.write("GATE-01-REVIEW.md", review);
    let unit = desk.text("WU-T02.md").replace("A scene.", "é 🦀 after T01.");
    desk.write("WU-T02.md", &unit);
    let uri = desk.open("WU-T02.md", &unit);
    let prepared = desk.at("textDocument/prepareRename", &uri, &unit, "T01.");
    assert_eq!(prepared["placeholder"], "T01");
    let (line, character) =
        (prepared["range"]["start"]["line"].clone(), prepared["range"]["start"]["character"].clone());
    let rename = |name: &str| json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}, "newName": name});
    let taken = desk.editor.try_ask("textDocument/rename", rename("T02")).unwrap_err();
    assert_eq!(taken.code, -32803);
    assert!(taken.message.contains("T02"), "{}", taken.message);
    assert!(desk.editor.try_ask("textDocument/rename", rename("x y")).is_err());
    let edit = desk.editor.ask("textDocument/rename", rename("T09"));
    apply(edit);
    assert!(!desk.scene.world.at(format!("{}/WU-01-make.md", desk.scene.folder)).exists());
    assert!(desk.text("WU-09-make.md").contains(&format!("id: {FEATURE}/T09")));
    assert!(desk.text("WU-T02.md").contains("é 🦀 after T09."));
    assert!(desk.text("GATE-01-REVIEW.md").contains("T09 comes before T010."));
    let plan = desk.text("PLAN.md");
    assert!(
        plan.contains(&format!("[{FEATURE}/T09]")) && plan.contains("WU-09-make.md") && !plan.contains("T01"),
        "{plan}"
    );
    let lint = desk.scene.world.run(["lint"]);
    assert_eq!(lint.code, Some(0), "{}", lint.stdout);
}

#[test]
fn files_that_change_on_disk_are_read_again() {
    let mut desk = Desk::new();
    let plan = desk.text("PLAN.md");
    let uri = desk.open("PLAN.md", &plan);
    desk.editor.findings_at(&uri, 1);
    assert_eq!(desk.editor.asked[0].method, "client/registerCapability");
    let unit = desk.uri("WU-T01.md");
    let text = desk.text("WU-T01.md");
    desk.write("WU-T01.md", &text.replace("status: pending", "status: nonsense"));
    let changed = json!({"changes": [{"uri": unit, "type": 2}]});
    desk.editor.tell("workspace/didChangeWatchedFiles", changed.clone());
    desk.editor.until("the new text", |e| e.rules(&unit).iter().any(|f| f.ends_with("unit/status")));
    fs::remove_file(desk.scene.world.at(format!("{}/WU-T01.md", desk.scene.folder))).unwrap();
    desk.editor.tell("workspace/didChangeWatchedFiles", changed.clone());
    desk.editor.until("the missing file", |e| {
        e.rules(&uri).iter().any(|f| f.ends_with("file/missing")) && e.rules(&unit).is_empty()
    });
    desk.write("WU-T01.md", &text);
    desk.editor.tell("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    desk.editor
        .until("it is back, told by a save", |e| !e.rules(&uri).iter().any(|f| f.ends_with("file/missing")));
}

#[test]
fn a_shared_file_shows_the_findings_of_all_features() {
    let mut desk = Desk::new();
    let roadmap = uri_of(&desk, ".specfuse/roadmap.md");
    let text = desk.scene.world.read(".specfuse/roadmap.md").replace("| active |", "| nonsense |");
    desk.editor.open(&roadmap, &text);
    let found = desk.editor.findings_at(&roadmap, 1);
    assert!(found.iter().any(|f| f.ends_with("roadmap/status")), "{found:?}");
    let others = desk.editor.findings.keys().filter(|uri| **uri != roadmap).count();
    assert_eq!(others, 0, "features that are not open stay quiet");
    desk.editor.tell("textDocument/didClose", json!({"textDocument": {"uri": roadmap}}));
    desk.editor.until("it is cleared", |e| e.findings[&roadmap].diagnostics.is_empty());
    let notes = uri_of(&desk, ".specfuse/LEARNINGS.md");
    desk.editor.open(&notes, "# Learnt\n");
    assert!(desk.editor.findings_at(&notes, 1).is_empty());
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }
}

#[test]
fn a_thousand_small_edits_leave_the_same_findings_as_the_file() {
    let mut desk = Desk::new();
    let mut text = desk.text("PLAN.md");
    let uri = desk.open("PLAN.md", &text);
    let pieces = [
        "\n",
        "\r\n",
        "x",
        "é",
        "🦀",
        "  - ",
        "status: done\n",
        "```",
        "",
        "",
        "---\n",
        "gates:\n",
        "\t",
        "\"",
    ];
    let mut dice = Dice(7);
    for version in 2..1002 {
        let lines: Vec<&str> = text.split('\n').collect();
        let line = dice.below(lines.len());
        let width = lines[line].trim_end_matches('\r').encode_utf16().count();
        let from = dice.below(width + 1);
        let to = (from + dice.below(4)).min(width);
        let range =
            json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}});
        let new = pieces[dice.below(pieces.len())];
        let edit = json!({"range": range, "newText": new});
        text = edited(&text, &[serde_json::from_value(edit).unwrap()]);
        desk.editor.change(&uri, version, json!([{"range": range, "text": new}]));
    }
    let found = desk.editor.findings_at(&uri, 1001);
    desk.write("PLAN.md", &text);
    let lint = desk.scene.world.run(["lint", "--format", "json"]);
    let report: Value =
        serde_json::from_str(&lint.stdout).unwrap_or_else(|why| panic!("{why}: {}", lint.stdout));
    let report = report.to_string();
    assert!(!found.is_empty());
    let of_plan = report.matches("PLAN.md").count();
    assert!(of_plan >= found.len(), "{of_plan} {}: {report}", found.len());
    for finding in &found {
        let rule = finding.split(' ').nth(1).unwrap();
        assert!(report.contains(rule), "{rule} is not in {report}");
    }
}

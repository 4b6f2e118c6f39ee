//! How a session begins and ends.

use crate::client::{Editor, checked, uri};
use serde_json::{Value, json};
use specfuse_tests::scene::{Plan, Unit};
use specfuse_tests::world::World;

#[test]
fn the_exit_code_says_how_it_ended() {
    let world = World::empty();
    assert_eq!(Editor::new(&world).goodbye(), Some(0));
    assert_eq!(Editor::new(&world).vanish(), Some(1));
    let mut editor = Editor::new(&world);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.ended(), Some(1));
    let mut editor = Editor::silent(&world);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.ended(), Some(1));
    let mut editor = Editor::new(&world);
    editor.ask("shutdown", Value::Null);
    assert_eq!(editor.vanish(), Some(0));
}

#[test]
fn nothing_is_answered_before_the_beginning_or_after_the_end() {
    let world = World::empty();
    let mut editor = Editor::silent(&world);
    let code = |answer: Result<Value, lsp_server::ResponseError>| answer.unwrap_err().code;
    assert_eq!(code(editor.try_ask("workspace/symbol", json!({"query": ""}))), -32002);
    assert_eq!(code(editor.try_ask("initialize", json!("nonsense"))), -32602);
    assert!(editor.try_ask("initialize", json!({"capabilities": {}})).is_ok());
    assert_eq!(code(editor.try_ask("initialize", json!({"capabilities": {}}))), -32600);
    assert_eq!(editor.ask("workspace/symbol", json!({"query": ""})), json!([]));
    assert!(editor.try_ask("shutdown", Value::Null).is_ok());
    assert_eq!(code(editor.try_ask("workspace/symbol", json!({"query": ""}))), -32600);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.ended(), Some(0));
}

#[test]
fn columns_are_counted_as_the_editor_wants() {
    let scene = Plan::of([Unit::new("T01")]).files();
    let text = scene
        .world
        .read(format!("{}/WU-T01.md", scene.folder))
        .replace("status: pending", "provenance: é 🦀 # x\nstatus: pending");
    let file = uri(&scene.world.at(format!("{}/WU-T01.md", scene.folder)));
    for (offered, chosen, end) in [
        (json!(["utf-32", "utf-16"]), "utf-16", 16),
        (json!(["utf-8", "utf-16"]), "utf-8", 19),
        (Value::Null, "utf-16", 16),
    ] {
        let general =
            if offered.is_null() { json!({}) } else { json!({"general": {"positionEncodings": offered}}) };
        let mut editor = Editor::with(&scene.world, general);
        let encoding = editor.capabilities.position_encoding.as_ref().map(|e| e.as_str().to_owned());
        assert_eq!(encoding.as_deref(), Some(chosen));
        editor.open(&file, &text);
        let hover = editor.at("textDocument/hover", &file, 3, 13);
        assert_eq!(hover["range"]["end"]["character"], end, "{chosen}: {hover}");
        // It did not say that it reads Markdown.
        assert_eq!(hover["contents"]["kind"], "plaintext");
        assert!(!hover["contents"]["value"].as_str().unwrap().contains("**"), "{hover}");
        assert_eq!(editor.goodbye(), Some(0));
    }
}

#[test]
fn names_of_files_may_be_odd() {
    let scene = Plan::of([Unit::new("T01")]).files();
    let folder = scene.world.at(&scene.folder);
    let odd = folder.with_file_name("FEAT-2026-0007-é (b) #1");
    std::fs::rename(&folder, &odd).unwrap();
    let text =
        std::fs::read_to_string(odd.join("WU-T01.md")).unwrap().replace("status: pending", "status: x");
    let root = uri(&scene.world.root);
    let file =
        checked(&format!("{root}/.specfuse/features/FEAT-2026-0007-%C3%A9%20%28b%29%20%231/WU-T01.md"));
    let mut editor = Editor::new(&scene.world);
    editor.open(&file, &text);
    assert!(editor.findings_at(&file, 1).iter().any(|f| f.ends_with("unit/status")));
    let there = editor.at("textDocument/definition", &file, 1, 8);
    assert!(there[0]["targetUri"].as_str().unwrap().ends_with("%20%28b%29%20%231/PLAN.md"), "{there}");
}

#[test]
fn a_feature_may_stand_alone() {
    let scene = Plan::of([Unit::new("T01")]).files();
    let alone = scene.world.home.join("FEAT-2026-0007-alone");
    std::fs::rename(scene.world.at(&scene.folder), &alone).unwrap();
    let text =
        std::fs::read_to_string(alone.join("WU-T01.md")).unwrap().replace("status: pending", "status: x");
    let file = uri(&alone.join("WU-T01.md"));
    let mut editor = Editor::new(&scene.world);
    editor.open(&file, &text);
    assert!(editor.findings_at(&file, 1).iter().any(|f| f.ends_with("unit/status")));
    assert_eq!(
        editor.at("textDocument/definition", &file, 1, 8)[0]["targetUri"],
        uri(&alone.join("PLAN.md"))
    );
}

#[test]
fn a_link_to_the_repository_keeps_its_name() {
    let scene = Plan::of([Unit::new("T01")]).files();
    let link = scene.world.home.join("link");
    std::os::unix::fs::symlink(&scene.world.root, &link).unwrap();
    let file = uri(&link.join(&scene.folder).join("WU-T01.md"));
    let mut editor = Editor::new(&scene.world);
    editor.open(&file, &scene.world.read(format!("{}/WU-T01.md", scene.folder)));
    let there = editor.at("textDocument/definition", &file, 1, 8);
    assert_eq!(there[0]["targetUri"], uri(&link.join(&scene.folder).join("PLAN.md")));
}

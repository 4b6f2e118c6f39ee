//! Nothing that an editor sends ends the server or stops it from answering.

use crate::client::{Editor, uri};
use serde_json::{Value, json};
use specfuse_tests::scene::{Plan, Unit};
use specfuse_tests::world::World;

fn is_alive(editor: &mut Editor) {
    assert!(editor.ask("workspace/symbol", json!({"query": "nothing at all"})).is_array());
}

#[test]
fn what_is_no_message_is_passed_over() {
    let world = World::empty();
    let mut editor = Editor::new(&world);
    for body in
        ["{", "[]", "\"x\"", "{\"jsonrpc\":\"2.0\"}", "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"x\"}"]
    {
        editor.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
        is_alive(&mut editor);
    }
    editor.raw(b"Content-Length: 2\r\nContent-Type: x\r\n\r\n\xff\xfe");
    is_alive(&mut editor);
    assert!(editor.logged.len() >= 4, "{:?}", editor.logged);
    assert_eq!(editor.goodbye(), Some(0));
}

#[test]
fn a_stream_of_noise_ends_the_session() {
    let world = World::empty();
    let mut editor = Editor::new(&world);
    editor.raw("noise\r\n".repeat(200).as_bytes());
    assert_eq!(editor.ended(), Some(1));
}

#[test]
fn requests_that_are_unknown_or_malformed_are_refused() {
    let scene = Plan::of([Unit::new("T01")]).files();
    let mut editor = Editor::new(&scene.world);
    let code = |answer: Result<Value, lsp_server::ResponseError>| answer.unwrap_err().code;
    assert_eq!(code(editor.try_ask("textDocument/nonsense", json!({}))), -32601);
    assert_eq!(code(editor.try_ask("$/nonsense", Value::Null)), -32601);
    for method in [
        "textDocument/hover",
        "textDocument/completion",
        "textDocument/rename",
        "textDocument/codeAction",
        "codeAction/resolve",
        "workspace/symbol",
    ] {
        assert_eq!(code(editor.try_ask(method, json!({"textDocument": 7}))), -32602, "{method}");
    }
    assert_eq!(
        code(editor.try_ask(
            "textDocument/hover",
            json!({"textDocument": {"uri": "no uri"}, "position": {"line": -1, "character": 0}})
        )),
        -32602
    );
    editor.tell("textDocument/didChange", json!([]));
    editor.tell("textDocument/didOpen", json!({"textDocument": {"uri": ":"}}));
    editor.tell("no/such", json!({}));
    editor.tell("$/cancelRequest", json!({"id": 1}));
    is_alive(&mut editor);
    assert_eq!(editor.logged.len(), 2, "{:?}", editor.logged);
    let forged = json!({"title": "x", "data": {"top": "/nowhere", "file": "a", "whole_feature": true}});
    assert!(editor.ask("codeAction/resolve", forged)["edit"].is_null());
}

#[test]
fn documents_that_are_no_part_of_a_plan_are_left_alone() {
    let scene = Plan::of([Unit::new("T01")]).files();
    let mut editor = Editor::new(&scene.world);
    let readme = uri(&scene.world.at("README.md"));
    for document in
        [readme.as_str(), "untitled:Untitled-1", "file:///nowhere/at/all.md", "https://example.org/PLAN.md"]
    {
        editor.open(document, "# T01\n");
        editor.change(document, 2, json!([{"text": "x"}]));
        assert_eq!(editor.at("textDocument/hover", document, 0, 0), Value::Null);
        assert_eq!(editor.at("textDocument/completion", document, 0, 0), Value::Null);
        editor.tell("textDocument/didSave", json!({"textDocument": {"uri": document}}));
        editor.tell("textDocument/didClose", json!({"textDocument": {"uri": document}}));
    }
    is_alive(&mut editor);
    assert!(editor.findings.is_empty(), "{:?}", editor.findings);
}

#[test]
fn places_outside_the_text_are_the_nearest_inside() {
    let scene = Plan::of([Unit::new("T01")]).files();
    let mut editor = Editor::new(&scene.world);
    let file = uri(&scene.world.at(format!("{}/WU-T01.md", scene.folder)));
    editor.open(&file, "é\r\n🦀");
    let far = json!({"line": 4_000_000_000_u32, "character": 4_000_000_000_u32});
    let back = json!([{"range": {"start": far, "end": {"line": 0, "character": 9}}, "text": "x"}]);
    editor.change(&file, 2, back);
    editor.findings_at(&file, 2);
    for method in ["hover", "completion", "definition", "prepareRename"] {
        editor.at(&format!("textDocument/{method}"), &file, 4_000_000_000, 4_000_000_000);
    }
    editor.change(&file, 3, json!([]));
    is_alive(&mut editor);
}

#[test]
fn a_document_above_the_limit_is_named_and_not_read() {
    let scene = Plan::of([Unit::new("T01")]).files();
    let mut editor = Editor::new(&scene.world);
    let file = uri(&scene.world.at(format!("{}/WU-T01.md", scene.folder)));
    editor.open(&file, &"x".repeat(4 * 1024 * 1024 + 1));
    assert_eq!(editor.findings_at(&file, 1), ["0:0 file/too-large"]);
    assert_eq!(editor.at("textDocument/hover", &file, 0, 0), Value::Null);
    let end = json!({"line": 0, "character": 4 * 1024 * 1024});
    editor.change(
        &file,
        2,
        json!([{"range": {"start": {"line": 0, "character": 0}, "end": end}, "text": ""}]),
    );
    assert!(editor.findings_at(&file, 2)[0].ends_with("file/frontmatter-missing"));
}

#[test]
fn a_plan_that_goes_away_takes_nothing_with_it() {
    let scene = Plan::of([Unit::new("T01")]).files();
    let mut editor = Editor::new(&scene.world);
    let path = scene.world.at(format!("{}/WU-T01.md", scene.folder));
    let file = uri(&path);
    editor.open(&file, &std::fs::read_to_string(&path).unwrap());
    editor.findings_at(&file, 1);
    std::fs::remove_dir_all(scene.world.at(".specfuse")).unwrap();
    editor.tell("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": file, "type": 3}]}));
    editor.tell("textDocument/didSave", json!({"textDocument": {"uri": file}}));
    is_alive(&mut editor);
    editor.tell("textDocument/didClose", json!({"textDocument": {"uri": file}}));
    editor.until("all is cleared", |e| e.findings.values().all(|f| f.diagnostics.is_empty()));
    assert_eq!(editor.goodbye(), Some(0));
}

//! `specfuse-loop studio` as a whole program: who is let in, what is read and written, and what is pushed.

#![allow(clippy::unwrap_used, reason = "what is not as expected fails the test")]

mod client;

use client::{Server, Told};
use serde_json::{Value, json};
use specfuse_tests::world::World;
use std::fs;
use std::os::unix::fs::symlink;

const PLAN: &str = ".specfuse/features/FEAT-2026-0001-greeting/PLAN.md";
const TEXT: &str = "---\nfeature_id: FEAT-2026-0001\n---\n";

fn world() -> World {
    let world = World::repository();
    world.write(PLAN, TEXT);
    world.write(".specfuse/.loop/journal.jsonl", "secret\n");
    world.write("secret.txt", "secret\n");
    world.write("built/studio/index.html", "the page");
    world
}

fn save(path: &str, before: Option<&str>, after: Option<&str>) -> Value {
    json!({"files": [{"path": path, "before": before, "after": after}]})
}

#[test]
fn the_page_is_for_all_and_the_plan_for_who_has_the_address() {
    let (world, server) = Server::start(world());
    assert_eq!(server.ask("GET", "/studio/", &[], "").told(), (200, "the page".into()));
    let questions = [("GET", "plan"), ("GET", "changes?since=0"), ("GET", "file/x"), ("POST", "save")];
    for (method, question) in questions {
        let path = format!("/studio/api/{question}");
        for shown in [&[][..], &[("Authorization", "Bearer 0123")], &[("Cookie", "token=1")]] {
            let told = server.ask(method, &path, shown, "{}");
            assert_eq!(told.status, 401, "{question} {shown:?}");
            assert!(!told.body.contains("FEAT-2026-0001"));
        }
    }
    let plan = server.api("GET", "plan", "").json(200);
    assert_eq!(plan["files"], json!([{"path": PLAN, "text": TEXT}]));
    assert_eq!(plan["title"], "repository");
    drop(world);
}

#[test]
fn another_origin_and_another_name_are_refused() {
    let (_world, server) = Server::start(world());
    let token = server.authorization();
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1"] {
        let told =
            server.ask("GET", "/studio/api/plan", &[("Origin", origin), ("Authorization", &token)], "");
        assert_eq!(told.status, 403, "{origin}");
    }
    let own = format!("http://{}", server.address);
    let told = server.ask("GET", "/studio/api/plan", &[("Origin", &own), ("Authorization", &token)], "");
    assert_eq!(told.status, 200);
    assert!(!told.head.to_lowercase().contains("access-control"), "{}", told.head);
    for path in ["/studio/", "/studio/api/plan"] {
        let told = server.ask_as("evil.example", "GET", path, &[("Authorization", &token)], "");
        assert_eq!(told.status, 403, "a name that points here");
    }
}

#[test]
fn nothing_but_the_plan_is_read_or_written() {
    let (world, server) = Server::start(world());
    let away = world.at("away");
    fs::create_dir(&away).unwrap();
    symlink(&away, world.at(".specfuse/features/FEAT-2026-0001-greeting/link")).unwrap();
    let outside = [
        "secret.txt",
        ".git/config",
        ".specfuse/.loop/journal.jsonl",
        ".specfuse/features/../.loop/journal.jsonl",
        ".specfuse/rules/any.md",
        concat!(".specfuse/features/FEAT-2026-0001-greeting/", "work/x"),
    ];
    for path in outside {
        let told = server.api("GET", &format!("file/{path}"), "");
        assert_eq!(told.status, 404, "{path}");
        let told = server.api("POST", "save", &save(path, None, Some("x")).to_string());
        assert_eq!(told.status, 403, "{path}: {}", told.body);
    }
    for path in ["../x", "/etc/passwd", "C:\\x", ""] {
        let told = server.api("POST", "save", &save(path, None, Some("x")).to_string());
        assert_eq!(told.status, 400, "{path}: {}", told.body);
    }
    let link = ".specfuse/features/FEAT-2026-0001-greeting/link/new.md";
    let told = server.api("POST", "save", &save(link, None, Some("x")).to_string());
    assert_eq!(told.status, 403, "{}", told.body);
    assert_eq!(fs::read_dir(&away).unwrap().count(), 0);
    assert_eq!(world.read("secret.txt"), "secret\n");
    for url in ["/../secret.txt", "/%2e%2e/secret.txt", "/studio/../../secret.txt"] {
        assert_eq!(server.ask("GET", url, &[], "").status, 404, "{url}");
    }
}

#[test]
fn a_file_is_made_changed_and_deleted() {
    let (world, server) = Server::start(world());
    let note = ".specfuse/features/FEAT-2026-0001-greeting/NOTES.md";
    let both = json!({"files": [
        {"path": note, "before": null, "after": "new\n"},
        {"path": PLAN, "before": TEXT, "after": "changed\n"},
    ]});
    let version = server.api("POST", "save", &both.to_string()).json(200)["version"].as_u64().unwrap();
    assert_eq!((world.read(note), world.read(PLAN)), ("new\n".into(), "changed\n".into()));
    server.api("POST", "save", &save(note, Some("new\n"), None).to_string()).json(200);
    assert!(!world.at(note).exists());
    let changes = server.api("GET", &format!("changes?since={version}"), "").json(200);
    assert_eq!(changes["files"], json!([{"path": note}]));
}

#[test]
fn a_file_that_changed_meanwhile_is_kept_and_shown() {
    let (world, server) = Server::start(world());
    world.write(PLAN, "by hand\n");
    let new = ".specfuse/roadmap.md";
    let body = json!({"files": [
        {"path": new, "before": null, "after": "# Roadmap\n"},
        {"path": PLAN, "before": TEXT, "after": "by the page\n"},
    ]});
    let refusal = server.api("POST", "save", &body.to_string()).json(409);
    assert_eq!(refusal["files"], json!([{"path": PLAN, "text": "by hand\n"}]));
    assert!(refusal["error"].as_str().unwrap().contains("changed on disk meanwhile; nothing was written"));
    assert_eq!((world.read(PLAN), world.at(new).exists()), ("by hand\n".into(), false));
}

#[test]
fn a_change_on_disk_is_pushed() {
    let (world, server) = Server::start(world());
    let version = server.api("GET", "plan", "").json(200)["version"].as_u64().unwrap();
    let waiting = server.begin("GET", &format!("changes?since={version}"), "");
    let log = ".specfuse/features/FEAT-2026-0001-greeting/events.jsonl";
    world.write(log, "{}\n");
    let changes = Told::of(waiting).json(200);
    assert_eq!(changes["files"], json!([{"path": log, "text": "{}\n"}]));
    assert!(changes["version"].as_u64().unwrap() > version);
}

#[test]
fn too_much_and_nonsense_are_refused() {
    let (_world, server) = Server::start(world());
    let token = server.authorization();
    let never = [("Content-Length", "99999999999"), ("Authorization", token.as_str())];
    let left = server.send(&server.address, "POST", "/studio/api/save", &never, None);
    assert_eq!(server.api("POST", "save", &" ".repeat(17 << 20)).status, 413);
    for body in ["", "{", "[]", "{\"files\":[{}]}", "{\"files\":[],\"other\":1}"] {
        assert_eq!(server.api("POST", "save", body).status, 400, "{body}");
    }
    assert_eq!(server.api("GET", "changes?since=x", "").status, 400);
    assert_eq!(server.api("DELETE", "plan", "").status, 404);
    assert_eq!(server.ask("POST", "/studio/", &[], "").status, 405);
    assert_eq!(server.api("GET", "plan", "").status, 200);
    drop(left);
}

#[test]
fn without_a_built_studio_it_says_how_to_get_one() {
    let world = world();
    let output = world.run(["studio", "--site", ".specfuse"]);
    assert_eq!(output.code, Some(2));
    assert!(
        output.stderr.contains("hint: build one in a checkout of Specfuse: cargo site build"),
        "{}",
        output.stderr
    );
}

//! Actions on texts, text in and text out, and the laws that all of them keep.

use super::*;
use crate::fix::Edits;
use crate::path::RelPath;
use crate::schema::FileKind;
use crate::tree::Tree;

fn path() -> RelPath {
    RelPath::new("f").unwrap()
}

#[track_caller]
fn apply(before: &str, edits: &Edits) -> String {
    let mut tree = Tree::new();
    tree.insert_text(path(), before);
    edits.apply(&tree).expect("edits fit").text(&path()).map(|t| t.to_string()).unwrap_or_default()
}

#[track_caller]
fn check(before: &str, action: impl Fn(&str) -> Result<Edits, EditRefused>, after: &str) {
    let edits = action(before).unwrap_or_else(|e| panic!("{before:?}: {e}"));
    assert_eq!(apply(before, &edits), after, "from {before:?}");
    let again = action(after).unwrap_or_else(|e| panic!("again on {after:?}: {e}"));
    assert!(again.is_empty(), "doing it twice changes {after:?}: {again:?}");
}

fn set(key: &str, value: impl Into<Value>) -> impl Fn(&str) -> Result<Edits, EditRefused> {
    let (key, value) = (key.to_owned(), value.into());
    move |text| set_key(FileKind::Unit, &path(), text, &key, &value)
}

fn remove(key: &str) -> impl Fn(&str) -> Result<Edits, EditRefused> {
    let key = key.to_owned();
    move |text| remove_key(FileKind::Unit, &path(), text, &key)
}

fn texts(list: &[&str]) -> Value {
    Value::Texts(list.iter().map(|t| t.to_string()).collect())
}

#[test]
fn a_value_is_replaced_and_nothing_else() {
    check("---\nstatus: draft # why\n---\n", set("status", "done"), "---\nstatus: done # why\n---\n");
    check("---\r\nstatus:  'draft'\r\n---\r\n", set("status", "done"), "---\r\nstatus:  'done'\r\n---\r\n");
    check("---\n\"status\" : \"a\"\n---\n", set("status", "b\"c"), "---\n\"status\" : \"b\\\"c\"\n---\n");
    check("---\nstatus:\n---\n", set("status", "done"), "---\nstatus: done\n---\n");
    check("---\nstatus: # none\n---\n", set("status", "done"), "---\nstatus: done # none\n---\n");
    check("---\nstatus: ~\nid: x\n---\n", set("status", "done"), "---\nstatus: done\nid: x\n---\n");
    check("---\nprep: a: b # c\n---\n", set("prep", "x: y"), "---\nprep: \"x: y\" # c\n---\n");
    check("---\nid: x\nid: y\n---\n", set("id", "z"), "---\nid: z\nid: y\n---\n");
    check("---\nattempts: 1\n---\n", set("attempts", Value::Int(2)), "---\nattempts: 2\n---\n");
    check("---\ncost_usd: 1.50\n---\n", set("cost_usd", Value::Number(1.5)), "---\ncost_usd: 1.50\n---\n");
    check(
        "---\nprep: |  # why\n  a\n  b\nid: x\n---\n",
        set("prep", "c"),
        "---\nprep: c # why\nid: x\n---\n",
    );
    check(
        "---\nprep: |\n  a\n\n  b\nid: x\n---\n",
        set("prep", "c\nd\n"),
        "---\nprep: |\n  c\n  d\nid: x\n---\n",
    );
    check("---\nprep:\n  a\n  b # x\n---\n", set("prep", "c"), "---\nprep:\n  c # x\n---\n");
    check(
        "---\n{id: a, status: draft}\n---\n",
        set("status", "a, b"),
        "---\n{id: a, status: \"a, b\"}\n---\n",
    );
}

#[test]
fn a_new_key_takes_its_place_in_the_schema() {
    check(
        "---\nid: x # i\n# s\nstatus: draft\n---\n",
        set("type", "human"),
        "---\nid: x # i\ntype: human\n# s\nstatus: draft\n---\n",
    );
    check("---\nstatus: draft\n---\n", set("id", "x"), "---\nid: x\nstatus: draft\n---\n");
    check("---\r\n  id: x\r\n---\r\n", set("own", "z"), "---\r\n  id: x\r\n  own: z\r\n---\r\n");
    check(
        "---\nprep:\n- a\n# end\n---\n",
        set("verdict", "met"),
        "---\nprep:\n- a\nverdict: met\n# end\n---\n",
    );
    check("---\nprep: |+\n  a\n\n---\n", set("verdict", "met"), "---\nprep: |+\n  a\n\nverdict: met\n---\n");
    check("---\n{id: x}\n---\n", set("status", "done"), "---\n{id: x, status: done}\n---\n");
    check("---\n---\n", set("id", "x"), "---\nid: x\n---\n");
    check("---\n# note\n---\n", set("id", "x"), "---\n# note\nid: x\n---\n");
    check("# T\n", set("id", "x"), "---\nid: x\n---\n\n# T\n");
    check("\u{feff}# T", set("id", "x"), "\u{feff}---\nid: x\n---\n\n# T");
    check("", set("id", "x"), "---\nid: x\n---\n");
    check("---\nid: x\nprep:\n  - a\n\n# T\n", set("id", "z"), "---\nid: z\nprep:\n  - a\n---\n\n# T\n");
    check("---\nid: x", set("status", "done"), "---\nid: x\nstatus: done\n---\n");
}

#[test]
fn lists_change_by_their_items() {
    check(
        "---\nprep:\n  - a # x\n  - b\n---\n",
        set("prep", texts(&["a", "c", "b"])),
        "---\nprep:\n  - a # x\n  - c\n  - b\n---\n",
    );
    check("---\nprep:\n- a\n# c\n- b\n---\n", set("prep", texts(&["b"])), "---\nprep:\n# c\n- b\n---\n");
    check("---\nprep:\n- a\n- b\nid: x\n---\n", set("prep", texts(&[])), "---\nprep: []\nid: x\n---\n");
    check(
        "---\nprep: [a, 'b' , c] # x\n---\n",
        set("prep", texts(&["a", "c", "d"])),
        "---\nprep: [a, c , d] # x\n---\n",
    );
    check("---\nprep: []\n---\n", set("prep", texts(&["a", "b"])), "---\nprep: [a, b]\n---\n");
    check("---\nprep: [a,]\n---\n", set("prep", texts(&[])), "---\nprep: []\n---\n");
    check("---\nprep: a\n---\n", set("prep", texts(&["a"])), "---\nprep: a\n---\n");
    check("---\nprep: a\n---\n", set("prep", texts(&["a", "b"])), "---\nprep: [a, b]\n---\n");
    check("---\nprep: [a]\n---\n", set("prep", "b"), "---\nprep: b\n---\n");
    check("---\nprep: # w\n  - a\nid: x\n---\n", set("prep", "b"), "---\nprep: b # w\nid: x\n---\n");
}

#[test]
fn keys_go() {
    check("---\nid: x\nstatus: done # c\n# d\n---\n", remove("status"), "---\nid: x\n# d\n---\n");
    check("---\nprep:\n  - a\n  - b\nid: x\n---\n", remove("prep"), "---\nid: x\n---\n");
    check("---\nid: x\nid: y\n---\n", remove("id"), "---\n---\n");
    check("---\n{id: x, status: y}\n---\n", remove("id"), "---\n{status: y}\n---\n");
    check("---\n{id: x, status: y}\n---\n", remove("status"), "---\n{id: x}\n---\n");
    check("no head", remove("id"), "no head");
}

#[test]
fn nested_keys_and_whole_yaml_files() {
    let set = |keys: &'static [&'static str], value: Value| {
        move |text: &str| {
            with_key(FileKind::Verification, text, keys, &value)
                .map(|after| keys::changed(&path(), text, &after))
        }
    };
    let attempts = &["defaults", "max_attempts"];
    check("code: []", set(attempts, Value::Int(2)), "defaults:\n  max_attempts: 2\ncode: []");
    check(
        "defaults:\n    max_attempts: 3 # c\n",
        set(attempts, Value::Int(2)),
        "defaults:\n    max_attempts: 2 # c\n",
    );
    check("defaults: {}\n", set(attempts, Value::Int(2)), "defaults:\n  max_attempts: 2\n");
    check("defaults: {a: 1}\n", set(attempts, Value::Int(2)), "defaults: {a: 1, max_attempts: 2}\n");
    check("", set(&["lanes"], Value::Int(2)), "lanes: 2\n");
}

#[test]
fn a_text_that_cannot_carry_it_is_refused() {
    assert_eq!(
        set("cost_usd", Value::Number(f64::NAN))("---\n---\n"),
        Err(EditRefused::Value { key: "cost_usd".into() })
    );
    assert!(set("id", "x")("---\n- a\n- b\n---\n").is_err());
}

fn insert(name: &str, body: &str) -> impl Fn(&str) -> Result<Edits, EditRefused> {
    let (name, body) = (name.to_owned(), body.to_owned());
    move |text| insert_section(&path(), text, &name, &body)
}

fn section(name: &str, body: &str) -> impl Fn(&str) -> Result<Edits, EditRefused> {
    let (name, body) = (name.to_owned(), body.to_owned());
    move |text| set_section(&path(), text, &name, &body)
}

#[test]
fn a_section_comes_in_the_manner_of_the_file() {
    check(
        "**Context:** a\n\n**Verification:** b\n",
        insert("Do not touch", "c"),
        "**Context:** a\n\n**Do not touch:** c\n\n**Verification:** b\n",
    );
    check(
        "**Context**: a\r\n",
        insert("Verification", "x\ny"),
        "**Context**: a\r\n\r\n**Verification.** x\r\ny\r\n",
    );
    check(
        "# T\n\n### Context\n\na\n\n## Notes\nz",
        insert("Verification", "x"),
        "# T\n\n### Context\n\na\n\n### Verification\n\nx\n\n## Notes\nz",
    );
    check("---\nid: x\n---\n# T", insert("Context", "a"), "---\nid: x\n---\n# T\n\n**Context.** a");
    check("**Verification.** b", insert("Context", ""), "**Context.**\n\n**Verification.** b");
    check("", insert("Context", "a"), "**Context.** a\n");
    assert!(insert("Context", "a")("```\nopen").is_err());
}

#[test]
fn what_only_begins_a_line_has_one_of_its_own() {
    for block in ["- a\n- b", "1. a", "```\ncode\n```", "> a", "| a |\n|---|", "---\na", "<!-- a -->"] {
        check("**Context.** x\n", section("Context", block), &format!("**Context.**\n\n{block}\n"));
        check("**Context.**\n", section("Context", block), &format!("**Context.**\n\n{block}\n"));
        check("**Context.**\n\nx\n", section("Context", block), &format!("**Context.**\n\n{block}\n"));
        check("**Context.**\nx\n", section("Context", block), &format!("**Context.**\n{block}\n"));
        check("", insert("Context", block), &format!("**Context.**\n\n{block}\n"));
    }
    check("**Context.** x\r\n", section("Context", "- a"), "**Context.**\r\n\r\n- a\r\n");
    for words in ["-", "-5 degrees", "1.5 times", "`code`", "**b** c", "#1"] {
        check("**Context.** x\n", section("Context", words), &format!("**Context.** {words}\n"));
    }
}

#[test]
fn a_section_gets_another_text() {
    check(
        "**Context.** a\nb\n\n**Verification.** c\n",
        section("Context", "d\n"),
        "**Context.** d\n\n**Verification.** c\n",
    );
    check(
        "## Context\n\n## Verification\nc\n",
        section("Context", "d"),
        "## Context\n\nd\n\n## Verification\nc\n",
    );
    check(
        "**Context.**\n**Verification.** c\n",
        section("Context", "d"),
        "**Context.** d\n**Verification.** c\n",
    );
    assert!(section("Context", "a\n**Verification.** b")("**Context.** x\n").is_err());
    check("**Context.**  x\n", section("Context", "y"), "**Context.**  y\n");
    check("**Context.** x\n\ny\n", section("Context", ""), "**Context.**\n");
    check("**Context.**\n\nx\n\n## Notes\n", section("Context", ""), "**Context.**\n\n## Notes\n");
    assert!(section("Context", "a\n```")("**Context.** x\n\n**Verification.** b").is_err());
}

#[test]
fn a_title_is_replaced_or_added() {
    let title = |title: &'static str| move |text: &str| set_title(&path(), text, title);
    check("---\nid: x\n---\n\n#  Old #\n", title("New"), "---\nid: x\n---\n\n#  New #\n");
    check("---\nid: x\n---\ntext\n", title("New"), "---\nid: x\n---\n\n# New\n\ntext\n");
    check("---\nid: x\n---", title("New"), "---\nid: x\n---\n\n# New\n");
    assert!(title(" ")("# T\n").is_err());
}

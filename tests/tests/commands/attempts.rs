//! `attempts`: what each did, and its work back in the files or on a branch, never over a person's edits.

use serde_json::Value;
use specfuse_tests::scene::{Plan, Scene};

/// T01 fails once with work in three files, one of which a person had edited before, and passes then.
fn scene() -> Scene {
    let agent = "if [ $attempt = 1 ]; then work; sed -i 's/^last$/last, by the session/' shared.txt; \
                 echo new > new.txt; rm gone.txt; else echo good > src/T01.txt; fi 2>/dev/null; \
                 mkdir -p src; [ $attempt = 1 ] || echo good > src/T01.txt; complete";
    let scene = Plan::one(agent).check("! grep -q T01 src/T01.txt").scene();
    scene.write("shared.txt", "first\n\n\nmiddle\n\n\nlast\n");
    scene.write("gone.txt", "here\n");
    scene.git(["add", "shared.txt", "gone.txt"]);
    scene.git(["commit", "--quiet", "--message=Add files"]);
    scene
}

fn ran() -> Scene {
    let scene = scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 failed", "T01 passed"]);
    scene
}

fn says(scene: &Scene, args: &[&str]) -> String {
    let output = scene.run(args);
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{args:?}: {}", output.stdout);
    output.stdout
}

#[test]
fn attempts_are_listed_and_shown() {
    let scene = ran();
    let all = says(&scene, &["attempts", "--feature", "7"]);
    assert!(all.starts_with("T01  Make T01\n   1  failed "), "{all}");
    assert!(all.contains("  kept  ") && all.lines().count() == 3, "{all}");
    for args in [
        &["attempts", "--feature", "7", "T01"][..],
        &["attempts", "list", "FEAT-2026-0007/T01"],
        &["attempts"],
    ] {
        assert_eq!(says(&scene, args), all, "{args:?}");
    }
    let first = says(&scene, &["attempts", "show", "T01", "1", "--feature", "7"]);
    for words in ["    src/T01.txt\n", "    shared.txt\n", "attempts restore T01 1", "/attempts/T01/1"] {
        assert!(first.contains(words), "{words}: {first}");
    }
    let json = says(&scene, &["attempts", "list", "--json", "--feature", "7"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["version"].as_u64(), json["attempts"].as_array().map(Vec::len)), (Some(1), Some(2)));
    let (failed, passed) = (&json["attempts"][0], &json["attempts"][1]);
    assert_eq!((failed["outcome"].as_str(), failed["cost_usd"].as_f64()), (Some("failed"), Some(0.25)));
    assert!(failed["work"].is_string() && passed["work"].is_null() && passed["commit"].is_string(), "{json}");
}

#[test]
fn a_diff_shows_what_an_attempt_did_and_what_passed() {
    let scene = ran();
    let first = says(&scene, &["attempts", "diff", "T01", "1", "--feature", "7"]);
    for words in ["+last, by the session\n", "deleted file", "+++ b/new.txt", "+T01 1\n"] {
        assert!(first.contains(words), "{words}: {first}");
    }
    let last = says(&scene, &["attempts", "diff", "T01", "--feature", "7"]);
    assert!(last.contains("+good\n") && !last.contains("by the session"), "{last}");
    for (args, hint) in [
        (["attempts", "diff", "T09", "--feature=7"], "it has T01, G1-CLOSE"),
        (["attempts", "show", "G1-CLOSE", "--feature=7"], "no attempts yet"),
    ] {
        let output = scene.run(args);
        assert_eq!(output.code, Some(2));
        assert!(output.stderr.contains(hint), "{}", output.stderr);
    }
    let output = scene.run(["attempts", "show", "T01", "7", "--feature", "7"]);
    assert!(output.stderr.contains("it has 1, 2"), "{}", output.stderr);
}

#[test]
fn kept_work_comes_back_beside_what_was_committed_since() {
    let scene = ran();
    scene.write("shared.txt", "first, by a person\n\n\nmiddle\n\n\nlast\n");
    scene.git(["commit", "--quiet", "--message=Edit", "shared.txt"]);
    // The passed attempt wrote other lines where the failed one had its own.
    let output = scene.run(["attempts", "restore", "T01", "1", "--feature", "7"]);
    assert_eq!(output.code, Some(1), "{}", output.stdout);
    assert!(
        output.stderr.contains("nothing was written: these hold something else by now: src/T01.txt"),
        "{}",
        output.stderr
    );
    assert_eq!(scene.dirt(), Vec::<String>::new());
    scene.git(["rm", "--quiet", "src/T01.txt"]);
    scene.git(["commit", "--quiet", "--message=Away with it"]);
    let said = says(&scene, &["attempts", "restore", "T01", "1", "--feature", "7"]);
    assert!(said.starts_with("4 file(s) hold the work of attempt 1 of T01 now, uncommitted:\n"), "{said}");
    assert_eq!(scene.read("shared.txt"), "first, by a person\n\n\nmiddle\n\n\nlast, by the session\n");
    assert_eq!((scene.read("src/T01.txt"), scene.read("new.txt")), ("T01 1\n".into(), "new\n".into()));
    assert_eq!(scene.dirt(), [" D gone.txt", " M shared.txt", "?? new.txt", "?? src/T01.txt"]);
    let again = says(&scene, &["attempts", "restore", "T01", "1", "--feature", "7"]);
    assert!(again.contains("1 file(s)") || again.contains("already"), "{again}");
}

#[test]
fn a_persons_edits_are_in_the_way_and_named() {
    let scene = ran();
    scene.git(["rm", "--quiet", "src/T01.txt"]);
    scene.git(["commit", "--quiet", "--message=Away with it"]);
    scene.write("new.txt", "a person's own\n");
    scene.write("shared.txt", "a person's, not committed\n");
    let before = scene.dirt();
    let output = scene.run(["attempts", "restore", "T01", "1", "--feature", "7"]);
    assert_eq!(output.code, Some(1), "{}", output.stdout);
    assert!(output.stderr.contains("hold something else by now: new.txt, shared.txt"), "{}", output.stderr);
    assert!(output.stderr.contains("--branch"), "{}", output.stderr);
    assert_eq!(scene.dirt(), before);
    assert_eq!(scene.read("new.txt"), "a person's own\n");
    // An ignored file is a person's, too.
    scene.write("new.txt", "");
    std::fs::remove_file(scene.at("new.txt")).unwrap();
    scene.git(["checkout", "--quiet", "shared.txt"]);
    scene.write(".git/info/exclude", "new.txt\n**/.specfuse/.loop/\n**/.specfuse/.loop.lock\n");
    scene.write("new.txt", "ignored\n");
    let output = scene.run(["attempts", "restore", "T01", "1", "--feature", "7"]);
    assert!(output.stderr.contains("hold something else by now: new.txt"), "{}", output.stderr);
    assert_eq!(scene.read("new.txt"), "ignored\n");
}

#[test]
fn a_branch_holds_the_work_and_nothing_of_the_persons() {
    let scene = scene();
    scene.write("mine.txt", "not committed\n");
    scene.write("shared.txt", "first, not committed\n\n\nmiddle\n\n\nlast\n");
    scene.expect(0);
    let dirt = scene.dirt();
    let head = scene.git(["rev-parse", "HEAD"]);
    let said = says(&scene, &["attempts", "restore", "T01", "1", "--branch", "rescue/t01", "--feature", "7"]);
    assert!(said.contains("The branch rescue/t01 holds attempt 1 of T01"), "{said}");
    assert_eq!((scene.git(["rev-parse", "HEAD"]), scene.dirt()), (head, dirt));
    assert_eq!(scene.git(["show", "rescue/t01:shared.txt"]), "first\n\n\nmiddle\n\n\nlast, by the session\n");
    let files = scene.git(["ls-tree", "-r", "--name-only", "rescue/t01"]);
    assert!(
        files.contains("new.txt") && !files.contains("mine.txt") && !files.contains("gone.txt"),
        "{files}"
    );
    for (name, words) in [("rescue/t01", "there is a branch"), ("no..name", "cannot be a branch")] {
        let output = scene.run(["attempts", "restore", "T01", "1", "--branch", name, "--feature", "7"]);
        assert_ne!(output.code, Some(0));
        assert!(output.stderr.contains(words), "{}", output.stderr);
    }
    let passed = scene.run(["attempts", "restore", "T01", "2", "--feature", "7"]);
    assert_eq!(passed.code, Some(2));
    assert!(passed.stderr.contains("it passed; its work is the commit"), "{}", passed.stderr);
}

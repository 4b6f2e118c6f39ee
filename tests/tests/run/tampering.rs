//! Sessions that touch what is not theirs: the oracle, the driver's fields, the history, the folders.

use specfuse_tests::scene::{FEATURE, Plan, Scene, Unit};

/// Runs a session that tampers in its first attempt and works in its second: the first fails, and
/// nothing of it is left.
fn dropped(script: &str, words: &str) -> Scene {
    let agent = format!(
        "case $unit in T01) if [ $attempt = 1 ]; then work; {script}\ncomplete src/T01.txt; else work; complete src/T01.txt; fi;; T*) work; complete;; *) close met; complete;; esac"
    );
    let scene = Plan::of([Unit::new("T01"), Unit::new("T02").after(&["T01"])]).agent(&agent).scene();
    let (oracle, plan) =
        (scene.read(".specfuse/verification.yml"), scene.read(format!("{}/WU-T02.md", scene.folder)));
    let output = scene.drive();
    assert_eq!(output.code, Some(0), "{script}: {}\n{}", output.stdout, output.stderr);
    assert_eq!(scene.outcomes()[..2], ["T01 oracle_tampered", "T01 passed"], "{script}: {}", output.stdout);
    assert!(scene.prompt("T01", 2).contains(words), "{script}: {}", scene.prompt("T01", 2));
    assert_eq!(scene.read(".specfuse/verification.yml"), oracle);
    let (head, body) = plan.split_once("\n---\n").unwrap();
    let now = scene.read(format!("{}/WU-T02.md", scene.folder));
    assert!(now.ends_with(body) && now.contains(head.lines().nth(1).unwrap()), "{now}");
    assert!(scene.dirt().is_empty(), "{script}: {:?}", scene.dirt());
    assert_eq!(scene.git(["branch", "--show-current"]), "feat/scene\n");
    // The attempt is kept as it was.
    assert!(scene.kept().iter().any(|name| name == "T01/1"), "{:?}", scene.kept());
    scene
}

#[test]
fn the_oracle_is_not_a_sessions_to_change() {
    dropped("sed -i 's/true/false/' .specfuse/verification.yml", "verification.yml");
    dropped("rm .specfuse/verification.yml", "verification.yml");
    dropped(
        "echo '# hm' >> .specfuse/verification.yml; git add -A; git commit -qm 'sneak it in'",
        "verification.yml",
    );
}

#[test]
fn the_drivers_fields_are_not_a_sessions_to_change() {
    dropped("key \"$feature/WU-T01.md\" status done", "`status`");
    dropped("key \"$feature/WU-T01.md\" attempts 0", "`attempts`");
    dropped("key \"$feature/WU-T02.md\" status done", "WU-T02.md");
    dropped("key \"$feature/WU-T02.md\" type human", "WU-T02.md");
    dropped("key \"$feature/GATE-01.md\" status passed", "GATE-01.md");
    dropped("key \"$feature/PLAN.md\" status done", "PLAN.md");
}

#[test]
fn the_plans_files_are_not_a_sessions_to_remove() {
    dropped("rm \"$feature/WU-T01.md\"", "WU-T01.md was removed");
    dropped("rm \"$feature/WU-T02.md\"", "WU-T02.md was removed");
    dropped("rm \"$feature/PLAN.md\"", "PLAN.md was removed");
    dropped("rm -r \"$feature\"", "removed");
    dropped("mv .specfuse elsewhere", "removed");
}

#[test]
fn the_task_graph_is_not_a_sessions_to_change() {
    dropped("sed -i 's/depends_on: .*T01.*/depends_on: []/' \"$feature/PLAN.md\"", "PLAN.md");
}

#[test]
fn a_folder_that_becomes_a_link_leads_nothing_out() {
    let scene = dropped("mv .specfuse \"$HOME/moved\"; ln -s \"$HOME/moved\" .specfuse", "removed");
    assert!(!scene.at(".specfuse").is_symlink());
}

/// A session whose first and only attempt does `script` besides its work, and passes.
fn folded(script: &str) -> Scene {
    let scene = Plan::one(&format!("work; {script}\ncomplete src/T01.txt")).scene();
    let output = scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"], "{script}: {}", output.stdout);
    assert_eq!(scene.features(), ["feat: Make T01"], "{script}");
    assert_eq!(scene.git(["branch", "--show-current"]), "feat/scene\n", "{script}");
    assert_eq!(scene.git(["show", "HEAD:src/T01.txt"]), "T01 1\n", "{script}");
    scene
}

#[test]
fn what_a_session_commits_itself_is_folded_in() {
    let scene = folded(
        "git add -A; git commit -qm one; echo two > two.txt; git add -A; git commit -qm two; echo three > three.txt",
    );
    assert_eq!(scene.read("two.txt") + &scene.read("three.txt"), "two\nthree\n");
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    let own = scene.git(["log", "--format=%s", &format!("refs/specfuse/{FEATURE}-scene/T01/1-commits")]);
    assert!(own.starts_with("two\none\n"), "{own}");
    assert!(!scene.subjects().iter().any(|subject| subject == "one" || subject == "two"));
}

#[test]
fn the_event_log_is_not_a_sessions_to_write() {
    for script in [
        "rm \"$feature/events.jsonl\"",
        ": > \"$feature/events.jsonl\"",
        "echo '{\"event_type\": \"judged\"}' >> \"$feature/events.jsonl\"",
    ] {
        let scene = folded(script);
        assert_eq!(scene.payloads("task_started").len(), 1, "{script}");
        assert!(scene.payloads("judged").is_empty(), "{script}");
        let scene =
            Plan::one(&format!("work; {script}; if [ $attempt = 1 ]; then exit 1; fi; complete")).scene();
        scene.expect(0);
        assert_eq!(scene.outcomes(), ["T01 agent_failed", "T01 passed"]);
    }
}

#[test]
fn another_branch_is_put_back() {
    let scene = folded("git add -A; git switch -qc elsewhere; git commit -qm away");
    assert_eq!(scene.git(["log", "-1", "--format=%s", "elsewhere"]), "away\n");
    folded("git switch -q --detach");
    folded("git switch -q main");
    assert!(folded("git switch -q --orphan nothing; work").dirt().is_empty());
}

#[test]
fn an_amended_or_rewound_history_is_put_back() {
    folded("git add -A; git commit -q --amend -m 'I was here'");
    let scene =
        folded("git commit -q --allow-empty -m one; git commit -q --allow-empty -m two; git reset -q HEAD~1");
    assert_eq!(scene.git(["rev-list", "--count", "main"]), "1\n");
    folded("git add -A; git update-ref -d HEAD");
}

#[test]
fn a_hard_reset_takes_the_drivers_words_with_it_and_is_no_pass() {
    dropped("git reset -q --hard; work", "`status`");
    dropped("git stash -q -u; work", "`status`");
}

#[test]
fn locks_that_a_session_leaves_hold_nobody_up() {
    folded("touch .git/index.lock .git/HEAD.lock");
    folded("touch .git/refs/heads/feat/scene.lock");
}

#[test]
fn a_repository_inside_and_links_are_no_trouble() {
    let scene = folded("git init -q inside; echo x > inside/file; ln -s /etc/passwd link; ln -s src folder");
    assert!(!scene.at("link").exists() || scene.at("link").is_symlink());
    let tree = scene.git(["ls-tree", "-r", "HEAD"]);
    assert!(tree.contains("120000") && !tree.contains("inside"), "{tree}");
    // A failed attempt with the same things leaves nothing but the other repository.
    let script = "ln -s \"$HOME\" out; touch out/victim; mkdir -p deep/er; echo x > deep/er/file; echo '*.txt' > .gitignore; echo x > hidden.txt; exit 1";
    let agent = format!("if [ $attempt = 1 ]; then {script}\nelse work; complete; fi");
    let scene = Plan::one(&agent).scene();
    scene.expect(0);
    assert!(scene.home.join("victim").exists());
    assert!(!scene.at("out").is_symlink() && !scene.at("deep").exists());
    assert_eq!(scene.read(".gitignore"), "*.ignored\n");
}

#[test]
fn a_hook_that_a_session_plants_does_not_run_before_it_is_looked_at() {
    // The driver restores files with hooks off; commits use the person's hooks, which a session can
    // only plant in .git, outside of what it commits.
    let scene = Plan::one("mkdir -p .git/hooks; printf '#!/bin/sh\\ntouch \"$HOME/planted\"\\n' > .git/hooks/post-checkout; chmod +x .git/hooks/post-checkout; echo x > stray; exit 1").scene();
    scene.expect(1);
    assert!(!scene.home.join("planted").exists());
    assert!(!scene.at("stray").exists());
}

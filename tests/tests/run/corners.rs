//! Corners of real repositories: work trees, line ends, modes, odd names, ignored files swept away.

use specfuse_tests::program;
use specfuse_tests::scene::{Plan, Unit};
use specfuse_tests::world::Output;
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn plan() -> Plan {
    Plan::one("work; complete src/T01.txt")
}

#[test]
fn a_linked_work_tree_is_as_good_as_any() {
    let scene = plan().scene();
    let tree = scene.home.join("tree");
    scene.git(["worktree", "add", "-q", "--detach", tree.to_str().unwrap()]);
    let output = Output::of(scene.command(program("specfuse-loop")).arg("run").current_dir(&tree));
    assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
    assert_eq!(scene.git(["branch", "--show-current"]), "main\n");
    let log = scene.git(["log", "--format=%s", "feat/scene"]);
    assert!(log.contains("feat: Make T01"), "{log}");
    assert!(!scene.at("src/T01.txt").exists() && tree.join("src/T01.txt").exists());
    let status = scene.git(["-C", tree.to_str().unwrap(), "status", "--porcelain"]);
    assert_eq!(status, "");
    // The branch is checked out there now: here it is refused, in git's words.
    let here = scene.run(["run", "--feature", "7"]);
    assert_eq!(here.code, Some(1), "{}", here.stdout);
    assert!(here.stderr.contains("feat/scene"), "{}", here.stderr);
}

#[test]
fn the_branch_is_made_from_its_base() {
    let mut plan = plan();
    plan.head = "base: develop\n".into();
    let scene = plan.scene();
    scene.git(["branch", "develop"]);
    scene.git(["commit", "--quiet", "--allow-empty", "--message=Only on main"]);
    scene.expect(0);
    assert!(!scene.git(["log", "--format=%s"]).contains("Only on main"));
    let mut plan = self::plan();
    plan.head = "base: nowhere\n".into();
    let scene = plan.scene();
    let output = scene.expect(1);
    assert!(output.stderr.contains("nowhere"), "{}", output.stderr);
    assert_eq!(scene.git(["branch", "--show-current"]), "main\n");
}

#[test]
fn line_ends_and_modes_come_back_as_they_were() {
    let agent = "if [ $attempt = 1 ]; then rm dos.txt run.sh; mkdir dos.txt; echo x > dos.txt/inside; echo x > run.sh; chmod 644 plain.txt; rm -r folder; echo file > folder; exit 1; fi; work; complete src/T01.txt";
    let scene = Plan::one(agent).files();
    scene.write(".gitattributes", "*.txt text eol=crlf\n*.bin -text\n");
    scene.write("dos.txt", "one\r\ntwo\r\n");
    scene.write("run.sh", "#!/bin/sh\n");
    scene.write("plain.txt", "plain\r\n");
    scene.write("folder/a", "a\n");
    scene.write("folder/b", "b\n");
    for name in ["run.sh", "plain.txt"] {
        fs::set_permissions(scene.at(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    scene.write("folder/a", "a, edited\r\n");
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 agent_failed", "T01 passed"]);
    assert_eq!(scene.read("dos.txt"), "one\r\ntwo\r\n");
    assert_eq!((scene.read("folder/a"), scene.read("folder/b")), ("a, edited\r\n".into(), "b\n".into()));
    for name in ["run.sh", "plain.txt"] {
        assert_eq!(scene.at(name).metadata().unwrap().permissions().mode() & 0o111, 0o111, "{name}");
    }
    assert_eq!(scene.dirt(), [" M folder/a"]);
}

#[test]
fn files_of_any_name_are_committed_and_taken_back() {
    let names = "touch_all() { for name in 'a b' \"it's\" 'größe' '-n' '$(x)' ':(top)x' 'back\\slash' \"$(printf 'new\\nline')\" \"$(printf 'by\\377te')\"; do echo \"$1\" > \"./$name\"; done; }";
    let agent = format!(
        "{names}\ntouch_all $attempt; if [ $attempt = 1 ]; then exit 1; fi; work; complete src/T01.txt"
    );
    let scene = Plan::one(&agent).scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 agent_failed", "T01 passed"]);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    let tree = scene.git(["ls-tree", "-z", "--name-only", "HEAD"]);
    assert_eq!(tree.split('\0').filter(|name| !name.is_empty()).count(), 13, "{tree:?}");
}

#[test]
fn a_session_that_sweeps_ignored_files_away_takes_no_state_with_it() {
    // `git clean -x` removes everything that git ignores: the driver's state and its lock, too.
    let agent = "git clean -q -fdx; if [ $attempt = 1 ]; then exit 1; fi; touch \"$HOME/running\"; while [ ! -e \"$HOME/go\" ]; do sleep 0.02; done; work; complete src/T01.txt";
    let scene = Plan::one(agent).scene();
    let mut driver = scene.command(program("specfuse-loop"));
    let first = driver.arg("run").stdout(std::process::Stdio::null()).spawn().unwrap();
    crate::wait_for(&scene.home.join("running"));
    let second = scene.drive();
    assert_eq!(second.code, Some(1), "{}", second.stdout);
    assert!(second.stderr.contains("another driver runs"), "{}", second.stderr);
    fs::write(scene.home.join("go"), "").unwrap();
    assert_eq!(first.wait_with_output().unwrap().status.code(), Some(0));
    assert_eq!(scene.outcomes(), ["T01 agent_failed", "T01 passed"]);
    let folder = scene.folder.rsplit('/').next().unwrap();
    let journal = scene.read(format!(".specfuse/.loop/{folder}/journal.jsonl"));
    assert!(journal.lines().next().unwrap().contains("started"), "{journal}");
    assert!(journal.contains("agent_failed") || journal.contains("exit code 1"), "{journal}");
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

#[test]
fn a_submodule_is_left_alone() {
    let scene = plan().scene();
    let other = scene.home.join("other");
    scene.git(["clone", "-q", ".", other.to_str().unwrap()]);
    scene.git([
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        other.to_str().unwrap(),
        "module",
    ]);
    scene.git(["commit", "--quiet", "--message=Add a module"]);
    scene.write("module/README.md", "Edited inside.\n");
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert_eq!(scene.read("module/README.md"), "Edited inside.\n");
}

#[test]
fn a_check_that_hangs_is_ended_and_its_output_kept() {
    let mut plan = Plan::one("work; complete src/T01.txt");
    plan.verification = specfuse_tests::scene::sets("if [ -e \"$HOME/once\" ]; then exit 0; fi; touch \"$HOME/once\"; echo begun; sh -c \"sleep 60\" & sleep 60")
        .replacen("doc:", "    timeout_seconds: 1\ndoc:", 1);
    let scene = plan.scene();
    let begun = std::time::Instant::now();
    scene.expect(0);
    assert!(begun.elapsed().as_secs() < 30);
    assert_eq!(scene.outcomes(), ["T01 failed", "T01 passed"]);
    let prompt = scene.prompt("T01", 2);
    assert!(prompt.contains("begun") && prompt.contains("time"), "{prompt}");
    let folder = scene.folder.rsplit('/').next().unwrap();
    let logs = scene.at(format!(".specfuse/.loop/{folder}/logs"));
    let kept =
        fs::read_dir(logs).unwrap().any(|log| fs::read_to_string(log.unwrap().path()).unwrap() == "begun\n");
    assert!(kept);
}

#[test]
fn every_check_runs_also_after_a_failure_in_the_order_of_needs() {
    let mut plan = Plan::one("work; complete src/T01.txt");
    plan.verification = "code:\n  - {name: late, command: 'echo late >> \"$HOME/ran\"', needs: [early]}\n  - {name: red, command: 'echo red >> \"$HOME/ran\"; exit 1'}\n  - {name: hurt, command: 'echo hurt >> \"$HOME/ran\"', needs: [red]}\n  - {name: early, command: 'echo early >> \"$HOME/ran\"'}\n  - {name: reads, command: 'cat; echo reads >> \"$HOME/ran\"'}\ndoc: [{name: d, command: 'true'}]\nplannext: [{name: p, command: 'true'}]\nbaseline_probe: false\n".into();
    let scene = plan.scene();
    let output = scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 failed", "T01 failed"]);
    let ran = fs::read_to_string(scene.home.join("ran")).unwrap();
    assert_eq!(ran, "red\nearly\nlate\nreads\n".repeat(2).as_str(), "{}", output.stdout);
    assert!(output.stdout.contains("hurt skipped: red did not pass"), "{}", output.stdout);
}

#[test]
fn a_full_close_can_be_asked_for() {
    let scene = Plan::of([Unit::new("T01")]).scene();
    let output = scene.run(["run", "--force-full-close", "FEAT-2026-0007"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert_eq!(scene.sessions(), ["T01 1", "G1-CLOSE 1"]);
    let scene = Plan::of([Unit::new("T01")]).scene();
    let output = scene.run(["run", "--force-full-close", "FEAT-2026-0008"]);
    assert_eq!(output.code, Some(2), "{}", output.stdout);
    assert!(scene.sessions().is_empty());
}

#[test]
fn a_session_that_removes_the_repository_ends_the_run_with_words() {
    let scene = Plan::one("rm -rf .git; work; complete src/T01.txt").scene();
    let output = scene.drive();
    assert_eq!(output.code, Some(1), "{}", output.stdout);
    assert!(!output.stderr.contains("panicked") && !output.stderr.is_empty(), "{}", output.stderr);
    assert_eq!(scene.read("src/T01.txt"), "T01 1\n");
}

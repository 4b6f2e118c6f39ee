//! Units that run side by side, each in a work tree of its own: they overlap, they are verified on what the
//! others did, a conflict is told, and a person's files in the checkout stay as they are.

use crate::wait_for;
use specfuse_tests::program;
use specfuse_tests::scene::{Plan, Scene, Unit};
use specfuse_tests::world::Output;
use std::collections::BTreeSet;
use std::fs;
use std::process::{Child, Stdio};

/// `meet N`: waits until N sessions of first attempts have come this far. Sessions that do not run side by
/// side wait in vain, and fail.
const MEET: &str = r#"meet() {
  touch "$HOME/here-$unit"
  for _ in $(seq 1500); do [ "$(ls "$HOME" | grep -c ^here-)" -ge "$1" ] && return; sleep 0.02; done
  echo "nobody came" >&2; exit 9
}
"#;

fn independent(count: usize, script: &str) -> Plan {
    let units = (1..=count).map(|n| Unit::new(&format!("T{n:02}")));
    let agent = format!("{MEET}case $unit in T*)\n{script}\n;;\n*) close met; complete;; esac\n");
    Plan::of(units).agent(&agent)
}

fn drive(scene: &Scene, args: &[&str]) -> Output {
    scene.run(["run"].iter().chain(args))
}

fn expect(scene: &Scene, code: i32, args: &[&str]) -> Output {
    let output = drive(scene, args);
    assert_eq!(output.code, Some(code), "{}\n{}", output.stdout, output.stderr);
    output
}

/// What a person has in the checkout and has not committed: an edit, a staged file, a staged and edited
/// one, an untracked one, an ignored one.
fn persons_files(scene: &Scene) -> impl Fn(&Scene) + use<> {
    scene.write("README.md", "Edited by a person.\n");
    scene.write("staged.txt", "staged\n");
    scene.write("both.txt", "staged\n");
    scene.git(["add", "staged.txt", "both.txt"]);
    scene.write("both.txt", "edited after that\n");
    scene.write("notes/untracked.txt", "mine\n");
    scene.write("mine.ignored", "mine, too\n");
    let state = |scene: &Scene| {
        let names = ["README.md", "staged.txt", "both.txt", "notes/untracked.txt", "mine.ignored"];
        let files: Vec<String> = names.iter().map(|name| scene.read(name)).collect();
        (files, scene.git(["ls-files", "--stage", "staged.txt", "both.txt", "README.md"]), scene.dirt())
    };
    let before = state(scene);
    move |scene| assert_eq!(state(scene), before, "a person's files are not as they were")
}

/// No session may have left anything behind in the lanes.
fn lanes_are_clean(scene: &Scene) {
    let lanes = scene.at(".specfuse/.loop/lanes");
    for lane in fs::read_dir(lanes).unwrap().map(|lane| lane.unwrap().path()).filter(|lane| lane.is_dir()) {
        let status = Output::of(scene.command("git").args(["status", "--porcelain"]).current_dir(&lane));
        assert_eq!(status.stdout, "", "{}", lane.display());
    }
}

#[test]
fn independent_units_run_side_by_side() {
    let scene = independent(4, "meet 4; work; complete \"src/$unit.txt\"").scene();
    let unchanged = persons_files(&scene);
    let output = expect(&scene, 0, &["--lanes", "4"]);
    unchanged(&scene);
    lanes_are_clean(&scene);
    let units = ["T01", "T02", "T03", "T04"];
    assert_eq!(scene.sessions().into_iter().collect::<BTreeSet<_>>(), units.map(|u| format!("{u} 1")).into());
    let commits: BTreeSet<String> = scene.features().into_iter().collect();
    assert_eq!(commits, units.map(|unit| format!("feat: Make {unit}")).into());
    for unit in units {
        assert_eq!(scene.status(unit), "done");
        // On the branch, and in the person's checkout.
        assert_eq!(scene.git(["show", &format!("HEAD:src/{unit}.txt")]), format!("{unit} 1\n"));
        assert_eq!(scene.read(format!("src/{unit}.txt")), format!("{unit} 1\n"));
        // Each line of the log says whose it is.
        assert!(output.stdout.contains(&format!("   {unit} session")), "{}", output.stdout);
    }
    // One commit a unit: its work and the driver's books, nobody else's work.
    for line in scene.git(["log", "--format=%H %s", "main.."]).lines().filter(|line| line.contains(" feat: "))
    {
        let (commit, subject) = line.split_once(' ').unwrap();
        let files = scene.git(["show", "--format=", "--name-only", commit]);
        let own: Vec<&str> = files.lines().filter(|file| !file.starts_with(&scene.folder)).collect();
        assert_eq!(own, [format!("src/{}.txt", subject.rsplit(' ').next().unwrap())]);
    }
}

#[test]
fn a_conflict_is_a_failed_attempt_with_both_sides_as_evidence() {
    let script = "if [ $attempt = 1 ]; then meet 2; fi\nmkdir -p src; echo \"by $unit\" >> src/shared.txt; complete src/shared.txt";
    let scene = independent(2, script).scene();
    let unchanged = persons_files(&scene);
    expect(&scene, 0, &["--lanes", "2"]);
    unchanged(&scene);
    let outcomes = scene.outcomes();
    assert_eq!(outcomes.len(), 3, "{outcomes:?}");
    let (winner, loser) = if outcomes[0] == "T01 passed" { ("T01", "T02") } else { ("T02", "T01") };
    assert_eq!(outcomes[1..], [format!("{loser} failed"), format!("{loser} passed")], "{outcomes:?}");
    assert_eq!(scene.read("src/shared.txt"), format!("by {winner}\nby {loser}\n"));
    let failed = &scene.payloads("attempt_outcome")[1];
    assert_eq!(failed["failure_class"], "conflict");
    let told = scene.prompt(loser, 2);
    assert!(told.contains("another unit changed the same lines"), "{told}");
    assert!(told.contains("src/shared.txt"), "{told}");
    // What the attempt had done is kept.
    assert_eq!(scene.kept_file(&format!("{loser}/1"), "src/shared.txt").unwrap(), format!("by {loser}\n"));
}

#[test]
fn work_on_other_lines_is_merged_and_verified_again() {
    let script = "meet 2; case $unit in T01) sed -i 's/^1$/one/' src/list.txt;; *) sed -i 's/^20$/twenty/' src/list.txt;; esac; complete src/list.txt";
    let plan = independent(2, script)
        .check("wc -l < src/list.txt >> \"$HOME/verified\"; git rev-parse HEAD >> \"$HOME/verified\"");
    let scene = plan.files();
    let lines: String = (1..=20).map(|n| format!("{n}\n")).collect();
    scene.write("src/list.txt", &lines);
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    expect(&scene, 0, &["--lanes", "2"]);
    let wanted = lines.replacen("1\n", "one\n", 1).replace("20\n", "twenty\n");
    assert_eq!(scene.read("src/list.txt"), wanted);
    let verified = fs::read_to_string(scene.world.home.join("verified")).unwrap();
    let on: BTreeSet<&str> = verified.lines().filter(|line| line.len() == 40).collect();
    // Both where they began, one on the other's commit, and all of it before the close.
    assert_eq!(on.len(), 3, "{verified}");
    assert_eq!(verified.lines().filter(|line| line.len() == 40).count(), 4, "{verified}");
}

#[test]
fn a_unit_that_fails_holds_up_no_other() {
    let script = "case $unit in T02) work; complete;; *) work; complete \"src/$unit.txt\";; esac";
    let plan = independent(3, script).check("! [ -e src/T02.txt ]");
    let scene = plan.scene();
    let unchanged = persons_files(&scene);
    let output = expect(&scene, 1, &["--lanes", "2"]);
    unchanged(&scene);
    lanes_are_clean(&scene);
    assert_eq!(scene.features().len(), 2, "{}", output.stdout);
    assert_eq!(scene.status("T02"), "blocked_human");
    assert!(!scene.at("src/T02.txt").exists());
    assert!(scene.kept_file("T02/1", "src/T02.txt").is_some());
}

#[test]
fn a_persons_edit_in_the_way_costs_a_wait_and_no_session() {
    let script = "case $unit in T01) echo new > README.md; complete README.md;; *) work; complete \"src/$unit.txt\";; esac";
    let scene = independent(2, script).scene();
    let unchanged = persons_files(&scene);
    let output = expect(&scene, 1, &["--lanes", "2"]);
    assert!(output.stdout.contains("you have uncommitted changes in README.md"), "{}", output.stdout);
    unchanged(&scene);
    assert_eq!(scene.features(), ["feat: Make T02"]);
    // Still in the way: nothing runs, nothing is lost.
    expect(&scene, 1, &["--lanes", "2"]);
    unchanged(&scene);
    scene.git(["checkout", "--", "README.md"]);
    expect(&scene, 0, &[]);
    assert_eq!(scene.read("README.md"), "new\n");
    assert_eq!(scene.sessions().len(), 2);
    assert_eq!(scene.outcomes().iter().filter(|outcome| outcome.ends_with("passed")).count(), 2);
}

#[test]
fn one_lane_may_be_a_work_tree_too_with_what_it_needs() {
    let script = "test \"$(cat .env)\" = secret || exit 7\ntest -e made || exit 8\npwd >> \"$HOME/where\"\nwork; complete \"src/$unit.txt\"";
    let scene = independent(2, script).files();
    let config = scene.read(".specfuse/config");
    scene.write(
        ".specfuse/config",
        format!(
            "copy: [.env, 'deep/**/*.key']\nsetup: ['echo $PWD >> \"$HOME/setup\"; touch made']\n{config}"
        ),
    );
    scene.write(".gitignore", "*.ignored\n.env\nmade\n*.key\n");
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    scene.write(".env", "secret");
    scene.write("deep/er/a.key", "k");
    expect(&scene, 0, &["--isolate"]);
    let lane = scene.at(".specfuse/.loop/lanes/1");
    let home = |name: &str| fs::read_to_string(scene.world.home.join(name)).unwrap();
    assert_eq!(home("where"), format!("{0}\n{0}\n", lane.display()));
    assert_eq!(home("setup"), format!("{}\n", lane.display()));
    assert_eq!(fs::read_to_string(lane.join("deep/er/a.key")).unwrap(), "k");
    assert!(!scene.at("made").exists());
}

#[test]
fn a_setup_that_fails_stops_the_run_and_charges_nobody() {
    let scene = independent(2, "work; complete \"src/$unit.txt\"").files();
    let config = scene.read(".specfuse/config");
    scene.write(".specfuse/config", format!("setup: ['echo no network; exit 3']\n{config}"));
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    let output = expect(&scene, 1, &["--lanes", "2"]);
    assert!(output.stdout.contains("exit code 3: no network"), "{}", output.stdout);
    assert!(output.stdout.contains("Mend `setup`"), "{}", output.stdout);
    assert!(scene.sessions().is_empty());
    assert_eq!(scene.status("T01"), "pending");
    scene.write(".specfuse/config", format!("setup: ['true']\n{config}"));
    scene.git(["commit", "--quiet", "--all", "--message=Mend"]);
    expect(&scene, 0, &["--lanes", "2"]);
}

#[test]
fn hooks_run_for_the_commits_of_lanes() {
    let scene = independent(2, "work; complete \"src/$unit.txt\"").scene();
    scene.git(["config", "core.hooksPath", "hooks"]);
    scene.write(
        "hooks/commit-msg",
        "#!/bin/sh\ngrep -q '^feat' \"$1\" && echo hooked >> \"$1\"; pwd >> \"$HOME/hooked\"\nexit 0\n",
    );
    std::process::Command::new("chmod")
        .args(["+x", "hooks/commit-msg"])
        .current_dir(&scene.root)
        .status()
        .unwrap();
    expect(&scene, 0, &["--lanes", "2"]);
    let bodies = scene.git(["log", "--format=%B", "main.."]);
    assert_eq!(bodies.matches("hooked").count(), 2, "{bodies}");
    assert!(scene.read("../home/hooked").contains(".specfuse/.loop/lanes/"));
}

fn start(scene: &Scene, args: &[&str], kill: Option<u32>) -> Child {
    let mut command = scene.command(program("specfuse-loop"));
    command.arg("run").args(args).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some(step) = kill {
        command.env("SPECFUSE_TEST_KILL", step.to_string());
    }
    command.spawn().unwrap()
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
}

fn until_all_sessions_run(scene: &Scene, units: &[&str]) {
    units.iter().for_each(|unit| wait_for(&scene.world.home.join(format!("here-{unit}"))));
}

#[test]
fn asked_to_stop_the_lanes_finish_what_they_are_at() {
    let script = "meet 2; while [ ! -e \"$HOME/go\" ]; do sleep 0.02; done; work; complete \"src/$unit.txt\"";
    let scene = independent(4, script).scene();
    let mut child = start(&scene, &["--lanes", "2"], None);
    until_all_sessions_run(&scene, &["T01", "T02"]);
    signal(&child, "INT");
    std::thread::sleep(std::time::Duration::from_millis(100));
    fs::write(scene.world.home.join("go"), "").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(["T01", "T02", "T03"].map(|unit| scene.status(unit)), ["done", "done", "pending"]);
    expect(&scene, 0, &["--lanes", "2"]);
    assert_eq!(scene.sessions().len(), 4);
}

#[test]
fn stopped_at_once_every_lanes_work_is_kept_and_nobody_is_charged() {
    let script = "work; touch \"$HOME/here-$unit\"; if [ ! -e \"$HOME/go\" ]; then sleep 60; fi; complete \"src/$unit.txt\"";
    for name in ["TERM", "KILL"] {
        let scene = independent(2, script).scene();
        let unchanged = persons_files(&scene);
        let mut child = start(&scene, &["--lanes", "2"], None);
        until_all_sessions_run(&scene, &["T01", "T02"]);
        signal(&child, name);
        child.wait().unwrap();
        fs::write(scene.world.home.join("go"), "").unwrap();
        expect(&scene, 0, &["--lanes", "2"]);
        unchanged(&scene);
        for unit in ["T01", "T02"] {
            let kept = scene.kept_file(&format!("{unit}/1"), &format!("src/{unit}.txt"));
            assert_eq!(kept.as_deref(), Some(&*format!("{unit} 1\n")), "{name}");
            assert_eq!(scene.key(unit, "attempts"), "1", "{name}");
        }
        let interrupted = scene.outcomes().iter().filter(|outcome| outcome.ends_with("interrupted")).count();
        assert_eq!(interrupted, 2, "{name}: {:?}", scene.outcomes());
    }
}

/// Lets the driver be killed once, right after git has brought the files along with a commit that has `file`.
fn kill_after_landing(scene: &mut Scene, file: &str) {
    let script = format!(
        "#!/bin/sh\nPATH=${{PATH#*:}}\ngit \"$@\"; code=$?\nfor word; do from=$to; to=$word; done\ncase \" $* \" in\n*' -n '*) ;;\n*' read-tree -m -u '*) if git diff --name-only $from $to | grep -q {file} && mkdir \"$HOME/killed\"; then kill -9 $PPID; fi;;\nesac\nexit $code\n"
    );
    scene.put_program("git", &script);
}

#[test]
fn killed_before_its_books_are_brought_along_the_checkout_has_them_afterwards() {
    let mut plan = Plan::of([Unit::new("T01"), Unit::new("G1-CLOSE").head("auto_close_disabled: true")]);
    plan.agent = "case $unit in T*) work; complete \"src/$unit.txt\";; *)\n\
         sed -i 's/^type: close$/type: close\\nverdict: met/' \"$feature/WU-$unit.md\"\n\
         sed -i 's/^## Gate 1$/&\\n\\nNothing generalizes./' \"$feature/RETROSPECTIVE.md\"; complete;; esac\n"
        .into();
    let mut scene = plan.scene();
    let unchanged = persons_files(&scene);
    kill_after_landing(&mut scene, "RETROSPECTIVE.md");
    assert_eq!(start(&scene, &["--lanes", "2"], None).wait().unwrap().code(), None);
    assert!(scene.home.join("killed").exists());
    expect(&scene, 0, &["--lanes", "2"]);
    let retrospective = format!("{}/RETROSPECTIVE.md", scene.folder);
    assert_eq!(scene.read(&retrospective), scene.git(["show", &format!("HEAD:{retrospective}")]));
    assert!(scene.read(&retrospective).contains("Nothing generalizes."));
    unchanged(&scene);
}

#[test]
fn killed_at_any_step_the_lanes_go_on() {
    let mut kills = 0;
    for step in (3..).step_by(9) {
        let scene = independent(2, "work; complete \"src/$unit.txt\"").scene();
        let unchanged = persons_files(&scene);
        match start(&scene, &["--lanes", "2"], Some(step)).wait().unwrap().code() {
            Some(0) => break,
            code => assert_eq!(code, None, "step {step}"),
        }
        kills += 1;
        // Another number of lanes may go on with what these left.
        let output = drive(&scene, if step % 4 == 1 { &["--isolate"] } else { &["--lanes", "2"] });
        let is_done = output.stderr.contains("no feature is active");
        assert!(is_done || output.code == Some(0), "step {step}: {}\n{}", output.stdout, output.stderr);
        unchanged(&scene);
        lanes_are_clean(&scene);
        let commits: BTreeSet<String> = scene.features().into_iter().collect();
        assert_eq!((commits.len(), scene.features().len()), (2, 2), "step {step}: {commits:?}");
        for unit in ["T01", "T02"] {
            assert_eq!(
                (scene.status(unit), scene.key(unit, "attempts")),
                ("done".into(), "1".into()),
                "step {step}"
            );
            assert!(scene.read(format!("src/{unit}.txt")).starts_with(unit), "step {step}");
        }
        // What ran when the driver was killed is paid again, and nothing else.
        assert!((2..=4).contains(&scene.sessions().len()), "step {step}: {:?}", scene.sessions());
    }
    assert!(kills >= 4, "only {kills} steps");
}

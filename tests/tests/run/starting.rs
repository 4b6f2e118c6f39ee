//! What a run looks at before it begins, and names that would be read by a shell.

use specfuse_tests::scene::{FEATURE, Plan, Scene, Unit};
use specfuse_tests::world::{Output, World};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

fn plan() -> Plan {
    Plan::one("work; complete src/T01.txt")
}

/// That `output` is a refusal with these words, and that the repository shows no trace.
fn refused(scene: &World, output: &Output, code: i32, words: &str) {
    assert_eq!(output.code, Some(code), "{}\n{}", output.stdout, output.stderr);
    assert!(output.stderr.contains(words), "{words}: {}", output.stderr);
    assert!(!scene.at(".specfuse/.loop").exists(), "it wrote local state");
}

#[test]
fn a_repository_that_cannot_carry_a_run_is_refused() {
    let scene = plan().files();
    refused(&scene, &scene.drive(), 1, "no commit yet");
    fs::remove_dir_all(scene.at(".git")).unwrap();
    refused(&scene, &scene.drive(), 1, "git init");
    let world = World::repository();
    let output = world.run(["run"]);
    assert_ne!(output.code, Some(0));
    assert!(output.stderr.contains(".specfuse"), "{}", output.stderr);
}

#[test]
fn a_bare_repository_is_refused() {
    let scene = plan().scene();
    scene.git(["config", "core.bare", "true"]);
    refused(&scene, &scene.drive(), 1, "bare");
}

#[test]
fn without_an_identity_nothing_begins() {
    let scene = plan().scene();
    let mut command = scene.command(specfuse_tests::program("specfuse-loop"));
    for who in ["AUTHOR", "COMMITTER"] {
        command.env_remove(format!("GIT_{who}_NAME")).env_remove(format!("GIT_{who}_EMAIL"));
    }
    command
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "user.useConfigOnly")
        .env("GIT_CONFIG_VALUE_0", "true");
    let output = Output::of(command.arg("run"));
    refused(&scene, &output, 1, "git config user.name");
}

#[test]
fn a_plan_that_is_not_committed_is_refused_or_prepared() {
    let scene = plan().files();
    scene.git(["add", "README.md", ".gitignore", ".specfuse/config"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    let output = scene.drive();
    assert_eq!(output.code, Some(1), "{}", output.stdout);
    assert!(output.stderr.contains("--prepare"), "{}", output.stderr);
    assert_eq!(scene.git(["branch", "--show-current"]), "main\n");
    let prepared = scene.run(["run", "--prepare-only"]);
    assert_eq!(prepared.code, Some(0), "{}", prepared.stderr);
    assert!(scene.sessions().is_empty());
    assert_eq!(scene.git(["branch", "--show-current"]), "feat/scene\n");
    assert_eq!(scene.subjects().len(), 1);
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
}

#[test]
fn preparing_commits_the_plan_and_nothing_else() {
    let scene = plan().scene();
    let path = format!("{}/PLAN.md", scene.folder);
    scene.write(&path, scene.read(&path).replace("# A scene", "# A better scene"));
    scene.write("theirs.txt", "mine\n");
    let output = scene.drive();
    assert_eq!(output.code, Some(1));
    assert!(output.stderr.contains("PLAN.md"), "{}", output.stderr);
    let output = scene.run(["run", "--prepare"]);
    assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
    assert!(scene.subjects()[0].starts_with("chore(loop): plan"), "{:?}", scene.subjects());
    assert_eq!(scene.dirt(), ["?? theirs.txt"]);
}

#[test]
fn a_feature_is_named_by_folder_id_number_or_slug() {
    for name in [&format!("{FEATURE}-scene"), FEATURE, "7", "0007", "scene"] {
        let scene = plan().scene();
        let output = scene.run(["run", "--feature", name]);
        assert_eq!(output.code, Some(0), "{name}: {}", output.stderr);
    }
    let scene = plan().scene();
    refused(&scene, &scene.run(["run", "--feature", "8"]), 2, "FEAT-2026-0007-scene");
}

#[test]
fn features_that_must_not_run_are_refused_by_name() {
    for (status, words) in [
        ("done", "is done"),
        ("deferred", "is deferred"),
        ("blocked", "is blocked"),
        ("abandoned", "is abandoned"),
    ] {
        let mut plan = plan();
        plan.status = status;
        let scene = plan.scene();
        refused(&scene, &scene.run(["run", "--feature", "7"]), 2, words);
        assert!(scene.sessions().is_empty());
    }
}

#[test]
fn without_verification_there_is_no_run() {
    let scene = plan().scene();
    scene.git(["rm", "-q", ".specfuse/verification.yml"]);
    scene.git(["commit", "--quiet", "--message=Remove"]);
    refused(&scene, &scene.drive(), 2, "verification.yml");
}

#[test]
fn a_run_starts_from_any_folder_and_branch() {
    let scene = plan().scene();
    fs::create_dir_all(scene.at("deep/down")).unwrap();
    let mut command = scene.command(specfuse_tests::program("specfuse-loop"));
    let output = Output::of(command.arg("run").current_dir(scene.at("deep/down")));
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    assert_eq!(scene.features(), ["feat: Make T01"]);

    let scene = plan().scene();
    scene.git(["switch", "-q", "-c", "elsewhere"]);
    scene.git(["commit", "--quiet", "--allow-empty", "--message=Elsewhere"]);
    scene.git(["branch", "feat/scene", "main"]);
    scene.expect(0);
    assert_eq!(scene.git(["branch", "--show-current"]), "feat/scene\n");
    assert!(!scene.git(["log", "--format=%s"]).contains("Elsewhere"));
}

#[test]
fn an_unborn_branch_is_refused_with_what_to_do() {
    let scene = plan().scene();
    scene.git(["switch", "-q", "--orphan", "fresh"]);
    scene.git(["checkout", "-q", "main", "--", "."]);
    let output = scene.drive();
    refused(&scene, &output, 1, "no commit yet");
}

/// Everything below `top`: kind, size, time, bytes.
fn listing(top: &Path) -> BTreeMap<PathBuf, (u32, u64, i64, i64, Vec<u8>)> {
    let mut out = BTreeMap::new();
    let mut stack = vec![top.to_owned()];
    while let Some(path) = stack.pop() {
        let meta = path.symlink_metadata().unwrap();
        let bytes = if meta.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        if meta.is_dir() {
            stack.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
        out.insert(path, (meta.mode(), meta.size(), meta.mtime(), meta.mtime_nsec(), bytes));
    }
    out
}

fn dry_runs(scene: &Scene) {
    for args in [
        &["run", "--dry-run"][..],
        &["run", "--dry-run", "--output", "json"],
        &["run", "--dry-run", "--prepare"],
        &["run", "--dry-run", "--feature", "7"],
    ] {
        let before = (listing(&scene.root), listing(&scene.home));
        let output = scene.run(args);
        assert_eq!(output.code, Some(0), "{args:?}: {}\n{}", output.stdout, output.stderr);
        assert!(output.stdout.contains("T01"), "{}", output.stdout);
        assert!(before == (listing(&scene.root), listing(&scene.home)), "{args:?} left a trace");
    }
}

#[test]
fn a_dry_run_leaves_no_trace() {
    let scene = plan().scene();
    dry_runs(&scene);
    // Nor with files that git would have to look at again, nor where a run has been.
    scene.write("README.md", "A scene.\n");
    scene.write("dirty.txt", "x\n");
    dry_runs(&scene);
    let scene = Plan::one("block 'status: blocked\\nblocked_reason: x'").scene();
    scene.expect(1);
    let before = listing(&scene.root);
    assert_eq!(scene.run(["run", "--dry-run"]).code, Some(1));
    assert!(before == listing(&scene.root));
    assert!(scene.sessions().len() == 1);
}

#[test]
fn a_dry_run_needs_nothing_to_write_on() {
    let scene = plan().scene();
    let mode = |mode: u32| {
        let all = listing(&scene.root);
        all.keys().filter(|path| !path.is_symlink()).for_each(|path| {
            let old = path.metadata().unwrap().permissions().mode();
            let new = if mode == 0 { old & !0o222 } else { old | 0o200 };
            fs::set_permissions(path, fs::Permissions::from_mode(new)).unwrap();
        });
    };
    mode(0);
    let before = listing(&scene.root);
    let output = scene.run(["run", "--dry-run"]);
    assert!(before == listing(&scene.root));
    mode(1);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
}

#[test]
fn no_shell_reads_a_name_of_the_plan() {
    for suffix in
        ["$(touch pwned)", "a b;touch pwned", "`touch pwned`", "it's \"quoted\"", "größe-✓", "-n --help"]
    {
        let mut plan = Plan::of([Unit::new("T01"), Unit::new("T02").after(&["T01"])]);
        plan.folder = format!("{FEATURE}-{suffix}");
        plan.gates[0][1].file = format!("WU-{suffix}.md");
        plan.verification = specfuse_tests::scene::sets("test -s {feature_dir}/PLAN.md && ls {feature_dir}")
            .replace("command: 'true'", "command: test -s {feature_dir}/PLAN.md");
        let scene = plan.scene();
        let output = scene.drive();
        assert!(!scene.at("pwned").exists() && !scene.home.join("pwned").exists(), "{suffix}");
        assert_eq!(output.code, Some(0), "{suffix}: {}\n{}", output.stdout, output.stderr);
        assert_eq!(scene.outcomes(), ["T01 passed", "T02 passed"], "{suffix}");
        assert!(scene.dirt().is_empty(), "{suffix}: {:?}", scene.dirt());
        assert!(scene.kept_file("T01/1-start", "README.md").is_some() || !scene.kept().is_empty());
    }
}

#[test]
fn json_is_all_that_standard_output_holds() {
    let agent = "if [ $attempt = 1 ]; then echo '{\"noise\": 1}' >&2; exit 1; fi; work; complete src/T01.txt";
    let scene = Plan::one(agent).check("echo noise; echo noise >&2").scene();
    let output = scene.run(["run", "--output", "json"]);
    assert_eq!(output.code, Some(0), "{}", output.stderr);
    let lines: Vec<serde_json::Value> = output
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}")))
        .collect();
    for line in &lines {
        assert!(line["type"].is_string() && line["version"] == 1, "{line}");
    }
    let kinds: Vec<&str> = lines.iter().filter_map(|line| line["type"].as_str()).collect();
    for kind in ["say", "session_began", "session_ended", "checks_began", "check_ended", "stop"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    let stop = lines.last().unwrap();
    assert_eq!((stop["type"].as_str(), stop["exit"].as_u64()), (Some("stop"), Some(0)));
    assert_eq!(stop["reason"], "feature_complete");
}

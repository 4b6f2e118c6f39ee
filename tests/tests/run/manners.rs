//! Manners towards the repository: fresh bases, branches of others, linked work trees, submodules, and
//! nothing pushed.

use specfuse_tests::scene::{FEATURE, Plan, Scene};
use specfuse_tests::world::Output;
use std::fs;
use std::path::PathBuf;

const BRANCH: &str = "feat/scene";

fn plan() -> Plan {
    Plan::one("work; complete src/T01.txt")
}

/// A scene whose `main` follows that of another place, and where that is.
fn cloned(plan: Plan) -> (Scene, PathBuf) {
    let scene = plan.scene();
    let there = scene.home.join("there.git");
    let path = there.display().to_string();
    scene.git(["clone", "--quiet", "--bare", ".", &path]);
    scene.git(["remote", "add", "origin", &path]);
    scene.git(["fetch", "--quiet", "origin"]);
    scene.git(["branch", "--quiet", "--set-upstream-to=origin/main", "main"]);
    (scene, there)
}

/// Somebody commits `file` to `branch` at the other place.
fn others_commit(scene: &Scene, there: &std::path::Path, branch: &str, file: &str) {
    let other = scene.home.join(format!("other-{}", file.replace('/', "-")));
    let (from, to) = (there.display().to_string(), other.display().to_string());
    scene.git(["clone", "--quiet", &from, &to]);
    scene.git(["-C", &to, "switch", "--quiet", "-C", branch]);
    fs::write(other.join(file), "theirs\n").unwrap();
    scene.git(["-C", &to, "add", "--all"]);
    scene.git(["-C", &to, "commit", "--quiet", "--message=Theirs"]);
    scene.git(["-C", &to, "push", "--quiet", "origin", branch]);
}

fn refused(output: &Output, words: &[&str]) {
    assert_eq!(output.code, Some(1), "{}\n{}", output.stdout, output.stderr);
    for word in words {
        assert!(output.stderr.contains(word), "{word}: {}", output.stderr);
    }
}

#[test]
fn a_base_that_is_behind_is_refused_before_the_first_dispatch() {
    let (scene, there) = cloned(plan());
    others_commit(&scene, &there, "main", "new.txt");
    let output = scene.drive();
    refused(&output, &["main is 1 commit(s) behind origin/main", "git merge --ff-only origin/main"]);
    assert!(scene.sessions().is_empty());
    assert_eq!(scene.git(["branch", "--list", BRANCH]), "", "no branch was made");
    scene.git(["merge", "--quiet", "--ff-only", "origin/main"]);
    scene.expect(0);
    assert!(scene.at("new.txt").exists());
}

#[test]
fn a_base_that_is_behind_and_not_checked_out_has_its_own_command() {
    let mut plan = plan();
    plan.head = "base: main\n".into();
    let (scene, there) = cloned(plan);
    others_commit(&scene, &there, "main", "new.txt");
    scene.git(["switch", "--quiet", "-c", "elsewhere"]);
    refused(&scene.drive(), &["git fetch origin main:main"]);
    scene.git(["fetch", "--quiet", "origin", "main:main"]);
    scene.expect(0);
}

#[test]
fn a_base_that_has_parted_is_explained() {
    let (scene, there) = cloned(plan());
    others_commit(&scene, &there, "main", "new.txt");
    scene.git(["commit", "--quiet", "--allow-empty", "--message=Ours"]);
    refused(
        &scene.drive(),
        &["have parted: 1 commit(s) are only here, 1 only there", "git rebase origin/main"],
    );
}

#[test]
fn a_place_that_does_not_answer_is_a_note() {
    let (scene, there) = cloned(plan());
    fs::rename(&there, scene.home.join("gone.git")).unwrap();
    let output = scene.expect(0);
    assert!(
        output.stdout.contains("origin could not be asked, so main is taken as it is"),
        "{}",
        output.stdout
    );
    assert_eq!(scene.outcomes(), ["T01 passed"]);
}

#[test]
fn later_runs_ask_nobody() {
    let (scene, there) = cloned(plan());
    scene.write(".specfuse/STOP", "");
    assert_eq!(scene.drive().code, Some(1));
    fs::remove_file(scene.at(".specfuse/STOP")).unwrap();
    fs::rename(&there, scene.home.join("gone.git")).unwrap();
    let output = scene.expect(0);
    assert!(!output.stdout.contains("could not be asked"), "{}", output.stdout);
}

#[test]
fn a_branch_of_somebody_elses_is_named_before_anything_is_paid_for() {
    let (scene, there) = cloned(plan());
    others_commit(&scene, &there, BRANCH, "theirs.txt");
    let output = scene.drive();
    refused(
        &output,
        &["origin has a branch feat/scene with commits that are not here", "git fetch origin feat/scene"],
    );
    assert!(scene.sessions().is_empty());
    scene.git(["fetch", "--quiet", "origin", "feat/scene:feat/scene"]);
    scene.expect(0);
    assert!(scene.at("theirs.txt").exists());
}

#[test]
fn a_branch_that_we_pushed_ourselves_is_ours() {
    let (scene, _) = cloned(plan());
    scene.git(["branch", BRANCH, "main"]);
    scene.git(["push", "--quiet", "origin", BRANCH]);
    scene.expect(0);
}

#[test]
fn a_branch_behind_its_base_is_brought_forward_or_merged() {
    let scene = plan().scene();
    scene.git(["branch", BRANCH]);
    scene.write("base.txt", "new\n");
    scene.git(["add", "base.txt"]);
    scene.git(["commit", "--quiet", "--message=Base moves"]);
    let output = scene.expect(0);
    assert!(
        output.stdout.contains("was 1 commit(s) behind and is brought forward to main"),
        "{}",
        output.stdout
    );
    assert!(scene.at("base.txt").exists());
    assert_eq!(scene.subjects().first().unwrap(), "feat: Make T01");

    let scene = plan().scene();
    scene.git(["switch", "--quiet", "-c", BRANCH]);
    scene.git(["commit", "--quiet", "--allow-empty", "--message=Already begun"]);
    scene.git(["switch", "--quiet", "main"]);
    scene.write("base.txt", "new\n");
    scene.git(["add", "base.txt"]);
    scene.git(["commit", "--quiet", "--message=Base moves"]);
    scene.write("mine.txt", "mine\n");
    let output = scene.expect(0);
    assert!(output.stdout.contains("is merged with main"), "{}", output.stdout);
    assert!(
        scene.subjects().contains(&"chore(loop): merge main into feat/scene".to_owned()),
        "{:?}",
        scene.subjects()
    );
    assert_eq!(scene.dirt(), ["?? mine.txt"]);
}

#[test]
fn a_branch_that_cannot_be_merged_is_explained_and_left() {
    let scene = plan().scene();
    for (branch, text) in [(BRANCH, "ours\n"), ("main", "theirs\n")] {
        scene.git(if branch == "main" { vec!["switch", "main"] } else { vec!["switch", "-c", branch] });
        scene.write("both.txt", text);
        scene.git(["add", "both.txt"]);
        scene.git(["commit", "--quiet", "--message=Both"]);
    }
    let output = scene.drive();
    refused(&output, &["feat/scene and main have parted and both changed both.txt", "git merge main"]);
    assert!(scene.sessions().is_empty() && scene.dirt().is_empty());
    assert_eq!(scene.read("both.txt"), "ours\n");
}

#[test]
fn the_base_is_not_merged_in_the_midst_of_an_attempt() {
    let scene = plan().scene();
    let mut command = scene.command(specfuse_tests::program("specfuse-loop"));
    assert_eq!(Output::of(command.arg("run").env("SPECFUSE_TEST_KILL", "14")).code, None);
    let head = scene.git(["rev-parse", "main"]);
    scene.git(["branch", "--force", "next", "main"]);
    let tree = scene.git(["rev-parse", "main^{tree}"]);
    let commit = scene.git(["commit-tree", tree.trim(), "-p", head.trim(), "-m", "Base moves"]);
    scene.git(["update-ref", "refs/heads/main", commit.trim()]);
    let output = scene.expect(0);
    assert!(output.stdout.contains("merged when the attempt under way is done"), "{}", output.stdout);
    assert_eq!(scene.outcomes().last().unwrap(), "T01 passed");
}

#[test]
fn a_base_that_is_nowhere_is_refused_and_one_elsewhere_is_taken() {
    let mut plan = plan();
    plan.head = "base: develop\n".into();
    let (scene, there) = cloned(plan);
    refused(&scene.drive(), &["the plan's base \"develop\" is no branch here", "git fetch origin develop"]);
    others_commit(&scene, &there, "develop", "developed.txt");
    scene.git(["fetch", "--quiet", "origin"]);
    scene.expect(0);
    assert!(scene.at("developed.txt").exists());
}

#[test]
fn what_was_read_on_another_branch_does_not_count() {
    let scene = plan().scene();
    scene.git(["switch", "--quiet", "-c", BRANCH]);
    let path = format!("{}/PLAN.md", scene.folder);
    scene.write(&path, scene.read(&path).replace("status: active", "status: deferred"));
    scene.git(["commit", "--quiet", "--all", "--message=Put off"]);
    scene.git(["switch", "--quiet", "main"]);
    let output = scene.drive();
    assert_eq!(output.code, Some(2), "{}", output.stdout);
    assert!(output.stderr.contains("is deferred") && scene.sessions().is_empty(), "{}", output.stderr);
}

#[test]
fn a_finished_feature_says_how_to_hand_it_in_and_pushes_nothing() {
    let (scene, there) = cloned(plan());
    let output = scene.expect(0);
    for line in
        ["git push --set-upstream origin feat/scene", "gh pr create --base main --head feat/scene --fill"]
    {
        assert!(output.stdout.contains(line), "{line}: {}", output.stdout);
    }
    let refs = scene.git(["ls-remote", &there.display().to_string()]);
    assert!(!refs.contains("feat/scene") && !refs.contains("specfuse"), "{refs}");
    let scene = plan().scene();
    let output = scene.expect(0);
    assert!(output.stdout.contains("  git switch main\n  git merge feat/scene\n"), "{}", output.stdout);
}

#[test]
fn a_linked_work_tree_is_a_checkout_like_any_other() {
    let scene = plan().scene();
    let linked = scene.home.join("linked");
    scene.git(["worktree", "add", "--quiet", "-b", "side", &linked.display().to_string()]);
    scene.write("mine.txt", "mine\n");
    let mut command = scene.command(specfuse_tests::program("specfuse-loop"));
    let output = Output::of(command.arg("run").current_dir(&linked));
    assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
    assert!(linked.join("src/T01.txt").exists() && !scene.at("src").exists());
    assert!(linked.join(".specfuse/.loop").exists() && !scene.at(".specfuse/.loop").exists());
    assert_eq!(scene.dirt(), ["?? mine.txt"]);
    let log = scene.git(["log", "--format=%s", "feat/scene"]);
    assert!(log.contains("feat: Make T01"), "{log}");
    // Its branch cannot be checked out a second time; git says where it is.
    let output = scene.drive();
    assert_ne!(output.code, Some(0));
    assert!(output.stderr.contains("linked") || output.stderr.contains("is done"), "{}", output.stderr);
}

#[test]
fn submodules_and_pointers_of_large_files_are_left_alone() {
    let scene = Plan::one(
        "[ $attempt = 1 ] && { work; echo broken >> src/T01.txt; exit 3; }; work; complete src/T01.txt",
    )
    .scene();
    let library = scene.home.join("library");
    let at = library.display().to_string();
    scene.git(["init", "--quiet", "--initial-branch=main", &at]);
    fs::write(library.join("lib.txt"), "one\n").unwrap();
    scene.git(["-C", &at, "add", "."]);
    scene.git(["-C", &at, "commit", "--quiet", "--message=Library"]);
    scene.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &at, "vendor/library"]);
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    scene.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
    scene.write("big.bin", pointer);
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Vendored"]);
    // The person is at work in the submodule.
    scene.write("vendor/library/lib.txt", "one and a half\n");
    scene.write("vendor/library/new.txt", "new\n");
    let before = scene.git(["ls-tree", "-r", "HEAD"]);
    let output = scene.drive();
    assert_eq!(output.code, Some(0), "{}\n{}", output.stdout, output.stderr);
    assert_eq!(scene.outcomes(), ["T01 agent_failed", "T01 passed"]);
    assert_eq!(scene.read("vendor/library/lib.txt"), "one and a half\n");
    assert_eq!(scene.read("vendor/library/new.txt"), "new\n");
    assert_eq!(scene.read("big.bin"), pointer);
    let after = scene.git(["ls-tree", "-r", "HEAD"]);
    for line in before.lines().filter(|line| line.contains("vendor/") || line.contains("big.bin")) {
        assert!(after.contains(line), "{line} changed:\n{after}");
    }
    assert_eq!(scene.dirt(), [" M vendor/library"]);
}

#[test]
fn refs_and_files_have_names_that_every_system_takes() {
    let mut plan = Plan::one("[ $attempt = 1 ] && exit 3; work; complete src/T01.txt");
    plan.folder = format!("{FEATURE}-a:b?\"c\"<d>|*");
    let scene = plan.scene();
    scene.expect(0);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_/%.".contains(c);
    let refs = scene.git(["for-each-ref", "--format=%(refname)", "refs/specfuse/"]);
    assert!(!refs.is_empty() && refs.lines().all(|name| name.chars().all(plain)), "{refs}");
    // Below the folder that the person named, which is as they named it.
    let home = scene.at(format!(".specfuse/.loop/{}", plan_folder(&scene)));
    let mut stack = vec![home.clone()];
    let mut seen = 0;
    while let Some(path) = stack.pop() {
        let below = path.strip_prefix(&home).unwrap().to_str().unwrap().to_owned();
        assert!(below.chars().all(plain) && !below.ends_with('.'), "{below}");
        seen += 1;
        if path.is_dir() {
            stack.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    assert!(seen > 5);
}

fn plan_folder(scene: &Scene) -> String {
    scene.folder.rsplit('/').next().unwrap().to_owned()
}

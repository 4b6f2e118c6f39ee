//! The repository's promises, each on a real repository.

use super::*;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, UNIX_EPOCH};

struct World {
    dir: tempfile::TempDir,
}

impl World {
    /// A repository on `main` with `a`, `b` and `dir/c` committed, and an exclude file.
    fn new() -> World {
        let world = World { dir: tempfile::tempdir().unwrap() };
        world.git("init -q -b main");
        world.git("config user.name T");
        world.git("config user.email t@example.org");
        world.write("a", "a\n");
        world.write("b", "b\n");
        world.write("dir/c", "c\n");
        world.write(".gitignore", "*.ignored\n");
        world.git("add -A");
        world.git("commit -qm start");
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn git(&self, args: &str) -> String {
        let mut command = std::process::Command::new("git");
        let out = command.args(args.split(' ')).current_dir(self.dir.path()).output().unwrap();
        assert!(out.status.success(), "git {args}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).into_owned()
    }

    fn hook(&self, name: &str, script: &str) {
        let path = self.path(&format!(".git/hooks/{name}"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn repo(&self) -> Repo {
        Repo::open(self.dir.path()).unwrap()
    }
}

fn paths(names: &[&str]) -> BTreeSet<PathBuf> {
    names.iter().map(PathBuf::from).collect()
}

fn refused(path: &Path) -> Error {
    let error = Repo::open(path).err().unwrap();
    assert_eq!(error.kind, Kind::Repository);
    assert!(error.hint.is_some(), "{error}");
    error
}

#[test]
fn what_cannot_be_worked_with_is_refused() {
    for (args, words) in [
        ("init -q --bare", "bare"),
        ("init -q", "no commit"),
        ("init -q --object-format=sha256", "SHA-256"),
        ("init -q --ref-format=reftable", "reftable"),
    ] {
        let world = World { dir: tempfile::tempdir().unwrap() };
        world.git(args);
        let error = refused(world.dir.path());
        assert!(error.message.contains(words), "{args}: {error}");
    }
    let none = tempfile::tempdir().unwrap();
    assert!(refused(none.path()).message.contains("not in a git repository"));
}

/// Only root can give files away, so only root can make this case.
#[test]
fn a_repository_of_another_user_is_refused() {
    let world = World::new();
    if std::os::unix::fs::chown(world.path(".git"), Some(4711), None).is_err() {
        return;
    }
    std::os::unix::fs::chown(world.dir.path(), Some(4711), None).unwrap();
    assert!(refused(world.dir.path()).message.contains("another user"));
}

#[test]
fn an_unfinished_merge_is_refused() {
    let world = World::new();
    let head = world.git("rev-parse HEAD");
    world.write(".git/MERGE_HEAD", &head);
    assert!(refused(world.dir.path()).message.contains("not finished"));
}

#[test]
fn an_unknown_committer_is_refused() {
    let world = World::new();
    world.repo().check_identity().unwrap();
    world.git("config user.name ");
    assert_eq!(world.repo().check_identity().unwrap_err().kind, Kind::Repository);
}

#[test]
fn branches_are_made_and_switched_with_the_persons_edits() {
    let world = World::new();
    let repo = world.repo();
    world.write("a", "mine\n");
    repo.create_branch("feat/x", "main").unwrap();
    assert_eq!(repo.branch().unwrap().as_deref(), Some("refs/heads/feat/x"));
    assert_eq!(repo.branch_tip("feat/x"), Some(repo.head().unwrap()));
    repo.switch_branch("main").unwrap();
    assert_eq!(world.read("a"), "mine\n");
    let error = repo.switch_branch("none").unwrap_err();
    assert!(error.message.contains("none"), "{error}");
}

#[test]
fn a_snapshot_sees_every_kind_of_change() {
    let world = World::new();
    let repo = world.repo();
    assert!(repo.snapshot(None).unwrap().is_clean());
    world.write("a", "changed\n");
    fs::remove_file(world.path("b")).unwrap();
    fs::remove_dir_all(world.path("dir")).unwrap();
    world.write("dir", "now a file");
    world.write("new/deep", "x");
    world.write("x.ignored", "x");
    world.write(".specfuse/.loop/F/journal.jsonl", "x");
    symlink("/etc/passwd", world.path("link")).unwrap();
    let odd = std::ffi::OsStr::from_bytes(b"odd\xff");
    fs::write(world.dir.path().join(odd), "x").unwrap();
    fs::create_dir_all(world.path("inner")).unwrap();
    std::process::Command::new("git").args(["init", "-q"]).current_dir(world.path("inner")).status().unwrap();
    world.write("inner/file", "x");
    let before = repo.snapshot(None).unwrap();
    let found: Vec<_> = before.paths().map(|path| path.as_os_str().as_bytes()).collect();
    assert_eq!(found, [&b"a"[..], b"b", b"dir", b"dir/c", b"link", b"new/deep", b"odd\xff"]);
    assert_eq!(before.get(Path::new("b")), Some(State::Gone));
    assert!(matches!(before.get(Path::new("link")), Some(State::File { mode: 0o120_000, .. })));
    world.write("a", "CHANGED\n");
    fs::set_permissions(world.path("new/deep"), fs::Permissions::from_mode(0o755)).unwrap();
    let after = repo.snapshot(Some(&before)).unwrap();
    assert_eq!(before.touched(&after), paths(&["a", "new/deep"]));
}

#[test]
fn a_saved_tree_comes_back_and_touches_nothing() {
    let world = World::new();
    let repo = world.repo();
    world.write("a", "staged\n");
    world.git("add a");
    world.write("a", "mine\r\n");
    world.write("new", "n");
    fs::remove_dir_all(world.path("dir")).unwrap();
    world.write("dir", "file");
    let status = world.git("status --porcelain");
    let name = attempt_ref("INIT-2026-0001/F01", "x/T 01", "1");
    assert_eq!(name, "refs/specfuse/INIT-2026-0001/F01/x/T%2001/1");
    let dispatch = repo.dispatch(&name).unwrap();
    assert_eq!(world.git("status --porcelain"), status);
    assert_eq!(world.git(&format!("show {name}:a")), "mine\r\n");
    assert_eq!(world.git(&format!("show {name}:dir")), "file");
    assert_eq!(world.git(&format!("show {name}^2:a")), "staged\n");
    let again = repo.dispatch_at(&name).unwrap().unwrap();
    assert_eq!(again.snapshot.entries, dispatch.snapshot.entries);
    assert_eq!((again.head, again.branch, again.commit), (dispatch.head, dispatch.branch, dispatch.commit));
    assert!(repo.dispatch_at("refs/specfuse/none").unwrap().is_none());
}

#[test]
fn a_failed_attempt_is_taken_back_and_the_persons_edits_stay() {
    let world = World::new();
    world.write(".gitattributes", "*.txt text eol=crlf\n");
    world.write("t.txt", "one\r\n");
    world.git("add -A");
    world.git("commit -qm more");
    let repo = world.repo();
    world.write("a", "staged\n");
    world.git("add a");
    world.write("a", "mine, no line end");
    world.write("untracked", "mine\r\n");
    fs::set_permissions(world.path("untracked"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_file(world.path("b")).unwrap();
    let status = world.git("status --porcelain");
    let dispatch = repo.dispatch(&attempt_ref("F", "T", "1")).unwrap();

    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("c"), "outside").unwrap();
    world.write("a", "session");
    world.write("b", "session");
    world.write("t.txt", "session");
    fs::remove_file(world.path("untracked")).unwrap();
    world.write("untracked/now/a/folder", "session");
    fs::remove_dir_all(world.path("dir")).unwrap();
    symlink(outside.path(), world.path("dir")).unwrap();
    world.write("fresh/deep/file", "session");
    world.git("add -A");
    world.write("x.ignored", "stays");

    let later = repo.snapshot(Some(&dispatch.snapshot)).unwrap();
    let touched = dispatch.snapshot.touched(&later);
    repo.save(&attempt_ref("F", "T", "1-failed"), &later, "Failed attempt").unwrap();
    let dispatch = repo.dispatch_at(&attempt_ref("F", "T", "1")).unwrap().unwrap();
    repo.restore(&dispatch, &touched).unwrap();
    assert_eq!(world.git("status --porcelain"), status);
    assert_eq!((world.read("a"), world.read("untracked")), ("mine, no line end".into(), "mine\r\n".into()));
    assert_eq!(
        (world.read("t.txt"), world.read("dir/c"), world.read("x.ignored")),
        ("one\r\n".into(), "c\n".into(), "stays".into())
    );
    assert_ne!(fs::metadata(world.path("untracked")).unwrap().permissions().mode() & 0o111, 0);
    assert!(!world.path("fresh").exists() && !world.path("b").exists());
    assert_eq!(world.git("show :a"), "staged\n");
    assert_eq!(fs::read_to_string(outside.path().join("c")).unwrap(), "outside");
    assert_eq!(world.git("show refs/specfuse/F/T/1-failed:fresh/deep/file"), "session");
}

#[test]
fn exactly_the_given_paths_are_committed() {
    let world = World::new();
    let repo = world.repo();
    world.write("a", "staged\n");
    world.write("staged-new", "x");
    world.git("add -A");
    world.write("a", "mine\n");
    world.write("b", "session\n");
    world.write("run", "#!/bin/sh\n");
    fs::set_permissions(world.path("run"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("b", world.path("link")).unwrap();
    fs::remove_file(world.path("dir/c")).unwrap();
    let odd = PathBuf::from(std::ffi::OsStr::from_bytes(b"odd\xff *[x]"));
    fs::write(world.dir.path().join(&odd), "x").unwrap();
    let mut wanted = paths(&["b", "run", "link", "dir/c"]);
    wanted.insert(odd);
    let text = message("feat: it", "", &[("Feature", "F/T01")]);
    let commit = repo.commit(&wanted, &Instead::new(), &text).unwrap();
    assert_eq!(repo.head().unwrap(), commit);
    let shown = world.git("-c core.quotePath=true show --raw --abbrev=4 --format=%B HEAD");
    assert!(shown.starts_with("feat: it\n\nFeature: F/T01\n"), "{shown}");
    let names: Vec<&str> =
        shown.lines().filter_map(|line| line.split_once('\t')).map(|(_, name)| name).collect();
    assert_eq!(names, ["b", "dir/c", "link", "\"odd\\377 *[x]\"", "run"]);
    assert!(shown.contains("100755") && shown.contains("120000"));
    assert_eq!(world.git("status --porcelain"), "MM a\nA  staged-new\n");
    assert_eq!(world.git("show :a"), "staged\n");
    let error = repo.commit(&wanted, &Instead::new(), &text).unwrap_err();
    assert_eq!(error.kind, Kind::NothingToCommit);
    let left = fs::read_dir(world.path(".git")).unwrap().flatten();
    assert_eq!(left.filter(|e| e.file_name().to_string_lossy().starts_with("specfuse")).count(), 0);
}

#[test]
fn hooks_speak_and_take_part() {
    let world = World::new();
    let repo = world.repo();
    world.hook("pre-commit", "echo no tabs please >&2; exit 1");
    world.write("a", "session\n");
    world.write("b", "mine\n");
    let error = repo.commit(&paths(&["a"]), &Instead::new(), "x\n").unwrap_err();
    assert_eq!(error.kind, Kind::Hook);
    assert!(error.message.contains("no tabs please"), "{error}");
    assert_eq!(world.git("status --porcelain"), " M a\n M b\n");
    world.hook(
        "pre-commit",
        "echo formatted > a; git add a; test -z \"$(git diff --cached --name-only -- b)\"",
    );
    world.hook("commit-msg", "echo 'Signed-off-by: hook' >> \"$1\"");
    repo.commit(&paths(&["a"]), &Instead::new(), "# kept\n").unwrap();
    assert_eq!(world.git("show HEAD:a"), "formatted\n");
    assert_eq!(world.git("log -1 --format=%B").trim(), "# kept\nSigned-off-by: hook");
    assert_eq!(world.git("status --porcelain"), " M b\n");
}

#[test]
fn what_the_session_did_to_history_is_folded_back() {
    let world = World::new();
    let repo = world.repo();
    world.write("staged", "mine");
    world.git("add staged");
    world.write("b", "mine\n");
    let dispatch = repo.dispatch(&attempt_ref("F", "T", "1")).unwrap();
    world.write("a", "session\n");
    world.git("switch -qc other");
    world.git("add a");
    world.git("commit -qm session");
    let tip = repo.head().unwrap();
    let keep = attempt_ref("F", "T", "1-commits");
    let folded = repo.fold_back(&dispatch, &keep).unwrap();
    assert_eq!(folded.commits_to, Some(tip));
    assert_eq!(folded.switched_to.as_deref(), Some("refs/heads/other"));
    assert!(!folded.stuck);
    assert_eq!(world.git(&format!("rev-parse {keep}")).trim(), tip.to_string());
    assert_eq!(world.git("status --porcelain --branch"), "## main\n M a\n M b\nA  staged\n");
    let later = repo.snapshot(Some(&dispatch.snapshot)).unwrap();
    assert_eq!(dispatch.snapshot.touched(&later), paths(&["a"]));
    assert_eq!(repo.fold_back(&dispatch, &keep).unwrap(), Folded::default());
}

#[test]
fn a_commit_on_the_same_branch_and_a_left_lock_are_folded_too() {
    let world = World::new();
    let repo = world.repo();
    world.write("b", "mine\n");
    let dispatch = repo.dispatch(&attempt_ref("F", "T", "1")).unwrap();
    world.write("a", "session\n");
    world.git("commit -qam everything");
    world.write(".git/index.lock", "");
    let folded = repo.fold_back(&dispatch, &attempt_ref("F", "T", "1-commits")).unwrap();
    assert!(folded.commits_to.is_some() && folded.switched_to.is_none());
    assert_eq!(world.git("status --porcelain"), " M a\n M b\n");
    let later = repo.snapshot(None).unwrap();
    assert_eq!(dispatch.snapshot.touched(&later), paths(&["a"]));
}

#[test]
fn a_switch_to_an_older_branch_is_carried_over() {
    let world = World::new();
    world.git("branch old");
    world.write("later", "x\n");
    world.git("add later");
    world.git("commit -qm later");
    let repo = world.repo();
    let dispatch = repo.dispatch(&attempt_ref("F", "T", "1")).unwrap();
    world.git("switch -q old");
    world.write("a", "session\n");
    let folded = repo.fold_back(&dispatch, &attempt_ref("F", "T", "1-commits")).unwrap();
    assert!(!folded.stuck);
    assert_eq!(world.git("status --porcelain --branch"), "## main\n M a\n");
    assert_eq!(world.read("later"), "x\n");
}

/// The tree of our commit of `names`, and of git's own.
fn committed(world: &World, names: &[&str]) -> (String, String) {
    world.repo().commit(&paths(names), &Instead::new(), "x\n").unwrap();
    let ours = world.git("rev-parse HEAD^{tree}");
    world.git("reset -q --mixed HEAD^");
    world.git(&format!("add -A -- {}", names.join(" ")));
    let theirs = world.git("write-tree");
    world.git("commit -qm again");
    assert_eq!(world.git("status --porcelain"), "");
    (ours, theirs)
}

#[test]
fn what_is_staged_without_git_is_what_git_would_stage() {
    let world = World::new();
    world.write("a", "changed\r\n");
    world.write("new/deep/file", "");
    world.write("run", "#!/bin/sh\n");
    fs::set_permissions(world.path("run"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_file(world.path("dir/c")).unwrap();
    let names = ["a", "new/deep/file", "run", "dir/c"];
    let repo = world.repo();
    assert!(repo.stage_plain(&mut repo.index().unwrap(), &paths(&names)).unwrap());
    assert!(repo.stage_plain(&mut repo.index().unwrap(), &paths(&["never-there"])).unwrap());
    let (ours, theirs) = committed(&world, &names);
    assert_eq!(ours, theirs);
    world.repo().commit(&paths(&["a"]), &Instead::new(), "x\n").unwrap_err();
    assert_eq!(world.git("diff-files"), "", "the index knows the files' times");
}

#[test]
fn what_only_git_knows_is_staged_by_git() {
    let by_attribute = |attribute: &str, config: &str| {
        let world = World::new();
        world.git(&format!("config {config}"));
        world.write(".gitattributes", attribute);
        world.git("add -A");
        world.git("commit -qm settings");
        world.write("a", "changed\r\n");
        (world, paths(&["a"]))
    };
    let cases = [
        ("* text=auto\n", "x.y z", "changed\n"),
        ("a filter=unix\n", "filter.unix.clean tr\t-d\t'\\r'", "changed\n"),
        ("b text\n", "core.autocrlf input", "changed\n"),
    ];
    for (attribute, config, wanted) in cases {
        let (world, names) = by_attribute(attribute, config);
        let repo = world.repo();
        assert!(!repo.stage_plain(&mut repo.index().unwrap(), &names).unwrap(), "{attribute}");
        repo.commit(&names, &Instead::new(), "x\n").unwrap();
        assert_eq!(world.git("show HEAD:a"), wanted, "{attribute}");
    }
}

#[test]
fn a_file_that_looks_unchanged_by_its_times_is_committed() {
    let world = World::new();
    // So that git stages; and so that only the time of writing counts, which is set.
    world.git("config core.autocrlf input");
    world.git("config core.trustctime false");
    let write = |text: &str| {
        world.write("b", text);
        let file = fs::File::options().write(true).open(world.path("b")).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
    };
    let commit = || world.repo().commit(&paths(&["b"]), &Instead::new(), "feat: it\n").map(drop);
    for text in ["one\n", "two\n"] {
        write(text);
        commit().unwrap();
        assert_eq!(world.git("show HEAD:b"), text);
    }
}

#[test]
fn a_file_in_a_folders_place_is_staged_by_git() {
    let world = World::new();
    fs::remove_dir_all(world.path("dir")).unwrap();
    world.write("dir", "now a file\n");
    fs::remove_file(world.path("b")).unwrap();
    symlink("a", world.path("b")).unwrap();
    let repo = world.repo();
    for name in ["dir", "b"] {
        assert!(!repo.stage_plain(&mut repo.index().unwrap(), &paths(&[name])).unwrap(), "{name}");
    }
    let (ours, theirs) = committed(&world, &["dir", "b"]);
    assert_eq!(ours, theirs);
}

#[test]
fn an_index_that_was_left_behind_catches_up_and_keeps_what_a_person_staged() {
    let world = World::new();
    world.write("a", "new a\n");
    world.write("dir/new", "new\n");
    fs::remove_file(world.path("dir/c")).unwrap();
    world.write("b", "staged b\n");
    world.git("add b");
    let index = fs::read(world.path(".git/index")).unwrap();
    let repo = world.repo();
    let paths = ["a", "dir/new", "dir/c"].map(PathBuf::from).into();
    let made = repo.commit(&paths, &Default::default(), "feat: x\n").unwrap();
    let usual = world.git("status --porcelain");
    // As if killed after git moved the branch.
    fs::write(world.path(".git/index"), index).unwrap();
    assert_ne!(world.git("status --porcelain"), usual);
    let repo = world.repo();
    repo.catch_up(made).unwrap();
    assert_eq!(world.git("status --porcelain"), usual);
    assert_eq!(usual, "M  b\n");
    assert_eq!(repo.subject(made).unwrap(), "feat: x");
    repo.catch_up(made).unwrap();
    assert_eq!(world.git("status --porcelain"), usual);
}

#[test]
fn files_that_git_had_half_brought_along_are_brought_along_whole() {
    let world = World::new();
    for (name, text) in [("a", "A\n"), ("b", "B\n"), ("new/d", "d\n")] {
        world.write(name, text);
    }
    world.git("rm -q dir/c");
    world.git("add -A");
    world.git("commit -qm more");
    world.git("read-tree -u --reset HEAD~1");
    world.write("b", "B\n");
    world.write("new/d", "d\n");
    world.write("theirs", "a person's\n");
    let repo = world.repo();
    let landing = repo.follow(repo.head().unwrap(), &BTreeSet::new()).unwrap();
    assert!(matches!(landing, Landing::Landed));
    assert_eq!(
        (world.read("a"), world.read("b"), world.read("new/d")),
        ("A\n".into(), "B\n".into(), "d\n".into())
    );
    assert!(!world.path("dir/c").exists());
    assert_eq!(world.git("status --porcelain"), "?? theirs\n");
}

#[test]
fn what_a_killed_driver_had_locked_is_free_again() {
    let world = World::new();
    let mut repo = world.repo();
    let lanes = world.path("lanes");
    fs::create_dir(&lanes).unwrap();
    repo.git.worktree("lane", &lanes.join("1"), None).unwrap();
    let attempt = attempt_ref("F", "T", "1");
    let left = [
        ".git/specfuse-writing-1-0",
        ".git/index.lock",
        ".git/HEAD.lock",
        ".git/refs/heads/main.lock",
        &format!(".git/{attempt}.lock"),
        ".git/worktrees/lane/specfuse-writing-1-7",
        ".git/worktrees/lane/index.lock",
    ];
    left.iter().for_each(|name| world.write(name, ""));
    let other = tempfile::tempdir().unwrap();
    repo.git.worktree("other", &other.path().join("tree"), None).unwrap();
    let others = ".git/worktrees/other/specfuse-writing-1-8";
    world.write(others, "");
    world.write("a", "changed\n");
    assert_eq!(repo.dispatch(&attempt).err().unwrap().kind, Kind::Repository);
    repo.sweep(&world.path("lanes")).unwrap();
    for name in left {
        assert!(!world.path(name).exists(), "{name}");
    }
    assert!(world.path(others).exists(), "another driver may be at work there");
    repo = world.repo();
    repo.dispatch(&attempt).unwrap();
    repo.commit(&paths(&["a"]), &Instead::new(), "feat: a\n").unwrap();
    assert_eq!(world.git("status --porcelain"), "?? lanes/\n");
}

#[test]
fn who_only_asks_writes_nothing() {
    let world = World::new();
    let repo = world.repo();
    let changed = || fs::metadata(world.path(".git")).unwrap().modified().unwrap();
    let before = changed();
    repo.check_identity().unwrap();
    repo.changes_text(repo.head().unwrap(), repo.head().unwrap()).unwrap();
    assert_eq!(changed(), before);
}

#[test]
fn locks_without_a_note_are_a_persons() {
    let world = World::new();
    let repo = world.repo();
    world.write(".git/index.lock", "");
    world.write("a", "changed\n");
    repo.sweep(&world.path("lanes")).unwrap();
    let error = repo.commit(&paths(&["a"]), &Instead::new(), "feat: a\n").unwrap_err();
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains(".git/index.lock")), "{error}");
    fs::remove_file(world.path(".git/index.lock")).unwrap();
    repo.catch_up(repo.head().unwrap()).unwrap();
    assert_eq!(
        (world.git("status --porcelain"), world.git("log -1 --format=%s")),
        (String::new(), "feat: a\n".into())
    );
    let names = fs::read_dir(world.path(".git")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.filter(|name| name.to_string_lossy().starts_with("specfuse")).count(), 0);
}

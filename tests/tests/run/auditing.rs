//! Verifier sessions: an audit after green checks, that changes nothing and turns nothing green.

use specfuse_tests::scene::{Plan, Scene, Unit};
use std::fs;

/// The agent works, and as the verifier does `audit`, which tells its call in `$n`.
fn scene(config: &str, head: &str, audit: &str) -> Scene {
    let close = Unit::new("G1-CLOSE").status("done").head("verdict: met");
    let plan = Plan::of([Unit::new("T01").head(head), close]).agent(&format!(
        "if [ \"$3\" = verifier ]; then\necho x >> \"$HOME/audits\"; n=$(wc -l < \"$HOME/audits\")\n\
         cp \"$HOME/prompts/$unit-$attempt\" \"$HOME/audit-prompt\"\n{audit}\nelse work; complete src/T01.txt; fi\n"
    ));
    let scene = plan.files();
    let text = scene.read(".specfuse/config").replace("'{attempt}']", "'{attempt}', '{role}']");
    scene.write(".specfuse/config", format!("{text}{config}"));
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    scene
}

const SOUND: &str = r#"cost=0.5; block "status: sound\nsummary: fine\nfindings: []""#;
const UNSOUND: &str = r#"cost=0.5; block "status: unsound\nfindings:\n  - where: src/T01.txt:1\n    what: it lies\n    criterion: It is made""#;

#[test]
fn the_work_is_audited_against_its_criteria_and_changed_by_nobody() {
    let meddles =
        format!("echo mine > src/T01.txt; echo more > stray.txt; git add -A; git commit -qm mine; {SOUND}");
    let scene = scene("", "verifier: true", &meddles);
    scene.write("person.txt", "a person's own, not committed\n");
    let output = scene.expect(0);
    assert!(
        output.stdout.contains("verifier changed src/T01.txt, stray.txt; that is dropped"),
        "{}",
        output.stdout
    );
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert_eq!(scene.read("src/T01.txt"), "T01 1\n");
    assert!(!scene.at("stray.txt").exists());
    assert_eq!(scene.read("person.txt"), "a person's own, not committed\n");
    assert_eq!(scene.features(), ["feat: Make T01"]);
    assert_eq!(scene.key("T01", "cost_usd"), "0.75", "both sessions cost");
    assert_eq!(scene.kept_file("T01/1-dropped", "stray.txt").as_deref(), Some("more\n"), "nothing is lost");
    let prompt = fs::read_to_string(scene.home.join("audit-prompt")).unwrap();
    for words in ["You audit the work", "Acceptance criteria", "+T01 1"] {
        assert!(prompt.contains(words), "{words}: {prompt}");
    }
    let folder =
        scene.at(format!(".specfuse/.loop/{}/attempts/T01/1", scene.folder.rsplit('/').next().unwrap()));
    assert!(folder.join("verifier/result.json").exists() && folder.join("result.json").exists());
}

#[test]
fn findings_fail_the_attempt_and_are_the_next_ones_evidence() {
    let scene = scene("verifier: true\n", "", &format!("if [ $n = 1 ]; then {UNSOUND}; else {SOUND}; fi"));
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 failed", "T01 passed"]);
    assert_eq!(scene.payloads("attempt_outcome")[0]["failure_class"], "audit");
    let folder =
        scene.at(format!(".specfuse/.loop/{}/attempts/T01/2", scene.folder.rsplit('/').next().unwrap()));
    let prompt = fs::read_to_string(folder.join("prompt.md")).unwrap();
    assert!(prompt.contains("src/T01.txt:1: it lies (criterion: It is made)"), "{prompt}");
}

#[test]
fn red_is_never_audited_and_a_unit_may_go_without() {
    let red = Plan::of([Unit::new("T01").head("verifier: true")]).check("false").scene();
    red.expect(1);
    assert!(!red.outcomes().iter().any(|outcome| outcome.contains("passed")));
    let without = scene("verifier: true\n", "verifier: false", "exit 9");
    without.expect(0);
    assert!(!without.home.join("audits").exists());
}

#[test]
fn silence_is_no_pass() {
    let scene = scene("", "verifier: true", "answer hm");
    let output = scene.expect(1);
    assert!(output.stdout.contains("gave no judgement, 2 times"), "{}", output.stdout);
    assert_eq!((scene.outcomes(), scene.features().len()), (vec!["T01 interrupted".into()], 0));
    assert_eq!(scene.kept_file("T01/1", "src/T01.txt").as_deref(), Some("T01 1\n"), "the work is kept");
}

#[test]
fn a_driver_killed_in_an_audit_goes_on_with_the_audit_alone() {
    let audit =
        format!("if [ $n = 1 ]; then echo mine > src/T01.txt; touch \"$HOME/there\"; sleep 60; fi; {SOUND}");
    let scene = scene("", "verifier: true", &audit);
    let mut child = scene.command(specfuse_tests::program("specfuse-loop")).arg("run").spawn().unwrap();
    super::wait_for(&scene.home.join("there"));
    child.kill().unwrap();
    child.wait().unwrap();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert_eq!(scene.read("src/T01.txt"), "T01 1\n", "what the killed verifier did is gone");
    let work = scene.sessions().iter().filter(|session| *session == "T01 1").count();
    assert_eq!(work, 3, "one of work, two of audit: {:?}", scene.sessions());
    assert_eq!(fs::read_to_string(scene.home.join("audits")).unwrap().lines().count(), 2);
}

//! Checks that run side by side.

use specfuse_tests::scene::Plan;
use std::fs;

/// `a` and `b` need nothing, and each ends only when the other has begun; `c` needs both, `d` needs what fails.
const CHECKS: &str = "code:
  - {name: a, command: 'touch \"$HOME/a\"; for i in $(seq 500); do [ -e \"$HOME/b\" ] && exit 0; sleep 0.02; done; exit 1'}
  - {name: b, command: 'touch \"$HOME/b\"; for i in $(seq 500); do [ -e \"$HOME/a\" ] && exit 0; sleep 0.02; done; exit 1'}
  - {name: c, command: 'echo c >> \"$HOME/order\"', needs: [a, b]}
  - {name: d, command: 'echo d >> \"$HOME/order\"', needs: [e]}
  - {name: e, command: 'echo \"error: e\"; exit 1'}
doc: [{name: x, command: 'true'}]
plannext: [{name: x, command: 'true'}]
baseline_probe: false
";

#[test]
fn checks_that_need_not_each_other_run_side_by_side() {
    let mut plan = Plan::one("work; complete src/T01.txt");
    plan.verification = CHECKS.into();
    let scene = plan.files();
    let config = scene.read(".specfuse/config");
    scene.write(".specfuse/config", format!("parallel_checks: 3\n{config}"));
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    let output = scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 failed", "T01 failed"]);
    assert!(output.stdout.contains("d skipped: e did not pass"), "{}", output.stdout);
    let outcome = &scene.payloads("attempt_outcome")[0];
    assert!(outcome["failure_signature"].as_str().unwrap().starts_with("e: error: e"), "{outcome}");
    assert_eq!(fs::read_to_string(scene.home.join("order")).unwrap(), "c\nc\n");
    // Each has its complete log.
    let folder = scene.folder.rsplit('/').next().unwrap();
    let logs = fs::read_dir(scene.at(format!(".specfuse/.loop/{folder}/logs"))).unwrap();
    let names: Vec<String> = logs.map(|log| log.unwrap().file_name().into_string().unwrap()).collect();
    for check in ["-a.log", "-b.log", "-c.log", "-e.log"] {
        assert!(
            names.iter().any(|name| name.starts_with("T01-1-verify") && name.ends_with(check)),
            "{names:?}"
        );
    }
}

#[test]
fn one_at_a_time_unless_the_project_says_more() {
    let mut plan = Plan::one("work; complete src/T01.txt");
    plan.verification = "code:
  - {name: a, command: 'echo a >> \"$HOME/order\"; sleep 0.3; echo A >> \"$HOME/order\"'}
  - {name: b, command: 'echo b >> \"$HOME/order\"; sleep 0.1; echo B >> \"$HOME/order\"'}
doc: [{name: x, command: 'true'}]
plannext: [{name: x, command: 'true'}]
"
    .into();
    let scene = plan.scene();
    scene.expect(0);
    let order = fs::read_to_string(scene.home.join("order")).unwrap();
    assert!(order.starts_with("a\nA\nb\nB\n"), "{order}");
}

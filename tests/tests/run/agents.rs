//! Agents that are missing, crash, hang, or print what they should not. None of it is ever a pass.

use specfuse_tests::scene::Plan;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn without_its_agent_nothing_is_started_and_nothing_written() {
    let scene = Plan::one("work; complete").scene();
    fs::remove_file(scene.home.join("agent")).unwrap();
    let output = scene.drive();
    assert_eq!(output.code, Some(1), "{}", output.stderr);
    assert!(output.stderr.contains("agent `x` cannot be found"), "{}", output.stderr);
    assert!(!scene.at(".specfuse/.loop").exists() && !scene.at(".specfuse/.loop.lock").exists());
    assert_eq!(scene.git(["branch", "--show-current"]), "main\n");
    assert!(scene.dirt().is_empty());
}

/// Runs an agent that behaves like `script` in its first attempt and works in the second.
fn fails_first(script: &str, adapter: &str, outcome: &str, words: &str) {
    let agent = format!("if [ $attempt = 1 ]; then {script}\nelse work; complete src/T01.txt; fi");
    let scene = Plan::one(&agent).adapter(adapter).scene();
    let output = scene.expect(0);
    assert_eq!(
        scene.outcomes(),
        [format!("T01 {outcome}"), "T01 passed".into()],
        "{script}\n{}",
        output.stdout
    );
    assert!(output.stdout.contains(words), "{words}: {}", output.stdout);
    assert!(!scene.at("trace").exists(), "{script}");
    assert!(scene.dirt().is_empty(), "{:?}", scene.dirt());
}

const JSON: &str = "output: claude-json";

#[test]
fn a_crash_is_no_pass() {
    let done = "touch trace; complete trace;";
    fails_first(&format!("{done} kill -9 $$"), JSON, "agent_failed", "signal 9");
    fails_first(&format!("{done} kill -SEGV $$"), JSON, "agent_failed", "signal 11");
    fails_first(&format!("{done} echo 'out of luck' >&2; exit 1"), JSON, "agent_failed", "out of luck");
    fails_first(&format!("{done} exit 7"), "output: text", "agent_failed", "exit code 7");
}

#[test]
fn a_reported_error_is_no_pass_whatever_the_exit_code() {
    let error = r#"touch trace; printf '{"type":"result","is_error":true,"result":"overloaded","total_cost_usd":0.1,"usage":{"input_tokens":9,"output_tokens":1}}\n'"#;
    fails_first(error, JSON, "agent_failed", "overloaded");
    fails_first(&format!("{error}; exit 1"), JSON, "agent_failed", "overloaded");
    let zero = r#"touch trace; printf '{"type":"result","is_error":false,"result":"hm","total_cost_usd":0,"usage":{"input_tokens":0,"output_tokens":0}}\n'"#;
    fails_first(zero, JSON, "zero_token_skip", "no token");
}

#[test]
fn output_that_cannot_be_read_is_no_pass() {
    fails_first("touch trace; printf 'ok \\377\\376'", "output: text", "agent_failed", "not UTF-8 (byte 3)");
    fails_first("touch trace; printf '\\377'; complete trace", JSON, "agent_failed", "not UTF-8");
    fails_first("touch trace; echo done", JSON, "agent_failed", "cannot be read");
    fails_first("touch trace", JSON, "agent_failed", "cannot be read");
}

#[test]
fn attempts_that_used_no_token_end_with_that_reason() {
    let zero = r#"printf '{"type":"result","is_error":false,"result":"","total_cost_usd":0,"usage":{"input_tokens":0,"output_tokens":0}}\n'"#;
    let scene = Plan::one(zero).scene();
    scene.expect(1);
    assert_eq!(scene.outcomes(), ["T01 zero_token_skip"; 3]);
    assert_eq!(scene.escalations()[0], "all_attempts_zero_token");
}

/// Whether the process whose number stands in `file` still runs.
fn runs(file: &Path) -> bool {
    let pid = fs::read_to_string(file).unwrap();
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

#[test]
fn a_session_that_hangs_is_ended_with_everything_it_started() {
    let hang = "touch trace; sh -c 'echo $$ > \"$HOME/child\"; sh -c \"echo \\$\\$ > \\\"$HOME/grandchild\\\"; sleep 60\" & sleep 60' & trap '' TERM; wait; sleep 60";
    let begun = Instant::now();
    let agent = format!("if [ $attempt = 1 ]; then {hang}\nelse work; complete src/T01.txt; fi");
    let scene = Plan::one(&agent).adapter("output: claude-json\ntimeout_seconds: 1").scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 timed_out", "T01 passed"]);
    assert!(begun.elapsed() < Duration::from_secs(20));
    for who in ["child", "grandchild"] {
        assert!(!runs(&scene.home.join(who)), "the {who} still runs");
    }
    assert!(!scene.at("trace").exists());
}

#[test]
fn a_background_child_on_the_pipe_holds_nobody_up() {
    let agent = "work; complete src/T01.txt; sh -c 'echo $$ > \"$HOME/child\"; exec sleep 60' &";
    let scene = Plan::one(&format!("{agent}\nsleep 0.1")).scene();
    let begun = Instant::now();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert!(!runs(&scene.home.join("child")));
}

#[test]
fn fifty_megabytes_are_kept_whole_and_held_up_by_nothing() {
    let agent = "work; head -c 50000000 /dev/zero | tr '\\0' 'a'; printf '\\n```result\\nstatus: complete\\nfiles_changed: [src/T01.txt]\\n```\\n'";
    let scene = Plan::one(agent).adapter("output: text").scene();
    // The close prints JSON, which as plain text has no result block that matters.
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    let folder = scene.folder.rsplit('/').next().unwrap();
    let output = scene.at(format!(".specfuse/.loop/{folder}/attempts/T01/1/output"));
    assert!(fs::metadata(output).unwrap().len() > 50_000_000);
}

#[test]
fn exit_codes_mean_what_the_configuration_says() {
    let agent = "work; complete src/T01.txt; exit 3";
    let scene = Plan::one(agent).adapter("output: claude-json\nexit_codes: {success: [0, 3]}").scene();
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    let blocked = "echo 'ask me' >&2; answer hm; exit 4";
    let scene = Plan::one(blocked).adapter("output: claude-json\nexit_codes: {blocked: [4]}").scene();
    let output = scene.expect(1);
    assert_eq!((scene.outcomes(), scene.status("T01")), (vec!["T01 blocked".into()], "blocked_human".into()));
    assert!(output.stdout.contains("ask me"), "{}", output.stdout);
}

#[test]
fn an_agent_that_vanishes_in_the_middle_halts_the_run_without_a_charge() {
    let scene = Plan::one("work; rm \"$HOME/agent\"; complete LICENSE").scene();
    let output = scene.expect(1);
    assert!(output.stdout.contains("could not be started"), "{}", output.stdout);
    assert_eq!(scene.outcomes(), ["T01 files_changed_mismatch", "T01 interrupted"]);
    assert_eq!((scene.status("T01"), scene.key("T01", "attempts")), ("pending".into(), "1".into()));
    scene.play("case $unit in T01) complete src/T01.txt;; *) close met; complete;; esac");
    scene.expect(0);
    assert_eq!(scene.outcomes().last().map(String::as_str), Some("T01 passed"));
    assert_eq!(scene.read("src/T01.txt"), "T01 1\n");
}

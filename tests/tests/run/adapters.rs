//! The built-in agents, each played by a program that prints what the real one documents.

use serde_json::Value;
use specfuse_tests::scene::{Plan, Scene, Unit};
use std::fs;

/// How every fake starts: it keeps its arguments, its variables and its prompt, counts its calls in
/// `$n`, and knows which role it plays.
const START: &str = r#"#!/bin/sh
name=${0##*/}
printf '%s\n' "$@" > "$HOME/$name.argv"
env > "$HOME/$name.env"
cat > "$HOME/$name.prompt"
echo x >> "$HOME/$name.calls"; n=$(wc -l < "$HOME/$name.calls")
work() { mkdir -p src; echo "by $name" > src/T01.txt; }
block='```result\nstatus: complete\nfiles_changed: [src/T01.txt]\n```'
"#;

const CODEX: &str = r#"work; cat <<'END'
{"type":"thread.started","thread_id":"0199a213-81c0-7800-8aa1-bbab2a035a53"}
{"type":"turn.started"}
{"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"bash -lc ls","status":"in_progress"}}
{"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"bash -lc ls","aggregated_output":"README.md\n","exit_code":0,"status":"completed"}}
{"type":"item.completed","item":{"id":"item_2","type":"file_change","changes":[{"path":"src/T01.txt","kind":"add"}],"status":"completed"}}
{"type":"item.completed","item":{"id":"item_3","type":"agent_message","text":"Made it.\n\n```result\nstatus: complete\nfiles_changed: [src/T01.txt]\n```"}}
{"type":"turn.completed","usage":{"input_tokens":24763,"cached_input_tokens":24448,"output_tokens":122,"reasoning_output_tokens":0}}
END
"#;

const OPENCODE: &str = r#"work; cat <<'END'
{"type":"step_start","timestamp":1767036059338,"sessionID":"ses_1","part":{"id":"prt_1","sessionID":"ses_1","messageID":"msg_1","type":"step-start"}}
{"type":"tool_use","timestamp":1767036061199,"sessionID":"ses_1","part":{"id":"prt_2","type":"tool","callID":"call_1","tool":"write","state":{"status":"completed","input":{"filePath":"src/T01.txt","content":"x"},"output":"","title":"src/T01.txt"}}}
{"type":"step_finish","timestamp":1767036061205,"sessionID":"ses_1","part":{"id":"prt_3","type":"step-finish","reason":"tool-calls","cost":0.25,"tokens":{"input":100,"output":20,"reasoning":0,"cache":{"read":40,"write":5}}}}
{"type":"text","timestamp":1767036064268,"sessionID":"ses_1","part":{"id":"prt_4","type":"text","text":"```result\nstatus: complete\nfiles_changed: [src/T01.txt]\n```","time":{"start":1,"end":2}}}
{"type":"step_finish","timestamp":1767036064273,"sessionID":"ses_1","part":{"id":"prt_5","type":"step-finish","reason":"stop","cost":0.5,"tokens":{"input":7,"output":3,"reasoning":0,"cache":{"read":0,"write":0}}}}
END
"#;

const DROID: &str = r#"work; cat <<'END'
{"type":"system","subtype":"init","cwd":"/repo","session_id":"s1","tools":["Read","Execute"],"model":"claude-sonnet-4-5"}
{"type":"message","role":"user","id":"m1","text":"the prompt","timestamp":1762517060816,"session_id":"s1"}
{"type":"tool_call","id":"call-1","messageId":"m2","toolId":"Create","toolName":"Create","parameters":{"file_path":"src/T01.txt"},"timestamp":1762517062500,"session_id":"s1"}
{"type":"tool_result","id":"call-1","messageId":"m3","toolId":"Create","isError":false,"value":"ok","timestamp":1762517063000,"session_id":"s1"}
{"type":"message","role":"assistant","id":"m4","text":"Made it.","timestamp":1762517063500,"session_id":"s1"}
{"type":"completion","finalText":"Made it.\n\n```result\nstatus: complete\nfiles_changed: [src/T01.txt]\n```","numTurns":1,"durationMs":3000,"session_id":"s1","usage":{"input_tokens":10,"output_tokens":3,"cache_read_input_tokens":4,"cache_creation_input_tokens":2}}
END
"#;

const CLAUDE_STREAM: &str = r#"work; cat <<'END'
{"type":"system","subtype":"init","cwd":"/repo","session_id":"s1","tools":["Bash","Edit"],"model":"claude-sonnet-4-5","permissionMode":"default"}
{"type":"assistant","message":{"id":"msg_1","role":"assistant","content":[{"type":"text","text":"Making the file."}],"usage":{"input_tokens":9,"output_tokens":2}},"session_id":"s1"}
{"type":"assistant","message":{"id":"msg_1","role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"Write","input":{"file_path":"src/T01.txt","content":"x"}}],"usage":{"input_tokens":9,"output_tokens":8}},"session_id":"s1"}
{"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"ok"}]},"session_id":"s1"}
{"type":"rate_limit_event","rate_limit_info":{"status":"allowed_warning","resetsAt":1772601000,"rateLimitType":"five_hour","utilization":0.9},"session_id":"s1"}
{"type":"result","subtype":"success","is_error":false,"duration_ms":2006,"num_turns":2,"result":"Made it.\n\n```result\nstatus: complete\nfiles_changed: [src/T01.txt]\n```","total_cost_usd":0.125,"usage":{"input_tokens":12,"cache_creation_input_tokens":3,"cache_read_input_tokens":100,"output_tokens":40},"permission_denials":[],"session_id":"s1"}
END
"#;

/// What `claude -p --output-format json` prints: `fields` over a result that went well.
fn claude(fields: &str) -> String {
    format!(
        "printf '{{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"duration_ms\":9,\"num_turns\":1,\
         \"total_cost_usd\":0.25,\"usage\":{{\"input_tokens\":10,\"output_tokens\":5}},\"session_id\":\"s1\"{fields}}}\\n'\n"
    )
}

/// The end of a session of `claude` that did the work.
fn claude_works() -> String {
    format!(
        "work\n{}",
        claude(",\"result\":\"```result\\\\nstatus: complete\\\\nfiles_changed: [src/T01.txt]\\\\n```\"")
    )
}

/// One unit, whose gate's close is behind it, and programs of these names in the path.
fn scene(config: &str, programs: &[(&str, &str)]) -> Scene {
    scene_with(config, programs, "")
}

fn scene_with(config: &str, programs: &[(&str, &str)], head: &str) -> Scene {
    let close = Unit::new("G1-CLOSE").status("done").head("verdict: met");
    let unit = if head.is_empty() { Unit::new("T01") } else { Unit::new("T01").head(head) };
    let mut scene = Plan::of([unit, close]).files();
    scene.write(".specfuse/config", config);
    for (name, script) in programs {
        scene.put_program(name, &format!("{START}{script}"));
    }
    scene.git(["add", "--all"]);
    scene.git(["commit", "--quiet", "--message=Start"]);
    scene
}

fn home(scene: &Scene, name: &str) -> String {
    fs::read_to_string(scene.home.join(name)).unwrap_or_default()
}

fn argv(scene: &Scene, name: &str) -> String {
    home(scene, &format!("{name}.argv")).lines().collect::<Vec<_>>().join(" ")
}

fn folder(scene: &Scene) -> std::path::PathBuf {
    scene.at(format!(".specfuse/.loop/{}/attempts/T01/1", scene.folder.rsplit('/').next().unwrap()))
}

/// Quick waits for tests.
const QUICK: &str = "waits: {retry_seconds: 0.05, retries: 2}\n";

/// The unit is done by this agent; the words of its call, and what the log says it used.
fn does_the_unit(name: &str, script: &str, config: &str) -> (Scene, Value) {
    let scene = scene(config, &[(name, script)]);
    scene.expect(0);
    assert_eq!(scene.outcomes(), ["T01 passed"]);
    assert_eq!(scene.read("src/T01.txt"), format!("by {name}\n"));
    assert!(home(&scene, &format!("{name}.prompt")).contains("- Unit: FEAT-2026-0007/T01"));
    let used = scene.payloads("attempt_outcome")[0].clone();
    assert_eq!(used["agent_status"], "complete", "the block is found in its answer");
    (scene, used)
}

#[test]
fn codex_is_called_and_read() {
    let (scene, used) = does_the_unit("codex", CODEX, "agent: codex\n");
    let call = "exec --json --sandbox workspace-write --config model_reasoning_effort=\"medium\" -";
    assert_eq!(argv(&scene, "codex"), call, "`sonnet` is no name of its own");
    assert_eq!((&used["input_tokens"], &used["cache_read_input_tokens"]), (&315.into(), &24448.into()));
    let config =
        "agent: codex\nagents:\n  codex:\n    models: {sonnet: gpt-5.5}\n    args: [--skip-git-repo-check]\n";
    let (scene, _) = does_the_unit("codex", CODEX, config);
    assert!(argv(&scene, "codex").contains("--model gpt-5.5 --config"), "{}", argv(&scene, "codex"));
    assert!(argv(&scene, "codex").ends_with("- --skip-git-repo-check"));
}

#[test]
fn opencode_is_called_and_read() {
    let config = "agent: opencode\nagents: {opencode: {models: {sonnet: anthropic/claude-sonnet-4-5}}}\n";
    let (scene, used) = does_the_unit("opencode", OPENCODE, config);
    assert_eq!(argv(&scene, "opencode"), "run --format json --model anthropic/claude-sonnet-4-5");
    assert!(
        home(&scene, "opencode.env").contains(
            r#"OPENCODE_PERMISSION={"bash":{"gh":"deny","gh *":"deny","git push":"deny","git push *":"deny"}}"#
        ),
        "what it may not run is in its own variable"
    );
    assert_eq!(
        (&used["cost_usd"], &used["input_tokens"], &used["output_tokens"]),
        (&0.75.into(), &107.into(), &23.into())
    );
}

#[test]
fn droid_is_called_and_read() {
    let (scene, used) = does_the_unit("droid", DROID, "agent: droid\n");
    assert_eq!(
        argv(&scene, "droid"),
        "exec --output-format stream-json --auto medium --reasoning-effort medium"
    );
    assert_eq!((&used["input_tokens"], &used["cache_creation_input_tokens"]), (&10.into(), &2.into()));
}

#[test]
fn claude_is_called_and_read_both_ways() {
    let (scene, used) = does_the_unit("claude", &claude_works(), "");
    let call = "-p --model sonnet --effort medium --output-format json --disallowedTools Bash(git push:*),Bash(gh:*)";
    assert_eq!(argv(&scene, "claude"), call);
    assert_eq!(used["cost_usd"], 0.25);
    let config = "agents:\n  claude:\n    output: claude-stream-json\n    max_cost_usd: 2.5\n    deny: []\n    env: {MINE: here}\n";
    let (scene, used) = does_the_unit("claude", CLAUDE_STREAM, config);
    let call = "-p --model sonnet --effort medium --output-format stream-json --verbose --max-budget-usd 2.5";
    assert_eq!(argv(&scene, "claude"), call);
    assert!(home(&scene, "claude.env").contains("MINE=here\n"));
    assert_eq!(
        (&used["cost_usd"], &used["output_tokens"]),
        (&0.125.into(), &40.into()),
        "the last event counts"
    );
}

#[test]
fn what_a_session_does_is_told_while_it_does_it() {
    let scene = scene("agents: {claude: {output: claude-stream-json}}\n", &[("claude", CLAUDE_STREAM)]);
    let output = scene.run(["run", "--output", "json"]);
    let told: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<&Value> = told.iter().filter(|line| line["type"] == "session_activity").collect();
    assert!(
        told.iter().any(|line| line["text"] == "Write src/T01.txt" && line["usage"]["output_tokens"] == 8),
        "{told:?}"
    );
}

#[test]
fn an_attempts_folder_holds_all_of_it() {
    let (scene, _) = does_the_unit("codex", CODEX, "agent: codex\n");
    let read = |name: &str| fs::read_to_string(folder(&scene).join(name)).unwrap();
    assert!(read("prompt.md").contains("- Unit: FEAT-2026-0007/T01"));
    assert_eq!(read("output").lines().count(), 7);
    assert_eq!(read("stderr"), "");
    let result: Value = serde_json::from_str(&read("result.json")).unwrap();
    assert_eq!(
        (&result["exit"], &result["report"]["result"]["files_changed"][0]),
        (&0.into(), &"src/T01.txt".into())
    );
    let verification: Value = serde_json::from_str(&read("verification.json")).unwrap();
    assert_eq!((&verification[0]["name"], &verification[0]["verdict"]), (&"tests".into(), &"passed".into()));
    assert!(
        read("changes.diff").ends_with("+++ b/src/T01.txt\n@@ -0,0 +1 @@\n+by codex\n"),
        "{}",
        read("changes.diff")
    );
}

#[test]
fn a_limit_of_use_is_waited_for_until_it_is_over() {
    // The clock of the test stands at 1772600767.
    let limited = r#"if [ $n = 1 ]; then mkdir -p src; echo half > src/half.txt; cat <<'END'
{"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":1772600769,"rateLimitType":"five_hour"},"session_id":"s1"}
{"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"You have hit your limit","total_cost_usd":0.5,"usage":{"input_tokens":10,"output_tokens":0},"session_id":"s1"}
END
exit 1; fi
"#;
    let scene = scene("", &[("claude", &format!("{limited}rm -f src/half.txt\n{}", claude_works()))]);
    let begun = std::time::Instant::now();
    let output = scene.expect(0);
    assert!(begun.elapsed().as_secs_f64() >= 2.0);
    assert!(
        output.stdout.contains("limit of use: You have hit your limit; waiting 2 s"),
        "{}",
        output.stdout
    );
    assert_eq!(scene.outcomes(), ["T01 passed"], "a wait is no attempt");
    assert_eq!((scene.key("T01", "attempts"), scene.key("T01", "cost_usd")), ("1".into(), "0.75".into()));
    assert!(home(&scene, "claude.prompt").contains("was cut off before"));
    assert!(fs::read_to_string(folder(&scene).join("earlier-1/output")).unwrap().contains("429"));
    let journal =
        scene.at(".specfuse/.loop").join(scene.folder.rsplit('/').next().unwrap()).join("journal.jsonl");
    assert!(fs::read_to_string(journal).unwrap().contains("\"event\":\"waited\""));
}

#[test]
fn a_wait_ends_when_a_person_stops_the_run() {
    let limited = claude(r#","is_error":true,"api_error_status":429,"result":"limit""#).replacen(
        "\"is_error\":false,",
        "",
        1,
    );
    let scene = scene("waits: {retry_seconds: 600}\n", &[("claude", &limited)]);
    let mut child = scene.command(specfuse_tests::program("specfuse-loop")).arg("run").spawn().unwrap();
    super::wait_for(&scene.home.join("claude.calls"));
    std::thread::sleep(std::time::Duration::from_millis(500));
    let _ = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    let begun = std::time::Instant::now();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(begun.elapsed().as_secs() < 20);
    assert_eq!((scene.outcomes(), scene.status("T01")), (vec!["T01 interrupted".into()], "pending".into()));
}

#[test]
fn an_overloaded_service_is_tried_again_and_then_given_up() {
    let busy = r#"echo '{"type":"error","timestamp":1,"sessionID":"ses_1","error":{"name":"APIError","data":{"message":"Overloaded","statusCode":529,"isRetryable":true}}}'; exit 1"#;
    let twice = format!("if [ $n -le 2 ]; then {busy}; fi\n{OPENCODE}");
    let scene_of = |script: &str| scene(&format!("agent: opencode\n{QUICK}"), &[("opencode", script)]);
    let scene = scene_of(&twice);
    scene.expect(0);
    assert_eq!(
        (scene.outcomes(), home(&scene, "opencode.calls").lines().count()),
        (vec!["T01 passed".into()], 3)
    );
    let scene = scene_of(busy);
    let output = scene.expect(1);
    assert!(output.stdout.contains("overloaded: Overloaded; tried 3 times"), "{}", output.stdout);
    assert_eq!(
        (scene.outcomes(), scene.escalations()),
        (vec!["T01 interrupted".into()], vec!["agent_unavailable".into()])
    );
    assert_eq!(scene.key("T01", "attempts"), "0");
}

#[test]
fn a_chain_hands_over_and_missing_credentials_never_do() {
    let config = format!("chain: [codex, claude]\n{QUICK}");
    // It is not installed.
    let gone = scene(&config, &[("claude", &claude_works())]);
    gone.expect(0);
    assert_eq!(gone.read("src/T01.txt"), "by claude\n");
    assert_eq!(gone.key("T01", "attempts"), "1");
    // Its limit is beyond its patience.
    let limit = r#"mkdir -p src; echo half > src/half.txt; echo '{"type":"turn.failed","error":{"message":"{\"error\":{\"type\":\"usage_limit_reached\",\"message\":\"The usage limit has been reached\",\"resets_in_seconds\":4000}}"}}'; exit 1"#;
    let limited = scene(&config, &[("codex", limit), ("claude", &claude_works())]);
    let output = limited.expect(0);
    assert!(output.stdout.contains("claude takes over"), "{}", output.stdout);
    assert_eq!(limited.read("src/T01.txt"), "by claude\n");
    assert!(!limited.at("src/half.txt").exists(), "the next begins at the unit's start");
    // It is not signed in.
    let signed_out = r#"echo '{"type":"turn.failed","error":{"message":"{\"status\":401,\"error\":{\"message\":\"Missing key\"}}"}}'; exit 1"#;
    let out = scene(&config, &[("codex", signed_out), ("claude", &claude_works())]);
    let output = out.expect(1);
    assert!(
        output.stdout.contains("not authorised: Missing key") && output.stdout.contains("Sign in"),
        "{}",
        output.stdout
    );
    assert_eq!(home(&out, "claude.calls"), "");
    assert_eq!(out.key("T01", "attempts"), "0");
}

#[test]
fn an_agent_that_cannot_begin_is_not_the_units_fault() {
    let words = r#"echo '{"type":"thread.started","thread_id":"t"}'; echo '{"type":"error","message":"stream disconnected"}'; echo '{"type":"turn.failed","error":{"message":"stream disconnected"}}'; exit 1"#;
    let scene = scene(&format!("agent: codex\n{QUICK}"), &[("codex", words)]);
    let output = scene.expect(1);
    assert!(
        output.stdout.contains("could not work now: stream disconnected; tried 3 times"),
        "{}",
        output.stdout
    );
    assert_eq!(scene.outcomes(), ["T01 interrupted"]);
}

#[test]
fn a_refusal_calls_a_person_and_a_full_context_fails_the_attempt() {
    let denied = claude(
        r#","result":"I may not write files","permission_denials":[{"tool_name":"Write","tool_use_id":"t","tool_input":{}}]"#,
    );
    let refused = scene("", &[("claude", &denied)]);
    let output = refused.expect(1);
    assert!(output.stdout.contains("refused Write; allow it"), "{}", output.stdout);
    assert_eq!(
        (refused.outcomes(), refused.status("T01")),
        (vec!["T01 blocked".into()], "blocked_human".into())
    );
    let long =
        claude(r#","terminal_reason":"prompt_too_long","is_error":true,"result":"Prompt is too long""#)
            .replacen("\"is_error\":false,", "", 1);
    let script = format!("if [ $n = 1 ]; then {}exit 1; fi\n{}", long, claude_works());
    let full = scene("", &[("claude", &script)]);
    full.expect(0);
    assert_eq!(full.outcomes(), ["T01 agent_failed", "T01 passed"]);
    assert!(home(&full, "claude.prompt").contains("Read less at a time"));
}

#[test]
fn an_unsandboxed_unit_runs_without_the_agents_own_guards_and_is_logged() {
    let head = "unsandboxed: true\nunsandboxed_rationale: It needs the network.";
    for (name, script, words) in [
        ("claude", claude_works(), "--dangerously-skip-permissions"),
        ("codex", CODEX.to_owned(), "--dangerously-bypass-approvals-and-sandbox"),
        ("opencode", OPENCODE.to_owned(), "--dangerously-skip-permissions"),
        ("droid", DROID.to_owned(), "--skip-permissions-unsafe"),
    ] {
        let scene = scene_with(&format!("agent: {name}\n"), &[(name, &script)], head);
        scene.expect(0);
        assert!(argv(&scene, name).contains(words), "{}", argv(&scene, name));
        assert_eq!(scene.payloads("unsandboxed_dispatch")[0]["rationale"], "It needs the network.");
    }
}

#[test]
fn a_model_that_no_agent_has_is_refused_before_anything_is_written() {
    let config = "agent: codex\nagents: {codex: {models: {opus: gpt-5.5}}}\n";
    let scene = scene_with(config, &[("codex", CODEX)], "model: gpt-9");
    let output = scene.expect(2);
    assert!(output.stderr.contains("offers no model `gpt-9`"), "{}", output.stderr);
    assert_eq!(home(&scene, "codex.calls"), "");
}

/// Plays a sandbox: says what it was given, and runs it with a sign.
const JAIL: &str =
    "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$HOME/jail.argv\"\nshift 2\nJAILED=yes exec \"$@\"\n";

#[test]
fn a_sandbox_is_what_sessions_run_inside() {
    let config = "agent: codex\nsandbox: [jail, --in, \"{workdir}\"]\n";
    let mut scene = scene_with(config, &[("codex", CODEX)], "");
    let output = scene.drive();
    assert_ne!(output.code, Some(0));
    assert!(output.stderr.contains("its program `jail` cannot be found"), "{}", output.stderr);
    assert!(scene.sessions().is_empty() && home(&scene, "codex.calls").is_empty());
    scene.put_program("jail", JAIL);
    scene.expect(0);
    let words = argv(&scene, "jail");
    assert!(words.starts_with(&format!("--in {}", scene.root.display())), "{words}");
    assert!(words.contains("/bin/codex exec --json") && home(&scene, "codex.env").contains("JAILED=yes"));
    let head = "unsandboxed: true\nunsandboxed_rationale: It needs the network.";
    let mut scene = scene_with(config, &[("codex", CODEX)], head);
    scene.put_program("jail", JAIL);
    scene.expect(0);
    assert_eq!((argv(&scene, "jail"), home(&scene, "codex.calls").lines().count()), (String::new(), 1));
}

//! A scene for the driver: a sealed repository with a small plan, committed, and an agent that is a
//! shell script of the test's own.

use crate::program;
use crate::world::{Output, World};
use serde_json::Value;
use specfuse_core::event_types::{self, Origin};
use std::fs;
use std::ops::Deref;
use std::os::unix::fs::PermissionsExt;

/// The id of the feature.
pub const FEATURE: &str = "FEAT-2026-0007";

/// What every agent script starts with: who it is, what it was told, and how to answer.
const PRELUDE: &str = r#"#!/bin/sh
unit=${1##*/} attempt=$2
mkdir -p "$HOME/prompts"; told="$HOME/prompts/$unit-$attempt"; cat > "$told.$$"
role=work; case "$(head -n 1 "$told.$$")" in 'You judge '*) role=judge;; esac
if [ $role = judge ]; then mv "$told.$$" "$told-judge"; echo "$unit $attempt" >> "$HOME/judges"
else mv "$told.$$" "$told"; echo "$unit $attempt" >> "$HOME/sessions"; fi
# answer TEXT: what `claude -p --output-format json` prints; \n in TEXT is a line's end.
answer() {
  printf '{"type":"result","is_error":false,"result":"%s","total_cost_usd":%s,"usage":{"input_tokens":10,"output_tokens":5}}\n' "$1" "${cost:-0.25}"
}
block() { answer '```result\n'"$1"'\n```\n'; }
complete() { block "status: complete\nsummary: did it\nfiles_changed: [$(echo "$*" | sed 's/ /, /g')]"; }
work() { mkdir -p src; echo "$unit $attempt" > "src/$unit.txt"; }
key() { sed -i "s/^$2: .*/$2: $3/" "$1"; }
close() {
  printf '\nNothing generalizes.\n\n## Cost analysis\n\nFine.\n\n### Failure-class breakdown\n\nNone.\n' >> "$feature/RETROSPECTIVE.md"
  sed -i "s/^type: close$/type: close\nverdict: $1/" "$feature/WU-$unit.md"
  if [ "$1" = not_met ]; then printf '# Follow-ups\n\n- More.\n' > "$feature/FOLLOW-UPS.md"; fi
}
judge() { block 'verdict: met'; }
if [ $role = judge ]; then if [ -e "$HOME/judge" ]; then . "$HOME/judge"; fi; judge; exit 0; fi
"#;

/// What the agent does unless a test says otherwise: its work, or an honest close.
const USUAL: &str = "case $unit in T*) work; complete \"src/$unit.txt\";; *) close met; complete;; esac\n";

/// A unit of a scene's plan.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The last part of its id.
    pub name: String,
    /// Its type.
    pub kind: &'static str,
    /// Its status.
    pub status: &'static str,
    /// What it waits for, by name.
    pub after: Vec<&'static str>,
    /// More lines of its head.
    pub head: String,
    /// Its file.
    pub file: String,
}

impl Unit {
    /// A pending unit; its type follows from its name.
    pub fn new(name: &str) -> Unit {
        let kind = match name {
            _ if name.ends_with("-CLOSE") => "close",
            _ if name.ends_with("-CLOSE-INTERMEDIATE") => "close-intermediate",
            _ if name.ends_with("-PLAN") => "plan-next",
            _ => "implementation",
        };
        let head = String::new();
        Unit {
            name: name.into(),
            kind,
            status: "pending",
            after: Vec::new(),
            head,
            file: format!("WU-{name}.md"),
        }
    }

    /// Waits for `names`.
    pub fn after(mut self, names: &[&'static str]) -> Unit {
        self.after = names.to_vec();
        self
    }

    /// Has this status.
    pub fn status(mut self, status: &'static str) -> Unit {
        self.status = status;
        self
    }

    /// Has this type.
    pub fn kind(mut self, kind: &'static str) -> Unit {
        self.kind = kind;
        self
    }

    /// Has these lines in its head, too.
    pub fn head(mut self, lines: &str) -> Unit {
        self.head.push_str(lines);
        self.head.push('\n');
        self
    }

    fn text(&self) -> String {
        let Unit { name, kind, status, head, .. } = self;
        format!(
            "---\nid: {FEATURE}/{name}\ntype: {kind}\nstatus: {status}\n{head}---\n\n# Make {name}\n\n\
             **Objective.** Make it.\n\n**Context.** A scene.\n\n\
             **Acceptance criteria.**\n\n1. It is made. A close writes RETROSPECTIVE.md, says that nothing \
             generalizes, gives a verdict, a Cost analysis, a Failure-class breakdown, FOLLOW-UPS.md, \
             feature_oracle, GATE-02-REVIEW.md.\n\n\
             **Do not touch.** `other/`.\n\n**Verification.** The `tests` check.\n\n\
             **Escalation triggers.** None.\n"
        )
    }
}

/// What a scene is made of.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The feature folder's name.
    pub folder: String,
    /// The units of each gate.
    pub gates: Vec<Vec<Unit>>,
    /// More lines of every gate's head.
    pub gate_head: String,
    /// The status of the feature.
    pub status: &'static str,
    /// More lines of PLAN.md's head.
    pub head: String,
    /// Whether a judge looks at a verdict of `met`.
    pub judge: bool,
    /// What PLAN.md says before its graph.
    pub before_graph: String,
    /// verification.yml.
    pub verification: String,
    /// More lines of the agent's entry in `config`.
    pub adapter: String,
    /// What the agent does.
    pub agent: String,
}

impl Plan {
    /// One gate with `units` and a close.
    pub fn of(units: impl IntoIterator<Item = Unit>) -> Plan {
        let mut units: Vec<Unit> = units.into_iter().collect();
        if !units.iter().any(|unit| unit.name == "G1-CLOSE") {
            units.push(Unit::new("G1-CLOSE"));
        }
        Plan {
            folder: format!("{FEATURE}-scene"),
            gates: vec![units],
            gate_head: String::new(),
            status: "active",
            head: String::new(),
            judge: false,
            before_graph: String::new(),
            verification: sets("true"),
            adapter: "output: claude-json".into(),
            agent: USUAL.into(),
        }
    }

    /// One gate with one unit, `T01`, and a close; the agent does `script`, a piece of shell, in the
    /// session of `T01`.
    pub fn one(script: &str) -> Plan {
        let mut plan = Plan::of([Unit::new("T01")]);
        plan.agent = format!("case $unit in T01)\n{script}\n;;\n*) close met; complete;; esac\n");
        plan
    }

    /// With this command as the `code` set.
    pub fn check(mut self, command: &str) -> Plan {
        self.verification = sets(command);
        self
    }

    /// With these lines in the agent's entry instead of `output: claude-json`.
    pub fn adapter(mut self, lines: &str) -> Plan {
        self.adapter = lines.into();
        self
    }

    /// With this agent.
    pub fn agent(mut self, script: &str) -> Plan {
        self.agent = script.into();
        self
    }

    /// The scene, its files committed on `main`.
    pub fn scene(self) -> Scene {
        let scene = self.files();
        scene.world.git(["add", "--all"]);
        scene.world.git(["commit", "--quiet", "--message=Start"]);
        scene
    }

    /// The scene before anything is committed.
    pub fn files(self) -> Scene {
        // Built before a test looks at the clock.
        program("specfuse-loop");
        let world = World::repository();
        let folder = format!(".specfuse/features/{}", self.folder);
        for (number, units) in (1..).zip(&self.gates) {
            let head = &self.gate_head;
            let gate = format!(
                "---\ngate: {number}\nstatus: open\n{head}---\n\n# Gate {number}\n\n## Definition of done\n\nIt is.\n\n## Arming discipline\n\n- Look.\n"
            );
            world.write(format!("{folder}/GATE-{number:02}.md"), gate);
            units.iter().for_each(|unit| world.write(format!("{folder}/{}", unit.file), unit.text()));
        }
        world.write(format!("{folder}/PLAN.md"), self.plan());
        world.write(".specfuse/verification.yml", &self.verification);
        world.write(".specfuse/roadmap.md", self.roadmap());
        world.write("README.md", "A scene.\n");
        world.write(".gitignore", "*.ignored\n");
        let scene = Scene { world, folder };
        scene.play(&self.agent);
        let agent = scene.world.home.join("agent");
        let lines: Vec<String> = self.adapter.lines().map(|line| format!("    {line}\n")).collect();
        let config = format!(
            "agent: x\nagents:\n  x:\n    command: ['{}', '{{unit_id}}', '{{attempt}}']\n{}",
            agent.display(),
            lines.concat()
        );
        scene.world.write(".specfuse/config", config);
        scene
    }

    fn plan(&self) -> String {
        let Plan { head, status, before_graph, .. } = self;
        let judge = if self.judge { "" } else { "judge_disabled: true\n" };
        let mut graph = String::new();
        for (number, units) in (1..).zip(&self.gates) {
            let list = if units.is_empty() { " []" } else { "" };
            graph += &format!("  - gate: {number}\n    file: GATE-{number:02}.md\n    work_units:{list}\n");
            for Unit { name, file, after, .. } in units {
                let after: Vec<String> = after.iter().map(|name| format!("{FEATURE}/{name}")).collect();
                let file = file.replace('\'', "''");
                graph += &format!(
                    "      - id: {FEATURE}/{name}\n        file: '{file}'\n        depends_on: [{}]\n",
                    after.join(", ")
                );
            }
        }
        format!(
            "---\nfeature_id: {FEATURE}\ntitle: A scene\nslug: scene\nbranch: feat/scene\n\
             roadmap_goal: It is made.\nstatus: {status}\n{judge}{head}---\n\n# A scene\n\n{before_graph}\n\
             ## Existing-mechanism search\n\nNone.\n\n## Escalation-predicate satisfiability\n\nYes.\n\n\
             ## Task graph\n\n```yaml\ngates:\n{graph}```\n"
        )
    }

    fn roadmap(&self) -> String {
        let Plan { folder, status, .. } = self;
        format!(
            "---\nproject: scene\n---\n\n# Roadmap\n\n| Feature ID | Title | Status | Folder | Detail |\n\
             |---|---|---|---|---|\n| {FEATURE} | A scene | {status} | `{folder}` | [detail](#feat-2026-0007) |\n\n\
             <a id=\"feat-2026-0007\"></a>\n## {FEATURE} A scene\n\n**Status: {status}.**\n\nWords.\n"
        )
    }
}

/// verification.yml with `command` as its `code` set and nothing to say against documents.
pub fn sets(command: &str) -> String {
    let command = command.replace('\'', "''");
    format!(
        "code:\n  - name: tests\n    command: '{command}'\n\
         doc:\n  - name: doc\n    command: 'true'\nplannext:\n  - name: plan\n    command: 'true'\n"
    )
}

/// A repository with a plan and an agent.
#[derive(Debug)]
pub struct Scene {
    /// Where it is.
    pub world: World,
    /// The feature's folder, from the repository's top.
    pub folder: String,
}

impl Deref for Scene {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Scene {
    /// The agent does `script` from now on.
    pub fn play(&self, script: &str) {
        let folder = self.folder.replace('\'', "'\\''");
        let path = self.world.home.join("agent");
        let text = format!("{PRELUDE}feature='{folder}'\n{script}");
        fs::write(&path, text).expect("the home can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("the file was just made");
    }

    /// Puts a program in front of all others of its name.
    pub fn put_program(&mut self, name: &str, text: &str) {
        let folder = self.world.home.join("bin");
        fs::create_dir_all(&folder).expect("the home can be written");
        fs::write(folder.join(name), text).expect("the home can be written");
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.join(name), mode).expect("the file was just made");
        let usual = std::env::var("PATH").unwrap_or_default();
        self.world.set("PATH", format!("{}:{usual}", folder.display()));
    }

    /// `specfuse-loop run`.
    pub fn drive(&self) -> Output {
        self.world.run(["run"])
    }

    /// Runs, and expects this exit code.
    ///
    /// # Panics
    /// When it is another, with all that was said.
    pub fn expect(&self, code: i32) -> Output {
        let output = self.drive();
        assert_eq!(output.code, Some(code), "{}\n{}", output.stdout, output.stderr);
        output
    }

    /// The subjects of the commits on the branch since `main`, oldest first.
    pub fn subjects(&self) -> Vec<String> {
        let log = self.world.git(["log", "--reverse", "--format=%s", "main..HEAD"]);
        log.lines().map(str::to_owned).collect()
    }

    /// The subjects of the commits that carry units.
    pub fn features(&self) -> Vec<String> {
        self.subjects().into_iter().filter(|subject| subject.starts_with("feat: ")).collect()
    }

    /// The value of `key` in the head of a unit's file; empty when it is not there.
    pub fn key(&self, unit: &str, key: &str) -> String {
        self.key_in(&format!("WU-{unit}.md"), key)
    }

    /// The value of `key` in the head of a file of the feature; empty when it is not there.
    pub fn key_in(&self, file: &str, key: &str) -> String {
        let text = self.world.read(format!("{}/{file}", self.folder));
        let head = text.split("\n---").next().unwrap_or_default();
        let found = head.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
        found.unwrap_or_default().to_owned()
    }

    /// A unit's status.
    pub fn status(&self, unit: &str) -> String {
        self.key(unit, "status")
    }

    /// Every event of the log.
    pub fn events(&self) -> Vec<Value> {
        let path = self.world.at(format!("{}/events.jsonl", self.folder));
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().for_each(described);
        text.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
    }

    /// The payloads of the events of one type.
    pub fn payloads(&self, kind: &str) -> Vec<Value> {
        let events = self.events().into_iter().filter(|event| event["event_type"] == kind);
        events.map(|event| event["payload"].clone()).collect()
    }

    /// How the attempts of all units ended, in order, such as `T01 passed`.
    pub fn outcomes(&self) -> Vec<String> {
        let events = self.events().into_iter().filter(|event| event["event_type"] == "attempt_outcome");
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        events
            .map(|event| {
                let id = word(&event["correlation_id"]);
                format!(
                    "{} {}",
                    id.rsplit('/').next().unwrap_or_default(),
                    word(&event["payload"]["outcome"])
                )
            })
            .collect()
    }

    /// Why the driver asked for a person, in order.
    pub fn escalations(&self) -> Vec<String> {
        let payloads = self.payloads("human_escalation");
        payloads.iter().map(|payload| payload["reason"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The sessions that were started, such as `T01 1`.
    pub fn sessions(&self) -> Vec<String> {
        let text = fs::read_to_string(self.world.home.join("sessions")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// What the session of an attempt was told.
    ///
    /// # Panics
    /// When there was no such session.
    pub fn prompt(&self, unit: &str, attempt: u32) -> String {
        let path = self.world.home.join(format!("prompts/{unit}-{attempt}"));
        fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
    }

    /// The names of the kept snapshots, below `refs/specfuse/<feature>/`.
    pub fn kept(&self) -> Vec<String> {
        let refs = self.world.git(["for-each-ref", "--format=%(refname)", "refs/specfuse/"]);
        let parts = refs.lines().map(|name| name.splitn(4, '/').last().unwrap_or_default().to_owned());
        parts.collect()
    }

    /// A file as an attempt left it; `None` when it was not there.
    pub fn kept_file(&self, attempt: &str, path: &str) -> Option<String> {
        let folder = self.folder.rsplit('/').next().unwrap_or_default();
        let name = format!("refs/specfuse/{folder}/{attempt}:{path}");
        let output = Output::of(self.world.command("git").args(["show", &name]));
        (output.code == Some(0)).then_some(output.stdout)
    }

    /// What `git status` says of the work tree, one line a path.
    pub fn dirt(&self) -> Vec<String> {
        let status = self.world.git(["status", "--porcelain", "--untracked-files=all"]);
        status.lines().map(str::to_owned).collect()
    }
}

/// Panics when a line that the driver wrote is not as the published schema wants it, or holds what the
/// table of event types does not describe.
fn described(line: &str) {
    let event: Value = serde_json::from_str(line).expect("every line is JSON");
    let wrong = event_types::complaints(line);
    let kind = event["event_type"].as_str().unwrap_or_default();
    let more = event_types::undescribed(kind, &event["payload"]);
    let here = event_types::find(kind).is_some_and(|known| known.origin == Origin::Here);
    let is_ours = event["source_version"] == env!("CARGO_PKG_VERSION");
    assert!(
        !is_ours || here && wrong.is_empty() && more.is_empty(),
        "core/src/event_types/table.rs does not describe {line}: {wrong:?}, unknown {more:?}, written here: {here}"
    );
}

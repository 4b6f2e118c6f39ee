//! The scripted agent: a program that plays the sessions of the bundled example, or of a plan of `chaos`,
//! mistakes included, without a key or a network.

use crate::args::ScriptedAgentArgs;
use crate::chaos;
use crate::commands;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::load::{self, Place};
use crate::store;
use serde_json::json;
use specfuse_core::edit::{self, Value};
use specfuse_core::example;
use specfuse_core::fix::Edits;
use specfuse_core::model::id::short;
use specfuse_core::path::RelPath;
use specfuse_core::schema::FileKind;
use std::path::Path;
use std::time::Duration;

/// The file that the session of T04 writes first; then it takes its time.
pub(crate) const FIRST_OF_T04: &str = "bin/install.sh";

/// What one session does: files to write, and what it costs.
struct Script {
    unit: &'static str,
    /// The attempts from this one on.
    attempt: u32,
    files: &'static [(&'static str, &'static str)],
    cost_usd: f64,
    /// How long it is at work after its first file, when it is paced.
    seconds: u64,
}

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!("files/", $name))
    };
}

const SCRIPTS: &[Script] = &[
    Script {
        unit: "T01",
        attempt: 2,
        files: &[("bin/greet.sh", file!("greet.sh")), ("tests/greet.test.sh", file!("greet.test.sh"))],
        cost_usd: 0.35,
        seconds: 0,
    },
    Script {
        unit: "T01",
        attempt: 1,
        files: &[("bin/greet.sh", file!("greet-first.sh")), ("tests/greet.test.sh", file!("greet.test.sh"))],
        cost_usd: 0.40,
        seconds: 0,
    },
    Script {
        unit: "T02",
        attempt: 1,
        files: &[
            ("bin/greet.sh", file!("greet-languages.sh")),
            ("bin/greetings.txt", file!("greetings.txt")),
            ("tests/languages.test.sh", file!("languages.test.sh")),
        ],
        cost_usd: 0.70,
        seconds: 2,
    },
    Script {
        unit: "T03",
        attempt: 1,
        files: &[("docs/usage.md", file!("usage.md"))],
        cost_usd: 0.20,
        seconds: 1,
    },
    Script {
        unit: "T04",
        attempt: 1,
        files: &[(FIRST_OF_T04, file!("install.sh")), ("tests/install.test.sh", file!("install.test.sh"))],
        cost_usd: 0.60,
        seconds: 3,
    },
    Script {
        unit: "T05",
        attempt: 1,
        files: &[("docs/install.md", file!("install.md"))],
        cost_usd: 0.15,
        seconds: 0,
    },
];

/// Plays the session of a unit in the current folder and prints what an agent would.
///
/// # Errors
/// When the files cannot be written, or the unit is none of the example's.
pub fn agent(args: &ScriptedAgentArgs) -> Result<ExitCode> {
    let prompt = told()?;
    if let Some(judgement) = judgement(&prompt) {
        commands::print(&answer(&block(judgement), Some(0.15), [1200, 300]));
        return Ok(ExitCode::Complete);
    }
    let attempt = told_attempt(&prompt).unwrap_or(args.attempt);
    if let Some(sessions) = &args.sessions {
        return chaos::agent(sessions, &args.unit, attempt, args.paced);
    }
    let name = short(&args.unit);
    let script = SCRIPTS.iter().find(|script| script.unit == name && attempt >= script.attempt);
    let (changed, cost) = match (script, name) {
        (Some(script), _) => (play(script, args.paced)?, script.cost_usd),
        (None, "G1-PLAN") => (draft()?, 1.10),
        (None, "G2-CLOSE") => (close()?, 0.90),
        (None, _) => {
            return Err(Error::new(
                Kind::Usage,
                format!("the demo's agent has no script for {:?}", args.unit),
            )
            .hint("it plays the bundled example only: specfuse-loop demo"));
        }
    };
    let files = changed.join(", ");
    let text = block(&format!("status: complete\nsummary: done as asked\nfiles_changed: [{files}]"));
    commands::print(&answer(&text, Some(cost), [1200, 300]));
    Ok(ExitCode::Complete)
}

/// What the session was told.
fn told() -> Result<String> {
    std::io::read_to_string(std::io::stdin()).map_err(|e| Error::io("read the prompt", e))
}

/// What a judge or a verifier says, whose work is not a unit's: their prompts say that they are one.
fn judgement(prompt: &str) -> Option<&'static str> {
    if prompt.starts_with("You judge ") {
        return Some("verdict: met\nreasons: [every script is there and tested]");
    }
    prompt.starts_with("You audit ").then_some("status: sound\nfindings: []")
}

/// Which of the unit's attempts this is, as the prompt says: an interrupted one is not counted, and played
/// again.
fn told_attempt(prompt: &str) -> Option<u32> {
    let told = prompt.lines().find_map(|line| line.strip_prefix("- Attempt: ")?.split(' ').next());
    told?.parse().ok()
}

fn block(words: &str) -> String {
    format!("```result\n{words}\n```\n")
}

/// The output of a session in the shape of `claude -p --output-format json`; `tokens` are read and written.
pub(crate) fn answer(text: &str, cost_usd: Option<f64>, tokens: [u64; 2]) -> String {
    let usage = json!({"input_tokens": tokens[0], "output_tokens": tokens[1]});
    let mut answer = json!({"type": "result", "is_error": false, "result": text, "usage": usage});
    if let Some(cost) = cost_usd {
        answer["total_cost_usd"] = json!(cost);
    }
    format!("{answer}\n")
}

/// Does what the script says; the files it wrote.
fn play(script: &Script, paced: bool) -> Result<Vec<String>> {
    for (at, (path, text)) in script.files.iter().enumerate() {
        write(path, text)?;
        if paced && at == 0 {
            std::thread::sleep(Duration::from_secs(script.seconds));
        }
    }
    Ok(script.files.iter().map(|(path, _)| (*path).to_owned()).collect())
}

/// Writes a file of a session's, with the folders above it.
pub(crate) fn write(path: &str, text: &str) -> Result<()> {
    let path = Path::new(path);
    let refused = |e| Error::io(format_args!("write {}", path.display()), e);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(refused)?;
    }
    std::fs::write(path, text).map_err(refused)
}

/// Gate 1's planning session: gate 2 as drafts.
fn draft() -> Result<Vec<String>> {
    let loaded = load::load(Path::new("."))?;
    // The review's headings stand there before a session: they are filled in.
    let mut before = loaded.tree.clone();
    before.remove(&example::folder().join("GATE-02-REVIEW.md").expect("a plain name"));
    let after = example::draft().apply(&before).unwrap_or(before);
    let edits = edit::tree_edits(&loaded.tree, &after);
    store::apply(&loaded.place, &loaded.tree, &edits)?;
    Ok(edits.iter().map(|(path, _)| path.to_string()).collect())
}

/// The last close: retrospective, a lesson, the verdict.
fn close() -> Result<Vec<String>> {
    let loaded = load::load(Path::new("."))?;
    let at = |name: &str| example::folder().join(name).expect("a plain name");
    let text = |path: &RelPath| loaded.tree.text(path).map(|text| text.to_string()).unwrap_or_default();
    let learnings = RelPath::new(".specfuse/LEARNINGS.md").expect("a constant path");
    let (retrospective, unit) = (at("RETROSPECTIVE.md"), at("WU-92-gate-2-close.md"));
    let told = text(&retrospective).replace("## Gate 2\n", "").trim_end().to_owned();
    let told = format!("{told}\n\n{}", file!("retrospective.md"));
    let learned =
        format!("{}- A script's test belongs into the unit that writes the script.\n", text(&learnings));
    let met = edit::with_key(FileKind::Unit, &text(&unit), &["verdict"], &Value::Text("met".into()))
        .map_err(|refused| Error::new(Kind::Usage, refused.to_string()))?;
    let mut changed = Vec::new();
    for (path, new) in [(retrospective, told), (learnings, learned), (unit, met)] {
        rewrite(&loaded.place, &loaded.tree, &path, &new)?;
        changed.push(path.to_string());
    }
    Ok(changed)
}

fn rewrite(place: &Place, tree: &specfuse_core::tree::Tree, path: &RelPath, new: &str) -> Result<()> {
    let mut edits = Edits::none();
    match tree.text(path) {
        Some(old) => edit::text_edits(old, new).into_iter().for_each(|e| edits.edit(path.clone(), e)),
        None => edits.create(path.clone(), new),
    }
    store::apply(place, tree, &edits).map(drop)
}

//! An agent that does next to nothing, so that what is left of a run is the driver's: this very
//! program under the name `claude`. It makes one file and claims to be done, after a wait when one is asked for.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, stdin};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

/// The name that agents are looked for by.
pub const NAME: &str = "claude";

/// The variable with the seconds that a session takes.
pub const SECONDS: &str = "BENCH_AGENT_SECONDS";

const ANSWER: &str = r#"{"type":"result","is_error":false,"result":"```result\nstatus: complete\n```","total_cost_usd":0.01,"usage":{"input_tokens":10,"output_tokens":5}}"#;

/// Whether this process is the agent.
pub fn is_called() -> bool {
    env::args_os().next().is_some_and(|name| Path::new(&name).file_name() == Some(OsStr::new(NAME)))
}

/// Puts the agent into `folder`.
///
/// # Panics
/// When the folder cannot be written.
pub fn install(folder: &Path) {
    let program = env::current_exe().expect("a running program has a path");
    fs::create_dir_all(folder).expect("the folder can be made");
    symlink(program, folder.join(NAME)).expect("the folder was just made");
}

/// One session. A call that asks for help or the version changes nothing.
pub fn run() -> ExitCode {
    if !env::args().any(|arg| arg == "-p") {
        println!("0.0.0 (bench)");
        return ExitCode::SUCCESS;
    }
    let mut prompt = Vec::new();
    let read = stdin().read_to_end(&mut prompt).is_ok();
    let seconds = env::var(SECONDS).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    sleep(Duration::from_secs(seconds));
    // A name of its own: sessions in several lanes do not see each other's files.
    let name = format!("out/{}.txt", std::process::id());
    let made = fs::create_dir_all("out").and_then(|()| fs::write(name, "done\n"));
    println!("{ANSWER}");
    if read && made.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

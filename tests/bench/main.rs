//! Measures what people wait for, in ratios: every figure is taken in turns with the Python peer's when
//! the variable `SPECFUSE_PEER` names the folder of its programs, and with a floor otherwise.
//!
//! `cargo bench-all [--rounds N] [SECTION…]` prints Markdown tables; sections are `start lint plan
//! dry-run unit lanes memory lsp`.

mod agent;
mod driver;
mod editor;
mod in_process;
mod memory;
mod peer;
mod plans;
mod processes;
mod table;
mod timing;

use peer::Programs;
use std::env;
use std::process::ExitCode;

/// How often each pair is measured unless the command line says otherwise.
const ROUNDS: usize = 15;

/// What to measure.
struct Wanted {
    rounds: usize,
    sections: Vec<String>,
}

impl Wanted {
    /// The command line; what cargo adds on its own is passed over.
    fn read() -> Result<Wanted, String> {
        let mut wanted = Wanted { rounds: ROUNDS, sections: Vec::new() };
        let mut args = env::args().skip(1).filter(|arg| arg != "--bench");
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--rounds" => {
                    let number = args.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
                    wanted.rounds = number.ok_or("--rounds wants a number above 0")?;
                }
                name if SECTIONS.iter().any(|(known, _)| *known == name) => wanted.sections.push(arg),
                other => {
                    return Err(format!(
                        "{other:?} is no section: start lint plan dry-run unit lanes memory lsp"
                    ));
                }
            }
        }
        Ok(wanted)
    }

    fn has(&self, section: &str) -> bool {
        self.sections.is_empty() || self.sections.iter().any(|name| name == section)
    }
}

type Section = fn(&Programs, usize);

const SECTIONS: [(&str, Section); 8] = [
    ("start", processes::start),
    ("lint", processes::lint),
    ("plan", in_process::plan),
    ("dry-run", processes::dry_run),
    ("unit", driver::unit),
    ("lanes", driver::lanes),
    ("memory", memory::memory),
    ("lsp", editor::lsp),
];

fn main() -> ExitCode {
    if agent::is_called() {
        return agent::run();
    }
    let wanted = match Wanted::read() {
        Ok(wanted) => wanted,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    let programs = Programs::find();
    println!("{}\n", programs.against());
    for (name, measure) in SECTIONS {
        if wanted.has(name) {
            measure(&programs, wanted.rounds);
        }
    }
    ExitCode::SUCCESS
}

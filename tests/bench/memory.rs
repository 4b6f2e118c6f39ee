//! What a long run holds: two hundred units in one gate, in four lanes, looked at while it runs, beside what
//! the feature's log takes by then.

use crate::driver::{check_done, prepared};
use crate::peer::Programs;
use crate::plans::FOLDER;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Units in the gate.
const UNITS: usize = 200;
/// After how many units it is looked at.
const LOOKS: [usize; 5] = [10, 50, 100, 150, 199];

/// Prints the driver's resident memory, the size of the feature's log and the driver's open files after so many
/// units, and how many lines it says about a unit.
pub fn memory(programs: &Programs, _rounds: usize) {
    let (world, _) = prepared(UNITS);
    let mut command = world.command(programs.ours("specfuse-loop"));
    let log = world.home.join("log");
    let output = fs::File::create(&log).expect("the home can be written");
    command.args(["run", "--lanes", "4"]).stdout(output).stderr(Stdio::null());
    let mut driver = command.spawn().expect("the driver starts");
    println!(
        "### Memory of a run of {UNITS} units in four lanes\n\n| units done | resident, KB | the feature's log, KB | open files |\n|---|---|---|---|"
    );
    let events = world.at(FOLDER).join("events.jsonl");
    for look in LOOKS {
        let done = wait(&mut driver, &events, look);
        let logged = fs::metadata(&events).map_or(0, |events| events.len());
        let of = Path::new("/proc").join(driver.id().to_string());
        let status = fs::read_to_string(of.join("status")).unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let files = fs::read_dir(of.join("fd")).map_or(0, Iterator::count);
        println!(
            "| {done} | {} | {} | {files} |",
            resident.map_or("gone", |text| text.trim().trim_end_matches(" kB")),
            logged / 1024
        );
    }
    driver.wait().expect("the driver ends");
    check_done(&world, UNITS);
    let lines = fs::read_to_string(&log).unwrap_or_default().lines().count();
    println!("\n{} lines said about a unit.\n", lines / UNITS);
}

/// Waits until `units` attempts have ended, or the driver has; how many have.
fn wait(driver: &mut Child, log: &Path, units: usize) -> usize {
    loop {
        let text = fs::read_to_string(log).unwrap_or_default();
        let done = text.matches("\"attempt_outcome\"").count();
        if done >= units || driver.try_wait().is_ok_and(|end| end.is_some()) {
            return done;
        }
        sleep(Duration::from_millis(20));
    }
}

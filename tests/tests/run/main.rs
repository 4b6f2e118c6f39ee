//! `specfuse-loop run` as a whole program: real repositories, real processes, agents that are scripts.

#![allow(clippy::unwrap_used, reason = "what is not as expected fails the test")]

mod adapters;
mod agents;
mod arming;
mod auditing;
mod baseline;
mod beside;
mod briefs;
mod chaos;
mod clean;
mod corners;
mod failing;
mod fix_units;
mod guards;
mod hooks;
mod in_flight;
mod inherited;
mod judging;
mod killed;
mod lanes;
mod manners;
mod people;
mod replanning;
mod retained;
mod skeletons;
mod sparing;
mod starting;
mod stopping;
mod tampering;

use std::path::Path;
use std::time::{Duration, Instant};

/// Waits until `path` is there.
fn wait_for(path: &Path) {
    let begun = Instant::now();
    while !path.exists() {
        assert!(begun.elapsed() < Duration::from_secs(30), "{} never came", path.display());
        std::thread::sleep(Duration::from_millis(10));
    }
}

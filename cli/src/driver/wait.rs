//! Waits for an agent that cannot work now.

use super::STOP_FILE;
use crate::signal;
use specfuse_core::drive::Event;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How often a wait looks whether a person wants the run's end.
const LOOK: Duration = Duration::from_millis(50);

/// A wait: all that it takes, so that it can be done beside the driver.
pub(super) struct WaitWork {
    /// How long.
    pub seconds: f64,
    /// What the person asks for.
    pub stop: signal::Stop,
    /// The checkout, for the STOP file.
    pub root: PathBuf,
}

impl WaitWork {
    /// Waits so long, or until a person asks for the run's end: by Ctrl-C or the STOP file.
    pub(super) fn run(&self) -> Event {
        let begun = Instant::now();
        let long = Duration::try_from_secs_f64(self.seconds).unwrap_or_default();
        let mut stopped = false;
        while begun.elapsed() < long && !stopped {
            std::thread::sleep(LOOK.min(long.saturating_sub(begun.elapsed())));
            stopped = self.stop.soon()
                || self.stop.now().load(Ordering::SeqCst)
                || self.root.join(STOP_FILE).exists();
        }
        Event::Waited { seconds: begun.elapsed().as_secs_f64(), stopped }
    }
}

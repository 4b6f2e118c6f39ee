//! Ctrl-C as two flags: once asks to stop after the running step, twice to stop at once. A
//! request to terminate, or a terminal that closes, stops at once.

use crate::error::{Error, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the person at the terminal has asked for so far. Clones share the flags.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    soon: Arc<AtomicBool>,
    now: Arc<AtomicBool>,
}

impl Stop {
    /// Whether to stop after the running step.
    pub fn soon(&self) -> bool {
        self.soon.load(Ordering::SeqCst)
    }

    /// The flag that ends running processes at once.
    pub fn now(&self) -> &AtomicBool {
        &self.now
    }

    /// Ends running processes: the driver cannot go on.
    pub fn at_once(&self) {
        self.now.store(true, Ordering::SeqCst);
    }

    /// Takes note of one signal.
    fn note(&self, signal: i32) {
        if self.soon.swap(true, Ordering::SeqCst) || signal != SIGINT {
            self.now.store(true, Ordering::SeqCst);
        }
    }
}

/// Listens for signals as long as it lives.
#[derive(Debug)]
pub struct Listener {
    handle: Handle,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// Starts to listen, and says through `stop` what was asked.
///
/// # Errors
/// When the system refuses the handlers or the thread.
pub fn listen(stop: &Stop) -> Result<Listener> {
    let refused = |cause| Error::io("listen for Ctrl-C", cause);
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).map_err(refused)?;
    let handle = signals.handle();
    let stop = stop.clone();
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || signals.forever().for_each(|signal| stop.note(signal)))
        .map_err(refused)?;
    Ok(Listener { handle })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn until(what: impl Fn() -> bool) -> bool {
        (0..400).any(|_| {
            std::thread::sleep(Duration::from_millis(5));
            what()
        })
    }

    #[test]
    fn once_stops_soon_and_twice_at_once() {
        let stop = Stop::default();
        let _listener = listen(&stop).unwrap();
        signal_hook::low_level::raise(SIGINT).unwrap();
        assert!(until(|| stop.soon()));
        assert!(!stop.now().load(Ordering::SeqCst));
        signal_hook::low_level::raise(SIGINT).unwrap();
        assert!(until(|| stop.now().load(Ordering::SeqCst)));
    }

    #[test]
    fn a_request_to_terminate_stops_at_once() {
        let stop = Stop::default();
        stop.note(SIGTERM);
        assert!(stop.soon() && stop.now().load(Ordering::SeqCst));
    }
}

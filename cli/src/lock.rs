//! One driver per checkout: an exclusive lock that the kernel releases when its holder dies. What
//! the file says is for people; only the lock counts, so stale words never block anybody.

use crate::env::{Clock, command_line, host};
use crate::error::{Error, Kind, Result};
use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use rustix::io::Errno;
use std::fs::File;
use std::io::{Seek, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// The lock's file, below the repository's root.
pub const LOCK_FILE: &str = ".specfuse/.loop.lock";

/// How long the lock of a dead holder is waited for: a process that it was about to start when it died holds
/// it, too, until that process is another program.
const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(20);

/// The lock, held as long as this lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    _folder: Option<OwnedFd>,
}

/// Takes the lock of the checkout at `root`: at once or not at all while its holder lives, and soon after it
/// died.
///
/// # Errors
/// [`Kind::Locked`] with the holder's words when another driver runs; otherwise what the system
/// refused.
pub fn take(root: &Path, clock: &Clock) -> Result<Lock> {
    let path = root.join(LOCK_FILE);
    let refused = |e: std::io::Error| Error::io(format_args!("lock {}", path.display()), e);
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut file: File =
        open(&path, flags, Mode::from_raw_mode(0o644)).map_err(|e| refused(e.into()))?.into();
    let folder = match patiently(&file, || take_both(&file, root)) {
        Ok(folder) => folder,
        Err(Errno::WOULDBLOCK) => return Err(held(&file)),
        Err(e) => return Err(refused(e.into())),
    };
    let words =
        format!("pid {} on {} since {}: {}\n", std::process::id(), host(), clock.now(), command_line());
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| file.write_all(words.as_bytes()))
        .map_err(refused)?;
    Ok(Lock { _file: file, _folder: folder })
}

/// Repeats `attempt` as long as somebody holds the lock whom the file's words call dead, and [`PATIENCE`] lasts.
fn patiently<T>(
    file: &File,
    attempt: impl Fn() -> std::result::Result<T, Errno>,
) -> std::result::Result<T, Errno> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Err(Errno::WOULDBLOCK) if is_gone(&words(file)) && begun.elapsed() < PATIENCE => {
                std::thread::sleep(PAUSE);
            }
            other => return other,
        }
    }
}

fn take_both(file: &File, root: &Path) -> std::result::Result<Option<OwnedFd>, Errno> {
    flock(file, FlockOperation::NonBlockingLockExclusive)?;
    match take_folder(root) {
        Err(Errno::WOULDBLOCK) => Err(Errno::WOULDBLOCK),
        other => Ok(other.ok()),
    }
}

/// Locks the checkout's top as well: the file is gone after a `git clean -x`, and its lock with it.
/// Some systems cannot lock a folder; there the file has to do.
fn take_folder(root: &Path) -> std::result::Result<OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = open(root, flags, Mode::empty())?;
    flock(&folder, FlockOperation::NonBlockingLockExclusive)?;
    Ok(folder)
}

/// Who holds the lock of the checkout at `root` now, in their own words. Nothing is written, and a driver
/// that starts at this moment is not disturbed: the lock is only tried when its last holder lives.
pub fn holder(root: &Path) -> Option<String> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file: File = open(root.join(LOCK_FILE), flags, Mode::empty()).ok()?.into();
    let words = words(&file);
    if !words.starts_with("pid ") || is_gone(&words) {
        return None;
    }
    let tried = flock(&file, FlockOperation::NonBlockingLockShared);
    (tried == Err(Errno::WOULDBLOCK)).then_some(words)
}

/// Whether the words name a process of this machine that is no more.
fn is_gone(words: &str) -> bool {
    let pid = words.strip_prefix("pid ").and_then(|rest| rest.split(' ').next()?.parse().ok());
    let here = words.contains(&format!(" on {} since ", host()));
    let ended = |pid| rustix::process::test_kill_process(pid) == Err(Errno::SRCH);
    here && pid.and_then(rustix::process::Pid::from_raw).is_some_and(ended)
}

/// What the lock's file says, in its first line.
fn words(file: &File) -> String {
    let mut words = [0; 4096];
    // Without the words the refusal is still right.
    let count = file.read_at(&mut words, 0).unwrap_or(0);
    String::from_utf8_lossy(&words[..count]).lines().next().unwrap_or_default().to_owned()
}

fn held(file: &File) -> Error {
    let words = words(file);
    let holder = if words.is_empty() { "another process" } else { &words };
    Error::new(Kind::Locked, format!("another driver runs on this checkout, held by {holder}"))
        .hint("wait until it has stopped, or end it with Ctrl-C in its terminal")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn root() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(".specfuse")).unwrap();
        dir
    }

    #[test]
    fn the_second_is_told_who_holds_it() {
        let dir = root();
        std::fs::write(
            dir.path().join(LOCK_FILE),
            "pid 1 on mars, stale and much longer than what comes after it".repeat(9),
        )
        .unwrap();
        let clock = Clock::default();
        let first = take(dir.path(), &clock).unwrap();
        let error = take(dir.path(), &clock).unwrap_err();
        assert_eq!(error.kind, Kind::Locked);
        assert!(error.message.contains(&format!("held by pid {} on ", std::process::id())), "{error}");
        assert!(!error.message.contains("mars"));
        assert!(holder(dir.path()).is_some_and(|who| who.starts_with("pid ")));
        drop(first);
        // A child that another test is starting holds it until it has become its program.
        let until = Instant::now() + Duration::from_secs(20);
        while holder(dir.path()).is_some() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
        assert_eq!(holder(dir.path()), None);
        take(dir.path(), &clock).unwrap();
    }

    #[test]
    fn a_session_does_not_inherit_it() {
        let dir = root();
        let lock = take(dir.path(), &Clock::default()).unwrap();
        let mut child = Command::new("sleep").arg("30").spawn().unwrap();
        drop(lock);
        // A child of another test holds it from its fork to its exec.
        let free = (0..200).any(|_| {
            std::thread::sleep(Duration::from_millis(5));
            take(dir.path(), &Clock::default()).is_ok()
        });
        assert!(free);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn what_a_dead_holder_was_about_to_start_is_waited_for() {
        let dir = root();
        let mut child = Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        let words = format!("pid {} on {} since noon: loop\n", child.id(), host());
        std::fs::write(dir.path().join(LOCK_FILE), words).unwrap();
        let begun = File::open(dir.path().join(LOCK_FILE)).unwrap();
        flock(&begun, FlockOperation::NonBlockingLockExclusive).unwrap();
        let ends = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            drop(begun);
        });
        take(dir.path(), &Clock::default()).unwrap();
        ends.join().unwrap();
    }

    #[test]
    fn a_link_in_its_place_is_not_followed() {
        let dir = root();
        std::os::unix::fs::symlink("/dev/null", dir.path().join(LOCK_FILE)).unwrap();
        assert_eq!(take(dir.path(), &Clock::default()).unwrap_err().kind, Kind::Io);
    }
}

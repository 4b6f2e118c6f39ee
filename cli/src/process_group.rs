//! Names a running process group so that a later driver can end what an earlier one left behind,
//! and nobody else. The number alone is not enough, since numbers are used again: the leader's
//! start time and the boot go with it, and every process carries the run's mark in its
//! environment, which also finds those that left the group.
//!
//! It looks into `/proc`; on a system without it nothing is found and nothing is ended.

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The variable that carries a run's mark.
pub const MARK: &str = "SPECFUSE_RUN_MARK";

/// A process group, told from every other that ever had its number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Group {
    /// The number of the group and of its leader.
    pub pgid: u32,
    /// When the leader started, in clock ticks since boot.
    pub started: Option<u64>,
    /// The boot in which it ran.
    pub boot: Option<String>,
    /// The mark in the environment of its processes; empty for none.
    pub mark: String,
}

impl Group {
    /// The group that the running process `pid` leads.
    pub fn of(pid: u32, mark: &str) -> Group {
        Group { pgid: pid, started: stat(pid).map(|s| s.started), boot: boot(), mark: mark.to_owned() }
    }

    /// The processes of this group that still run.
    pub fn survivors(&self) -> BTreeSet<u32> {
        if self.boot.is_none() || self.boot != boot() {
            return BTreeSet::new();
        }
        let led = self.started.is_some() && stat(self.pgid).map(|s| s.started) == self.started;
        running(|pid, stat| (led && stat.group == self.pgid) || carries(pid, &self.mark))
    }

    /// Ends what still runs: asks, waits up to `grace`, kills. Says how many there were.
    pub fn end(&self, grace: Duration) -> usize {
        end(grace, || self.survivors())
    }
}

/// Ends every process that carries `mark`, whether or not its group was ever written down.
pub fn end_marked(mark: &str, grace: Duration) -> usize {
    end(grace, || running(|pid, _| carries(pid, mark)))
}

/// Waits up to `limit` for every process that carries `mark`; whether none is left.
pub fn outlast_marked(mark: &str, limit: Duration) -> bool {
    let until = Instant::now() + limit;
    // One that is just being started shows no environment for a moment.
    let mut nobody = 0;
    while nobody < 2 {
        nobody = if running(|pid, _| carries(pid, mark)).is_empty() { nobody + 1 } else { 0 };
        if nobody == 0 && Instant::now() >= until {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

fn end(grace: Duration, survivors: impl Fn() -> BTreeSet<u32>) -> usize {
    let mut seen = survivors();
    let until = Instant::now() + grace;
    signal(&seen, Signal::TERM);
    let mut left = survivors();
    while !left.is_empty() && Instant::now() < until + grace + Duration::from_secs(1) {
        if Instant::now() >= until {
            signal(&left, Signal::KILL);
        }
        std::thread::sleep(Duration::from_millis(10));
        seen.extend(&left);
        left = survivors();
    }
    seen.len()
}

fn signal(pids: &BTreeSet<u32>, signal: Signal) {
    for pid in pids.iter().filter_map(|pid| Pid::from_raw(i32::try_from(*pid).ok()?)) {
        // It may have ended since it was seen.
        let _ = kill_process(pid, signal);
    }
}

struct Stat {
    zombie: bool,
    group: u32,
    started: u64,
}

/// What `/proc` says of a process; the name in brackets may hold anything.
fn stat(pid: u32) -> Option<Stat> {
    let bytes = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    Some(Stat {
        zombie: matches!(*fields.first()?, "Z" | "X"),
        group: fields.get(2)?.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
    })
}

fn boot() -> Option<String> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(text.trim().to_owned())
}

/// Whether the process was started with `mark`; never for an empty one.
fn carries(pid: u32, mark: &str) -> bool {
    let wanted = format!("{MARK}={mark}");
    !mark.is_empty()
        && std::fs::read(format!("/proc/{pid}/environ"))
            .is_ok_and(|env| env.split(|byte| *byte == 0).any(|entry| entry == wanted.as_bytes()))
}

/// The running processes that `wanted` picks, this one aside.
fn running(wanted: impl Fn(u32, &Stat) -> bool) -> BTreeSet<u32> {
    let names = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = names.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| *pid != std::process::id())
        .filter(|pid| stat(*pid).is_some_and(|stat| !stat.zombie && wanted(*pid, &stat)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};

    const GRACE: Duration = Duration::from_millis(300);

    fn start(script: &str, mark: &str) -> Child {
        let mut command = Command::new("sh");
        command.args(["-c", script]).env(MARK, mark).process_group(0).spawn().unwrap()
    }

    #[test]
    fn what_carries_a_mark_is_waited_for() {
        let mark = format!("outlast {}", std::process::id());
        let mut child = start("exec sleep 60", &mark);
        assert!(!outlast_marked(&mark, Duration::ZERO));
        let waits = std::thread::spawn(move || outlast_marked(&mark, Duration::from_secs(20)));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(waits.join().unwrap());
    }

    #[test]
    fn a_left_group_is_ended() {
        let mut child = start("sleep 30 & sleep 30", "");
        let group = Group::of(child.id(), "");
        std::thread::sleep(Duration::from_millis(50));
        assert!(group.end(GRACE) >= 2);
        assert!(group.survivors().is_empty());
        child.wait().unwrap();
    }

    #[test]
    fn a_number_used_again_is_left_alone() {
        let mut child = start("sleep 30", "");
        let mut group = Group::of(child.id(), "");
        group.started = group.started.map(|at| at - 1);
        assert_eq!(group.end(GRACE), 0);
        group = Group::of(child.id(), "");
        group.boot = Some("another".into());
        assert_eq!(group.end(GRACE), 0);
        assert!(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn the_mark_finds_those_that_left_the_group() {
        let mark = format!("test-{}", std::process::id());
        let mut child = start("trap '' TERM; setsid sh -c 'sleep 30; :' & exit 0", &mark);
        let group = Group::of(child.id(), &mark);
        child.wait().unwrap();
        std::thread::sleep(Duration::from_millis(100));
        assert!(!group.survivors().is_empty());
        assert!(end_marked(&mark, GRACE) >= 1);
        assert!(group.survivors().is_empty());
    }
}

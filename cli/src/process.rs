//! Runs one command in a process group of its own: feeds it, listens to it, and ends the whole
//! group when its time is over, when a person asks, or when its leader is gone and others linger.
//!
//! One thread does it all with `poll`, so no reader can be left behind on a pipe that some
//! daemon keeps open.

use crate::error::{Error, Kind, Result};
use crate::process_group::{Group, MARK};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, PipeReader, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::PathBuf;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a process may go on after it was asked to end, before it is killed.
pub const GRACE: Duration = Duration::from_secs(2);
/// How long the output of those a leader left behind is still listened to.
const LINGER: Duration = Duration::from_millis(100);
/// How often the leader and the flags are looked at while output may come.
const TICK: Duration = Duration::from_millis(20);
/// How much of one output is kept in memory, in bytes: half from its start, half from its end.
const KEPT: usize = 64 * 1024 * 1024;

/// What to do with processes of the group that outlive its leader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Background {
    /// They are ended: nothing changes the tree behind the driver's back.
    End,
    /// They stay, as they would after the same command in a terminal (hooks of git).
    Keep,
}

/// A command to run.
#[derive(Clone, Debug)]
pub struct Command {
    /// The program and its arguments. No shell is involved.
    pub argv: Vec<OsString>,
    /// Where it runs.
    pub dir: PathBuf,
    /// Variables to set, or with `None` to remove; all others are inherited.
    pub env: BTreeMap<String, Option<OsString>>,
    /// What it reads; without it, standard input is empty.
    pub stdin: Option<Vec<u8>>,
    /// How long the whole group may take.
    pub limit: Option<Duration>,
    /// How long it may go on after it was asked to end.
    pub grace: Duration,
    /// Whether standard error goes into the same stream as standard output, in order.
    pub merge: bool,
    /// A file that gets everything from standard output while it comes.
    pub log: Option<PathBuf>,
    /// The same for standard error.
    pub error_log: Option<PathBuf>,
    /// What becomes of those that the leader leaves behind.
    pub background: Background,
    /// A text that tells this run from every other; see [`crate::process_group`].
    pub mark: String,
}

impl Command {
    /// `argv` in `dir`: no input, no limit, separate streams, nothing left behind.
    pub fn new(argv: impl IntoIterator<Item = impl Into<OsString>>, dir: impl Into<PathBuf>) -> Self {
        Command {
            argv: argv.into_iter().map(Into::into).collect(),
            dir: dir.into(),
            env: BTreeMap::new(),
            stdin: None,
            limit: None,
            grace: GRACE,
            merge: false,
            log: None,
            error_log: None,
            background: Background::End,
            mark: String::new(),
        }
    }
}

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// By itself, with this code.
    Exited(i32),
    /// By this signal, which was not ours.
    Signaled(i32),
    /// We ended it: its time was over.
    TimedOut,
    /// We ended it: a person asked.
    Cancelled,
}

impl End {
    /// Whether it ended by itself with code 0.
    pub fn success(self) -> bool {
        self == End::Exited(0)
    }
}

/// What came out of one stream.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Output {
    /// The bytes; a note stands where some were left out.
    pub bytes: Vec<u8>,
    /// How many bytes from the middle were not kept in memory (a log file has them all).
    pub dropped: u64,
}

/// What happened.
#[derive(Clone, Debug)]
pub struct Done {
    /// How it ended.
    pub end: End,
    /// Standard output (and standard error, when merged).
    pub stdout: Output,
    /// Standard error.
    pub stderr: Output,
    /// From the start to the end of the group.
    pub duration: Duration,
    /// Why a log file is not complete.
    pub log_error: Option<String>,
}

/// Runs `command` to its end. `started` is told its group before anything else happens, so that
/// it can be written down; when that fails, the command is ended.
///
/// # Errors
/// [`Kind::Program`] when it cannot be started; otherwise what the system or `started` refused.
pub fn run(
    command: &Command,
    cancel: &AtomicBool,
    started: impl FnOnce(&Group) -> Result<()>,
) -> Result<Done> {
    run_and_listen(command, cancel, started, &mut |_| {})
}

/// The same; `heard` is told what comes on standard output while it comes.
///
/// # Errors
/// As [`run`].
pub fn run_and_listen(
    command: &Command,
    cancel: &AtomicBool,
    started: impl FnOnce(&Group) -> Result<()>,
    heard: &mut dyn FnMut(&[u8]),
) -> Result<Done> {
    let begun = Instant::now();
    let mut streams = Streams::default();
    let mut child = spawn(command, &mut streams)?;
    let leader = Leader { pid: Pid::from_child(&child) };
    let group = Group::of(child.id(), &command.mark);
    let outcome = started(&group).and_then(|()| watch(command, &leader, &mut streams, cancel, begun, heard));
    if outcome.is_err() || command.background == Background::End || matches!(outcome, Ok(Some(_))) {
        leader.signal(Signal::KILL);
    }
    let status = child.wait().map_err(|e| Error::io("wait for a process", e))?;
    let ended = outcome?;
    Ok(Done {
        end: ended.unwrap_or_else(|| end_of(status)),
        duration: begun.elapsed(),
        log_error: streams.log_error(),
        stdout: streams.out.finish(),
        stderr: streams.err.finish(),
    })
}

fn end_of(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exited(code),
        (None, signal) => End::Signaled(signal.unwrap_or_default()),
    }
}

/// The process that leads the group. Not reaped before the last signal is sent, so its number
/// cannot have passed to anybody else.
struct Leader {
    pid: Pid,
}

impl Leader {
    fn is_gone(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        !matches!(waitid(WaitId::Pid(self.pid), options), Ok(None))
    }

    /// Sends `signal` to the group. That nobody is left to get it is no failure.
    fn signal(&self, signal: Signal) {
        let _ = kill_process_group(self.pid, signal);
    }
}

/// How far the group has been brought to its end.
enum Stage {
    Running,
    Asked { until: Instant },
    Killed { until: Instant },
}

/// Feeds and listens until the group is done; says why when it was us who ended it.
fn watch(
    command: &Command,
    leader: &Leader,
    streams: &mut Streams,
    cancel: &AtomicBool,
    begun: Instant,
    heard: &mut dyn FnMut(&[u8]),
) -> Result<Option<End>> {
    let mut stage = Stage::Running;
    let mut reason = None;
    let mut gone: Option<Instant> = None;
    let mut pause = Duration::from_micros(50);
    loop {
        let now = Instant::now();
        if gone.is_none() && leader.is_gone() {
            gone = Some(now);
            streams.stdin = None;
        }
        let silent = streams.is_silent();
        if gone.is_some() && silent {
            return Ok(reason);
        }
        match stage {
            Stage::Running => {
                let lingers = gone.is_some_and(|at| now - at >= LINGER);
                if lingers && command.background == Background::Keep {
                    return Ok(reason);
                }
                if gone.is_none() {
                    reason = why_end(command, cancel, now - begun);
                }
                if lingers || reason.is_some() {
                    leader.signal(Signal::TERM);
                    stage = Stage::Asked { until: now + command.grace };
                }
            }
            Stage::Asked { until } if now >= until => {
                leader.signal(Signal::KILL);
                stage = Stage::Killed { until: now + LINGER };
            }
            Stage::Killed { until } if now >= until && gone.is_some() => return Ok(reason),
            Stage::Asked { .. } | Stage::Killed { .. } => {}
        }
        if silent && streams.stdin.is_none() {
            std::thread::sleep(pause);
            pause = (pause * 2).min(TICK);
        } else {
            streams.exchange(TICK, heard)?;
        }
    }
}

fn why_end(command: &Command, cancel: &AtomicBool, taken: Duration) -> Option<End> {
    if cancel.load(Ordering::SeqCst) {
        return Some(End::Cancelled);
    }
    command.limit.filter(|limit| taken >= *limit).map(|_| End::TimedOut)
}

fn spawn(command: &Command, streams: &mut Streams) -> Result<Child> {
    let (program, args) =
        command.argv.split_first().ok_or_else(|| Error::new(Kind::Program, "the command is empty"))?;
    let mut os = std::process::Command::new(program);
    os.args(args).current_dir(&command.dir).process_group(0).env(MARK, &command.mark);
    for (name, value) in &command.env {
        match value {
            Some(value) => os.env(name, value),
            None => os.env_remove(name),
        };
    }
    let refused = |e| Error::io("make a pipe", e);
    let (out, out_end) = std::io::pipe().map_err(refused)?;
    let err_end = if command.merge {
        out_end.try_clone().map_err(refused)?
    } else {
        let (err, err_end) = std::io::pipe().map_err(refused)?;
        streams.err = Stream::open(err, command.error_log.as_ref())?;
        err_end
    };
    streams.out = Stream::open(out, command.log.as_ref())?;
    os.stdin(if command.stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    os.stdout(out_end).stderr(err_end);
    let mut child = os.spawn().map_err(|e| {
        let name = program.to_string_lossy();
        Error::new(Kind::Program, format!("cannot start `{name}` in {}: {e}", command.dir.display()))
    })?;
    streams.stdin = child.stdin.take().map(|pipe| Feed::new(pipe.into(), command.stdin.clone()));
    Ok(child)
}

/// The three streams of a process, seen from outside.
#[derive(Default)]
struct Streams {
    stdin: Option<Feed>,
    out: Stream,
    err: Stream,
}

impl Streams {
    /// Whether nothing can come any more.
    fn is_silent(&self) -> bool {
        self.out.pipe.is_none() && self.err.pipe.is_none()
    }

    fn log_error(&self) -> Option<String> {
        self.out.log_error.clone().or_else(|| self.err.log_error.clone())
    }

    /// Waits up to `wait` for something to pass, and passes it.
    fn exchange(&mut self, wait: Duration, heard: &mut dyn FnMut(&[u8])) -> Result<()> {
        let mut fds = Vec::with_capacity(3);
        let pipes = [self.out.pipe.as_ref(), self.err.pipe.as_ref()];
        fds.extend(pipes.into_iter().flatten().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        fds.extend(self.stdin.iter().map(|feed| PollFd::new(&feed.pipe, PollFlags::OUT)));
        let wait = Timespec { tv_sec: 0, tv_nsec: wait.subsec_nanos().into() };
        match poll(&mut fds, Some(&wait)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(Error::io("listen to a process", e)),
        }
        let mut ready = fds.iter().map(|fd| !fd.revents().is_empty()).collect::<VecDeque<_>>();
        if self.out.pipe.is_some() && ready.pop_front() == Some(true) {
            self.out.read(heard);
        }
        if self.err.pipe.is_some() && ready.pop_front() == Some(true) {
            self.err.read(&mut |_| {});
        }
        if ready.pop_front() == Some(true) && self.stdin.as_mut().is_some_and(Feed::is_done_writing) {
            self.stdin = None;
        }
        Ok(())
    }
}

/// What is still to be written to standard input.
struct Feed {
    pipe: File,
    text: Vec<u8>,
    written: usize,
}

impl Feed {
    fn new(pipe: OwnedFd, text: Option<Vec<u8>>) -> Feed {
        // Without it a write larger than the pipe would block; then only the speed suffers.
        let _ = rustix::fs::fcntl_setfl(pipe.as_fd(), rustix::fs::OFlags::NONBLOCK);
        Feed { pipe: pipe.into(), text: text.unwrap_or_default(), written: 0 }
    }

    /// Writes what fits; true at the end, and when nobody reads any more.
    fn is_done_writing(&mut self) -> bool {
        match self.pipe.write(&self.text[self.written..]) {
            Ok(count) => self.written += count,
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
            Err(_) => return true,
        }
        self.written >= self.text.len()
    }
}

/// One output stream: its start, its end, and how much was left out between.
#[derive(Default)]
struct Stream {
    pipe: Option<PipeReader>,
    log: Option<File>,
    log_error: Option<String>,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    dropped: u64,
}

impl Stream {
    fn open(pipe: PipeReader, log: Option<&PathBuf>) -> Result<Stream> {
        let open = |path: &PathBuf| {
            File::create(path).map_err(|e| Error::io(format_args!("write {}", path.display()), e))
        };
        Ok(Stream { pipe: Some(pipe), log: log.map(open).transpose()?, ..Stream::default() })
    }

    fn read(&mut self, heard: &mut dyn FnMut(&[u8])) {
        let mut buffer = [0; 65_536];
        let Some(pipe) = &mut self.pipe else { return };
        match pipe.read(&mut buffer) {
            Ok(0) => self.pipe = None,
            Ok(count) => {
                self.keep(&buffer[..count]);
                heard(&buffer[..count]);
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(_) => self.pipe = None,
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        if let Some(Err(e)) = self.log.as_mut().map(|log| log.write_all(bytes)) {
            self.log = None;
            self.log_error = Some(e.to_string());
        }
        let (first, rest) = bytes.split_at(bytes.len().min(KEPT / 2 - self.head.len()));
        self.head.extend_from_slice(first);
        self.tail.extend(rest);
        let excess = self.tail.len().saturating_sub(KEPT / 2);
        self.tail.drain(..excess);
        self.dropped += excess as u64;
    }

    fn finish(self) -> Output {
        let mut bytes = self.head;
        if self.dropped > 0 {
            bytes.extend(format!("\n[{} bytes left out]\n", self.dropped).bytes());
        }
        bytes.extend(self.tail);
        Output { bytes, dropped: self.dropped }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        Command::new(["sh", "-c", script], ".")
    }

    fn done(command: &Command) -> Done {
        run(command, &AtomicBool::new(false), |_| Ok(())).unwrap()
    }

    #[test]
    fn code_streams_and_bytes_are_kept() {
        let done = done(&sh("printf 'a\\377'; echo b >&2; exit 7"));
        assert_eq!(done.end, End::Exited(7));
        assert_eq!(done.stdout.bytes, b"a\xff");
        assert_eq!(done.stderr.bytes, b"b\n");
    }

    #[test]
    fn input_larger_than_every_pipe_comes_back() {
        let mut command = sh("cat");
        let text = b"0123456789".repeat(300_000);
        command.stdin = Some(text.clone());
        let done = done(&command);
        assert_eq!(done.stdout.bytes.len(), text.len());
        assert!(done.stdout.bytes == text && done.end.success());
    }

    #[test]
    fn a_reader_that_stops_reading_is_no_failure() {
        let mut command = sh("head -c 1 >/dev/null");
        command.stdin = Some(vec![b'x'; 3_000_000]);
        assert!(done(&command).end.success());
    }

    #[test]
    fn without_input_reading_ends_at_once() {
        assert_eq!(done(&sh("cat; echo end")).stdout.bytes, b"end\n");
    }

    #[test]
    fn merged_streams_keep_their_order() {
        let dir = tempfile::tempdir().unwrap();
        let mut command = sh("echo 1; echo 2 >&2; echo 3");
        command.merge = true;
        command.log = Some(dir.path().join("log"));
        assert_eq!(done(&command).stdout.bytes, b"1\n2\n3\n");
        assert_eq!(std::fs::read(dir.path().join("log")).unwrap(), b"1\n2\n3\n");
    }

    #[test]
    fn time_is_over_for_the_whole_group() {
        let dir = tempfile::tempdir().unwrap();
        let mut command = sh("trap '' TERM; (trap '' TERM; sleep 3; touch late) & sleep 30; sleep 30");
        command.dir = dir.path().into();
        (command.limit, command.grace) = (Some(Duration::from_millis(100)), Duration::from_millis(100));
        let done = done(&command);
        assert_eq!(done.end, End::TimedOut);
        assert!(done.duration < Duration::from_secs(2), "{:?}", done.duration);
        std::thread::sleep(Duration::from_millis(3200));
        assert!(!dir.path().join("late").exists());
    }

    #[test]
    fn a_child_that_lingers_on_the_pipe_holds_nobody_up() {
        let mut command = sh("echo here; sleep 30 & exit 3");
        command.grace = Duration::from_millis(100);
        let done = done(&command);
        assert_eq!((done.end, done.stdout.bytes.as_slice()), (End::Exited(3), &b"here\n"[..]));
        assert!(done.duration < Duration::from_secs(2), "{:?}", done.duration);
    }

    #[test]
    fn one_that_left_the_group_holds_nobody_up_either() {
        let mut command = sh("setsid sleep 4 & exit 0");
        command.grace = Duration::from_millis(50);
        assert!(done(&command).duration < Duration::from_secs(2));
    }

    #[test]
    fn a_quiet_straggler_is_ended_too() {
        let dir = tempfile::tempdir().unwrap();
        let mut command = sh("(sleep 0.5; touch late) >/dev/null 2>&1 & exit 0");
        command.dir = dir.path().into();
        done(&command);
        std::thread::sleep(Duration::from_millis(900));
        assert!(!dir.path().join("late").exists());
    }

    #[test]
    fn a_person_ends_it() {
        let cancel = AtomicBool::new(true);
        let done = run(&sh("sleep 30"), &cancel, |_| Ok(())).unwrap();
        assert_eq!(done.end, End::Cancelled);
        assert!(done.duration < Duration::from_secs(2));
    }

    #[test]
    fn what_cannot_start_says_so() {
        let error = run(&Command::new(["no-such-program"], "."), &AtomicBool::new(false), |_| Ok(()));
        assert_eq!(error.unwrap_err().kind, Kind::Program);
        let killed = done(&sh("kill -9 $$"));
        assert_eq!(killed.end, End::Signaled(9));
    }

    #[test]
    fn when_the_start_cannot_be_written_down_nothing_runs_on() {
        let begun = Instant::now();
        let error = run(&sh("sleep 30"), &AtomicBool::new(false), |_| Err(Error::new(Kind::Io, "full")));
        assert_eq!(error.unwrap_err().message, "full");
        assert!(begun.elapsed() < Duration::from_secs(2));
    }

    #[test]
    fn a_flood_is_kept_at_both_ends() {
        let mut stream = Stream::default();
        stream.keep(&vec![b'a'; KEPT / 2]);
        stream.keep(&vec![b'b'; KEPT]);
        stream.keep(b"end");
        let output = stream.finish();
        assert_eq!(output.dropped, KEPT as u64 / 2 + 3);
        assert!(output.bytes.starts_with(b"aaa") && output.bytes.ends_with(b"bend"));
    }
}

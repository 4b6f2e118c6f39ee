//! The append-only journal: one JSON record a line, on disk before the driver acts on it.
//!
//! A driver killed while it wrote leaves a last line without its end; that record was never acted
//! upon, so reading passes over it and the next append takes it away. A line in the middle that
//! cannot be read is named in a warning and passed over.

use crate::error::{Error, Result};
use crate::store;
use serde::Serialize;
use serde::de::DeserializeOwned;
use specfuse_core::model::id::short;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Where a feature's local state is kept, below the repository's root: journal, logs, attempts.
pub fn state_dir(root: &Path, feature: &str) -> PathBuf {
    root.join(".specfuse/.loop").join(feature)
}

/// Where an attempt's prompt and output are kept.
pub fn attempt_dir(root: &Path, feature: &str, unit: &str, attempt: u32) -> PathBuf {
    let unit = short(unit).replace(['/', '\\'], "-");
    state_dir(root, feature).join("attempts").join(unit).join(attempt.to_string())
}

/// The folder names of the features that have a journal below the repository's root, in their order.
pub fn features(root: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(root.join(".specfuse/.loop")).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().join("journal.jsonl").exists())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// What a journal holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct History<R> {
    /// The records, oldest first.
    pub records: Vec<R>,
    /// What was passed over, with line numbers counted from 1.
    pub warnings: Vec<String>,
}

/// A journal open for appending.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    end: u64,
}

/// Reads the journal at `path`; one that is not there is empty. Nothing is written.
///
/// # Errors
/// When the system refuses to read it.
pub fn read<R: DeserializeOwned>(path: &Path) -> Result<History<R>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(parse(&bytes, path).0),
        Err(e) if e.kind() == ErrorKind::NotFound => {
            Ok(History { records: Vec::new(), warnings: Vec::new() })
        }
        Err(e) => Err(Error::io(format_args!("read {}", path.display()), e)),
    }
}

impl Journal {
    /// Opens the journal at `path`, made with its folders when it is not there, and reads it.
    ///
    /// # Errors
    /// When the system refuses to make, read or write it.
    pub fn open<R: DeserializeOwned>(path: &Path) -> Result<(Journal, History<R>)> {
        let refused = |e| Error::io(format_args!("open the journal {}", path.display()), e);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(refused)?;
        }
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(path).map_err(refused)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(refused)?;
        if bytes.is_empty() {
            sync_folder(path);
        }
        let (read, end) = parse(&bytes, path);
        Ok((Journal { file, path: path.to_owned(), end }, read))
    }

    /// Appends one record and waits until it is on disk.
    ///
    /// # Errors
    /// When the system refuses; the record then does not count, and the next append takes away
    /// what may stand of it.
    pub fn append<R: Serialize>(&mut self, record: &R) -> Result<()> {
        let refused = |e| Error::io(format_args!("write the journal {}", self.path.display()), e);
        let mut line = serde_json::to_vec(record).map_err(|e| refused(e.into()))?;
        line.push(b'\n');
        self.file.set_len(self.end).map_err(refused)?;
        self.file.seek(SeekFrom::Start(self.end)).map_err(refused)?;
        self.file.write_all(&line).and_then(|()| self.file.sync_data()).map_err(refused)?;
        self.end += line.len() as u64;
        Ok(())
    }

    /// Writes the whole journal anew when its file is gone from its place: a session may sweep away
    /// what git ignores. Whether that was so.
    ///
    /// # Errors
    /// When the system refuses to read or write it.
    pub fn put_back(&mut self) -> Result<bool> {
        let refused = |e| Error::io(format_args!("put back the journal {}", self.path.display()), e);
        let own = self.file.metadata().map_err(refused)?;
        if std::fs::metadata(&self.path)
            .is_ok_and(|there| (there.dev(), there.ino()) == (own.dev(), own.ino()))
        {
            return Ok(false);
        }
        let mut bytes = Vec::new();
        self.file
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.file.read_to_end(&mut bytes))
            .map_err(refused)?;
        store::write_atomically(&self.path, &bytes)?;
        self.file = OpenOptions::new().read(true).write(true).open(&self.path).map_err(refused)?;
        Ok(true)
    }
}

/// A new file's name is on disk only when its folder is. Some systems cannot; then the name is
/// there as soon as they see fit.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
}

/// The records, and where the last whole line ends.
fn parse<R: DeserializeOwned>(bytes: &[u8], path: &Path) -> (History<R>, u64) {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let mut read = History { records: Vec::new(), warnings: Vec::new() };
    for (index, line) in bytes[..end].split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(record) => read.records.push(record),
            Err(e) => read.warnings.push(format!("{}:{}: unreadable record: {e}", path.display(), index + 1)),
        }
    }
    (read, end as u64)
}

/// Makes git ignore `.specfuse/.loop/` and the lock in this checkout, through `info/exclude` of
/// the git directory `common_dir`, so that none of the person's own files change.
///
/// # Errors
/// When the system refuses to read or write the file.
pub fn ignore_local_state(common_dir: &Path) -> Result<()> {
    let path = common_dir.join("info/exclude");
    let refused = |e| Error::io(format_args!("write {}", path.display()), e);
    let text = match std::fs::read(&path) {
        Err(e) if e.kind() == ErrorKind::NotFound => Vec::new(),
        other => other.map_err(refused)?,
    };
    let has =
        |wanted: &str| text.split(|byte| *byte == b'\n').any(|line| line.trim_ascii() == wanted.as_bytes());
    let missing: Vec<&str> =
        ["**/.specfuse/.loop/", "**/.specfuse/.loop.lock"].into_iter().filter(|line| !has(line)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let gap = if text.is_empty() || text.ends_with(b"\n") { "" } else { "\n" };
    let addition = format!("{gap}{}\n", missing.join("\n"));
    std::fs::create_dir_all(common_dir.join("info")).map_err(refused)?;
    let mut file = OpenOptions::new().append(true).create(true).open(&path).map_err(refused)?;
    file.write_all(addition.as_bytes()).map_err(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(path: &Path) -> History<u32> {
        read(path).unwrap()
    }

    #[test]
    fn a_torn_end_is_taken_away_by_the_next_append() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a/b/journal.jsonl");
        let (mut journal, _) = Journal::open::<u32>(&path).unwrap();
        journal.append(&1).unwrap();
        journal.append(&2).unwrap();
        drop(journal);
        let whole = std::fs::read(&path).unwrap();
        for cut in 0..=whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let before = numbers(&path);
            assert!(before.warnings.is_empty());
            let (mut journal, read) = Journal::open::<u32>(&path).unwrap();
            assert_eq!(read, before);
            journal.append(&9).unwrap();
            assert_eq!(numbers(&path).records, [before.records, vec![9]].concat());
        }
    }

    #[test]
    fn an_unreadable_line_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal.jsonl");
        std::fs::write(&path, b"1\n\xff{\n\n3\n").unwrap();
        let read = numbers(&path);
        assert_eq!(read.records, [1, 3]);
        assert_eq!(read.warnings.len(), 1);
        assert!(read.warnings[0].contains("journal.jsonl:2: "), "{:?}", read.warnings);
        assert!(numbers(&dir.path().join("none")).records.is_empty());
    }

    #[test]
    fn ignoring_twice_writes_once_and_keeps_what_is_there() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("info")).unwrap();
        let path = dir.path().join("info/exclude");
        std::fs::write(&path, "mine").unwrap();
        ignore_local_state(dir.path()).unwrap();
        ignore_local_state(dir.path()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "mine\n**/.specfuse/.loop/\n**/.specfuse/.loop.lock\n");
    }
}

//! Zip files: bytes to files and back. A name comes out as it went in; a bomb does not go off.

use crate::folder::File;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use rawzip::path::{EntryPath, ZipFilePath};
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveWriter};
use std::fmt;
use std::io::{Cursor, Write};

/// No zip may grow beyond this (256 MiB).
const MAX_TOTAL: usize = 256 * 1024 * 1024;
/// Nor hold more entries than this.
const MAX_ENTRIES: usize = 50_000;
/// Zlib's usual trade of time for size.
const LEVEL: u8 = 6;

/// Why a zip cannot be opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ZipError {
    /// It is no zip, or a broken one; the reader's words.
    Broken(String),
    /// An entry is encrypted or compressed in a way other than deflate.
    Unsupported(String),
    /// It would take more room than any plan needs.
    TooLarge,
}

impl fmt::Display for ZipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ZipError::Broken(why) => write!(f, "this is no zip that can be read: {why}"),
            ZipError::Unsupported(name) => {
                write!(
                    f,
                    "{name} is encrypted or packed in an unusual way; zip the folder again without that"
                )
            }
            ZipError::TooLarge => {
                f.write_str("the zip holds more than a plan needs: zip only the `.specfuse` folder")
            }
        }
    }
}

/// Reads every file of a zip, and its empty folders, in the order of its directory.
///
/// # Errors
/// When it is broken, encrypted, too large, or packed in a way other than deflate.
pub fn read(bytes: &[u8]) -> Result<Vec<File>, ZipError> {
    let archive = ZipArchive::from_slice(bytes).map_err(broken)?;
    let mut entries = archive.entries();
    let mut files = Vec::new();
    let mut room = MAX_TOTAL;
    while let Some(entry) = entries.next_entry().map_err(broken)? {
        if files.len() == MAX_ENTRIES {
            return Err(ZipError::TooLarge);
        }
        let name = entry.file_path().as_bytes().to_vec();
        let local = archive.get_entry(entry.wayfinder()).map_err(broken)?;
        let content = match entry.compression_method() {
            _ if entry.flags().is_encrypted() => return Err(unsupported(&name)),
            CompressionMethod::STORE if local.data().len() > room => return Err(ZipError::TooLarge),
            CompressionMethod::STORE => local.data().to_vec(),
            CompressionMethod::DEFLATE => inflate(local.data(), room)?,
            _ => return Err(unsupported(&name)),
        };
        if crc32(&content) != entry.crc32() {
            return Err(ZipError::Broken(format!("{} is damaged", String::from_utf8_lossy(&name))));
        }
        room -= content.len();
        files.push(File { name, bytes: content.into(), mode: Some(entry.mode().permissions()) });
    }
    Ok(files)
}

fn inflate(data: &[u8], room: usize) -> Result<Vec<u8>, ZipError> {
    use miniz_oxide::inflate::TINFLStatus::HasMoreOutput;
    decompress_to_vec_with_limit(data, room).map_err(|e| match e.status {
        HasMoreOutput => ZipError::TooLarge,
        _ => ZipError::Broken("an entry is damaged".into()),
    })
}

/// Writes files into a zip, in the order given. The same files give the same bytes: no date is
/// written.
///
/// # Errors
/// When a name is longer than a zip allows.
pub fn write(files: &[File]) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipArchiveWriter::new(Cursor::new(Vec::new()));
    for file in files {
        if file.name.ends_with(b"/") {
            let folder = archive.new_dir(entry_path(&file.name)).unix_permissions(file.mode.unwrap_or(0o755));
            folder.create().map_err(broken)?;
            continue;
        }
        let packed = compress_to_vec(&file.bytes, LEVEL);
        let small = packed.len() < file.bytes.len();
        let method = if small { CompressionMethod::DEFLATE } else { CompressionMethod::STORE };
        let mut builder = archive.new_file(entry_path(&file.name)).compression_method(method);
        builder = builder.unix_permissions(file.mode.unwrap_or(0o644));
        let (mut entry, _) = builder.start().map_err(broken)?;
        entry
            .write_all(if small { &packed } else { &file.bytes })
            .map_err(|e| ZipError::Broken(e.to_string()))?;
        let sum = rawzip::DataDescriptorOutput::new(crc32(&file.bytes), file.bytes.len() as u64);
        entry.finish(sum).map_err(broken)?;
    }
    archive.finish().map(Cursor::into_inner).map_err(broken)
}

/// The checksum of zip files, a byte at a time: rawzip's own brings a table of 16 KiB.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| (sum >> 8) ^ BYTES[((sum ^ u32::from(*byte)) & 255) as usize])
}

/// What each byte does to the checksum.
static BYTES: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 * 8 {
        let sum = if at % 8 == 0 { at as u32 / 8 } else { table[at / 8] };
        table[at / 8] = (sum >> 1) ^ (0xedb8_8320 * (sum & 1));
        at += 1;
    }
    table
};

/// The name as it is: marked as UTF-8 when it is plain, to the byte otherwise.
fn entry_path(name: &[u8]) -> EntryPath<'_> {
    match std::str::from_utf8(name) {
        Ok(text) if ZipFilePath::from_str(text).as_str() == text => EntryPath::conformant(text),
        _ => EntryPath::verbatim(name),
    }
}

fn broken(error: rawzip::Error) -> ZipError {
    ZipError::Broken(error.to_string())
}

fn unsupported(name: &[u8]) -> ZipError {
    ZipError::Unsupported(String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &[u8], bytes: &[u8], mode: u32) -> File {
        File { name: name.to_vec(), bytes: bytes.into(), mode: Some(mode) }
    }

    #[test]
    fn files_come_out_as_they_went_in() {
        let files = [
            file(b".specfuse/a.md", "täxt\r\n".repeat(50).as_bytes(), 0o644),
            file(b"run.sh", b"#!/bin/sh\n", 0o755),
            file(b"b\xff.bin", &[0, 159, 146, 150], 0o600),
            file("ü/empty".as_bytes(), b"", 0o644),
            file(b"folder/", b"", 0o755),
        ];
        let zip = write(&files).unwrap();
        assert_eq!(read(&zip).unwrap(), files);
        assert_eq!(write(&files).unwrap(), zip);
    }

    #[test]
    fn checksums_are_the_common_ones() {
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn what_is_no_zip_is_refused() {
        assert!(matches!(read(b"hello"), Err(ZipError::Broken(_))));
        assert!(matches!(read(b""), Err(ZipError::Broken(_))));
        let mut zip = write(&[file(b"a", b"hello hello hello hello hello hello", 0o644)]).unwrap();
        let at = zip.windows(5).position(|w| w == b"a\x4b\x48\xcd\xc9").map_or(40, |at| at + 2);
        zip[at] ^= 0x55;
        assert!(matches!(read(&zip), Err(ZipError::Broken(_))));
    }

    #[test]
    fn a_bomb_is_refused() {
        assert_eq!(inflate(&compress_to_vec(&vec![0; 1 << 20], LEVEL), 1 << 16), Err(ZipError::TooLarge));
    }
}

//! Messages on standard input and output. A thread of its own reads, so that an editor that is busy
//! writing is never waited for.

use crate::error::{Error, Kind, Result};
use lsp_server::Message;
use std::io::{ErrorKind, stdin, stdout};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// What came from the editor.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// Something that is none; why not.
    Broken(String),
}

/// So many broken messages on end mean that the stream itself is broken.
const MOST_BROKEN: usize = 100;

/// Reads messages until the editor goes away or nothing it sends can be read.
pub(super) fn listen() -> Receiver<Incoming> {
    let (send, receive) = channel();
    thread::spawn(move || {
        let mut input = stdin().lock();
        let mut broken = 0;
        while broken < MOST_BROKEN {
            let incoming = match Message::read(&mut input) {
                Ok(Some(message)) => Incoming::Message(message),
                Ok(None) => break,
                Err(why) if why.kind() == ErrorKind::InvalidData => Incoming::Broken(why.to_string()),
                Err(_) => break,
            };
            broken = if matches!(incoming, Incoming::Broken(_)) { broken + 1 } else { 0 };
            if send.send(incoming).is_err() {
                break;
            }
        }
    });
    receive
}

/// Sends `message`.
///
/// # Errors
/// When the editor no longer reads.
pub(super) fn send(message: impl Into<Message>) -> Result<()> {
    let sent = message.into().write(&mut stdout().lock());
    sent.map_err(|why| Error::new(Kind::Io, format!("the editor no longer reads: {why}")))
}

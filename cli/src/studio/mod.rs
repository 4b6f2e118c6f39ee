//! The studio over this checkout: serves the built page on this machine's loopback address, gives it the
//! plan's files, writes what it saves, and tells it what changes on disk. Nothing outside the plan is
//! read or written, and nobody without the address that is printed gets at it.

mod api;
mod door;
mod site;
mod watch;

pub use site::Site;

use crate::commands;
use crate::error::{Error, Kind, Result};
use api::Api;
use door::Door;
use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use tiny_http::{Method, Request, Server};

/// Where the page's questions go: beside the page, so that it needs no address.
const API: &str = "/studio/api/";
/// The longest body that is read: a save of many large files.
const MAX_BODY_BYTES: u64 = 16 * 1024 * 1024;
/// Beyond this a request is not even refused: tiny_http takes as much memory as a request announces, to read
/// to its end what nobody wants.
const MOST_DRAINED: usize = 256 * 1024 * 1024;
/// Requests that may be open at once; a page waits in one.
const MOST_REQUESTS: usize = 64;

/// What a request comes to, before it is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Answer {
    status: u16,
    kind: &'static str,
    body: Cow<'static, [u8]>,
}

impl Answer {
    fn plain(status: u16, words: &str) -> Answer {
        Answer {
            status,
            kind: "text/plain; charset=utf-8",
            body: Cow::Owned(format!("{words}\n").into_bytes()),
        }
    }
}

/// What all requests share.
struct Service {
    door: Door,
    site: Site,
    api: Api,
}

/// Serves until the process is stopped. Prints the address first, which lets in whoever has it.
///
/// # Errors
/// When the port is taken, or the plan cannot be read.
pub fn serve(site: Site, root: PathBuf, port: u16) -> Result<()> {
    let taken = |e| {
        Error::new(Kind::Io, format!("cannot listen on port {port}: {e}"))
            .hint("leave --port out, and a free one is taken")
    };
    let server = Server::http(("127.0.0.1", port)).map_err(taken)?;
    let address = server.server_addr().to_string();
    let door = Door::new(&address)?;
    commands::print(&format!(
        "The studio over {}:\n\n  http://{address}/studio/#token={}\n\nThe address lets in whoever has it. \
         Ctrl-C ends the studio's server.\n",
        root.display(),
        door.token()
    ));
    let service = Arc::new(Service { door, site, api: Api::new(root)? });
    for request in server.incoming_requests() {
        if request.body_length().is_some_and(|length| length > MOST_DRAINED) {
            std::mem::forget(request);
            continue;
        }
        let service = Arc::clone(&service);
        if Arc::strong_count(&service) > MOST_REQUESTS {
            send(request, Answer::plain(503, "too many requests at once"));
        } else {
            thread::spawn(move || service.serve(request));
        }
    }
    Ok(())
}

impl Service {
    fn serve(&self, mut request: Request) {
        let answer = self.answer(&mut request);
        send(request, answer);
    }

    fn answer(&self, request: &mut Request) -> Answer {
        let header = |name: &str| {
            let all = request.headers().iter();
            all.filter(|header| header.field.as_str().as_str().eq_ignore_ascii_case(name))
                .map(|header| header.value.as_str())
                .collect::<Vec<_>>()
        };
        if let Err(words) = self.door.is_from_here(&header("Host"), &header("Origin")) {
            return Answer::plain(403, words);
        }
        let url = request.url().to_owned();
        let (path, query) = url.split_once('?').unwrap_or((&url, ""));
        let Some(question) = path.strip_prefix(API) else {
            return match request.method() {
                Method::Get | Method::Head => self.site.answer(path),
                _ => Answer::plain(405, "only GET and HEAD"),
            };
        };
        if !self.door.lets_in(&header("Authorization")) {
            return Answer::plain(401, "open the address that `specfuse-loop studio` printed");
        }
        match (request.method(), question) {
            (Method::Get, "plan") => self.api.plan(),
            (Method::Get, "changes") => self.api.changes(query),
            (Method::Get, other) if other.starts_with("file/") => self.api.file(&other["file/".len()..]),
            (Method::Post, "save") => match body(request) {
                Ok(body) => self.api.save(&body),
                Err(answer) => answer,
            },
            _ => Answer::plain(404, "no such question"),
        }
    }
}

/// A request's body, when it is not too large.
fn body(request: &mut Request) -> std::result::Result<Vec<u8>, Answer> {
    let large = || Answer::plain(413, "that is too much at once");
    if request.body_length().is_some_and(|length| length as u64 > MAX_BODY_BYTES) {
        return Err(large());
    }
    let mut bytes = Vec::new();
    match request.as_reader().take(MAX_BODY_BYTES + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > MAX_BODY_BYTES => Err(large()),
        Ok(_) => Ok(bytes),
        Err(e) => Err(Answer::plain(400, &format!("the request was cut off: {e}"))),
    }
}

fn send(request: Request, answer: Answer) {
    let is_head = *request.method() == Method::Head;
    let mut writer = request.into_writer();
    // A browser that went away needs no answer.
    let _ = write(&mut *writer, &answer, is_head);
}

/// Writes all but, when it `is_head`, the body. The connection ends with it: tiny_http lets one that is kept open
/// hold a thread, and may put another behind it that is then never answered.
fn write(writer: &mut dyn Write, answer: &Answer, is_head: bool) -> io::Result<()> {
    let length = answer.body.len().to_string();
    let headers = [
        ("Connection", "close"),
        ("Content-Type", answer.kind),
        ("Content-Length", &length),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
    ];
    let mut head = format!("HTTP/1.1 {} \r\n", answer.status);
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    writer.write_all(format!("{head}\r\n").as_bytes())?;
    if !is_head {
        writer.write_all(&answer.body)?;
    }
    writer.flush()
}

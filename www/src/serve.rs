//! The site on 127.0.0.1: the right type for each file, and no way out of the folder.

use anyhow::{Context, Result, anyhow};
use specfuse_core::path::RelPath;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use tiny_http::{Method, Request, Server};

/// An answer before it is sent.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    body: Vec<u8>,
    kind: &'static str,
    /// Where to go instead, for a folder asked for without its slash.
    location: Option<String>,
}

/// Serves `site` until the process is stopped. Prints the address first.
///
/// # Errors
/// When the folder is missing or the port is taken.
pub fn serve(site: &Path, port: u16) -> Result<()> {
    let site = site
        .canonicalize()
        .with_context(|| format!("no site at {}: build it first with `-- build`", site.display()))?;
    let server =
        Server::http(("127.0.0.1", port)).map_err(|why| anyhow!("could not listen on port {port}: {why}"))?;
    println!("serving {} on http://{}/", site.display(), server.server_addr());
    let site: Arc<Path> = site.into();
    for request in server.incoming_requests() {
        let site = Arc::clone(&site);
        // A browser may leave an answer unread until it has another one.
        thread::spawn(move || respond(&site, request));
    }
    Ok(())
}

fn respond(site: &Path, request: Request) {
    let answer = match request.method() {
        Method::Get | Method::Head => answer(site, request.url()),
        _ => Answer::plain(405, "only GET and HEAD"),
    };
    let is_head = *request.method() == Method::Head;
    let mut writer = request.into_writer();
    // A browser that went away needs no answer.
    let _ = answer.write(&mut *writer, is_head);
}

impl Answer {
    /// Writes all but, when it `is_head`, the body. The connection ends with it: tiny_http lets one that is kept open hold
    /// a thread, and may put another behind it that is then never answered.
    fn write(&self, writer: &mut dyn Write, is_head: bool) -> io::Result<()> {
        let length = self.body.len().to_string();
        let location = self.location.as_deref().map(|to| ("Location", to));
        let fixed = [
            ("Connection", "close"),
            ("Content-Type", self.kind),
            ("Content-Length", &length),
            ("Cache-Control", "no-cache"),
            ("X-Content-Type-Options", "nosniff"),
        ];
        let mut head = format!("HTTP/1.1 {} \r\n", self.status);
        for (name, value) in fixed.into_iter().chain(location) {
            head += &format!("{name}: {value}\r\n");
        }
        writer.write_all(format!("{head}\r\n").as_bytes())?;
        if !is_head {
            writer.write_all(&self.body)?;
        }
        writer.flush()
    }

    fn plain(status: u16, text: &str) -> Answer {
        Answer { status, body: text.into(), kind: "text/plain; charset=utf-8", location: None }
    }
}

fn answer(site: &Path, url: &str) -> Answer {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    match find(site, path) {
        Some(file) if file.is_dir() => {
            Answer { location: Some(format!("{path}/")), ..Answer::plain(301, "") }
        }
        Some(file) => match fs::read(&file) {
            Ok(body) => Answer { status: 200, body, kind: kind(&file), location: None },
            Err(_) => Answer::plain(404, "not found"),
        },
        None => Answer::plain(404, "not found"),
    }
}

/// The file or folder that `path` means, if it lies in `site`, links followed.
fn find(site: &Path, path: &str) -> Option<PathBuf> {
    let mut name = decode(path.strip_prefix('/')?)?;
    if name.is_empty() || name.ends_with('/') {
        name.push_str("index.html");
    }
    // A `..` is refused even where it would stay inside: no browser sends one.
    if name.split('/').any(|part| part == "..") {
        return None;
    }
    let file = site.join(RelPath::new(&name).ok()?.as_str()).canonicalize().ok()?;
    file.starts_with(site).then_some(file)
}

/// `%41` as `A`; nothing when it is no text.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? * 16 + hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "zip" => "application/zip",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the crate's own `assets` folder answers: it is a site with one page and one sheet.
    fn check(url: &str, status: u16, kind: &str) {
        let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").canonicalize().unwrap();
        let answer = answer(&site, url);
        assert_eq!((answer.status, answer.kind), (status, kind), "{url}");
    }

    const PLAIN: &str = "text/plain; charset=utf-8";

    #[test]
    fn files_have_their_type() {
        check("/", 200, "text/html; charset=utf-8");
        check("/index.html?x=1", 200, "text/html; charset=utf-8");
        check("/site.css", 200, "text/css; charset=utf-8");
        check("/sit%65.css", 200, "text/css; charset=utf-8");
        assert_eq!(kind(Path::new("a.wasm")), "application/wasm");
    }

    #[test]
    fn nothing_outside_is_reached() {
        for url in
            ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "/..%2fCargo.toml", "//etc/passwd", "/..\\Cargo.toml"]
        {
            check(url, 404, PLAIN);
        }
        for url in ["/a%00", "/%zz", "/%e", "/%ff", "", "/nothing.html"] {
            check(url, 404, PLAIN);
        }
    }

    #[test]
    fn a_folder_wants_its_slash() {
        let site = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().unwrap();
        assert_eq!(answer(&site, "/src").location.as_deref(), Some("/src/"));
    }
}

//! A running `specfuse-loop studio`, and requests to it as they stand on the wire.

use serde_json::Value;
use specfuse_tests::program;
use specfuse_tests::world::World;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

/// Ends with the test.
pub struct Server {
    child: Child,
    /// Its host and port.
    pub address: String,
    token: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What it answered.
pub struct Told {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Server {
    /// Starts one over `world`, with the site in its folder `built`.
    pub fn start(world: World) -> (World, Server) {
        let mut command = world.command(program("specfuse-loop"));
        let mut child = command.args(["studio", "--site", "built"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let url = lines.find_map(|line| line.trim().strip_prefix("http://").map(str::to_owned)).unwrap();
        let (address, token) = url.split_once("/studio/#token=").unwrap();
        (world, Server { child, address: address.to_owned(), token: token.to_owned() })
    }

    /// What shows that one has the address.
    pub fn authorization(&self) -> String {
        format!("Bearer {}", self.token)
    }

    /// A question of the page.
    pub fn api(&self, method: &str, question: &str, body: &str) -> Told {
        Told::of(self.begin(method, question, body))
    }

    /// The same, not waiting for the answer.
    pub fn begin(&self, method: &str, question: &str, body: &str) -> TcpStream {
        let path = format!("/studio/api/{question}");
        self.send(&self.address, method, &path, &[("Authorization", &self.authorization())], Some(body))
    }

    /// Any request.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Told {
        self.ask_as(&self.address, method, path, headers, body)
    }

    /// Any request, to a server of another name.
    pub fn ask_as(&self, host: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Told {
        Told::of(self.send(host, method, path, headers, Some(body)))
    }

    /// Any request, without a body when there is none; not waiting for the answer.
    pub fn send(
        &self,
        host: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        headers.iter().for_each(|(name, value)| text += &format!("{name}: {value}\r\n"));
        if let Some(body) = body {
            text += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        } else {
            text += "\r\n";
        }
        stream.write_all(text.as_bytes()).unwrap();
        stream
    }
}

impl Told {
    /// What comes on `stream`.
    pub fn of(stream: TcpStream) -> Told {
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
        let length = |line: &str| line.to_lowercase().strip_prefix("content-length: ")?.trim().parse().ok();
        let length: usize = head.lines().find_map(length).unwrap_or_else(|| panic!("no length: {head}"));
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Told { status, head, body: String::from_utf8(body).unwrap() }
    }

    /// Status and body.
    pub fn told(self) -> (u16, String) {
        (self.status, self.body)
    }

    /// The body as JSON, after the status that must be.
    pub fn json(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }
}

//! An editor for the tests: speaks the protocol to the built program, and keeps what it was told.

use lsp_server::{Message, Notification, Request, RequestId, Response};
use lsp_types as lsp;
use serde_json::{Value, json};
use specfuse_core::position::{EditorLines, Encoding, Position};
use specfuse_tests::program;
use specfuse_tests::world::World;
use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::str::FromStr;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long anything may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// An editor with a running server.
pub struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    incoming: Receiver<Message>,
    next: i32,
    /// What the server answered to `initialize`.
    pub capabilities: lsp::ServerCapabilities,
    /// The latest findings of each file.
    pub findings: BTreeMap<String, lsp::PublishDiagnosticsParams>,
    /// What the server asked.
    pub asked: Vec<Request>,
    /// What it logged.
    pub logged: Vec<String>,
}

/// What a modern editor says it can do.
pub fn modern() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-16"]},
        "workspace": {
            "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
        },
        "textDocument": {
            "hover": {"contentFormat": ["markdown"]},
            "publishDiagnostics": {"relatedInformation": true},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
            "definition": {"linkSupport": true},
            "codeAction": {"resolveSupport": {"properties": ["edit"]}},
        },
    })
}

impl Editor {
    /// Starts a server, and says nothing yet.
    pub fn silent(world: &World) -> Editor {
        Editor::of(world, &program("specfuse-loop"))
    }

    /// As [`Editor::silent`], with this build of the program.
    pub fn of(world: &World, program: &Path) -> Editor {
        let mut command = world.command(program);
        command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("the server starts");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (send, incoming) = channel();
        std::thread::spawn(move || {
            while let Ok(Some(message)) = Message::read(&mut output) {
                if send.send(message).is_err() {
                    break;
                }
            }
        });
        Editor {
            input: child.stdin.take(),
            child,
            incoming,
            next: 0,
            capabilities: lsp::ServerCapabilities::default(),
            findings: BTreeMap::new(),
            asked: Vec::new(),
            logged: Vec::new(),
        }
    }

    /// Starts a server and begins a session as an editor that can do this.
    pub fn with(world: &World, capabilities: Value) -> Editor {
        let mut editor = Editor::silent(world);
        editor.begin(capabilities);
        editor
    }

    /// Begins a session as an editor that can do this.
    pub fn begin(&mut self, capabilities: Value) {
        let answer =
            self.ask("initialize", json!({"processId": null, "rootUri": null, "capabilities": capabilities}));
        let result: lsp::InitializeResult = serde_json::from_value(answer).expect("an answer to initialize");
        self.capabilities = result.capabilities;
        self.tell("initialized", json!({}));
    }

    /// As [`Editor::with`], as a modern editor.
    pub fn new(world: &World) -> Editor {
        Editor::with(world, modern())
    }

    /// Sends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    fn send(&mut self, message: impl Into<Message>) {
        let mut bytes = Vec::new();
        message.into().write(&mut bytes).expect("a message can be written");
        self.raw(&bytes);
    }

    /// Sends a notification.
    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(Notification { method: method.into(), params });
    }

    /// Sends a request and waits for its answer, an error included.
    pub fn try_ask(&mut self, method: &str, params: Value) -> Result<Value, lsp_server::ResponseError> {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.send(Request { id: id.clone(), method: method.into(), params });
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(Response { id: of, response_result }) = self.receive(deadline) {
                assert_eq!(of, id);
                return response_result;
            }
        }
    }

    /// Sends a request and waits for its result.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        self.try_ask(method, params).unwrap_or_else(|why| panic!("{method}: {why:?}"))
    }

    /// Takes one message; answers with it when it is a response.
    fn receive(&mut self, deadline: Instant) -> Option<Response> {
        let left = deadline.saturating_duration_since(Instant::now());
        match self.incoming.recv_timeout(left).expect("the server says something") {
            Message::Response(response) => return Some(response),
            Message::Request(request) => {
                self.send(Response { id: request.id.clone(), response_result: Ok(Value::Null) });
                self.asked.push(request);
            }
            Message::Notification(note) if note.method == "textDocument/publishDiagnostics" => {
                let params: lsp::PublishDiagnosticsParams =
                    serde_json::from_value(note.params).expect("findings");
                self.findings.insert(params.uri.as_str().to_owned(), params);
            }
            Message::Notification(note) => self.logged.push(note.params["message"].to_string()),
        }
        None
    }

    /// Takes messages until `done`.
    pub fn until(&mut self, what: &str, done: impl Fn(&Editor) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !done(self) {
            assert!(Instant::now() < deadline, "{what}: {:#?}", self.findings);
            assert!(self.receive(deadline).is_none(), "an answer that nobody waits for");
        }
    }

    /// Opens a document with this text.
    pub fn open(&mut self, uri: &str, text: &str) {
        let item = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": item}));
    }

    /// Changes a document.
    pub fn change(&mut self, uri: &str, version: i32, changes: Value) {
        let document = json!({"uri": uri, "version": version});
        self.tell("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    /// Waits for the findings of a version of a document: `line:column rule`, in order.
    pub fn findings_at(&mut self, uri: &str, version: i32) -> Vec<String> {
        self.until("findings", |editor| editor.findings.get(uri).is_some_and(|f| f.version == Some(version)));
        self.rules(uri)
    }

    /// The latest findings of a document: `line:column rule`, in order.
    pub fn rules(&self, uri: &str) -> Vec<String> {
        let found = self.findings.get(uri).map_or(&[][..], |found| &found.diagnostics);
        let code = |d: &lsp::Diagnostic| match &d.code {
            Some(lsp::NumberOrString::String(code)) => code.clone(),
            other => panic!("a finding without its rule: {other:?}"),
        };
        found
            .iter()
            .map(|d| format!("{}:{} {}", d.range.start.line, d.range.start.character, code(d)))
            .collect()
    }

    /// Asks about a place of a document.
    pub fn at(&mut self, method: &str, uri: &str, line: u32, character: u32) -> Value {
        self.ask(
            method,
            json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}),
        )
    }

    /// Ends the session as it should be; the server's exit code.
    pub fn goodbye(mut self) -> Option<i32> {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        self.tell("exit", Value::Null);
        self.ended()
    }

    /// Closes the server's input, or not, and waits for its end.
    pub fn ended(mut self) -> Option<i32> {
        self.child.wait().expect("the server ends").code()
    }

    /// Goes away without a word; the server's exit code.
    pub fn vanish(mut self) -> Option<i32> {
        drop(self.input.take());
        self.child.wait().expect("the server ends").code()
    }
}

/// The URI of a file.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// The file of a URI.
pub fn path(uri: &lsp::Uri) -> std::path::PathBuf {
    uri.as_str().strip_prefix("file://").expect("a file").into()
}

/// Makes an edit on disk, as an editor would that has saved everything.
pub fn apply(edit: Value) {
    let edit: lsp::WorkspaceEdit = serde_json::from_value(edit).expect("an edit");
    for (uri, edits) in edit.changes.into_iter().flatten() {
        apply_text(&uri, &edits);
    }
    let operations = match edit.document_changes {
        Some(lsp::DocumentChanges::Operations(operations)) => operations,
        Some(lsp::DocumentChanges::Edits(edits)) => {
            edits.into_iter().map(lsp::DocumentChangeOperation::Edit).collect()
        }
        None => return,
    };
    for operation in operations {
        match operation {
            lsp::DocumentChangeOperation::Edit(edit) => {
                let edits: Vec<lsp::TextEdit> = edit.edits.into_iter().map(plain).collect();
                apply_text(&edit.text_document.uri, &edits);
            }
            lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Create(create)) => {
                std::fs::write(path(&create.uri), "").expect("it can be made");
            }
            lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Rename(rename)) => {
                std::fs::rename(path(&rename.old_uri), path(&rename.new_uri)).expect("it can be renamed");
            }
            lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Delete(delete)) => {
                std::fs::remove_file(path(&delete.uri)).expect("it can be removed");
            }
        }
    }
}

fn plain(edit: lsp::OneOf<lsp::TextEdit, lsp::AnnotatedTextEdit>) -> lsp::TextEdit {
    match edit {
        lsp::OneOf::Left(edit) => edit,
        lsp::OneOf::Right(edit) => edit.text_edit,
    }
}

fn apply_text(uri: &lsp::Uri, edits: &[lsp::TextEdit]) {
    let file = path(uri);
    let text = std::fs::read_to_string(&file).expect("a text");
    std::fs::write(file, edited(&text, edits)).expect("it can be written");
}

/// `text` after edits that do not overlap, in UTF-16 columns.
pub fn edited(text: &str, edits: &[lsp::TextEdit]) -> String {
    let lines = EditorLines::new(text);
    let at = |p: lsp::Position| {
        lines.offset(text, Position { line: p.line, column: p.character }, Encoding::Utf16)
    };
    let mut spans: Vec<_> = edits.iter().map(|e| (at(e.range.start)..at(e.range.end), &e.new_text)).collect();
    spans.sort_by_key(|(range, _)| (range.start, range.end));
    let mut after = text.to_owned();
    for (range, new) in spans.into_iter().rev() {
        after.replace_range(range, new);
    }
    after
}

/// A URI of the protocol's own type, to be sure that it is one.
pub fn checked(uri: &str) -> String {
    lsp::Uri::from_str(uri).expect("a URI").as_str().to_owned()
}

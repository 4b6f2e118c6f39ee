//! The session with an editor: its beginning and end, and who answers what in between.

use super::actions::{self, FIX_FEATURE, FIX_FILE};
use super::client::Client;
use super::handlers;
use super::uri;
use super::wire::{Incoming, send};
use super::workspace::Workspace;
use crate::error::Result;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use lsp_types as lsp;
use lsp_types::notification::Notification as _;
use lsp_types::request::Request as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::PathBuf;

/// Where the session stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Fresh,
    Running,
    ShutDown,
}

/// Whether another message is expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// Go on.
    Message,
    /// The session is over.
    End,
}

/// A session.
#[derive(Debug)]
pub(super) struct Server {
    stage: Stage,
    workspace: Workspace,
    asked: i32,
}

type Answer = std::result::Result<Value, ResponseError>;

impl Server {
    /// A session that has not begun.
    pub(super) fn new() -> Server {
        Server { stage: Stage::Fresh, workspace: Workspace::default(), asked: 0 }
    }

    /// Whether the editor ended the session as it should.
    pub(super) fn said_goodbye(&self) -> bool {
        self.stage == Stage::ShutDown
    }

    /// Deals with one message.
    ///
    /// # Errors
    /// When the editor can no longer be written to.
    pub(super) fn take(&mut self, incoming: Incoming) -> Result<Next> {
        match incoming {
            Incoming::Broken(why) => self.log(lsp::MessageType::ERROR, &why)?,
            Incoming::Message(Message::Request(request)) => self.request(request)?,
            Incoming::Message(Message::Notification(note))
                if note.method == lsp::notification::Exit::METHOD =>
            {
                return Ok(Next::End);
            }
            Incoming::Message(Message::Notification(note)) => self.notification(note)?,
            Incoming::Message(Message::Response(_)) => {}
        }
        Ok(Next::Message)
    }

    /// Nothing waits: looks for findings and tells the editor what is new.
    ///
    /// # Errors
    /// When the editor can no longer be written to.
    pub(super) fn settle(&mut self) -> Result<()> {
        let mut news = Vec::new();
        for (repository, client) in self.workspace.repositories() {
            news.extend(repository.news(client));
        }
        self.workspace.forget_idle();
        news.into_iter().try_for_each(|news| self.tell::<lsp::notification::PublishDiagnostics>(news))
    }

    fn request(&mut self, request: Request) -> Result<()> {
        let Request { id, method, params } = request;
        let answer = match (self.stage, method.as_str()) {
            (Stage::Fresh, lsp::request::Initialize::METHOD) => self.initialize(params),
            (Stage::Fresh, _) => Err(refusal(ErrorCode::ServerNotInitialized, "the session has not begun")),
            (Stage::ShutDown, _) => Err(refusal(ErrorCode::InvalidRequest, "the session is over")),
            (Stage::Running, lsp::request::Initialize::METHOD) => {
                Err(refusal(ErrorCode::InvalidRequest, "the session has begun already"))
            }
            (Stage::Running, lsp::request::Shutdown::METHOD) => {
                self.stage = Stage::ShutDown;
                Ok(Value::Null)
            }
            (Stage::Running, _) => answer(&mut self.workspace, &method, params),
        };
        send(Response { id, response_result: answer })
    }

    fn initialize(&mut self, params: Value) -> Answer {
        let params: lsp::InitializeParams = read(params)?;
        self.workspace.client = Client::of(&params.capabilities);
        self.stage = Stage::Running;
        let version = Some(env!("CARGO_PKG_VERSION").to_owned());
        write(lsp::InitializeResult {
            capabilities: capabilities(&self.workspace.client),
            server_info: Some(lsp::ServerInfo { name: "specfuse-loop".to_owned(), version }),
        })
    }

    fn notification(&mut self, note: Notification) -> Result<()> {
        use lsp::notification as of;
        if self.stage != Stage::Running {
            return Ok(());
        }
        let Notification { method, params } = note;
        let workspace = &mut self.workspace;
        let done = match method.as_str() {
            of::Initialized::METHOD => return self.watch(),
            of::DidOpenTextDocument::METHOD => {
                parse(params).and_then(|p: lsp::DidOpenTextDocumentParams| workspace.open(p.text_document))
            }
            of::DidChangeTextDocument::METHOD => parse(params).map(|p: lsp::DidChangeTextDocumentParams| {
                let document = p.text_document;
                workspace.change(&document.uri, document.version, p.content_changes);
            }),
            of::DidSaveTextDocument::METHOD => parse(params)
                .and_then(|p: lsp::DidSaveTextDocumentParams| workspace.save(&p.text_document.uri)),
            of::DidCloseTextDocument::METHOD => parse(params)
                .and_then(|p: lsp::DidCloseTextDocumentParams| workspace.close(&p.text_document.uri)),
            of::DidChangeWatchedFiles::METHOD => {
                parse(params).and_then(|p: lsp::DidChangeWatchedFilesParams| {
                    let paths: Vec<PathBuf> = p.changes.iter().filter_map(|c| uri::to_path(&c.uri)).collect();
                    workspace.changed_on_disk(&paths)
                })
            }
            _ => Ok(()),
        };
        done.or_else(|why| self.log(lsp::MessageType::ERROR, &format!("{method}: {why}")))
    }

    /// Asks the editor to tell when files of plans change, if it can.
    fn watch(&mut self) -> Result<()> {
        if !self.workspace.client.watches {
            return Ok(());
        }
        let watcher = |glob: &str| lsp::FileSystemWatcher {
            glob_pattern: lsp::GlobPattern::String(glob.to_owned()),
            kind: None,
        };
        let options = lsp::DidChangeWatchedFilesRegistrationOptions {
            watchers: ["**/.specfuse/**", "**/PLAN.md", "**/GATE-*.md", "**/WU-*.md"].map(watcher).into(),
        };
        let registration = lsp::Registration {
            id: "files".to_owned(),
            method: lsp::notification::DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        self.asked += 1;
        let params = lsp::RegistrationParams { registrations: vec![registration] };
        let method = lsp::request::RegisterCapability::METHOD.to_owned();
        let params = serde_json::to_value(params).unwrap_or_default();
        send(Request { id: RequestId::from(self.asked), method, params })
    }

    fn log(&self, typ: lsp::MessageType, message: &str) -> Result<()> {
        let message = message.to_owned();
        self.tell::<lsp::notification::LogMessage>(lsp::LogMessageParams { typ, message })
    }

    fn tell<N: lsp::notification::Notification>(&self, params: N::Params) -> Result<()> {
        let params = serde_json::to_value(params).unwrap_or_default();
        send(Notification { method: N::METHOD.to_owned(), params })
    }
}

/// Answers a request within a session.
fn answer(workspace: &mut Workspace, method: &str, params: Value) -> Answer {
    use lsp::request as of;
    match method {
        of::HoverRequest::METHOD => write(handlers::hover(workspace, read(params)?)),
        of::Completion::METHOD => write(handlers::completion(workspace, read(params)?)),
        of::GotoDefinition::METHOD => write(handlers::definition(workspace, read(params)?)),
        of::References::METHOD => write(handlers::references(workspace, read(params)?)),
        of::PrepareRenameRequest::METHOD => write(handlers::prepare_rename(workspace, read(params)?)),
        of::Rename::METHOD => write(handlers::rename(workspace, read(params)?)?),
        of::DocumentSymbolRequest::METHOD => write(handlers::document_symbols(workspace, read(params)?)),
        of::WorkspaceSymbolRequest::METHOD => write(handlers::workspace_symbols(workspace, read(params)?)),
        of::CodeActionRequest::METHOD => write(actions::offered(workspace, read(params)?)),
        of::CodeActionResolveRequest::METHOD => write(actions::resolved(workspace, read(params)?)),
        _ => Err(refusal(ErrorCode::MethodNotFound, &format!("`{method}` is not served"))),
    }
}

fn capabilities(client: &Client) -> lsp::ServerCapabilities {
    let sync = lsp::TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(lsp::TextDocumentSyncKind::INCREMENTAL),
        save: Some(lsp::TextDocumentSyncSaveOptions::Supported(true)),
        ..lsp::TextDocumentSyncOptions::default()
    };
    let triggers = [" ", ":", "[", ",", "/", "#", "*", "-"].map(str::to_owned);
    let completion = lsp::CompletionOptions {
        trigger_characters: Some(triggers.into()),
        ..lsp::CompletionOptions::default()
    };
    let actions = lsp::CodeActionOptions {
        code_action_kinds: Some(vec![lsp::CodeActionKind::QUICKFIX, FIX_FILE, FIX_FEATURE]),
        resolve_provider: Some(client.resolves_edits),
        ..lsp::CodeActionOptions::default()
    };
    let rename = lsp::RenameOptions {
        prepare_provider: Some(true),
        work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
    };
    lsp::ServerCapabilities {
        position_encoding: Some(client.encoding_kind()),
        text_document_sync: Some(lsp::TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(lsp::HoverProviderCapability::Simple(true)),
        completion_provider: Some(completion),
        definition_provider: Some(lsp::OneOf::Left(true)),
        references_provider: Some(lsp::OneOf::Left(true)),
        rename_provider: Some(lsp::OneOf::Right(rename)),
        document_symbol_provider: Some(lsp::OneOf::Left(true)),
        workspace_symbol_provider: Some(lsp::OneOf::Left(true)),
        code_action_provider: Some(lsp::CodeActionProviderCapability::Options(actions)),
        ..lsp::ServerCapabilities::default()
    }
}

/// The parameters of a request.
fn read<T: DeserializeOwned>(params: Value) -> std::result::Result<T, ResponseError> {
    parse(params).map_err(|why| refusal(ErrorCode::InvalidParams, &why))
}

fn parse<T: DeserializeOwned>(params: Value) -> std::result::Result<T, String> {
    serde_json::from_value(params).map_err(|why| why.to_string())
}

fn write(result: impl Serialize) -> Answer {
    serde_json::to_value(result).map_err(|why| refusal(ErrorCode::InternalError, &why.to_string()))
}

fn refusal(code: ErrorCode, message: &str) -> ResponseError {
    ResponseError { code: code as i32, message: message.to_owned(), data: None }
}

//! What each request is answered with: core's help, in the protocol's words.

use super::client::Client;
use super::edits::workspace_edit;
use super::place::Places;
use super::repository::Repository;
use super::workspace::Workspace;
use lsp_server::{ErrorCode, ResponseError};
use lsp_types as lsp;
use specfuse_core::assist::{Assist, Completion, CompletionKind, Symbol, SymbolKind};
use specfuse_core::diagnostic::Location;
use specfuse_core::lint::pages;
use specfuse_core::path::RelPath;

/// A document, and what is around it, while a request about it is answered.
struct Desk<'a> {
    repository: &'a Repository,
    features: &'a [specfuse_core::model::Feature],
    file: &'a RelPath,
    text: &'a str,
    client: Client,
}

/// The most symbols that a search of the workspace answers with.
const MOST_SYMBOLS: usize = 500;

/// Answers with `answer` of the document at `uri`; nothing when it belongs to no plan or is no text.
fn about<T>(
    workspace: &mut Workspace,
    uri: &lsp::Uri,
    answer: impl FnOnce(&Desk<'_>) -> Option<T>,
) -> Option<T> {
    let (repository, file, client) = workspace.find(uri)?;
    let features = repository.features_of(&file);
    let repository = &*repository;
    let text = repository.tree().text(&file)?;
    answer(&Desk { repository, features: &features, file: &file, text, client })
}

impl Desk<'_> {
    fn assist(&self) -> Assist<'_> {
        Assist::new(self.repository.tree(), self.features, self.file)
    }

    fn places(&self) -> Places<'_> {
        Places::new(self.text, self.client.encoding)
    }

    fn location(&self, location: &Location) -> Option<lsp::Location> {
        let text = self.repository.tree().text(&location.file)?;
        let range = Places::new(text, self.client.encoding).range(location.span);
        Some(lsp::Location { uri: self.repository.uri(&location.file)?, range })
    }

    fn markup(&self, value: String) -> lsp::MarkupContent {
        if self.client.markdown {
            return lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value };
        }
        lsp::MarkupContent { kind: lsp::MarkupKind::PlainText, value: plain(&value) }
    }
}

/// Markdown as plain text: words at the beginning of a line are no longer bold. The rest reads as it is.
fn plain(markdown: &str) -> String {
    let line = |line: &str| match line.strip_prefix("**").and_then(|rest| rest.split_once("**")) {
        Some((bold, rest)) => format!("{bold}{rest}"),
        None => line.to_owned(),
    };
    markdown.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

pub(super) fn hover(workspace: &mut Workspace, params: lsp::HoverParams) -> Option<lsp::Hover> {
    let lsp::TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
    let (repository, file, _) = workspace.find(&text_document.uri)?;
    let findings = repository.findings_of(&file);
    about(workspace, &text_document.uri, |desk| {
        let (places, mut parts) = (desk.places(), Vec::new());
        let offset = places.offset(position);
        let hover = desk.assist().hover(offset);
        let mut span = hover.as_ref().map(|hover| hover.span);
        if let Some(hover) = hover {
            parts.push(hover.rule.and_then(pages::brief).unwrap_or(hover.text));
        }
        let mut rules: Vec<&str> = Vec::new();
        for finding in
            findings.iter().filter(|f| f.primary.span.touches(offset) && !f.primary.span.is_empty())
        {
            if !rules.contains(&finding.rule) {
                rules.push(finding.rule);
                span = span.or(Some(finding.primary.span));
            }
        }
        parts.extend(rules.into_iter().filter_map(pages::brief));
        let contents = lsp::HoverContents::Markup(desk.markup(parts.join("\n\n---\n\n")));
        span.map(|span| lsp::Hover { contents, range: Some(places.range(span)) })
    })
}

pub(super) fn completion(
    workspace: &mut Workspace,
    params: lsp::CompletionParams,
) -> Option<lsp::CompletionResponse> {
    let lsp::TextDocumentPositionParams { text_document, position } = params.text_document_position;
    about(workspace, &text_document.uri, |desk| {
        let places = desk.places();
        let all = desk.assist().complete(places.offset(position));
        let items = all.into_iter().enumerate().map(|(nth, item)| completion_item(desk, &places, nth, item));
        Some(lsp::CompletionResponse::Array(items.collect()))
    })
}

fn completion_item(
    desk: &Desk<'_>,
    places: &Places<'_>,
    nth: usize,
    item: Completion,
) -> lsp::CompletionItem {
    let marked = item.replace.slice(desk.text).starts_with(['#', '*']);
    let documentation = lsp::Documentation::MarkupContent(desk.markup(item.documentation.clone()));
    let edit = lsp::TextEdit { range: places.range(item.replace), new_text: item.insert.clone() };
    lsp::CompletionItem {
        kind: Some(match item.kind {
            CompletionKind::Key => lsp::CompletionItemKind::PROPERTY,
            CompletionKind::Value => lsp::CompletionItemKind::VALUE,
            CompletionKind::Unit => lsp::CompletionItemKind::REFERENCE,
            CompletionKind::Gate => lsp::CompletionItemKind::MODULE,
            CompletionKind::File => lsp::CompletionItemKind::FILE,
            CompletionKind::Section => lsp::CompletionItemKind::STRUCT,
        }),
        detail: Some(item.detail).filter(|detail| !detail.is_empty()),
        documentation: Some(documentation).filter(|_| !item.documentation.is_empty()),
        sort_text: Some(format!("{nth:05}")),
        // Editors compare what is typed with this: the marks of a heading are part of it.
        filter_text: Some(if marked { item.insert } else { item.label.clone() }),
        text_edit: Some(lsp::CompletionTextEdit::Edit(edit)),
        label: item.label,
        ..lsp::CompletionItem::default()
    }
}

pub(super) fn definition(
    workspace: &mut Workspace,
    params: lsp::GotoDefinitionParams,
) -> Option<lsp::GotoDefinitionResponse> {
    let lsp::TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
    about(workspace, &text_document.uri, |desk| {
        let places = desk.places();
        let (here, there) = desk.assist().definition(places.offset(position))?;
        let lsp::Location { uri, range } = desk.location(&there)?;
        Some(match desk.client.links {
            true => lsp::GotoDefinitionResponse::Link(vec![lsp::LocationLink {
                origin_selection_range: Some(places.range(here)),
                target_uri: uri,
                target_range: range,
                target_selection_range: range,
            }]),
            false => lsp::GotoDefinitionResponse::Scalar(lsp::Location { uri, range }),
        })
    })
}

pub(super) fn references(
    workspace: &mut Workspace,
    params: lsp::ReferenceParams,
) -> Option<Vec<lsp::Location>> {
    let lsp::TextDocumentPositionParams { text_document, position } = params.text_document_position;
    about(workspace, &text_document.uri, |desk| {
        let (assist, offset) = (desk.assist(), desk.places().offset(position));
        let all = assist.references(offset)?;
        let declared = (!params.context.include_declaration).then(|| assist.declaration(offset)).flatten();
        let wanted = all.iter().filter(|location| Some(*location) != declared.as_ref());
        Some(wanted.filter_map(|location| desk.location(location)).collect())
    })
}

pub(super) fn prepare_rename(
    workspace: &mut Workspace,
    params: lsp::TextDocumentPositionParams,
) -> Option<lsp::PrepareRenameResponse> {
    about(workspace, &params.text_document.uri, |desk| {
        let places = desk.places();
        let span = desk.assist().renameable(places.offset(params.position))?;
        let placeholder = span.slice(desk.text).to_owned();
        Some(lsp::PrepareRenameResponse::RangeWithPlaceholder { range: places.range(span), placeholder })
    })
}

pub(super) fn rename(
    workspace: &mut Workspace,
    params: lsp::RenameParams,
) -> Result<Option<lsp::WorkspaceEdit>, ResponseError> {
    let lsp::TextDocumentPositionParams { text_document, position } = params.text_document_position;
    let edit = about(workspace, &text_document.uri, |desk| {
        let offset = desk.places().offset(position);
        let edits = desk.assist().rename(offset, &params.new_name, desk.client.renames);
        Some(edits.map(|edits| workspace_edit(desk.repository, &edits, &desk.client)))
    });
    edit.transpose().map(Option::flatten).map_err(|why| ResponseError {
        code: ErrorCode::RequestFailed as i32,
        message: why.to_string(),
        data: None,
    })
}

pub(super) fn document_symbols(
    workspace: &mut Workspace,
    params: lsp::DocumentSymbolParams,
) -> Option<lsp::DocumentSymbolResponse> {
    let uri = &params.text_document.uri;
    about(workspace, uri, |desk| {
        let (symbols, places) = (desk.assist().symbols(), desk.places());
        if desk.client.nested_symbols {
            let nested = symbols.into_iter().map(|symbol| nested(symbol, &places)).collect();
            return Some(lsp::DocumentSymbolResponse::Nested(nested));
        }
        let mut flat = Vec::new();
        symbols.iter().for_each(|symbol| flatten(symbol, None, uri, &places, &mut flat));
        Some(lsp::DocumentSymbolResponse::Flat(flat))
    })
}

fn symbol_kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::Key => lsp::SymbolKind::PROPERTY,
        SymbolKind::Gate => lsp::SymbolKind::NAMESPACE,
        SymbolKind::Unit => lsp::SymbolKind::METHOD,
        SymbolKind::Section => lsp::SymbolKind::STRING,
        SymbolKind::Set => lsp::SymbolKind::ARRAY,
        SymbolKind::Check => lsp::SymbolKind::EVENT,
        SymbolKind::Feature => lsp::SymbolKind::PACKAGE,
    }
}

fn nested(symbol: Symbol, places: &Places<'_>) -> lsp::DocumentSymbol {
    #[expect(deprecated, reason = "the type has a field that is deprecated and must be given")]
    lsp::DocumentSymbol {
        name: symbol.name,
        detail: Some(symbol.detail).filter(|detail| !detail.is_empty()),
        kind: symbol_kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: places.range(symbol.span),
        selection_range: places.range(symbol.name_span),
        children: Some(symbol.inside.into_iter().map(|inner| nested(inner, places)).collect()),
    }
}

fn flatten(
    symbol: &Symbol,
    outer: Option<&str>,
    uri: &lsp::Uri,
    places: &Places<'_>,
    into: &mut Vec<lsp::SymbolInformation>,
) {
    let location = lsp::Location { uri: uri.clone(), range: places.range(symbol.span) };
    into.push(information(symbol.name.clone(), symbol.kind, location, outer.map(str::to_owned)));
    symbol.inside.iter().for_each(|inner| flatten(inner, Some(&symbol.name), uri, places, into));
}

fn information(
    name: String,
    kind: SymbolKind,
    location: lsp::Location,
    container_name: Option<String>,
) -> lsp::SymbolInformation {
    #[expect(deprecated, reason = "the type has a field that is deprecated and must be given")]
    lsp::SymbolInformation {
        name,
        kind: symbol_kind(kind),
        tags: None,
        deprecated: None,
        location,
        container_name,
    }
}

/// Units of every open plan whose id or title holds the query.
pub(super) fn workspace_symbols(
    workspace: &mut Workspace,
    params: lsp::WorkspaceSymbolParams,
) -> Vec<lsp::SymbolInformation> {
    let query = params.query.to_lowercase();
    let mut found = Vec::new();
    for (repository, client) in workspace.repositories() {
        let features = repository.features();
        let units = features.iter().flat_map(|feature| feature.units.iter().map(move |unit| (feature, unit)));
        for (feature, unit) in units {
            let name = format!("{} {}", unit.id(), unit.title());
            let Some(file) = &unit.file else { continue };
            let Some(uri) = repository.uri(&file.path) else { continue };
            if found.len() >= MOST_SYMBOLS || !name.to_lowercase().contains(&query) {
                continue;
            }
            let span = file.title().map_or_else(|| file.doc.head_span(), |title| title.span);
            let range = Places::new(&file.doc.text, client.encoding).range(span);
            let location = lsp::Location { uri, range };
            let container = feature.folder_name().to_owned();
            found.push(information(name, SymbolKind::Unit, location, Some(container)));
        }
    }
    found
}

//! Core's edits as the protocol's.

use super::client::Client;
use super::place::Places;
use super::repository::Repository;
use lsp_types::{
    CreateFile, DeleteFile, DocumentChangeOperation, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, RenameFile, ResourceOp, TextDocumentEdit, TextEdit, Uri,
    WorkspaceEdit,
};
use specfuse_core::edit::text_edits;
use specfuse_core::fix::{self, Edits, FileEdit};
use specfuse_core::path::RelPath;

/// `edits` of the repository's tree; `None` when the editor cannot make all of them.
pub(super) fn workspace_edit(
    repository: &Repository,
    edits: &Edits,
    client: &Client,
) -> Option<WorkspaceEdit> {
    if client.document_changes {
        let operations = operations(repository, edits, client)?;
        let document_changes = Some(DocumentChanges::Operations(operations));
        return Some(WorkspaceEdit { document_changes, ..WorkspaceEdit::default() });
    }
    let changes = edits.iter().map(|(file, edit)| match edit {
        FileEdit::Change(list) => Some((repository.uri(file)?, text(repository, file, list, client)?)),
        FileEdit::Create(_) | FileEdit::Delete => None,
    });
    #[expect(clippy::mutable_key_type, reason = "the protocol's type; nothing in a URI is changed")]
    let changes = changes.collect::<Option<_>>()?;
    Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}

fn operations(
    repository: &Repository,
    edits: &Edits,
    client: &Client,
) -> Option<Vec<DocumentChangeOperation>> {
    let renamed = renamed(edits).filter(|_| client.renames);
    let mut operations = Vec::new();
    for (file, edit) in edits.iter() {
        match (edit, renamed) {
            (FileEdit::Change(list), _) => {
                operations.push(in_file(repository, file, text(repository, file, list, client)?)?);
            }
            (FileEdit::Delete, Some((from, _, new))) if from == file => {
                let list = text_edits(repository.tree().text(from)?, new);
                operations.push(in_file(repository, from, text(repository, from, &list, client)?)?);
            }
            (FileEdit::Create(_), Some((_, to, _))) if to == file => {}
            (FileEdit::Create(new), _) if client.creates => {
                operations.extend(created(repository, file, new)?)
            }
            (FileEdit::Create(_), _) => return None,
            (FileEdit::Delete, _) => {
                let delete = DeleteFile { uri: repository.uri(file)?, options: None };
                operations.push(DocumentChangeOperation::Op(ResourceOp::Delete(delete)));
            }
        }
    }
    if let Some((from, to, _)) = renamed {
        let (old_uri, new_uri) = (repository.uri(from)?, repository.uri(to)?);
        let rename = RenameFile { old_uri, new_uri, options: None, annotation_id: None };
        operations.push(DocumentChangeOperation::Op(ResourceOp::Rename(rename)));
    }
    Some(operations)
}

/// The file that goes, the one that comes, and its text, when these are the only two: another name.
fn renamed(edits: &Edits) -> Option<(&RelPath, &RelPath, &str)> {
    let gone = edits.iter().filter(|(_, edit)| matches!(edit, FileEdit::Delete)).map(|(file, _)| file);
    let come = edits.iter().filter_map(|(file, edit)| match edit {
        FileEdit::Create(text) => Some((file, text.as_str())),
        _ => None,
    });
    match (gone.collect::<Vec<_>>().as_slice(), come.collect::<Vec<_>>().as_slice()) {
        ([from], [(to, text)]) => Some((from, to, text)),
        _ => None,
    }
}

fn created(repository: &Repository, file: &RelPath, new: &str) -> Option<[DocumentChangeOperation; 2]> {
    let uri = repository.uri(file)?;
    let create = CreateFile { uri: uri.clone(), options: None, annotation_id: None };
    let fill = TextEdit { range: lsp_types::Range::default(), new_text: new.to_owned() };
    Some([DocumentChangeOperation::Op(ResourceOp::Create(create)), change(uri, None, vec![fill])])
}

fn in_file(repository: &Repository, file: &RelPath, edits: Vec<TextEdit>) -> Option<DocumentChangeOperation> {
    Some(change(repository.uri(file)?, repository.version(file), edits))
}

fn change(uri: Uri, version: Option<i32>, edits: Vec<TextEdit>) -> DocumentChangeOperation {
    DocumentChangeOperation::Edit(TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.into_iter().map(OneOf::Left).collect(),
    })
}

fn text(
    repository: &Repository,
    file: &RelPath,
    edits: &[fix::TextEdit],
    client: &Client,
) -> Option<Vec<TextEdit>> {
    let places = Places::new(repository.tree().text(file)?, client.encoding);
    let edit =
        |edit: &fix::TextEdit| TextEdit { range: places.range(edit.span), new_text: edit.text.clone() };
    Some(edits.iter().map(edit).collect())
}

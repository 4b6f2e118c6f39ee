//! What the editor said it can do.

use lsp_types::{ClientCapabilities, MarkupKind, PositionEncodingKind, ResourceOperationKind};
use specfuse_core::position::Encoding;

/// What the editor can do, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Client {
    /// What columns are counted in.
    pub encoding: Encoding,
    /// Whether edits may name the version they were made for, and come with changes to files.
    pub document_changes: bool,
    /// Whether edits may make files.
    pub creates: bool,
    /// Whether edits may give files another name.
    pub renames: bool,
    /// Whether findings may point at other places.
    pub related: bool,
    /// Whether the text of a hover and of a completion may be Markdown.
    pub markdown: bool,
    /// Whether an outline may have levels.
    pub nested_symbols: bool,
    /// Whether a definition may name the bytes that lead to it.
    pub links: bool,
    /// Whether the edit of an action may be asked for later.
    pub resolves_edits: bool,
    /// Whether it can be asked to watch files.
    pub watches: bool,
}

impl Client {
    /// What `capabilities` come to.
    pub(super) fn of(capabilities: &ClientCapabilities) -> Client {
        let text = capabilities.text_document.clone().unwrap_or_default();
        let workspace = capabilities.workspace.clone().unwrap_or_default();
        let edit = workspace.workspace_edit.unwrap_or_default();
        // Neovim names the operations and not that it takes edits in which they can stand.
        let document_changes = edit.document_changes.unwrap_or(false) || edit.resource_operations.is_some();
        let operation =
            |kind| document_changes && edit.resource_operations.iter().flatten().any(|k| *k == kind);
        let offers = capabilities.general.as_ref().and_then(|general| general.position_encodings.as_ref());
        let utf8 = offers.is_some_and(|offers| offers.contains(&PositionEncodingKind::UTF8));
        let formats = text.hover.and_then(|hover| hover.content_format);
        let resolve = text.code_action.and_then(|action| action.resolve_support);
        Client {
            encoding: if utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            document_changes,
            creates: operation(ResourceOperationKind::Create),
            renames: operation(ResourceOperationKind::Rename),
            related: text.publish_diagnostics.and_then(|p| p.related_information).unwrap_or(false),
            markdown: formats.is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            nested_symbols: text
                .document_symbol
                .and_then(|symbol| symbol.hierarchical_document_symbol_support)
                .unwrap_or(false),
            links: text.definition.and_then(|definition| definition.link_support).unwrap_or(false),
            resolves_edits: resolve.is_some_and(|resolve| resolve.properties.iter().any(|p| p == "edit")),
            watches: workspace
                .did_change_watched_files
                .and_then(|watched| watched.dynamic_registration)
                .unwrap_or(false),
        }
    }

    /// The protocol's name of the encoding.
    pub(super) fn encoding_kind(&self) -> PositionEncodingKind {
        match self.encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn operations_need_the_edits_that_they_stand_in() {
        let like_neovim =
            json!({"workspace": {"workspaceEdit": {"resourceOperations": ["rename", "create"]}}});
        let client = Client::of(&from_value(like_neovim).unwrap());
        assert!(client.document_changes && client.renames && client.creates);
        assert_eq!(Client::of(&ClientCapabilities::default()), Client::default());
    }
}

//! Code actions: the fixes of findings, and all safe fixes of a file or a feature at once.

use super::client::Client;
use super::edits::workspace_edit;
use super::repository::{Repository, is_shared};
use super::workspace::Workspace;
use lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionOrCommand, CodeActionParams, Range,
    WorkspaceEdit,
};
use serde::{Deserialize, Serialize};
use specfuse_core::diagnostic::Finding;
use specfuse_core::edit::text_edits;
use specfuse_core::fix::{Edits, Safety};
use specfuse_core::lint::{fix_all, fix_file};
use specfuse_core::path::RelPath;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// All safe fixes of a file.
pub(super) const FIX_FILE: CodeActionKind = CodeActionKind::new("source.fixAll.specfuse");
/// All safe fixes of a feature. Not below `source.fixAll`: saving one file should not change others.
pub(super) const FIX_FEATURE: CodeActionKind = CodeActionKind::new("source.specfuse.fixFeature");

/// What an action that is not worked out yet would fix.
#[derive(Serialize, Deserialize, Debug)]
struct Later {
    top: PathBuf,
    file: RelPath,
    whole_feature: bool,
}

/// The actions for a range of a document.
pub(super) fn offered(workspace: &mut Workspace, params: CodeActionParams) -> Vec<CodeActionOrCommand> {
    let Some((repository, file, client)) = workspace.find(&params.text_document.uri) else {
        return Vec::new();
    };
    let findings = repository.findings_of(&file);
    let mut actions = Vec::new();
    if wants(&params.context, &CodeActionKind::QUICKFIX) {
        actions.extend(quick_fixes(repository, &findings, params.range, &client));
    }
    let safe = |finding: &Finding| finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
    if findings.iter().any(safe) {
        actions.extend(sources(repository, &file, &params.context, &client));
    }
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

/// Whether the editor wants actions of `kind`: it names kinds by their first parts.
fn wants(context: &CodeActionContext, kind: &CodeActionKind) -> bool {
    let below = |wanted: &CodeActionKind| {
        let rest = kind.as_str().strip_prefix(wanted.as_str());
        wanted.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    context.only.as_ref().is_none_or(|only| only.iter().any(below))
}

fn quick_fixes(
    repository: &Repository,
    findings: &[Finding],
    range: Range,
    client: &Client,
) -> Vec<CodeAction> {
    let mut places = BTreeMap::new();
    let mut actions = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let diagnostic = repository.diagnostic(finding, client, &mut places);
        if diagnostic.range.end < range.start || range.end < diagnostic.range.start {
            continue;
        }
        let Some(edit) = workspace_edit(repository, &fix.edits, client) else { continue };
        let safe = fix.safety == Safety::Safe;
        let title = sentence(&fix.title);
        actions.push(CodeAction {
            title: if safe { title } else { format!("{title} (unsafe: look at the result)") },
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic]),
            edit: Some(edit),
            is_preferred: Some(safe),
            ..CodeAction::default()
        });
    }
    actions
}

/// The first letter large, as menus have it.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// The actions over a whole file or feature. Working one out takes longer than a person types, so it is
/// left for later where the editor asks again, and otherwise done only when the editor asks for it.
fn sources(
    repository: &mut Repository,
    file: &RelPath,
    context: &CodeActionContext,
    client: &Client,
) -> Vec<CodeAction> {
    let titles = [
        (FIX_FILE, "Apply all safe fixes in this file", false),
        (FIX_FEATURE, "Apply all safe fixes of this feature", true),
    ];
    let mut actions = Vec::new();
    for (kind, title, whole_feature) in titles {
        if !wants(context, &kind) || whole_feature && is_shared(file) {
            continue;
        }
        let mut action = CodeAction { title: title.to_owned(), kind: Some(kind), ..CodeAction::default() };
        let later = Later { top: repository.top().to_owned(), file: file.clone(), whole_feature };
        if client.resolves_edits {
            action.data = serde_json::to_value(later).ok();
        } else if context.only.is_some() {
            action.edit = worked_out(repository, &later, client);
        }
        actions.extend(Some(action).filter(|action| action.edit.is_some() || action.data.is_some()));
    }
    actions
}

/// The same action with its edit.
pub(super) fn resolved(workspace: &mut Workspace, mut action: CodeAction) -> CodeAction {
    let later = action.data.take().and_then(|data| serde_json::from_value::<Later>(data).ok());
    if let Some(later) = later
        && let Some((repository, client)) = workspace.at(&later.top)
    {
        action.edit = worked_out(repository, &later, &client);
    }
    action
}

fn worked_out(repository: &mut Repository, later: &Later, client: &Client) -> Option<WorkspaceEdit> {
    let features = repository.features_of(&later.file);
    if later.whole_feature {
        let feature = features.first()?;
        let facts = repository.facts(feature);
        let fixed = fix_all(repository.tree(), &feature.folder, &facts);
        return workspace_edit(repository, &fixed.edits, client);
    }
    let mut tree = repository.tree().clone();
    for feature in &features {
        let facts = repository.facts(feature);
        tree = fix_file(&tree, &feature.folder, &facts, &later.file).tree;
    }
    let mut edits = Edits::none();
    let (old, new) = (repository.tree().text(&later.file)?, tree.text(&later.file)?);
    text_edits(old, new).into_iter().for_each(|edit| edits.edit(later.file.clone(), edit));
    workspace_edit(repository, &edits, client)
}

//! A difference, file by file, with lines that go and come.

use crate::diff::{FileDiff, Row, Side};
use leptos::prelude::*;

/// The differences of files; the first ones are unfolded.
pub fn diffs(files: Vec<FileDiff>) -> AnyView {
    let few = files.len() <= 3;
    files.into_iter().map(|file| diff(file, few)).collect::<Vec<_>>().into_any()
}

/// The difference of one file, folded unless `open`.
pub fn diff(file: FileDiff, open: bool) -> AnyView {
    let hunks: Vec<AnyView> = file.hunks.into_iter().map(hunk).collect();
    view! {
        <details class="diff" open=open>
            <summary>
                <span class="diff-path">{file.path.to_string()}</span>
                <span class="diff-word">{file.word}</span>
                <span class="diff-added">{format!("+{}", file.added)}</span>
                <span class="diff-removed">{format!("−{}", file.removed)}</span>
            </summary>
            <div class="diff-body" tabindex="0" role="group" aria-label="Lines">{hunks}</div>
        </details>
    }
    .into_any()
}

fn hunk(rows: Vec<Row>) -> AnyView {
    let rows: Vec<AnyView> = rows.into_iter().map(row).collect();
    view! { <div class="hunk">{rows}</div> }.into_any()
}

fn row(row: Row) -> AnyView {
    let (class, sign) = match row.side {
        Side::Same => ("diff-row", " "),
        Side::Gone => ("diff-row gone", "−"),
        Side::New => ("diff-row new", "+"),
    };
    view! {
        <div class=class><span class="diff-line">{row.line}</span><span class="diff-sign">{sign}</span><code>{row.text}</code></div>
    }
    .into_any()
}

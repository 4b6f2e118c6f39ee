//! `adopt`: a feature from a GitHub issue. Its text is somebody's: it is quoted in the plan, and the units
//! are drafts until a person has read them.

use crate::args::AdoptArgs;
use crate::commands::new;
use crate::error::{Error, Kind, Result};
use crate::exit_code::ExitCode;
use crate::gh;
use crate::load::{self, Loaded};
use specfuse_core::edit::{Issue, NewFeature};
use specfuse_core::parse::{Parser, feature_folders};
use std::path::Path;

/// Makes a feature from an issue, and labels the issue.
///
/// # Errors
/// When there is no `.specfuse`, `gh` is missing or fails, or the issue has a feature already.
pub fn run(args: &AdoptArgs) -> Result<ExitCode> {
    let loaded = load::load(Path::new("."))?;
    let root = loaded.place.top();
    let issue = gh::issue(root, &args.issue)?;
    if !gh::is_issue(&issue.url) {
        return Err(Error::new(Kind::Usage, format!("{} is no issue on GitHub", issue.url)));
    }
    if issue.state == "CLOSED" && !args.closed {
        return Err(Error::new(Kind::Usage, format!("{} is closed", issue.url))
            .hint("adopt it all the same with --closed"));
    }
    if let Some(taken) = adopted(&loaded, &issue.url) {
        return Err(Error::new(Kind::Usage, format!("{} is adopted already, by {taken}", issue.url))
            .hint("go on with that feature"));
    }
    let id = new::next_id(&loaded)?;
    let title = issue.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let goal = args.goal.clone().unwrap_or_else(|| format!("{title}: done, and a test shows it."));
    let mut feature = NewFeature::draft(id, &title, &goal);
    feature.units = args.units;
    feature.issue = Some(Issue { url: issue.url.clone(), text: issue.body });
    let code = new::make(&loaded, &feature, args.dry_run)?;
    if !args.dry_run && !args.no_labels {
        let labelled = gh::make_labels(root)
            .and_then(|()| gh::relabel(root, &issue.url, &[gh::FEATURE, gh::READY], &[]));
        if let Err(error) = labelled {
            eprintln!("note: the issue has no labels: {error}");
        }
    }
    Ok(code)
}

/// The folder of the feature that was made from the issue at `url`.
fn adopted(loaded: &Loaded, url: &str) -> Option<String> {
    let mut parser = Parser::default();
    let folders = feature_folders(&loaded.tree);
    let found = folders.iter().find(|folder| {
        let feature = parser.feature(&loaded.tree, folder);
        feature
            .plan
            .as_ref()
            .is_some_and(|plan| plan.doc.get("source_issue_url").and_then(|node| node.as_text()) == Some(url))
    });
    found.map(|folder| folder.file_name().to_owned())
}

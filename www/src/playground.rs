//! The playground on a rule's page: the page's bad and good example as whole plans, which the lint package
//! judges while they are edited. What needs no program is made here: the texts, and where they are shown.

use crate::book::{escape, fill};
use anyhow::{Context, Result};
use serde::Serialize;
use specfuse_core::lint::examples::{self, FOLDER};
use specfuse_core::lint::{Facts, Rule, pages, rules};
use specfuse_core::path::RelPath;
use specfuse_core::tree::{Entry, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

const TEMPLATE: &str = include_str!("../templates/playground.html");

/// The whole plan of an example, as changes to the plan without a fault; `None` for a file that is not there.
#[derive(Serialize)]
struct Example {
    files: BTreeMap<String, Option<String>>,
    facts: FactsWire,
}

/// As the lint package takes them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FactsWire {
    directories: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_level: Option<BTreeSet<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_branch: Option<String>,
}

/// Both examples of a rule.
#[derive(Serialize)]
pub struct Examples {
    bad: Example,
    good: Example,
}

/// The examples of a rule's page; `None` when one holds what an editor cannot show.
pub fn examples(rule: &Rule) -> Option<Examples> {
    let page = pages::page(rule.id)?;
    let example = |name: &str| {
        let (tree, facts) = examples::overlay(&examples::part(page, name));
        changed(&tree, facts)
    };
    Some(Examples { bad: example("Bad")?, good: example("Good")? })
}

fn changed(tree: &Tree, facts: Facts) -> Option<Example> {
    let sample = examples::sample();
    let paths: BTreeSet<&RelPath> = tree.iter().chain(sample.iter()).map(|(path, _)| path).collect();
    let mut files = BTreeMap::new();
    for path in paths.into_iter().filter(|path| tree.get(path) != sample.get(path)) {
        let text = match tree.get(path) {
            Some(Entry::Opaque(_)) => return None,
            Some(Entry::Text(text)) => Some(text.to_string()),
            None => None,
        };
        files.insert(path.to_string(), text);
    }
    let Facts { top_level, directories, default_branch } = facts;
    Some(Example { files, facts: FactsWire { directories, top_level, default_branch } })
}

/// Writes what the playgrounds fetch: the plan without a fault, and each rule's changes to it.
///
/// # Errors
/// When the system refuses.
pub fn write(out: &Path) -> Result<()> {
    let folder = out.join("lint/examples");
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    let sample = examples::sample();
    let texts: BTreeMap<&str, &str> =
        sample.iter().filter_map(|(path, _)| Some((path.as_str(), &**sample.text(path)?))).collect();
    save(&folder.join("sample.json"), &texts)?;
    for rule in rules::ALL {
        if let Some(examples) = examples(rule) {
            save(&folder.join(format!("{}.json", name(rule))), &examples)?;
        }
    }
    Ok(())
}

fn save(file: &Path, value: &impl Serialize) -> Result<()> {
    fs::write(file, serde_json::to_vec(value)?).with_context(|| format!("could not write {}", file.display()))
}

/// A rule's name in a file's name.
pub fn name(rule: &Rule) -> String {
    rule.id.replace('/', "-")
}

impl Examples {
    /// The place of the playground on the page, with the first file of the bad example in it. All of it has its size
    /// before the program is there.
    pub fn html(&self, rule: &Rule) -> String {
        let shown: BTreeSet<&String> = self.bad.files.keys().chain(self.good.files.keys()).collect();
        let first = self.bad.files.iter().find_map(|(path, text)| Some((path, text.as_deref()?)));
        let sample = examples::sample();
        let other = || {
            let path = shown
                .iter()
                .find_map(|path| RelPath::new(path).ok().filter(|path| sample.text(path).is_some()));
            path.and_then(|path| Some((path.to_string(), sample.text(&path)?.to_string())))
        };
        let (path, text) = first
            .map(|(path, text)| (path.clone(), text.to_owned()))
            .or_else(other)
            .unwrap_or_else(|| (format!("{FOLDER}/PLAN.md"), String::new()));
        let mut tabs = String::new();
        for file in shown {
            let label = file.strip_prefix(FOLDER).and_then(|tail| tail.strip_prefix('/')).unwrap_or(file);
            let pressed = *file == path;
            let (file, label) = (escape(file), escape(label));
            let _ = write!(
                tabs,
                "<button type=\"button\" data-file=\"{file}\" aria-pressed=\"{pressed}\" disabled>{label}</button>"
            );
        }
        let values =
            [("rule", &*name(rule)), ("tabs", &tabs), ("path", &escape(&path)), ("text", &escape(&text))];
        fill(TEMPLATE, &values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_every_rule_has_a_playground() {
        let without: Vec<&str> =
            rules::ALL.iter().filter(|rule| examples(rule).is_none()).map(|rule| rule.id).collect();
        assert_eq!(without, ["file/not-a-file", "file/not-utf8", "file/too-large"]);
    }

    #[test]
    fn a_text_stands_in_the_page_as_it_is() {
        let cycle = rules::ALL.iter().find(|rule| rule.id == "graph/cycle").unwrap();
        let html = examples(cycle).unwrap().html(cycle);
        assert!(
            html.contains("depends_on: [FEAT-2026-0001/T02]") && html.contains("data-rule=\"graph-cycle\"")
        );
        assert!(html.contains("aria-pressed=\"true\" disabled>PLAN.md</button>"), "{html}");
    }
}

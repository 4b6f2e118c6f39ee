//! The book: `docs/src/SUMMARY.md` lists its pages as mdBook's does; each becomes one HTML page
//! with the list beside it. The linter's rules have a page each, taken from core, where `explain`
//! reads them too.

use crate::{markdown, playground};
use anyhow::{Context, Result, bail};
use gray_matter::Matter;
use gray_matter::engine::YAML;
use serde::Deserialize;
use specfuse_core::lint::{self, Rule};
use specfuse_core::path::RelPath;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const TEMPLATE: &str = include_str!("../templates/page.html");

/// The pages, in reading order.
#[derive(Debug)]
pub struct Book {
    pages: Vec<Page>,
}

/// One page.
#[derive(Debug)]
struct Page {
    /// Below `docs/src`, ending in `.md`.
    source: RelPath,
    /// Its name in the list of pages.
    label: String,
    /// How deep it stands in that list; 0 is the top. `None` leaves it out.
    depth: Option<usize>,
    /// The part of the book that it opens.
    part: Option<String>,
    /// One sentence for search engines, from the page's frontmatter.
    description: String,
    body: markdown::Rendered,
    /// What follows the text and needs a script.
    playground: Option<String>,
}

/// What pages may load; those with a playground may also run what the site holds.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";
const SCRIPT_POLICY: &str = "; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/// What a page may say of itself in its frontmatter.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(default)]
    description: String,
}

/// One line of the summary.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    label: String,
    target: String,
    depth: usize,
    /// The heading that stands between it and the link before.
    part: Option<String>,
}

/// Reads the book in `docs`.
///
/// # Errors
/// When a listed page is missing, or a page is not listed.
pub fn read(docs: &Path) -> Result<Book> {
    let source = docs.join("src");
    let summary = text(&source.join("SUMMARY.md"))?;
    let mut pages: Vec<Page> =
        summary_lines(&summary).into_iter().map(|line| page(&source, line)).collect::<Result<_>>()?;
    if pages.is_empty() {
        bail!("docs/src/SUMMARY.md lists no page");
    }
    let listed: BTreeSet<&str> = pages.iter().map(|page| page.source.as_str()).collect();
    for file in markdown_files(&source, "")? {
        if file != "SUMMARY.md" && !listed.contains(file.as_str()) {
            bail!("docs/src/{file} is not listed in docs/src/SUMMARY.md");
        }
    }
    for rule in lint::rules::ALL {
        pages.push(rule_page(rule)?);
    }
    Ok(Book { pages })
}

/// Writes the book's pages into `out`; the first page is also its `index.html`.
pub fn write(book: &Book, out: &Path) -> Result<()> {
    for page in &book.pages {
        save(&out.join(html_name(&page.source)), &book.html(page))?;
    }
    let first = book.pages.first().context("the book has no page")?;
    let refresh = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Specfuse</title>\n\
         <link rel=\"icon\" href=\"../icon.svg\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={0}\">\n<p><a href=\"{0}\">The book</a></p>\n</html>\n",
        html_name(&first.source)
    );
    save(&out.join("index.html"), &refresh)
}

impl Book {
    fn html(&self, page: &Page) -> String {
        let up = "../".repeat(page.source.as_str().matches('/').count());
        let title = page.body.title.as_deref().unwrap_or(&page.label);
        let (policy, script) = match page.playground {
            Some(_) => (
                format!("{POLICY}{SCRIPT_POLICY}"),
                format!("<script type=\"module\" src=\"{up}../playground.js\"></script>\n"),
            ),
            None => (POLICY.to_owned(), String::new()),
        };
        fill(
            TEMPLATE,
            &[
                ("title", &escape(title)),
                ("description", &escape(&page.description)),
                ("site", &format!("{up}../")),
                ("pages", &self.list(page, &up)),
                ("policy", &policy),
                ("script", &script),
                ("body", &format!("{}{}", page.body.html, page.playground.as_deref().unwrap_or_default())),
            ],
        )
    }

    fn list(&self, current: &Page, up: &str) -> String {
        let mut list = String::new();
        let listed = self.pages.iter().filter_map(|page| Some((page, page.depth?)));
        for (page, depth) in listed {
            let here = if page.source == current.source { " aria-current=\"page\"" } else { "" };
            if let Some(part) = &page.part {
                let _ = writeln!(list, "<li class=\"part\">{}</li>", escape(part));
            }
            let (label, to) = (escape(&page.label), html_name(&page.source));
            let _ = writeln!(list, "<li class=\"depth-{depth}\"><a href=\"{up}{to}\"{here}>{label}</a></li>");
        }
        list
    }
}

/// Puts the values in place of `{{name}}`, in one pass: a value is never read again.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut parts = template.split("{{");
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        let value = values.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value);
        filled.push_str(value);
        filled.push_str(rest);
    }
    filled
}

fn page(source: &Path, line: Line) -> Result<Page> {
    let path = RelPath::new(&line.target)
        .map_err(|why| anyhow::anyhow!("docs/src/SUMMARY.md: `{}`: {why}", line.target))?;
    let (head, body) = split_head(&text(&source.join(path.as_str()))?)
        .with_context(|| format!("docs/src/{path}: its frontmatter"))?;
    Ok(Page {
        source: path,
        label: line.label,
        depth: Some(line.depth),
        part: line.part,
        description: head.description,
        body: markdown::render(&body),
        playground: None,
    })
}

/// The page of a rule: core's own, with its weight under the title.
fn rule_page(rule: &Rule) -> Result<Page> {
    let text = lint::pages::page(rule.id).with_context(|| format!("{} has no page", rule.id))?;
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    let silent = if rule.off_by_default { ", off unless the project's `config` sets it" } else { "" };
    let playground = playground::examples(rule).map(|examples| examples.html(rule));
    let try_it = if playground.is_some() { " · [try it](#try-it)" } else { "" };
    let body = format!("{title}\n\n*{}*{silent} · [all rules](../rules.md){try_it}\n{rest}", rule.severity);
    let name = format!("reference/rules/{}.md", playground::name(rule));
    Ok(Page {
        source: RelPath::new(&name).map_err(|why| anyhow::anyhow!("{name}: {why}"))?,
        label: rule.id.to_owned(),
        depth: None,
        part: None,
        description: rule.summary.to_owned(),
        body: markdown::render(&body),
        playground,
    })
}

fn split_head(text: &str) -> Result<(Head, String)> {
    let mut matter = Matter::<YAML>::new();
    // Otherwise a rule of dashes in the page would count as the end of an excerpt.
    matter.excerpt_delimiter = Some("\u{0}".to_string());
    let parsed = matter.parse::<Head>(text)?;
    Ok((parsed.data.unwrap_or_default(), parsed.content))
}

/// The pages a summary lists: every line that is one link, with or without a list mark. The first
/// heading is the summary's own; each later one opens a part.
fn summary_lines(summary: &str) -> Vec<Line> {
    let mut headings = 0;
    let mut part = None;
    let mut lines = Vec::new();
    for line in summary.lines() {
        if let Some(title) = line.strip_prefix("# ") {
            headings += 1;
            part = (headings > 1).then(|| title.trim().to_owned());
        } else if let Some(link) = summary_line(line) {
            lines.push(Line { part: part.take(), ..link });
        }
    }
    lines
}

fn summary_line(line: &str) -> Option<Line> {
    let rest = line.trim_start();
    let depth = (line.len() - rest.len()) / 2;
    let link = rest.strip_prefix("- ").or_else(|| rest.strip_prefix("* ")).unwrap_or(rest);
    let (label, target) = link.strip_prefix('[')?.trim_end().strip_suffix(')')?.split_once("](")?;
    Some(Line { label: label.to_string(), target: target.to_string(), depth, part: None })
}

/// Every `.md` file below `folder`, sorted, relative to it.
fn markdown_files(folder: &Path, prefix: &str) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            files.extend(markdown_files(&entry.path(), &format!("{name}/"))?);
        } else if name.ends_with(".md") {
            files.push(name);
        }
    }
    files.sort();
    Ok(files)
}

fn html_name(source: &RelPath) -> String {
    let path = source.as_str();
    format!("{}.html", path.strip_suffix(".md").unwrap_or(path))
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))
}

fn save(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().context("a page needs a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    fs::write(path, text).with_context(|| format!("could not write {}", path.display()))
}

/// `text` as it may stand in a page or in an attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(label: &str, target: &str, depth: usize) -> Line {
        Line { label: label.into(), target: target.into(), depth, part: None }
    }

    #[test]
    fn a_summary_is_its_links_with_their_depth() {
        let summary = "# Summary\n\n[In](in.md)\n\n# Part\n\n- [A](a.md)\n  - [B](a/b.md)\n\n---\n";
        let opens = Line { part: Some("Part".into()), ..line("A", "a.md", 0) };
        let expected = [line("In", "in.md", 0), opens, line("B", "a/b.md", 1)];
        assert_eq!(summary_lines(summary), expected);
    }

    #[test]
    fn frontmatter_is_not_part_of_the_page() {
        let (head, body) =
            split_head("---\ndescription: What it is\n---\n# A\n\nb ---\n\n---\n\nc\n").unwrap();
        assert_eq!((head.description.as_str(), body.as_str()), ("What it is", "# A\n\nb ---\n\n---\n\nc"));
    }

    #[test]
    fn a_head_with_an_unknown_key_is_refused() {
        assert!(split_head("---\ndescripton: typo\n---\n# A\n").is_err());
    }

    #[test]
    fn every_rule_has_a_page_that_is_not_in_the_list() {
        let pages: Vec<Page> =
            lint::rules::ALL.iter().copied().map(rule_page).collect::<Result<_>>().unwrap();
        let first = &pages[0];
        assert!(first.body.html.contains("all rules"), "{}", first.body.html);
        let title = first.body.title.clone();
        assert_eq!(title.as_deref(), Some(lint::rules::ALL[0].id));
        let (book, up) = (Book { pages }, "../../");
        assert_eq!(book.list(&book.pages[0], up), "");
    }

    #[test]
    fn a_value_is_not_read_again() {
        assert_eq!(fill("{{a}}-{{b}}", &[("a", "{{b}}"), ("b", "x")]), "{{b}}-x");
    }
}

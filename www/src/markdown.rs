//! One page of Markdown as HTML: raw HTML is dropped, headings get anchors,
//! links between pages point at what the pages become.

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html,
};
use std::collections::BTreeMap;

/// A rendered page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text of the first heading, when there is one.
    pub title: Option<String>,
    /// The page's body.
    pub html: String,
}

/// Renders `text`. Raw HTML is dropped; `javascript:` and other links that run something lose
/// their target.
pub fn render(text: &str) -> Rendered {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut events: Vec<Event> =
        Parser::new_ext(text, options).filter_map(safe).flat_map(captioned).collect();
    let title = anchor_headings(&mut events);
    let mut html = String::new();
    html::push_html(&mut html, events.into_iter());
    // A block that is wider than the page is scrolled by keys, too. In a text, `<` is written otherwise.
    let html = html.replace("<pre>", "<pre tabindex=\"0\">");
    Rendered { title, html }
}

fn safe(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        Event::Html(_) | Event::InlineHtml(_) => return None,
        Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => return None,
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = page_target(link_type, &dest_url);
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let dest_url = page_target(link_type, &dest_url);
            Event::Start(Tag::Image { link_type, dest_url, title, id })
        }
        other => other,
    })
}

/// A block that says which file it is (`yaml file=PLAN.md`) gets that name above it.
fn captioned(event: Event<'_>) -> Vec<Event<'_>> {
    let caption = match &event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => file_caption(info),
        _ => None,
    };
    match caption {
        Some((name, rest)) => vec![
            Event::Start(Tag::Paragraph),
            Event::Code(name.into()),
            Event::Text(rest.into()),
            Event::End(TagEnd::Paragraph),
            event,
        ],
        None => vec![event],
    }
}

/// The file that a block's info string names, and in words what `is=missing` and the like make of it.
fn file_caption(info: &str) -> Option<(String, String)> {
    let mut words = info.split_whitespace();
    let name = words.find_map(|word| word.strip_prefix("file="))?;
    let state = words.find_map(|word| word.strip_prefix("is="));
    Some((name.to_owned(), state.map_or_else(String::new, |state| format!(" ({})", state.replace('-', " ")))))
}

/// Where a link of the source leads in the site: `x.md#y` becomes `x.html#y`.
fn page_target<'a>(kind: LinkType, url: &str) -> CowStr<'a> {
    if kind == LinkType::Email {
        return url.to_string().into();
    }
    match scheme(url) {
        Some("http" | "https" | "mailto") => return url.to_string().into(),
        Some(_) => return "#".into(),
        None => {}
    }
    let (path, anchor) = url.split_once('#').map_or((url, None), |(path, anchor)| (path, Some(anchor)));
    let path = path.strip_suffix(".md").map_or_else(|| path.to_string(), |stem| format!("{stem}.html"));
    anchor.map_or(path.clone(), |anchor| format!("{path}#{anchor}")).into()
}

/// The scheme of an address, when it has one.
pub fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (!scheme.is_empty() && scheme.chars().all(word)).then_some(scheme)
}

/// Gives every heading an `id` made of its words, and returns the first heading's text.
fn anchor_headings(events: &mut [Event<'_>]) -> Option<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut title = None;
    for start in 0..events.len() {
        let Event::Start(Tag::Heading { level, .. }) = &events[start] else { continue };
        let level = *level;
        let words = heading_text(&events[start + 1..], level);
        let anchor = unique(slug(&words), &mut seen);
        title.get_or_insert(words);
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[start] {
            *id = Some(anchor.into());
        }
    }
    title
}

fn heading_text(events: &[Event<'_>], level: HeadingLevel) -> String {
    let inside = events.iter().take_while(|event| **event != Event::End(TagEnd::Heading(level)));
    inside
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect()
}

/// Words as an anchor, the way GitHub and mdBook make them.
fn slug(words: &str) -> String {
    let kept = words.chars().filter_map(|c| match c {
        ' ' | '-' => Some('-'),
        '_' => Some('_'),
        c if c.is_alphanumeric() => Some(c.to_ascii_lowercase()),
        _ => None,
    });
    kept.collect()
}

fn unique(slug: String, seen: &mut BTreeMap<String, usize>) -> String {
    let count = seen.entry(slug.clone()).or_insert(0);
    *count += 1;
    if *count == 1 { slug } else { format!("{slug}-{}", *count - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(markdown: &str, html: &str) {
        assert_eq!(render(markdown).html.trim(), html);
    }

    #[test]
    fn raw_html_is_dropped() {
        check("a <b onclick=x>c</b>\n\n<script>\nx()\n</script>\n\nd", "<p>a c</p>\n<p>d</p>");
    }

    #[test]
    fn links_to_pages_lead_to_what_they_become() {
        check("[a](../b.md#c)", "<p><a href=\"../b.html#c\">a</a></p>");
        check("[a](https://e.org/b.md)", "<p><a href=\"https://e.org/b.md\">a</a></p>");
    }

    #[test]
    fn links_that_run_something_lose_their_target() {
        check("[a](javascript:x)", "<p><a href=\"#\">a</a></p>");
        check("[a](JavaScript:x)", "<p><a href=\"#\">a</a></p>");
        check("![a](data:text/html,x)", "<p><img src=\"#\" alt=\"a\" /></p>");
    }

    #[test]
    fn a_block_that_names_its_file_shows_the_name() {
        check(
            "```yaml file=a.md graph\nb\n```",
            "<p><code>a.md</code></p>\n<pre tabindex=\"0\"><code class=\"language-yaml\">b\n</code></pre>",
        );
        assert_eq!(file_caption("md file=a.md is=not-utf8"), Some(("a.md".into(), " (not utf8)".into())));
    }

    #[test]
    fn headings_get_distinct_anchors() {
        let page = render("# A `b` c\n\n## A b c\n");
        assert_eq!(page.title.as_deref(), Some("A b c"));
        assert_eq!(
            page.html.trim(),
            "<h1 id=\"a-b-c\">A <code>b</code> c</h1>\n<h2 id=\"a-b-c-1\">A b c</h2>"
        );
    }
}

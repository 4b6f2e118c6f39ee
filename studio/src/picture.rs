//! The graph to take away: as SVG that needs nothing else and runs nothing, and as Mermaid text.

use crate::markup::escaped;
use crate::scene::{Node, Scene, head, status_word};
use specfuse_core::layout::{BOX_HEIGHT, BOX_WIDTH, Rect};
use specfuse_core::model::Feature;
use specfuse_core::model::status::UnitStatus;
use std::fmt::Write;

/// The colours of a picture.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    ground: &'static str,
    panel: &'static str,
    line: &'static str,
    edge: &'static str,
    text: &'static str,
    soft: &'static str,
    accent: &'static str,
    warning: &'static str,
    done: &'static str,
    error: &'static str,
}

/// As the studio's light theme.
pub const LIGHT: Theme = Theme {
    ground: "#f6f6f4",
    panel: "#ffffff",
    line: "#dcdcd7",
    edge: "#8d9098",
    text: "#1d1e20",
    soft: "#565960",
    accent: "#2f5fd0",
    warning: "#8a5a00",
    done: "#1f6f43",
    error: "#b3261e",
};

/// As its dark theme.
pub const DARK: Theme = Theme {
    ground: "#15171a",
    panel: "#24282d",
    line: "#30353b",
    edge: "#767d88",
    text: "#e8e9eb",
    soft: "#a3a9b2",
    accent: "#8fb0ff",
    warning: "#f0c069",
    done: "#7fd3a4",
    error: "#ff9a90",
};

const SANS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const MONO: &str = "ui-monospace, 'Cascadia Mono', 'Liberation Mono', Menlo, monospace";
/// How many letters of a title fit a line of a box, and of its ids and words.
const LETTERS: usize = 28;
const SHORT_LETTERS: usize = 22;

/// The graph as a file.
pub fn svg(scene: &Scene, title: &str, theme: &Theme) -> String {
    let (width, height) = (scene.width, scene.height);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" font-family=\"{SANS}\">\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n",
        escaped(title),
        theme.ground
    );
    scene.bands.iter().for_each(|band| {
        let Rect { x, y, width, height } = band.rect;
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"12\" fill=\"{0}\" fill-opacity=\"0.55\" stroke=\"{1}\"/>",
            theme.panel, theme.line
        );
        let name = Text { x: x + 14.0, y: y + 25.0, size: 14.0, fill: theme.text, attributes: "font-weight=\"650\"" };
        name.write(&mut svg, &band.name);
        let parts = [band.status.as_str(), band.cost.as_str()].map(|part| if part.is_empty() { String::new() } else { format!("·  {part}  ") });
        let fill = if band.over { theme.error } else { theme.soft };
        Text { x: x + 76.0, y: y + 25.0, size: 12.0, fill, attributes: "" }.write(&mut svg, &parts.concat());
    });
    let _ = writeln!(svg, "<g fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\">", theme.edge);
    for line in &scene.lines {
        let _ = writeln!(svg, "<path d=\"{}\"/>", line.path);
    }
    let _ = write!(svg, "</g>\n<g fill=\"{}\">\n", theme.edge);
    for line in &scene.lines {
        let _ = writeln!(svg, "<path d=\"{}\"/>", head(line.end));
    }
    svg.push_str("</g>\n");
    scene.nodes.iter().zip(&scene.rects).for_each(|(node, rect)| write_box(&mut svg, node, rect, theme));
    svg.push_str("</svg>\n");
    svg
}

fn write_box(svg: &mut String, node: &Node, rect: &Rect, theme: &Theme) {
    let (x, y) = (rect.x, rect.y);
    let tone = match node.status {
        Some(UnitStatus::Pending | UnitStatus::Ready) => theme.accent,
        Some(UnitStatus::InProgress | UnitStatus::InReview) => theme.warning,
        Some(UnitStatus::Done) => theme.done,
        Some(UnitStatus::BlockedHuman) | None => theme.error,
        Some(_) => theme.edge,
    };
    let fill = if node.closing { theme.ground } else { theme.panel };
    let dash = if node.status == Some(UnitStatus::Draft) { " stroke-dasharray=\"4 3\"" } else { "" };
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"8\" fill=\"{fill}\" stroke=\"{}\"{dash}/>\
         <rect x=\"{x}\" y=\"{}\" width=\"4\" height=\"{}\" fill=\"{tone}\"/>",
        theme.line,
        y + 7.0,
        BOX_HEIGHT - 14.0
    );
    let text = |x: f64, y: f64, size: f64, fill: &'static str, attributes: &'static str| Text {
        x,
        y,
        size,
        fill,
        attributes,
    };
    let (left, right) = (x + 15.0, x + BOX_WIDTH - 12.0);
    let id = Text { x: left, y: y + 20.0, size: 11.5, fill: theme.text, attributes: "" };
    id.write_in(svg, &cut(&node.short, SHORT_LETTERS), MONO);
    text(right, y + 20.0, 11.5, theme.soft, "text-anchor=\"end\"").write(svg, &status_word(node.status));
    for (nth, line) in lines(&node.title).iter().enumerate() {
        text(left, y + 40.0 + 16.5 * nth as f64, 13.5, theme.text, "").write(svg, line);
    }
    text(left, y + 77.0, 11.5, theme.soft, "").write(svg, &node.kind);
    text(right, y + 77.0, 11.5, theme.soft, "text-anchor=\"end\"").write(svg, &node.cost);
}

/// A line of text.
struct Text {
    x: f64,
    y: f64,
    size: f64,
    fill: &'static str,
    attributes: &'static str,
}

impl Text {
    fn write(&self, svg: &mut String, words: &str) {
        self.write_in(svg, words, SANS);
    }

    fn write_in(&self, svg: &mut String, words: &str, family: &str) {
        if !words.is_empty() {
            let Text { x, y, size, fill, attributes } = self;
            let _ = writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{fill}\" font-family=\"{family}\" {attributes}>{}</text>",
                escaped(words)
            );
        }
    }
}

/// A title as two lines at most; the end of a longer one is left out.
fn lines(title: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in title.split_whitespace() {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        let length = line.chars().count() + word.chars().count() + 1;
        if line.is_empty() || length <= LETTERS || last == 1 {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.iter().map(|line| cut(line, LETTERS)).collect()
}

fn cut(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let start: String = text.chars().take(letters - 1).collect();
    format!("{}…", start.trim_end())
}

/// The graph as a Mermaid flowchart: a subgraph for each gate, an arrow from what goes first to what waits.
pub fn mermaid(feature: &Feature) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for gate in &feature.gates {
        let _ = writeln!(text, "  subgraph gate{}[\"Gate {}\"]", gate.number, gate.number);
        for (unit, read) in feature.units_of(gate) {
            let _ =
                writeln!(text, "    u{unit}[\"{}<br/>{}\"]", quoted(read.short_id()), quoted(read.title()));
        }
        text.push_str("  end\n");
    }
    for (unit, read) in feature.units.iter().enumerate() {
        for dependency in &read.entry.depends_on {
            let known = feature.units.iter().position(|unit| unit.id() == dependency.value);
            if let Some(first) = known {
                let _ = writeln!(text, "  u{first} --> u{unit}");
            }
        }
    }
    text
}

/// As a quoted label of Mermaid, which knows no escapes but entities by number.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '#' | '<' | '>' | '&' | ';' | '`' | '\\' => out.push_str(&format!("#{};", c as u32)),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    /// The example with a title that tries everything.
    fn hostile() -> Document {
        let mut document = Document::example();
        let path = specfuse_core::example::folder().join("WU-01-greet.md").unwrap();
        let text = document.tree().text(&path).unwrap().to_string();
        let title = "# </text><script>alert(1)</script> \"]' & x\u{1}";
        let text: Vec<&str> =
            text.lines().map(|line| if line.starts_with("# ") { title } else { line }).collect();
        document.type_into(&path, &text.join("\n")).unwrap();
        document
    }

    #[test]
    fn a_picture_holds_every_box_and_runs_nothing() {
        let document = hostile();
        let scene = Scene::of(&document, None);
        let svg = svg(&scene, "<b>\"&\u{ffff}", &LIGHT);
        assert!(!svg.contains("<script") && !svg.contains("<b>") && !svg.contains('\u{1}'), "{svg}");
        assert!(svg.contains("<title>&lt;b&gt;&quot;&amp;</title>"));
        assert!(svg.contains("T05") && svg.contains("Gate 2") && svg.contains("$13.00 of $20.00"));
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
        for foreign in ["href", "url(", "style", "on"] {
            let attribute = format!(" {foreign}");
            assert!(!svg.contains(&format!("{attribute}=")), "{foreign}");
        }
        assert_eq!(svg.matches("http").count(), 1, "the namespace alone");
    }

    #[test]
    fn mermaid_has_gates_units_and_arrows() {
        let text = mermaid(Document::example().feature());
        assert!(text.starts_with(
            "flowchart LR\n  subgraph gate1[\"Gate 1\"]\n    u0[\"T01<br/>Greet a person by name\"]\n"
        ));
        assert!(text.contains("\n  u0 --> u1\n"));
        let text = mermaid(hostile().feature());
        assert!(text.contains("#60;/text#62;#60;script#62;") && !text.contains("<script"), "{text}");
    }

    #[test]
    fn long_titles_are_cut() {
        assert_eq!(lines("Short"), ["Short"]);
        let long = lines("A title that is far too long for the two lines that a box of the graph has for it");
        assert_eq!(long, ["A title that is far too long", "for the two lines that a bo…"]);
        assert_eq!(lines(""), [""]);
    }
}

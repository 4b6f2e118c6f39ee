//! What holds for any text, and for documents made from values.

use super::super::reader::Reader;
use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::Union;

/// Pieces that YAML gives a meaning to, and some that break them.
fn yamlish() -> impl Strategy<Value = String> {
    let pieces = [
        "a", "key: ", "- ", "\n", "\n  ", "\n    ", "\r\n", "\t", ":", ": ", " #", "# c", "[", "]", "{", "}",
        ",", "\"", "'", "\\", "|", ">", "|2-\n", ">+\n", "&x", "*x", "!t", "? ", "---\n", "...\n", "%Y\n",
        "@", "`", "é", "😀", "\u{feff}", "\0", "~", "null", " ", "\\u00", "b: c\n",
    ];
    vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|parts| parts.concat())
}

/// Lines of keys and items with values that are odd, but mostly not refused.
fn listed() -> impl Strategy<Value = String> {
    let values = [
        "a: b",
        "@x",
        "[x] y",
        "{x} y: z",
        "\"q\" r # c",
        "'q' r",
        "%",
        "`x`",
        "> y",
        "| z",
        "- a",
        "a:",
        "**b** c",
        "[@x, {k: l: m}]",
        "*.md",
        "\n  - @x\n  - k: l: m",
        "\"a\\qb\" c",
        "plain",
    ];
    vec(prop::sample::select(values.to_vec()), 0..6).prop_map(|values| {
        values.iter().enumerate().map(|(n, value)| format!("k{n}: {value}\n")).collect::<String>()
    })
}

/// Lines of valid pieces at any indentation: often YAML, often on its edges.
fn lined() -> impl Strategy<Value = String> {
    let pieces = [
        "a:",
        "b: c",
        "- d",
        "- e: f",
        "-",
        "- - g",
        "h",
        "i j # k",
        "# l",
        "",
        "  ",
        "m: |",
        "n: >-",
        "- |+",
        "o: \"p",
        "q\"",
        "r: 's",
        "t'",
        "u: [v,",
        "w]",
        "{x: y,",
        "}",
        "z: [a, {b: c}]",
        "\"d\": e",
        "f:\tg",
        "h: |1",
        "'i': >",
        "? j",
        ": k",
        "l: &m",
        "n: !o p",
        "\"q\\",
        "~",
        "r: ~",
        "- [s]",
        "t: u\\",
        "v #w",
        "- \"x\"",
        ",",
        "y: {z",
    ];
    let line = (prop::sample::select(vec![0usize, 0, 2, 2, 4, 1, 3]), prop::sample::select(pieces.to_vec()));
    vec(line.prop_map(|(indent, piece)| format!("{}{piece}\n", " ".repeat(indent))), 1..8)
        .prop_map(|l| l.concat())
}

/// A value that a document is made from.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Null,
    Text(String),
    Seq(Vec<Value>),
    Map(Vec<(String, Value)>),
}

fn text() -> impl Strategy<Value = String> {
    let odd = [
        "true",
        "007",
        "1e3",
        "- a",
        "a: b",
        "#x",
        "",
        " lead",
        "trail ",
        "null",
        "~",
        "2026-01-01",
        "a #b",
        "a:",
        "-",
        "--x",
        "[x] y",
        "a, b",
        "\t",
        "x\ny",
        "é: ü",
        "\u{85}",
        "\u{feff}",
        "'",
        "\"",
        "yes",
        "0x1f",
        "1:30",
    ];
    Union::new([
        prop::sample::select(odd.to_vec()).prop_map(str::to_owned).boxed(),
        "[a-z][a-z ,:#'\"-]{0,12}".boxed(),
        "\\PC{0,8}".boxed(),
    ])
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = Union::new([Just(Value::Null).boxed(), text().prop_map(Value::Text).boxed()]);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let map = vec((text(), inner.clone()), 0..4).prop_map(|mut entries| {
            let mut seen = std::collections::BTreeSet::new();
            entries.retain(|(key, _)| seen.insert(key.clone()));
            Value::Map(entries)
        });
        Union::new([vec(inner, 0..4).prop_map(Value::Seq).boxed(), map.boxed()])
    })
}

/// Writes `value` behind a key or dash; `style` picks among the ways to write it.
fn render(value: &Value, indent: usize, style: &mut impl Iterator<Item = usize>, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Null => out.push_str(["", " ~", " null"][style.next().unwrap_or(0) % 3]),
        Value::Text(text) => {
            out.push(' ');
            out.push_str(&scalar_for(text));
        }
        Value::Seq(items) if items.is_empty() || style.next().unwrap_or(0).is_multiple_of(4) => {
            out.push(' ');
            render_flow(&Value::Seq(items.clone()), out);
        }
        Value::Seq(items) => items.iter().for_each(|item| {
            out.push_str(&format!("\n{pad}-"));
            render(item, indent + 2, style, out);
        }),
        Value::Map(entries) if entries.is_empty() || style.next().unwrap_or(0).is_multiple_of(4) => {
            out.push(' ');
            render_flow(&Value::Map(entries.clone()), out);
        }
        Value::Map(entries) => entries.iter().for_each(|(key, item)| {
            out.push_str(&format!("\n{pad}{}:", flow_scalar_for(key)));
            render(item, indent + 1 + style.next().unwrap_or(0) % 3, style, out);
        }),
    }
}

fn render_flow(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push('~'),
        Value::Text(text) => out.push_str(&flow_scalar_for(text)),
        Value::Seq(items) => {
            out.push('[');
            items.iter().for_each(|item| {
                render_flow(item, out);
                out.push_str(", ");
            });
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            entries.iter().for_each(|(key, item)| {
                out.push_str(&format!("{}: ", flow_scalar_for(key)));
                render_flow(item, out);
                out.push_str(",\n                    ");
            });
            out.push('}');
        }
    }
}

fn rendered(value: &Value, styles: &[usize]) -> String {
    let mut out = String::from("root:");
    render(value, 2, &mut styles.iter().copied().cycle(), &mut out);
    out.push('\n');
    out
}

fn value_of(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Null => Value::Null,
        NodeKind::Scalar(scalar) => Value::Text(scalar.text.clone()),
        NodeKind::Seq(seq) => Value::Seq(seq.items.iter().map(|i| value_of(&i.value)).collect()),
        NodeKind::Map(map) => {
            Value::Map(map.entries.iter().map(|e| (e.key.value.clone(), value_of(&e.value))).collect())
        }
    }
}

/// Asserts that two other readers find `expected` below `root` too.
fn ask_others(text: &str, expected: &Value) {
    let serde: serde_yaml::Value = serde_yaml::from_str(text).unwrap_or_else(|e| panic!("{e} in {text:?}"));
    assert_eq!(try_serde(&serde["root"]).as_ref(), Some(expected), "serde_yaml on {text:?}");
    use saphyr::LoadableYamlNode as _;
    let saphyr = saphyr::Yaml::load_from_str(text).unwrap_or_else(|e| panic!("{e} in {text:?}"));
    assert_eq!(try_saphyr(&saphyr[0]["root"]).as_ref(), Some(expected), "saphyr on {text:?}");
}

fn try_serde(value: &serde_yaml::Value) -> Option<Value> {
    Some(match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::String(text) => Value::Text(text.clone()),
        serde_yaml::Value::Sequence(items) => Value::Seq(items.iter().map(try_serde).collect::<Option<_>>()?),
        serde_yaml::Value::Mapping(map) => {
            let entry = |(k, v): (&serde_yaml::Value, _)| Some((k.as_str()?.to_owned(), try_serde(v)?));
            Value::Map(map.iter().map(entry).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

fn try_saphyr(value: &saphyr::Yaml) -> Option<Value> {
    Some(match value {
        saphyr::Yaml::Value(saphyr::Scalar::Null) => Value::Null,
        saphyr::Yaml::Value(saphyr::Scalar::String(text)) => Value::Text(text.to_string()),
        saphyr::Yaml::Sequence(items) => Value::Seq(items.iter().map(try_saphyr).collect::<Option<_>>()?),
        saphyr::Yaml::Mapping(map) => {
            let entry = |(k, v): (&saphyr::Yaml, _)| Some((k.as_str()?.to_owned(), try_saphyr(v)?));
            Value::Map(map.iter().map(entry).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// Puts the first tolerated text into the quotes its problem offers.
fn fix_first(text: &str, document: &Document) -> Option<String> {
    let (span, quoted) = document.problems.iter().find_map(|p| match &p.kind {
        ProblemKind::NeedsQuotes { quoted } => Some((p.span, quoted)),
        _ => None,
    })?;
    let mut fixed = text.to_owned();
    fixed.replace_range(span.range(), quoted);
    Some(fixed)
}

fn tolerated(document: &Document) -> usize {
    document.problems.iter().filter(|p| p.kind.is_tolerated()).count()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_with_sound_spans(text in any::<String>()) {
        check_spans(&text, &whole(&text));
    }

    #[test]
    fn any_yamlish_text_is_read_with_sound_spans(text in Union::new([yamlish().boxed(), lined().boxed()])) {
        check_spans(&text, &whole(&text));
    }

    #[test]
    fn a_part_of_a_text_reads_as_on_its_own(before in "(é\n| x\r\n){0,3}", text in yamlish(), after in yamlish()) {
        let all = format!("{before}{text}{after}");
        let part = read(&all, Span::new(before.len(), before.len() + text.len()));
        prop_assert_eq!(dump(&part.root), dump(&whole(&text).root));
        let wild = read(&all, Span { start: 1, end: u32::MAX });
        check_spans(&all, &wild);
    }

    #[test]
    fn quoting_a_tolerated_text_settles_it(text in Union::new([yamlish().boxed(), listed().boxed()])) {
        let document = whole(&text);
        let accepted = document.problems.iter().all(|p| p.kind.is_tolerated());
        if accepted && let Some(fixed) = fix_first(&text, &document) {
            let after = whole(&fixed);
            prop_assert_eq!(value_of(&after.root), value_of(&document.root), "{:?} became {:?}", text, fixed);
            prop_assert_eq!(tolerated(&after) + 1, tolerated(&document));
        }
    }

    #[test]
    fn a_written_text_reads_back(text in Union::new([text().boxed(), any::<String>().boxed()])) {
        for written in [format!("k: {}\n", scalar_for(&text)), format!("- {}", scalar_for(&text)),
                        scalar_for(&text), format!("[{}]", flow_scalar_for(&text)),
                        format!("{{k: {}, l: m}}", flow_scalar_for(&text))] {
            let document = whole(&written);
            prop_assert_eq!(&document.problems, &[], "{:?}", written);
            let scalar = first_scalar(&document.root).expect("a scalar");
            prop_assert_eq!(&scalar.text, &text, "{:?}", written);
            prop_assert_eq!(scalar.describe(), "text");
        }
    }

    #[test]
    fn made_documents_read_back_and_others_agree(value in value(), styles in vec(0..12usize, 1..8)) {
        let text = rendered(&value, &styles);
        let document = whole(&text);
        prop_assert_eq!(&document.problems, &[], "{}", text);
        let root = document.root.as_map().and_then(|m| m.get("root")).expect("the root key");
        prop_assert_eq!(value_of(root), value.clone(), "{}", text);
        ask_others(&text, &value);
    }
}

/// Whether `text` is one document in both other readers, and both find the same in it.
fn others(text: &str) -> Option<Value> {
    use saphyr::LoadableYamlNode as _;
    let serde = try_serde(&serde_yaml::from_str(text).ok()?)?;
    let saphyr = saphyr::Yaml::load_from_str(text).ok()?;
    let saphyr = saphyr.first().map_or(Some(Value::Null), try_saphyr)?;
    (serde == saphyr).then_some(serde)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_two_others_agree_on_is_what_we_read(text in Union::new([yamlish().boxed(), lined().boxed()])) {
        let document = whole(&text);
        if document.problems.is_empty() && let Some(value) = others(&text) {
            prop_assert_eq!(value_of(&document.root), value, "{:?}", text);
        }
    }
}

fn first_scalar(node: &Node) -> Option<&Scalar> {
    match &node.kind {
        NodeKind::Null => None,
        NodeKind::Scalar(scalar) => Some(scalar),
        NodeKind::Seq(seq) => first_scalar(&seq.items.first()?.value),
        NodeKind::Map(map) => first_scalar(&map.entries.first()?.value),
    }
}

fn steps(text: &str) -> usize {
    let mut reader = Reader::new(text, Span::new(0, text.len()));
    reader.document();
    reader.steps
}

#[test]
fn four_times_the_text_is_four_times_the_work() {
    let pieces = [
        "[",
        "{",
        "{a: ",
        "\"",
        "'",
        "\"\\",
        "- ",
        "- [",
        "- \"\n",
        "- 'x\n",
        "- '''\n",
        "a: [\n",
        "a: \"x\n",
        "a: \"x\n  y\n",
        "a: [x\n  [y\n",
        "[a], ",
        "[\"a\"] b\n",
        "a: {b} c: d\n",
        "x\n",
        "x ",
        "a: b: ",
        "- - x\n",
        "!a\n",
        "a: &x\n ",
        "? a\n",
        "a: |\n\n",
        "a: >\n x\n\n",
        "\n",
        "#\n",
        " ",
        "\t",
        "a:\n ",
        "[x\n\n",
        "a: x\n y\n",
        "\0",
        "[\"x\n",
        "- a: 'x\n   b\n",
        "k: [a\nl: \"b\n",
        "- x\n y: z\n",
        ": ",
        ":\n",
        "]\n",
        ",",
        "%a\n",
        "é: @ö\n",
    ];
    for piece in pieces {
        let (small, large) = (steps(&piece.repeat(300)), steps(&piece.repeat(1200)));
        assert!(large <= 5 * small + 1000, "{piece:?}: {small} steps, then {large}");
        let bytes = 1200 * piece.len();
        assert!(large <= 40 * bytes + 1000, "{piece:?}: {large} steps for {bytes} bytes");
    }
}

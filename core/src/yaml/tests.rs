//! What the reader makes of a text, as a compact dump.

use super::*;

/// `{a: "1"}`-like dump of a node: plain texts bare, other styles behind their sign.
fn dump(node: &Node) -> String {
    match &node.kind {
        NodeKind::Null => "null".to_owned(),
        NodeKind::Scalar(s) => {
            let sign = match s.style {
                Style::Plain => "",
                Style::Single => "'",
                Style::Double => "\"",
                Style::Literal => "|",
                Style::Folded => ">",
            };
            format!("{sign}<{}>", s.text.escape_debug())
        }
        NodeKind::Seq(s) => {
            let items: Vec<_> = s.items.iter().map(|i| dump(&i.value)).collect();
            format!("[{}]", items.join(", "))
        }
        NodeKind::Map(m) => {
            let entries: Vec<_> = m
                .entries
                .iter()
                .map(|e| format!("{}: {}", e.key.value.escape_debug(), dump(&e.value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn dump_problem(text: &str, problem: &Problem) -> String {
    let sign = match &problem.kind {
        ProblemKind::Syntax => "!".to_owned(),
        ProblemKind::DuplicateKey { first } => format!("dup {}", first.start),
        ProblemKind::NeedsQuotes { quoted } => format!("quote {quoted}"),
    };
    format!(
        "\n{}..{} `{}` {sign}",
        problem.span.start,
        problem.span.end,
        problem.span.slice(text).escape_debug()
    )
}

fn whole(text: &str) -> Document {
    read(text, Span::new(0, text.len()))
}

fn show(text: &str) -> String {
    let document = whole(text);
    let problems: String = document.problems.iter().map(|p| dump_problem(text, p)).collect();
    format!("{}{problems}", dump(&document.root))
}

#[track_caller]
fn check(text: &str, expected: &str) {
    check_spans(text, &whole(text));
    assert_eq!(show(text), expected, "reading {text:?}");
}

#[track_caller]
fn check_spans(text: &str, document: &Document) {
    let all = Span::new(0, text.len());
    check_node(text, &document.root, all);
    assert!(document.problems.is_sorted_by_key(|p| p.span), "unsorted problems in {text:?}");
    document.problems.iter().for_each(|p| check_span(text, p.span, all));
}

#[track_caller]
fn check_span(text: &str, span: Span, outer: Span) {
    assert!(outer.contains(span), "{span:?} not in {outer:?} of {text:?}");
    assert!(text.get(span.range()).is_some(), "{span:?} splits a character of {text:?}");
}

#[track_caller]
fn check_node(text: &str, node: &Node, outer: Span) {
    check_span(text, node.span, outer);
    let mut last = node.span.start;
    let mut in_order = |span: Span| {
        assert!(span.start >= last, "{span:?} overlaps what is before it in {text:?}");
        last = span.end;
    };
    match &node.kind {
        NodeKind::Null | NodeKind::Scalar(_) => {}
        NodeKind::Seq(seq) => seq.items.iter().for_each(|item| {
            in_order(item.span);
            check_span(text, item.span, node.span);
            check_node(text, &item.value, item.span);
        }),
        NodeKind::Map(map) => map.entries.iter().for_each(|entry| {
            in_order(entry.span);
            check_span(text, entry.span, node.span);
            check_span(text, entry.key.span, entry.span);
            assert!(entry.key.span.end <= entry.value.span.start, "value before its key in {text:?}");
            check_node(text, &entry.value, entry.span);
        }),
    }
}

#[test]
fn maps_lists_and_scalars() {
    check("", "null");
    check("# only\n\n", "null");
    check("a: 1\nb: two words\nc:\nd: ~\ne: null\n", "{a: <1>, b: <two words>, c: null, d: null, e: null}");
    check("a:\n  b: 1\n  c:\n    d: 2\ne: 3\n", "{a: {b: <1>, c: {d: <2>}}, e: <3>}");
    check("- a\n- b\n-\n- c", "[<a>, <b>, null, <c>]");
    check("a:\n- x\n- y\nb: 1\n", "{a: [<x>, <y>], b: <1>}");
    check("a:\n  - x\n  - y\nb: 1\n", "{a: [<x>, <y>], b: <1>}");
    check("- - a\n  - b\n- c\n", "[[<a>, <b>], <c>]");
    check("- k: v\n  l: w\n- k: x\n", "[{k: <v>, l: <w>}, {k: <x>}]");
    check("- id: a\n  on:\n  - x\n  f: z\n- id: b\n", "[{id: <a>, on: [<x>], f: <z>}, {id: <b>}]");
    check("a: b # c\nd: e#f\n# g\nh: 'i' # j\n", "{a: <b>, d: <e#f>, h: '<i>}");
    check("a: one\n  two\n\n  three\nb: 1\n", "{a: <one two\\nthree>, b: <1>}");
    check("\"a b\": 1\n'c''d': 2\n", "{a b: <1>, c\\'d: <2>}");
    check("a: \"x\\ty\\u00e9\\\"\"\nb: 'it''s'\n", "{a: \"<x\\tyé\\\">, b: '<it\\'s>}");
}

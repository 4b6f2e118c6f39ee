//! What the reader makes of a text, as a compact dump.

use super::*;

mod random;

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

#[test]
fn tolerated_text_is_read_to_the_end_of_its_line() {
    check(
        "t: Fix: the thing\nb: 1\n",
        "{t: <Fix: the thing>, b: <1>}\n3..17 `Fix: the thing` quote \"Fix: the thing\"",
    );
    check("t: @later # c\n", "{t: <@later>}\n3..9 `@later` quote \"@later\"");
    check("t: `x` y\n", "{t: <`x` y>}\n3..8 `\\`x\\` y` quote \"`x` y\"".replace("\\`", "`").as_str());
    check("t: %x\n", "{t: <%x>}\n3..5 `%x` quote \"%x\"");
    check(
        "t: \"Foo\" bar # c\n",
        "{t: <\\\"Foo\\\" bar>}\n3..12 `\\\"Foo\\\" bar` quote \"\\\"Foo\\\" bar\"",
    );
    check("t: 'a # b' c\n", "{t: <\\'a # b\\' c>}\n3..12 `\\'a # b\\' c` quote \"'a # b' c\"");
    check("t: [WIP] it\n", "{t: <[WIP] it>}\n3..11 `[WIP] it` quote \"[WIP] it\"");
    check("t: {x} y: z\n", "{t: <{x} y: z>}\n3..11 `{x} y: z` quote \"{x} y: z\"");
    check("t: > quoted\n", "{t: <> quoted>}\n3..11 `> quoted` quote \"> quoted\"");
    check("t: - a\n", "{t: <- a>}\n3..6 `- a` quote \"- a\"");
    check("t: foo:\n", "{t: <foo:>}\n3..7 `foo:` quote \"foo:\"");
    check("t: **bold** x\n", "{t: <**bold** x>}\n3..13 `**bold** x` quote \"**bold** x\"");
    check("t: *.md\n", "{t: <*.md>}\n3..7 `*.md` quote \"*.md\"");
    check(
        "- @a\n- Fix: it\n- [x] y\n- \"q\" r\n",
        "[<@a>, {Fix: <it>}, <[x] y>, <\\\"q\\\" r>]\n2..4 `@a` quote \"@a\"\n17..22 `[x] y` quote \"[x] y\"\n25..30 `\\\"q\\\" r` quote \"\\\"q\\\" r\"",
    );
    check("- Fix: it: now\n", "[{Fix: <it: now>}]\n7..14 `it: now` quote \"it: now\"");
    check("[%a, {b: c: d}]", "[<%a>, {b: <c: d>}]\n1..3 `%a` quote \"%a\"\n9..13 `c: d` quote \"c: d\"");
}

#[test]
fn flow_structure() {
    check("a: [x, 'y', \"z\",]\n", "{a: [<x>, '<y>, \"<z>]}");
    check("a: []\nb: {}\n", "{a: [], b: {}}");
    check(
        "a: [\n  x, # c\n  y z\n    w,\n]\nb: {k: v, \"l\":w, m, n: }\n",
        "{a: [<x>, <y z w>], b: {k: <v>, l: <w>, m: null, n: null}}",
    );
    check("[[a, [b]], {c: [d]}, e: f, http://x:1]", "[[<a>, [<b>]], {c: [<d>]}, {e: <f>}, <http://x:1>]");
    check("{\"a\": 1,\n\"b\": [true, null]\n}\n", "{a: <1>, b: [<true>, null]}");
    check("a: [b, c\nd: e\n", "{a: [<b>, <c>], d: <e>}\n3..4 `[` !");
    check("a: [b, [c, d]\ne: f\n", "{a: [<b>, [<c>, <d>]], e: <f>}\n3..4 `[` !");
    check("a: [b, \"c]\nd: e\n", "{a: [<b>, <\\\"c]>], d: <e>}\n7..8 `\\\"` !");
    check("[a,,b]", "[<a>, <b>]\n3..4 `,` !");
    check("[a [b]]", "[<a>, [<b>]]\n3..4 `[` !");
    check("[a}", "[<a>]\n2..3 `}` !");
    check("{[a]: b}", "{[a]: <b>}\n1..4 `[a]` !");
    check("[: a]", "[{: <a>}]\n1..2 `:` !");
    check("a: [b]\n  c\n", "{a: [<b>]}\n9..10 `c` !");
    check("a: [b,\n c] d\ne: f\n", "{a: [<b>, <c>], e: <f>}\n11..12 `d` !");
    check("{a: *b, c: &d}", "{a: <*b>, c: <&d>}\n4..5 `*` !\n11..12 `&` !");
}

#[test]
fn quotes_fold_and_escape() {
    check("a: \"b  \n  c\n\n  d\\\n  e\"\n", "{a: \"<b c\\nde>}");
    check("a: 'b\n  c'\nd: e\n", "{a: '<b c>, d: <e>}");
    check(
        r#"- "\0\a\b\t\n\v\f\r\e\ \"\/\\\N\_\L\P\x41\u00e9\U0001F600""#,
        &format!(
            "[\"<{}>]",
            "\0\u{7}\u{8}\t\n\u{b}\u{c}\r\u{1b} \"/\\\u{85}\u{a0}\u{2028}\u{2029}Aé😀".escape_debug()
        ),
    );
    check("\"\\ud83d\\ude00\"", "\"<😀>");
    check("\"\\ud83d\"", "\"<\u{fffd}>\n1..7 `\\\\ud83d` !");
    check("\"C:\\dir\\u12\"", "\"<C:\\\\dir\\\\u12>\n3..4 `\\\\` !\n7..9 `\\\\u` !");
    check("a: \"b\nc: d\n", "{a: <\\\"b>, c: <d>}\n3..4 `\\\"` !");
    check("a: 'tis\nc: d\n", "{a: <\\'tis>, c: <d>}\n3..4 `\\'` !");
    check("a: \"b\n  c\" d\ne: f\n", "{a: \"<b c>, e: <f>}\n11..12 `d` !");
}

#[test]
fn block_scalars() {
    check("a: |\n  x\n   y\n\n  z\n\nb: 1\n", "{a: |<x\\n y\\n\\nz\\n>, b: <1>}");
    check("a: |-\n  x\n\nb: |+\n  y\n\nc: |2-\n   z\n", "{a: |<x>, b: |<y\\n\\n>, c: |< z>}");
    check("a: >\n  x\n  y\n\n  z\n    w\n  v\n", "{a: ><x y\\nz\\n  w\\nv\\n>}");
    check("a: > # c\n\n  x\nb: |\nc: 1\n", "{a: ><\\nx\\n>, b: |<>, c: <1>}");
    check("- |\n x\n- >-\n y\n z\n", "[|<x\\n>, ><y z>]");
    check("a: |\n  # no comment\n  - x: [\n", "{a: |<# no comment\\n- x: [\\n>}");
    check("a: |\r\n  x\r\n  y\r\nb: 1\r\n", "{a: |<x\\ny\\n>, b: <1>}");
    check("a: |\n  x", "{a: |<x>}");
    check("a: |+\n\n\n", "{a: |<\\n\\n>}");
}

#[test]
fn refused_and_read_on() {
    check(
        "a: &x b\nc: *x\nd: !t e\nf: g\n",
        "{a: <&x b>, c: <*x>, d: <!t e>, f: <g>}\n3..5 `&x` !\n11..13 `*x` !\n17..19 `!t` !",
    );
    check("a: &x\n  b: 1\nc: !!map\n- d\n", "{a: {b: <1>}, c: [<d>]}\n3..5 `&x` !\n16..21 `!!map` !");
    check("a: &x\nb: 1\n", "{a: <&x>, b: <1>}\n3..5 `&x` !");
    check("? a\n: b\nc: d\n", "{c: <d>}\n0..3 `? a` !");
    check("a: 1\n\tb: 2\nc: 3\n", "{a: <1>, b: <2>, c: <3>}\n5..6 `\\t` !");
    check("a:\n\tb: 2\n\tc: 3\nd: 4\n", "{a: {b: <2>, c: <3>}, d: <4>}\n3..4 `\\t` !\n9..10 `\\t` !");
    check("-\ta: b\n", "[{a: <b>}]\n1..2 `\\t` !");
    check("---\na: 1\n...\n# c\n", "{a: <1>}");
    check("a: 1\n---\nb: 2\n", "{a: <1>}\n5..8 `---` !");
    check("a: 1\n...\nb: 2\n", "{a: <1>}\n9..13 `b: 2` !");
    check("%YAML 1.2\n---\na: 1\n", "{a: <1>}\n0..9 `%YAML 1.2` !");
    check("\u{feff}a: 1\n", "{a: <1>}");
    check("\u{feff}# c\na: 1\n", "{a: <1>}");
    check("a: b\0c\u{1}\n", "{a: <b\\0c\\u{1}>}\n4..5 `\\0` !");
    check("a: 1\rb: 2\r", "{a: <1>, b: <2>}");
    check("a: 1\nb: 2\na: 3\n", "{a: <1>, b: <2>, a: <3>}\n10..11 `a` dup 0");
}

#[test]
fn one_broken_line_loses_no_other() {
    check("a: 1\nbroken\nb: 2\n", "{a: <1>, b: <2>}\n5..11 `broken` !");
    check("broken\nb: 2\n", "{b: <2>}\n0..6 `broken` !");
    check("a:\n  broken\n  c: 1\nb: 2\n", "{a: {c: <1>}, b: <2>}\n5..11 `broken` !");
    check("a: 1\n b: 2\nc: 3\n", "{a: <1>, b: <2>, c: <3>}\n5..6 ` ` !");
    check("a:\n    b: 1\n  c: 2\nd: 3\n", "{a: {b: <1>, c: <2>}, d: <3>}\n12..14 `  ` !");
    check("a:\n  - b\n - c\nd: 3\n", "{a: [<b>, <c>], d: <3>}\n9..10 ` ` !");
    check("a: 1\n- b: 2\n  c: 3\nd: 4\n", "{a: <1>, d: <4>}\n5..11 `- b: 2` !");
    check("a:\n  - b\n  c: 1\nd: 2\n", "{a: [<b>], d: <2>}\n11..15 `c: 1` !");
    check("a:1\nb: 2\n", "{b: <2>}\n0..3 `a:1` !");
    check(": x\nb: 2\n", "{b: <2>}\n0..3 `: x` !".trim());
    check("é: \"ü\"\nß: @ö\n", "{é: \"<ü>, ß: <@ö>}\n13..16 `@ö` quote \"@ö\"");
}

#[test]
fn depth_is_bounded() {
    let deep = |n: usize| (whole(&"[".repeat(n)), whole(&"- ".repeat(n)), whole(&"{a: ".repeat(n)));
    for document in <[Document; 3]>::from(deep(5_000)) {
        assert!(document.problems.iter().any(|p| p.message.contains("64 levels")), "{:?}", document.problems);
    }
    let indented: String = (0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    assert_eq!(whole(&format!("{indented}b: 1\n")).root.as_map().map(|m| m.entries.len()), Some(2));
    let tags = "!a\n".repeat(50_000);
    assert!(!whole(&tags).problems.is_empty());
    let fits = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert_eq!(whole(&fits).problems, []);
    assert_eq!(whole(&format!("[{fits}]")).problems.len(), 1);
}

#[test]
fn many_keys_and_their_duplicates_stay_fast() {
    let keys: String = (0..100_000).map(|n| format!("k{n}: {n}\n")).collect();
    let document = whole(&format!("{keys}k7: again\n"));
    assert_eq!(document.problems.len(), 1);
    assert_eq!(document.root.as_map().map(|m| m.entries.len()), Some(100_001));
}

#[test]
fn spans_are_exact() {
    let text = "é: [ä, {b: c}] # x\nd:\n  - |\n    e\n\n  - f: ~\ng:\n";
    let document = whole(text);
    check_spans(text, &document);
    let map = document.root.as_map().unwrap();
    let spans: Vec<_> = map.entries.iter().map(|e| e.span.slice(text)).collect();
    assert_eq!(spans, ["é: [ä, {b: c}]", "d:\n  - |\n    e\n\n  - f: ~", "g:"]);
    let items = &map.get("d").unwrap().as_seq().unwrap().items;
    assert_eq!(items[0].value.span.slice(text), "|\n    e");
    assert_eq!(items[1].span.slice(text), "- f: ~");
    assert_eq!((map.indent, items[1].value.as_map().unwrap().indent), (0, 4));
    assert_eq!(map.get("g").unwrap().span, Span::at(text.len() - 1));
}

#[test]
fn texts_are_written_bare_only_when_they_stay_texts() {
    for bare in ["a", "two words", "2026-01-01", "a:b", "a#b", "--flag", "it's", "src/*.rs", "é", "1.2.3-rc"]
    {
        assert_eq!(scalar_for(bare), bare);
    }
    for text in
        ["", "true", "007", "1e3", "~", "null", "No", "- a", "a: b", "a #b", " a", "a:", "[a]", "0x1f", "1_0"]
    {
        assert_eq!(scalar_for(text), format!("\"{text}\""));
    }
    assert_eq!(scalar_for("a\n\"b\\"), r#""a\n\"b\\""#);
    assert_eq!((scalar_for("a, b"), flow_scalar_for("a, b")), ("a, b".to_owned(), "\"a, b\"".to_owned()));
}

#[test]
fn edges_between_the_parts() {
    check("- ? a\n  b: c\n- d\n", "[{b: <c>}, <d>]\n2..5 `? a` !");
    check(
        "\"a\": 1\n'a': 2\n",
        "{a: <1>, a: <2>}\n7..10 `'a'` dup 0".replace("'a'` dup", "\\'a\\'` dup").as_str(),
    );
    check("[a: 1, {b: 2, b: 3}]", "[{a: <1>}, {b: <2>, b: <3>}]\n14..15 `b` dup 8");
    check("a: |1\n  b\nc: d\n", "{a: |< b\\n>, c: <d>}");
    check("a: b\n  # c\n  d\n", "{a: <b>}\n13..14 `d` !");
    check("a: b # c\n  d\ne: f\n", "{a: <b>, e: <f>}\n11..12 `d` !");
    check("a:\n  # c\n\n  b\n", "{a: <b>}");
    check("[oops\nb: 2\n", "{b: <2>}\n0..1 `[` !");
    check("--- a\nb: 2\n", "{b: <2>}\n4..5 `a` !");
    check("url: http://x/y#z\nt: 12:30\n", "{url: <http://x/y#z>, t: <12:30>}");
    let deep = format!("{}k:\n", "- ".repeat(MAX_DEPTH - 1));
    let list = " ".repeat(2 * (MAX_DEPTH - 1));
    let document = whole(&format!("{deep}{list}- a\n{list}l: b\n"));
    assert_eq!(document.problems.len(), 1, "the list is too deep, its map is not");
    assert!(dump(&document.root).contains("{k: null, l: <b>}"));
}

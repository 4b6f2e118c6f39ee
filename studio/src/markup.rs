//! Text inside markup: what people wrote never becomes an element or leaves its attribute.

/// As text or a quoted attribute of XML and HTML: nothing in it is markup, and what XML cannot hold is left out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// A `span` of a class with a text.
pub fn span(class: &str, text: &str) -> String {
    ["<span class=\"", &escaped(class), "\">", &escaped(text), "</span>"].concat()
}

/// Words in pieces, each with whether it is code: what stands between two backticks is. A backtick alone, or two
/// with nothing between them, are characters like any other.
pub fn quoted(words: &str) -> Vec<(bool, &str)> {
    let (mut pieces, mut from, mut at) = (Vec::new(), 0, 0);
    while let Some(open) = words[at..].find('`').map(|open| at + open) {
        let Some(close) = words[open + 1..].find('`').map(|close| open + 1 + close) else { break };
        at = close + 1;
        if close > open + 1 {
            pieces.extend([(false, &words[from..open]), (true, &words[open + 1..close])]);
            from = at;
        }
    }
    pieces.push((false, &words[from..]));
    pieces.retain(|(_, words)| !words.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_code() {
        let (plain, code) = (|words| (false, words), |words| (true, words));
        assert_eq!(quoted("`a` is no `b c`"), [code("a"), plain(" is no "), code("b c")]);
        assert_eq!(quoted("write `a`; ` alone"), [plain("write "), code("a"), plain("; ` alone")]);
        assert_eq!(
            quoted("the `id` is ``, not `é`"),
            [plain("the "), code("id"), plain(" is ``, not "), code("é")]
        );
        assert_eq!(quoted(""), []);
    }

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(escaped("<i a=\"b\">&\u{1}\n</i>"), "&lt;i a=&quot;b&quot;&gt;&amp; &lt;/i&gt;");
        assert_eq!(
            span("a\" onclick=\"b", "<br>"),
            "<span class=\"a&quot; onclick=&quot;b\">&lt;br&gt;</span>"
        );
    }
}

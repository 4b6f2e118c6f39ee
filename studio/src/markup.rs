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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(escaped("<i a=\"b\">&\u{1}\n</i>"), "&lt;i a=&quot;b&quot;&gt;&amp; &lt;/i&gt;");
        assert_eq!(
            span("a\" onclick=\"b", "<br>"),
            "<span class=\"a&quot; onclick=&quot;b\">&lt;br&gt;</span>"
        );
    }
}

//! Titles as parts of the names of files, folders and branches.

/// The longest name that is made of a title, in characters.
const LONGEST: usize = 40;

/// Latin letters with marks, by what is written for them.
const MARKED: &[(&str, &str)] = &[
    ("a", "àáâãäåāăąǎạảấầẩẫậắằẳẵặ"),
    ("ae", "æ"),
    ("c", "çćĉċč"),
    ("d", "ďđð"),
    ("e", "èéêëēĕėęěẹẻẽếềểễệ"),
    ("g", "ĝğġģ"),
    ("h", "ĥħ"),
    ("i", "ìíîïĩīĭįıỉị"),
    ("j", "ĵ"),
    ("k", "ķ"),
    ("l", "ĺļľŀł"),
    ("n", "ñńņňŋ"),
    ("o", "òóôõöøōŏőơọỏốồổỗộớờởỡợ"),
    ("oe", "œ"),
    ("r", "ŕŗř"),
    ("s", "śŝşšș"),
    ("ss", "ß"),
    ("t", "ţťŧț"),
    ("th", "þ"),
    ("u", "ùúûüũūŭůűųưụủứừửữự"),
    ("w", "ŵ"),
    ("y", "ýÿŷỳỵỷỹ"),
    ("z", "źżž"),
];

/// A title as part of a file's name: lower-case ASCII words, at most 40 characters.
pub fn slug(title: &str) -> String {
    let folded = folded(title);
    let mut slug = String::new();
    for word in folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
        if slug.len() + word.len() > LONGEST && !slug.is_empty() {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.extend(word.chars().take(LONGEST));
    }
    if slug.is_empty() { "unit".to_owned() } else { slug }
}

/// `text` in lower case, its Latin letters without their marks.
fn folded(text: &str) -> String {
    let mut folded = String::new();
    for c in text.to_lowercase().chars().filter(|c| !is_mark(*c)) {
        match MARKED.iter().find(|(_, marked)| marked.contains(c)) {
            Some((base, _)) => folded.push_str(base),
            None => folded.push(c),
        }
    }
    folded
}

/// Whether it is a mark that stands behind its letter as a character of its own.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_keeps_the_letters_of_marked_ones() {
        assert_eq!(slug("Héllo, Straße!"), "hello-strasse");
        assert_eq!(slug("He\u{301}llo"), "hello");
        assert_eq!(slug("ÆSIR İn ŁÓDŹ: œuvre Đặng"), "aesir-in-lodz-oeuvre-dang");
        assert_eq!(slug("A→B — 日本語"), "a-b");
        assert_eq!((slug("日本語"), slug("")), ("unit".to_owned(), "unit".to_owned()));
    }

    #[test]
    fn a_slug_is_cut_between_words() {
        assert_eq!(slug(&"word ".repeat(20)), "word-word-word-word-word-word-word-word");
        assert_eq!(slug(&"é".repeat(50)), "e".repeat(40));
    }

    #[test]
    fn what_a_marked_letter_becomes_is_a_slug() {
        for (base, marked) in MARKED {
            assert!(base.bytes().all(|b| b.is_ascii_lowercase()));
            assert!(marked.chars().all(|c| !c.is_ascii() && c.to_lowercase().eq([c])), "{marked}");
        }
    }
}

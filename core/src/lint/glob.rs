//! Globs as plans write them: `*` and `**` stand for any characters, folders included, `?` for one.

/// Patterns longer than this match nothing: nobody writes them, and matching stays cheap.
const MAX_BYTES: usize = 512;

/// Whether `path` is matched by `pattern` as a whole.
pub fn matches(pattern: &str, path: &str) -> bool {
    if pattern.len() > MAX_BYTES || path.len() > 8 * MAX_BYTES {
        return pattern == path;
    }
    let (pattern, path): (Vec<char>, Vec<char>) = (pattern.chars().collect(), path.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < path.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == path[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Whether it holds a character that stands for others.
pub fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_cross_folders() {
        for (pattern, path) in
            [("src/*.rs", "src/a/b.rs"), ("**/a.rs", "src/a.rs"), ("*", ""), ("a?c", "abc"), ("a", "a")]
        {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [("src/*.rs", "src/a.py"), ("a", "ab"), ("", "a"), ("?", ""), ("a*b", "ab/c")]
        {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn many_stars_cost_little() {
        assert!(!matches(&"*a".repeat(250), &"a".repeat(249)));
        assert!(!matches(&format!("{}b", "*a".repeat(250)), &"a".repeat(4000)));
    }
}

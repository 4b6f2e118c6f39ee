//! "Did you mean": the known word nearest to one that is not known.

/// Words longer than this are not compared: nobody mistypes them into something near.
const MAX_CHARS: usize = 64;

/// The candidate nearest to `word` and its distance, when it is near enough to have been meant: at
/// most a third of its characters away, and never more than 3. Of equally near ones the first counts.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<(&'a str, usize)> {
    let length = word.chars().count();
    let as_long = |c: &&str| c.chars().count().abs_diff(length) <= 3;
    let measured =
        candidates.into_iter().filter(|c| *c != word).filter(as_long).map(|c| (c, distance(word, c)));
    let near = measured.filter(|(c, d)| *d <= (length.max(c.chars().count()) / 3).min(3));
    near.min_by_key(|(_, distance)| *distance)
}

/// What follows a message about `word`: the nearest candidate as a question, or nothing.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or(String::new(), |(near, _)| format!("; did you mean `{near}`?"))
}

/// How many characters must be changed, added, dropped or swapped with a neighbour, case aside, to
/// make `a` into `b`. Texts above 64 characters count as wholly different.
pub fn distance(a: &str, b: &str) -> usize {
    let chars = |t: &str| t.chars().map(|c| c.to_ascii_lowercase()).collect::<Vec<char>>();
    let (a, b) = (chars(a), chars(b));
    if a.len().max(b.len()) > MAX_CHARS {
        return a.len().max(b.len());
    }
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let changed = above[j] + usize::from(a[i] != b[j]);
            let mut best = changed.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        (before, above) = (above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let words = ["status", "type", "branch"];
        let near = |word| nearest(word, words);
        assert_eq!(near("stauts"), Some(("status", 1)));
        assert_eq!(near("Status"), Some(("status", 0)));
        assert_eq!(near("brnch"), Some(("branch", 1)));
        assert_eq!(near("priority"), None);
        assert_eq!(near(""), None);
        assert_eq!(did_you_mean("tpye", words), "; did you mean `type`?");
        assert_eq!(distance("kitten", "sitting"), 3);
        assert!(nearest(&"x".repeat(5_000_000), words).is_none());
    }
}

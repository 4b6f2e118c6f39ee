//! What several rules say of a key whose value is not one of a closed list of words.

use super::sink::Sink;
use crate::fix::TextEdit;
use crate::model::field::Field;
use crate::model::status::Vocabulary;
use crate::near::nearest;

/// Reports a value of `key` outside its vocabulary, with the word that was probably meant.
pub(super) fn check_word<T: Vocabulary>(key: &str, field: &Field<T>, sink: &mut Sink) {
    let Field::Invalid(written) = field else { return };
    let known = || T::WORDS.iter().map(|(_, word)| *word);
    let list: Vec<String> = known().map(|word| format!("`{word}`")).collect();
    let help = format!("known are {}", list.join(", "));
    if written.value.is_empty() {
        sink.report(written.span, format!("`{key}` must be one word")).help(help);
        return;
    }
    match nearest(&written.value, known()) {
        Some((near, _)) => {
            sink.report(
                written.span,
                format!("`{}` is no known `{key}`; did you mean `{near}`?", written.value),
            )
            .help(help)
            .fix_unsafe(format!("write `{near}`"), TextEdit::replace(written.span, near));
        }
        None => {
            sink.report(written.span, format!("`{}` is no known `{key}`", written.value)).help(help);
        }
    }
}

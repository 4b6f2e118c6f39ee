//! Amounts as people write them.

/// `amount` in US dollars with at most two decimals, and none that is not needed.
pub(super) fn show(amount: f64) -> String {
    let text = format!("{:.2}", amount + 0.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

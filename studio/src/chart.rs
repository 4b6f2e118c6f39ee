//! What a run has cost against its plan, as the lines of a small picture: plain values, drawn elsewhere.

use crate::scene::dollars;
use crate::watch::Burn;
use std::fmt::Write;

/// How wide the picture is, in its own units.
pub const WIDTH: f64 = 320.0;
/// How high.
pub const HEIGHT: f64 = 96.0;

/// The picture.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Chart {
    /// What was paid, as an SVG path of steps.
    pub spent: String,
    /// The area below it.
    pub area: String,
    /// What was planned for what is done.
    pub planned: String,
    /// How far down the line of the whole plan lies; `None` without a plan.
    pub plan: Option<f64>,
    /// What the picture says, for those who do not see it.
    pub words: String,
}

impl Chart {
    /// The picture of a run whose units should cost `planned` together. A step for each attempt, since a
    /// run may rest for days.
    pub fn of(burn: &[Burn], planned: f64) -> Chart {
        let Some(last) = burn.last() else {
            return Chart { words: "Nothing is spent yet".to_owned(), ..Chart::default() };
        };
        let top = burn.iter().map(|b| b.spent.max(b.planned)).fold(planned, f64::max).max(0.01) * 1.08;
        let down = |amount: f64| HEIGHT - amount / top * HEIGHT;
        let spent = steps(burn, |b| down(b.spent));
        Chart {
            area: format!("{spent}V{HEIGHT}H0Z"),
            spent,
            planned: steps(burn, |b| down(b.planned)),
            plan: (planned > 0.0).then(|| down(planned)),
            words: format!(
                "{} spent after {} attempts; what is done by then should have cost {}",
                dollars(last.spent),
                burn.len(),
                dollars(last.planned)
            ),
        }
    }
}

fn steps(burn: &[Burn], y: impl Fn(&Burn) -> f64) -> String {
    let mut path = format!("M0 {HEIGHT}");
    let width = WIDTH / burn.len() as f64;
    for (step, point) in burn.iter().enumerate() {
        let _ = write!(path, "V{:.1}H{:.1}", y(point), width * (step + 1) as f64);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_for_each_attempt() {
        let burn = [Burn { spent: 5.0, planned: 0.0 }, Burn { spent: 10.0, planned: 5.0 }];
        let chart = Chart::of(&burn, 10.0);
        assert_eq!(chart.spent, "M0 96V51.6H160.0V7.1H320.0");
        assert_eq!(chart.area, "M0 96V51.6H160.0V7.1H320.0V96H0Z");
        assert_eq!(chart.planned, "M0 96V96.0H160.0V51.6H320.0");
        assert!(chart.plan.is_some_and(|y| (y - 7.1).abs() < 0.1));
        assert_eq!(chart.words, "$10.00 spent after 2 attempts; what is done by then should have cost $5.00");
        let none = Chart::of(&[], 6.0);
        assert_eq!((none.spent.as_str(), none.plan, none.words.as_str()), ("", None, "Nothing is spent yet"));
    }
}

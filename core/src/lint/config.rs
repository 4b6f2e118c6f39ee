//! The project's own weights: `config: lint:` sets a rule to `off`, `warning` or `error`.

use super::rule::Rule;
use crate::diagnostic::{Finding, Severity};
use crate::model::feature::Config;
use crate::ordered;
use crate::yaml::Map;

/// What a project made of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Setting {
    /// The rule is silent.
    Off,
    /// All its findings weigh this much.
    As(Severity),
}

impl Setting {
    /// Reads `off`, `warning` or `error`.
    pub fn parse(word: &str) -> Option<Setting> {
        match word {
            "off" => Some(Setting::Off),
            "warning" => Some(Setting::As(Severity::Warning)),
            "error" => Some(Setting::As(Severity::Error)),
            _ => None,
        }
    }
}

/// The `lint:` map of a project's configuration, when it has one.
pub(super) fn lint_map(config: &Config) -> Option<&Map> {
    config.yaml.root.as_map()?.get("lint")?.as_map()
}

/// Gives `findings` the weights that the project set, and drops those of silent rules.
pub(super) fn apply(findings: &mut Vec<Finding>, rules: &[&'static Rule], config: Option<&Config>) {
    let silent = rules.iter().filter(|rule| rule.off_by_default);
    let mut settings = ordered::map(silent.map(|rule| (rule.id, Setting::Off)));
    for entry in config.and_then(lint_map).into_iter().flat_map(|map| &map.entries) {
        if let Some(setting) = entry.value.as_text().and_then(Setting::parse) {
            settings.insert(&entry.key.value, setting);
        }
    }
    findings.retain_mut(|finding| match settings.get(finding.rule) {
        Some(Setting::Off) => false,
        Some(Setting::As(severity)) => {
            finding.severity = *severity;
            true
        }
        None => true,
    });
}

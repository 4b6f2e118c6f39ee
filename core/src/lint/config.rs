//! The project's own weights: `config: lint:` sets a rule to `off`, `warning` or `error`.

use super::rule::Rule;
use super::rules;
use crate::diagnostic::{Finding, Severity};
use crate::model::feature::Config;
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

/// What a project made of each rule of [`rules::ALL`], in their order; nothing where a rule keeps its weight.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Settings(Vec<Option<Setting>>);

impl Settings {
    /// Reads a project's settings; without any, the rules that are off by default are silent.
    pub(super) fn of(config: Option<&Config>) -> Settings {
        let silent = |rule: &&Rule| rule.off_by_default.then_some(Setting::Off);
        let mut settings: Vec<Option<Setting>> = rules::ALL.iter().map(silent).collect();
        for entry in config.and_then(lint_map).into_iter().flat_map(|map| &map.entries) {
            let setting = entry.value.as_text().and_then(Setting::parse);
            if let (Some(setting), Some(rule)) = (setting, rules::place(&entry.key.value)) {
                settings[rule] = Some(setting);
            }
        }
        Settings(settings)
    }

    /// The rules that are not silent.
    pub(super) fn heard(&self) -> impl Iterator<Item = &'static Rule> {
        let all = rules::ALL.iter().zip(&self.0);
        all.filter(|(_, setting)| **setting != Some(Setting::Off)).map(|(rule, _)| *rule)
    }

    /// Whether the same rules are silent in both.
    pub(super) fn hears_the_same(&self, other: &Settings) -> bool {
        let off = |setting: &Option<Setting>| *setting == Some(Setting::Off);
        self.0.iter().map(off).eq(other.0.iter().map(off))
    }

    /// Gives `findings` the weights that the project set.
    pub(super) fn weigh(&self, findings: &mut [Finding]) {
        for finding in findings {
            if let Some(Some(Setting::As(severity))) = rules::place(finding.rule).map(|rule| self.0[rule]) {
                finding.severity = severity;
            }
        }
    }
}

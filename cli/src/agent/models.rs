//! Which models an agent accepts, and what it calls them.

use super::Kind;
use std::collections::BTreeMap;

/// The names that plans use for Claude's models, whoever carries them out.
const FAMILIES: [&str; 3] = ["sonnet", "opus", "haiku"];

/// The models an agent accepts; nothing when nothing was said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Models {
    /// The agent's own name by the plan's.
    pub names: BTreeMap<String, String>,
}

/// What a plan's model is for an agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Named {
    /// The agent calls it so.
    Model(String),
    /// The agent knows no such name; its own default runs.
    Default,
    /// The configuration says which models there are, and this is none of them.
    Refused,
}

impl Models {
    /// A list of models that the agent calls as the plan does.
    pub fn listed(names: impl IntoIterator<Item = String>) -> Models {
        Models { names: names.into_iter().map(|name| (name.clone(), name)).collect() }
    }

    /// What `model` is for an agent of this kind.
    pub fn named(&self, kind: Kind, model: &str) -> Named {
        let is_claude = FAMILIES.contains(&model) || model.starts_with("claude-");
        match self.names.get(model) {
            Some(name) => Named::Model(name.clone()),
            None if kind == Kind::Claude && is_claude => Named::Model(model.to_owned()),
            None if !self.names.is_empty() => Named::Refused,
            None if kind == Kind::Claude || kind == Kind::Command => Named::Model(model.to_owned()),
            None if FAMILIES.contains(&model) => Named::Default,
            None => Named::Model(model.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_mapped_taken_left_out_or_refused() {
        let mut models = Models::default();
        let model = |name: &str| Named::Model(name.to_owned());
        assert_eq!(models.named(Kind::Claude, "opus"), model("opus"));
        assert_eq!(models.named(Kind::Codex, "opus"), Named::Default);
        assert_eq!(models.named(Kind::Codex, "gpt-5"), model("gpt-5"));
        assert_eq!(models.named(Kind::Droid, "claude-opus-4"), model("claude-opus-4"));
        assert_eq!(models.named(Kind::Command, "opus"), model("opus"));
        models.names.insert("opus".into(), "gpt-5".into());
        assert_eq!(models.named(Kind::Codex, "opus"), model("gpt-5"));
        assert_eq!(models.named(Kind::Codex, "haiku"), Named::Refused);
        assert_eq!(models.named(Kind::Claude, "haiku"), model("haiku"));
        assert_eq!(Models::listed(["a".to_owned()]).named(Kind::Command, "b"), Named::Refused);
    }
}

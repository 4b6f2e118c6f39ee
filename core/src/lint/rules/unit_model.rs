//! `unit/model`

use crate::diagnostic::Severity;
use crate::lint::{Check, Context, Rule, Sink};
use crate::model::Feature;
use crate::model::field::{Field, texts};
use crate::near::did_you_mean;
use crate::yaml::{Map, Node};

/// See the page.
pub static RULE: Rule = Rule::new(
    "unit/model",
    Severity::Error,
    "A unit names a model that the configured agent does not offer.",
    Check::Feature(check),
);

const FAMILIES: [&str; 3] = ["sonnet", "opus", "haiku"];

fn check(context: &Context, sink: &mut Sink) {
    let offer = Offer::of(context.feature);
    for file in context.feature.units.iter().filter_map(|unit| unit.file.as_ref()) {
        let written = match &file.model {
            Field::Absent => continue,
            Field::Valid(name) if offer.has(&name.value) => continue,
            Field::Valid(name) | Field::Invalid(name) => name,
        };
        let known: Vec<&str> = offer.known().collect();
        let ask = did_you_mean(&written.value, known.iter().copied());
        let message = match written.value.trim() {
            "" => "`model` must be a model's name".to_owned(),
            name => format!("the agent offers no model `{name}`{ask}"),
        };
        sink.report_in(&file.path, written.span, message).help(format!(
            "it offers `{}` and any `claude-…`; an agent in `config` may declare more under `models`",
            known.join("`, `")
        ));
    }
}

/// The models that a unit of the feature may name; any `claude-…` besides.
pub(crate) fn models(feature: &Feature) -> Vec<String> {
    Offer::of(feature).known().map(str::to_owned).collect()
}

/// The names in a list of models, or those that a map translates.
fn names(models: Option<&Node>) -> Vec<String> {
    match models.and_then(Node::as_map) {
        Some(map) => map.entries.iter().map(|entry| entry.key.value.clone()).collect(),
        None => texts(models).into_iter().map(|name| name.value).collect(),
    }
}

/// What the project's agents accept.
struct Offer {
    declared: Vec<String>,
    anything: bool,
}

impl Offer {
    fn of(feature: &Feature) -> Offer {
        let root = feature.config.as_ref().and_then(|config| config.yaml.root.as_map());
        let first = texts(root.and_then(|map| map.get("chain"))).into_iter().next().map(|name| name.value);
        let agent = root.and_then(|map| map.get("agent")).and_then(|node| node.as_text());
        let agent = first.as_deref().or(agent).unwrap_or("claude");
        let adapters = root.and_then(|map| map.get("agents")).and_then(|node| node.as_map());
        let own = adapters.and_then(|map| map.get(agent)).and_then(|node| node.as_map());
        let entries = adapters.into_iter().flat_map(|map| &map.entries).filter_map(|e| e.value.as_map());
        let declared = entries.flat_map(|map| names(map.get("models"))).collect();
        let lists = |map: &Map| map.get("models").is_some_and(|node| !node.is_null());
        Offer { declared, anything: agent != "claude" && !own.is_some_and(lists) }
    }

    fn known(&self) -> impl Iterator<Item = &str> {
        FAMILIES.into_iter().chain(self.declared.iter().map(String::as_str))
    }

    fn has(&self, name: &str) -> bool {
        self.anything
            || FAMILIES.contains(&name)
            || name.starts_with("claude-")
            || self.declared.iter().any(|known| known == name)
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::check;

    fn found(model: &str, config: &str) -> String {
        let head = format!(
            "---\nid: FEAT-2026-0001/T01\nstatus: done\nplanned_cost_usd: 2\nmodel: {model}\n---\n# A\n"
        );
        let config = format!("lint:\n  graph/too-many-gates: off\n{config}");
        let all = check(&[("WU-01-a.md", &head), (".specfuse/config", &config)]);
        all.lines().filter(|line| line.contains("unit/model")).collect()
    }

    #[test]
    fn the_configured_agent_decides() {
        let mine = "agent: mine\nagents:\n  mine:\n    command: [x]\n    models: [small, large]\n";
        assert_eq!(found("claude-opus-4", ""), "");
        assert_eq!(found("small", mine), "");
        assert!(found("smal", mine).contains("did you mean `small`?"));
        assert!(found("gpt-5", "").contains("offers no model `gpt-5`"));
        assert_eq!(found("gpt-5", "agent: codex\n"), "", "it lists none, so it takes any");
        assert_eq!(found("gpt-5", "chain: [codex, claude]\n"), "", "the first of a chain decides");
        let map = "agent: codex\nagents:\n  codex:\n    models: {sonnet: gpt-5, small: gpt-5-mini}\n";
        assert_eq!(found("small", map), "");
        assert!(found("gpt-5", map).contains("offers no model"));
    }
}

//! `graph/depends-on-shape`: `depends_on` is not a list of ids.

use crate::diagnostic::Severity;
use crate::fix::TextEdit;
use crate::lint::{Check, Rule, Sink};
use crate::model::plan::Plan;
use crate::yaml::Map;
use crate::yaml::Node;
use crate::yaml::NodeKind;

/// See the page.
pub static RULE: Rule = Rule::new(
    "graph/depends-on-shape",
    Severity::Error,
    "`depends_on` is not a list of ids.",
    Check::Plan(check),
)
.beyond_python();

fn check(plan: &Plan, sink: &mut Sink) {
    let root = plan.graph.as_ref().and_then(|graph| graph.yaml.root.as_map());
    let units = items(root.and_then(|map| map.get("gates"))).flat_map(|gate| items(gate.get("work_units")));
    for value in units.filter_map(|unit| unit.get("depends_on")) {
        match &value.kind {
            NodeKind::Null => {}
            NodeKind::Seq(list) => {
                for item in
                    list.items.iter().filter(|item| item.value.as_text().is_none_or(|t| t.trim().is_empty()))
                {
                    sink.report(
                        item.value.span,
                        format!("a dependency is {}, not an id", item.value.describe()),
                    )
                    .help("write the id of a unit");
                }
            }
            NodeKind::Scalar(scalar)
                if !scalar.text.contains([',', ' ', '\n']) && !scalar.text.is_empty() =>
            {
                let written = value.span.slice(&plan.doc.text);
                sink.report(value.span, format!("`depends_on` is the text `{}`, not a list", scalar.text))
                    .fix_safe(
                        format!("put `{}` in brackets", scalar.text),
                        TextEdit::replace(value.span, format!("[{written}]")),
                    );
            }
            _ => {
                sink.report(value.span, format!("`depends_on` is {}, not a list of ids", value.describe()))
                    .help("write `depends_on: [ID, ID]`");
            }
        }
    }
}

fn items(list: Option<&Node>) -> impl Iterator<Item = &Map> {
    list.and_then(Node::as_seq).into_iter().flat_map(|seq| &seq.items).filter_map(|item| item.value.as_map())
}

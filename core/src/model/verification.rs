//! `verification.yml`: the sets of commands that judge work.

use crate::model::field::{self, Field, value};
use crate::path::RelPath;
use crate::schema;
use crate::span::{Span, Spanned, after_bom};
use crate::yaml::{self, Map, Node};
use std::sync::Arc;

/// The verification file.
#[derive(Clone, PartialEq, Debug)]
pub struct Verification {
    /// Its file.
    pub path: RelPath,
    /// Its text.
    pub text: Arc<str>,
    /// The YAML as read.
    pub yaml: yaml::Document,
    /// The sets, in the order written. What is not a list of checks has none (lint reports it).
    pub sets: Vec<Set>,
    /// `cost_tracking`
    pub cost_tracking: Field<bool>,
    /// `baseline_probe`
    pub baseline_probe: Field<bool>,
    /// `defaults.max_attempts`
    pub max_attempts: Field<u32>,
    /// `retain_on_guard_refusal`
    pub retain_on_guard_refusal: Field<bool>,
    /// `produces_amendable`
    pub produces_amendable: Field<bool>,
    /// `dispatch_skills`
    pub dispatch_skills: Field<bool>,
    /// `post_merge_issue`
    pub post_merge_issue: Field<bool>,
    /// `fix_unit_insertion`
    pub fix_unit_insertion: Field<bool>,
    /// `max_fix_units_per_unit`
    pub max_fix_units_per_unit: Field<u32>,
    /// `carry_forward_narrow_greens`
    pub carry_forward_narrow_greens: Field<bool>,
}

/// A named list of checks.
#[derive(Clone, PartialEq, Debug)]
pub struct Set {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value.
    pub span: Span,
    /// The checks in the order written.
    pub checks: Vec<Check>,
}

/// One command that must pass. The files call it a gate; here it is a check, so that a gate is
/// always one of the plan's.
#[derive(Clone, PartialEq, Debug)]
pub struct Check {
    /// `name`
    pub name: Field<String>,
    /// `command`
    pub command: Field<String>,
    /// `timeout_seconds`
    pub timeout_seconds: Field<f64>,
    /// `wu_must_reference`
    pub must_reference: Field<bool>,
    /// `needs`
    pub needs: Vec<Spanned<String>>,
    /// `tier`
    pub tier: Field<String>,
    /// `narrow_command`
    pub narrow_command: Field<String>,
    /// `narrow_selection`
    pub narrow_selection: Option<NarrowSelection>,
    /// The whole entry.
    pub span: Span,
}

/// How a narrow command's tests are found and named.
#[derive(Clone, PartialEq, Debug)]
pub struct NarrowSelection {
    /// `test_roots`
    pub test_roots: Vec<Spanned<String>>,
    /// `format`
    pub format: Field<String>,
    /// `item_template`
    pub item_template: Field<String>,
    /// `separator`
    pub separator: Field<String>,
    /// The map.
    pub span: Span,
}

/// The time limit of a check that names none, in seconds.
pub const DEFAULT_TIMEOUT_SECONDS: f64 = 900.0;

/// Attempts a unit gets when neither it nor the project says.
pub const DEFAULT_MAX_ATTEMPTS: u32 = 3;

impl Verification {
    /// Reads the file.
    pub fn read(path: RelPath, text: Arc<str>) -> Verification {
        let start = after_bom(&text);
        let yaml = yaml::read(&text, Span::new(start, text.len()));
        let empty = Map::default();
        let root = yaml.root.as_map().unwrap_or(&empty);
        let defaults = value(root, "defaults").and_then(Node::as_map).unwrap_or(&empty);
        // The Python tools read these below `defaults`; both places are known.
        let either = |key| value(defaults, key).or_else(|| value(root, key));
        let flag = |key| Field::of_node(either(key), field::boolean);
        Verification {
            sets: sets(root),
            cost_tracking: flag("cost_tracking"),
            baseline_probe: flag("baseline_probe"),
            max_attempts: Field::of_node(value(defaults, "max_attempts"), field::positive),
            retain_on_guard_refusal: flag("retain_on_guard_refusal"),
            produces_amendable: flag("produces_amendable"),
            dispatch_skills: flag("dispatch_skills"),
            post_merge_issue: flag("post_merge_issue"),
            fix_unit_insertion: flag("fix_unit_insertion"),
            max_fix_units_per_unit: Field::of_node(either("max_fix_units_per_unit"), field::count),
            carry_forward_narrow_greens: flag("carry_forward_narrow_greens"),
            path,
            text,
            yaml,
        }
    }

    /// The set of that name.
    pub fn set(&self, name: &str) -> Option<&Set> {
        self.sets.iter().find(|set| set.name.value == name)
    }
}

impl Check {
    /// Whether it runs once per gate instead of per attempt.
    pub fn is_broad(&self) -> bool {
        self.tier.get().is_some_and(|t| t == "broad")
    }

    /// Its time limit in seconds.
    pub fn timeout(&self) -> f64 {
        self.timeout_seconds.get().copied().filter(|s| *s > 0.0).unwrap_or(DEFAULT_TIMEOUT_SECONDS)
    }
}

fn sets(root: &Map) -> Vec<Set> {
    let is_set = |name: &str| schema::find(schema::FileKind::Verification, name).is_none();
    let entries = root.entries.iter().filter(|e| is_set(&e.key.value));
    entries
        .map(|entry| Set {
            name: entry.key.clone(),
            span: entry.value.span,
            checks: entry.value.as_seq().map(checks).unwrap_or_default(),
        })
        .collect()
}

fn checks(seq: &yaml::Seq) -> Vec<Check> {
    seq.items.iter().filter_map(|item| item.value.as_map().map(|map| check(map, item.span))).collect()
}

fn check(map: &Map, span: Span) -> Check {
    Check {
        name: Field::of_node(value(map, "name"), field::non_blank),
        command: Field::of_node(value(map, "command"), field::non_blank),
        timeout_seconds: Field::of_node(value(map, "timeout_seconds"), field::amount),
        must_reference: Field::of_node(value(map, "wu_must_reference"), field::boolean),
        needs: field::texts(value(map, "needs")),
        tier: Field::of_node(value(map, "tier"), field::non_blank),
        narrow_command: Field::of_node(value(map, "narrow_command"), field::non_blank),
        narrow_selection: value(map, "narrow_selection").and_then(narrow),
        span,
    }
}

fn narrow(node: &Node) -> Option<NarrowSelection> {
    let map = node.as_map()?;
    let text = |key| Field::of_node(value(map, key), field::text);
    Some(NarrowSelection {
        test_roots: field::texts(value(map, "test_roots")),
        format: text("format"),
        item_template: text("item_template"),
        separator: text("separator"),
        span: node.span,
    })
}

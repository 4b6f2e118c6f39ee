//! The scaffold: the rules, templates and pages that come with the program, in words of our own, and
//! what a repository has of them. [`sync`] compares and overlays; [`seeds`] are the files that are a
//! project's own from the first day; [`stack`] proposes what must pass.

pub mod manifest;
pub mod seeds;
pub mod stack;
pub mod sync;

/// The version of the scaffold that this program ships.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The file with the version of a repository's scaffold.
pub const VERSION_FILE: &str = ".specfuse/VERSION";
/// The folder that [`SHIPPED`] is in.
pub const HOME: &str = ".specfuse";

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("files/", $name)))),+]
    };
}

/// Path below `.specfuse/`, and text, of each file of the scaffold.
pub const SHIPPED: &[(&str, &str)] = shipped!(
    "docs/README.md",
    "rules/README.md",
    "rules/close-discipline.md",
    "rules/never-touch.md",
    "rules/planning-discipline.md",
    "rules/result-contract.md",
    "rules/security-boundaries.md",
    "rules/verification-discipline.md",
    "templates/GATE.template.md",
    "templates/PLAN.template.md",
    "templates/WU.template.md",
);

/// Whether version `a` is newer than `b`: numbers between dots, compared one by one. What is no number
/// counts as 0; a part behind `-` (a pre-release) is older than none.
pub fn is_newer(a: &str, b: &str) -> bool {
    let parts = |version: &str| -> (Vec<u64>, bool) {
        let (core, pre) =
            version.trim().split_once('-').map_or((version.trim(), false), |(core, _)| (core, true));
        let mut numbers: Vec<u64> = core.split('.').map(|part| part.parse().unwrap_or(0)).collect();
        numbers.resize(numbers.len().max(3), 0);
        (numbers, !pre)
    };
    parts(a) > parts(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use specfuse_core::lint::{self, Facts};
    use specfuse_core::path::RelPath;
    use specfuse_core::tree::Tree;

    #[test]
    fn versions_have_an_order() {
        for (a, b) in
            [("0.30.0", "0.29.1"), ("1.0", "0.99.9"), ("0.30.10", "0.30.9"), ("0.30.0", "0.30.0-rc1")]
        {
            assert!(is_newer(a, b) && !is_newer(b, a), "{a} {b}");
        }
        assert!(!is_newer("0.30", "0.30.0") && !is_newer("0.30.0\n", "0.30.0") && is_newer("0.1", "rubbish"));
    }

    #[test]
    fn the_templates_make_a_plan_that_lints() {
        let text = |name: &str| {
            let found = SHIPPED.iter().find(|(path, _)| *path == name).unwrap();
            found.1.replace("YYYY-NNNN", "2026-0001")
        };
        let folder = RelPath::new(".specfuse/features/FEAT-2026-0001-what").unwrap();
        let mut tree = Tree::new();
        let mut put = |name: &str, text: String| tree.insert_text(folder.join(name).unwrap(), text);
        put("PLAN.md", text("templates/PLAN.template.md"));
        put("GATE-01.md", text("templates/GATE.template.md"));
        put("WU-01-first.md", text("templates/WU.template.md"));
        let close = text("templates/WU.template.md")
            .replace("/T01", "/G1-CLOSE")
            .replace("type: implementation", "type: close")
            .replace("planned_cost_usd: 2.00\nproduces:\n  - path/to/the/file\n", "planned_cost_usd: 5.00\n");
        put("WU-90-gate-1-close.md", close);
        let sets = RelPath::new(".specfuse/verification.yml").unwrap();
        tree.insert_text(sets, stack::propose(&stack::Look::default()).text);
        let found = lint::lint(&tree, &folder, &Facts::default());
        let rules: Vec<String> = found.iter().map(|f| f.rule.to_string()).collect();
        // The template of a unit is not one of a close.
        assert!(rules.iter().all(|rule| rule == "closing/unnamed-deliverable"), "{found:?}");
    }

    #[test]
    fn what_is_shipped_is_plain() {
        for (path, text) in SHIPPED {
            assert!(text.ends_with('\n') && !text.contains('\r') && text.is_ascii(), "{path}");
            assert!(text.lines().all(|line| line.len() <= 120), "{path}");
        }
        assert!(SHIPPED.is_sorted());
    }
}

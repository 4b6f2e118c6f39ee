//! Laws of lint over plans that nobody would write: it never panics, remembering changes nothing,
//! safe fixes mend, and fixing ends.

use super::pages::PAGES;
use super::testing::{folder, overlay, part, sample};
use super::{Facts, Linter, fix_all, lint};
use crate::diagnostic::{Finding, Location};
use crate::fix::Safety;
use crate::parse::Parser;
use crate::path::RelPath;
use crate::span::floor_boundary;
use crate::tree::Tree;
use proptest::prelude::*;

/// Pieces of text that plans break on.
const PIECES: &[&str] = &[
    "",
    "\n",
    "\r\n",
    "---\n",
    "```\n",
    "```yaml\n",
    "gates:\n",
    "  - gate: 1\n",
    "depends_on: ",
    "[",
    "]",
    "{",
    ": ",
    "\"",
    "'",
    "#",
    "- ",
    "\t",
    "status: done\n",
    "status: complete\n",
    "status: passed\n",
    "status: abandoned\n",
    "id: FEAT-2026-0001/T01\n",
    "FEAT-2026-0001/T02",
    "T01",
    "T03",
    "G1-PLAN",
    "type: close\n",
    "type: docs\n",
    "planned_cost_usd: 99\n",
    "planned_cost_usd: x\n",
    "staus: open\n",
    "cost_budget_usd: \"3\"\n",
    "verdict: met\n",
    "produces: [../x, /y]\n",
    "prep: nope\n",
    "base: \n",
    "feature_oracle: \n",
    "**Context.** ",
    "## Verification\n",
    "\u{feff}",
    "é",
    "🦀",
    "\0",
    "&a *a",
    "needs: [a]\n",
    "| a | b |\n",
    "<a id=\"feat-2026-0001\"></a>\n",
    "](#feat-2026-0002)",
    "| FEAT-2026-0001 | x | blocked |\n",
    "**Blocked by.** ",
    "**Status: ",
    "### D1\n- **statement:** ",
    "### T01#1\n- **kind:** `",
    "**Do not touch.** `",
    "`",
    "*",
    " in production",
    "<!--",
];

/// One change: which file, where (out of 1000), how much goes, what comes.
type Change = (usize, usize, usize, usize);

fn change(tree: &mut Tree, (file, place, gone, piece): Change) {
    let paths: Vec<RelPath> = tree.iter().map(|(path, _)| path.clone()).collect();
    let path = paths[file % paths.len()].clone();
    let Some(text) = tree.text(&path).cloned() else { return };
    let from = floor_boundary(&text, text.len() * (place % 1000) / 1000);
    let to = floor_boundary(&text, from + gone).max(from);
    tree.insert_text(path, format!("{}{}{}", &text[..from], PIECES[piece % PIECES.len()], &text[to..]));
}

fn changes(most: usize) -> impl Strategy<Value = Vec<Change>> {
    proptest::collection::vec((0usize..99, 0usize..1000, 0usize..40, 0usize..PIECES.len()), 1..most)
}

fn all(tree: &Tree) -> Vec<Finding> {
    lint(tree, &folder(), &Facts::default())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn remembering_changes_nothing(steps in changes(12)) {
        let (mut parser, mut linter) = (Parser::default(), Linter::default());
        let mut tree = sample();
        for step in steps {
            change(&mut tree, step);
            let remembered = linter.lint(&tree, &parser.feature(&tree, &folder()), &Facts::default());
            prop_assert_eq!(remembered, all(&tree));
        }
    }

    #[test]
    fn findings_lie_in_their_files_and_safe_fixes_mend(steps in changes(6)) {
        let mut tree = sample();
        steps.into_iter().for_each(|step| change(&mut tree, step));
        for finding in all(&tree) {
            let length = tree.text(&finding.primary.file).map_or(0, |text| text.len());
            prop_assert!(finding.primary.span.range().end <= length, "{finding:?}");
            if let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safety == Safety::Safe) {
                let mended = fix.edits.apply(&tree);
                prop_assert!(mended.is_ok(), "{finding:?}");
                let count = |tree: &Tree| {
                    let same = |f: &&Finding| (f.rule, &f.message) == (finding.rule, &finding.message);
                    all(tree).iter().filter(same).count()
                };
                prop_assert!(count(&mended.unwrap()) < count(&tree), "left: {finding:?}");
            }
        }
    }

    #[test]
    fn fixing_ends_and_does_nothing_twice(steps in changes(6)) {
        let mut tree = sample();
        steps.into_iter().for_each(|step| change(&mut tree, step));
        let once = fix_all(&tree, &folder(), &Facts::default());
        prop_assert_eq!(&once.edits.apply(&tree).unwrap(), &once.tree);
        let twice = fix_all(&once.tree, &folder(), &Facts::default());
        prop_assert_eq!((twice.applied, &twice.tree), (0, &once.tree));
    }

    #[test]
    fn broken_examples_have_places_and_fixes_that_fit(page in 0..PAGES.len(), steps in changes(8)) {
        let (mut tree, _) = overlay(&part(PAGES[page].1, "Bad"));
        steps.into_iter().for_each(|step| change(&mut tree, step));
        let lies_in = |at: &Location| match tree.text(&at.file) {
            Some(text) => text.get(at.span.range()).is_some(),
            None => at.span.is_empty(),
        };
        for finding in all(&tree) {
            prop_assert!(lies_in(&finding.primary), "{finding:?}");
            prop_assert!(finding.related.iter().all(|label| lies_in(&label.location)), "{finding:?}");
            prop_assert!(finding.fix.as_ref().is_none_or(|fix| fix.edits.apply(&tree).is_ok()), "{finding:?}");
        }
    }
}

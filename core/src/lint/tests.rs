//! The laws of lint: pages are true, lists are whole, fixes mend.

use super::testing::{check, check_blocks, folder, overlay, part, render, sample, serious};
use super::{fix_all, lint, pages, rules};
use crate::fix::Safety;

#[test]
fn the_sample_has_no_fault() {
    let tree = sample();
    assert_eq!(render(&tree, &lint(&tree, &folder(), &Default::default())), "");
}

#[test]
fn findings_show_as_lines() {
    let bad = "```md file=WU-02-b.md is=missing\n```\n";
    insta::assert_snapshot!(check_blocks(bad), @"PLAN.md:30:15 error file/missing: the file of T02, WU-02-b.md, is not there [WU-02-b.md]");
    assert_eq!(check(&[("notes.md", "x\n")]), "");
}

#[test]
fn every_rule_is_listed_with_its_page() {
    let ids: Vec<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    assert!(ids.is_sorted(), "rules are listed in the order of their ids: {ids:?}");
    let paged: Vec<&str> = pages::PAGES.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, paged, "pages are listed as rules are");
}

#[test]
fn pages_are_true() {
    let mut wrong = String::new();
    for (id, page) in pages::PAGES {
        if !page.starts_with(&format!("# {id}\n")) {
            wrong += &format!("{id}: the page does not start with its name\n");
        }
        let (tree, facts) = overlay(&part(page, "Bad"));
        let findings = lint(&tree, &folder(), &facts);
        let fires = findings.iter().any(|f| f.rule == *id);
        if !fires || serious(&findings).iter().any(|f| f.rule != *id) {
            wrong += &format!("{id}: the bad example gives\n{}\n", render(&tree, &findings));
        }
        let (tree, facts) = overlay(&part(page, "Good"));
        let findings = lint(&tree, &folder(), &facts);
        if !serious(&findings).is_empty() || findings.iter().any(|f| f.rule == *id) {
            wrong += &format!("{id}: the good example gives\n{}\n", render(&tree, &findings));
        }
        if part(page, "Fix").trim().is_empty() {
            wrong += &format!("{id}: nothing under `## Fix`\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn safe_fixes_mend_and_do_nothing_twice() {
    for (id, page) in pages::PAGES {
        let (tree, facts) = overlay(&part(page, "Bad"));
        for finding in lint(&tree, &folder(), &facts) {
            let Some(fix) = finding.fix.as_ref().filter(|f| f.safety == Safety::Safe) else { continue };
            let mended = fix.edits.apply(&tree).unwrap_or_else(|e| panic!("{id}: {e}"));
            let left = lint(&mended, &folder(), &facts);
            let same =
                |f: &&crate::diagnostic::Finding| (f.rule, &f.message) == (finding.rule, &finding.message);
            assert_eq!(left.iter().find(same), None, "{id}: a fix leaves its finding");
        }
        let once = fix_all(&tree, &folder(), &facts);
        assert_eq!(once.edits.apply(&tree).unwrap(), once.tree, "{id}");
        let twice = fix_all(&once.tree, &folder(), &facts);
        assert_eq!((twice.applied, &twice.tree), (0, &once.tree), "{id}: fixing goes on");
    }
}

#[test]
fn a_fix_says_what_it_does_on_its_own() {
    let titles = pages::PAGES.iter().flat_map(|(_, page)| {
        let (tree, facts) = overlay(&part(page, "Bad"));
        lint(&tree, &folder(), &facts).into_iter().filter_map(|finding| Some(finding.fix?.title))
    });
    let titles: Vec<String> = titles.collect();
    assert!(titles.contains(&"let G1-CLOSE-INTERMEDIATE wait for T02".to_owned()), "{titles:#?}");
    let vague = ["so", "it", "the key", "the line", "the section with", "the whole id"];
    for title in titles {
        let words = format!(" {title} ");
        assert!(!vague.iter().any(|vague| words.contains(&format!(" {vague} "))), "{title}");
    }
}

#[test]
fn a_page_in_brief_has_no_examples() {
    for rule in rules::ALL {
        let brief = pages::brief(rule.id).unwrap();
        assert!(brief.starts_with(&format!("# {}", rule.id)), "{brief}");
        assert!(!brief.contains("## Bad") && brief.contains("## Fix"), "{brief}");
    }
}

//! Which feature a person means: a folder, an id, a number, a slug, or the only active one.

use crate::error::{Error, Kind, Result};
use crate::load::Loaded;
use specfuse_core::model::Feature;
use specfuse_core::model::id::FeatureId;
use specfuse_core::model::status::PlanStatus;
use specfuse_core::parse::{Parser, feature_folders};
use specfuse_core::path::RelPath;
use std::path::Path;

/// The feature that `asked` means among the loaded ones. Without `asked`, the one whose folder the
/// person stands in, or else the only active one.
///
/// # Errors
/// [`Kind::NotFound`] when there is none or more than one; the hint lists what there is.
pub fn feature(parser: &mut Parser, loaded: &Loaded, asked: Option<&str>) -> Result<Feature> {
    let folders = feature_folders(&loaded.tree);
    match asked.or(loaded.feature.as_deref()) {
        Some(asked) => {
            let matching: Vec<&RelPath> = folders.iter().filter(|f| matches(f.file_name(), asked)).collect();
            match matching.as_slice() {
                [folder] => Ok(parser.feature(&loaded.tree, folder)),
                [] => Err(Error::new(Kind::NotFound, format!("no feature is called {asked:?}"))
                    .hint(known(&folders))),
                several => Err(Error::new(Kind::NotFound, format!("{asked:?} could be several features"))
                    .hint(known(several.iter().copied()))),
            }
        }
        None => only_active(parser, loaded, &folders),
    }
}

fn only_active(parser: &mut Parser, loaded: &Loaded, folders: &[RelPath]) -> Result<Feature> {
    let features = folders.iter().map(|folder| parser.feature(&loaded.tree, folder));
    let mut active: Vec<Feature> = features.filter(|f| f.status() == Some(PlanStatus::Active)).collect();
    match active.len() {
        1 => Ok(active.remove(0)),
        0 => Err(Error::new(Kind::NotFound, "no feature is active").hint(format!(
            "set `status: active` in a PLAN.md, or name one with --feature; {}",
            known(folders)
        ))),
        _ => Err(Error::new(Kind::NotFound, "more than one feature is active")
            .hint(format!("name one with --feature; {}", known(active.iter().map(|f| &f.folder))))),
    }
}

fn known<'a>(folders: impl IntoIterator<Item = &'a RelPath>) -> String {
    let names: Vec<&str> = folders.into_iter().map(RelPath::file_name).collect();
    match names.as_slice() {
        [] => "there are no features yet".into(),
        names if names.len() > 12 => {
            format!("there are {}, from {} to {}", names.len(), names[0], names[names.len() - 1])
        }
        names => format!("there is {}", names.join(", ")),
    }
}

/// Whether the folder `name` is what `asked` means.
fn matches(name: &str, asked: &str) -> bool {
    let asked = asked.trim_end_matches('/');
    let last = Path::new(asked).file_name().and_then(|n| n.to_str()).unwrap_or(asked);
    if name == asked || name == last {
        return true;
    }
    let Some(id) = FeatureId::of_folder(name) else { return false };
    let slug = name[id.folder_prefix().len()..].trim_start_matches('-');
    let is_number = !asked.is_empty() && asked.bytes().all(|b| b.is_ascii_digit());
    id.as_str() == asked || slug == asked || is_number && asked.parse() == Ok(id.year_and_number().1)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_feature_has_many_names() {
        let name = "FEAT-2026-0042-greeting";
        for asked in
            [name, ".specfuse/features/FEAT-2026-0042-greeting/", "FEAT-2026-0042", "42", "0042", "greeting"]
        {
            assert!(matches(name, asked), "{asked}");
        }
        for asked in ["4", "FEAT-2026-004", "greet", "", "2026"] {
            assert!(!matches(name, asked), "{asked}");
        }
    }
}

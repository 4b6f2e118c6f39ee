//! What a person or the driver does to a plan, as text edits: every action of the command line and
//! of the studio is a function here, from what was read to the fewest changed bytes.
//!
//! Three promises hold for all of them. An action that would change nothing gives no edit. What is
//! not part of the action keeps its bytes: comments, quotes, order, line ends. Each result is read
//! again before it is given back, so an action on a text too broken to carry it is refused instead
//! of making things worse.

mod checks;
mod clip;
mod diff;
mod draft;
mod gates;
#[cfg(test)]
mod graph_tests;
mod keys;
#[cfg(test)]
mod laws;
mod mentions;
mod new_feature;
mod new_feature_text;
mod outline;
mod refused;
mod roadmap;
mod roadmap_cells;
#[cfg(test)]
mod roadmap_tests;
mod sections;
mod slug;
mod splice;
mod standing;
mod status;
#[cfg(test)]
mod status_tests;
mod take_over;
#[cfg(test)]
mod tests;
mod units;
mod value;

pub use checks::{add_check, remove_check, set_check, set_setting};
pub use clip::{copy_units, count_units, duplicate_units, paste_units};
pub use diff::{line_edits, text_edits, tree_edits};
pub use gates::{add_gate, delete_gate, move_gate, renumber_gates};
pub use keys::{remove_key, set_key, set_keys, with_key, without_key};
pub use mentions::{naming, rename_unit_everywhere};
pub use new_feature::{Issue, MOST, NewFeature, new_feature, next_feature_id};
pub use refused::EditRefused;
pub use roadmap::{ARCHIVE_MARKER, RoadmapRow, archive_feature, set_roadmap_status, write_roadmap_row};
pub use roadmap_cells::{add_roadmap_row, remove_roadmap_row, set_roadmap_cell};
pub use sections::{insert_section, set_section, set_title, with_section, with_title};
pub use slug::slug;
pub use standing::{archive, set_feature_status};
pub use status::{
    Arming, Rearm, arm_gate, block_unit, disarm_gate, is_unreproduced, mark_done, open_questions, rearm,
    set_gate_status, set_plan_status, set_unit_status,
};
pub use take_over::{Left, differs_by_driver_only, left_in_progress, take_over, with_drivers_keys};
pub use units::{
    NewUnit, add_edge, add_edges, add_unit, delete_units, duplicate_unit, insert_before, move_unit, next_id,
    remove_edge, rename_unit, rename_unit_file,
};
pub use value::Value;

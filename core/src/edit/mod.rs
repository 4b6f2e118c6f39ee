//! What a person or the driver does to a plan, as text edits: every action of the command line and
//! of the studio is a function here, from what was read to the fewest changed bytes.
//!
//! Three promises hold for all of them. An action that would change nothing gives no edit. What is
//! not part of the action keeps its bytes: comments, quotes, order, line ends. Each result is read
//! again before it is given back, so an action on a text too broken to carry it is refused instead
//! of making things worse.

mod diff;
mod keys;
#[cfg(test)]
mod laws;
mod refused;
mod sections;
mod splice;
#[cfg(test)]
mod tests;
mod value;

pub use diff::text_edits;
pub use keys::{remove_key, set_key, set_keys, with_key, without_key};
pub use refused::EditRefused;
pub use sections::{insert_section, set_section, set_title, with_section, with_title};
pub use value::Value;

//! What a plan's files mean: typed values that remember where they stood.

pub mod event;
pub mod feature;
pub mod field;
pub mod gate;
pub mod id;
pub mod mention;
pub mod plan;
pub mod roadmap;
pub mod status;
pub mod verification;
pub mod work_unit;

pub use feature::{Feature, Gate, Unit};

//! Specfuse's core: what a plan is, what is wrong with it, what an edit changes, and what the
//! driver does next. Values in, values out: no file, clock, environment, thread or callback, so
//! the same code judges a plan in the terminal, in CI and in a browser.

pub mod assist;
pub mod close;
pub mod diagnostic;
pub mod drive;
pub mod edit;
pub mod event_types;
pub mod example;
pub mod fix;
#[cfg(test)]
mod fixture;
pub mod frontmatter;
pub mod graph;
pub mod layout;
pub mod lint;
pub mod markdown;
pub mod model;
pub mod near;
pub mod number;
pub mod ordered;
pub mod parse;
pub mod path;
pub mod position;
pub mod schema;
pub mod simulate;
pub mod span;
pub mod stats;
pub mod tree;
pub mod yaml;

//! What the two programs share: the command line, and the way from it to core and back.

#[cfg(not(unix))]
compile_error!("specfuse-loop needs a Unix system: process groups and advisory locks");

pub mod agent;
pub mod args;
pub mod chaos;
pub mod commands;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod driver;
pub mod env;
pub mod error;
pub mod exit_code;
pub mod facts;
pub mod gh;
pub mod journal;
pub mod load;
pub mod lock;
pub mod lsp;
pub mod process;
pub mod process_group;
pub mod repo;
pub mod report;
pub mod scaffold;
pub mod scratch;
pub mod select;
pub mod shell;
pub mod signal;
pub mod store;
pub mod studio;
pub mod verify;

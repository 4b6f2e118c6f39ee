//! The language server as an editor meets it: the built program, the real protocol, real files.

mod client;
mod editing;
mod robust;
mod session;

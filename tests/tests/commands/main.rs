//! The commands that read, and the faces of a run, as whole programs on real repositories.

#![allow(clippy::unwrap_used, reason = "what is not as expected fails the test")]

mod attempts;
mod events;
mod faces;
mod looking_back;
mod progress;
mod status;

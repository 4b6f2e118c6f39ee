//! `chaos`: runs a plan on scratch repositories, kills the driver with SIGKILL at every step and at random
//! moments, starts it again, and compares what it comes to with a run that nobody disturbed.

mod agent;
mod end;
mod own;
mod trial;

pub(crate) use agent::agent;
pub use end::End;
pub use own::{Own, read};
pub use trial::{Kill, Plan, Trial, Verdict};

//! What takes long and needs nothing of the driver while it goes on: sessions, checks, the setting up of
//! a lane. In the checkout the driver waits for it; in a lane it runs beside the driver.

use super::checks::CheckWork;
use super::session::SessionWork;
use super::setup::SetUpWork;
use super::wait::WaitWork;
use crate::error::Result;
use specfuse_core::drive::Event;

/// A question's answer, or how to get it.
pub(super) enum Answer {
    /// Known already.
    Now(Box<Event>),
    /// To be worked for.
    Work(Work),
}

impl From<Work> for Answer {
    fn from(work: Work) -> Answer {
        Answer::Work(work)
    }
}

/// Something to work on, with all that it takes.
pub(super) enum Work {
    Session(Box<SessionWork>),
    Checks(Box<CheckWork>),
    Wait(WaitWork),
    SetUp(Box<SetUpWork>),
}

impl Work {
    /// Works to the end. `None` when the person ended it: nothing is known then.
    pub(super) fn run(self) -> Result<Option<Event>> {
        match self {
            Work::Session(work) => work.run(),
            Work::Checks(work) => work.run(),
            Work::Wait(work) => Ok(Some(work.run())),
            Work::SetUp(work) => work.run(),
        }
    }
}

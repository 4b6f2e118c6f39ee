//! The driver without a disk, an agent or a clock: the machine of [`crate::drive`] over files in memory, with
//! sessions that go as a script or chance says. A page plays a plan through with it; a test runs it for
//! a million steps, kills it anywhere and holds it to its promises.
//!
//! ```
//! use specfuse_core::{example, simulate::{Script, Simulation, World}};
//!
//! let world = World::new(example::tree(), example::folder(), Script::default());
//! let mut simulation = Simulation::new(world);
//! let stop = simulation.run();
//! assert_eq!(stop.map(|stop| stop.reason), Ok("gate_reached".to_owned()));
//! println!("{}", simulation.log().join("\n"));
//! ```

pub mod case;
pub mod laws;
pub mod person;
mod random;
mod run;
pub mod session;
pub mod shrink;
pub mod sketch;
#[cfg(test)]
mod tests;
pub mod world;

pub use case::{Broken, Case, Trouble};
pub use random::Random;
pub use run::{Simulation, Step, Stuck};
pub use session::{Play, Script, Turn};
pub use sketch::Sketch;
pub use world::World;

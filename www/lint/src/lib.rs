//! The linter and the planner for JavaScript. `js/index.d.ts` describes them, `js/` wraps them as a package.
//!
//! A native build holds what its tests ask for, nothing of the browser's libraries.

#[cfg(any(target_arch = "wasm32", test))]
mod answer;
#[cfg(target_arch = "wasm32")]
mod border;
#[cfg(any(target_arch = "wasm32", test))]
mod wire;

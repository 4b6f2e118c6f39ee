//! Any bytes, read as a plan, keep every law.
#![no_main]

use libfuzzer_sys::fuzz_target;
use specfuse_fuzz::plan;
use specfuse_tests::{laws, sample};

fuzz_target!(|data: &[u8]| {
    laws::hold(&plan(data), &sample::folder());
});

//! Outputs as the tools print them.

use super::*;

#[track_caller]
fn names(output: &str, class: Class, expected: &[&str]) {
    let failure = Failure::read(output, Ended::Exit(1));
    assert_eq!(failure.failing_tests, expected);
    assert_eq!(failure.class, class);
}

#[test]
fn pytest() {
    names(
        "==== FAILURES ====\n____ test_b ____\n>       assert 1 == 2\nE       assert 1 == 2\n\
         ==== short test summary info ====\nFAILED tests/test_a.py::TestX::test_b - assert 1 == 2\n\
         FAILED tests/test_a.py::test_c[a - b] - ValueError: x\nERROR tests/test_d.py - ImportError\n\
         ==== 2 failed, 5 passed in 0.12s ====\n",
        Class::Tests,
        &["tests/test_a.py::TestX::test_b", "tests/test_a.py::test_c[a - b]", "tests/test_d.py"],
    );
}

#[test]
fn unittest_before_and_after_it_repeated_the_method() {
    names(
        "ERROR: test_a (pkg.test_x.Case)\nFAIL: test_b (pkg.test_x.Case.test_b)\n\
         Ran 2 tests in 0.001s\n\nFAILED (failures=1, errors=1)\n",
        Class::Tests,
        &["pkg.test_x.Case.test_a", "pkg.test_x.Case.test_b"],
    );
}

#[test]
fn cargo_test() {
    names(
        "running 2 tests\ntest a::works ... ok\ntest a::breaks ... FAILED\n\
         test src/lib.rs - add (line 3) ... FAILED\n\nfailures:\n\n---- a::breaks stdout ----\n\
         thread 'a::breaks' panicked at src/lib.rs:9:5:\nassertion failed\n\n\
         test result: FAILED. 1 passed; 1 failed; 0 ignored; finished in 0.00s\nerror: test failed\n",
        Class::Tests,
        &["a::breaks", "src/lib.rs - add (line 3)"],
    );
}

#[test]
fn nextest() {
    names(
        "        PASS [   0.005s] my-crate tests::ok\n        FAIL [   0.006s] my-crate tests::bad\n\
         \u{20}    TIMEOUT [  60.012s] (2/3) my-crate::bin tests::slow\n",
        Class::Tests,
        &["my-crate tests::bad", "my-crate::bin tests::slow"],
    );
}

#[test]
fn go_test() {
    names(
        "=== RUN   TestA\n    a_test.go:9: bad\n--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/sub (0.00s)\nFAIL\n\
         FAIL\texample.com/a\t0.003s\n",
        Class::Tests,
        &["TestA", "TestA/sub"],
    );
}

#[test]
fn jest_and_vitest() {
    names(
        "FAIL src/a.test.js\n  suite\n    ✕ breaks (5 ms)\n    ✓ works (1 ms)\n\n  ● suite › breaks\n",
        Class::Tests,
        &["breaks", "suite › breaks"],
    );
    names(
        " ❯ src/a.test.ts (2 tests | 1 failed) 5ms\n   × suite > breaks 4ms\n\n FAIL  src/a.test.ts > suite > breaks\n",
        Class::Tests,
        &["src/a.test.ts > suite > breaks", "suite > breaks"],
    );
}

#[test]
fn surefire_and_dotnet() {
    names(
        "[ERROR] Tests run: 2, Failures: 1\n\
         [ERROR] com.acme.FooTest.bar -- Time elapsed: 0.01 s <<< FAILURE!\n\
         [ERROR] baz(com.acme.FooTest)  Time elapsed: 0.01 s  <<< ERROR!\n",
        Class::Tests,
        &["baz(com.acme.FooTest)", "com.acme.FooTest.bar"],
    );
    names("  Passed A.B.C [1 ms]\n  Failed A.B.D(x: 1) [12 ms]\n", Class::Tests, &["A.B.D(x: 1)"]);
}

#[test]
fn bats() {
    names(
        "1..2\nok 1 fine\nnot ok 2 breaks badly in 12ms\n# (in test file)\n",
        Class::Tests,
        &["breaks badly"],
    );
}

#[test]
fn ruff_in_both_forms() {
    names("a/b.py:1:8: F401 [*] `os` imported but unused\nFound 1 error.\n", Class::Lint, &["a/b.py F401"]);
    names(
        "F401 [*] `os` imported but unused\n --> a/b.py:1:8\n  |\n1 | import os\n",
        Class::Lint,
        &["a/b.py F401"],
    );
}

#[test]
fn clippy_and_rustc() {
    names(
        "error: this loop never actually loops\n  --> src/a.rs:3:5\n   |\n\
         error[E0308]: mismatched types\n --> src/b.rs:9:1\n",
        Class::Types,
        &["src/a.rs this loop never actually loops", "src/b.rs E0308"],
    );
}

#[test]
fn tsc_and_eslint() {
    names(
        "src/a.ts(1,2): error TS2322: Type\nsrc/b.ts:3:4 - error TS2304: Cannot find\n",
        Class::Types,
        &["src/a.ts TS2322", "src/b.ts TS2304"],
    );
    names(
        "/src/a.js\n  1:2  error    'x' is not defined  no-undef\n  3:4  warning  y  no-y\n\n✖ 2 problems\n",
        Class::Lint,
        &["/src/a.js no-undef"],
    );
}

#[test]
fn unittest_names_what_it_could_not_set_up_or_import() {
    names(
        "ERROR: setUpClass (t.test_a.D)\nERROR: t.test_bad (unittest.loader._FailedTest.t.test_bad)\n\
         FAIL: test_s (t.test_a.C.test_s) (i=1)\nFAILED (failures=1, errors=2)\n",
        Class::Tests,
        &["t.test_a.C.test_s", "t.test_a.D.setUpClass", "unittest.loader._FailedTest.t.test_bad"],
    );
}

#[test]
fn quiet_cargo_lists_names_only() {
    names(
        "\nrunning 2 tests\na::breaks --- FAILED\n.\nfailures:\n\n---- a::breaks stdout ----\n\n\
         thread 'a::breaks' panicked\n\n\nfailures:\n    a::breaks\n    b - should panic\n\n\
         test result: FAILED. 1 passed; 2 failed\n",
        Class::Tests,
        &["a::breaks", "b - should panic"],
    );
}

#[test]
fn nextest_counts_the_last_try() {
    names(
        "  TRY 1 FAIL [   0.006s] my-crate tests::flaky\n  TRY 2 PASS [   0.006s] my-crate tests::flaky\n\
         \u{20}   SIGSEGV [   0.1s] (2/3) my-crate tests::crash\n\
         ────────────\n     Summary [   0.012s] 3 tests run: 2 passed, 1 failed, 0 skipped\n\
         \u{20}TRY 2 FAIL [   0.006s] (3/3) my-crate tests::bad\n     SIGSEGV [   0.1s] my-crate tests::crash\n\
         error: test run failed\n",
        Class::Tests,
        &["my-crate tests::bad", "my-crate tests::crash"],
    );
}

#[test]
fn go_that_does_not_build() {
    names(
        "# example.com/a\n./a.go:3:2: undefined: x\nFAIL\texample.com/a [build failed]\n",
        Class::Types,
        &["./a.go undefined: x", "example.com/a [build failed]"],
    );
}

#[test]
fn jest_with_tests_at_the_top_and_files_that_do_not_start() {
    names(
        "FAIL src/a.test.js\n  ● breaks\n\n    expect(received)\n\n  ● Console\n\n    console.log\n\n\
         FAIL src/b.test.js\n  ● Test suite failed to run\n\n    Cannot find module\n",
        Class::Tests,
        &["breaks", "src/b.test.js failed to run"],
    );
}

#[test]
fn vitest_with_projects_and_files_that_do_not_start() {
    names(
        " FAIL  |unit| src/a.test.ts > suite > breaks\n FAIL  src/b.test.ts [ src/b.test.ts ]\n",
        Class::Tests,
        &["src/a.test.ts > suite > breaks", "src/b.test.ts"],
    );
}

#[test]
fn node_names_what_failed() {
    names(
        "▶ suite\n  ✔ works (0.4ms)\n  ✖ breaks (1.25ms)\n✖ suite (2.1ms)\n",
        Class::Tests,
        &["breaks", "suite"],
    );
}

#[test]
fn surefire_with_parameters_and_code_that_does_not_compile() {
    names(
        "[ERROR] Tests run: 1, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.05 s <<< FAILURE! -- in com.acme.FooTest\n\
         [ERROR] com.acme.FooTest.bar(int)[1] -- Time elapsed: 0.01 s <<< FAILURE!\n",
        Class::Tests,
        &["com.acme.FooTest.bar(int)[1]"],
    );
    names(
        "[ERROR] /src/Foo.java:[12,5] cannot find symbol\n",
        Class::Types,
        &["/src/Foo.java cannot find symbol"],
    );
}

#[test]
fn dotnet_with_display_names_and_its_compiler() {
    names(
        "[xUnit.net 00:00:00.50]     A.B.C [FAIL]\n  Failed A.B.C [< 1 ms]\n  Failed adds two numbers [1 m 2 s]\n\
         Failed!  - Failed:     2, Passed:     0, Skipped:     0, Total:     2, Duration: 3 ms - A.dll (net8.0)\n",
        Class::Tests,
        &["A.B.C", "adds two numbers"],
    );
    names(
        "  /src/Foo.cs(3,5): error CS1002: ; expected [/src/A.csproj]\n",
        Class::Types,
        &["/src/Foo.cs CS1002"],
    );
}

#[test]
fn tap_counts_no_todo_and_no_skip() {
    names(
        "not ok 1 slow # timeout after 5s\nnot ok 2 later # TO\x44O not yet\nnot ok 3 - plain\n    not ok 1 - inner\n",
        Class::Tests,
        &["inner", "plain", "slow"],
    );
}

#[test]
fn ruff_where_the_syntax_is_wrong() {
    names(
        "invalid-syntax: Expected an expression\n --> a/b.py:1:8\n  |\n\nWould reformat: a/c.py\n",
        Class::Lint,
        &["a/b.py invalid-syntax", "a/c.py"],
    );
}

#[test]
fn clippy_is_told_from_the_compiler() {
    names(
        "warning: unused\n --> src/z.rs:1:1\n\nerror: needless return\n  --> src/a.rs:3:5\n   |\n\
         \u{20}  = help: for further information visit https://rust-lang.github.io/rust-clippy/master/index.html#x\n\
         \u{20}  = note: `-D clippy::needless-return` implied by `-D warnings`\n\n\
         error: could not compile `a` (lib) due to 1 previous error\nwarning: unused\n --> src/y.rs:1:1\n",
        Class::Lint,
        &["src/a.rs needless return"],
    );
    names(
        "error: expected one of `!` or `::`\n --> src/a.rs:1:4\n",
        Class::Types,
        &["src/a.rs expected one of `!` or `::`"],
    );
}

#[test]
fn tsc_without_a_file_and_eslint_that_cannot_read_one() {
    names("error TS18003: No inputs were found in config file\n", Class::Types, &["TS18003"]);
    names(
        "/src/a.js\n  1:2  error  Parsing error: Unexpected token }\n\n✖ 1 problem (1 error, 0 warnings)\n",
        Class::Lint,
        &["/src/a.js parsing error"],
    );
}

#[test]
fn a_failure_has_one_name_in_every_lane() {
    names(
        "/r/.specfuse/.loop/lanes/2/src/a.ts(1,2): error TS2322: Type\n",
        Class::Types,
        &["src/a.ts TS2322"],
    );
}

#[test]
fn colours_do_not_hide_a_name() {
    names("\u{1b}[31mFAILED\u{1b}[0m tests/a.py::b - x\r\n", Class::Tests, &["tests/a.py::b"]);
}

#[test]
fn what_no_parser_knows_has_a_signature_without_numbers() {
    let one = Failure::read("compiling\nfatal: broke at 0x7ffe12 after 12.5s\n", Ended::Exit(3));
    let two = Failure::read("compiling\nfatal: broke at 0x11aa after 9s\n", Ended::Exit(3));
    assert_eq!(one.signature, "fatal: broke at # after #s");
    assert!(one.repeats(&two));
    assert_eq!(Failure::read("", Ended::Exit(3)).signature, "exit code 3");
    assert_eq!(Failure::read("sh: 1: nope: not found", Ended::Exit(127)).class, Class::Missing);
    assert_eq!(Failure::read("x", Ended::TimedOut).class, Class::Timeout);
    assert!(!one.repeats(&Failure::read("fatal: something else", Ended::Exit(3))));
}

#[test]
fn equal_sets_of_failing_tests_are_the_same_failure() {
    let fails = |text: &str| Failure::read(text, Ended::Exit(1));
    let a = fails("FAILED t/a.py::x - 1\nFAILED t/a.py::y - 2\n");
    assert!(a.repeats(&fails("noise\nFAILED t/a.py::y - other\nFAILED t/a.py::x - z\n")));
    assert!(!a.repeats(&fails("FAILED t/a.py::x - 1\n")));
    assert!(!a.repeats(&fails("something else\n")));
    let merged = Failure::merged([("tests", &a), ("lint", &fails("boom\n"))]);
    assert!(merged.failing_tests.contains(&"lint: boom".to_owned()), "{merged:?}");
    assert!(!merged.repeats(&Failure::merged([("tests", &a)])));
}

#[test]
fn excerpts_and_evidence_keep_their_size() {
    let long = format!("error: {}\n", "ü".repeat(2_000));
    let failure = Failure::read(&long, Ended::Exit(1));
    assert!(failure.excerpt.len() <= EXCERPT_BYTES && failure.signature.len() <= 200);
    let lines: String = (0..5_000).map(|n| format!("line {n}\n")).collect();
    let result = CheckResult {
        name: "tests".into(),
        verdict: CheckVerdict::Failed(failure),
        duration_seconds: 1.0,
        output: tail(&format!("{lines}assert 1 == 2\n{lines}")),
        findings: None,
    };
    assert!(result.output.contains("assert 1 == 2") && result.output.contains("line 4999"));
    let text = evidence(&vec![result; 9], |_| Some("make test".into()));
    assert!(text.lines().count() <= EVIDENCE_LINES && text.chars().count() <= EVIDENCE_CHARS);
    assert!(text.starts_with("## tests failed") && text.contains("line 4999"));
    assert_eq!(head_and_tail("short", 10, 10), "short");
}

#[test]
fn the_last_count_of_findings_counts() {
    assert_eq!(findings("FINDINGS: 9\nx\n  FINDINGS: 4 \nend\n"), Some(4));
    assert_eq!(findings("findings: 4\nFINDINGS: many\nSo FINDINGS: 4\n"), None);
}

#[test]
fn an_excerpt_tells_no_secret() {
    let failure = Failure::read("error: token=abcdef123456 in /home/ann/x\n", Ended::Exit(1));
    assert!(!failure.excerpt.contains("abcdef") && !failure.excerpt.contains("ann"), "{failure:?}");
    assert!(!failure.signature.contains("ann"));
}

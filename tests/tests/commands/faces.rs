//! Completions, manual pages, help and exit codes.

use specfuse_tests::world::{Output, World};

#[test]
fn every_shell_gets_completions_that_it_can_read() {
    let world = World::empty();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = world.run(["completions", shell]);
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{shell}");
        for word in ["rearm", "attempts", "--since"] {
            assert!(output.stdout.contains(word.trim_start_matches('-')), "{shell} lacks {word}");
        }
        assert!(!output.stdout.contains("Usage:"), "{shell}");
    }
    let script = "eval \"$(\"$0\" completions bash)\"; COMP_WORDS=(specfuse-loop re); COMP_CWORD=1; \
                  _specfuse__loop specfuse-loop re specfuse-loop; echo \"${COMPREPLY[@]}\"";
    let loop_program = specfuse_tests::program("specfuse-loop");
    let output = Output::of(world.command("bash").args(["-c", script]).arg(loop_program));
    assert_eq!((output.code, output.stdout.trim()), (Some(0), "rearm"), "{}", output.stderr);
    assert_eq!(world.run(["completions", "tcsh"]).code, Some(2));
}

#[test]
fn manual_pages_are_printed_and_written() {
    let world = World::empty();
    let main = world.run(["man"]);
    assert_eq!((main.code, main.stderr.as_str()), (Some(0), ""));
    for words in [".TH", "Exit codes", "attempts", "restart needed"] {
        assert!(main.stdout.contains(words), "{words}");
    }
    let output = world.run(["man", "--dir", "pages/man1"]);
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    for name in ["specfuse-loop", "specfuse-loop-run", "specfuse-loop-attempts-restore", "specfuse-lint"] {
        let page = world.read(format!("pages/man1/{name}.1"));
        assert!(page.contains(".TH") && page.contains(&name.replace('-', "\\-")), "{name}");
    }
    assert!(!world.at("pages/man1/specfuse-loop-scripted-agent.1").exists());
    assert_eq!(world.run(["man", "--dir", "/dev/null/x"]).code, Some(1));
}

#[test]
fn help_has_the_exit_codes() {
    let help = World::empty().run(["--help"]).stdout;
    for line in [
        "Exit codes:\n",
        "\n  0  complete: ",
        "\n  1  stopped: ",
        "\n  2  not armed",
        "\n  3  restart needed: ",
    ] {
        assert!(help.contains(line), "{line}: {help}");
    }
}

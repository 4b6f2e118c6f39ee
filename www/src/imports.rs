//! Short names for what a program takes from its JavaScript. `wasm-bindgen` marks each with a sum, so that two crates
//! never mean different things by one name; in a finished program the sums are only weight, and do not compress.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use walrus::Module;

/// Renames in both places: the imports of `wasm`, and what the module `glue` gives.
pub fn shorten(wasm: &Path, glue: &Path) -> Result<()> {
    let mut program =
        Module::from_file(wasm).with_context(|| format!("could not read {}", wasm.display()))?;
    let mut text = fs::read_to_string(glue).with_context(|| format!("could not read {}", glue.display()))?;
    let own = program.imports.iter_mut().filter(|import| import.name.starts_with("__wb"));
    for (number, import) in own.enumerate() {
        let short = format!("i{number}");
        text = renamed(&text, &import.name, &short)?;
        import.name = short;
    }
    fs::write(glue, text).with_context(|| format!("could not write {}", glue.display()))?;
    program.emit_wasm_file(wasm).with_context(|| format!("could not write {}", wasm.display()))
}

/// `text` with another key for what it gives as `name`.
fn renamed(text: &str, name: &str, short: &str) -> Result<String> {
    let key = format!(" {name}:");
    if text.matches(&key).count() != 1 {
        bail!("the JavaScript does not give {name} once");
    }
    Ok(text.replace(&key, &format!(" {short}:")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_renamed_and_nothing_else() {
        let text = "return {\n        __wbg_now_1a: function() { return wasm.__wbg_now_1a; },\n    };";
        let after = renamed(text, "__wbg_now_1a", "i0").unwrap();
        assert_eq!(after, "return {\n        i0: function() { return wasm.__wbg_now_1a; },\n    };");
        assert!(renamed(text, "__wbg_now_1", "i0").is_err());
    }
}

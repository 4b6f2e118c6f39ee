// The package in Node: ready when it is imported.
import { readFileSync } from "node:fs";
import { initSync, lint, plan } from "./specfuse_lint.js";

initSync({ module: readFileSync(new URL("specfuse_lint_bg.wasm", import.meta.url)) });
export { lint, plan };

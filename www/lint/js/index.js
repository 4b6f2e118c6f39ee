// The package in a browser: ready when it is imported.
import init, { lint, plan } from "./specfuse_lint.js";

await init();
export { lint, plan };

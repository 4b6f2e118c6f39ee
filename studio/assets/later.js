// Fetches the parts of the program that come later. The build fills in the files that each part needs.
import { initSync } from "./specfuse_studio.js";

const files = new Map();

// Each file is read as it comes, whatever else is still awaited: a server that hands out one file at a time would
// wait for ever for a reader who waits for another file.
const fetched = (file) =>
  WebAssembly.instantiateStreaming(fetch(new URL(file, import.meta.url)), { __wasm_split: { ...initSync(), {{mark}} } });

async function patiently(file) {
  for (const pause of [300, 1500]) {
    try {
      return await fetched(file);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return fetched(file);
}

// One that did not come is asked for anew by whoever wants it next.
function once(file) {
  if (!files.has(file)) {
    files.set(file, patiently(file));
    files.get(file).catch(() => files.delete(file));
  }
  return files.get(file);
}

const part = (...needed) => async (done, data) => {
  const came = await Promise.all(needed.map(once)).then(() => true, (why) => (console.warn(why), false));
  initSync().__indirect_function_table.get(done)(data, came);
};

{{parts}}

// What axe-core says of the page as it is now.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails with what axe-core finds wrong in the page as it is now. */
export async function accessible(page, state) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => `${n.target} ${n.any.map((c) => c.message).join("; ")}`).join(" | ")}`);
  });
  assert.deepEqual(found, [], `${state} is not accessible`);
}

// How long the studio takes from a key to the findings it changes, and to open: the example and a
// feature of 200 units. Prints a table; run by hand: `node tests/browser/measure.mjs`, see
// docs/src/measurements.md.
import { inBrowser } from "./harness.mjs";
import { zip } from "./zip.mjs";

const folder = ".specfuse/features/FEAT-2026-0200-large";

/** The nth of 200 names that are all legal: T01 … T99, T01H … T99H, T01H1, T02H1. */
function short(n) {
  const [number, suffix] = n <= 99 ? [n, ""] : n <= 198 ? [n - 99, "H"] : [n - 198, "H1"];
  return `T${String(number).padStart(2, "0")}${suffix}`;
}

const id = (n) => `FEAT-2026-0200/${short(n)}`;

/** A feature of 200 units in four gates, each waiting for up to two before it. */
function large() {
  const files = new Map();
  let graph = "";
  for (let gate = 1; gate <= 4; gate++) {
    graph += `  - gate: ${gate}\n    file: GATE-0${gate}.md\n    work_units:\n`;
    files.set(`${folder}/GATE-0${gate}.md`, `---\ngate: ${gate}\nstatus: open\n---\n\n# Gate ${gate}\n`);
    for (let n = (gate - 1) * 50 + 1; n <= gate * 50; n++) {
      const waits = [n - 5, n - 7].filter((m) => m > (gate - 1) * 50).map(id).join(", ");
      graph += `      - id: ${id(n)}\n        file: WU-${n}.md\n        depends_on: [${waits}]\n`;
      files.set(`${folder}/WU-${n}.md`, unit(n));
    }
  }
  const head = "feature_id: FEAT-2026-0200\ntitle: Large\nbranch: large\nroadmap_goal: Large.\nstatus: active\nplanned_cost_usd: 200";
  files.set(`${folder}/PLAN.md`, `---\n${head}\n---\n\n# Large\n\n\`\`\`yaml\ngates:\n${graph}\`\`\`\n`);
  return files;
}

function unit(n) {
  const prose = "This unit adds a part that the next ones build on, and says how it is checked. ".repeat(8);
  const sections = ["Context", "Acceptance criteria", "Do not touch", "Verification", "Escalation triggers"];
  const body = sections.map((name) => `**${name}.** ${prose}\n`).join("\n");
  return `---\nid: ${id(n)}\ntype: implementation\nstatus: pending\nplanned_cost_usd: 1\nproduces: [src/part_${n}.rs]\n---\n\n# Part ${n}\n\n${body}`;
}

/** Types `keys` times into the text and measures until the page is up to date, and until it is drawn. */
async function keys(page, count) {
  await page.getByRole("tab", { name: "Text" }).click();
  return page.locator("#text").evaluate(async (field, count) => {
    const settled = () => new Promise((resolve) => setTimeout(resolve));
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const [done, drawn] = [[], []];
    const start = field.value;
    for (let n = 0; n < count; n++) {
      await frame();
      const begin = performance.now();
      field.value = start.replace("status: pending", `status: pendin${"x".repeat(n % 3)}`);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await settled();
      done.push(performance.now() - begin);
      await frame();
      await settled();
      drawn.push(performance.now() - begin);
    }
    const rank = (list, share) => [...list].sort((a, b) => a - b)[Math.floor(list.length * share)].toFixed(1);
    return { findings: [rank(done, 0.5), rank(done, 0.95)], drawn: [rank(drawn, 0.5), rank(drawn, 0.95)] };
  }, count);
}

inBrowser("measure the example", "studio/", async (page) => {
  await page.getByRole("button", { name: /Open the example/ }).click();
  await page.getByRole("button", { name: /^T01:/ }).click();
  console.log("example:", JSON.stringify(await keys(page, 100)));
});

inBrowser("measure 200 units", "studio/", async (page) => {
  const waiting = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /Open a zip/ }).click();
  const chooser = await waiting;
  const begin = performance.now();
  await chooser.setFiles({ name: "large.zip", mimeType: "application/zip", buffer: zip(large()) });
  await page.getByRole("button", { name: new RegExp(`^${short(200)}:`) }).waitFor();
  console.log(`200 units: opened after ${(performance.now() - begin).toFixed(0)} ms, harness included`);
  await page.getByRole("button", { name: new RegExp(`^${short(100)}:`) }).click();
  console.log("200 units:", JSON.stringify(await keys(page, 100)));
});

// How long the studio takes from a key to the findings it changes, and to open: the example and a
// feature of 200 units. Prints a table; run by hand: `node tests/browser/measure.mjs`, see
// docs/src/measurements.md.
import { inBrowser } from "./harness.mjs";
import { large as plan } from "./large.mjs";
import { openZip } from "./studio.mjs";
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

/** Types `count` times into the text and measures until findings are up to date, and until they are drawn. */
async function keys(page, count) {
  await page.getByRole("tab", { name: "Text" }).click();
  await page.locator("#editor .cm-content").waitFor();
  return page.evaluate(async (count) => {
    const { viewOf } = await import(new URL("editor.js", location.href));
    const view = viewOf(document.querySelector("#editor .cm-editor"));
    const settled = () => new Promise((resolve) => setTimeout(resolve));
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const [done, drawn] = [[], []];
    const at = view.state.doc.toString().indexOf("status: pending") + "status: pending".length;
    for (let n = 0; n < count; n++) {
      await frame();
      const begin = performance.now();
      // A key, and every second time the one that takes it back.
      const changes = n % 2 === 0 ? { from: at, insert: "x" } : { from: at, to: at + 1 };
      view.dispatch({ changes, userEvent: "input.type" });
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

/** How long frames are, at the median and at 95 %, while `step` is done once in each of `count`. */
async function frames(page, count, step) {
  await page.evaluate(() => {
    window.times = [];
    let last;
    const note = (now) => {
      if (last !== undefined) window.times.push(now - last);
      last = now;
      window.noting = requestAnimationFrame(note);
    };
    window.noting = requestAnimationFrame(note);
  });
  for (let n = 0; n < count; n++) await step(n);
  return page.evaluate(() => {
    cancelAnimationFrame(window.noting);
    const sorted = window.times.sort((a, b) => a - b);
    return [0.5, 0.95].map((share) => sorted[Math.floor(sorted.length * share)].toFixed(1));
  });
}

for (const count of [200, 1000]) {
  inBrowser(`measure looking at ${count} units`, "studio/", async (page) => {
    page.setDefaultTimeout(50_000);
    await openZip(page, "large.zip", plan(count));
    await page.locator(".node").nth(count - 1).waitFor({ state: "attached" });
    const canvas = await page.locator("#canvas").boundingBox();
    const [x, y] = [canvas.x + canvas.width / 2, canvas.y + canvas.height / 2];
    await page.keyboard.press("0");
    const box = page.locator(".face").first();
    await box.scrollIntoViewIfNeeded();
    const from = await box.boundingBox();
    await page.mouse.move(from.x + 50, from.y + 20);
    await page.mouse.down();
    const drag = await frames(page, 60, (n) => page.mouse.move(from.x + 50 + 4 * n, from.y + 20 + 2 * n));
    await page.mouse.move(from.x + 50, from.y + 20);
    await page.mouse.up();
    await page.mouse.move(x, y);
    const wheel = await frames(page, 60, (n) => page.mouse.wheel(0, n < 30 ? 80 : -80));
    await page.keyboard.down("Control");
    const zoom = await frames(page, 40, (n) => page.mouse.wheel(0, n < 20 ? 30 : -30));
    await page.keyboard.up("Control");
    const select = await frames(page, 30, () => page.keyboard.press("e"));
    console.log(`${count} units, ms a frame [median, 95 %]:`, JSON.stringify({ drag, wheel, zoom, select }));
  });
}

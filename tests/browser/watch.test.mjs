// Watching a run by its log: finished, filtered, of real features, and while it grows.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { inBrowser } from "./harness.mjs";
import { example, exported, feature, openZip, unit } from "./studio.mjs";

const corpus = resolve(import.meta.dirname, "../../../shared/corpus");
const watch = (page) => page.getByRole("tab", { name: "Watch" }).click();
const timeline = (page) => page.locator("#timeline");

const line = (about, type, payload, minute) =>
  JSON.stringify({
    timestamp: `2026-03-04T05:${String(minute).padStart(2, "0")}:00.000000Z`,
    correlation_id: `FEAT-2026-0001/${about}`, event_type: type, source: "driver", source_version: "0", payload,
  }) + "\n";
const begun = line("T01", "task_started", { type: "implementation" }, 1);
const failed = line("T01", "attempt_outcome", { attempt: 1, outcome: "failed", cost_usd: 0.5, duration_seconds: 65, failure_signature: "<b>no</b>" }, 2);
const passed = line("T01", "attempt_outcome", { attempt: 2, outcome: "passed", cost_usd: 1.25, duration_seconds: 30 }, 3);
const done = line("T01", "task_completed", { attempts: 2 }, 4);
const next = line("T02", "task_started", { type: "implementation" }, 5);

inBrowser("a log is shown as states, costs and a timeline, and filtered by unit", "studio/", async (page) => {
  await example(page);
  await watch(page);
  await page.getByText("This feature has not been run").waitFor();
  const files = await exported(page);
  files.set(`${feature}/events.jsonl`, Buffer.from(begun + failed + passed + done + next + "no json\n"));
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await openZip(page, "greeting.zip", files);
  await watch(page);
  await page.getByText("$1.75 of $19.50 planned").waitFor();
  assert.match(await unit(page, "T01").getAttribute("aria-label"), /done,.* 2 attempts, \$1\.75/);
  assert.match(await unit(page, "T02").getAttribute("aria-label"), /in progress/);
  await page.getByText("1 line of the log could not be read").waitFor();
  const newest = await timeline(page).locator("li").first().innerText();
  assert.match(newest, /T02/);
  await timeline(page).getByText("attempt 1 failed ($0.50): <b>no</b>").waitFor();
  await page.locator("#watch-only").selectOption("T02");
  assert.equal(await timeline(page).locator("li").count(), 1);
  assert.ok(await page.getByRole("img", { name: /\$1\.75 spent after 2 attempts/ }).isVisible());
});

inBrowser("real features are watched after their end", "studio/", async (page) => {
  const names = ["FEAT-2026-0053-auto-mode", "FEAT-2026-0003-github-feature-pick", "FEAT-2026-0032-windows-native"];
  const there = names.filter((name) => existsSync(join(corpus, "features", name)));
  for (const [at, name] of there.entries()) {
    const folder = join(corpus, "features", name);
    const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    const files = new Map(inside.map(({ name: file }) => [`${name}/${file}`, readFileSync(join(folder, file))]));
    if (at > 0) await page.getByRole("button", { name: "Open", exact: true }).click();
    await openZip(page, `${name}.zip`, files);
    await watch(page);
    const lines = files.get(`${name}/events.jsonl`).toString().trim().split("\n").length;
    await timeline(page).locator("li").nth(lines - 1).waitFor({ state: "attached" });
    assert.equal(await timeline(page).locator("li").count(), lines);
    assert.match(await page.locator("#watch-summary").innerText(), /\d+ done/);
  }
});

inBrowser("a log that grows in the opened folder is followed", "studio/", async (page) => {
  await example(page);
  const files = [...(await exported(page))].map(([name, bytes]) => [name, bytes.toString()]);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  // The browser's own private folder stands in for one on disk: the same handles.
  await page.evaluate(async (files) => {
    const root = await navigator.storage.getDirectory();
    const top = await root.getDirectoryHandle("repo", { create: true });
    window.put = async (name, text) => {
      const parts = name.split("/");
      const file = parts.pop();
      let folder = top;
      for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true });
      const handle = await folder.getFileHandle(file, { create: true });
      const stream = await handle.createWritable();
      await stream.write(text);
      await stream.close();
    };
    for (const [name, text] of files) await window.put(name, text);
    window.showDirectoryPicker = async () => top;
  }, files);
  await page.getByRole("button", { name: /Open a folder/ }).click();
  await unit(page, "T01").waitFor();
  await watch(page);
  await page.getByText("This feature has not been run").waitFor();
  const grow = (text) => page.evaluate(([name, text]) => window.put(name, text), [`${feature}/events.jsonl`, text]);
  await grow(begun);
  await page.locator(".live").waitFor();
  await page.waitForFunction(() => /in progress/.test(document.querySelector(".node.running .face")?.ariaLabel ?? ""));
  await grow(begun + failed + passed + done);
  await page.getByText("$1.75 of $19.50 planned").waitFor();
  assert.match(await unit(page, "T01").getAttribute("aria-label"), /done,.* 2 attempts/);
  assert.ok(await page.getByRole("button", { name: "Undo" }).isDisabled(), "what the driver writes is no step of the person's");
});

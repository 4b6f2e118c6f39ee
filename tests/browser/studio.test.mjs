// The studio as a person uses it: open, connect, break, mend, undo, export; and what the command line
// says of the export.
import assert from "node:assert/strict";
import { join } from "node:path";
import { inBrowser } from "./harness.mjs";
import { edit, example, exported, feature, inFolder, lint, notice, openZip, problems, run, text, unit } from "./studio.mjs";

inBrowser("connect, break a key, mend it, undo all, export", "studio/", async (page) => {
  await example(page);
  assert.equal(await page.locator(".node").count(), 8);
  assert.doesNotMatch(await problems(page).innerText(), /error/);
  const start = await exported(page);

  await unit(page, "T02").click();
  await page.getByRole("button", { name: "Connect" }).click();
  await unit(page, "T03").click();
  await page.getByText("T03 waits for T02.").waitFor();
  const connected = await exported(page);
  assert.match(connected.get(`${feature}/PLAN.md`).toString(), /depends_on: \[FEAT-2026-0001\/T01, FEAT-2026-0001\/T02\]\n {6}- id: FEAT-2026-0001\/G1/);
  await lint(connected);

  await unit(page, "T01").click();
  await edit(page, (text) => text.replace("status: pending", "status: pendin"));
  await page.locator(".problem").getByText("pendin is no known status").waitFor();
  assert.match(await problems(page).innerText(), /1 error/);
  assert.match(await unit(page, "T01").getAttribute("aria-label"), /unknown.*1 error/);
  await page.getByRole("button", { name: /^Fix: .*pending/ }).click();
  await page.locator(".problem").getByText("pendin is no known status").waitFor({ state: "detached" });
  assert.match(await text(page), /\nstatus: pending\n/);

  const undo = page.getByRole("button", { name: "Undo" });
  for (let step = 0; step < 10 && (await undo.isEnabled()); step++) await undo.click();
  assert.ok(await undo.isDisabled());
  assert.deepEqual(await exported(page), start, "undoing everything gives back every byte");
  await lint(start);
  await run(connected);
});

inBrowser("a circle is refused with its path", "studio/", async (page) => {
  await example(page);
  await unit(page, "T02").click();
  await page.keyboard.press("c");
  await unit(page, "T01").click();
  await notice(page).filter({ hasText: "circle" }).waitFor();
  const words = await notice(page).innerText();
  assert.match(words, /FEAT-2026-0001\/T02/);
  assert.match(words, /FEAT-2026-0001\/T01/);
  assert.ok(await page.getByRole("button", { name: "Undo" }).isDisabled());
});

inBrowser("the keyboard alone adds a unit and connects it", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").focus();
  await page.keyboard.press("ArrowRight");
  assert.match(await page.evaluate(() => document.activeElement.ariaLabel), /^T0[23]:/);
  await page.keyboard.press("n");
  await page.keyboard.type("Greet a crowd");
  await page.keyboard.press("Enter");
  await unit(page, "T06").waitFor();
  await page.waitForFunction(() => document.activeElement?.ariaLabel?.startsWith("T06:"));
  await page.keyboard.press("c");
  await unit(page, "G1-CLOSE-INTERMEDIATE").focus();
  await page.keyboard.press("Enter");
  await page.getByText("G1-CLOSE-INTERMEDIATE waits for T06.").waitFor();
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await unit(page, "T06").waitFor({ state: "detached" });
  await page.keyboard.press("Control+Shift+Z");
  await unit(page, "T06").waitFor();
});

inBrowser("dragging from a box's grip connects", "studio/", async (page) => {
  await example(page);
  await unit(page, "T02").click();
  const grip = await page.locator(".node.selected .handle").boundingBox();
  const goal = await unit(page, "T03").boundingBox();
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(goal.x + 40, goal.y + 20, { steps: 4 });
  await page.mouse.up();
  await page.getByText("T03 waits for T02.").waitFor();
});

inBrowser("a form sets one line and takes it away again", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  await unit(page, "T01").click();
  await page.getByLabel("effort").selectOption("high");
  await page.getByText("Set effort of WU-01-greet.md.").waitFor();
  const set = (await exported(page)).get(`${feature}/WU-01-greet.md`).toString();
  assert.equal(set.replace("effort: high\n", ""), start.get(`${feature}/WU-01-greet.md`).toString());
  await page.getByLabel("planned_cost_usd").fill("much");
  await page.getByLabel("planned_cost_usd").press("Tab");
  await page.locator(".field.wrong", { hasText: "planned_cost_usd" }).getByText("number").waitFor();
  await page.getByLabel("effort").selectOption("");
  await page.getByLabel("planned_cost_usd").fill("1.20");
  await page.getByLabel("planned_cost_usd").press("Tab");
  await page.getByText("Set planned_cost_usd of WU-01-greet.md.").waitFor();
  assert.deepEqual(await exported(page), start);
});

inBrowser("every file can be chosen while nothing is selected", "studio/", async (page) => {
  await example(page);
  const file = page.getByLabel("File", { exact: true });
  const shown = (words) => page.waitForFunction((words) => document.getElementById("file").selectedOptions[0]?.text === words, words);
  await unit(page, "T01").click();
  await shown("WU-01-greet.md");
  await page.keyboard.press("Escape");
  await shown("Choose a file …");
  const first = await file.locator("option:enabled").first().getAttribute("value");
  await file.focus();
  await page.keyboard.press("ArrowDown");
  await page.getByRole("heading", { name: first.split("/").at(-1) }).waitFor();
  await shown(first);
});

inBrowser("what the studio does not understand travels through", "studio/", async (page) => {
  const plan = "\ufeff---\r\nfeature_id: FEAT-2026-0007\r\ntitle:   'Odd'  # kept\r\n---\r\n\r\nNo graph.\r\n";
  const files = new Map([
    ["top/.specfuse/features/FEAT-2026-0007-odd/PLAN.md", plan],
    ["top/.specfuse/features/FEAT-2026-0007-odd/picture.png", Buffer.from([0x89, 0x50, 0xff, 0x00, 0xfe])],
    ["top/src/main.c", "int main(void) { return 0; }"],
    ["elsewhere/ü.txt", "x"],
  ].map(([name, content]) => [name, Buffer.from(content)]));
  await openZip(page, "odd.zip", files);
  await page.getByText("Opened Odd").waitFor();
  assert.deepEqual(await exported(page), files);
  await page.getByLabel("File").selectOption({ label: "PLAN.md" });
  await edit(page, (text) => text.replace("No graph.", "No graph yet.\nNone."));
  const after = await exported(page);
  assert.equal(after.get([...files.keys()][0]).toString(), plan.replace("No graph.", "No graph yet.\r\nNone."));
});

inBrowser("a folder opens through a directory input", "studio/", async (page) => {
  await page.evaluate(() => { delete Window.prototype.showDirectoryPicker; delete window.showDirectoryPicker; });
  const files = new Map([["repo/.specfuse/features/F/PLAN.md", "---\ntitle: From a folder\n---\n"], ["repo/big.bin", "x"]]);
  await inFolder(files, async (folder) => {
    const waiting = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: /Open a folder/ }).click();
    await (await waiting).setFiles(join(folder, "repo"));
    await page.getByText("Opened From a folder").waitFor();
  });
});

inBrowser("what is no plan is refused in words", "studio/", async (page) => {
  await openZip(page, "none.zip", new Map([["a.txt", "a"]]));
  await notice(page).filter({ hasText: "no plan was found" }).waitFor();
  const waiting = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /Open a zip/ }).click();
  await (await waiting).setFiles({ name: "broken.zip", mimeType: "application/zip", buffer: Buffer.from("hello") });
  await notice(page).filter({ hasText: "no zip" }).waitFor();
});

inBrowser("the key sheet lists every key and closes", "studio/", async (page) => {
  await example(page);
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await sheet.getByText("Ctrl+Shift+Z").waitFor();
  await page.keyboard.press("n");
  assert.equal(await page.getByRole("dialog").count(), 1, "an open dialog has its own keys");
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await sheet.getByRole("button", { name: "Close" }).click();
  await sheet.waitFor({ state: "detached" });
});

inBrowser("a key right behind the end of a dialog is not lost", "studio/", async (page) => {
  await example(page);
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  await sheet.waitFor();
  // What a browser does on Escape, and a person's next key before the page has heard of it.
  await page.evaluate(async () => {
    document.querySelector("dialog").close();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true, cancelable: true }));
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  assert.ok(await sheet.isVisible());
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
});

// Keys and the focus: what a key means is what has the focus, nothing that is typed is lost, and no action leaves the
// focus nowhere.
import assert from "node:assert/strict";
import { inBrowser } from "./harness.mjs";
import { example, exported, feature, notice, openZip, unit } from "./studio.mjs";

const hasFocus = (page, id) => page.waitForFunction((id) => document.activeElement.id === id, id);
const said = (page, words) => notice(page).filter({ hasText: words }).waitFor();

inBrowser("the focus goes on to a unit when what had it is gone", "studio/", async (page) => {
  await example(page);
  await hasFocus(page, "unit-0");
  await page.keyboard.press("o");
  await hasFocus(page, "row-0");
  await page.keyboard.press("o");
  await hasFocus(page, "unit-0");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await hasFocus(page, "unit-0");
  await page.keyboard.press("Shift+G");
  await page.getByRole("button", { name: "Block T01 …" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("spinning_signature_repeat");
  await page.getByRole("dialog").getByRole("button", { name: "Block", exact: true }).click();
  await page.getByRole("button", { name: "Re-arm T01 …" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.press("n");
  await page.getByLabel("Title", { exact: true }).last().fill("Another");
  await page.keyboard.press("Enter");
  const added = await unit(page, "T06").getAttribute("id");
  await hasFocus(page, added);
  await page.keyboard.press("Control+z");
  await unit(page, "T06").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement !== document.body);
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowRight");
  await hasFocus(page, "unit-0");
});

inBrowser("a key means the unit that has the focus", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await unit(page, "T03").focus();
  await page.keyboard.press("Delete");
  await said(page, "Delete T03.");
  await page.keyboard.press("Control+z");
  await unit(page, "T03").waitFor();
  await unit(page, "T01").click();
  await unit(page, "T02").click({ modifiers: ["Control"] });
  await unit(page, "T02").click({ modifiers: ["Control"] });
  await page.keyboard.press("Delete");
  await said(page, "Delete T01.");
  await page.keyboard.press("Control+z");
  await unit(page, "T01").click();
  await page.keyboard.press("o");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await hasFocus(page, "row-2");
  await page.keyboard.press("Delete");
  await said(page, "Delete T03.");
  await page.keyboard.press("Control+z");
  await page.locator("#row-1").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.closest("#pane"));
  await page.keyboard.press("Escape");
  await hasFocus(page, "row-1");
});

inBrowser("Escape ends a drag, and nothing comes of it", "studio/", async (page) => {
  await example(page);
  const before = await exported(page);
  const [grip, to] = [await page.locator("#grip-1").boundingBox(), await unit(page, "T05").boundingBox()];
  const drags = [[grip.x + 5, grip.y + 5, "T05"], [to.x + 60, to.y + 20, "T02"]];
  for (const [x, y, goal] of drags) {
    const box = await unit(page, goal).boundingBox();
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(box.x + 40, box.y + 20, { steps: 4 });
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await said(page, "Stopped.");
  }
  assert.deepEqual(await exported(page), before);
});

inBrowser("a drag ends with Escape, beside the window, and when its plan changes", "studio/", async (page) => {
  await example(page);
  const before = await exported(page);
  const begin = async (name) => {
    const box = await unit(page, name).boundingBox();
    await page.mouse.move(box.x + 60, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 80, box.y + 30, { steps: 3 });
  };
  await begin("T04");
  const other = await unit(page, "T01").boundingBox();
  await page.mouse.move(-50, other.y + 20, { steps: 4 });
  await page.mouse.up();
  assert.deepEqual(await exported(page), before, "beside the window");

  await unit(page, "T04").click();
  await begin("T04");
  await page.mouse.move(other.x + 40, other.y + 20, { steps: 4 });
  await page.keyboard.press("Delete");
  await said(page, "Delete T04.");
  await page.mouse.up();
  await page.keyboard.press("Control+z");
  await unit(page, "T04").waitFor();
  assert.deepEqual(await exported(page), before, "nothing else was moved");

  const canvas = await page.locator("#canvas").boundingBox();
  await page.keyboard.press("Escape");
  await page.keyboard.down("Shift");
  await page.mouse.move(canvas.x + 4, canvas.y + 4);
  await page.mouse.down();
  await page.mouse.move(canvas.x + canvas.width - 20, canvas.y + canvas.height - 20, { steps: 4 });
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await said(page, "Stopped.");
  assert.equal(await page.locator(".node.selected").count(), 0);
});

inBrowser("a file from the palette has the focus, and Escape goes back to the graph or outline", "studio/", async (page) => {
  await example(page);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("PLAN.md");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.closest("#pane"));
  await page.keyboard.press("Escape");
  await hasFocus(page, "canvas");
  await page.keyboard.press("o");
  await hasFocus(page, "outline");
  await page.keyboard.press("o");
  await hasFocus(page, "canvas");
});

inBrowser("a cell says what is wrong with it, and what cannot be left out", "studio/", async (page) => {
  await example(page);
  await page.getByLabel("File", { exact: true }).selectOption(".specfuse/verification.yml");
  const timeout = page.getByRole("textbox", { name: /^timeout_seconds, row 1/ }).first();
  await timeout.fill("abc");
  await timeout.blur();
  assert.match(await page.locator("td[data-wrong]").first().getAttribute("data-wrong"), /^abc is no number of seconds/);
  await page.keyboard.press("Control+z");
  await page.locator("td[data-wrong]").waitFor({ state: "detached" });
  const command = page.getByRole("textbox", { name: /^command, row 1/ }).first();
  await command.fill("");
  await command.blur();
  await said(page, "`command` cannot be empty");
});

inBrowser("what is typed into a form is in the file at each key, kept, and one step", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  const title = page.getByLabel("Title", { exact: true });
  await title.fill("Greet all");
  await page.getByLabel("effort").selectOption("high");
  await page.getByLabel("planned_cost_usd").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("7.5");
  await unit(page, "T01").filter({ hasText: "$7.50" }).waitFor();
  await page.waitForTimeout(600);
  await page.reload();
  await page.getByRole("button", { name: /Greet people by name/ }).first().click();
  await unit(page, "T01").filter({ hasText: "$7.50" }).waitFor();
  await unit(page, "T01").click();
  assert.equal(await title.inputValue(), "Greet all");
  await title.focus();
  await page.keyboard.press("End");
  await page.keyboard.type(" people", { delay: 20 });
  await unit(page, "T01").filter({ hasText: "Greet all people" }).waitFor();
  await page.keyboard.press("Control+z");
  await page.waitForFunction(() => document.getElementById("key-title-heading").value === "Greet all");
  const filter = page.getByLabel("Filter problems");
  await filter.fill("x");
  await filter.press("Control+z");
  assert.match((await exported(page)).get(`${feature}/WU-01-greet.md`).toString(), /planned_cost_usd: 7\.5\n/);
  await title.fill("");
  await title.blur();
  await page.waitForFunction(() => document.getElementById("key-title-heading").value === "Greet all");
});

inBrowser("no caret jumps while a field is typed into, whatever the file makes of it", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  const title = page.getByLabel("Title", { exact: true });
  await title.focus();
  await page.keyboard.press("Home");
  await page.keyboard.type(" AB  C D ");
  assert.equal(await title.inputValue(), " AB  C D Greet a person by name");
  await title.blur();
  assert.equal(await title.inputValue(), "AB C D Greet a person by name");
  await page.getByLabel("File", { exact: true }).selectOption(".specfuse/verification.yml");
  const needs = page.getByRole("textbox", { name: /^needs, row 1/ }).first();
  await needs.focus();
  await page.keyboard.type("alpha, beta");
  await page.keyboard.press("Home");
  await page.keyboard.type("x,yz, ");
  assert.equal(await needs.inputValue(), "x,yz, alpha, beta");
  await needs.blur();
  assert.equal(await needs.inputValue(), "x, yz, alpha, beta");
});

inBrowser("a section that would open another keeps what was typed, and says so", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  const context = page.getByRole("textbox", { name: "Context" });
  await context.fill("One.\n\n**Verification.** is below.");
  await page.getByText(/Not in the file yet/).waitFor();
  assert.equal(await context.getAttribute("aria-invalid"), "true");
  await unit(page, "T02").click();
  await unit(page, "T01").click();
  assert.equal(await context.inputValue(), "One.\n\n**Verification.** is below.");
  await exported(page);
  await said(page, "Not in it: what Context of WU-01-greet.md cannot hold.");
  await page.waitForTimeout(400);
  await page.reload();
  await page.getByRole("button", { name: /Go on with/ }).first().click();
  await unit(page, "T01").click();
  await page.getByText(/Not in the file yet/).waitFor();
  assert.equal(await context.inputValue(), "One.\n\n**Verification.** is below.");
  await unit(page, "T01").focus();
  await page.keyboard.press("Control+z");
  await said(page, "Undone: what Context of WU-01-greet.md cannot hold.");
  await page.getByText(/Not in the file yet/).waitFor({ state: "detached" });
  const own = await context.inputValue();
  await context.press("Control+a");
  await page.keyboard.insertText("One.\n\n**Verification.** is below.");
  await page.getByText(/Not in the file yet/).waitFor();
  for (let at = 0; at < 3; at += 1) await page.keyboard.press("Control+z");
  await page.getByText(/Not in the file yet/).waitFor({ state: "detached" });
  assert.equal(await context.inputValue(), own, "the browser's own undo adds nothing");
  await context.fill("One. Verification is below.");
  await page.getByText(/Not in the file yet/).waitFor({ state: "detached" });
  assert.match((await exported(page)).get(`${feature}/WU-01-greet.md`).toString(), /One\. Verification is below\./);
});

inBrowser("a title that cannot be one is kept in its field with the reason", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  const title = page.getByLabel("Title", { exact: true });
  await title.fill("Greet #");
  await page.getByText(/Not in the file yet: a title is some words/).waitFor();
  await title.blur();
  assert.equal(await title.inputValue(), "Greet #");
  assert.equal(await title.getAttribute("aria-invalid"), "true");
  await unit(page, "T02").click();
  await unit(page, "T01").click();
  assert.equal(await title.inputValue(), "Greet #");
  assert.match((await exported(page)).get(`${feature}/WU-01-greet.md`).toString(), /^# Greet a person by name$/m);
  await title.fill("Greet all");
  await page.getByText(/Not in the file yet/).waitFor({ state: "detached" });
  await title.blur();
  await said(page, "Set the title of WU-01-greet.md.");
});

inBrowser("a list typed into a line's section goes below its name, and a fence is code", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  const context = page.getByRole("textbox", { name: "Context" });
  await context.fill("");
  await context.pressSequentially("- one\n- two");
  const text = async () => (await exported(page)).get(`${feature}/WU-01-greet.md`).toString();
  assert.match(await text(), /^\*\*Context\.\*\*\n\n- one\n- two\n\n/m);
  await context.fill("```\ncode\n```");
  assert.match(await text(), /^\*\*Context\.\*\*\n\n```\ncode\n```\n\n/m);
  assert.equal(await page.getByText(/Not in the file yet/).count(), 0);
});

inBrowser("copies say what stays out, and the ends of the outline can be reached", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+d");
  await said(page, /^Duplicate 8 units, without 3 closing units: a gate has its own\.$/);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("o");
  await page.keyboard.press("End");
  await hasFocus(page, "row-7");
  await page.keyboard.press("Home");
  await hasFocus(page, "row-0");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await hasFocus(page, "outline");
});

inBrowser("an entry that an undo takes away leaves the focus at the one before it", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  const entries = page.locator("#key-produces, [id^=key-produces-]");
  const count = await entries.count();
  await entries.last().focus();
  await page.keyboard.type("a.txt");
  await page.keyboard.press("Enter");
  await hasFocus(page, `key-produces-${count}`);
  await page.getByRole("button", { name: "Undo" }).evaluate((button) => button.click());
  await hasFocus(page, count > 1 ? `key-produces-${count - 1}` : "key-produces");
});

inBrowser("a refused name keeps its dialog and what was typed there", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await page.keyboard.press("F2");
  const dialog = page.getByRole("dialog", { name: "Rename" });
  await dialog.getByLabel("Title").fill("Another");
  await dialog.getByLabel("Id").fill("T03");
  await page.keyboard.press("Enter");
  await dialog.getByRole("alert").filter({ hasText: "T03" }).waitFor();
  assert.equal(await dialog.getByLabel("Title").inputValue(), "Another");
  await dialog.getByLabel("Id").fill("T09");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await hasFocus(page, await unit(page, "T09").getAttribute("id"));
});

inBrowser("a play and an undo are of the feature they belong to", "studio/", async (page) => {
  await example(page);
  const one = await exported(page);
  const both = new Map(one);
  for (const [name, bytes] of one) {
    const other = (words) => words.replaceAll("FEAT-2026-0001", "FEAT-2026-0002").replaceAll("greeting", "second");
    if (name.startsWith(feature)) both.set(other(name), Buffer.from(other(bytes.toString()).replace("title: Greet people", "title: Second people")));
  }
  for (const id of ["FEAT-2026-0001-greeting", "FEAT-2026-0002-second"]) {
    const event = (at) => ({ timestamp: `2026-07-30T10:0${at}:00+00:00`, event_type: "unit_started", source: "driver", correlation_id: `${id.slice(0, 14)}/T0${at}`, payload: {} });
    both.set(`.specfuse/features/${id}/events.jsonl`, Buffer.from(`${JSON.stringify(event(1))}\n${JSON.stringify(event(2))}\n`));
  }
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await openZip(page, "both.zip", both);
  const choose = (name) => page.getByRole("dialog", { name: "Features" }).getByRole("button", { name }).click();
  await choose(/FEAT-2026-0001/);
  await page.getByRole("tab", { name: "Watch" }).click();
  await page.locator("#watch-only").selectOption("T01");
  await page.getByRole("button", { name: /2 features/ }).click();
  await choose(/FEAT-2026-0002/);
  await page.locator("#feature-title").filter({ hasText: "Second" }).waitFor();
  assert.equal(await page.locator("#watch-only").inputValue(), "");
  assert.equal(await page.locator("#timeline li").count(), 2);
  await page.getByRole("button", { name: /2 features/ }).click();
  await choose(/FEAT-2026-0001/);
  await page.getByRole("tab", { name: "Play" }).click();
  await page.getByRole("button", { name: "To the end" }).click();
  await page.locator("#rests").waitFor();
  await page.keyboard.press("Shift+G");
  await said(page, "Add a gate.");
  await page.getByRole("button", { name: /2 features/ }).click();
  await choose(/FEAT-2026-0002/);
  await page.locator("#feature-title").filter({ hasText: "Second" }).waitFor();
  await page.locator("#rests").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.locator("#feature-title").filter({ hasText: "Greet" }).waitFor();
  assert.deepEqual(await exported(page), both);
});

// Text and forms: the editor with core's help, one selection for graph and text, sections, tables, problems.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { inBrowser } from "./harness.mjs";
import { caret, edit, example, exported, feature, inFolder, loop, notice, openZip, problems, text, unit } from "./studio.mjs";

const unitFile = `${feature}/WU-01-greet.md`;
const editor = (page) => page.locator("#editor .cm-content");
const showText = async (page, name) => {
  await unit(page, name).click();
  await page.getByRole("tab", { name: "Text" }).click();
  await editor(page).waitFor();
};

inBrowser("what is typed is coloured, found wrong, mended by a quick fix and undone by the studio", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  await showText(page, "T01");
  assert.equal(await page.locator(".tok-key", { hasText: /^status$/ }).count(), 1);
  await caret(page, "status: pending");
  await page.keyboard.press("Backspace");
  await page.locator(".cm-lintRange-error", { hasText: "pendin" }).waitFor();
  await page.locator(".cm-lint-marker-error").waitFor();
  await page.keyboard.press("Control+.");
  const fix = page.locator(".cm-fixes").getByRole("button", { name: /^Fix: / });
  await fix.waitFor();
  assert.match(await page.locator(".cm-fixes a").first().getAttribute("href"), /reference\/rules\/unit-status\.html$/);
  await page.keyboard.press("Enter");
  await page.locator(".cm-lintRange-error").waitFor({ state: "detached" });
  assert.match(await text(page), /\nstatus: pending\n/);
  await page.keyboard.press("Control+z");
  await page.locator(".cm-lintRange-error").waitFor();
  await page.keyboard.press("Control+z");
  await page.locator(".cm-lintRange-error").waitFor({ state: "detached" });
  assert.deepEqual(await exported(page), start);
});

inBrowser("a bulb stands before a line that can be mended, and opens its fixes", "studio/", async (page) => {
  await example(page);
  await showText(page, "T01");
  const bulb = page.locator(".cm-bulb");
  assert.equal(await bulb.count(), 0);
  await caret(page, "status: pending");
  await page.keyboard.press("Backspace");
  await bulb.waitFor();
  await bulb.click();
  await page.locator(".cm-fixes").getByRole("button", { name: /^Fix: / }).click();
  await bulb.waitFor({ state: "detached" });
  assert.match(await text(page), /\nstatus: pending\n/);
});

/** Composes as an input method does: what is not decided yet grows key by key, then it is put in. */
async function compose(page, steps, word) {
  const session = await page.context().newCDPSession(page);
  for (const text of steps) {
    await session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
    await page.waitForTimeout(40);
  }
  await session.send("Input.insertText", { text: word });
}

inBrowser("an input method composes undisturbed, no key is lost, and findings come after", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  await showText(page, "T01");
  await caret(page, "# Greet a person by name");
  await compose(page, ["に", "にh", "にほ", "にほn", "にほんご"], "日本語");
  await page.keyboard.type(" ok");
  assert.match(await text(page), /# Greet a person by name日本語 ok\n/);
  await unit(page, "T01").filter({ hasText: "日本語 ok" }).waitFor();
  await caret(page, "status: pending");
  await compose(page, ["ん", "んn"], "ん");
  await page.locator(".cm-lintRange-error", { hasText: "pendingん" }).waitFor();
  await page.getByRole("tab", { name: "Form" }).click();
  const field = page.getByLabel("Do not touch", { exact: true });
  const before = await field.inputValue();
  await field.press("Control+End");
  await compose(page, ["g", "ぐ", "ぐう"], "グー");
  await page.keyboard.type("!");
  assert.equal(await field.inputValue(), `${before}グー!`);
  const after = (await exported(page)).get(unitFile).toString();
  const was = start.get(unitFile).toString();
  assert.equal(after, was.replace("by name\n", "by name日本語 ok\n").replace("status: pending", "status: pendingん").replace(before, `${before}グー!`));
  const undo = page.getByRole("button", { name: "Undo" });
  for (let step = 0; step < 10 && (await undo.isEnabled()); step++) await undo.click();
  assert.deepEqual(await exported(page), start);
});

inBrowser("no key is lost, and keys that follow each other are one step", "studio/", async (page) => {
  await example(page);
  await showText(page, "T01");
  await caret(page, "# Greet a person by name");
  const words = " and a crowd, quickly: the lazy dog jumps over seven boxes";
  await page.keyboard.type(words, { delay: 0 });
  assert.match(await text(page), new RegExp(`# Greet a person by name${words}\n`));
  assert.ok((await exported(page)).get(unitFile).toString().includes(words));
  await unit(page, "T01").filter({ hasText: "quickly" }).waitFor();
  await editor(page).press("Control+z");
  assert.doesNotMatch(await text(page), /quickly/);
});

inBrowser("an editor that goes while completion is about to ask leaves nothing behind", "studio/", async (page) => {
  await example(page);
  await showText(page, "T01");
  await caret(page, "status: pending");
  await page.evaluate(() => document.querySelector("#editor .cm-content").focus());
  await page.keyboard.press("x");
  await page.evaluate(() => [...document.querySelectorAll("[role=tab]")].find((tab) => tab.textContent === "Form").click());
  await page.getByLabel("Do not touch", { exact: true }).waitFor();
  await page.waitForTimeout(400);
});

inBrowser("completion and hover are core's", "studio/", async (page) => {
  await example(page);
  await showText(page, "T01");
  await caret(page, "status: ");
  await page.keyboard.press("Control+Space");
  const list = page.locator(".cm-tooltip-autocomplete");
  await list.getByText("blocked_human").waitFor();
  await page.keyboard.type("dra");
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
  assert.match(await text(page), /status: draft\n/);
  await page.locator(".tok-key", { hasText: /^status$/ }).hover();
  await page.locator(".cm-hover").getByText("Value:").waitFor();
});

inBrowser("graph and text of the plan have one selection", "studio/", async (page) => {
  await example(page);
  await unit(page, "T02").click();
  await page.getByRole("tab", { name: "In the plan" }).click();
  await page.locator("#editor .cm-activeLine", { hasText: "FEAT-2026-0001/T02" }).waitFor();
  await unit(page, "T03").click();
  await page.locator("#editor .cm-activeLine", { hasText: "FEAT-2026-0001/T03" }).waitFor();
  await caret(page, "id: FEAT-2026-0001/T01\n");
  await page.locator(".node.selected", { hasText: "T01" }).waitFor();
  assert.match(await page.locator("#inspector-title").innerText(), /^T01/);
});

inBrowser("F8 goes from problem to problem, over files", "studio/", async (page) => {
  await example(page);
  await showText(page, "T01");
  await edit(page, (all) => all.replace("status: pending", "status: pendin"));
  await showText(page, "T02");
  await edit(page, (all) => all.replace("status: pending", "status: pendung"));
  await caret(page, "---");
  await page.keyboard.press("F8");
  await notice(page).filter({ hasText: /^Problem \d+ of \d+:/ }).waitFor();
  const first = await notice(page).innerText();
  for (let n = 0; n < 40 && !/pendin`/.test(await notice(page).innerText()); n++) await page.keyboard.press("F8");
  assert.match(await notice(page).innerText(), /pendin`/);
  await page.locator("#inspector-title", { hasText: "T01" }).waitFor();
  await page.keyboard.press("Shift+F8");
  assert.notEqual(await notice(page).innerText(), "", first);
});

inBrowser("without the editor's module the plain field stays, and nothing else is lost", "studio/", async (page) => {
  await page.route("**/editor.js", (route) => route.abort());
  await example(page);
  await unit(page, "T01").click();
  await page.getByRole("tab", { name: "Text" }).click();
  await page.getByText("the editor could not be fetched").waitFor();
  const field = page.locator("textarea#text");
  await field.fill((await field.inputValue()).replace("status: pending", "status: pendin"));
  await page.locator(".problem").getByText("pendin is no known status").waitFor();
}, [/Failed to load resource|ERR_FAILED/]);

inBrowser("line ends and a byte order mark survive typing", "studio/", async (page) => {
  const plan = "\ufeff---\r\nfeature_id: FEAT-2026-0007\r\ntitle: Odd\r\n---\r\n\r\nOne.\r\nTwo.\r\n";
  const name = "top/.specfuse/features/FEAT-2026-0007-odd/PLAN.md";
  await openZip(page, "odd.zip", new Map([[name, Buffer.from(plan)]]));
  await page.getByText("Opened Odd").waitFor();
  await page.getByRole("tab", { name: "Text" }).click();
  await caret(page, "One.");
  await page.keyboard.press("Enter");
  await page.keyboard.type("ünd 😀");
  assert.equal((await exported(page)).get(name).toString(), plan.replace("One.", "One.\r\nünd 😀"));
});

inBrowser("sections are edited on their own, and what is wrong stands at the field", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  await unit(page, "T01").click();
  const field = page.getByLabel("Do not touch", { exact: true });
  const before = await field.inputValue();
  await field.press("Control+End");
  await field.pressSequentially(" Nor the \nsecond line ");
  const after = (await exported(page)).get(unitFile).toString();
  const was = start.get(unitFile).toString();
  assert.equal(after, was.replace(before, `${before} Nor the \nsecond line`));
  assert.equal(await field.inputValue(), `${before} Nor the \nsecond line `);
  await page.getByLabel("Title", { exact: true }).fill("Greet anybody");
  await page.getByLabel("Title", { exact: true }).press("Tab");
  await unit(page, "T01").filter({ hasText: "Greet anybody" }).waitFor();
  const list = page.getByLabel("Entry 3", { exact: true });
  await list.fill("docs/greet.md");
  await list.press("Enter");
  assert.match((await exported(page)).get(unitFile).toString(), / {2}- tests\/greet\.test\.sh\n {2}- docs\/greet\.md\n/);
  const undo = page.getByRole("button", { name: "Undo" });
  for (let step = 0; step < 10 && (await undo.isEnabled()); step++) await undo.click();
  assert.deepEqual(await exported(page), start);
});

inBrowser("the checks of verification.yml are a table", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  const name = ".specfuse/verification.yml";
  await page.getByLabel("File", { exact: true }).selectOption(name);
  await page.getByRole("tab", { name: "Form" }).click();
  await page.getByLabel("timeout_seconds, row 1").first().fill("90");
  await page.getByLabel("timeout_seconds, row 1").first().press("Tab");
  await page.getByText("Set timeout_seconds in verification.yml.").waitFor();
  const was = start.get(name).toString().split("\n");
  const now = (await exported(page)).get(name).toString().split("\n");
  assert.deepEqual(now.filter((line) => !was.includes(line)).map((line) => line.trim()), ["timeout_seconds: 90"]);
  const add = page.locator("form.adder").first();
  await add.getByLabel("Name of a new row").fill("links");
  await add.getByLabel("Command of a new row").fill("lychee .");
  await add.getByRole("button", { name: "Add" }).click();
  await page.getByRole("button", { name: "Remove links" }).click();
  await page.getByRole("button", { name: "Remove links" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Remove links" }).waitFor();
});

inBrowser("problems are filtered, grouped by rule, and walked through by keys", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await edit(page, (all) => all.replace("status: pending", "status: pendin"));
  await page.locator(".problem").getByText("pendin is no known status").waitFor();
  const rows = page.locator(".problem");
  const all = await rows.count();
  await page.getByLabel("Filter problems").fill("pendin is");
  await page.waitForFunction(() => document.querySelectorAll(".problem").length === 1);
  assert.deepEqual(await rows.locator(".message > code").allInnerTexts(), ["pendin", "status", "pending"]);
  assert.match(await problems(page).innerText(), /1 error/);
  assert.match(await rows.locator("a.rule").getAttribute("href"), /unit-status\.html$/);
  await page.getByLabel("Filter problems").fill("");
  await page.getByRole("button", { name: /^1 error$/ }).click();
  await page.waitForFunction((all) => document.querySelectorAll(".problem").length === all - 1, all);
  await page.getByRole("button", { name: /^1 error$/ }).click();
  await page.getByLabel("Group problems").selectOption("rule");
  await page.locator(".group h3 a.rule", { hasText: "unit/status" }).waitFor();
  await page.getByRole("button", { name: "This unit" }).click();
  await rows.first().locator("button.go").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.closest("#editor"));
});

inBrowser("a long word in a problem stays in the panel", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  const long = "pending".repeat(60);
  await edit(page, (all) => all.replace("status: pending", `status: ${long}`));
  await page.locator(".problem").getByText(long).waitFor();
  const message = page.locator(".message", { hasText: long });
  assert.equal(...(await message.evaluate((words) => [words.scrollWidth, words.clientWidth])));
});

inBrowser("a plan that is opened shows all its problems, whatever was sought before", "studio/", async (page) => {
  await example(page);
  await page.getByLabel("Filter problems").fill("zzz");
  await page.keyboard.press("Control+o");
  await openZip(page, "other.zip", new Map([["F/PLAN.md", "---\ntitle: Another\n---\n"]]));
  await page.locator(".problem").first().waitFor();
  assert.equal(await page.getByLabel("Filter problems").inputValue(), "");
});

inBrowser("the problems are the command line's, in its words, and lead to text and box", "studio/", async (page) => {
  await example(page);
  await showText(page, "T02");
  await edit(page, (all) => all.replace("status: pending", "status: pendung").replace("**Do not touch.**", "**Leave.**"));
  await page.getByLabel("File", { exact: true }).selectOption({ label: "PLAN.md" });
  await edit(page, (all) => all.replace("depends_on: [FEAT-2026-0001/T04]", "depends_on: [FEAT-2026-0001/T94]").replace("status: active", "status: actve"));
  await page.locator(".problem").getByText("actve").waitFor();
  const groups = await page.locator(".group").evaluateAll((all) => all.map((group) => [
    group.querySelector("h3").firstChild.textContent,
    [...group.querySelectorAll(".problem")].map((row) => ({
      severity: row.dataset.severity,
      line: Number(row.querySelector(".line-number").textContent),
      message: [...row.querySelector(".message").childNodes].map((node) => (node.localName === "code" ? `\`${node.textContent}\`` : node.nodeType === Node.TEXT_NODE ? node.data : "")).join(""),
      rule: row.querySelector("a.rule").textContent,
    })),
  ]));
  const shown = groups.flatMap(([file, rows]) => rows.map((row) => `${file}:${row.line} ${row.severity} ${row.rule} ${row.message}`));
  const told = await inFolder(await exported(page), (folder) => {
    const { stdout } = spawnSync(loop, ["lint", "--format", "json", feature], { encoding: "utf8", cwd: folder });
    return JSON.parse(stdout).folders[0].findings;
  });
  const word = (severity) => (severity === "info" ? "remark" : severity);
  const lines = told.map((f) => `${f.path.split(`${feature}/`).pop()}:${f.start.line} ${word(f.severity)} ${f.rule} ${f.message}`);
  assert.ok(lines.length >= 4, lines.join("\n"));
  assert.deepEqual(shown.sort(), lines.sort());

  await page.locator(".problem", { hasText: "pendung" }).locator("button.go").click();
  await page.locator("#inspector-title", { hasText: "T02" }).waitFor();
  assert.equal(await page.locator(".node.selected .short").innerText(), "T02");
  await page.waitForFunction(() => document.activeElement?.closest("#editor"));
  assert.match(await page.evaluate(() => getSelection().toString()), /pendung/);
  assert.match(await unit(page, "T02").getAttribute("aria-label"), /\d errors?/);
});

inBrowser("what holds for every set of checks is a form, and what a narrow command selects is in the table", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  const name = ".specfuse/verification.yml";
  const told = async () => (await exported(page)).get(name).toString();
  await page.getByLabel("File", { exact: true }).selectOption(name);
  await page.getByRole("tab", { name: "Form" }).click();
  const set = async (label, text) => {
    await page.getByLabel(label).first().fill(text);
    await page.getByLabel(label).first().press("Tab");
  };
  await page.locator("summary", { hasText: "What holds for every set" }).click();
  await set("max_attempts", "2");
  assert.match(await told(), /^defaults:\n {2}max_attempts: 2$/m);
  assert.equal(await page.getByLabel("narrow_selection.test_roots, row 1").count(), 0);
  await set("narrow_command, row 1", "sh {tests}");
  await page.locator(".problem", { hasText: "narrow_selection" }).first().waitFor();
  await set("narrow_selection.test_roots, row 1", "tests, more");
  assert.match(await told(), /^ {4}narrow_selection:\n {6}test_roots: \[tests, more\]$/m);
  const undo = page.getByRole("button", { name: "Undo" });
  for (let step = 0; step < 3; step++) await undo.click();
  assert.ok(await undo.isDisabled(), "three steps");
  assert.deepEqual(await exported(page), start);
});

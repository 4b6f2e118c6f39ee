// The studio for everyone: by keyboard, by screen reader, in both themes, on a phone, without a network.
import assert from "node:assert/strict";
import { accessible } from "./accessible.mjs";
import { onDisk } from "./disk.mjs";
import { inBrowser } from "./harness.mjs";
import { example, notice, openZip, unit } from "./studio.mjs";

for (const scheme of ["light", "dark"]) {
  inBrowser(`axe finds nothing in any main state, ${scheme}`, "studio/", async (page) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.getByRole("button", { name: /Open the example/ }).waitFor();
    await accessible(page, "the first look");
    await example(page);
    await unit(page, "T01").click();
    await accessible(page, "a form");
    await page.getByRole("tab", { name: "Text" }).click();
    await accessible(page, "a text");
    await page.keyboard.press("Escape");
    await unit(page, "T01").focus();
    await page.keyboard.press("c");
    await accessible(page, "a dependency being drawn");
    await page.keyboard.press("Escape");
    await page.keyboard.press("o");
    await page.getByRole("region", { name: "Outline" }).waitFor();
    await accessible(page, "the outline");
    for (const keys of ["?", "Control+k", "n"]) {
      await page.keyboard.press(keys);
      await page.getByRole("dialog").waitFor();
      await accessible(page, `the dialog of ${keys}`);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
  });
}

inBrowser("axe finds nothing where a plan is saved, its checks are edited, and it can only be read", "studio/", async (page) => {
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await example(page);
  await unit(page, "T01").click();
  await page.keyboard.press("Control+s");
  await page.getByRole("dialog", { name: "Save" }).waitFor();
  await accessible(page, "the choice of where to save");
  await page.keyboard.press("Escape");
  await onDisk(page, new Map([[".specfuse/roadmap.md", "# Another\n"]]));
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: /^Into a folder/ }).click();
  await page.getByRole("dialog", { name: "Save to repo" }).waitFor();
  await accessible(page, "the look at a folder");
  await page.keyboard.press("Escape");
  await page.getByLabel("File", { exact: true }).selectOption(".specfuse/verification.yml");
  await page.locator("summary", { hasText: "What holds for every set" }).click();
  await page.getByLabel("narrow_command, row 1").first().fill("sh {tests}");
  await page.getByLabel("narrow_command, row 1").first().press("Tab");
  await page.getByLabel("narrow_selection.format, row 1").first().waitFor();
  await accessible(page, "the checks");
  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  await page.keyboard.press("Escape");
  await page.evaluate((hash) => { location.hash = hash; }, link.slice(link.indexOf("#")));
  await page.getByText("Only to read: it came by a link.").waitFor();
  await unit(page, "T01").click();
  await accessible(page, "a form that can only be read");
});

inBrowser("the palette finds actions, units and files", "studio/", async (page) => {
  await example(page);
  const field = page.getByRole("combobox", { name: /Find/ });
  await page.keyboard.press("Control+k");
  await field.fill("t03");
  assert.match(await page.locator("#palette-list [aria-selected=true]").innerText(), /^T03/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.ariaLabel?.startsWith("T03:"));
  await page.keyboard.press("Control+k");
  await field.fill("fit");
  await page.getByRole("option", { name: /Fit the graph/ }).waitFor();
  await field.fill("zzzz");
  await page.getByText("Nothing is called that.").waitFor();
  await field.fill("verification");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.locator("#inspector-title", { hasText: "verification.yml" }).waitFor();
});

inBrowser("the outline says what the graph shows, and connects", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").focus();
  await page.keyboard.press("o");
  const outline = page.getByRole("region", { name: "Outline" });
  assert.equal(await outline.getByRole("button", { name: /waits? for/ }).count(), 8);
  const first = outline.getByRole("button", { name: /^T02 / });
  assert.match(await first.innerText(), /pending, implementation[^]*waits for T01/);
  await first.click();
  await page.keyboard.press("c");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await notice(page).filter({ hasText: "T03 waits for T02." }).waitFor();
  assert.match(await outline.getByRole("button", { name: /^T03 / }).innerText(), /waits for T01 and T02/);
});

inBrowser("colours can be chosen, and stay chosen", "studio/", async (page) => {
  await page.emulateMedia({ colorScheme: "light" });
  await example(page);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  const choose = async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /Find/ }).fill("colours");
    await page.keyboard.press("Enter");
  };
  await choose();
  await notice(page).filter({ hasText: "light" }).waitFor();
  await choose();
  await notice(page).filter({ hasText: "dark" }).waitFor();
  assert.notEqual(await ground(), light);
  await page.reload();
  await page.getByRole("button", { name: /Open the example/ }).waitFor();
  assert.notEqual(await ground(), light);
  await page.getByRole("button", { name: "Colours: dark" }).click();
  await page.getByRole("button", { name: "Colours: system" }).waitFor();
  assert.equal(await ground(), light);
});

inBrowser("what happens is said in a live region, once", "studio/", async (page) => {
  await example(page);
  const region = page.locator("[aria-live]");
  assert.equal(await region.count(), 1);
  assert.deepEqual([await region.getAttribute("role"), await region.getAttribute("aria-live")], ["status", "polite"]);
  for (const [keys, words] of [["Shift+G", "Add a gate."], ["Delete", "Delete T02."]]) {
    await unit(page, "T02").click();
    await page.keyboard.press(keys);
    await region.filter({ hasText: words }).waitFor();
  }
  await page.keyboard.press("Control+z");
  await region.filter({ hasText: "Undone: delete T02." }).waitFor();
});

inBrowser("more contrast and less motion are taken from the system", "studio/", async (page) => {
  await page.emulateMedia({ colorScheme: "light" });
  await example(page);
  const line = () => page.evaluate(() => getComputedStyle(document.querySelector(".inspector")).getPropertyValue("--line-strong"));
  const usual = await line();
  await page.emulateMedia({ contrast: "more", reducedMotion: "reduce" });
  assert.notEqual(await line(), usual);
  await unit(page, "T01").click();
  await accessible(page, "more contrast");
  const moving = await page.evaluate(() => document.getAnimations().filter((each) => each.playState === "running").length);
  assert.equal(moving, 0);
});

inBrowser("after the first visit it works without a network", "studio/", async (page) => {
  await page.evaluate(() => navigator.serviceWorker.ready);
  const manifest = await page.evaluate(async () => (await fetch(document.querySelector("link[rel=manifest]").href)).json());
  assert.equal(new URL(manifest.start_url, page.url()).href, page.url());
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.context().setOffline(true);
  await page.reload();
  await example(page);
  await page.context().setOffline(false);
});

inBrowser("a phone reads and mends", "studio/", async (page) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.getByRole("button", { name: /Open the example/ }).click();
  await page.getByRole("region", { name: "Outline" }).getByRole("button", { name: /^T02 / }).click();
  await page.getByLabel("effort").selectOption("high");
  await notice(page).filter({ hasText: "effort" }).waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 360, `the page is ${wide} px wide`);
  await accessible(page, "a phone");
});

inBrowser("a hostile plan runs nothing", "studio/", async (page) => {
  const hostile = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;
  const folder = ".specfuse/features/FEAT-2026-0001-x";
  const files = new Map([
    [`${folder}/PLAN.md`, `---\nfeature_id: FEAT-2026-0001\ntitle: ${hostile}\nbranch: "${hostile}"\n---\n\n# ${hostile}\n\n\`\`\`yaml\ngates:\n  - gate: 1\n    file: GATE-01.md\n    work_units:\n      - id: FEAT-2026-0001/T01\n        file: WU-01.md\n        depends_on: ["${hostile.replaceAll('"', "'")}"]\n\`\`\`\n`],
    [`${folder}/WU-01.md`, `---\nid: FEAT-2026-0001/T01\nstatus: ${hostile}\nprovenance: javascript:alert(1)\n---\n\n# ${hostile}\n`],
  ].map(([name, text]) => [name, Buffer.from(text)]));
  await openZip(page, "hostile.zip", files);
  await unit(page, "T01").click();
  await page.keyboard.press("o");
  await page.getByRole("tab", { name: "Text" }).click();
  await page.waitForTimeout(300);
  assert.equal(await page.title(), "Specfuse Studio");
  assert.equal(await page.locator("#studio img, #studio script, a[href^='javascript']").count(), 0);
});

inBrowser("at twice the size nothing is lost", "studio/", async (page) => {
  // 200 % zoom of a 1280 px window is a 640 px window.
  await page.setViewportSize({ width: 640, height: 400 });
  await page.getByRole("button", { name: /Open the example/ }).click();
  await page.getByRole("region", { name: "Outline" }).getByRole("button", { name: /^T01 / }).click();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 640, `the page is ${wide} px wide`);
});

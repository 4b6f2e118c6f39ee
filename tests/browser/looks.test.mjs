// What holds of every state, whatever the theme and the window: it is readable by all, nothing of it lies
// outside the window, and what is to be hit can be hit.
import assert from "node:assert/strict";
import { accessible } from "./accessible.mjs";
import { inBrowser } from "./harness.mjs";
import * as states from "./states.mjs";
import { example, unit } from "./studio.mjs";

const parts = ["asking", "saving", "deciding", "looking"];

for (const scheme of ["light", "dark"]) {
  for (const part of parts) {
    inBrowser(`axe finds nothing where one is ${part}, ${scheme}`, "studio/", async (page) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await states[part](page, accessible);
    });
  }
}

/** What is wrong with the page in its window: what is cut off, and what is too small for a finger. */
function unreachable(page) {
  return page.evaluate(() => {
    const wrong = [];
    if (document.documentElement.scrollWidth > innerWidth) wrong.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    const dialog = document.querySelector("dialog[open]");
    const box = dialog?.getBoundingClientRect();
    if (box && (box.top < 0 || box.bottom > innerHeight || box.left < 0 || box.right > innerWidth)) wrong.push("the dialog is cut off");
    if (dialog && dialog.scrollWidth > dialog.clientWidth) wrong.push("the dialog scrolls sideways");
    if (dialog && !dialog.querySelector("button:enabled")) wrong.push("the dialog cannot be left by a finger");
    const least = (control) => (control.closest(".actions, .tools, .dialog, [role=tablist], .find, .lower-tools, .offers, .cm-search") ? 40 : 24);
    // The label of a box to tick is hit with it, as is the row that holds a switch; a text and the graph have sizes of their own.
    const controls = (dialog ?? document).querySelectorAll("button, select, summary, input:not([type=checkbox], [type=radio], [type=range]), textarea");
    for (const control of controls) {
      if (control.closest(".cm-scroller, .stage, .diffs") || !control.checkVisibility({ visibilityProperty: true })) continue;
      const { width, height } = control.getBoundingClientRect();
      const name = control.ariaLabel || control.textContent || control.id;
      if (Math.min(width, height) < least(control) - 0.5) wrong.push(`${name} is ${Math.round(width)} × ${Math.round(height)} px`);
    }
    return wrong;
  });
}

const reachable = async (page, state) => assert.deepEqual(await unreachable(page), [], state);

for (const part of parts) {
  inBrowser(`a phone shows everything where one is ${part}`, "studio/", async (page) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.emulateMedia({ reducedMotion: "reduce" });
    await states[part](page, reachable);
  });
  inBrowser(`at twice the size nothing is cut off where one is ${part}`, "studio/", async (page) => {
    await page.setViewportSize({ width: 640, height: 400 });
    await page.emulateMedia({ reducedMotion: "reduce" });
    await states[part](page, async (page, state) => {
      const wrong = (await unreachable(page)).filter((words) => !/ px$/.test(words));
      assert.deepEqual(wrong, [], state);
    });
  });
}

inBrowser("the bar of an open plan is one row in a usual window", "studio/", async (page) => {
  await example(page);
  for (const width of [1280, 1024, 900]) {
    await page.setViewportSize({ width, height: 800 });
    for (const row of [".bar", ".lower-head"]) {
      const { height } = await page.locator(row).boundingBox();
      assert.ok(height <= 49, `${row} is ${height} px high at ${width} px`);
    }
  }
});

inBrowser("with the system's own colours what is chosen still shows", "studio/", async (page) => {
  await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await example(page);
  const underline = (name) => page.getByRole("tab", { name, exact: true }).evaluate((tab) => getComputedStyle(tab).borderBottomColor);
  assert.notEqual(await underline("Form"), await underline("Text"));
  await page.keyboard.press("w");
  const outline = (name) => page.getByRole("button", { name, exact: true }).evaluate((button) => getComputedStyle(button).outlineStyle);
  assert.deepEqual([await outline("Waves"), await outline("Critical path")], ["solid", "none"]);
  const dot = (status) => page.locator(`.node[data-status=${status}] .status`).first()
    .evaluate((words) => getComputedStyle(words, "::before").borderColor);
  assert.notEqual(await dot("pending"), await dot("draft"));
  assert.ok(await unit(page, "T01").isVisible());
});

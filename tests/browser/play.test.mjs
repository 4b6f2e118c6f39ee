// Playing a plan through: order, retries, what it costs, what stops it, and going back.
import assert from "node:assert/strict";
import { inBrowser } from "./harness.mjs";
import { example, exported, unit } from "./studio.mjs";

const log = (page) => page.locator("#play-log");
const rests = (page) => page.locator("#rests");
const play = (page) => page.getByRole("tab", { name: "Play" }).click();
const toEnd = (page) => page.getByRole("button", { name: "To the end" }).click();
const label = (page, name) => unit(page, name).getAttribute("aria-label");

inBrowser("a plan is played to its gate, answered, played to its end, and rewound", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  await play(page);
  await toEnd(page);
  await rests(page).getByText("gate reached").waitFor();
  assert.match(await log(page).innerText(), /Gate 1 closes itself/);
  assert.match(await label(page, "T01"), /done,.* 1 attempt, \$/);
  await page.getByRole("button", { name: "Do it and go on" }).click();
  await toEnd(page);
  await rests(page).getByText("feature complete").waitFor();
  assert.match(await label(page, "T04"), /done/);
  await page.getByRole("button", { name: "Rewind" }).click();
  assert.match(await label(page, "T01"), /ready/);
  await page.getByRole("button", { name: "Step" }).click();
  await page.locator("#moment").getByText(/^1 \//).waitFor();
  await page.getByRole("tab", { name: "Problems" }).click();
  assert.match(await label(page, "T01"), /^T01: pending, Greet a person by name, implementation, \$/);
  assert.deepEqual(await exported(page), start, "playing changes nothing");
});

inBrowser("a unit that fails twice is tried again; one that is blocked stops the run", "studio/", async (page) => {
  await example(page);
  await play(page);
  await page.getByLabel("Outcome of T01").selectOption("fails twice, then passes");
  await toEnd(page);
  await rests(page).waitFor();
  assert.match(await label(page, "T01"), /done,.* 3 attempts/);
  assert.match(await log(page).innerText(), /Gate 1 is closed by a session: .*per_wu/);
  await page.getByLabel("Outcome of T01").selectOption("says it is blocked");
  assert.match(await label(page, "T01"), /ready/, "another outcome begins anew");
  await toEnd(page);
  await rests(page).waitFor();
  assert.match(await label(page, "T01"), /blocked/);
  assert.match(await log(page).innerText(), /agent_reported_blocked/);
});

inBrowser("where nobody can do anything it says so, a verdict is a closing unit's, and an outcome goes with a rename", "studio/", async (page) => {
  await example(page);
  await play(page);
  const offered = (name) => page.getByLabel(`Outcome of ${name}`).locator("option").allInnerTexts();
  assert.ok(!(await offered("T01")).includes("verdict: not met"));
  assert.ok((await offered("G2-CLOSE")).includes("verdict: not met"));
  await page.getByLabel("Outcome of T01").selectOption("keeps failing");
  await unit(page, "T01").focus();
  await page.keyboard.press("F2");
  await page.getByRole("dialog").getByLabel("Id").fill("T77");
  await page.keyboard.press("Enter");
  await unit(page, "T77").waitFor();
  assert.equal(await page.getByLabel("Outcome of T77").locator("option:checked").innerText(), "keeps failing");
  const answer = page.getByRole("button", { name: "Do it and go on" });
  for (let at = 0; at < 9; at += 1) {
    await toEnd(page);
    await rests(page).waitFor();
    if (await answer.count() === 0) break;
    await answer.click();
  }
  await rests(page).getByText("Nothing that a person could do in this play sets it going again.").waitFor();
});

inBrowser("a seed is a run, and costs reach the budget", "studio/", async (page) => {
  await example(page);
  await play(page);
  await page.getByLabel("Draw outcomes").check();
  const fails = page.getByLabel("Fails");
  for (const [typed, taken] of [["-1", "0"], ["-1", "0"], ["250", "100"], ["25", "25"]]) {
    await fails.fill(typed);
    await fails.press("Tab");
    assert.equal(await fails.inputValue(), taken);
  }
  const drawn = async (seed) => {
    await page.getByLabel("Seed", { exact: true }).fill(seed);
    await page.getByLabel("Seed", { exact: true }).press("Tab");
    await toEnd(page);
    await rests(page).waitFor();
    return log(page).innerText();
  };
  const seven = await drawn("7");
  const others = [await drawn("8"), await drawn("9"), await drawn("10")];
  assert.ok(others.some((other) => other !== seven));
  assert.equal(await drawn("7"), seven);
  await page.getByLabel("Draw outcomes").uncheck();
  await page.getByLabel("Costs", { exact: true }).selectOption("5 × plan");
  await toEnd(page);
  await rests(page).getByText(/gate budget exceeded/).waitFor();
});

inBrowser("the run goes on by itself and pauses; with less motion it shows its end", "studio/", async (page) => {
  await example(page);
  await page.keyboard.press("p");
  await page.locator(".node.running").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  const at = await page.locator("#moment").innerText();
  await page.waitForTimeout(800);
  assert.equal(await page.locator("#moment").innerText(), at);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await rests(page).waitFor();
});

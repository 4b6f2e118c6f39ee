// Documents: what is kept in the browser, and what goes into a folder and comes out of it.
import assert from "node:assert/strict";
import { inBrowser, place } from "./harness.mjs";
import { edit, example, exported, notice, openZip, unit } from "./studio.mjs";

const title = "Greet people by name";
const goOn = (page, title) => page.getByRole("button", { name: new RegExp(`^Go on with ${title}, edited`) });

/** Another tab of the same browser. */
async function anotherTab(page) {
  const other = await page.context().newPage();
  other.setDefaultTimeout(10_000);
  await other.goto(`${place.url}studio/`);
  return other;
}

inBrowser("a tab that is killed in the middle of an edit loses nothing", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  await unit(page, "T01").click();
  await edit(page, (text) => `${text}\nOne more line.`);
  await page.locator("#text").press("End");
  await page.keyboard.type(" And words", { delay: 20 });
  await page.waitForTimeout(300);
  const kept = await page.locator("#text").inputValue();
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  session.send("Page.crash").catch(() => {});
  await crashed;

  const other = await anotherTab(page);
  await goOn(other, title).click();
  await unit(other, "T01").click();
  await other.getByRole("tab", { name: "Text" }).click();
  assert.equal(await other.locator("#text").inputValue(), kept);
  const undo = other.getByRole("button", { name: "Undo" });
  for (let step = 0; step < 10 && (await undo.isEnabled()); step++) await undo.click();
  assert.deepEqual(await exported(other), start, "the way back was kept, too");
});

inBrowser("a page that is closed at once keeps the last key", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await edit(page, (text) => `${text}\nThe last key.`);
  const other = await anotherTab(page);
  await page.close();
  await other.reload();
  await goOn(other, title).click();
  await unit(other, "T01").click();
  assert.match(await other.locator("#text").inputValue(), /The last key\.$/);
});

inBrowser("what is opened over a changed document leaves it in the list", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await edit(page, (text) => `${text}\nMine.`);
  const plan = "---\ntitle: Another\n---\n";
  await page.keyboard.press("Control+o");
  await openZip(page, "other.zip", new Map([["F/PLAN.md", plan]]));
  await page.getByText("Opened Another").waitFor();
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await goOn(page, title).click();
  await unit(page, "T01").click();
  assert.match(await page.locator("#text").inputValue(), /Mine\.$/);
  await page.keyboard.press("Control+o");
  await page.getByRole("button", { name: `Forget ${title}` }).click();
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.keyboard.press("Control+o");
  await page.getByRole("button", { name: `Forget ${title}` }).click();
  await page.getByRole("button", { name: "Forget it" }).click();
  await page.keyboard.press("Control+o");
  await page.getByRole("heading", { name: "Open" }).waitFor();
  assert.equal(await goOn(page, title).count(), 0);
});

inBrowser("where nothing can be kept the person is told once, and asked before anything is lost", "studio/", async (page) => {
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException("the quota is used up", "QuotaExceededError"); };
  });
  await example(page);
  await unit(page, "T01").click();
  await edit(page, (text) => `${text}\nMine.`);
  await notice(page).filter({ hasText: "the quota is used up" }).waitFor();
  assert.match(await notice(page).innerText(), /export them before you close/);
  await page.getByRole("button", { name: "Close message" }).click();
  await edit(page, (text) => `${text}\nStill works.`);
  await page.waitForTimeout(400);
  assert.equal(await notice(page).innerText(), "");
  await page.keyboard.press("Control+o");
  await page.getByRole("button", { name: /Open the example/ }).click();
  await page.getByRole("button", { name: "Stay here" }).click();
  assert.match(await page.locator("#text").inputValue(), /Still works\.$/);
});

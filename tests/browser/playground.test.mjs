// A rule's page judges its own example while it is edited, with the same rules as the command line.
import assert from "node:assert/strict";
import { inBrowser } from "./harness.mjs";

const rules = "book/reference/rules/";
const status = (page) => page.locator(".play-status");
const field = (page) => page.locator(".play-editor textarea");
const findings = (page) => page.locator(".play-findings li");

inBrowser("the bad example is judged, and the good one is a click away", `${rules}graph-cycle.html`, async (page) => {
  await findings(page).first().waitFor();
  assert.match(await findings(page).first().innerText(), /error .*graph\/cycle/s);
  assert.ok((await page.locator(".play-editor mark.error").count()) > 0, "the place is marked");
  await findings(page).first().getByRole("button", { name: /^PLAN\.md:\d+:\d+$/ }).click();
  const selected = await field(page).evaluate((f) => f.value.slice(f.selectionStart, f.selectionEnd));
  assert.match(selected, /T0[12]/);
  await page.getByRole("button", { name: "Good" }).click();
  await page.getByText("Nothing is wrong with this plan.").waitFor();
  assert.equal(await page.locator(".play-editor mark").count(), 0);
  await page.getByRole("button", { name: "Bad" }).click();
  await findings(page).first().waitFor();
});

inBrowser("what is typed is judged at once", `${rules}plan-status.html`, async (page) => {
  await findings(page).first().waitFor();
  await field(page).fill((await field(page).inputValue()).replace("status: actve", "status: active"));
  await page.getByText("Nothing is wrong with this plan.").waitFor();
  await field(page).fill((await field(page).inputValue()).replace("status: active", "status: later"));
  assert.match(await findings(page).first().innerText(), /plan\/status/);
});

inBrowser("a fix is applied with a click", `${rules}file-unknown-key.html`, async (page) => {
  await page.getByRole("button", { name: /^Fix:/ }).first().click();
  await page.getByText("Nothing is wrong with this plan.").waitFor();
  assert.match(await field(page).inputValue(), /^cost_budget_usd:/m);
});

inBrowser("nothing moves when the linter is there", `${rules}graph-cycle.html`, async (page) => {
  await findings(page).first().waitFor();
  const shift = await page.evaluate(() => new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value)))
      .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 100);
  }));
  assert.ok(shift < 0.01, `layout shift ${shift}`);
});

inBrowser("a file that only one example has can be told", `${rules}file-missing.html`, async (page) => {
  await findings(page).first().waitFor();
  assert.ok(await page.locator(".play-files button:disabled").count(), "the missing file has a tab");
  await page.getByRole("button", { name: "Good" }).click();
  await page.getByText("Nothing is wrong with this plan.").waitFor();
  assert.equal(await page.locator(".play-files button:disabled").count(), 0);
});

inBrowser("an example cannot run a script", `${rules}graph-cycle.html`, async (page) => {
  await findings(page).first().waitFor();
  await field(page).fill("---\ntitle: <img src=x onerror=\"document.title='taken'\">\nstatus: <script>document.title='taken'</script>\n---\n");
  await findings(page).first().waitFor();
  assert.match(await page.title(), /graph\/cycle/);
  assert.equal(await page.locator(".play-findings img, .play-findings script, .play-editor img").count(), 0);
});

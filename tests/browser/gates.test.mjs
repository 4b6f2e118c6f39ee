// What a person decides at a gate: looked at, previewed as a diff, done as one step, and what the command
// line says of it.
import assert from "node:assert/strict";
import { inBrowser } from "./harness.mjs";
import { edit, example, exported, feature, lint, notice, openZip, unit } from "./studio.mjs";

const dialog = (page) => page.getByRole("dialog");
const file = (files, name) => files.get(`${feature}/${name}`).toString();

inBrowser("a draft is reviewed, and its arming refused in core's words while the gate before it is open", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  await page.getByRole("button", { name: "Review 3 drafts" }).click();
  const review = dialog(page);
  await review.getByRole("heading", { name: "Review and arm gate 2" }).waitFor();
  await review.getByRole("heading", { name: "Open questions" }).waitFor();
  await review.getByText("copies `bin/greetings.txt` beside the script").waitFor();
  assert.equal(await review.locator(".drafts li").count(), 3);
  assert.match(await review.getByRole("alert").innerText(), /^Gate 2 cannot be armed: .* of gate 1 is not finished/);
  assert.ok(await review.getByRole("button", { name: "Arm", exact: true }).isDisabled());
  await review.getByRole("button", { name: /^T05/ }).click();
  await page.locator("#inspector-title").filter({ hasText: "T05" }).waitFor();
  assert.deepEqual(await exported(page), start);
});

inBrowser("a gate is armed with its open question in view, as one step that changes what it must", "studio/", async (page) => {
  await example(page);
  const before = await exported(page);
  for (const [name, text] of before) {
    const words = text.toString();
    if (/WU-0[123]|WU-9[01]/.test(name)) before.set(name, Buffer.from(words.replace("status: pending", "status: done")));
    if (name.endsWith("GATE-01.md")) before.set(name, Buffer.from(words.replace("status: open", "status: awaiting_review")));
    if (name.endsWith("GATE-02-REVIEW.md")) before.set(name, Buffer.from(words.replace("open_questions: []", "open_questions: [Where does it go?]")));
  }
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await openZip(page, "greeting.zip", before);
  await unit(page, "T04").click();
  await page.keyboard.press("g");
  const review = dialog(page);
  await review.getByText("Where does it go?").waitFor();
  const arm = review.getByRole("button", { name: "Arm", exact: true });
  assert.ok(await arm.isDisabled(), "a question is open");
  await review.getByLabel("They are answered in the drafts").check();
  await review.locator(".diff summary").filter({ hasText: "WU-04-install.md" }).click();
  assert.match(await review.locator(".diffs").innerText(), /status: draft[\s\S]*status: pending/);
  await arm.click();
  await page.getByText("Arm gate 2.").waitFor();
  const after = await exported(page);
  const changed = [...after].filter(([name, text]) => before.get(name)?.toString() !== text.toString()).map(([name]) => name.split("/").pop());
  assert.deepEqual(changed.sort(), ["GATE-01.md", "PLAN.baseline.json", "WU-04-install.md", "WU-05-install-page.md", "WU-92-gate-2-close.md"]);
  assert.match(file(after, "GATE-01.md"), /\nstatus: passed\n/);
  await lint(after);
  await page.keyboard.press("Control+z");
  assert.deepEqual(await exported(page), before, "arming is one step");
});

inBrowser("a unit is blocked with a reason and armed again, each shown before it is done", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await page.getByRole("button", { name: "Block T01 …" }).click();
  await dialog(page).getByLabel("Reason").fill("spinning_signature_repeat");
  await dialog(page).getByText("escalation_reason: spinning_signature_repeat").waitFor();
  await dialog(page).getByRole("button", { name: "Block", exact: true }).click();
  await page.waitForFunction(() => document.querySelector(".node.selected")?.dataset.status === "blocked");
  await page.getByRole("button", { name: "Re-arm T01 …" }).click();
  const again = dialog(page).getByRole("button", { name: "Re-arm", exact: true });
  assert.ok(await again.isDisabled(), "a reason is needed");
  await dialog(page).getByLabel(/^Reason/).fill("The test was wrong");
  assert.match(await dialog(page).getByRole("alert").innerText(), /stopped on the same failure twice; reproduce it first/);
  await dialog(page).getByLabel(/I have reproduced/).check();
  await dialog(page).getByText("re_arm_count: 1").waitFor();
  await again.click();
  await page.getByText("Re-arm T01.").waitFor();
  const text = file(await exported(page), "WU-01-greet.md");
  assert.match(text, /status: pending/);
  assert.match(text, /reason: The test was wrong/);
  await lint(await exported(page));
});

inBrowser("a person's step is done with evidence; a feature is deferred in plan and roadmap", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await edit(page, (text) => text.replace("type: implementation", "type: human"));
  await page.getByRole("button", { name: "Mark T01 done …" }).click();
  await dialog(page).getByLabel("Evidence").fill("I ran it: it greets.");
  await page.keyboard.press("Tab");
  await dialog(page).getByRole("button", { name: "Mark done" }).click();
  await page.getByText("T01 is done.").waitFor();
  await page.getByLabel("File").selectOption({ label: "PLAN.md" });
  await page.getByRole("button", { name: "Defer the feature …" }).click();
  await dialog(page).getByText("roadmap.md").waitFor();
  await dialog(page).getByRole("button", { name: "Defer", exact: true }).click();
  await notice(page).filter({ hasText: "Defer the feature." }).waitFor();
  await page.getByRole("button", { name: "Take the feature up again …" }).waitFor();
  const after = await exported(page);
  assert.match(file(after, "WU-01-greet.md"), /evidence: "?I ran it: it greets\./);
  assert.match(after.get(".specfuse/roadmap.md").toString(), /\| deferred/);
  await lint(after);
});

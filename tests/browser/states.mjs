// Goes through what the studio can show, and has each looked at: `see(page, name)`.
import { onDisk } from "./disk.mjs";
import { edit, exported, openZip, unit } from "./studio.mjs";

const dialog = (page) => page.getByRole("dialog");

/** Opens the example, in whatever window. */
async function opened(page) {
  await page.getByRole("button", { name: /Open the example/ }).click();
  await page.getByRole("tab", { name: "Text" }).waitFor();
}

/** Selects a unit, in the graph or in the outline. */
async function pick(page, name) {
  const box = unit(page, name);
  const row = page.getByRole("region", { name: "Outline" }).getByRole("button", { name: new RegExp(`^${name} `) });
  await box.or(row).first().click();
}

/** Finds an action by its name, and does it. */
async function act(page, words) {
  await page.getByRole("button", { name: "Actions …" }).click();
  await page.getByRole("combobox", { name: /Find/ }).fill(words);
  await page.keyboard.press("Enter");
}

/** A dialog, once it stands; it is closed again. */
async function shown(page, see, name) {
  await dialog(page).waitFor();
  await see(page, name);
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
}

/** The dialogs that ask for something or list something. */
export async function asking(page, see) {
  await see(page, "the first look");
  await opened(page);
  await pick(page, "T01");
  await page.getByRole("button", { name: "Actions …" }).click();
  await dialog(page).waitFor();
  await see(page, "the palette");
  await page.getByRole("combobox", { name: /Find/ }).fill("zzzz");
  await page.getByText("Nothing is called that.").waitFor();
  await shown(page, see, "the palette without a find");
  for (const words of ["show all keys", "add a unit", "rename", "new feature", "share by link", "history",
    "show another feature", "save the graph as a picture or text", "show what can be done here"]) {
    await act(page, words);
    await shown(page, see, words);
  }
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await shown(page, see, "the ways to open");
  await act(page, "delete this gate");
  await shown(page, see, "deleting a gate");
}

/** A save, and what stands over a document that can only be read. */
export async function saving(page, see) {
  await opened(page);
  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  await page.keyboard.press("Escape");
  await pick(page, "T01");
  await page.getByLabel("effort").selectOption("high");
  await act(page, "history");
  await page.getByRole("button", { name: /^opened/ }).click();
  await shown(page, see, "an earlier state");
  await onDisk(page, new Map([[".specfuse/roadmap.md", "# Another\n"]]));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await dialog(page).waitFor();
  await see(page, "where to save");
  await page.getByRole("button", { name: /^Into a folder/ }).click();
  await page.getByRole("dialog", { name: "Save to repo" }).waitFor();
  await shown(page, see, "what a save writes");
  await page.evaluate((hash) => { location.hash = hash; }, link.slice(link.indexOf("#")));
  await page.getByText("Opened from a link, for reading.").waitFor();
  await see(page, "a plan from a link");
}

/** What is decided at gates and about units. */
export async function deciding(page, see) {
  await opened(page);
  await pick(page, "T04");
  await act(page, "review and arm");
  await shown(page, see, "a refused review");
  await pick(page, "T01");
  await page.getByRole("button", { name: "Block T01 …" }).click();
  await dialog(page).getByLabel("Reason").fill("spinning_signature_repeat");
  await dialog(page).getByText("escalation_reason: spinning_signature_repeat").waitFor();
  await see(page, "blocking");
  await dialog(page).getByRole("button", { name: "Block", exact: true }).click();
  await page.getByRole("button", { name: "Re-arm T01 …" }).click();
  await dialog(page).getByLabel(/^Reason/).fill("The test was wrong");
  await dialog(page).getByRole("alert").waitFor();
  await see(page, "a refused re-arming");
  await dialog(page).getByLabel("I have reproduced the failure").check();
  await dialog(page).getByRole("alert").waitFor({ state: "detached" });
  await shown(page, see, "a re-arming");
  const before = await exported(page);
  for (const [name, bytes] of before) {
    const words = bytes.toString();
    if (/WU-0[123]|WU-9[01]/.test(name)) before.set(name, Buffer.from(words.replace(/status: (pending|blocked_human)/, "status: done")));
    if (name.endsWith("GATE-01.md")) before.set(name, Buffer.from(words.replace("status: open", "status: awaiting_review")));
    if (name.endsWith("GATE-02-REVIEW.md")) before.set(name, Buffer.from(words.replace("open_questions: []", "open_questions: [Where does it go?]")));
  }
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await openZip(page, "greeting.zip", before);
  await pick(page, "T04");
  await act(page, "review and arm");
  await shown(page, see, "a review");
  await act(page, "defer");
  await shown(page, see, "deferring");
}

/** The panels: what is wrong, a play, a run, a plan that says nothing. */
export async function looking(page, see) {
  await opened(page);
  await pick(page, "T02");
  await edit(page, (text) => text.replace("pending", "pendng"));
  await page.getByRole("button", { name: /^Fix: / }).waitFor();
  await see(page, "a text with a finding");
  await page.locator("#editor .cm-content").press("Control+f");
  await page.locator(".cm-search").waitFor();
  await see(page, "a search in the text");
  await page.keyboard.press("Escape");
  await page.locator(".cm-search").waitFor({ state: "detached" });
  await page.getByLabel("Group problems").selectOption("rule");
  await page.getByRole("tab", { name: "Form" }).click();
  await see(page, "a form with a finding");
  await page.getByLabel("Filter problems").fill("zzz");
  await page.getByText("No problem fits the filter.").waitFor();
  await see(page, "a filter that nothing fits");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByLabel("File", { exact: true }).selectOption(".specfuse/verification.yml");
  await page.locator("summary", { hasText: "What holds for every set" }).click();
  await see(page, "the checks");
  await page.getByRole("tab", { name: "Play" }).click();
  await see(page, "a play that has not begun");
  await page.getByRole("button", { name: "To the end" }).click();
  await page.locator("#rests").waitFor();
  await see(page, "a play at a gate");
  await page.getByRole("tab", { name: "Watch" }).click();
  await see(page, "a feature that has not run");
  if (await page.getByRole("region", { name: "Outline" }).isVisible()) {
    await page.getByRole("button", { name: "Graph", exact: true }).click();
  }
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await page.getByRole("searchbox", { name: /Words/ }).fill("greet");
  await see(page, "a search");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await openZip(page, "empty.zip", new Map([["F/PLAN.md", "---\ntitle: A title that is longer than any bar of any window has room for, and then some\n---\n"]]));
  await page.getByText("This plan has no gates.").waitFor();
  await see(page, "a plan without gates");
}

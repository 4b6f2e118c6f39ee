// Documents: what is kept in the browser, and what goes into a folder and comes out of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { disk, onDisk, write } from "./disk.mjs";
import { inBrowser, place } from "./harness.mjs";
import { caret, edit, example, exported, feature, inFolder, loop, notice, openZip, text, unit } from "./studio.mjs";

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
  await page.locator("#editor .cm-content").press("End");
  await page.keyboard.type(" And words", { delay: 20 });
  await page.waitForTimeout(300);
  const kept = await text(page);
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  session.send("Page.crash").catch(() => {});
  await crashed;

  const other = await anotherTab(page);
  await goOn(other, title).click();
  await unit(other, "T01").click();
  await other.getByRole("tab", { name: "Text" }).click();
  assert.equal(await text(other), kept);
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
  await other.getByRole("tab", { name: "Text" }).click();
  assert.match(await text(other), /The last key\.$/);
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
  assert.match(await text(page), /Mine\.$/);
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
  assert.match(await text(page), /Still works\.$/);
});

const saveButton = (page) => page.getByRole("button", { name: /^Save \d+ files?$/ });

/** The example in a folder on disk, opened from there. */
async function openFolder(page, change = (files) => files) {
  await example(page);
  const files = change(new Map([...(await exported(page))].sort()));
  await page.reload();
  await onDisk(page, files);
  await page.getByRole("button", { name: /Open a folder/ }).click();
  await page.getByText(/^Opened /).waitFor();
  return new Map([...files].filter(([name]) => name.startsWith(".specfuse/")));
}

/** Goes on with the example, takes its unit's effort back, and saves that. */
async function takeBack(page) {
  await goOn(page, title).click();
  await unit(page, "T01").click();
  await page.getByLabel("effort").selectOption("");
  await page.keyboard.press("Control+s");
  await saveButton(page).click();
  await page.getByText("Saved 1 file to repo.").waitFor();
}

const odd = (files) =>
  files
    .set(`${feature}/NOTES.md`, Buffer.from("\ufeffa\r\nb\r\n"))
    .set(`${feature}/picture.png`, Buffer.from([0x89, 0x50, 0xff, 0]));

inBrowser("a folder is opened, one key changed, saved, and one line differs", "studio/", async (page) => {
  const before = await openFolder(page, odd);
  await page.keyboard.press("Control+s");
  await notice(page).filter({ hasText: "Nothing to save" }).waitFor();
  await unit(page, "T01").click();
  await page.getByLabel("effort").selectOption("high");
  await page.locator("#saved").filter({ hasText: "edited" }).waitFor();
  await page.keyboard.press("Control+s");
  const look = page.getByRole("dialog", { name: "Save to repo" });
  await look.getByText("effort: high").waitFor();
  assert.match(await look.locator("summary").innerText(), /WU-01-greet\.md\s+\+1\s+−0/);
  assert.equal(await look.locator("summary").count(), 1);
  await page.keyboard.press("Enter");
  await page.getByText("Saved 1 file to repo.").waitFor();
  await page.locator("#saved").filter({ hasText: "saved" }).waitFor();
  const after = await disk(page);
  const unit1 = `${feature}/WU-01-greet.md`;
  assert.equal(after.get(unit1).toString().replace("effort: high\n", ""), before.get(unit1).toString());
  for (const files of [before, after]) files.delete(unit1);
  for (const name of before.keys()) assert.deepEqual(after.get(name), before.get(name), name);

  await page.reload();
  await takeBack(page);
  assert.doesNotMatch((await disk(page)).get(unit1).toString(), /effort/);
});

inBrowser("a page that goes in the middle of a save knows afterwards what may be on disk", "studio/", async (page) => {
  const before = await openFolder(page);
  const unit1 = `${feature}/WU-01-greet.md`;
  await unit(page, "T01").click();
  await page.getByLabel("effort").selectOption("high");
  await page.evaluate(() => {
    const real = FileSystemWritableFileStream.prototype.close;
    FileSystemWritableFileStream.prototype.close = async function () {
      await real.call(this);
      window.wrote = true;
      await new Promise(() => {});
    };
  });
  await page.keyboard.press("Control+s");
  await saveButton(page).click();
  await page.waitForFunction(() => window.wrote);
  await page.reload();
  assert.match((await disk(page)).get(unit1).toString(), /effort: high/);

  await takeBack(page);
  assert.deepEqual((await disk(page)).get(unit1), before.get(unit1));
});

inBrowser("what changed on disk meanwhile is asked for, file by file", "studio/", async (page) => {
  const before = await openFolder(page);
  const [mine, theirs] = [`${feature}/WU-01-greet.md`, `${feature}/WU-02-languages.md`];
  for (const name of ["T01", "T02"]) {
    await unit(page, name).click();
    await edit(page, (text) => `${text}Mine.\n`);
  }
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await page.waitForTimeout(300);
  assert.equal(await notice(page).filter({ hasText: "Changed on disk" }).count(), 0, "nothing changed there yet");
  for (const name of [mine, theirs]) await write(page, name, `${before.get(name)}Theirs.\n`);
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await notice(page).filter({ hasText: "Changed on disk, and here, too: WU-01-greet.md, WU-02-languages.md." }).waitFor();
  await page.keyboard.press("Control+s");
  await page.getByText("2 files changed on disk").waitFor();
  assert.ok(await saveButton(page).isDisabled());
  await page.getByRole("group", { name: "WU-01-greet.md changed on disk" }).getByLabel("Keep mine").check();
  await page.getByRole("group", { name: "WU-02-languages.md changed on disk" }).getByLabel("Take theirs").check();
  await saveButton(page).click();
  await page.getByText("Saved 1 file to repo, took over 1 file.").waitFor();
  const after = await disk(page);
  assert.equal(after.get(mine).toString(), `${before.get(mine)}Mine.\n`);
  assert.equal(after.get(theirs).toString(), `${before.get(theirs)}Theirs.\n`);
  assert.equal(await text(page), `${before.get(theirs)}Theirs.\n`);
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal(await text(page), `${before.get(theirs)}Mine.\n`);
});

inBrowser("a write that fails says what was written, and nothing is lost", "studio/", async (page) => {
  await openFolder(page);
  for (const name of ["T01", "T02"]) {
    await unit(page, name).click();
    await edit(page, (text) => `${text}Mine.\n`);
  }
  await page.evaluate(() => {
    const real = FileSystemFileHandle.prototype.createWritable;
    FileSystemFileHandle.prototype.createWritable = function () {
      if (!this.name.startsWith("WU-02")) return real.call(this);
      FileSystemFileHandle.prototype.createWritable = real;
      throw new DOMException("the disk is full", "QuotaExceededError");
    };
  });
  await page.keyboard.press("Control+s");
  await saveButton(page).click();
  await notice(page).filter({ hasText: "Wrote 1 of 2 files to repo" }).waitFor();
  assert.match(await notice(page).innerText(), /WU-02-languages\.md \(the disk is full\)/);
  await page.keyboard.press("Control+s");
  await saveButton(page).click();
  await page.getByText("Saved 1 file to repo.").waitFor();
  assert.match((await disk(page)).get(`${feature}/WU-02-languages.md`).toString(), /Mine\.\n$/);
});

inBrowser("what comes from no folder is saved into one, and nothing there is written over unasked", "studio/", async (page) => {
  await example(page);
  const all = odd(new Map([...(await exported(page))]));
  await page.keyboard.press("Control+o");
  await openZip(page, "greeting.zip", all);
  await page.getByText("Opened Greet people by name").waitFor();
  const [there, same] = [".specfuse/roadmap.md", `${feature}/WU-02-languages.md`];
  await onDisk(page, new Map([[there, Buffer.from("# Another roadmap\n")], [same, all.get(same)], ["src/main.c", Buffer.from("main")]]));
  await page.keyboard.press("Control+s");
  const ask = page.getByRole("dialog", { name: "Save" });
  await ask.getByRole("button", { name: /^Into a folder/ }).click();
  const look = page.getByRole("dialog", { name: "Save to repo" });
  await look.getByText("One file is there already, with another text.").waitFor();
  assert.ok(await saveButton(page).isDisabled());
  assert.equal(await look.locator("summary", { hasText: "WU-02-languages.md" }).count(), 0, "what is there already is no change");
  assert.match(await look.locator("summary", { hasText: "picture.png" }).innerText(), /new, no text/);
  await look.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await disk(page)).size, 3, "nothing is written before it is decided");
  await page.keyboard.press("Control+s");
  await ask.getByRole("button", { name: /^Into a folder/ }).click();
  await look.getByLabel("Take theirs").check();
  await saveButton(page).click();
  await page.getByText(new RegExp(`^Saved ${all.size - 2} files to repo, took over 1 file\\.$`)).waitFor();
  const now = await disk(page);
  assert.equal(now.get(there).toString(), "# Another roadmap\n");
  assert.equal(now.get("src/main.c").toString(), "main");
  for (const [name, bytes] of all) if (name !== there) assert.deepEqual(now.get(name), bytes, name);

  await unit(page, "T01").click();
  await page.getByLabel("effort").selectOption("high");
  await page.waitForTimeout(400);
  await page.reload();
  await goOn(page, title).first().click();
  await page.getByText(/^Opened /).waitFor();
  await page.keyboard.press("Control+s");
  await saveButton(page).click();
  await page.getByText("Saved 1 file to repo.").waitFor();
  assert.match((await disk(page)).get(`${feature}/WU-01-greet.md`).toString(), /^effort: high$/m);
});

inBrowser("a plan that came by a link is saved into a folder, and is one's own by that", "studio/", async (page) => {
  await example(page);
  const all = await exported(page);
  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  const other = await anotherTab(page);
  await other.goto(link);
  await other.getByText("Opened from a link, for reading.").waitFor();
  await other.getByRole("button", { name: "What can be done with gate 1" }).click();
  await other.getByRole("dialog").getByText("This came by a link and can only be read: keep it as yours first.").waitFor();
  await other.keyboard.press("Escape");
  await onDisk(other, new Map([["src/main.c", "main"]]));
  await other.keyboard.press("Control+s");
  await other.getByRole("button", { name: /^Into a folder/ }).click();
  await saveButton(other).click();
  await other.getByText(/^Saved \d+ files to repo\.$/).waitFor();
  await other.getByText("Opened from a link, for reading.").waitFor({ state: "detached" });
  const now = await disk(other);
  const kept = [...all].filter(([name]) => name.startsWith(`${feature}/`));
  assert.ok(kept.length > 5);
  for (const [name, bytes] of kept) assert.deepEqual(now.get(name), bytes, name);
  await unit(other, "T01").click();
  await other.getByLabel("effort").selectOption("high");
  await notice(other).filter({ hasText: "Set effort" }).waitFor();
});

inBrowser("a folder dropped over unsaved edits loses nothing, and asks where it would", "studio/", async (page) => {
  await example(page);
  const other = new Map([["other/.specfuse/features/F/PLAN.md", "---\ntitle: Dropped\n---\n"]]);
  await unit(page, "T01").click();
  await edit(page, (text) => `${text}\nMine.`);
  await drop(page, "other", other);
  await page.getByText("Opened Dropped").waitFor();
  await page.keyboard.press("Control+o");
  await goOn(page, title).click();
  await unit(page, "T01").click();
  await page.getByRole("tab", { name: "Text" }).click();
  assert.match(await text(page), /Mine\.$/);

  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException("the quota is used up", "QuotaExceededError"); };
  });
  await edit(page, (text) => `${text}\nNot kept.`);
  await drop(page, "other", other);
  await page.getByRole("dialog", { name: "Leave the changes behind?" }).getByRole("button", { name: "Stay here" }).click();
  assert.match(await text(page), /Mine\.\nNot kept\.$/);
});

inBrowser("what is half typed stays with its document when another is opened", "studio/", async (page) => {
  await example(page);
  const own = await exported(page);
  const plan = `other/${feature}/PLAN.md`;
  const other = new Map([...own].filter(([name]) => name.startsWith(".specfuse")).map(([name, bytes]) => [`other/${name}`, bytes.toString()]));
  other.set(plan, other.get(plan).replace("title: Greet people by name", "title: Dropped"));
  await unit(page, "T01").click();
  await page.getByLabel("Title", { exact: true }).click();
  await page.keyboard.press("End");
  await page.keyboard.type(" half");
  await drop(page, "other", other);
  await page.getByText("Opened Dropped").waitFor();
  assert.equal(await unit(page, "T01").getByText("half").count(), 0);
  const dropped = await exported(page);
  for (const [name, bytes] of dropped) assert.equal(bytes.toString(), other.get(`other/${name.replace(/^other\//, "")}`), name);
  await page.keyboard.press("Control+o");
  await goOn(page, title).first().click();
  await unit(page, "T01").filter({ hasText: "Greet a person by name half" }).waitFor();
});

inBrowser("what another program changed beside the person's own files is taken over, and said", "studio/", async (page) => {
  const before = await openFolder(page);
  const theirs = `${feature}/WU-02-languages.md`;
  await write(page, theirs, `${before.get(theirs)}Theirs.\n`);
  await page.keyboard.press("Control+s");
  await notice(page).filter({ hasText: "Nothing to save. Changed on disk, and taken over: WU-02-languages.md." }).waitFor();
  await unit(page, "T02").click();
  await page.getByRole("tab", { name: "Text" }).click();
  assert.match(await text(page), /Theirs\.\n$/);
  await caret(page, "languages");
  const plan = `${feature}/PLAN.md`;
  const entry = "      - id: FEAT-2026-0001/T09\n        file: WU-09-new.md\n        depends_on: []\n";
  const first = before.get(plan).toString().indexOf("      - id: FEAT-2026-0001/T01");
  await write(page, plan, before.get(plan).toString().slice(0, first) + entry + before.get(plan).toString().slice(first));
  await write(page, `${feature}/WU-09-new.md`, before.get(theirs).toString().replaceAll("T02", "T09"));
  await write(page, theirs, `${before.get(theirs)}Again.\n`.replace("---\n", "---\n# theirs\n"));
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await notice(page).filter({ hasText: /^Changed on disk, and taken over: PLAN\.md, WU-02-languages\.md, WU-09-new\.md\.$/ }).waitFor();
  assert.match(await text(page), /Again\.\n$/);
  await unit(page, "T09").waitFor();
  await page.keyboard.type("ZZ");
  assert.match(await text(page), /languagesZZ/, "the caret stays where it was");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+s");
  await notice(page).filter({ hasText: "the folder has it all" }).waitFor();

  await page.evaluate(async (name) => {
    const parts = name.split("/");
    let folder = await window.showDirectoryPicker();
    for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part);
    await folder.removeEntry(parts.at(-1));
  }, theirs);
  await page.keyboard.press("Control+s");
  await page.getByRole("group", { name: "WU-02-languages.md changed on disk" }).getByLabel("Keep mine").check();
  await saveButton(page).click();
  await notice(page).filter({ hasText: "Saved 1 file" }).waitFor();
  assert.match((await disk(page)).get(theirs).toString(), /Again\.\n$/);
});

inBrowser("several zips at once are refused with the reason", "studio/", async (page) => {
  await page.getByRole("button", { name: /Open the example/ }).waitFor();
  await drop(page, "zips", new Map([["zips/a.zip", "x"], ["zips/b.zip", "y"]]));
  await notice(page).filter({ hasText: "Not opened: these are several zips; open one at a time." }).waitFor();
});

inBrowser("a new feature from the form lints in the command line, alone and beside others", "studio/", async (page) => {
  const make = async (name) => {
    await page.getByRole("dialog").getByLabel("Title", { exact: true }).fill(name);
    await page.getByLabel("Goal").fill("Words are counted.");
    assert.match(await page.getByLabel("Branch").getAttribute("placeholder"), /^feat\/FEAT-\d{4}-\d{4}-count/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "New feature" }).waitFor({ state: "detached" });
  };
  await page.getByRole("button", { name: /^New feature/ }).click();
  await make("Count words");
  await page.getByText("Opened Count words").waitFor();
  assert.doesNotMatch(await page.locator("#problem-count").innerText(), /error/);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByRole("button", { name: /^New feature/ }).click();
  await make("Count lines");
  await page.getByText(/Make the feature FEAT-\d{4}-0002\./).waitFor();
  const files = await exported(page);
  const plans = [...files.keys()].filter((name) => name.endsWith("/PLAN.md"));
  assert.equal(plans.length, 2);
  await inFolder(files, (folder) => {
    for (const plan of plans) {
      const told = execFileSync(loop, ["lint", join(folder, dirname(plan))], { encoding: "utf8", cwd: folder });
      assert.match(told, /is structurally valid/);
    }
  });
  assert.match(files.get(".specfuse/roadmap.md").toString(), /Count words[^]*Count lines/);
  await page.keyboard.press("Control+p");
  await page.getByRole("button", { name: /^Count words planned/ }).click();
  await page.locator("#feature-title").filter({ hasText: "Count words" }).waitFor();
});

inBrowser("earlier states are kept, looked at, and gone back to in one step", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await edit(page, (text) => `${text}One.\n`);
  await page.keyboard.press("Control+h");
  const history = page.getByRole("dialog", { name: "History" });
  await history.getByLabel("Name the state as it is now").fill("Before two");
  await page.keyboard.press("Enter");
  await history.getByRole("button", { name: /^Before two/ }).waitFor();
  await history.getByRole("button", { name: "Close", exact: true }).click();
  await edit(page, (text) => `${text}Two.\n`);
  await page.waitForTimeout(400);
  await page.reload();
  await goOn(page, title).click();
  await unit(page, "T01").click();
  await page.getByRole("tab", { name: "Text" }).click();
  await page.getByRole("button", { name: "History" }).click();
  assert.match(await history.getByRole("list", { name: "Earlier states" }).innerText(), /^Before two[^]*\nopened\n/, "one was kept unasked");
  await history.getByRole("button", { name: /^Before two/ }).click();
  assert.match(await history.locator(".gone").innerText(), /Two\./);
  await history.getByRole("button", { name: "Go back to this" }).click();
  await page.getByText("Go back to “Before two”.").waitFor();
  assert.match(await text(page), /One\.\n$/);
  await page.getByRole("button", { name: "Undo" }).click();
  assert.match(await text(page), /Two\.\n$/);
});

/** Drops a folder on the page: entries as a browser hands them out, which no script can make otherwise. */
function drop(page, name, files) {
  return page.evaluate(([name, files]) => {
    const file = (path, text) => ({
      isFile: true, isDirectory: false, name: path.split("/").pop(), fullPath: `/${path}`,
      file: (yes) => yes(new File([text], path.split("/").pop())),
    });
    const folder = (path) => ({
      isFile: false, isDirectory: true, name: path.split("/").pop(), fullPath: `/${path}`,
      createReader: () => {
        const inner = new Map();
        for (const [other, text] of files.filter(([other]) => other.startsWith(`${path}/`))) {
          const next = `${path}/${other.slice(path.length + 1).split("/")[0]}`;
          inner.set(next, next === other ? file(other, text) : folder(next));
        }
        let given = false;
        return { readEntries: (yes) => (yes(given ? [] : [...inner.values()]), given = true) };
      },
    });
    const event = new DragEvent("drop", { bubbles: true, cancelable: true });
    const item = { kind: "file", webkitGetAsEntry: () => folder(name) };
    Object.defineProperty(event, "dataTransfer", { value: { items: { length: 1, 0: item }, files: [] } });
    document.body.dispatchEvent(event);
  }, [name, [...files]]);
}

inBrowser("a second tab says so, reads, and takes over", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await edit(page, (text) => `${text}First tab.\n`);
  await page.waitForTimeout(400);
  const other = await anotherTab(page);
  await goOn(other, title).click();
  await other.getByRole("button", { name: "Only read here" }).click();
  await other.getByText("Here it can only be read.").waitFor();
  await unit(other, "T01").click();
  await other.getByRole("tab", { name: "Text" }).click();
  assert.match(await text(other), /First tab\.\n$/);
  assert.equal(await other.locator("#editor .cm-content").getAttribute("contenteditable"), "false");
  await other.getByRole("button", { name: "Take over here" }).click();
  await other.getByText("Here it can only be read.").waitFor({ state: "detached" });
  await unit(other, "T01").click();
  await edit(other, (text) => `${text}Second tab.\n`);
  await other.waitForTimeout(400);
  await page.getByText("Here it can only be read.").waitFor();
  assert.match(await notice(page).innerText(), /Another tab took this over/);
  assert.equal(await page.locator("#editor .cm-content").getAttribute("contenteditable"), "false");
  await page.getByRole("button", { name: "Take over here" }).click();
  await page.getByText("Here it can only be read.").waitFor({ state: "detached" });
  await unit(page, "T01").click();
  assert.match(await text(page), /First tab\.\nSecond tab\.\n$/);
});

inBrowser("a link holds the feature, opens to read, and is kept on request", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await edit(page, (text) => `${text}By link.\n`);
  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  assert.ok(link.length < 32 * 1024, `${link.length} bytes`);
  const other = await anotherTab(page);
  await other.goto(link);
  await other.getByText("Opened from a link, for reading.").waitFor();
  await unit(other, "T01").click();
  await other.getByRole("tab", { name: "Text" }).click();
  assert.match(await text(other), /By link\.\n$/);
  assert.equal(await other.locator("#editor .cm-content").getAttribute("contenteditable"), "false");
  await other.getByRole("tab", { name: "Form" }).click();
  await other.getByText("Only to read: it came by a link.").waitFor();
  for (const field of [other.getByLabel("effort"), other.getByLabel("Context", { exact: true })]) assert.ok(await field.isDisabled());
  const told = notice(other).filter({ hasText: "This came by a link and can only be read: keep it as yours first" });
  for (const act of [() => other.keyboard.press("n"), () => other.keyboard.press("Delete"), () => other.keyboard.press("g"),
    () => other.getByRole("button", { name: "Add a unit to gate 1" }).press("Enter"), () => other.keyboard.press("Control+z")]) {
    await unit(other, "T01").focus();
    await act();
    await told.waitFor();
    await other.getByRole("button", { name: "Close message" }).click();
  }
  assert.equal(await other.getByRole("dialog").count(), 0);
  assert.equal(await other.locator(".node").count(), 8);
  await other.locator(".read-only").getByRole("button", { name: "Keep it" }).click();
  assert.ok(await other.getByLabel("effort").isEnabled());
  await edit(other, (text) => `${text}Mine now.\n`);
  await other.waitForTimeout(400);
  assert.doesNotMatch(other.url(), /#/);
  await other.reload();
  await goOn(other, title).nth(1).waitFor();

  const broken = link.slice(0, 2000);
  await other.evaluate((hash) => { location.hash = hash; }, broken.slice(broken.indexOf("#")));
  await notice(other).filter({ hasText: "the link is damaged or was cut off" }).waitFor();
  await other.evaluate(() => { location.hash = "#plan=%3Cimg%20src=x%20onerror=alert(1)%3E"; });
  await notice(other).filter({ hasText: "the link is damaged" }).waitFor();
  await other.evaluate((hash) => { location.hash = hash; }, link.slice(link.indexOf("#")));
  await other.getByText("Opened from a link, for reading.").waitFor();
});

// The studio as a person uses it: open, connect, break, mend, undo, export; and what the command line
// says of the export.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { inBrowser } from "./harness.mjs";
import { unzip, zip } from "./zip.mjs";

const top = resolve(import.meta.dirname, "../..");
const loop = process.env.SPECFUSE_LOOP ?? join(top, "target/debug/specfuse-loop");
const feature = ".specfuse/features/FEAT-2026-0001-greeting";

const unit = (page, name) => page.getByRole("button", { name: new RegExp(`^${name}:`) });
const notice = (page) => page.locator("#notice");
const problems = (page) => page.locator("#problem-count");

async function example(page) {
  await page.getByRole("button", { name: /Open the example/ }).click();
  await unit(page, "T01").waitFor();
}

/** What the studio hands out, as name to bytes. */
async function exported(page) {
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export zip" }).click();
  const download = await waiting;
  return unzip(readFileSync(await download.path()));
}

async function edit(page, change) {
  await page.getByRole("tab", { name: "Text" }).click();
  const field = page.locator("#text");
  await field.fill(change(await field.inputValue()));
}

async function openZip(page, name, files) {
  const waiting = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /Open a zip/ }).click();
  await (await waiting).setFiles({ name, mimeType: "application/zip", buffer: zip(files) });
}

/** Runs `use` in a folder that holds `files`. */
async function inFolder(files, use) {
  const folder = mkdtempSync(join(tmpdir(), "specfuse-export-"));
  try {
    for (const [name, bytes] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lint(files) {
  assert.ok(existsSync(loop), `${loop} is missing: cargo build --package specfuse-loop`);
  return inFolder(files, (folder) => {
    const output = execFileSync(loop, ["lint", join(folder, feature)], { encoding: "utf8", cwd: folder });
    assert.match(output, /OK — .* is structurally valid\./);
  });
}

/** An agent that can do the example's first unit, and says that it is blocked on any other. */
const agent = `#!/bin/sh
case $1 in */T01) ;; *) exit 3 ;; esac
mkdir -p bin
printf 'echo "Hello, $1!"\\n' > bin/greet.sh
printf '[ "$(sh bin/greet.sh Ada)" = "Hello, Ada!" ]\\n' > tests/greet.test.sh
`;
const config = `
agent: one
agents:
  one:
    command: [sh, agent.sh, "{unit_id}"]
    output: text
    exit_codes: {success: [0], blocked: [3]}
`;

/** Runs an export as it is, with a scripted agent, in a repository of its own. */
function run(files) {
  const name = ".specfuse/config";
  const all = new Map(files).set("agent.sh", Buffer.from(agent)).set(name, Buffer.concat([files.get(name), Buffer.from(config)]));
  return inFolder(all, (folder) => {
    const sealed = { ...process.env, HOME: folder, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
    const told = { encoding: "utf8", cwd: folder, env: sealed };
    const git = (...args) => execFileSync("git", args, told);
    git("init", "--quiet", "--initial-branch=main");
    git("config", "user.name", "T");
    git("config", "user.email", "t@example.org");
    git("add", "--all");
    git("commit", "--quiet", "--message=Start");
    const ended = spawnSync(loop, ["run"], told);
    assert.equal(ended.status, 1, ended.stdout + ended.stderr);
    assert.match(ended.stdout, /T01 done/);
    assert.match(git("log", "--format=%s"), /^feat: Greet a person by name$/m);
  });
}

inBrowser("connect, break a key, mend it, undo all, export", "studio/", async (page) => {
  await example(page);
  assert.equal(await page.locator(".node").count(), 8);
  assert.doesNotMatch(await problems(page).innerText(), /error/);
  const start = await exported(page);

  await unit(page, "T02").click();
  await page.getByRole("button", { name: "Connect" }).click();
  await unit(page, "T03").click();
  await page.getByText("T03 waits for T02.").waitFor();
  const connected = await exported(page);
  assert.match(connected.get(`${feature}/PLAN.md`).toString(), /depends_on: \[FEAT-2026-0001\/T01, FEAT-2026-0001\/T02\]\n {6}- id: FEAT-2026-0001\/G1/);
  await lint(connected);

  await unit(page, "T01").click();
  await edit(page, (text) => text.replace("status: pending", "status: pendin"));
  await page.getByText("`pendin` is no known `status`").waitFor();
  assert.match(await problems(page).innerText(), /1 error/);
  assert.match(await unit(page, "T01").getAttribute("aria-label"), /unknown.*1 error/);
  await page.getByRole("button", { name: /^Fix: .*pending/ }).click();
  await page.getByText("`pendin` is no known `status`").waitFor({ state: "detached" });
  assert.match(await page.locator("#text").inputValue(), /\nstatus: pending\n/);

  const undo = page.getByRole("button", { name: "Undo" });
  for (let step = 0; step < 10 && (await undo.isEnabled()); step++) await undo.click();
  assert.ok(await undo.isDisabled());
  assert.deepEqual(await exported(page), start, "undoing everything gives back every byte");
  await lint(start);
  await run(connected);
});

inBrowser("a circle is refused with its path", "studio/", async (page) => {
  await example(page);
  await unit(page, "T02").click();
  await page.keyboard.press("c");
  await unit(page, "T01").click();
  await notice(page).filter({ hasText: "circle" }).waitFor();
  const words = await notice(page).innerText();
  assert.match(words, /FEAT-2026-0001\/T02/);
  assert.match(words, /FEAT-2026-0001\/T01/);
  assert.ok(await page.getByRole("button", { name: "Undo" }).isDisabled());
});

inBrowser("the keyboard alone adds a unit and connects it", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").focus();
  await page.keyboard.press("ArrowRight");
  assert.match(await page.evaluate(() => document.activeElement.ariaLabel), /^T0[23]:/);
  await page.keyboard.press("n");
  await page.keyboard.type("Greet a crowd");
  await page.keyboard.press("Enter");
  await unit(page, "T06").waitFor();
  await page.waitForFunction(() => document.activeElement?.ariaLabel?.startsWith("T06:"));
  await page.keyboard.press("c");
  await unit(page, "G1-CLOSE-INTERMEDIATE").focus();
  await page.keyboard.press("Enter");
  await page.getByText("G1-CLOSE-INTERMEDIATE waits for T06.").waitFor();
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await unit(page, "T06").waitFor({ state: "detached" });
  await page.keyboard.press("Control+Shift+Z");
  await unit(page, "T06").waitFor();
});

inBrowser("dragging from a box's grip connects", "studio/", async (page) => {
  await example(page);
  await unit(page, "T02").click();
  const grip = await page.locator(".node.selected .handle").boundingBox();
  const goal = await unit(page, "T03").boundingBox();
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
  await page.mouse.down();
  await page.mouse.move(goal.x + 40, goal.y + 20, { steps: 4 });
  await page.mouse.up();
  await page.getByText("T03 waits for T02.").waitFor();
});

inBrowser("a form sets one line and takes it away again", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  await unit(page, "T01").click();
  await page.getByLabel("effort").selectOption("high");
  await page.getByText("Set effort of WU-01-greet.md.").waitFor();
  const set = (await exported(page)).get(`${feature}/WU-01-greet.md`).toString();
  assert.equal(set.replace("effort: high\n", ""), start.get(`${feature}/WU-01-greet.md`).toString());
  await page.getByLabel("planned_cost_usd").fill("much");
  await page.getByLabel("planned_cost_usd").press("Tab");
  await page.getByText("Must be a number of at least 0.").waitFor();
  await page.getByLabel("effort").selectOption("");
  await page.getByLabel("planned_cost_usd").fill("1.20");
  await page.getByLabel("planned_cost_usd").press("Tab");
  await page.getByText("Set planned_cost_usd of WU-01-greet.md.").waitFor();
  assert.deepEqual(await exported(page), start);
});

inBrowser("what the studio does not understand travels through", "studio/", async (page) => {
  const plan = "\ufeff---\r\nfeature_id: FEAT-2026-0007\r\ntitle:   'Odd'  # kept\r\n---\r\n\r\nNo graph.\r\n";
  const files = new Map([
    ["top/.specfuse/features/FEAT-2026-0007-odd/PLAN.md", plan],
    ["top/.specfuse/features/FEAT-2026-0007-odd/picture.png", Buffer.from([0x89, 0x50, 0xff, 0x00, 0xfe])],
    ["top/src/main.c", "int main(void) { return 0; }"],
    ["elsewhere/ü.txt", "x"],
  ].map(([name, content]) => [name, Buffer.from(content)]));
  await openZip(page, "odd.zip", files);
  await page.getByText("Opened Odd").waitFor();
  assert.deepEqual(await exported(page), files);
  await page.getByLabel("File").selectOption({ label: "PLAN.md" });
  await edit(page, (text) => text.replace("No graph.", "No graph yet.\nNone."));
  const after = await exported(page);
  assert.equal(after.get([...files.keys()][0]).toString(), plan.replace("No graph.", "No graph yet.\r\nNone."));
});

inBrowser("a folder opens through a directory input", "studio/", async (page) => {
  await page.evaluate(() => { delete Window.prototype.showDirectoryPicker; delete window.showDirectoryPicker; });
  const files = new Map([["repo/.specfuse/features/F/PLAN.md", "---\ntitle: From a folder\n---\n"], ["repo/big.bin", "x"]]);
  await inFolder(files, async (folder) => {
    const waiting = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: /Open a folder/ }).click();
    await (await waiting).setFiles(join(folder, "repo"));
    await page.getByText("Opened From a folder").waitFor();
  });
});

inBrowser("what is no plan is refused in words", "studio/", async (page) => {
  await openZip(page, "none.zip", new Map([["a.txt", "a"]]));
  await notice(page).filter({ hasText: "no plan was found" }).waitFor();
  const waiting = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /Open a zip/ }).click();
  await (await waiting).setFiles({ name: "broken.zip", mimeType: "application/zip", buffer: Buffer.from("hello") });
  await notice(page).filter({ hasText: "no zip" }).waitFor();
});

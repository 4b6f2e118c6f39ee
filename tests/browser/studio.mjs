// What tests of the studio share: opening, editing, exporting; and what the command line says of an export.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { unzip, zip } from "./zip.mjs";

const top = resolve(import.meta.dirname, "../..");
export const loop = process.env.SPECFUSE_LOOP ?? join(top, "target/debug/specfuse-loop");
export const feature = ".specfuse/features/FEAT-2026-0001-greeting";

export const unit = (page, name) => page.getByRole("button", { name: new RegExp(`^${name}:`) });
export const notice = (page) => page.locator("#notice");
export const problems = (page) => page.locator("#problem-count");

export async function example(page) {
  await page.getByRole("button", { name: /Open the example/ }).click();
  await unit(page, "T01").waitFor();
}

/** What the studio hands out, as name to bytes. */
export async function exported(page) {
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export zip" }).click();
  const download = await waiting;
  return unzip(readFileSync(await download.path()));
}

/** The text that is shown, in the editor or in the plain field that stands in for it. */
export async function text(page) {
  await page.locator("#editor .cm-content, textarea#text").waitFor();
  return page.evaluate(async () => {
    const dom = document.querySelector("#editor .cm-editor");
    if (!dom) return document.getElementById("text").value;
    const { viewOf } = await import(new URL("editor.js", location.href));
    return viewOf(dom).state.doc.toString();
  });
}

/** Makes of the text what `change` makes of it, as one change by the person. */
export async function edit(page, change) {
  await page.getByRole("tab", { name: "Text" }).click();
  await page.locator("#editor .cm-content").waitFor();
  const after = change(await text(page));
  await page.evaluate(async (insert) => {
    const { viewOf } = await import(new URL("editor.js", location.href));
    const view = viewOf(document.querySelector("#editor .cm-editor"));
    view.focus();
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert }, selection: { anchor: insert.length }, userEvent: "input" });
  }, after);
}

/** Puts the caret behind (or, with `before`, in front of) the first occurrence of `words` in the editor. */
export async function caret(page, words, before = false) {
  await page.locator("#editor .cm-content").waitFor();
  await page.evaluate(async ([words, before]) => {
    const { viewOf } = await import(new URL("editor.js", location.href));
    const view = viewOf(document.querySelector("#editor .cm-editor"));
    const at = view.state.doc.toString().indexOf(words);
    if (at < 0) throw new Error(`not in the text: ${words}`);
    view.focus();
    view.dispatch({ selection: { anchor: before ? at : at + words.length }, scrollIntoView: true });
  }, [words, before]);
}

export async function openZip(page, name, files) {
  const waiting = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /Open a zip/ }).click();
  await (await waiting).setFiles({ name, mimeType: "application/zip", buffer: zip(files) });
}

/** Runs `use` in a folder that holds `files`. */
export async function inFolder(files, use) {
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

export function lint(files) {
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

/** Commits `files` as a repository of their own, and runs `use` with its folder, git in it, and the driver. */
export function inRepository(files, use) {
  return inFolder(files, (folder) => {
    const sealed = { ...process.env, HOME: folder, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
    const told = { encoding: "utf8", cwd: folder, env: sealed };
    const git = (...args) => execFileSync("git", args, told);
    git("init", "--quiet", "--initial-branch=main");
    git("config", "user.name", "T");
    git("config", "user.email", "t@example.org");
    git("add", "--all");
    git("commit", "--quiet", "--message=Start");
    return use({ folder, git, drive: (...args) => spawnSync(loop, args, told) });
  });
}

/** An export with the scripted agent `script` beside it, called with the unit's id. */
export function withAgent(files, script) {
  const name = ".specfuse/config";
  const whole = Buffer.concat([files.get(name) ?? Buffer.alloc(0), Buffer.from(config)]);
  return new Map(files).set("agent.sh", Buffer.from(script)).set(name, whole);
}

/** Runs an export as it is, with a scripted agent, in a repository of its own. */
export function run(files) {
  return inRepository(withAgent(files, agent), ({ git, drive }) => {
    const ended = drive("run");
    assert.equal(ended.status, 1, ended.stdout + ended.stderr);
    assert.match(ended.stdout, /T01 done/);
    assert.match(git("log", "--format=%s"), /^feat: Greet a person by name$/m);
  });
}

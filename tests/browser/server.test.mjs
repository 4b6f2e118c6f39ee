// The studio over a checkout, served by the real program: it opens by itself, saves, and follows the disk.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { inBrowser } from "./harness.mjs";
import { edit, feature, inFolder, loop, notice, unit } from "./studio.mjs";

const site = resolve(process.env.SPECFUSE_SITE ?? join(import.meta.dirname, "../../site"));
const plan = `${feature}/PLAN.md`;

/** The files of the demo's repository as `new` makes one. */
function files() {
  return [
    [plan, `---
feature_id: FEAT-2026-0001
title: Greeting
branch: greeting
roadmap_goal: Greet.
status: active
---

\`\`\`yaml
gates:
  - gate: 1
    file: GATE-01.md
    work_units:
      - id: FEAT-2026-0001/T01
        file: WU-01.md
        depends_on: []
\`\`\`
`],
    [`${feature}/GATE-01.md`, "---\ngate: 1\nstatus: open\n---\n"],
    [`${feature}/WU-01.md`, "---\nid: FEAT-2026-0001/T01\ntype: implementation\nstatus: pending\n---\n\n# Greet\n"],
    ["secret.txt", "secret"],
  ];
}

/** Runs `use` with the address of a server over a checkout, and the checkout. */
function served(use) {
  return inFolder(files(), async (folder) => {
    const child = spawn(loop, ["studio", "--site", site], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        const url = line.match(/http:\S+/)?.[0];
        if (url) return await use(url, folder);
      }
      throw new Error("the server stopped before it said where it listens");
    } finally {
      child.kill();
    }
  });
}

/** Saves, after the look at what that writes. */
async function save(page) {
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: /^Save \d+ files?$/ }).click();
}

// The harness watches for requests that leave its own site; here each one goes to the program.
const elsewhere = [/left the site: http:\/\/127\.0\.0\.1/];

inBrowser("the checkout opens by itself, and a save changes only what changed", "", (page) => served(async (url, folder) => {
  await page.goto(url);
  await unit(page, "T01").waitFor();
  assert.ok(!page.url().includes("token"), "the word is not left in the address");
  await unit(page, "T01").click();
  await edit(page, (text) => text.replace("# Greet", "# Greet a person"));
  await save(page);
  await page.getByText(/^Saved 1 file to /).waitFor();
  const [, , [name, text]] = files();
  assert.equal(readFileSync(join(folder, name), "utf8"), text.replace("# Greet", "# Greet a person"));
  assert.equal(readFileSync(join(folder, plan), "utf8"), files()[0][1]);
  await page.reload();
  await unit(page, "T01").waitFor();
}), elsewhere);

inBrowser("what changes on disk shows on the page; what was changed here is kept", "", (page) => served(async (url, folder) => {
  await page.goto(url);
  await unit(page, "T01").waitFor();
  writeFileSync(join(folder, plan), files()[0][1].replace("title: Greeting", "title: Renamed by hand"));
  await page.getByText("Renamed by hand").first().waitFor();
  await unit(page, "T01").click();
  await edit(page, (text) => text.replace("# Greet", "# Mine"));
  const name = join(folder, files()[2][0]);
  writeFileSync(name, files()[2][1].replace("# Greet", "# Theirs"));
  await page.getByText(/Changed on disk, and here, too: WU-01\.md/).waitFor();
  await page.keyboard.press("Control+s");
  await page.getByRole("group", { name: "WU-01.md changed on disk" }).getByText("Keep mine").click();
  assert.match(readFileSync(name, "utf8"), /# Theirs/, "nothing is written before it is decided");
  await page.getByRole("button", { name: /^Save \d+ files?$/ }).click();
  await page.getByText(/^Saved 1 file to /).waitFor();
  assert.match(readFileSync(name, "utf8"), /# Mine/);
}), elsewhere);

inBrowser("an undo takes back what was done here, and nothing that another program wrote", "", (page) => served(async (url, folder) => {
  await page.goto(url);
  await unit(page, "T01").click();
  const title = page.getByLabel("Title", { exact: true });
  await title.fill("Greet a person");
  await save(page);
  await page.getByText(/^Saved 1 file to /).waitFor();
  const name = join(folder, files()[2][0]);
  const driven = (text) => text.replace("status: pending", "status: in_progress\nattempts: 1");
  writeFileSync(name, driven(readFileSync(name, "utf8")));
  await unit(page, "T01").filter({ hasText: "in progress" }).waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await page.waitForFunction(() => document.getElementById("key-title-heading").value === "Greet");
  await save(page);
  await page.getByText(/^Saved 1 file to /).waitFor();
  await page.waitForFunction(() => document.getElementById("saved").dataset.state === "saved");
  assert.equal(readFileSync(name, "utf8"), driven(files()[2][1]));
}), elsewhere);

inBrowser("without the word of the address the plan stays closed", "", (page) => served(async (url) => {
  await page.goto(url.replace(/token=.*/, "token=0123"));
  await page.getByText(/use the address that/).waitFor();
  assert.match(await notice(page).innerText(), /The checkout is not open/);
}), [...elsewhere, /401/]);

test("a program built with the site inside needs no folder", () => {
  const asked = spawnSync(loop, ["studio"], { cwd: site, encoding: "utf8", timeout: 3000 });
  if (process.env.SPECFUSE_EMBEDDED) assert.doesNotMatch(asked.stderr, /without the studio inside/);
  else assert.match(asked.stderr, /without the studio inside[^]*--site DIR/);
});

// The whole way: a feature planned from nothing and run to its end; a real plan changed where it had to be.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { mkdirSync } from "node:fs";
import { disk, onDisk } from "./disk.mjs";
import { inBrowser } from "./harness.mjs";
import { exported, inRepository, notice, problems, unit, withAgent } from "./studio.mjs";

/** Does what the plan says of each unit, and nothing else. */
const agent = `#!/bin/sh
cat > /dev/null
mkdir -p bin tests
case $1 in
*/T01) echo 'echo "Hello, \${1:-world}!"' > bin/hello.sh ;;
*/T02) echo '[ "$(sh bin/hello.sh Ada)" = "Hello, Ada!" ]' > tests/hello.test.sh ;;
*) exit 3 ;;
esac
`;

const sections = {
  "Context": ["There is no command yet.", "`bin/hello.sh` greets whoever is named."],
  "Acceptance criteria": ["1. `sh bin/hello.sh Ada` says `Hello, Ada!`.", "1. `tests/hello.test.sh` fails when the greeting is another."],
  "Do not touch": ["Anything below `.specfuse/`.", "`bin/hello.sh`, and anything below `.specfuse/`."],
  "Verification": ["The `code` set.", "The `code` set; the new test is part of it."],
  "Escalation triggers": ["Stop when there is no POSIX shell.", "Stop when the command is not there."],
};

async function fill(page, label, text) {
  const field = page.getByLabel(label, { exact: true });
  await field.fill(text);
  await field.press("Tab");
}

/** Fills in the form of a unit, the nth of two. */
async function describe(page, name, nth, produced) {
  await unit(page, name).click();
  await page.getByRole("tab", { name: "Form" }).click();
  for (const [label, texts] of Object.entries(sections)) await fill(page, label, texts[nth]);
  await page.locator("#key-produces").fill(produced);
  await page.locator("#key-produces").press("Tab");
  await page.locator("#key-planned_cost_usd").fill("1.50");
  await page.locator("#key-planned_cost_usd").press("Tab");
}

inBrowser("a feature is planned from nothing to a zip that the driver runs to its end", "studio/", async (page) => {
  await page.getByRole("button", { name: /^New feature/ }).click();
  const form = page.getByRole("dialog", { name: "New feature" });
  await form.getByLabel("Title", { exact: true }).fill("Say hello");
  await form.getByLabel("Goal").fill("One command greets whoever is named.");
  await page.keyboard.press("Enter");
  await page.getByText("Opened Say hello").waitFor();

  await describe(page, "T01", 0, "bin/hello.sh");
  await unit(page, "T01").focus();
  await page.keyboard.press("n");
  const asked = page.getByRole("dialog", { name: "New unit in gate 1" });
  await asked.getByLabel("Title").fill("Test the greeting");
  await asked.getByRole("checkbox", { name: /T01/ }).check();
  await page.keyboard.press("Enter");
  await describe(page, "T02", 1, "tests/hello.test.sh");
  await unit(page, "T02").focus();
  await page.keyboard.press("c");
  await unit(page, "G1-CLOSE").focus();
  await page.keyboard.press("Enter");
  await notice(page).filter({ hasText: "G1-CLOSE waits for T02." }).waitFor();

  const file = page.getByLabel("File", { exact: true });
  await file.selectOption({ label: "GATE-01.md" });
  await fill(page, "feature_oracle", "sh bin/hello.sh Ada | grep -q 'Hello, Ada!'");
  await file.selectOption(".specfuse/verification.yml");
  const command = page.getByRole("region", { name: "code" }).getByLabel("command, row 1", { exact: true });
  await command.fill("for test in tests/*.test.sh; do [ ! -e \"$test\" ] || sh \"$test\" || exit 1; done");
  await command.press("Tab");
  await file.selectOption({ label: "PLAN.md" });
  await page.getByLabel("status").selectOption("active");
  await file.selectOption(".specfuse/roadmap.md");
  await page.getByLabel("Status, row 1").selectOption("active");
  await page.getByRole("button", { name: "Fix: write 8" }).click();

  await unit(page, "T01").focus();
  await page.keyboard.press("g");
  await page.getByRole("dialog").getByRole("button", { name: "Arm", exact: true }).click();
  await page.getByText("Arm gate 1.").waitFor();
  assert.doesNotMatch(await problems(page).innerText(), /error|warning/, await page.locator(".problem").allInnerTexts().then((all) => all.join("\n")));

  const files = await exported(page);
  await inRepository(withAgent(files, agent), ({ folder, git, drive }) => {
    const judged = drive("lint");
    assert.match(judged.stdout, /0 errors, 0 warnings\nOK — /);
    const ended = drive("run");
    assert.equal(ended.status, 0, ended.stdout + ended.stderr);
    for (const said of [/T01 done/, /T02 done/, /Gate 1 closes itself/, /is complete: every gate passed/]) assert.match(ended.stdout, said);
    const branch = /^branch: (\S+)$/m.exec(files.get([...files.keys()].find((name) => name.endsWith("/PLAN.md"))))[1];
    assert.match(git("log", "--format=%s", branch), /^feat: Test the greeting$[^]*^feat: Say hello$/m);
    assert.match(git("show", `${branch}:bin/hello.sh`), /Hello/);
    const plan = git("show", `${branch}:${[...files.keys()].find((name) => name.endsWith("/PLAN.md"))}`);
    assert.match(plan, /^status: done$/m);
    assert.ok(existsSync(join(folder, "agent.sh")));
  });
});

const corpus = resolve(import.meta.dirname, "../../../shared/corpus");
const real = "FEAT-2026-0053-auto-mode";

/** The files of a folder, as name to bytes. */
function read(folder, prefix) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const entries = names.map((entry) => join(entry.parentPath, entry.name));
  return new Map(entries.sort().map((name) => [prefix + name.slice(folder.length), readFileSync(name)]));
}

/** A plan with references of every kind, or, where there is a corpus, a real one. */
function plan() {
  const folder = `.specfuse/features/${real}`;
  if (existsSync(join(corpus, "features", real))) {
    const files = read(join(corpus, "features", real), folder);
    for (const name of ["roadmap.md", "verification.yml"]) files.set(`.specfuse/${name}`, readFileSync(join(corpus, name)));
    return files;
  }
  const head = (name, title) => `---\r\nid: "FEAT-2026-0053/${name}" # its id\r\nstatus: pending\r\n---\r\n\r\n# ${title}\r\n`;
  const graph = ["T01", "T02", "T03"].map((name, at) => `      - {id: FEAT-2026-0053/${name}, file: WU-0${at + 1}.md, depends_on: [${at ? "FEAT-2026-0053/T01" : ""}]}`);
  return new Map([
    [`${folder}/PLAN.md`, ["---", "feature_id: FEAT-2026-0053", "title:   'Odd'  # kept", "---", "", "T01 first. Not T011.", "```yaml", "gates:", "  - gate: 1", "    file: GATE-01.md", "    work_units:", ...graph, "```", ""].join("\n")],
    [`${folder}/GATE-01.md`, "---\ngate: 1\nstatus: open\n---\n"],
    [`${folder}/WU-01.md`, head("T01", "One")],
    [`${folder}/WU-02.md`, head("T02", "After T01")],
    [`${folder}/WU-03.md`, head("T03", "Alone")],
  ].map(([name, text]) => [name, Buffer.from(text)]));
}

inBrowser("a real plan is opened, a unit renamed, saved, and git shows only the lines that name it", "studio/", async (page) => {
  const files = plan();
  await onDisk(page, files);
  await page.getByRole("button", { name: /Open a folder/ }).click();
  await page.getByText(/^Opened /).waitFor();
  await unit(page, "T01").first().click();
  await page.keyboard.press("F2");
  const id = page.getByRole("dialog", { name: "Rename" }).getByLabel("Id");
  assert.equal(await id.inputValue(), "T01");
  await id.fill("T77");
  await page.keyboard.press("Enter");
  await page.getByText("Rename T01 to T77.").waitFor();
  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: /^Save \d+ files?$/ }).click();
  await page.getByText(/^Saved \d+ files? to repo\.$/).waitFor();
  const after = await disk(page);
  assert.deepEqual([...after.keys()], [...files.keys()].sort(), "no file comes or goes");

  await inRepository(files, ({ folder, git }) => {
    for (const [name, bytes] of after) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), bytes);
    }
    const diff = git("-c", "core.autocrlf=false", "diff", "--unified=0", "--no-renames").split("\n");
    const lines = (sign) => diff.filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3))).map((line) => line.slice(1));
    const [gone, come] = [lines("-"), lines("+")];
    assert.ok(gone.length >= 3, `${gone.length} lines`);
    for (const line of come) assert.match(line, /T77/, "only lines that name it");
    assert.deepEqual(come.map((line) => line.replaceAll("T77", "T01")), gone, "and in them nothing but its name");
    const plan = [...after].find(([name]) => name.endsWith("/PLAN.md"))[1].toString();
    assert.doesNotMatch(plan, /(?<![\w-])T01(?![\w-])/);
  });
});

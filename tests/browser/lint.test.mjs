// The lint package as JavaScript uses it, in Node and in the browser, against what the command line says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { inBrowser } from "./harness.mjs";
import { inFolder, loop } from "./studio.mjs";

const site = resolve(process.env.SPECFUSE_SITE ?? join(import.meta.dirname, "../../site"));
const json = (name) => JSON.parse(readFileSync(join(site, "lint/examples", name), "utf8"));
const load = () => import(join(site, "lint/node.mjs"));
const folder = ".specfuse/features/FEAT-2026-0001-sample";

/** A whole example: the plan without a fault with a rule's changes. */
function example(rule, which) {
  const all = { ...json("sample.json"), ...json(`${rule}.json`)[which].files };
  return Object.fromEntries(Object.entries(all).filter(([, text]) => text !== null));
}

/** What the command line says, as rule and place. */
function cli(files) {
  return inFolder(Object.entries(files), (at) => {
    const args = ["lint", "--format", "json", folder];
    try {
      return JSON.parse(execFileSync(loop, args, { encoding: "utf8", cwd: at, stdio: ["ignore", "pipe", "pipe"] }));
    } catch (error) {
      return JSON.parse(error.stdout);
    }
  });
}

test("Node says what the command line says", async () => {
  const { lint } = await load();
  for (const rule of ["graph-cycle", "plan-status", "graph-duplicate-unit"]) {
    const files = example(rule, "bad");
    const line = (file, place, f) => `${file.slice(file.indexOf(".specfuse/"))}:${place.line}:${place.column} ${f.severity} ${f.rule} ${f.message}`;
    // The command line sees the folder that the plan lies in.
    const said = lint(files, { topLevel: [".specfuse"] }).map((f) => line(f.place.file, f.place, f));
    const expected = (await cli(files)).folders[0].findings.map((f) => line(f.path, f.start, f));
    assert.deepEqual(said, expected, rule);
    assert.ok(said.some((line) => line.includes(rule.replace("-", "/"))), rule);
    assert.deepEqual(lint(example(rule, "good")).filter((f) => f.severity !== "info"), [], rule);
  }
});

test("a plan is order and waves; a circle is told", async () => {
  const { plan } = await load();
  const [good] = plan(example("graph-cycle", "good"));
  assert.deepEqual(Object.keys(good), ["feature", "order", "waves", "criticalPath", "cycles"]);
  assert.equal(good.feature, "FEAT-2026-0001-sample");
  assert.deepEqual(good.order, good.waves.flat());
  assert.equal(good.order[0], "FEAT-2026-0001/T01");
  assert.equal(plan(example("graph-cycle", "bad"))[0].cycles.length, 1);
});

test("nonsense is an error in words, and a broken plan is none", async () => {
  const { lint, plan } = await load();
  assert.throws(() => lint({ "../x": "" }), /climbs out of its folder/);
  assert.throws(() => lint("text"), /the files were not understood/);
  assert.throws(() => lint({}, { directories: 5 }), /the facts were not understood/);
  assert.deepEqual([lint({}), plan({})], [[], []]);
  assert.ok(lint({ [`${folder}/PLAN.md`]: "\u0000---\n: : :\n" }).length > 0);
});

test("each field of a finding is described in the types", async () => {
  const { lint } = await load();
  const types = readFileSync(join(site, "lint/index.d.ts"), "utf8");
  const findings = lint(example("file-unknown-key", "bad"));
  const names = findings.flatMap((f) => [f, f.place, f.fix ?? {}]).flatMap(Object.keys);
  for (const name of new Set(names)) assert.match(types, new RegExp(`^  ${name}\\??:`, "m"), name);
  assert.ok(findings.some((f) => f.fix), "one has a fix");
});

inBrowser("the browser says what Node says", "book/reference/rules/graph-cycle.html", async (page) => {
  const { lint } = await load();
  const files = example("graph-cycle", "bad");
  const said = await page.evaluate(async (files) => {
    const { lint } = await import(new URL("../../../lint/index.js", location.href).href);
    return lint(files);
  }, files);
  assert.deepEqual(said, JSON.parse(JSON.stringify(lint(files))));
});

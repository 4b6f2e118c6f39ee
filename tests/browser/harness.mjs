// The built site in a real Chromium. Each test gets its own page; anything the page complains of
// (an exception, an error in the console, a refused resource) fails the test.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const top = resolve(import.meta.dirname, "../..");
/** The folder of the built site. */
export const site = resolve(process.env.SPECFUSE_SITE ?? join(top, "site"));
const program = process.env.SPECFUSE_WWW ?? join(top, "target/debug/specfuse-www");

/** Where the site is reached: under a path, as on a project's static host. */
export const place = { url: "" };

let browser;
let server;
let folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "specfuse-site-"));
  cpSync(site, join(folder, "some/path"), { recursive: true });
  server = spawn(program, ["serve", "--port", "0", "--site", folder], { stdio: ["ignore", "pipe", "inherit"] });
  place.url = `${await address(server)}some/path/`;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
      ...(process.env.CHROMIUM_FLAGS ?? "").split(" ").filter(Boolean),
    ],
  });
});

after(async () => {
  await browser?.close();
  server?.kill();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** A test with a page of its own, at `path` of the site; `expected` matches what it may complain of, and must. */
export function inBrowser(name, path, body, expected = []) {
  test(name, { timeout: 60_000 }, async () => {
    const context = await browser.newContext({ acceptDownloads: true, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const complaints = listen(page);
    try {
      await page.goto(place.url + path, { waitUntil: "load" });
      page.setDefaultTimeout(10_000);
      await body(page).catch((error) => {
        throw new Error([error.message, ...complaints].join("\n"), { cause: error });
      });
      const unexpected = complaints.filter((words) => !expected.some((pattern) => pattern.test(words)));
      assert.deepEqual(unexpected, [], "what the page complained of");
      const missing = expected.filter((pattern) => !complaints.some((words) => pattern.test(words)));
      assert.deepEqual(missing, [], "what the page should have complained of");
    } finally {
      await context.close();
    }
  });
}

/** Collects everything the page complains of. */
function listen(page) {
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(place.url) && !/^(blob|data):/.test(url)) complaints.push(`left the site: ${url}`);
  });
  return complaints;
}

/** The address a started server says it listens on. */
async function address(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const found = line.match(/http:\S+/);
    if (found) return found[0];
  }
  throw new Error("the server stopped before it said where it listens");
}

// What comes after the first page: it is fetched once the page stands, is waited for however late it comes, and
// asked for again when it did not come.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { inBrowser, place, site } from "./harness.mjs";
import { example, notice, unit } from "./studio.mjs";

const chunk = /\/[a-z-]+\.[0-9a-f]{8}\.wasm$/;
const plan = /\/plan\.[0-9a-f]{8}\.wasm$/;
const shared = /\/plan-work\.[0-9a-f]{8}\.wasm$/;
const work = /\/work\.[0-9a-f]{8}\.wasm$/;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A page whose requests reach the server, not the service worker; `on` answers those for `part`. */
async function apart(page, part, on, use) {
  const context = await page.context().browser().newContext({ serviceWorkers: "block" });
  try {
    const other = await context.newPage();
    other.setDefaultTimeout(15_000);
    await other.route(part, on);
    await other.goto(`${place.url}studio/`);
    await use(other);
  } finally {
    await context.close();
  }
}

const late = async (route) => {
  await pause(1000);
  await route.continue();
};

/** Refuses the first `count` requests. */
function refusing(count) {
  return async (route) => {
    await (count-- > 0 ? route.abort() : route.continue());
  };
}

/** The example, with the findings that only the last part can have. */
async function whole(page) {
  await example(page);
  await page.getByRole("tab", { name: "Problems" }).waitFor();
  await page.getByRole("tab", { name: "Text" }).waitFor();
}

inBrowser("the parts are fetched after the program", "studio/", async (page) => {
  await page.waitForFunction((work) => performance.getEntriesByType("resource").some((r) => new RegExp(work).test(r.name)), work.source);
  const begun = await page.evaluate((plan) => {
    const of = (pattern) => performance.getEntriesByType("resource").find((r) => pattern.test(r.name));
    return { program: of(/_bg\.wasm$/).responseEnd, plan: of(new RegExp(plan)).startTime };
  }, plan.source);
  assert.ok(begun.program <= begun.plan, JSON.stringify(begun));
});

for (const [name, part] of [["plan", plan], ["what plan and work share", shared], ["work", work], ["every part", chunk]]) {
  inBrowser(`a click waits for parts that are a second late: ${name}`, "studio/", (page) => apart(page, part, late, whole));
  inBrowser(`a part that fails once is asked for again: ${name}`, "studio/", (page) => apart(page, part, refusing(1), whole));
}

inBrowser("two clicks before anything has come open the example once", "studio/", (page) =>
  apart(page, chunk, late, async (other) => {
    const button = other.getByRole("button", { name: /Open the example/ });
    await button.click();
    await button.click();
    await unit(other, "T01").waitFor();
    assert.equal(await unit(other, "T01").count(), 1);
  }));

inBrowser("what has not come is said, and the next click asks again", "studio/", async (page) => {
  let refused = true;
  await apart(page, plan, (route) => (refused ? route.abort() : route.continue()), async (other) => {
    await other.getByRole("button", { name: /Open the example/ }).click();
    await notice(other).filter({ hasText: "A part of the studio did not load. No file was changed" }).waitFor();
    refused = false;
    await whole(other);
  });
});

inBrowser("a plan is drawn without the part that judges it, which can be asked for again", "studio/", async (page) => {
  let refused = true;
  await apart(page, work, (route) => (refused ? route.abort() : route.continue()), async (other) => {
    await example(other);
    await other.getByText("This part did not load.").first().waitFor();
    refused = false;
    await other.getByRole("button", { name: "Load it again" }).first().click();
    await other.getByRole("tab", { name: "Text" }).waitFor();
  });
});

/** A chunk with so much behind it that a browser takes all of it only when the page reads it. */
function large(bytes) {
  const size = 64 * 1024 * 1024;
  const length = [];
  for (let rest = size + 1; rest > 0; rest >>>= 7) length.push((rest & 127) | (rest > 127 ? 128 : 0));
  return Buffer.concat([bytes, Buffer.from([0, ...length, 0]), Buffer.alloc(size)]);
}

const kinds = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".wasm": "application/wasm", ".svg": "image/svg+xml" };

/** Hands out one file at a time, and what parts share last. */
function oneByOne() {
  let before = Promise.resolve();
  const answer = (request, response) =>
    new Promise((done) => {
      const path = new URL(request.url, "http://host").pathname.replace(/\/$/, "/index.html");
      response.on("close", done);
      try {
        const bytes = readFileSync(join(site, path));
        response.writeHead(200, { "content-type": kinds[extname(path)] ?? "application/octet-stream" });
        response.end(plan.test(path) || work.test(path) ? large(bytes) : bytes);
      } catch {
        response.writeHead(404).end();
      }
    });
  return createServer(async (request, response) => {
    if (shared.test(request.url)) await pause(300);
    before = before.then(() => answer(request, response));
  });
}

inBrowser("a server that hands out one file at a time is not waited for in vain", "index.html", async (page) => {
  const server = oneByOne();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const context = await page.context().browser().newContext();
  try {
    const other = await context.newPage();
    other.setDefaultTimeout(25_000);
    await other.goto(`http://127.0.0.1:${server.address().port}/studio/`);
    await whole(other);
    await other.evaluate(() => navigator.serviceWorker.ready);
  } finally {
    await context.close();
    server.closeAllConnections();
    server.close();
  }
});

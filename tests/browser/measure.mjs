// How long the studio takes: to its first paint on a slow line, to open, to draw a frame while a person
// drags, from a key to the findings it changes, and to lint a whole feature. Prints a table with the budget of each; run by hand:
// `node tests/browser/measure.mjs`, see docs/src/measurements.md.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { after, before } from "node:test";
import { gzipSync } from "node:zlib";
import { inBrowser } from "./harness.mjs";
import { large, short } from "./large.mjs";
import { caret } from "./studio.mjs";
import { zip } from "./zip.mjs";

const table = [["what", "middle", "95 %", "budget"]];

/** Keeps a row: middle and 95th percentile of the measured milliseconds. */
function row(what, times, budget) {
  const sorted = [...times].sort((a, b) => a - b);
  const rank = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
  table.push([what, rank(0.5), rank(0.95), budget]);
}

after(() => {
  for (const cells of table) console.log(`| ${cells.join(" | ")} |`);
});

/** The site as a static host hands it out: packed. */
const site = resolve(process.env.SPECFUSE_SITE ?? join(import.meta.dirname, "../../site"));
const kinds = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".wasm": "application/wasm", ".svg": "image/svg+xml" };
let host;
before(async () => {
  const packed = new Map();
  host = createServer((request, response) => {
    const path = new URL(request.url, "http://host").pathname.replace(/\/$/, "/index.html");
    try {
      if (!packed.has(path)) packed.set(path, gzipSync(readFileSync(join(site, path)), { level: 9 }));
      response.writeHead(200, { "content-type": kinds[extname(path)] ?? "application/octet-stream", "content-encoding": "gzip" });
      response.end(packed.get(path));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => host.listen(0, "127.0.0.1", ready));
});
after(() => host.close());

/** Opens the studio anew at 1.6 Mbit/s, 150 ms away, on a processor four times slower. */
async function onSlowLine(context) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  const rate = 1_600_000 / 8;
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: rate, uploadThroughput: rate });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.goto(`http://127.0.0.1:${host.address().port}/studio/`);
  await page.getByRole("button", { name: /Open the example/ }).waitFor({ timeout: 60_000 });
  const times = await page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    ready: performance.now(),
  }));
  await page.close();
  return times;
}

inBrowser("measure the first paint", "index.html", async (page) => {
  const times = [];
  for (let n = 0; n < 5; n++) times.push(await onSlowLine(page.context()));
  row("first paint, 1.6 Mbit/s and a processor 4 times slower", times.map((t) => t.paint), "1,000");
  row("the same, until the page can be used", times.map((t) => t.ready), "");
});

/** Opens a feature of so many units; how long it takes from its file being read until the frame with the last box is drawn. */
async function open(page, units) {
  await page.evaluate((last) => {
    const read = Blob.prototype.arrayBuffer;
    Blob.prototype.arrayBuffer = async function () {
      const bytes = await read.call(this);
      window.began ??= performance.now();
      return bytes;
    };
    window.opened = new Promise((resolve) => {
      const look = () => {
        if (document.getElementById(last)) setTimeout(() => resolve(performance.now() - window.began));
        else requestAnimationFrame(look);
      };
      look();
    });
  }, `unit-${units - 1}`);
  const waiting = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: /Open a zip/ }).click();
  await (await waiting).setFiles({ name: "large.zip", mimeType: "application/zip", buffer: zip(large(units)) });
  return page.evaluate(() => window.opened);
}

/** The same in a page of its own, once everything that comes later is here. */
async function openAnew(page, units) {
  const other = await page.context().newPage();
  await other.goto(page.url(), { waitUntil: "networkidle" });
  const time = await open(other, units);
  await other.close();
  return time;
}

/** How long each frame takes while `move` is called for each step of a drag. */
async function frames(page, steps, move) {
  await page.evaluate(() => {
    window.frames_ = [];
    window.counting = true;
    let last = performance.now();
    const count = (now) => {
      window.frames_.push(now - last);
      last = now;
      if (window.counting) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
  });
  for (let step = 0; step < steps; step++) await move(step);
  return page.evaluate(() => {
    window.counting = false;
    return window.frames_.slice(1);
  });
}

/** Drags a dependency out of a box, in circles over the graph. */
async function drag(page) {
  const box = await page.locator(".node .handle").first().boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  const times = await frames(page, 120, (step) => page.mouse.move(x + 150 + 100 * Math.cos(step / 8), y + 60 * Math.sin(step / 8)));
  await page.keyboard.press("Escape");
  await page.mouse.move(x, y);
  await page.mouse.up();
  return times;
}

/** Zooms in and out, over all boxes. */
async function zoom(page) {
  return frames(page, 60, (step) => page.getByRole("button", { name: step % 2 ? "Zoom in" : "Zoom out" }).click());
}

/**
 * Presses `count` keys in the text, each making a mistake or mending it, and measures from the key until its finding is
 * in the text and in the list of problems, or gone from both, and until that is drawn. The page tells when it changes:
 * whoever asks it over and over takes part of the time that is measured.
 */
async function keys(page, count) {
  await page.getByRole("tab", { name: "Text" }).click();
  await caret(page, "status: pending");
  await page.locator("#editor .cm-content").focus();
  await page.evaluate(() => {
    const [text, list] = [document.getElementById("editor"), document.getElementById("problems-list")];
    window.places = [text, list];
    window.isShown = (wanted) =>
      (text.querySelector(".cm-lintRange-error") !== null) === wanted && list.textContent.includes("pendingx") === wanted;
  });
  return press(page, count);
}

/** Presses the keys; `window.isShown` says in the page whether what a key brings is there, when one of `window.places` changed. */
async function press(page, count) {
  await page.evaluate(() => {
    const { places, isShown } = window;
    const shown = (wanted) => new Promise((resolve) => {
      const look = () => isShown(wanted) && (observer.disconnect(), resolve());
      const observer = new MutationObserver(look);
      for (const place of places) observer.observe(place, { subtree: true, childList: true, characterData: true, attributes: true });
      look();
    });
    addEventListener("keydown", ({ key }) => {
      const begin = performance.now();
      window.told = (async () => {
        await shown(key === "x");
        const findings = performance.now() - begin;
        await new Promise((resolve) => requestAnimationFrame(resolve));
        await new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = resolve;
          port2.postMessage(null);
        });
        return { findings, drawn: performance.now() - begin };
      })();
    }, { capture: true });
  });
  const [findings, drawn] = [[], []];
  for (let n = 0; n < count; n++) {
    await page.keyboard.press(n % 2 === 0 ? "x" : "Backspace");
    const times = await page.evaluate(() => window.told);
    findings.push(times.findings);
    drawn.push(times.drawn);
  }
  return { findings, drawn };
}

/** What no program can be faster than: the same editor with the same text, alone on its page; the finding is known before. */
inBrowser("measure the editor alone", "studio/", async (page) => {
  const text = large(200).get(".specfuse/features/FEAT-2026-0200-large/WU-1.md").toString();
  await page.evaluate(async (text) => {
    const { open } = await import(new URL("editor.js", location.href));
    const place = Object.assign(document.createElement("div"), { id: "editor" });
    place.style.cssText = "width: 400px; height: 600px";
    document.body.replaceChildren(place);
    const told = (what, text) => {
      const at = text.indexOf("pendingx");
      const finding = at < 0 ? [] : [at, at + 8, "error", "`pendingx` is no status.", "", "unit/status", "", "", 0];
      if (what === "changed") view.show(text, new Uint32Array(), finding, false);
      return [];
    };
    const view = open(place, text, "Text", [], told);
    view.show(text, new Uint32Array(), [], false);
    window.places = [place];
    window.isShown = (wanted) => (place.querySelector(".cm-lintRange-error") !== null) === wanted;
  }, text);
  await caret(page, "status: pending");
  const { findings, drawn } = await press(page, 60);
  row("the editor alone: from a key to its finding", findings, "");
  row("the same, until the frame is drawn", drawn, "");
});

inBrowser("measure the example", "studio/", async (page) => {
  await page.getByRole("button", { name: /Open the example/ }).click();
  await page.getByRole("button", { name: /^T01:/ }).click();
  const { findings, drawn } = await keys(page, 100);
  row("example of 8 units: from a key to its findings", findings, "16");
  row("the same, until the frame is drawn", drawn, "");
});

for (const [units, frame] of [[200, "20"], [1000, "25"]]) {
  inBrowser(`measure how ${units} units are opened`, "studio/", async (page) => {
    const times = [];
    for (let n = 0; n < 5; n++) times.push(await openAnew(page, units));
    row(`${units} units: open`, times, units === 200 ? "150" : "");
  });

  inBrowser(`measure ${units} units`, "studio/", async (page) => {
    page.setDefaultTimeout(30_000);
    await open(page, units);
    row(`${units} units: a frame while a dependency is drawn`, await drag(page), frame);
    row(`${units} units: a frame while zooming`, await zoom(page), frame);
    await page.getByRole("button", { name: new RegExp(`^${short(1)}:`) }).click();
    const { findings, drawn } = await keys(page, 60);
    row(`${units} units: from a key to its findings`, findings, units === 200 ? "16" : "");
    row("the same, until the frame is drawn", drawn, "");
  });
}

inBrowser("measure the lint", "book/reference/rules/graph-cycle.html", async (page) => {
  const files = Object.fromEntries([...large(104)].map(([name, bytes]) => [name, bytes.toString()]));
  const size = Object.values(files).reduce((sum, text) => sum + text.length, 0);
  const times = await page.evaluate(async (files) => {
    const { lint } = await import(new URL("../../../lint/index.js", location.href).href);
    const once = () => {
      const begin = performance.now();
      lint(files);
      return performance.now() - begin;
    };
    return Array.from({ length: 30 }, once);
  }, files);
  row(`lint of a feature of ${Math.round(size / 1024)} KB, from files to findings`, times, "10");
});

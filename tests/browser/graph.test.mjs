// The graph as a person uses it: selecting, changing several units at once, finding, looking, taking it away.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inBrowser } from "./harness.mjs";
import { example, exported, feature, notice, openZip, unit } from "./studio.mjs";
import { large, short } from "./large.mjs";

const plan = async (page) => (await exported(page)).get(`${feature}/PLAN.md`).toString();
const selected = (page) => page.locator(".node.selected .short").allInnerTexts();
const undo = (page) => page.getByRole("button", { name: "Undo" });

async function downloaded(page, act) {
  const waiting = page.waitForEvent("download");
  await act();
  const download = await waiting;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

const focused = (page, name) => page.waitForFunction((name) => document.activeElement?.ariaLabel?.startsWith(`${name}:`), name);

inBrowser("units are selected with keys, clicks and a rectangle", "studio/", async (page) => {
  await example(page);
  await unit(page, "T02").click();
  await unit(page, "T03").click({ modifiers: ["Shift"] });
  assert.deepEqual(await selected(page), ["T02", "T03"]);
  await page.keyboard.press("u");
  assert.deepEqual(await selected(page), ["T01", "T02", "T03"]);
  await unit(page, "T01").click({ modifiers: ["Control"] });
  assert.deepEqual(await selected(page), ["T02", "T03"]);
  await page.keyboard.press("Escape");
  assert.deepEqual(await selected(page), []);
  await page.keyboard.press("Control+a");
  assert.equal((await selected(page)).length, 8);
  await unit(page, "T04").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("d");
  assert.deepEqual(await selected(page), ["T04", "T05", "G2-CLOSE"]);
  const [from, to] = [await unit(page, "T02").boundingBox(), await unit(page, "T03").boundingBox()];
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.down("Shift");
  await page.mouse.move(from.x - 8, from.y - 6);
  await page.mouse.down();
  await page.mouse.move(to.x + 30, to.y + 30, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  assert.deepEqual(await selected(page), ["T02", "T03"]);
});

inBrowser("the selection stays with its units when others come and go", "studio/", async (page) => {
  await example(page);
  await unit(page, "T05").click();
  await unit(page, "T01").click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+d");
  await notice(page).filter({ hasText: "Duplicate T01 and T05." }).waitFor();
  await page.keyboard.press("Control+z");
  await unit(page, "T05").click();
  await page.keyboard.press("F2");
  const asked = page.getByRole("dialog", { name: "Rename" });
  assert.equal(await asked.getByLabel("Id").inputValue(), "T05");
  await asked.getByLabel("Id").fill("T09");
  await asked.getByLabel("Title").fill("Called anew");
  await page.keyboard.press("Enter");
  await page.getByText("Rename T05 to T09.").waitFor();
  assert.deepEqual(await selected(page), ["T09"]);
  assert.match(await plan(page), /depends_on: \[FEAT-2026-0001\/T09\]/);
  await undo(page).click();
  assert.deepEqual(await selected(page), ["T05"]);
});

inBrowser("several units are changed as one step", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  const three = async () => {
    await unit(page, "T01").click();
    await unit(page, "T02").click({ modifiers: ["Shift"] });
    await unit(page, "T03").click({ modifiers: ["Shift"] });
  };
  await three();
  await page.keyboard.press("Delete");
  await page.getByText("Delete 3 units.").waitFor();
  assert.equal(await page.locator(".node").count(), 5);
  await undo(page).click();
  assert.ok(await undo(page).isDisabled(), "one step");
  await three();
  await page.keyboard.press("c");
  await unit(page, "T05").click();
  await page.getByText("T05 waits for 3 units.").waitFor();
  assert.match(await plan(page), /T04, FEAT-2026-0001\/T01, FEAT-2026-0001\/T02, FEAT-2026-0001\/T03\]/);
  await undo(page).click();
  await unit(page, "T05").click();
  await page.keyboard.press("Shift+Delete");
  await page.getByText("Delete T05 and reconnect.").waitFor();
  assert.match(await plan(page), /G2-CLOSE\n.*\n {8}depends_on: \[FEAT-2026-0001\/T04\]/);
  await undo(page).click();
  assert.deepEqual(await exported(page), start);
});

inBrowser("a dependency is selected by keys and by a click, and taken away", "studio/", async (page) => {
  await example(page);
  await unit(page, "T02").click();
  await page.keyboard.press("e");
  await page.getByText("T02 waits for T01. Delete takes that away.").waitFor();
  await page.keyboard.press("Delete");
  await page.getByText("T02 no longer waits for T01.").waitFor();
  await page.keyboard.press("Control+z");
  const [from, to] = [await unit(page, "T01").boundingBox(), await unit(page, "T03").boundingBox()];
  assert.ok(from.x < to.x);
  await page.mouse.click(to.x - 7, to.y + to.height / 2);
  await page.getByText("T03 waits for T01. Delete takes that away.").waitFor();
  await page.keyboard.press("Backspace");
  await page.getByText("T03 no longer waits for T01.").waitFor();
});

inBrowser("a circle drawn by keys is refused with its path", "studio/", async (page) => {
  await example(page);
  await unit(page, "T03").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("c");
  await page.keyboard.press("ArrowLeft");
  await focused(page, "T01");
  await page.keyboard.press("Enter");
  await notice(page).filter({ hasText: /circle: FEAT-2026-0001\/T03 → FEAT-2026-0001\/T01/ }).waitFor();
  assert.ok(await undo(page).isDisabled());
});

inBrowser("units are copied and pasted with ids of their own", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await unit(page, "T02").click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+c");
  await page.getByText("Copied 2 units.").waitFor();
  await unit(page, "T04").click();
  await page.keyboard.press("Control+v");
  await page.getByText("Paste into gate 2.").waitFor();
  assert.match(await plan(page), /T07\n.*\n {8}depends_on: \[FEAT-2026-0001\/T06\]/);
  await page.keyboard.press("Control+z");
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "no unit at all");
    window.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
  });
  await notice(page).filter({ hasText: "This text holds no unit" }).waitFor();
});

inBrowser("a box moves to another gate by keys and by a drag", "studio/", async (page) => {
  await example(page);
  await unit(page, "T04").click();
  await page.keyboard.press("Alt+ArrowUp");
  await page.getByText("Move T04 to gate 1.").waitFor();
  await page.keyboard.press("Control+z");
  const box = await unit(page, "T04").boundingBox();
  const goal = await page.getByRole("region", { name: "Gate 1" }).boundingBox();
  await page.mouse.move(box.x + 60, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, goal.y + 60, { steps: 4 });
  await page.locator(".drop").waitFor();
  await page.mouse.up();
  await page.getByText("Move T04 to gate 1.").waitFor();
  await page.keyboard.press("Control+z");
  await unit(page, "T02").click();
  await page.keyboard.press("Alt+ArrowDown");
  await notice(page).filter({ hasText: "later gate" }).waitFor();
});

inBrowser("gates come, change places and go", "studio/", async (page) => {
  await example(page);
  await page.keyboard.press("Shift+G");
  await page.getByText("Not drafted yet.").waitFor();
  await page.getByRole("button", { name: "What can be done with gate 2" }).click();
  await page.getByRole("button", { name: "Move this gate forward" }).click();
  await page.getByText("Move gate 2 to place 1.").waitFor();
  await page.keyboard.press("Control+z");
  await page.getByRole("button", { name: "What can be done with gate 2" }).click();
  await page.getByRole("button", { name: "Delete this gate" }).click();
  await page.getByText("Its 3 units go with it").waitFor();
  await page.getByRole("button", { name: "Delete gate" }).click();
  await page.getByText("Delete gate 2.").waitFor();
  assert.equal(await page.locator(".node").count(), 5);
});

inBrowser("units change places in the plan by keys and by a drag, one step each", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  const order = async () => [...(await plan(page)).matchAll(/- id: FEAT-2026-0001\/(T0\d)/g)].map((found) => found[1]).join(" ");
  const place = (name) => unit(page, name).boundingBox();
  const [first, second] = [await place("T02"), await place("T03")];
  await unit(page, "T03").click();
  await page.keyboard.press("Alt+Shift+ArrowUp");
  await page.getByText("Put T03 before T02 in the plan.").waitFor();
  await focused(page, "T03");
  assert.equal(await order(), "T01 T03 T02 T04 T05");
  assert.deepEqual(await place("T03"), first, "the picture follows");
  assert.deepEqual(await place("T02"), second);
  assert.deepEqual(await selected(page), ["T03"]);
  await undo(page).click();
  assert.deepEqual(await exported(page), start, "one step");
  assert.deepEqual(await place("T03"), second);

  await page.mouse.move(first.x + 60, first.y + 20);
  await page.mouse.down();
  await page.mouse.move(first.x + 70, second.y + 40, { steps: 4 });
  await page.locator(".drop.between").waitFor();
  await page.mouse.up();
  await page.getByText("Put T02 behind T03 in the plan.").waitFor();
  assert.equal(await order(), "T01 T03 T02 T04 T05");
  await undo(page).click();
  assert.deepEqual(await exported(page), start);
  assert.ok(await undo(page).isDisabled());

  await unit(page, "T03").click();
  await page.keyboard.press("Alt+Shift+ArrowDown");
  await notice(page).filter({ hasText: "That is the last place of the units of gate 1 that do not close it." }).waitFor();
  await page.keyboard.press("o");
  const row = (name) => page.getByRole("region", { name: "Outline" }).getByRole("button", { name: new RegExp(`^${name} `) });
  await row("T02").click();
  await page.keyboard.press("Alt+Shift+ArrowDown");
  await page.getByText("Put T02 behind T03 in the plan.").waitFor();
  await page.waitForFunction(() => /^T02/.test(document.activeElement?.innerText));
});

inBrowser("a key takes a dependency away, and those between the selected units", "studio/", async (page) => {
  await example(page);
  const start = await exported(page);
  await unit(page, "T02").click();
  await page.keyboard.press("e");
  await page.getByText("T02 waits for T01. Delete takes that away.").waitFor();
  await page.keyboard.press("x");
  await page.getByText("T02 no longer waits for T01.").waitFor();
  await undo(page).click();
  await unit(page, "T01").click();
  await unit(page, "T02").click({ modifiers: ["Shift"] });
  await unit(page, "T03").click({ modifiers: ["Shift"] });
  await page.keyboard.press("x");
  await page.getByText("Take 2 dependencies away.").waitFor();
  await undo(page).click();
  assert.deepEqual(await exported(page), start, "one step");
  await unit(page, "T02").click();
  await unit(page, "T03").click({ modifiers: ["Shift"] });
  await page.keyboard.press("x");
  await notice(page).filter({ hasText: "None of the selected units waits for another of them." }).waitFor();
});

inBrowser("a menu offers what fits one unit, several, and a dependency", "studio/", async (page) => {
  await example(page);
  const offered = async () => {
    await page.keyboard.press("Shift+F10");
    await page.getByRole("dialog").waitFor();
    const names = await page.getByRole("dialog").locator("li span").allInnerTexts();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    return names;
  };
  await unit(page, "T01").click();
  const one = await offered();
  await unit(page, "T02").click({ modifiers: ["Shift"] });
  const two = await offered();
  const only = (these, those) => these.filter((name) => !those.includes(name));
  assert.deepEqual(only(one, two), ["Rename", "Select the next dependency"]);
  assert.deepEqual(only(two, one), ["Disconnect the selected units from each other"]);
  await unit(page, "T02").click();
  await page.keyboard.press("e");
  assert.deepEqual(await offered(), ["Disconnect the selected units from each other", "Select the next dependency"]);
});

inBrowser("a new unit says what it waits for", "studio/", async (page) => {
  await example(page);
  await unit(page, "T04").click();
  await page.keyboard.press("n");
  const asked = page.getByRole("dialog", { name: "New unit in gate 2" });
  await asked.getByLabel("Title").fill("Ask somebody");
  await asked.getByLabel("Type").selectOption("human");
  await asked.getByRole("checkbox", { name: /T05/ }).check();
  await page.getByRole("button", { name: "Add unit" }).click();
  await focused(page, "T06");
  assert.match(await unit(page, "T06").getAttribute("aria-label"), /draft, Ask somebody, human/);
  assert.match(await plan(page), /T06\n.*\n {8}depends_on: \[FEAT-2026-0001\/T05\]/);
});

inBrowser("a menu is reached by the keyboard", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await page.keyboard.press("Shift+F10");
  const menu = page.getByRole("dialog", { name: "T01" });
  await menu.getByRole("button", { name: /Duplicate/ }).press("Enter");
  await page.getByText("Duplicate T01.").waitFor();
  await focused(page, "T06");
  await unit(page, "T03").click({ button: "right" });
  await page.getByRole("dialog", { name: "T03" }).getByRole("button", { name: "Close" }).click();
});

inBrowser("units are found by words, status and type", "studio/", async (page) => {
  await example(page);
  await page.keyboard.press("/");
  await page.keyboard.type("t0");
  await page.getByText("5 units", { exact: true }).waitFor();
  assert.equal(await page.locator(".node.dim").count(), 3);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".node.dim").count(), 0);
  await page.keyboard.press("/");
  await page.locator(".find").getByLabel("Type").selectOption("plan-next");
  await page.getByText("1 unit", { exact: true }).waitFor();
  await page.getByLabel("Words of the id or title").press("Enter");
  assert.deepEqual(await selected(page), ["G1-PLAN"]);
});

inBrowser("the focus is where the next key belongs before that can be pressed", "studio/", async (page) => {
  await example(page);
  /** Presses a key, and says what has the focus as soon as anything else could happen. */
  const after = (key) => page.evaluate(async (key) => {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true }));
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
    return document.activeElement.id;
  }, key);
  assert.equal(await after({ key: "/" }), "find-text");
  await page.keyboard.press("Escape");
  await unit(page, "T02").click();
  assert.equal(await after({ key: "d", ctrlKey: true }), await unit(page, "T06").getAttribute("id"));
  assert.equal(await after({ key: "Delete" }), "unit-2");
  await unit(page, "T01").click();
  const produces = page.getByLabel("produces", { exact: true });
  await produces.focus();
  await produces.press("End");
  await page.keyboard.type("x");
  assert.equal(await after({ key: "Enter" }), "key-produces-1");
});

inBrowser("the critical path and the waves are shown", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await page.keyboard.press("Shift+P");
  assert.match(await unit(page, "T01").getAttribute("aria-label"), /on the critical path/);
  assert.ok((await page.locator(".node.dim").count()) > 0);
  await page.keyboard.press("w");
  assert.match(await unit(page, "T02").getAttribute("aria-label"), /wave 2/);
  await page.keyboard.press("w");
  assert.equal(await page.locator(".wave").count(), 0);
});

inBrowser("zooming keeps what is under the pointer", "studio/", async (page) => {
  await example(page);
  const box = unit(page, "T05");
  for (let n = 0; n < 4; n++) await page.keyboard.press("+");
  await box.scrollIntoViewIfNeeded();
  const before = await box.boundingBox();
  const at = { x: before.x + 20, y: before.y + 20 };
  await page.mouse.move(at.x, at.y);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -60);
  await page.keyboard.up("Control");
  await page.waitForFunction((width) => document.querySelector("#unit-6").getBoundingClientRect().width > width + 5, before.width);
  await page.waitForTimeout(60);
  const after = await box.boundingBox();
  const factor = after.width / before.width;
  assert.ok(Math.abs(after.x + 20 * factor - at.x) < 6 && Math.abs(after.y + 20 * factor - at.y) < 6, JSON.stringify([before, after]));
  await page.keyboard.press("0");
  await page.getByText("100 %", { exact: true }).waitFor();
});

inBrowser("the picture is moved, fitted, and zoomed to the selection", "studio/", async (page) => {
  await openZip(page, "large.zip", large(60));
  await unit(page, short(60)).waitFor();
  await page.keyboard.press("0");
  const scrolled = () => page.locator("#canvas").evaluate((canvas) => canvas.scrollTop);
  const canvas = await page.locator("#canvas").boundingBox();
  await page.locator("#canvas").evaluate((canvas) => canvas.scrollTo(0, 0));
  await page.locator("#canvas").focus();
  await page.keyboard.down("Space");
  await page.mouse.move(canvas.x + 400, canvas.y + 200);
  await page.mouse.down();
  await page.mouse.move(canvas.x + 300, canvas.y + 80, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Space");
  assert.equal(await scrolled(), 120, "Space alone scrolls nothing");
  await page.keyboard.press("f");
  await page.waitForFunction(() => {
    const [inner, outer] = [document.querySelector(".extent"), document.querySelector("#canvas")];
    return inner.offsetWidth <= outer.clientWidth + 1 && inner.offsetHeight <= outer.clientHeight + 1;
  });
  const small = (await unit(page, short(1)).boundingBox()).width;
  await unit(page, short(60)).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("z");
  await page.waitForFunction((small) => document.querySelector(".node.selected").getBoundingClientRect().width > 2 * small, small);
  const box = await page.locator(".node.selected").boundingBox();
  assert.ok(box.x >= canvas.x && box.x + box.width <= canvas.x + canvas.width, "it is in view");
  assert.ok(box.y >= canvas.y && box.y + box.height <= canvas.y + canvas.height);
});

inBrowser("a picture narrower than its panel stands in the middle, and its middle stays when it grows", "studio/", async (page) => {
  await openZip(page, "large.zip", large(200));
  await unit(page, short(50)).waitFor();
  const inTheMiddle = (wider) =>
    page.waitForFunction((wider) => {
      const [canvas, ...bands] = ["#canvas", ".band"].flatMap((s) => [...document.querySelectorAll(s)]).map((e) => e.getBoundingClientRect());
      const [left, right] = [Math.min(...bands.map((band) => band.left)), Math.max(...bands.map((band) => band.right))];
      return right - left > canvas.width === wider && Math.abs(left + right - canvas.left - canvas.right) < 24;
    }, wider);
  await page.keyboard.press("f");
  await inTheMiddle(false);
  for (let n = 0; n < 12; n++) await page.keyboard.press("+");
  await inTheMiddle(true);
});

inBrowser("from afar a box shows its id, large enough to read", "studio/", async (page) => {
  await openZip(page, "large.zip", large(200));
  const one = unit(page, short(1));
  await one.waitFor();
  const height = () => one.locator(".short").evaluate((id) => id.getBoundingClientRect().height);
  await page.keyboard.press("0");
  await one.locator(".title").waitFor();
  const near = await height();
  await page.keyboard.press("f");
  await one.locator(".title").waitFor({ state: "hidden" });
  const scale = await page.locator("#stage").evaluate((stage) => stage.getBoundingClientRect().width / stage.offsetWidth);
  assert.ok(scale < 0.3, `all of it is in sight: ${scale}`);
  assert.ok((await height()) > 2 * scale * near);
  assert.match(await one.getAttribute("aria-label"), /pending, Part 1/, "it is called as before");
});

inBrowser("a dependency on the unit itself or on a later gate is refused with the reason", "studio/", async (page) => {
  await example(page);
  const draw = async (first, then) => {
    await unit(page, first).click();
    await page.keyboard.press("c");
    await unit(page, then).click();
  };
  await draw("T04", "T01");
  await notice(page).filter({ hasText: /FEAT-2026-0001\/T01 .*FEAT-2026-0001\/T04.*later gate/ }).waitFor();
  await page.getByRole("button", { name: "Close message" }).click();
  await draw("T01", "T01");
  await notice(page).filter({ hasText: /FEAT-2026-0001\/T01 .*itself/ }).waitFor();
  assert.ok(await undo(page).isDisabled());
});

inBrowser("a large graph has a map that moves it", "studio/", async (page) => {
  await openZip(page, "large.zip", large(60));
  await unit(page, short(60)).waitFor();
  await page.keyboard.press("0");
  const map = page.locator("#minimap");
  const canvas = page.locator("#canvas");
  await canvas.evaluate((canvas) => canvas.scrollTo(0, 0));
  const { width, height } = await map.boundingBox();
  await map.click({ position: { x: width - 8, y: height - 8 } });
  await page.waitForFunction(() => document.querySelector("#canvas").scrollTop > 200);
  await page.getByRole("button", { name: "Fit" }).click();
  assert.equal(await map.locator(".frame").count(), 1);
});

inBrowser("a thousand units are opened, found and renamed", "studio/", async (page) => {
  page.setDefaultTimeout(40_000);
  await openZip(page, "large.zip", large(1000));
  await page.waitForFunction(() => document.querySelectorAll(".node").length === 1000);
  await page.keyboard.press("/");
  await page.keyboard.type(short(1000).toLowerCase());
  await page.keyboard.press("Enter");
  await page.waitForFunction((short) => document.querySelector(".node.selected .short")?.innerText === short, short(1000));
  await page.keyboard.press("Escape");
  await unit(page, short(1000)).focus();
  await page.keyboard.press("F2");
  await page.getByRole("dialog").getByLabel("Title").fill("The last of a thousand");
  await page.keyboard.press("Enter");
  await unit(page, short(1000)).filter({ hasText: "The last of a thousand" }).waitFor();
});

inBrowser("an edit moves as little as possible, and T tidies", "studio/", async (page) => {
  await example(page);
  const place = (name) => unit(page, name).boundingBox();
  const before = await place("T03");
  await unit(page, "T02").click();
  await page.keyboard.press("Delete");
  await page.getByText("Delete T02.").waitFor();
  assert.deepEqual(await place("T03"), before);
  await page.keyboard.press("t");
  await page.getByText("Tidied.").waitFor();
  assert.notDeepEqual(await place("T03"), before);
});

inBrowser("the graph is taken away as SVG, PNG and Mermaid, and runs nothing", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await page.keyboard.press("F2");
  await page.getByRole("dialog").getByLabel("Title").fill(`</text><script>window.hurt = 1</script><img src=x onerror="window.hurt = 1">`);
  await page.keyboard.press("Enter");
  const take = async (name) => {
    await page.getByRole("button", { name: "Picture …" }).click();
    return downloaded(page, () => page.getByRole("button", { name }).click());
  };
  const svg = await take("Save the graph as SVG");
  assert.equal(svg.name, "FEAT-2026-0001-greeting.svg");
  const text = svg.bytes.toString();
  assert.match(text, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  const read = await page.evaluate((text) => {
    const read = new DOMParser().parseFromString(text, "image/svg+xml");
    return { errors: read.querySelectorAll("parsererror, script, img, foreignObject").length, texts: read.querySelectorAll("text").length };
  }, text);
  assert.equal(read.errors, 0);
  assert.ok(read.texts > 20);
  const png = await take("Save the graph as PNG");
  assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
  assert.ok(png.bytes.readUInt32BE(16) > 1000, "as wide as the graph");
  const mermaid = await take("Save the graph as Mermaid text");
  assert.match(mermaid.bytes.toString(), /^flowchart LR\n {2}subgraph gate1\["Gate 1"\]/);
  assert.equal(await page.evaluate(() => window.hurt), undefined);
});

// Makes the pictures of the book and the landing page anew from the built site, into that site. With
// `SPECFUSE_KEEP=1` they go into `docs/src/pictures`, from where the next site takes them.
import { join, resolve } from "node:path";
import { inBrowser, site } from "./harness.mjs";
import { edit, example, unit } from "./studio.mjs";

const sources = resolve(import.meta.dirname, "../../docs/src/pictures");
const folder = process.env.SPECFUSE_KEEP ? sources : join(site, "book/pictures");
const themes = ["light", "dark"];

/** One picture, in one theme, without anything that moves. */
async function picture(page, name, theme, clip) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(folder, `${name}-${theme}.png`), clip });
}

const whole = (page, name) => picture(page, name, "light");
const hush = (page) => page.getByRole("button", { name: "Close message" }).click();

inBrowser("the studio", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await hush(page);
  for (const theme of themes) await picture(page, "studio", theme, { x: 0, y: 0, width: 1280, height: 800 });
  await unit(page, "T03").click();
  for (const theme of themes) await picture(page, "graph", theme, { x: 0, y: 48, width: 880, height: 550 });
});

inBrowser("the playground", "book/reference/rules/graph-cycle.html", async (page) => {
  await page.setViewportSize({ width: 880, height: 550 });
  await page.locator(".play-findings li").first().waitFor();
  await page.locator(".play-place").first().click();
  await page.evaluate(() => {
    document.documentElement.style.scrollBehavior = "auto";
    document.querySelector(".play-bar").scrollIntoView();
    window.scrollBy(0, 16);
  });
  for (const theme of themes) await picture(page, "playground", theme, { x: 0, y: 0, width: 880, height: 550 });
});

inBrowser("the ways to open", "studio/", async (page) => {
  await page.getByRole("button", { name: /Open the example/ }).waitFor();
  await whole(page, "welcome");
});

inBrowser("a text with a finding", "studio/", async (page) => {
  await example(page);
  await unit(page, "T02").click();
  await edit(page, (text) => text.replace("pending", "pendng"));
  await hush(page);
  await whole(page, "text");
});

inBrowser("a review", "studio/", async (page) => {
  await example(page);
  await hush(page);
  await page.getByRole("button", { name: "Review 3 drafts" }).click();
  await whole(page, "review");
});

inBrowser("a plan that was played", "studio/", async (page) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await example(page);
  await page.getByRole("tab", { name: "Play" }).click();
  await page.getByRole("button", { name: "To the end" }).click();
  await page.getByText("awaits review").first().waitFor();
  await hush(page);
  await whole(page, "play");
});

inBrowser("the palette", "studio/", async (page) => {
  await example(page);
  await hush(page);
  await page.keyboard.press("Control+k");
  await whole(page, "palette");
});

inBrowser("a phone", "studio/", async (page) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.reload();
  await page.getByRole("button", { name: /Open the example/ }).click();
  await page.getByRole("region", { name: "Outline" }).waitFor();
  await hush(page);
  await whole(page, "phone");
});

// Makes the landing page's pictures anew from the built site, in both themes: `node tests/browser/pictures.mjs`.
import { join, resolve } from "node:path";
import { inBrowser } from "./harness.mjs";
import { example, unit } from "./studio.mjs";

const folder = resolve(import.meta.dirname, "../../www/assets/pictures");

async function picture(page, name, theme, clip) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  const at = join(folder, `${name}-${theme}.png`);
  await page.screenshot({ path: at, clip });
}

const themes = ["light", "dark"];

inBrowser("the studio", "studio/", async (page) => {
  await example(page);
  await unit(page, "T01").click();
  await page.getByRole("button", { name: "Close message" }).click();
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

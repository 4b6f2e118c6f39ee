// The pages of the site: they load under a path, link each other, and run no script but ours.
import assert from "node:assert/strict";
import { inBrowser } from "./harness.mjs";

inBrowser("the landing page leads to the studio and the book", "", async (page) => {
  await page.getByRole("link", { name: "Read the book" }).click();
  await page.waitForURL("**/some/path/book/introduction.html");
  await page.getByRole("link", { name: "Getting started" }).first().click();
  await page.waitForURL("**/book/guide/getting-started.html");
  await page.getByRole("link", { name: "Studio", exact: true }).click();
  await page.waitForURL("**/some/path/studio/");
  await page.getByRole("heading", { name: "Specfuse Studio" }).waitFor();
});

inBrowser("the studio starts", "studio/", async (page) => {
  await page.getByRole("heading", { name: "Specfuse Studio" }).waitFor();
});

inBrowser("an injected script does not run in the studio", "studio/", async (page) => {
  await page.getByRole("heading", { name: "Specfuse Studio" }).waitFor();
  const refused = await page.evaluate(() => {
    const said = new Promise((resolve) => {
      document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
    });
    const script = document.createElement("script");
    script.src = "data:text/javascript,document.title='taken'";
    document.body.append(script);
    return said;
  });
  assert.equal(refused, "script-src-elem");
  assert.equal(await page.title(), "Specfuse Studio");
}, [/Content Security Policy/]);

// The playground of a rule's page: shows the example's files, lints them while they are edited, and applies fixes.
const place = document.querySelector(".playground");
const site = new URL("./", import.meta.url);
const part = (name) => place.querySelector(name);
const [field, marks, status, list] = ["textarea", "pre", ".play-status", ".play-findings"].map(part);
const folder = ".specfuse/features/FEAT-2026-0001-sample/";
const short = (path) => (path.startsWith(folder) ? path.slice(folder.length) : path);
const json = async (name) => (await fetch(new URL(`lint/examples/${name}.json`, site))).json();

let files = {};
let facts = {};
let shown = place.dataset.file;
let linter;
let sample;
let examples;

function element(name, content, properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(content);
  return made;
}

/** Puts a whole example into the editor. */
function open(name) {
  const example = examples[name];
  facts = example.facts;
  files = {};
  for (const [path, text] of Object.entries({ ...sample, ...example.files })) if (text !== null) files[path] = text;
  for (const button of place.querySelectorAll("[data-example]")) {
    button.setAttribute("aria-pressed", String(button.dataset.example === name));
  }
  show(shown in files ? shown : tabs().find((tab) => tab.dataset.file in files)?.dataset.file ?? `${folder}PLAN.md`);
  const first = linter.lint(files, facts).find((finding) => finding.place.file === shown);
  reveal(first?.place.start ?? 0);
}

const tabs = () => [...place.querySelectorAll("[data-file]")].filter((tab) => tab.tagName === "BUTTON");

/** Shows a file; a finding may lie in one that has no tab yet. */
function show(path) {
  shown = path;
  if (!tabs().some((tab) => tab.dataset.file === path)) addTab(path);
  for (const tab of tabs()) {
    const missing = !(tab.dataset.file in files);
    tab.disabled = missing;
    tab.title = missing ? "not there in this example" : "";
    tab.setAttribute("aria-pressed", String(tab.dataset.file === path));
  }
  field.setAttribute("aria-label", `Text of ${short(path)}`);
  field.value = files[path] ?? "";
  judge();
}

function addTab(path) {
  const tab = element("button", short(path), { type: "button" });
  tab.dataset.file = path;
  part(".play-files").append(tab);
}

/** Lints and shows what is found. */
function judge() {
  const findings = linter.lint(files, facts);
  const serious = findings.filter((finding) => finding.severity !== "info").length;
  const remarks = findings.length - serious;
  const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
  status.textContent = findings.length === 0 ? "Nothing is wrong with this plan."
    : [serious && count(serious, "problem"), remarks && count(remarks, "remark")].filter(Boolean).join(", ");
  place.classList.toggle("play-clean", serious === 0);
  list.replaceChildren(...findings.map(item));
  mark(findings.filter((finding) => finding.place.file === shown));
}

function item(finding) {
  const { file, line, column, start, end } = finding.place;
  const line_ = element("li", "", { className: finding.severity });
  const go = element("button", `${short(file)}:${line}:${column}`, { type: "button", className: "play-place" });
  go.addEventListener("click", () => select(file, start, end));
  const rule = element("a", finding.rule, { href: `${finding.rule.replace("/", "-")}.html` });
  line_.append(element("span", finding.severity, { className: "play-severity" }), " ", finding.message, " ", rule, " ", go);
  if (finding.fix) {
    const fix = element("button", `Fix: ${finding.fix.title}`, { type: "button", className: "play-fix" });
    fix.addEventListener("click", () => apply(finding.fix));
    line_.append(" ", fix);
  }
  return line_;
}

function apply(fix) {
  for (const [path, text] of Object.entries(fix.files)) {
    if (text === null) delete files[path];
    else files[path] = text;
  }
  const changed = Object.keys(fix.files).filter((path) => path in files);
  show(changed.includes(shown) ? shown : changed[0] ?? `${folder}PLAN.md`);
  field.focus();
}

function select(file, start, end) {
  if (file in files) show(file);
  field.focus();
  field.setSelectionRange(start, Math.max(end, start));
  reveal(start);
}

/** Scrolls the text so that a place is in view. */
function reveal(start) {
  const height = Number.parseFloat(getComputedStyle(field).lineHeight);
  field.scrollTop = Math.max(0, (field.value.slice(0, start).split("\n").length - 4) * height);
}

/** Draws the places of findings behind the text. */
function mark(findings) {
  const text = field.value;
  const parts = [];
  let at = 0;
  for (const { place: { start, end }, severity } of findings.toSorted((a, b) => a.place.start - b.place.start)) {
    const lineEnd = text.indexOf("\n", start) < 0 ? text.length : text.indexOf("\n", start);
    const stop = Math.min(Math.max(end, Math.min(start + 1, lineEnd)), Math.max(lineEnd, start));
    if (start < at || stop <= start) continue;
    parts.push(text.slice(at, start), element("mark", text.slice(start, stop), { className: severity }));
    at = stop;
  }
  marks.replaceChildren(...parts, `${text.slice(at)}\n`);
  scroll();
}

function scroll() {
  marks.scrollTop = field.scrollTop;
  marks.scrollLeft = field.scrollLeft;
}

async function begin() {
  [linter, sample, examples] = await Promise.all([
    import(new URL("lint/index.js", site).href), json("sample"), json(place.dataset.rule),
  ]);
  field.addEventListener("input", () => {
    files[shown] = field.value;
    judge();
  });
  field.addEventListener("scroll", scroll);
  place.addEventListener("click", ({ target }) => {
    const { example, file } = target.closest("button")?.dataset ?? {};
    if (example) open(example);
    else if (file) show(file);
  });
  for (const button of place.querySelectorAll("button")) button.disabled = false;
  field.readOnly = false;
  open("bad");
}

begin().catch((error) => {
  status.textContent = "The linter could not be loaded. The example above is what it would judge.";
  throw error;
});

// A feature of as many units as wanted, for tests and measurements.

const folder = ".specfuse/features/FEAT-2026-0200-large";

/** The nth of the names that are legal: T01 … T99, T01H … T99H, T01H1 … */
export function short(n) {
  const [number, round] = [((n - 1) % 99) + 1, Math.floor((n - 1) / 99)];
  const suffix = round === 0 ? "" : round === 1 ? "H" : `H${round - 1}`;
  return `T${String(number).padStart(2, "0")}${suffix}`;
}

const id = (n) => `FEAT-2026-0200/${short(n)}`;

/** `count` units in four gates, each waiting for up to two before it. */
export function large(count) {
  const files = new Map();
  let graph = "";
  const size = count / 4;
  for (let gate = 1; gate <= 4; gate++) {
    graph += `  - gate: ${gate}\n    file: GATE-0${gate}.md\n    work_units:\n`;
    files.set(`${folder}/GATE-0${gate}.md`, `---\ngate: ${gate}\nstatus: open\n---\n\n# Gate ${gate}\n`);
    for (let n = (gate - 1) * size + 1; n <= gate * size; n++) {
      const waits = [n - 5, n - 7].filter((m) => m > (gate - 1) * size).map(id).join(", ");
      graph += `      - id: ${id(n)}\n        file: WU-${n}.md\n        depends_on: [${waits}]\n`;
      files.set(`${folder}/WU-${n}.md`, unit(n));
    }
  }
  const head = `feature_id: FEAT-2026-0200\ntitle: Large\nbranch: large\nroadmap_goal: Large.\nstatus: active\nplanned_cost_usd: ${count}`;
  files.set(`${folder}/PLAN.md`, `---\n${head}\n---\n\n# Large\n\n\`\`\`yaml\ngates:\n${graph}\`\`\`\n`);
  return files;
}

function unit(n) {
  const prose = "This unit adds a part that the next ones build on, and says how it is checked. ".repeat(8);
  const sections = ["Context", "Acceptance criteria", "Do not touch", "Verification", "Escalation triggers"];
  const body = sections.map((name) => `**${name}.** ${prose}\n`).join("\n");
  return `---\nid: ${id(n)}\ntype: implementation\nstatus: pending\nplanned_cost_usd: 1\nproduces: [src/part_${n}.rs]\n---\n\n# Part ${n}\n\n${body}`;
}

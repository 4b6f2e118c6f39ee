// The little Markdown in core's hovers and completions, as elements: paragraphs, lists, fences, bold and
// code. Text stays text: nothing in it can become an element or run.

/** An element with properties and children. */
export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The elements of a text. */
export function markdown(text) {
  const out = element("div", { className: "cm-words" });
  for (const part of text.split(/\n{2,}/)) {
    const fence = part.match(/^(`{3,})[^\n]*\n([^]*?)\n?\1\s*$/);
    if (fence) out.append(element("pre", {}, element("code", {}, fence[2])));
    else if (/^[-*] /.test(part)) out.append(element("ul", {}, ...part.split(/\n(?=[-*] )/).map((item) => element("li", {}, ...inline(item.slice(2))))));
    else if (part.trim()) out.append(element("p", {}, ...inline(part)));
  }
  return out;
}

const spans = /(`+)\s?([^]*?[^`])\s?\1(?!`)|\*\*((?:\\.|[^*\\])+)\*\*|\\([!-/:-@[-`{-~])/g;

function inline(text) {
  const out = [];
  let at = 0;
  for (const found of text.matchAll(spans)) {
    const [whole, , code, bold, escaped] = found;
    out.push(text.slice(at, found.index));
    at = found.index + whole.length;
    if (code !== undefined) out.push(element("code", {}, code));
    else if (bold !== undefined) out.push(element("strong", {}, ...inline(bold)));
    else out.push(escaped);
  }
  return [...out, text.slice(at)];
}

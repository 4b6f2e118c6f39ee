// The text editor: CodeMirror, with everything it knows of a plan asked from the program through `ask`.
// Fetched when a text is first shown. It keeps no history (the studio's undo log is the only one) and no
// grammar (colours are core's tokens).
import { autocompletion, closeCompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap } from "@codemirror/commands";
import { forEachDiagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorSelection, EditorState, RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration, EditorView, GutterMarker, closeHoverTooltips, drawSelection, dropCursor, gutter, highlightActiveLine,
  highlightSpecialChars, hoverTooltip, keymap, lineNumbers, showTooltip,
} from "@codemirror/view";
import { StyleModule } from "style-mod";
import { element, markdown } from "./markdown.js";
import { theme } from "./theme.js";

// The page allows no `<style>` element; sheets that a script made are its own.
const sheets = new Map();
StyleModule.mount = (root, modules) => {
  let own = sheets.get(root);
  if (!own) {
    own = { sheet: new CSSStyleSheet(), modules: [] };
    sheets.set(root, own);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, own.sheet];
  }
  const known = own.modules.length;
  for (const module of [modules].flat()) if (!own.modules.includes(module)) own.modules.push(module);
  if (own.modules.length > known) own.sheet.replaceSync(own.modules.map((module) => module.getRules()).join("\n"));
};

/** Marks a change that came from the document: it is no typing. */
const fromDocument = Annotation.define();

// Colours, as core reads the text; while the program works they move along with what is typed.

const setColours = StateEffect.define();
const marks = new Map();
const mark = (name) => {
  if (!marks.has(name)) marks.set(name, Decoration.mark({ class: `tok-${name}` }));
  return marks.get(name);
};
const colours = StateField.define({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setColours)) return effect.value;
    return value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Whether `shown`, moved along with what was typed, are the colours of `flat` already. */
function isColoured(shown, flat, names) {
  const cursor = shown.iter();
  for (let at = 0; at < flat.length; at += 3, cursor.next()) {
    const same = cursor.value === mark(names[flat[at + 2]]) && cursor.from === flat[at] && cursor.to === flat[at + 1];
    if (!same) return false;
  }
  return cursor.value === null;
}

/** `flat`: start, end and the place of the name in `names`, one token after the other. */
function colouring(flat, names, length) {
  const ranges = [];
  for (let at = 0; at < flat.length; at += 3) {
    if (flat[at] < flat[at + 1] && flat[at + 1] <= length) ranges.push(mark(names[flat[at + 2]]).range(flat[at], flat[at + 1]));
  }
  return Decoration.set(ranges);
}

// Findings.

/** A finding's words: the message, what would mend it, and its rule with a link to the page. */
function words({ message, help, rule, page }) {
  const link = element("a", { href: page, target: "_blank", rel: "noopener", textContent: rule });
  const parts = [element("span", { className: "finding-message" }, message)];
  if (help) parts.push(element("span", { className: "finding-help" }, help));
  return element("span", { className: "finding" }, ...parts, element("span", { className: "finding-rule" }, link));
}

/** `flat`: start, end, severity, message, help, rule, its page, the fix's title and the finding's number. */
function findings(flat, length, fix) {
  const all = [];
  for (let at = 0; at < flat.length; at += 9) {
    const [from, to, severity, message, help, rule, page, title, number] = flat.slice(at, at + 9);
    const finding = { message, help, rule, page };
    all.push({
      from: Math.min(from, length), to: Math.min(to, length), severity, message, finding,
      cells: [message, help, rule, title, number],
      renderMessage: () => words(finding),
      actions: title ? [{ name: `Fix: ${title}`, apply: () => fix(number) }] : [],
    });
  }
  return all;
}

/** Whether what the editor shows, moved along with what was typed, are the findings `all` already. */
function isFound(state, all) {
  const shown = [];
  forEachDiagnostic(state, (finding, from, to) => shown.push({ finding, from, to }));
  const same = ({ finding, from, to }, at) => {
    const now = all[at];
    return from === now.from && to === now.to && finding.severity === now.severity && finding.cells.every((cell, n) => cell === now.cells[n]);
  };
  return shown.length === all.length && shown.every(same);
}

// Quick fixes: what is wrong on the caret's line, as a small menu that the keyboard reaches.

const setMenu = StateEffect.define();
const menu = StateField.define({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMenu)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : value;
  },
  provide: (field) => showTooltip.from(field),
});

function openMenu(view) {
  const { state } = view;
  const line = state.doc.lineAt(state.selection.main.head);
  const here = [];
  forEachDiagnostic(state, (finding, from, to) => {
    if (from <= line.to && to >= line.from) here.push(finding);
  });
  if (here.length === 0) return false;
  closeCompletion(view);
  view.dispatch({ effects: setMenu.of({ pos: state.selection.main.head, above: true, create: () => menuView(view, here) }) });
  return true;
}

function menuView(view, here) {
  const close = () => {
    view.dispatch({ effects: setMenu.of(null) });
    view.focus();
  };
  const row = (finding) => {
    const fixes = finding.actions.map(({ name, apply }) =>
      element("button", { type: "button", textContent: name, onclick: () => (close(), apply(view)) }));
    return element("li", { className: `cm-fix-${finding.severity}` }, words(finding.finding), ...fixes);
  };
  const dom = element("ul", { className: "cm-fixes", ariaLabel: "What is wrong here" }, ...here.map(row));
  const stops = () => [...dom.querySelectorAll("button, a")];
  dom.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    else if (step) stops().at((stops().indexOf(document.activeElement) + step) % stops().length).focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  dom.onfocusout = (event) => {
    if (!dom.contains(event.relatedTarget)) view.dispatch({ effects: setMenu.of(null) });
  };
  return { dom, mount: () => (dom.querySelector("button") ?? stops()[0]).focus() };
}

// A bulb before each line that can be mended: a click opens the same menu.

const setBulbs = StateEffect.define();
const bulb = new (class extends GutterMarker {
  toDOM() {
    return element("span", { className: "cm-bulb", title: "Show the fixes for this line (Ctrl+.)" });
  }
})();
const bulbs = StateField.define({
  create: () => RangeSet.empty,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setBulbs)) return effect.value;
    return value.map(transaction.changes);
  },
});
const bulbGutter = gutter({
  class: "cm-gutter-bulb",
  markers: (view) => view.state.field(bulbs),
  domEventHandlers: {
    mousedown(view, line, event) {
      if (!event.target.closest(".cm-bulb")) return false;
      const { to } = view.state.doc.lineAt(line.from);
      const mendable = [];
      forEachDiagnostic(view.state, (finding, from) => {
        if (from >= line.from && from <= to && finding.actions.length > 0) mendable.push(from);
      });
      view.dispatch({ selection: { anchor: mendable[0] ?? line.from } });
      return openMenu(view);
    },
  },
});

/** The lines of `doc` on which one of `found` begins that can be mended. */
function mendable(doc, found) {
  const starts = found.filter(({ actions }) => actions.length > 0).map(({ from }) => doc.lineAt(from).from);
  return RangeSet.of([...new Set(starts)].map((at) => bulb.range(at)), true);
}

// Completion and hover.

const icons = { key: "property", value: "enum", unit: "variable", gate: "namespace", file: "text", section: "class" };

/** Asks the program: `flat` is label, kind, detail, documentation, start, end and what comes there. */
function completer(ask) {
  return ({ pos, explicit, state }) => {
    const before = state.sliceDoc(Math.max(0, pos - 2), pos);
    const flat = ask("complete", "", pos, 0);
    const options = [];
    let from = pos;
    for (let at = 0; at < flat.length; at += 7) {
      const [label, kind, detail, documentation, start, end, insert] = flat.slice(at, at + 7);
      from = start;
      options.push({
        label, detail, type: icons[kind], boost: -at / 70,
        info: documentation ? () => markdown(documentation) : undefined,
        // What is typed meanwhile goes, too, and the rest of the word that stood behind the caret.
        apply: (view, _, start, to) => view.dispatch({
          changes: { from: start, to: to + Math.max(0, end - pos), insert },
          selection: { anchor: start + insert.length }, userEvent: "input.complete",
        }),
      });
    }
    // Unasked, only where a word or a value has begun.
    const begun = from < pos || /[:\-[,]\s$/.test(before);
    return options.length > 0 && (explicit || begun) ? { from, options, validFor: /^[\w./-]*$/ } : null;
  };
}

const hover = (ask) => hoverTooltip((view, pos) => {
  const [from, to, text, page] = ask("hover", "", pos, 0);
  if (text === undefined) return null;
  const create = () => {
    const dom = element("div", { className: "cm-hover" }, markdown(text));
    if (page) dom.append(element("p", {}, element("a", { href: page, target: "_blank", rel: "noopener", textContent: "The rule's page" })));
    return { dom };
  };
  return { pos: from, end: to, above: true, create };
}, { hideOnChange: true });

/** The smallest single change that makes `after` of `before`. */
function change(before, after) {
  let from = 0;
  while (from < before.length && before[from] === after[from]) from++;
  let [old, now] = [before.length, after.length];
  while (old > from && now > from && before[old - 1] === after[now - 1]) [old, now] = [old - 1, now - 1];
  return { from, to: old, insert: after.slice(from, now) };
}

/** The view that an element belongs to. */
export const viewOf = (dom) => EditorView.findFromDOM(dom);

/**
 * Opens an editor in `parent`. `program(what, text, from, to)` is the program: "changed" (the text), "selected"
 * (anchor and head), "fix" (a finding's number) and "left" tell it something, "complete" and "hover" answer.
 */
export function open(parent, text, label, names, program) {
  let waiting = null;
  let wasLocked = null;
  // Whether lines came or went since findings were shown: their marks in the margin then stand elsewhere.
  let linesMoved = false;
  let closed = false;
  // Completion has timers that outlive the view; the program is gone by then.
  const ask = (...question) => (closed ? [] : program(...question));
  const lock = new Compartment();
  const locking = (locked) => [EditorState.readOnly.of(locked), EditorView.editable.of(!locked)];
  // Whether the program is being told what was typed: what it then shows comes with that, in one update.
  let telling = false;
  const told = EditorView.updateListener.of((update) => {
    if (update.transactions.some((transaction) => transaction.annotation(fromDocument))) return;
    const { anchor, head } = update.state.selection.main;
    if (update.selectionSet || update.docChanged) ask("selected", "", anchor, head);
  });

  /** Takes down whether lines come or go. */
  function noteLines({ startState, changes }) {
    changes.iterChanges((from, to, _from, _to, insert) => {
      linesMoved ||= insert.lines > 1 || startState.doc.lineAt(from).to < to;
    });
  }

  /** Shows what was typed together with what the program says of it: the page is laid out once, not twice. */
  function take(transactions, view) {
    transactions.forEach(noteLines);
    const { state } = transactions.at(-1);
    if (transactions.some((one) => one.docChanged && !one.annotation(fromDocument))) tell(state.doc.toString());
    const answered = waiting && !view.compositionStarted && waiting.locked === state.readOnly && waiting.text === state.doc.toString();
    if (!answered) {
      view.update(transactions);
      return settle();
    }
    const effects = differing(state, waiting);
    waiting = null;
    view.update(effects.length > 0 ? [...transactions, state.update({ effects })] : transactions);
  }

  function tell(text) {
    telling = true;
    try {
      ask("changed", text, 0, 0);
    } finally {
      telling = false;
    }
  }

  const view = new EditorView({
    parent,
    dispatchTransactions: take,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), bulbs, bulbGutter, lintGutter({ hoverTime: 150 }), highlightSpecialChars(), drawSelection(), dropCursor(),
        EditorState.allowMultipleSelections.of(true), EditorView.lineWrapping, highlightActiveLine(),
        highlightSelectionMatches(), search({ top: true }), colours, menu, theme,
        autocompletion({ override: [completer(ask)], icons: true, maxRenderedOptions: 60 }), hover(ask),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", spellcheck: "false", autocorrect: "off", autocapitalize: "off" }),
        EditorView.domEventHandlers({ blur: () => void ask("left", "", 0, 0), compositionend: () => void setTimeout(settle) }),
        keymap.of([
          ...completionKeymap, ...searchKeymap, ...defaultKeymap,
        ]),
        told, lock.of(locking(false)),
      ],
    }),
  });

  /** Shows what came while a composition was under way: it must not be disturbed. */
  function settle() {
    if (closed || telling || view.composing || !waiting) return;
    const shown = waiting;
    waiting = null;
    if (shown.locked !== view.state.readOnly) view.dispatch({ effects: lock.reconfigure(locking(shown.locked)) });
    draw(shown);
  }

  function draw(shown) {
    const now = view.state.doc.toString();
    if (now !== shown.text) {
      const changes = change(now, shown.text);
      const end = changes.from + changes.insert.length;
      const goes = shown.goes && view.hasFocus;
      const selection = goes ? { anchor: end } : followed(view.state, shown.text);
      view.dispatch({ changes, selection, scrollIntoView: goes, annotations: fromDocument.of(true) });
    }
    const effects = differing(view.state, shown);
    if (effects.length > 0) view.dispatch({ effects });
  }

  /** Where the caret goes on in `text`, when its line is there once: what changed may lie on both sides of it. */
  function followed({ doc, selection }, text) {
    const { head } = selection.main;
    const line = doc.lineAt(head);
    const at = text.indexOf(line.text);
    const isSure = line.length > 0 && selection.main.empty && at >= 0 && at === text.lastIndexOf(line.text);
    return isSure ? { anchor: at + head - line.from } : undefined;
  }

  /** What makes of the colours and findings of `state` those that are to be shown. */
  function differing(state, { flatColours, flatFindings }) {
    const { length } = state.doc;
    const all = findings(flatFindings, length, (number) => ask("fix", "", number, 0));
    const effects = [];
    if (!isColoured(state.field(colours), flatColours, names)) effects.push(setColours.of(colouring(flatColours, names, length)));
    const locked = state.readOnly;
    if (linesMoved || locked !== wasLocked || !isFound(state, all)) {
      effects.push(setBulbs.of(mendable(state.doc, locked ? [] : all)), ...[setDiagnostics(state, all).effects].flat());
      [linesMoved, wasLocked] = [false, locked];
    }
    return effects;
  }

  return {
    /**
     * Brings text, colours and findings up to date; with `locked`, nothing can be typed; with `goes`, the caret goes to
     * what changed.
     */
    show(text, flatColours, flatFindings, locked, goes) {
      waiting = { text, flatColours, flatFindings, locked, goes };
      settle();
    },
    /** Selects a range, brings it into view, and takes the focus when `focus` says so. */
    select(from, to, focus) {
      const { length } = view.state.doc;
      const range = EditorSelection.range(Math.min(from, length), Math.min(to, length));
      view.dispatch({ selection: range, effects: EditorView.scrollIntoView(range, { y: "center" }), annotations: fromDocument.of(true) });
      if (focus) view.focus();
    },
    /** Shows what is wrong at the caret, with its fixes. */
    fixes: () => openMenu(view),
    /** Takes the editor away. */
    close() {
      view.dispatch({ effects: closeHoverTooltips });
      view.destroy();
      closed = true;
    },
  };
}

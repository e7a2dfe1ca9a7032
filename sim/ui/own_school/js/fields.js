/** Labeled fields of the editor's panels. */

import { findFocus, listElements, make } from "./dom.js";

const FIELDS = "button, input, select";

/** @type {WeakMap<HTMLElement, () => Node[]>} */
const waiting = new WeakMap();

/** Whether a button of a panel is held down. @type {WeakMap<HTMLElement, boolean>} */
const pressed = new WeakMap();

/**
 * Put other children into an element; whoever tabs there goes on at the same place. While somebody types in one of its
 * fields, or holds one of its buttons down, nothing is touched: it is done after that.
 * @param {HTMLElement} panel
 * @param {() => Node[]} makeChildren
 */
export function refill(panel, makeChildren) {
  watchPresses(panel);
  if (pressed.get(panel)) {
    waiting.set(panel, makeChildren);
    return;
  }
  const focused = findFocus(panel);
  const place = listElements(panel, FIELDS).findIndex((field) => field === focused);
  if (place >= 0 && focused instanceof HTMLInputElement && focused.type !== "file") {
    if (!waiting.has(panel)) focused.addEventListener("focusout", () => setTimeout(() => fillWaiting(panel)), { once: true });
    waiting.set(panel, makeChildren);
    return;
  }
  waiting.delete(panel);
  panel.replaceChildren(...makeChildren());
  if (place >= 0) listElements(panel, FIELDS)[place]?.focus({ preventScroll: true });
}

/** Note presses on a panel's buttons: one that is replaced between pointer down and up is lost. @param {HTMLElement} panel */
function watchPresses(panel) {
  if (pressed.has(panel)) return;
  pressed.set(panel, false);
  panel.addEventListener("pointerdown", ({ target }) => {
    if (!(target instanceof Element) || !target.closest("button")) return;
    pressed.set(panel, true);
    const end = () => setTimeout(() => {
      pressed.set(panel, false);
      fillWaiting(panel);
    });
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, end, { once: true, capture: true });
  });
}

/** @param {HTMLElement} panel */
function fillWaiting(panel) {
  const makeChildren = waiting.get(panel);
  waiting.delete(panel);
  if (makeChildren) refill(panel, makeChildren);
}

/** @param {string} label @param {HTMLElement} field */
function wrap(label, field) {
  return make("label", { class: "field" }, make("span", { text: label }), field);
}

/** @param {string} label @param {string} value @param {(text: string) => void} onChange */
export function makeText(label, value, onChange) {
  const input = make("input", { type: "text", value, maxlength: "60" });
  input.addEventListener("change", () => {
    const text = input.value.trim();
    if (text) onChange(text);
    else input.value = value;
  });
  return wrap(label, input);
}

/**
 * @param {string} label
 * @param {number|null} value
 * @param {{least: number, most: number, step?: number, onChange: (value: number|null) => void}} options
 */
export function makeNumber(label, value, { least, most, step = 0.1, onChange }) {
  const input = make("input", { type: "number", value: value === null ? "" : String(Math.round(value * 100) / 100), min: String(least), max: String(most), step: String(step) });
  input.addEventListener("change", () => {
    const given = input.value === "" ? null : Number(input.value);
    if (given !== null && (!Number.isFinite(given) || given < least || given > most)) input.setCustomValidity(`Enter ${least} to ${most}.`);
    else input.setCustomValidity("");
    if (input.reportValidity()) onChange(given);
  });
  return wrap(label, input);
}

/**
 * @param {string} label
 * @param {Record<string, string>|string[][]} choices words by value; pairs where numbers name them, to keep their order
 * @param {string} value
 * @param {(value: string) => void} onChange
 */
export function makeChoice(label, choices, value, onChange) {
  const select = make("select", {}, ...(Array.isArray(choices) ? choices : Object.entries(choices)).map(([key, words]) => make("option", { value: key, text: words, selected: key === value })));
  select.addEventListener("change", () => onChange(select.value));
  return wrap(label, select);
}

/** @param {string} text @param {() => void} onClick @param {Record<string, string|boolean>} [more] */
export function makeButton(text, onClick, more = {}) {
  return make("button", { type: "button", text, ...more, on: { click: onClick } });
}

/**
 * A button that asks for a file.
 * @param {string} text
 * @param {string} accept
 * @param {string} part
 * @param {(file: File) => void} onFile
 */
export function makeFileButton(text, accept, part, onFile) {
  const input = make("input", { type: "file", accept, "data-part": part, class: "file", "aria-label": text });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) onFile(file);
    input.value = "";
  });
  return make("label", { class: "file-button" }, make("span", { text }), input);
}

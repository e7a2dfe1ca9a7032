/** Making and finding elements. Nothing here knows about footage or drills. */

/**
 * Make an element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes `class`, `text` and `on` (listeners) are treated apart; true/false switch an attribute.
 * @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  const { on = {}, text, ...others } = attributes;
  if (text !== undefined) element.textContent = text;
  for (const [kind, listener] of Object.entries(on)) element.addEventListener(kind, /** @type {EventListener} */ (listener));
  for (const [name, value] of Object.entries(others)) {
    if (typeof value === "boolean") element.toggleAttribute(name, value);
    else if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

export function makePushButton(/** @type {() => unknown} */ press, /** @type {Attributes} */ attributes = {}, /** @type {(Node|string)[]} */ ...children) {
  return make("button", { type: "button", class: "button", ...attributes, on: { click: press } }, ...children);
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an SVG element.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string|number>} attributes
 * @param {...Node} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** SVG text, or the title of a shape. @param {"text"|"title"} tag @param {string} words @param {Record<string, string|number>} [attributes] */
export function makeSvgText(tag, words, attributes) {
  const text = makeSvg(tag, attributes);
  text.textContent = words;
  return text;
}

/** Return every element with `data-part`, by that name. @returns {Parts} */
export function collectParts(/** @type {ParentNode} */ root) {
  /** @type {Record<string, HTMLElement>} */ const parts = {};
  for (const element of listElements(root, "[data-part]")) parts[element.dataset.part ?? ""] = element;
  return /** @type {Parts} */ (/** @type {unknown} */ (parts));
}

export function listElements(/** @type {ParentNode} */ root, /** @type {string} */ selector) {
  return [...root.querySelectorAll(selector)].map((element) => /** @type {HTMLElement} */ (element));
}

export function getElement(/** @type {ParentNode} */ root, /** @type {string} */ selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}

export function listChildren(/** @type {Element} */ element) {
  return [...element.children].map((child) => /** @type {HTMLElement} */ (child));
}

/**
 * The element that has the keyboard's focus in the document or shadow tree of another; null for none.
 * @returns {HTMLElement|null}
 */
export function findFocus(/** @type {Node} */ element) {
  const root = /** @type {Document|ShadowRoot} */ (element.getRootNode());
  return /** @type {HTMLElement|null} */ (root.activeElement);
}

/** The pen of a canvas. Without a place for transparency it paints faster, and what is not painted is black. */
export function getPen(/** @type {HTMLCanvasElement} */ canvas, /** @type {CanvasRenderingContext2DSettings} */ settings = {}) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", settings));
}

/**
 * What is there by the way things are built, though its type cannot say so. At run time nothing is checked.
 * @template Value
 * @param {Value} value
 * @returns {NonNullable<Value>}
 */
export function must(value) {
  return /** @type {NonNullable<Value>} */ (value);
}

/**
 * Have what a component shows made once for its element and kept over reruns of the page, under a name of the window: each
 * rerun may load the module again. Returns what takes it away.
 */
export function keepMounted(
  /** @type {string} */ name,
  /** @type {HTMLElement|ShadowRoot} */ root,
  /** @type {() => {destroy: () => void}} */ begin,
) {
  const kept = /** @type {Record<string, WeakMap<Node, {destroy: () => void}>>} */ (/** @type {unknown} */ (globalThis));
  const mounted = (kept[name] ??= new WeakMap());
  if (!mounted.has(root)) mounted.set(root, begin());
  return () => {
    mounted.get(root)?.destroy();
    mounted.delete(root);
  };
}

/** Lay an element over a box of its parent: left, top, right, bottom in 0..1. */
export function placeBox(/** @type {HTMLElement} */ element, /** @type {Box} */ sides) {
  const [left, top, right, bottom] = sides.map((side) => side * 100);
  Object.assign(element.style, { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` });
}

export function clamp(/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) {
  return Math.max(low, Math.min(high, value));
}

/** A random identifier; works on plain http too, where `crypto.randomUUID` does not exist. */
export function makeUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** What a text of JSON says; {} for one that is none. */
export function readJson(/** @type {string|null} */ text) {
  try {
    return JSON.parse(text ?? "{}") ?? {};
  } catch {
    return {};
  }
}

export function readBase64(/** @type {string} */ text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

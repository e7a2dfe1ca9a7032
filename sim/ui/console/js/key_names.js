/** Keys as events give them, as people read them, and those that belong to the browser. */

/** @type {Record<string, string>} */
const SHOWN = {
  " ": "Space",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  PageUp: "Page up",
  PageDown: "Page down",
  "-": "−",
};
const MODIFIERS = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "ScrollLock", "Fn"];
const RESERVED = /^(Tab|Escape|ContextMenu|PrintScreen|Pause|Insert|F1|F3|F5|F6|F7|F10|F11|F12|Browser.*|Launch.*|Audio.*|Media.*)$/;
const UNFINISHED = ["Dead", "Process", "Unidentified", "Compose"];
const IS_MAC = /mac|iphone|ipad/i.test(navigator.platform);

/**
 * The key that an event means: a character, lower case, or the browser's name of a key. Null when it means none: with
 * Ctrl, Alt or the Meta key it is the browser's. Where AltGr (on a Mac, Option) makes the character, it counts.
 *
 * @param {KeyboardEvent} event
 * @returns {string|null}
 */
export function nameKey(event) {
  const isCharacter = event.key.length === 1;
  const isThirdLevel = isCharacter && (event.getModifierState("AltGraph") || (IS_MAC && event.altKey && !event.ctrlKey));
  if (event.isComposing || event.metaKey) return null;
  if (!isThirdLevel && (event.ctrlKey || event.altKey)) return null;
  return isCharacter ? event.key.toLowerCase() : event.key;
}

/** Ctrl Z, or Cmd Z: undo everywhere, whatever single keys do. @param {KeyboardEvent} event */
export function isUndoKey(event) {
  return event.ctrlKey !== event.metaKey && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
}

/**
 * The digit on a key of the upper row where digits need Shift, as on French keyboards; null for any other key.
 * @param {KeyboardEvent} event
 */
export function nameDigit(event) {
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1] ?? null;
  return event.shiftKey || event.ctrlKey || event.altKey || event.metaKey ? null : digit;
}

/** A key as a person reads it. @param {string} key */
export function showKey(key) {
  return SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** A letter, digit or sign, which people who speak or use a switch may press without meaning it. @param {string} key */
export function isSingleKey(key) {
  return key.length === 1 && key !== " ";
}

/** @param {string} key */
export function isModifier(key) {
  return MODIFIERS.includes(key);
}

/** Why a key cannot be given to an action, in words; null when it can. @param {string|null} key */
export function refuseKey(key) {
  if (key === null) return "Keys with Ctrl, Alt or Cmd belong to the browser. Press another key.";
  if (UNFINISHED.includes(key)) return "That key only begins a letter on this keyboard. Press another key.";
  return RESERVED.test(key) ? `${showKey(key)} belongs to the browser. Press another key.` : null;
}

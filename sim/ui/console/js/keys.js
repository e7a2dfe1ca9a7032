/** The keyboard: one table of keys, active while the console or the bare page has focus, and what each key does. */

import { findFocus, getElement, listElements, must } from "./dom.js";
import { KeyMap, KeySheet, isUndoKey, nameDigit, nameKey } from "./key_map.js";
import { listProfileKeys } from "./profile.js";

// What each key of the table in keys.js does to a console. An action that returns false leaves the key to the page.

const ZOOM_STEP = 1.4;

export function makeKeyActions(/** @type {SearchConsole} */ console_) {
  const { transport, timeline, layout } = console_;
  const { stage } = console_.picture;
  const { jumps_s: jumpsS, map: hasMap } = console_.data.profile;

  const arrow = (/** @type {number} */ columns, /** @type {number} */ rows) => (/** @type {KeyboardEvent} */ event) => {
    if (stage.hasCross) stage.moveCross(columns, rows, event.shiftKey);
    else if (columns) transport.jumpBy(columns * (event.shiftKey ? must(jumpsS.at(-1)) : jumpsS[0]));
    else return false;
    return true;
  };

  /** One thing after the other; a key that is held down does not go as far as all cameras. */
  const escape = (/** @type {KeyboardEvent} */ event) => {
    if (stage.pending.spot) stage.pending.drop();
    else if (stage.hasCross) console_.setCross(false);
    else if (!stage.zoom.isWhole) stage.zoom.showWhole();
    else return !event.repeat && console_.showGrid();
    return true;
  };

  /** A key that is held down marks once. @param {KeyboardEvent} event */
  const markOrStart = (event) => {
    if (event.repeat) return;
    if (stage.hasCross) stage.markAtCross();
    else console_.setCross(true);
  };

  /** Enter answers the card of a mark that waits, else marks at the cross. @param {KeyboardEvent} event */
  const crossMark = (event) => {
    if (stage.pending.spot && !event.repeat) stage.pending.commit();
    else if (stage.hasCross) markOrStart(event);
    else return false;
    return true;
  };

  return {
    togglePlay: () => transport.toggle(),
    frameBack: () => transport.step(-1),
    frameForward: () => transport.step(1),
    shuttleBack: () => transport.shuttle(-1),
    shuttleForward: () => transport.shuttle(1),
    pause: () => transport.pause(),
    arrowLeft: arrow(-1, 0),
    arrowRight: arrow(1, 0),
    arrowUp: arrow(0, -1),
    arrowDown: arrow(0, 1),
    slower: () => transport.changeSpeed(-1),
    faster: () => transport.changeSpeed(1),
    timelineCloser: () => timeline.zoom(1),
    timelineWider: () => timeline.zoom(-1),
    timelineAll: () => timeline.showAll(),
    cross: markOrStart,
    crossMark,
    escape,
    closer: () => stage.zoomBy(ZOOM_STEP),
    lessClose: () => stage.zoomBy(1 / ZOOM_STEP),
    togglePlan: () => (hasMap ? layout.togglePlan() : false),
    openKeys: () => console_.keys.sheet.open(),
  };
}

const TYPING = "input, textarea, select, [contenteditable]";
const SLIDER_KEYS = /^(Arrow|Page|Home|End)/;
const STEPS = ["frameBack", "frameForward", "arrowLeft", "arrowRight", "arrowUp", "arrowDown", "motionBack", "motionForward", "previousMark", "nextMark"];
const SIZES = ["timelineCloser", "timelineWider", "closer", "lessClose"];

/** Actions that go on while their key is held; of all others a held key means one. */
export const WHILE_HELD = new Set([...STEPS, ...SIZES, "pageBack", "pageForward"]);

/** Every action with its keys, until a person chooses others, and the words of the sheet. */
export const KEY_TABLE = [
  { keys: [" "], words: "Play or pause", action: "togglePlay" },
  { keys: [","], words: "Previous frame", action: "frameBack" },
  { keys: ["."], words: "Next frame", action: "frameForward" },
  { keys: ["j"], words: "Play backward; again for faster", action: "shuttleBack" },
  { keys: ["k"], words: "Pause", action: "pause" },
  { keys: ["l"], words: "Play forward; again for faster", action: "shuttleForward" },
  { keys: ["ArrowLeft"], words: "1 second back, with Shift 10 seconds; moves the cross", action: "arrowLeft" },
  { keys: ["ArrowRight"], words: "1 second on, with Shift 10 seconds; moves the cross", action: "arrowRight" },
  { keys: ["ArrowUp"], words: "Moves the cross up", action: "arrowUp" },
  { keys: ["ArrowDown"], words: "Moves the cross down", action: "arrowDown" },
  { keys: ["["], words: "Slower", action: "slower" },
  { keys: ["]"], words: "Faster", action: "faster" },
  { keys: ["<"], words: "Previous motion on this camera", action: "motionBack" },
  { keys: [">"], words: "Next motion on this camera", action: "motionForward" },
  { keys: ["g"], words: "Timeline closer: less time", action: "timelineCloser" },
  { keys: ["h"], words: "Timeline wider: more time", action: "timelineWider" },
  { keys: ["a"], words: "Timeline: all of the recording", action: "timelineAll" },
  { keys: ["f"], words: "Cross for marking; again: marks", action: "cross" },
  { keys: ["Enter"], words: "Marks at the cross, or confirms the spot you are asked about", action: "crossMark" },
  { keys: ["Escape"], words: "Closes the cross, cancels an unconfirmed mark, shows the whole picture; then all cameras", action: "escape" },
  { keys: ["+", "="], words: "Zoom in on the main picture", action: "closer" },
  { keys: ["-"], words: "Zoom out", action: "lessClose" },
  { keys: ["e"], words: "Box around a person, to find similar people", action: "similar" },
  { keys: ["z"], words: "Undo the last mark or removal; Ctrl Z too", action: "undo" },
  { keys: ["u"], words: "Previous mark", action: "previousMark" },
  { keys: ["i"], words: "Next mark", action: "nextMark" },
  { keys: ["b"], words: "Bookmark this moment", action: "bookmark" },
  { keys: ["s"], words: "Save the picture as a file", action: "snapshot" },
  { keys: ["p"], words: "Freeze the wall; again: back to its time", action: "pinTime" },
  { keys: ["t"], words: "Wall to here: moves the wall to the picture's time", action: "wallToHere" },
  { keys: ["q"], words: "Low-data mode on or off", action: "saveData" },
  { keys: ["d"], words: "Player details on or off", action: "playerDetails" },
  { keys: ["m"], words: "Plan large or small", action: "togglePlan" },
  { keys: ["n"], words: "Next cameras below the picture: the first, then the next one", action: "nextLink" },
  { keys: ["o"], words: "Hint", action: "hint" },
  { keys: ["r"], words: "Answer the call that has come in", action: "answerCall" },
  { keys: ["w"], words: "Cameras at a time", action: "nextLayout" },
  { keys: ["v"], words: "Views of the wall", action: "openViews" },
  { keys: ["PageUp"], words: "Previous page of the wall", action: "pageBack" },
  { keys: ["PageDown"], words: "Next page of the wall", action: "pageForward" },
  { keys: ["/"], words: "Find a camera by its name or number", action: "findCamera" },
  { keys: ["?"], words: "This sheet", action: "openKeys" },
  { keys: ["1"], words: "Camera or view 1", action: "number1" },
  { keys: ["2"], words: "Camera or view 2", action: "number2" },
  { keys: ["3"], words: "Camera or view 3", action: "number3" },
  { keys: ["4"], words: "Camera or view 4", action: "number4" },
  { keys: ["5"], words: "Camera or view 5", action: "number5" },
  { keys: ["6"], words: "Camera or view 6", action: "number6" },
  { keys: ["7"], words: "Camera or view 7", action: "number7" },
  { keys: ["8"], words: "Camera or view 8", action: "number8" },
  { keys: ["9"], words: "Camera or view 9", action: "number9" },
];

export function findAction(/** @type {string} */ key) {
  return KEY_TABLE.find((row) => row.keys.includes(key.toLowerCase()) || row.keys.includes(key))?.action;
}

export class Keys {
  constructor(/** @type {SearchConsole} */ { parts, deviceStorage: storage, data }, /** @type {KeyActions} */ actions) {
    const { profile } = data;
    this.parts = parts;
    this.actions = actions;
    this.names = profile.buttons;
    this.keyMap = new KeyMap({ table: listProfileKeys(KEY_TABLE, profile).filter((row) => row.action in actions), storage });
    this.sheet = new KeySheet({ parts, keyMap: this.keyMap, onChange: () => this.#showKeys() });
    this.listener = (/** @type {KeyboardEvent} */ event) => this.#press(event);
    this.onStorage = () => {
      this.keyMap.read();
      this.sheet.show();
      this.#showKeys();
    };
    window.addEventListener("keydown", this.listener, true);
    window.addEventListener("storage", this.onStorage);
    // a button pressed with the mouse does not take the focus, so that Space goes on meaning play and pause
    parts.console.addEventListener("mousedown", (event) => {
      if (!(/** @type {HTMLElement} */ (event.target).closest("button"))) return;
      event.preventDefault();
      findFocus(parts.console)?.blur();
    });
    this.#showKeys();
  }

  destroy() {
    window.removeEventListener("keydown", this.listener, true);
    window.removeEventListener("storage", this.onStorage);
  }

  #press(/** @type {KeyboardEvent} */ event) {
    const path = /** @type {HTMLElement[]} */ (event.composedPath());
    const target = path[0];
    // a sheet that has just been closed keeps the focus until the page is drawn again: its keys are the console's
    const sheet = /** @type {HTMLDialogElement|undefined} */ (path.find((node) => node.tagName === "DIALOG"));
    const isOurs = sheet ? !sheet.open : path.includes(this.parts.console) || target === document.body || target === document.documentElement;
    if (!isOurs || (!sheet && target.matches?.(TYPING))) return;
    // the focus may have left an open sheet: its keys are still not the console's
    if (/** @type {Document | ShadowRoot} */ (this.parts.console.getRootNode()).querySelector("dialog:modal")) return;
    const action = this.#findAction(event);
    if (action === null) return;
    const isNative = [" ", "Enter"].includes(event.key) && target.matches?.("button, [role=button]");
    const isSlider = SLIDER_KEYS.test(event.key) && target.matches?.("[role=slider]");
    if (isNative || isSlider) return;
    const isHeld = event.repeat && !WHILE_HELD.has(action);
    if (!isHeld && this.actions[action](event) === false) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #findAction(/** @type {KeyboardEvent} */ event) {
    if (isUndoKey(event)) return "undo";
    const key = nameKey(event);
    const digit = nameDigit(event);
    return (key && this.keyMap.actionOf(key)) ?? (digit && this.keyMap.actionOf(digit)) ?? null;
  }

  /** Write the keys as they are now wherever the console names one: tooltips by `data-key`, words by `data-key-show`. */
  #showKeys() {
    const { frame } = this.parts;
    for (const element of listElements(frame, "[data-key]")) {
      const { key: action = "" } = element.dataset;
      const title = (element.dataset.title ??= this.names[action] ?? element.title);
      if (this.names[action]) element.setAttribute("aria-label", this.names[action]);
      const keys = this.keyMap.show(action);
      element.title = keys ? `${title} (${keys})` : title;
    }
    for (const row of listElements(frame, "[data-tool]:has([data-key-show])")) {
      const name = this.names[getElement(row, "[data-key-show]").dataset.keyShow ?? ""];
      if (name) getElement(row, ".more-label").textContent = name;
    }
    for (const element of listElements(frame, "[data-key-show]")) {
      element.textContent = this.keyMap.show(element.dataset.keyShow ?? "");
      element.hidden = element.textContent === "";
    }
  }
}

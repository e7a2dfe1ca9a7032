/** What the console says: for some seconds, at the picture's edge, and over everything when searching cannot go on. */

import { CANNOT_PLAY, PLAY_ELSEWHERE } from "./can_play.js";
import { getElement, listChildren, make, makePushButton } from "./dom.js";
import { makeIcon } from "./icons.js";

const TOAST_MS = 3500;
const ACTION_MS = 6000;

/** Short words to the person: on screen for some seconds, and to a screen reader. */
export class Sayings {
  #timer = 0;

  constructor(/** @type {Parts} */ parts) {
    this.parts = parts;
    parts.picture.addEventListener("pointerdown", () => this.hide());
  }

  /** Say something that has just been done, with what can be done about it as a button. */
  toast(/** @type {string} */ text, /** @type {Action|null} */ action = null) {
    this.#show([makeIcon("saved")], text, action);
  }

  /** Say that nothing was done, and why. What can be done about it stays: that a mark is none is often seen late. */
  hint(/** @type {string} */ text, /** @type {Action|null} */ action = null) {
    this.#show([], text, action);
    if (action) clearTimeout(this.#timer);
  }

  /** Say something to a screen reader only. @param {string} text */
  announce(text) {
    this.parts.announcer.textContent = text;
  }

  #show(/** @type {Node[]} */ sign, /** @type {string} */ text, /** @type {Action|null} */ action) {
    const { toast } = this.parts;
    clearTimeout(this.#timer);
    toast.replaceChildren(...sign, make("span", { class: "toast-words", text }));
    if (action) toast.append(makePushButton(() => (this.hide(), action.run()), { class: "button toast-action", text: action.label }));
    toast.hidden = false;
    this.#timer = setTimeout(() => this.hide(), action ? ACTION_MS : TOAST_MS);
  }

  /** Also when the picture below is pressed or moves on: words about the last one must not be in the way. */
  hide() {
    this.parts.toast.hidden = true;
  }

  destroy() {
    clearTimeout(this.#timer);
  }
}

/** Small lasting notes at the lower edge of the main picture, one for each name, with what can be done about them. */
export class StageNotes {
  /** @type {Map<string, HTMLElement>} */ #notes = new Map();

  constructor(/** @type {Parts} */ parts) {
    this.list = make("div", { class: "stage-notes", "data-part": "stageNotes" });
    parts.stage.append(this.list);
  }

  /** Show a note, or other words in it; null takes it away. `name` stands in `data-note`. */
  show(/** @type {string} */ name, /** @type {StageNote|null} */ note) {
    const before = this.#notes.get(name);
    if (note === null) {
      before?.remove();
      this.#notes.delete(name);
      return;
    }
    if (before) {
      const words = getElement(before, ".stage-note-text");
      if (words.textContent !== note.text) words.textContent = note.text;
      return;
    }
    const buttons = (note.actions ?? []).map(({ label, run }) => makePushButton(run, { text: label }));
    const words = make("span", { class: "stage-note-text", text: note.text });
    const made = make("div", { class: "stage-note", "data-note": name, role: "status" }, makeIcon(note.icon), words, ...buttons);
    this.#notes.set(name, made);
    this.list.append(made);
  }
}

/** @type {Record<"unreachable"|"expired"|"refused"|"elsewhere"|"paused"|"pausedAnswer"|"timedOut"|"timeUpOffline"|"submitted"|"familiar"|"abandoned"|"briefed"|"unplayable", {title: string, text: string, action?: string}>} */
const COVERS = {
  unreachable: {
    title: "Waiting for the server",
    text: "The server does not answer. Trying again automatically; nothing you marked is lost.",
  },
  expired: {
    title: "Your access has expired",
    text: "Reload the page to continue. Your marks are kept.",
    action: "Reload the page",
  },
  refused: {
    title: "This drill cannot be opened",
    text: "The server does not know this drill. Go back to the start page and open it again.",
  },
  elsewhere: {
    title: "This drill is open in another tab",
    text: "Only one tab can be used at a time. The clock keeps running.",
    action: "Use this tab",
  },
  paused: {
    title: "Paused by your trainer",
    text: "The clock has stopped for everyone. What you marked is kept, and the drill continues automatically.",
  },
  pausedAnswer: {
    title: "Paused by your trainer",
    text: "The clock has stopped for everyone. Your answer is kept, and is submitted automatically when the drill continues.",
  },
  timedOut: { title: "Time is up", text: "What you marked has been submitted. Your result follows." },
  timeUpOffline: {
    title: "Time is up",
    text: "Waiting for the server to save what you marked. Please keep this page open.",
  },
  submitted: { title: "Submitted", text: "Your result follows." },
  familiar: { title: "Done", text: "Nothing was scored." },
  abandoned: { title: "This drill has been ended", text: "It was closed without a result. Go back to the start page." },
  briefed: { title: "This drill has not started", text: "Go back to the briefing and press Start." },
  unplayable: { title: CANNOT_PLAY, text: PLAY_ELSEWHERE, action: "Back to home" },
};

/** @typedef {keyof typeof COVERS} CoverName */

export class Cover {
  /** @type {(() => void)|null} */ run = null;

  /** @type {CoverName|null} */ name = null;

  /** Where the browser cannot play, words about it lie there whenever no others do. */
  constructor(/** @type {Parts} */ parts, /** @type {{canPlay: boolean}} */ { canPlay }) {
    this.parts = parts;
    this.canPlay = canPlay;
    parts.coverAction.addEventListener("click", () => this.run?.());
    if (!canPlay) this.#showUnplayable();
  }

  show(/** @type {CoverName} */ name, /** @type {(() => void)|null} */ run = null) {
    if (this.name === name) return;
    this.name = name;
    this.run = run;
    const { cover, coverTitle, coverText, coverAction, coverCard, console: below } = this.parts;
    const { title, text, action } = COVERS[name];
    coverTitle.textContent = title;
    coverText.textContent = text;
    coverAction.textContent = action ?? "";
    coverAction.hidden = !action;
    cover.hidden = false;
    for (const element of listChildren(below)) element.inert = element !== cover;
    for (const dialog of below.parentElement?.querySelectorAll("dialog") ?? []) if (dialog.open) dialog.close();
    (action ? coverAction : coverCard).focus({ preventScroll: true });
  }

  hide() {
    if (this.name === null) return;
    if (!this.canPlay) return this.#showUnplayable();
    this.name = null;
    this.parts.cover.hidden = true;
    for (const element of listChildren(this.parts.console)) element.inert = false;
  }

  #showUnplayable() {
    this.show("unplayable", () => location.assign(new URL(".", location.href)));
  }
}

/** The words that lie over the whole console when searching cannot go on, or not yet. */

import { CANNOT_PLAY, PLAY_ELSEWHERE } from "./can_play.js";
import { listChildren } from "./dom.js";

/** @type {Record<"unreachable"|"expired"|"refused"|"elsewhere"|"paused"|"pausedAnswer"|"timedOut"|"timeUpOffline"|"submitted"|"familiar"|"abandoned"|"briefed"|"unplayable", {title: string, text: string, action?: string}>} */
export const COVERS = {
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
  timedOut: {
    title: "Time is up",
    text: "What you marked has been submitted. Your result follows.",
  },
  timeUpOffline: {
    title: "Time is up",
    text: "Waiting for the server to save what you marked. Please keep this page open.",
  },
  submitted: {
    title: "Submitted",
    text: "Your result follows.",
  },
  familiar: {
    title: "Done",
    text: "Nothing was scored.",
  },
  abandoned: {
    title: "This drill has been ended",
    text: "It was closed without a result. Go back to the start page.",
  },
  briefed: {
    title: "This drill has not started",
    text: "Go back to the briefing and press Start.",
  },
  unplayable: {
    title: CANNOT_PLAY,
    text: PLAY_ELSEWHERE,
    action: "Back to home",
  },
};

/** @typedef {keyof typeof COVERS} CoverName */

export class Cover {
  /** @type {(() => void)|null} */
  run = null;

  /** @type {CoverName|null} */
  #name = null;

  /**
   * @param {Parts} parts
   * @param {{canPlay: boolean}} options where the browser cannot play, words about it lie there whenever no others do
   */
  constructor(parts, { canPlay }) {
    this.parts = parts;
    this.canPlay = canPlay;
    parts.coverAction.addEventListener("click", () => this.run?.());
    if (!canPlay) this.#showUnplayable();
  }

  get name() {
    return this.#name;
  }

  /**
   * Lay words over the console; `run` is what its button does.
   * @param {CoverName} name
   * @param {(() => void)|null} [run]
   */
  show(name, run = null) {
    if (this.#name === name) return;
    this.#name = name;
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
    if (this.#name === null) return;
    if (!this.canPlay) {
      this.#showUnplayable();
      return;
    }
    this.#name = null;
    this.parts.cover.hidden = true;
    for (const element of listChildren(this.parts.console)) element.inert = false;
  }

  #showUnplayable() {
    this.show("unplayable", () => location.assign(new URL(".", location.href)));
  }
}

/**
 * The server's count of what is left. There may be some after all: a page that was offline knew nothing of a pause.
 * @param {import("./search_console.js").SearchConsole} console_
 * @param {number} leftMs
 * @param {boolean} isPaused
 */
export function showLeft({ cover, task }, leftMs, isPaused) {
  task.setLeft(leftMs, isPaused);
  if (!task.isUp && cover.name === "timeUpOffline") cover.hide();
}

/**
 * The trainer has stopped the clock: nothing plays and nothing can be done; or it runs on.
 * @param {import("./search_console.js").SearchConsole} console_
 * @param {boolean} isPaused
 * @param {boolean} isLess whether something done meanwhile is on screen no more
 */
export function showPaused(console_, isPaused, isLess) {
  const { cover, marking, transport, picture, motion, task } = console_;
  if (isPaused) {
    marking.settle();
    transport.pause();
    cover.show(console_.isHandingIn ? "pausedAnswer" : "paused");
    return;
  }
  if (cover.name === "paused" || cover.name === "pausedAnswer") cover.hide();
  // what was asked for in the pause was refused
  picture.retry();
  motion.retry();
  task.retryPhotos();
  if (isLess) console_.sayings.hint("What you did while the drill was paused does not count");
}

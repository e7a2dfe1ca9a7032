/** The task: who to find, what is asked, how much time is left, and whether everything is saved. */

import { must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { countdownWords, spokenDuration } from "./site_clock.js";

const SHORT_MS = 60_000;
const SLACK_MS = 2000;
/** @type {Record<number, string>} */
const SIDES = { 3: "from the front, the back and the left", 1: "from the front" };
const SPOKEN_AT_S = [300, 120, 60, 30, 10];

export class TaskCard {
  #leftMs = Infinity;
  #leftAt = 0;
  #stands = false;
  #spokenS = Infinity;
  #status = "";

  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {Task} options.task the task of the console's data
   * @param {(text: string) => void} options.announce
   * @param {() => void} options.onTimeUp the countdown has reached nought; the server has the last word
   */
  constructor({ parts, task, announce, onTimeUp }) {
    this.parts = parts;
    this.announce = announce;
    this.onTimeUp = onTimeUp;
    this.isUp = false;
    parts.taskQuestion.textContent = parts.referenceQuestion.textContent = task.question;
    parts.taskDescriptor.textContent = parts.referenceWords.textContent = task.descriptor;
    for (const line of [parts.taskKnown, parts.referenceKnown]) {
      line.hidden = !task.known;
      line.textContent = task.known?.words ?? "";
    }
    parts.referenceButton.hidden = task.reference_url === null;
    for (const image of task.reference_url === null ? [] : [parts.reference, parts.referenceLarge]) {
      image.src = must(task.reference_url);
      image.alt = `The student to find, ${SIDES[task.photo_count]}. ${task.descriptor}`;
    }
    parts.referenceSides.hidden = task.photo_count !== 3;
    for (const element of [parts.task, parts.referenceSheet]) element.dataset.photos = String(task.photo_count);
    parts.referenceButton.addEventListener("click", () => parts.referenceSheet.showModal());
  }

  /**
   * The server's count of what is left.
   * @param {number} leftMs
   * @param {boolean} [stands] whether the clock is stopped
   */
  setLeft(leftMs, stands = false) {
    this.#leftMs = leftMs;
    this.#stands = stands;
    this.#leftAt = performance.now();
    // a clock that ran on through a pause that this page did not know of
    if (leftMs > SLACK_MS) this.isUp = false;
    this.tick();
  }

  /** Ask again for photos that could not be had. */
  retryPhotos() {
    for (const image of [this.parts.reference, this.parts.referenceLarge]) {
      const src = image.getAttribute("src");
      if (src && image.complete && image.naturalWidth === 0) image.src = src;
    }
  }

  /** Milliseconds left by the server's count and the time since. */
  get leftMs() {
    return Math.max(0, this.#leftMs - (this.#stands ? 0 : performance.now() - this.#leftAt));
  }

  tick() {
    if (!Number.isFinite(this.#leftMs)) return;
    const { timeLeft, timeBox, timeNote } = this.parts;
    const leftMs = this.leftMs;
    const words = countdownWords(leftMs);
    if (timeLeft.textContent !== words) timeLeft.textContent = words;
    timeBox.dataset.short = String(leftMs < SHORT_MS);
    timeNote.hidden = leftMs >= SHORT_MS;
    this.#speak(leftMs);
    if (leftMs <= 0 && !this.isUp) {
      this.isUp = true;
      this.onTimeUp();
    }
  }

  /** "Saved", "Saving", or what stands in the way, in words and with a sign. @param {SaveState} status */
  setStatus({ kind, waiting, text }) {
    const actions = `${waiting} action${waiting === 1 ? "" : "s"}`;
    /** @type {Record<SaveState["kind"], [IconName, string]>} */
    const said = {
      saved: ["saved", "Saved"],
      saving: ["saving", "Saving"],
      held: ["saving", `Paused: ${actions} waiting`],
      offline: ["offline", waiting ? `Offline: ${actions} waiting` : "Offline"],
      expired: ["warn", "Your access has expired. Reload the page to continue; nothing you marked is lost."],
      refused: ["warn", `Not saved: ${text || "the server refused it"}. Reload the page.`],
    };
    const [icon, words] = said[kind];
    if (this.#status === words) return;
    this.#status = words;
    this.parts.status.dataset.kind = kind;
    this.parts.statusIcon.replaceChildren(makeIcon(icon));
    this.parts.statusText.textContent = words;
    if (kind !== "saved" && kind !== "saving" && kind !== "held") this.announce(words);
  }

  /** @param {number} leftMs */
  #speak(leftMs) {
    const leftS = Math.ceil(leftMs / 1000);
    const due = SPOKEN_AT_S.find((mark) => leftS <= mark && this.#spokenS > mark);
    if (due !== undefined && Number.isFinite(this.#spokenS)) this.announce(`${spokenDuration(leftMs)} left`);
    this.#spokenS = leftS;
  }
}

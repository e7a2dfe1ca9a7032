/**
 * Hints, in a practice drill that has them: which camera the student is on next, and whether this is still the student.
 *
 * The server knows; the console asks, a few times at most. What was marked reaches the server before the question does.
 */

import { Refusal } from "./attempt_api.js";
import { make, must } from "./dom.js";
import { makeSheet } from "./sheet.js";

const DRAIN_MS = 6000;

export class Hints {
  /** @type {HTMLButtonElement} */
  next;
  /** @type {HTMLButtonElement} */
  still;
  /** @type {HTMLElement} */
  said;
  /** @type {HTMLElement} */
  left;
  /** @type {HTMLDialogElement} */
  sheet;
  /** @type {KeyActions|undefined} */
  actions;
  #taken = 0;
  #isToldLastSeen = false;
  #isAsking = false;

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { data, parts, tools } = console_;
    this.most = data.hints?.most ?? 0;
    if (!this.most || data.replay) return;
    /** @param {HintAsked["hint"]} name */
    const ask = (name) => () => this.#ask(name);
    this.next = make("button", { type: "button", class: "button", "data-part": "hintNext", text: "Which camera is next?", on: { click: ask("next-camera") } });
    this.still = make("button", { type: "button", class: "button", "data-part": "hintStill", text: "Am I still with the student?", on: { click: ask("still-there") } });
    this.said = make("div", { class: "hint-said", "data-part": "hintSaid", role: "status" });
    this.left = make("p", { class: "hint-left", "data-part": "hintLeft" });
    const choices = make("div", { class: "hint-choices" }, this.next, this.still);
    this.sheet = makeSheet(parts, { name: "hintSheet", title: "Hint", content: [choices, this.said, this.left], close: "Continue" });
    tools.add({ name: "hint", icon: "hint", label: "Hint", key: "o", isNear: true, run: () => this.open() });
    this.actions = { hint: () => this.open() };
  }

  /** @param {Work} work */
  restore({ hints = 0 }) {
    this.#taken = hints;
  }

  open() {
    if (!this.console.isLive || this.sheet.open) return;
    this.console.transport.pause();
    this.said.replaceChildren();
    this.#show();
    this.sheet.showModal();
  }

  /** @param {HintAsked["hint"]} hint */
  async #ask(hint) {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#show();
    this.#say("Asking");
    try {
      this.#say(...(await this.#fetch(hint)));
    } catch (error) {
      this.#say(error instanceof Refusal ? error.message : "The server does not answer. No hint was taken; try again.");
    }
    this.#isAsking = false;
    this.#show();
  }

  /** What the server says to a question, as content. @param {HintAsked["hint"]} hint */
  async #fetch(hint) {
    const { link, picture, camerasOnScreen: on } = this.console;
    const lastSeen = hint === "next-camera" ? this.#tellLastSeen() : null;
    if (lastSeen) return lastSeen;
    if (hint === "still-there" && picture.cameraId === null) return ["Choose a camera first. No hint was taken."];
    if (!(await link.drain(DRAIN_MS))) return ["Your marks have not reached the server yet. No hint was taken; try again."];
    const answer = await link.api.askHint({ hint, camera_id: picture.cameraId, t_s: picture.playback.shownS, on });
    this.#taken = this.most - answer.left;
    return hint === "next-camera" ? this.#tellNext(answer) : [this.#tellStill(answer)];
  }

  /**
   * To anyone who has marked nobody, once: where the drill itself says that the student was last seen. It takes no hint.
   */
  #tellLastSeen() {
    const { data, marking } = this.console;
    const cameraId = data.task.known?.camera_id;
    if (!cameraId || marking.all.length || this.#isToldLastSeen) return null;
    this.#isToldLastSeen = true;
    return [`Start at the last place: ${this.#nameCamera(cameraId)}. No hint was taken.`, this.#makeOpen(cameraId)];
  }

  /** @param {string} cameraId */
  #nameCamera(cameraId) {
    const { picture } = this.console;
    return `camera ${picture.wall.numbers.get(cameraId)}, ${picture.nameOf(cameraId)}`;
  }

  /** @param {string} cameraId */
  #makeOpen(cameraId) {
    const go = () => (this.sheet.close(), this.console.focus(cameraId));
    return make("button", { type: "button", class: "button", text: `Open ${this.#nameCamera(cameraId)}`, on: { click: go } });
  }

  /** @param {HintAnswer} answer */
  #tellNext({ found, camera_id: cameraId }) {
    if (found === "nowhere") return ["No camera shows the student in the time asked for."];
    if (found === "no-more") return ["Your last correct mark is where the student is on camera for the last time."];
    const name = this.#nameCamera(must(cameraId));
    const nothing = this.console.marking.all.length ? "None of your marks is on the student yet" : "Nothing is found yet";
    const words = found === "first" ? `${nothing}. Start with ${name}.` : `After your last correct mark the student is on ${name}.`;
    return [words, this.#makeOpen(must(cameraId))];
  }

  /** @param {HintAnswer} answer */
  #tellStill({ in_picture: isIn, mark_is_right: isRight }) {
    const seen = isIn ? "The student is in the main picture now." : "The student is not in the main picture now.";
    if (isRight === null) return seen;
    return `${seen} ${isRight ? "Your newest mark is on the student." : "Your newest mark is not on the student."}`;
  }

  /** @param {...(string|Node)} content */
  #say(...content) {
    this.said.replaceChildren(...content.map((each) => (typeof each === "string" ? make("p", { text: each }) : each)));
  }

  #show() {
    const left = this.most - this.#taken;
    this.next.disabled = this.still.disabled = this.#isAsking || left <= 0;
    this.left.textContent = left > 0 ? `${left} of ${this.most} hints left. The debrief says how many you took.` : `All ${this.most} hints are taken. The debrief says so.`;
  }
}

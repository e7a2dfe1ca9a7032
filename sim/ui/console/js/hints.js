/** Help in a drill: hints where it has them, and asking the trainer. */

import { Refusal } from "./attempt_api.js";
import { make, makePushButton, must } from "./dom.js";
import { makeSheet } from "./tools.js";

const DRAIN_MS = 6000;
const UNSAID = "The student may be on no camera: hints begin with your first correct mark. No hint was taken.";

/** Hints of a practice drill. The server knows; what was marked reaches it before the question does. */
export class Hints {
  #taken = 0;
  #isToldLastSeen = false;
  #isAsking = false;

  static isOffered(/** @type {ConsoleData} */ { hints, replay }) { return Boolean(hints?.most) && !replay; }

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { data, parts, tools } = console_;
    this.most = must(data.hints).most;
    const ask = (/** @type {HintAsked["hint"]} */ name) => () => this.#ask(name);
    this.next = makePushButton(ask("next-camera"), { "data-part": "hintNext", text: "Which camera is next?" });
    this.still = makePushButton(ask("still-there"), { "data-part": "hintStill", text: "Am I still with the student?" });
    this.said = make("div", { class: "hint-said", "data-part": "hintSaid", role: "status" });
    this.left = make("p", { class: "hint-left", "data-part": "hintLeft" });
    const choices = make("div", { class: "hint-choices" }, this.next, this.still);
    this.sheet = makeSheet(parts, { name: "hintSheet", title: "Hint", content: [choices, this.said, this.left], close: "Continue" });
    tools.add({ name: "hint", icon: "hint", label: "Hint", key: "o", isNear: true, isTab: true, run: () => this.open() });
    this.actions = { hint: () => this.open() };
  }

  restore(/** @type {Work} */ { hints = 0 }) {
    this.#taken = hints;
  }

  open() {
    if (!this.console.isLive || this.sheet.open) return;
    this.console.transport.pause();
    this.said.replaceChildren();
    this.#show();
    this.sheet.showModal();
  }

  async #ask(/** @type {HintAsked["hint"]} */ hint) {
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

  async #fetch(/** @type {HintAsked["hint"]} */ hint) {
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

  #nameCamera(/** @type {string} */ cameraId) {
    const { picture } = this.console;
    return `camera ${picture.wall.numbers.get(cameraId)}, ${picture.nameOf(cameraId)}`;
  }

  #makeOpen(/** @type {string} */ cameraId) {
    const go = () => (this.sheet.close(), this.console.focus(cameraId));
    return makePushButton(go, { text: `Open ${this.#nameCamera(cameraId)}` });
  }

  #tellNext(/** @type {HintAnswer} */ { found, camera_id: cameraId }) {
    if (found === "unsaid") return [UNSAID];
    if (found === "no-more") return ["Your last correct mark is where the student is on camera for the last time."];
    const name = this.#nameCamera(must(cameraId));
    const nothing = this.console.marking.all.length ? "None of your marks is on the student yet" : "Nothing is found yet";
    const words = found === "first" ? `${nothing}. Start with ${name}.` : `After your last correct mark the student is on ${name}.`;
    return [words, this.#makeOpen(must(cameraId))];
  }

  #tellStill(/** @type {HintAnswer} */ { in_picture: isIn, mark_is_right: isRight }) {
    if (isIn === null && isRight === null) return UNSAID;
    const seen = isIn === null ? "" : isIn ? "The student is in the main picture now. " : "The student is not in the main picture now. ";
    if (isRight === null) return seen;
    return `${seen}${isRight ? "Your newest mark is on the student." : "Your newest mark is not on the student."}`;
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

const FIRST = "Your trainer then sees your name on their screen. The clock keeps running.";
const KNOWN = "Your trainer sees on their screen that you would like help. Keep going if you can: the clock is running.";

/** Asking the trainer for help is no event of the search: the server notes when it was, and the clock runs on. */
export class HelpCall {
  #isAsking = false;
  /** How many calls and answers were told of: both only grow. */
  #known = 0;

  static isOffered(/** @type {ConsoleData} */ { help, replay }) { return Boolean(help) && !replay; }

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { data, parts, tools } = console_;
    this.ask = makePushButton(() => this.#send(), { "data-part": "helpAsk", text: "Ask for help" });
    this.said = make("p", { class: "help-said", "data-part": "helpSaid", role: "status" });
    this.sheet = makeSheet(parts, { name: "helpSheet", title: "Ask your trainer for help", content: [this.said, this.ask], close: "Keep searching" });
    this.setOn = tools.add({ name: "help", icon: "help", label: "Ask your trainer for help", isNear: true, isTab: true, run: () => this.open() });
    this.#show(must(data.help));
  }

  update(/** @type {ConsoleData} */ { help }) {
    if (help && !this.#isAsking) this.#show(help);
  }

  /** Open the sheet; what the trainer has done since is asked for. */
  async open() {
    this.sheet.showModal();
    try {
      const stands = await this.console.link.api.loadHelp();
      if (!this.#isAsking) this.#show(stands);
    } catch {
      // what was known before stays
    }
  }

  async #send() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.ask.disabled = true;
    this.said.textContent = "Asking";
    try {
      this.#show(await this.console.link.api.askHelp());
    } catch (error) {
      const why = error instanceof Refusal ? error.message : "The server does not answer. ";
      this.said.textContent = `${why} Your trainer has not been told: raise your hand, or try again.`;
      this.ask.disabled = false;
    }
    this.#isAsking = false;
  }

  #show(/** @type {HelpCalls} */ { asked, answered }) {
    // what was on its way while a call came in does not take the call back
    if (asked + answered < this.#known) return;
    this.#known = asked + answered;
    const waits = asked > answered;
    this.said.textContent = waits ? KNOWN : FIRST;
    this.ask.disabled = false;
    this.ask.hidden = waits;
    this.setOn(waits);
  }
}

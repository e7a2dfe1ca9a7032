/**
 * Asking the trainer for help, in a drill of a session: one press, and whether it has reached the trainer.
 *
 * It is no event of the search: the server notes when it was, and the clock runs on.
 */

import { Refusal } from "./attempt_api.js";
import { make } from "./dom.js";
import { makeSheet } from "./sheet.js";

const FIRST = "Your trainer then sees your name on their screen. The clock keeps running.";
const KNOWN = "Your trainer sees on their screen that you would like help. Keep going if you can: the clock is running.";

export class HelpCall {
  /** @type {HTMLButtonElement} */
  ask;
  /** @type {HTMLElement} */
  said;
  /** @type {HTMLDialogElement} */
  sheet;
  /** @type {(isOn: boolean) => void} */
  setOn;
  #isAsking = false;
  /** How many calls and answers were told of: both only grow. */
  #known = 0;

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { data, parts, tools } = console_;
    if (!data.help || data.replay) return;
    this.ask = make("button", { type: "button", class: "button", "data-part": "helpAsk", text: "Ask for help", on: { click: () => this.#send() } });
    this.said = make("p", { class: "help-said", "data-part": "helpSaid", role: "status" });
    this.sheet = makeSheet(parts, { name: "helpSheet", title: "Ask your trainer for help", content: [this.said, this.ask], close: "Keep searching" });
    this.setOn = tools.add({ name: "help", icon: "help", label: "Ask your trainer for help", isNear: true, run: () => this.open() });
    this.#show(data.help);
  }

  /** Newer data from the page. @param {ConsoleData} data */
  update({ help }) {
    if (this.sheet && help && !this.#isAsking) this.#show(help);
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

  /** @param {HelpCalls} calls */
  #show({ asked, answered }) {
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

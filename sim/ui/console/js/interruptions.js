/**
 * Calls by radio or phone that come in during a drill given with interruptions, each with a question.
 *
 * A call lies over the wall and stops nothing: the clock runs, the picture plays, and anyone who does not answer goes on
 * searching until it rings off. Which call comes when is in the page's data; what was answered is in the log.
 */

import { findFocus, make, makePushButton, must } from "./dom.js";
import { makeIcon } from "./icons.js";

const CHANNELS = { radio: "On the radio", phone: "On the phone" };

class CallCard {
  /** @type {HTMLElement|null} */ #focusBefore = null;
  #isReplay = false;
  #isFolded = false;

  constructor(/** @type {Interruptions} */ calls) {
    const { console: console_, lastsMs } = calls;
    this.console = console_;
    this.calls = calls;
    this.icon = make("span", { class: "call-card-icon" });
    this.title = make("h2", { id: "call-title", class: "call-card-title" });
    this.message = make("p", { class: "call-card-message" });
    this.question = make("p", { class: "call-card-question", id: "call-question" });
    this.replies = make("div", { class: "call-card-replies", role: "group", "aria-labelledby": "call-question" });
    this.fold = makePushButton(() => this.#setFolded(!this.#isFolded), { class: "button call-card-fold", "data-part": "callFold" });
    const head = make("div", { class: "call-card-head" }, this.icon, this.title, make("kbd", { "data-key-show": "answerCall" }), this.fold);
    const foot = make("p", { class: "call-card-foot", text: `The caller hangs up in ${lastsMs / 1000} seconds. The clock keeps running.` });
    this.body = make("div", { class: "call-card-body", id: "call-body" }, this.message, this.question, this.replies, foot);
    this.fold.setAttribute("aria-controls", "call-body");
    const words = { role: "group", "aria-labelledby": "call-title" };
    this.card = make("section", { class: "call-card", "data-part": "callCard", hidden: true, ...words }, head, this.body);
    console_.parts.console.append(this.card);
  }

  show(/** @type {Call} */ call, /** @type {{isReplay?: boolean}} */ { isReplay = false } = {}) {
    const { channel, caller, message, question, from_memory: isFromMemory } = call;
    this.#focusBefore = null;
    this.#isReplay = isReplay;
    this.icon.replaceChildren(makeIcon(channel));
    this.title.textContent = `${CHANNELS[channel]}: ${caller}`;
    this.message.textContent = `“${message}”`;
    this.question.textContent = question;
    if (isFromMemory && !isReplay) this.#hear(call);
    else this.#ask(call);
    this.#setFolded(false);
    this.card.hidden = false;
    if (!isReplay) this.console.sayings.announce([this.title.textContent, message, ...(isFromMemory ? [] : [question])].join(". "));
  }

  hide() {
    const hadFocus = this.#hasFocus;
    this.card.hidden = true;
    if (!hadFocus) return;
    const { console: root } = this.console.parts;
    (this.#focusBefore?.isConnected ? this.#focusBefore : root).focus({ preventScroll: true });
  }

  /** By key: to the first button, from wherever one is. */
  takeFocus() {
    this.#setFolded(false);
    if (!this.#hasFocus) this.#focusBefore = findFocus(this.card);
    this.replies.querySelector("button")?.focus();
  }

  /** Folded, only who speaks is left: what lies under the card may be needed for the answer. */
  #setFolded(/** @type {boolean} */ isFolded) {
    this.#isFolded = isFolded;
    this.body.hidden = isFolded;
    const words = isFolded ? "Show the call" : "Fold the call";
    this.fold.replaceChildren(makeIcon(isFolded ? "add" : "less"));
    for (const [name, value] of Object.entries({ "aria-expanded": String(!isFolded), "aria-label": words, title: words })) this.fold.setAttribute(name, value);
  }

  get #hasFocus() { return this.card.contains(findFocus(this.card)); }

  /** First the message alone: it is to be remembered. @param {Call} call */
  #hear(call) {
    this.message.hidden = false;
    this.question.hidden = true;
    this.replies.replaceChildren(makePushButton(() => this.#goOn(call), { text: "Continue" }));
  }

  #goOn(/** @type {Call} */ call) {
    const hadFocus = this.#hasFocus;
    this.#ask(call);
    this.console.sayings.announce(call.question);
    if (hadFocus) this.replies.querySelector("button")?.focus();
  }

  #ask(/** @type {Call} */ { replies, from_memory: isFromMemory }) {
    this.message.hidden = isFromMemory && !this.#isReplay;
    this.question.hidden = false;
    const makeReply = (/** @type {Option} */ { value, label }) =>
      makePushButton(() => this.calls.reply(value), { "data-value": value, text: label, disabled: this.#isReplay });
    this.replies.replaceChildren(...replies.map(makeReply));
  }
}

export class Interruptions {
  /** @type {Map<string, {atMs: number, isOver: boolean}>} */ #calls = new Map();
  /** @type {Call|null} */ #open = null;

  static isOffered(/** @type {ConsoleData} */ { calls }) { return calls.list.length > 0; }

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { call_s: callS, list } = console_.data.calls;
    this.lastsMs = callS * 1000;
    this.list = list;
    this.card = new CallCard(this);
    this.actions = { answerCall: () => (this.#open ? this.card.takeFocus() : false) };
  }

  restore(/** @type {Work} */ { calls = {} }) {
    this.#calls = new Map(Object.entries(calls).map(([callId, { at_ms: atMs, is_over: isOver }]) => [callId, { atMs, isOver }]));
    if (this.#open && this.#calls.get(this.#open.call_id)?.isOver !== false) this.#close();
  }

  tick() {
    const { data, isLive, link } = this.console;
    if (data.replay || !isLive) return;
    if (this.#open === null) this.#begin(link.elapsedMs);
    else if (link.elapsedMs >= must(this.#calls.get(this.#open.call_id)).atMs + this.lastsMs) {
      this.console.send("missed", { call_id: this.#open.call_id });
      this.#end(this.#open);
    }
  }

  /** In a replay: the call that was open at that moment, null for none. @param {string|null} callId */
  showAgain(callId) {
    const call = this.list.find((each) => each.call_id === callId);
    if (call) this.card.show(call, { isReplay: true });
    else this.card.hide();
  }

  /** A call that is open already, as after a reload, or one whose time has come. @param {number} nowMs */
  #begin(nowMs) {
    const goesOn = this.list.find((call) => this.#calls.get(call.call_id)?.isOver === false);
    /** @param {Call} call */
    const isDue = ({ call_id: callId, at_s: atS }) => !this.#calls.has(callId) && nowMs >= atS * 1000 && nowMs < atS * 1000 + this.lastsMs;
    const call = goesOn ?? this.list.find(isDue);
    if (!call) return;
    this.#open = call;
    if (!goesOn) {
      this.#calls.set(call.call_id, { atMs: nowMs, isOver: false });
      this.console.send("call", { call_id: call.call_id });
    }
    this.card.show(call);
  }

  reply(/** @type {string} */ value) {
    if (!this.#open || !this.console.isLive) return;
    this.console.send("reply", { call_id: this.#open.call_id, value });
    this.#end(this.#open);
    this.console.sayings.toast("Answered. Keep searching.");
  }

  #end(/** @type {Call} */ call) {
    must(this.#calls.get(call.call_id)).isOver = true;
    this.#close();
  }

  #close() {
    this.#open = null;
    this.card.hide();
  }
}

/**
 * Calls by radio or phone that come in during a drill given with interruptions, each with a question.
 *
 * A call lies over the wall and stops nothing: the clock runs, the picture plays, and anyone who does not answer goes on
 * searching until it rings off. Which call comes when is in the page's data; what was answered is in the log.
 */

import { CallCard } from "./call_card.js";
import { must } from "./dom.js";

export class Interruptions {
  /** @type {CallCard} */
  card;
  /** @type {KeyActions|undefined} */
  actions;
  /** @type {Map<string, {atMs: number, isOver: boolean}>} */
  #calls = new Map();
  /** @type {Call|null} */
  #open = null;

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    console_.interruptions = this;
    const { call_s: callS, list } = console_.data.calls;
    this.lastsMs = callS * 1000;
    this.list = list;
    if (!list.length) return;
    this.card = new CallCard(console_, { lastsS: callS, onReply: (value) => this.#reply(value) });
    this.actions = { answerCall: () => (this.#open ? this.card.takeFocus() : false) };
  }

  /** @param {Work} work */
  restore({ calls = {} }) {
    this.#calls = new Map(Object.entries(calls).map(([callId, { at_ms: atMs, is_over: isOver }]) => [callId, { atMs, isOver }]));
    if (this.#open && this.#calls.get(this.#open.call_id)?.isOver !== false) this.#close();
  }

  tick() {
    const { data, isLive, link } = this.console;
    if (!this.list.length || data.replay || !isLive) return;
    if (this.#open === null) this.#begin(link.elapsedMs);
    else if (link.elapsedMs >= must(this.#calls.get(this.#open.call_id)).atMs + this.lastsMs) this.#miss(this.#open);
  }

  /**
   * In a replay: the call that was open at that moment, null for none.
   * @param {string|null} callId
   */
  showAgain(callId) {
    const call = this.list.find((each) => each.call_id === callId);
    if (call) this.card.show(call, { isReplay: true });
    else this.card?.hide();
  }

  /**
   * A call that is open already, as after a reload, or one whose time has come.
   * @param {number} nowMs
   */
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

  /** @param {string} value */
  #reply(value) {
    if (!this.#open || !this.console.isLive) return;
    this.console.send("reply", { call_id: this.#open.call_id, value });
    this.#end(this.#open);
    this.console.sayings.toast("Answered. Keep searching.");
  }

  /** @param {Call} call */
  #miss(call) {
    this.console.send("missed", { call_id: call.call_id });
    this.#end(call);
  }

  /** @param {Call} call */
  #end(call) {
    must(this.#calls.get(call.call_id)).isOver = true;
    this.#close();
  }

  #close() {
    this.#open = null;
    this.card.hide();
  }
}

/**
 * Calls by radio or phone that come in during a drill given with interruptions, each with a question.
 *
 * A call lies over the wall and stops nothing: the clock runs, the picture plays, and anyone who does not answer goes on
 * searching until it rings off. Which call comes when is in the page's data; what was answered is in the log.
 */

import { CallCard } from "./call_card.js";

export class Interruptions {
  #calls = new Map();
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

  restore({ calls = {} }) {
    this.#calls = new Map(Object.entries(calls).map(([callId, { at_ms: atMs, is_over: isOver }]) => [callId, { atMs, isOver }]));
    if (this.#open && this.#calls.get(this.#open.call_id)?.isOver !== false) this.#close();
  }

  tick() {
    const { data, isLive, link } = this.console;
    if (!this.list.length || data.replay || !isLive) return;
    if (this.#open === null) this.#begin(link.elapsedMs);
    else if (link.elapsedMs >= this.#calls.get(this.#open.call_id).atMs + this.lastsMs) this.#end("missed");
  }

  /** In a replay: the call that was open at that moment, null for none. */
  showAgain(callId) {
    const call = this.list.find((each) => each.call_id === callId);
    if (call) this.card.show(call, { isReplay: true });
    else this.card?.hide();
  }

  /** A call that is open already, as after a reload, or one whose time has come. */
  #begin(nowMs) {
    const goesOn = this.list.find((call) => this.#calls.get(call.call_id)?.isOver === false);
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

  #reply(value) {
    if (!this.#open || !this.console.isLive) return;
    this.#end("reply", { value });
    this.console.sayings.toast("Answered. On with the search.");
  }

  #end(kind, payload = {}) {
    this.console.send(kind, { call_id: this.#open.call_id, ...payload });
    this.#calls.get(this.#open.call_id).isOver = true;
    this.#close();
  }

  #close() {
    this.#open = null;
    this.card.hide();
  }
}

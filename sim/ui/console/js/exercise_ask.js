/** Asking another to take over a camera: a sheet to ask, and the card on which a request comes in. */

import { ABOUT_WORDS, ROLE_LETTERS, ROLE_WORDS, beginWith } from "./exercise_words.js";
import { make, makeUuid, must } from "./dom.js";
import { makeSheet } from "./sheet.js";

export class AskSheet {
  /** @type {number} */
  atS;
  /**
   * @param {import("./search_console.js").SearchConsole} console_
   * @param {object} options
   * @param {ExerciseMember[]} options.others the other members
   * @param {(ask: Ask) => void} options.onAsk
   */
  constructor(console_, { others, onAsk }) {
    this.console = console_;
    this.onAsk = onAsk;
    this.camera = make("select", { "data-part": "askCamera" });
    const anybody = make("option", { value: "", text: "Anyone" });
    this.to = make("select", { "data-part": "askTo" }, anybody, ...others.map(({ role, label, name }) => make("option", { value: role, text: `${label}, ${name}` })));
    this.when = make("p", { class: "ask-when" });
    /** @param {About} about */
    const send = (about) => () => this.#send(about);
    const buttons = make(
      "div",
      { class: "sheet-buttons" },
      make("button", { type: "button", class: "button", "data-part": "askLook", text: "Please look here", on: { click: send("look") } }),
      make("button", { type: "button", class: "button button-main", "data-part": "askSeen", text: "Last seen here: take over", on: { click: send("last-seen") } }),
    );
    /** @param {string} words @param {HTMLElement} control */
    const field = (words, control) => make("label", { class: "field", text: words }, control);
    this.sheet = makeSheet(console_.parts, { name: "askSheet", title: "Ask to take over a camera", content: [this.when, field("Camera", this.camera), field("Whom", this.to), buttons], close: "Do not ask" });
  }

  /** Offer the camera on screen first, then those that the plan has next, then all others. */
  open() {
    const { picture, data, clock } = this.console;
    const next = new Set((data.links[picture.cameraId ?? ""] ?? []).flatMap((zone) => zone.cameras.map((each) => each.camera_id)));
    /** @param {string} cameraId */
    const option = (cameraId) => make("option", { value: cameraId, text: `${cameraId} ${picture.nameOf(cameraId)}` });
    /** @param {string} label @param {string[]} ids */
    const group = (label, ids) => (ids.length ? [make("optgroup", { label }, ...ids.map(option))] : []);
    const all = picture.wall.cameraIds;
    const here = picture.cameraId === null ? [] : [picture.cameraId];
    /** @param {string} each */
    const isRest = (each) => !next.has(each) && !here.includes(each);
    this.camera.replaceChildren(...group("On your screen", here), ...group("Next by the plan", all.filter((each) => next.has(each) && !here.includes(each))), ...group("All others", all.filter(isRest)));
    this.atS = picture.playback.shownS;
    this.when.textContent = `At ${clock.words(this.atS)}, the time on your screen.`;
    this.sheet.showModal();
  }

  /** @param {About} about */
  #send(about) {
    this.sheet.close();
    this.onAsk({ ask_id: makeUuid(), camera_id: this.camera.value, at_site_s: this.atS, to: /** @type {Role|""} */ (this.to.value) || null, about });
  }
}

/** The card of a request to this member. It takes no focus by itself, and stops nothing. */
export class AskCard {
  /** @type {OpenAsk|null} */
  shown;
  /**
   * @param {import("./search_console.js").SearchConsole} console_
   * @param {object} options
   * @param {(ask: OpenAsk) => void} options.onTake
   * @param {(ask: OpenAsk) => void} options.onPass not this member
   */
  constructor(console_, { onTake, onPass }) {
    this.console = console_;
    this.shown = null;
    this.title = make("h2", { class: "call-card-title", id: "ask-title" });
    this.words = make("p", { class: "call-card-message" });
    const take = make("button", { type: "button", class: "button button-main", "data-part": "askTake", text: "I take it", on: { click: () => onTake(must(this.shown)) } });
    const pass = make("button", { type: "button", class: "button", "data-part": "askPass", text: "Not me", on: { click: () => onPass(must(this.shown)) } });
    this.card = make(
      "section",
      { class: "call-card ask-card", "data-part": "askCard", hidden: true, role: "group", "aria-labelledby": "ask-title" },
      this.title,
      this.words,
      make("div", { class: "call-card-replies" }, take, pass),
    );
    console_.parts.console.append(this.card);
  }

  /** Show a request, or null for none. @param {OpenAsk|null} ask */
  show(ask) {
    if (this.shown?.ask_id === ask?.ask_id) return;
    this.shown = ask;
    this.card.hidden = ask === null;
    if (ask === null) return;
    const { picture, clock, sayings } = this.console;
    this.title.textContent = `${beginWith(ask.role)} asks ${ask.to === null ? "anyone" : "you"}`;
    this.words.textContent = `${capitalise(ABOUT_WORDS[ask.about])} ${ask.camera_id} ${picture.nameOf(ask.camera_id)}, ${clock.words(ask.at_site_s)}.`;
    sayings.announce(`${this.title.textContent}. ${this.words.textContent}`);
  }
}

/** A request in a list, in one line. @param {OpenAsk} ask @param {Pick<SearchConsole, "picture"|"clock">} console_ */
export function describeAsk(ask, { picture, clock }) {
  const taken = ask.takenBy === null ? "not taken yet" : `taken by ${ROLE_WORDS[ask.takenBy]}`;
  return `${ROLE_LETTERS[ask.role]}: ${ABOUT_WORDS[ask.about]} ${ask.camera_id} ${picture.nameOf(ask.camera_id)}, ${clock.words(ask.at_site_s)} (${taken})`;
}

/** @param {string} words */
function capitalise(words) {
  return words[0].toUpperCase() + words.slice(1);
}

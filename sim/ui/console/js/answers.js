/** What a task asks besides marks: the choices made so far, and the parts that ask for them. */

import { make, makePushButton, makeUuid, must } from "./dom.js";
import { makeIcon } from "./icons.js";

class AnswerFields {
  /** @type {Map<string, HTMLSelectElement>} */ #selects = new Map();

  constructor(/** @type {SearchConsole} */ console_, /** @type {Answers} */ answers, /** @type {Question[]} */ fields) {
    this.answers = answers;
    this.fields = fields;
    const { finalZoneField } = console_.parts;
    finalZoneField.before(...fields.map((field) => this.#makeField(field)));
  }

  show() {
    for (const [key, select] of this.#selects) select.value = this.answers.get(key);
  }

  listMissing() {
    const open = this.fields.filter(({ key, is_required: isRequired }) => isRequired && !this.answers.get(key));
    return open.map(({ label }) => `Not answered: ${label}`);
  }

  #makeField(/** @type {Question} */ { key, label, options }) {
    const choices = options.map((option) => make("option", { value: option.value, text: option.label }));
    const select = make("select", { "data-answer": key }, make("option", { value: "", text: "Choose" }), ...choices);
    select.addEventListener("change", () => this.answers.choose(key, select.value));
    this.#selects.set(key, select);
    return make("label", { class: "field" }, label, select);
  }
}

class Calls {
  constructor(/** @type {SearchConsole} */ console_, /** @type {Answers} */ answers, /** @type {Item[]} */ items) {
    this.console = console_;
    this.answers = answers;
    this.items = items;
    const { stage, found } = console_.parts;
    this.count = make("span", { class: "call-count" });
    this.place = make("strong", { class: "call-place" });
    this.confirm = makePushButton(() => this.#answer(), { class: "button button-main", "data-part": "callConfirm" }, makeIcon("saved"), "This camera");
    this.banner = make("div", { class: "call", "data-part": "call", role: "group", "aria-label": "Called out" }, this.count, this.place, this.confirm);
    stage.append(this.banner);
    this.now = make("p", { class: "call-now" });
    this.list = make("ol", { class: "calls", "aria-label": "Calls so far" });
    found.append(this.now, this.list);
  }

  show() {
    const place = this.#next();
    const done = place < 0 ? this.items.length : place;
    this.console.parts.foundCount.textContent = `${done}/${this.items.length}`;
    this.banner.hidden = place < 0;
    this.now.textContent = place < 0 ? "All calls are answered." : `Open a camera that shows ${this.items[place].label}, then press “This camera”.`;
    if (place >= 0) {
      this.count.textContent = `Call ${place + 1} of ${this.items.length}`;
      const { label } = this.items[place];
      if (this.place.textContent !== label) {
        this.place.textContent = label;
        this.console.sayings.announce(`Show ${label}`);
      }
    }
    const answered = this.items.filter(({ key }) => this.answers.get(key));
    this.list.replaceChildren(
      ...answered.map(({ key, label }) => make("li", { class: "call-done" }, makeIcon("saved"), `${label}: ${this.console.picture.nameOf(this.answers.get(key))}`)),
    );
    this.setCamera(this.console.picture.cameraId);
  }

  setCamera(/** @type {string|null} */ cameraId) {
    this.confirm.disabled = cameraId === null;
  }

  listMissing() {
    const open = this.items.filter(({ key }) => !this.answers.get(key)).length;
    return open ? [`${open} of ${this.items.length} calls are not answered yet.`] : [];
  }

  #next() { return this.items.findIndex(({ key }) => !this.answers.get(key)); }

  #answer() {
    const { cameraId } = this.console.picture;
    const place = this.#next();
    if (cameraId === null || place < 0) return;
    this.answers.choose(this.items[place].key, cameraId);
    if (this.#next() < 0) this.console.sayings.hint("That was the last call. Submit when you are ready.");
  }
}

class Clips {
  /** @type {Map<string, Clip>} */ #clips = new Map();
  /** @type {{camera_id: string, from_s: number}|null} */ #start = null;

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { found } = console_.parts;
    this.begin = makePushButton(() => this.#begin(), { "data-part": "clipBegin", text: "Clip begins here" });
    this.end = makePushButton(() => this.#end(), { class: "button button-main", "data-part": "clipEnd", text: "Clip ends here", disabled: true });
    this.words = make("p", { class: "clip-words", role: "status", text: "Open a camera, stop where the student comes in, and begin a clip." });
    this.list = make("ol", { class: "clips", "aria-label": "Clips" });
    found.append(make("div", { class: "clip-tools" }, this.begin, this.end), this.words, this.list);
  }

  restore(/** @type {Work} */ { clips }) {
    this.#clips = new Map(Object.entries(clips));
  }

  show() {
    const { picture, clock, parts } = this.console;
    parts.foundCount.textContent = String(this.#clips.size);
    this.words.hidden = this.#clips.size > 0 && this.#start === null;
    if (this.#start !== null) this.words.textContent = `Started on ${picture.nameOf(this.#start.camera_id)} at ${clock.words(this.#start.from_s)}. Go to where it ends.`;
    this.end.disabled = this.#start === null;
    const byTime = [...this.#clips].sort(([, a], [, b]) => a.from_s - b.from_s);
    this.list.replaceChildren(...byTime.map(([clipId, clip]) => this.#makeCard(clipId, clip)));
  }

  listMissing() {
    const missing = this.#clips.size ? [] : ["No clips yet."];
    if (this.#start !== null) missing.push("One clip has a start but no end.");
    const { clock, data } = this.console;
    const [fromS, toS] = data.task.window_s;
    const outside = [...this.#clips.values()].filter(({ from_s, to_s }) => to_s <= fromS || from_s >= toS).length;
    if (outside) missing.push(`${outside} ${outside === 1 ? "clip is" : "clips are"} outside the time asked for, ${clock.words(fromS)} to ${clock.words(toS)}.`);
    return missing;
  }

  #makeCard(/** @type {string} */ clipId, /** @type {Clip} */ clip) {
    const { picture, clock } = this.console;
    const words = `${picture.nameOf(clip.camera_id)}, ${clock.words(clip.from_s)} to ${clock.words(clip.to_s)}`;
    const go = makePushButton(() => this.console.goTo({ camera_id: clip.camera_id, t_s: clip.from_s }), { class: "button clip-go", "aria-label": `Go to the clip on ${words}`, text: words });
    const remove = makePushButton(() => this.#remove(clipId), { "aria-label": `Remove the clip on ${words}` }, makeIcon("close"));
    return make("li", { class: "clip", "data-clip": clipId }, go, remove);
  }

  #begin() {
    const { picture, isLive } = this.console;
    if (!isLive || picture.cameraId === null) return;
    this.#start = { camera_id: picture.cameraId, from_s: picture.playback.shownS };
    this.show();
  }

  #end() {
    const { picture, isLive, sayings } = this.console;
    if (!isLive || this.#start === null) return;
    const to_s = picture.playback.shownS;
    const { camera_id: cameraId, from_s } = this.#start;
    if (picture.cameraId !== cameraId || to_s <= from_s) {
      sayings.hint("A clip must end on the camera it started on, after it starts.");
      return;
    }
    const clipId = makeUuid();
    const clip = { camera_id: cameraId, from_s, to_s };
    this.console.send("clip", { clip_id: clipId, ...clip });
    this.#clips.set(clipId, clip);
    this.#start = null;
    this.show();
  }

  #remove(/** @type {string} */ clipId) {
    if (!this.console.isLive) return;
    this.console.send("unclip", { clip_id: clipId });
    this.#clips.delete(clipId);
    this.show();
  }
}

class Judgments {
  /** @type {Map<string, {row: HTMLElement, buttons: Map<string, HTMLElement>}>} */ #rows = new Map();

  constructor(/** @type {SearchConsole} */ console_, /** @type {Answers} */ answers, /** @type {Item[]} */ items, /** @type {Option[]} */ options) {
    this.console = console_;
    this.answers = answers;
    this.items = items;
    this.options = options;
    const { found } = console_.parts;
    const list = make("ol", { class: "judgments", "data-part": "judgments", "aria-label": "To judge" }, ...items.map((item) => this.#makeRow(item)));
    found.append(list);
  }

  show() {
    const done = this.items.filter(({ key }) => this.answers.get(key)).length;
    this.console.parts.foundCount.textContent = `${done}/${this.items.length}`;
    for (const [key, { row, buttons }] of this.#rows) {
      const verdict = this.answers.get(key);
      row.dataset.done = String(verdict !== "");
      for (const [value, button] of buttons) button.setAttribute("aria-pressed", String(value === verdict));
    }
  }

  listMissing() {
    const open = this.items.filter(({ key }) => !this.answers.get(key)).length;
    return open ? [`${open} of ${this.items.length} are not judged yet.`] : [];
  }

  #makeRow(/** @type {Item} */ { key, label, camera_id: cameraId, t_s }) {
    const open = makePushButton(() => this.#open(cameraId, t_s), { class: "button judgment-open" }, makeIcon("play"), label);
    const buttons = new Map(
      this.options.map(({ value, label: words }) => [
        value,
        makePushButton(() => this.answers.choose(key, value), { "aria-pressed": "false", text: words }),
      ]),
    );
    const row = make("li", { class: "judgment", "data-item": key, "data-done": "false" }, open, make("div", { class: "judgment-verdicts", role: "group", "aria-label": label }, ...buttons.values()));
    this.#rows.set(key, { row, buttons });
    return row;
  }

  #open(/** @type {string|null} */ cameraId, /** @type {number|null} */ timeS) {
    if (cameraId === null || timeS === null || !this.console.isLive) return;
    this.console.goTo({ camera_id: cameraId, t_s: timeS });
    this.console.transport.play(1);
  }
}

/**
 * A part of the hand-in or of the list beside the marks that asks something.
 * @typedef {Pick<Feature, "actions"|"restore"|"setCamera"> & {show?: () => void, listMissing: () => string[]}} AnswerPart
 */

export class Answers {
  /** @type {Map<string, string>} */ #choices = new Map();
  /** @type {AnswerPart[]} */ #parts = [];

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { fields, items, item_options: options, clips, list_name: listName } = console_.data.task.answer_form;
    if (listName) this.#nameList(listName);
    if (fields.length) this.#parts.push(new AnswerFields(console_, this, fields));
    if (items.length && options.length) this.#parts.push(new Judgments(console_, this, items, options));
    if (items.length && !options.length) this.#parts.push(new Calls(console_, this, items));
    if (clips) this.#parts.push(new Clips(console_));
  }

  get(/** @type {string} */ key) { return this.#choices.get(key) ?? ""; }

  /** Choose; "" takes a choice back. @param {string} key @param {string} value */
  choose(key, value) {
    if (!this.console.isLive || this.get(key) === value) return;
    this.console.send("choice", { key, value });
    this.#choices.set(key, value);
    this.#show();
  }

  get actions() { return Object.assign({}, ...this.#parts.map((part) => part.actions ?? {})); }

  restore(/** @type {Work} */ work) {
    const { data, parts, layout } = this.console;
    if (data.task.answer_form.list_name && !data.replay) layout.show("found", must(parts.console.dataset.side));
    this.#choices = new Map(Object.entries(work.choices));
    for (const part of this.#parts) part.restore?.(work);
    this.#show();
  }

  setCamera(/** @type {string|null} */ cameraId) {
    for (const part of this.#parts) part.setCamera?.(cameraId);
  }

  listMissing() { return this.#parts.flatMap((part) => part.listMissing()); }

  /** The list beside the marks is one of its own, and what is to be done: it has its own name and room. */
  #nameList(/** @type {string} */ name) {
    const { console: root, found, foundEmpty, foundList, foundTitle, tabFoundName } = this.console.parts;
    root.dataset.list = name.toLowerCase();
    tabFoundName.textContent = foundTitle.textContent = name;
    foundTitle.hidden = false;
    found.setAttribute("aria-label", name);
    foundEmpty.remove();
    foundList.remove();
  }

  #show() {
    for (const part of this.#parts) part.show?.();
  }
}

/** Showing people around: the tour, and the familiarization drill's steps, on a card that points at a part. */

import { clamp, findFocus, make, makePushButton, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { findJump, sayS } from "./profile.js";

const GAP_PX = 12;
const EDGE_PX = 8;

/** A card that points at a part of the console: a ring around the part, and the card where it covers that part least. */
class CoachCard {
  /** @type {PartName} */ #part = "stage";
  #placed = "";

  /**
   * @param {Parts} parts elements by `data-part`
   * @param {object} options
   * @param {string} options.name its `data-part`, and the first part of its ids
   * @param {string} options.closeWords what the button in its corner does
   * @param {Node[]} options.content what stands under the words
   * @param {boolean} [options.isDim] the console around the part is dimmed
   * @param {boolean} [options.isAbove] the card is above or below the part where there is room, not beside it
   * @param {() => void} options.onClose
   */
  constructor(parts, { name, closeWords, content, isDim = false, isAbove = false, onClose }) {
    this.parts = parts;
    this.isAbove = isAbove;
    this.title = make("h2", { id: `${name}-title`, tabindex: "-1" });
    this.text = make("p", { id: `${name}-text` });
    const close = makePushButton(onClose, { class: "button coach-close", "aria-label": closeWords, title: closeWords }, makeIcon("close"));
    const words = { role: "dialog", "aria-labelledby": this.title.id, "aria-describedby": this.text.id };
    this.card = make("div", { class: "coach", "data-part": name, hidden: true, ...words }, this.title, close, this.text, ...content);
    this.card.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      onClose();
    });
    this.ring = make("div", { class: "coach-ring", "data-dim": String(isDim), "aria-hidden": "true", hidden: true });
    parts.console.append(this.ring, this.card);
  }

  get isOpen() { return !this.card.hidden; }
  get hasFocus() { return this.card.contains(findFocus(this.card)); }

  show(/** @type {{part: PartName, title: string, text: string}} */ { part, title, text }) {
    this.#part = part;
    this.title.textContent = title;
    this.text.textContent = text;
    this.card.hidden = this.ring.hidden = false;
    this.#placed = "";
    this.place();
  }

  hide() {
    this.card.hidden = this.ring.hidden = true;
  }

  /** Once per frame: parts move when the window does. */
  place() {
    const room = this.parts.console.getBoundingClientRect();
    const box = must(this.parts[this.#part]).getBoundingClientRect();
    const target = { left: box.left - room.left, top: box.top - room.top, width: box.width, height: box.height };
    const { offsetWidth: width, offsetHeight: height } = this.card;
    const spot = findSpot(target, { width, height }, { width: room.width, height: room.height }, this.isAbove);
    const placed = JSON.stringify([target, spot]);
    if (placed === this.#placed) return;
    this.#placed = placed;
    setPixels(this.ring, target);
    setPixels(this.card, spot);
  }
}

function setPixels(/** @type {HTMLElement} */ element, /** @type {Record<string, number>} */ lengths) {
  for (const [name, value] of Object.entries(lengths)) element.style.setProperty(name, `${value}px`);
}

/**
 * Left and top of a card beside, above or below a part, where there is room; inside the part's lower end otherwise.
 * @param {{left: number, top: number, width: number, height: number}} target
 * @param {Size} card
 * @param {Size} room
 * @param {boolean} isAbove
 */
function findSpot(target, card, room, isAbove) {
  const left = clamp(target.left + (target.width - card.width) / 2, EDGE_PX, room.width - card.width - EDGE_PX);
  const top = clamp(target.top + (target.height - card.height) / 2, EDGE_PX, room.height - card.height - EDGE_PX);
  const beside = [
    { left: target.left - card.width - GAP_PX, top },
    { left: target.left + target.width + GAP_PX, top },
  ];
  const over = [
    { left, top: target.top - card.height - GAP_PX },
    { left, top: target.top + target.height + GAP_PX },
  ];
  const spots = isAbove ? [...over, ...beside] : [...beside, ...over];
  /** @param {{left: number, top: number}} spot */
  const fits = (spot) => spot.left >= EDGE_PX && spot.top >= EDGE_PX && spot.left + card.width <= room.width - EDGE_PX && spot.top + card.height <= room.height - EDGE_PX;
  return spots.find(fits) ?? { left, top: clamp(target.top + target.height - card.height - EDGE_PX, EDGE_PX, room.height - card.height - EDGE_PX) };
}

/**
 * @param {Profile} profile what this console offers, see profile.js
 * @returns {{part: PartName, view?: string, title: string, text: string, touch?: string}[]} `view` is the phone's tab
 */
export function listCoachSteps(profile) {
  const wall = profile.sync
    ? "All cameras at the same moment. Choose one to see it large; Esc or its button brings all cameras back."
    : "All cameras, each where you left it. Choose one to see it large; Esc or its button brings all cameras back.";
  /** @type {ReturnType<typeof listCoachSteps>} */
  const steps = [
    { part: "wall", view: "wall", title: "The cameras", text: wall },
    {
      part: "stage",
      title: "The picture",
      text: "Click the person when you see them: that makes a mark.",
      touch: "Tap the person when you see them, then Mark this person.",
    },
    { part: "track", title: "Time", text: "Drag here to another moment. The buttons above play, step and jump." },
    { part: "plan", view: "plan", title: "The plan", text: "Where the cameras are and what they see. Choose one where the person may come by next." },
    { part: "found", view: "found", title: "What you found", text: "Your marks in order. Choose one to go back to it, or remove it." },
    { part: "handIn", title: "Submit", text: "When you are done, submit. Until then everything can be changed, and all of it is saved." },
  ];
  return profile.map ? steps : steps.filter((step) => step.part !== "plan");
}

/** The tour of the sheet "More". It blocks nothing, and never starts by itself: the clock runs. The briefing has it too. */
export class Coach {
  #step = -1;
  /** @type {{focus: HTMLElement|null, tab: string|undefined}|null} */ #from = null;

  static isOffered(/** @type {ConsoleData} */ { replay }) { return !replay; }

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { data, parts, tools } = console_;
    this.steps = listCoachSteps(data.profile);
    const goOn = () => (this.#step === this.steps.length - 1 ? this.#end() : this.#show(this.#step + 1));
    this.count = make("span", { class: "coach-count" });
    this.back = makePushButton(() => this.#show(this.#step - 1), { text: "Back" });
    this.next = makePushButton(goOn, { class: "button button-main", text: "Next" });
    const buttons = make("div", { class: "coach-buttons" }, this.count, this.back, this.next);
    this.card = new CoachCard(parts, { name: "coach", closeWords: "End the tour", content: [buttons], isDim: true, onClose: () => this.#end() });
    tools.add({ name: "tour", icon: "tour", label: "Show me around (the clock keeps running)", run: () => this.start() });
  }

  start() {
    if (!this.console.isLive) return;
    const { parts } = this.console;
    this.#from = { focus: findFocus(parts.console), tab: parts.console.dataset.tab };
    this.console.send("hint", { name: "tour" });
    this.#show(0);
  }

  tick() {
    if (this.#step >= 0) this.card.place();
  }

  #show(/** @type {number} */ step) {
    const { layout } = this.console;
    const { part, title, text, touch, view } = this.steps[step];
    this.#step = step;
    if (view && layout.isNarrow) layout.showTab(view);
    this.count.textContent = `${step + 1} of ${this.steps.length}`;
    this.back.hidden = step === 0;
    this.next.textContent = step === this.steps.length - 1 ? "Done" : "Next";
    this.card.show({ part, title, text: touch && matchMedia("(pointer: coarse)").matches ? touch : text });
    this.card.title.focus({ preventScroll: true });
  }

  #end() {
    const { layout, parts } = this.console;
    this.#step = -1;
    this.card.hide();
    const { focus, tab } = must(this.#from);
    if (layout.isNarrow) layout.showTab(must(tab));
    (focus?.isConnected ? focus : parts.console).focus({ preventScroll: true });
  }
}

// The steps of the familiarization drill: a control each, and the event that says it was used.

const FAR_S = 15;

/**
 * @typedef {object} GuideStep
 * @property {string} name
 * @property {(keyof Parts)[]} parts the first that is on screen is pointed at
 * @property {string} [view] the phone's tab
 * @property {string} title
 * @property {string} text
 * @property {string} [touch] the words for fingers
 * @property {(kind: EventKind, payload: AnyPayload) => boolean} isDone
 */

/** @param {Profile} profile what this console offers, see profile.js @returns {GuideStep[]} */
export function listGuideSteps(profile) {
  const by = (/** @type {EventKind} */ wanted) => (/** @type {EventKind} */ kind) => kind === wanted;
  /** @type {GuideStep[]} */
  const steps = [
    { name: "camera", parts: ["wall"], view: "wall", title: "Open a camera", text: "Choose any camera on the wall. It becomes the main picture.", isDone: by("focus") },
    { name: "play", parts: ["play"], title: "Play", text: "All cameras play together. Space does the same.", touch: "All cameras play together.", isDone: (kind, { tick }) => kind === "play" && !tick },
    { name: "pause", parts: ["play"], title: "Pause", text: "The same button, or Space.", touch: "The same button.", isDone: by("pause") },
    { name: "jump", parts: ["forwardTen"], title: `Jump ${sayS(findJump(profile, true))}`, text: "On with this button, back with the one on the other side of Play.", isDone: by("seek") },
    { name: "step", parts: ["frameForward"], title: "Step a frame", text: "One picture on, to see exactly where someone goes.", isDone: by("step") },
    { name: "speed", parts: ["speed"], title: "Change the speed", text: "Faster to search, slower to look.", isDone: by("speed") },
    { name: "backwards", parts: ["reverse", "speed"], title: "Play backward", text: "This button, or J. Pause again with Space.", touch: "Choose a speed below 0, then pause.", isDone: (kind, { speed }) => ["play", "speed"].includes(kind) && speed < 0 },
    { name: "time", parts: ["track"], title: "Go to another time", text: "Choose a place far along the timeline. Where there is motion the line is higher.", isDone: (kind, { from_s: fromS, t_s: toS }) => kind === "seek" && Math.abs(toS - fromS) > FAR_S },
    { name: "plan", parts: ["plan"], view: "plan", title: "Open a camera by the plan", text: "Choose a number on the plan: that camera opens.", isDone: by("map") },
    { name: "link", parts: ["stage"], title: "Go to the next camera", text: "A small number in the picture opens the camera where people who leave there come into view next. N goes through them, Enter opens.", touch: "A button below the picture opens the camera where people who leave come into view next.", isDone: by("link") },
    { name: "wall", parts: ["wall"], view: "wall", title: "Arrange the wall", text: "The two buttons at its side: a group of cameras, or fewer at a time.", isDone: (kind, { name }) => kind === "view" && name === "wall" },
    { name: "find", parts: ["finderOpen", "finderTab"], title: "Find a camera by name", text: "Open this, write part of a name, choose.", isDone: by("find") },
    { name: "zoom", parts: ["stage"], title: "Look closer", text: "Scroll over the main picture, or press +.", touch: "Spread two fingers on the main picture.", isDone: (kind, { scale }) => kind === "zoom" && scale > 1 },
    { name: "mark", parts: ["stage"], title: "Mark a person", text: "Click anyone in the main picture. In a drill this says: this is the student.", touch: "Tap anyone in the main picture, then Mark this person.", isDone: by("mark") },
    { name: "unmark", parts: ["found"], view: "found", title: "Remove the mark", text: "Every mark has a button for that in this list. Z undoes the last mark too.", touch: "Every mark has a button for that in this list.", isDone: by("unmark") },
    { name: "bookmark", parts: ["nearTools", "moreOpen", "moreTab"], title: "Bookmark a moment", text: "For yourself, to come back to. B does the same.", touch: "In here: Bookmark. It is for yourself, to come back to.", isDone: by("bookmark") },
    { name: "fault", parts: ["moreOpen", "moreTab"], title: "Report a camera", text: "In here: report what is wrong with a camera, such as a clock that is off. Here any report will do.", isDone: by("fault") },
    { name: "handIn", parts: ["handIn"], title: "Submit", text: "This ends a drill. Here it ends the practice; nothing is scored.", isDone: by("submit") },
  ];
  /** @type {Record<string, boolean>} */
  const isOffered = {
    plan: profile.map,
    link: profile.links,
    backwards: profile.speeds.some((speed) => speed < 0),
  };
  const hasOwnKeys = Object.keys(profile.keys).length > 0;
  return steps.filter(({ name }) => isOffered[name] ?? true).map((step) => (hasOwnKeys ? { ...step, text: step.touch ?? step.text } : step));
}

/** The familiarization drill points at one control after the other; steps may be skipped or done in any order. */
export class Guide {
  /** @type {Map<string, string>} */ #done = new Map();
  #isRestored = false;

  static isOffered(/** @type {ConsoleData} */ { mode, replay }) { return mode === "familiarization" && !replay; }

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { data, parts, tools } = console_;
    this.key = `sightline-guide-${data.attempt_id}`;
    this.steps = listGuideSteps(data.profile);
    this.count = make("span", { class: "coach-count" });
    this.skip = makePushButton(() => this.#tick(this.current, "skipped"), { "data-part": "guideSkip", text: "Skip this" });
    this.list = make("ol", { class: "guide-list", "data-part": "guideList", tabindex: "0", "aria-label": "All steps" });
    const all = make("details", {}, make("summary", { text: "All steps" }), this.list);
    const buttons = make("div", { class: "coach-buttons" }, this.count, this.skip);
    this.card = new CoachCard(parts, { name: "guide", closeWords: "Hide the steps", content: [buttons, all], isAbove: true, onClose: () => this.#hide() });
    tools.add({ name: "guide", icon: "guide", label: "Show the steps", run: () => this.#show() });
  }

  get current() { return this.steps.find(({ name }) => !this.#done.has(name)) ?? must(this.steps.at(-1)); }

  restore() {
    const kept = this.console.storage.getItem(this.key);
    this.#done = new Map(kept === null ? [] : JSON.parse(kept));
    this.#isRestored = true;
    this.#show();
  }

  sent(/** @type {EventKind} */ kind, /** @type {EventPayloads[EventKind]} */ payload) {
    if (!this.#isRestored) return;
    const used = this.steps.find(({ name, isDone }) => this.#done.get(name) !== "done" && isDone(kind, /** @type {AnyPayload} */ (payload)));
    if (used) this.#tick(used, "done");
  }

  tick() {
    if (this.card.isOpen) this.card.place();
  }

  #tick(/** @type {{name: string}} */ { name }, /** @type {"done"|"skipped"} */ how) {
    this.#done.set(name, how);
    this.console.storage.setItem(this.key, JSON.stringify([...this.#done]));
    if (this.card.isOpen) this.#show();
  }

  #show() {
    const { layout, sayings } = this.console;
    const { parts, view, title, text, touch } = this.current;
    if (view && layout.isNarrow) layout.showTab(view);
    const words = touch && matchMedia("(pointer: coarse)").matches ? touch : text;
    const place = this.steps.indexOf(this.current) + 1;
    this.count.textContent = `${place} of ${this.steps.length}`;
    this.skip.hidden = this.current === this.steps.at(-1);
    this.list.replaceChildren(...this.steps.map((step) => this.#makeRow(step)));
    if (this.card.title.textContent !== title) sayings.announce(`Step ${place} of ${this.steps.length}: ${title}. ${words}`);
    this.card.show({ part: parts.find((part) => must(this.console.parts[part]).offsetWidth > 0) ?? "stage", title, text: words });
  }

  #makeRow(/** @type {GuideStep} */ step) {
    const how = this.#done.get(step.name);
    const mark = make("span", { class: "guide-mark" }, ...(how === "done" ? [makeIcon("saved")] : []));
    const words = how ? `${step.title} (${how})` : step.title;
    return make("li", { "data-step": step.name, "data-how": how ?? "open", "aria-current": step === this.current ? "step" : null }, mark, make("span", { text: words }));
  }

  #hide() {
    const hadFocus = this.card.hasFocus;
    this.card.hide();
    if (hadFocus) this.console.parts.console.focus({ preventScroll: true });
  }
}

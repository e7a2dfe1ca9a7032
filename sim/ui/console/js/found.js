/** Found so far: every mark as a small picture with camera and time, leg by leg, to go back to or to take away. */

import { ROLE_LETTERS, ROLE_WORDS } from "./exercise_words.js";
import { findFocus, getElement, getPen, listChildren, make, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { groupLegs } from "./legs.js";
import { PICTURE_PREFIX } from "./storage.js";

const PICTURE_PX = [128, 96];
const MOST_PICTURES = 150;
const MANY_MARKS = 200;

/** @typedef {{element: HTMLElement, show: (mark: ListedMark, place: number) => void, draw: () => void}} Card */

export class Found {
  /** @type {import("./marking.js").MarkingExercise|null} */
  exercise;
  /** @type {Map<string, Card>} */
  #cards = new Map();
  /** @type {Map<string, HTMLElement>} */
  #legs = new Map();
  /** @type {string[]} */
  #pictured = [];
  /** @type {string|null} */
  #currentId = null;
  #watch = new IntersectionObserver((entries) => this.#drawSeen(entries));

  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {(cameraId: string) => string} options.nameOf
   * @param {(cameraId: string) => string} options.floorOf its floor in words, "" where there is one only
   * @param {import("./site_clock.js").SiteClock} options.clock
   * @param {import("./thumbnails.js").SpriteSheets} options.sheets
   * @param {Kept} options.storage keeps the sharp pictures over a reload
   * @param {(mark: ListedMark) => void} options.onGo
   * @param {(mark: ListedMark) => void} options.onRemove
   * @param {(mark: ListedMark) => void} options.onStrike another's mark is left out, or counts again
   */
  constructor({ parts, nameOf, floorOf, clock, sheets, storage, onGo, onRemove, onStrike }) {
    this.parts = parts;
    this.nameOf = nameOf;
    this.floorOf = floorOf;
    this.clock = clock;
    this.sheets = sheets;
    this.storage = storage;
    this.onGo = onGo;
    this.onRemove = onRemove;
    this.onStrike = onStrike;
    this.exercise = null;
  }

  /**
   * Remember the picture of a new mark, or a better one; of very many marks, the newest.
   * @param {string} markId
   * @param {HTMLCanvasElement} canvas
   */
  keepPicture(markId, canvas) {
    if (!this.#pictured.includes(markId)) this.#pictured.push(markId);
    if (this.#pictured.length > MOST_PICTURES) this.storage.removeItem(PICTURE_PREFIX + this.#pictured.shift());
    this.storage.setItem(PICTURE_PREFIX + markId, canvas.toDataURL("image/jpeg", 0.8));
  }

  /** A mark has another picture now. @param {string} markId */
  redraw(markId) {
    this.#cards.get(markId)?.draw();
  }

  /** Show the marks, which come in the order of their times. @param {ListedMark[]} marks */
  setMarks(marks) {
    const { foundList, foundEmpty, foundCount } = this.parts;
    const focused = this.#findFocused();
    this.#drop(new Set(marks.map((mark) => mark.mark_id)));
    marks.forEach((mark, index) => this.#cardOf(mark).show(mark, index + 1));
    const legs = groupLegs(marks);
    const before = this.#legs;
    this.#legs = new Map();
    const elements = legs.map((leg) => {
      const key = leg.marks[0].mark_id;
      const element = before.get(key) ?? makeLeg();
      this.#legs.set(key, element);
      this.#fillLeg(element, leg);
      return element;
    });
    foundList.dataset.many = String(marks.length > MANY_MARKS);
    place(foundList, elements);
    foundEmpty.hidden = marks.length > 0;
    foundCount.textContent = String(marks.length);
    if (focused) this.#keepFocus(focused, marks);
  }

  /** Say which mark is the one that was last made or gone to, and bring it into view. @param {string|null} markId */
  setCurrent(markId) {
    this.#cards.get(this.#currentId ?? "")?.element.removeAttribute("data-current");
    this.#currentId = markId;
    this.#cards.get(markId ?? "")?.element.setAttribute("data-current", "");
    this.#cards.get(markId ?? "")?.element.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  destroy() {
    this.#watch.disconnect();
  }

  /** The button of a card that has the keyboard's focus, and the number of its card; null for none. */
  #findFocused() {
    const button = findFocus(this.parts.foundList);
    const card = button?.closest(".found-card");
    return button && card ? { button, number: Number(getElement(card, ".found-number").textContent) } : null;
  }

  /**
   * A card that is moved keeps the focus; one that is taken away hands it on to the one that takes its place.
   * @param {{button: HTMLElement, number: number}} focused
   * @param {ListedMark[]} marks
   */
  #keepFocus({ button, number }, marks) {
    if (this.#findFocused()?.button === button || !marks.length) return;
    const heir = must(this.#cards.get(marks[Math.min(number, marks.length) - 1].mark_id));
    const target = button.isConnected ? button : getElement(heir.element, `.${button.className}`);
    target.focus();
  }

  /** @param {Set<string>} kept */
  #drop(kept) {
    for (const [markId, card] of this.#cards) {
      if (kept.has(markId)) continue;
      this.#watch.unobserve(card.element);
      card.element.remove();
      this.#cards.delete(markId);
    }
  }

  /** @param {HTMLElement} element @param {import("./legs.js").Leg} leg */
  #fillLeg(element, { camera_id: cameraId, marks }) {
    const [where, floor, span] = listChildren(getElement(element, ".found-leg-words"));
    const [first, last] = [marks[0], must(marks.at(-1))].map((mark) => this.clock.words(mark.t_s).replace(/ [AP]M$/, ""));
    where.textContent = this.nameOf(cameraId);
    floor.textContent = this.floorOf(cameraId);
    floor.hidden = floor.textContent === "";
    span.textContent = `${first}–${last}`;
    span.hidden = marks.length < 2;
    const cards = marks.map((mark) => must(this.#cards.get(mark.mark_id)).element);
    place(getElement(element, ".found-marks"), cards);
  }

  /** @param {ListedMark} mark */
  #cardOf(mark) {
    const card = this.#cards.get(mark.mark_id) ?? this.#makeCard(mark);
    this.#cards.set(mark.mark_id, card);
    return card;
  }

  /** A card shows its mark as it now is. @param {ListedMark} made */
  #makeCard(made) {
    let mark = made;
    const words = `the mark on ${this.nameOf(made.camera_id)} at ${this.clock.words(made.t_s)}`;
    const number = make("span", { class: "found-number" });
    const canvas = make("canvas", { width: PICTURE_PX[0], height: PICTURE_PX[1], "aria-hidden": "true" });
    const when = make("span", { class: "found-when", text: this.clock.words(made.t_s) });
    const go = make("button", { type: "button", class: "found-go", "aria-label": `Go to ${words}`, on: { click: () => this.onGo(mark) } }, canvas, number, when);
    const remove = make(
      "button",
      { type: "button", class: "found-remove", "aria-label": `Remove ${words}`, title: "Remove this mark", on: { click: () => (this.#isOthers(mark) ? this.onStrike(mark) : this.onRemove(mark)) } },
      makeIcon("close"),
    );
    const element = make("li", { class: "found-card", "data-mark": made.mark_id }, go, remove);
    if (made.role) go.append(make("span", { class: "found-role role-sign", "data-role": made.role, title: `By ${ROLE_WORDS[made.role]}`, text: ROLE_LETTERS[made.role] }));
    this.#watch.observe(element);
    /** @param {ListedMark} now @param {number} place_ */
    const show = (now, place_) => {
      mark = now;
      if (this.exercise) this.#showShared(mark, { element, go, remove, words });
      if (number.textContent !== String(place_)) number.textContent = String(place_);
    };
    return { element, show, draw: () => this.#drawPicture(canvas, made) };
  }

  /** @param {ListedMark} mark */
  #isOthers(mark) {
    return this.exercise !== null && mark.role !== this.exercise.role;
  }

  /**
   * A mark of an exercise: whose it is, whether it is left out, and what may be done about it.
   * @param {ListedMark} mark
   * @param {{element: HTMLElement, go: HTMLElement, remove: HTMLElement, words: string}} card
   */
  #showShared(mark, { element, go, remove, words }) {
    const isOthers = this.#isOthers(mark);
    element.dataset.struck = String(mark.struck);
    const whose = ` by ${ROLE_WORDS[must(mark.role)]}${mark.struck ? ", left out" : ""}`;
    go.setAttribute("aria-label", `Go to ${words}${whose}`);
    remove.hidden = isOthers && !this.exercise?.mayStrike();
    if (!isOthers) return;
    const act = mark.struck ? "Count this mark again" : "Leave this mark out";
    remove.title = act;
    remove.setAttribute("aria-label", `${act}: ${words}${whose}`);
  }

  /**
   * Pictures are drawn when their cards come into view for the first time.
   * @param {IntersectionObserverEntry[]} entries
   */
  #drawSeen(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.#watch.unobserve(target);
      this.#cards.get(/** @type {HTMLElement} */ (target).dataset.mark ?? "")?.draw();
    }
  }

  /** @param {HTMLCanvasElement} canvas @param {ListedMark} mark */
  async #drawPicture(canvas, mark) {
    const kept = this.storage.getItem(PICTURE_PREFIX + mark.mark_id);
    if (kept === null) {
      await this.sheets.drawAround(canvas, mark);
      return;
    }
    const image = new Image();
    image.src = kept;
    await image.decode();
    getPen(canvas).drawImage(image, 0, 0);
  }
}

function makeLeg() {
  const words = make("p", { class: "found-leg-words" }, make("span", { class: "found-where" }), make("span", { class: "found-floor" }), make("span", { class: "found-span" }));
  return make("li", { class: "found-leg" }, words, make("ol", { class: "found-marks" }));
}

/**
 * Make these the children of a list, in this order; one that is in its place is not touched and keeps the focus.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} elements
 */
function place(list, elements) {
  let next = list.firstElementChild;
  for (const element of elements) {
    if (element === next) next = element.nextElementSibling;
    else list.insertBefore(element, next);
  }
  while (next) {
    const after = next.nextElementSibling;
    next.remove();
    next = after;
  }
}

/** Found so far: the marks as small pictures, leg by leg. */

import { findFocus, getElement, getPen, listChildren, make, makePushButton, must } from "./dom.js";
import { ROLE_LETTERS, ROLE_WORDS } from "./exercise_case.js";
import { makeIcon } from "./icons.js";
import { PICTURE_PREFIX } from "./storage.js";

const LEG_GAP_S = 30;

/** @typedef {{camera_id: string, marks: ListedMark[]}} Leg */

/** Group marks, which come by their times, into legs: of one camera, each mark at most 30 s after the one before. */
export function groupLegs(/** @type {ListedMark[]} */ marks) {
  /** @type {Leg[]} */ const legs = [];
  for (const mark of marks) {
    const leg = legs.at(-1);
    const isSame = leg && leg.camera_id === mark.camera_id && mark.t_s - must(leg.marks.at(-1)).t_s <= LEG_GAP_S;
    if (isSame) leg.marks.push(mark);
    else legs.push({ camera_id: mark.camera_id, marks: [mark] });
  }
  return legs;
}

const PICTURE_PX = [128, 96];
const MOST_PICTURES = 150;
const MANY_MARKS = 200;

/** @typedef {{element: HTMLElement, show: (mark: ListedMark, place: number) => void, draw: () => void}} Card */

export class Found {
  /** @type {Map<string, Card>} */ #cards = new Map();
  /** @type {Map<string, HTMLElement>} */ #legs = new Map();
  /** @type {string[]} */ #pictured = [];
  /** @type {string|null} */ #currentId = null;
  #watch = new IntersectionObserver((entries) => this.#drawSeen(entries));

  constructor(/** @type {SearchConsole} */ console_, /** @type {import("./marking.js").Marking} */ marking) {
    this.console = console_;
    this.marking = marking;
    this.parts = console_.parts;
    this.clock = console_.clock;
    this.storage = console_.storage;
  }

  /** Remember the picture of a new mark, or a better one; of very many marks, the newest. */
  keepPicture(/** @type {string} */ markId, /** @type {HTMLCanvasElement} */ canvas) {
    if (!this.#pictured.includes(markId)) this.#pictured.push(markId);
    if (this.#pictured.length > MOST_PICTURES) this.storage.removeItem(PICTURE_PREFIX + this.#pictured.shift());
    this.storage.setItem(PICTURE_PREFIX + markId, canvas.toDataURL("image/jpeg", 0.8));
  }

  redraw(/** @type {string} */ markId) {
    this.#cards.get(markId)?.draw();
  }

  setMarks(/** @type {ListedMark[]} */ marks) {
    const { foundList, foundEmpty, foundCount } = this.parts;
    const focused = this.#findFocused();
    this.#drop(new Set(marks.map((mark) => mark.mark_id)));
    marks.forEach((mark, index) => {
      const card = this.#cards.get(mark.mark_id) ?? this.#makeCard(mark);
      this.#cards.set(mark.mark_id, card);
      card.show(mark, index + 1);
    });
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

  setCurrent(/** @type {string|null} */ markId) {
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

  /** A card that is moved keeps the focus; one that is taken away hands it on to the one that takes its place. */
  #keepFocus(/** @type {{button: HTMLElement, number: number}} */ { button, number }, /** @type {ListedMark[]} */ marks) {
    if (this.#findFocused()?.button === button || !marks.length) return;
    const heir = must(this.#cards.get(marks[Math.min(number, marks.length) - 1].mark_id));
    const target = button.isConnected ? button : getElement(heir.element, `.${button.className}`);
    target.focus();
  }

  #drop(/** @type {Set<string>} */ kept) {
    for (const [markId, card] of this.#cards) {
      if (kept.has(markId)) continue;
      this.#watch.unobserve(card.element);
      card.element.remove();
      this.#cards.delete(markId);
    }
  }

  #fillLeg(/** @type {HTMLElement} */ element, /** @type {Leg} */ { camera_id: cameraId, marks }) {
    const [where, floor, span] = listChildren(getElement(element, ".found-leg-words"));
    const [first, last] = [marks[0], must(marks.at(-1))].map((mark) => this.clock.words(mark.t_s).replace(/ [AP]M$/, ""));
    where.textContent = this.console.picture.nameOf(cameraId);
    floor.textContent = this.marking.floorOf(cameraId);
    floor.hidden = floor.textContent === "";
    span.textContent = `${first}–${last}`;
    span.hidden = marks.length < 2;
    const cards = marks.map((mark) => must(this.#cards.get(mark.mark_id)).element);
    place(getElement(element, ".found-marks"), cards);
  }

  #makeCard(/** @type {ListedMark} */ made) {
    let mark = made;
    const words = `the mark on ${this.console.picture.nameOf(made.camera_id)} at ${this.clock.words(made.t_s)}`;
    const number = make("span", { class: "found-number" });
    const canvas = make("canvas", { width: PICTURE_PX[0], height: PICTURE_PX[1], "aria-hidden": "true" });
    const when = make("span", { class: "found-when", text: this.clock.words(made.t_s) });
    const go = makePushButton(() => this.marking.goTo(mark), { class: "found-go", "aria-label": `Go to ${words}` }, canvas, number, when);
    const remove = makePushButton(
      () => (this.#isOthers(mark) ? this.marking.exercise?.onStrike(mark) : this.marking.remove(mark)),
      { class: "found-remove", "aria-label": `Remove ${words}`, title: "Remove this mark" },
      makeIcon("close"),
    );
    const element = make("li", { class: "found-card", "data-mark": made.mark_id }, go, remove);
    if (made.role) go.append(make("span", { class: "found-role role-sign", "data-role": made.role, title: `By ${ROLE_WORDS[made.role]}`, text: ROLE_LETTERS[made.role] }));
    this.#watch.observe(element);
    const show = (/** @type {ListedMark} */ now, /** @type {number} */ place_) => {
      mark = now;
      if (this.marking.exercise) this.#showShared(mark, { element, go, remove, words });
      if (number.textContent !== String(place_)) number.textContent = String(place_);
    };
    return { element, show, draw: () => this.#drawPicture(canvas, made) };
  }

  #isOthers(/** @type {ListedMark} */ mark) {
    return this.marking.exercise !== null && mark.role !== this.marking.exercise.role;
  }

  /** A mark of an exercise: whose it is, whether it is left out, and what may be done about it. */
  #showShared(/** @type {ListedMark} */ mark, /** @type {{element: HTMLElement, go: HTMLElement, remove: HTMLElement, words: string}} */ { element, go, remove, words }) {
    const isOthers = this.#isOthers(mark);
    element.dataset.struck = String(mark.struck);
    const whose = ` by ${ROLE_WORDS[must(mark.role)]}${mark.struck ? ", left out" : ""}`;
    go.setAttribute("aria-label", `Go to ${words}${whose}`);
    remove.hidden = isOthers && !this.marking.exercise?.mayStrike();
    if (!isOthers) return;
    const act = mark.struck ? "Count this mark again" : "Leave this mark out";
    remove.title = act;
    remove.setAttribute("aria-label", `${act}: ${words}${whose}`);
  }

  /** Pictures are drawn when their cards come into view for the first time. */
  #drawSeen(/** @type {IntersectionObserverEntry[]} */ entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.#watch.unobserve(target);
      this.#cards.get(/** @type {HTMLElement} */ (target).dataset.mark ?? "")?.draw();
    }
  }

  async #drawPicture(/** @type {HTMLCanvasElement} */ canvas, /** @type {ListedMark} */ mark) {
    const kept = this.storage.getItem(PICTURE_PREFIX + mark.mark_id);
    if (kept === null) {
      await this.console.sheets.drawAround(canvas, mark);
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

/** Make these the children of a list, in this order; one that is in its place is not touched and keeps the focus. */
function place(/** @type {HTMLElement} */ list, /** @type {HTMLElement[]} */ elements) {
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

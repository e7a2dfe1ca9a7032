/** Found so far: every mark as a small picture with camera and time, leg by leg, to go back to or to take away. */

import { ROLE_LETTERS, ROLE_WORDS } from "./crew_words.js";
import { findFocus, getElement, getPen, listChildren, make, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { groupLegs } from "./legs.js";
import { PICTURE_PREFIX } from "./storage.js";

const PICTURE_PX = [128, 96];
const MOST_PICTURES = 150;
const MANY_FIXES = 200;
const SURE = [
  { short: "Sure?", words: "not said" },
  { short: "Not sure", words: "not sure" },
  { short: "Fairly", words: "fairly sure" },
  { short: "Sure", words: "sure" },
];

/** @typedef {{element: HTMLElement, show: (fix: ListedFix, place: number) => void, draw: () => void}} Card */

export class Found {
  /** @type {import("./marking.js").MarkingCrew|null} */
  crew;
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
   * @param {(fix: ListedFix) => void} options.onGo
   * @param {(fix: ListedFix) => void} options.onRemove
   * @param {(fix: ListedFix) => void} options.onSure the next step of how sure
   * @param {(fix: ListedFix) => void} options.onStrike another's mark is left out, or counts again
   */
  constructor({ parts, nameOf, floorOf, clock, sheets, storage, onGo, onRemove, onSure, onStrike }) {
    this.parts = parts;
    this.nameOf = nameOf;
    this.floorOf = floorOf;
    this.clock = clock;
    this.sheets = sheets;
    this.storage = storage;
    this.onGo = onGo;
    this.onRemove = onRemove;
    this.onSure = onSure;
    this.onStrike = onStrike;
    this.crew = null;
  }

  /**
   * Remember the picture of a new mark, or a better one; of very many marks, the newest.
   * @param {string} fixId
   * @param {HTMLCanvasElement} canvas
   */
  keepPicture(fixId, canvas) {
    if (!this.#pictured.includes(fixId)) this.#pictured.push(fixId);
    if (this.#pictured.length > MOST_PICTURES) this.storage.removeItem(PICTURE_PREFIX + this.#pictured.shift());
    this.storage.setItem(PICTURE_PREFIX + fixId, canvas.toDataURL("image/jpeg", 0.8));
  }

  /**
   * A mark has another picture now.
   * @param {string} fixId
   */
  redraw(fixId) {
    this.#cards.get(fixId)?.draw();
  }

  /**
   * Show the marks, which come in the order of their times.
   * @param {ListedFix[]} fixes
   */
  setFixes(fixes) {
    const { foundList, foundEmpty, foundCount } = this.parts;
    const focused = this.#findFocused();
    this.#drop(new Set(fixes.map((fix) => fix.fix_id)));
    fixes.forEach((fix, index) => this.#cardOf(fix).show(fix, index + 1));
    const legs = groupLegs(fixes);
    const before = this.#legs;
    this.#legs = new Map();
    const elements = legs.map((leg) => {
      const key = leg.fixes[0].fix_id;
      const element = before.get(key) ?? makeLeg();
      this.#legs.set(key, element);
      this.#fillLeg(element, leg);
      return element;
    });
    foundList.dataset.many = String(fixes.length > MANY_FIXES);
    place(foundList, elements);
    foundEmpty.hidden = fixes.length > 0;
    foundCount.textContent = String(fixes.length);
    if (focused) this.#keepFocus(focused, fixes);
  }

  /**
   * Say which mark is the one that was last made or gone to, and bring it into view.
   * @param {string|null} fixId
   */
  setCurrent(fixId) {
    this.#cards.get(this.#currentId ?? "")?.element.removeAttribute("data-current");
    this.#currentId = fixId;
    this.#cards.get(fixId ?? "")?.element.setAttribute("data-current", "");
    this.#cards.get(fixId ?? "")?.element.scrollIntoView({ block: "nearest", inline: "nearest" });
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
   * @param {ListedFix[]} fixes
   */
  #keepFocus({ button, number }, fixes) {
    if (this.#findFocused()?.button === button || !fixes.length) return;
    const heir = must(this.#cards.get(fixes[Math.min(number, fixes.length) - 1].fix_id));
    const target = button.isConnected ? button : getElement(heir.element, `.${button.className}`);
    target.focus();
  }

  /** @param {Set<string>} kept */
  #drop(kept) {
    for (const [fixId, card] of this.#cards) {
      if (kept.has(fixId)) continue;
      this.#watch.unobserve(card.element);
      card.element.remove();
      this.#cards.delete(fixId);
    }
  }

  /** @param {HTMLElement} element @param {import("./legs.js").Leg} leg */
  #fillLeg(element, { camera_id: cameraId, fixes }) {
    const [where, floor, span] = listChildren(getElement(element, ".found-leg-words"));
    const [first, last] = [fixes[0], must(fixes.at(-1))].map((fix) => this.clock.words(fix.t_s).replace(/ [AP]M$/, ""));
    where.textContent = this.nameOf(cameraId);
    floor.textContent = this.floorOf(cameraId);
    floor.hidden = floor.textContent === "";
    span.textContent = `${first}–${last}`;
    span.hidden = fixes.length < 2;
    const cards = fixes.map((fix) => must(this.#cards.get(fix.fix_id)).element);
    place(getElement(element, ".found-fixes"), cards);
  }

  /** @param {ListedFix} fix */
  #cardOf(fix) {
    const card = this.#cards.get(fix.fix_id) ?? this.#makeCard(fix);
    this.#cards.set(fix.fix_id, card);
    return card;
  }

  /**
   * A card shows its fix as it now is.
   * @param {ListedFix} made
   */
  #makeCard(made) {
    let fix = made;
    const words = `the mark on ${this.nameOf(made.camera_id)} at ${this.clock.words(made.t_s)}`;
    const number = make("span", { class: "found-number" });
    const canvas = make("canvas", { width: PICTURE_PX[0], height: PICTURE_PX[1], "aria-hidden": "true" });
    const when = make("span", { class: "found-when", text: this.clock.words(made.t_s) });
    const go = make("button", { type: "button", class: "found-go", "aria-label": `Go to ${words}`, on: { click: () => this.onGo(fix) } }, canvas, number, when);
    const sureWord = make("span", { class: "found-sure-word" });
    const bars = make("span", { class: "found-bars", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
    const sure = make("button", { type: "button", class: "found-sure", on: { click: () => this.onSure(fix) } }, bars, sureWord);
    const remove = make(
      "button",
      { type: "button", class: "found-remove", "aria-label": `Remove ${words}`, title: "Remove this mark", on: { click: () => (this.#isOthers(fix) ? this.onStrike(fix) : this.onRemove(fix)) } },
      makeIcon("close"),
    );
    const element = make("li", { class: "found-card", "data-fix": made.fix_id }, go, sure, remove);
    if (made.role) go.append(make("span", { class: "found-role role-sign", "data-role": made.role, title: `By ${ROLE_WORDS[made.role]}`, text: ROLE_LETTERS[made.role] }));
    this.#watch.observe(element);
    /** @param {ListedFix} now @param {number} place_ */
    const show = (now, place_) => {
      fix = now;
      if (this.crew) this.#showShared(fix, { element, go, sure, remove, words });
      if (number.textContent !== String(place_)) number.textContent = String(place_);
      const step = now.confidence ?? 0;
      if (sure.dataset.sure === String(step)) return;
      sure.dataset.sure = String(step);
      sureWord.textContent = SURE[step].short;
      sure.title = `How sure are you? Now: ${SURE[step].words}`;
      sure.setAttribute("aria-label", `${SURE[step].short}. How sure are you of ${words}? Now: ${SURE[step].words}`);
    };
    return { element, show, draw: () => this.#drawPicture(canvas, made) };
  }

  /** @param {ListedFix} fix */
  #isOthers(fix) {
    return this.crew !== null && fix.role !== this.crew.role;
  }

  /**
   * A mark of a crew: whose it is, whether it is left out, and what may be done about it.
   * @param {ListedFix} fix
   * @param {{element: HTMLElement, go: HTMLElement, sure: HTMLButtonElement, remove: HTMLElement, words: string}} card
   */
  #showShared(fix, { element, go, sure, remove, words }) {
    const isOthers = this.#isOthers(fix);
    element.dataset.struck = String(fix.struck);
    const whose = ` by ${ROLE_WORDS[must(fix.role)]}${fix.struck ? ", left out" : ""}`;
    go.setAttribute("aria-label", `Go to ${words}${whose}`);
    sure.disabled = isOthers;
    remove.hidden = isOthers && !this.crew?.mayStrike();
    if (!isOthers) return;
    const act = fix.struck ? "Count this mark again" : "Leave this mark out";
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
      this.#cards.get(/** @type {HTMLElement} */ (target).dataset.fix ?? "")?.draw();
    }
  }

  /** @param {HTMLCanvasElement} canvas @param {ListedFix} fix */
  async #drawPicture(canvas, fix) {
    const kept = this.storage.getItem(PICTURE_PREFIX + fix.fix_id);
    if (kept === null) {
      await this.sheets.drawAround(canvas, fix);
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
  return make("li", { class: "found-leg" }, words, make("ol", { class: "found-fixes" }));
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

/** Similar people, where the drill has it: a box on a person, and a list of where somebody looks alike. */

import { Refusal } from "./attempt_api.js";
import { findFocus, make, makePushButton, must, placeBox } from "./dom.js";
import { makeIcon } from "./icons.js";
import { SimilarBox, SimilarPanel } from "./similar_panel.js";

const NEAR_S = 0.5;
const HINT_S = 0.05;
/** @type {Record<number, import("./similar_panel.js").ListState>} */
const STATE_OF = { 403: "expired", 409: "used", 413: "refused", 422: "refused", 429: "often" };

export class SimilarPeople {
  /** @type {KeyActions|undefined} */ actions;
  /** @type {KeyActions|undefined} */ overrides;
  /** @type {SimilarList|null} */ #list = null;
  /** @type {number[]} */ #opened = [];
  /** @type {number|null} */ #current = null;
  /** @type {SimilarQuery|null} */ #pending = null;
  /** @type {HTMLElement|null} */ #leftAt = null;

  static isOffered(/** @type {ConsoleData} */ { similar }) { return Boolean(similar); }

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts, tools } = console_;
    this.box = new SimilarBox(console_, (box) => this.#ask(box));
    this.panel = new SimilarPanel(this);
    this.hint = make("span", { class: "similar-hint", "aria-hidden": "true", hidden: true });
    parts.picture.append(this.hint);
    parts.console.dataset.similar = "closed";
    if (console_.data.replay) return;
    this.actions = { similar: () => this.draw() };
    this.overrides = this.#makeOverrides();
    tools.add({ name: "similar", icon: "similar", label: "Find similar people", key: "e", isNear: true, run: () => this.draw() });
    tools.add({ name: "similar-list", icon: "similar", label: "Last list of similar people", run: () => this.#reopen() });
    const tab = makePushButton(() => console_.isLive && this.draw(), { class: "tab", "data-part": "similarTab", "aria-label": "Find similar people" }, makeIcon("similar"));
    parts.moreTab.before(tab);
    for (const each of [parts.tabWall, parts.tabPlan, parts.tabFound]) each.addEventListener("click", () => this.close());
  }

  restore(/** @type {Work} */ { similar }) {
    if (this.console.data.replay) return;
    this.#list = similar.last;
    this.#opened = [...similar.opened];
    this.#current = this.#pending = null;
    this.box.close();
    this.panel.close();
  }

  draw() {
    const { isLive, picture, sayings, transport } = this.console;
    if (!isLive) return;
    if (picture.cameraId === null) return sayings.hint("Choose a camera first");
    transport.pause();
    this.console.setCross(false);
    picture.stage.pending.drop();
    this.box.open();
    sayings.announce("Draw a box around one person. Arrow keys move the box, plus and minus size it, Enter searches, Escape ends.");
    this.box.focus();
  }

  setCamera() {
    this.box.close();
  }

  setMarks() {
    this.#tell();
  }

  tick() {
    this.#showHint();
    const { stage } = this.console.picture;
    if (this.#leftAt && !stage.hasCross) {
      if (this.panel.isOpen) this.#leftAt.focus({ preventScroll: true });
      this.#leftAt = null;
    }
  }

  /** A replay shows what was there: a list with what had been opened of it, null for none yet. */
  showAgain(/** @type {ReplayedSimilar|null} */ state) {
    this.#list = state?.list ?? null;
    this.#opened = state?.opened ?? [];
    this.#current = this.#opened.at(-1) ?? null;
    if (state?.isOpen) this.#showList();
    else this.panel.close();
  }

  destroy() {
    this.#pending = null;
  }

  // Asking

  again() {
    if (this.#pending) this.#send(this.#pending);
  }

  #ask(/** @type {Box} */ box) {
    const { picture, isLive, sayings } = this.console;
    const frame = picture.stage.readFrame();
    if (!isLive) return;
    if (frame === null) return sayings.hint("Wait until the picture is there");
    const round = (/** @type {number} */ side) => Number(side.toFixed(4));
    const query = { camera_id: must(picture.cameraId), frame, box: box.map(round) };
    this.box.close();
    this.#send(query);
  }

  async #send(/** @type {SimilarQuery} */ query) {
    if (!this.console.isLive) return;
    this.#pending = query;
    this.panel.say("loading", this.#placeOf(query));
    this.panel.focus();
    try {
      const answer = await this.console.link.api.askSimilar(query);
      if (this.#pending === query) this.#take(query, answer);
    } catch (error) {
      if (this.#pending === query) this.#fail(query, error);
    }
  }

  /** The server has numbered and logged the question. @param {SimilarQuery} query @param {SimilarAnswer} answer */
  #take(query, { number, at_ms: atMs, recognized, results }) {
    this.#pending = null;
    this.console.link.goOn(atMs);
    this.#list = { ...query, number, recognized, results: results.map(({ camera_id, frame, t_s, crop }) => ({ camera_id, frame, t_s, crop })) };
    this.#opened = [];
    this.#current = null;
    this.#showList();
    const { length } = results;
    const found = length === 1 ? "1 suggestion" : `${length} suggestions`;
    this.console.sayings.announce(recognized ? `${found}. Suggestions can be wrong: check each one.` : "No one recognized here");
  }

  #fail(/** @type {SimilarQuery} */ query, /** @type {unknown} */ error) {
    const state = error instanceof Refusal ? (STATE_OF[error.status] ?? "late") : "late";
    if (state === "expired") this.console.renewal.ask();
    if (error instanceof Refusal && error.status === 409) this.console.link.flush();
    this.panel.say(state, this.#placeOf(query));
  }

  // The list

  #showList() {
    const list = must(this.#list);
    const { recognized, results } = list;
    const query = this.#placeOf(list);
    if (!recognized) this.panel.say("nobody", query);
    else if (!results.length) this.panel.say("empty", query);
    else this.panel.show(query, results);
    this.#tell();
  }

  open(/** @type {number} */ rank) {
    const { isLive, clock, picture, sayings } = this.console;
    if (!isLive) return;
    const list = must(this.#list);
    const sighting = list.results[rank - 1];
    this.box.close();
    this.console.send("suggestion", { number: list.number, rank });
    if (!this.#opened.includes(rank)) this.#opened.push(rank);
    this.#current = rank;
    this.console.goTo(sighting);
    this.#tell();
    sayings.announce(`Suggestion ${rank}: ${picture.nameOf(sighting.camera_id)}, ${clock.words(sighting.t_s)}. Check whether it is the person.`);
  }

  goBack() {
    if (!this.console.isLive || !this.#list) return;
    this.#current = null;
    this.console.goTo(this.#placeOf(this.#list));
    this.#tell();
  }

  close() {
    if (!this.panel.isOpen || !this.console.isLive) return;
    const hadFocus = this.panel.hasFocus;
    this.#pending = null;
    this.panel.close();
    this.console.send("view", { name: "similar", number: null });
    if (hadFocus) this.console.parts.console.focus({ preventScroll: true });
  }

  #reopen() {
    if (this.#list === null) {
      this.console.sayings.hint("There is no list yet. Draw a box around a person first.");
      return;
    }
    this.#pending = null;
    this.#showList();
    this.panel.focus();
    this.console.send("view", { name: "similar", number: this.#list.number });
  }

  #tell() {
    if (this.#list === null) return;
    const own = this.console.marking.marks.all;
    const marked = this.#list.results.flatMap((each, place) => (own.some((mark) => this.#isOn(mark, each)) ? [place + 1] : []));
    this.panel.tell({ opened: this.#opened, current: this.#current, marked });
  }

  /** Whether a mark lies in the part of the picture that an entry shows, within half a second. */
  #isOn(/** @type {ListedMark} */ mark, /** @type {Sighting} */ { camera_id: cameraId, t_s, crop }) {
    const [width, height] = this.#sizeOf(cameraId);
    const [x1, y1, x2, y2] = crop;
    const isInside = mark.x * width >= x1 && mark.x * width <= x2 && mark.y * height >= y1 && mark.y * height <= y2;
    return mark.camera_id === cameraId && Math.abs(mark.t_s - t_s) <= NEAR_S && isInside;
  }

  /** Frame the suggestion in the main picture while its very moment is on screen. */
  #showHint() {
    const { picture } = this.console;
    const sighting = this.panel.isOpen && this.#current !== null ? must(this.#list).results[this.#current - 1] : null;
    const isThere = sighting && picture.cameraId === sighting.camera_id && Math.abs(picture.playback.shownS - sighting.t_s) <= HINT_S;
    if (!isThere) {
      this.hint.hidden = true;
      return;
    }
    const [width, height] = this.#sizeOf(sighting.camera_id);
    const [x1, y1, x2, y2] = sighting.crop;
    placeBox(this.hint, [x1 / width, y1 / height, x2 / width, y2 / height]);
    this.hint.hidden = false;
  }

  // Where things are

  /** A question as a place to show: its camera, its time, and the part of the picture that is in its box. */
  #placeOf(/** @type {SimilarQuery} */ { camera_id: cameraId, frame, box }) {
    const [width, height] = this.#sizeOf(cameraId);
    const [x1, y1, x2, y2] = box;
    const crop = [Math.floor(x1 * width), Math.floor(y1 * height), Math.ceil(x2 * width), Math.ceil(y2 * height)];
    return { camera_id: cameraId, frame, t_s: frame / this.console.data.recording.fps, crop };
  }

  #sizeOf(/** @type {string} */ cameraId) {
    return this.console.data.recording.cameras.find((camera) => camera.camera_id === cameraId)?.size_wh ?? [1, 1];
  }

  describe(/** @type {Moment} */ { camera_id: cameraId, t_s }) {
    const { picture, clock } = this.console;
    return [picture.nameOf(cameraId), clock.words(t_s)];
  }

  cropUrl(/** @type {Sighting} */ { camera_id: cameraId, frame, crop }) {
    return `${must(this.console.data.similar).crops_url}/${encodeURIComponent(cameraId)}/${frame}/${crop.join("-")}.jpg`;
  }

  #makeOverrides() {
    const whileDrawing = (/** @type {KeyAction} */ act) => (/** @type {KeyboardEvent} */ event) => {
      if (!this.box.isOpen) return false;
      act(event);
      return true;
    };
    const arrow = (/** @type {number} */ columns, /** @type {number} */ rows) => (/** @type {KeyboardEvent} */ event) => {
      if (this.box.isOpen) this.box.move(columns, rows, event.shiftKey);
      else return rows !== 0 && this.panel.step(rows);
      return true;
    };
    return {
      arrowLeft: arrow(-1, 0),
      arrowRight: arrow(1, 0),
      arrowUp: arrow(0, -1),
      arrowDown: arrow(0, 1),
      closer: whileDrawing(() => this.box.grow(1)),
      lessClose: whileDrawing(() => this.box.grow(-1)),
      crossMark: whileDrawing((event) => event.repeat || this.box.ask()),
      cross: () => this.#leaveForCross(),
      escape: () => this.#escape(),
    };
  }

  /** The first thing there is to end: the box, else the list while the focus is in it. */
  #escape() {
    if (this.box.isOpen) this.box.close();
    else if (this.panel.isOpen && this.panel.hasFocus) this.close();
    else return false;
    return true;
  }

  /** With the cross, Enter marks: the focus leaves the list, where Enter would open an entry again, until it ends. */
  #leaveForCross() {
    this.box.close();
    if (!this.panel.hasFocus) return false;
    this.#leftAt = findFocus(this.panel.root);
    this.console.parts.console.focus({ preventScroll: true });
    return false;
  }
}

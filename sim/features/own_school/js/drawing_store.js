/** The drawing as it is changed, undone and saved, and what the editor asks the server for. */

import { makeUuid } from "./dom.js";
import { PageApi, RefusedError } from "./refused.js";

export class SchoolApi extends PageApi {
  constructor(/** @type {string} */ schoolId, /** @type {string} */ tab) {
    super(`schools/${schoolId}`);
    this.tab = tab;
  }

  /** @returns {Promise<SchoolState>} */
  load() { return this.ask(`?tab=${this.tab}`); }

  /** @param {SchoolStep} step @param {number} base @returns {Promise<SchoolState>} */
  send(step, base) {
    return this.ask("/steps", { method: "POST", body: JSON.stringify({ ...step, tab: this.tab, base }) });
  }

  /** @param {boolean} takesOver @returns {Promise<SchoolState>} */
  hold(takesOver) { return this.ask(`/turn?tab=${this.tab}&take=${takesOver ? 1 : 0}`, { method: "POST" }); }

  /** @returns {Promise<{problems: PlanProblem[]}>} */
  check() { return this.ask("/check"); }

  /** @param {string} cameraId @returns {Promise<MatchResult>} */
  match(cameraId) { return this.ask(`/match/${cameraId}`, { method: "POST" }); }

  /** @param {string} part @param {File} file @param {number} page @returns {Promise<TakenPicture>} */
  sendPicture(part, file, page) { return this.ask(`/pictures/${part}?page=${page}`, { method: "POST", body: file }); }

  /** Fill the boxes of a camera's picture from around them. @param {string} cameraId @returns {Promise<{painted: number}>} */
  paint(cameraId) { return this.ask(`/pictures/${cameraId}/paint`, { method: "POST" }); }

  async fetchPicture(/** @type {string} */ part) {
    return URL.createObjectURL(await (await this.get(`/pictures/${part}`)).blob());
  }
}

const RETRY_MS = 2000;
const TURN_MS = 15000;
const LOST_FROM = 500;

/** The drawing here, and its steps on their way: each is kept in the browser until the server has it. */
export class DrawingStore {
  /** @type {SchoolDrawing} */ drawing;
  /** @type {string|null} */ editor = null;
  canUndo = false;
  canRedo = false;
  isAway = false;
  refusal = "";
  #revision = 0;
  /** @type {SchoolStep[]} */ #waiting = [];
  /** What takes back the steps that were made here, and what makes them again: shown before the server answers. @type {SchoolChange[][]} */
  #backs = [];
  /** @type {SchoolChange[][]} */ #agains = [];
  #isSending = false;
  #isClosed = false;
  #timer = 0;
  #turns = 0;

  constructor(/** @type {SchoolApi} */ api, /** @type {string} */ schoolId, /** @type {() => void} */ onChange) {
    this.api = api;
    this.key = `sightline-school-${schoolId}`;
    this.onChange = onChange;
  }

  get isSaved() { return this.#waiting.length === 0; }

  async open() {
    this.#take(await this.api.hold(false));
    this.#waiting = readKept(this.key);
    for (const step of this.#waiting) this.drawing = applyChanges(this.drawing, step.changes);
    this.#turns = setInterval(() => this.#keepTurn(), TURN_MS);
    this.onChange();
    this.#send();
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#turns);
  }

  put(/** @type {SchoolChange[]} */ changes) {
    if (this.editor !== null || changes.length === 0) return;
    this.#backs.push(turnRound(this.drawing, changes));
    this.#agains = [];
    this.drawing = applyChanges(this.drawing, changes);
    this.canUndo = true;
    this.canRedo = false;
    this.#queue({ step: makeUuid(), kind: "do", changes });
  }

  undo() {
    if (!this.canUndo || this.editor !== null) return;
    if (this.#show(this.#backs, this.#agains)) this.canRedo = true;
    this.#queue({ step: makeUuid(), kind: "undo", changes: [] });
  }

  redo() {
    if (!this.canRedo || this.editor !== null) return;
    if (this.#show(this.#agains, this.#backs)) this.canUndo = true;
    this.#queue({ step: makeUuid(), kind: "redo", changes: [] });
  }

  /** Show a step that is taken back or made again, and tell so; one that was made elsewhere comes from the server. @param {SchoolChange[][]} from @param {SchoolChange[][]} to */
  #show(from, to) {
    const changes = from.pop();
    if (!changes) return false;
    to.push(turnRound(this.drawing, changes));
    this.drawing = applyChanges(this.drawing, changes);
    return true;
  }

  #forget() {
    this.#backs = [];
    this.#agains = [];
  }

  async takeOver() {
    this.#take(await this.api.hold(true));
    this.onChange();
  }

  /** Wait until the server has everything that was drawn so far. */
  async settle() {
    while (this.#waiting.length > 0 && this.editor === null) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  #queue(/** @type {SchoolStep} */ step) {
    this.refusal = "";
    this.#waiting.push(step);
    this.#keep();
    this.onChange();
    this.#send();
  }

  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    clearTimeout(this.#timer);
    while (this.#waiting.length > 0) {
      try {
        const state = await this.api.send(this.#waiting[0], this.#revision);
        this.isAway = false;
        this.#waiting.shift();
        this.#keep();
        if (this.#waiting.length === 0) this.#take(state);
        else this.#revision = state.revision;
      } catch (error) {
        if (!(error instanceof RefusedError) || error.status >= LOST_FROM) {
          this.isAway = true;
          if (!this.#isClosed) this.#timer = setTimeout(() => this.#send(), RETRY_MS);
          break;
        }
        await this.#drop(error.message);
      }
      if (this.#waiting.length > 0) this.onChange();
    }
    this.#isSending = false;
    this.onChange();
  }

  /** The server does not take a step: show what it has, and why. @param {string} words */
  async #drop(words) {
    this.refusal = words;
    this.#waiting = [];
    this.#forget();
    this.#keep();
    try {
      this.#take(await this.api.load());
    } catch {
      this.isAway = true;
    }
  }

  async #keepTurn() {
    try {
      const state = await this.api.hold(false);
      this.isAway = false;
      // an answer that comes late does not know the newest step
      if (this.isSaved && !this.#isSending && state.revision >= this.#revision) this.#take(state);
    } catch (error) {
      this.isAway = !(error instanceof RefusedError);
      if (error instanceof RefusedError) this.refusal = error.message;
    }
    this.onChange();
  }

  #take(/** @type {SchoolState} */ state) {
    if (state.editor !== null) this.#forget();
    this.drawing = state.drawing;
    this.#revision = state.revision;
    this.canUndo = state.can_undo;
    this.canRedo = state.can_redo;
    this.editor = state.editor;
  }

  #keep() {
    try {
      if (this.#waiting.length > 0) localStorage.setItem(this.key, JSON.stringify(this.#waiting));
      else localStorage.removeItem(this.key);
    } catch {
      // a browser that stores nothing sends all the same
    }
  }
}

/** A drawing with other parts in it. @param {SchoolDrawing} before @param {SchoolChange[]} changes @returns {SchoolDrawing} */
export function applyChanges(before, changes) {
  const drawing = { ...before };
  for (const { kind, name, now } of changes) {
    const parts = /** @type {Record<string, object>} */ ({ ...drawing[kind] });
    if (now === null) delete parts[name];
    else parts[name] = now;
    Object.assign(drawing, { [kind]: parts });
  }
  return drawing;
}

/** The changes that take changes back. @param {SchoolDrawing} drawing as it is before them @param {SchoolChange[]} changes @returns {SchoolChange[]} */
function turnRound(drawing, changes) {
  return changes.map(({ kind, name }) => ({ kind, name, now: /** @type {Record<string, object>} */ (drawing[kind])[name] ?? null })).toReversed();
}

function readKept(/** @type {string} */ key) {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** Watching a finished search again: the event log drives the console, at any speed, from any moment. */

import { clamp, make, makePushButton, must, placeBox } from "./dom.js";
import { makeIcon } from "./icons.js";
import { Interruptions } from "./interruptions.js";
import { SimilarPeople } from "./similar_people.js";
import { countdownWords } from "./site_clock.js";
import { Views } from "./views.js";
import { foldEvent, makeFirstState, siteTimeAt } from "./work.js";

const NEAR_S = 0.25;
const GAP_S = 1.6;

/**
 * The entry of a list by time that is nearest to a moment, within some seconds; undefined for none.
 * @template {[number, ...unknown[]]} Entry
 * @param {Entry[]} entries
 * @param {number} timeS
 * @param {number} withinS
 */
export function findNear(entries, timeS, withinS) {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle][0] < timeS) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [entries[low - 1], entries[low]];
  const nearest = !before || (after && after[0] - timeS < timeS - before[0]) ? after : before;
  return nearest && Math.abs(nearest[0] - timeS) <= withinS ? nearest : undefined;
}

/** What is said of where the student is. */
export function tellPlace(/** @type {GhostLog} */ ghost, /** @type {Map<string, number>} */ numbers, /** @type {number} */ timeS) {
  const on = [...numbers].flatMap(([cameraId, number]) => (findNear(ghost.boxes[cameraId] ?? [], timeS, NEAR_S) ? [number] : []));
  if (on.length === 0) return "The student is on no camera now.";
  return `The student is on camera${on.length > 1 ? "s" : ""} ${on.join(" and ")} now.`;
}

class Ghost {
  /** @param {{parts: Parts, plan: import("./plan.js").Plan, ghost: GhostLog, numbers: Map<string, number>}} options */
  constructor({ parts, plan, ghost, numbers }) {
    this.plan = plan;
    this.ghost = ghost;
    this.numbers = numbers;
    this.box = make("div", { class: "ghost-box", "data-part": "ghostBox", "aria-hidden": "true", hidden: true });
    parts.outline.after(this.box);
    this.words = make("p", { class: "replay-ghost", "data-part": "ghostWords" });
  }

  show(/** @type {string|null} */ cameraId, /** @type {number} */ shownS) {
    const found = cameraId === null ? undefined : findNear(this.ghost.boxes[cameraId] ?? [], shownS, NEAR_S);
    this.box.hidden = !found;
    if (found) placeBox(this.box, found.slice(1));
    const at = findNear(this.ghost.path, shownS, GAP_S);
    this.plan.setGhost(at ? { at: [at[1], at[2]], floor: at[3] } : null);
    const words = tellPlace(this.ghost, this.numbers, shownS);
    if (this.words.textContent !== words) this.words.textContent = words;
  }
}

const RATES = [1, 2, 4, 8];
const FASTEST = 16;
const DRIFT_S = 0.35;
const LEAST_LEFT_MS = 1;

export class Replayer {
  #clock = { atMs: 0, since: 0, rate: 1, isRunning: false };
  /** @type {ReplayState|null} */ #state = null;
  #next = 0;
  /** @type {Ghost|null} */ #ghost = null;
  /** @type {Record<string, unknown>} */ #shown = {};

  static isOffered(/** @type {ConsoleData} */ { replay }) { return Boolean(replay); }

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    this.log = must(console_.data.replay);
    const { parts, plan } = console_;
    const { used_ms: usedMs, captions, ghost } = this.log;
    parts.console.dataset.mode = "replay";
    this.play = makePushButton(() => this.#run(!this.#clock.isRunning), { class: "button button-play", "data-part": "replayPlay" });
    const rates = RATES.map((rate) => make("option", { value: String(rate), text: `${rate}×` }));
    this.rate = make("select", { class: "speed", "data-part": "replayRate", "aria-label": "Speed of the replay" }, ...rates);
    this.rate.addEventListener("change", () => this.#run(this.#clock.isRunning));
    this.place = make("input", { type: "range", class: "replay-place", "data-part": "replayPlace", min: "0", max: String(usedMs / 1000), step: "any", "aria-label": "Moment of the search" });
    this.place.addEventListener("input", () => this.#jump(Number(this.place.value) * 1000));
    this.words = make("output", { class: "replay-words", "data-part": "replayWords" });
    const { href, label, is_next: isNext } = this.log.back;
    const back = make("a", { class: `button replay-back${isNext ? " button-main" : ""}`, href, target: "_self", text: label });
    this.caption = make("p", { class: "replay-caption", "data-part": "replayCaption", role: "status", hidden: captions.length === 0 });
    parts.controls.append(make("div", { class: "replay-bar", role: "group", "aria-label": "Replay" }, this.caption, this.play, this.rate, this.place, this.words, back));
    if (!ghost) return;
    this.#ghost = new Ghost({ parts, plan, ghost, numbers: plan.numbers });
    this.caption.before(this.#ghost.words);
  }

  restore() {
    this.#run(true);
  }

  tick() {
    if (this.#clock.since === 0) return;
    const atMs = this.#nowMs();
    if (atMs >= this.log.used_ms && this.#clock.isRunning) this.#run(false);
    this.#foldTo(atMs);
    this.#show(atMs);
  }

  #nowMs() {
    const { atMs, since, rate, isRunning } = this.#clock;
    return isRunning ? Math.min(this.log.used_ms, atMs + (performance.now() - since) * rate) : atMs;
  }

  #run(/** @type {boolean} */ isRunning) {
    if (isRunning && !this.#clock.isRunning && this.#nowMs() >= this.log.used_ms) this.#jump(0);
    this.#clock = { atMs: this.#nowMs(), since: performance.now(), rate: Number(this.rate.value), isRunning };
    this.play.setAttribute("aria-label", isRunning ? "Pause the replay" : "Play the replay");
    this.play.replaceChildren(makeIcon(isRunning ? "pause" : "play"));
  }

  #jump(/** @type {number} */ atMs) {
    Object.assign(this.#clock, { atMs, since: performance.now() });
    this.#state = null;
  }

  #foldTo(/** @type {number} */ atMs) {
    const { events } = this.log;
    if (this.#state === null || this.#state.atMs > atMs) {
      this.#state = makeFirstState(this.console.data.task.starts_at_s);
      this.#next = 0;
    }
    while (this.#next < events.length && events[this.#next].t_ms <= atMs) this.#state = foldEvent(this.#state, events[this.#next++]);
  }

  #show(/** @type {number} */ atMs) {
    const { console: console_ } = this;
    const [state, log] = [must(this.#state), this.log];
    const { parts, picture, task } = console_;
    const link = /** @type {ReplayLink} */ (/** @type {unknown} */ (console_.link));
    if (state.cameraId === null && picture.cameraId !== null) console_.presentGrid();
    else if (state.cameraId !== null && state.cameraId !== picture.cameraId) console_.present(state.cameraId);
    this.#move(siteTimeAt(state, atMs, log.events[this.#next]));
    this.#showIfNew("wallS", state.wallS, (wallS) => (wallS === null ? picture.playback.unpin() : picture.playback.pin(wallS)));
    this.#showIfNew("marks", state.marks, (marks) => console_.marking.marks.set(marks));
    this.#showIfNew("note", state.note, (note) => (parts.note.value = note));
    this.#showIfNew("layout", `${state.tab} ${state.side}`, () => console_.layout.show(state.tab, state.side));
    this.#showIfNew("wall", state.wall, (wall) => console_.find(Views)?.showAgain(wall));
    this.#showIfNew("floor", state.floor, (floor) => console_.plan.showFloor(floor));
    this.#showIfNew("zoom", state.zoom, (zoom) => picture.stage.zoom.set(zoom));
    this.#showIfNew("timeline", state.timeline, (shown) => console_.timeline.showSpan(shown?.from_s ?? 0, shown?.to_s ?? Infinity));
    this.#showIfNew("similar", state.similar, (similar) => console_.find(SimilarPeople)?.showAgain(similar));
    this.#showIfNew("callId", state.callId, (callId) => console_.find(Interruptions)?.showAgain(callId));
    link.elapsedMs = atMs;
    task.setLeft(Math.max(LEAST_LEFT_MS, log.limit_ms - atMs));
    this.place.value = String(atMs / 1000);
    const words = `${countdownWords(atMs)} of ${countdownWords(log.used_ms)}${state.isHidden ? ", page out of sight" : ""}`;
    if (this.words.value !== words) this.words.value = words;
    const said = log.captions.findLast((caption) => caption.t_ms <= atMs)?.text ?? "";
    this.#showIfNew("caption", said, (text) => (this.caption.textContent = text));
    this.#ghost?.show(picture.cameraId, picture.playback.shownS);
  }

  /** @template Value @param {string} name @param {Value} value @param {(value: Value) => unknown} show */
  #showIfNew(name, value, show) {
    if (this.#shown[name] === value) return;
    this.#shown[name] = value;
    show(value);
  }

  /** Bring the footage to a site time, playing along where the search did and the replay runs. @param {number} timeS */
  #move(timeS) {
    const { playback } = this.console.picture;
    const { isRunning, rate } = this.#clock;
    const state = must(this.#state);
    const speed = state.speed * rate;
    const isPlaying = isRunning && state.isPlaying && Math.abs(speed) <= FASTEST;
    const wantedS = clamp(timeS, 0, (playback.frameCount - 1) / playback.fps);
    if (!isPlaying) {
      if (playback.isPlaying) playback.pause();
      const frame = Math.floor(wantedS * playback.fps + 1e-3);
      if (playback.askedFrame !== frame) playback.seekTo(wantedS);
    } else if (!playback.isPlaying || playback.speed !== speed) {
      playback.seekTo(wantedS);
      playback.play(speed);
    } else if (Math.abs(playback.clockS - wantedS) > DRIFT_S * Math.max(1, Math.abs(speed))) playback.seekTo(wantedS);
  }
}

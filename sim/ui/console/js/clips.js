/** Cutting out evidence: where a clip of the main picture begins and ends, and the clips so far. */

import { make, makeUuid } from "./dom.js";
import { makeIcon } from "./icons.js";

export class Clips {
  /** @type {Map<string, Clip>} */
  #clips = new Map();
  /** @type {{camera_id: string, from_s: number}|null} */
  #start = null;

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { found } = console_.parts;
    this.begin = make("button", { type: "button", class: "button", "data-part": "clipBegin", text: "Clip begins here", on: { click: () => this.#begin() } });
    this.end = make("button", { type: "button", class: "button button-main", "data-part": "clipEnd", text: "Clip ends here", disabled: true, on: { click: () => this.#end() } });
    this.words = make("p", { class: "clip-words", role: "status", text: "Open a camera, stop where the student comes in, and begin a clip." });
    this.list = make("ol", { class: "clips", "aria-label": "Clips" });
    found.append(make("div", { class: "clip-tools" }, this.begin, this.end), this.words, this.list);
  }

  /** @param {Work} work */
  restore({ clips }) {
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

  /** @param {string} clipId @param {Clip} clip */
  #makeCard(clipId, clip) {
    const { picture, clock } = this.console;
    const words = `${picture.nameOf(clip.camera_id)}, ${clock.words(clip.from_s)} to ${clock.words(clip.to_s)}`;
    const go = make("button", { type: "button", class: "button clip-go", "aria-label": `Go to the clip on ${words}`, text: words, on: { click: () => this.console.goTo({ camera_id: clip.camera_id, t_s: clip.from_s }) } });
    const remove = make("button", { type: "button", class: "button", "aria-label": `Remove the clip on ${words}`, on: { click: () => this.#remove(clipId) } }, makeIcon("close"));
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

  /** @param {string} clipId */
  #remove(clipId) {
    if (!this.console.isLive) return;
    this.console.send("unclip", { clip_id: clipId });
    this.#clips.delete(clipId);
    this.show();
  }
}

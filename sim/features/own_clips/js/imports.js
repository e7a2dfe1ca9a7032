/** Clips that are chosen, sent and taken in: one row each with its camera, how far it is, and what can be done. */

import { getElement, keepMounted, make, makePushButton } from "./dom.js";
import { WalkApi, sayFailure } from "./walk_api.js";

const FPS = 10;
const FEW_HEADS = "We found almost no heads in this clip, though much moves. Look at it before you use it.";
const WHAT_TO_DO =
  "Does it lie on its side or stand on its head? Then remove it, turn it upright in a video program, and import it again. If people are too small or dark to be found, you can use it, but look through all of it under Blurring and blur every head.";
const WHEN = /** @type {const} */ ({ month: "short", day: "numeric", year: "numeric", hour: "numeric", minute: "2-digit" });

function makeLook(/** @type {ImportedClip} */ clip, /** @type {(frame: number) => string} */ frameUrl, /** @type {() => void} */ accept) {
  if (clip.looked) {
    const { by, at } = clip.looked;
    const text = `Almost no heads were found. Looked at${by ? ` by ${by}` : ""} on ${new Date(at).toLocaleString("en-US", WHEN)}.`;
    return [make("p", { class: "quiet", text })];
  }
  if (!clip.look_at.length) return [];
  const frames = clip.look_at.map((frame) => make("li", {}, make("img", { src: frameUrl(frame), alt: `${clip.file_name} at ${(frame / FPS).toFixed(1)} s`, width: 320, height: 180 })));
  const button = makePushButton(accept, { class: "primary", text: "I looked at it: use this clip", "aria-label": `I looked at ${clip.file_name}: use this clip` });
  return [
    make(
      "div",
      { class: "look", role: "group", "aria-label": `Look at ${clip.file_name}` },
      make("p", { class: "refused", text: FEW_HEADS }),
      make("ul", { class: "look-frames", "aria-label": `Frames of ${clip.file_name}` }, ...frames),
      make("p", { class: "quiet", text: WHAT_TO_DO }),
      button,
    ),
  ];
}

const ASK_EVERY_MS = 1000;
const ENDING = /\.[a-z0-9]{2,4}$/i;

/** @type {Record<ImportedClip["state"], string>} */
const STATES = { importing: "Importing", done: "Imported", failed: "Not imported", stopped: "Stopped", canceled: "Canceled", waiting: "Waiting" };

/** @typedef {{file: File, camera: HTMLInputElement, row: HTMLElement, said: HTMLElement, stop: AbortController|null}} Chosen */

class ImportList {
  /** @type {Chosen[]} */ #chosen = [];
  /** @type {ImportState} */ #state = { cameras: [], clips: [] };
  #written = "";
  /** Rows by clip, with what they were made of: one that has not changed stays, with its pictures and the focus. @type {Map<string, {of: string, row: HTMLElement}>} */
  #rows = new Map();
  #timer = 0;
  #isSending = false;

  constructor(/** @type {HTMLElement} */ root, /** @type {WalkData} */ { walk_id: walkId }, /** @type {() => void} */ refresh) {
    this.refresh = refresh;
    this.api = new WalkApi(walkId);
    const file = make("input", { type: "file", multiple: true, class: "file", accept: ".mp4,.mkv,.avi,.mov,video/*", "aria-label": "Choose clips" });
    file.addEventListener("change", () => {
      this.#choose([...(file.files ?? [])]);
      file.value = "";
    });
    this.names = make("datalist", { id: "clip-cameras" });
    this.list = make("ul", { class: "chosen", "aria-label": "Clips to send" });
    this.send = makePushButton(() => this.#sendAll(), { class: "primary", text: "Import these clips", hidden: true });
    this.said = make("p", { class: "status", role: "status" });
    this.rows = make("ul", { class: "imported", "aria-label": "Clips of this walk" });
    this.resume = makePushButton(() => this.#step("resume", ""), { text: "Continue stopped imports", hidden: true });
    root.replaceChildren(
      make("div", { class: "bar" }, make("label", { class: "file-button" }, "Choose clips", file), this.send, this.resume),
      this.said,
      this.list,
      this.names,
      this.rows,
    );
    this.#ask();
  }

  destroy() {
    clearTimeout(this.#timer);
    for (const each of this.#chosen) each.stop?.abort();
  }

  #choose(/** @type {File[]} */ files) {
    for (const file of files) {
      const camera = make("input", { type: "text", maxlength: 60, list: "clip-cameras", value: file.name.replace(ENDING, "").slice(0, 60), "aria-label": `Camera of ${file.name}` });
      const said = make("span", { class: "quiet" });
      const drop = makePushButton(() => this.#drop(chosen), { class: "small", text: "Leave out", "aria-label": `Leave out ${file.name}` });
      const row = make("li", {}, make("span", { class: "file-name", text: file.name }), make("label", { class: "field" }, make("span", { text: "Camera" }), camera), said, drop);
      /** @type {Chosen} */ const chosen = { file, camera, row, said, stop: null };
      this.#chosen.push(chosen);
      this.list.append(row);
    }
    this.#show();
  }

  #drop(/** @type {Chosen} */ chosen) {
    chosen.stop?.abort();
    chosen.row.remove();
    this.#chosen = this.#chosen.filter((each) => each !== chosen);
    this.#show();
  }

  async #sendAll() {
    if (this.#isSending) return;
    this.#isSending = true;
    this.#show();
    // every clip that leaves the list does so by a new list
    for (const chosen of this.#chosen) {
      if (!this.#chosen.includes(chosen)) continue;
      chosen.stop = new AbortController();
      try {
        const hear = (/** @type {number} */ share) => (chosen.said.textContent = share < 1 ? `Sending, ${Math.floor(share * 100)}%` : "Looking into the clip");
        this.#take(await this.api.sendClip(chosen.file, chosen.camera.value, hear, chosen.stop.signal));
        this.#drop(chosen);
      } catch (error) {
        chosen.said.textContent = sayFailure(error);
        chosen.said.className = "refused";
        chosen.stop = null;
      }
    }
    this.#isSending = false;
    this.#show();
  }

  async #ask() {
    clearTimeout(this.#timer);
    try {
      this.#take(await this.api.loadImports());
    } catch (error) {
      this.said.textContent = sayFailure(error);
    }
    this.#timer = setTimeout(() => this.#ask(), ASK_EVERY_MS);
  }

  async #step(/** @type {"resume"|"cancel"|"remove"|"accept"} */ step, /** @type {string} */ clipId) {
    try {
      this.#take(await this.api.stepImport(step, clipId));
    } catch (error) {
      this.said.textContent = sayFailure(error);
    }
  }

  #take(/** @type {ImportState} */ state) {
    const written = JSON.stringify(state);
    if (written === this.#written) return;
    const isFirst = this.#written === "";
    const before = listDone(this.#state);
    this.#written = written;
    this.#state = state;
    if (!isFirst && listDone(state) !== before) this.refresh();
    this.names.replaceChildren(...state.cameras.map((name) => make("option", { value: name })));
    this.#showRows(state.clips);
    this.#show();
  }

  #showRows(/** @type {ImportedClip[]} */ clips) {
    const before = this.#rows;
    this.#rows = new Map();
    for (const clip of clips) {
      const of = JSON.stringify(clip);
      const known = before.get(clip.clip_id);
      const row = known?.of === of ? known.row : this.#makeRow(clip);
      if (known && row !== known.row) known.row.replaceWith(row);
      else if (!known) this.rows.append(row);
      this.#rows.set(clip.clip_id, { of, row });
    }
    for (const [clipId, { row }] of before) if (!this.#rows.has(clipId)) row.remove();
  }

  #makeRow(/** @type {ImportedClip} */ clip) {
    const isGoing = clip.state === "importing" || clip.state === "waiting";
    const left = clip.left_s === null ? "" : `, about ${Math.max(1, Math.round(clip.left_s))} s left`;
    const words = isGoing ? `${STATES[clip.state]}, ${Math.floor(clip.share * 100)}%${left}` : STATES[clip.state];
    const again = clip.state === "stopped" && !clip.can_resume ? "Choose the same file again to import it." : "";
    const step = isGoing ? "cancel" : "remove";
    const button = makePushButton(
      () => this.#step(step, clip.clip_id),
      { class: "small", text: isGoing ? "Cancel" : "Remove", "aria-label": `${isGoing ? "Cancel" : "Remove"} ${clip.file_name}` },
    );
    const bar = isGoing ? [make("progress", { max: 1, value: clip.share, "aria-label": `Import of ${clip.file_name}` })] : [];
    const said = [clip.problem, again, ...clip.notes].filter(Boolean).map((text) => make("p", { class: text === clip.problem ? "refused" : "quiet", text }));
    const top = make("div", { class: "bar" }, make("strong", { text: clip.camera }), make("span", { class: "file-name", text: clip.file_name }), make("span", { text: words, "data-state": clip.state }), ...bar, make("span", { class: "gap" }), button);
    const look = makeLook(clip, (frame) => this.api.frameUrl(clip.clip_id, frame), () => this.#step("accept", clip.clip_id));
    return make("li", { "data-clip": clip.clip_id }, top, ...said, ...look);
  }

  #show() {
    const { clips } = this.#state;
    const waiting = this.#chosen.length;
    this.send.hidden = waiting === 0;
    this.send.disabled = this.#isSending;
    this.resume.hidden = !clips.some((clip) => clip.state === "stopped" && clip.can_resume);
    const going = clips.filter((clip) => clip.state === "importing" || clip.state === "waiting").length;
    if (waiting) this.said.textContent = "Enter the camera of each clip as your school calls it, then import them.";
    else if (going) this.said.textContent = "You can leave this page: the import goes on.";
    else this.said.textContent = clips.length ? "" : "No clips yet. Choose the files that your video system exported.";
  }
}

function listDone(/** @type {ImportState} */ { cameras, clips }) {
  return JSON.stringify([cameras, clips.filter((clip) => clip.state === "done").map((clip) => clip.clip_id)]);
}

// The component's entry of the step Clips. A rerun of the page leaves what is being sent as it is.

export default function mount(/** @type {Mounted<WalkData>} */ { parentElement, data, setTriggerValue }) {
  const refresh = () => setTriggerValue("refresh", true);
  return keepMounted("sightlineImports", parentElement, () => new ImportList(getElement(parentElement, "[data-part=imports]"), data, refresh));
}

/** Marking the walker: a box every 1.5 seconds, most of them proposed, and where they are hidden or out of the picture. */

import { BoxLayer } from "./box_layer.js";
import { listElements, make, makePushButton } from "./dom.js";
import { FootageView, addWalkKeys } from "./footage_view.js";
import { RefusedError } from "./refused.js";
import { sayFailure } from "./walk_api.js";

/** @type {Record<Sight, {sign: string, words: string}>} */
const SIGHTS = { seen: { sign: "▣", words: "seen" }, hidden: { sign: "◐", words: "hidden" }, out: { sign: "✕", words: "out" } };

class MarkStrip {
  #frame = -1;

  constructor(/** @type {{root: HTMLElement, onChoose: (frame: number) => void}} */ { root, onChoose }) {
    this.onChoose = onChoose;
    this.list = make("ol", { class: "strip-list", "aria-label": "Marks on this camera", tabindex: "0" });
    this.none = make("p", { class: "strip-none", text: "No marks on this camera yet." });
    root.replaceChildren(this.none, this.list);
  }

  show(/** @type {WalkKeyframe[]} */ marks, /** @type {{words: (frame: number) => string}} */ clock) {
    this.none.hidden = marks.length > 0;
    this.list.hidden = marks.length === 0;
    this.list.replaceChildren(
      ...marks.map(({ frame, sight }) => {
        const { sign, words } = SIGHTS[sight];
        const time = clock.words(frame).replace(/ [AP]M$/, "");
        const label = `${time}.${frame % 10}, ${words}`;
        const button = makePushButton(() => this.onChoose(frame), { class: "strip-mark", "data-frame": frame, "data-sight": sight, "aria-label": label }, make("span", { "aria-hidden": "true", text: sign }), make("span", { text: time }));
        return make("li", {}, button);
      }),
    );
    this.#frame = -1;
  }

  setCurrent(/** @type {number} */ frame) {
    if (frame === this.#frame) return;
    this.#frame = frame;
    for (const button of listElements(this.list, "button")) {
      const isHere = Number(button.dataset.frame) === frame;
      if (isHere) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
      if (isHere) this.list.scrollLeft = button.offsetLeft - this.list.clientWidth / 2;
    }
  }
}

const STEP_FRAMES = 15;
const SOURCES = { between: "Between two marks", person: "Proposed", same: "Where they were last" };

export class WalkerMarks {
  /** The person has changed the box in this frame, and it is not saved. */
  #isChanged = false;
  /** @type {Map<number, {box: Box, isHidden: boolean}>} */ #boxes = new Map();
  /** @type {WalkProposal|null} */ #proposal = null;
  /** One step after the other: each is made on the revision that the one before has left. */
  /** @type {Promise<unknown>} */
  #queue = Promise.resolve();
  #problem = "";
  /** The frame in which the box was taken away, to draw another. */
  #cleared = -1;
  #isGone = false;

  /** @param {{parts: object, api: import("./walk_api.js").WalkApi, working: WorkingState, player: "decoder"|"video"}} options */
  constructor({ parts, api, working, player }) {
    this.parts = /** @type {import("./footage_view.js").WalkParts} */ (parts);
    this.api = api;
    this.track = working.track;
    this.layer = new BoxLayer({ picture: this.parts.picture, canDraw: () => !this.view.playback.isPlaying, onChange: () => this.#noteChange() });
    this.strip = new MarkStrip({ root: this.parts.strip, onChoose: (frame) => this.#visit(frame) });
    this.#buildSteps();
    this.view = new FootageView({
      parts: this.parts,
      recording: working.recording,
      gaps: working.gaps,
      player,
      onFrame: (frame, before) => this.#meetFrame(frame, before),
      onCamera: () => this.#meetCamera(),
      canMove: () => true,
    });
    this.parts.closer.addEventListener("click", () => this.view.zoomBy(1.4, this.layer.box));
    addWalkKeys({ root: this.parts.console, list: this.parts.keyList, view: this.view, layer: this.layer, own: this.#listKeys() });
    this.#meetCamera();
    this.view.say("Find the walker, draw a box around them, then press Accept and next.");
  }

  destroy() {
    this.#isGone = true;
    this.view.destroy();
  }

  get marks() { return this.track.keyframes.filter((each) => each.camera_id === this.view.cameraId); }

  #buildSteps() {
    /** @param {string} name @param {string} text @param {string} key @param {() => void} run */
    const button = (name, text, key, run) => makePushButton(run, { class: name === "accept" ? "button button-main" : "button", "data-step": name, title: `${text} (${key})`, text });
    this.parts.steps.replaceChildren(
      button("accept", "Accept and next", "Enter", () => this.accept()),
      button("hidden", "Hidden", "H", () => this.put("hidden")),
      button("out", "Out of the picture", "O", () => this.put("out")),
      button("next", "Skip", "N", () => this.goOn()),
      button("remove", "Remove", "Delete", () => this.remove()),
      button("undo", "Undo", "Z", () => this.undo()),
    );
  }

  #listKeys() {
    return [
      { keys: ["Enter"], words: "Accept the box and go on 1.5 seconds", run: () => this.accept() },
      { keys: ["h"], words: "Hidden: on this camera, but covered", run: () => this.put("hidden") },
      { keys: ["o"], words: "Out of the picture", run: () => this.put("out") },
      { keys: ["n"], words: "Skip: go on without a mark", run: () => this.goOn() },
      { keys: ["u"], words: "Previous mark", run: () => this.#visitNext(-1) },
      { keys: ["i"], words: "Next mark", run: () => this.#visitNext(1) },
      { keys: ["Delete", "Backspace"], words: "Remove the mark in this frame", run: () => this.remove() },
      { keys: ["Escape"], words: "Take the box away, to draw another", run: () => this.#clear() },
      { keys: ["z"], words: "Undo; Ctrl Z too", run: () => this.undo() },
    ];
  }

  // What a person does

  async accept() {
    const { box } = this.layer;
    if (box === null) return this.view.say("Draw a box around the walker first, or press Out of the picture.");
    await this.#putAndGoOn("seen", [...box]);
  }

  async put(/** @type {Sight} */ sight) {
    if (sight === "hidden") return this.#putAndGoOn(sight, null);
    if (await this.#put(sight, this.view.frame, null)) this.view.say("Out of the picture. Find where the walker comes in again, here or on another camera.");
  }

  /** Save what is in this frame and go on 1.5 s; the answer says what is proposed there. Refused, it comes back. */
  async #putAndGoOn(/** @type {Sight} */ sight, /** @type {Box|null} */ box) {
    const { cameraId, frame } = this.view;
    const wanted = Math.min(frame + STEP_FRAMES, this.view.lastFrame);
    const sent = this.#put(sight, frame, box, wanted);
    this.view.goTo(wanted);
    const track = await sent;
    if (this.#isGone || cameraId !== this.view.cameraId || this.view.frame !== wanted || this.#isChanged) return;
    /** @type {WalkProposal} */
    const unsaved = { frame, sight, box, source: "same", is_crossing: false, choices: [], problem: this.#problem };
    const found = track ? track.proposal : unsaved;
    if (!found) return;
    if (found.frame !== wanted) this.view.goTo(found.frame);
    this.#proposal = found;
    this.#show();
  }

  /** Go on 1.5 seconds, or to an earlier frame where somebody crosses, with a box that is proposed. */
  async goOn() {
    this.#saveChanged();
    const { cameraId } = this.view;
    const wanted = Math.min(this.view.frame + STEP_FRAMES, this.view.lastFrame);
    this.view.goTo(wanted);
    await this.#queue;
    try {
      const found = await this.api.propose(cameraId, wanted);
      if (this.#isGone || cameraId !== this.view.cameraId || this.view.frame !== wanted || this.#isChanged) return;
      if (found.frame !== wanted) this.view.goTo(found.frame);
      this.#proposal = found;
      this.#show();
    } catch (error) {
      this.view.say(sayFailure(error));
    }
  }

  async remove() {
    if (!this.#markAt(this.view.frame)) return this.view.say("There is no mark in this frame.");
    this.#isChanged = false;
    await this.#send((base) => this.api.putKeyframe({ camera_id: this.view.cameraId, frame: this.view.frame, sight: null, box: null, base, next: null }));
  }

  async undo() {
    this.#isChanged = false;
    await this.#send((base) => this.api.undo(base));
  }

  /** A box that is only proposed or changed; a mark stays until it is removed or another is saved. */
  #clear() {
    this.#isChanged = false;
    this.#cleared = this.view.frame;
    this.parts.console.dataset.changed = "false";
    this.layer.show(null, "proposed");
    this.view.say("Draw a box around the walker.");
  }

  #visit(/** @type {number} */ frame) {
    this.#saveChanged();
    this.view.goTo(frame);
  }

  #visitNext(/** @type {number} */ way) {
    const { frame } = this.view;
    const found = way > 0 ? this.marks.find((each) => each.frame > frame) : this.marks.findLast((each) => each.frame < frame);
    if (found) this.#visit(found.frame);
    else this.view.say(way > 0 ? "There is no later mark on this camera." : "There is no earlier mark on this camera.");
  }

  // Saving

  #put(/** @type {Sight} */ sight, /** @type {number} */ frame, /** @type {Box|null} */ box, /** @type {number|null} */ next = null) {
    const camera_id = this.view.cameraId;
    this.#isChanged = false;
    this.#cleared = -1;
    this.#proposal = null;
    return this.#send((base) => this.api.putKeyframe({ camera_id, frame, sight, box, base, next }));
  }

  /** A box that was changed and left is a mark: nothing that was drawn is lost. */
  #saveChanged(frame = this.view.frame) {
    if (this.#isChanged && this.layer.box) this.#put("seen", frame, [...this.layer.box]);
  }

  /** @returns {Promise<WalkTrack|null>} what the server answered, null where it refused */
  #send(/** @type {(base: number) => Promise<WalkTrack>} */ step) {
    const sent = this.#queue.then(async () => {
      let answered = null;
      this.#problem = "";
      try {
        answered = this.track = await step(this.track.revision);
      } catch (error) {
        this.#problem = sayFailure(error);
        if (error instanceof RefusedError && error.status === 409) this.track = (await this.api.loadWorking().catch(() => ({ track: this.track }))).track;
      }
      const shown = this.#meetTrack();
      if (this.#problem) {
        await shown;
        this.view.say(this.#problem);
      }
      return answered;
    });
    this.#queue = sent;
    return sent;
  }

  async #meetTrack() {
    if (this.#isGone) return;
    this.strip.show(this.marks, this.view);
    this.view.timeline.setMarks(/** @type {ListedMark[]} */ (/** @type {unknown} */ (this.track.keyframes.map((each) => ({ camera_id: each.camera_id, t_s: each.frame / this.view.recording.fps, mark_id: `${each.camera_id} ${each.frame}` })))));
    this.#show();
    await this.#loadBoxes();
  }

  async #loadBoxes() {
    const { cameraId } = this.view;
    const { revision } = this.track;
    try {
      const { boxes } = await this.api.loadBoxes(cameraId);
      if (cameraId !== this.view.cameraId || revision !== this.track.revision) return;
      this.#boxes = new Map(boxes.map(([frame, isHidden, ...box]) => [frame, { box, isHidden: isHidden === 1 }]));
      this.#show();
    } catch {
      // the marks themselves are still shown
    }
  }

  // Showing

  #meetCamera() {
    this.#isChanged = false;
    this.#cleared = -1;
    this.#proposal = null;
    this.#boxes = new Map();
    this.#meetTrack();
  }

  #meetFrame(/** @type {number} */ frame, /** @type {number} */ before) {
    if (before >= 0 && this.#isChanged && !this.layer.isBusy) this.#saveChanged(before);
    if (this.#proposal && this.#proposal.frame !== frame) this.#proposal = null;
    if (this.#cleared !== frame) this.#cleared = -1;
    this.#show();
  }

  #markAt(/** @type {number} */ frame) { return this.marks.find((each) => each.frame === frame); }

  #noteChange() {
    this.#isChanged = true;
    this.parts.console.dataset.changed = "true";
    this.view.say("Press Accept and next when the box fits.");
  }

  #show() {
    if (this.#isChanged || !this.view || this.#cleared === this.view.frame) return;
    const { frame } = this.view;
    this.parts.console.dataset.changed = "false";
    this.parts.console.dataset.proposed = this.#proposal ? String(this.#proposal.frame) : "";
    const mark = this.#markAt(frame);
    const truth = this.#boxes.get(frame);
    this.strip.setCurrent(frame);
    this.layer.showChoices(this.#proposal?.is_crossing ? this.#proposal.choices : []);
    if (mark) {
      this.layer.show(mark.box, "mark");
      this.view.say(mark.sight === "seen" ? "Marked." : mark.sight === "hidden" ? "Marked as hidden." : "Marked as out of the picture.");
    } else if (this.#proposal) this.#showProposal(this.#proposal);
    else {
      this.layer.show(truth?.box ?? null, truth?.isHidden ? "hidden" : "between");
      if (!this.view.playback.isPlaying) this.view.say(truth ? (truth.isHidden ? "Hidden, between two marks." : `${SOURCES.between}.`) : "No mark here.");
    }
  }

  #showProposal(/** @type {WalkProposal} */ { box, sight, source, is_crossing: isCrossing, choices, problem }) {
    this.layer.show(box, "proposed");
    if (problem) this.view.say(problem);
    else if (isCrossing) this.view.say(`Someone crosses here. Which one is the walker? ${choices.length ? "Click the box or press its number, or draw it." : "Draw the box."}`);
    else if (box) this.view.say(`${SOURCES[source]}: accept it, or move it.`);
    else this.view.say(sight === "out" ? "The walker seems to have left. Press Out of the picture, or draw the box." : "Draw a box around the walker, or press Hidden or Out of the picture.");
  }
}

/** Looking through a camera's blurring at 4x, with what is doubtful listed, and boxes that are to be pixelated too. */

import { BoxLayer } from "./box_layer.js";
import { make, makePushButton } from "./dom.js";
import { FootageView, addWalkKeys } from "./footage_view.js";
import { RefusedError } from "./refused.js";
import { sayFailure } from "./walk_api.js";

const CHECK_SPEED = 4;
const HALF_SPAN = 10;
const ENOUGH = 0.98;
const MOST_JUMP = 9;
const ASK_EVERY_MS = 1000;

export class BlurCheck {
  /** Frames that were on screen, by camera. @type {Map<string, Uint8Array>} */ #seen = new Map();
  /** @type {(BlurSpan & {camera_id: string})[]} */ #more = [];
  #span = { first: 0, last: 0 };
  /** The stretch that is looked at, with spots to choose among. @type {DoubtfulSpan|null} */ #looked = null;
  #isWorking = false;
  #isGone = false;
  /** @type {Record<"checking"|"confirming"|"adding"|"blurring", HTMLButtonElement>} */ #buttons;
  /** @type {Record<"seen"|"span"|"added"|"doubts"|"doubtsTitle", HTMLElement>} */ #places;

  /** @param {{parts: object, api: import("./walk_api.js").WalkApi, working: WorkingState, player: "decoder"|"video"}} options */
  constructor({ parts, api, working, player }) {
    this.parts = /** @type {import("./footage_view.js").WalkParts} */ (parts);
    this.api = api;
    this.working = working;
    this.layer = new BoxLayer({ picture: this.parts.picture, canDraw: () => !this.view.playback.isPlaying && !this.#isWorking, onChange: () => this.#noteBox() });
    this.#build();
    this.view = new FootageView({
      parts: this.parts,
      recording: working.recording,
      gaps: working.gaps,
      player,
      onFrame: (frame, before) => this.#meetFrame(frame, before),
      onCamera: () => this.#meetCamera(),
      canMove: () => !this.#isWorking,
    });
    this.parts.closer.addEventListener("click", () => this.view.zoomBy(1.4, this.layer.box));
    addWalkKeys({ root: this.parts.console, list: this.parts.keyList, view: this.view, layer: this.layer, own: [{ keys: ["c"], words: "Check at 4×, from what was not seen yet", run: () => this.check() }, { keys: ["Enter"], words: "Add the box to what is blurred more", run: () => this.#add() }] });
    this.#meetCamera();
  }

  destroy() {
    this.#isGone = true;
    this.view.destroy();
  }

  #build() {
    /** @param {string} text @param {() => void} run @param {string} [kind] */
    const button = (text, run, kind = "") => makePushButton(run, { class: `button ${kind}`, text });
    this.#buttons = {
      checking: button("Check at 4×", () => this.check(), "button-main"),
      confirming: button("Confirm this camera", () => this.#work("Saving", () => this.api.confirm(this.view.cameraId))),
      adding: button("Add this box", () => this.#add()),
      blurring: button("Blur these", () => this.#blur(), "button-main"),
    };
    this.#places = {
      seen: make("span", { class: "walk-seen" }),
      span: make("span", { class: "walk-seen" }),
      added: make("ul", { class: "walk-list", "aria-label": "Boxes to blur" }),
      doubts: make("ul", { class: "walk-list", "aria-label": "Look closely at these" }),
      doubtsTitle: make("h3", { text: "Look closely at these" }),
    };
    const { checking, confirming, adding, blurring } = this.#buttons;
    const { seen, span, added, doubts, doubtsTitle } = this.#places;
    const ends = [button("Starts here", () => this.#setSpan({ first: this.view.frame })), button("Ends here", () => this.#setSpan({ last: this.view.frame }))];
    this.parts.steps.replaceChildren(checking, confirming, seen);
    const drawing = make("div", { class: "walk-bar", role: "group", "aria-label": "Blur more" }, ...ends, adding, span);
    this.parts.strip.replaceChildren(drawing, added, blurring, doubtsTitle, doubts);
  }

  /** Play at 4x from the first frame that was not on screen yet. */
  check() {
    const seen = this.#seenHere();
    const from = seen.indexOf(0);
    if (from >= 0 && seen[this.view.frame] === 1) this.view.goTo(from);
    this.layer.show(null, "more");
    this.#looked = null;
    this.#showSpots();
    this.view.transport.play(CHECK_SPEED);
    this.parts.console.focus({ preventScroll: true });
  }

  #add() {
    const { box } = this.layer;
    if (!box) return this.view.say("Draw a box around what should be blurred first.");
    const first = Math.min(this.#span.first, this.#span.last);
    const last = Math.max(this.#span.first, this.#span.last);
    this.#more.push({ camera_id: this.view.cameraId, first, last, box: [...box] });
    this.layer.show(null, "more");
    this.#showMore();
    this.view.say("Added. Draw more boxes, or press Blur these.");
  }

  async #blur() {
    const spans = this.#more;
    const cameras = new Set(spans.map((each) => each.camera_id));
    const isDone = await this.#work("Blurring", () => this.#blurAndWait(spans));
    if (!isDone || this.#isGone) return;
    this.#more = [];
    for (const cameraId of cameras) this.#seen.delete(cameraId);
    this.view.renew(this.working.recording);
    this.#meetCamera();
    this.view.say("Blurred. Check the camera again, then confirm it.");
  }

  async #blurAndWait(/** @type {(BlurSpan & {camera_id: string})[]} */ spans) {
    let going = await this.api.blur(spans);
    while (going.state === "running" && !this.#isGone) {
      this.view.say(`Blurring: ${Math.floor(going.share * 100)}%${going.what ? ` of ${going.what}` : ""}. You can leave this page. The work continues.`);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
      going = await this.api.loadAlign();
    }
    if (going.state === "failed" || going.state === "stopped") throw new RefusedError(going.problem || "Blurring was stopped. Put the clips on one clock again, under Clocks.", 422);
    return this.api.loadWorking();
  }

  async #work(/** @type {string} */ words, /** @type {() => Promise<WorkingState>} */ step) {
    if (this.#isWorking) return false;
    this.view.transport.pause();
    this.#isWorking = true;
    this.view.say(`${words}…`);
    this.#showButtons();
    try {
      this.working = await step();
      this.view.say(this.working.confirmed.includes(this.view.cameraId) ? "Confirmed." : "");
      return true;
    } catch (error) {
      this.view.say(sayFailure(error));
      return false;
    } finally {
      this.#isWorking = false;
      this.#showButtons();
    }
  }

  #meetCamera() {
    this.layer.show(null, "more");
    this.#looked = null;
    this.#showSpots();
    const spans = this.working.doubtful[this.view.cameraId] ?? [];
    this.#places.doubtsTitle.hidden = spans.length === 0;
    this.#places.doubts.replaceChildren(...spans.map((span) => this.#makeDoubt(span)));
    this.#setSpan({ first: this.view.frame - HALF_SPAN, last: this.view.frame + HALF_SPAN });
    this.#showMore();
    this.#showButtons();
    const isConfirmed = this.working.confirmed.includes(this.view.cameraId);
    this.view.say(isConfirmed ? "Confirmed. You can still blur more." : "Look at every face and head. Blurring helps to blur; it can miss someone.");
  }

  #makeDoubt(/** @type {DoubtfulSpan} */ span) {
    const [spot] = span.spots;
    const isOne = span.spots.length === 1;
    const words = isOne ? `${this.view.words(span.first)}, ${span.why}` : `${this.view.words(span.first)} to ${this.view.words(span.last)}, ${span.spots.length} spots. ${span.why}`;
    const visit = () => {
      this.#looked = isOne ? null : span;
      this.view.goTo(isOne ? Math.round((span.first + span.last) / 2) : Math.min(spot.first + HALF_SPAN, spot.last));
      this.layer.show(isOne ? [...spot.box] : null, "more");
      this.#setSpan(isOne ? span : spot);
      this.#showSpots();
      this.view.say(isOne ? `${span.why}. If a face or head can be seen, press Add this box.` : "Play on from here. Where a face or head can be seen, pause, click its box or press its number, then press Add this box.");
    };
    return make("li", {}, makePushButton(visit, { class: "button walk-doubt", text: words }));
  }

  /** The spots of the stretch that is looked at, in this frame. */
  #listSpots() {
    const { frame } = this.view;
    if (this.#looked && (frame < this.#looked.first || frame > this.#looked.last)) this.#looked = null;
    return (this.#looked?.spots ?? []).filter((each) => each.first <= frame && frame <= each.last);
  }

  #showSpots() {
    this.layer.showChoices(this.#listSpots().map((each) => each.box));
  }

  #noteBox() {
    const { first, last } = this.#span;
    const { frame } = this.view;
    const chosen = this.#listSpots().find((each) => each.box.every((side, place) => side === this.layer.box?.[place]));
    if (chosen) this.#setSpan(chosen);
    else if (frame < first || frame > last) this.#setSpan({ first: frame - HALF_SPAN, last: frame + HALF_SPAN });
    this.view.say("Set where the box starts and ends, then press Add this box.");
  }

  #setSpan(/** @type {{first?: number, last?: number}} */ { first = this.#span.first, last = this.#span.last }) {
    this.#span = { first: Math.max(0, first), last: Math.min(this.view.lastFrame, last) };
    this.#places.span.textContent = `${this.view.words(this.#span.first)} to ${this.view.words(this.#span.last)}`;
  }

  #showMore() {
    this.#buttons.blurring.hidden = this.#more.length === 0;
    this.#places.added.replaceChildren(
      ...this.#more.map((span) => {
        const words = `${this.view.nameOf(span.camera_id)}, ${this.view.words(span.first)} to ${this.view.words(span.last)}`;
        const drop = () => {
          this.#more = this.#more.filter((each) => each !== span);
          this.#showMore();
        };
        return make("li", {}, make("span", { text: words }), makePushButton(drop, { text: "Remove", "aria-label": `Remove the box ${words}` }));
      }),
    );
  }

  /** By frame: 1 where it was on screen, or has no picture to look at. */
  #seenHere() {
    const { cameraId, recording } = this.view;
    const seen = this.#seen.get(cameraId) ?? new Uint8Array(recording.frame_count);
    this.#seen.set(cameraId, seen);
    for (const [first, end] of this.view.gapsHere) seen.fill(1, first, end);
    return seen;
  }

  #meetFrame(/** @type {number} */ frame, /** @type {number} */ before) {
    const seen = this.#seenHere();
    const isOn = this.view.playback.isPlaying && before >= 0 && frame > before && frame - before <= MOST_JUMP;
    seen.fill(1, isOn ? before : frame, frame + 1);
    if (this.view.playback.isPlaying && this.layer.box) this.layer.show(null, "more");
    this.#showSpots();
    this.#showButtons();
    if (frame >= this.view.lastFrame - 1 && this.#buttons.confirming.disabled) this.view.say("Some moments went by too fast to count. Press Check at 4× again.");
  }

  #showButtons() {
    if (!this.view) return;
    const seen = this.#seenHere();
    const share = seen.reduce((sum, each) => sum + each, 0) / seen.length;
    const isConfirmed = this.working.confirmed.includes(this.view.cameraId);
    this.#places.seen.textContent = isConfirmed ? "Confirmed" : `Seen: ${Math.floor(share * 100)}%`;
    this.#buttons.confirming.hidden = isConfirmed;
    this.#buttons.confirming.disabled = this.#isWorking || share < ENOUGH;
    this.#buttons.confirming.title = share < ENOUGH ? "First look at all of this camera" : "";
    for (const button of [this.#buttons.checking, this.#buttons.blurring, this.#buttons.adding]) button.disabled = this.#isWorking;
  }
}

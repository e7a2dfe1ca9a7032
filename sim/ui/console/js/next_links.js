/**
 * Links to the cameras on which a person appears next who leaves the main picture: small signs in the picture, and where
 * people use their fingers a row of buttons below it, so that a tap on the picture always means what is in it.
 */

import { findFocus, make, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { findAnchor, findClock, placeApart } from "./link_places.js";

const STORAGE_KEY = "sightline-links";
const BOUNDS_PX = { side: 6, top: 38, bottom: 6 };
const SLACK_PX = 2;
const PREVIEW_GAP_PX = 6;
const AT_ONCE_S = 1;
const BESIDE_PX = 4;
const REPEAT_SHARE = 0.3;
const NARROW_PX = 560;
const FINGERS = matchMedia("(pointer: coarse)");

/**
 * A link to a camera, from a place of the picture.
 * @typedef {object} Link
 * @property {string} cameraId
 * @property {number} number its number key's place
 * @property {string} name
 * @property {string} when
 * @property {number} walkingS
 * @property {LinkZone} zone
 * @property {XY} anchor shares of the picture
 */

/** @typedef {Link & XY & {button: HTMLButtonElement}} PlacedLink `x` and `y` are pixels of the stage */
/** @typedef {XY & Size} Boxed */

export class NextLinks {
  /** @type {KeyActions|undefined} */
  actions;
  /** @type {string|null|undefined} */
  cameraId;
  /** @type {HTMLCanvasElement} */
  canvas;
  /** @type {PlacedLink[]} */
  #links = [];
  /** @type {HTMLButtonElement[]} */
  #row = [];
  /** @type {PlacedLink|null} */
  #shown = null;
  #placed = "";
  /** @type {boolean} */
  #isOn;
  /** @type {(isOn: boolean) => void} */
  #showState = () => {};

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { parts, data, deviceStorage } = console_;
    this.#isOn = deviceStorage.getItem(STORAGE_KEY) !== "off";
    this.layer = make("div", { class: "links", "data-part": "links", role: "group", "aria-label": "Links to the next camera" });
    this.row = make("div", { class: "link-row", "data-part": "linkRow", role: "group", "aria-label": "Next cameras" });
    this.preview = make("div", { class: "link-preview", "data-part": "linkPreview", "aria-hidden": "true", hidden: true });
    parts.picture.after(this.layer, this.row, this.preview);
    this.isOffered = data.profile.links !== false && !data.replay;
    if (!this.isOffered) return;
    this.actions = { nextLink: () => this.#focusNext() };
    this.#showState = console_.tools.add({ name: "links", icon: "link", label: "Links to the next camera", run: () => this.#toggle() });
    this.#showState(this.#isOn);
    FINGERS.addEventListener("change", () => this.#build());
  }

  /** Another main picture: its own links. @param {string|null} cameraId */
  setCamera(cameraId) {
    if (cameraId === this.cameraId) return;
    this.cameraId = cameraId;
    this.#build();
  }

  tick() {
    if (!this.#links.length) return;
    this.#place();
    if (this.#shown) this.#drawPreview();
  }

  #toggle() {
    this.#isOn = !this.#isOn;
    this.console.deviceStorage.setItem(STORAGE_KEY, this.#isOn ? "on" : "off");
    this.#showState(this.#isOn);
    this.#build();
    this.console.sayings.toast(this.#isOn ? "Links to the next camera are shown" : "Links to the next camera are hidden");
  }

  #build() {
    this.#hidePreview();
    const { data, parts } = this.console;
    const isShown = this.isOffered && this.#isOn;
    const zones = isShown ? (data.links?.[this.cameraId ?? ""] ?? []) : [];
    /** @param {NextCamera} camera */
    const known = (camera) => data.recording.cameras.some((each) => each.camera_id === camera.camera_id);
    this.#links = [];
    for (const zone of zones) {
      for (const [place, next] of zone.cameras.filter(known).entries()) {
        const link = this.#makeLink(zone, next);
        if (this.#links.some((each) => isRepeated(each, link))) continue;
        link.button.dataset.second = String(place > 0 && this.#links.at(-1)?.zone === zone);
        this.#links.push(link);
      }
    }
    this.layer.replaceChildren(...this.#links.map((link) => link.button));
    parts.stage.dataset.linkRow = String(isShown && FINGERS.matches && Boolean(this.cameraId));
    this.#fillRow();
    this.#placed = "";
  }

  /** One button a camera, soonest first; the signs in the picture are then for the eye alone. */
  #fillRow() {
    this.#row = [];
    for (const link of this.#links) link.button.inert = FINGERS.matches;
    if (!FINGERS.matches) return this.row.replaceChildren();
    const soonest = [...this.#links].sort((a, b) => a.walkingS - b.walkingS);
    const cameras = soonest.filter((link, place) => soonest.findIndex((each) => each.cameraId === link.cameraId) === place);
    this.#row = cameras.map((link) => this.#makeButton("link-chip", link));
    const none = this.cameraId && make("span", { class: "link-none", text: "No next camera is known from here" });
    return this.row.replaceChildren(...(this.#row.length ? [make("span", { class: "link-say", text: "Next" }), ...this.#row] : [none || ""]));
  }

  /** @param {string} kind @param {Link} link */
  #makeButton(kind, { cameraId, number, name, when, zone }) {
    const arrow = make("span", { class: "link-arrow", style: `--turn:${zone.turn_deg}deg`, "aria-hidden": "true" }, makeIcon("arrowRight"));
    const button = make(
      "button",
      { type: "button", class: kind, "data-link": cameraId, "aria-label": `Next camera ${number}, ${name}, ${when}` },
      arrow,
      make("span", { class: "link-number", text: String(number) }),
      make("span", { class: "link-name", text: name }),
    );
    button.addEventListener("click", () => this.#open(cameraId));
    return button;
  }

  /** @param {LinkZone} zone @param {NextCamera} next */
  #makeLink(zone, { camera_id: cameraId, walking_s: walkingS }) {
    const { picture } = this.console;
    const number = must(picture.wall.numbers.get(cameraId));
    const to = { cameraId, number, name: picture.nameOf(cameraId), when: sayWalk(walkingS), walkingS, zone, anchor: findAnchor(zone) };
    const link = { ...to, x: 0, y: 0, button: this.#makeButton("link", to) };
    for (const kind of ["pointerenter", "focus"]) link.button.addEventListener(kind, (event) => this.#showPreview(link, event));
    for (const kind of ["pointerleave", "blur"]) link.button.addEventListener(kind, () => this.#hidePreview());
    return link;
  }

  /** @param {string} cameraId */
  #open(cameraId) {
    if (!this.console.isLive) return;
    this.console.send("link", { camera_id: cameraId });
    this.console.focus(cameraId);
  }

  #focusNext() {
    const open = FINGERS.matches ? this.#row : this.#links.map((link) => link.button).filter((button) => !button.hidden);
    if (!open.length) return false;
    const index = open.indexOf(/** @type {HTMLButtonElement} */ (findFocus(this.layer)));
    open[(index + 1) % open.length].focus();
    return true;
  }

  /** Over the picture as it is now; what the closer look leaves out is not there. */
  #place() {
    const stage = this.console.parts.stage.getBoundingClientRect();
    const picture = this.console.parts.picture.getBoundingClientRect();
    const signature = [picture.left - stage.left, picture.top - stage.top, picture.width, picture.height, stage.width, stage.height].map(Math.round).join();
    if (signature === this.#placed) return;
    this.#placed = signature;
    const left = Math.max(0, picture.left - stage.left);
    const top = Math.max(0, picture.top - stage.top);
    const right = Math.min(stage.width, picture.right - stage.left);
    const bottom = Math.min(stage.height, picture.bottom - stage.top);
    for (const link of this.#links) {
      link.x = picture.left - stage.left + link.anchor.x * picture.width;
      link.y = picture.top - stage.top + link.anchor.y * picture.height;
      const isSpare = link.button.dataset.second === "true" && picture.width < NARROW_PX;
      const isInside = link.x >= left - SLACK_PX && link.x <= right + SLACK_PX && link.y >= top - SLACK_PX && link.y <= bottom + SLACK_PX;
      link.button.hidden = !isInside || isSpare;
    }
    const open = this.#links.filter((link) => !link.button.hidden);
    const boxes = open.map(({ x, y, button }) => ({ x, y, width: button.offsetWidth, height: button.offsetHeight }));
    open.forEach((link, index) => link.button.dataset.second === "true" && setBeside(boxes[index - 1], boxes[index], link.anchor));
    const bounds = { left: left + BOUNDS_PX.side, top: top + BOUNDS_PX.top, right: right - BOUNDS_PX.side, bottom: bottom - BOUNDS_PX.bottom };
    const whole = { left: picture.left - stage.left, top: picture.top - stage.top, right: picture.right - stage.left, bottom: picture.bottom - stage.top };
    placeApart(boxes, bounds, [findClock(whole)]).forEach((place, index) => {
      open[index].button.style.left = `${place.left}px`;
      open[index].button.style.top = `${place.top}px`;
    });
  }

  /** @param {PlacedLink} link @param {Event} event */
  #showPreview(link, event) {
    if ("pointerType" in event && event.pointerType === "touch") return;
    this.#shown = link;
    this.canvas = make("canvas", { width: 320, height: 180 });
    this.preview.replaceChildren(this.canvas, make("span", { class: "link-words" }, make("strong", { text: link.name }), make("span", { text: link.when })));
    this.preview.hidden = false;
    this.#drawPreview();
    const { stage } = this.console.parts;
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = link.button;
    const { offsetWidth: width, offsetHeight: height } = this.preview;
    const left = Math.min(Math.max(6, offsetLeft + offsetWidth / 2 - width / 2), stage.clientWidth - width - 6);
    const below = offsetTop + offsetHeight + PREVIEW_GAP_PX;
    const top = below + height <= stage.clientHeight ? below : offsetTop - height - PREVIEW_GAP_PX;
    this.preview.style.left = `${left}px`;
    this.preview.style.top = `${Math.max(0, top)}px`;
  }

  #drawPreview() {
    this.canvas.hidden = !this.console.picture.drawTile(this.canvas, must(this.#shown).cameraId);
  }

  #hidePreview() {
    this.#shown = null;
    this.preview.hidden = true;
  }
}

/**
 * The second link of a zone: below the first, at the picture's lower edge to the right of it.
 * @param {Boxed|undefined} first
 * @param {Boxed} second
 * @param {XY} anchor
 */
function setBeside(first, second, anchor) {
  if (!first) return;
  if (anchor.y < 1) first.y -= second.height + BESIDE_PX;
  else {
    const [left, right] = [first.width, second.width];
    first.x -= (right + BESIDE_PX) / 2;
    second.x += (left + BESIDE_PX) / 2;
  }
}

/** Whether two links lead to one camera from about the same place. @param {Link} a @param {Link} b */
function isRepeated(a, b) {
  return a.cameraId === b.cameraId && Math.hypot(a.anchor.x - b.anchor.x, a.anchor.y - b.anchor.y) < REPEAT_SHARE;
}

/** When a person is there, in words. @param {number} walkingS */
export function sayWalk(walkingS) {
  return walkingS < AT_ONCE_S ? "in view at once" : `there in about ${Math.round(walkingS)} s`;
}

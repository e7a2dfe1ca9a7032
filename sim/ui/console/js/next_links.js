/**
 * The cameras on which a person appears next who leaves the main picture: a row of buttons below it, so that nothing
 * covers anybody. The one that is pointed at shows where in the picture people leave for it, and what it shows now.
 */

import { clamp, findFocus, make, makePushButton, must } from "./dom.js";
import { makeIcon } from "./icons.js";

const STORAGE_KEY = "sightline-links";
const PREVIEW_GAP_PX = 6;
const AT_ONCE_S = 1;
const EDGE_SHARE = 0.2;
const INSIDE = 0.03;

/**
 * A link to a camera, from a place of the picture.
 * @typedef {{cameraId: string, name: string, when: string, zone: LinkZone, button: HTMLButtonElement}} Link
 */

export class NextLinks {
  /** @type {KeyActions|undefined} */ actions;
  /** @type {string|null|undefined} */ cameraId;
  /** @type {Link[]} */ #links = [];
  /** @type {Link|null} */ #shown = null;
  /** @type {boolean} */ #isOn;
  /** @type {(isOn: boolean) => void} */ #showState = () => {};

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts, data, deviceStorage } = console_;
    this.#isOn = deviceStorage.getItem(STORAGE_KEY) !== "off";
    this.row = make("div", { class: "link-row", "data-part": "linkRow", role: "group", "aria-label": "Next cameras" });
    this.sign = make("span", { class: "link-sign", "data-part": "linkSign", "aria-hidden": "true", hidden: true }, makeIcon("arrowRight"));
    this.canvas = make("canvas", { width: 320, height: 180 });
    this.preview = make("div", { class: "link-preview", "data-part": "linkPreview", "aria-hidden": "true", hidden: true });
    parts.marks.after(this.sign);
    parts.picture.after(this.row, this.preview);
    this.isOffered = data.profile.links !== false && !data.replay;
    if (!this.isOffered) return;
    this.actions = { nextLink: () => this.#focusNext() };
    this.#showState = console_.tools.add({ name: "links", icon: "link", label: "Next cameras below the picture", run: () => this.#toggle() });
    this.#showState(this.#isOn);
  }

  setCamera(/** @type {string|null} */ cameraId) {
    if (cameraId === this.cameraId) return;
    this.cameraId = cameraId;
    this.#build();
  }

  tick() {
    if (this.#shown) this.#drawPreview(this.#shown);
  }

  #toggle() {
    this.#isOn = !this.#isOn;
    this.console.deviceStorage.setItem(STORAGE_KEY, this.#isOn ? "on" : "off");
    this.#showState(this.#isOn);
    this.#build();
    this.console.sayings.toast(`The next cameras are ${this.#isOn ? "shown" : "hidden"}`);
  }

  /** One button a camera, soonest first. */
  #build() {
    this.#hidePreview();
    const { data, parts } = this.console;
    const isShown = this.isOffered && this.#isOn;
    const zones = isShown ? (data.links?.[this.cameraId ?? ""] ?? []) : [];
    const ways = zones.flatMap((zone) => zone.cameras.map((camera) => ({ zone, camera })));
    const known = ways.filter(({ camera }) => data.recording.cameras.some((each) => each.camera_id === camera.camera_id));
    const soonest = known.sort((a, b) => a.camera.walking_s - b.camera.walking_s);
    const first = soonest.filter(({ camera }, place) => soonest.findIndex((each) => each.camera.camera_id === camera.camera_id) === place);
    this.#links = first.map(({ zone, camera }) => this.#makeLink(zone, camera));
    parts.stage.dataset.linkRow = String(isShown && Boolean(this.cameraId));
    const none = this.cameraId && isShown ? make("span", { class: "link-none", text: "No next camera is known from here" }) : "";
    const say = make("span", { class: "link-say", text: "Next" });
    this.row.replaceChildren(...(this.#links.length ? [say, ...this.#links.map((link) => link.button)] : [none]));
    this.row.scrollLeft = 0;
  }

  #makeLink(/** @type {LinkZone} */ zone, /** @type {NextCamera} */ { camera_id: cameraId, walking_s: walkingS }) {
    const { picture } = this.console;
    const number = must(picture.wall.numbers.get(cameraId));
    const [name, when] = [picture.nameOf(cameraId), walkingS < AT_ONCE_S ? "in view at once" : `there in about ${Math.round(walkingS)} s`];
    const arrow = make("span", { class: "link-arrow", style: `--turn:${zone.turn_deg}deg`, "aria-hidden": "true" }, makeIcon("arrowRight"));
    const button = makePushButton(
      () => this.#open(cameraId),
      { class: "link-chip", "data-link": cameraId, "aria-label": `Next camera ${number}, ${name}, ${when}` },
      arrow,
      make("span", { class: "link-number", text: String(number) }),
      make("span", { text: name.replaceAll("-", "\u2011") }), // two lines at most on a phone
    );
    const link = { cameraId, name, when, zone, button };
    // A button that comes under a pointer at rest, after a press, shows nothing: only one that is pointed at does.
    button.addEventListener("pointermove", (event) => event.pointerType !== "touch" && (event.movementX || event.movementY) && this.#showPreview(link));
    button.addEventListener("focus", () => this.#showPreview(link));
    for (const kind of ["pointerleave", "blur"]) button.addEventListener(kind, () => this.#hidePreview());
    return link;
  }

  #open(/** @type {string} */ cameraId) {
    if (!this.console.isLive) return;
    this.console.send("link", { camera_id: cameraId });
    this.console.focus(cameraId);
  }

  #focusNext() {
    const open = this.#links.map((link) => link.button);
    if (!open.length) return false;
    const index = open.indexOf(/** @type {HTMLButtonElement} */ (findFocus(this.row)));
    open[(index + 1) % open.length].focus();
    return true;
  }

  #showPreview(/** @type {Link} */ link) {
    if (this.#shown === link) return;
    this.#shown = link;
    const { x, y } = findAnchor(link.zone);
    const [across, down] = [clamp(x, INSIDE, 1 - INSIDE), clamp(y, INSIDE, 1 - INSIDE)];
    this.sign.style.cssText = `left:${100 * across}%;top:${100 * down}%;--turn:${link.zone.turn_deg}deg`;
    this.preview.replaceChildren(this.canvas, make("span", { class: "link-words" }, make("strong", { text: link.name }), make("span", { text: link.when })));
    this.sign.hidden = this.preview.hidden = false;
    this.#drawPreview(link);
    const { stage } = this.console.parts;
    const { offsetLeft, offsetWidth } = link.button;
    const { offsetWidth: width, offsetHeight: height } = this.preview;
    const top = Math.max(0, this.row.offsetTop - height - PREVIEW_GAP_PX);
    const most = Math.max(PREVIEW_GAP_PX, stage.clientWidth - width - PREVIEW_GAP_PX);
    const middle = offsetLeft - this.row.scrollLeft + offsetWidth / 2;
    let left = clamp(middle - width / 2, PREVIEW_GAP_PX, most);
    const [sign, around] = [this.sign.getBoundingClientRect(), stage.getBoundingClientRect()];
    const [from, to] = [sign.left - around.left, sign.right - around.left];
    // beside the sign, never over it
    if (sign.bottom - around.top > top && to > left && from < left + width) left = to <= most ? to : Math.max(0, from - width);
    this.preview.style.left = `${left}px`;
    this.preview.style.top = `${top}px`;
  }

  #drawPreview(/** @type {Link} */ { cameraId }) {
    this.canvas.hidden = !this.console.picture.drawTile(this.canvas, cameraId);
  }

  #hidePreview() {
    this.#shown = null;
    this.sign.hidden = this.preview.hidden = true;
  }
}

/**
 * Where in the picture people leave: on the edge for a zone that is near one, else over the head of anyone who leaves.
 * @returns {{x: number, y: number}} shares of the picture
 */
export function findAnchor(/** @type {{x: number, y: number, above_y: number}} */ { x, y, above_y: aboveY }) {
  const over = clamp(Math.min(aboveY, y), 0, 1);
  const sides = [
    { away: x, at: { x: 0, y: over } },
    { away: 1 - x, at: { x: 1, y: over } },
    { away: 1 - y, at: { x, y: 1 } },
  ];
  const nearest = sides.reduce((best, side) => (side.away < best.away ? side : best));
  return nearest.away < EDGE_SHARE ? nearest.at : { x, y: over };
}

/** Finding a camera by a part of its name or by its number, without looking for it on wall or plan. */

import { make } from "./dom.js";

/** @typedef {{number: number, camera_id: string, name: string, floor: string}} FoundCamera `floor` in words, "" where there is one */

/** Cameras that a typed text may mean, the likeliest first; all of them for no text. */
export function findCameras(/** @type {FoundCamera[]} */ cameras, /** @type {string} */ text) {
  const words = splitWords(text);
  const ranked = cameras.map((camera) => ({ camera, rank: Math.max(...words.map((word) => rankWord(camera, word)), 0) }));
  return ranked
    .filter(({ rank }) => rank < NO_MATCH)
    .sort((a, b) => a.rank - b.rank)
    .map(({ camera }) => camera);
}

const NO_MATCH = 4;

function splitWords(/** @type {string} */ text) {
  return text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

/** 0 for the number, 1 for the start of a word, 2 for the inside of one, 3 for a number that begins so, 4 for none. */
function rankWord(/** @type {{number: number, camera_id: string, name: string}} */ { number, camera_id: cameraId, name }, /** @type {string} */ word) {
  const numbers = [String(number), ...splitWords(cameraId)];
  if (numbers.some((each) => each === word || Number(each) === Number(word))) return 0;
  const parts = splitWords(name);
  if (parts.some((part) => part.startsWith(word))) return 1;
  if (parts.some((part) => part.includes(word))) return 2;
  return numbers.some((each) => each.startsWith(word)) ? 3 : NO_MATCH;
}

export function listCameras(/** @type {Site} */ site, /** @type {Map<string, number>} */ numbers, /** @type {(cameraId: string) => string} */ nameOf) {
  const floors = new Map(site.floors.map(({ floor_id: floorId, name }) => [floorId, name]));
  const floorOf = new Map(site.cameras.map((camera) => [camera.camera_id, floors.get(camera.floor)]));
  return [...numbers].map(([cameraId, number]) => ({
    number,
    camera_id: cameraId,
    name: nameOf(cameraId),
    floor: floors.size > 1 ? (floorOf.get(cameraId) ?? "") : "",
  }));
}

export class CameraFinder {
  /** @type {FoundCamera[]} */ #matches = [];
  #active = 0;

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts, picture, data } = console_;
    this.parts = parts;
    this.cameras = listCameras(data.site, picture.wall.numbers, (cameraId) => picture.nameOf(cameraId));
    this.actions = { findCamera: () => this.open() };
    const { finderField, finderOpen, finderTab, finderClose, finderSheet } = parts;
    for (const button of [finderOpen, finderTab]) button.addEventListener("click", () => this.open());
    finderClose.addEventListener("click", () => finderSheet.close());
    finderField.addEventListener("input", () => this.#search());
    finderField.addEventListener("keydown", (event) => this.#key(event));
  }

  open() {
    const { finderField, finderSheet } = this.parts;
    if (finderSheet.open) return;
    finderField.value = "";
    this.#search();
    finderSheet.showModal();
    finderField.focus();
  }

  #search() {
    const { finderField, finderList, finderNone } = this.parts;
    this.#matches = findCameras(this.cameras, finderField.value);
    finderList.replaceChildren(...this.#matches.map((camera, place) => this.#makeRow(camera, place)));
    finderNone.hidden = this.#matches.length > 0;
    this.#setActive(0);
  }

  #makeRow(/** @type {FoundCamera} */ camera, /** @type {number} */ place) {
    const row = make(
      "li",
      { role: "option", id: `finder-${place}`, class: "finder-row", "data-camera": camera.camera_id },
      make("span", { class: "finder-number", text: String(camera.number) }),
      make("span", { class: "finder-name", text: camera.name }),
      make("span", { class: "finder-floor", text: camera.floor }),
    );
    row.addEventListener("click", () => this.#choose(camera));
    return row;
  }

  #setActive(/** @type {number} */ place) {
    const { finderField, finderList } = this.parts;
    this.#active = place;
    [...finderList.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === place)));
    const row = finderList.children[place];
    if (row) finderField.setAttribute("aria-activedescendant", row.id);
    else finderField.removeAttribute("aria-activedescendant");
    row?.scrollIntoView({ block: "nearest" });
  }

  #key(/** @type {KeyboardEvent} */ event) {
    const last = this.#matches.length - 1;
    if (event.key === "ArrowDown") this.#setActive(Math.min(last, this.#active + 1));
    else if (event.key === "ArrowUp") this.#setActive(Math.max(0, this.#active - 1));
    else if (event.key === "Enter" && last >= 0) this.#choose(this.#matches[this.#active]);
    else return;
    event.preventDefault();
  }

  #choose(/** @type {FoundCamera} */ camera) {
    const text = this.parts.finderField.value;
    this.parts.finderSheet.close();
    this.console.send("find", { camera_id: camera.camera_id, text });
    this.console.focus(camera.camera_id);
  }
}

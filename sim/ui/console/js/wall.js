/** The wall: camera names in little room, how many tiles there are at a time, and the tiles. */

import { findFocus, getPen, listChildren, make, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { paintPart } from "./pixels.js";

/** Of a longer beginning the first letter always shows, and the dots after it. */
const SHORT = 3;

/**
 * Split every name into what may be cut and the end that stays. The end is as short as it can be while no other name
 * has the same first letter and the same end: of "Main street west" and "Main street far west" the ends are "street
 * west" and "far west".
 * @returns {Map<string, [string, string]>} by name: the beginning with its last space, "" for none, and the end
 */
export function splitNames(/** @type {string[]} */ names) {
  const all = [...new Set(names)];
  return new Map(all.map((name) => [name, splitName(name, all)]));
}

/** @param {string} name @param {string[]} all @returns {[string, string]} */
function splitName(name, all) {
  const words = name.split(" ");
  for (let kept = 1; kept < words.length; kept++) {
    const end = words.slice(-kept).join(" ");
    const isClear = all.every((other) => other === name || other[0] !== name[0] || !` ${other}`.endsWith(` ${end}`));
    if (isClear) return [name.slice(0, -end.length), end];
  }
  return words.length > 1 ? [`${words[0]} `, words.slice(1).join(" ")] : ["", name];
}

/** The parts of an element that shows a name, cut in its middle where there is too little room. */
export function makeNameParts(/** @type {[string, string]} */ [beginning, end]) {
  const first = beginning ? [make("span", { class: beginning.length > SHORT ? "name-begin name-long" : "name-begin", text: beginning })] : [];
  return [...first, make("span", { class: "name-end", text: end })];
}

export const LAYOUTS = [
  { name: "1", tiles: 1, words: "1 camera", long: "one camera at a time" },
  { name: "2x2", tiles: 4, words: "4 cameras", long: "4 cameras at a time" },
  { name: "3x3", tiles: 9, words: "9 cameras", long: "9 cameras at a time" },
  { name: "4x4", tiles: 16, words: "16 cameras", long: "16 cameras at a time" },
];

const PHONE_COLUMNS = 2;
const LEAST_ROWS = 2;
const MOST_ROWS = 4;
const MOST_IN_A_ROW = 4;
/** A row of a phone may be this much flatter than its pictures, which then have a margin at their sides. */
const FLATTEST = 0.85;

/**
 * What a phone shows at a time, whatever the layout: two columns, and two to four rows where there is the height; of a
 * few cameras one row, where that makes their pictures larger than two flat ones.
 * @param {number} width pixels there are
 * @param {number} height
 * @param {number} ratio a picture's width by its height
 * @param {number} [cameras] how many there are
 */
export function fitPhone(width, height, ratio, cameras = Infinity) {
  const inOneRowPx = Math.min(height, width / cameras / ratio);
  if (cameras <= MOST_IN_A_ROW && height > 0 && inOneRowPx > Math.min(height / LEAST_ROWS, width / PHONE_COLUMNS / ratio)) {
    return { name: `${cameras}x1`, tiles: cameras, columns: cameras, words: `${cameras}×1`, long: `${cameras} in a row` };
  }
  const rowPx = (Math.max(1, width) / PHONE_COLUMNS / ratio) * FLATTEST;
  const rows = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, Math.floor(height / rowPx)));
  const tiles = PHONE_COLUMNS * rows;
  return { name: `${PHONE_COLUMNS}x${rows}`, tiles, columns: PHONE_COLUMNS, words: `${PHONE_COLUMNS}×${rows}`, long: `${PHONE_COLUMNS} by ${rows}` };
}

/** The layout that a wall begins with: the smallest square that holds so many cameras, or the largest there is. */
export function chooseLayout(/** @type {number} */ cameras, /** @type {Layout[]} */ layouts) {
  return layouts.find((each) => each.tiles > 1 && each.tiles >= cameras) ?? must(layouts.at(-1));
}

export function findLayout(/** @type {string|undefined} */ name, /** @type {Layout[]} */ layouts, /** @type {Layout} */ usual) {
  return layouts.find((each) => each.name === name) ?? usual;
}

function makeTiles(/** @type {Recording} */ recording, /** @type {(cameraId: string) => void} */ onChoose) {
  const cameras = new Map(recording.cameras.map((camera) => [camera.camera_id, camera]));
  const splits = splitNames(recording.cameras.map((camera) => camera.name));
  /** @type {Tile[]} */ const tiles = [];
  recording.walls.forEach((wall, wallIndex) => {
    const [width, height] = wall.tile_wh;
    wall.cameras.forEach((cameraId, place) => {
      const camera = cameras.get(cameraId);
      if (!camera) return;
      const crop = [(place % wall.columns) * width, Math.floor(place / wall.columns) * height, width, height];
      const { number, name } = camera;
      const { button, pen } = makeTile({ number, cameraId, name, split: must(splits.get(name)), crop });
      button.addEventListener("click", () => onChoose(cameraId));
      tiles.push({ cameraId, number, wallIndex, crop, button, pen });
    });
  });
  return tiles;
}

/** @param {{number: number, cameraId: string, name: string, split: [string, string], crop: Part}} tile */
function makeTile({ number, cameraId, name, split, crop }) {
  const canvas = make("canvas", { width: crop[2], height: crop[3], "aria-hidden": "true" });
  const label = make("span", { class: "tile-label" }, make("span", { class: "tile-number", text: String(number) }), make("span", { class: "name" }, ...makeNameParts(split)));
  const words = { "data-camera": cameraId, "aria-label": `Camera ${number}, ${name}: show large` };
  const shown = make("span", { class: "tile-shown" }, makeIcon("grow"));
  const button = make("button", { type: "button", class: "tile", "aria-pressed": "false", ...words }, canvas, label, shown);
  return { button, pen: getPen(canvas, { alpha: false }) };
}

const TILE_GAP_PX = 4;

/** Every camera has one tile. A wide screen shows one page of them; a phone has pages that are swiped. */
export class Wall {
  /** @type {Map<string, Tile>} */ #tiles = new Map();
  /** @type {Tile[]} */ #order = [];
  /** @type {Tile[]} */ #shown = [];
  /** @type {Layout} */ #layout = must(LAYOUTS.at(-1));
  #page = 0;
  #pageTiles = 0;
  /** @type {Set<Tile>} */ #drawn = new Set();

  constructor(/** @type {{parts: Parts, recording: Recording, onChoose: (cameraId: string) => void}} */ { parts, recording, onChoose }) {
    this.parts = parts;
    this.#order = makeTiles(recording, onChoose);
    for (const tile of this.#order) this.#tiles.set(tile.cameraId, tile);
    const [width, height] = recording.walls[0].tile_wh;
    this.ratio = width / height;
    parts.wallPages.style.setProperty("--tile-ratio", String(this.ratio));
    parts.console.dataset.tiles = this.#order.length > 12 ? "many" : "few";
    this.sizes = new ResizeObserver(() => {
      this.#fit();
      this.onVisible();
    });
    this.sizes.observe(parts.wallPages);
    parts.wallPages.addEventListener("scroll", () => this.#noteScroll(), { passive: true });
    parts.wallBack.addEventListener("click", () => this.turn(-1));
    parts.wallForward.addEventListener("click", () => this.turn(1));
    this.arrange({ cameraIds: this.cameraIds, layout: this.#layout });
  }

  /** Tiles are drawn by somebody else, not from the mosaic, and show no footage that runs. */
  isStill = false;

  /** Tiles need their pictures; WebKit shows a canvas that was resized or moved black until it is drawn on again. */
  onVisible = () => {};

  onTurn = () => {};

  get cameraIds() { return this.#order.map((tile) => tile.cameraId); }
  get numbers() { return new Map(this.#order.map((tile) => [tile.cameraId, tile.number])); }
  get arrangedCameraIds() { return this.#shown.map((tile) => tile.cameraId); }

  /** How many tiles are shown at a time: one of LAYOUTS. */
  get layout() {
    const { clientWidth, clientHeight } = this.parts.wallPages;
    return this.#isSwiped ? fitPhone(clientWidth, clientHeight, this.ratio, this.#shown.length) : this.#layout;
  }

  /** Cameras whose footage is on screen now; none while a phone shows plan or marks instead of the wall. */
  get visibleCameraIds() {
    if (this.isStill || getComputedStyle(this.parts.wall).visibility === "hidden") return [];
    return this.#tilesOf(this.#pageNow).map((tile) => tile.cameraId);
  }

  /** Cameras whose tiles need pictures now: those of the page, and of the next one while it is swiped in. */
  get drawnCameraIds() { return [...this.#drawn].map((tile) => tile.cameraId); }
  canvasOf(/** @type {string} */ cameraId) { return must(this.#tiles.get(cameraId)).pen.canvas; }
  get pageCount() { return Math.max(1, Math.ceil(this.#shown.length / this.#pageTiles)); }

  arrange(/** @type {{cameraIds: string[], layout: Layout}} */ { cameraIds, layout }) {
    const isSame = cameraIds.join() === this.arrangedCameraIds.join();
    const kept = isSame ? this.#keptId : this.#chosenId;
    this.#shown = cameraIds.map((cameraId) => must(this.#tiles.get(cameraId)));
    this.#layout = layout;
    this.#paginate(kept);
  }

  /** Another page, as many places on or back. Returns false at the first and the last one. @param {number} places */
  turn(places) {
    const page = this.#pageNow + places;
    if (page < 0 || page >= this.pageCount) return false;
    const isSmooth = this.#isSwiped && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (isSmooth) {
      const { wallPages } = this.parts;
      wallPages.scrollTo({ left: page * wallPages.clientWidth, behavior: "smooth" });
      return true;
    }
    this.#showPage(page);
    this.onTurn();
    return true;
  }

  draw(/** @type {number} */ wallIndex, /** @type {FootageScreen} */ screen) {
    if (this.isStill) return;
    for (const tile of this.#drawn) {
      if (tile.wallIndex === wallIndex) paintPart(tile.pen, screen, tile.crop);
    }
  }

  /**
   * Draw one camera's tile onto another canvas; returns the wall's screen it came from, or null while that shows nothing.
   * @param {HTMLCanvasElement} canvas
   * @param {string} cameraId
   * @param {FootageScreen[]} screens
   */
  drawTileOn(canvas, cameraId, screens) {
    const tile = this.#tiles.get(cameraId);
    const screen = tile && screens[tile.wallIndex];
    if (!tile || !screen?.source || this.isStill) return null;
    const [, , width, height] = tile.crop;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    paintPart(getPen(canvas, { alpha: false }), screen, tile.crop);
    return screen;
  }

  /** Show which camera is the main picture, and the page it is on. With null none is: the wall has its place. */
  setChosen(/** @type {string|null} */ cameraId) {
    const kept = this.#keptId;
    for (const tile of this.#order) tile.button.setAttribute("aria-pressed", String(tile.cameraId === cameraId));
    this.#fit();
    this.reveal(cameraId ?? kept);
  }

  focusTile(/** @type {string} */ cameraId) {
    this.#tiles.get(cameraId)?.button.focus({ preventScroll: true });
  }

  destroy() {
    this.sizes.disconnect();
  }

  /** What stays on screen when pages change: the chosen camera if it is, or else the first one. */
  get #keptId() {
    const ids = this.#tilesOf(this.#page).map((tile) => tile.cameraId);
    const chosen = this.#chosenId;
    return chosen !== undefined && ids.includes(chosen) ? chosen : ids[0];
  }

  get #chosenId() { return this.#order.find((tile) => tile.button.getAttribute("aria-pressed") === "true")?.cameraId; }
  get #isSwiped() { return getComputedStyle(this.parts.wall).getPropertyValue("--is-swiped").trim() === "1"; }

  get #pageNow() {
    const { wallPages } = this.parts;
    return this.#isSwiped ? Math.round(wallPages.scrollLeft / Math.max(1, wallPages.clientWidth)) : this.#page;
  }

  #tilesOf(/** @type {number} */ page) {
    return this.#shown.slice(page * this.#pageTiles, (page + 1) * this.#pageTiles);
  }

  #paginate(/** @type {string|undefined} */ keptId) {
    const { wallPages } = this.parts;
    const focused = findFocus(wallPages);
    this.#pageTiles = this.layout.tiles;
    const pages = Array.from({ length: this.pageCount }, (_, page) => {
      return make("div", { class: "wall-page" }, ...this.#tilesOf(page).map((tile) => tile.button));
    });
    wallPages.replaceChildren(...pages);
    if (wallPages.contains(focused)) focused?.focus({ preventScroll: true });
    this.#fit();
    this.#showPage(0);
    this.reveal(keptId);
    this.onVisible();
  }

  /** Choose the number of columns that makes the tiles largest in the space there is. */
  #fit() {
    if (this.#pageTiles !== this.layout.tiles) return this.#paginate(this.#keptId);
    const { clientWidth, clientHeight, style } = this.parts.wallPages;
    const { columns: phoneColumns = 2 } = this.layout;
    style.setProperty("--phone-columns", String(phoneColumns));
    style.setProperty("--rows", String(Math.ceil(this.#pageTiles / phoneColumns)));
    const count = Math.min(this.#pageTiles, this.#shown.length);
    let best = { columns: 1, width: 0 };
    for (let columns = 1; columns <= count; columns++) {
      const rows = Math.ceil(count / columns);
      const byWidth = (clientWidth - (columns - 1) * TILE_GAP_PX) / columns;
      // clientHeight may be rounded up, by half a pixel
      const byHeight = ((clientHeight - 0.5 - (rows - 1) * TILE_GAP_PX) / rows) * this.ratio;
      const width = Math.floor(Math.min(byWidth, byHeight));
      if (width > best.width) best = { columns, width };
    }
    style.setProperty("--columns", String(best.columns));
    style.setProperty("--tile-width", `${best.width}px`);
    if (this.#isSwiped) this.#showPage(this.#page);
  }

  reveal(/** @type {string|undefined} */ cameraId) {
    const place = this.#shown.findIndex((tile) => tile.cameraId === cameraId);
    if (place >= 0) this.#showPage(Math.floor(place / this.#pageTiles));
  }

  #showPage(/** @type {number} */ page) {
    const { wallPages } = this.parts;
    this.#page = page;
    listChildren(wallPages).forEach((each, index) => (each.dataset.away = String(index !== page)));
    if (this.#isSwiped && this.#pageNow !== page) wallPages.scrollTo({ left: page * wallPages.clientWidth, behavior: "instant" });
    this.#showState();
  }

  #noteScroll() {
    const page = this.#pageNow;
    if (this.#isSwiped && page !== this.#page) {
      this.#page = page;
      this.onTurn();
    }
    this.#showState();
  }

  #showState() {
    const { wall, wallPages, wallPage, wallPageNumber, wallBack, wallForward } = this.parts;
    const { length } = this.#shown;
    const page = this.#pageNow;
    const exact = this.#isSwiped ? wallPages.scrollLeft / Math.max(1, wallPages.clientWidth) : page;
    const drawn = new Set([Math.floor(exact), Math.ceil(exact)].flatMap((each) => this.#tilesOf(each)));
    const isNews = [...drawn].some((tile) => !this.#drawn.has(tile));
    this.#drawn = drawn;
    if (isNews) this.onVisible();
    const first = page * this.#pageTiles + 1;
    const last = Math.min(length, first + this.#pageTiles - 1);
    wall.dataset.pages = this.pageCount > 1 ? "many" : "one";
    wallPage.textContent = first === last ? `Camera ${first} of ${length}` : `Cameras ${first} to ${last} of ${length}`;
    wallPageNumber.textContent = `${page + 1}/${this.pageCount}`;
    wallBack.disabled = page <= 0;
    wallForward.disabled = page >= this.pageCount - 1;
  }
}

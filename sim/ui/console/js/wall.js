/** The wall: every camera's small picture, cut out of the mosaic and drawn tile by tile. */

import { make } from "./dom.js";
import { makeIcon } from "./icons.js";

const PAGE_TILES = 4;
const GROUP_TILES = 16;
const TILE_GAP_PX = 4;

/**
 * Tiles come in the order of the mosaics. On a wide screen up to 16 are shown at a time, a group; on a phone four, a
 * page that is swiped. Pages never straddle groups.
 */
export class Wall {
  #tiles = new Map();
  #order = [];
  #group = 0;

  /**
   * @param {object} options
   * @param {object} options.parts elements by `data-part`
   * @param {object} options.recording the recording of the console's data
   * @param {(cameraId: string) => void} options.onChoose
   * @param {() => boolean} options.isNarrow whether the wall is swiped page by page
   */
  constructor({ parts, recording, onChoose, isNarrow }) {
    Object.assign(this, { parts, recording, onChoose, isNarrow });
    this.#build();
    this.sizes = new ResizeObserver(() => this.#arrange());
    this.sizes.observe(parts.wallPages);
    this.visibility = new IntersectionObserver((entries) => this.#noteVisible(entries), { root: parts.wallPages });
    for (const tile of this.#order) this.visibility.observe(tile.button);
    parts.wallPages.addEventListener("scroll", () => this.#showPageNumber(), { passive: true });
    parts.wallBack.addEventListener("click", () => this.#turn(-1));
    parts.wallForward.addEventListener("click", () => this.#turn(1));
    parts.wall.dataset.groups = this.#groupCount > 1 ? "many" : "one";
    parts.console.dataset.tiles = this.#order.length > 12 ? "many" : "few";
    this.#showGroup(0);
  }

  /** Cameras in the order of their number keys. */
  get cameraIds() {
    return this.#order.map((tile) => tile.cameraId);
  }

  /** Cameras whose tiles are on screen now. */
  get visibleCameraIds() {
    return this.#order.filter((tile) => tile.isVisible).map((tile) => tile.cameraId);
  }

  /** Draw the tiles of one mosaic from the frame it is showing. */
  draw(wallIndex, source) {
    for (const tile of this.#order) {
      if (tile.wallIndex === wallIndex && tile.isVisible) tile.pen.drawImage(source, ...tile.crop, 0, 0, tile.crop[2], tile.crop[3]);
    }
  }

  /** Draw one camera's tile onto another canvas, as a stand-in until its main stream shows. */
  drawTileOn(canvas, cameraId, sources) {
    const tile = this.#tiles.get(cameraId);
    const source = tile && sources[tile.wallIndex];
    if (!source) return false;
    const [, , width, height] = tile.crop;
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d", { alpha: false }).drawImage(source, ...tile.crop, 0, 0, width, height);
    return true;
  }

  /** Show which camera is the main picture. */
  setChosen(cameraId) {
    for (const tile of this.#order) {
      const isChosen = tile.cameraId === cameraId;
      tile.button.setAttribute("aria-pressed", String(isChosen));
      if (isChosen) this.#reveal(tile);
    }
  }

  setReady() {
    this.parts.wall.dataset.loading = "false";
  }

  destroy() {
    this.sizes.disconnect();
    this.visibility.disconnect();
  }

  #build() {
    const names = new Map(this.recording.cameras.map((camera) => [camera.camera_id, camera.name]));
    let page = null;
    this.recording.walls.forEach((wall, wallIndex) => {
      const [width, height] = wall.tile_wh;
      wall.cameras.forEach((cameraId, place) => {
        if (this.#order.length % PAGE_TILES === 0) {
          page = make("div", { class: "wall-page", "data-group": String(Math.floor(this.#order.length / GROUP_TILES)) });
          this.parts.wallPages.append(page);
        }
        const crop = [(place % wall.columns) * width, Math.floor(place / wall.columns) * height, width, height];
        const tile = this.#makeTile({ cameraId, name: names.get(cameraId) ?? cameraId, wallIndex, crop });
        page.append(tile.button);
        this.#order.push(tile);
        this.#tiles.set(cameraId, tile);
      });
    });
    this.parts.wallPages.style.setProperty("--tile-ratio", this.#tileRatio());
  }

  #makeTile({ cameraId, name, wallIndex, crop }) {
    const number = this.#order.length + 1;
    const canvas = make("canvas", { width: crop[2], height: crop[3], "aria-hidden": "true" });
    const label = make("span", { class: "tile-label" }, make("span", { class: "tile-number", text: String(number) }), make("span", { text: name }));
    const shown = make("span", { class: "tile-shown" }, makeIcon("grow"));
    const button = make(
      "button",
      { type: "button", class: "tile", "aria-pressed": "false", "data-camera": cameraId, "aria-label": `Camera ${number}, ${name}: show large` },
      canvas,
      label,
      shown,
    );
    button.addEventListener("click", () => this.onChoose(cameraId));
    return { cameraId, wallIndex, crop, button, pen: canvas.getContext("2d", { alpha: false }), isVisible: true };
  }

  #tileRatio() {
    const [width, height] = this.recording.walls[0].tile_wh;
    return width / height;
  }

  get #groupCount() {
    return Math.ceil(this.#order.length / GROUP_TILES);
  }

  /** Choose the number of columns that makes the tiles largest in the space there is. */
  #arrange() {
    const { clientWidth, clientHeight } = this.parts.wallPages;
    const count = Math.min(GROUP_TILES, this.#order.length);
    const ratio = this.#tileRatio();
    let best = { columns: 1, width: 0 };
    for (let columns = 1; columns <= count; columns++) {
      const rows = Math.ceil(count / columns);
      const byWidth = (clientWidth - (columns - 1) * TILE_GAP_PX) / columns;
      const byHeight = ((clientHeight - (rows - 1) * TILE_GAP_PX) / rows) * ratio;
      const width = Math.floor(Math.min(byWidth, byHeight));
      if (width > best.width) best = { columns, width };
    }
    this.parts.wallPages.style.setProperty("--columns", best.columns);
    this.parts.wallPages.style.setProperty("--tile-width", `${best.width}px`);
    this.#showPageNumber();
  }

  #noteVisible(entries) {
    for (const entry of entries) {
      const tile = this.#tiles.get(entry.target.dataset.camera);
      tile.isVisible = entry.isIntersecting;
    }
    this.onVisible?.();
  }

  #turn(places) {
    const { wallPages } = this.parts;
    if (this.isNarrow()) wallPages.scrollBy({ left: places * wallPages.clientWidth, behavior: "smooth" });
    else this.#showGroup(this.#group + places);
  }

  #reveal(tile) {
    const { wallPages } = this.parts;
    const page = tile.button.parentElement;
    this.#showGroup(Number(page.dataset.group));
    if (this.isNarrow() && !tile.isVisible) wallPages.scrollTo({ left: page.offsetLeft - wallPages.offsetLeft, behavior: "smooth" });
  }

  #showGroup(group) {
    this.#group = group;
    for (const page of this.parts.wallPages.children) page.dataset.away = String(Number(page.dataset.group) !== group);
    this.#showPageNumber();
  }

  #showPageNumber() {
    const { wallPages, wallPage, wallBack, wallForward } = this.parts;
    const isNarrow = this.isNarrow();
    const count = this.#order.length;
    const size = isNarrow ? PAGE_TILES : GROUP_TILES;
    const page = isNarrow ? Math.round(wallPages.scrollLeft / Math.max(1, wallPages.clientWidth)) : this.#group;
    const first = page * size + 1;
    wallPage.textContent = `Cameras ${first} to ${Math.min(count, first + size - 1)} of ${count}`;
    wallBack.disabled = page <= 0;
    wallForward.disabled = first + size > count;
  }
}

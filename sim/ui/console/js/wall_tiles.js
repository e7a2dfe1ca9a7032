/** The tiles of the wall: one a camera, with its number, its name and a canvas for its picture. */

import { makeNameParts, splitNames } from "./camera_names.js";
import { getPen, make, must } from "./dom.js";
import { makeIcon } from "./icons.js";

/**
 * Make a tile for every camera that the drill shows, in the order of the mosaics.
 *
 * @param {Recording} recording the recording of the console's data
 * @param {(cameraId: string) => void} onChoose
 * @returns {Tile[]} `number` is what the camera is called; `crop` is the tile's x, y, width and height in its mosaic, pixels
 */
export function makeTiles(recording, onChoose) {
  const cameras = new Map(recording.cameras.map((camera) => [camera.camera_id, camera]));
  const splits = splitNames(recording.cameras.map((camera) => camera.name));
  /** @type {Tile[]} */
  const tiles = [];
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

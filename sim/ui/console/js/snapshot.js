/** Snapshot: the main picture as a file, with camera, time and what it is written below it. */

import { getPen, must } from "./dom.js";

const BAND_SHARE = 0.06;
const JPEG_QUALITY = 0.92;
const NOTICE = "Sightline simulated footage";

export class Snapshot {
  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    this.actions = { snapshot: () => this.take() };
    console_.tools.add({ name: "snapshot", icon: "snapshot", label: "Save the picture as a file", key: "S", isNear: true, run: () => this.take() });
  }

  /** Save the frame that is on screen now. */
  async take() {
    const { picture, clock, sayings, parts, isLive, data } = this.console;
    const { main, cameraId } = picture;
    if (!isLive) return;
    if (cameraId === null || !main.source || parts.stage.dataset.showing !== "true") {
      sayings.hint("There is no picture to save yet");
      return;
    }
    const t_s = main.readFrame() / data.recording.fps;
    const [where, when] = [picture.nameOf(cameraId), clock.words(t_s)];
    const canvas = drawSnapshot(main, `${where}   ${when}`);
    this.console.send("snapshot", { camera_id: cameraId, t_s });
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
    if (blob === null) {
      sayings.hint("This browser cannot save the picture");
      return;
    }
    saveFile(blob, `${nameSnapshot(where, when)}.jpg`);
    sayings.toast(`Picture saved: ${where}, ${when}`);
  }
}

/**
 * The whole frame, and below it a band with words: nothing of the picture is covered.
 * @param {Pictured} screen
 * @param {string} words
 */
function drawSnapshot({ source, sizeWh: [width, height] }, words) {
  const band = Math.max(20, Math.round(height * BAND_SHARE));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height: height + band });
  const pen = getPen(canvas, { alpha: false });
  pen.drawImage(must(source), 0, 0, width, height);
  pen.fillStyle = "#101214";
  pen.fillRect(0, height, width, band);
  pen.fillStyle = "#f0f3f5";
  pen.font = `600 ${Math.round(band * 0.55)}px system-ui, sans-serif`;
  pen.textBaseline = "middle";
  const middle = height + band / 2;
  const margin = band * 0.4;
  const noticeWidth = pen.measureText(NOTICE).width;
  pen.fillText(words, margin, middle, width - noticeWidth - 3 * margin);
  pen.textAlign = "right";
  pen.fillText(NOTICE, width - margin, middle, width / 2);
  return canvas;
}

/**
 * A file name that every system takes, from a camera's name and a time: "main-entrance_8-05-10-am".
 * @param {string} where
 * @param {string} when
 */
export function nameSnapshot(where, when) {
  /** @param {string} words */
  const plain = (words) =>
    words
      .normalize("NFKD")
      .toLowerCase()
      .replace(/\p{M}+/gu, "")
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 60);
  return ["sightline", plain(where), plain(when)].filter(Boolean).join("_");
}

/** @param {Blob} blob @param {string} name */
function saveFile(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

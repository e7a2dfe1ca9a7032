/**
 * The two ways of playing footage, behind one shape: screens and the clock they share.
 *
 * "decoder": frames fetched and decoded one by one, exact at every speed and backwards, where the browser has WebCodecs
 * (it needs a secure page: https, or this machine). "video": `<video>` elements, everywhere else.
 */

import { canDecode } from "./can_play.js";
import { FrameClock, Playback } from "./clocks.js";
import { DecodedScreen } from "./decoded_screen.js";
import { getPen, make } from "./dom.js";
import { PixelReader, paintWhole } from "./pixels.js";
import { Screen } from "./screen.js";

const CHOICE_KEY = "sightline-player";
/** Chromium keeps what it fetched for cameras looked at before: with "auto" whole clips, some 220 MB after a while. */
const MAIN_PRELOAD = "metadata";

/** Which way this browser plays: "decoder" or "video". A choice of "video" in local storage wins. */
export async function choosePlayer() {
  try {
    if (localStorage.getItem(CHOICE_KEY) === "video") return "video";
  } catch {
    // no storage, no choice
  }
  return (await canDecode()) ? "decoder" : "video";
}

/**
 * Make the screens and their clock.
 *
 * @param {object} options
 * @param {"decoder"|"video"} options.player
 * @param {Parts} options.parts elements by `data-part`
 * @param {Recording} options.recording the recording of the console's data
 * @param {() => void} options.onMainFrame another frame is on the main screen
 * @param {(index: number) => void} options.onWallFrame another frame is on a wall's screen
 * @param {(screen: FootageScreen, trouble: Trouble|null) => void} options.onTrouble
 */
export function makePlayer({ player, parts, recording, onMainFrame, onWallFrame, onTrouble }) {
  const { fps, frame_count: frameCount } = recording;
  const isDecoder = player === "decoder";
  parts.mainVideo.hidden = isDecoder;
  parts.mainCanvas.hidden = !isDecoder;
  const meetMain = (/** @type {FootageScreen} */ screen) => {
    if (isDecoder) {
      const [width, height] = screen.sizeWh;
      const { mainCanvas: canvas } = parts;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      paintWhole(getPen(canvas, { alpha: false }), screen);
    }
    onMainFrame();
  };
  const main = isDecoder
    ? new DecodedScreen({ fps, onFrame: meetMain, onTrouble })
    : new Screen(parts.mainVideo, { fps, preload: MAIN_PRELOAD, onFrame: meetMain, onTrouble });
  const walls = recording.walls.map((_, index) => {
    const listeners = { onFrame: () => onWallFrame(index), onTrouble };
    if (isDecoder) return new DecodedScreen({ fps, ...listeners });
    const video = make("video", { tabindex: "-1" });
    parts.wallVideos.append(video);
    return new Screen(video, { fps, reader: new PixelReader(), ...listeners });
  });
  const Clock = isDecoder ? FrameClock : Playback;
  return { main, walls, playback: new Clock({ walls, main, fps, frameCount, onEnd: () => {} }) };
}

/** A clip in which almost no heads were found though much moves: frames of it, and the button of whoever looked. */

import { make } from "./dom.js";

const FPS = 10;
const FEW_HEADS = "We found almost no heads in this clip, though much moves. Look at it before you use it.";
const WHAT_TO_DO =
  "Does it lie on its side or stand on its head? Then remove it, turn it upright in a video program, and import it again. If people are too small or dark to be found, you can use it, but look through all of it under Blurring and blur every head.";
const WHEN = /** @type {const} */ ({ month: "short", day: "numeric", year: "numeric", hour: "numeric", minute: "2-digit" });

/**
 * What is shown of such a clip, nothing of others.
 * @param {ImportedClip} clip @param {(frame: number) => string} frameUrl @param {() => void} accept
 * @returns {HTMLElement[]}
 */
export function makeLook(clip, frameUrl, accept) {
  if (clip.looked) return [make("p", { class: "quiet", text: saySeen(clip.looked) })];
  if (!clip.look_at.length) return [];
  const frames = clip.look_at.map((frame) => make("li", {}, make("img", { src: frameUrl(frame), alt: `${clip.file_name} at ${(frame / FPS).toFixed(1)} s`, width: 320, height: 180 })));
  const button = make("button", { type: "button", class: "primary", text: "I looked at it: use this clip", "aria-label": `I looked at ${clip.file_name}: use this clip`, on: { click: accept } });
  return [
    make(
      "div",
      { class: "look", role: "group", "aria-label": `Look at ${clip.file_name}` },
      make("p", { class: "refused", text: FEW_HEADS }),
      make("ul", { class: "look-frames", "aria-label": `Frames of ${clip.file_name}` }, ...frames),
      make("p", { class: "quiet", text: WHAT_TO_DO }),
      button,
    ),
  ];
}

/** @param {{by: string, at: string}} looked */
function saySeen({ by, at }) {
  const when = new Date(at).toLocaleString("en-US", WHEN);
  return `Almost no heads were found. Looked at${by ? ` by ${by}` : ""} on ${when}.`;
}

/** The component's entry of the steps Walker and Blurring. A rerun of the page leaves it as it is. */

import { BlurCheck } from "./blur_check.js";
import { CANNOT_PLAY, PLAY_ELSEWHERE, canPlay } from "./can_play.js";
import { collectParts } from "./dom.js";
import { choosePlayer } from "./player.js";
import { WalkApi, sayFailure } from "./walk_api.js";
import { WalkerMarks } from "./walker_marks.js";

/** @typedef {{destroy: () => void}} Held */

/** Kept over reruns of the page. */
const kept = /** @type {{sightlineWalks?: WeakMap<HTMLElement|ShadowRoot, Held>}} */ (globalThis);
const mounted = (kept.sightlineWalks ??= new WeakMap());

/** @param {Mounted<AnnotatorData>} page */
export default function mount({ parentElement, data }) {
  if (!mounted.has(parentElement)) {
    const held = { destroy: () => {} };
    mounted.set(parentElement, held);
    begin(parentElement, data, held);
  }
  return () => {
    mounted.get(parentElement)?.destroy();
    mounted.delete(parentElement);
  };
}

async function begin(/** @type {HTMLElement|ShadowRoot} */ root, /** @type {AnnotatorData} */ data, /** @type {Held} */ held) {
  const parts = collectParts(root);
  const { said } = /** @type {{said: HTMLElement}} */ (/** @type {unknown} */ (parts));
  if (!(await canPlay())) {
    said.textContent = `${CANNOT_PLAY} ${PLAY_ELSEWHERE}`;
    return;
  }
  const api = new WalkApi(data.walk_id);
  try {
    const [player, working] = await Promise.all([choosePlayer(), api.loadWorking()]);
    const Page = data.kind === "walker" ? WalkerMarks : BlurCheck;
    const made = new Page({ parts, api, working, player });
    held.destroy = () => made.destroy();
  } catch (error) {
    said.textContent = sayFailure(error);
  }
}

/** The component's entry of the steps Walker and Blurring. A rerun of the page leaves it as it is. */

import { BlurCheck } from "./blur_check.js";
import { CANNOT_PLAY, PLAY_ELSEWHERE, canPlay } from "./can_play.js";
import { collectParts, keepMounted } from "./dom.js";
import { choosePlayer } from "./player.js";
import { WalkApi, sayFailure } from "./walk_api.js";
import { WalkerMarks } from "./walker_marks.js";

/** @typedef {{destroy: () => void}} Held */

export default function mount(/** @type {Mounted<AnnotatorData>} */ { parentElement, data }) {
  return keepMounted("sightlineWalks", parentElement, () => {
    const held = { destroy: () => {} };
    begin(parentElement, data, held);
    return held;
  });
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

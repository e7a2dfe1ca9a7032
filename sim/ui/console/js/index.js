/**
 * The component's entry. Streamlit calls it again whenever the page's data changes, on the same elements: the console
 * is kept by its root and handed the news, so that a rerun never touches a playing video.
 */

import { canPlayVideo } from "./can_play.js";
import { getElement } from "./dom.js";
import { choosePlayer } from "./player.js";
import { SearchConsole } from "./search_console.js";

/** @typedef {HTMLElement|ShadowRoot} Root */

/**
 * A console that is mounted, or is about to be.
 * @typedef {object} Entry
 * @property {string} attemptId
 * @property {ConsoleData} data
 * @property {() => void} refresh
 * @property {SearchConsole|null} console
 * @property {Element} markup as it came, to begin again
 */

/** Kept over reruns of the page. */
const kept = /** @type {{sightlineConsoles?: WeakMap<Root, Entry>}} */ (globalThis);
const mounted = (kept.sightlineConsoles ??= new WeakMap());

/** @param {Mounted<ConsoleData>} page */
export default function mount({ parentElement, data, setTriggerValue }) {
  const refresh = () => setTriggerValue("refresh", true);
  const before = mounted.get(parentElement);
  if (before !== undefined && before.attemptId === data.attempt_id) {
    before.data = data;
    before.refresh = refresh;
    before.console?.update(data);
  } else {
    const frame = getElement(parentElement, "[data-part=frame]");
    /** @type {Entry} */
    const entry = { attemptId: data.attempt_id, data, refresh, console: null, markup: before?.markup ?? /** @type {Element} */ (frame.cloneNode(true)) };
    if (before) {
      before.console?.destroy();
      before.console = null;
      frame.replaceWith(before.markup.cloneNode(true));
    }
    mounted.set(parentElement, entry);
    choosePlayer().then((player) => {
      // it may have been unmounted or replaced meanwhile
      if (mounted.get(parentElement) !== entry) return;
      entry.console = new SearchConsole(parentElement, entry.data, {
        player,
        canPlay: player === "decoder" || canPlayVideo(),
        refresh: () => entry.refresh(),
      });
    });
  }
  return () => {
    mounted.get(parentElement)?.console?.destroy();
    mounted.delete(parentElement);
  };
}

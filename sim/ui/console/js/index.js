/**
 * The component's entry. Streamlit calls it again whenever the page's data changes, on the same elements: the console
 * is kept by its root and handed the news, so that a rerun never touches a playing video.
 */

import { choosePlayer } from "./player.js";
import { SearchConsole } from "./search_console.js";

const mounted = (globalThis.sightlineConsoles ??= new WeakMap());

export default function mount({ parentElement, data, setTriggerValue }) {
  const refresh = () => setTriggerValue("refresh", true);
  const before = mounted.get(parentElement);
  if (before?.attemptId === data.attempt_id) {
    before.data = data;
    before.refresh = refresh;
    before.console?.update(data);
  } else {
    const frame = parentElement.querySelector("[data-part=frame]");
    const entry = { attemptId: data.attempt_id, data, refresh, console: null, markup: before?.markup ?? frame.cloneNode(true) };
    if (before) tearDown(before, parentElement);
    mounted.set(parentElement, entry);
    choosePlayer().then((player) => build(parentElement, entry, player));
  }
  return () => {
    mounted.get(parentElement)?.console?.destroy();
    mounted.delete(parentElement);
  };
}

/** Make the console, unless it has been unmounted or replaced meanwhile. */
function build(parentElement, entry, player) {
  if (mounted.get(parentElement) !== entry) return;
  entry.console = new SearchConsole(parentElement, entry.data, {
    player,
    refresh: () => entry.refresh(),
    onUndecodable: () => {
      tearDown(entry, parentElement);
      build(parentElement, entry, "video");
    },
  });
}

function tearDown(entry, parentElement) {
  entry.console?.destroy();
  entry.console = null;
  parentElement.querySelector("[data-part=frame]").replaceWith(entry.markup.cloneNode(true));
}

/**
 * The component's entry. Streamlit calls it again whenever the page's data changes, on the same elements: the console
 * is kept by its root and handed the news, so that a rerun never touches a playing video.
 */

import { SearchConsole } from "./search_console.js";

const consoles = (globalThis.sightlineConsoles ??= new WeakMap());

export default function mount({ parentElement, data, setTriggerValue }) {
  let entry = consoles.get(parentElement);
  if (entry && entry.attemptId !== data.attempt_id) {
    entry.console.destroy();
    parentElement.querySelector("[data-part=frame]").replaceWith(entry.markup.cloneNode(true));
    entry = { ...entry, console: null };
  }
  if (!entry?.console) {
    const markup = entry?.markup ?? parentElement.querySelector("[data-part=frame]").cloneNode(true);
    entry = { markup, attemptId: data.attempt_id, console: new SearchConsole(parentElement, data) };
    consoles.set(parentElement, entry);
  } else {
    entry.console.update(data);
  }
  entry.console.refresh = () => setTriggerValue("refresh", true);
  return () => {
    consoles.get(parentElement)?.console.destroy();
    consoles.delete(parentElement);
  };
}

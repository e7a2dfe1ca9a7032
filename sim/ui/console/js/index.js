/**
 * The component's entry. Streamlit calls it again whenever the page's data changes, on the same elements: the console
 * is kept by its root and handed the news, so that a rerun never touches a playing video.
 */

import { SearchConsole } from "./search_console.js";

const consoles = (globalThis.sightlineConsoles ??= new WeakMap());

export default function mount({ parentElement, data, setTriggerValue }) {
  const refresh = () => setTriggerValue("refresh", true);
  const open = consoles.get(parentElement);
  if (open?.attemptId === data.attempt_id) {
    open.console.update(data);
    open.console.refresh = refresh;
  } else {
    const frame = parentElement.querySelector("[data-part=frame]");
    const markup = open?.markup ?? frame.cloneNode(true);
    if (open) {
      open.console.destroy();
      frame.replaceWith(markup.cloneNode(true));
    }
    const console_ = new SearchConsole(parentElement, data, refresh);
    consoles.set(parentElement, { console: console_, attemptId: data.attempt_id, markup });
  }
  return () => {
    consoles.get(parentElement)?.console.destroy();
    consoles.delete(parentElement);
  };
}

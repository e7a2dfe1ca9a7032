/** The component's entry of the step Clips. A rerun of the page leaves what is being sent as it is. */

import { getElement } from "./dom.js";
import { ImportList } from "./import_list.js";

/** Kept over reruns of the page. */
const kept = /** @type {{sightlineImports?: WeakMap<HTMLElement|ShadowRoot, ImportList>}} */ (globalThis);
const mounted = (kept.sightlineImports ??= new WeakMap());

/** @param {Mounted<WalkData>} page */
export default function mount({ parentElement, data, setTriggerValue }) {
  const refresh = () => setTriggerValue("refresh", true);
  if (!mounted.has(parentElement)) mounted.set(parentElement, new ImportList(getElement(parentElement, "[data-part=imports]"), data, refresh));
  return () => {
    mounted.get(parentElement)?.destroy();
    mounted.delete(parentElement);
  };
}

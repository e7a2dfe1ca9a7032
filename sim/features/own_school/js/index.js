/** The component's entry. A rerun of the page leaves the editor of the same school as it is. */

import { getElement } from "./dom.js";
import { SchoolEditor } from "./school_editor.js";

/** Kept over reruns of the page. */
const kept = /** @type {{sightlineSchools?: WeakMap<HTMLElement|ShadowRoot, SchoolEditor>}} */ (globalThis);
const mounted = (kept.sightlineSchools ??= new WeakMap());

/** @param {Mounted<SchoolData>} page */
export default function mount({ parentElement, data }) {
  if (!mounted.has(parentElement)) mounted.set(parentElement, new SchoolEditor(getElement(parentElement, "[data-part=school]"), data));
  return () => {
    mounted.get(parentElement)?.destroy();
    mounted.delete(parentElement);
  };
}

/** The component's entry. What it shows never changes, so a rerun of the page leaves it as it is. */

import { getElement } from "./dom.js";
import { PathMap } from "./path_map.js";

/** Kept over reruns of the page. */
const kept = /** @type {{sightlinePathMaps?: WeakMap<HTMLElement|ShadowRoot, PathMap>}} */ (globalThis);
const mounted = (kept.sightlinePathMaps ??= new WeakMap());

/** @param {Mounted<MapData>} page */
export default function mount({ parentElement, data }) {
  if (!mounted.has(parentElement)) {
    mounted.set(parentElement, new PathMap(getElement(parentElement, "[data-part=map]"), data));
  }
  return () => {
    mounted.get(parentElement)?.destroy();
    mounted.delete(parentElement);
  };
}

/** The component's entry. What it shows never changes, so a rerun of the page leaves it as it is. */

import { PathMap } from "./path_map.js";

const mounted = (globalThis.sightlinePathMaps ??= new WeakMap());

export default function mount({ parentElement, data }) {
  if (!mounted.has(parentElement)) {
    mounted.set(parentElement, new PathMap(parentElement.querySelector("[data-part=map]"), data));
  }
  return () => {
    mounted.get(parentElement)?.destroy();
    mounted.delete(parentElement);
  };
}

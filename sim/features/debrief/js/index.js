/** The component's entry. What it shows never changes, so a rerun of the page leaves it as it is. */

import { getElement, keepMounted } from "./dom.js";
import { PathMap } from "./path_map.js";

export default function mount(/** @type {Mounted<MapData>} */ { parentElement, data }) {
  return keepMounted("sightlinePathMaps", parentElement, () => new PathMap(getElement(parentElement, "[data-part=map]"), data));
}

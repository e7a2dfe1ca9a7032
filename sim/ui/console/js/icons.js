/** Line icons of the Lucide set, drawn inline: no font or picture to load, no glyph that a phone may lack. */

import { listElements, makeSvg } from "./dom.js";
import { ICON_SHAPES } from "./icon_shapes.js";

/** @typedef {keyof typeof ICONS} IconName */

/** What the console calls an icon, and the file of the set in icons/. */
const ICONS = {
  play: "play",
  pause: "pause",
  reverse: "rewind",
  frameBack: "step-back",
  frameForward: "step-forward",
  back: "rotate-ccw",
  forward: "rotate-cw",
  mark: "crosshair",
  keys: "keyboard",
  camera: "video",
  find: "search",
  similar: "scan-search",
  close: "x",
  grow: "maximize-2",
  saved: "check",
  saving: "download",
  offline: "wifi-off",
  warn: "triangle-alert",
  left: "chevron-left",
  right: "chevron-right",
  whole: "expand",
  more: "ellipsis",
  undo: "undo-2",
  bookmark: "bookmark",
  snapshot: "camera",
  fault: "flag",
  layout: "layout-grid",
  guide: "list-checks",
  hint: "lightbulb",
  help: "hand",
  phone: "phone",
  radio: "radio",
  pin: "pin",
  debug: "activity",
  link: "arrow-up-right",
  zoomIn: "zoom-in",
  zoomOut: "zoom-out",
  motionBack: "skip-back",
  motionForward: "skip-forward",
  tour: "circle-question-mark",
  quality: "gauge",
  rename: "pencil",
  remove: "trash-2",
  add: "plus",
  less: "minus",
  arrowRight: "arrow-right",
};

/** Return the icon as an element that assistive technology skips; the button around it carries the name. */
export function makeIcon(/** @type {IconName} */ name) {
  const icon = makeSvg("svg", { viewBox: "0 0 24 24", class: "icon", "data-name": name, "aria-hidden": "true", focusable: "false" });
  icon.innerHTML = ICON_SHAPES[ICONS[name]];
  return icon;
}

export function placeIcons(/** @type {ParentNode} */ root) {
  for (const element of listElements(root, "[data-icon]")) element.prepend(makeIcon(/** @type {IconName} */ (element.dataset.icon)));
}

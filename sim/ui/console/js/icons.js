/** Line icons, drawn inline: no font or picture to load, no glyph that a phone may lack. */

import { makeSvg } from "./dom.js";

const SHAPES = {
  play: '<path d="M7 4.5v15l12-7.5z" fill="currentColor"/>',
  pause: '<path d="M8 5v14M16 5v14" stroke-width="3.4"/>',
  reverse: '<path d="M17 4.5v15L5 12z" fill="currentColor"/>',
  frameBack: '<path d="M17 6v12l-9-6z" fill="currentColor"/><path d="M5.5 6v12"/>',
  frameForward: '<path d="M7 6v12l9-6z" fill="currentColor"/><path d="M18.5 6v12"/>',
  back: '<path d="M12 5a7.5 7.5 0 1 1-7.2 5.4"/><path d="M12.5 1.5 8.6 5l3.9 3.5"/>',
  forward: '<path d="M12 5a7.5 7.5 0 1 0 7.2 5.4"/><path d="M11.5 1.5 15.4 5l-3.9 3.5"/>',
  mark: '<circle cx="12" cy="12" r="6.5"/><path d="M12 2v6M12 16v6M2 12h6M16 12h6"/>',
  keys: '<rect x="2.5" y="6" width="19" height="12" rx="2"/><path d="M6 10h.01M10 10h.01M14 10h.01M18 10h.01M7.5 14h9"/>',
  camera: '<path d="M3.5 8.5h10v7h-10z" fill="currentColor"/><path d="m14 11 6-3v8l-6-3z" fill="currentColor"/>',
  find: '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5.5 5.5"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  grow: '<path d="M9 4H4v5M15 20h5v-5M4 4l6 6M20 20l-6-6"/>',
  clock: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
  saved: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
  saving: '<path d="M12 4v10M8 10.5l4 4 4-4M5 19.5h14"/>',
  offline: '<path d="M4 4l16 16M8.5 15.5a5 5 0 0 1 5.5-1.1M5 12a10 10 0 0 1 4-2.4M13 9.2a10 10 0 0 1 6 2.8"/><path d="M12 19h.01" stroke-width="3"/>',
  warn: '<path d="M12 4 2.5 20h19z"/><path d="M12 10v4.5M12 17.3v.2"/>',
  more: '<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="3.4"/>',
  left: '<path d="m14.5 5-7 7 7 7"/>',
  right: '<path d="m9.5 5 7 7-7 7"/>',
  whole: '<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>',
};

/** Return the icon as an element that assistive technology skips; the button around it carries the name. */
export function makeIcon(name) {
  const icon = makeSvg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" });
  icon.innerHTML = SHAPES[name];
  return icon;
}

/** Put an icon into every element that asks for one with `data-icon`. */
export function placeIcons(root) {
  for (const element of root.querySelectorAll("[data-icon]")) element.prepend(makeIcon(element.dataset.icon));
}

/** Where the links to next cameras lie over the main picture: near its edge or over the heads, never on each other. */

import { clamp } from "./dom.js";

const EDGE_SHARE = 0.2;
const GAP_PX = 4;
const ROUNDS = 24;

/** @typedef {{left: number, top: number, width: number, height: number}} Placed */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Bounds */

/** Where cameras write their clock, the lower left corner: parts of the picture's height, whatever its width. */
const CLOCK = { width: 0.52, height: 0.085 };

/**
 * The room of the clock that is written into a picture, which nothing may cover.
 * @param {Bounds} picture pixels
 * @returns {Bounds}
 */
export function findClock({ left, top, bottom }) {
  const height = bottom - top;
  return { left, top: bottom - CLOCK.height * height, right: left + CLOCK.width * height, bottom };
}

/**
 * The point of the picture that a link belongs to: on the edge for a zone that is near one, else over the head of
 * anyone who leaves there.
 *
 * @param {{x: number, y: number, above_y: number}} zone
 * @returns {{x: number, y: number}} shares of the picture
 */
export function findAnchor({ x, y, above_y: aboveY }) {
  const over = clamp(Math.min(aboveY, y), 0, 1);
  const sides = [
    { away: x, at: { x: 0, y: over } },
    { away: 1 - x, at: { x: 1, y: over } },
    { away: 1 - y, at: { x, y: 1 } },
  ];
  const nearest = sides.reduce((best, side) => (side.away < best.away ? side : best));
  return nearest.away < EDGE_SHARE ? nearest.at : { x, y: over };
}

/**
 * Put boxes over their anchors, the bottom edge at the anchor, inside the bounds, then apart from each other and from
 * what must stay free. Boxes that would cover the bounds twice cannot be apart and are not pushed.
 *
 * @param {{x: number, y: number, width: number, height: number}[]} boxes anchors and sizes, pixels
 * @param {{left: number, top: number, right: number, bottom: number}} bounds
 * @param {{left: number, top: number, right: number, bottom: number}[]} [free] rooms at the lower left that stay free
 * @returns {{left: number, top: number}[]}
 */
export function placeApart(boxes, bounds, free = []) {
  const places = boxes.map(({ x, y, width, height }) => ({ left: x - width / 2, top: y - height, width, height }));
  const canBeApart = sumAreas(boxes) < 2 * (bounds.right - bounds.left) * (bounds.bottom - bounds.top);
  for (let round = 0; round < ROUNDS; round++) {
    for (const place of places) keepInside(place, bounds);
    const wasClose = canBeApart && pushApart(places);
    if (!keepOff(places, free) && !wasClose) break;
  }
  for (const place of places) keepInside(place, bounds);
  keepOff(places, free);
  return places.map(({ left, top }) => ({ left, top }));
}

/** @param {{width: number, height: number}[]} boxes */
const sumAreas = (boxes) => boxes.reduce((sum, { width, height }) => sum + width * height, 0);

/** @param {Placed} place @param {Bounds} bounds */
function keepInside(place, { left, top, right, bottom }) {
  place.left = clamp(place.left, left, Math.max(left, right - place.width));
  place.top = clamp(place.top, top, Math.max(top, bottom - place.height));
}

/**
 * Move boxes off rooms that stay free, up or to the right, whichever is nearer. Returns whether any was there.
 * @param {Placed[]} places
 * @param {Bounds[]} free
 */
function keepOff(places, free) {
  let wasThere = false;
  for (const room of free) {
    for (const place of places) {
      const upPx = place.top + place.height + GAP_PX - room.top;
      const rightPx = room.right + GAP_PX - place.left;
      const isThere = upPx > 0.01 && rightPx > 0.01 && place.top < room.bottom && place.left + place.width > room.left;
      if (!isThere) continue;
      wasThere = true;
      if (upPx <= rightPx) place.top -= upPx;
      else place.left += rightPx;
    }
  }
  return wasThere;
}

/** Returns whether any two were on each other. @param {Placed[]} places */
function pushApart(places) {
  let wasClose = false;
  places.forEach((a, index) => {
    for (const b of places.slice(index + 1)) {
      const acrossPx = (a.width + b.width) / 2 + GAP_PX - Math.abs(a.left + a.width / 2 - b.left - b.width / 2);
      const downPx = (a.height + b.height) / 2 + GAP_PX - Math.abs(a.top + a.height / 2 - b.top - b.height / 2);
      if (acrossPx <= 0.01 || downPx <= 0.01) continue;
      wasClose = true;
      if (downPx <= acrossPx) {
        const way = a.top + a.height / 2 <= b.top + b.height / 2 ? -downPx : downPx;
        a.top += way / 2;
        b.top -= way / 2;
      } else {
        const way = a.left + a.width / 2 <= b.left + b.width / 2 ? -acrossPx : acrossPx;
        a.left += way / 2;
        b.left -= way / 2;
      }
    }
  });
  return wasClose;
}

/** Where in the picture people leave for a camera. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { findAnchor } from "../../../sim/ui/console/js/next_links.js";

for (const [words, zone, anchor] of [
  ["near the left edge", { x: 0.1, y: 0.6, above_y: 0.4 }, { x: 0, y: 0.4 }],
  ["near the right edge", { x: 0.85, y: 0.6, above_y: 0.4 }, { x: 1, y: 0.4 }],
  ["near the lower edge", { x: 0.4, y: 0.95, above_y: 0.5 }, { x: 0.4, y: 1 }],
  ["in a corner, nearer to the side", { x: 0.05, y: 0.9, above_y: 0.5 }, { x: 0, y: 0.5 }],
  ["in the middle", { x: 0.5, y: 0.6, above_y: 0.3 }, { x: 0.5, y: 0.3 }],
  ["in the middle with heads over the picture's top", { x: 0.5, y: 0.6, above_y: -0.2 }, { x: 0.5, y: 0 }],
]) {
  test(`the anchor of a zone ${words}`, () => assert.deepEqual(findAnchor(zone), anchor));
}

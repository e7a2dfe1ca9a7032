/** Looking closer at the main picture and at the plan: what stays where it is, and what is seen at the most. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { PlanView } from "../../../sim/ui/console/js/plan_view.js";
import { Zoom } from "../../../sim/ui/console/js/zoom.js";
import { near } from "../near.js";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

/** As much of an element as a closer look needs, at the upper left of the page. */
class Box extends EventTarget {
  dataset = {};
  style = { setProperty: () => {} };

  constructor(width = 0, height = 0) {
    super();
    Object.assign(this, { clientWidth: width, clientHeight: height, offsetWidth: width, offsetHeight: height });
  }

  getBoundingClientRect() {
    return { left: 0, top: 0, width: this.clientWidth, height: this.clientHeight };
  }

  setPointerCapture() {}
}

/** A pointer's event at a place. */
function point(kind, pointerId, clientX, clientY) {
  return Object.assign(new Event(kind), { pointerId, clientX, clientY, detail: 1 });
}

/** A closer look at a picture of 800 by 400 on a stage of that size or another. */
function makeZoom(stage = new Box(800, 400)) {
  const parts = { stage, picture: new Box(800, 400), wholePicture: new Box() };
  const zoom = new Zoom(parts);
  const rested = [];
  zoom.onRest = (view) => rested.push(view);
  return { zoom, parts, rested };
}

/** Where a point of the picture is seen, shares of the stage. */
function seenAt({ scale, middle }, { x, y }) {
  return [0.5 + (x - middle.x) * scale, 0.5 + (y - middle.y) * scale];
}

test("the point that is looked at closer stays where it is, going closer and farther", () => {
  const { zoom } = makeZoom();
  const spot = { x: 0.3, y: 0.6 };
  const before = seenAt(zoom, spot);
  for (const factor of [2, 1.5, 0.8]) {
    zoom.zoomBy(factor, spot);
    near(seenAt(zoom, spot), before);
  }
  near(zoom.scale, 2.4);
});

test("never closer than six times, never beyond the picture's edge, never smaller than whole", () => {
  const { zoom } = makeZoom();
  zoom.zoomBy(100, { x: 1, y: 0 });
  near([zoom.scale, zoom.middle.x, zoom.middle.y], [6, 1 - 1 / 12, 1 / 12]);
  zoom.zoomBy(0.001, { x: 0, y: 0 });
  assert.deepEqual([zoom.isWhole, zoom.middle], [true, { x: 0.5, y: 0.5 }]);
});

test("a point comes into sight by the shortest way, and one in sight moves nothing", () => {
  const { zoom } = makeZoom();
  zoom.set({ x: 0.25, y: 0.25, scale: 4 });
  zoom.reveal({ x: 0.3, y: 0.2 });
  assert.deepEqual(zoom.middle, { x: 0.25, y: 0.25 });
  zoom.reveal({ x: 0.5, y: 0.25 });
  near([zoom.middle.x, zoom.middle.y], [0.375, 0.25]);
});

test("where the stage is wider than the picture, all of its width stays in sight", () => {
  const { zoom } = makeZoom(new Box(2400, 400));
  zoom.zoomBy(2, { x: 0, y: 0 });
  near([zoom.middle.x, zoom.middle.y], [0.5, 0.25]);
});

test("two fingers move the picture with them and look closer around their middle", () => {
  const { zoom, parts } = makeZoom();
  parts.picture.dispatchEvent(point("pointerdown", 1, 300, 200));
  parts.picture.dispatchEvent(point("pointerdown", 2, 500, 200));
  parts.picture.dispatchEvent(point("pointermove", 1, 200, 200));
  parts.picture.dispatchEvent(point("pointermove", 2, 600, 200));
  near(zoom.scale, 2);
  near(zoom.middle.y, 0.5);
});

test("a look is told half a second after it has come to rest, once, and not when nobody chose it", () => {
  const { zoom, rested } = makeZoom();
  zoom.set({ x: 0.4, y: 0.4, scale: 2 });
  mock.timers.tick(2000);
  assert.deepEqual(rested, []);
  zoom.zoomBy(1.5, { x: 0.4, y: 0.4 });
  mock.timers.tick(400);
  zoom.zoomBy(1, { x: 0.4, y: 0.4 });
  mock.timers.tick(499);
  assert.deepEqual(rested, []);
  mock.timers.tick(1);
  zoom.zoomBy(1, { x: 0.4, y: 0.4 });
  mock.timers.tick(1000);
  assert.deepEqual(rested, [{ x: 0.4, y: 0.4, scale: 3 }]);
});

/** A plan of 400 by 200 pixels. */
function makePlan() {
  const parts = { planMap: new Box(400, 200), planCloser: new Box(), planWider: new Box() };
  return { view: new PlanView(parts, () => {}), parts };
}

test("the whole plan is where it is, and closer its middle stays", () => {
  const { view, parts } = makePlan();
  assert.deepEqual(view.place([30, 50], 400, 200), [30, 50]);
  parts.planCloser.dispatchEvent(new Event("click"));
  near(view.scale, 1.6);
  near(view.place([200, 100], 400, 200), [200, 100]);
  near(view.place([100, 100], 400, 200), [40, 100]);
  parts.planWider.dispatchEvent(new Event("click"));
  assert.deepEqual([view.scale, parts.planWider.disabled], [1, true]);
});

test("a point of the plan that is out of sight comes to the middle, as far as the edge lets it", () => {
  const { view, parts } = makePlan();
  for (let press = 0; press < 3; press++) parts.planCloser.dispatchEvent(new Event("click"));
  view.reveal([100, 50], 400, 200);
  near(view.place([100, 50], 400, 200), [200, 100]);
  view.reveal([0, 0], 400, 200);
  near(view.place([0, 0], 400, 200), [0, 0]);
  const before = view.place([0, 0], 400, 200);
  view.reveal([10, 10], 400, 200);
  assert.deepEqual(view.place([0, 0], 400, 200), before);
});

test("a drag moves the plan with the pointer", () => {
  const { view, parts } = makePlan();
  parts.planCloser.dispatchEvent(new Event("click"));
  parts.planMap.dispatchEvent(point("pointerdown", 1, 200, 100));
  parts.planMap.dispatchEvent(point("pointermove", 1, 230, 110));
  near(view.place([200, 100], 400, 200), [230, 110]);
});

/** The time of what is done: over a sleep of the computer, and where somebody sets its clock. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { AttemptLink } from "../../../sim/ui/console/js/attempt_link.js";

const HOUR_MS = 3_600_000;

/** A line whose computer's clocks stand where `pass` has brought them: how long it ran, how long it slept. */
function open(t) {
  const clocks = { ran: 5000, wall: 1_800_000_000_000 };
  t.mock.method(performance, "now", () => clocks.ran);
  t.mock.method(Date, "now", () => clocks.wall);
  const link = new AttemptLink({ data: { attempt_id: "a1", token: "", api: "" }, storage: new Map() });
  const pass = (ranMs, sleptMs = 0) => {
    clocks.ran += ranMs;
    clocks.wall += ranMs + sleptMs;
  };
  return { link, pass };
}

test("a sleep counts, also when the answer from before it comes after it", (t) => {
  const { link, pass } = open(t);
  pass(1000);
  const askedMs = link.elapsedMs;
  pass(50, 8000);
  assert.equal(link.elapsedMs, 9050);
  link.goOn(1020, askedMs);
  assert.equal(link.elapsedMs, 9050);
  link.goOn(9100, 9050);
  assert.equal(link.elapsedMs, 9100);
});

test("a clock that is set back, or forth a little, changes nothing", (t) => {
  const { link, pass } = open(t);
  pass(1000, -HOUR_MS);
  assert.equal(link.elapsedMs, 1000);
  pass(1000, HOUR_MS + 1500);
  assert.equal(link.elapsedMs, 2000);
});

test("a clock that is set ahead is right again after what is asked next", (t) => {
  const { link, pass } = open(t);
  pass(1000, HOUR_MS);
  const askedMs = link.elapsedMs;
  assert.equal(askedMs, HOUR_MS + 1000);
  pass(40);
  link.goOn(1020, askedMs);
  pass(10);
  assert.equal(link.elapsedMs, 1030);
});

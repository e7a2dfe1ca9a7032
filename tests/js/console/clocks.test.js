/** The clock of decoded screens, and the transport that moves it: steps, seeks, speeds, a time of the main picture's own. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { FrameClock } from "../../../sim/ui/console/js/clocks.js";
import { Transport } from "../../../sim/ui/console/js/transport.js";
import { near } from "../near.js";

const FPS = 10;
let nowMs = 0;

beforeEach(() => {
  nowMs = 5000;
  mock.restoreAll();
  mock.method(performance, "now", () => nowMs);
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
});

/** A screen that shows at once what it is asked for, up to the end of its footage. */
function makeScreen({ lastFrame = Infinity, isSlow = false } = {}) {
  return {
    url: "clip",
    frame: 0,
    isUsable: true,
    hasPicture: true,
    lastFrame,
    paces: [],
    show(frame, pace) {
      this.paces.push(pace);
      if (!isSlow) this.frame = Math.min(frame, lastFrame);
    },
  };
}

/** A clock of 100 frames on a wall and a main picture. */
function makeClock(options = {}) {
  const [wall, main] = [makeScreen(), makeScreen(options)];
  const ends = [];
  const clock = new FrameClock({ walls: [wall], main, fps: FPS, frameCount: 100, onEnd: () => ends.push(nowMs) });
  const pass = (ms) => {
    nowMs += ms;
    clock.tick();
  };
  return { clock, wall, main, ends, pass };
}

test("a seek lands on the frame that holds the time, and inside the recording", () => {
  const { clock, main } = makeClock();
  const found = [[1.24, 12], [1.25, 12], [1.29999, 13], [1.3, 13], [0.1 + 0.2, 3], [-4, 0], [99, 99]].map(([timeS, frame]) => {
    clock.seekTo(timeS);
    return [clock.askedFrame, main.frame, frame];
  });
  for (const [asked, shown, frame] of found) assert.deepEqual([asked, shown], [frame, frame]);
});

test("steps are single frames, stop what plays, and end at the recording's ends", () => {
  const { clock, pass } = makeClock();
  clock.seekTo(9.8);
  clock.step(1);
  clock.step(1);
  assert.equal(clock.askedFrame, 99);
  clock.seekTo(0);
  clock.step(-1);
  assert.equal(clock.askedFrame, 0);
  clock.play(1);
  pass(500);
  clock.step(1);
  assert.deepEqual([clock.askedFrame, clock.isPlaying], [6, false]);
});

for (const [speed, passedMs, frame] of [
  [1, 700, 47],
  [2, 700, 54],
  [0.5, 700, 43],
  [-1, 700, 33],
  [-4, 500, 20],
]) {
  test(`at ${speed} times the speed ${passedMs} ms come from frame 40 to ${frame}`, () => {
    const { clock, main, pass } = makeClock();
    clock.seekTo(4);
    clock.play(speed);
    for (let ms = 0; ms < passedMs; ms += 20) pass(20);
    assert.deepEqual([clock.askedFrame, main.frame, main.paces.at(-1)], [frame, frame, speed * FPS]);
  });
}

test("it stops at both ends, says so once, and does not start towards the end it stands at", () => {
  const { clock, ends, pass } = makeClock();
  clock.seekTo(9.5);
  clock.play(1);
  for (let round = 0; round < 20; round++) pass(100);
  assert.deepEqual([clock.isPlaying, clock.askedFrame, ends.length], [false, 99, 1]);
  assert.equal(clock.play(1), false);
  assert.equal(clock.play(-1), true);
  for (let round = 0; round < 120; round++) pass(100);
  assert.deepEqual([clock.isPlaying, clock.askedFrame, ends.length], [false, 0, 2]);
});

test("the clock waits for a picture that cannot keep up, and not for one whose footage has ended", () => {
  const slow = makeClock({ isSlow: true });
  slow.clock.play(1);
  for (let round = 0; round < 50; round++) slow.pass(20);
  assert.ok(slow.clock.isStalled);
  assert.ok(slow.clock.askedFrame <= 3);
  const short = makeClock({ lastFrame: 5 });
  short.clock.play(1);
  for (let round = 0; round < 100; round++) short.pass(20);
  assert.deepEqual([short.clock.isStalled, short.clock.askedFrame, short.main.frame], [false, 20, 5]);
});

test("a page that was held up for over a second has not played meanwhile", () => {
  const { clock, pass } = makeClock();
  clock.play(1);
  pass(100);
  pass(30_000);
  assert.equal(clock.askedFrame, 1);
  pass(100);
  assert.equal(clock.askedFrame, 2);
});

test("pinned, the wall stands still and the main picture has a time of its own", () => {
  const { clock, wall, main } = makeClock();
  clock.seekTo(4);
  clock.pin();
  clock.seekTo(6);
  assert.deepEqual([wall.frame, main.frame, clock.mainOffset], [40, 60, 20]);
  near([clock.wallS, clock.shownS], [4, 6]);
  clock.unpin();
  clock.tick();
  assert.deepEqual([wall.frame, clock.mainOffset], [60, 0]);
});

/** A transport on a clock, and the events that it leaves. */
function makeTransport({ speeds = [-4, -2, -1, 0.5, 1, 2, 4] } = {}) {
  const made = makeClock();
  const [events, changes] = [[], []];
  const transport = new Transport({ playback: made.clock, speeds, emit: (kind, payload) => events.push([kind, payload]), isLive: () => true, onChange: (kind) => changes.push(kind) });
  return { ...made, transport, events, changes };
}

test("steps in quick succession are one event, with the frames of all", () => {
  const { transport, events } = makeTransport();
  transport.seekTo(2);
  for (const frames of [1, 1, 1, -1]) transport.step(frames);
  mock.timers.tick(299);
  assert.equal(events.length, 1);
  mock.timers.tick(1);
  assert.deepEqual(events.slice(1), [["step", { t_s: 2.2, frames: 2 }]]);
});

test("a seek after steps does not swallow them, and says from where", () => {
  const { transport, events } = makeTransport();
  transport.step(3);
  transport.seekTo(5.04);
  assert.deepEqual(events, [["step", { t_s: 0.3, frames: 3 }], ["seek", { from_s: 0.3, t_s: 5 }]]);
});

test("jumps add up, and end inside the recording", () => {
  const { transport, events } = makeTransport();
  transport.jumpBy(1);
  transport.jumpBy(1);
  transport.jumpBy(-10);
  transport.jumpBy(60);
  assert.deepEqual(events.map(([, { from_s, t_s }]) => [from_s, t_s]), [[0, 1], [1, 2], [2, 0], [0, 9.9]]);
});

test("J and L begin at single speed, double with each press, and change direction at once", () => {
  const { transport, clock } = makeTransport();
  transport.seekTo(5);
  const speeds = [1, 1, 1, 1, -1, -1, -1, -1].map((way) => {
    transport.shuttle(way);
    return clock.speed;
  });
  assert.deepEqual(speeds, [1, 2, 4, 4, -1, -2, -4, -4]);
});

test("slower and faster go by one place of the list, and paused they set what Play uses", () => {
  const { transport, clock, events } = makeTransport();
  transport.changeSpeed(1);
  transport.changeSpeed(1);
  transport.changeSpeed(1);
  assert.deepEqual([clock.isPlaying, transport.forwardSpeed], [false, 4]);
  transport.changeSpeed(-3);
  assert.equal(transport.forwardSpeed, 0.5);
  transport.play();
  assert.deepEqual([clock.isPlaying, clock.speed], [true, 0.5]);
  assert.deepEqual(events.map(([kind]) => kind), ["speed", "speed", "speed", "speed", "play"]);
});

test("a scrub is one seek, plays on as before, and one that was not meant leaves nothing", () => {
  const { transport, events, clock } = makeTransport();
  transport.seekTo(3);
  transport.play(2);
  events.length = 0;
  transport.scrubStart();
  for (const timeS of [4, 6, 7.55]) transport.scrubTo(timeS);
  transport.scrubEnd();
  assert.deepEqual(events, [["pause", { t_s: 3 }], ["seek", { from_s: 3, t_s: 7.5 }], ["play", { t_s: 7.5, speed: 2 }]]);
  transport.pause();
  events.length = 0;
  transport.scrubStart();
  transport.scrubTo(1);
  transport.scrubCancel();
  assert.deepEqual([events, clock.askedFrame], [[], 75]);
});

test("while it plays, the time on screen is told once a second", () => {
  const { transport, events, pass } = makeTransport();
  transport.play(1);
  for (let round = 0; round < 25; round++) {
    pass(100);
    mock.timers.tick(100);
  }
  transport.pause();
  mock.timers.tick(3000);
  assert.deepEqual(events.map(([kind, { tick = false }]) => [kind, tick]), [["play", false], ["play", true], ["play", true], ["pause", false]]);
});

for (const trouble of ["network", "expired"]) {
  test(`nothing counts as played while footage does not come: ${trouble}`, () => {
    const { clock, main, pass } = makeClock({ isSlow: true });
    clock.seekTo(1);
    main.frame = 10;
    Object.assign(main, { isUsable: false, trouble });
    clock.play(8);
    for (let count = 0; count < 20; count++) pass(100);
    assert.equal(clock.isStalled, true);
    assert.ok(clock.askedFrame - 10 <= 8 * FPS, `the clock went on to frame ${clock.askedFrame}`);
    Object.assign(main, { isUsable: true, trouble: null, frame: clock.askedFrame });
    const before = clock.askedFrame;
    pass(100);
    assert.deepEqual([clock.isStalled, clock.askedFrame - before], [false, 8]);
  });
}

test("a camera whose footage is not there holds up no other", () => {
  const { clock, main, pass } = makeClock({ isSlow: true });
  Object.assign(main, { isUsable: false, trouble: "missing" });
  clock.play(1);
  pass(500);
  assert.deepEqual([clock.isStalled, clock.askedFrame], [false, 5]);
});

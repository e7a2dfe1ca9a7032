/** The bytes of a clip: which group of pictures a frame belongs to, and what is fetched for it. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { ClipBytes, fetchIndex } from "../../../sim/ui/console/js/clip_bytes.js";

/** A clip of 30 frames in three groups, 60 kB, 120 kB and 30 kB, and the ranges that are asked for. */
function open(answer) {
  const sizes = Array.from({ length: 30 }, (_, frame) => (frame < 10 ? 6000 : frame < 20 ? 12_000 : 3000));
  const index = { codec: "", description: "", size_wh: [1, 1], first_byte: 1000, sizes, gaps: { 9: 500 }, keys: [0, 10, 20] };
  const [asked, troubles] = [[], []];
  mock.method(globalThis, "fetch", async (_url, { headers }) => {
    asked.push(headers.Range);
    return answer(...headers.Range.match(/\d+/g).map(Number));
  });
  const bytes = new ClipBytes({ url: "clip", index, onArrived: () => {}, onTrouble: (trouble) => troubles.push(trouble) });
  return { bytes, asked, troubles };
}

/** The bytes of a clip: each is the low byte of its place. */
function serve(from, to) {
  return new Response(Uint8Array.from({ length: to - from + 1 }, (_, place) => (from + place) & 255), { status: 206 });
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a frame's group begins with its key frame and ends where the next one begins", () => {
  const { bytes } = open(serve);
  assert.deepEqual([0, 9, 10, 19, 29].map((frame) => bytes.keyOf(frame)), [0, 0, 10, 10, 20]);
  assert.deepEqual([0, 10, 29].map((frame) => bytes.endOfGroup(frame)), [10, 20, 30]);
  assert.deepEqual([0, 1, 10, 20].map((frame) => bytes.isKey(frame)), [true, false, true, true]);
});

test("whole groups are fetched together, once, and frames are cut out of them at their places", async () => {
  const { bytes, asked, troubles } = open(serve);
  assert.deepEqual([bytes.take(3), bytes.take(12)], [null, null]);
  await settle();
  // 1000 + 60 000 + the gap of 500 + 120 000 bytes: the first block ends with the second group
  assert.deepEqual([asked, troubles], [["bytes=1000-181499"], [null]]);
  const third = bytes.take(3);
  assert.deepEqual([third.length, third[0]], [6000, (1000 + 3 * 6000) & 255]);
  assert.equal(bytes.take(10)[0], (1000 + 60_000 + 500) & 255);
  assert.deepEqual([bytes.countAhead(5), bytes.countAhead(25)], [15, 0]);
});

test("a server that ignores ranges sends the whole clip, which is cut", async () => {
  const { bytes } = open(() => new Response(Uint8Array.from({ length: 212_000 }, (_, place) => place & 255), { status: 200 }));
  bytes.take(0);
  await settle();
  assert.equal(bytes.take(0)[0], 1000 & 255);
});

for (const [status, trouble] of [[401, "expired"], [403, "expired"], [404, "missing"], [503, "network"]]) {
  test(`an answer ${status} is told as ${trouble}`, async () => {
    const { bytes, troubles } = open(() => new Response(null, { status }));
    bytes.take(0);
    await settle();
    bytes.close();
    assert.deepEqual(troubles, [trouble]);
  });
}

test("footage is fetched ahead only while nothing else of the clip is on its way", async () => {
  const { bytes, asked } = open(serve);
  bytes.take(0);
  bytes.foresee(25);
  assert.equal(asked.length, 1);
  await settle();
  bytes.foresee(25);
  bytes.foresee(99);
  await settle();
  assert.equal(asked.length, 2);
});

test("what was fetched ahead is not what room is made of first", async () => {
  const group = 250_000;
  const sizes = Array.from({ length: 80 }, () => group);
  const index = { codec: "", description: "", size_wh: [1, 1], first_byte: 0, sizes, gaps: {}, keys: sizes.map((_, frame) => frame) };
  const asked = [];
  mock.method(globalThis, "fetch", async (_url, { headers }) => {
    asked.push(headers.Range);
    const [from, to] = headers.Range.match(/\d+/g).map(Number);
    return new Response(new Uint8Array(to - from + 1), { status: 206 });
  });
  const bytes = new ClipBytes({ url: "clip", index, onArrived: () => {}, onTrouble: () => {} });
  for (let frame = 0; frame < 70; frame++) {
    for (const wanted of [frame, frame + 4, frame + 8]) {
      if (wanted === frame) bytes.take(frame);
      else bytes.foresee(wanted);
      await settle();
    }
  }
  assert.equal(asked.length, new Set(asked).size);
});

test("an index is told from an answer that is none, and from none", async () => {
  /** @type {[() => Response, string|null][]} */
  const answers = [
    [() => Response.json({ sizes: [10] }), null],
    [() => Response.json({ detail: "no" }), "missing"],
    [() => new Response("no video"), "missing"],
    [() => new Response(null, { status: 403 }), "expired"],
    [() => new Response(null, { status: 404 }), "missing"],
    [() => new Response(null, { status: 503 }), "network"],
    [() => Promise.reject(new TypeError("no network")), "network"],
  ];
  for (const [answer, trouble] of answers) {
    mock.method(globalThis, "fetch", async () => answer());
    const told = await fetchIndex("index");
    assert.deepEqual([told.trouble, told.index === null], [trouble, trouble !== null]);
  }
});

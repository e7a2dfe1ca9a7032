/** The drawing in the browser: nothing is lost while the server is away, over a reload, or when another tab took over. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DrawingStore } from "../../../sim/features/own_school/js/drawing_store.js";
import { RefusedError } from "../../../sim/ui/console/js/refused.js";

const kept = new Map();
globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };

/** A server that takes steps, knows them again, and can be away or refuse. */
class Server {
  revision = 1;
  spaces = {};
  known = new Set();
  isAway = false;
  refuses = null;
  editor = null;

  state() {
    return { revision: this.revision, drawing: { spaces: { ...this.spaces } }, can_undo: this.revision > 1, can_redo: false, editor: this.editor };
  }

  async hold() {
    if (this.isAway) throw new TypeError("fetch failed");
    return this.state();
  }

  async load() {
    return this.state();
  }

  async send(step, base) {
    if (this.isAway) throw new TypeError("fetch failed");
    if (this.refuses) throw this.refuses;
    if (this.known.has(step.step)) return this.state();
    assert.equal(base, this.revision);
    this.known.add(step.step);
    this.revision += 1;
    for (const { name, now } of step.changes) this.spaces[name] = now;
    return this.state();
  }
}

const add = (name) => [{ kind: "spaces", name, now: { name } }];
let store = null;

/** @param {Server} server */
async function open(server) {
  store = new DrawingStore(server, "own-x", () => {});
  await store.open();
  return store;
}

beforeEach(() => {
  store?.close();
  kept.clear();
});

test("steps go to the server in order", async () => {
  const server = new Server();
  await open(server);
  store.put(add("a"));
  store.put(add("b"));
  assert.equal(store.isSaved, false);
  await store.settle();
  assert.deepEqual(Object.keys(server.spaces), ["a", "b"]);
  assert.equal(kept.size, 0);
  store.close();
});

test("what a server that was away did not take is sent after a reload, once", async () => {
  const server = new Server();
  await open(server);
  server.isAway = true;
  store.put(add("a"));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(store.isAway, true);
  assert.deepEqual(Object.keys(store.drawing.spaces), ["a"]);
  store.close();
  server.isAway = false;
  const again = await open(server);
  assert.deepEqual(Object.keys(again.drawing.spaces), ["a"]);
  await again.settle();
  assert.deepEqual(Object.keys(server.spaces), ["a"]);
  assert.equal(server.revision, 2);
  again.close();
});

test("a step that is refused is told, and the server's drawing is shown", async () => {
  const server = new Server();
  server.spaces.theirs = {};
  await open(server);
  server.refuses = new RefusedError("Kim is editing this school now.", 409);
  store.put(add("mine"));
  await store.settle();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.match(store.refusal, /Kim is editing/);
  assert.deepEqual(Object.keys(store.drawing.spaces), ["theirs"]);
  store.close();
});

test("while another tab draws nothing is put", async () => {
  const server = new Server();
  server.editor = "Kim";
  await open(server);
  store.put(add("mine"));
  assert.equal(store.isSaved, true);
  assert.deepEqual(server.spaces, {});
  store.close();
});

test("undo and redo are shown at once, also while the server is away, and a step of somebody else is not touched", async () => {
  const server = new Server();
  server.spaces = { hall: { name: "hall" } };
  await open(server);
  store.put([...add("a"), { kind: "spaces", name: "hall", now: { name: "long hall" } }]);
  await store.settle();
  server.isAway = true;
  store.undo();
  assert.deepEqual(store.drawing.spaces, { hall: { name: "hall" } });
  store.redo();
  assert.deepEqual(store.drawing.spaces, { hall: { name: "long hall" }, a: { name: "a" } });
  store.undo();
  store.put(add("b"));
  store.redo();
  assert.deepEqual(Object.keys(store.drawing.spaces), ["hall", "b"], "a new step ends what could be made again");
  store.undo();
  store.undo();
  store.undo();
  assert.deepEqual(store.drawing.spaces, { hall: { name: "hall" } });
  store.close();
});

test("an answer of the turn that comes late takes no newer step away", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const server = new Server();
  await open(server);
  const old = server.state();
  let answer = null;
  server.hold = () => new Promise((resolve) => (answer = () => resolve(old)));
  t.mock.timers.tick(60_000);
  assert.notEqual(answer, null);
  store.put(add("a"));
  await store.settle();
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(Object.keys(store.drawing.spaces), ["a"]);
  store.put(add("b"));
  await store.settle();
  assert.deepEqual([Object.keys(server.spaces), store.refusal], [["a", "b"], ""]);
});

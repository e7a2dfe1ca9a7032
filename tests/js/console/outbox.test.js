/** What waits for the server: in a pause what was done stays, whatever the server said, and goes out when the drill continues. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Outbox, Refusal } from "../../../sim/ui/console/js/attempt_api.js";

const RUNS = { paused: false, state: "running" };

function open(answers, kept = new Map()) {
  const posts = [];
  const statuses = [];
  const leaving = [];
  const api = {
    post: async (tab, events, waiting) => {
      posts.push({ kinds: events.map(({ kind }) => kind), waiting });
      const answer = answers.shift() ?? RUNS;
      if (answer instanceof Error) throw answer;
      return { ack: events.at(-1)?.seq ?? 0, ...answer };
    },
    postLeaving: (tab, events) => leaving.push(events.map(({ kind }) => kind)),
  };
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const outbox = new Outbox({
    storage,
    attemptId: "a1",
    tab: "t1",
    api,
    sinceReleaseMs: () => 1000,
    onAnswer: ({ paused }) => (outbox.isPaused = paused),
    onStatus: (status) => statuses.push(status),
  });
  return { outbox, posts, statuses, leaving, kept };
}

test("what was done waits in a pause, what the page does is sent, and all goes out in its order afterwards", async () => {
  const { outbox, posts, statuses } = open([{ ...RUNS, paused: true }, { ...RUNS, paused: true }]);
  outbox.add("open", {});
  await outbox.flush();
  outbox.add("pause", {});
  outbox.add("mark", {});
  outbox.add("visible", {});
  await outbox.flush();
  assert.deepEqual(statuses.at(-1), { kind: "held", waiting: 2, text: "" });
  outbox.isPaused = false;
  await outbox.flush();
  assert.deepEqual(posts, [
    { kinds: ["open"], waiting: 0 },
    { kinds: ["pause"], waiting: 2 },
    { kinds: ["mark", "visible"], waiting: 0 },
  ]);
  assert.equal(statuses.at(-1).kind, "saved");
});

test("a submit that the server refuses in a pause is no error, and is sent again when the drill continues", async () => {
  const refusal = new Refusal(409, { error: "nothing can be submitted now", paused: true });
  const { outbox, posts, statuses } = open([refusal, { ...RUNS, paused: true, ack: 0 }, RUNS, RUNS]);
  outbox.add("mark", {});
  outbox.add("submit", {});
  await outbox.flush();
  assert.deepEqual(statuses.at(-1), { kind: "held", waiting: 2, text: "" });
  await outbox.flush();
  outbox.isPaused = false;
  await outbox.flush();
  assert.deepEqual(
    posts.map(({ kinds, waiting }) => [kinds.join(" "), waiting]),
    [
      ["mark submit", 0],
      ["", 2],
      ["mark submit", 0],
    ],
  );
  assert.ok(statuses.every(({ kind }) => kind !== "refused" && kind !== "offline"));
});

test("a page that is left in a pause keeps what was done for when it is open again", async () => {
  const first = open([{ ...RUNS, paused: true }]);
  await first.outbox.flush();
  first.outbox.add("mark", {});
  first.outbox.add("close", {});
  first.outbox.flushLeaving();
  assert.deepEqual(first.leaving, []);
  const second = open([], first.kept);
  await second.outbox.flush();
  assert.deepEqual(second.posts, [{ kinds: ["mark", "close"], waiting: 0 }]);
});

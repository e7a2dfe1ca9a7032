/** The line of an exercise: what is new is asked for again, whatever came in between. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "../../../sim/ui/console/js/attempt_api.js";
import { ExerciseLine } from "../../../sim/ui/console/js/exercise_case.js";

for (const [words, error] of [
  ["no network", new TypeError("fetch failed")],
  ["a refusal", new Refusal(503, "")],
  ["a page of a web filter", new SyntaxError("Unexpected token <")],
  ["too slow an answer", new DOMException("", "AbortError")],
]) {
  test(`the line comes back after ${words}`, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const answers = [{ entries: [] }, error, { entries: [] }];
    const [news, lost] = [[], []];
    const askExercise = async () => {
      const answer = answers.shift() ?? { entries: [] };
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const line = new ExerciseLine({ api: { askExercise }, since: () => 0, onNews: (each) => news.push(each), onLost: (isLost) => lost.push(isLost) });
    line.open();
    for (let count = 0; count < 4; count++) {
      await new Promise((resolve) => setImmediate(resolve));
      t.mock.timers.tick(3000);
    }
    line.close();
    assert.deepEqual(lost.slice(0, 3), [false, true, false]);
    assert.ok(news.length >= 2);
  });
}

import assert from "node:assert/strict";

/** Hold a number, or each of a list, to another within `slack`. */
export function near(found, wanted, slack = 1e-6) {
  if (Array.isArray(wanted)) {
    assert.equal(found.length, wanted.length);
    wanted.forEach((each, place) => near(found[place], each, slack));
  } else assert.ok(Math.abs(found - wanted) <= slack, `${found} is not within ${slack} of ${wanted}`);
}

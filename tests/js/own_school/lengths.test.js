import assert from "node:assert/strict";
import { test } from "node:test";

import { readLength, writeLength } from "../../../sim/features/own_school/js/fields.js";

test("feet, inches and meters are read as people write them, and shown as they were typed last", () => {
  const near = (text, meters) => assert.ok(Math.abs(readLength(text) - meters) < 1e-9, text);
  near("100 ft", 30.48);
  assert.equal(writeLength(3.048), "10 ft");
  for (const text of ["12 ft 6 in", "12' 6\"", "12’6”", "12ft 6", "12.5 feet", "12.5"]) near(text, 3.81);
  for (const text of ["30.5 m", "30.5m", "30.5 meters", "30.5"]) near(text, 30.5);
  assert.equal(writeLength(3.048), "3.05 m");
  for (const text of ["", "abc", "12 ft 6 in 3", "1,000 ft", "12 yd", "1e3 m", "6 in"]) assert.ok(Number.isNaN(readLength(text)), text);
  assert.ok(Number.isNaN(readLength("100", true)), "a mere number may be either");
});

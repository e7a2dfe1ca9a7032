/** Times as the cameras show them, and as people type them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { SiteClock, countdownWords, spokenDuration } from "../../../sim/ui/console/js/site_clock.js";

const morning = new SiteClock("2026-10-14T08:00:00", 900);

for (const [typed, timeS] of [
  ["8:05", 300],
  ["8:05:12", 312],
  ["80512", 312],
  ["805", 300],
  ["8:05:12 am", 312],
  [" 05:12 ", 312],
  ["+10", 110],
  ["-30", 70],
  ["−30", 70],
  ["+ 10 s", 110],
  ["+1:30", 190],
  ["-200", 0],
  ["+5000", 900],
]) {
  test(`"${typed}" is read as a time`, () => assert.deepEqual(morning.parse(typed, 100), { timeS }));
}

for (const [typed, problem] of [
  ["soon", "“soon” is not a time. Type it like 8:00:00 AM, or +10 and -10 for seconds from here."],
  ["", "No time was typed. Type it like 8:00:00 AM, or +10 and -10 for seconds from here."],
  ["8:75", "There is no time 8:75. Minutes and seconds go up to 59."],
  ["27:10:00", "There is no time 27:10:00. Hours go up to 23."],
  ["9:30:00", "The recording runs from 8:00:00 AM to 8:14:59 AM."],
  ["+1:75", "+1:75 has more than 59 seconds. Type +1:30 or +90."],
  ["+", "“+” is not a time. Type it like 8:00:00 AM, or +10 and -10 for seconds from here."],
]) {
  test(`"${typed}" is no time, and why is said`, () => assert.deepEqual(morning.parse(typed, 100), { problem }));
}

test("a recording over noon and over midnight is written and read on the twelve-hour clock", () => {
  const noon = new SiteClock("2026-10-14T11:59:30", 120);
  assert.deepEqual([0, 29, 30, 31].map((timeS) => noon.words(timeS)), ["11:59:30 AM", "11:59:59 AM", "12:00:00 PM", "12:00:01 PM"]);
  assert.deepEqual(noon.parse("12:00:10"), { timeS: 40 });
  const night = new SiteClock("2026-10-14T23:59:00", 180);
  assert.deepEqual([59, 60, 125].map((timeS) => night.words(timeS)), ["11:59:59 PM", "12:00:00 AM", "12:01:05 AM"]);
  assert.deepEqual(night.parse("12:01 am"), { timeS: 120 });
  assert.deepEqual(night.parse("0:01:30"), { timeS: 150 });
});

test("fractions of a second of the recording's start are kept", () => {
  const clock = new SiteClock("2026-10-14T07:59:59.600", 60);
  assert.equal(clock.words(0.3), "7:59:59 AM");
  assert.equal(clock.words(0.4), "8:00:00 AM");
});

test("labels of the ruler are short on full minutes", () => {
  assert.deepEqual([0, 30, 60].map((timeS) => morning.shortWords(timeS)), ["8:00", "8:00:30", "8:01"]);
});

test("the countdown is rounded up, so that 0:00 means over", () => {
  assert.deepEqual([187_000, 186_001, 1, 0, -5].map(countdownWords), ["3:07", "3:07", "0:01", "0:00", "0:00"]);
});

test("what is left is spoken with its plurals", () => {
  assert.deepEqual(
    [187_000, 61_000, 120_000, 1000, 0].map(spokenDuration),
    ["3 minutes 7 seconds", "1 minute 1 second", "2 minutes", "1 second", "0 seconds"],
  );
});

/** Stretches of marks: what belongs together because it is the same camera, one mark soon after the other. */

import { must } from "./dom.js";

const LEG_GAP_S = 30;

/** @typedef {{camera_id: string, marks: ListedMark[]}} Leg */

/**
 * Group marks into legs.
 * @param {ListedMark[]} marks by their times
 * @returns {Leg[]} in time order; each leg's marks are at most 30 s apart
 */
export function groupLegs(marks) {
  /** @type {Leg[]} */
  const legs = [];
  for (const mark of marks) {
    const leg = legs.at(-1);
    const isSame = leg && leg.camera_id === mark.camera_id && mark.t_s - must(leg.marks.at(-1)).t_s <= LEG_GAP_S;
    if (isSame) leg.marks.push(mark);
    else legs.push({ camera_id: mark.camera_id, marks: [mark] });
  }
  return legs;
}

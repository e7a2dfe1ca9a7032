/** Stretches of marks: what belongs together because it is the same camera, one mark soon after the other. */

import { must } from "./dom.js";

const LEG_GAP_S = 30;

/** @typedef {{camera_id: string, fixes: ListedFix[]}} Leg */

/**
 * Group marks into legs.
 * @param {ListedFix[]} fixes by their times
 * @returns {Leg[]} in time order; each leg's marks are at most 30 s apart
 */
export function groupLegs(fixes) {
  /** @type {Leg[]} */
  const legs = [];
  for (const fix of fixes) {
    const leg = legs.at(-1);
    const isSame = leg && leg.camera_id === fix.camera_id && fix.t_s - must(leg.fixes.at(-1)).t_s <= LEG_GAP_S;
    if (isSame) leg.fixes.push(fix);
    else legs.push({ camera_id: fix.camera_id, fixes: [fix] });
  }
  return legs;
}

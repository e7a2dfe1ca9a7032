/** Stretches of marks: what belongs together because it is the same camera, one mark soon after the other. */

const LEG_GAP_S = 30;

/**
 * Group marks into legs.
 * @param {{camera_id: string, t_s: number}[]} fixes by their times
 * @returns {{camera_id: string, fixes: object[]}[]} in time order; each leg's marks are at most 30 s apart
 */
export function groupLegs(fixes) {
  const legs = [];
  for (const fix of fixes) {
    const leg = legs.at(-1);
    const isSame = leg && leg.camera_id === fix.camera_id && fix.t_s - leg.fixes.at(-1).t_s <= LEG_GAP_S;
    if (isSame) leg.fixes.push(fix);
    else legs.push({ camera_id: fix.camera_id, fixes: [fix] });
  }
  return legs;
}

/** What the trainee has so far: as the server stored it, plus what has not reached it yet. */

/**
 * Fold waiting events over the server's state.
 * @param {object} state answer of the attempt's GET
 * @param {{kind: string, payload: object}[]} waiting events without acknowledgement, oldest first
 */
export function restoreWork(state, waiting) {
  const work = {
    fixes: state.fixes.map((fix) => ({ ...fix })),
    note: state.note ?? "",
    finalZone: state.final_zone ?? null,
    notOnCamera: Boolean(state.not_on_camera),
    cameraId: state.resume?.camera_id ?? null,
    timeS: state.resume?.t_s ?? null,
    speed: state.resume?.speed ?? 1,
  };
  for (const { kind, payload } of waiting) {
    if (kind === "fix") work.fixes = [...work.fixes.filter((fix) => fix.fix_id !== payload.fix_id), { ...payload }];
    else if (kind === "unfix") work.fixes = work.fixes.filter((fix) => fix.fix_id !== payload.fix_id);
    else if (kind === "note") work.note = payload.text;
    else if (kind === "focus") work.cameraId = payload.camera_id;
    else if (kind === "submit") Object.assign(work, { finalZone: payload.final_zone, notOnCamera: payload.not_on_camera });
    if (payload.t_s !== undefined && kind !== "fix") work.timeS = payload.t_s;
    if (payload.speed !== undefined) work.speed = payload.speed;
  }
  return work;
}

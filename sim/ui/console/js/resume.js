/** What the trainee has so far: as the server stored it, plus what has not reached it yet. */

/** Kinds whose `t_s` is a moment that was noted, possibly long ago, and not what is on screen. */
const NOTES_A_MOMENT = ["fix", "bookmark", "fault"];

/** The site time that was on screen as an event tells it; undefined for one that does not. */
export function readShownS({ kind, payload }) {
  return NOTES_A_MOMENT.includes(kind) ? undefined : payload.t_s;
}

/**
 * Fold waiting events over the server's state.
 * @param {object} state answer of the attempt's GET
 * @param {{kind: string, payload: object, t_client_ms: number}[]} waiting events without acknowledgement, oldest first
 */
export function restoreWork(state, waiting) {
  const fixes = makeShelf("fix_id", state.fixes);
  const bookmarks = makeShelf("bookmark_id", state.bookmarks);
  const faults = makeShelf("fault_id", state.faults);
  const work = {
    choices: { ...state.choices },
    clips: { ...state.clips },
    calls: { ...state.calls },
    hints: state.hints ?? 0,
    note: state.note ?? "",
    finalZone: state.final_zone ?? null,
    notOnCamera: Boolean(state.not_on_camera),
    cameraId: state.resume?.camera_id ?? null,
    timeS: state.resume?.t_s ?? null,
    speed: state.resume?.speed ?? 1,
    wallS: state.resume?.wall_s ?? null,
    timelineS: state.resume?.timeline_s ?? null,
    similar: { asked: 0, last: null, opened: [], ...state.similar },
  };
  const take = {
    fix: (payload) => fixes.has(payload.fix_id) || fixes.set(payload.fix_id, { ...payload }),
    unfix: (payload) => fixes.delete(payload.fix_id),
    confidence: ({ fix_id: fixId, confidence }) => fixes.has(fixId) && fixes.set(fixId, { ...fixes.get(fixId), confidence }),
    bookmark: (payload) => bookmarks.set(payload.bookmark_id, { ...payload }),
    unbookmark: (payload) => bookmarks.delete(payload.bookmark_id),
    fault: (payload) => faults.set(payload.fault_id, { ...payload }),
    unfault: (payload) => faults.delete(payload.fault_id),
    choice: ({ key, value }) => (work.choices[key] = value),
    clip: ({ clip_id: clipId, ...clip }) => (work.clips[clipId] = clip),
    unclip: ({ clip_id: clipId }) => delete work.clips[clipId],
    pin: ({ wall_s: wallS }) => (work.wallS = wallS),
    sync: () => (work.wallS = null),
    view: ({ name, from_s: fromS, to_s: toS }) => name === "timeline" && (work.timelineS = [fromS, toS]),
    similar: (payload) => (work.similar = { asked: payload.number, last: payload, opened: [] }),
    suggestion: ({ number, rank }) => number === work.similar.asked && work.similar.opened.push(rank),
    call: ({ call_id: callId }, { t_client_ms: atMs }) => (work.calls[callId] ??= { at_ms: atMs, is_over: false }),
    reply: ({ call_id: callId }) => endCall(work, callId),
    missed: ({ call_id: callId }) => endCall(work, callId),
    note: ({ text }) => (work.note = text),
    focus: ({ camera_id: cameraId }) => (work.cameraId = cameraId),
    submit: (payload) => Object.assign(work, { finalZone: payload.final_zone, notOnCamera: payload.not_on_camera }),
  };
  for (const event of waiting) {
    const { kind, payload } = event;
    take[kind]?.(payload, event);
    work.timeS = readShownS(event) ?? work.timeS;
    if (payload.speed !== undefined) work.speed = payload.speed;
  }
  const lists = { fixes, bookmarks, faults };
  for (const [name, shelf] of Object.entries(lists)) work[name] = [...shelf.values()];
  return work;
}

function endCall(work, callId) {
  if (work.calls[callId]) work.calls[callId] = { ...work.calls[callId], is_over: true };
}

function makeShelf(idName, items) {
  return new Map((items ?? []).map((item) => [item[idName], { ...item }]));
}

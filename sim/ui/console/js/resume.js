/** What the trainee has so far: as the server stored it, plus what has not reached it yet. */

/** Kinds whose `t_s` is a moment that was noted, possibly long ago, and not what is on screen. */
const NOTES_A_MOMENT = ["mark", "bookmark", "fault"];

/**
 * The site time that was on screen as an event tells it; undefined for one that does not.
 * @param {{kind: EventKind, payload: Payload}} event
 * @returns {number|undefined}
 */
export function readShownS({ kind, payload }) {
  return NOTES_A_MOMENT.includes(kind) ? undefined : payload.t_s;
}

/**
 * Fold waiting events over the server's state.
 * @param {StoredWork} state answer of the attempt's GET
 * @param {WaitingEvent[]} waiting events without acknowledgement, oldest first
 * @returns {Work}
 */
export function restoreWork(state, waiting) {
  const marks = makeShelf(state.marks, (mark) => mark.mark_id);
  const bookmarks = makeShelf(state.bookmarks, (bookmark) => bookmark.bookmark_id);
  const faults = makeShelf(state.faults, (fault) => fault.fault_id);
  /** @type {Work} */
  const work = {
    marks: [],
    bookmarks: [],
    faults: [],
    choices: { ...state.choices },
    clips: { ...state.clips },
    ownView: state.own_view ?? [],
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
  /** @type {{[Kind in EventKind]?: (payload: Payload<Kind>, event: WaitingEvent) => unknown}} */
  const take = {
    mark: (payload) => marks.has(payload.mark_id) || marks.set(payload.mark_id, { ...payload }),
    unmark: (payload) => marks.delete(payload.mark_id),
    bookmark: (payload) => bookmarks.set(payload.bookmark_id, { ...payload }),
    unbookmark: (payload) => bookmarks.delete(payload.bookmark_id),
    fault: (payload) => faults.set(payload.fault_id, { ...payload }),
    unfault: (payload) => faults.delete(payload.fault_id),
    choice: ({ key, value }) => (work.choices[key] = value),
    clip: ({ clip_id: clipId, ...clip }) => (work.clips[clipId] = clip),
    unclip: ({ clip_id: clipId }) => delete work.clips[clipId],
    pin: ({ wall_s: wallS }) => (work.wallS = wallS),
    sync: () => (work.wallS = null),
    view: (payload) => {
      if (payload.name === "timeline") work.timelineS = [payload.from_s, payload.to_s];
      else if (payload.name === "grid") work.cameraId = null;
      else if (payload.name === "own") work.ownView = payload.cameras;
    },
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
    const takeOne = /** @type {((payload: Payload, event: WaitingEvent) => unknown)|undefined} */ (take[kind]);
    takeOne?.(payload, event);
    work.timeS = readShownS(event) ?? work.timeS;
    if ("speed" in payload && payload.speed !== undefined) work.speed = payload.speed;
  }
  return { ...work, marks: [...marks.values()], bookmarks: [...bookmarks.values()], faults: [...faults.values()] };
}

/** @param {Work} work @param {string} callId */
function endCall(work, callId) {
  if (work.calls[callId]) work.calls[callId] = { ...work.calls[callId], is_over: true };
}

/**
 * Items by their ids, in their order.
 * @template {object} Item
 * @param {Item[]|undefined} items
 * @param {(item: Item) => string} idOf
 */
function makeShelf(items, idOf) {
  return new Map((items ?? []).map((item) => [idOf(item), { ...item }]));
}

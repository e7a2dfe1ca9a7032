/** What events amount to: what a trainee has so far, and what was on screen at a moment. */

// What the trainee has so far: as the server stored it, plus what has not reached it yet.

/** Kinds whose `t_s` is a moment that was noted, possibly long ago, and not what is on screen. */
const NOTES_A_MOMENT = ["mark", "bookmark", "fault"];

/** The site time that was on screen as an event tells it; undefined for one that does not. @returns {number|undefined} */
export function readShownS(/** @type {{kind: EventKind, payload: Payload}} */ { kind, payload }) {
  return NOTES_A_MOMENT.includes(kind) ? undefined : payload.t_s;
}

/** @type {Work} */
const NOTHING_DONE = {
  marks: [],
  bookmarks: [],
  faults: [],
  choices: {},
  clips: {},
  own_view: [],
  calls: {},
  similar: { asked: 0, last: null, opened: [] },
  hints: 0,
  note: "",
  final_zone: null,
  not_on_camera: false,
  resume: { camera_id: null, t_s: 0, speed: 1, wall_s: null, timeline_s: null },
};

/** Fold events that wait to be sent, oldest first, over what the server has stored. */
export function restoreWork(/** @type {Partial<Work>} */ state, /** @type {WaitingEvent[]} */ waiting) {
  const work = structuredClone({ ...NOTHING_DONE, ...state });
  const { resume } = work;
  const marks = new Map(work.marks.map((mark) => [mark.mark_id, mark]));
  const bookmarks = new Map(work.bookmarks.map((bookmark) => [bookmark.bookmark_id, bookmark]));
  const faults = new Map(work.faults.map((fault) => [fault.fault_id, fault]));
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
    pin: ({ wall_s }) => (resume.wall_s = wall_s),
    sync: () => (resume.wall_s = null),
    view: (payload) => {
      if (payload.name === "timeline") resume.timeline_s = [payload.from_s, payload.to_s];
      else if (payload.name === "grid") resume.camera_id = null;
      else if (payload.name === "own") work.own_view = payload.cameras;
    },
    similar: (payload) => (work.similar = { asked: payload.number, last: payload, opened: [] }),
    suggestion: ({ number, rank }) => number === work.similar.asked && work.similar.opened.push(rank),
    call: ({ call_id: callId }, { t_client_ms: atMs }) => (work.calls[callId] ??= { at_ms: atMs, is_over: false }),
    reply: ({ call_id: callId }) => endCall(work, callId),
    missed: ({ call_id: callId }) => endCall(work, callId),
    note: ({ text }) => (work.note = text),
    focus: ({ camera_id }) => (resume.camera_id = camera_id),
    submit: ({ final_zone, not_on_camera }) => Object.assign(work, { final_zone, not_on_camera }),
  };
  for (const event of waiting) {
    const { kind, payload } = event;
    const takeOne = /** @type {((payload: Payload, event: WaitingEvent) => unknown)|undefined} */ (take[kind]);
    takeOne?.(payload, event);
    resume.t_s = readShownS(event) ?? resume.t_s;
    if ("speed" in payload && payload.speed !== undefined) resume.speed = payload.speed;
  }
  return { ...work, marks: [...marks.values()], bookmarks: [...bookmarks.values()], faults: [...faults.values()] };
}

function endCall(/** @type {Work} */ work, /** @type {string} */ callId) {
  if (work.calls[callId]) work.calls[callId] = { ...work.calls[callId], is_over: true };
}

// What was on screen at a moment of an attempt, folded from its event log. Pure: the same events give the same screen.

const MOST_PACE = 1.5;

/** The screen at release, which begins at a site time. @param {number} startS @returns {ReplayState} */
export function makeFirstState(startS) {
  return {
    atMs: 0,
    cameraId: null,
    timeS: startS,
    speed: 1,
    isPlaying: false,
    isHidden: false,
    marks: [],
    note: "",
    tab: "wall",
    side: "both",
    floor: null,
    wall: null,
    zoom: null,
    timeline: null,
    wallS: null,
    similar: null,
    callId: null,
    on: [],
  };
}

/**
 * Site time of the main picture at a moment, seconds.
 *
 * Playing waits when a picture is late, so between two events it is read off the line between what both say was on
 * screen, as long as that lies ahead and the speed does not forbid it; after the last, the speed alone tells.
 * @param {ReplayState} state
 * @param {number} atMs milliseconds since release
 * @param {LoggedEvent} [next] the event after it
 */
export function siteTimeAt(state, atMs, next) {
  if (!state.isPlaying) return state.timeS;
  const passedS = (atMs - state.atMs) / 1000;
  const thenS = next && (("from_s" in next.payload ? next.payload.from_s : undefined) ?? readShownS(next));
  const spanS = next ? (next.t_ms - state.atMs) / 1000 : 0;
  const reach = spanS > 0 && thenS !== undefined ? (thenS - state.timeS) / (state.speed * spanS) : 1;
  const pace = reach >= 0 && reach <= MOST_PACE ? reach : 1;
  return state.timeS + state.speed * pace * passedS;
}

/** The state after one more event. @returns {ReplayState} */
export function foldEvent(/** @type {ReplayState} */ before, /** @type {LoggedEvent} */ event) {
  const { t_ms: atMs, kind, payload } = event;
  const state = { ...before, timeS: readShownS(event) ?? siteTimeAt(before, atMs), atMs, on: payload.on ?? before.on };
  const take = /** @type {((payload: Payload, state: ReplayState) => Partial<ReplayState>|null|undefined)|undefined} */ (CHANGES[kind]);
  const change = take?.(payload, state);
  return change ? { ...state, ...change } : state;
}

const withoutMark = (/** @type {Mark[]} */ marks, /** @type {string} */ markId) => marks.filter((mark) => mark.mark_id !== markId);

/** @type {{[Kind in EventKind]?: (payload: Payload<Kind>, state: ReplayState) => Partial<ReplayState>|null|undefined}} */
const CHANGES = {
  open: (_payload, { marks, note, callId }) => ({ ...makeFirstState(0), marks, note, callId }),
  focus: ({ camera_id: cameraId }) => ({ cameraId, zoom: null, floor: null }),
  play: ({ speed }) => ({ speed, isPlaying: true }),
  speed: ({ speed }) => ({ speed }),
  pause: () => ({ isPlaying: false }),
  step: () => ({ isPlaying: false }),
  close: () => ({ isPlaying: false }),
  submit: () => ({ isPlaying: false, callId: null }),
  hidden: () => ({ isHidden: true, isPlaying: false }),
  visible: () => ({ isHidden: false }),
  mark: (payload, { marks }) => ({ marks: [...withoutMark(marks, payload.mark_id), payload] }),
  unmark: ({ mark_id: markId }, { marks }) => ({ marks: withoutMark(marks, markId) }),
  call: ({ call_id: callId }) => ({ callId }),
  reply: () => ({ callId: null }),
  missed: () => ({ callId: null }),
  note: ({ text }) => ({ note: text }),
  zoom: ({ x, y, scale }) => ({ zoom: { x, y, scale } }),
  pin: ({ wall_s: wallS }) => ({ wallS }),
  sync: () => ({ wallS: null }),
  similar: (payload) => ({ similar: { list: payload, opened: [], isOpen: true } }),
  suggestion: ({ rank }, { similar }) => similar && { similar: { ...similar, opened: [...similar.opened, rank] } },
  view: (payload, state) => {
    const take = /** @type {((payload: ViewPayload, state: ReplayState) => Partial<ReplayState>|null)|undefined} */ (VIEWS[payload.name]);
    return take?.(payload, state);
  },
};

/** @type {{[Name in ViewName]: (payload: ViewPayloads[Name], state: ReplayState) => Partial<ReplayState>|null}} */
const VIEWS = {
  wall: (payload, { wall }) => ({ tab: "wall", wall: payload.layout ? payload : wall }),
  grid: () => ({ cameraId: null, zoom: null, tab: "wall" }),
  plan: () => ({ tab: "plan", side: "plan" }),
  both: () => ({ side: "both" }),
  found: () => ({ tab: "found" }),
  floor: ({ floor }) => ({ floor }),
  timeline: (payload) => ({ timeline: payload }),
  own: () => null,
  similar: ({ number }, { similar }) => similar && { similar: { ...similar, isOpen: Boolean(number) } },
};

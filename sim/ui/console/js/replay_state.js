/** What was on screen at a moment of an attempt, folded from its event log. Pure: the same events give the same screen. */

import { readShownS } from "./resume.js";

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
  const thenS = next && (readFromS(next) ?? readShownS(next));
  const spanS = next ? (next.t_ms - state.atMs) / 1000 : 0;
  const reach = spanS > 0 && thenS !== undefined ? (thenS - state.timeS) / (state.speed * spanS) : 1;
  const pace = reach >= 0 && reach <= MOST_PACE ? reach : 1;
  return state.timeS + state.speed * pace * passedS;
}

/**
 * Where a seek began, or a part of the timeline; undefined for anything else.
 * @param {LoggedEvent} event
 * @returns {number|undefined}
 */
function readFromS({ payload }) {
  return "from_s" in payload ? payload.from_s : undefined;
}

/**
 * The state after one more event.
 * @param {ReplayState} before as of `makeFirstState`
 * @param {LoggedEvent} event
 * @returns {ReplayState}
 */
export function foldEvent(before, event) {
  const { t_ms: atMs, kind, payload } = event;
  const state = { ...before, timeS: readShownS(event) ?? siteTimeAt(before, atMs), atMs, on: payload.on ?? before.on };
  const take = /** @type {((payload: Payload, state: ReplayState) => Partial<ReplayState>|null|undefined)|undefined} */ (CHANGES[kind]);
  const change = take?.(payload, state);
  return change ? { ...state, ...change } : state;
}

/** @param {Mark[]} marks @param {string} markId */
const withoutMark = (marks, markId) => marks.filter((mark) => mark.mark_id !== markId);

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

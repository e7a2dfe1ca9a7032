/** What was on screen at a moment of an attempt, folded from its event log. Pure: the same events give the same screen. */

import { readShownS } from "./resume.js";

const MOST_PACE = 1.5;

/** The screen at release, which begins at a site time. */
export function makeFirstState(startS) {
  return {
    atMs: 0,
    cameraId: null,
    timeS: startS,
    speed: 1,
    isPlaying: false,
    isHidden: false,
    fixes: [],
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
 * @param {object} state
 * @param {number} atMs milliseconds since release
 * @param {object} [next] the event after it
 */
export function siteTimeAt(state, atMs, next) {
  if (!state.isPlaying) return state.timeS;
  const passedS = (atMs - state.atMs) / 1000;
  const thenS = next && (next.payload.from_s ?? readShownS(next));
  const spanS = next ? (next.t_ms - state.atMs) / 1000 : 0;
  const reach = spanS > 0 && thenS !== undefined ? (thenS - state.timeS) / (state.speed * spanS) : 1;
  const pace = reach >= 0 && reach <= MOST_PACE ? reach : 1;
  return state.timeS + state.speed * pace * passedS;
}

/**
 * The state after one more event.
 * @param {object} before as of `makeFirstState`
 * @param {{t_ms: number, kind: string, payload: object}} event milliseconds since release
 */
export function foldEvent(before, event) {
  const { t_ms: atMs, kind, payload } = event;
  const state = { ...before, timeS: readShownS(event) ?? siteTimeAt(before, atMs), atMs, on: payload.on ?? before.on };
  const change = CHANGES[kind]?.(payload, state);
  return change ? { ...state, ...change } : state;
}

const withoutFix = (fixes, fixId) => fixes.filter((fix) => fix.fix_id !== fixId);

const CHANGES = {
  open: (_payload, { fixes, note, callId }) => ({ ...makeFirstState(0), fixes, note, callId }),
  focus: ({ camera_id: cameraId }) => ({ cameraId, zoom: null }),
  play: ({ speed }) => ({ speed, isPlaying: true }),
  speed: ({ speed }) => ({ speed }),
  pause: () => ({ isPlaying: false }),
  step: () => ({ isPlaying: false }),
  close: () => ({ isPlaying: false }),
  submit: () => ({ isPlaying: false, callId: null }),
  hidden: () => ({ isHidden: true, isPlaying: false }),
  visible: () => ({ isHidden: false }),
  fix: (payload, { fixes }) => ({ fixes: [...withoutFix(fixes, payload.fix_id), payload] }),
  unfix: ({ fix_id: fixId }, { fixes }) => ({ fixes: withoutFix(fixes, fixId) }),
  confidence: ({ fix_id: fixId, confidence }, { fixes }) => ({
    fixes: fixes.map((fix) => (fix.fix_id === fixId ? { ...fix, confidence } : fix)),
  }),
  call: ({ call_id: callId }) => ({ callId }),
  reply: () => ({ callId: null }),
  missed: () => ({ callId: null }),
  note: ({ text }) => ({ note: text }),
  zoom: ({ x, y, scale }) => ({ zoom: { x, y, scale } }),
  pin: ({ wall_s: wallS }) => ({ wallS }),
  sync: () => ({ wallS: null }),
  similar: (payload) => ({ similar: { list: payload, opened: [], isOpen: true } }),
  suggestion: ({ rank }, { similar }) => similar && { similar: { ...similar, opened: [...similar.opened, rank] } },
  view: (payload, state) => VIEWS[payload.name]?.(payload, state),
};

const VIEWS = {
  wall: (payload, { wall }) => ({ tab: "wall", wall: payload.layout ? payload : wall }),
  plan: () => ({ tab: "plan", side: "plan" }),
  both: () => ({ side: "both" }),
  found: () => ({ tab: "found" }),
  floor: ({ floor }) => ({ floor }),
  timeline: (payload) => ({ timeline: payload }),
  similar: ({ number }, { similar }) => similar && { similar: { ...similar, isOpen: Boolean(number) } },
};

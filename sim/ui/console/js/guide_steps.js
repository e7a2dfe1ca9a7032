/** The steps of the familiarization drill: a control each, and the event that says it was used. */

import { findJump, sayS } from "./profile.js";

const FAR_S = 15;

/**
 * @typedef {object} GuideStep
 * @property {string} name
 * @property {(keyof Parts)[]} parts the first that is on screen is pointed at
 * @property {string} [view] the phone's tab
 * @property {string} title
 * @property {string} text
 * @property {string} [touch] the words for fingers
 * @property {(kind: EventKind, payload: AnyPayload) => boolean} isDone
 */

/** @param {Profile} profile what this console offers, see profile.js @returns {GuideStep[]} */
export function listGuideSteps(profile) {
  /** @param {EventKind} wanted */
  const by = (wanted) => (/** @type {EventKind} */ kind) => kind === wanted;
  /** @type {GuideStep[]} */
  const steps = [
    { name: "camera", parts: ["wall"], view: "wall", title: "Open a camera", text: "Choose any camera on the wall. It becomes the main picture.", isDone: by("focus") },
    { name: "play", parts: ["play"], title: "Play", text: "All cameras play together. Space does the same.", touch: "All cameras play together.", isDone: (kind, { tick }) => kind === "play" && !tick },
    { name: "pause", parts: ["play"], title: "Pause", text: "The same button, or Space.", touch: "The same button.", isDone: by("pause") },
    { name: "jump", parts: ["forwardTen"], title: `Jump ${sayS(findJump(profile, true))}`, text: "On with this button, back with the one on the other side of Play.", isDone: by("seek") },
    { name: "step", parts: ["frameForward"], title: "Step a frame", text: "One picture on, to see exactly where someone goes.", isDone: by("step") },
    { name: "speed", parts: ["speed"], title: "Change the speed", text: "Faster to search, slower to look.", isDone: by("speed") },
    { name: "backwards", parts: ["reverse", "speed"], title: "Play backward", text: "This button, or J. Pause again with Space.", touch: "Choose a speed below 0, then pause.", isDone: (kind, { speed }) => ["play", "speed"].includes(kind) && speed < 0 },
    { name: "time", parts: ["track"], title: "Go to another time", text: "Choose a place far along the timeline. Where there is motion the line is higher.", isDone: (kind, { from_s: fromS, t_s: toS }) => kind === "seek" && Math.abs(toS - fromS) > FAR_S },
    { name: "plan", parts: ["plan"], view: "plan", title: "Open a camera by the plan", text: "Choose a number on the plan: that camera opens.", isDone: by("map") },
    { name: "link", parts: ["stage"], title: "Go to the next camera", text: "A small number in the picture opens the camera where people who leave there come into view next. N goes through them, Enter opens.", touch: "A button below the picture opens the camera where people who leave come into view next.", isDone: by("link") },
    { name: "wall", parts: ["wall"], view: "wall", title: "Arrange the wall", text: "The two buttons at its side: a group of cameras, or fewer at a time.", isDone: (kind, { name }) => kind === "view" && name === "wall" },
    { name: "find", parts: ["finderOpen", "finderTab"], title: "Find a camera by name", text: "Open this, write part of a name, choose.", isDone: by("find") },
    { name: "zoom", parts: ["stage"], title: "Look closer", text: "Scroll over the main picture, or press +.", touch: "Spread two fingers on the main picture.", isDone: (kind, { scale }) => kind === "zoom" && scale > 1 },
    { name: "mark", parts: ["stage"], title: "Mark a person", text: "Click anyone in the main picture. In a drill this says: this is the student.", touch: "Tap anyone in the main picture, then Mark this person.", isDone: by("mark") },
    { name: "unmark", parts: ["found"], view: "found", title: "Remove the mark", text: "Every mark has a button for that in this list. Z undoes the last mark too.", touch: "Every mark has a button for that in this list.", isDone: by("unmark") },
    { name: "bookmark", parts: ["nearTools", "moreOpen", "moreTab"], title: "Bookmark a moment", text: "For yourself, to come back to. B does the same.", touch: "In here: Bookmark. It is for yourself, to come back to.", isDone: by("bookmark") },
    { name: "fault", parts: ["moreOpen", "moreTab"], title: "Report a camera", text: "In here: report what is wrong with a camera, such as a clock that is off. Here any report will do.", isDone: by("fault") },
    { name: "handIn", parts: ["handIn"], title: "Submit", text: "This ends a drill. Here it ends the practice; nothing is scored.", isDone: by("submit") },
  ];
  /** @type {Record<string, boolean>} */
  const isOffered = {
    plan: profile.map,
    link: profile.links,
    backwards: profile.speeds.some((speed) => speed < 0),
  };
  const hasOwnKeys = Object.keys(profile.keys).length > 0;
  return steps.filter(({ name }) => isOffered[name] ?? true).map((step) => (hasOwnKeys ? { ...step, text: step.touch ?? step.text } : step));
}

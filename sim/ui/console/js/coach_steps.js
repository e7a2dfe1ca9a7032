/** What the tour of the console points at and says, in the order of a search. */

/**
 * @param {Profile} profile what this console offers, see profile.js
 * @returns {{part: PartName, view?: string, title: string, text: string, touch?: string}[]} `view` is the phone's tab
 */
export function listCoachSteps(profile) {
  const wall = profile.sync
    ? "All cameras at the same moment. Choose one to see it large; Esc or its button brings all cameras back."
    : "All cameras, each where you left it. Choose one to see it large; Esc or its button brings all cameras back.";
  /** @type {ReturnType<typeof listCoachSteps>} */
  const steps = [
    { part: "wall", view: "wall", title: "The cameras", text: wall },
    {
      part: "stage",
      title: "The picture",
      text: "Click the person when you see them: that makes a mark.",
      touch: "Tap the person when you see them, then Mark this person.",
    },
    { part: "track", title: "Time", text: "Drag here to another moment. The buttons above play, step and jump." },
    { part: "plan", view: "plan", title: "The plan", text: "Where the cameras are and what they see. Choose one where the person may come by next." },
    { part: "found", view: "found", title: "What you found", text: "Your marks in order. Choose one to go back to it, or remove it." },
    { part: "handIn", title: "Submit", text: "When you are done, submit. Until then everything can be changed, and all of it is saved." },
  ];
  return profile.map ? steps : steps.filter((step) => step.part !== "plan");
}

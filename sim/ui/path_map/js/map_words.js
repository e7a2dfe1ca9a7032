/** Everything the map says. */

export const WORDS = {
  path: "The student's actual path",
  unseen: "off camera",
  right: "Your mark: correct",
  wrong: "Your mark: wrong person",
  nobody: "Your mark: no one there",
  looked: "you watched this camera",
  student: "Student",
  studentUnseen: "Student, off camera",
  studentBefore: "Student, first seen here",
  studentAfter: "Student, last seen here",
  play: "Play",
  pause: "Pause",
  before: "Previous mark",
  after: "Next mark",
  speed: "Speed",
  moment: "Moment of the recording",
  laneStudent: "Student on camera",
  laneWatched: "You watched",
  laneMarks: "Your marks",
  floors: "Floor",
};

/** Site time as the cameras show it. @param {number} dayS @param {number} t_s */
export function writeClock(dayS, t_s) {
  const whole = Math.floor(dayS + t_s + 1e-6) % 86400;
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  /** @param {number} number */
  const two = (number) => String(number).padStart(2, "0");
  return `${hours % 12 || 12}:${two(minutes)}:${two(seconds)} ${hours < 12 ? "AM" : "PM"}`;
}

/** Where the student is, in a sentence. @param {MapPlace|null} place @param {MapSpan[]} spans */
export function writeStudent(place, spans) {
  if (place === null) return "The student is on no camera in this time.";
  if (place.phase === "before") return "The student is not on camera yet.";
  if (place.phase === "after") return "The student does not come on camera again.";
  if (spans.length === 0) return "The student is off camera here.";
  return `The student is on ${join(spans)}.`;
}

/** What the trainee was looking at, in a sentence. @param {MapSpan[]} spans */
export function writeWatched(spans) {
  return spans.length === 0 ? "You did not watch this moment." : `You watched ${join(spans)}.`;
}

/** A mark, in a sentence; "" for none. @param {MapMark|null} mark */
export function writeMark(mark) {
  if (mark === null) return "";
  return `Your mark ${mark.number} on ${mark.camera}: ${mark.words}${mark.count > 1 ? ` (${mark.count} marks)` : ""}.`;
}

/** @param {string} name @param {boolean} hasFloors */
export function titlePlan(name, hasFloors) {
  return `${hasFloors ? `Map of ${name}` : "Map"} with the student's actual path and your marks`;
}

/** @param {MapSpan[]} spans */
function join(spans) {
  const names = spans.map(({ name }) => name);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

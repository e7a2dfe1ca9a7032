/** The cameras of a floor as buttons: a number in a circle that points where the camera looks. */

import { make } from "./dom.js";

/**
 * @param {PlanCamera} camera of the site in the console's data
 * @param {object} state
 * @param {number} state.number what it is called
 * @param {number} state.marks how often it was marked
 * @param {boolean} state.isChosen whether it is the main picture
 */
export function makeCameraSign(camera, { number, marks, isChosen }) {
  const found = marks ? `, ${marks} mark${marks === 1 ? "" : "s"}` : "";
  return make(
    "button",
    {
      type: "button",
      class: "plan-camera",
      title: camera.name,
      "data-camera": camera.camera_id,
      "data-marks": String(marks),
      "aria-pressed": String(isChosen),
      "aria-label": `Camera ${number}, ${camera.name}${found}: show large`,
    },
    make("span", { class: "plan-pointer", style: `--turn:${-camera.yaw_deg}deg` }),
    make("span", { class: "plan-sign", text: String(number) }),
  );
}

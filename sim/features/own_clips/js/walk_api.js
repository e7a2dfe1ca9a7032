/** What the pages of a walk ask the server for. An answer that is no success is an error with the server's words. */

import { PageApi, RefusedError, makeRefused } from "./refused.js";

export class WalkApi extends PageApi {
  constructor(/** @type {string} */ walkId) {
    super(`walks/${walkId}`);
  }

  /** @returns {Promise<ImportState>} */
  loadImports() { return this.ask("/clips"); }

  frameUrl(/** @type {string} */ clipId, /** @type {number} */ frame) {
    return `${this.base}/frame?clip=${encodeURIComponent(clipId)}&tenths=${frame}`;
  }

  /** @param {"resume"|"cancel"|"remove"|"accept"} step @param {string} clipId @returns {Promise<ImportState>} */
  stepImport(step, clipId) { return this.ask(`/clips/${step}?clip=${encodeURIComponent(clipId)}`, { method: "POST" }); }

  /** Send a clip; `onShare` hears the share that has gone out, and the request can be stopped by `signal`. @param {File} file @param {string} camera @param {(share: number) => void} onShare @param {AbortSignal} signal @returns {Promise<ImportState>} */
  sendClip(file, camera, onShare, signal) {
    const names = new URLSearchParams({ file_name: file.name, camera });
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.base}/clips?${names}`);
      request.responseType = "json";
      request.upload.addEventListener("progress", ({ loaded, total }) => onShare(total ? loaded / total : 0));
      request.addEventListener("load", () => {
        if (request.status === 200) resolve(request.response);
        else reject(makeRefused(request.status, request.response));
      });
      request.addEventListener("error", () => reject(new RefusedError("", 0)));
      request.addEventListener("abort", () => reject(new RefusedError("You stopped sending this clip.", 0)));
      signal.addEventListener("abort", () => request.abort());
      request.send(file);
    });
  }

  /** @returns {Promise<WorkingState>} */
  loadWorking() { return this.ask("/working"); }

  /** @param {string} cameraId @returns {Promise<{boxes: number[][]}>} each: frame, 1 where hidden, x1, y1, x2, y2 */
  loadBoxes(cameraId) { return this.ask(`/boxes?camera=${cameraId}`); }

  /** @param {string} cameraId @param {number} frame @returns {Promise<WalkProposal>} */
  propose(cameraId, frame) { return this.ask(`/proposal?camera=${cameraId}&frame=${frame}`); }

  /** @param {{camera_id: string, frame: number, sight: Sight|null, box: Box|null, base: number, next: number|null}} keyframe `next`: a frame to propose a box for @returns {Promise<WalkTrack>} */
  putKeyframe(keyframe) { return this.ask("/keyframes", { method: "POST", body: JSON.stringify(keyframe) }); }

  /** @param {number} base @returns {Promise<WalkTrack>} */
  undo(base) { return this.ask(`/undo?base=${base}`, { method: "POST" }); }

  /** @param {(BlurSpan & {camera_id: string})[]} spans @returns {Promise<AlignProgress>} */
  blur(spans) { return this.ask("/blur", { method: "POST", body: JSON.stringify({ spans }) }); }

  /** @returns {Promise<AlignProgress>} */
  loadAlign() { return this.ask("/align"); }

  /** @param {string} cameraId @returns {Promise<WorkingState>} */
  confirm(cameraId) { return this.ask(`/confirm?camera=${cameraId}`, { method: "POST" }); }
}

export function sayFailure(/** @type {unknown} */ error) {
  if (error instanceof RefusedError && error.message) return error.message;
  return "The server does not answer. Check the connection and try again; nothing that was saved is lost.";
}

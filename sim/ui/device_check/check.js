const PROBE_BYTES = 524288;
const ENOUGH_MBIT_S = 5;

/** @param {Mounted<{probe_url: string}>} page */
export default function ({ parentElement, data }) {
  const check = /** @type {HTMLElement} */ (parentElement.querySelector(".check"));
  if (check.dataset.started) return;
  check.dataset.started = "yes";
  const words = /** @type {HTMLElement} */ (parentElement.querySelector(".words"));
  /** @param {"good"|"poor"} kind @param {string} text */
  const say = (kind, text) => { check.classList.add(kind); words.textContent = text; };
  const video = document.createElement("video");
  if (!video.canPlayType('video/mp4; codecs="avc1.64001f"')) {
    say("poor", "This browser cannot play the footage (H.264 video). Use a current Chrome, Edge, Firefox or Safari.");
    return;
  }
  const began = performance.now();
  fetch(data.probe_url, { headers: { Range: `bytes=0-${PROBE_BYTES - 1}` }, cache: "no-store" })
    .then(answer => { if (!answer.ok) throw new Error(String(answer.status)); return answer.arrayBuffer(); })
    .then(body => {
      const rate = body.byteLength * 8 / 1e6 / Math.max(0.001, (performance.now() - began) / 1000);
      if (rate >= ENOUGH_MBIT_S) {
        say("good", "Ready: this device plays the footage and the connection is fast enough. No sound is needed.");
      } else {
        say("poor", `The connection is slow (about ${rate.toFixed(1)} Mbit/s). The drill works, but pictures may lag.`);
      }
    })
    .catch(() => say("poor", "The footage could not be reached. Check the connection, then reload this page."));
}

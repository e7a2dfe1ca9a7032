import { CANNOT_PLAY, PLAY_ELSEWHERE, canPlay } from "./can_play.js";

const PROBE_BYTES = 524288;
const ENOUGH_MBIT_S = 5;

/**
 * It says something only where the browser cannot play or, given an address of footage, the connection is slow.
 * @param {Mounted<{probe_url: string}>} page
 */
export default function ({ parentElement, data, setStateValue }) {
  const check = /** @type {HTMLElement} */ (parentElement.querySelector(".check"));
  if (check.dataset.started) return;
  check.dataset.started = "yes";
  const words = /** @type {HTMLElement} */ (parentElement.querySelector(".words"));
  const say = (/** @type {string} */ text) => {
    check.hidden = false;
    words.textContent = text;
  };
  canPlay().then((plays) => {
    if (!plays) {
      say(`${CANNOT_PLAY} ${PLAY_ELSEWHERE}`);
      setStateValue("unplayable", true);
    } else if (data.probe_url) measure(data.probe_url, say);
  });
}

function measure(/** @type {string} */ url, /** @type {(text: string) => void} */ say) {
  const began = performance.now();
  fetch(url, { headers: { Range: `bytes=0-${PROBE_BYTES - 1}` }, cache: "no-store" })
    .then(answer => { if (!answer.ok) throw new Error(String(answer.status)); return answer.arrayBuffer(); })
    .then(body => {
      const rate = body.byteLength * 8 / 1e6 / Math.max(0.001, (performance.now() - began) / 1000);
      if (rate < ENOUGH_MBIT_S) say(`The connection is slow (about ${rate.toFixed(1)} Mbit/s). The drill works, but pictures may lag.`);
    })
    .catch(() => say("The footage could not be reached. Check the connection, then reload this page."));
}

/** What is said when a clip is not taken: by the server in its words, by a proxy in front of it with a page of its own. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { WalkApi, sayFailure } from "../../../sim/features/own_clips/js/walk_api.js";

globalThis.document = { baseURI: "https://sightline.example/" };

/** Send a clip to somebody who answers so; returns what is told. */
async function tell(status, response) {
  globalThis.XMLHttpRequest = class extends EventTarget {
    upload = new EventTarget();
    status = status;
    response = response;

    open() {}

    send() {
      this.dispatchEvent(new Event("load"));
    }
  };
  const sent = new WalkApi("walk-1").sendClip({ name: "north.mp4" }, "North", () => {}, new AbortController().signal);
  return sent.then(() => "taken", sayFailure);
}

test("what the server says of a clip is told", async () => {
  assert.equal(await tell(422, { error: "north.mp4 is coded as VP9." }), "north.mp4 is coded as VP9.");
});

test("a clip that a proxy takes no part of is too large, and not a server that is away", async () => {
  assert.match(await tell(413, null), /larger than the server takes/);
});

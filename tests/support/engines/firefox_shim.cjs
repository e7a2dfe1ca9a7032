/**
 * Loaded into Playwright's driver by NODE_OPTIONS: Firefox 153, Debian's, does not know the command
 * `emulation.setMediaFeaturesOverride`, which Playwright 1.65 sends for every context and whose refusal ends it. Sent
 * in its place is one that every browser knows and that changes nothing.
 *
 * This file can go with the first Firefox ESR that knows the command: when `tests/engines` passes without it.
 */
const Module = require("node:module");

const compile = Module.prototype._compile;
Module.prototype._compile = function (text, file) {
  return compile.call(this, text.replaceAll('"emulation.setMediaFeaturesOverride"', '"session.status"'), file);
};

/** One `<video>` on the common clock, and the frame it is really showing. */

import { clamp, must } from "./dom.js";
import { ClipScreen } from "./pixels.js";

const DEAD_BAND_S = 0.012;
const LOST_S = 0.35;
const NUDGE = 0.25;
/** How early a picture's time stamp may be, frames: it is rounded. */
const STAMP_SLACK = 0.05;
/** How late callbacks may be on a busy machine, seconds. */
const BELIEVED_S = 0.5;
const SLOWEST = 0.0625;
const FASTEST = 16;
const RETRY_MS = [500, 1000, 2000, 4000, 8000];
/** How long a seek may take; then it is begun again, then the clip opened again, and so on with more patience. */
const SEEK_MS = [2000, 2000, 4000, 4000, 8000, 8000, 16_000];

export class Screen extends ClipScreen {
  #retries = 0;
  /** @type {number} */ #retryTimer = 0;
  #generation = 0;
  /** @type {number|undefined} */ #seekTimer;
  /** Where seeks are bound, seconds, also while an older one is under way. */
  #aimS = 0;
  #stuck = 0;
  /** Whether it has been brought to a time since its clip was opened: what shows before is the clip's beginning. */
  #isPlaced = false;
  /** @type {number|null} */ #settledOn = null;
  /** @type {number|null} */ #toRead = null;
  #isReading = false;

  /**
   * @param {HTMLVideoElement} video
   * @param {object} options
   * @param {number} options.fps
   * @param {"auto"|"metadata"} [options.preload] how much is fetched unasked
   * @param {import("./pixels.js").PixelReader|null} [options.reader] reads every frame's pixels into `pixels`
   * @param {(screen: Screen) => void} options.onFrame a frame reached the screen; `frame` tells which
   * @param {(screen: Screen, trouble: Trouble|null) => void} options.onTrouble
   *   why nothing plays; null once it does again
   */
  constructor(video, { fps, preload = "auto", reader = null, onFrame, onTrouble }) {
    super();
    Object.assign(video, { muted: true, playsInline: true, preload, disableRemotePlayback: true });
    this.video = video;
    this.fps = fps;
    this.reader = reader;
    this.onFrame = onFrame;
    this.onTrouble = onTrouble;
    video.addEventListener("error", () => this.#diagnose());
    video.addEventListener("seeked", () => {
      this.#isPlaced = true;
      this.#endSeek();
    });
    this.#watchFrames();
  }

  get source() { return this.isLoading || !this.#isPlaced ? null : this.video; }
  get cuttable() { return this.source; }
  get sizeWh() { return [this.video.videoWidth, this.video.videoHeight]; }
  get isLoading() { return this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA; }

  /** The frame on screen at this instant, read from the picture itself where the browser can: a callback may be late. */
  readFrame() {
    if (!("VideoFrame" in globalThis) || this.frame < 0) return this.frame;
    try {
      const picture = new VideoFrame(this.video);
      const frame = this.#believe(picture.timestamp, this.frame);
      picture.close();
      return frame;
    } catch {
      return this.frame;
    }
  }

  /**
   * The frame that a picture's time stamp names: its own time in Chromium, the video's, half a frame later, in WebKit.
   */
  #frameAt(/** @type {number} */ timeS) { return Math.floor(timeS * this.fps + STAMP_SLACK); }

  /** The stamp's frame, unless far from callback and video time: callbacks may be late, some browsers stamp otherwise. */
  #believe(/** @type {number} */ timestamp, /** @type {number} */ said) {
    // Firefox 153 stamps pictures with whole seconds, not microseconds
    if (timestamp <= this.video.currentTime) return said;
    const frame = this.#frameAt(timestamp / 1e6);
    const reach = Math.max(2, BELIEVED_S * this.video.playbackRate * this.fps);
    const isNear = [said, this.video.currentTime * this.fps].some((told) => Math.abs(frame - told) <= reach);
    return isNear ? frame : said;
  }

  get dropped() { return this.video.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0; }

  /** What waits to be decoded is the browser's own affair. */
  get queued() { return "unknown"; }

  get bufferedS() {
    const { buffered, currentTime } = this.video;
    for (let place = 0; place < buffered.length; place++) {
      if (buffered.start(place) <= currentTime && currentTime <= buffered.end(place)) return buffered.end(place) - currentTime;
    }
    return 0;
  }

  get lastFrame() {
    const { duration } = this.video;
    return Number.isFinite(duration) && duration > 0 ? Math.max(0, Math.round(duration * this.fps) - 1) : Infinity;
  }

  isStandingOn(/** @type {number} */ frame) {
    return this.frame === Math.min(frame, this.lastFrame) && this.video.paused && !this.video.seeking;
  }

  /**
   * Open another clip. The last picture of the old one must no longer be trusted: `frame` is -1 until a new one shows.
   */
  load(/** @type {string} */ url) {
    clearTimeout(this.#retryTimer);
    this.#generation++;
    this.#retries = 0;
    this.url = url;
    this.frame = -1;
    this.#endSeek();
    this.#report(null);
    this.#open(url);
  }

  reload() {
    if (this.url) this.load(this.url);
  }

  /** The same clip has another address: an expired one is opened again, one that plays is left alone until it fails. */
  renew(/** @type {string} */ url) {
    if (this.url === null || this.url === url) return;
    if (this.trouble === "expired") this.load(url);
    else this.url = url;
  }

  close() {
    clearTimeout(this.#retryTimer);
    this.#generation++;
    this.#endSeek();
    this.url = null;
    this.frame = -1;
    this.video.pause();
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** Stand still. A seek under way is waited for; after playing it seeks always: the picture may be a frame ahead. */
  settle(/** @type {number} */ frame) {
    const video = this.video;
    if (!video.paused) video.pause();
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) return;
    const middleS = (Math.min(frame, this.lastFrame) + 0.5) / this.fps;
    if (video.seeking) {
      this.#aimS = middleS;
      return;
    }
    const isThere = this.#settledOn === frame && Math.abs(video.currentTime - middleS) < 0.005;
    if (isThere) return;
    this.#settledOn = frame;
    this.seek(middleS);
  }

  /** Seek. One under way is waited for, and a seek that does not end is mended: some browsers lose one now and then. */
  seek(/** @type {number} */ timeS) {
    this.#aimS = timeS;
    if (!this.video.seeking) this.#beginSeek();
  }

  #beginSeek() {
    this.video.currentTime = this.#aimS;
    this.#watchSeek();
  }

  #watchSeek() {
    clearTimeout(this.#seekTimer);
    this.#seekTimer = setTimeout(() => this.#mendSeek(), SEEK_MS[Math.min(this.#stuck, SEEK_MS.length - 1)]);
  }

  /** Begin the seek again; when that did not help, open the clip again: who steers the screen seeks as soon as it can. */
  #mendSeek() {
    const { url, video } = this;
    const isUnderWay = video.seeking || video.readyState < HTMLMediaElement.HAVE_METADATA;
    if (url === null || video.error || !isUnderWay) return;
    this.#stuck++;
    if (this.#stuck % 2) return this.#beginSeek();
    this.isReopening = true;
    this.reopened++;
    this.#open(url);
    this.#watchSeek();
  }

  #endSeek() {
    clearTimeout(this.#seekTimer);
    this.#stuck = 0;
    this.isReopening = false;
  }

  lead(/** @type {number} */ speed) {
    this.#setRate(speed);
    this.#move();
  }

  /** Run along with a clock that shows `timeS`: small errors by rate, large ones by a seek. */
  follow(/** @type {number} */ timeS, /** @type {number} */ speed) {
    const video = this.video;
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) return;
    if (timeS * this.fps > this.lastFrame) return this.settle(this.lastFrame);
    this.#move();
    const aheadS = (video.currentTime - timeS) / speed;
    if (Math.abs(aheadS) > LOST_S) return this.seek(timeS + 0.03 * speed);
    const correction = Math.abs(aheadS) < DEAD_BAND_S ? 0 : clamp(aheadS * 1.5, -NUDGE, NUDGE);
    this.#setRate(speed * (1 - correction));
  }

  /** The clock has stalled at `timeS`: wait there without running away. @param {number} timeS */
  wait(timeS) {
    const video = this.video;
    if (!video.paused) video.pause();
    if (video.readyState < HTMLMediaElement.HAVE_METADATA) return;
    this.#settledOn = null;
    if (Math.abs(video.currentTime - timeS) > LOST_S) this.seek(timeS);
  }

  #move() {
    this.#settledOn = null;
    if (!this.video.paused || this.trouble === "blocked") return;
    this.video.play().catch((error) => {
      if (error.name === "NotAllowedError") this.#report("blocked");
    });
  }

  #setRate(/** @type {number} */ rate) {
    const allowed = clamp(rate, SLOWEST, FASTEST);
    if (Math.abs(this.video.playbackRate - allowed) > 0.004 * allowed) this.video.playbackRate = allowed;
  }

  /**
   * Two sources tell the frame on screen. While playing it is `requestVideoFrameCallback`. Standing still, Chromium
   * now and then presents a frame without calling back, so the end of a seek counts as well: seeks go to the middle
   * of a frame, hence the time names it exactly.
   */
  #watchFrames() {
    const video = this.video;
    const readTime = () => {
      const isStanding = video.paused && !video.seeking;
      if (isStanding || !("requestVideoFrameCallback" in video)) this.#show(Math.floor(video.currentTime * this.fps + 1e-3));
    };
    for (const kind of ["loadeddata", "seeked", "timeupdate"]) {
      video.addEventListener(kind, () => requestAnimationFrame(readTime));
    }
    if ("requestVideoFrameCallback" in video) this.#watchPresented();
    else this.#watchTime();
  }

  #watchPresented() {
    this.video.requestVideoFrameCallback((_now, { mediaTime }) => {
      this.#show(this.#frameAt(mediaTime));
      this.#watchPresented();
    });
  }

  /** Where the browser does not tell which frame it presents: the time, looked at as often as the page is drawn. */
  #watchTime() {
    const { video } = this;
    const frame = Math.floor(video.currentTime * this.fps + 1e-3);
    if (!video.paused && !video.seeking && frame !== this.frame) this.#show(frame);
    requestAnimationFrame(() => this.#watchTime());
  }

  #show(/** @type {number} */ frame) {
    if (this.url === null || this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    if (!this.video.paused) this.#isPlaced = true;
    if (!this.#isPlaced) return;
    this.#retries = 0;
    if (this.trouble === "network") this.#report(null);
    if (this.reader) this.#read(frame);
    else this.#present(frame);
  }

  #present(/** @type {number} */ frame) {
    this.frame = frame;
    this.onFrame(this);
  }

  /**
   * Present the frame together with its pixels; frames that come meanwhile wait, and only the last one of them is read.
   */
  async #read(/** @type {number} */ frame) {
    this.#toRead = frame;
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#toRead !== null) {
      const wanted = this.#toRead;
      const generation = this.#generation;
      this.#toRead = null;
      const [shown, pixels] = await this.#readPixels(wanted);
      if (generation !== this.#generation) continue;
      this.pixels = pixels;
      this.#present(shown);
    }
    this.#isReading = false;
  }

  /** @param {number} said @returns {Promise<[number, ImageData|null]>} */
  async #readPixels(said) {
    if (!("VideoFrame" in globalThis)) return [said, null];
    try {
      const picture = new VideoFrame(this.video);
      const frame = this.#believe(picture.timestamp, said);
      const pixels = await must(this.reader).read(picture);
      picture.close();
      return [frame, pixels];
    } catch {
      return [said, null];
    }
  }

  async #diagnose() {
    const { url } = this;
    const generation = this.#generation;
    if (!url) return;
    if (this.video.getAttribute("src") !== url) return this.load(url);
    /** @type {Trouble} */ let trouble = "network";
    try {
      const answer = await fetch(url, { headers: { Range: "bytes=0-0" }, cache: "no-store" });
      if (answer.status === 401 || answer.status === 403) trouble = "expired";
      else if (answer.status === 404 || answer.ok) trouble = this.video.error?.code === 2 ? "network" : "missing";
    } catch {
      trouble = "network";
    }
    if (generation !== this.#generation) return;
    this.#report(trouble);
    if (trouble !== "network") return;
    const waitMs = RETRY_MS[Math.min(this.#retries++, RETRY_MS.length - 1)];
    this.#retryTimer = setTimeout(() => this.url === url && this.#open(url), waitMs);
  }

  /**
   * Have the element load a clip, from its beginning. Where pixels are not read out, nothing is on screen meanwhile.
   */
  #open(/** @type {string} */ url) {
    clearTimeout(this.#seekTimer);
    this.#settledOn = null;
    this.#isPlaced = false;
    if (!this.reader) this.frame = -1;
    this.video.src = url;
    this.video.load();
  }

  /** Playback was blocked until a tap; a tap has come. */
  unblock() {
    if (this.trouble === "blocked") this.#report(null);
  }

  #report(/** @type {Trouble|null} */ trouble) {
    if (this.meetTrouble(trouble)) this.onTrouble(this, trouble);
  }
}

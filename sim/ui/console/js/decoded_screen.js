/**
 * One clip decoded frame by frame with WebCodecs, where the browser has it: any frame can be asked for, forwards,
 * backwards or at any speed, and what is shown is known exactly. Same duties as `Screen`, without a video element.
 */

import { ClipBytes, fetchIndex } from "./clip_bytes.js";
import { must, readBase64 } from "./dom.js";
import { ClipScreen, CutCanvas, PixelReader } from "./pixels.js";

const AHEAD_FRAMES = 6;
const MOST_AHEAD = 24;
const LEAST_RESERVE = 4;
const MOST_QUEUED = 16;
/** How often in a row a decoder that fails is made anew; Safari's fails now and then after a long jump. */
const MOST_FAILURES = 2;
/** What a decoder owes and does not give for so long, it holds back for more to come: it is told that nothing comes. */
const HELD_BACK_MS = 700;
/** And for so long: it has failed, though it does not say so. */
const DEAD_MS = 8000;

export class DecodedScreen extends ClipScreen {
  /** @type {string|null} */ indexUrl = null;
  /** @type {ClipBytes|null} */ bytes = null;
  /** @type {VideoFrame|null} */ source = null;
  /** @type {number[]} */ sizeWh;
  /** @type {Map<number, VideoFrame>} */ #held = new Map();
  /** @type {VideoDecoder|null} */ #decoder = null;
  /** @type {VideoDecoderConfig|null} */ #config = null;
  #fedTo = -1;
  #outTo = -1;
  queued = 0;
  #stale = 0;
  #wanted = 0;
  #pace = 0;
  #generation = 0;
  #retryTimer = 0;
  #failures = 0;
  /** @type {number|null} */ #owedSinceMs = null;
  #isFlushing = false;
  /** @type {HardwareAcceleration} */ #acceleration = "prefer-software";
  #reader = new PixelReader();
  #cut = new CutCanvas();
  #isReading = false;

  /** @param {{fps: number, onFrame: (screen: DecodedScreen) => void, onTrouble: (screen: DecodedScreen, trouble: Trouble|null) => void}} options */
  constructor({ fps, onFrame, onTrouble }) {
    super();
    this.fps = fps;
    this.onFrame = onFrame;
    this.onTrouble = onTrouble;
    this.dropped = 0;
  }

  get cuttable() { return this.source && this.#cut.hold(this.source); }
  get bufferedS() { return this.bytes && this.frame >= 0 ? this.bytes.countAhead(this.frame) / this.fps : 0; }

  /** The last frame of its footage, which may end before the recording; infinite while that is not known. */
  get lastFrame() { return this.bytes ? this.bytes.frameCount - 1 : Infinity; }
  isStandingOn(/** @type {number} */ frame) { return this.frame === Math.min(frame, this.lastFrame); }

  load(/** @type {string} */ url, /** @type {string} */ indexUrl) {
    this.close();
    this.url = url;
    this.indexUrl = indexUrl;
    this.#failures = 0;
    this.#report(null);
    this.#openIndex(this.#generation);
  }

  /** The same clip has other addresses; what was fetched stays, and what was refused is asked for again. */
  renew(/** @type {string} */ url, /** @type {string} */ indexUrl) {
    if (this.url === null || this.url === url) return;
    this.url = url;
    this.indexUrl = indexUrl;
    if (this.bytes) {
      this.bytes.url = url;
      this.bytes.retry();
    } else this.#openIndex(this.#generation);
  }

  reload() {
    if (this.trouble === "missing" || !this.bytes) this.load(must(this.url), must(this.indexUrl));
    else this.bytes.retry();
  }

  close() {
    this.#generation++;
    clearTimeout(this.#retryTimer);
    this.bytes?.close();
    this.bytes = null;
    this.url = null;
    this.frame = -1;
    this.#stopDecoder();
    this.#drop(() => true);
    this.source?.close();
    this.source = null;
    this.#cut.clear();
    this.pixels = null;
    this.#isReading = false;
    this.isReopening = false;
  }

  /** Show a frame as soon as it is decoded. The clock moves `pace` frames a second: 0 standing, negative in reverse. */
  show(/** @type {number} */ frame, pace = 0) {
    this.#wanted = frame;
    this.#pace = pace;
    this.#pump();
  }

  get #isDecoding() { return this.#decoder?.state === "configured"; }

  /** What the decoder still owes will not come. It is kept for the next clip: a new one has its own store of pictures. */
  #stopDecoder() {
    if (this.#isDecoding) this.#decoder?.reset();
    this.#isFlushing = false;
    this.#owedSinceMs = null;
  }

  #drop(/** @type {(frame: number) => boolean} */ isNeedless) {
    for (const [frame, picture] of this.#held) {
      if (!isNeedless(frame)) continue;
      picture.close();
      this.#held.delete(frame);
    }
  }

  async #openIndex(/** @type {number} */ generation) {
    const { index, trouble } = await fetchIndex(must(this.indexUrl));
    if (generation !== this.#generation) return;
    if (index) return this.#begin(index);
    this.#report(trouble);
    if (trouble === "network") this.#retryTimer = setTimeout(() => this.#openIndex(generation), 1000);
  }

  #begin(/** @type {ClipIndex} */ index) {
    const [codedWidth, codedHeight] = index.size_wh;
    this.#config = {
      codec: index.codec,
      description: readBase64(index.description),
      codedWidth,
      codedHeight,
      optimizeForLatency: true,
    };
    this.sizeWh = index.size_wh;
    const generation = this.#generation;
    this.bytes = new ClipBytes({
      url: must(this.url),
      index,
      onArrived: () => generation === this.#generation && this.#pump(),
      onTrouble: (trouble) => generation === this.#generation && this.#report(trouble),
    });
    this.#report(null);
    this.#pump();
  }

  #startDecoder() {
    if (this.#decoder === null || this.#decoder.state === "closed") this.#decoder = this.#makeDecoder();
    this.queued = 0;
    try {
      this.#decoder.configure({ ...must(this.#config), hardwareAcceleration: this.#acceleration });
    } catch {
      this.#fail();
    }
  }

  #makeDecoder() {
    const decoder = new VideoDecoder({
      output: (picture) => {
        if (decoder !== this.#decoder) return picture.close();
        this.#receive(picture);
      },
      error: (error) => {
        if (decoder !== this.#decoder) return;
        // a browser takes a decoder away that was idle for long: that is no failure, the next frame makes another
        if (error.name === "QuotaExceededError") this.#forgetDecoder();
        else this.#fail();
      },
    });
    return decoder;
  }

  #forgetDecoder() {
    this.#decoder = null;
    this.queued = this.#stale = 0;
    this.#owedSinceMs = null;
    this.#isFlushing = false;
  }

  /** Another decoder goes on from the key frame, the second time of the browser's kind; then it cannot play that way. */
  #fail() {
    const generation = this.#generation;
    this.#forgetDecoder();
    this.#failures++;
    if (this.#failures === MOST_FAILURES) this.#acceleration = "no-preference";
    setTimeout(() => {
      if (generation !== this.#generation) return;
      if (this.#failures > MOST_FAILURES) this.#report("undecodable");
      else this.#pump();
    });
    if (this.#failures > MOST_FAILURES) return;
    this.isReopening = true;
    this.reopened++;
  }

  #receive(/** @type {VideoFrame} */ picture) {
    const frame = Math.round((picture.timestamp / 1e6) * this.fps);
    this.queued--;
    this.#owedSinceMs = null;
    if (this.#stale > 0) this.#stale--;
    else this.#outTo = frame;
    // all that was fed has come out
    if (this.queued === 0) this.#failures = 0;
    if (this.#held.has(frame)) return picture.close();
    this.#held.set(frame, picture);
    this.#present();
    this.#pump();
  }

  /** Put the wanted frame on screen, or while playing the newest that is not past it. */
  #present() {
    const frame = this.#chooseHeld();
    if (frame === null || this.#isReading) return;
    this.#isReading = true;
    this.#read(frame, must(this.#held.get(frame)).clone(), this.#generation);
  }

  #chooseHeld() {
    const wanted = this.#wanted;
    if (this.#held.has(wanted)) return wanted === this.frame ? null : wanted;
    if (this.#pace <= 0) return null;
    let best = this.frame;
    for (const frame of this.#held.keys()) if (frame <= wanted && frame > best) best = frame;
    return best === this.frame ? null : best;
  }

  async #read(/** @type {number} */ frame, /** @type {VideoFrame} */ picture, /** @type {number} */ generation) {
    const pixels = await this.#reader.read(picture);
    if (generation !== this.#generation) return picture.close();
    this.#isReading = false;
    const isOutdated = this.#pace === 0 && frame !== this.#wanted;
    if (isOutdated) picture.close();
    else this.#show(frame, picture, pixels);
    this.#present();
  }

  #show(/** @type {number} */ frame, /** @type {VideoFrame} */ picture, /** @type {ImageData|null} */ pixels) {
    const skipped = frame - this.frame - 1;
    const isDrop = this.#pace > 0 && this.#pace <= this.fps && this.frame >= 0 && skipped > 0 && skipped < this.fps;
    if (isDrop) this.dropped += skipped;
    this.source?.close();
    this.frame = frame;
    this.source = picture;
    this.pixels = pixels;
    this.isReopening = false;
    this.onFrame(this);
  }

  #pump() {
    const { bytes } = this;
    if (!bytes || this.trouble === "missing" || this.#failures > MOST_FAILURES) return;
    this.#wanted = Math.min(this.#wanted, bytes.frameCount - 1);
    this.#present();
    this.#forget();
    if (!this.#rouse()) return;
    const isDone = this.#pace >= 0 ? this.#feedForward() : this.#feedBack();
    if (isDone) this.#foresee();
  }

  /** Have the decoder give what it holds back of the wanted frame. Returns whether it may be fed. */
  #rouse() {
    const isDue = this.#isDecoding && this.queued > 0 && this.frame !== this.#wanted && !this.#held.has(this.#wanted);
    if (!isDue) this.#owedSinceMs = null;
    else this.#owedSinceMs ??= performance.now();
    const owedMs = this.#owedSinceMs === null ? 0 : performance.now() - this.#owedSinceMs;
    if (owedMs > DEAD_MS) {
      this.#decoder?.close();
      this.#fail();
      return false;
    }
    if (owedMs > HELD_BACK_MS && !this.#isFlushing) this.#flush(must(this.#decoder));
    return !this.#isFlushing;
  }

  /** After it only a key frame may be fed. @param {VideoDecoder} decoder */
  async #flush(decoder) {
    this.#isFlushing = true;
    try {
      await decoder.flush();
    } catch {
      // it was stopped, or has failed
    }
    if (decoder !== this.#decoder || !this.#isFlushing) return;
    this.#isFlushing = false;
    this.#fedTo = -2;
    this.#pump();
  }

  #forget() {
    const wanted = this.#wanted;
    const bytes = must(this.bytes);
    const back = this.#pace < 0 ? 2 * (bytes.endOfGroup(wanted) - bytes.keyOf(wanted)) : 2;
    const ahead = this.#pace < 0 ? 2 : this.#ahead + 2;
    this.#drop((frame) => frame < wanted - back || frame > wanted + ahead);
  }

  /** Frames to have decoded ahead of the wanted one: a quarter of a second of play, few in all, for each weighs a megabyte. */
  get #ahead() { return Math.min(MOST_AHEAD, Math.max(AHEAD_FRAMES, Math.ceil(this.#pace / 4))); }

  #feedForward() {
    const wanted = this.#wanted;
    const isThere = this.#held.has(wanted) || this.frame === wanted;
    const bytes = must(this.bytes);
    const last = Math.min(bytes.frameCount - 1, wanted + this.#ahead);
    const next = isThere ? this.#findGap(wanted + 1, last) : wanted;
    if (next === null) return true;
    if (!this.#isComing(next)) this.#jumpTo(bytes.keyOf(next));
    return this.#feed(last);
  }

  /** Whether going on feeding brings a frame: it has not come out yet, and no key frame lies in between. */
  #isComing(/** @type {number} */ frame) {
    return this.#isDecoding && frame > this.#outTo && must(this.bytes).keyOf(frame) <= this.#fedTo + 1;
  }

  #feedBack() {
    const bytes = must(this.bytes);
    const key = bytes.keyOf(this.#wanted);
    const isWhole = this.#findGap(key, this.#wanted) === null;
    // the group before is begun a fifth of a second of play before this one is used up
    const reserve = Math.max(LEAST_RESERVE, Math.ceil(-this.#pace / 5));
    if (isWhole && this.#wanted - key > reserve) return true;
    const goal = isWhole ? bytes.keyOf(Math.max(0, key - 1)) : key;
    const end = goal === key ? this.#wanted : key - 1;
    const gap = this.#findGap(goal, end);
    if (gap === null) return true;
    if (!this.#isComing(gap) || this.#fedTo > bytes.endOfGroup(goal)) this.#jumpTo(goal);
    return this.#feed(end);
  }

  #findGap(/** @type {number} */ first, /** @type {number} */ last) {
    for (let frame = first; frame <= last; frame++) if (!this.#held.has(frame)) return frame;
    return null;
  }

  /** Begin decoding at a key frame. What the decoder still owes comes out first and is no part of this run. */
  #jumpTo(/** @type {number} */ key) {
    if (this.queued > MOST_QUEUED / 2) this.#stopDecoder();
    if (!this.#isDecoding) this.#startDecoder();
    this.#stale = this.queued;
    this.#fedTo = key - 1;
    this.#outTo = key - 1;
  }

  /** Feed frames up to `last` as far as bytes are there and the queue has room; true when all are fed. */
  #feed(/** @type {number} */ last) {
    if (!this.#isDecoding) return true;
    const [bytes, decoder] = [must(this.bytes), must(this.#decoder)];
    while (this.#fedTo < last) {
      if (this.queued >= MOST_QUEUED) return false;
      const frame = this.#fedTo + 1;
      const data = bytes.take(frame);
      if (data === null) return false;
      const type = bytes.isKey(frame) ? "key" : "delta";
      this.#fedTo = frame;
      this.queued++;
      try {
        decoder.decode(new EncodedVideoChunk({ type, timestamp: Math.round((frame / this.fps) * 1e6), data }));
      } catch {
        this.#fail();
        return false;
      }
    }
    return true;
  }

  /** Fetch what play will need in the next seconds; standing still, a second of what lies behind too. */
  #foresee() {
    const bytes = must(this.bytes);
    if (this.#pace === 0) bytes.foresee(this.#wanted - this.fps);
    const reach = Math.max(3 * this.fps, Math.abs(this.#pace) * 2);
    const direction = this.#pace < 0 ? -1 : 1;
    for (const share of [0.5, 1]) bytes.foresee(this.#wanted + Math.round(direction * reach * share));
  }

  #report(/** @type {Trouble|null} */ trouble) {
    if (this.meetTrouble(trouble)) this.onTrouble(this, trouble);
  }
}

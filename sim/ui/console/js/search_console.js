/** The search console of one attempt: wires its parts together and follows the attempt from open to handed in. */

import { AttemptApi, Refusal } from "./attempt_api.js";
import { Cover } from "./covers.js";
import { collectParts, makeUuid, openTabStorage } from "./dom.js";
import { Found } from "./found.js";
import { HandIn } from "./hand_in.js";
import { makeIcon, placeIcons } from "./icons.js";
import { Keys } from "./keys.js";
import { Layout } from "./layout.js";
import { Outbox } from "./outbox.js";
import { Picture } from "./picture.js";
import { Plan } from "./plan.js";
import { restoreWork } from "./resume.js";
import { SiteClock } from "./site_clock.js";
import { TabIdentity } from "./tab_identity.js";
import { TaskCard } from "./task_card.js";
import { SpriteSheets } from "./thumbnails.js";
import { Timeline } from "./timeline.js";
import { Toolbar } from "./toolbar.js";
import { Transport } from "./transport.js";

const NOTE_WAIT_MS = 800;
const TOAST_MS = 3500;
const RETRY_MS = 2000;

export class SearchConsole {
  #fixes = [];
  #release = { elapsedMs: 0, at: performance.now() };
  #phase = "loading";
  #timers = new Set();
  #frameRequest = 0;
  #wasPlaying = null;
  #isGone = false;

  /**
   * @param {ShadowRoot|HTMLElement} root holds the console's markup
   * @param {object} data the page's data, see ConsoleView
   */
  constructor(root, data) {
    this.root = root;
    this.data = data;
    this.refresh = () => {};
    this.parts = collectParts(root);
    placeIcons(root);
    this.storage = openTabStorage();
    this.identity = new TabIdentity(this.storage);
    this.api = new AttemptApi(data.api, () => this.data.token);
    this.clock = new SiteClock(data.recording.start_time, data.recording.duration_s);
    this.cover = new Cover(this.parts);
    this.#buildViews();
    this.#listen();
    this.#open();
  }

  /** Newer data from the page: another token. Footage that is loaded stays as it is. */
  update(data) {
    this.data = data;
    this.picture.recording = data.recording;
  }

  destroy() {
    this.#isGone = true;
    cancelAnimationFrame(this.#frameRequest);
    for (const timer of this.#timers) clearTimeout(timer);
    this.listeners.abort();
    this.outbox?.flushLeaving();
    this.outbox?.stop();
    this.identity.release();
    for (const part of [this.picture, this.transport, this.plan, this.timeline, this.keys, this.layout]) part.destroy();
  }

  get isLive() {
    return this.#phase === "running" && this.cover.name === null && !this.task.isUp;
  }

  #buildViews() {
    const { parts, data, clock, storage } = this;
    const { recording, site, task } = data;
    const emit = (kind, payload) => this.#emit(kind, payload);
    const choose = (cameraId) => this.#focus(cameraId);
    this.layout = new Layout(parts, (name) => emit("view", { name }));
    this.picture = new Picture({
      parts,
      recording,
      onChoose: choose,
      onMark: (spot) => this.#mark(spot),
      canMark: () => this.isLive,
      onExpired: () => this.cover.show("expired", () => location.reload()),
    });
    this.transport = new Transport({
      playback: this.picture.playback,
      emit,
      isLive: () => this.isLive,
      onChange: (kind) => this.#noteTransport(kind),
    });
    this.toolbar = new Toolbar({ parts, transport: this.transport, clock });
    this.sheets = new SpriteSheets(recording);
    this.plan = new Plan({
      parts,
      site,
      cameraIds: this.picture.wall.cameraIds,
      onChoose: (cameraId) => {
        emit("map", { camera_id: cameraId });
        choose(cameraId);
      },
    });
    this.timeline = new Timeline({
      parts,
      clock,
      windowS: task.window_s,
      actions: this.transport,
      drawThumb: (canvas, timeS) => this.picture.cameraId !== null && this.sheets.draw(canvas, this.picture.cameraId, timeS),
    });
    this.found = new Found({
      parts,
      clock,
      storage,
      sheets: this.sheets,
      nameOf: (cameraId) => this.picture.nameOf(cameraId),
      onGo: (fix) => this.#goTo(fix),
      onRemove: (fix) => this.#unmark(fix),
    });
    this.task = new TaskCard({ parts, task, announce: (text) => this.#announce(text), onTimeUp: () => this.#meetTimeUp() });
    this.handIn = new HandIn({
      parts,
      task,
      clock,
      zones: site.zones,
      getWork: () => ({ fixes: this.#fixes, leftMs: this.task.leftMs }),
      onSubmit: (answer) => this.#submit(answer),
      onDraft: (draft) => storage.setItem(this.#draftKey, JSON.stringify(draft)),
    });
    this.keys = new Keys({ parts, storage, actions: this.#keyActions() });
  }

  #listen() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    window.addEventListener("pagehide", () => this.#leave(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && this.#lead(), { signal });
    window.addEventListener("online", () => this.outbox?.flush(), { signal });
    document.addEventListener("visibilitychange", () => this.#noteVisibility(), { signal });
    this.parts.note.addEventListener("input", () => this.#noteSoon());
    this.parts.note.addEventListener("change", () => this.#noteNow());
    this.parts.keysOpen.addEventListener("click", () => this.parts.keysSheet.showModal());
    this.parts.markKey.addEventListener("click", () => this.#setCross(!this.picture.stage.hasCross));
    this.parts.handInBack.addEventListener("click", () => this.handIn.close());
    const draw = () => {
      this.#draw();
      this.#frameRequest = requestAnimationFrame(draw);
    };
    this.#frameRequest = requestAnimationFrame(draw);
  }

  // Opening and following the attempt

  async #open() {
    const [tab, state] = await Promise.all([this.identity.claim(), this.#loadState()]);
    if (this.#isGone || state === null) return;
    this.tab = tab;
    this.#setRelease(state);
    this.outbox = new Outbox({
      storage: this.storage,
      attemptId: this.data.attempt_id,
      tab,
      api: this.api,
      sinceReleaseMs: () => this.#release.elapsedMs + performance.now() - this.#release.at,
      onAnswer: (answer) => this.#meetAnswer(answer),
      onStatus: (status) => this.#meetStatus(status),
    });
    this.outbox.dropAcknowledged(state.acked[tab] ?? 0);
    if (!this.#meetState(state.state)) return;
    this.#restore(state);
    this.cover.hide();
    this.#setPhase("running");
    this.#lead();
    this.outbox.start();
  }

  async #loadState() {
    while (!this.#isGone) {
      try {
        return await this.api.load();
      } catch (error) {
        if (error instanceof Refusal && error.status < 500) {
          const isExpired = error.status === 401 || error.status === 403;
          this.cover.show(isExpired ? "expired" : "refused", () => location.reload());
          return null;
        }
        this.cover.show("unreachable");
        await new Promise((resolve) => this.#later(resolve, RETRY_MS));
      }
    }
    return null;
  }

  /** Take the lead among the tabs of this attempt: the newest `open` has it. */
  #lead() {
    const isTouch = matchMedia("(pointer: coarse)").matches;
    this.#emit("open", { width: window.innerWidth, height: window.innerHeight, touch: isTouch });
    this.isLeading = false;
    this.outbox.flush();
  }

  async #takeOver() {
    const state = await this.#loadState();
    if (state === null) return;
    this.outbox.dropAcknowledged(state.acked[this.tab] ?? 0);
    this.#restore(state);
    this.cover.hide();
    this.#lead();
  }

  #restore(state) {
    const work = restoreWork(state, this.outbox.waiting);
    const kept = this.storage.getItem(this.#draftKey);
    const draft = kept === null ? work : JSON.parse(kept);
    this.#setFixes(work.fixes);
    this.parts.note.value = work.note;
    this.handIn.setDraft({ finalZone: draft.finalZone, notOnCamera: draft.notOnCamera });
    const isFresh = work.cameraId === null && !work.timeS;
    this.picture.playback.seekTo(isFresh ? this.data.task.window_s[0] : work.timeS);
    if (work.speed > 0) this.transport.forwardSpeed = this.picture.playback.speed = work.speed;
    if (work.cameraId !== null) this.picture.show(work.cameraId);
    this.plan.setChosen(work.cameraId);
    this.toolbar.showState();
  }

  #setRelease({ elapsed_ms: elapsedMs, remaining_ms: leftMs }) {
    this.#release = { elapsedMs, at: performance.now() };
    this.task.setLeft(leftMs);
  }

  #meetAnswer(answer) {
    this.task.setLeft(answer.remaining_ms);
    if (!this.#meetState(answer.state)) return;
    if (answer.leader === this.tab) {
      this.isLeading = true;
      return;
    }
    const hasWaitingOpen = this.outbox.waiting.some((event) => event.kind === "open");
    if (answer.leader === null || hasWaitingOpen) return;
    this.isLeading = false;
    this.picture.playback.pause();
    this.toolbar.showState();
    this.cover.show("elsewhere", () => this.#takeOver());
  }

  /** Returns true while the attempt runs; otherwise says how it ended and asks the page to go on. */
  #meetState(state) {
    if (state === "running") return true;
    const name = { timed_out: "timedOut", submitted: "submitted", abandoned: "abandoned", assigned: "briefed", briefed: "briefed" }[state];
    this.picture.playback.pause();
    this.#setPhase("ended");
    this.handIn.setBusy("");
    this.cover.show(name ?? "abandoned");
    this.outbox.stop();
    this.refresh();
    return false;
  }

  #meetStatus(status) {
    this.task.setStatus(status);
    if (status.kind === "expired") this.cover.show("expired", () => location.reload());
    if (status.kind === "offline" && this.task.isUp) this.cover.show("timeUpOffline");
    if (status.kind === "offline" && this.isHandingIn) this.handIn.setBusy("Offline. Your answer is kept and goes out as soon as the server answers.");
  }

  #meetTimeUp() {
    this.picture.playback.pause();
    this.toolbar.showState();
    this.outbox?.flush();
  }

  #leave() {
    if (!this.outbox || this.#phase !== "running") return;
    this.#noteNow();
    this.outbox.add("close", { t_s: this.picture.playback.shownS });
    this.outbox.flushLeaving();
  }

  #noteVisibility() {
    if (this.#phase !== "running") return;
    const { playback } = this.picture;
    const t_s = playback.shownS;
    if (document.hidden) {
      this.#wasPlaying = playback.isPlaying ? playback.speed : null;
      this.transport.pause();
      this.#emit("hidden", { t_s });
      this.outbox.flush();
    } else {
      this.#emit("visible", { t_s });
      if (this.#wasPlaying !== null) this.transport.play(this.#wasPlaying);
      this.#wasPlaying = null;
    }
  }

  // What a person does

  #focus(cameraId) {
    if (!this.isLive) return;
    if (cameraId !== this.picture.cameraId) {
      this.picture.show(cameraId);
      this.#emit("focus", { camera_id: cameraId, t_s: this.picture.playback.shownS });
      this.#announce(`${this.picture.nameOf(cameraId)}, ${this.clock.words(this.picture.playback.shownS)}`);
    }
    this.plan.setChosen(cameraId);
  }

  #mark({ x, y, frame, picture }) {
    const { cameraId } = this.picture;
    const t_s = frame / this.data.recording.fps;
    const fix = { fix_id: makeUuid(), camera_id: cameraId, frame, t_s, x: Number(x.toFixed(4)), y: Number(y.toFixed(4)) };
    this.found.keepPicture(fix.fix_id, picture);
    this.#emit("fix", { ...fix });
    this.#setFixes([...this.#fixes, fix]);
    this.found.reveal(fix.fix_id);
    this.#toast(`Marked: ${this.picture.nameOf(cameraId)}, ${this.clock.words(t_s)}`);
  }

  #unmark(fix) {
    if (!this.isLive) return;
    this.#emit("unfix", { fix_id: fix.fix_id });
    this.#setFixes(this.#fixes.filter((each) => each !== fix));
    this.#toast(`Removed: ${this.picture.nameOf(fix.camera_id)}, ${this.clock.words(fix.t_s)}`);
  }

  #goTo(fix) {
    if (!this.isLive) return;
    this.transport.pause();
    this.transport.seekTo(fix.t_s);
    this.#focus(fix.camera_id);
  }

  #submit(answer) {
    if (!this.isLive) return;
    this.transport.pause();
    this.#noteNow();
    this.isHandingIn = true;
    this.handIn.setBusy("Handing in");
    this.#emit("submit", { ...answer, note: this.parts.note.value });
    this.outbox.flush();
  }

  #noteSoon() {
    clearTimeout(this.noteTimer);
    this.noteTimer = this.#later(() => this.#noteNow(), NOTE_WAIT_MS);
    this.isNoteOpen = true;
  }

  #noteNow() {
    clearTimeout(this.noteTimer);
    if (!this.isNoteOpen) return;
    this.isNoteOpen = false;
    this.#emit("note", { text: this.parts.note.value });
  }

  #keyActions() {
    const { transport, layout } = this;
    const { stage, wall } = this.picture;
    const arrow = (columns, rows) => (event) => {
      if (stage.hasCross) stage.moveCross(columns, rows, event.shiftKey);
      else if (columns) transport.jumpBy(columns * (event.shiftKey ? 10 : 1));
      else return false;
    };
    return {
      togglePlay: () => transport.toggle(),
      frameBack: () => transport.step(-1),
      frameForward: () => transport.step(1),
      shuttleBack: () => transport.shuttle(-1),
      shuttleForward: () => transport.shuttle(1),
      pause: () => transport.pause(),
      arrowLeft: arrow(-1, 0),
      arrowRight: arrow(1, 0),
      arrowUp: arrow(0, -1),
      arrowDown: arrow(0, 1),
      slower: () => transport.changeSpeed(-1),
      faster: () => transport.changeSpeed(1),
      cross: () => (stage.hasCross ? stage.markAtCross() : this.#setCross(true)),
      crossMark: () => (stage.hasCross ? stage.markAtCross() : false),
      escape: () => this.#escape(),
      togglePlan: () => layout.togglePlan(),
      camera: (event) => {
        const cameraId = wall.cameraIds[Number(event.key) - 1];
        if (cameraId) this.#focus(cameraId);
      },
      openKeys: () => this.parts.keysSheet.showModal(),
    };
  }

  #setCross(isOn) {
    if (isOn && (!this.isLive || this.picture.cameraId === null)) return;
    if (isOn) this.transport.pause();
    this.picture.stage.setCross(isOn);
    this.parts.markKey.setAttribute("aria-pressed", String(isOn));
  }

  #escape() {
    const { stage } = this.picture;
    if (stage.hasPending) stage.dropPending();
    else if (stage.hasCross) this.#setCross(false);
    else return false;
    return true;
  }

  // Showing

  #draw() {
    const { playback } = this.picture;
    this.picture.tick(this.#fixes);
    this.timeline.show(playback.clockS);
    this.toolbar.showTime(playback.isPlaying || this.picture.isSettled ? playback.shownS : playback.clockS);
    this.task.tick();
    this.parts.console.dataset.frame = String(playback.shownFrame);
  }

  #noteTransport(kind) {
    this.toolbar.showState();
    if (kind === "end") this.#toast("That is the end of the recording");
    if (kind === "pause") this.#announce(`Paused at ${this.clock.words(this.picture.playback.shownS)}`);
    if (kind === "play") this.picture.unblock();
  }

  #setFixes(fixes) {
    this.#fixes = [...fixes].sort((a, b) => a.t_s - b.t_s);
    this.found.setFixes(this.#fixes);
    this.timeline.setFixes(this.#fixes);
    this.plan.setFixes(this.#fixes);
  }

  #setPhase(phase) {
    this.#phase = phase;
    this.parts.console.dataset.phase = phase;
    this.parts.handIn.disabled = phase !== "running";
  }

  #toast(text) {
    const { toast } = this.parts;
    clearTimeout(this.toastTimer);
    toast.replaceChildren(makeIcon("saved"), text);
    toast.hidden = false;
    this.toastTimer = this.#later(() => (toast.hidden = true), TOAST_MS);
  }

  #announce(text) {
    this.parts.announcer.textContent = text;
  }

  #emit(kind, payload) {
    this.outbox?.add(kind, payload);
  }

  get #draftKey() {
    return `sightline-draft-${this.data.attempt_id}`;
  }

  #later(run, waitMs) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, waitMs);
    this.#timers.add(timer);
    return timer;
  }
}

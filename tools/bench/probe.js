/**
 * What the bench reads inside the console's page. It presses nothing: the browser's own mouse and keyboard do.
 *
 * The console writes its frame numbers into its attributes once per drawn picture of the page; every look happens right
 * after that, before a decoder can hand over anything newer.
 */
(console) => {
  const part = (name) => console.getRootNode().querySelector(`[data-part=${name}]`);
  const numbers = () => ({ main: Number(console.dataset.mainFrame), wall: Number(console.dataset.wallFrame) });
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true, alpha: false });

  /** Every `every`th pixel of a picture's green channel, as base 64. */
  const read = (picture, every) => {
    const width = picture.videoWidth || picture.width;
    const height = picture.videoHeight || picture.height;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    pen.drawImage(picture, 0, 0);
    const { data } = pen.getImageData(0, 0, width, height);
    const [columns, rows] = [Math.floor(width / every), Math.floor(height / every)];
    const bytes = new Uint8Array(columns * rows);
    const half = every >> 1;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        bytes[row * columns + column] = data[((row * every + half) * width + column * every + half) * 4 + 1];
      }
    }
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return { columns, rows, every, pixels: btoa(text) };
  };
  const mainPicture = () => console.querySelector(".main-video:not([hidden])");
  const tilePicture = () => console.querySelector(".tile[aria-pressed=true] canvas");
  const snapshot = () => ({ ...numbers(), mainPicture: read(mainPicture(), 4), wallPicture: read(tilePicture(), 2) });

  /** Resolve with the time at which a look at the console succeeds, or null after `limitMs`. */
  const until = (test, limitMs = 8000) =>
    new Promise((resolve) => {
      const finish = (value) => {
        watch.disconnect();
        clearTimeout(timer);
        resolve(value);
      };
      const watch = new MutationObserver(() => test() && finish(performance.now()));
      watch.observe(console, { attributes: true });
      const timer = setTimeout(() => finish(null), limitMs);
    });

  const next = () => until(() => true, 2000);
  const standsOn = (frame) => () =>
    console.dataset.settled === "true" && numbers().main === frame && numbers().wall === frame;

  /** Await a press (`kind` of event) and then the pictures: milliseconds from the one to the other, or null. */
  const time = (kind, test) => {
    let at = null;
    addEventListener(kind, (event) => (at ??= event.timeStamp), { capture: true, once: true });
    probe.taken = until(() => at !== null && test()).then((end) => (end === null ? null : end - at));
  };

  const probe = {
    taken: null,
    part,
    /** Left, top, width and height of the part that a selector finds, or null. */
    place: (selector) => {
      const found = console.getRootNode().querySelector(selector)?.getBoundingClientRect();
      return found ? [found.x, found.y, found.width, found.height] : null;
    },
    isPlaying: () => part("play").dataset.state === "pause",
    chooseSpeed: (speed) => {
      part("speed").value = speed;
      part("speed").dispatchEvent(new Event("change", { bubbles: true }));
    },
    armSeek: (frame) => time("pointerdown", standsOn(frame)),
    armStep: (frame) => time("keydown", standsOn(frame)),
    snapshot: () => next().then(snapshot),
  };
  globalThis.sightlineProbe = probe;
}

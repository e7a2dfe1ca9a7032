/** Time from the first click to the first drawn wall of a console that does not exist yet, milliseconds. */
() => {
  globalThis.sightlineFirstFrames = new Promise((resolve) => {
    let at = null;
    addEventListener("click", (event) => (at ??= event.timeStamp), { capture: true });
    const isDrawn = () => {
      for (const element of document.querySelectorAll("*")) {
        const wall = element.shadowRoot?.querySelector("[data-part=wall]");
        if (wall) return wall.dataset.loading === "false";
      }
      return false;
    };
    const look = () => (at !== null && isDrawn() ? resolve(performance.now() - at) : requestAnimationFrame(look));
    look();
  });
}

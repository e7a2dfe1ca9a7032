/** Tells window and pointer once, as the console does when it opens. @param {Mounted<null>} page */
export default function ({ parentElement, setStateValue }) {
  const mark = /** @type {HTMLElement} */ (parentElement.querySelector("span"));
  if (mark.dataset.told) return;
  mark.dataset.told = "yes";
  setStateValue("opened", {
    width: window.innerWidth,
    height: window.innerHeight,
    touch: matchMedia("(pointer: coarse)").matches,
    screen: Math.min(screen.width, screen.height),
  });
}

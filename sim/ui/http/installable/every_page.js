/** Puts into our words what Streamlit says where its server does not answer; the page connects again automatically. */
const AWAY = "The server is not answering. What you have done is kept, and this page connects again automatically.";
const THEIRS = /Is Streamlit still running|Streamlit server is not responding|Cannot connect to Streamlit/;
const COMMAND = "streamlit run yourscript.py";

function reword(/** @type {Node} */ node) {
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const said = text.textContent ?? "";
    if (THEIRS.test(said)) text.textContent = AWAY;
    if (!said.includes(COMMAND)) continue;
    text.textContent = "";
    const box = text.parentElement?.closest("pre") ?? text.parentElement;
    if (box) box.style.display = "none";
  }
}

new MutationObserver((changes) => {
  for (const { addedNodes, target, type } of changes) {
    if (type === "characterData") reword(target.parentNode ?? target);
    for (const added of addedNodes) reword(added);
  }
}).observe(document.documentElement, { childList: true, characterData: true, subtree: true });

/**
 * A press is kept. Leaving a text field sends what was typed, and the page is drawn again: where that happens between
 * pointer down and up, the button that was pressed has been replaced, or lies elsewhere, and browsers make no click.
 * Who slides off a button wants no click.
 * @typedef {{ button: HTMLElement, place: string, label: string, box: DOMRect }} Press
 */
const NAMED = "[class*='st-key-']";
/** @type {Press | null} */
let pressed = null;

function findPlace(/** @type {HTMLElement} */ button) {
  const named = button.closest(NAMED);
  return [...(named?.classList ?? [])].find((name) => name.startsWith("st-key-")) ?? "";
}

function findNow(/** @type {Press} */ { button, place, label }) {
  if (button.isConnected) return button;
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = document.querySelectorAll(`.${CSS.escape(place)} button`);
  return [...buttons].find((each) => each.textContent === label);
}

addEventListener(
  "pointerdown",
  ({ target, isPrimary, button: pushed }) => {
    /** @type {HTMLElement | null} */
    const button = target instanceof Element ? target.closest("button") : null;
    const place = button ? findPlace(button) : "";
    pressed = null;
    if (!button || !place || !isPrimary || pushed !== 0) return;
    pressed = { button, place, label: button.textContent ?? "", box: button.getBoundingClientRect() };
  },
  true,
);
addEventListener("pointercancel", () => (pressed = null), true);
addEventListener(
  "click",
  ({ target }) => {
    if (target instanceof Node && pressed?.button.contains(target)) pressed = null;
  },
  true,
);
addEventListener(
  "pointerup",
  ({ clientX: x, clientY: y }) => {
    const press = pressed;
    if (!press) return;
    const { left, right, top, bottom } = press.box;
    if (x < left || x > right || y < top || y > bottom) return;
    // the click of this press comes before any timer
    setTimeout(() => {
      if (pressed !== press) return;
      pressed = null;
      findNow(press)?.click();
    });
  },
  true,
);

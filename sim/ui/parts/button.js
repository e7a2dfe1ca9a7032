/** A press that reaches the page twice, as the first one may while the page is still being drawn, prints once. */
const ONCE_MS = 1000;

export default function (/** @type {Mounted<{label: string}>} */ { parentElement, data }) {
  const button = /** @type {HTMLButtonElement} */ (parentElement.querySelector(".print"));
  button.textContent = data.label;
  button.onclick = ({ timeStamp }) => {
    const { dataset } = document.documentElement;
    if (timeStamp - Number(dataset.printedMs ?? -ONCE_MS) < ONCE_MS) return;
    dataset.printedMs = String(timeStamp);
    window.print();
  };
}

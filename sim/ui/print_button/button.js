/** @param {Mounted<{label: string}>} page */
export default function ({ parentElement, data }) {
  const button = /** @type {HTMLButtonElement} */ (parentElement.querySelector(".print"));
  button.textContent = data.label;
  button.onclick = () => window.print();
}

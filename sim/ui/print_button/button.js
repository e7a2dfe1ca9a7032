export default function ({ parentElement, data }) {
  const button = parentElement.querySelector(".print");
  button.textContent = data.label;
  button.onclick = () => window.print();
}

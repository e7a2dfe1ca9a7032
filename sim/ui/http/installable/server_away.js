/** Puts into our words what Streamlit says where its server does not answer; the page connects again automatically. */
const AWAY = "The server is not answering. What you have done is kept, and this page connects again automatically.";
const THEIRS = /Is Streamlit still running|Streamlit server is not responding|Cannot connect to Streamlit/;
const COMMAND = "streamlit run yourscript.py";

/** @param {Node} node */
function reword(node) {
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

"""Single modules of the console in a browser page, to test what they compute without a console around them."""

from playwright.sync_api import Page

from sim.ui.console.component import FOLDER, join_modules, read_texts

LOAD = """
async (script) => {
  const { default: modules } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  window.modules = modules;
}
"""


def load_modules(page: Page, **exports: list[str]) -> None:
    imports = "".join(f'import {{ {", ".join(names)} }} from "./{file}.js";\n' for file, names in exports.items())
    every = ", ".join(name for names in exports.values() for name in names)
    texts = {**read_texts(FOLDER / "js", suffix=".js"), "entry.js": f"{imports}\nexport default {{ {every} }};\n"}
    page.evaluate(LOAD, join_modules(texts, entry="entry.js"))

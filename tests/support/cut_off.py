"""What of the console is cut off, outside the window or over something else, in words; nothing when all is well.

Lists that scroll and the plan, which can be moved, may hold more than they show.
"""

LIST_CUT_OFF = """
(console) => {
  const how = { visibilityProperty: true, opacityProperty: true };
  const seen = (element) => element.checkVisibility(how) && !element.closest("[inert]");
  const name = (element) => element.dataset.part ?? element.dataset.tool ?? element.dataset.camera ?? element.className;
  const inside = (box, room) =>
    box.left >= room.left - 1 && box.right <= room.right + 1 &&
    box.top >= room.top - 1 && box.bottom <= room.bottom + 1;
  const found = [];
  const things = "button, select, input, textarea, [role=slider], .question, .time, .stage-name, .wall-page-words";
  const page = { left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight };
  for (const element of console.querySelectorAll(things)) {
    const box = element.getBoundingClientRect();
    if (!seen(element) || box.width <= 1) continue;
    let isScrolled = false;
    for (let around = element.parentElement; around !== console && !isScrolled; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around);
      isScrolled = /auto|scroll/.test(overflowX + overflowY) || around.matches(".plan-map");
      if (!isScrolled && overflowX !== "visible" && !inside(box, around.getBoundingClientRect())) {
        found.push(`${name(element)} is cut off by ${around.className}`);
      }
    }
    if (isScrolled) continue;
    if (!inside(box, page)) found.push(`${name(element)} is outside the window`);
    const isWords = element.matches("button, select") && !element.matches(".tile, .plan-camera, .found-go");
    const isTight = element.scrollWidth > element.clientWidth + 1;
    if (isWords && isTight) found.push(`${name(element)} is too narrow for its words`);
  }
  // with all cameras large the stage is only a clear sheet over the wall, for what is said
  const isGrid = console.dataset.main === "grid";
  const panels = ["task", ...(isGrid ? [] : ["stage"]), "controls", "tabs", "wall", "plan", "found"];
  const shown = panels.map((each) => console.querySelector(`.${each}`)).filter(seen);
  for (const one of shown) {
    for (const other of shown) {
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      const isBeside = a.left >= b.right - 1 || b.left >= a.right - 1;
      const isBelow = a.top >= b.bottom - 1 || b.top >= a.bottom - 1;
      if (one !== other && !isBeside && !isBelow) found.push(`${one.className} lies over ${other.className}`);
    }
  }
  const tiles = [...console.querySelectorAll(".tile")].filter((tile) => seen(tile) && tile.clientHeight >= 24);
  const isWall = seen(console.querySelector(".wall"));
  if (isWall && !tiles.some((tile) => inside(tile.getBoundingClientRect(), page))) found.push("no tile can be seen");
  return found;
}
"""

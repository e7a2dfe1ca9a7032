/** Words of the editor. */

export const TOOLS = [
  { id: "select", name: "Select", hint: "Click a part to change it. Drag corners, doors and cameras. Delete removes it." },
  { id: "scale", name: "Scale", hint: "Click two points whose distance you know, then enter the distance." },
  { id: "space", name: "Room or hall", hint: "Click the corners in order. Click the first corner again to close it, or press Enter." },
  { id: "door", name: "Door", hint: "Click a wall where a door or an opening is. What is behind it is found automatically." },
  { id: "stairs", name: "Stairs", hint: "Click two opposite corners of the stairs, landings included. Then choose where they go up to." },
  { id: "thing", name: "Furniture", hint: "Click two opposite corners of something that hides people: lockers, a desk, a cabinet." },
  { id: "camera", name: "Camera", hint: "Click where the camera hangs, then click a point it looks at." },
];

export const LINE_UP = { id: "lineup", name: "Line up floors", hint: "Click a point of this floor's plan, such as a corner of the stairs, then the same point on the gray lines of the floor below." };

export const UP_DEG = [["90", "Top of the plan"], ["0", "Right"], ["270", "Bottom of the plan"], ["180", "Left"]];
export const STAIR_SHAPES = { straight: "Go straight", left: "Turn back to the left", right: "Turn back to the right" };
export const SPACE_KINDS = { hall: "Hall", lobby: "Lobby", cafeteria: "Cafeteria", office: "Office", room: "Room", outdoor: "Outdoors" };
export const DOOR_KINDS = { classroom: "Classroom door", office: "Office door", restroom: "Rest room door", exterior: "Exit", gap: "Opening", stair: "Door to stairs" };
export const DOOR_WIDTHS = { classroom: 1.1, office: 1, restroom: 1.1, exterior: 1.8, gap: 3, stair: 1.8 };
export const THING_KINDS = { lockers: "Lockers", desk: "Desk", "cafeteria-table": "Cafeteria table", bench: "Bench", shelf: "Shelf", box: "Other" };
export const MODES = { day: "Color", night: "Infrared (black and white)" };

export const WORDS = {
  undo: "Undo",
  redo: "Redo",
  saved: "All changes saved",
  saving: "Saving...",
  away: "Not saved yet: the server does not answer. Your work is kept in this browser and sent again.",
  takeOver: "Edit here instead",
  plan: "Plan of the floor. Arrow keys move a cross, Enter clicks.",
  picture: "Picture of the camera. Arrow keys move a cross, Enter clicks.",
  addPlan: "Add a plan (PNG, JPG or PDF)",
  otherPlan: "Replace the plan",
  addPicture: "Add its picture or a clip",
  otherPicture: "Replace the picture",
  page: "Page of the PDF",
  reading: "Reading the file...",
  check: "Check the plan",
  fine: "Nothing wrong was found.",
  remove: "Delete",
  name: "Name",
  kind: "Kind",
  width: "Width, meters",
  height: "Height, meters",
  hung: "Height over the floor, meters",
  field: "Field of view by the data sheet, degrees (if known)",
  mode: "Picture",
  distance: "Distance between the two points, meters",
  setScale: "Set the scale",
  close: "Close the outline",
  floor: "Floor",
  addFloor: "Add a floor",
  floorName: "Name of this floor",
  elevation: "Height above the main floor, meters",
  roomHeight: "Height of its rooms, meters",
  removeFloor: "Delete this floor",
  needFloor: "Add the other floor first, then draw the stairs.",
  up: "Go up toward",
  shape: "Shape",
  leadsTo: "Lead up to",
  where: "Show",
  matchTitle: "Match the picture to the plan",
  matchLead: "Find eight to ten points that you see both on the plan and in the picture: feet and tops of door frames, corners of rooms. Click each on the plan (+ brings it closer), choose its height, and click it in the picture.",
  pointHeight: "Height of the point",
  heights: { 0: "On the floor", 2.1: "Top of a door (2.1 m)", ceiling: "Ceiling", other: "Other height" },
  offBy: "off by",
  /** @param {number} meters */
  high: (meters) => (meters === 0 ? "On the floor" : `${meters} m high`),
  dropPoint: "Remove the point",
  accept: "Use this match",
  accepted: "This camera is matched. Continue with the next one, or make the school ready below.",
  next: "Useful next: ",
  show: "Show on the plan",
  bad: "fits none of the others: look at it again",
  people: "Show people",
  outline: "Outline something in view",
  boxes: "Paint out",
  boxesHint: "Draw a box around a person, a name or a clock that the picture shows: click two opposite corners. Click a box to remove it.",
  paint: "Paint them out",
  outlineHint: "Click around something that stands in view and is not on the plan, such as a post. Its lowest point must be where it stands.",
  matchHint: "Click a point on the plan and the same point in the picture.",
  peopleHint: "Click on the plan or in the picture: people of 1.2 m and 1.75 m stand there. Check that their feet and size look right.",
  points: "Points",
};

/** @param {number} count */
export function writeNeeded(count) {
  const more = 6 - count;
  return `${count} of 6 points that are needed at least; ${more} more.`;
}

/** @param {number} count */
export function writeBoxes(count) {
  return count === 1 ? "1 box is to be painted out. Check that it shows a person or text; click it to remove it. What it shows is deleted for good." : `${count} boxes are to be painted out. Check that each shows a person or text; click a wrong one to remove it. What they show is deleted for good.`;
}

/** @param {number} count */
export function writeFound(count) {
  return `${count} ${count === 1 ? "thing" : "things"} to mend, listed here and marked on the plan.`;
}

/** @param {string} name */
export function writeEditor(name) {
  return `${name} is editing this school. You can look at it, but not change it.`;
}

/** Roles of an exercise in words and as the letter on their marks. */

export const ROLE_LETTERS = { lead: "L", viewer: "V", map: "M", radio: "R" };
export const ROLE_WORDS = { lead: "the lead", viewer: "the viewer", map: "the map", radio: "the radio" };

/** "The lead" at the beginning of a sentence. @param {Role} role */
export function beginWith(role) {
  const words = ROLE_WORDS[role];
  return words[0].toUpperCase() + words.slice(1);
}

/** Asks as they are read: what about a camera. */
export const ABOUT_WORDS = { look: "please look at", "last-seen": "the student was last seen on" };

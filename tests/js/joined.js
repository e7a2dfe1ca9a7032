/**
 * Modules are joined in Python before a browser gets them, and two imports come true only there: the shapes of the icons,
 * which are made from files, and the console's `dom.js` beside the map's modules. This lets node find them.
 */

import { registerHooks } from "node:module";

const SHAPES = "data:text/javascript,export const ICON_SHAPES = {};";

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "./icon_shapes.js") return { url: SHAPES, shortCircuit: true };
    const isOfMap = context.parentURL?.includes("/path_map/js/") ?? false;
    return next(isOfMap && specifier === "./dom.js" ? "../../console/js/dom.js" : specifier, context);
  },
});

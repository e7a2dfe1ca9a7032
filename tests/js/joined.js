/**
 * Modules are joined in Python before a browser gets them, and two imports come true only there: the shapes of the icons,
 * which are made from files, and the console's modules beside those of other components. This lets node find them.
 */

import { registerHooks } from "node:module";

const SHAPES = "data:text/javascript,export const ICON_SHAPES = {};";

const SHARED = new Set(["./dom.js", "./plan_view.js", "./refused.js"]);

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "./icon_shapes.js") return { url: SHAPES, shortCircuit: true };
    const isBeside = /\/(debrief|own_school|own_clips)\/js\//.test(context.parentURL ?? "");
    const isShared = isBeside && SHARED.has(specifier);
    return next(isShared ? new URL(`../../sim/ui/console/js/${specifier.slice(2)}`, import.meta.url).href : specifier, context);
  },
});

/** Made by `make_icon_module` of bundle.py from the files in icons/. */
export const ICON_SHAPES: Record<string, string>;

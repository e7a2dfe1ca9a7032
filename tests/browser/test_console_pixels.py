"""Every tile shows its own camera, in browsers that draw a decoder's pictures in their own way too."""

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenConsole
from tests.support.console_page import ConsolePage

CAMERAS = ("CAM-01", "CAM-02", "CAM-03", "CAM-04")
NO_SOURCE_RECTANGLE = """
const drawImage = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (source, ...places) {
  if (source instanceof VideoFrame && places.length === 8) return drawImage.call(this, source, ...places.slice(4));
  return drawImage.call(this, source, ...places);
};
const copyTo = VideoFrame.prototype.copyTo;
VideoFrame.prototype.copyTo = function (target) { return copyTo.call(this, target); };
"""
"""As in WebKit: of a `VideoFrame` the whole is drawn, whatever part is asked for, and its bytes come as they are."""

NO_CODECS = "for (const name of ['VideoFrame', 'VideoDecoder', 'EncodedVideoChunk']) delete globalThis[name];"
"""As on plain http, on another machine than the server."""

READ_WALLS = """
(console) => [...console.querySelectorAll(".tile")].map((tile) => {
  const canvas = tile.querySelector("canvas");
  const copy = document.createElement("canvas");
  Object.assign(copy, { width: canvas.width, height: canvas.height });
  const pen = copy.getContext("2d");
  pen.drawImage(canvas, 0, 0);
  const [red, , blue] = pen.getImageData(2, canvas.height - 3, 1, 1).data;
  return [tile.dataset.camera, red - blue];
})
"""
"""By camera, how much more red than blue the lower left of its tile is: the tiny recording gives each a color."""


def test_tiles_are_cut_where_only_whole_pictures_are_drawn(context: BrowserContext, open_console: OpenConsole) -> None:
    context.add_init_script(NO_SOURCE_RECTANGLE)
    console = open_console(context.new_page())
    console.choose("CAM-02")
    console.step_to(47)
    console.wait_pictures(47)
    _check_tiles(console)
    console.page.set_viewport_size({"width": 1000, "height": 700})
    console.wait_pictures(47)
    _check_tiles(console)


def test_low_data_mode_shows_the_one_tile_enlarged(context: BrowserContext, open_console: OpenConsole) -> None:
    context.add_init_script(NO_SOURCE_RECTANGLE)
    console = open_console(context.new_page())
    console.choose("CAM-04")
    console.press("q")
    console.step_to(52)
    console.wait_pictures(52)
    assert console.part("mainCanvas").evaluate("(canvas) => [canvas.width, canvas.height]") == [320, 180]


def test_tiles_are_cut_from_a_video_on_plain_http(context: BrowserContext, open_console: OpenConsole) -> None:
    context.add_init_script(NO_CODECS)
    console = open_console(context.new_page())
    expect(console.root).to_have_attribute("data-player", "video")
    console.choose("CAM-03")
    console.step_to(33)
    console.wait_pictures(33, wall_row=1)
    _check_tiles(console)
    console.page.set_viewport_size({"width": 1000, "height": 700})
    console.press("Escape")
    console.choose("CAM-01")
    console.wait_pictures(33)
    _check_tiles(console)


def _check_tiles(console: ConsolePage) -> None:
    """Hold each tile's color to the one that its camera paints its walls with: less red and more blue by number."""
    shown = dict(console.root.evaluate(READ_WALLS))
    assert list(shown) == list(CAMERAS)
    for number, camera_id in enumerate(CAMERAS, start=1):
        assert abs(shown[camera_id] - (40 - 16 * number)) < 8, shown

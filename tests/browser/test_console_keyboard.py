"""Everything works by keyboard, and keys stay out of the way of typing."""

from playwright.sync_api import expect

from tests.support.console_page import ConsolePage


def test_keys_jump_and_play_and_stay_out_of_typing_and_buttons(console: ConsolePage) -> None:
    console.choose("CAM-01")
    console.go_to("7:55:02 AM")
    for key, frame in (("ArrowRight", 30), ("Shift+ArrowRight", 130), ("ArrowLeft", 120)):
        console.press(key)
        console.wait_settled(frame)
    console.press("]")
    expect(console.part("speed")).to_have_value("2")
    console.press("[")
    console.press("[")
    expect(console.part("speed")).to_have_value("0.5")

    console.part("note").press_sequentially("m. f, 2 l")
    expect(console.part("note")).to_have_value("m. f, 2 l")
    expect(console.part("play")).to_have_attribute("aria-label", "Play")
    expect(console.part("cross")).to_be_hidden()
    expect(console.part("stage")).to_have_attribute("data-camera", "CAM-01")
    console.wait_settled(120)

    # space plays where a button was clicked, and presses one that has the focus by Tab
    console.part("frameForward").click()
    console.wait_settled(121)
    console.press("Space")
    expect(console.part("play")).to_have_attribute("aria-label", "Pause")
    console.press("Space")
    expect(console.part("play")).to_have_attribute("aria-label", "Play")
    console.wait_settled()
    frame = int(console.root.get_attribute("data-frame") or 0)
    console.part("frameBack").focus()
    console.press("Space")
    console.wait_settled(frame - 1)
    expect(console.part("play")).to_have_attribute("aria-label", "Play")

    console.part("track").focus()
    for key, frame in (("Home", 0), ("PageUp", 100)):
        console.press(key)
        console.wait_settled(frame)
    expect(console.part("track")).to_have_attribute("aria-valuetext", "7:55:10 AM")

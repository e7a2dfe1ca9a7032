"""How a failure is said: with labels on the command line, as plain sentences on a page."""

import pytest

from sim.errors import SimError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SimError("this session has ended"), "This session has ended."),
        (SimError("the name is taken", todo="choose another one"), "The name is taken. Choose another one."),
        (SimError("the PIN has 3 digits", expected="6 or more"), "The PIN has 3 digits. Needed: 6 or more."),
        (
            SimError("the reason has 400 letters", expected="at most 300", todo="shorten it"),
            "The reason has 400 letters. Shorten it (at most 300).",
        ),
        (SimError("job.yaml cannot be read", todo="delete it"), "job.yaml cannot be read. Delete it."),
        (SimError("t_s: 12 is late"), "t_s: 12 is late."),
        (
            SimError("the clip is gone", todo="restore it, or build it with `python -m sim footage build`"),
            "The clip is gone. Ask the person who runs Sightline here.",
        ),
        (SimError("Enter a reason (up to 300 characters)."), "Enter a reason (up to 300 characters)."),
    ],
)
def test_a_page_says_it_in_sentences_without_labels(error: SimError, said: str) -> None:
    assert error.on_screen == said


def test_the_command_line_keeps_its_labels() -> None:
    error = SimError("the clip is gone", expected="a clip", todo="build again")
    assert str(error) == "the clip is gone. Expected: a clip. What to do: build again."

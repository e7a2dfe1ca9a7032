"""Text that people typed, for the places where Streamlit reads Markdown."""

import re
from typing import Final

_SPECIAL: Final = frozenset("\\`*_{}[]()#+-.!$~:|<>&")
_JOINER: Final = "\u2060"
"""Unicode's word joiner: without width, and no place to break a line."""
_TURNED: Final = re.compile(
    r"(?<=:)(?=//)"  # http://name.example becomes a link
    r"|(?<=www)(?=\.)"  # so does www.name.example
    r"|(?<=@)(?=[-\w])"  # and who@name.example
    r"|(?<=:)(?=(?!\d\d?:)[-+\w/]+:)"  # :smile: and :material/home: become pictures; 8:12:40 does not
    r"|(?<=[<>~-])(?=[-=>])",  # a -> b becomes an arrow
    re.IGNORECASE,
)


def escape_markdown(text: str) -> str:
    """Return the text so that it is drawn letter by letter.

    Every letter that Markdown would read as markup gets a backslash before it. What is turned into links and pictures
    after that, whatever its backslashes, is cut by a sign that nobody sees.
    """
    cut = _TURNED.sub(_JOINER, text)
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in cut)

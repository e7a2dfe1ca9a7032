"""Text that people typed, for the places where Streamlit reads Markdown."""

_SPECIAL = frozenset("\\`*_{}[]()#+-.!$~:|<>&")


def escape_markdown(text: str) -> str:
    """Return the text with a backslash before every letter that Markdown would read as markup."""
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in text)

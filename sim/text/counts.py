"""How many of something, in words."""


def write_count(count: int, one: str, many: str | None = None) -> str:
    """Return "1 clip", "2 clips"; `many` is the plural where an s does not make it, as in "1,200 people"."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {many or f'{one}s'}"

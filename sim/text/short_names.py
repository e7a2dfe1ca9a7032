"""What people are called among people who know each other: as short as it can be told apart."""

from collections import Counter
from collections.abc import Mapping


def shorten_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return what to call each of some people: the first name; where two share it, as much of the last as is needed.

    Names that are wholly alike stay alike.
    """
    shown = {key: _cut(name, letters=0) for key, name in names.items()}
    longest = max((len(name) for name in names.values()), default=0)
    for letters in range(1, longest + 1):
        taken = Counter(short.casefold() for short in shown.values())
        alike = [key for key, short in shown.items() if taken[short.casefold()] > 1]
        if not alike:
            break
        for key in alike:
            shown[key] = _cut(names[key], letters=letters)
    return shown


def _cut(name: str, *, letters: int) -> str:
    first, *rest = name.split()
    if not rest or letters == 0:
        return first
    last = rest[-1]
    return f"{first} {last[:letters]}." if letters < len(last) else name

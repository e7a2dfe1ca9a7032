"""Sentences on how the appearance search was used. Wording only: every number is computed elsewhere."""

from sim.drill.similar_use import SimilarUse

UNUSED = "You did not use the appearance search."
CHECK = "Before you mark, compare what does not change between cameras: shoes, bag, hair."
UNCHECKED = "You looked at none of them."


def write_search_use(use: SimilarUse) -> tuple[str, ...]:
    """Return a few sentences: what was asked, how much of the answer was wrong, and what was done with it."""
    if use.asked == 0:
        return (UNUSED,)
    given = f"You searched {_count(use.asked, 'time')} for similar people and were given"
    sentences = [f"{given} {_count(use.listed, 'suggestion')}{_write_wrong(use)}."]
    if use.listed:
        sentences.append(UNCHECKED if use.opened == 0 else f"You looked at {use.opened} of them{_write_opened(use)}.")
    if use.marked_wrong:
        sentences.append(f"You marked {_count(use.marked_wrong, 'wrong suggestion')}. {CHECK}")
    elif use.opened_wrong:
        sentences.append("You marked none of the wrong ones.")
    if use.about_others:
        boxes = "1 box was" if use.about_others == 1 else f"{use.about_others} boxes were"
        sentences.append(f"{boxes} on somebody other than the student: such a list is about that person.")
    if use.nobody:
        sentences.append(
            f"{'1 box' if use.nobody == 1 else f'{use.nobody} boxes'} held nobody whom the search could recognise."
        )
    return tuple(sentences)


def _write_wrong(use: SimilarUse) -> str:
    if use.listed == 0:
        return ""
    if use.wrong == 0:
        return "; all of them showed the person in your box"
    return f"; {use.wrong} of them showed somebody else than the person in your box"


def _write_opened(use: SimilarUse) -> str:
    return f", {use.opened_wrong} of these wrong" if use.opened_wrong else ""


def _count(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"

"""A moment of a debrief as it is told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentText:
    """A title of a few words that begins small and ends without a full stop, and sentences, "" for none."""

    title: str
    text: str = ""


def join_sentences(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)

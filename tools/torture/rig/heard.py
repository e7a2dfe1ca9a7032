"""What a browser was told about the events that it sent, and how that stands against the log in the database."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.db.rows import StoredEvent
from sim.drill.event import EventKind
from tools.torture.rig.outcome import Outcome

DONE = {EventKind.MARK.value: "mark_id", EventKind.BOOKMARK.value: "bookmark_id"}
"""Kinds of events that are something done, each with the name of its id."""


@dataclass(slots=True, kw_only=True)
class Heard:
    """The posts of one drill's page that were answered 200.

    Attributes:
        sent: kind and payload of every event in them, by tab and number.
        acknowledged: the highest number that an answer acknowledged, by tab.
    """

    sent: dict[tuple[str, int], tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)

    def take(self, request: str, answer: str) -> None:
        """Note a post's body and the body of its answer, both JSON."""
        posted = json.loads(request)
        tab = posted["tab"]
        for event in posted["events"]:
            self.sent[(tab, event["seq"])] = (event["kind"], event["payload"])
        self.acknowledged[tab] = max(self.acknowledged.get(tab, 0), int(json.loads(answer)["ack"]))

    def list_acknowledged(self) -> list[tuple[str, int]]:
        """Return tab and number of every event that the page may forget."""
        return [(tab, seq) for tab, seq in self.sent if seq <= self.acknowledged.get(tab, 0)]


def judge_heard(
    heard: Heard, done: Sequence[str], log: Sequence[StoredEvent], *, saw: str, wrong: Sequence[str]
) -> Outcome:
    """Return an outcome with the log held against what the page was told and what was done in it.

    Args:
        heard: what the page was told.
        done: ids of all marks and bookmarks, in the order in which they were made, read from the page.
        log: the drill's whole log, in order.
        saw: what the trainee saw.
        wrong: what was found wrong so far.
    """
    stored = {(each.event.tab_id, each.event.seq): (each.event.kind.value, dict(each.event.payload)) for each in log}
    acknowledged = heard.list_acknowledged()
    lost = [key for key in acknowledged if not _is_kept(heard.sent[key], stored.get(key))]
    made = [str(payload[DONE[kind]]) for kind, payload in stored.values() if kind in DONE]
    found = list(wrong)
    missing = [name for name in done if name not in made]
    if missing:
        found.append(f"{len(missing)} of {len(done)} marks and bookmarks are not in the database")
    elif list(dict.fromkeys(made)) != list(done):
        found.append("the marks and bookmarks in the database are others, or in another order, than those made")
    return Outcome(
        saw=saw,
        acknowledged=len(acknowledged),
        lost=len(lost),
        doubled=sum(times - 1 for times in Counter(made).values()),
        wrong=tuple(found),
    )


def _is_kept(sent: tuple[str, Mapping[str, Any]], stored: tuple[str, Mapping[str, Any]] | None) -> bool:
    """Return whether an event is in the log with everything that it was sent with."""
    return stored is not None and stored[0] == sent[0] and sent[1].items() <= stored[1].items()

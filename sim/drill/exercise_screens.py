"""What one member of an exercise had on screen when, folded from the member's events."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sim.drill.event import Event, EventKind
from sim.drill.marks import read_number, read_text
from sim.drill.replay import JUMP_SLACK_S, order_events
from sim.scoring.team_exercise.evidence import Screen

_NOTES_A_MOMENT = frozenset({EventKind.MARK, EventKind.BOOKMARK, EventKind.FAULT})
"""Kinds whose `t_s` is a moment that was noted, possibly long ago, and not what is on screen."""
_SHORTEST_S = 1e-3


def list_screens(events: Iterable[Event], *, used_s: float) -> tuple[Screen, ...]:
    """Return the stretches during which a camera was the main picture, up to the end, ascending, none overlapping.

    Only the tab that opened last shows anything, and nothing while the page is hidden or closed. Between two events a
    picture that plays moves evenly from the site time of the one to that of the other; where that is further than
    playing can have brought it, it is taken as still, as is one that does not play.
    """
    fold = _Fold()
    for event in order_events(events):
        fold.take(event)
    fold.close(used_s, None)
    return tuple(screen for screen in fold.screens if screen.to_s - screen.from_s >= _SHORTEST_S)


@dataclass(slots=True, kw_only=True)
class _Fold:
    screens: list[Screen] = field(default_factory=list)
    tab: str | None = None
    camera_id: str | None = None
    site_s: float | None = None
    at_s: float = 0.0
    speed: float = 1.0
    playing: bool = False
    hidden: bool = False

    def take(self, event: Event) -> None:
        at_s, payload = event.t_client_ms / 1000.0, event.payload
        if event.kind is EventKind.OPEN or self.tab is None:
            if event.tab_id != self.tab:
                self.close(at_s, None)
                self.camera_id = None
            self.tab, self.playing, self.hidden = event.tab_id, False, False
        if event.tab_id != self.tab:
            return
        t_s = None if event.kind in _NOTES_A_MOMENT else read_number(payload, "t_s")
        self.close(at_s, read_number(payload, "from_s") if event.kind is EventKind.SEEK else t_s)
        self.site_s = self.site_s if t_s is None else t_s
        match event.kind:
            case EventKind.FOCUS:
                self.camera_id = read_text(payload, "camera_id")
            case EventKind.VIEW if event.is_grid:
                self.camera_id = None
            case EventKind.PLAY | EventKind.SPEED:
                self.speed = read_number(payload, "speed") or self.speed
                self.playing = self.playing or event.kind is EventKind.PLAY
            case EventKind.PAUSE | EventKind.STEP:
                self.playing = False
            case EventKind.CLOSE | EventKind.HIDDEN | EventKind.VISIBLE:
                self.hidden = event.kind is not EventKind.VISIBLE
                self.playing = self.playing and event.kind is not EventKind.CLOSE
            case _:
                pass

    def close(self, at_s: float, shown_s: float | None) -> None:
        """End the stretch that runs, at a site time or where it stood."""
        if self.camera_id is not None and self.site_s is not None and not self.hidden and at_s > self.at_s:
            site_to_s = self._reach(at_s, shown_s)
            self.screens.append(
                Screen(
                    camera_id=self.camera_id,
                    from_s=self.at_s,
                    to_s=at_s,
                    site_from_s=self.site_s,
                    site_to_s=site_to_s,
                )
            )
            self.site_s = site_to_s
        self.at_s = max(self.at_s, at_s)

    def _reach(self, at_s: float, shown_s: float | None) -> float:
        here_s = self.site_s or 0.0
        if not self.playing or shown_s is None:
            return here_s
        moved_s = shown_s - here_s
        is_jump = abs(moved_s) > abs(self.speed) * (at_s - self.at_s) * JUMP_SLACK_S + JUMP_SLACK_S
        return here_s if is_jump or moved_s * self.speed < 0 else shown_s

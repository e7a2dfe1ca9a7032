"""What really happened of the story: beats and the crowd's happenings joined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.crowd.people.people import Crowd, Happening, Person
from sim.crowd.scenario.beats.base import Beat
from sim.crowd.scenario.beats.closet import PersonKey
from sim.crowd.scenario.casting import share_people
from sim.crowd.scenario.scenario import Scenario
from sim.errors import BeatMissedError


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEvent:
    event_id: str  # the beat_id, or the beat_id with a suffix for what follows from a beat
    kind: str  # of the beat, or of what follows from it
    # first_frame, last_frame: from first to last moment, both included
    first_frame: int
    last_frame: int
    person_ids: tuple[str, ...]  # who took part, in the order of their roles
    at_m: tuple[float, float]  # where, site plan
    floor: str
    zone: str
    detail: Mapping[str, object]  # what else belongs to the kind


def list_story_events(scenario: Scenario, crowd: Crowd) -> tuple[StoryEvent, ...]:
    happened = {happening.event_id: happening for happening in crowd.happenings}
    players = share_people(scenario, crowd.people).players
    events: list[StoryEvent] = []
    for beat in scenario.beats:
        _check_happened(beat, happened, scenario)
        events.append(_make_event(beat, happened, players, crowd.fps))
        for event_id, kind in beat.sequels.items():
            sequel = happened[event_id]
            events.append(
                StoryEvent(
                    event_id=event_id,
                    kind=kind,
                    first_frame=sequel.start_frame,
                    last_frame=sequel.end_frame,
                    person_ids=sequel.person_ids,
                    at_m=sequel.xyz_m[:2],
                    floor=sequel.floor,
                    zone=sequel.zone,
                    detail={"beat": beat.beat_id},
                )
            )
    return tuple(events)


def _check_happened(beat: Beat, happened: Mapping[str, Happening], scenario: Scenario) -> None:
    for event_id in (*beat.span, *beat.comers, *beat.sequels):
        found = happened.get(event_id)
        if found is None:
            what = "does not take place" if event_id in beat.span else f"goes without {event_id.rpartition('.')[2]}"
            raise BeatMissedError(
                f"beat {beat.beat_id} ({beat.kind}) {what} within {scenario.duration_s:g} s: its people do not come "
                "to it in time",
                todo="give them less to do before it, let them come earlier, or make the scenario longer",
            )
        if not found.is_over and not beat.may_run_on:
            raise BeatMissedError(
                f"beat {beat.beat_id} ({beat.kind}) begins at {found.start_frame / scenario.fps:.0f} s and is not over "
                f"when the scenario ends at {scenario.duration_s:g} s",
                todo="let its people come earlier, or make the scenario longer",
            )


def _make_event(
    beat: Beat, happened: Mapping[str, Happening], players: Mapping[PersonKey, Person], fps: float
) -> StoryEvent:
    spans = [happened[event_id] for event_id in beat.span]
    main = happened[beat.beat_id]
    detail = dict(beat.describe(players))
    for event_id in beat.comers:
        detail[f"{event_id.rpartition('.')[2]}_s"] = round(happened[event_id].start_frame / fps, 3)
    return StoryEvent(
        event_id=beat.beat_id,
        kind=beat.kind,
        first_frame=min(span.start_frame for span in spans),
        last_frame=max(span.end_frame for span in spans),
        person_ids=_name(beat, players),
        at_m=main.xyz_m[:2],
        floor=main.floor,
        zone=main.zone,
        detail=detail,
    )


def _name(beat: Beat, players: Mapping[PersonKey, Person]) -> tuple[str, ...]:
    sequel_only = {actor.key for actor in beat.later_actors}
    return tuple(players[actor.key].person_id for actor in beat.actors if actor.key not in sequel_only)


def cut_events(events: Sequence[StoryEvent], *, frame_count: int) -> tuple[StoryEvent, ...]:
    """Return the events that begin within the first frames, ending with them at the latest."""
    return tuple(
        replace(event, last_frame=min(event.last_frame, frame_count - 1))
        for event in events
        if event.first_frame < frame_count
    )

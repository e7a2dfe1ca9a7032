"""Dismissal: out of the rooms, to the lockers, to buses and cars."""

from sim.crowd.generator.stories.halts import HaltKind
from sim.crowd.generator.stories.site_facts import ROOMS, DoorUse
from sim.crowd.generator.stories.story import Curb, Pattern, PatternHalt, Story

DISMISSAL = Story(
    name="dismissal",
    title="Dismissal",
    summary="School is out; students pack at their lockers and leave for buses, cars and clubs.",
    clock=(15, 5),
    enter=ROOMS,
    leave=(DoorUse.OUTSIDE,),
    halts=(HaltKind.LOCKER, HaltKind.PHONE, HaltKind.CLASSROOM, HaltKind.REST_ROOM, HaltKind.OFFICE, HaltKind.SEAT),
    patterns=(
        Pattern(
            name="locker-then-out",
            share=7,
            group=2,
            enter=ROOMS,
            window=(0.0, 0.65),
            halts=(PatternHalt(kind=HaltKind.LOCKER, for_s=(15, 30)),),
            leave=(DoorUse.OUTSIDE,),
        ),
        Pattern(
            name="waits-for-friends",
            share=2,
            group=3,
            enter=ROOMS,
            window=(0.02, 0.5),
            halts=(PatternHalt(kind=HaltKind.TALK, for_s=(20, 60)),),
            leave=(DoorUse.OUTSIDE,),
        ),
        Pattern(
            name="straight-out",
            share=4,
            group=1,
            enter=ROOMS,
            window=(0.0, 0.7),
            halts=(),
            leave=(DoorUse.OUTSIDE,),
        ),
        Pattern(
            name="waits-for-a-ride",
            share=1,
            group=1,
            enter=ROOMS,
            window=(0.05, 0.5),
            halts=(
                PatternHalt(kind=HaltKind.LOCKER, for_s=(10, 20)),
                PatternHalt(kind=HaltKind.SEAT, for_s=(60, 120)),
            ),
            leave=(DoorUse.OUTSIDE,),
        ),
        Pattern(
            name="club",
            share=1,
            group=2,
            enter=ROOMS,
            window=(0.05, 0.6),
            halts=(PatternHalt(kind=HaltKind.LOCKER, for_s=(10, 20)),),
            leave=ROOMS,
        ),
    ),
    on_the_way=0.32,
    curb=Curb.FETCHES,
    staff_share=0.08,
)

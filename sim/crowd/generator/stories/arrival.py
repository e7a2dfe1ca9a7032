"""Morning arrival: everybody comes in from outside, most by way of a locker, and ends in a classroom."""

from sim.crowd.generator.stories.halts import HaltKind
from sim.crowd.generator.stories.site_facts import ROOMS, DoorUse
from sim.crowd.generator.stories.story import Curb, Pattern, PatternHalt, Story

ARRIVAL = Story(
    name="arrival",
    title="Morning arrival",
    summary="Buses and cars arrive; students go to their lockers, meet friends and find their rooms.",
    clock=(8, 0),
    enter=(DoorUse.OUTSIDE,),
    leave=ROOMS,
    halts=(
        HaltKind.LOCKER,
        HaltKind.SEAT,
        HaltKind.PHONE,
        HaltKind.CLASSROOM,
        HaltKind.REST_ROOM,
        HaltKind.OFFICE,
    ),
    patterns=(
        Pattern(
            name="locker-then-room",
            share=6,
            group=2,
            enter=(DoorUse.OUTSIDE,),
            window=(0.0, 0.85),
            halts=(PatternHalt(kind=HaltKind.LOCKER, for_s=(10, 25)),),
            leave=ROOMS,
        ),
        Pattern(
            name="talks-at-the-locker",
            share=2,
            group=2,
            enter=(DoorUse.OUTSIDE,),
            window=(0.0, 0.7),
            halts=(
                PatternHalt(kind=HaltKind.LOCKER, for_s=(15, 30)),
                PatternHalt(kind=HaltKind.TALK, for_s=(20, 50)),
            ),
            leave=ROOMS,
        ),
        Pattern(
            name="straight-to-room",
            share=2,
            group=1,
            enter=(DoorUse.OUTSIDE,),
            window=(0.0, 0.9),
            halts=(),
            leave=ROOMS,
        ),
        Pattern(
            name="breakfast",
            share=2,
            group=2,
            enter=(DoorUse.OUTSIDE,),
            window=(0.02, 0.6),
            halts=(
                PatternHalt(kind=HaltKind.SEAT, for_s=(60, 120)),
                PatternHalt(kind=HaltKind.LOCKER, for_s=(10, 18)),
            ),
            leave=ROOMS,
        ),
        Pattern(
            name="friends",
            share=1,
            group=3,
            enter=(),
            window=(0.0, 0.0),
            halts=(PatternHalt(kind=HaltKind.TALK, for_s=(60, 120)),),
            leave=ROOMS,
        ),
        Pattern(
            name="errand",
            share=1,
            group=1,
            enter=(DoorUse.OUTSIDE, DoorUse.CLASSROOM),
            window=(0.1, 0.7),
            halts=(
                PatternHalt(kind=HaltKind.OFFICE, for_s=(20, 40)),
                PatternHalt(kind=HaltKind.PHONE, for_s=(15, 40)),
            ),
            leave=ROOMS,
        ),
    ),
    on_the_way=0.28,
    curb=Curb.BRINGS,
    staff_share=0.08,
)

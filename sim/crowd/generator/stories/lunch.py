"""Lunch: to the tables and back, with some who go elsewhere."""

from sim.crowd.generator.stories.halts import HaltKind
from sim.crowd.generator.stories.site_facts import ROOMS, DoorUse
from sim.crowd.generator.stories.story import Pattern, PatternHalt, Story

LUNCH = Story(
    name="lunch",
    title="Lunch",
    summary="Most walk to the tables and sit; some go to lockers, outside or back to a room.",
    clock=(11, 52),
    enter=ROOMS,
    leave=(*ROOMS, DoorUse.OUTSIDE),
    halts=(HaltKind.SEAT, HaltKind.LOCKER, HaltKind.REST_ROOM, HaltKind.OUTSIDE, HaltKind.PHONE, HaltKind.CLASSROOM),
    patterns=(
        Pattern(
            name="to-the-tables",
            share=6,
            group=2,
            enter=ROOMS,
            window=(0.02, 0.5),
            halts=(PatternHalt(kind=HaltKind.SEAT, for_s=(80, 200)),),
            leave=ROOMS,
        ),
        Pattern(
            name="at-the-tables",
            share=2,
            group=3,
            enter=(),
            window=(0.0, 0.0),
            halts=(
                PatternHalt(kind=HaltKind.SEAT, for_s=(60, 150)),
                PatternHalt(kind=HaltKind.LOCKER, for_s=(10, 20)),
            ),
            leave=ROOMS,
        ),
        Pattern(
            name="halls",
            share=2,
            group=3,
            enter=ROOMS,
            window=(0.05, 0.6),
            halts=(
                PatternHalt(kind=HaltKind.LOCKER, for_s=(10, 20)),
                PatternHalt(kind=HaltKind.TALK, for_s=(20, 50)),
            ),
            leave=ROOMS,
        ),
        Pattern(
            name="outside",
            share=1,
            group=2,
            enter=ROOMS,
            window=(0.05, 0.6),
            halts=(PatternHalt(kind=HaltKind.PHONE, for_s=(15, 30)),),
            leave=(DoorUse.OUTSIDE,),
        ),
    ),
    on_the_way=0.3,
    staff_share=0.08,
)

"""Class time: quiet halls, a few students with a pass, staff and errands."""

from sim.crowd.generator.stories.halts import HaltKind
from sim.crowd.generator.stories.site_facts import ROOMS, DoorUse
from sim.crowd.generator.stories.story import Pattern, PatternHalt, Story

CLASS_TIME = Story(
    name="class-time",
    title="Class time",
    summary="Lessons are on; only a few students with a pass are in the halls.",
    clock=(13, 20),
    enter=ROOMS,
    leave=ROOMS,
    halts=(HaltKind.REST_ROOM, HaltKind.OFFICE, HaltKind.LOCKER, HaltKind.PHONE, HaltKind.CLASSROOM, HaltKind.SEAT),
    patterns=(
        Pattern(
            name="pass",
            share=3,
            group=1,
            enter=ROOMS,
            window=(0.02, 0.75),
            halts=(PatternHalt(kind=HaltKind.REST_ROOM, for_s=(30, 60)),),
            leave=ROOMS,
        ),
        Pattern(
            name="errand",
            share=2,
            group=2,
            enter=ROOMS,
            window=(0.02, 0.75),
            halts=(PatternHalt(kind=HaltKind.OFFICE, for_s=(20, 40)),),
            leave=ROOMS,
        ),
        Pattern(
            name="late",
            share=1,
            group=1,
            enter=(DoorUse.OUTSIDE,),
            window=(0.05, 0.7),
            halts=(
                PatternHalt(kind=HaltKind.OFFICE, for_s=(20, 35)),
                PatternHalt(kind=HaltKind.LOCKER, for_s=(8, 15)),
            ),
            leave=ROOMS,
        ),
        Pattern(
            name="study",
            share=1,
            group=2,
            enter=(),
            window=(0.0, 0.0),
            halts=(PatternHalt(kind=HaltKind.SEAT, for_s=(90, 180)),),
            leave=ROOMS,
        ),
    ),
    on_the_way=0.05,
    staff_share=0.2,
    custodians=2,
    doors_shut=("classroom", "office", "restroom"),
)

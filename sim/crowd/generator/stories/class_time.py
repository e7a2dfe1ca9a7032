"""Class time: quiet halls, a few students with a pass, staff and errands."""

from sim.crowd.generator.stories.site_facts import ROOMS, DoorUse, HaltKind
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


PASSING = Story(
    name="passing",
    title="Passing period",
    summary="The bell rings; rooms empty into the halls, and everybody changes books and rooms.",
    clock=(10, 24),
    enter=ROOMS,
    leave=ROOMS,
    halts=(HaltKind.LOCKER, HaltKind.REST_ROOM, HaltKind.PHONE, HaltKind.SEAT, HaltKind.CLASSROOM, HaltKind.OFFICE),
    patterns=(
        Pattern(
            name="next-room",
            share=6,
            group=2,
            enter=ROOMS,
            window=(0.02, 0.45),
            halts=(PatternHalt(kind=HaltKind.LOCKER, for_s=(10, 22)),),
            leave=ROOMS,
        ),
        Pattern(
            name="slow-change",
            share=2,
            group=3,
            enter=ROOMS,
            window=(0.02, 0.5),
            halts=(
                PatternHalt(kind=HaltKind.TALK, for_s=(15, 45)),
                PatternHalt(kind=HaltKind.LOCKER, for_s=(10, 20)),
            ),
            leave=ROOMS,
        ),
        Pattern(
            name="straight-over",
            share=4,
            group=1,
            enter=ROOMS,
            window=(0.0, 0.6),
            halts=(),
            leave=ROOMS,
        ),
        Pattern(
            name="rest-room",
            share=1,
            group=1,
            enter=ROOMS,
            window=(0.05, 0.5),
            halts=(PatternHalt(kind=HaltKind.REST_ROOM, for_s=(30, 60)),),
            leave=ROOMS,
        ),
        Pattern(
            name="free-period",
            share=2,
            group=2,
            enter=ROOMS,
            window=(0.05, 0.4),
            halts=(PatternHalt(kind=HaltKind.SEAT, for_s=(60, 120)),),
            leave=ROOMS,
        ),
    ),
    on_the_way=0.32,
    staff_share=0.08,
)

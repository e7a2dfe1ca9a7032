"""Passing period: rooms empty into the halls at once, and fill again a few minutes later."""

from sim.crowd.generator.stories.halts import HaltKind
from sim.crowd.generator.stories.site_facts import ROOMS
from sim.crowd.generator.stories.story import Pattern, PatternHalt, Story

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

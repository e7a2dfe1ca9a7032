"""Story templates, one file each. A new one is a file here and a line in this registry."""

from collections.abc import Mapping

from sim.crowd.generator.stories.arrival import ARRIVAL
from sim.crowd.generator.stories.class_time import CLASS_TIME
from sim.crowd.generator.stories.dismissal import DISMISSAL
from sim.crowd.generator.stories.lunch import LUNCH
from sim.crowd.generator.stories.passing import PASSING
from sim.crowd.generator.stories.story import Story

STORIES: Mapping[str, Story] = {story.name: story for story in (ARRIVAL, PASSING, LUNCH, DISMISSAL, CLASS_TIME)}

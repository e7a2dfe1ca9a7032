"""Story templates, one file each. A new one is a file here and a line in this registry."""

from collections.abc import Mapping

from sim.crowd.generator.stories.arrival import ARRIVAL, DISMISSAL
from sim.crowd.generator.stories.class_time import CLASS_TIME, LUNCH, PASSING
from sim.crowd.generator.stories.site_facts import Story

STORIES: Mapping[str, Story] = {story.name: story for story in (ARRIVAL, PASSING, LUNCH, DISMISSAL, CLASS_TIME)}

"""Which poses of a body are dressed together: everyday ones at once, rare ones when somebody first needs them."""

from collections.abc import Sequence

from sim.footage.people.bodies import REST

_EVERYDAY = "everyday"
_UPRIGHT = ("stand_", "talk_")
_GROUPS = {
    "rest": _EVERYDAY,
    "walk": _EVERYDAY,
    "phone": _EVERYDAY,
    "sit_half": "low",
    "sit": "low",
    "kneel_half": "low",
    "kneel": "low",
    "lie_half": "low",
    "lie": "low",
    "wheel_still": "wheel",
    "crutches_still": "crutches",
}


def _name_group(pose_name: str) -> str:
    kind = pose_name[:-2] if pose_name[-2:].isdigit() else pose_name
    if kind.startswith(_UPRIGHT):
        return _EVERYDAY
    return _GROUPS.get(kind, kind if kind != pose_name else "hands")


def find_group(pose_names: Sequence[str], pose_name: str) -> tuple[int, ...]:
    """Return the indices of all poses that are dressed together with this one, the rest pose first."""
    group = _name_group(pose_name)
    return (REST, *(i for i, name in enumerate(pose_names) if i != REST and _name_group(name) == group))

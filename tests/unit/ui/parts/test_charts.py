"""A person's own charts are Vega-Lite as its schema has it, and tell before from after without color."""

import altair as alt

from sim.features.team.page_person import draw_own_accuracy, draw_own_times
from sim.features.team.team_view import PersonDrill


def make_drill(number: int, phase: str, *, is_time_out: bool = False) -> PersonDrill:
    return PersonDrill(
        number=number,
        phase=phase,
        day="Nov 30, 2026",
        form="a",
        time_s=480.0 if is_time_out else 200.0,
        time="",
        is_time_out=is_time_out,
        accuracy=None if is_time_out else 50.0,
        text="passed",
    )


def test_a_time_out_has_its_own_mark_and_every_phase_its_shape() -> None:
    drills = [make_drill(1, "Before", is_time_out=True), make_drill(2, "Before"), make_drill(3, "After")]
    for chart, kinds in (
        (draw_own_times(drills), ["Ran out of time", "Before", "After"]),
        (draw_own_accuracy(drills), ["Before", "After"]),
    ):
        assert [row["kind"] for row in chart["data"]["values"]] == kinds
        shape = chart["layer"][1]["encoding"]["shape"]["scale"]
        assert sorted(shape["domain"]) == sorted(kinds)
        assert len(set(shape["range"])) == len(kinds)
        assert alt.LayerChart.from_dict(chart).to_dict()["layer"]

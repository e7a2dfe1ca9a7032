"""The result of an export task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.judged import Judged
from sim.scoring.part import PartView
from sim.tasks.common.advice import Advice
from sim.tasks.common.base import Task
from sim.tasks.common.part_lines import list_time_parts, make_part, write_missing
from sim.tasks.export.judge import LEAST_IOU, PASS_MEAN_IOU, PASS_OUTSIDE_SHARE, SLACK

_MISSING = {
    "custody_complete": "left questions about the export unanswered",
}


class ExportWords:
    """See `sim.tasks.words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        """Return a line for every measure that has a value."""
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        """Return the result in one sentence."""
        right = "Correct. Every appearance is clipped, little else is, and the export is documented."
        return write_missing(score.card, {**_list_failures(score), **_MISSING}) or right

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        """Return one or two things to practise next."""
        values = score.card.values
        advice: list[Advice] = []
        if values.get("cut_share") != 1.0:
            advice.append(Advice("Find all appearances first, then step frame by frame to where each begins and ends."))
        if values.get("surplus_clips"):
            advice.append(Advice("Cut one clip for each appearance, and take away those that you no longer need."))
        if values.get("others_s"):
            advice.append(
                Advice("End a clip when the student has left: what follows shows people who are not part of it.")
            )
        if values.get("custody_complete") is False:
            advice.append(
                Advice("Fill in why, for whom and where to before you submit: without it a clip proves little.")
            )
        return tuple(advice[:2]) or (Advice("Try a student with more appearances."),)


def _list_failures(score: Judged) -> dict[str, str | None]:
    share, iou, outside = (score.card.values.get(key) for key in ("cut_share", "mean_iou", "outside_share"))
    outside_words = None if outside is None else f"{100 * outside:.0f}% footage without the student"
    return {
        "cut_share": f"clipped {100 * (share or 0.0):.0f}% of the appearances well (goal: all)",
        "mean_iou": f"matched them by {100 * (iou or 0.0):.0f}% on average (goal: {PASS_MEAN_IOU:.0%})",
        "outside_share": outside_words and f"included {outside_words} (goal: at most {PASS_OUTSIDE_SHARE:.0%})",
    }


def _list_parts(score: Judged) -> Iterator[PartView]:
    card = score.card
    values = card.values
    if (share := values.get("cut_share")) is not None:
        sentence = f"Share of the appearances with a clip that agrees with them by {LEAST_IOU:.0%} or more."
        yield make_part("cut_share", "Appearances cut out", f"{100 * share:.0f}%", sentence, good=share == 1.0)
    if (iou := values.get("mean_iou")) is not None:
        sentence = "How well in and out agree with the appearances, on average; one without a clip counts as 0 %."
        is_exact = iou >= PASS_MEAN_IOU - SLACK
        yield make_part("mean_iou", "In and out", f"{100 * iou:.0f}%", sentence, good=is_exact)
    if (surplus := values.get("surplus_clips")) is not None:
        sentence = "Clips that belong to no appearance of the student, or to one that has its clip already."
        good = False if surplus else None if values.get("cut_share") == 0 else True
        yield make_part("surplus_clips", "Extra clips", str(surplus), sentence, good=good)
    if (outside := values.get("outside_share")) is not None:
        sentence = f"Share of the footage cut that is without the student; at most {PASS_OUTSIDE_SHARE:.0%} pass."
        good = outside <= PASS_OUTSIDE_SHARE + SLACK
        yield make_part("outside_share", "Footage without the student", f"{100 * outside:.0f}%", sentence, good=good)
    if (others_s := values.get("others_s")) is not None:
        sentence = "Seconds of exported footage that show other people without the student."
        yield make_part("others_s", "Footage of others", f"{others_s:.0f} s", sentence, good=None)
    noted = bool(values.get("custody_complete"))
    sentence = (
        "You noted why it is exported, who asked for it and where it goes."
        if noted
        else "Why it is exported, who asked for it or where it goes was not noted."
    )
    yield make_part("custody_complete", "Custody", "noted" if noted else "not noted", sentence, good=noted)
    yield from list_time_parts(card)

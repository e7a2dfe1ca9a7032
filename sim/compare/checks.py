"""What is asked of the drills before any judgment is given: each question is a predicate on facts counted once."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pandas as pd

from sim.columns import CHOSEN_BY
from sim.compare.counting import WHY, Reason, say_options
from sim.compare.facts import FEWEST_BASELINES, WAITING, Facts, has_two_groups, name_side
from sim.compare.left_out import Comparable
from sim.compare.result import FEWEST
from sim.compare.table import ACCURACY, Phase
from sim.text.tables import write_time
from sim.text.words import say_console, write_count

LARGEST_LOSS_GAP = 0.2  # difference in the share of people lost by two groups from which it is a concern. Judgment.
ENOUGH_BASELINES = 4  # drills before the training to ask for, so that their trend can be beaten (docs/validity.md)
LARGEST_FORM_GAP = 0.34
# Share of the difficulty index by which forms may differ and still count as alike. It is no measure of minutes.
HARDNESS_MARGIN = 0.05
LARGEST_TYPE_GAP = 0.1  # mean share of a person's drills that are of another kind of task on the other side. Judgment.
LARGEST_DRILL_GAP = 0.25  # share by which two groups may differ in drills a person. Judgment.
# Gap of two groups before the training, in standard deviations of people, for a concern and for no word.
BASELINE_CONCERN, BASELINE_BAR = 0.25, 0.5
# Share of its limit that the expert's quickest pass of any shipped form takes: 16.2 s of 4:00 (held by a test). Times
# in minutes beside a limit in seconds are all at most a sixtieth of it, which is less than a quarter of this.
QUICKEST_EXPERT = 0.0675
FEWEST_TIMES = 3
MOST_NAMED = 3
# Drills of one form within a second that are looked at for copies; more are no copies but times that cannot be.
MOST_ALIKE = 300
ALL, VOLUNTEERS, LOW_RESULTS, LOW_RESULTS_EARLIER = CHOSEN_BY
UNKNOWN = ""
BY_THEMSELVES = "The slowest quarter of a team is 23 to 34% faster the next time on its own"
NEW_BASELINE = "Give them a new drill before the training, and compare from that one on"
NOTHING_YET = "Nothing to compare yet."


class Finding(Enum):
    """Outcome of one check."""

    FINE = "fine"
    CONCERN = "concern"
    UNKNOWN = "not in the table"


class Bars(Enum):
    """What a check stands against."""

    NOTHING = "nothing"
    BETTER = "a word for the better"
    CHANGE = "any word that something changed"
    ALL = "any word"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question put to the drills, what it is about in a few words, its answer, and what it stands against."""

    question: str
    topic: str
    finding: Finding
    sentence: str
    bars: Bars = Bars.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Drills:
    """What the checks look at: the whole table, what may be compared of it, and the facts of that."""

    checked: pd.DataFrame
    left: Comparable
    facts: Facts
    same_people: tuple[tuple[str, str, int], ...]  # see `find_same_people`
    are_different: bool  # somebody said that they are not one person

    @property
    def rows(self) -> pd.DataFrame:
        """The attempts compared."""
        return self.left.rows

    @property
    def before(self) -> pd.DataFrame:
        """Of these, those before the training."""
        return self.rows[self.rows["phase"] == Phase.BEFORE.value]

    @property
    def everyone(self) -> int:
        """People in the table."""
        return int(self.checked["person_id"].nunique())

    def count_dropped(self, rule: str) -> str:
        """Return how many drills a rule left out, in words."""
        return write_count(self.left.dropped.get(rule, 0), "drill")


Answer = tuple[str, Finding] | tuple[str, Finding, Bars]
FINE, CONCERN, NOT_TOLD = Finding.FINE, Finding.CONCERN, Finding.UNKNOWN


Ask = Callable[[Drills], Answer | None]
# Each question, what it is about, what answers it, and whether only with drills, in the order in which they stand.
QUESTIONS: list[tuple[str, str, Ask, bool]] = []


def list_checks(drills: Drills) -> tuple[Check, ...]:
    """Return every check, also those that could not be made."""
    found = []
    for question, topic, ask, needs_drills in QUESTIONS:
        told = (NOTHING_YET, NOT_TOLD) if needs_drills and drills.rows.empty else ask(drills)
        if told is not None:
            sentence, finding, bars = told if len(told) == 3 else (*told, Bars.NOTHING)
            found.append(Check(question=question, topic=topic, finding=finding, sentence=sentence, bars=bars))
    return tuple(found)


def _ask(question: str, topic: str, *, needs_drills: bool = False) -> Callable[[Ask], Ask]:
    def add(ask: Ask) -> Ask:
        QUESTIONS.append((question, topic, ask, needs_drills))
        return ask

    return add


@_ask("The same people before and after?", "who is missing")
def _ask_people(drills: Drills) -> Answer:
    part, people, everyone = drills.left.part, len(drills.facts.people), drills.everyone
    if part is not None:
        picked = f"{part.kept} of {part.of} {part.what}, picked by hand"
        return f"Only {picked}. A part picked after the drills can show any result.", CONCERN, Bars.ALL
    if people == everyone:
        return ("Yes." if people == 1 else f"Yes, all {people}."), FINE
    verb = "has" if people == 1 else "have"
    return f"{people} of {everyone} {verb} comparable drills in both phases; only they are compared.", CONCERN


@_ask("Does the table say which drills were passed?", "which drills were passed")
def _ask_passed(drills: Drills) -> Answer:
    told = drills.checked["passed"]
    if not (told != "").any():
        return (
            "The table does not say which drills were passed (column passed), so a wrong answer submitted sooner would "
            "look like progress.",
            NOT_TOLD,
            Bars.ALL,
        )
    if (told == "").any():
        first = drills.checked.index[int(np.argmax((told == "").to_numpy()))]
        return (
            f"Not of all: row {first} is the first of {int((told == '').sum())} that do not. They are left out, "
            "and with them what may have been lost.",
            CONCERN,
            Bars.CHANGE,
        )
    return "Yes.", FINE


@_ask("Can the times be?", "times that cannot be")
def _ask_times(drills: Drills) -> Answer | None:
    passed = drills.rows[drills.rows["passed"] == "yes"]
    for (phase, _), mine in passed.groupby(["phase", passed["group"].map(name_side)], sort=True):
        times = mine["duration_s"]
        if len(times) < FEWEST_TIMES:
            continue
        if times.round().eq(round(times.iloc[0])).all():
            return (
                f"No: every drill passed {phase} took exactly {write_time(float(times.iloc[0]))}, as recorded times do "
                "not.",
                CONCERN,
                Bars.ALL,
            )
        if (times < QUICKEST_EXPERT / 4.0 * mine["limit_s"]).all():
            return (
                f"No: every drill passed {phase} took under {100.0 * QUICKEST_EXPERT / 4.0:.1f}% of its limit, a "
                "quarter of what an expert needs. They may be minutes instead of seconds.",
                CONCERN,
                Bars.ALL,
            )
    return ("Yes.", FINE) if len(passed) else None


@_ask("Did anyone get the same form or student twice?", "same form twice")
def _ask_met_again(drills: Drills) -> Answer:
    again = drills.checked.duplicated(["person_id", "form_id"], keep=False)
    later = int((again & (drills.checked["phase"] == Phase.RETENTION.value)).sum())
    parts = (
        [f"{drills.count_dropped('met again')} left out and listed for it"] if drills.left.dropped["met again"] else []
    )
    parts += [f"{write_count(later, 'follow-up drill')} on a form met before"] if later else []
    return (f"Yes: {'; '.join(parts)}.", CONCERN) if parts else ("No.", FINE)


@_ask("Were the same forms used on both sides, for different people?", "forms on both sides", needs_drills=True)
def _ask_forms_balanced(drills: Drills) -> Answer:
    rows = drills.rows
    before, after = (
        rows.loc[rows["phase"] == phase.value, "form_id"].value_counts(normalize=True)
        for phase in (Phase.BEFORE, Phase.AFTER)
    )
    gap = float(before.sub(after, fill_value=0.0).abs().sum()) / 2.0
    if gap >= 1.0 - 1e-9:
        return "No. No form was used on both sides, so an easier form would look like progress.", CONCERN
    if gap > LARGEST_FORM_GAP:
        said = "Only in part. Some forms were used mostly on one side; an easier form would look like progress."
        return said, CONCERN
    return "Yes, the forms were spread over both sides.", FINE


@_ask("How many drills did each person do?", "number of drills", needs_drills=True)
def _ask_drills_each(drills: Drills) -> Answer:
    facts, counts = drills.facts, drills.facts.drills
    if facts.has_waiting:
        trained, waiting = (counts[side].mean(axis=0) for side in (facts.is_trained, ~facts.is_trained))
        if (np.abs(trained - waiting) / np.maximum(trained, waiting)).max() > LARGEST_DRILL_GAP:
            said = ", ".join(
                f"{name} {side[0]:.1f} and {side[1]:.1f}" for name, side in (("trained", trained), ("waiting", waiting))
            )
            said = f"Not alike in both groups, before and after: {said}. More practice alone would show."
            return said, CONCERN, Bars.CHANGE
    fewest, most = int(counts.min()), int(counts.max())
    if most == 1:
        return "One before and one after. One drill says little about one person; only the team is compared.", CONCERN
    if (counts == counts[0]).all():
        return f"{counts[0, 0]} before and {counts[0, 1]} after.", FINE
    return f"From {fewest} to {most} a side. Each person counts once, by the mean of their drills.", FINE


@_ask("Are there enough schools to tell a change from what happened at one?", "few schools", needs_drills=True)
def _ask_schools(drills: Drills) -> Answer | None:
    schools = drills.rows["school"].nunique()
    if drills.facts.has_waiting or schools < 2:
        return None
    if (drills.rows["school"] == "").any():
        return "The table names the school of some people and not of others.", NOT_TOLD, Bars.CHANGE
    if schools >= FEWEST:
        return f"Yes, {schools}; each counts once.", FINE
    return (
        f"No, {schools}. What happens at a school moves all of its people at once, and fewer than {FEWEST} schools "
        "cannot tell that from a change. Compare each school's team on its own, add schools, or let half of each "
        "school wait, drawn by lot.",
        CONCERN,
        Bars.CHANGE,
    )


@_ask("Was everything done on the same console and device, with the same options and limit?", "conditions")
def _ask_conditions(drills: Drills) -> Answer:
    left = drills.left
    if left.picked:
        said = f"Only drills {left.picked} were asked for. Conditions picked after the drills can show any result."
        return said, CONCERN, Bars.ALL
    if left.others:
        said = f"No. Left out and listed, as results under different ones are never mixed: {'; '.join(left.others)}."
        return said, CONCERN
    unknown = int((drills.rows["device"] == "").sum())
    if unknown:
        said = f"As far as is known. For {unknown} of {len(drills.rows)} drills the table does not name the device."
        return said, NOT_TOLD
    if drills.rows.empty:
        return NOTHING_YET, NOT_TOLD
    device = f"a {left.device}, " if left.device else ""
    told = f"{device}the {say_console(left.conditions.profile)} console {say_options(left.conditions.options)}"
    return f"Yes: {told}, {write_time(left.limit_s)} each.", FINE


@_ask("Were the kinds of task the same on both sides?", "kinds of task")
def _ask_task_types(drills: Drills) -> Answer:
    rows = drills.rows
    if rows.empty or (rows["task_type"] == "").all():
        return "The table does not say. Another kind of task after would look like progress.", NOT_TOLD
    if rows["task_type"].eq(rows["task_type"].iloc[0]).all():
        return "Yes, one kind.", FINE
    shares = pd.crosstab([rows["person_id"], rows["phase"]], rows["task_type"], normalize="index")
    sides = [shares.xs(phase.value, level="phase") for phase in (Phase.BEFORE, Phase.AFTER)]
    moved = np.abs(sides[0].to_numpy() - sides[1].to_numpy()).sum(axis=1)
    if float(moved.mean()) / 2.0 > LARGEST_TYPE_GAP:
        said = "No. People did other kinds of task after than before, and one kind takes longer than another."
        return said, CONCERN, Bars.ALL
    return "Yes, each person the same mix on both sides.", FINE


def compute_hardness(rows: pd.DataFrame, facts: Facts) -> float | None:
    """Return how much harder the forms were after than before by their index, as a ratio over people; None if unknown.

    People without a known one on a side are left out. With a waiting group it is that of the trained less that of those
    who waited. Worked: a person with forms of 20 before and 22 after, another with 21 and 20: (22 + 20) / (20 + 21) =
    1.0244.
    """
    waits = rows["group"].map(name_side) == WAITING
    ratios = []
    for mine in (rows[~waits], rows[waits]) if facts.has_waiting else (rows,):
        means = mine.pivot_table(index="person_id", columns="phase", values="difficulty").dropna()
        if means.shape[1] < 2 or means.empty:
            return None
        ratios.append(float(means[Phase.AFTER.value].mean() / means[Phase.BEFORE.value].mean()))
    return ratios[0] / ratios[1] if len(ratios) > 1 else ratios[0]


@_ask("Were the forms alike before and after?", "equally hard forms")
def _ask_forms_alike(drills: Drills) -> Answer:
    ratio = compute_hardness(drills.rows, drills.facts)
    if ratio is None:
        return "How hard each form is cannot be read from this table.", NOT_TOLD
    percent = 100.0 * abs(ratio - 1.0)
    if percent <= 100.0 * HARDNESS_MARGIN + 1e-7:
        return "Alike by our index.", FINE
    side = "for those who trained, beside those who waited" if drills.facts.has_waiting else "after"
    direction = "easier" if ratio < 1.0 else "harder"
    return (
        f"No: by our index they were {percent:.0f}% {direction} {side}. The index does not say how much that is in "
        "time.",
        CONCERN,
        Bars.CHANGE,
    )


@_ask("Was there an unscored drill first, to get used to the console?", "a first unscored drill")
def _ask_familiar(drills: Drills) -> Answer:
    before = drills.before
    if before.empty or (before["familiar"] == "").any():
        return "The table does not say. Without one, part of any change is getting used to the console.", NOT_TOLD
    is_familiar = (before["familiar"] == "yes").groupby(before["person_id"]).all()
    people, familiar = len(is_familiar), int(is_familiar.sum())
    if familiar == people:
        return f"Yes, for all {people}.", FINE
    return f"For {familiar} of {people}. For the others, part of any change is getting used to the console.", CONCERN


@_ask("Were lessons done before the drills before the training?", "lessons before the baseline")
def _ask_lessons(drills: Drills) -> Answer | None:
    if not drills.rows["lessons"].notna().any():
        return None
    before = drills.before
    if before.empty or before["lessons"].isna().any():
        return "The table does not say.", NOT_TOLD
    of_person = before.groupby("person_id")["lessons"]
    first, last = of_person.min(), of_person.max()
    people, had, between = len(first), int((first > 0).sum()), int((last > first).sum())
    if not last.any():
        return "No.", FINE
    tries = f"{last.sum():.0f} {'try' if last.sum() == 1 else 'tries'} in all"
    if had == people and not between:
        return f"Yes, by all {people}, {tries}. What they learned there is in the results before the training.", FINE
    told = "The results before the training are higher for them than without lessons."
    if between:
        told = f"For {between}, some came between two drills before the training, which raises the later one."
    return f"By {int((last > 0).sum())} of {people}, {tries}. {told}", CONCERN


@_ask("Were the drills before the training done before it, and those after it after?", "order of the drills")
def _ask_order(drills: Drills) -> Answer:
    out, wrong = drills.left.out_of_order, drills.left.dropped["wrong side"]
    if out and out == drills.everyone:
        return (
            "No. For everybody, drills marked after were done before drills marked before: the two look swapped. "
            "Nothing is compared until that is corrected."
        ), CONCERN
    lie = "1 drill lies" if wrong == 1 else f"{wrong} drills lie"
    counted = [f"{lie} on the other side of the training day"] if wrong else []
    who = write_count(out, "person", "people")
    counted += [f"for {who} a drill marked after came before one marked before"] if out else []
    told = f"Not all: {', and '.join(counted)}. They are left out." if counted else ""
    days = drills.rows["days_since_training"]
    if drills.rows.empty:
        return (told, CONCERN) if told else (NOTHING_YET, NOT_TOLD)
    if (drills.rows["drill_number"].isna() & (days.isna() | (days == 0.0))).any():
        unknown = "The table does not say when they were done, so before and after could be swapped."
        return f"{told} {unknown}".strip(), NOT_TOLD, Bars.ALL
    return (told, CONCERN) if told else ("Yes.", FINE)


@_ask("Were all drills done in the usual time?", "the same time limit for everyone")
def _ask_usual_time(drills: Drills) -> Answer:
    if drills.left.dropped["extra time"]:
        return (
            f"All that are compared. Kept out of them, for another time allowance: "
            f"{drills.count_dropped('extra time')}.",
            FINE,
        )
    if drills.rows.empty or (drills.rows["extra_time"] == "").any():
        return "The table does not say.", NOT_TOLD
    return "Yes.", FINE


@_ask("Can practice be told from the training?", "practice", needs_drills=True)
def _ask_practice(drills: Drills) -> Answer:
    facts = drills.facts
    if facts.has_waiting:
        return "Yes: the waiting group did the same drills without the training.", FINE
    if facts.baselines < FEWEST_BASELINES:
        drills_before = "one drill" if facts.baselines < 2 else "two drills"
        return (
            f"No. With {drills_before} before the training, people who got faster by practice alone look the same; "
            f"plan {ENOUGH_BASELINES}, or a group that waits.",
            CONCERN,
        )
    if not facts.is_ordered:
        return "Not from this table: it does not say in which order the drills were done.", NOT_TOLD
    return f"In part: {facts.baselines} drills before the training show the gain by practice.", FINE


def find_choice(rows: pd.DataFrame) -> str:
    """Return how the people compared were chosen, by the least favorable answer: one of `CHOSEN_BY`, or UNKNOWN."""
    answers = set(rows["chosen_by"].unique())
    return next((each for each in (LOW_RESULTS, UNKNOWN, LOW_RESULTS_EARLIER, VOLUNTEERS) if each in answers), ALL)


@_ask("Were people chosen because of their drills before?", "how people were chosen", needs_drills=True)
def _ask_chosen(drills: Drills) -> Answer:
    choice = find_choice(drills.rows)
    if choice == LOW_RESULTS:
        said = f"Yes, for low results in the drills that are compared. {BY_THEMSELVES}. {NEW_BASELINE}."
        return said, CONCERN, Bars.ALL
    if choice == UNKNOWN:
        bars = Bars.NOTHING if drills.facts.by_lot else Bars.BETTER
        return f"It is not known how these people were chosen. {BY_THEMSELVES}.", NOT_TOLD, bars
    return {
        ALL: "No, everyone on the team took part.",
        VOLUNTEERS: "No, they volunteered. The result speaks of people who volunteer, not of the whole staff.",
        LOW_RESULTS_EARLIER: "By low results in earlier drills, which are not compared; the drills before came after "
        "that choice.",
    }[choice], FINE


def find_same_people(checked: pd.DataFrame) -> tuple[tuple[str, str, int], ...]:
    """Return every two ids that may be one person, and in how many drills they agree, 0 where only the ids are alike.

    Two people agree in a drill of the same side and form where their times lie within a second and their match within
    .01; those who agree in all drills that both did, at least two of them finished, are asked about, and those who
    agree to the last digit of all measures in one, with a time finer than seconds. Ids are alike when they differ only
    in capitals, blanks or how a letter is written.
    """
    found = _find_copies(checked)
    alike: dict[str, str] = {}
    for person_id in sorted(checked["person_id"].unique()):
        plain = "".join(unicodedata.normalize("NFKC", person_id).casefold().split())
        if plain in alike:
            found.setdefault((alike[plain], person_id), 0)
        alike[plain] = person_id
    return tuple((first, second, drills) for (first, second), drills in found.items())


def _find_copies(checked: pd.DataFrame) -> dict[tuple[str, str], int]:
    done = checked[checked["finished"]].sort_values(["phase", "form_id", "elapsed_s"], kind="stable")
    drill = done.groupby(["phase", "form_id"], sort=False).ngroup().to_numpy()
    person, time_s = done["person_id"].to_numpy(), done["elapsed_s"].to_numpy(dtype=np.float64)
    measures = done[["elapsed_s", *ACCURACY]].to_numpy(dtype=np.float64)
    match = np.nan_to_num(measures[:, 1], nan=-1.0)
    agreed: dict[tuple[str, str], list[bool]] = {}
    for apart in range(1, min(len(done), MOST_ALIKE)):
        near = (drill[apart:] == drill[:-apart]) & (time_s[apart:] - time_s[:-apart] <= 1.0 + 1e-9)
        if not near.any():
            break
        near &= (np.abs(match[apart:] - match[:-apart]) <= 0.01 + 1e-9) & (person[apart:] != person[:-apart])
        for at in np.flatnonzero(near):
            pair = tuple(sorted((person[at], person[at + apart])))
            is_exact = np.array_equal(measures[at], measures[at + apart], equal_nan=True) and match[at] >= 0.0
            is_exact &= time_s[at] % 1.0 != 0.0  # whole seconds agree by chance
            agreed.setdefault((pair[0], pair[1]), []).append(is_exact)
    several = {pair for pair, told in agreed.items() if len(told) > 1}
    names = {name for pair in several for name in pair}
    drills: dict[str, set[int]] = {name: set() for name in names}
    for name, each in zip(person, drill, strict=True):
        if name in names:
            drills[name].add(int(each))
    return {
        pair: len(told)
        for pair, told in sorted(agreed.items())
        if any(told) or (pair in several and len(told) >= len(drills[pair[0]] & drills[pair[1]]))
    }


def say_same_people(same: tuple[tuple[str, str, int], ...]) -> str:
    """Return who shares what: "P000 and P012 agree in 4 drills to the second"."""
    parts = [
        f"{first} and {second} "
        + (
            f"agree in {write_count(drills, 'drill')} to the second"
            if drills
            else "differ only in how they are written"
        )
        for first, second, drills in same[:MOST_NAMED]
    ]
    more = len(same) - MOST_NAMED
    return "; ".join([*parts, *([f"and {write_count(more, 'more pair')}"] if more > 0 else [])])


@_ask("Is everyone in the table under one id?", "one person under two ids")
def _ask_one_id(drills: Drills) -> Answer:
    same = drills.same_people
    if not same:
        return "As far as the table shows: no two people have the same results.", FINE
    if drills.are_different:
        return f"{say_same_people(same)}. You said that they are different people.", FINE
    return f"{say_same_people(same)}. If they are one person, correct the table; if not, say so.", CONCERN, Bars.ALL


KNOWN = {"seen before": WHY[Reason.SEEN_BEFORE], "known": WHY[Reason.KNOWN]}


@_ask("Could anyone know these drills beforehand?", "drills known beforehand")
def _ask_known(drills: Drills) -> Answer:
    rows = drills.rows
    out = [f"{drills.count_dropped(each)} {words}" for each, words in KNOWN.items() if drills.left.dropped[each]]
    told = f" {'; '.join(out)}: left out and listed." if out else ""
    level = CONCERN if out else NOT_TOLD
    if rows.empty:
        return NOTHING_YET + told, level
    if (rows["origin"] == "public").all():
        return (
            f"All of these drills are {WHY[Reason.KNOWN]}: it comes with the program or can be made again. Measure on "
            f"footage made here.{told}",
            CONCERN,
            Bars.ALL,
        )
    if (rows["origin"] == "").any():
        return f"Where the footage comes from cannot be read from this table.{told}", level
    return f"No. The footage was made here, and nobody practices on it.{told}", (CONCERN if out else FINE)


def count_groups(table: pd.DataFrame) -> dict[str, int]:
    """Return how many people are in each group, "trained" and "waiting"."""
    people = table.drop_duplicates("person_id")["group"].map(name_side)
    return {str(side): int(count) for side, count in people[people != ""].value_counts(sort=False).sort_index().items()}


@_ask("Are both groups still whole?", "people missing from a group")
def _ask_groups_whole(drills: Drills) -> Answer | None:
    if not has_two_groups(drills.checked):
        return None
    began, stayed = count_groups(drills.checked), count_groups(drills.rows)
    words = [f"{stayed.get(side, 0)} of {count} {side}" for side, count in began.items()]
    shares = [stayed.get(side, 0) / count for side, count in began.items()]
    told = f"{' and '.join(words)} are compared."
    if all(share == 1.0 for share in shares):
        return f"Yes: {told}", FINE
    if max(shares) - min(shares) > LARGEST_LOSS_GAP:
        return f"No: {told} Who is missing may differ between the groups.", CONCERN
    return f"About equally: {told}", FINE


def compute_baseline_gap(facts: Facts) -> float:
    """Return how far apart two groups were before, in standard deviations of people of one group, at least 0."""
    sides = [facts.log_time[side, 0] for side in (facts.is_trained, ~facts.is_trained)]
    within = sum(float(((side - side.mean()) ** 2).sum()) for side in sides) / max(len(facts.people) - 2, 1)
    return abs(float(sides[0].mean() - sides[1].mean())) / max(float(np.sqrt(within)), 1e-9)


@_ask("Were both groups alike before?", "groups unlike before")
def _ask_groups_alike(drills: Drills) -> Answer | None:
    facts = drills.facts
    if not facts.has_waiting or not facts.is_trained.any():
        return None
    known = drills.rows[drills.rows["school"] != ""].drop_duplicates("person_id")
    arms = known.groupby(known["group"].map(name_side))["school"].unique()
    if len(arms) == 2 and min(map(len, arms)) == 1 and not set(arms.iloc[0]) & set(arms.iloc[1]):
        return (
            "One school was trained and another waited: what sets two schools apart cannot be told from the training.",
            CONCERN,
            Bars.ALL,
        )
    if facts.by_lot:
        return "Lots were drawn, so that only chance sets them apart.", FINE
    gap = compute_baseline_gap(facts)
    told = f"They differed by {gap:.2f} of the spread between people, before anybody was trained"
    if gap > BASELINE_BAR:
        return f"No. {told}. Such groups come closer on their own.", CONCERN, Bars.ALL
    is_near = not gap > BASELINE_CONCERN
    return (f"Nearly. {told}; no lots were drawn.", FINE) if is_near else (f"Not quite. {told}.", CONCERN)

"""The page that `python -m sim validity` prints: what was simulated, what was found, and where intervals fall short."""

from sim.services.power import team_model
from sim.services.power.detectable import estimate_power
from sim.services.power.validity import CUT, SEED, Coverage, Validity, Wording

TRUTHS = {"nothing": "nothing changed", "cut": f"times cut by {100 * CUT:.0f} %", "practice": "practice only"}


def write_page(validity: Validity, *, teams: int, command: str) -> str:
    """Return the page as Markdown, ending in a newline."""
    lines = [
        "# Do the words and intervals keep their promise?",
        "",
        f"Written by `{command}`: {teams} simulated teams of each kind, seed {SEED}.",
        "The words come from the code that judges real teams. The same command gives the same page on any number of",
        "processors.",
        "",
        "## The teams",
        *_describe_model(),
        "",
        "## Words",
        *_tell_words(validity.wordings, teams),
        "",
        "## Intervals",
        *_tell_intervals(validity.coverages),
        "",
        "## Persons and districts",
        "How often somebody is called changed who was not.",
        "",
        "| called | of | share |",
        "| --- | --- | --- |",
        *(f"| {rate.what} | {rate.of} | {100 * rate.share:.1f} % |" for rate in validity.rates),
        "",
        "## What this does not show",
        "That real teams vary as the model says. Its numbers are from elsewhere or assumed. The most important one,",
        "the spread of one person's drills, `python -m sim power --from ATTEMPTS.csv` takes from drills done here.",
        "",
        "Nor that nobody knew the drills beforehand. Truth and forms of the recording that comes with the program",
        "are public, so drills on it say what people do who have not looked. On recordings made here with a secret",
        "seed only the data folder tells (`docs/security.md`); there two people who talk about a drill remain, which",
        "forms that go round even out between before and after, but not within one side.",
        "",
    ]
    return "\n".join(lines)


def _describe_model() -> list[str]:
    return [
        "log time = level + person + form + training + practice + rest, all normal, cut off at the limit:",
        "",
        "| part | number | from |",
        "| --- | --- | --- |",
        f"| rest and forms: drill to drill of one person | {team_model.USUAL_SPREAD:.2f} log seconds | times on task "
        "vary by half their mean over people and trials (Nielsen 2006, 1,520 measures), two thirds of the variance |",
        f"| of that, forms | {team_model.FORM_SPREAD:.2f} | assumed: what matching their difficulty index leaves |",
        f"| person | {team_model.PERSON_SPREAD:.2f} | the other third |",
        f"| how differently people change | {team_model.CHANGE_SPREAD:.2f} | assumed |",
        f"| practice | drill number to the power of -{team_model.PRACTICE_POWER:.2f} | within the 0.1 to 0.6 of Newell "
        "and Rosenbloom (1981); only in the rows that say practice |",
        f"| drills that time out before | {100 * team_model.TIMED_OUT:.0f} % | assumed: most meet the limit |",
        f"| IDF1 | logit {team_model.ACCURACY_MEAN:.1f}, person {team_model.ACCURACY_PERSON:.1f}, drill "
        f"{team_model.ACCURACY_DRILL:.1f}; slow drills are less accurate (correlation {team_model.SPEED_LINK:.1f}); "
        f"above {team_model.PERFECT:.2f} it is 1 | assumed |",
        "",
        "Forms go round in a Latin square. Training changes times only, so accuracy never truly changes.",
    ]


def _tell_words(wordings: tuple[Wording, ...], teams: int) -> list[str]:
    lines = [
        "| truth | people | drills before | faster | improved | warned of practice |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in wordings:
        warned = "" if each.warned is None else f"{100 * each.warned:.0f} % of the faster"
        lines.append(
            f"| {TRUTHS[each.truth]} | {each.people} | {each.drills} | {100 * each.faster:.1f} % | "
            f"{100 * each.improved:.1f} % | {warned} |"
        )
    null = [each for each in wordings if each.truth == "nothing"]
    worst = max(each.improved for each in null)
    verdict = "keeps" if worst <= 0.05 else "does not keep"
    lines += [
        "",
        f'Where nothing changed, "improved" is said of {100 * worst:.1f} % of teams at most: this {verdict} to 5 %.',
        "",
    ]
    for each in wordings:
        if each.truth == "cut":
            planned = estimate_power(each.people, each.drills, team_model.USUAL_SPREAD, cut=CUT, teams=min(teams, 400))
            lines.append(
                f"- A cut of {100 * CUT:.0f} % with {each.people} people and {each.drills} drills a phase: `sim power` "
                f"expects {100 * planned.faster:.0f} % faster and {100 * planned.improved:.0f} % improved; here it was "
                f"{100 * each.faster:.0f} % and {100 * each.improved:.0f} %, in other teams."
            )
    lines.append(
        "- Practice alone makes many teams faster, and they are: the word says what was measured. The warning says "
        "that practice may be all of it."
    )
    return lines


def _tell_intervals(coverages: tuple[Coverage, ...]) -> list[str]:
    lines = [
        f"Share of {coverages[0].teams} teams whose interval holds the truth; two drills a phase, about 10 % of drills",
        "before timed out.",
        "",
        "| method | people | says | holds the truth | given |",
        "| --- | --- | --- | --- | --- |",
    ]
    short = []
    for each in sorted(coverages, key=lambda each: (each.method, each.people)):
        if each.held is None:
            continue
        lines.append(
            f"| {each.method} | {each.people} | {100 * each.stated:.1f} % | {100 * each.held:.1f} % | "
            f"{100 * each.given:.0f} % |"
        )
        noise = 2.0 * (each.stated * (1.0 - each.stated) / (each.given * each.teams)) ** 0.5
        if each.held < each.stated - noise:
            short.append(f"{each.method} with {each.people} people ({100 * each.held:.1f} %)")
    lines.append("")
    if short:
        lines.append(f"Short of what they say, by more than chance: {'; '.join(short)}.")
    else:
        lines.append("None is short of what it says by more than chance.")
    return lines

"""What a comparison never says, wherever it speaks."""

import re

FORBIDDEN: tuple[tuple[str, str], ...] = (
    (r"\bcaus(e|es|ed|ing)\b", "a before/after design shows no cause"),
    (r"\b(because of|due to|thanks to) (the )?training\b", "a before/after design shows no cause"),
    (r"\btraining (works|worked|made|improved|helped|reduced)\b", "a before/after design shows no cause"),
    (r"\b(safer|safety)\b", "search times on drills measure no safety"),
    (r"\bcertif(y|ied|ies|icate|ication)\b", "nobody is certified by a drill"),
    (r"\bwill find\b", "drill times are not times on other cameras"),
    (r"\b(prov(e|es|ed|en)|proof|guarantee[sd]?)\b", "nothing here is proof"),
    (r"\bsignifican(t|tly|ce)\b", "read as important by people who do not test"),
    (r"\b(best|worst|weakest|strongest|top) (person|performer|searcher|member)\b", "no ranking of staff"),
    (r"(?<!signed-)(?<!signed )\brank(s|ed|ing)?\b", "no ranking of staff"),
    (r"\b(failed|pass rate|fail rate|pass/fail|did not pass)\b", "no pass or fail of a person"),
    (r"\bphones? and (desktops?|computers?) (together|pooled|combined)\b", "phone and desktop are never pooled"),
    (r"\b(pooled|combined) (over|across) (devices|consoles|phones)\b", "phone and desktop are never pooled"),
    (r"\b(especially|particularly|notably) (among|for|in)\b", "no subgroup picked afterwards"),
    (r"\b(no loss of|same) accuracy\b", "an interval that reaches below the margin shows no such thing"),
)


def find_forbidden(text: str) -> tuple[str, ...]:
    return tuple(
        f"{match.group(0)!r}: {reason}"
        for pattern, reason in FORBIDDEN
        for match in re.finditer(pattern, text, flags=re.IGNORECASE)
    )

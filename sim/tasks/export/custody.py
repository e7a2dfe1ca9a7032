"""What is noted with exported footage so that its custody can be shown later: why, for whom, and where it goes."""

from collections.abc import Mapping
from types import MappingProxyType

from sim.tasks.common.answer_form import Field, FieldKind, Option


def _make_field(key: str, label: str, options: Mapping[str, str]) -> Field:
    made = tuple(Option(value=value, label=words) for value, words in options.items())
    return Field(key=key, kind=FieldKind.CHOICE, label=label, options=made)


CUSTODY_FIELDS = (
    _make_field(
        "reason",
        "Why is this footage exported?",
        {
            "injury": "Injury or medical emergency",
            "fight": "Fight or assault",
            "threat": "Threat assessment",
            "weapon": "Weapon or suspected weapon",
            "bullying": "Bullying or harassment",
            "theft-damage": "Theft or damage",
            "missing-student": "Missing student",
            "other": "Another reason, said in the note",
        },
    ),
    _make_field(
        "requested-by",
        "Who asked for it?",
        {
            "administration": "Principal or assistant principal",
            "resource-officer": "School resource officer",
            "district-safety": "District safety office",
            "police": "Police, with a case number",
            "court": "Court order or subpoena",
            "records-request": "Parent or public records request, through the records office",
        },
    ),
    _make_field(
        "goes-to",
        "Where does it go?",
        {
            "district-store": "District evidence store",
            "incident-file": "Incident file of the school",
            "police-portal": "Police evidence portal",
            "legal-counsel": "Legal counsel of the district",
            "records-office": "Records office, to blur others before release",
        },
    ),
)
CUSTODY: Mapping[str, frozenset[str]] = MappingProxyType(
    {field.key: frozenset(option.value for option in field.options) for field in CUSTODY_FIELDS}
)
"""The values that each field may have."""

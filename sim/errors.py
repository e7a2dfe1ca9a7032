"""The error tree: every failure a user can cause or meet says what, what was expected, and what to do."""

import re

_COMMAND = re.compile(r"\b(?:python -m sim|sightline) [a-z]")
_ASK = "ask the person who runs Sightline here"
_WORD = re.compile(r"[a-z]+[,;:]?(?= |$)")


class SimError(Exception):
    """Root of all errors that are shown to a person.

    Attributes:
        what: what was wrong, with the value, file or key it was found in.
        expected: what would have been right, or "".
        todo: what the reader should do next, or "".
    """

    def __init__(self, what: str, *, expected: str = "", todo: str = "") -> None:
        self.what = what
        self.expected = expected
        self.todo = todo
        parts = [what.rstrip(".") + "."]
        if expected:
            parts.append(f"Expected: {expected.rstrip('.')}.")
        if todo:
            parts.append(f"What to do: {todo.rstrip('.')}.")
        super().__init__(" ".join(parts))

    @property
    def on_screen(self) -> str:
        """The same as sentences without labels, for pages: "The reason has 400 letters. Shorten it (at most 300).".

        Where a command is to be run it says whom to ask: pages are for people who run none.
        """
        expected, todo = self.expected.rstrip("."), self.todo.rstrip(".")
        if _COMMAND.search(todo):
            todo = _ASK
        if todo and expected:
            todo = f"{todo} ({expected})"
        elif expected:
            todo = f"needed: {expected}"
        sentences = [_begin(each) for each in (self.what.rstrip("."), todo) if each]
        return " ".join(f"{each}." for each in sentences)


def _begin(text: str) -> str:
    """Return a sentence with its first letter large; a name of a file or key stays as it is written."""
    return text[0].upper() + text[1:] if _WORD.match(text) else text


class SiteError(SimError):
    """A site file is missing, malformed or contradicts itself."""


class ScenarioError(SimError):
    """A scenario file is missing, malformed or asks for something the site has not."""


class BeatMissedError(ScenarioError):
    """What a scenario says shall happen does not: its people do not come to it in time."""


class RecordingError(SimError):
    """A recording folder is incomplete, altered or unreadable."""


class TurnError(RecordingError):
    """A clip is to be turned before it is shown, and not by right angles."""


class NewerSchemaError(SimError):
    """A file or database was written by a newer version of this program."""


class TruthError(SimError):
    """A ground-truth table has wrong columns, types or values."""


class TaskError(SimError):
    """A task names something the recording has not, or has values outside their range."""


class AnswerError(SimError):
    """An answer is malformed, or a mark lies outside the picture, the recording or the window."""


class AttemptError(SimError):
    """An attempt was asked for a step that its state does not allow, or does not exist."""


class PausedError(AttemptError):
    """A drill was worked at while its trainer had stopped its clock."""


class UnknownAttemptError(AttemptError):
    """There is no attempt of that id."""


class SessionError(SimError):
    """A session day was asked for a step that it does not allow, or does not exist."""


class AccessError(SimError):
    """A token is missing, forged, expired or for something else."""


class RateLimitError(SimError):
    """Something was asked for too often in a short time."""


class RosterError(SimError):
    """A roster file cannot be read, or what it asks for cannot be done."""


class PlanError(SimError):
    """A training program was asked for that cannot be carried out as wished."""


class ComparisonError(SimError):
    """An attempts table cannot be compared: columns, values or design."""


class ReportError(SimError):
    """A report could not be made of a comparison."""


class StoreError(SimError):
    """The database cannot be opened, read or written."""


class LedgerError(SimError):
    """The training record was asked for something that it does not allow, or is broken."""


class HoldError(LedgerError):
    """Something is not deleted because it is under a legal hold."""


class MachineError(SimError):
    """The machine lacks something: a library, disk space, a free port, a newer Python."""

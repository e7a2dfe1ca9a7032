"""What the console can be told to do, by the names of `sim/ui/console/js/keys.js`; a test holds the two together."""

from types import MappingProxyType
from typing import Final

_KEYED = """
togglePlay frameBack frameForward shuttleBack pause shuttleForward arrowLeft arrowRight arrowUp arrowDown slower faster
motionBack motionForward timelineCloser timelineWider timelineAll cross crossMark closer lessClose similar undo
previousMark nextMark bookmark snapshot pinTime wallToHere saveData playerDetails togglePlan nextLink hint
answerCall nextLayout openViews pageBack pageForward findCamera openKeys
number1 number2 number3 number4 number5 number6 number7 number8 number9
"""
_NAMED = """
shuttleBack frameBack frameForward findCamera cross bookmark snapshot openViews openKeys pageBack pageForward togglePlan
timelineCloser timelineWider timelineAll pinTime wallToHere saveData playerDetails similar motionBack motionForward
"""
_SAME = "Enter ArrowLeft ArrowRight ArrowUp ArrowDown PageUp PageDown Home End Backspace Delete F2 F4 F8 F9"

KEYED: Final = frozenset(_KEYED.split())
"""Actions whose key a profile may choose: all but Esc, which is the way out everywhere."""

NAMED: Final = frozenset(_NAMED.split())
"""Actions whose button a profile may name."""

NAMED_KEYS: Final = MappingProxyType({"Space": " "} | {name: name for name in _SAME.split()})
"""Keys that are no single sign, as a file writes them, and as a browser does."""

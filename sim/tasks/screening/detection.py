"""How well two kinds are told apart: d' and criterion of signal detection theory, from counts.

Shares of 0 and 1 have no z value, so both are corrected log-linearly, whatever they are: half a case is added to the
flagged and one to all (Hautus, "Corrections for extreme proportions and their biasing effects on estimated values of
d'", 1995, doi:10.3758/BF03203619). Formulas: Macmillan and Creelman, "Detection Theory", second edition, 2005. With
few cases both are rough: of two signals and two others, all judged right, d' is 1.93 and cannot be more.
"""

from statistics import NormalDist

_NORMAL = NormalDist()


def compute_d_prime(*, hits: int, signals: int, false_alarms: int, others: int) -> float | None:
    """Return d', in standard deviations: z(hit rate) - z(false-alarm rate), both corrected. None without either kind.

    8 of 10 signals and 3 of 10 others flagged: z(8.5/11) - z(3.5/11) = 0.7479 + 0.4728 = 1.2206.
    """
    if signals == 0 or others == 0:
        return None
    return _find_z(hits, signals) - _find_z(false_alarms, others)


def compute_criterion(*, hits: int, signals: int, false_alarms: int, others: int) -> float | None:
    """Return c, in standard deviations: -(z(hit rate) + z(false-alarm rate)) / 2, both corrected. None as for d'.

    Above 0: flags seldom; below 0: flags often. 8 of 10 and 3 of 10: -(0.7479 - 0.4728) / 2 = -0.1375.
    Never -0.0: adding 0.0 takes the sign away.
    """
    if signals == 0 or others == 0:
        return None
    return -(_find_z(hits, signals) + _find_z(false_alarms, others)) / 2.0 + 0.0


def _find_z(flagged: int, total: int) -> float:
    return _NORMAL.inv_cdf((flagged + 0.5) / (total + 1.0))

"""The area under an ROC curve: how often one sample exceeds another, with its interval."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import expit, logit

from explorer.analysis.measure import LEVEL, Interval

Array = NDArray[np.float64]
NORMAL_MARGIN = float(stats.norm.ppf((1 + LEVEL) / 2))


def placements(negatives: Array, positives: Array) -> tuple[Array, Array]:
    """For each positive the fraction of negatives below it, (M,), and for each negative that of positives above, (N,).

    A tie counts one half, so that both means are the area under the ROC curve.
    """
    return _fraction_below(negatives, positives), 1 - _fraction_below(positives, negatives)


def _fraction_below(these: Array, each: Array) -> Array:
    ranked = np.sort(these)
    below, not_above = (np.searchsorted(ranked, each, side) for side in ("left", "right"))
    return np.asarray((below + not_above) / (2 * len(these)))


def auc_interval(negatives: Array, positives: Array) -> Interval:
    """The probability that one of (M,) positives exceeds one of (N,) negatives, with its interval of at least 95 %.

    From placements on the logit scale (DeLong, DeLong & Clarke-Pearson 1988). Pairs out of order are no better evidence
    than none, so that an end lies no nearer to 0 or 1 than the exact binomial bound of the smaller group.
    """
    of_positives, of_negatives = placements(negatives, positives)
    auc = float(of_positives.mean())
    bound = ((1 - LEVEL) / 2) ** (1 / min(len(negatives), len(positives)))
    if auc in (0.0, 1.0):
        return Interval(auc, bound, 1.0) if auc else Interval(auc, 0.0, 1 - bound)
    variance = of_positives.var(ddof=1) / len(positives) + of_negatives.var(ddof=1) / len(negatives)
    margin = NORMAL_MARGIN * np.sqrt(variance) / (auc * (1 - auc))
    low, high = expit(logit(auc) + np.array([-margin, margin]))
    return Interval(auc, min(float(low), bound), max(float(high), 1 - bound))

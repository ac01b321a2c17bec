"""Segments with so few customers that their centre would tell of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from autoseg.model.segment_model import SegmentModel

__all__ = ["check_sizes"]

_FEWEST = 10


def check_sizes(model: SegmentModel) -> None:
    """Raise if a segment has fewer than 10 customers.

    Its centre is the mean of them: of one customer it is the customer. A model of a
    matrix does not know what its rows are, so it is not asked.

    Parameters
    ----------
    model : SegmentModel
        The model.

    Raises
    ------
    autoseg.errors.InputError
        ``ASG_E_MODEL_SMALL_SEGMENT``.
    """
    n = model.card.n_customers
    if n is None:
        return
    small = [
        str(one.number)
        for one in model.segments
        if one.n_customers is None or one.n_customers < _FEWEST
    ]
    if not small:
        return
    several = len(small) > 1
    least = math.ceil(1000 * _FEWEST / max(n, _FEWEST)) / 1000
    raise InputError(
        Finding(
            "ASG_E_MODEL_SMALL_SEGMENT",
            "the model",
            f"segment{'s' * several} {' and '.join(small)} of {n} customers"
            f" {'have' if several else 'has'} fewer than {_FEWEST}, or so few that"
            " another would be known, and a centre of so few tells what they bought",
            f"ask for fewer segments, or for larger ones: min_share={least},"
            f" --min-share {least}",
        )
    )

"""How much each column counts: weights of columns, of blocks, and of the value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

from autoseg.clustering.columnnames import VALUE_COLUMNS
from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["block_of", "column_weights"]

# features named after the data, which the catalogue cannot list
_NAMED_AFTER_DATA = {
    "attribute_": "attributes",
    "channel_share_": "channel",
    "device_share_": "channel",
}


def column_weights(
    names: Sequence[str],
    block_weights: Mapping[str, float] | None,
    value_weight: float,
) -> tuple[float, ...]:
    """Return the weight of each column.

    The weight of its own name, else of its block, else 1; times `value_weight` for
    recency_days, frequency and monetary.

    Parameters
    ----------
    names : sequence of str
        Names of the columns.
    block_weights : mapping of str to float, or None
        Weights of columns or of blocks, above 0. A name of a column goes before that
        of a block.
    value_weight : float
        Weight of the three columns of value, above 0.

    Returns
    -------
    tuple of float
        One for each column.

    Raises
    ------
    InputError
        With one finding (``ASG_E_SETTING``) for each weight that is no number above
        0, and for each that would weigh nothing: a name that neither a column nor a
        block with a column has. The answer would look as if it had been heard.

    Examples
    --------
    >>> column_weights(["monetary", "mean_gap_days"], {"tempo": 0.5}, 2.0)
    (2.0, 0.5)
    """
    if not isinstance(block_weights, Mapping | None):
        found = f"block_weights is {block_weights!r}"
        raise InputError(_setting(found, "give a mapping of names to numbers"))
    given = dict(block_weights or {})
    blocks = [block_of(name) for name in names]
    findings = _wrong_weights(given, value_weight)
    known = set(names) | {block for block in blocks if block is not None}
    for name in given:
        if name not in known:
            findings.append(_unknown(str(name), names, blocks))
    if value_weight != 1 and not set(names) & set(VALUE_COLUMNS):
        found = f"value_weight is {value_weight!r} and X has no column of value"
        fix = f"give a frame with {', '.join(VALUE_COLUMNS)}, or leave it at 1"
        findings.append(_setting(found, fix))
    if findings:
        raise InputError(findings)
    weights = []
    for name, block in zip(names, blocks, strict=True):
        weight = float(given.get(name, given.get(block or "", 1.0)))
        weights.append(weight * (value_weight if name in VALUE_COLUMNS else 1.0))
    return tuple(weights)


def block_of(name: str) -> str | None:
    """Return the block of a feature, or None where its name does not tell.

    Parameters
    ----------
    name : str
        Name of a column.

    Returns
    -------
    str or None

    Examples
    --------
    >>> block_of("monetary"), block_of("channel_share_web"), block_of("shoe_size")
    ('value', 'channel', None)
    """
    # the catalogue takes a while to import, and most matrices need none of it
    from autoseg.features import CATALOGUE

    if name in CATALOGUE:
        return CATALOGUE[name].block
    for start, block in _NAMED_AFTER_DATA.items():
        if name.startswith(start):
            return block
    return None


def _wrong_weights(given: Mapping[str, Any], value_weight: Any) -> list[Finding]:
    told = {f"the weight of {name!r}": weight for name, weight in given.items()}
    told["value_weight"] = value_weight
    return [
        _setting(f"{what} is {weight!r}", "give a number above 0")
        for what, weight in told.items()
        if not _is_weight(weight)
    ]


def _is_weight(weight: Any) -> bool:
    # a bool is a number to Python, and a slip of the pen to us
    if isinstance(weight, bool) or not isinstance(weight, Real):
        return False
    return math.isfinite(weight) and float(weight) > 0.0


def _unknown(name: str, names: Sequence[str], blocks: Sequence[str | None]) -> Finding:
    from autoseg.features import BLOCKS

    there = [block for block in BLOCKS if block in blocks]
    found = f"block_weights names {name!r}, which is no column of X"
    found += ", and the block has none" if name in BLOCKS else " and no block"
    fix = f"name one of the columns {', '.join(names)}"
    fix += f", or one of the blocks {', '.join(there)}" if there else ""
    return _setting(found, fix)


def _setting(found: str, fix: str) -> Finding:
    return Finding("ASG_E_SETTING", "CustomerScaler", found, fix)

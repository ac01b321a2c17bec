"""Synthetic customers with planted segments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from autoseg.datasets.archetypes import ARCHETYPES
from autoseg.errors import Finding, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from autoseg.datasets.archetypes import Archetype
    from autoseg.datasets.simulate import Orders

__all__ = ["SyntheticCustomers", "make_customers"]

_OPTIONAL = ("product_id", "category", "quantity", "discount", "channel")
_MIN_DAYS = 365


@dataclass(frozen=True, slots=True)
class SyntheticCustomers:
    """Transactions whose segments are known.

    Parameters
    ----------
    transactions : pandas.DataFrame of shape (n_lines, 4 or more)
        ``customer_id``, ``order_id``, ``timestamp``, ``amount``, and the optional
        columns that were asked for; sorted by time.
    truth : pandas.Series of shape (n_customers,)
        Name of the planted segment by ``customer_id``, sorted by it.
    as_of : datetime.date
        The day after the last one of the period.
    """

    transactions: pd.DataFrame
    truth: pd.Series[str]
    as_of: date


def make_customers(
    n: int = 1000,
    segments: int | Sequence[str] = 5,
    *,
    as_of: date | str = "2025-01-01",
    days: int = 730,
    lines_per_order: float = 1.0,
    columns: Sequence[str] = (),
    currency: str | None = None,
    typical_order: float = 50.0,
    spread: float = 1.0,
    random_state: int = 0,
) -> SyntheticCustomers:
    """Make transactions of customers whose segments are planted.

    Parameters
    ----------
    n : int
        Number of customers, at least as many as segments.
    segments : int or sequence of str
        How many segments, in the order of the list that follows, or which:
        ``champions``, ``loyal``, ``new``, ``at_risk``, ``one_time``,
        ``big_spenders``, ``deal_seekers``, ``weekend_shoppers``, ``seasonal``.
    as_of : datetime.date or str
        The day after the last one; no order is of that day or later.
    days : int
        Length of the period, at least 365.
    lines_per_order : float
        Mean number of lines of an order, at least 1.
    columns : sequence of str
        Which of ``product_id``, ``category``, ``quantity``, ``discount`` and
        ``channel`` to add. They do not change the other columns.
    currency : str, optional
        ISO code for a constant column ``currency``; none by default.
    typical_order : float
        Amount of a typical order; amounts scale with it.
    spread : float
        How far customers of one segment lie apart: below 1 the segments stand
        clear of each other, above 1 they run into each other.
    random_state : int
        Seed; equal seeds give equal data.

    Returns
    -------
    SyntheticCustomers
        Transactions and truth. Some lines come back as returns with negative
        amounts, each under an ``order_id`` of its own.

    Raises
    ------
    autoseg.errors.InputError
        If an argument cannot be used (``ASG_E_ARGUMENT``); one finding for each.

    Examples
    --------
    >>> customers = make_customers(500, ["champions", "at_risk"], random_state=1)
    >>> customers.truth.value_counts().to_dict()
    {'at_risk': 312, 'champions': 188}
    >>> list(customers.transactions)
    ['customer_id', 'order_id', 'timestamp', 'amount']
    """
    import numpy as np
    import pandas as pd

    from autoseg.datasets.optional import draw_optional
    from autoseg.datasets.simulate import draw_lines, draw_orders, draw_returns

    _check(n, segments, days, lines_per_order, columns, typical_order, spread)
    names = _names(segments)
    kinds = [ARCHETYPES[name] for name in names]
    end = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of

    who, what, parts, back, extra = np.random.default_rng(random_state).spawn(5)
    kind = who.permutation(_kinds_by_weight(kinds, n))
    orders = draw_orders(
        what,
        kinds,
        kind,
        end=end,
        days=days,
        typical_order=typical_order,
        spread=spread,
    )
    lines = draw_lines(parts, orders, lines_per_order)
    share = np.array([k.returns for k in kinds])[kind[lines.customer]]
    returns, returned = draw_returns(back, lines, share)
    optional = draw_optional(extra, lines, returned, kinds, kind)
    frame = _frame(lines.joined(returns), end, n)
    for column in columns:
        frame[column] = optional[column]
    frame = frame.sort_values(
        ["timestamp", "order_id"], kind="stable", ignore_index=True
    )
    frame["order_id"] = _numbered("o", pd.factorize(frame["order_id"])[0])
    if currency is not None:
        frame["currency"] = currency
    return SyntheticCustomers(frame, _truth(names, kind), end)


def _names(segments: int | Sequence[str]) -> list[str]:
    """Return the planted segments that exist, without repetitions."""
    if isinstance(segments, int):
        return list(ARCHETYPES)[: max(segments, 0)]
    return [name for name in dict.fromkeys(segments) if name in ARCHETYPES]


def _check(
    n: int,
    segments: int | Sequence[str],
    days: int,
    lines_per_order: float,
    columns: Sequence[str],
    typical_order: float,
    spread: float,
) -> None:
    """Raise one error with every argument that cannot be used."""
    n_segments = segments if isinstance(segments, int) else len(segments)
    unusable = {
        f"segments={segments!r}": (
            n_segments < 1 or len(_names(segments)) < n_segments,
            f"choose a number from 1 to {len(ARCHETYPES)}, or different names from "
            + ", ".join(ARCHETYPES),
        ),
        f"n={n}": (n < n_segments, "ask for at least one customer a segment"),
        f"days={days}": (days < _MIN_DAYS, f"ask for at least {_MIN_DAYS} days"),
        f"lines_per_order={lines_per_order}": (
            lines_per_order < 1,
            "ask for at least 1",
        ),
        f"columns={list(columns)}": (
            not set(columns) <= set(_OPTIONAL),
            f"choose from {', '.join(_OPTIONAL)}",
        ),
        f"typical_order={typical_order}": (typical_order <= 0, "ask for more than 0"),
        f"spread={spread}": (spread < 0, "ask for 0 or more"),
    }
    findings = [
        Finding("ASG_E_ARGUMENT", "make_customers", f"{found} cannot be used", fix)
        for found, (refused, fix) in unusable.items()
        if refused
    ]
    if findings:
        raise InputError(findings)


def _kinds_by_weight(kinds: Sequence[Archetype], n: int) -> NDArray[np.int64]:
    """Return the kind of each customer: shares as exact as whole customers allow."""
    import numpy as np

    weights = np.array([kind.weight for kind in kinds])
    # one each, so that no planted segment is empty; the rest by largest remainder
    ideal = weights / weights.sum() * (n - len(kinds))
    sizes = np.floor(ideal).astype(int)
    short = n - len(kinds) - sizes.sum()
    sizes[np.argsort(sizes - ideal, kind="stable")[:short]] += 1
    return np.repeat(np.arange(len(kinds)), 1 + sizes)


def _frame(rows: Orders, end: date, n: int) -> pd.DataFrame:
    """Return the transactions, with the orders still as numbers."""
    import numpy as np
    import pandas as pd

    day = np.datetime64(end, "D") - rows.age
    return pd.DataFrame(
        {
            "customer_id": _numbered("c", np.arange(n)).take(rows.customer).to_numpy(),
            "order_id": rows.order,
            "timestamp": day.astype("datetime64[us]")
            + rows.second.astype("timedelta64[s]"),
            "amount": rows.cents / 100,
        }
    )


def _numbered(letter: str, numbers: NDArray[np.int64]) -> pd.Series[str]:
    """Return ids whose order as strings is the order of the numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    width = len(str(len(numbers)))
    digits = pc.utf8_lpad(pc.cast(pa.array(numbers + 1), pa.string()), width, "0")
    ids: pd.Series[str] = pc.binary_join_element_wise(letter, digits, "").to_pandas()
    return ids


def _truth(names: Sequence[str], kind: NDArray[np.int64]) -> pd.Series[str]:
    """Return the planted segment of each customer."""
    import numpy as np
    import pandas as pd

    index = pd.Index(_numbered("c", np.arange(kind.size)), name="customer_id")
    return pd.Series(np.array(names)[kind], index=index, name="segment")

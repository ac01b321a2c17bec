"""One feature of a customer: its name, unit, SQL, and what it means to lack it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

__all__ = ["BLOCKS", "Feature", "MissingRule", "Origin", "feature_block"]

BLOCKS = (
    "value", "tempo", "basket", "price", "returns", "timing", "channel", "engagement",
    "attributes",
)  # fmt: skip
"""The blocks of features, in the order in which they are shown."""


class MissingRule(StrEnum):
    """Why a feature can be missing for a customer, and what then stands for it.

    A feature that a customer lacks is NaN in `FeatureTable.frame`. The rule says
    which number `FeatureTable.matrix` writes there instead. The set is closed: a
    new rule is a change of the library, never of one feature.
    """

    NEVER = "never"
    """Every customer has it, for every customer has at least one purchase."""

    ZERO = "zero"
    """Nothing happened that could be compared, so 0 is the neutral value."""

    TENURE = "tenure"
    """The event has not come yet: it takes at least the customer's tenure in days."""

    MEDIAN = "median"
    """Nothing is known: the median of the customers who have it; 0 if nobody has."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What in the data a feature was made from that the data gave a name to.

    Parameters
    ----------
    column : str
        The column of the staged table: ``"channel"``, ``"device"`` or an attribute.
    kind : {"number", "level", "rest"}
        Whether it is the number in the column, one of its values, or all the values
        but some.
    values : tuple of str
        That value, or those that are not among the rest; none for a number.

    Examples
    --------
    >>> Origin("channel", "level", ("Web",)).values
    ('Web',)
    """

    column: str
    kind: Literal["number", "level", "rest"]
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One entry of the catalogue.

    Parameters
    ----------
    name : str
        Name of the column, with its unit where the unit is not plain.
    block : str
        ``"value"``, ``"tempo"``, ``"basket"``, ``"price"``, ``"returns"``,
        ``"timing"``, ``"channel"`` or ``"engagement"``.
    unit : str
        ``"days"``, ``"orders"``, ``"currency"``, ``"share"``, ``"ratio"``,
        ``"count"``, ``"score"`` or ``"nats"``; or ``"weekday"``, ``"daypart"`` or
        ``"stage"``, whose numbers stand for words (`CODE_UNITS`).
    sql : str
        Aggregate expression, in DuckDB's dialect, over the rows that one customer
        has in the source. It sums integers and decimals only: a sum of floats
        depends on the order of the rows.
    meaning : str
        What the number says, one sentence for developers. Marketers read the
        catalogues of texts instead.
    source : str
        The relation that it reads, a key of `autoseg.features.query.SOURCES`.
    missing : MissingRule
        Why it can be missing and what `FeatureTable.matrix` then fills in.
    needs : frozenset of str
        Optional columns of the transactions, or tables, that must be there;
        ``"time_of_day"`` stands for orders that do not all happen at midnight.
    clustering : bool
        Whether segments are found on it by default.
    label : str
        What a feature is called that the catalogues of texts do not know: a user's
        own one, or the column of an attribute, in the user's words.
    level : str
        The value in the data that a feature of one level is about, such as the channel
        of ``channel_share_web``.
    sensitive : bool
        Whether it tells of religion, health or another special category: then nothing
        is said of it, no rule uses it, and no segment is named after it.
    origin : Origin or None
        What in the data it was made from, where the data gave it its name.

    Examples
    --------
    >>> from autoseg.features import CATALOGUE
    >>> CATALOGUE["recency_days"].unit
    'days'
    >>> CATALOGUE["mean_gap_days"].missing
    <MissingRule.TENURE: 'tenure'>
    """

    name: str
    block: str
    unit: str
    sql: str
    meaning: str = ""
    source: str = "orders"
    missing: MissingRule = MissingRule.NEVER
    needs: frozenset[str] = frozenset()
    clustering: bool = False
    label: str = ""
    level: str = ""
    sensitive: bool = False
    origin: Origin | None = None


def feature_block(*features: Feature) -> dict[str, Feature]:
    """Return features keyed by their names, in the order in which they are given.

    Parameters
    ----------
    *features : Feature
        The entries of one block.

    Returns
    -------
    dict of str to Feature
        The same entries, by name.

    Examples
    --------
    >>> from autoseg.features.value import VALUE
    >>> list(VALUE)[:4]
    ['recency_days', 'frequency', 'monetary', 'average_order_value']
    """
    return {feature.name: feature for feature in features}

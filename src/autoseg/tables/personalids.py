"""Customer ids that tell who someone is: addresses, telephones, national numbers."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from autoseg.tables.settings import give

if TYPE_CHECKING:
    from autoseg.engines import DuckDBEngine
    from autoseg.tables.findings import Findings
    from autoseg.tables.settings import Settings

__all__ = ["check_personal_ids", "personal_kind"]

# ids that are looked at; with as many a share is known to one in a hundred
_SAMPLE = 10_000
_SHARE = 0.5
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
# with 00 in front only in a length that a padded number hardly has
_PHONE = re.compile(r"\+[1-9]\d{7,14}|00[1-9]\d{9,12}")
_NORWEGIAN = re.compile(r"\d{6} ?\d{5}")
_DANISH = re.compile(r"\d{6}[- ]?\d{4}")
_SWEDISH = re.compile(r"(18|19|20)?\d{6}[-+]?\d{4}")
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
# what is added to the day or the month of numbers that are not from birth
_FOREIGN_DAY, _OTHER_MONTHS, _COORDINATION_DAY = 40, (40, 80), 60


def personal_kind(customer_id: str) -> str | None:
    """Return what kind of personal data an id looks like, in the plural.

    Parameters
    ----------
    customer_id : str
        An id.

    Returns
    -------
    str or None
        None where it looks like none.

    Examples
    --------
    >>> personal_kind("kari@example.no"), personal_kind("K-1001")
    ('e-mail addresses', None)
    """
    if _EMAIL.fullmatch(customer_id):
        return "e-mail addresses"
    if _PHONE.fullmatch(re.sub(r"[ ()-]", "", customer_id)):
        return "telephone numbers"
    digits = re.sub(r"\D", "", customer_id)
    for words, pattern, holds in (
        ("Norwegian national identity numbers", _NORWEGIAN, _is_norwegian),
        ("Swedish personal identity numbers", _SWEDISH, _is_swedish),
        ("Danish CPR numbers", _DANISH, _is_danish),
    ):
        if pattern.fullmatch(customer_id) and holds(digits):
            return words
    return None


def check_personal_ids(
    engine: DuckDBEngine,
    counts: str,
    label: str,
    settings: Settings,
    findings: Findings,
) -> None:
    """Warn where over half of the customer ids look like personal data.

    With many customers a sample is looked at, the same in every run.

    Parameters
    ----------
    engine : DuckDBEngine
        Holds the ids.
    counts : str
        A relation with one row a ``customer_id``, and ``n``, its number of rows.
    label : str
        What messages call the table.
    settings : Settings
        The settings of the run; with a pseudonym key nothing is warned of.
    findings : Findings
        Takes the warning.
    """
    if settings.pseudonym_key is not None:
        return
    rows = engine.fetch_rows(
        f"SELECT customer_id, n FROM {counts}"
        f" ORDER BY hash(customer_id), customer_id LIMIT {_SAMPLE}"
    )
    kinds: Counter[str] = Counter()
    n_rows = 0
    for customer_id, n in rows:
        kind = personal_kind(customer_id)
        if kind is not None:
            kinds[kind] += 1
            n_rows += n
    n_personal = sum(kinds.values())
    if n_personal <= _SHARE * len(rows):
        return
    listed = ", ".join(f"{n} like {kind}" for kind, n in kinds.most_common())
    looked_at = "" if len(rows) < _SAMPLE else " that were looked at"
    findings.warn(
        "ASG_W_PERSONAL_ID",
        label,
        f"of {len(rows)} customer ids{looked_at}, {listed}: they tell who someone is",
        "use a customer number, or replace them by pseudonyms with"
        f" {give('pseudonym_key', 'a long secret')}",
        n_rows=int(n_rows),
    )


def _is_norwegian(digits: str) -> bool:
    """Two control digits by modulus 11, and a day; also D-numbers and H-numbers."""
    values = [int(digit) for digit in digits]
    for weights in (_FIRST_WEIGHTS, _SECOND_WEIGHTS):
        if sum(w * v for w, v in zip(weights, values, strict=False)) % 11:
            return False
    day, month, year = (int(digits[i : i + 2]) for i in (0, 2, 4))
    day -= _FOREIGN_DAY if day > _FOREIGN_DAY else 0
    for added in reversed(_OTHER_MONTHS):
        if month > added:
            month -= added
            break
    return _is_day(year, month, day)


def _is_danish(digits: str) -> bool:
    """Only a day: control digits are not kept since 2007."""
    day, month, year = (int(digits[i : i + 2]) for i in (0, 2, 4))
    return _is_day(year, month, day)


def _is_swedish(digits: str) -> bool:
    """Luhn's control digit, and a day; also coordination numbers."""
    digits = digits[-10:]
    doubled = [int(digit) * (2 - i % 2) for i, digit in enumerate(digits)]
    if sum(value // 10 + value % 10 for value in doubled) % 10:
        return False
    year, month, day = (int(digits[i : i + 2]) for i in (0, 2, 4))
    return _is_day(year, month, day - _COORDINATION_DAY * (day > _COORDINATION_DAY))


def _is_day(year: int, month: int, day: int) -> bool:
    """Return whether there is such a day in either century that can be meant."""
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False

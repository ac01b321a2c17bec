"""The settings of a run: bounds in time and money, and how odd files are read."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypedDict, get_args
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from autoseg.tables.findings import Findings

__all__ = ["ReadingOptions", "Settings", "give", "is_code", "read_settings"]

Returns = Literal["net", "exclude"]
DecimalMark = Literal[".", ","]

_CODE_LENGTH = 3
_HIGHEST_RATE = 10**6
_RATE_DIGITS = 12


class ReadingOptions(TypedDict, total=False):
    """The keywords of `stage`, `check` and `segment` for input out of the ordinary.

    Attributes
    ----------
    returns : {"net", "exclude"}
        ``"net"``: returns and credit notes lower their customer's value.
        ``"exclude"``: rows below zero are left out, counted under ``return``.
        Neither ever counts a return as an order. Default ``"net"``.
    rates : mapping of str to number or None
        What one unit of each currency in the currency column is worth in
        ``currency``; ``None`` leaves the rows of that currency out.
    date_format : str
        How dates are written, in strptime's words such as ``"%d/%m/%Y"``, where the
        column alone does not tell.
    decimal : {".", ","}
        The decimal mark, where the column alone does not tell.
    encoding : str
        Python's name of the encoding of text files, such as ``"utf-16-le"``.
    sheet : str
        Name of the sheet of an Excel file; by default its only one.
    max_bad_share : float
        Share of a table's rows that may be unreadable and are then left out and
        counted; above it that is an error. Default 0.01.
    max_amount : number
        An amount beyond it is a mistake. Default 10**12.
    exclude_ids : iterable of str
        Customers that are left out, such as guests and staff.
    drop_duplicates : bool
        Whether rows that repeat another row in every column are left out. Default
        False: a receipt may list the same article twice.
    pseudonym_key : str
        Customer ids are replaced by their HMAC-SHA-256 under this key, which is
        stored nowhere.
    allow_sensitive : iterable of str
        Columns of a special category, such as religion or health, that may be used
        all the same. Nothing is said of them, and no segment is named after them.
    """

    returns: Returns
    rates: Mapping[str, Any] | None
    date_format: str | None
    decimal: DecimalMark | None
    encoding: str | None
    sheet: str | None
    max_bad_share: float
    max_amount: float
    exclude_ids: Iterable[str]
    drop_duplicates: bool
    pseudonym_key: str | None
    allow_sensitive: Iterable[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one run, checked; as in `ReadingOptions` where not told here.

    Parameters
    ----------
    as_of : datetime.date or None
        Exclusive upper bound; the day after the last row where None.
    since : datetime.date or None
        Inclusive lower bound; none where None.
    timezone : str or None
        IANA name of the business time zone.
    currency : str or None
        ISO 4217 code.
    returns, rates, date_format, decimal, encoding, sheet, max_bad_share
        As in `ReadingOptions`.
    max_amount, exclude_ids, drop_duplicates, pseudonym_key, allow_sensitive
        As in `ReadingOptions`.
    part : int
        Which part of the rows these are, where the others came before and are not
        here: customers may have bought in another part, so none is left out for want
        of a purchase. 0 where these are all rows.
    keep_earlier : bool
        Whether customers of whom there are rows before ``since`` are kept by their ids,
        in the table ``earlier``.
    """

    as_of: date | None = None
    since: date | None = None
    timezone: str | None = None
    currency: str | None = None
    returns: Returns = "net"
    rates: Mapping[str, Decimal | None] = field(
        default_factory=lambda: MappingProxyType({})
    )
    date_format: str | None = None
    decimal: DecimalMark | None = None
    encoding: str | None = None
    sheet: str | None = None
    max_bad_share: float = 0.01
    max_amount: Decimal = Decimal(10**12)
    exclude_ids: tuple[str, ...] = ()
    drop_duplicates: bool = False
    pseudonym_key: str | None = field(default=None, repr=False)
    allow_sensitive: tuple[str, ...] = ()
    part: int = 0
    keep_earlier: bool = False


def give(option: str, value: object) -> str:
    """Return how a setting is given, in Python and on the command line.

    Parameters
    ----------
    option : str
        Name of the keyword.
    value : object
        What to give: a text or a number; a mapping for ``columns`` and ``rates``, a
        list for ``exclude_ids``.

    Examples
    --------
    >>> give("date_format", "%d/%m/%Y")
    "date_format='%d/%m/%Y' (--date-format '%d/%m/%Y')"
    >>> give("drop_duplicates", True)
    'drop_duplicates=True (--dedupe)'
    """
    if option in _ON_THE_COMMAND_LINE:
        return f"{option}={value!r} ({_ON_THE_COMMAND_LINE[option](value)})"
    return f"{option}={value!r} (--{option.replace('_', '-')} {value!r})"


def _pairs(option: str) -> Callable[[Any], str]:
    def write(pairs: Mapping[str, object]) -> str:
        return " ".join(
            f"{option} {shlex.quote(f'{name}={_rate(value)}')}"
            for name, value in pairs.items()
        )

    return write


def _rate(value: object) -> object:
    return "drop" if value is None else value


_ON_THE_COMMAND_LINE: Mapping[str, Callable[[Any], str]] = {
    "check_units": lambda _: "--any-unit",
    "allow_sensitive": lambda names: " ".join(
        f"--allow-sensitive {shlex.quote(name)}" for name in names
    ),
    "columns": _pairs("--column"),
    "drop_duplicates": lambda _: "--dedupe",
    "exclude_ids": lambda ids: f"--exclude-ids {shlex.quote(','.join(ids))}",
    "max_bad_share": lambda share: f"--max-bad-rows {share}",
    "pseudonym_key": lambda _: "--pseudonymise",
    "rates": _pairs("--rate"),
}
"""How options are typed whose spelling differs from the keyword's."""


def read_settings(
    findings: Findings,
    *,
    as_of: date | str | None = None,
    since: date | str | None = None,
    timezone: str | None = None,
    currency: str | None = None,
    **options: Any,
) -> Settings:
    """Return the settings as the user gave them, checked.

    Parameters
    ----------
    findings : Findings
        Takes errors.
    as_of, since : datetime.date or str or None
        Days; texts as YYYY-MM-DD.
    timezone : str or None
        IANA name of a time zone.
    currency : str or None
        ISO 4217 code, in any case.
    **options
        As in `ReadingOptions`.

    Examples
    --------
    >>> from autoseg.tables.findings import Findings
    >>> read_settings(Findings(), as_of="2024-04-01", currency="nok").currency
    'NOK'
    """
    last, first = _day(as_of, "as_of", findings), _day(since, "since", findings)
    if last is not None and first is not None and first >= last:
        findings.error(
            "ASG_E_WINDOW",
            "since",
            f"{first} is not before as_of, {last}",
            "give an earlier since or a later as_of",
        )
    if timezone is not None and not _is_zone(timezone):
        findings.error(
            "ASG_E_TIMEZONE",
            "timezone",
            f"'{timezone}' is no time zone",
            "use an IANA name such as 'Europe/Oslo'",
        )
        timezone = None
    rates = _rates(options.pop("rates", None), currency, findings)
    if currency is not None and not is_code(currency):
        findings.error(
            "ASG_E_CURRENCY",
            "currency",
            f"'{currency}' is no currency code",
            "use three letters such as 'NOK'",
        )
        currency = None
    excluded = _texts(options.pop("exclude_ids", None))
    allowed = _texts(options.pop("allow_sensitive", None))
    _check_options(options, findings)
    if "max_amount" in options:
        options["max_amount"] = Decimal(str(options["max_amount"]))
    return Settings(
        as_of=last,
        since=first,
        timezone=timezone,
        currency=currency.upper() if currency else None,
        rates=MappingProxyType(rates),
        exclude_ids=excluded,
        allow_sensitive=allowed,
        **options,
    )


def _texts(given: Iterable[Any] | None) -> tuple[str, ...]:
    # a text is iterable too, letter by letter
    several = [given] if isinstance(given, str) else given or ()
    return tuple(str(one).strip() for one in several)


def _check_options(options: dict[str, Any], findings: Findings) -> None:
    """Note options with a value they cannot have, and take them out."""
    wanted = {
        "returns": (lambda v: v in get_args(Returns), "one of 'net' and 'exclude'"),
        "decimal": (lambda v: v in {None, ".", ","}, "'.' or ','"),
        "encoding": (_is_encoding, "one that Python knows, such as 'utf-16-le'"),
        "max_bad_share": (lambda v: 0 <= v < 1, "a share from 0 to below 1"),
        "max_amount": (lambda v: 0 < v <= 10**13, "a number above 0, at most 10**13"),
    }
    for name, (fits, words) in wanted.items():
        if name in options and not _holds(fits, options[name]):
            value = options.pop(name)
            found = f"{value!r} cannot be used"
            findings.error("ASG_E_SETTING", name, found, f"give {words}")


def _holds(fits: Any, value: object) -> bool:
    try:
        return bool(fits(value))
    except (TypeError, ValueError, LookupError):
        return False


def _is_encoding(name: str | None) -> bool:
    return name is None or "".encode(name) is not None


def _rates(
    rates: Mapping[str, Any] | None, currency: str | None, findings: Findings
) -> dict[str, Decimal | None]:
    read: dict[str, Decimal | None] = {}
    for code, rate in (rates or {}).items():
        number = None if rate is None else _rate_of(rate)
        known = isinstance(code, str) and is_code(code)
        is_base = known and currency is not None and code.upper() == currency.upper()
        if not known or number == 0 or (is_base and number != 1):
            findings.error(
                "ASG_E_RATE",
                "rates",
                f"'{code}': {rate!r} is no rate",
                "give three letters and what one unit is worth, such as {'SEK': 0.98}",
            )
        else:
            read[code.upper()] = number
    if rates and currency is None:
        findings.error(
            "ASG_E_RATE",
            "rates",
            "there are rates and no currency that they lead to",
            f"give {give('currency', 'NOK')}",
        )
    return read


def _rate_of(rate: object) -> Decimal:
    """Return a rate with the digits that are counted with; 0 where it is none."""
    try:
        number = Decimal(str(rate))
    except InvalidOperation:
        return Decimal(0)
    if not number.is_finite() or not 0 < number < _HIGHEST_RATE:
        return Decimal(0)
    return round(number, _RATE_DIGITS).normalize()


def _day(value: date | str | None, name: str, findings: Findings) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        findings.error(
            "ASG_E_DAY", name, f"'{value}' is no day", "write it as YYYY-MM-DD"
        )
        return None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return False
    return True


def is_code(currency: str) -> bool:
    """Return whether a text can be an ISO 4217 code: three letters.

    Parameters
    ----------
    currency : str
        Any text.
    """
    return len(currency) == _CODE_LENGTH and currency.isalpha() and currency.isascii()

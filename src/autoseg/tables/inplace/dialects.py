"""SQL that engines write differently: texts, exact numbers and local times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from autoseg.tables.shapes import BLANKS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["DIALECTS", "Dialect"]

_ASCII_BLANKS = " \t\r\n"
# the first of these texts has an accent of its own, or a letter that has two spellings
_TWO_SPELLINGS = (
    r"[\p{M}\u0340\u0341\u0374\u037e\u0387\u1100-\u11ff\u1f71-\u1ffd\u2000\u2001"
    r"\u2126\u212a\u212b\u2329\u232a\uf900-\ufaff\ufb1d-\ufb4f]"
)
_DECIMAL = "DECIMAL(18, 4)"
# the largest number of the type, and where numbers begin that do not fit
_LARGEST = "99999999999999.9999"
_TOO_LARGE = "100000000000000"
_NEARLY_TOO_LARGE = "99999999999999.99995"
# beyond it a number of many digits is none for anybody
_ENDLESS = "1e300"


class Dialect(Protocol):
    """How an engine says what staging needs."""

    text_type: str
    time_type: str
    double: str

    def literal(self, text: str) -> str:
        """Return a text as a literal, whatever the settings of the session."""
        ...

    def clean(self, text: str) -> str:
        """Return a text trimmed, in one spelling, compared by its bytes."""
        ...

    def spelled_twice(self, text: str) -> str | None:
        """Return what holds for texts that `clean` cannot bring to one spelling."""
        ...

    def as_text(self, value: str) -> str:
        """Return a whole number, or what has one spelling only, as text."""
        ...

    def whole(self, number: str) -> str:
        """Return an exact number without its decimals, which are zeros."""
        ...

    def finite(self, number: str) -> str:
        """Return what holds where a float is a number, and a finite one."""
        ...

    def matches(self, text: str, pattern: str) -> str:
        """Return what holds where a pattern without backslashes is in a text."""
        ...

    def local(self, instant: str, zone: str) -> str:
        """Return the local time of an instant in a time zone, exactly."""
        ...

    def fit(self, number: str, kind: str, *, large: bool) -> str:
        """Return a number as an exact decimal, NULL where it does not fit.

        With ``large`` one that is too large becomes the largest of the type.
        """
        ...

    def fingerprint(self, columns: Sequence[str]) -> str:
        """Return a hash of 64 bits of a row."""
        ...


class _Common:
    text_type: str
    double: str

    def as_text(self, value: str) -> str:
        return f"CAST({value} AS {self.text_type})"

    def finite(self, number: str) -> str:
        # NaN is above every number
        return f"ABS({number}) <= CAST('1.7976931348623157e308' AS {self.double})"


class _Postgres(_Common):
    text_type = "TEXT"
    time_type = "TIMESTAMP"
    double = "DOUBLE PRECISION"

    def literal(self, text: str) -> str:
        # escapes reach the server in every encoding of the connection
        escaped = "".join(
            f"\\U{ord(letter):08x}"
            if ord(letter) > ord("~") or letter < " "
            else letter
            for letter in text.replace("\\", "\\\\").replace("'", "''")
        )
        return f"E'{escaped}'"

    def clean(self, text: str) -> str:
        value = f"CAST({text} AS TEXT)"
        # most texts are ASCII, and have nothing that takes long
        short = f"BTRIM({value}, {self.literal(_ASCII_BLANKS)})"
        whole = f"NORMALIZE(BTRIM({value}, {self.literal(BLANKS)}), NFC)"
        cleaned = (
            f"CASE WHEN OCTET_LENGTH({value}) = LENGTH({value}) THEN {short}"
            f" ELSE {whole} END"
        )
        return f"NULLIF({cleaned}, '') COLLATE \"C\""

    def spelled_twice(self, text: str) -> str | None:
        del text
        return None

    def whole(self, number: str) -> str:
        # of what is endless or no number there is no text that anybody would expect
        return f"CASE WHEN ABS({number}) < {_ENDLESS} THEN TRUNC({number}) END"

    def matches(self, text: str, pattern: str) -> str:
        return f"{text} ~ '{pattern}'"

    def local(self, instant: str, zone: str) -> str:
        return f"({instant} AT TIME ZONE {self.literal(zone)})"

    def fit(self, number: str, kind: str, *, large: bool) -> str:
        if kind == "float":
            return _fit_float(number, self.double, large=large)
        # NaN is above every number
        value = (
            f"CASE WHEN {number} > -{_NEARLY_TOO_LARGE} AND {number} <"
            f" {_NEARLY_TOO_LARGE} THEN CAST({number} AS {_DECIMAL})"
        )
        if large:
            value += (
                f" WHEN {number} >= {_NEARLY_TOO_LARGE} AND {number} < {_ENDLESS}"
                f" THEN {_LARGEST} WHEN {number} <= -{_NEARLY_TOO_LARGE}"
                f" AND {number} > -{_ENDLESS} THEN -{_LARGEST}"
            )
        return f"CAST({value} END AS {_DECIMAL})"

    def fingerprint(self, columns: Sequence[str]) -> str:
        return f"HASHTEXTEXTENDED(CAST(ROW({', '.join(columns)}) AS TEXT), 0)"


class _Spark(_Common):
    text_type = "STRING"
    time_type = "TIMESTAMP_NTZ"
    double = "DOUBLE"

    def literal(self, text: str) -> str:
        # what a backslash means is a setting of the session
        return f"CAST(UNHEX('{text.encode().hex()}') AS STRING)"

    def clean(self, text: str) -> str:
        trimmed = f"TRIM(BOTH {self.literal(BLANKS)} FROM CAST({text} AS STRING))"
        return f"NULLIF({trimmed}, '')"

    def spelled_twice(self, text: str) -> str | None:
        return f"CAST({text} AS STRING) RLIKE {self.literal(_TWO_SPELLINGS)}"

    def whole(self, number: str) -> str:
        return f"TRY_CAST({number} AS DECIMAL(38, 0))"

    def matches(self, text: str, pattern: str) -> str:
        return f"{text} RLIKE '{pattern}'"

    def local(self, instant: str, zone: str) -> str:
        # to the microsecond since 1970, which no setting of the session can move
        clock = (
            f"TIMESTAMPADD(MICROSECOND, UNIX_MICROS({instant}),"
            " TIMESTAMP_NTZ '1970-01-01 00:00:00')"
        )
        return f"CONVERT_TIMEZONE('UTC', {self.literal(zone)}, {clock})"

    def fit(self, number: str, kind: str, *, large: bool) -> str:
        if kind == "float":
            return _fit_float(number, self.double, large=large)
        value = f"TRY_CAST({number} AS {_DECIMAL})"
        if not large:
            return value
        return (
            f"COALESCE({value}, CASE WHEN {number} > 0 THEN {_LARGEST}"
            f" WHEN {number} < 0 THEN -{_LARGEST} END)"
        )

    def fingerprint(self, columns: Sequence[str]) -> str:
        # the hash passes over what is missing, so it needs to be told
        pairs = [part for column in columns for part in (column, f"{column} IS NULL")]
        return f"XXHASH64({', '.join(pairs)})"


def _fit_float(number: str, double: str, *, large: bool) -> str:
    """Return a float as an exact decimal, as DuckDB rounds it: half away from zero."""
    value = f"CAST({number} AS {double})"
    scaled = f"(ABS({value}) * 10000)"
    # the difference is exact, where adding a half would not be
    up = f"CASE WHEN {scaled} - FLOOR({scaled}) >= 0.5 THEN 1 ELSE 0 END"
    digits = f"(CAST(FLOOR({scaled}) AS BIGINT) + {up})"
    exact = f"{digits} * CAST('0.0001' AS DECIMAL(4, 4))"
    signed = f"CASE WHEN {value} < 0 THEN -({exact}) ELSE {exact} END"
    # NaN is above every number
    cases = f"WHEN ABS({value}) < {_TOO_LARGE} THEN CAST({signed} AS {_DECIMAL})"
    if large:
        finite = f"ABS({value}) <= CAST('1.7976931348623157e308' AS {double})"
        cases += f" WHEN {finite} AND {value} > 0 THEN {_LARGEST}"
        cases += f" WHEN {finite} THEN -{_LARGEST}"
    return f"CAST(CASE {cases} END AS {_DECIMAL})"


DIALECTS: dict[str, Dialect] = {"postgres": _Postgres(), "spark": _Spark()}
"""The dialects by the names that SQLGlot has for them."""

"""How each database reads a typed column: texts, exact numbers and local times.

What was looked up of those that could not be run here stands in the docstrings.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlglot import exp

from autoseg.engines import literal, quote
from autoseg.errors import Finding, InputError
from autoseg.tables.shapes import BLANKS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WAREHOUSES", "Warehouse"]

_CODES = tuple(map(ord, BLANKS))
_LARGEST = "99999999999999.99995"


class Warehouse:
    """A database by its dialect; the base reads columns as DuckDB does."""

    dialect = "duckdb"
    text = "VARCHAR"
    moment = "TIMESTAMP"
    double = "DOUBLE"
    """Its type of floats of 64 bits."""
    executed = True
    """Whether the SQL has been run there, in the tests of this package."""
    materializes = True
    """Whether it can be told to compute a common table expression once."""
    fence = ""
    """What ends a common table expression that is not to be merged with others."""
    storage = ""
    """What stands behind the name of a new table."""
    strict = False
    """Whether a result that is too near to zero for a float is an error."""

    def name(self, identifier: str) -> str:
        """Return a name of the user's in quotes.

        Parameters
        ----------
        identifier : str
            The name, as the database lists it.
        """
        # some names are none on any engine
        quote(identifier)
        quoted: str = exp.to_identifier(identifier, quoted=True).sql(self.dialect)
        return quoted

    def string(self, text: str) -> str:
        """Return a text as the database reads it: quotes and backslashes are its own.

        Parameters
        ----------
        text : str
            Any text without NUL characters.
        """
        written: str = exp.Literal.string(text).sql(self.dialect)
        return written

    def number(self, value: float) -> str:
        """Return a finite float as a literal that is read as the same float.

        Digits that tell it from every other float, with an exponent: without one some
        databases read a decimal. A negative number stands in brackets, for two minus
        signs begin a comment.

        Parameters
        ----------
        value : float
            The number.
        """
        digits = repr(float(abs(value)))
        written = digits if "e" in digits else f"{digits}e0"
        return f"(-{written})" if value < 0 else written

    def is_nan(self, number: str) -> str:
        """Return the condition that a float is NaN."""
        return f"ISNAN({number})"

    def creating(self, kind: str, name: str) -> str:
        """Return what makes a view or a table of the query that follows.

        A view is replaced; a table that is there already is an error, for it may hold
        what nobody else has.

        Parameters
        ----------
        kind : {"view", "table"}
            What is made.
        name : str
            Its name, in quotes where it needs them.
        """
        if kind == "view":
            return f"CREATE OR REPLACE VIEW {name} AS\n"
        return f"CREATE TABLE {name}{self.storage} AS\n"

    def trimmed(self, column: str) -> str:
        """Return a column as text without blanks around it; NULL where blank.

        Parameters
        ----------
        column : str
            SQL of the column.
        """
        return f"NULLIF({self.composed(self.stripped(column))}, '')"

    def stripped(self, column: str) -> str:
        """Return a column as text without blanks around it."""
        blanks = " || ".join(f"CHR({code})" for code in _CODES)
        return f"TRIM(CAST({column} AS {self.text}), {blanks})"

    def composed(self, text: str) -> str:
        """Return a text with letters and accents in one spelling, where it can be."""
        return f"NFC_NORMALIZE({text})"

    def exact(self, number: str) -> str:
        """Return a number with four decimals; NULL where it does not fit."""
        return f"TRY_CAST({number} AS DECIMAL(18, 4))"

    def local(self, column: str, zone: str | None) -> str:
        """Return a time as a clock shows it, in a time zone where one is given."""
        if zone is None:
            return f"CAST({column} AS {self.moment})"
        return f"(CAST({column} AS TIMESTAMPTZ) AT TIME ZONE {literal(zone)})"


class _Postgres(Warehouse):
    dialect = "postgres"
    text = "TEXT"
    double = "DOUBLE PRECISION"
    # expressions over expressions would be written out at every place
    fence = "OFFSET 0"
    strict = True

    def is_nan(self, number: str) -> str:
        return f"{number} = CAST('NaN' AS DOUBLE PRECISION)"

    def stripped(self, column: str) -> str:
        blanks = " || ".join(f"CHR({code})" for code in _CODES)
        return f"BTRIM(CAST({column} AS TEXT), {blanks})"

    def composed(self, text: str) -> str:
        return f"NORMALIZE({text}, NFC)"

    def exact(self, number: str) -> str:
        return _within(number, "DECIMAL(18, 4)")


class _Spark(Warehouse):
    dialect = "spark"
    text = "STRING"
    moment = "TIMESTAMP_NTZ"
    materializes = False
    # without it a table of Hive's is meant, which not every session can make
    storage = " USING PARQUET"

    def number(self, value: float) -> str:
        # there is a setting by which it reads even an exponent as a decimal
        written = super().number(value)
        return f"{written[:-1]}D)" if value < 0 else f"{written}D"

    def stripped(self, column: str) -> str:
        # its CHR knows no letter above 255
        blanks = f"CAST(UNHEX('{BLANKS.encode().hex()}') AS STRING)"
        return f"TRIM(BOTH {blanks} FROM CAST({column} AS STRING))"

    def composed(self, text: str) -> str:
        return text

    def local(self, column: str, zone: str | None) -> str:
        if zone is None:
            return super().local(column, None)
        # to the microsecond since 1970, which no setting of the session can move
        clock = (
            f"TIMESTAMPADD(MICROSECOND, UNIX_MICROS(CAST({column} AS TIMESTAMP)),"
            " TIMESTAMP_NTZ'1970-01-01 00:00:00')"
        )
        return f"CONVERT_TIMEZONE('UTC', {literal(zone)}, {clock})"


class _Databricks(_Spark):
    """Spark's SQL; ``CONVERT_TIMEZONE`` is there from runtime 13.3 on."""

    dialect = "databricks"
    executed = False
    storage = ""


class _BigQuery(Warehouse):
    """A time without a zone is a DATETIME, and one with a zone a TIMESTAMP.

    ``NUMERIC`` holds 29 digits and nine decimals, ``BIGNUMERIC`` 38 and 38; neither
    rounds to four. ``SAFE_CAST`` gives NULL for what does not fit. ``DATE_DIFF`` takes
    the later day first. There is no ``MATERIALIZED``. A quoted name cannot hold a
    backtick.
    """

    dialect = "bigquery"
    text = "STRING"
    moment = "DATETIME"
    double = "FLOAT64"
    executed = False
    materializes = False

    def is_nan(self, number: str) -> str:
        return f"IS_NAN({number})"

    def name(self, identifier: str) -> str:
        if set(identifier) & {"`", "\\"}:
            raise InputError(
                Finding(
                    "ASG_E_TABLE_NAME",
                    "table and columns",
                    f"{identifier!r} cannot be a name in BigQuery",
                    "write the name as BigQuery lists it",
                )
            )
        return super().name(identifier)

    def composed(self, text: str) -> str:
        return f"NORMALIZE({text}, NFC)"

    def exact(self, number: str) -> str:
        return f"ROUND(SAFE_CAST({number} AS NUMERIC), 4)"

    def local(self, column: str, zone: str | None) -> str:
        if zone is None:
            return super().local(column, None)
        return f"DATETIME(CAST({column} AS TIMESTAMP), {literal(zone)})"


class _Snowflake(Warehouse):
    """Names that are written without quotes are stored in capital letters.

    ``TRY_CAST`` takes texts only. ``CONVERT_TIMEZONE`` of two arguments takes the
    zone from the value, or from the session where the value has none.
    """

    dialect = "snowflake"
    moment = "TIMESTAMP_NTZ"
    executed = False
    materializes = False

    def number(self, value: float) -> str:
        # whether an exponent makes a literal a float is not documented
        return f"'{value!r}'::DOUBLE"

    def is_nan(self, number: str) -> str:
        return f"{number} = 'NaN'::DOUBLE"

    def name(self, identifier: str) -> str:
        plain = identifier.isascii() and identifier.isidentifier()
        if plain and identifier == identifier.lower():
            identifier = identifier.upper()
        return super().name(identifier)

    def composed(self, text: str) -> str:
        return text

    def exact(self, number: str) -> str:
        return _within(number, "NUMBER(18, 4)")

    def local(self, column: str, zone: str | None) -> str:
        if zone is None:
            return super().local(column, None)
        return f"CAST(CONVERT_TIMEZONE({literal(zone)}, {column}) AS TIMESTAMP_NTZ)"


def _within(number: str, kind: str) -> str:
    # NaN is above every number
    return (
        f"CASE WHEN {number} > -{_LARGEST} AND {number} < {_LARGEST}"
        f" THEN CAST({number} AS {kind}) END"
    )


WAREHOUSES: Mapping[str, Warehouse] = MappingProxyType(
    {
        one.dialect: one
        for one in (
            *(_BigQuery(), _Databricks(), Warehouse(), _Postgres(), _Snowflake()),
            _Spark(),
        )
    }
)
"""The databases that features are written for, by dialect."""

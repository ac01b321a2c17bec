"""Writing SQL: quoting, and one dialect from another."""

from __future__ import annotations

from autoseg.errors import Finding, InputError

__all__ = ["literal", "quote", "render"]

# others do not know the word, and decide for themselves
_MATERIALIZING = frozenset({"duckdb", "postgres"})


def quote(identifier: str) -> str:
    r"""Return an identifier in double quotes, safe to stand in SQL.

    Parameters
    ----------
    identifier : str
        Any name, however odd.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If the name holds a NUL character: some engines accept it and cut the
        name there.

    Examples
    --------
    >>> quote('x"; DROP TABLE t; --')
    '"x""; DROP TABLE t; --"'
    """
    if "\0" in identifier:
        raise InputError(
            Finding(
                "ASG_E_NUL_IN_NAME",
                "column names",
                "a name holds a NUL character",
                "rename the column",
            )
        )
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as an SQL string literal.

    Parameters
    ----------
    text : str
        Any text without NUL characters.

    Returns
    -------
    str

    Examples
    --------
    >>> literal("L'Oréal")
    "'L''Oréal'"
    """
    return "'" + text.replace("'", "''") + "'"


def render(sql: str, dialect: str = "duckdb") -> str:
    """Return SQL in another engine's dialect.

    Parameters
    ----------
    sql : str
        One statement in DuckDB's dialect.
    dialect : str
        SQLGlot's name of the dialect wanted, such as ``"spark"``, ``"postgres"``,
        ``"snowflake"`` or ``"bigquery"``.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If SQLGlot does not know the dialect.

    Examples
    --------
    >>> render("SELECT CAST(a AS DOUBLE) / NULLIF(b, 0) FROM t", "postgres")
    'SELECT CAST(a AS DOUBLE PRECISION) / NULLIF(b, 0) FROM t'
    """
    if dialect == "duckdb":
        # reading and writing it again would change nothing and take its time
        return sql
    import sqlglot
    from sqlglot.dialects.dialect import Dialect

    if dialect not in Dialect.classes:
        known = ", ".join(sorted(name for name in Dialect.classes if name))
        raise InputError(
            Finding(
                "ASG_E_DIALECT",
                f"dialect '{dialect}'",
                "there is no such dialect",
                f"use one of {known}",
            )
        )
    statement = sqlglot.parse_one(sql, read="duckdb")
    if dialect not in _MATERIALIZING:
        for expression in statement.find_all(sqlglot.exp.CTE):
            expression.set("materialized", None)
    return statement.sql(dialect=dialect)

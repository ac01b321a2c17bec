"""An engine where the rows are, for statements that are written for DuckDB."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from sqlglot import exp, parse_one

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autoseg.engines import Engine, SourceEngine
    from autoseg.tables.staged import StagedTables

__all__ = ["Translated", "in_duckdbs_words"]

_CREATE = re.compile(r"CREATE OR REPLACE (?:TEMP )?TABLE (\S+) AS (.*)", re.DOTALL)
_LETTER = re.compile(r"\\p\{L\}")


class Translated:
    """Takes DuckDB's SQL over logical names, and runs it where the rows are.

    The checks of staged tables are written once; with this they run on every engine.

    Parameters
    ----------
    engine : SourceEngine
        Where the rows are.
    relations : mapping of str to str
        Logical name of a relation to what it is called there.

    Attributes
    ----------
    engine : SourceEngine
        The engine itself, for statements in its own dialect.
    dialect : str
        What it takes in the end.
    """

    def __init__(self, engine: SourceEngine, relations: Mapping[str, str]) -> None:
        self.engine = engine
        self.dialect = engine.dialect
        self._relations = dict(relations)

    def add(self, name: str, relation: str) -> None:
        """Make one more relation known.

        Parameters
        ----------
        name : str
            Its logical name, perhaps with a schema.
        relation : str
            What it is called there.
        """
        self._relations[name] = relation

    def relation(self, name: str) -> str:
        """Return what a relation is called there.

        Parameters
        ----------
        name : str
            Its logical name.
        """
        return self._relations[name]

    def share(self, other: Translated) -> None:
        """Know the relations that another one knows.

        Parameters
        ----------
        other : Translated
            Over the same engine.
        """
        self._relations = other._relations

    def execute(self, sql: str) -> None:
        """Create a table from a query; no other statement is known.

        Parameters
        ----------
        sql : str
            The statement, in DuckDB's dialect.
        """
        match = _CREATE.fullmatch(sql)
        if match is None:
            raise NotImplementedError(sql)
        name, query = match.groups()
        table = name.rpartition(".")[2]
        self.add(name, self.engine.create_table(table, self.write(query)))

    def fetch_rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a query and return its rows as tuples.

        Parameters
        ----------
        sql : str
            One query in DuckDB's dialect.
        """
        return self.engine.fetch_rows(self.write(sql))

    def write(self, sql: str) -> str:
        """Return a query or an expression in the dialect of the engine.

        Parameters
        ----------
        sql : str
            In DuckDB's dialect.
        """
        tree = parse_one(sql, read="duckdb")
        own = {cte.alias for cte in tree.find_all(exp.CTE)}
        for table in list(tree.find_all(exp.Table)):
            self._rename(table, own)
        tree = tree.transform(self._word)
        return tree.sql(dialect=self.engine.dialect)

    def _rename(self, table: exp.Table, own: set[str]) -> None:
        name = f"{table.db}.{table.name}" if table.db else table.name
        relation = self._relations.get(name)
        if relation is None or name in own:
            return
        alias = table.alias or table.name
        there = exp.to_table(relation, dialect=self.engine.dialect)
        table.replace(exp.alias_(there, alias, table=True))

    def _word(self, node: exp.Expression) -> exp.Expression:
        """Return a function as the engine calls it."""
        name = node.name.upper() if isinstance(node, exp.Anonymous) else ""
        if name == "NFC_NORMALIZE":
            # the rows are in one spelling already
            inner: exp.Expression = node.expressions[0].transform(self._word)
            return inner
        if name == "HASH":
            return self._hash(node.expressions[0])
        if isinstance(node, exp.RegexpFullMatch):
            pattern = exp.Literal.string(f"^({node.expression.name})$")
            node = exp.RegexpLike(this=node.this, expression=pattern)
        return _for_postgres(node) if self.engine.dialect == "postgres" else node

    def _hash(self, value: exp.Expression) -> exp.Expression:
        if self.engine.dialect == "postgres":
            zero = exp.Literal.number(0)
            return exp.Anonymous(this="HASHTEXTEXTENDED", expressions=[value, zero])
        return exp.Anonymous(this="XXHASH64", expressions=[value])


def in_duckdbs_words(staged: StagedTables) -> StagedTables:
    """Return staged tables whose engine takes DuckDB's SQL over logical names.

    Parameters
    ----------
    staged : StagedTables
        Tables on any engine.
    """
    if staged.engine.dialect == "duckdb":
        return staged
    engine = Translated(cast("SourceEngine", staged.engine), staged.relations)
    return replace(staged, engine=cast("Engine", engine))


def _for_postgres(node: exp.Expression) -> exp.Expression:
    """Return what PostgreSQL calls otherwise than SQLGlot thinks."""
    if isinstance(node, exp.RegexpLike):
        # only within brackets, where it is a class of letters
        pattern = _LETTER.sub("[:alpha:]", node.expression.name)
        node.set("expression", exp.Literal.string(pattern))
    if isinstance(node, (exp.Hour, exp.Minute)):
        part = exp.var(type(node).__name__.upper())
        return exp.cast(exp.Extract(this=part, expression=node.this), "INT")
    if isinstance(node, exp.Log) and node.expression is not None:
        # there is no logarithm of a float to a base that is given
        return exp.Anonymous(this="LOG10", expressions=[node.expression])
    return node

"""Reading the SQL of a user's own feature: one aggregate expression, and no more.

What may stand in it is listed, so that nothing else can: no query, no file, no function
that engines know differently. It is written anew in the form that gives the same number
on every engine: a division is one of floats that is missing where the divisor is 0.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["Expression", "SqlProblem", "read_expression"]

_LONGEST = 4000
# what is written anew is longer, and is read again from a model's file
_LONGEST_WRITTEN = 20 * _LONGEST
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_FRACTIONS = frozenset({"share", "unit_price", "usual"})
_TEXTS = frozenset(
    {"category", "channel", "device", "event_type", "kind", "product_id"}
)
_AGGREGATES = (exp.Count, exp.Sum, exp.Min, exp.Max, exp.Avg)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_FLOAT_FUNCTIONS = (exp.Sqrt, exp.Ln, exp.Exp)
_KNOWN = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Star),
    *(exp.Paren, exp.Neg, exp.Abs, exp.Case, exp.If, exp.Coalesce, exp.Nullif),
    *(exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between, exp.Distinct),
    *(exp.Cast, exp.DataType, exp.DataTypeParam, exp.Filter, exp.Where),
    *(*_AGGREGATES, *_ARITHMETIC, *_COMPARISONS, *_FLOAT_FUNCTIONS),
)
_MAY = (
    "COUNT, SUM, MIN, MAX and AVG, with CASE, comparisons, + − * /, ABS, SQRT, LN, EXP,"
    " COALESCE, NULLIF and CAST to DOUBLE or DECIMAL"
)

_Kind = Literal["text", "exact", "float", "truth", "null"]


class SqlProblem(Exception):  # noqa: N818 - never leaves autoseg
    """The SQL cannot be used; says what is wrong with it, and what to do."""

    def __init__(self, found: str, fix: str) -> None:
        self.found = found
        self.fix = fix
        super().__init__(found)


class Expression(NamedTuple):
    """An expression that can be used.

    Parameters
    ----------
    sql : str
        As it is computed, in DuckDB's dialect.
    columns : frozenset of str
        What it reads.
    """

    sql: str
    columns: frozenset[str]


def read_expression(
    sql: str, columns: Collection[str], *, written: bool = False
) -> Expression:
    """Read an aggregate expression over the columns of a source.

    What comes out of it is read as itself.

    Parameters
    ----------
    sql : str
        The expression, in DuckDB's dialect.
    columns : collection of str
        The columns that it may read.
    written : bool
        Whether it came out of this function, which may be longer than what a user
        may write.

    Raises
    ------
    SqlProblem
        If it is anything else.

    Examples
    --------
    >>> read_expression("SUM(discount) / SUM(spent)", ["discount", "spent"]).sql
    'CAST(CAST(SUM(discount) AS DOUBLE) / NULLIF(CAST(SUM(spent) AS DOUBLE), 0) \
AS DOUBLE)'
    """
    tree = _parse(sql, _LONGEST_WRITTEN if written else _LONGEST)
    for node in tree.walk():
        _check_known(cast("exp.Expression", node))
    read = _check_columns(tree, columns)
    _check_aggregates(tree)
    if _kind(tree) not in {"exact", "float"}:
        found = "its value is no number"
        raise SqlProblem(found, "count, sum or compare with CASE WHEN … THEN 1 ELSE 0")
    rewritten = exp.cast(_rewrite(tree), "DOUBLE")
    return Expression(rewritten.sql(dialect="duckdb", comments=False), read)


def _parse(sql: str, longest: int) -> exp.Expression:
    if not isinstance(sql, str) or not sql.strip():
        found = "there is no SQL"
        raise SqlProblem(found, "write an expression such as SUM(spent)")
    if len(sql) > longest:
        found = f"the SQL is longer than {longest} characters"
        raise SqlProblem(found, "write a shorter one")
    try:
        statements = parse(sql, read="duckdb")
    except (SqlglotError, RecursionError) as error:
        found = "the SQL cannot be read"
        fix = "write one expression such as SUM(spent) / COUNT(age)"
        raise SqlProblem(found, fix) from error
    trees = [tree for tree in statements if tree is not None]
    if len(trees) != 1:
        found = f"the SQL holds {len(trees)} statements"
        raise SqlProblem(found, "write one expression such as SUM(spent)")
    return cast("exp.Expression", trees[0])


def _check_known(node: exp.Expression) -> None:
    if isinstance(node, (exp.Query, exp.DDL, exp.DML, exp.Command, exp.From)):
        found = "there is a query in it"
        raise SqlProblem(found, "write an expression over the columns of the source")
    if isinstance(node, exp.Window):
        found = "there is a window function in it"
        raise SqlProblem(found, f"use {_MAY}")
    if type(node) not in _KNOWN:
        what = node.name if isinstance(node, exp.Anonymous) else node.key
        found = f"it uses {what.upper()}, which not every engine knows alike"
        raise SqlProblem(found, f"use {_MAY}")
    if isinstance(node, exp.Column) and len(node.parts) > 1:
        found = f"it reads {node.sql(dialect='duckdb')!r}"
        raise SqlProblem(found, "write the name of the column alone")
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        found = "it reads *"
        raise SqlProblem(found, "name the columns")
    if isinstance(node, exp.Distinct) and not _is_plain_distinct(node):
        found = "it uses DISTINCT elsewhere than in COUNT(DISTINCT …) of one column"
        raise SqlProblem(found, "count the distinct values of one column")
    if isinstance(node, exp.Count) and node.expressions:
        found = "it counts several columns at once"
        raise SqlProblem(found, "count one column, or *")
    if isinstance(node, exp.Cast) and not _is_number_type(node.to):
        found = f"it uses CAST to {node.to.sql(dialect='duckdb')}"
        raise SqlProblem(found, "use CAST to DOUBLE or DECIMAL only")


def _is_plain_distinct(node: exp.Distinct) -> bool:
    return (
        isinstance(node.parent, exp.Count)
        and len(node.expressions) == 1
        and not node.args.get("on")
    )


def _is_number_type(kind: exp.DataType) -> bool:
    return kind.is_type("double", "decimal")


def _check_columns(tree: exp.Expression, columns: Collection[str]) -> frozenset[str]:
    read = {column.name for column in tree.find_all(exp.Column)}
    unknown = sorted(read - set(columns))
    if unknown:
        found = "it reads " + " and ".join(repr(name) for name in unknown)
        found += ", which the source does not have"
        near = get_close_matches(unknown[0], columns, n=1)
        wanted = near if len(unknown) == 1 and near else sorted(columns)
        raise SqlProblem(found, f"use {', '.join(wanted)}")
    return frozenset(read)


def _check_aggregates(tree: exp.Expression) -> None:
    aggregates = list(tree.find_all(*_AGGREGATES))
    if not aggregates:
        found = "it is no aggregate: a customer has several rows"
        raise SqlProblem(found, "use COUNT, SUM, MIN, MAX or AVG")
    for aggregate in aggregates:
        if aggregate.find_ancestor(*_AGGREGATES, exp.Where):
            found = "there is an aggregate within an aggregate"
            raise SqlProblem(found, "aggregate the rows of the customer once")
    for column in tree.find_all(exp.Column):
        if not column.find_ancestor(*_AGGREGATES, exp.Where):
            found = f"{column.name!r} stands outside of an aggregate"
            fix = f"use COUNT, SUM, MIN, MAX or AVG of {column.name!r}"
            raise SqlProblem(found, fix)


def _kind(node: exp.Expression | None) -> _Kind:
    """Return what a node gives; raise where its parts do not fit."""
    if node is None:
        return "null"
    for types, kind_of in _KINDS:
        if isinstance(node, types):
            return kind_of(node)
    found = f"{node.sql(dialect='duckdb')!r} does not stand where it can"
    raise SqlProblem(found, f"use {_MAY}")


def _column(node: exp.Expression) -> _Kind:
    if node.name in _TEXTS:
        return "text"
    return "float" if node.name in _FRACTIONS else "exact"


def _literal(node: exp.Expression) -> _Kind:
    if node.is_string:
        return "text"
    return "exact" if node.is_int else "float"


def _filter(node: exp.Expression) -> _Kind:
    _require(_kind(node.expression.this), "truth", "FILTER needs a condition")
    return _kind(node.this)


def _count(node: exp.Expression) -> _Kind:
    inner = node.this
    if not isinstance(inner, exp.Star):
        _kind(inner.expressions[0] if isinstance(inner, exp.Distinct) else inner)
    return "exact"


def _sum(node: exp.Expression) -> _Kind:
    kind, name = _kind(node.this), node.key.upper()
    if kind not in {"exact", "float"}:
        found = f"{name} is of what is no number"
        raise SqlProblem(found, "sum numbers; count what is none")
    if kind == "float":
        found = f"{name} is of fractions, so it depends on the order of the rows"
        fix = "divide and multiply after summing, or CAST each to DECIMAL(38, 12)"
        raise SqlProblem(found, fix)
    return "float" if isinstance(node, exp.Avg) else "exact"


def _arithmetic(node: exp.Expression) -> _Kind:
    operands = [node.this, node.args.get("expression")]
    kinds = {_kind(operand) for operand in operands if operand is not None}
    for kind in kinds - {"exact", "float", "null"}:
        found = f"it reckons with a {'text' if kind == 'text' else 'condition'}"
        raise SqlProblem(found, "reckon with numbers only")
    if isinstance(node, (exp.Div, *_FLOAT_FUNCTIONS)) or "float" in kinds:
        return "float"
    return "exact"


def _cast(node: exp.Expression) -> _Kind:
    if _is_written_float(node):
        return "float"
    if _kind(node.this) in {"text", "truth"}:
        found = "it uses CAST of what is no number"
        raise SqlProblem(found, "use CAST of numbers only")
    return "float" if node.args["to"].is_type("double") else "exact"


def _is_written_float(node: exp.Expression) -> bool:
    """Return whether this is a number with decimals as `_as_float` writes it."""
    inner, kind = node.this, node.args["to"]
    if not (isinstance(inner, exp.Literal) and inner.is_string):
        return False
    return kind.is_type("double") and bool(_NUMBER.fullmatch(inner.this))


def _case(node: exp.Expression) -> _Kind:
    for branch in node.args["ifs"]:
        if node.this is None:
            _require(_kind(branch.this), "truth", "WHEN needs a condition")
        else:
            _alike(_kind(node.this), _kind(branch.this))
    values = [branch.args.get("true") for branch in node.args["ifs"]]
    return _alike(*(_kind(one) for one in (*values, node.args.get("default"))))


def _condition(node: exp.Expression) -> _Kind:
    for one in (node.this, node.args.get("expression")):
        _require(_kind(one), "truth", "AND, OR and NOT need conditions")
    return "truth"


def _choice(node: exp.Expression) -> _Kind:
    """Return the kind of the first of several values that are of one kind."""
    return _alike(*map(_kind, _parts(node)))


def _comparison(node: exp.Expression) -> _Kind:
    if not isinstance(node, exp.Is):
        _alike(*map(_kind, _parts(node)))
    return "truth"


def _parts(node: exp.Expression) -> list[exp.Expression | None]:
    named = [node.args.get(name) for name in ("this", "expression", "low", "high")]
    return [*named, *node.expressions]


_KINDS: tuple[tuple[tuple[type, ...], Callable[[exp.Expression], _Kind]], ...] = (
    ((exp.Column,), _column),
    ((exp.Literal,), _literal),
    ((exp.Boolean,), lambda _: "truth"),
    ((exp.Null,), lambda _: "null"),
    ((exp.Paren,), lambda node: _kind(node.this)),
    ((exp.Filter,), _filter),
    ((exp.Count,), _count),
    ((exp.Min, exp.Max), lambda node: _kind(node.this)),
    ((exp.Sum, exp.Avg), _sum),
    ((*_ARITHMETIC, *_FLOAT_FUNCTIONS, exp.Neg, exp.Abs), _arithmetic),
    ((exp.Cast,), _cast),
    ((exp.Case,), _case),
    ((exp.And, exp.Or, exp.Not), _condition),
    ((exp.Coalesce, exp.Nullif), _choice),
    ((*_COMPARISONS, exp.Is, exp.In, exp.Between), _comparison),
)


def _require(kind: _Kind, wanted: _Kind, found: str) -> None:
    if kind not in {wanted, "null"}:
        raise SqlProblem(found, "compare with =, <>, <, <=, > or >=")


def _alike(*kinds: _Kind) -> _Kind:
    """Return what values of these kinds are together."""
    there = set(kinds) - {"null"}
    if there == {"exact", "float"}:
        return "float"
    if len(there) > 1:
        found = "texts, numbers and conditions stand beside each other"
        raise SqlProblem(found, "compare texts with texts and numbers with numbers")
    return there.pop() if there else "null"


def _rewrite(tree: exp.Expression) -> exp.Expression:
    """Return an expression that gives the same number on every engine."""
    plain = tree.copy().transform(_without_filter).transform(_without_mean)
    return plain.transform(_as_float).transform(_guarded)


def _without_filter(node: exp.Expression) -> exp.Expression:
    """Return an aggregate of some rows as one over all rows."""
    if not isinstance(node, exp.Filter):
        return node
    aggregate, condition = node.this, node.expression.this
    inner = aggregate.this
    value = inner.expressions[0] if isinstance(inner, exp.Distinct) else inner
    counted = exp.Literal.number(1) if isinstance(value, exp.Star) else value
    chosen = exp.Case().when(condition, counted)
    if isinstance(inner, exp.Distinct):
        chosen = exp.Distinct(expressions=[chosen])
    aggregate.set("this", chosen)
    return cast("exp.Expression", aggregate)


def _without_mean(node: exp.Expression) -> exp.Expression:
    """Return a mean as a sum by a count: engines give means other decimals."""
    if not isinstance(node, exp.Avg):
        return node
    total, number = exp.Sum(this=node.this.copy()), exp.Count(this=node.this.copy())
    return exp.paren(exp.Div(this=total, expression=number))


def _as_float(node: exp.Expression) -> exp.Expression:
    """Return a number with decimals as a float: some engines take it for a decimal."""
    if isinstance(node, exp.Literal) and not node.is_string and not node.is_int:
        return exp.cast(exp.Literal.string(node.this), "DOUBLE")
    return node


def _guarded(node: exp.Expression) -> exp.Expression:
    """Return a division of floats that is missing where the divisor is 0."""
    if not isinstance(node, exp.Div):
        return node
    node.set("this", exp.cast(node.this.unnest(), "DOUBLE"))
    divisor = node.expression.unnest()
    if not _is_guarded(divisor):
        zero = exp.Literal.number(0)
        divisor = exp.Nullif(this=exp.cast(divisor, "DOUBLE"), expression=zero)
    node.set("expression", divisor)
    return node


def _is_guarded(node: exp.Expression) -> bool:
    return (
        isinstance(node, exp.Nullif)
        and isinstance(node.this, exp.Cast)
        and node.this.is_type("double")
        and node.expression == exp.Literal.number(0)
    )

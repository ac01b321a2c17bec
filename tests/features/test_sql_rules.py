"""The rules that keep the numbers the same on every engine, one test a rule.

Each rule is held over every entry of the catalogue, every source and every roll-up, as
SQLGlot reads them: an engine only shows what breaks on the rows that it is given.
"""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from autoseg.engines import DuckDBEngine
from autoseg.features import CATALOGUE
from autoseg.features.rollups import ROLLUPS, merge_parts, roll_up
from autoseg.features.sources import SOURCES

NAMES = {name: f"rolled_{name}" for name in ROLLUPS} | {
    "as_of": "CAST('2024-04-01' AS DATE)",
    "keys": "customer_id",
    "day": "",
    "lines": "transactions AS lines",
    "customers": "(SELECT customer_id FROM transactions) AS attributes",
}
TRANSACTIONS = (
    "CREATE TABLE transactions (customer_id VARCHAR, order_id VARCHAR,"
    " timestamp TIMESTAMP, amount DECIMAL(18, 4), quantity DECIMAL(18, 4),"
    " product_id VARCHAR, category VARCHAR, channel VARCHAR,"
    " discount DECIMAL(18, 4), cost DECIMAL(18, 4))"
)
EVENTS = (
    "CREATE TABLE events (customer_id VARCHAR, timestamp TIMESTAMP,"
    " event_type VARCHAR, channel VARCHAR, device VARCHAR)"
)
RESPONSES = (
    "CREATE TABLE responses (customer_id VARCHAR, campaign_id VARCHAR,"
    " converted BOOLEAN, exposed_at TIMESTAMP)"
)


def rolled(name: str) -> list[str]:
    rollup = ROLLUPS[name]
    wanted = list(rollup.columns)
    return [roll_up(rollup, rollup.table, wanted), merge_parts(rollup, name, wanted)]


def rows_of(name: str) -> str:
    """Return the query for the rows of a source, with all of its columns."""
    source = SOURCES[name]
    columns = "".join(f", {sql} AS {column}" for column, sql in source.columns.items())
    sql = f"SELECT {{keys}}{columns} FROM {source.relation}"
    return sql.format_map(NAMES)


SQL = {f"feature {name}": [feature.sql] for name, feature in CATALOGUE.items()}
SQL |= {f"source {name}": [rows_of(name)] for name in SOURCES}
SQL |= {f"roll-up {name}": rolled(name) for name in ROLLUPS}
TREES = {
    name: [parse_one(text, read="duckdb") for text in texts]
    for name, texts in SQL.items()
}

everywhere = pytest.mark.parametrize("trees", TREES.values(), ids=list(TREES))


def found(trees, *kinds) -> list[exp.Expression]:
    return [node for tree in trees for node in tree.find_all(*kinds)]


def is_cast(node: exp.Expression, type_: str) -> bool:
    return isinstance(node, exp.Cast) and node.to.this.name == type_


@pytest.fixture(scope="module")
def floats() -> dict[str, set[str]]:
    """Return which columns of each source are floats, as the engine types them."""
    with DuckDBEngine() as engine:
        for table in (TRANSACTIONS, EVENTS, RESPONSES):
            engine.execute(table)
        for name in ROLLUPS:
            engine.execute(f"CREATE VIEW rolled_{name} AS {rolled(name)[0]}")
        return {
            name: {
                row[0]
                for row in engine.fetch_rows(f"DESCRIBE {rows_of(name)}")
                if row[1] in {"DOUBLE", "FLOAT"}
            }
            for name in SOURCES
        }


@everywhere
def test_both_sides_of_a_division_are_floats(trees):
    for division in found(trees, exp.Div):
        left = division.left
        # a root is a float in every engine
        assert is_cast(left, "DOUBLE") or isinstance(left, exp.Sqrt | exp.Div)
        assert "DOUBLE" in division.right.sql()


@everywhere
def test_nothing_is_divided_by_zero(trees):
    for division in found(trees, exp.Div):
        assert isinstance(division.right, exp.Nullif)
    for rest in found(trees, exp.Mod):
        assert isinstance(rest.right, exp.Literal)


@everywhere
def test_there_is_no_bare_decimal_literal(trees):
    # 1.0 is a float in one engine and a decimal of one digit in another
    for literal in found(trees, exp.Literal):
        assert literal.is_string or literal.is_int


@everywhere
def test_floats_become_whole_numbers_by_their_floor(trees):
    # one engine rounds and the next cuts off
    for cast in found(trees, exp.Cast):
        if cast.to.this.name == "BIGINT":
            floats = (exp.Ln, exp.Div, exp.Mul, exp.Sqrt)
            assert isinstance(cast.this, exp.Floor) or not list(cast.find_all(*floats))


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_feature_sums_whole_numbers_and_decimals_only(name, floats):
    feature = CATALOGUE[name]
    for total in parse_one(feature.sql, read="duckdb").find_all(exp.Sum):
        if is_cast(total.this, "BIGINT"):
            continue
        assert not list(total.find_all(exp.Div, exp.Ln, exp.Sqrt))
        assert not any(is_cast(cast, "DOUBLE") for cast in total.find_all(exp.Cast))
        read = {column.name for column in total.find_all(exp.Column)}
        assert not read & floats[feature.source]


@pytest.mark.parametrize("name", [*SOURCES, *ROLLUPS])
def test_sources_and_rollups_sum_no_floats(name):
    trees = TREES.get(f"source {name}", []) + TREES.get(f"roll-up {name}", [])
    floats = {"share", "usual", "unit_price", "median"}
    for total in found(trees, exp.Sum):
        assert not list(total.find_all(exp.Div, exp.Ln, exp.Sqrt))
        assert not floats & {column.name for column in total.find_all(exp.Column)}


@everywhere
def test_nothing_is_averaged_by_the_engine(trees):
    # the sum behind an average of floats depends on the order of the rows
    assert not found(
        trees,
        *(exp.Avg, exp.Stddev, exp.StddevPop, exp.StddevSamp),
        *(exp.Variance, exp.VariancePop, exp.Corr),
    )


@everywhere
def test_quantiles_come_from_places_and_not_from_the_engine(trees):
    assert not found(
        trees,
        *(exp.Median, exp.Quantile, exp.ApproxQuantile),
        *(exp.PercentileCont, exp.PercentileDisc),
    )


@everywhere
def test_logarithms_are_natural_by_name(trees):
    # LOG is natural in one engine and decimal in another
    assert not found(trees, exp.Log)


@everywhere
def test_weekdays_come_from_day_numbers(trees):
    assert not found(trees, exp.DayOfWeek, exp.DayOfWeekIso, exp.WeekOfYear, exp.Week)
    parts = {part.name.upper() for part in found(trees, exp.Extract)}
    assert parts <= {"HOUR", "MONTH", "YEAR"}


@everywhere
def test_the_greatest_is_taken_of_numbers_that_are_there(trees):
    # some engines pass over NULL, and some give NULL
    for greatest in found(trees, exp.Greatest, exp.Least):
        columns = {id(column) for column in greatest.find_all(exp.Column)}
        for total in greatest.find_all(exp.Sum):
            assert total.this.args.get("default") is not None
            columns -= {id(column) for column in total.find_all(exp.Column)}
        assert not columns


@everywhere
def test_only_moments_without_a_zone_become_days(trees):
    with DuckDBEngine() as engine:
        for table in (TRANSACTIONS, EVENTS, RESPONSES):
            engine.execute(table)
        moments = {
            row[0]
            for table in ("transactions", "events", "responses")
            for row in engine.fetch_rows(f"DESCRIBE {table}")
            if row[1] == "TIMESTAMP"
        }
    # first and last moments of roll-ups are of the type that they come from
    moments |= {"ordered_at", "first_at", "last_at"}
    for cast in found(trees, exp.Cast):
        if cast.to.this.name == "DATE":
            assert cast.this.is_string or cast.this.name in moments
        assert cast.to.this.name not in {"TIMESTAMPTZ", "TIMESTAMPLTZ"}


@everywhere
def test_only_functions_that_every_engine_has(trees):
    known = {
        *("Sum", "Count", "Min", "Max", "Case", "If", "Cast", "Nullif", "Coalesce"),
        *("Abs", "Greatest", "Ln", "Sqrt", "Extract", "DateDiff", "Lower", "And"),
        *("Or", "Translate", "StrPosition", "RowNumber", "Lag", "Floor"),
    }
    assert {type(one).__name__ for one in found(trees, exp.Func)} <= known


@everywhere
def test_no_clause_that_an_engine_lacks(trees):
    assert not found(
        trees,
        *(exp.Filter, exp.Qualify, exp.IgnoreNulls, exp.Lateral, exp.Pivot),
        *(exp.Lambda, exp.Array, exp.Struct, exp.Bracket, exp.TryCast, exp.ILike),
        exp.Interval,
    )


@pytest.mark.parametrize("name", SOURCES)
def test_a_window_stays_within_a_customer_or_a_day(name):
    source = SOURCES[name]
    template = " ".join([source.relation, *source.columns.values()])
    assert template.count("PARTITION BY {") == template.count(" OVER ")


@pytest.mark.parametrize("name", SOURCES)
def test_what_ranks_rows_settles_ties_or_does_not_mind_them(name):
    # places among equal amounts, and gaps among purchases of one day, are of equals
    ordered = {
        node.sql()
        for tree in TREES[f"source {name}"]
        for node in tree.find_all(exp.Ordered)
    }
    assert {one.split(" NULLS")[0] for one in ordered} <= {
        *("ordered_at", "amount", "unit_price"),
    }

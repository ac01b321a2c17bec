"""A user's own features: what may stand in them, and what they come to."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autoseg
from autoseg.engines import DuckDBEngine
from autoseg.errors import EngineError, InputError
from autoseg.features import (
    CATALOGUE,
    Feature,
    MissingRule,
    compute_features,
    feature_history,
    feature_meaning,
    feature_name,
)
from autoseg.features import expressions as own_sql
from autoseg.features.compute import relations_of
from autoseg.features.expressions import SqlProblem, read_expression
from autoseg.features.own import OWN_SOURCES
from autoseg.features.query import write_query
from autoseg.features.sources import SOURCES
from autoseg.tables import stage

AS_OF = date(2024, 4, 1)
NAN = math.nan
COLUMNS = ["age", "amount", "category", "discount", "share", "spent"]


def own(name: str = "mine", sql: str = "SUM(spent)", **given: object) -> Feature:
    return Feature(
        **{"block": "own", "unit": "count", "name": name, "sql": sql} | given
    )


@pytest.fixture
def computed(lines, events, responses):
    """Return a function: one feature of the user's own in, its values out."""

    def compute(feature: Feature, data: pd.DataFrame = lines) -> list[float]:
        with DuckDBEngine(threads=2) as engine:
            staged = stage(
                engine, data, events=events, responses=responses, as_of=AS_OF
            )
            engine.seal()
            table = compute_features(staged, ["frequency", feature])
        assert list(table.frame) == ["frequency", feature.name]
        return table.frame[feature.name].tolist()

    return compute


@pytest.mark.parametrize(
    ("source", "sql", "values"),
    [
        ("orders", "SUM(discount) / SUM(spent)", [50 / 200, 0, 0, 5 / 20, 0]),
        ("orders", "AVG(spent) FILTER (WHERE age < 100)",
         [200 / 3, 80, NAN, NAN, 3500]),
        ("orders", "COUNT(*) FILTER (WHERE amount < 0)", [1, 0, 0, 0, 0]),
        ("orders", "MAX(spent) * 0.5", [50, 40, 15, 7.5, 2000]),
        ("categories", "SUM(CASE WHEN category = 'books' THEN spent ELSE 0 END)"
         " / SUM(spent)", [110 / 200, NAN, 1, 0, 0.1]),
        ("lines", "COUNT(DISTINCT channel)", [2, 0, 2, 2, 1]),
        ("lines", "SUM(CASE WHEN discount > 0 THEN 1 ELSE 0 END) / COUNT(*)",
         [2 / 5, 0, 0, 1 / 4, 0]),
        ("lines", "SUM(amount * quantity)", [60 * 2 + 40 + 50 + 200 + 40, NAN, 60, 30,
                                             30000]),
        ("lines", "MIN(age)", [22, 1, 122, 2, 90]),
        ("products", "COUNT(*)", [3, NAN, 2, 3, 4]),
        ("channels", "COUNT(*) FILTER (WHERE channel IN ('web', 'app'))",
         [1, NAN, 2, 2, 1]),
        ("responses", "SUM(n_known) - SUM(n_converted)", [2, 1, NAN, NAN, NAN]),
    ],
)  # fmt: skip
def test_a_feature_of_ones_own_is_what_the_hand_says(computed, source, sql, values):
    got = computed(own(sql=sql, source=source))
    assert got == pytest.approx(values, rel=1e-14, nan_ok=True)


def test_a_division_by_zero_is_missing(computed):
    values = computed(own(sql="SUM(spent) / (COUNT(age) - COUNT(age))"))
    assert all(map(math.isnan, values))


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("", "there is no SQL"),
        (None, "there is no SQL"),
        ("SUM(spent) + " * 400 + "1", "longer than 4000 characters"),
        ("SUM(spent", "the SQL cannot be read"),
        ("SUM(spent); DROP TABLE orders", "the SQL holds 2 statements"),
        ("SELECT 1", "there is a query in it"),
        ("SUM(spent) + (SELECT 1)", "there is a query in it"),
        ("EXISTS(SELECT 1)", "it uses EXISTS"),
        ("SUM(spent) OVER ()", "there is a window function in it"),
        ("read_csv('/etc/passwd')", "it uses READCSV"),
        ("read_text('/etc/passwd')", "it uses READ_TEXT"),
        ("MEDIAN(spent)", "it uses MEDIAN, which not every engine knows alike"),
        ("GREATEST(SUM(spent), 1)", "it uses GREATEST"),
        ("INSTALL httpfs", "it uses INSTALL"),
        ("?", "it uses PLACEHOLDER"),
        ("SUM(t.spent)", "it reads 't.spent'"),
        ("SUM(*)", "it reads *"),
        ("SUM(DISTINCT spent)", "it uses DISTINCT elsewhere"),
        ("COUNT(spent, age)", "it counts several columns at once"),
        ("MAX(CAST(age AS INTEGER))", "it uses CAST to INT"),
        ("MAX(CAST(category AS DOUBLE))", "it uses CAST of what is no number"),
        ("SUM(spend)", "it reads 'spend', which the source does not have"),
        ("spent", "it is no aggregate: a customer has several rows"),
        ("SUM(SUM(spent))", "there is an aggregate within an aggregate"),
        ("MAX(age) - age", "'age' stands outside of an aggregate"),
        ("MIN(category)", "its value is no number"),
        ("MAX(age) > 3", "its value is no number"),
        ("SUM(category)", "SUM is of what is no number"),
        ("SUM(share)", "SUM is of fractions, so it depends on the order of the rows"),
        ("AVG(spent / 3)", "AVG is of fractions"),
        ("SUM(spent * 0.1)", "SUM is of fractions"),
        ("SUM(spent) + 'a'", "it reckons with a text"),
        ("SUM(spent) + (1 = 1)", "it reckons with a condition"),
        ("SUM(CASE WHEN age THEN 1 END)", "WHEN needs a condition"),
        ("SUM(CASE WHEN age AND 1 = 1 THEN 1 END)", "AND, OR and NOT need conditions"),
        ("COUNT(*) FILTER (WHERE age)", "FILTER needs a condition"),
        ("SUM(CASE WHEN age = 'x' THEN 1 END)", "stand beside each other"),
        ("SUM(spent) + DISTINCT", "the SQL cannot be read"),
    ],
)
def test_what_is_no_aggregate_over_the_source_is_refused(sql, found):
    with pytest.raises(SqlProblem) as problem:
        read_expression(sql, COLUMNS)
    assert found in problem.value.found
    assert problem.value.fix


ATOMS = st.sampled_from(
    ["1", "2.5", "'x'", "age", "spent", "category", "share", "NULL", "TRUE", "*"]
)
SQL = st.recursive(
    ATOMS,
    lambda parts: st.one_of(
        st.tuples(
            st.sampled_from(["SUM", "COUNT", "AVG", "MIN", "ABS", "SQRT", "lower"]),
            parts,
        ).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(parts, st.sampled_from("+-*/=<"), parts).map(
            lambda p: f"({p[0]} {p[1]} {p[2]})"
        ),
        st.tuples(parts, parts, parts).map(
            lambda p: f"CASE WHEN {p[0]} THEN {p[1]} ELSE {p[2]} END"
        ),
        st.tuples(parts, parts).map(lambda p: f"{p[0]} FILTER (WHERE {p[1]})"),
        st.tuples(parts, parts).map(lambda p: f"COALESCE({p[0]}, {p[1]})"),
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def engine():
    with DuckDBEngine(threads=1) as engine:
        yield engine


@given(sql=SQL)
@settings(max_examples=100, deadline=None)
def test_what_is_taken_runs_and_nothing_else_breaks(sql, engine):
    try:
        expression = read_expression(sql, COLUMNS)
    except SqlProblem:
        return
    rows = (
        "(VALUES (1, 2.5::DECIMAL(18, 4), 'x', 0.5::DOUBLE, 3.0::DECIMAL(38, 4)))"
        " AS t (age, amount, category, share, spent)"
    )
    ((value,),) = engine.fetch_rows(f"SELECT {expression.sql} FROM {rows}")
    assert value is None or isinstance(value, float)


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_is_an_expression_or_a_problem(sql):
    try:
        read_expression(sql, COLUMNS)
    except SqlProblem as problem:
        assert problem.found  # noqa: PT017


def test_the_kinds_of_columns_are_those_of_the_sources(lines, events, responses):
    """A text or a fraction that is taken for an exact number would be summed."""
    events = events.assign(device="phone")
    with DuckDBEngine() as engine:
        staged = stage(engine, lines, events=events, responses=responses, as_of=AS_OF)
        for source in OWN_SOURCES:
            for column in SOURCES[source].columns:
                feature = own(sql=f"MAX({column})", source=source)
                query = write_query([feature], AS_OF, relations_of(staged))
                kind = str(engine.fetch_arrow(query).schema.field("mine").type)
                texts = column in own_sql._TEXTS
                fractions = column in own_sql._FRACTIONS
                assert (kind == "string", kind == "double") == (texts, fractions)


@pytest.mark.parametrize(
    ("feature", "code", "found"),
    [
        (own("frequency"), "NAME", "there is a feature 'frequency' already"),
        (own("Gift share"), "NAME", "'Gift share' cannot be the name of a feature"),
        (own("x" * 64), "NAME", "cannot be the name of a feature"),
        (own("select"), "NAME", "'select' means something else to a database"),
        (own("revenue"), "NAME", "'revenue' means something else to a database"),
        (own(unit="percent"), "UNIT", "'percent' is no unit of a feature"),
        (own(source="order"), "SOURCE", "there is no source 'order'"),
        (own(source="attributes"), "SOURCE", "there is no source 'attributes'"),
        (own(sql="SUM(spend)"), "SQL", "it reads 'spend', which the source does not"),
        (own(sql="SUM(cost)", source="lines"), "NEEDS", "'mine' needs cost, which"),
        (own(sql="SUM(n_events)", source="devices"), "NEEDS", "needs device and eve"),
    ],
)
def test_a_feature_that_cannot_be_is_refused_by_name(lines, feature, code, found):
    with DuckDBEngine() as engine:
        staged = stage(engine, lines.drop(columns="cost"), as_of=AS_OF)
        with pytest.raises(InputError) as error:
            compute_features(staged, [feature])
    assert error.value.codes == (f"ASG_E_FEATURE_{code}",)
    assert found in str(error.value)


def test_all_problems_come_in_one_message(lines):
    with DuckDBEngine() as engine:
        staged = stage(engine, lines, as_of=AS_OF)
        with pytest.raises(InputError) as error:
            compute_features(
                staged,
                ["monetari", own("twin"), own("twin", "1"), own("like")],
            )
    assert error.value.codes == (
        "ASG_E_FEATURE_UNKNOWN",
        "ASG_E_FEATURE_NAME",
        "ASG_E_FEATURE_NAME",
        "ASG_E_FEATURE_SQL",
        "ASG_E_FEATURE_NAME",
    )


def test_what_the_engine_cannot_compute_names_the_feature(lines):
    huge = own("huge", "MAX(EXP(spent) * EXP(spent) * EXP(spent)) - 1")
    cast = own("narrow", "MAX(CAST(spent AS DECIMAL(3, 1)))")
    with DuckDBEngine() as engine:
        staged = stage(engine, lines, as_of=AS_OF)
        with pytest.raises(InputError, match="the feature 'narrow': the engine") as one:
            compute_features(staged, ["monetary", own(), cast, own("other")])
    assert one.value.codes == ("ASG_E_FEATURE_SQL",)
    assert huge.name not in str(one.value)


def test_what_is_no_fault_of_a_feature_stays_the_engine_s(lines):
    with DuckDBEngine() as engine:
        staged = stage(engine, lines, as_of=AS_OF)
        engine.execute("DROP TABLE temp.orders")
        with pytest.raises(EngineError, match="orders"):
            compute_features(staged, ["monetary"])


def test_an_entry_of_the_catalogue_stands_for_its_name(lines):
    with DuckDBEngine() as engine:
        staged = stage(engine, lines, as_of=AS_OF)
        table = compute_features(staged, [CATALOGUE["monetary"], own()])
    assert list(table.frame) == ["monetary", "mine"]


def test_a_missing_value_gets_the_median_unless_a_rule_says_otherwise(lines):
    sql = "SUM(amount) FILTER (WHERE quantity > 1)"
    features = [
        own("plain", sql, source="lines"),
        own("zero", sql, source="lines", missing=MissingRule.ZERO),
        own("late", sql, source="lines", missing=MissingRule.TENURE),
    ]
    with DuckDBEngine() as engine:
        staged = stage(engine, lines, as_of=AS_OF)
        table = compute_features(staged, features)
    assert list(table.frame) == ["tenure_days", "plain", "zero", "late"]
    filled = table.matrix(["plain", "zero", "late"]).loc["bo"].to_dict()
    known = table.frame["plain"].dropna()
    assert filled == {"plain": known.median(), "zero": 0, "late": 1}


def test_a_history_has_the_numbers_of_each_day(lines):
    features = [
        own("gifts", "SUM(spent) FILTER (WHERE units > 1) / SUM(spent)"),
        own("wide", "COUNT(DISTINCT product_id) - MIN(age)", source="lines"),
    ]
    with DuckDBEngine() as engine:
        staged = stage(engine, lines, as_of=AS_OF)
        history = feature_history(staged, features, every="3 months", window="1 year")
    for (start, day), at in zip(
        history.windows, map(history.at, history.days), strict=True
    ):
        rows = lines[
            (lines["timestamp"] < pd.Timestamp(day))
            & (lines["timestamp"] >= pd.Timestamp(start))
        ]
        with DuckDBEngine() as engine:
            alone = compute_features(stage(engine, rows, as_of=day), features)
        pd.testing.assert_frame_equal(at.frame, alone.frame, check_exact=True)


@pytest.mark.filterwarnings("ignore::autoseg.errors.InputWarning")
@pytest.mark.filterwarnings("ignore::autoseg.errors.StructureWarning")
def test_segments_are_found_on_it_and_speak_of_it():
    shop = autoseg.datasets.make_customers(300, 3, random_state=1)
    people = pd.DataFrame({"customer_id": shop.transactions["customer_id"].unique()})
    people["points"] = range(len(people))
    large = own("large", "MAX(spent)", unit="currency", label="Largest order")
    found = autoseg.segment(
        shop.transactions,
        customers=people,
        features=["recency_days", "attribute_points", large],
        n_resamples=0,
        k_range=(2, 3),
    )
    assert found.settings["features"] == "recency_days, attribute_points, large"
    assert list(found.features.frame)[-2:] == ["attribute_points", "large"]
    entry = found.features.features[-1]
    assert feature_name(entry) == "Largest order"
    assert feature_meaning(entry, "da")
    assert found.report().html()


@pytest.mark.filterwarnings("ignore::autoseg.errors.InputWarning")
def test_a_refresh_gives_the_bits_of_a_full_run(lines, tmp_path):
    people = pd.DataFrame(
        {
            "customer_id": ["ann", "bo", "cy", "di", "eve"],
            "city": ["Oslo", "Bergen", "Oslo", None, "Bodø"],
            "age": [31, 28, None, 40, 55],
        }
    )
    half = own("half", "SUM(spent) FILTER (WHERE units > 1) / SUM(spent)")
    early, late = lines[::2], lines[1::2]
    autoseg.compute_features(
        early, customers=people, as_of=AS_OF, state=tmp_path / "state"
    )
    names = ["monetary", "channel_share_web", "attribute_city_oslo", "attribute_age"]
    again = autoseg.refresh_features(
        tmp_path / "state", late, [*names, half], as_of=AS_OF, late="add"
    )
    whole = autoseg.compute_features(
        lines, [*names, half], customers=people, as_of=AS_OF
    )
    pd.testing.assert_frame_equal(again.frame, whole.frame, check_exact=True)
    with pytest.raises(InputError, match="'mine' is made from single rows"):
        autoseg.refresh_features(
            tmp_path / "state",
            late.head(1),
            [own(sql="COUNT(DISTINCT channel)", source="lines")],
            as_of=AS_OF,
            late="add",
        )

"""SQL in a file is never trusted: what is not ours is refused, and nothing runs."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import sqlglot

from autoseg.errors import InputError, InputWarning
from autoseg.features import CATALOGUE
from autoseg.features.expressions import SqlProblem, read_expression
from autoseg.features.sources import SOURCES
from autoseg.model import load_model, model_bytes
from autoseg.model.container import pack

OWN, SHARE, RECENCY = 3, 4, 0


@pytest.fixture(scope="session")
def good(make_model):
    return model_bytes(make_model())


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch):
    """Let nothing run: to read a model needs no engine."""

    def refuse(*_, **__):
        pytest.fail("an engine was opened while a model was read")

    monkeypatch.setattr("duckdb.connect", refuse)


def edited(good, which, **changes):
    """Return a file with another definition of a feature, and sums that fit it."""
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        contents = {name: package.read(name) for name in package.namelist()[:-1]}
    manifest = json.loads(contents["manifest.json"])
    name = changes.pop("name", None)
    if name is not None:
        old = manifest["features"][which]["name"]
        manifest["features"][which]["name"] = name
        manifest["columns"][which]["name"] = name
        assert old != name
    manifest["features"][which]["definition"] |= changes
    contents["manifest.json"] = json.dumps(manifest).encode()
    return pack(contents)


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("COPY (SELECT 1) TO '{path}'", "the SQL cannot be read|a query in it|it uses"),
        ("SUM(spent); COPY (SELECT 1) TO '{path}'", "the SQL holds 2 statements"),
        ("(SELECT COUNT(*) FROM read_text('/etc/passwd'))", "there is a query in it"),
        ("SUM(spent) + (SELECT 1)", "there is a query in it"),
        ("MAX(read_text('/etc/passwd'))", "it uses READ_TEXT"),
        ("COUNT(*) FROM read_csv('/etc/passwd')", "there is a query in it|SQL cannot"),
        ("SUM(spent) -- and the rest", "it is not written as autoseg writes it"),
        ("SUM(spent)", "it is not written as autoseg writes it"),
        ("SUM(secret)", "it reads 'secret', which the source does not have"),
        ("ATTACH '{path}'", "the SQL cannot be read|a query in it|it uses"),
        ("PRAGMA database_list", "the SQL cannot be read|a query in it|it uses"),
        ("INSTALL httpfs", "the SQL cannot be read|a query in it|it uses|it reads"),
        ("", "there is no SQL"),
        ("SUM(spent) + " * 9000 + "1", "the SQL is longer than 80000 characters"),
    ],
)
def test_sql_that_is_more_than_an_expression_is_refused(good, tmp_path, sql, found):
    path = tmp_path / "was-here"
    wrong = edited(good, OWN, sql=sql.format(path=path))
    refused = r"ASG_E_MODEL_FEATURE: the model: the feature 'half_price_share' is.*"
    with pytest.raises(InputError, match=refused + f"({found})"):
        load_model(wrong)
    assert not path.exists()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"source": "attributes"}, "there is no source 'attributes'"),
        ({"source": "read_csv('x')"}, "there is no source"),
        ({"unit": "apples"}, "'apples' is no unit of a feature"),
        ({"needs": ["gold"]}, "needs gold"),
        ({"needs": []}, "it is not written as autoseg writes it"),
        ({"name": "select"}, "'select' means something else to a database"),
        ({"name": "revenue"}, "'revenue' means something else to a database"),
    ],
)
def test_the_rest_of_a_feature_of_ones_own_is_checked(good, changes, found):
    with pytest.raises(InputError, match=f"ASG_E_MODEL_FEATURE.*{found}"):
        load_model(edited(good, OWN, **changes))


@pytest.mark.parametrize(
    ("which", "changes", "found"),
    [
        (OWN, {"name": 'a" FROM x; --'}, "no such feature is called"),
        (OWN, {"name": "recency_days"}, "features has a name twice|there is a feature"),
        (OWN, {"kind": "macro"}, "kind is 'macro', which this version does not know"),
        (OWN, {"more": 1}, "more is a key that this version does not know"),
        (SHARE, {"column": "channel) FROM x --"}, "is no column that features are"),
        (
            SHARE,
            {"column": "customer_id"},
            "column is no column that features are made",
        ),
        (SHARE, {"column": "attribute_a; DROP"}, "is no column that features are made"),
        (SHARE, {"holds": "number", "values": []}, "holds is 'number', which this"),
        (SHARE, {"values": []}, "values are not those of a level"),
        (SHARE, {"values": ["a\0"]}, "values are not such as a column can have"),
        (
            SHARE,
            {"holds": "rest", "values": ["a", "a"]},
            "are not such as a column can",
        ),
        (SHARE, {"label": "mine"}, "label stands at a share, which has none"),
        (SHARE, {"name": "monetary_"}, ""),
    ],
)
def test_names_and_columns_are_checked(good, which, changes, found):
    if not found:
        # a name is only a name: what is computed is told by column and values
        assert load_model(edited(good, which, **changes)).feature_names[which]
        return
    with pytest.raises(InputError, match=rf"ASG_E_MODEL_(FILE|FEATURE).*({found})"):
        load_model(edited(good, which, **changes))


def test_a_value_of_the_data_stays_in_its_quotes(good):
    value = "x') FROM read_text('/etc/passwd'); COPY t TO '/tmp/x' --"
    model = load_model(edited(good, SHARE, values=[value]))
    sql = model.features[SHARE].definition.sql
    assert "'x'') FROM read_text(''/etc/passwd''); COPY t TO ''/tmp/x'' --'" in sql
    (tree,) = sqlglot.parse(sql, read="duckdb")
    assert value in {one.this for one in tree.find_all(sqlglot.exp.Literal)}


def test_a_feature_that_this_version_lacks_is_named(good):
    found = "'luck_days', which this version of autoseg does not have"
    with pytest.raises(InputError, match=rf"ASG_E_MODEL_FEATURE.*feature {found}"):
        load_model(edited(good, RECENCY, name="luck_days"))


def test_a_feature_that_is_computed_otherwise_is_warned_of(good):
    changed = edited(good, RECENCY, checksum="0" * 64)
    with pytest.warns(
        InputWarning, match="ASG_W_MODEL_FEATURE.*'recency_days' is comp"
    ):
        model = load_model(changed)
    assert model.features[RECENCY].definition == CATALOGUE["recency_days"]


def test_the_sql_of_the_catalogue_is_not_in_the_file(good):
    assert b"recency_days" in good
    assert CATALOGUE["recency_days"].sql.encode() not in good
    assert b"half_price" in good


WRITTEN = [
    ("orders", "SUM(discount) / SUM(spent)"),
    ("orders", "COUNT(*) FILTER (WHERE amount < 0)"),
    ("orders", "SUM(spent) / (COUNT(age) - COUNT(age)) + 0.25"),
    ("orders", "AVG(spent) * 1.5e3 - -0.5"),
    ("orders", "SQRT(ABS(SUM(spent))) / LN(2.5) / 3"),
    ("orders", "COALESCE(NULLIF(MAX(age), 3), MIN(age), 0.0)"),
    ("orders", "SUM(CASE WHEN age BETWEEN 1 AND 5 AND spent > 2.5 THEN 1 ELSE 0 END)"),
    ("orders", "CASE WHEN COUNT(*) > 3 THEN 1 WHEN MAX(age) IS NULL THEN 2 END"),
    ("orders", "SUM(CAST(spent AS DECIMAL(38, 12))) / CAST(COUNT(*) AS DOUBLE)"),
    ("orders", "(SUM(spent) / (SUM(spent) / COUNT(*))) / (1 / MAX(age))"),
    ("lines", "COUNT(DISTINCT channel) FILTER (WHERE channel <> 'a''b')"),
    ("lines", "SUM(amount * quantity)"),
    ("categories", "SUM(CASE WHEN category IN ('books', 'b''') THEN spent END)"),
]


@pytest.mark.parametrize(("source", "sql"), WRITTEN)
def test_what_is_written_anew_is_read_as_itself(source, sql):
    columns = SOURCES[source].columns
    once = read_expression(sql, columns)
    assert read_expression(once.sql, columns, written=True) == once


@pytest.mark.parametrize("text", ["x", "nan", "inf", "1_0", "0x1", " 1.5", "1.5 ", ""])
def test_only_a_number_is_a_number_in_quotes(text):
    columns = SOURCES["orders"].columns
    assert read_expression("SUM(spent) + CAST('1.5' AS DOUBLE)", columns)
    with pytest.raises(SqlProblem, match="CAST of what is no number"):
        read_expression(f"SUM(spent) + CAST('{text}' AS DOUBLE)", columns)

"""Every key is what it has to be, or the error names it."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

import pytest

from autoseg.errors import InputError
from autoseg.plaindata import Record

HUGE = 10**400


def record(value):
    return Record({"key": value}, "file.json")


@pytest.mark.parametrize(
    ("method", "value", "read"),
    [
        ("text", "Bø", "Bø"),
        ("text_or_none", None, None),
        ("texts", ["a", "b"], ("a", "b")),
        ("yes", False, False),
        ("whole", 0, 0),
        ("whole_or_none", None, None),
        ("wholes", [1, 2], (1, 2)),
        ("lists", [[1, 2], [3]], [(1, 2), (3,)]),
        ("whole_by_name", {"b": 1, "a": 2}, {"b": 1, "a": 2}),
        ("number", 3, 3.0),
        ("number", -0.1, -0.1),
        ("number_or_none", None, None),
        ("numbers", [1, 0.5], (1.0, 0.5)),
        ("money", "-12.3400", Decimal("-12.3400")),
        ("money_by_name", {"a": "1"}, {"a": Decimal(1)}),
        ("day_or_none", "2026-01-31", date(2026, 1, 31)),
        ("day_or_none", None, None),
        ("record_or_none", None, None),
        ("records", [], []),
        ("as_text", 2.0, "2.0"),
        ("as_text", None, "None"),
    ],
)
def test_what_is_right_is_read(method, value, read):
    found = getattr(record(value), method)("key")
    assert found == read
    assert type(found) is type(read)


def test_what_is_not_defined_is_nan():
    assert math.isnan(record(None).number_or_nan("key"))
    assert math.isnan(record({"a": None}).number_by_name("key")["a"])


@pytest.mark.parametrize(
    ("method", "value", "wrong"),
    [
        ("text", None, "key is no text"),
        ("text", 4, "key is no text"),
        ("text", "\ud800", "key is no text"),
        ("texts", "ab", "key is no list"),
        ("texts", ["a", 1], "key[1] is no text"),
        ("yes", 1, "key is neither true nor false"),
        ("whole", True, "key is no whole number from 0"),
        ("whole", 1.0, "key is no whole number from 0"),
        ("whole", -1, "key is no whole number from 0"),
        ("whole", None, "key is no whole number from 0"),
        ("wholes", [0, "1"], "key[1] is no whole number from 0"),
        ("lists", [[0], 1], "key[1] is no list"),
        ("whole_by_name", [1], "key is no object with keys"),
        ("whole_by_name", {"a": -1}, "key.a is no whole number from 0"),
        ("number", "1", "key is no number"),
        ("number", False, "key is no number"),
        ("number", HUGE, "key is no number"),
        ("number", math.inf, "key is no number"),
        ("number_or_nan", "NaN", "key is no number"),
        ("money", 4.5, "key is no text"),
        ("money", "NaN", "key is no amount"),
        ("money", "1e999", "key is no amount"),
        ("money", "٣", "key is no amount"),
        ("day_or_none", "2026-02-31", "key is no day such as 2026-01-31"),
        ("record", [], "key is no object with keys"),
        ("records", {"a": 1}, "key is no list"),
        ("records", [{}, 1], "key[1] is no object with keys"),
        ("record_or_none", 1, "key is no object with keys"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(method, value, wrong):
    with pytest.raises(InputError) as raised:
        getattr(record(value), method)("key")
    assert str(raised.value).startswith(f"ASG_E_PROFILES_FILE: file.json: {wrong}.")


def test_a_key_that_is_missing_is_named_with_the_way_to_it():
    inner = Record({"a": [{"b": {}}]}, "file.json").records("a")[0].record("b")
    with pytest.raises(InputError, match=r"file\.json: a\[0\]\.b\.c is missing"):
        inner.number("c")


def test_a_word_that_is_not_known_is_shown():
    with pytest.raises(InputError, match="key is 'b', which this version does not"):
        record("b").one_of("key", {"a"})
    with pytest.raises(InputError, match="key is 'c', which this version does not"):
        record(["a", "c"]).some_of("key", {"a"})


def test_the_whole_may_be_no_object():
    with pytest.raises(InputError, match="the whole of it is no object with keys"):
        Record([], "file.json")


def test_keys_that_are_not_known_are_refused():
    inner = Record({"a": {"b": 1, "c": 2}}, "file.json").record("a")
    inner.only("b", "c", "d")
    with pytest.raises(
        InputError, match=r"a\.c is a key that this version does not know"
    ):
        inner.only("b")


def test_code_and_fix_are_those_of_the_file_at_any_depth():
    whole = Record({"a": [{"b": [[None]]}]}, "m", code="ASG_E_OTHER", fix="mend it")
    with pytest.raises(InputError, match=r"^ASG_E_OTHER: m: .*Fix: mend it\.$"):
        whole.records("a")[0].lists("b")

"""Flags: yes and no, and nothing read into other words."""

from __future__ import annotations

import pandas as pd
import pytest

from autoseg.errors import InputError


def responses(answers):
    return pd.DataFrame(
        {"customer_id": ["a"] * len(answers), "campaign": "k", "converted": answers}
    )


def converted(result):
    return [row[0] for row in result.rows("responses", "converted")]


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        *(("yes", "no"), ("Ja", "Nei"), ("ja", "NEJ"), ("true", "false")),
        *(("1", "0"), (1, 0), (1.0, 0.0), (True, False), ("Sandt", "Falsk")),
        *(("sant", "usant"), ("sant", "falskt"), ("Y", "N"), (" on ", "off")),
    ],
)
def test_yes_and_no_are_read_in_four_languages(run, orders, yes, no):
    result = run(orders, responses=responses([yes, no, yes]))
    assert converted(result) == [False, True, True]
    assert "ASG_W_FLAG_WORDS" not in result.codes


def test_where_yes_is_a_cross_a_blank_means_no(run, orders):
    result = run(orders, responses=responses(["x", None, "X", ""]))
    assert converted(result) == [False, False, True, True]


def test_a_blank_among_yes_and_no_stays_unknown(run, orders):
    answers = ["yes"] * 200 + [""]
    result = run(orders, responses=responses(answers))
    assert converted(result) == [True] * 200
    assert "ASG_W_UNREADABLE_CONVERTED" in result.codes


def test_other_words_are_told_with_their_numbers(run, orders):
    answers = ["yes"] * 1000 + ["maybe", "maybe", "later"]
    result = run(orders, responses=responses(answers))
    told = next(
        w.finding for w in result.warned if w.finding.code == "ASG_W_FLAG_WORDS"
    )
    assert told.found == ("3 values are neither yes nor no: 2 × 'maybe', 1 × 'later'")
    assert told.n_rows == 3
    with pytest.raises(InputError, match=r"ASG_E_UNREADABLE_CONVERTED"):
        run(orders, responses=responses(["maybe", "yes"]))

"""A check says of the tables what a segmentation would, and fits nothing."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pandas as pd
import pytest
from rich.console import Console

import autoseg
from autoseg.errors import InputError, InputWarning
from autoseg.locales import LANGUAGES


@pytest.fixture(scope="module")
def orders():
    shop = autoseg.datasets.make_customers(40, segments=3, random_state=4)
    # whole months, so that only the number of customers is to be remarked on
    return shop.transactions[
        shop.transactions["timestamp"] >= "2023-02-01"
    ].reset_index(drop=True)


@pytest.fixture(scope="module")
def checked(orders):
    blank = orders.assign(customer_id=orders["customer_id"].mask(orders.index < 2))
    return autoseg.check(blank, currency="NOK")


def test_what_is_found_is_in_the_result_and_no_warning_is_given(checked):
    codes = [finding.code for finding in checked.findings]
    assert codes[:2] == ["ASG_W_MISSING_CUSTOMER", "ASG_W_FEW_CUSTOMERS"]
    assert checked.findings[0].rows == (0, 1)
    assert [finding.code for finding in checked.log.findings] == codes


def test_the_day_after_the_last_row_is_told_from_a_day_that_was_named(orders, checked):
    assert (checked.as_of - checked.last_day).days == 1
    assert not checked.as_of_given
    named = autoseg.check(orders, as_of="2024-06-01")
    assert (named.as_of, named.as_of_given) == (date(2024, 6, 1), True)


def test_in_a_notebook_the_text_is_the_same(checked, monkeypatch):
    text = repr(checked)
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    assert repr(checked) == text
    assert text.strip()


def test_rows_add_up(checked, orders):
    log = checked.log
    assert log.rows_in == len(orders)
    assert log.rows_in == log.rows_used + sum(log.dropped_rows.values())
    assert log.revenue_in == log.revenue_used + sum(log.dropped_revenue.values())


def test_it_is_strict_json_without_a_customer(checked, orders):
    text = json.dumps(checked.to_dict(), allow_nan=False)
    assert not any(f'"{one}"' in text for one in orders["customer_id"].unique())


def test_it_shows_itself_in_a_terminal(checked):
    text = repr(checked)
    for words in ("amount ← amount", "No customer", "ASG_W_FEW_CUSTOMERS: "):
        assert words in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_panel_can_be_had_in_each_language(checked, language):
    page = StringIO()
    Console(file=page, width=100).print(checked.panel(language))
    assert "ASG_W_FEW_CUSTOMERS" in page.getvalue()


def test_markup_in_a_name_is_text_in_a_notebook(orders):
    evil = orders.rename(columns={"amount": "<script>alert(1)</script>"})
    found = autoseg.check(evil, columns={"amount": "<script>alert(1)</script>"})
    html = found._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_nothing_to_remark_on_is_said():
    shop = autoseg.datasets.make_customers(600, segments=5, random_state=1)
    checked = autoseg.check(shop.transactions)
    assert checked.findings == ()
    assert "There is nothing to remark on." in repr(checked)


def test_customers_that_came_summed_up_are_checked_too():
    table = pd.DataFrame(
        {"customer_id": ["a", "b"], "recency": [3, 70], "frequency": [4, 1],
         "monetary": [400.0, 90.0]}
    )  # fmt: skip
    checked = autoseg.check(summaries=table)
    assert checked.first_day is None
    assert checked.log.n_customers == 2
    assert "ASG_W_FEW_CUSTOMERS" in [finding.code for finding in checked.findings]
    assert "ASG_W_FEW_CUSTOMERS: summaries" in repr(checked)


def test_what_cannot_be_used_is_one_error(orders):
    with pytest.raises(InputError, match=r"ASG_E_MISSING_COLUMN: .*amount"):
        autoseg.check(orders.drop(columns="amount"))


def test_a_segmentation_knows_what_the_check_knows():
    shop = autoseg.datasets.make_customers(120, segments=3, random_state=4)
    with pytest.warns(InputWarning, match="ASG_W_") as given:
        found = autoseg.segment(shop.transactions, n_resamples=0)
    checked = autoseg.check(shop.transactions)
    assert [str(one.message) for one in given] == list(map(str, checked.findings))
    assert found.log.findings == checked.log.findings

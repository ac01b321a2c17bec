"""Customers that came summed up: what is read, refused, left out and accounted for."""

from __future__ import annotations

import warnings
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pytest

from autoseg.errors import InputError, InputWarning
from autoseg.features import read_features
from autoseg.tables import StagedSummaries, check_fitness, stage_summaries

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def sum_up(shared_engine) -> Callable[..., tuple[StagedSummaries, list[str]]]:
    """Return a function that stages summaries; the codes of its warnings come too."""

    def run(summaries: object, **settings: Any) -> tuple[StagedSummaries, list[str]]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            staged = stage_summaries(shared_engine, summaries, **settings)
        assert all(isinstance(item.message, InputWarning) for item in caught)
        return staged, [item.message.finding.code for item in caught]

    return run


def customers(n: int = 30, **columns: Any) -> pd.DataFrame:
    """Return n customers with plain measures, some columns put in place of them."""
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i:03}" for i in range(n)],
            "recency_days": [3 * i for i in range(n)],
            "frequency": [1 + i % 7 for i in range(n)],
            "monetary": [10.25 * (1 + i) for i in range(n)],
        }
    )
    return frame.assign(**columns)


def put(frame: pd.DataFrame, column: str, *values: Any) -> pd.DataFrame:
    """Return the frame with values at the top of a column."""
    changed = frame[column].astype(object).tolist()
    changed[: len(values)] = values
    return frame.assign(**{column: changed})


def rows(staged: StagedSummaries, columns: str) -> list[tuple[Any, ...]]:
    return sorted(staged.engine.fetch_rows(f"SELECT {columns} FROM summaries"))


HEADERS = [
    ("customer_id", "recency", "frequency", "monetary"),
    ("client_id", "recency_days", "transaction_count", "amount"),
    ("CustomerID", "days_since_last_purchase", "n_orders", "total_spend"),
    ("Kundenr", "Dager siden siste kjøp", "Antall ordrer", "Omsetning"),
    ("kunde_id", "dager_siden_siste_kjøp", "antall_kjøp", "Samlet beløp"),
    ("Kundenummer", "Dage siden seneste køb", "Antal køb", "Omsætning"),
    ("kundenr", "dage_siden_sidste_køb", "Antal ordrer", "samlet_beløb"),
    ("Kundnummer", "Dagar sedan senaste köp", "Antal köp", "Omsättning"),
    ("kund_id", "dagar_sedan_senaste_köpet", "antal_ordrar", "Totalt belopp"),
]


@pytest.mark.parametrize("header", HEADERS)
def test_columns_are_found_in_four_languages(sum_up, header):
    staged, codes = sum_up(customers().set_axis(header, axis=1))
    assert codes == []
    assert [one.source for one in staged.mapping] == list(header)
    assert [one.canonical for one in staged.mapping] == [
        "customer_id",
        "recency_days",
        "frequency",
        "monetary",
    ]


def test_the_table_of_the_r_package_rfm_comes_in_as_it_is(sum_up):
    # the columns of rfm_table_customer() and rfm_table_order()
    names = ["customer_id", "date_most_recent", "recency_days", "transaction_count"]
    names += ["amount", "recency_score", "frequency_score", "monetary_score"]
    names += ["rfm_score"]
    frame = customers().set_axis([names[0], *names[2:5]], axis=1)
    frame = frame.assign(date_most_recent="2006-01-01").reindex(columns=names)
    staged, codes = sum_up(frame.fillna(1))
    assert codes == ["ASG_W_UNUSED_COLUMNS"]
    assert "recency_score" in staged.findings[0].found
    assert rows(staged, "recency_days")[:2] == [(0.0,), (3.0,)]


def test_every_kind_of_table_gives_the_same(sum_up, csv):
    frame = customers()
    expected = rows(sum_up(frame)[0], "*")
    for other in (
        pl.from_pandas(frame),
        pl.from_pandas(frame).lazy(),
        pl.from_pandas(frame).to_arrow(),
        csv(frame.to_csv(index=False), "customers.csv"),
    ):
        assert rows(sum_up(other)[0], "*") == expected


def test_customers_in_the_index_of_pandas_are_found(sum_up):
    frame = customers().set_index("customer_id")
    assert rows(sum_up(frame)[0], "*") == rows(sum_up(customers())[0], "*")


def test_numbers_are_read_as_people_write_them(sum_up, csv):
    lines = ["Kundenr;Dager siden siste kjøp;Antall ordrer;Omsetning"]
    lines += ["007;3;14;1 250,50", "12;210;1;99,90"]
    staged, _ = sum_up(csv("\n".join(lines), "kunder.csv"))
    assert rows(staged, "customer_id, frequency, amount") == [
        ("007", 14, Decimal("1250.5000")),
        ("12", 1, Decimal("99.9000")),
    ]


def test_the_total_is_worked_out_from_the_average_and_said_so(sum_up):
    frame = customers(frequency=3, average_order_value=100 / 3)
    staged, _ = sum_up(frame.drop(columns="monetary"))
    assert rows(staged, "DISTINCT amount") == [(Decimal("100.0000"),)]
    told = {one.canonical: one.source for one in staged.mapping}
    assert told["monetary"] == "frequency × average_order_value"
    table = read_features(staged)
    assert table.revenue.unique().tolist() == [1_000_000]
    assert "average_order_value" in table.frame.columns


def test_days_are_counted_from_the_day_of_analysis(sum_up):
    frame = customers(
        last_order=["2023-12-31", "2023-12-01", "2023-01-01"] * 10,
        first_order=["2023-12-31", "2022-01-01", "2021-01-01"] * 10,
    ).drop(columns="recency_days")
    staged, codes = sum_up(frame, as_of="2024-01-01")
    assert codes == []
    assert rows(staged, "DISTINCT recency_days, tenure_days") == [
        (1.0, 1.0),
        (31.0, 730.0),
        (365.0, 1095.0),
    ]
    assert (staged.first_day, staged.last_day) == (date(2021, 1, 1), date(2023, 12, 31))


def test_the_days_are_not_told_where_nobody_said_them(sum_up):
    staged, _ = sum_up(customers())
    assert (staged.as_of, staged.first_day, staged.last_day) == (None, None, None)


def test_a_last_purchase_without_a_day_of_analysis_is_asked_about(sum_up):
    frame = customers(last_order="2023-12-31").drop(columns="recency_days")
    with pytest.raises(InputError, match=r"ASG_E_AS_OF_MISSING.*as_of='2024-01-01'"):
        sum_up(frame)


def test_purchases_of_the_day_of_analysis_or_later_are_left_out(sum_up):
    days = ["2024-01-01", *["2023-12-31"] * 29]
    frame = customers(last_order=days).drop(columns="recency_days")
    staged, codes = sum_up(frame, as_of="2024-01-01")
    assert codes == ["ASG_W_AFTER_AS_OF"]
    assert dict(staged.log.dropped_rows) == {"after_as_of": 1}


@pytest.mark.parametrize(
    "days",
    [["2024-03-01"] * 30, pd.date_range("2024-03-01", periods=30), ["01.03.2024"] * 30],
)
def test_dates_where_days_are_wanted_are_told(sum_up, days):
    with pytest.raises(
        InputError, match=r"ASG_E_DAYS_ARE_DATES.*'last_purchase': 'recency'.*as_of="
    ):
        sum_up(customers(recency=days).drop(columns="recency_days"))


def test_a_recency_below_zero_asks_for_the_day_of_analysis(sum_up):
    with pytest.raises(InputError, match=r"ASG_E_NEGATIVE_RECENCY.*1 of 30.*as_of="):
        sum_up(put(customers(), "recency_days", -4))


def test_one_recency_below_zero_in_many_is_left_out(sum_up):
    staged, codes = sum_up(put(customers(200), "recency_days", -4))
    assert codes == ["ASG_W_NEGATIVE_RECENCY"]
    assert staged.log.n_customers == 199


def test_a_recency_of_a_hundred_years_is_no_recency(sum_up):
    with pytest.raises(InputError, match=r"ASG_E_IMPLAUSIBLE_RECENCY.*30 of 30"):
        sum_up(customers(recency_days=20240301))


@pytest.mark.parametrize("orders", [1.5, -2, None])
def test_a_number_of_orders_is_whole(sum_up, orders):
    with pytest.raises(InputError, match=r"ASG_E_UNREADABLE_FREQUENCY.*1 of 30"):
        sum_up(put(customers(), "frequency", orders))


def test_whole_orders_may_come_as_floats(sum_up):
    staged, _ = sum_up(customers(frequency=[2.0] * 30))
    assert staged.log.n_orders == 60


def test_a_first_purchase_after_the_last_is_no_customer(sum_up):
    with pytest.raises(InputError, match=r"ASG_E_FIRST_AFTER_LAST.*29 of 30"):
        sum_up(customers(tenure_days=2))


def test_a_customer_has_one_row(sum_up):
    frame = pd.concat([customers(), customers(1)])
    with pytest.raises(InputError, match=r"ASG_E_DUPLICATE_CUSTOMER.*1 customers have"):
        sum_up(frame)


def test_customers_without_an_order_are_left_out_and_told(sum_up):
    frame = put(customers(), "frequency", 0, 0)
    frame = put(frame, "recency_days", None, None)
    frame = put(frame, "monetary", 0, 0)
    frame.loc[2, ["frequency", "recency_days", "monetary"]] = None
    staged, codes = sum_up(frame)
    assert codes == ["ASG_W_CUSTOMER_WITHOUT_PURCHASE", "ASG_W_FREQUENCY_ZERO"]
    assert dict(staged.log.dropped_rows) == {"customer_without_purchase": 3}
    told = staged.findings[1]
    assert told.n_rows == 2
    assert "add 1" in told.fix


def test_repeat_purchases_are_told_from_orders_by_their_total(sum_up):
    with pytest.raises(InputError, match=r"ASG_E_REPEAT_PURCHASES.*5 customers.*add 1"):
        sum_up(customers(frequency=[i % 7 for i in range(30)]))


def test_the_summaries_of_lifetimes_are_known_by_their_header(sum_up):
    frame = customers(T=400).rename(columns={"recency_days": "recency"})
    with pytest.raises(InputError, match=r"ASG_E_REPEAT_PURCHASES.*T - recency"):
        sum_up(frame)
    # whoever says which column is which is believed
    named = frame.rename(columns={"recency": "days", "T": "tenure"})
    _, codes = sum_up(named, columns={"recency_days": "days"})
    assert codes == []


def test_scores_are_no_values(sum_up):
    score = [1 + i % 5 for i in range(30)]
    with pytest.raises(InputError, match=r"ASG_E_SCORES.*look like RFM scores"):
        sum_up(customers(recency_days=score, frequency=score, monetary=score))


def test_totals_that_are_all_zero_are_refused(sum_up):
    with pytest.raises(InputError, match=r"ASG_E_ALL_ZERO.*all 30 amounts are 0"):
        sum_up(customers(monetary=0))


def test_customers_who_returned_more_than_they_bought_are_kept(sum_up):
    staged, codes = sum_up(put(customers(), "monetary", -50.0, 0.0))
    assert codes == []
    assert staged.log.n_customers == 30
    assert rows(staged, "amount")[0] == (Decimal("-50.0000"),)


def test_rows_and_revenue_add_up_to_the_last_digit(sum_up):
    frame = put(customers(400), "frequency", 0, 1.5)
    frame = put(frame, "monetary", 0.0, 0.3333, "?", 0.1, 0.2)
    frame = put(frame, "customer_id", "c0", "c1", "c2", None)
    frame["monetary"] = frame["monetary"].astype(str)
    frame.loc[0, "recency_days"] = None
    staged, _ = sum_up(frame)
    log = staged.log
    assert dict(log.dropped_rows) == {
        "customer_without_purchase": 1,
        "unreadable_amount": 1,
        "missing_customer": 1,
        "unreadable_frequency": 1,
    }
    assert log.rows_in == 400 == log.rows_used + sum(log.dropped_rows.values())
    assert log.revenue_in == log.revenue_used + sum(log.dropped_revenue.values())
    assert log.dropped_revenue["unreadable_frequency"] == Decimal("0.3333")
    assert log.dropped_revenue["missing_customer"] == Decimal("0.1")
    by_hand = sum(
        Decimal(text).quantize(Decimal("0.0001"))
        for text in frame["monetary"]
        if text != "?"
    )
    assert log.revenue_in == by_hand
    assert (log.n_returns, log.n_zero_orders, log.returns_revenue) == (0, 0, 0)
    assert log.n_orders == sum(n for (n,) in rows(staged, "frequency"))


def test_a_measure_with_gaps_is_not_used(sum_up):
    frame = put(customers(tenure_days=500, aov=20.0), "tenure_days", None)
    staged, codes = sum_up(frame)
    assert codes == ["ASG_W_INCOMPLETE_MEASURE"]
    assert "1 of 30 customers have no tenure_days" in staged.findings[0].found
    assert staged.columns == {"average_order_value"}
    names = [one.canonical for one in staged.mapping]
    assert "average_order_value" in names
    assert "tenure_days" not in names


def test_other_columns_are_named_and_not_used(sum_up):
    extra = {f"extra_{i}": i for i in range(7)}
    staged, codes = sum_up(customers(**extra))
    assert codes == ["ASG_W_UNUSED_COLUMNS"]
    assert "7 other columns are not used: 'extra_0'" in staged.findings[0].found
    assert staged.findings[0].found.endswith("'extra_4' and 2 more")
    assert list(read_features(staged).frame) == [
        "recency_days",
        "frequency",
        "monetary",
    ]


@pytest.mark.parametrize(
    "setting", [{"since": "2023-01-01"}, {"returns": "exclude"}, {"drop_duplicates": 1}]
)
def test_settings_that_need_purchases_are_refused(sum_up, setting):
    with pytest.raises(InputError, match=r"ASG_E_SETTING.*came summed up"):
        sum_up(customers(), **setting)


def test_a_table_without_measures_names_what_is_missing(sum_up):
    frame = pd.DataFrame({"customer_id": ["a"], "name": ["x"]})
    with pytest.raises(InputError) as caught:
        sum_up(frame)
    missing = [one.found.split(";")[0] for one in caught.value.findings]
    assert missing == [
        "no column was found for recency_days",
        "no column was found for frequency",
        "no column was found for monetary",
    ]


def test_several_currencies_are_refused(sum_up):
    with pytest.raises(InputError, match="ASG_E_MIXED_CURRENCY"):
        sum_up(customers(currency=["NOK", "SEK"] * 15))


def test_currencies_with_rates_become_one(sum_up):
    frame = customers(monetary=100.0, currency=["NOK", "SEK", "USD"] * 10)
    rates = {"SEK": 0.95, "USD": None}
    staged, codes = sum_up(frame, currency="NOK", rates=rates)
    assert codes == ["ASG_W_CONVERTED", "ASG_W_CURRENCY_LEFT_OUT"]
    assert rows(staged, "DISTINCT amount") == [(Decimal(95),), (Decimal(100),)]
    assert dict(staged.log.dropped_rows) == {"currency_left_out": 10}


def test_a_total_beyond_what_can_be_is_told_as_such(sum_up):
    with pytest.raises(InputError, match=r"ASG_E_AMOUNT_BEYOND_LIMIT.*max_amount"):
        sum_up(put(customers(), "monetary", 1e15))
    _, codes = sum_up(put(customers(200), "monetary", 5e6), max_amount=1e6)
    assert codes == ["ASG_W_AMOUNT_BEYOND_LIMIT"]


def test_the_currency_column_tells_the_currency(sum_up):
    assert sum_up(customers(valuta="DKK"))[0].currency == "DKK"


def test_ids_become_pseudonyms_in_both_tables(sum_up):
    attributes = pd.DataFrame({"customer_id": ["c001"], "town": ["Oslo"]})
    staged, _ = sum_up(customers(), customers=attributes, pseudonym_key="secret")
    ids = [one for (one,) in rows(staged, "customer_id")]
    assert all(len(one) == 64 for one in ids)
    ((town_of,),) = staged.engine.fetch_rows("SELECT customer_id FROM customers")
    assert town_of in ids


def test_nothing_left_is_told_with_the_reasons(sum_up):
    frame = customers(frequency=0, recency_days=None, monetary=0)
    with pytest.raises(InputError, match=r"ASG_E_NO_ROWS_LEFT.*30 customer_without"):
        sum_up(frame)


def test_features_are_sorted_and_exact_whatever_the_order_of_the_rows(sum_up):
    table = read_features(sum_up(customers())[0])
    again = read_features(sum_up(customers().iloc[::-1])[0])
    assert table.frame.index.is_monotonic_increasing
    pd.testing.assert_frame_equal(table.frame, again.frame)
    assert table.revenue.tolist() == [102_500 * (1 + i) for i in range(30)]


def test_what_sums_can_carry_is_told(sum_up):
    staged, _ = sum_up(customers(frequency=2))
    told = [(one.code, one.source) for one in check_fitness(staged)]
    assert told == [
        ("ASG_W_FEW_CUSTOMERS", "summaries"),
        ("ASG_W_FEW_REPEATS", "summaries"),
    ]
    assert check_fitness(sum_up(customers(500))[0]) == ()

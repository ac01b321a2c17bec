"""Rows that are dated long after all others, where no day to look from is given."""

from __future__ import annotations

from datetime import date

import pandas as pd


def dated(days):
    n = len(days)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i % 25}" for i in range(n)],
            "order_id": range(n),
            "timestamp": pd.to_datetime(days),
            "amount": 5.0,
        }
    )


def after_a_gap(n_before, n_after, gap):
    last = pd.Timestamp("2024-01-31")
    later = [last + pd.Timedelta(days=gap + i) for i in range(n_after)]
    return dated(["2024-01-01"] * (n_before - 1) + [last, *later])


def test_few_rows_after_more_than_a_year_are_left_out(run):
    result = run(after_a_gap(198, 2, gap=366))
    log = result.staged.log
    assert dict(log.dropped_rows) == {"isolated_future": 2}
    assert log.dropped_revenue["isolated_future"] == 10
    assert result.staged.as_of == date(2024, 2, 1)
    (warning,) = result.warned
    finding = warning.finding
    assert (finding.code, finding.rows, finding.n_rows) == (
        "ASG_W_ISOLATED_FUTURE",
        (198, 199),
        2,
    )
    assert (
        "2 of 200 rows are dated 2025-01-31 or later, more than a year after all"
        " others, which end on 2024-01-31, so they are not used; they hold 1.0 % of"
    ) in finding.found
    assert finding.fix == "correct the dates, or give as_of (--as-of) to use them"


def test_a_gap_of_a_year_is_none(run):
    result = run(after_a_gap(198, 2, gap=365))
    assert result.codes == []
    assert result.staged.as_of == date(2025, 2, 1)


def test_a_shop_that_opened_again_after_two_years_is_whole(run):
    result = run(after_a_gap(197, 3, gap=730))
    assert result.codes == []
    assert result.staged.log.rows_used == 200


def test_as_of_decides_instead_where_it_is_given(run):
    frame = after_a_gap(199, 1, gap=400)
    assert run(frame, as_of="2026-01-01").staged.log.rows_used == 200
    cut = run(frame, as_of="2024-02-01").staged.log
    assert dict(cut.dropped_rows) == {"after_as_of": 1}


def test_rows_long_before_all_others_are_kept(run):
    result = run(dated(["2019-01-01"] + ["2024-01-01"] * 199))
    assert result.codes == []
    assert result.staged.first_day == date(2019, 1, 1)


def test_several_gaps_end_the_table_at_the_first_that_few_rows_follow(run):
    days = ["2020-01-01"] * 100 + ["2022-01-01"] * 199 + ["2030-01-01"]
    result = run(dated([*days, "2050-01-01"]))
    assert dict(result.staged.log.dropped_rows) == {"isolated_future": 2}
    assert result.staged.last_day == date(2022, 1, 1)

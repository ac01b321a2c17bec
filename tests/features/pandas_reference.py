"""Every feature by pandas, numpy and scipy, from the definitions and not our SQL.

Where there is a choice this takes another way than the SQL does: numpy's quantiles,
scipy's entropy, pandas' own weekdays, hours and months.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import entropy

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

__all__ = ["every_feature"]

# whole numbers, so that pandas is exact too
UNIT = 10_000
CUSTOMER = "customer_id"
DAYPARTS = ["night", "morning", "afternoon", "evening"]
# the first that fits is what an event is
KINDS = {
    "sent": "sent delivered received sendt skickat skickad levert leveret levererat",
    "start": "cart addtocart basket checkout handlekurv handlevogn varukorg kundvagn"
    " kurv indkøbskurv kassa kasse",
    "click": "click clicks clicked klikk klikket klick klickad klickat klik klikkede",
    "open": "open opens opened åpnet åpning öppnad öppnat öppning åbnet åbning",
    "visit": "visit visits visited session view viewed pageview besøk besøkt besök"
    " besökt besøg besøgt",
}


class Shop(NamedTuple):
    """What the features are computed from: rows of the customers who bought."""

    end: pd.Timestamp
    lines: pd.DataFrame
    orders: pd.DataFrame
    bought: pd.DataFrame
    customers: pd.Index


def every_feature(
    transactions: pd.DataFrame,
    as_of: date,
    events: pd.DataFrame | None = None,
    responses: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return all features whose columns and tables are there, one row a customer."""
    shop = _shop(transactions, pd.Timestamp(as_of))
    parts = [_value(shop), _tempo(shop), _basket(shop), _price(shop), _returns(shop)]
    parts += [_timing(shop), _channel(shop), _journey(shop)]
    if events is not None:
        parts.append(_engagement(shop, events))
    if responses is not None:
        parts.append(_responses(shop, responses))
    out = pd.concat([part.reindex(shop.customers) for part in parts], axis=1)
    return out.astype(float).rename_axis(CUSTOMER)


def _shop(transactions: pd.DataFrame, end: pd.Timestamp) -> Shop:
    lines = transactions[transactions["timestamp"] < end].copy()
    for column in ("amount", "discount", "cost", "quantity"):
        if column in lines:
            lines[column] = (lines[column].astype(float) * UNIT).round().astype("Int64")
    if "order_id" not in lines:
        lines["order_id"] = np.arange(len(lines)).astype(str)
    orders = _orders(lines)
    orders["day"] = orders["ordered_at"].dt.normalize()
    orders["age"] = (end - orders["day"]).dt.days
    bought = orders[orders["amount"] > 0]
    customers = pd.Index(sorted(bought[CUSTOMER].unique()))
    lines = lines[lines[CUSTOMER].isin(customers)]
    orders = orders[orders[CUSTOMER].isin(customers)]
    return Shop(end, lines, orders, bought, customers)


def _orders(lines: pd.DataFrame) -> pd.DataFrame:
    grouped = lines.groupby([CUSTOMER, "order_id"])
    orders = pd.DataFrame(
        {
            "ordered_at": grouped["timestamp"].min(),
            "amount": grouped["amount"].sum(),
            "n_lines": grouped["n_lines"].sum()
            if "n_lines" in lines
            else grouped.size(),
        }
    )
    for column in ("quantity", "discount", "cost"):
        if column in lines:
            orders[column] = grouped[column].sum(min_count=1)
    return orders.reset_index()


def _each(
    frame: pd.DataFrame, column: str, function: Callable[[np.ndarray], float]
) -> pd.Series:
    """Return a function of the values that each customer has in a column."""
    return frame.groupby(CUSTOMER)[column].agg(
        lambda values: function(values.to_numpy(dtype=float))
    )


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Return one sum by another; what is not there is 0, by 0 is unknown."""
    whole = whole.astype(float)
    return part.astype(float).reindex(whole.index, fill_value=0.0) / whole.replace(
        0, np.nan
    )


def _value(shop: Shop) -> pd.DataFrame:
    by = shop.bought.groupby(CUSTOMER)
    recent = shop.bought[shop.bought["day"] >= shop.end - pd.Timedelta(days=90)]
    out = {
        "recency_days": by["age"].min(),
        "frequency": by.size(),
        "monetary": shop.orders.groupby(CUSTOMER)["amount"].sum().astype(float) / UNIT,
        "average_order_value": by["amount"].mean() / UNIT,
        "median_order_value": _each(shop.bought, "amount", np.median) / UNIT,
        "p90_order_value": _each(
            shop.bought, "amount", lambda values: np.quantile(values, 0.9)
        )
        / UNIT,
        "revenue_share_90d": _share(
            recent.groupby(CUSTOMER)["amount"].sum(), by["amount"].sum()
        ),
    }
    if "cost" in shop.lines:
        known = shop.lines[shop.lines["cost"].notna() & (shop.lines["amount"] >= 0)]
        value = known.groupby(CUSTOMER)["amount"].sum()
        margin = value - known.groupby(CUSTOMER)["cost"].sum()
        out["gross_margin"] = margin.astype(float) / UNIT
        out["margin_share"] = _share(margin, value)
    return pd.DataFrame(out)


def _gaps(days: np.ndarray) -> np.ndarray:
    return np.diff(np.sort(days))


def _sd(days: np.ndarray) -> float:
    return float(np.std(_gaps(days), ddof=1)) if len(days) >= 3 else math.nan


def _mean_gap(days: np.ndarray) -> float:
    return float(_gaps(days).mean()) if len(days) >= 2 else math.nan


def _tempo(shop: Shop) -> pd.DataFrame:
    per = shop.bought.groupby(CUSTOMER)["age"]
    mean_gap = _each(shop.bought, "age", _mean_gap)
    sd = _each(shop.bought, "age", _sd)
    pace = mean_gap.replace(0, np.nan)
    age = shop.bought["age"]
    recent = (age <= 90).groupby(shop.bought[CUSTOMER]).sum()
    before = age.between(91, 180).groupby(shop.bought[CUSTOMER]).sum()
    months = shop.bought["ordered_at"].dt.to_period("M")
    return pd.DataFrame(
        {
            "tenure_days": per.max(),
            "mean_gap_days": mean_gap,
            "sd_gap_days": sd,
            "gap_cv": sd / pace,
            "overdue_ratio": per.min() / pace,
            "trend_90d": (recent - before) / (recent + before).replace(0, np.nan),
            "longest_silence_days": _each(
                # the day of analysis ends the last silence
                shop.bought,
                "age",
                lambda ages: np.diff(np.sort([0, *ages])).max(),
            ),
            "active_months": months.groupby(shop.bought[CUSTOMER]).nunique(),
        }
    )


def _paid(shop: Shop) -> pd.DataFrame:
    return shop.lines[shop.lines["amount"] > 0]


def _spend(shop: Shop, column: str) -> pd.Series:
    """Return what each customer spent on each value of a column."""
    return _paid(shop).groupby([CUSTOMER, column])["amount"].sum().astype(float)


def _basket(shop: Shop) -> pd.DataFrame:
    out = {"lines_per_order": shop.bought.groupby(CUSTOMER)["n_lines"].mean()}
    if "quantity" in shop.lines:
        units = shop.bought.groupby(CUSTOMER)["quantity"].mean()
        out["units_per_order"] = units / UNIT
    if "product_id" in shop.lines:
        paid = _paid(shop).dropna(subset=["product_id"])
        days = (
            paid.assign(day=paid["timestamp"].dt.date)
            .groupby([CUSTOMER, "product_id"])["day"]
            .nunique()
        )
        out["distinct_products"] = days.groupby(level=0).size()
        out["repeat_product_share"] = (days >= 2).groupby(level=0).mean()
    if "category" in shop.lines:
        spend = _spend(shop, "category").groupby(level=0)
        out["distinct_categories"] = spend.size()
        out["top_category_share"] = spend.max() / spend.sum()
        out["category_entropy"] = spend.agg(entropy)
    return pd.DataFrame(out)


def _price(shop: Shop) -> pd.DataFrame:
    out = {}
    by = shop.bought.groupby(CUSTOMER)
    if "discount" in shop.lines:
        off = by["discount"].sum()
        out["discount_share"] = _share(off, by["amount"].sum() + off)
        discounted = shop.bought["discount"].fillna(0) > 0
        out["discounted_order_share"] = discounted.groupby(shop.bought[CUSTOMER]).mean()
    if {"quantity", "category"} <= set(shop.lines):
        out["price_level"] = _price_level(shop)
    return pd.DataFrame(out, index=shop.customers)


def _price_level(shop: Shop) -> pd.Series:
    paid = _paid(shop).dropna(subset=["category", "quantity"])
    paid = paid[paid["quantity"] > 0]
    paid = paid.astype({"amount": float, "quantity": float})
    price = paid["amount"] / paid["quantity"]
    usual = price.groupby(paid["category"]).transform("median")
    by = paid.assign(expected=usual * paid["quantity"]).groupby(CUSTOMER)
    return by["amount"].sum() / by["expected"].sum()


def _returns(shop: Shop) -> pd.DataFrame:
    returns = shop.orders[shop.orders["amount"] < 0].groupby(CUSTOMER)
    by = shop.bought.groupby(CUSTOMER)
    back = returns.size().reindex(shop.customers, fill_value=0)
    return pd.DataFrame(
        {
            "return_share": _share(-returns["amount"].sum(), by["amount"].sum()),
            "returned_order_share": back / (back + by.size()),
        }
    )


def _timing(shop: Shop) -> pd.DataFrame:
    at, customer = shop.bought["ordered_at"], shop.bought[CUSTOMER]
    weekdays = pd.crosstab(customer, at.dt.isocalendar().day)
    quarters = pd.crosstab(customer, at.dt.quarter)
    part = pd.cut(at.dt.hour, [0, 6, 12, 18, 24], right=False, labels=False).rename(
        "part"
    )
    parts = pd.crosstab(customer, part).reindex(columns=range(4), fill_value=0)
    weekend = at.dt.day_name().isin(["Saturday", "Sunday"])
    out = {
        "weekend_share": weekend.groupby(customer).mean(),
        "weekday_entropy": weekdays.apply(entropy, axis=1),
        "month_entropy": pd.crosstab(customer, at.dt.month).apply(entropy, axis=1),
        "peak_quarter_share": quarters.max(axis=1) / quarters.sum(axis=1),
        "season_share": _season_share(at, customer),
        # idxmax takes the first of the largest
        "preferred_weekday": weekdays.idxmax(axis=1),
    }
    if (shop.lines["timestamp"] != shop.lines["timestamp"].dt.normalize()).any():
        for number, name in enumerate(DAYPARTS):
            out[f"{name}_share"] = parts[number] / parts.sum(axis=1)
        out["preferred_daypart"] = parts.idxmax(axis=1) + 1
    return pd.DataFrame(out)


def _season_share(at: pd.Series, customer: pd.Series) -> pd.Series:
    months = pd.crosstab(customer, at.dt.month).reindex(
        columns=range(1, 13), fill_value=0
    )
    around = pd.concat([months, months[[1, 2]]], axis=1).to_numpy()
    seasons = np.lib.stride_tricks.sliding_window_view(around, 3, axis=1).sum(axis=2)
    count = (at.dt.year * 12 + at.dt.month).groupby(customer)
    share = pd.Series(seasons.max(axis=1), index=months.index) / months.sum(axis=1)
    return share.where(count.max() - count.min() >= 10)


def _channel(shop: Shop) -> pd.DataFrame:
    if "channel" not in shop.lines:
        return pd.DataFrame(index=shop.customers)
    spend = _spend(shop, "channel").groupby(level=0)
    return pd.DataFrame(
        {
            "distinct_channels": spend.size(),
            "top_channel_share": spend.max() / spend.sum(),
        }
    )


def _journey(shop: Shop) -> pd.DataFrame:
    def stage(ages: np.ndarray) -> int:
        recency, tenure = ages.min(), ages.max()
        if tenure <= 90:
            return 1
        pace = 60.0 if recency == tenure else max(_mean_gap(ages), 20.0)
        late = recency / pace
        return 2 if late <= 1.5 else 3 if late <= 3 else 4

    return _each(shop.bought, "age", stage).rename("journey_stage").to_frame()


def _kind(event_type: str) -> str:
    words = set(re.split(r"[-_ .:/]", event_type.lower()))
    return next(
        (kind for kind, known in KINDS.items() if words & set(known.split())), "other"
    )


def _engagement(shop: Shop, events: pd.DataFrame) -> pd.DataFrame:
    events = events[events["timestamp"] < shop.end]
    events = events[events[CUSTOMER].isin(shop.customers)]
    kind = events["event_type"].map(_kind).astype(object)
    counts = (
        pd.crosstab(events[CUSTOMER], kind)
        .reindex(shop.customers)
        .reindex(columns=[*KINDS, "other"])
        .fillna(0)
    )
    day = events.loc[kind != "sent", "timestamp"].dt.normalize()
    last = day.groupby(events[CUSTOMER]).max()
    stage = pd.Series(1, shop.customers)
    reached = ["sent"], ["open"], ["click", "visit"], ["start"]
    for number, kinds in enumerate(reached, start=2):
        stage[counts[kinds].sum(axis=1) > 0] = number
    return pd.DataFrame(
        {
            "event_count": counts.drop(columns="sent").sum(axis=1),
            "days_since_last_event": (shop.end - last).dt.days,
            "visit_count": counts["visit"],
            "open_count": counts["open"],
            "click_count": counts["click"],
            "open_rate": _share(counts["open"], counts["sent"]),
            "click_rate": _share(counts["click"], counts["open"]),
            "funnel_stage": stage,
        }
    )


def _responses(shop: Shop, responses: pd.DataFrame) -> pd.DataFrame:
    share = responses.groupby(CUSTOMER)["converted"].mean()
    return share.rename("campaign_response_share").to_frame()

"""Engagement: what a customer does besides buying, and how far that led."""

from __future__ import annotations

from autoseg.features.feature import Feature, MissingRule, feature_block

__all__ = ["ENGAGEMENT"]

_OWN = "kind <> 'sent'"


def _count(kind: str) -> str:
    """Return the number of events of a kind; 0 where there are no events."""
    return f"SUM(CASE WHEN kind = '{kind}' THEN n_events ELSE 0 END)"


_SPAN = "(MAX(age) - MIN(age))"


def _within(times: int, floor: int, ceiling: int) -> str:
    """Return whether the last purchase is at most half of `times` the pace ago.

    A pace of less than 20 days is not told from one: who shops daily is not lost after
    a fortnight. Who has no pace is given 60 days. All in whole numbers.
    """
    late = f"2 * MIN(age) * (COUNT(age) - 1) <= {times} * {_SPAN}"
    return (
        f"(MIN(age) <= {floor} OR ({_SPAN} > 0 AND {late})"
        f" OR ({_SPAN} = 0 AND MIN(age) <= {ceiling}))"
    )


ENGAGEMENT = feature_block(
    Feature(
        name="event_count",
        block="engagement",
        unit="count",
        meaning="Number of events, without the messages that the business sent.",
        sql=f"CAST(SUM(CASE WHEN {_OWN} THEN n_events ELSE 0 END) AS DOUBLE)",
        source="events",
        needs=frozenset({"events"}),
    ),
    Feature(
        name="days_since_last_event",
        block="engagement",
        unit="days",
        meaning=(
            "Days from the day of the last event, messages sent not counted, to the day"
            " of analysis."
        ),
        sql=f"CAST(MIN(CASE WHEN {_OWN} THEN age END) AS DOUBLE)",
        source="events",
        missing=MissingRule.TENURE,
        needs=frozenset({"events"}),
    ),
    *(
        Feature(
            name=f"{kind}_count",
            block="engagement",
            unit="count",
            meaning=f"Number of {what}, by the words of the events' types.",
            sql=f"CAST({_count(kind)} AS DOUBLE)",
            source="events",
            needs=frozenset({"events"}),
        )
        for kind, what in (
            ("visit", "visits"),
            ("open", "messages opened"),
            ("click", "clicks"),
        )
    ),
    Feature(
        name="open_rate",
        block="engagement",
        unit="ratio",
        meaning="Number of opens by number of messages sent.",
        sql=(
            f"CAST({_count('open')} AS DOUBLE)"
            f" / NULLIF(CAST({_count('sent')} AS DOUBLE), 0)"
        ),
        source="events",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"events"}),
    ),
    Feature(
        name="click_rate",
        block="engagement",
        unit="ratio",
        meaning="Number of clicks by number of opens.",
        sql=(
            f"CAST({_count('click')} AS DOUBLE)"
            f" / NULLIF(CAST({_count('open')} AS DOUBLE), 0)"
        ),
        source="events",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"events"}),
    ),
    Feature(
        name="funnel_stage",
        block="engagement",
        unit="stage",
        meaning=(
            "The furthest that the events went: 1 none of these, 2 a message sent, 3 an"
            " open, 4 a click or a visit, 5 an order begun (something put into a cart,"
            " or a checkout)."
        ),
        sql=(
            "CAST(MAX(CASE WHEN kind = 'start' THEN 5 WHEN kind = 'click' THEN 4"
            " WHEN kind = 'visit' THEN 4 WHEN kind = 'open' THEN 3"
            " WHEN kind = 'sent' THEN 2 ELSE 1 END) AS DOUBLE)"
        ),
        source="events",
        needs=frozenset({"events"}),
    ),
    Feature(
        name="campaign_response_share",
        block="engagement",
        unit="share",
        meaning="Share of the campaigns the customer was in that led to a response.",
        sql=(
            "CAST(SUM(n_converted) AS DOUBLE) / NULLIF(CAST(SUM(n_known) AS DOUBLE), 0)"
        ),
        source="responses",
        missing=MissingRule.MEDIAN,
        needs=frozenset({"responses"}),
    ),
    Feature(
        name="journey_stage",
        block="engagement",
        unit="stage",
        meaning=(
            "1 new: the first purchase is at most 90 days ago; else, by the pace, which"
            " is the customer's own mean number of days between purchases, at least 20,"
            " and 60 where all purchases are of one day: 2 active: the last purchase is"
            " at most 1.5 times the pace ago; 3 slowing: at most 3 times; 4 lapsed."
        ),
        sql=(
            f"CAST(CASE WHEN MAX(age) <= 90 THEN 1 WHEN {_within(3, 30, 90)} THEN 2"
            f" WHEN {_within(6, 60, 180)} THEN 3 ELSE 4 END AS DOUBLE)"
        ),
    ),
)

"""Names: how they are compared, and that no alias is claimed twice."""

from __future__ import annotations

from collections import Counter

import pytest

from autoseg.tables import ROLES
from autoseg.tables.canonical import fold
from autoseg.tables.findings import Findings
from autoseg.tables.mapping import map_columns
from autoseg.tables.roles import ORDER_TOTALS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CustomerID", "customer_id"),
        ("Customer Id", "customer-id"),
        ("BELØP", "belop"),
        ("försäljning", "Forsaljning"),
        ("omsætning", "omsaetning"),
        ("á-pris", "apris"),
        ("\ufeffdato", "Dato"),
    ],
)
def test_what_makes_no_difference_is_folded_away(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize("role", ROLES)
def test_no_name_belongs_to_two_columns_of_a_table(role):
    names = [
        folded
        for column in ROLES[role]
        for folded in {fold(name) for name in (column.name, *column.aliases)}
    ]
    twice = {name for name, count in Counter(names).items() if count > 1}
    assert twice == set()


def test_the_tables_have_the_columns_they_need():
    needed = {
        role: [column.name for column in columns if column.required]
        for role, columns in ROLES.items()
    }
    assert needed == {
        "transactions": ["customer_id", "timestamp", "amount"],
        "customers": ["customer_id"],
        "events": ["customer_id", "timestamp", "event_type"],
        "responses": ["customer_id", "campaign_id", "converted"],
        "summaries": ["customer_id", "recency_days", "frequency", "monetary"],
    }


@pytest.mark.parametrize("role", ROLES)
def test_every_alias_alone_stands_for_its_column(role):
    needed = {column.name for column in ROLES[role] if column.required}
    for column in ROLES[role]:
        for rank in column.ranks:
            for alias in rank:
                name, _, beside = alias.partition("+")
                others = [one for one in sorted(needed) if one != column.name]
                header = [name, *others, *([beside] if beside else [])]
                findings = Findings()
                found = map_columns(role, header, {}, "a.csv", findings)
                assert findings.errors == []
                assert found[column.name] == 0


def test_a_name_that_counts_beside_another_only_does_not_count_alone():
    header = ["customer_id", "timestamp", "amount", "name"]
    assert "order_id" not in map_columns("transactions", header, {}, "a", Findings())


def test_the_names_of_totals_are_names_of_amounts():
    amount = next(c for c in ROLES["transactions"] if c.name == "amount")
    assert {fold(alias) for alias in amount.aliases} > ORDER_TOTALS

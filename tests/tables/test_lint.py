"""Columns that tell nothing, tell it twice, or give the answer away."""

from __future__ import annotations

import pandas as pd
import pytest

from autoseg.tables.fitness import check_fitness

N = 60


@pytest.fixture
def lint(run):
    """Return a function: attributes of 60 customers in, code and column out."""

    def lint(transactions=None, responses=None, **attributes) -> set[tuple[str, str]]:
        if transactions is None:
            transactions = orders()
        customers = None
        if attributes:
            customers = pd.DataFrame({"customer_id": ids(), **attributes})
        staged = run(transactions, customers=customers, responses=responses).staged
        return {
            (finding.code.removeprefix("ASG_W_"), finding.column)
            for finding in check_fitness(staged)
            if finding.column is not None
        }

    return lint


def ids() -> list[str]:
    return [f"k{i:02}" for i in range(N)]


def orders(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": ids() * 2,
            "order_id": [f"o{i}" for i in range(2 * N)],
            "timestamp": pd.Timestamp("2024-03-01 12:00"),
            "amount": [100.0 + 7 * (i % N) for i in range(2 * N)],
            **columns,
        }
    )


def numbers(*, step: int = 1) -> list[int]:
    return [(i * 37 * step) % 101 for i in range(N)]


def test_plain_attributes_are_fine(lint):
    assert (
        lint(
            city=["Oslo", "Bergen", "Bodø"] * 20,
            children=[20 + i % 41 for i in range(N)],
            income=[310_000.5 + 1234.25 * x for x in numbers()],
            born=[f"19{50 + i % 50}-0{1 + i % 9}-1{i % 10}" for i in range(N)],
            member=["yes", None] * 30,
        )
        == set()
    )


@pytest.mark.parametrize(
    "values",
    [
        [f"Name {i}" for i in range(N)],
        [f"{i}@example.no" for i in range(N)],
        [41_000_000 + 7919 * i for i in range(N)],
        [f"{i:08}" for i in range(N)],
    ],
)
def test_a_column_with_a_value_each_is_like_an_id(lint, values):
    assert lint(kontakt=values) == {("COLUMN_LIKE_ID", "kontakt")}


def test_whole_numbers_are_like_an_id_where_the_name_says_so(lint):
    different = list(range(3, 3 + 7 * N, 7))
    assert lint(konto_nr=different) == {("COLUMN_LIKE_ID", "konto_nr")}
    assert lint(points=different) == set()


def test_columns_without_a_word_to_say_are_named(lint):
    found = lint(fax=[None] * N, land=["NO"] * N)
    assert found == {("EMPTY_COLUMN", "fax"), ("CONSTANT_COLUMN", "land")}


@pytest.mark.parametrize(
    "name",
    [
        "segment", "segment nr", "Cluster", "churned", "churnProbability", "CLV",
        "LTV_12m", "customer lifetime value", "rfm_score", "predicted_spend",
        "Livstidsværdi",
    ],
)  # fmt: skip
def test_a_name_can_give_the_answer_away(lint, name):
    assert ("COLUMN_LEAKS", name) in lint(**{name: ["a", "b", "c"] * 20})


@pytest.mark.parametrize("name", ["segmental", "nocturnal", "city", "colour", "ltd"])
def test_other_names_give_nothing_away(lint, name):
    assert lint(**{name: ["a", "b", "c"] * 20}) == set()


def test_a_number_that_is_the_revenue_gives_the_answer_away(lint):
    total = [f"{2 * (100 + 7 * i)},00" for i in range(N)]
    assert lint(score=total) == {("COLUMN_LEAKS", "score")}


def test_an_attribute_that_says_who_answered_gives_the_answer_away(lint):
    answered = [i % 3 == 0 for i in range(N)]
    responses = pd.DataFrame(
        {"customer_id": ids(), "campaign_id": "c1", "converted": answered}
    )
    group = ["A" if yes else "B" for yes in answered]
    other = ["x" if i % 2 else "y" for i in range(N)]
    found = lint(responses=responses, group=group, other=other)
    assert found == {("COLUMN_LEAKS", "group")}


def test_columns_that_say_the_same_are_told_once(lint):
    town = ["Oslo", "Bergen", "Bodø"] * 20
    code = ["0301", "4601", "1804"] * 20
    assert lint(town=town, code=code) == {("REPEATED_COLUMN", "code")}


def test_numbers_in_another_unit_say_the_same(lint):
    price = numbers()
    found = lint(kroner=price, euro=[0.085 * x + 3 + 0.001 * (x % 3) for x in price])
    assert found == {("REPEATED_COLUMN", "euro")}


def test_columns_of_the_transactions_are_looked_at_too(lint):
    n = 2 * N
    found = lint(
        orders(
            category=[f"note {i}" for i in range(n)],
            Kanal=["web"] * n,
            discount=[None] * n,
            cost=[(100.0 + 7 * (i % N)) * 0.6 for i in range(n)],
        )
    )
    assert found == {
        ("COLUMN_LIKE_ID", "category"),
        ("CONSTANT_COLUMN", "Kanal"),
        ("EMPTY_COLUMN", "discount"),
        ("REPEATED_COLUMN", "cost"),
    }


def test_a_name_with_quotes_is_a_name(lint):
    name = 'x"; DROP TABLE orders; --'
    assert lint(**{name: [None] * N}) == {("EMPTY_COLUMN", name)}

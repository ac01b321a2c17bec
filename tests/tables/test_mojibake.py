"""Garbled letters are told where they are, and never where they are only foreign."""

from __future__ import annotations

import pandas as pd
import pytest

CITIES = ["Tromsø", "Åre", "Ærø", "Växjö", "Malmö", "Kärna", "Orléans", "Bør’s", "5 °C"]


def garbled(text):
    return text.encode().decode("cp1252", errors="ignore")


def of_mojibake(result):
    return [w.finding for w in result.warned if w.finding.code == "ASG_W_MOJIBAKE"]


def test_utf8_that_was_read_as_windows_1252_is_told_with_its_count(run, orders):
    texts = [garbled(city) for city in CITIES[:6]]
    (told,) = of_mojibake(run(orders.assign(category=texts)))
    assert told.found.startswith("letters look garbled in 6 values of 'category'")
    assert (told.column, told.n_rows) == ("category", 6)


@pytest.mark.parametrize("city", [c for c in CITIES if garbled(c) != c])
def test_every_nordic_letter_is_known_when_garbled(run, orders, city):
    assert of_mojibake(run(orders.assign(category=garbled(city))))


def test_a_few_such_values_are_no_reason(run, orders):
    texts = [garbled(CITIES[0])] * 3 + ["Oslo"] * 3
    assert of_mojibake(run(orders.assign(category=texts))) == []


def test_letters_of_any_language_are_not_garbled(run, orders):
    texts = ["SÃO PAULO", "Âge", "château", "Tromsø", "Ålesund", "IRMÃ"]
    assert of_mojibake(run(orders.assign(category=texts, channel="Malmö €"))) == []


def test_a_garbled_name_of_a_column_is_told(run, orders):
    renamed = orders.rename(columns={"amount": garbled("beløp")})
    (told,) = of_mojibake(run(renamed, columns={"amount": garbled("beløp")}))
    assert "the column name 'belÃ¸p'" in told.found


def test_attributes_of_customers_are_looked_at_too(run, orders):
    customers = pd.DataFrame({"customer_id": list("abcde"), "sted": garbled("Tromsø")})
    (told,) = of_mojibake(run(orders, customers=customers))
    assert (told.source, told.column, told.n_rows) == ("customers", "sted", 5)


def test_a_file_that_we_read_as_windows_1252_ourselves_is_not_told_twice(run, csv):
    rows = "".join(f"{i},2024-01-0{i},5,TromsÃ¸ æ\n" for i in range(1, 7))
    path = csv(("kunde,dato,beløp,kategori\n" + rows).encode("cp1252"))
    result = run(path)
    assert "ASG_W_ENCODING" in result.codes
    assert of_mojibake(result) == []
    assert of_mojibake(run(csv("kunde,dato,beløp,kategori\n" + rows, "utf8.csv")))

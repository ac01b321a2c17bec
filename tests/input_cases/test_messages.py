"""Messages as users read them, whole; write them anew with AUTOSEG_WRITE_GOLDEN=1."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).with_name("golden.txt")


def spoiled(lines, **cells):
    """Return the lines with one column of all rows changed by a function."""
    names = lines[0].split(",")
    rows = [line.split(",") for line in lines[1:]]
    for name, change in cells.items():
        at = names.index(name)
        for number, row in enumerate(rows):
            row[at] = change(number, row[at])
    return [lines[0], *(",".join(row) for row in rows)]


def cases(lines):
    """Yield what is wrong, and the file that has it."""
    decimal_comma = [line.replace(".50", ",50") for line in lines]
    yield "decimal commas without quotes", "\n".join(decimal_comma)
    yield "ragged rows", "\n".join([*lines, "K1,2", "K1,3,2024-01-01,1,2"])
    yield "an open quote", "\n".join(lines).replace("K0007", '"K0007', 1)
    yield "Windows letters", "\n".join(lines).replace("K0007", "Bjørn").encode("cp1252")
    yield "UTF-16 without mark", "\n".join(lines).encode("utf-16-le")
    yield "a column missing", "\n".join(lines).replace("amount", "amuont", 1)
    slashes = spoiled(lines, order_date=lambda i, _: f"0{1 + i % 9}/0{1 + i % 7}/2024")
    yield "day or month first", "\n".join(slashes)
    mixed = spoiled(lines, order_date=lambda i, d: d if i % 3 else "31.01.2024")
    yield "two formats of dates", "\n".join(mixed)
    thousands = spoiled(lines, amount=lambda i, _: f"{1 + i % 8}.250")
    yield "thousands or decimals", "\n".join(thousands)
    guest = spoiled(lines, customer_id=lambda i, k: k if i % 4 else "gjest")
    yield "a guest account", "\n".join(guest)
    mails = spoiled(lines, customer_id=lambda _, k: f"{k}@example.no")
    yield "e-mail addresses as ids", "\n".join(mails)
    returned = spoiled(lines, amount=lambda i, a: a if i % 9 else f"-{a}")
    yield "returns", "\n".join(returned)
    blank = spoiled(lines, customer_id=lambda i, k: k if i % 50 else "")
    yield "rows of no customer", "\n".join(blank)
    total = sum(float(line.rpartition(",")[2]) for line in lines[1:])
    yield "a row with the total", "\n".join([*lines, f"I alt,,,{total}"])
    yield "days far in the future", "\n".join([*lines, "K0001,x,2087-01-01,1.00"])


def test_messages_read_as_they_are_written_down(bring, shop, csv):
    parts = []
    for name, content in cases(shop()):
        outcome = bring(csv(content))
        parts.append("\n".join([f"# {name}", *map(str, outcome.findings)]))
    text = "\n\n".join(parts) + "\n"
    if os.environ.get("AUTOSEG_WRITE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")

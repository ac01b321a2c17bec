"""Whatever is done to a real CSV, it comes in accounted for, or with a message."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

FUZZ = settings.get_profile("fuzz")
NASTY = (
    "",
    " ",
    "\u00a0",
    "NA",
    "null",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE transactions; --",
    '"',
    '""',
    "a\nb",
    "a\r\nb",
    ",;\t|",
    "\0",
    "\ufeff",
    "\u202e",
    "😀",
    "1e400",
    "-",
    "1.250,50 kr",
    "1,250.50",
    "(5)",
    "2024-02-31",
    "31.12.2023",
    "02/03/2024",
    "2024-01-01T00:00:00+14:00",
    "0001-01-01",
    "9999-12-31",
    "1704412800",
    "45296",
    "20240105",
    "294247-01-10 04:00:54.775807",
    "99999999999999999999999999999999999999999",
    "x" * 300,
)
DATES = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y %H:%M", "%Y%m%d", "%Y-%m-%dT%H:%M:%SZ")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "cp437")
PIECES = (
    *(b'"', b"\0", b",", b";", b"\t", b"\n", b"\r", b"\n\n", b"\\", b"'", b'","'),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xf0", b"\x81", b"\x1a", b"#"),
    b"\x1f\x8b",
)


@st.composite
def changed(draw, table):
    """Draw a table with some of its cells, columns or rows changed."""
    rows = [row.copy() for row in table[: draw(st.integers(1, len(table)))]]
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=3)):
        change(draw, rows)
    return rows


def _cells(draw, rows):
    for _ in range(draw(st.integers(1, 5))):
        row = rows[draw(st.integers(0, len(rows) - 1))]
        row[draw(st.integers(0, len(row) - 1))] = draw(st.sampled_from(NASTY))


def _column(draw, rows):
    at = draw(st.integers(0, len(rows[0]) - 1))
    value = draw(st.sampled_from(NASTY))
    step = draw(st.integers(1, 4))
    for row in rows[1::step]:
        row[at] = value


def _columns(draw, rows):
    order = draw(st.permutations(range(len(rows[0]))))
    rows[:] = [[row[i] for i in order] for row in rows]


def _without(draw, rows):
    at = draw(st.integers(0, len(rows[0]) - 1))
    for row in rows:
        del row[at]


def _dates(draw, rows):
    form, step = draw(st.sampled_from(DATES)), draw(st.sampled_from([1, 1, 2, 50]))
    names = rows[0]
    at = names.index("timestamp") if "timestamp" in names else 0
    for row in rows[1::step]:
        try:
            row[at] = datetime.fromisoformat(row[at]).strftime(form)
        except ValueError:
            row[at] = ""


def _amounts(draw, rows):
    marks = st.sampled_from([(",", "."), (",", " "), (".", ","), (".", "")])
    decimal, group = draw(marks)
    at = rows[0].index("amount") if "amount" in rows[0] else 0
    for row in rows[1 :: draw(st.integers(1, 3))]:
        try:
            text = f"{float(row[at]) * 1000:,.2f}"
        except ValueError:
            continue
        row[at] = text.translate(str.maketrans({".": decimal, ",": group}))


def _again(draw, rows):
    repeated = rows[draw(st.integers(0, len(rows) - 1))]
    rows.insert(draw(st.integers(0, len(rows))), repeated.copy())


def _header(draw, rows):
    at = draw(st.integers(0, len(rows[0]) - 1))
    other = rows[0][draw(st.integers(0, len(rows[0]) - 1))]
    names = st.sampled_from([*NASTY, "Amount", "dato", "belop"])
    rows[0][at] = draw(names) if draw(st.booleans()) else other


def _blank(draw, rows):
    rows.insert(draw(st.integers(1, len(rows))), [""] * len(rows[0]))


CHANGES = (
    *(_cells, _column, _columns, _without, _dates, _amounts, _again, _header, _blank),
)


@st.composite
def written(draw, rows):
    """Draw the text of a CSV file and how many records it has, by the csv module."""
    target = io.StringIO(newline="")
    writer = csv.writer(
        target,
        delimiter=draw(st.sampled_from(",;\t|")),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n"])),
    )
    writer.writerows(rows)
    return target.getvalue()


@st.composite
def broken(draw, data):
    """Draw bytes that were cut, or that something was put into."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        to = at + draw(st.integers(0, 40))
        kind = draw(st.sampled_from(["cut", "put", "flip", "lose", "twice", "many"]))
        if kind == "cut":
            data = data[:at]
        elif kind == "put":
            data = data[:at] + draw(st.sampled_from(PIECES)) + data[at:]
        elif kind == "flip":
            data = data[:at] + bytes([draw(st.integers(0, 255))]) + data[at + 1 :]
        elif kind == "lose":
            data = data[:at] + data[to:]
        elif kind == "twice":
            data = data[:to] + data[at:to] + data[to:]
        else:
            piece = draw(st.sampled_from(PIECES))
            data = data.replace(b"\n", piece + b"\n", draw(st.integers(1, 9)))
    return data


@settings(FUZZ)
@given(data=st.data())
def test_a_table_with_any_words_in_it_loses_no_row(data, tables, survives, put):
    rows = data.draw(changed(data.draw(st.sampled_from(tables))))
    text = data.draw(written(rows))
    n_rows = survives(put(text.encode(), "orders.csv"))
    assert n_rows in {None, len(rows) - 1}


@settings(FUZZ)
@given(data=st.data())
def test_a_file_in_any_encoding_and_cut_anywhere_gets_a_message(
    data, tables, survives, put
):
    rows = data.draw(changed(data.draw(st.sampled_from(tables))))
    encoding = data.draw(st.sampled_from(ENCODINGS))
    content = data.draw(written(rows)).encode(encoding, "replace")
    if data.draw(st.booleans()):
        content = data.draw(broken(content))
    if data.draw(st.booleans()):
        content = gzip.compress(content, 1, mtime=0)
        if data.draw(st.booleans()):
            content = data.draw(broken(content))
    names = ["orders.csv", "orders.csv.gz", "orders.parquet", "orders.xlsx", "orders"]
    survives(put(content, data.draw(st.sampled_from(names))), header=False)


@settings(FUZZ)
@given(data=st.data())
def test_a_file_without_quotes_has_as_many_rows_as_lines(data, tables, survives, put):
    (header, *rows) = (",".join(row) for row in data.draw(st.sampled_from(tables)))
    text = "\n".join(rows).replace('"', "")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        piece = data.draw(st.sampled_from([",", ";", "\n", ",,,\n", "\n\n", "#", "x"]))
        text = text[:at] + piece + text[at:]
    text = text[: data.draw(st.integers(1, len(text)))]
    n_rows = survives(
        put(f"{header}\n{text}".encode(), "orders.csv"), max_bad_share=0.99
    )
    assert n_rows in {None, sum(line != "" for line in text.split("\n"))}

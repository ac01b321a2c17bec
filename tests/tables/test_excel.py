"""Spreadsheets: the right sheet, its header, and what its cells hold."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import openpyxl
import pytest

from autoseg.errors import InputError
from autoseg.tables.cells import as_text, column_of
from autoseg.tables.excelfile import _plain

HEADER = ["kundenr", "ordrenr", "ordredato", "beløp"]
ROWS = [
    ["007", 1, datetime(2024, 1, 1, 10, 30), 10.5],
    [12, 2, datetime(2024, 1, 2), 3],
]
STAGED = [
    ("007", "1", datetime(2024, 1, 1, 10, 30), Decimal("10.5")),
    ("12", "2", datetime(2024, 1, 2), Decimal(3)),
]
COLUMNS = "customer_id, order_id, timestamp, amount"


@pytest.fixture
def book(tmp_path):
    """Return a function that writes sheets and returns the path."""

    def write(name="orders.xlsx", hidden=(), **sheets):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for title, rows in sheets.items():
            sheet = workbook.create_sheet(title)
            for row in rows:
                sheet.append(row)
            if title in hidden:
                sheet.sheet_state = "hidden"
        path = tmp_path / name
        workbook.save(path)
        return path

    return write


def test_ids_times_and_amounts_are_read(run, book):
    result = run(book(Orders=[HEADER, *ROWS]))
    assert result.codes == []
    assert result.rows("transactions", COLUMNS) == STAGED


def test_titles_blank_rows_and_blank_columns_are_passed_over(run, book):
    rows = [[None, *row] for row in [HEADER, *ROWS]]
    path = book(Orders=[[], ["Report of 2024"], [], *rows, [], []])
    assert run(path).rows("transactions", COLUMNS) == STAGED


def test_rows_are_named_as_the_sheet_numbers_them(run, book):
    bad = ["7", 5, "yesterday", 1]
    path = book(Orders=[["Report"], [], HEADER, *ROWS, [], bad])
    found = r"ASG_E_UNREADABLE_TIMESTAMP: orders.xlsx, row 7: 1 of 3 rows"
    with pytest.raises(InputError, match=found):
        run(path)


def test_a_column_of_whole_numbers_has_no_decimals(run, book):
    rows = [[7.0, 1.0, date(2024, 1, 1), 1], [12.0, None, date(2024, 1, 1), 2]]
    result = run(book(Orders=[HEADER, *rows]))
    assert result.rows("transactions", "customer_id, amount") == [
        ("12", Decimal(2)),
        ("7", Decimal(1)),
    ]


def test_the_sheet_with_content_is_found_and_a_hidden_one_is_not_asked_for(run, book):
    path = book(hidden=["Lists"], Empty=[], Lists=[["a", "b"]], Orders=[HEADER, *ROWS])
    assert run(path).rows("transactions", COLUMNS) == STAGED


def test_of_several_sheets_one_has_to_be_named(run, book):
    path = book(Orders=[HEADER, *ROWS], Returns=[HEADER, *ROWS[:1]])
    found = r"ASG_E_SHEET: orders.xlsx: 2 sheets have content: 'Orders', 'Returns'"
    with pytest.raises(InputError, match=rf"{found}.*sheet='Orders' \(--sheet"):
        run(path)
    assert run(path, sheet="Returns").rows("transactions", COLUMNS) == STAGED[:1]


def test_a_sheet_that_is_not_there_suggests_one(run, book):
    path = book(Orders=[HEADER, *ROWS])
    found = r"ASG_E_SHEET: .*no sheet 'Order'; the sheets are 'Orders'.*did you mean"
    with pytest.raises(InputError, match=found):
        run(path, sheet="Order")
    with pytest.raises(InputError, match=r"ASG_E_SHEET: .*use one of them"):
        run(path, sheet="2024")


def test_cells_with_an_error_are_missing_and_counted(run, book):
    rows = [[str(n), n, date(2024, 1, 1), 1] for n in range(300)]
    rows += [["7", 301, date(2024, 1, 1), "#N/A"], ["7", 302, "#REF!", 5]]
    result = run(book(Orders=[HEADER, *rows]))
    (found,) = [w for w in result.warned if w.finding.code == "ASG_W_FORMULA_ERRORS"]
    assert "2 cells hold an error of a formula" in str(found)
    assert dict(result.staged.log.dropped_rows) == {
        "unreadable_amount": 1,
        "unreadable_timestamp": 1,
    }


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        ([], "ASG_E_EMPTY_FILE: orders.xlsx: every sheet is empty"),
        ([["alone"]], "ASG_E_NO_HEADER: .*no row of the sheet 'Orders' has text in"),
        ([HEADER], "ASG_E_NO_ROWS"),
        ([["a", "A"]], "ASG_E_DUPLICATE_COLUMN"),
    ],
)
def test_what_is_no_table_is_an_error(run, book, rows, match):
    with pytest.raises(InputError, match=match):
        run(book(Orders=rows))


def test_a_cut_or_changed_file_is_incomplete(run, book, csv):
    whole = book(Orders=[HEADER, *ROWS]).read_bytes()
    for content in (whole[:-200], whole[: len(whole) // 2], b"PK\x03\x04rest"):
        with pytest.raises(InputError, match=r"ASG_E_INCOMPLETE_FILE: cut.xlsx"):
            run(csv(content, "cut.xlsx"))


def test_changed_bytes_end_in_no_error_but_ours(run, book, csv):
    whole = book(Orders=[HEADER, *ROWS]).read_bytes()
    for place in range(40, len(whole) - 40, 97):
        content = whole[:place] + b"\xff\x00\x55" + whole[place + 3 :]
        try:
            run(csv(content, "changed.xlsx"))
        except InputError:
            continue


def test_a_protected_file_says_so(run, csv):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    content += "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
    with pytest.raises(InputError, match=r"ASG_E_PASSWORD: locked.xlsx: .*a password"):
        run(csv(content, "locked.xlsx"))


def test_an_excel_file_by_another_name_says_how_to_name_it(run, book):
    path = book(name="orders.csv.xlsx", Orders=[HEADER, *ROWS])
    path = path.rename(path.with_name("orders.csv"))
    with pytest.raises(InputError, match=r"ASG_E_EXCEL: .*rename it to 'orders.xlsx'"):
        run(path)


def test_a_zip_archive_is_no_excel_file(run, tmp_path):
    with zipfile.ZipFile(tmp_path / "orders.csv", "w") as archive:
        archive.writestr("orders.csv", "a,b\n1,2\n")
    with pytest.raises(InputError, match=r"ASG_E_PACKED: .*this is a zip archive"):
        run(tmp_path / "orders.csv")


def test_opendocument_sheets_are_read(run, tmp_path):
    cells = "".join(
        f"<table:table-row>{''.join(row)}</table:table-row>"
        for row in (
            [_text(name) for name in HEADER],
            [_text("007"), _number(1), _date("2024-01-01T10:30:00"), _number(10.5)],
            [_number(12), _number(2), _date("2024-01-02"), _number(3)],
        )
    )
    with zipfile.ZipFile(tmp_path / "orders.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", _ODS.format(cells=cells))
    result = run(tmp_path / "orders.ods")
    assert result.rows("transactions", COLUMNS) == STAGED


_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<manifest:manifest xmlns:manifest="{_OFFICE}:manifest:1.0"/>'
)
_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    f' xmlns:office="{_OFFICE}:office:1.0" xmlns:table="{_OFFICE}:table:1.0"'
    f' xmlns:text="{_OFFICE}:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="Orders">{cells}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)


def _text(text):
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def _number(number):
    return f'<table:table-cell office:value-type="float" office:value="{number}"/>'


def _date(moment):
    return (
        '<table:table-cell office:value-type="date"'
        f' office:date-value="{moment}"><text:p>x</text:p></table:table-cell>'
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, None], [1, 2, None]),
        ([1, 2.5], [1.0, 2.5]),
        ([1, Decimal("2.5")], [Decimal(1), Decimal("2.5")]),
        ([2**70], [str(2**70)]),
        ([True, None], [True, None]),
        ([True, 1], ["true", "1"]),
        ([7, "007", 1.5, 3.0], ["7", "007", "1.5", "3"]),
        (
            [date(2024, 1, 1), datetime(2024, 1, 2, 3)],
            [datetime(2024, 1, 1), datetime(2024, 1, 2, 3)],
        ),
        ([date(2024, 1, 1), "x"], ["2024-01-01", "x"]),
        ([datetime(2024, 1, 1), "x"], ["2024-01-01 00:00:00", "x"]),
        ([time(10, 30), "x"], ["10:30:00", "x"]),
        ([timedelta(hours=30), 1], ["1 day, 6:00:00", "1"]),
        ([None, None], [None, None]),
    ],
)
def test_values_of_several_kinds_become_one_kind(values, expected):
    assert column_of(values).to_pylist() == expected


def test_whole_floats_beyond_exactness_stay_floats():
    assert _plain(12345678901234567.0) == 12345678901234567.0
    assert isinstance(_plain(12345678901234567.0), float)
    assert as_text(_plain(8.0)) == "8"

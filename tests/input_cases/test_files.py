"""B01 to B19: files that are broken, cut, odd, or something else."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest


@pytest.fixture
def clean(bring, shop, csv):
    """Return what the clean shop comes to."""
    outcome = bring(csv(shop(), "clean.csv"))
    assert not outcome.refused
    return outcome.rows("*")


def test_b01_an_empty_file_is_told(bring, csv):
    found = bring(csv(b"")).the("ASG_E_EMPTY_FILE")
    assert (found.source, found.found) == ("orders.csv", "the file is empty")
    assert "export it again" in found.fix


def test_b02_a_header_without_rows_is_told(bring, shop, csv):
    found = bring(csv(shop()[:1])).the("ASG_E_NO_ROWS")
    assert (found.source, found.fix) == ("orders.csv", "export it again")
    assert "0 data rows" in found.found


def test_b02_a_frame_without_rows_is_told(bring, frame):
    found = bring(frame().iloc[:0]).the("ASG_E_NO_ROWS")
    assert found.source == "transactions"
    assert "0 data rows" in found.found


def test_b03_a_byte_order_mark_is_no_part_of_the_first_name(bring, shop, csv, clean):
    outcome = bring(csv(b"\xef\xbb\xbf" + "\n".join(shop()).encode()))
    assert outcome.rows("*") == clean
    assert outcome.staged.mapping[0].source == "customer_id"


def test_b03_a_byte_order_mark_in_the_name_of_a_frames_column_is_taken_off(
    bring, frame, clean
):
    outcome = bring(frame().rename(columns={"customer_id": "\ufeffcustomer_id"}))
    assert outcome.rows("*") == clean
    assert outcome.staged.mapping[0].source == "customer_id"


def test_b04_utf_16_is_known_by_its_mark(bring, shop, csv, clean):
    assert bring(csv("\n".join(shop()).encode("utf-16"))).rows("*") == clean


def test_b04_utf_16_without_mark_asks_for_the_encoding(bring, shop, csv, clean):
    path = csv("\n".join(shop()).encode("utf-16-le"))
    found = bring(path).the("ASG_E_ENCODING")
    assert found.source == "orders.csv"
    assert "encoding='utf-16-le' (--encoding 'utf-16-le')" in found.fix
    assert bring(path, encoding="utf-16-le").rows("*") == clean


def test_b05_letters_that_are_not_utf8_are_read_as_windows_1252(bring, shop, csv):
    lines = shop()
    lines[4] = "Tromsø,5,2023-02-01,10.00"
    outcome = bring(csv("\n".join(lines).encode("latin-1")))
    found = outcome.the("ASG_W_ENCODING")
    assert found.source == "orders.csv"
    assert "1 letter" in found.found
    assert "Windows-1252" in found.found
    assert "UTF-8" in found.fix
    assert "Tromsø" in outcome.values("customer_id")


def test_b06_letters_that_were_read_wrongly_before_are_told(bring, shop, csv):
    lines = [line + ",Oslo" for line in shop()]
    lines[0] = lines[0].replace("Oslo", "category")
    for number in (3, 5, 8, 13):
        lines[number - 1] = lines[number - 1].replace("Oslo", "TromsÃ¸")
    outcome = bring(csv(lines))
    found = outcome.the("ASG_W_MOJIBAKE")
    assert (found.source, found.column) == ("orders.csv", "category")
    assert found.n_rows == 4
    assert "UTF-8" in found.fix
    lines[12] = lines[12].replace("TromsÃ¸", "Oslo")
    assert "ASG_W_MOJIBAKE" not in bring(csv(lines)).codes


@pytest.mark.parametrize("left", [0.3, 0.9, 0.999])
def test_b07_a_gzip_that_was_cut_is_told(bring, shop, csv, left):
    whole = gzip.compress("\n".join(shop()).encode(), mtime=0)
    path = csv(whole[: int(len(whole) * left)], "orders.csv.gz")
    found = bring(path).the("ASG_E_INCOMPLETE_FILE")
    assert found.source == "orders.csv.gz"
    assert "incomplete" in found.found
    assert "download it again" in found.fix


@pytest.mark.parametrize("left", [0.3, 0.9, 0.999])
def test_b08_a_parquet_file_that_was_cut_is_told(bring, frame, csv, left):
    whole = frame().to_parquet()
    path = csv(whole[: int(len(whole) * left)], "orders.parquet")
    found = bring(path).the("ASG_E_INCOMPLETE_FILE")
    assert found.source == "orders.parquet"
    assert "incomplete" in found.found
    assert "download it again" in found.fix


def test_b09_a_workbook_under_the_name_of_a_csv_is_told(bring, shop, csv, workbook):
    found = bring(csv(workbook(shop()))).the("ASG_E_EXCEL")
    assert found.source == "orders.csv"
    assert "Excel" in found.found
    assert ".xlsx" in found.fix
    assert "save it as CSV" in found.fix


def test_b09_a_workbook_under_its_own_name_is_read(bring, shop, csv, workbook, clean):
    assert bring(csv(workbook(shop()), "orders.xlsx")).rows("*") == clean


def test_b10_the_saved_page_of_a_failed_download_is_told(bring, csv):
    page = "<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>"
    found = bring(csv(page)).the("ASG_E_HTML")
    assert found.source == "orders.csv"
    assert "web page" in found.found
    assert "download it again" in found.fix


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_b11_the_delimiter_is_found(bring, shop, csv, clean, delimiter):
    lines = [line.replace(",", delimiter) for line in shop()]
    assert bring(csv(lines)).rows("*") == clean


def test_b11_a_single_column_is_told(bring, shop, csv):
    found = bring(csv([line.replace(",", ":") for line in shop()]))
    found = found.the("ASG_E_ONE_COLUMN")
    assert "'customer_id:order_id:order_date:amount'" in found.found
    assert "semicolon" in found.fix


def test_b12_decimal_commas_without_quotes_do_not_move_the_columns(bring, shop, csv):
    lines = shop()
    lines[1:] = [line.replace(".50", ",50") for line in lines[1:]]
    found = bring(csv(lines)).the("ASG_E_UNREADABLE_LINE")
    assert (found.source, found.rows) == ("orders.csv", (2, 3, 4, 5, 6))
    assert found.n_rows == 300
    assert found.found == "300 of 300 rows have more cells than the header"
    assert found.fix


def test_b13_a_few_ragged_rows_are_left_out_with_their_line_numbers(bring, shop, csv):
    lines = shop()
    lines[9] += ",9"
    lines[19] = "K0001,20"
    outcome = bring(csv(lines))
    found = outcome.the("ASG_W_UNREADABLE_LINE")
    assert (found.source, found.rows, found.n_rows) == ("orders.csv", (10, 20), 2)
    assert found.found.startswith("2 of 300 rows have")
    assert found.found.endswith("so they are not used")
    assert outcome.dropped == {"unreadable_line": 2}
    assert outcome.log.rows_used == 298


def test_b13_many_ragged_rows_stop(bring, shop, csv):
    lines = shop()
    for number in range(10, 14):
        lines[number - 1] += ",9"
    found = bring(csv(lines)).the("ASG_E_UNREADABLE_LINE")
    assert (found.rows, found.n_rows) == ((10, 11, 12, 13), 4)
    assert not bring(csv(lines), max_bad_share=0.02).refused


def test_b14_a_quote_that_is_never_closed_is_told_where_it_opens(bring, shop, csv):
    lines = shop()
    lines[122] = lines[122].replace("K", '"K', 1)
    found = bring(csv(lines)).the("ASG_E_OPEN_QUOTE")
    assert (found.source, found.rows, found.n_rows) == ("orders.csv", (123,), 1)
    assert "never closed" in found.found
    assert "close it" in found.fix


def test_b15_nul_bytes_are_taken_out_and_counted(bring, shop, csv, clean):
    lines = shop()
    lines[5] = lines[5].replace("K", "K\0")
    lines[8] = "\0" + lines[8]
    outcome = bring(csv(lines))
    found = outcome.the("ASG_W_NUL")
    assert found.source == "orders.csv"
    assert found.found.startswith("2 NUL")
    assert outcome.rows("*") == clean


def test_b16_a_cell_of_five_megabytes_is_read(bring, shop, csv, clean):
    lines = [line + ",x" for line in shop()]
    lines[0] = lines[0].replace(",x", ",note")
    lines[7] += "y" * 5_000_000
    assert bring(csv(lines)).rows("*") == clean
    # and the line of a later row is found beyond it
    lines[20] = lines[20].replace(",2023", ",soon 2023")
    outcome = bring(csv(lines))
    assert outcome.the("ASG_W_UNREADABLE_TIMESTAMP").rows == (21,)


def test_b16_an_id_longer_than_256_letters_is_told(bring, shop, csv):
    lines = shop()
    lines[30] = lines[30].replace("K", "K" * 300, 1)
    found = bring(csv(lines)).the("ASG_E_ID_LENGTH")
    assert (found.source, found.column) == ("orders.csv", "customer_id")
    assert (found.rows, found.n_rows) == ((31,), 1)
    assert "256" in found.found
    assert found.fix
    assert "KKKK" not in str(found)
    lines[30] = shop()[30].replace("K", "K" * 252, 1)
    assert not bring(csv(lines)).refused


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_b17_lines_may_end_as_they_do_on_any_system(bring, shop, csv, clean, end):
    assert bring(csv(end.join(shop()) + end)).rows("*") == clean


@pytest.mark.parametrize("word", ["Total", "SUM", "I alt", "Totalt", "Summa", ""])
def test_b18_a_last_row_with_the_total_is_left_out(bring, shop, csv, clean, word):
    lines = shop()
    total = sum(float(line.rpartition(",")[2]) for line in lines[1:])
    outcome = bring(csv([*lines, f"{word},,,{total}"]))
    found = outcome.the("ASG_W_TOTALS_ROW")
    assert (found.source, found.rows, found.n_rows) == ("orders.csv", (302,), 1)
    assert outcome.dropped == {"totals_row": 1}
    assert outcome.log.dropped_revenue["totals_row"] == pytest.approx(total)
    assert outcome.rows("*") == clean


def test_b18_a_last_row_that_is_no_sum_is_no_total(bring, shop, csv):
    outcome = bring(csv([*shop(), "Total,302,2024-01-01,17"]))
    assert "ASG_W_TOTALS_ROW" not in outcome.codes
    assert outcome.log.rows_used == 301


def test_b19_a_missing_file_suggests_names_that_are_near(bring, shop, csv):
    path = csv(shop(), "orders_2024.csv").with_name("order_2024.csv")
    found = bring(path).the("ASG_E_MISSING_FILE")
    assert found.source == str(path)
    assert "did you mean 'orders_2024.csv'" in found.fix


def test_b19_a_folder_and_a_file_that_may_not_be_read_are_told(
    bring, shop, csv, monkeypatch
):
    path = csv(shop())
    found = bring(path.parent).the("ASG_E_DIRECTORY")
    assert "this is a folder" in found.found
    assert "*.csv" in found.fix

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    # the tests may run as root, whom no mode of a file keeps out
    monkeypatch.setattr(type(path), "open", refuse)
    found = bring(path).the("ASG_E_UNREADABLE_FILE")
    assert "Permission denied" in found.found
    assert "who may read it" in found.fix


def test_b09_a_stray_cell_far_from_the_table_does_not_fill_the_memory(
    bring, shop, csv, workbook
):
    data = workbook(shop(3))
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    stray = (
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    )
    parts[sheet] = parts[sheet].replace(b"</sheetData>", stray + b"</sheetData>")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    found = bring(csv(target.getvalue(), "orders.xlsx")).the("ASG_E_STRAY_CELL")
    assert found.source == "orders.xlsx"
    assert found.found == "cell XFD1048576 lies far outside of all others"
    assert "delete what is far below" in found.fix

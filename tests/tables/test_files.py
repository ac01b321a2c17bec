"""Files: found, known by their content, and read line by line without loss."""

from __future__ import annotations

import gzip
import os

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoseg.errors import InputError
from autoseg.tables.layout import sniff_delimiter

GOOD = (
    "customer_id,order_id,timestamp,amount\n007,1,2024-01-01,10.5\n12,2,2024-01-02,3\n"
)
HEADER = GOOD.splitlines()[0]
IDS = [("007",), ("12",)]


def ids(result):
    return result.rows("transactions", "customer_id")


def test_a_csv_keeps_leading_zeros(run, csv):
    assert ids(run(csv(GOOD))) == IDS


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (gzip.compress(GOOD.encode(), mtime=0), "orders.csv.gz"),
        (gzip.compress(GOOD.encode(), mtime=0), "orders.csv"),
        (b"\xef\xbb\xbf" + GOOD.encode(), "bom.csv"),
        (GOOD.encode("utf-16"), "utf16.csv"),
        (gzip.compress(GOOD.encode("utf-16"), mtime=0), "utf16.csv.gz"),
        (GOOD.replace("\n", "\r\n").encode(), "windows.csv"),
        (GOOD.replace("\n", "\r").encode(), "old.csv"),
        (GOOD.replace(",", ";").encode(), "semicolon.csv"),
        (GOOD.replace(",", "\t").encode(), "tab.txt"),
        (GOOD.replace(",", "|").encode(), "bar.csv"),
        (GOOD.encode(), "orders[1] 'of' *.csv"),
    ],
)
def test_however_a_file_is_written_it_reads_the_same(run, csv, content, name):
    result = run(csv(content, name))
    assert result.codes == []
    assert ids(result) == IDS


def test_a_path_may_be_text(run, csv):
    assert ids(run(str(csv(GOOD)))) == IDS


def test_parquet_is_read_where_it_is(run, csv, tmp_path):
    frame = pd.read_csv(csv(GOOD), dtype={"customer_id": str})
    frame.to_parquet(tmp_path / "orders[2].parquet")
    assert ids(run(tmp_path / "orders[2].parquet")) == IDS


def test_windows_letters_are_counted(run, csv):
    text = GOOD.replace("007", "Bjørnås").encode("latin-1")
    result = run(csv(text))
    assert result.codes == ["ASG_W_ENCODING"]
    assert "2 letters were read as Windows-1252" in str(result.warned[0])
    assert ids(result) == [("12",), ("Bjørnås",)]


def test_letters_of_no_encoding_are_an_error(run, csv):
    with pytest.raises(InputError, match=r"ASG_E_ENCODING"):
        run(csv(GOOD.encode() + b"\x81\x8d,,,\n"))


def test_nul_characters_are_taken_out_and_counted(run, csv):
    result = run(csv(GOOD.replace("12", "1\x002")))
    assert result.codes == ["ASG_W_NUL"]
    assert ids(result) == IDS


@pytest.mark.parametrize(
    ("content", "name", "match"),
    [
        (b"", "a.csv", "ASG_E_EMPTY_FILE: a.csv: the file is empty"),
        (b" \n\n", "a.csv", "ASG_E_EMPTY_FILE"),
        (HEADER.encode(), "a.csv", "ASG_E_NO_ROWS: a.csv: .* 0 data rows"),
        (b"PK\x03\x04rest", "a.csv", "ASG_E_EXCEL: a.csv: this is an Excel file"),
        (b"\xd0\xcf\x11\xe0rest", "a.csv", "ASG_E_EXCEL"),
        (b"%PDF-1.7", "a.csv", "ASG_E_NOT_A_TABLE"),
        (b"<!DOCTYPE html><p>", "a.csv", "ASG_E_HTML: a.csv: this is a web page"),
        (b"\n <HTML><p>", "a.csv", "ASG_E_HTML"),
        (
            gzip.compress(GOOD.encode(), mtime=0)[:-12],
            "a.csv.gz",
            "ASG_E_INCOMPLETE_FILE",
        ),
        (b"PAR1 and no footer", "a.parquet", "ASG_E_INCOMPLETE_FILE: a.parquet"),
        (b"not parquet", "a.parquet", "ASG_E_INCOMPLETE_FILE: .*no Parquet file"),
        (b"customer_id\n1\n", "a.csv", "ASG_E_ONE_COLUMN: .*'customer_id'"),
        (b"customer_id:date\n1:2\n", "a.csv", "ASG_E_ONE_COLUMN"),
        (b"amount,Amount,date\n1,2,3\n", "a.csv", "ASG_E_DUPLICATE_COLUMN"),
    ],
)
def test_what_is_no_table_says_what_it_is(run, csv, content, name, match):
    with pytest.raises(InputError, match=match):
        run(csv(content, name))


def test_an_empty_packed_file_is_an_error(run, csv):
    with pytest.raises(InputError, match=r"ASG_E_EMPTY_FILE"):
        run(csv(gzip.compress(b""), "a.csv.gz"))


def test_a_path_to_nothing_suggests_near_names(run, csv):
    path = csv(GOOD, "orders_2024.csv")
    with pytest.raises(
        InputError, match=r"ASG_E_MISSING_FILE: .*did you mean 'orders_2024.csv'"
    ):
        run(path.with_name("order_2024.csv"))
    with pytest.raises(InputError, match=r"did you mean 'orders_2024.csv'"):
        run(path.with_suffix(".parquet"))
    with pytest.raises(InputError, match=r"there is no folder"):
        run(path.parent / "absent" / "orders.csv")
    with pytest.raises(InputError, match=r"no such file.*Fix: check the path"):
        run(path.with_name("x"))


def test_a_folder_is_an_error_that_shows_a_pattern(run, tmp_path):
    with pytest.raises(InputError, match=r"ASG_E_DIRECTORY: .*\*\.csv"):
        run(tmp_path)


def test_what_is_no_ordinary_file_is_an_error(run, tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match=r"ASG_E_UNREADABLE_FILE: .*no ordinary file"):
        run(tmp_path / "pipe.csv")


def test_a_file_that_may_not_be_read_is_an_error(run, csv, monkeypatch):
    path = csv(GOOD)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(InputError, match=r"ASG_E_UNREADABLE_FILE: .*Permission denied"):
        run(path)


def test_many_files_are_one_table(run, csv, tmp_path):
    csv(GOOD, "orders_1.csv")
    swapped = "amount,timestamp,order_id,customer_id\n7,2024-02-01,3,9\n"
    csv(swapped, "orders_2.csv")
    for value in (tmp_path / "orders_*.csv", sorted(tmp_path.iterdir())):
        result = run(value)
        assert ids(result) == [*IDS, ("9",)]
        assert result.staged.log.revenue_used == 20.5


def test_a_pattern_that_fits_nothing_is_an_error(run, tmp_path):
    with pytest.raises(InputError, match=r"ASG_E_MISSING_FILE: .*no file has a name"):
        run(tmp_path / "orders_*.csv")


def test_files_with_other_columns_are_an_error(run, csv, tmp_path):
    csv(GOOD, "a.csv")
    csv(GOOD.replace("order_id", "basket"), "b.csv")
    with pytest.raises(InputError, match=r"ASG_E_FILES_DIFFER: b.csv: .*'basket'"):
        run([tmp_path / "a.csv", tmp_path / "b.csv"])


def test_rows_are_named_by_the_lines_of_their_file(run, csv):
    lines = [HEADER, *(f'{i},"{i}\n{i}",2024-01-01,1' for i in range(400))]
    lines += ["", "1,2", "1,x,yesterday,1"]
    result = run(csv("\n".join(lines)))
    findings = {w.finding.code: w.finding for w in result.warned}
    assert findings["ASG_W_UNREADABLE_LINE"].rows == (803,)
    assert findings["ASG_W_UNREADABLE_TIMESTAMP"].rows == (804,)
    assert dict(result.staged.log.dropped_rows) == {
        "unreadable_line": 1,
        "unreadable_timestamp": 1,
    }
    assert result.staged.log.rows_in == 402


def test_rows_of_many_files_are_named_by_their_own_file(run, csv, tmp_path):
    lines = [HEADER, *(f"{i},{i},2024-01-01,1" for i in range(300))]
    csv("\n".join(lines), "a.csv")
    csv("\n".join([*lines, "5,999,?,1", "1,2"]), "b.csv")
    result = run(tmp_path / "*.csv")
    findings = {w.finding.code: w.finding for w in result.warned}
    bad = findings["ASG_W_UNREADABLE_TIMESTAMP"]
    assert (bad.source, bad.rows) == ("b.csv", (302,))
    line = findings["ASG_W_UNREADABLE_LINE"]
    assert (line.source, line.rows) == ("b.csv", (303,))


def test_unquoted_decimal_commas_are_told_as_cells_too_many(run, csv):
    text = HEADER + "\n1,1,2024-01-01,1,99\n2,2,2024-01-01,2,50\n"
    found = r"ASG_E_UNREADABLE_LINE: orders.csv, rows 2, 3: 2 of 2 rows have more cells"
    with pytest.raises(InputError, match=found):
        run(csv(text))


def test_an_open_quote_names_the_line_it_opens_on(run, csv):
    with pytest.raises(InputError, match=r"ASG_E_OPEN_QUOTE: orders.csv, row 3"):
        run(csv(HEADER + '\n1,1,2024-01-01,1\n2,"2,2024-01-01,2\n3,3,2024-01-01,3\n'))


def test_quotes_delimiters_and_line_breaks_within_cells_are_kept(run, csv):
    text = GOOD.replace("007", '"a ""b"", \n c"')
    assert ids(run(csv(text))) == [("12",), ('a "b", \n c',)]


def test_the_delimiter_is_the_one_that_makes_even_lines():
    assert sniff_delimiter("a;b\n1,5;2,5\n3,5;4,5\n") == ";"
    assert sniff_delimiter("name,note\nx,a;b;c\ny,d\n") == ","
    assert sniff_delimiter("one\ntwo\n") is None


@given(
    st.lists(
        st.lists(st.text('ab ,;"\n', max_size=5), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(",;\t|"),
)
def test_what_the_csv_module_writes_is_taken_apart_again(rows, delimiter):
    import csv as module
    import io

    target = io.StringIO(newline="")
    writer = module.writer(target, delimiter=delimiter, quoting=module.QUOTE_ALL)
    writer.writerows([["id", "date", "amount"], *rows])
    assert sniff_delimiter(target.getvalue()) == delimiter

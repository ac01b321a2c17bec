"""Files: found, known by their content, and read line by line without loss."""

from __future__ import annotations

import gzip
import os

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
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


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\n" + GOOD.replace(",", ";"),
        ("sep=;\n" + GOOD.replace(",", ";")).replace("\n", "\r\n"),
        "\n \n" + GOOD,
        "Orders of 2024\n\n" + GOOD,
        "Orders of 2024, all shops\n\n" + GOOD,
        "# made by the till\n# on Monday, late\n" + GOOD,
        '"a title\nof two lines"\n' + GOOD,
        GOOD.replace("\n", ",\n"),
        GOOD.replace("amount\n", "amount,\n"),
        GOOD.replace("\n", ",\n").replace("amount,\n", "amount\n"),
        GOOD.replace("customer_id", '"customer_id"').replace("amount", '"amount"'),
        GOOD.replace(",", "\t"),
        GOOD.replace("2,2024", "2,2024").replace("\n12", "\r\n12"),
        "\ufeff" + GOOD.replace("\n", "\r", 1),
    ],
)
def test_what_is_above_and_around_the_table_does_not_matter(run, csv, content):
    result = run(csv(content))
    assert result.codes == []
    assert ids(result) == IDS


def test_a_header_may_begin_with_a_hash(run, csv):
    result = run(csv("#" + GOOD), columns={"customer_id": "#customer_id"})
    assert ids(result) == IDS


def test_a_column_may_have_no_name(run, csv):
    lines = [line.replace(",", ",x,", 1) for line in GOOD.splitlines()]
    lines[0] = HEADER.replace(",", ",,", 1)
    assert ids(run(csv("\n".join(lines)))) == IDS


def test_lines_above_the_header_count_in_row_numbers(run, csv):
    lines = ["sep=,", "", HEADER, *(f"{i},{i},2024-01-01,1" for i in range(400))]
    lines += ["", '1,"a\nb",2024-01-01,1', "1,2", "1,x,yesterday,1"]
    result = run(csv("\n".join(lines)))
    findings = {w.finding.code: w.finding for w in result.warned}
    assert findings["ASG_W_UNREADABLE_LINE"].rows == (407,)
    assert findings["ASG_W_UNREADABLE_TIMESTAMP"].rows == (408,)


def test_a_field_of_five_megabytes_is_read(run, csv):
    text = "x" * 5_000_000
    lines = [HEADER + ",note", f'7,1,2024-01-01,1,"{text}"']
    lines += [f"{i},{i},2024-01-01,1,y" for i in range(200)]
    result = run(csv("\n".join([*lines, "9,9,yesterday,1,z"])))
    assert result.staged.log.rows_used == 201
    (bad,) = [w for w in result.warned if "TIMESTAMP" in w.finding.code]
    assert bad.finding.rows == (203,)


def test_reading_a_long_field_leaves_the_limit_of_the_csv_module(run, csv):
    import csv as module

    limit = module.field_size_limit()
    text = "x" * 200_000
    with pytest.raises(InputError, match=r"row 3"):
        run(csv(f'{HEADER},note\n7,1,2024-01-01,1,"{text}"\n7,2,yesterday,1,\n'))
    assert module.field_size_limit() == limit


def test_a_record_beyond_all_bounds_is_an_error(run, csv):
    text = "x" * 17_000_000
    with pytest.raises(InputError, match=r"row 2: 1 of 2 rows are longer than 16 MB"):
        run(csv(f"{HEADER}\n7,{text},2024-01-01,1\n7,2,2024-01-01,1\n"))


def test_line_ends_of_several_kinds_are_read(run, csv):
    text = GOOD.replace("\n", "\r\n", 1) + "13,3,2024-01-03,1\r14,4,2024-01-03,1\r\n"
    result = run(csv(text))
    assert ids(result) == [*IDS, ("13",), ("14",)]


def test_a_packed_file_may_have_several_members(run, csv):
    first, rest = GOOD[: len(GOOD) // 2], GOOD[len(GOOD) // 2 :]
    content = gzip.compress(first.encode()) + gzip.compress(rest.encode())
    assert ids(run(csv(content, "orders.csv.gz"))) == IDS


@pytest.mark.parametrize("order", ["le", "be"])
def test_wide_letters_without_a_mark_are_named(run, csv, order):
    path = csv(GOOD.encode(f"utf-16-{order}"))
    found = rf"ASG_E_ENCODING: .*Fix: give encoding='utf-16-{order}' \(--encoding"
    with pytest.raises(InputError, match=found):
        run(path)
    assert ids(run(path, encoding=f"utf-16-{order}")) == IDS


@pytest.mark.parametrize("encoding", ["cp850", "utf-8", "utf-16", "utf-32", "latin-1"])
def test_the_encoding_that_is_given_is_used(run, csv, encoding):
    path = csv(GOOD.replace("007", "Bjørnås").encode(encoding))
    result = run(path, encoding=encoding)
    assert result.codes == []
    assert ids(result) == [("12",), ("Bjørnås",)]


def test_bytes_that_the_encoding_has_not_are_named(run, csv):
    path = csv(GOOD.replace("12", "Bjørn").encode("cp850"))
    found = r"ASG_E_ENCODING: .*byte 62, in line 3, cannot be read as utf-8"
    with pytest.raises(InputError, match=found):
        run(path, encoding="utf-8")


def test_the_byte_is_right_beyond_the_first_block(run, csv):
    content = GOOD.encode() + b"7,7,2024-01-01,1\n" * 100_000 + b"\xff"
    found = rf"byte {len(content) - 1}, in line 100004, cannot be read as ascii"
    with pytest.raises(InputError, match=found):
        run(csv(content), encoding="ascii")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x28\xb5\x2f\xfdrest", "packed with zstd"),
        (b"BZh9rest", "packed with bzip2"),
        (b"\xfd7zXZ\x00rest", "packed with xz"),
        (b"7z\xbc\xaf\x27\x1crest", "packed with 7-Zip"),
        (b"Rar!\x1a\x07rest", "packed with RAR"),
    ],
)
def test_other_packing_is_named(run, csv, content, found):
    with pytest.raises(InputError, match=rf"ASG_E_PACKED: .*{found}. Fix: unpack it"):
        run(csv(content))


def test_a_file_that_is_named_twice_is_read_once(run, csv, tmp_path):
    path = csv(GOOD)
    result = run([path, tmp_path / "*.csv", tmp_path / "." / "orders.csv"])
    assert result.codes == ["ASG_W_SAME_FILE"]
    assert "3 paths: 2 of them lead to a file that was named" in str(result.warned[0])
    assert ids(result) == IDS


@pytest.mark.parametrize("packing", ["snappy", "zstd", None])
def test_a_parquet_file_damaged_in_its_middle_says_so(run, tmp_path, packing):
    n_rows = 20_000
    frame = pd.DataFrame(
        {
            "customer_id": [f"c{i % 997}" for i in range(n_rows)],
            "order_id": range(n_rows),
            "timestamp": pd.Timestamp("2024-01-01"),
            "amount": [i / 7 for i in range(n_rows)],
        }
    )
    path = tmp_path / "orders.parquet"
    frame.to_parquet(path, compression=packing)
    whole = path.read_bytes()
    n_damaged = 0
    for place in range(4, len(whole) - 4, len(whole) // 25):
        path.write_bytes(whole[:place] + b"\xa5\x5a" * 8 + whole[place + 16 :])
        try:
            run(path)
        except InputError as error:
            n_damaged += "ASG_E_INCOMPLETE_FILE: orders.parquet" in str(error)
    if packing is not None:
        assert n_damaged > 5


def test_nested_columns_do_not_matter_until_they_are_wanted(run, tmp_path):
    table = pa.table(
        {
            "customer_id": ["a", "b"],
            "timestamp": ["2024-01-01", "2024-01-02"],
            "amount": [1, 2],
            "tags": [["x"], None],
            "address": [{"city": "Oslo"}, {"city": "Bergen"}],
            "more": pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int32())),
        }
    )
    pq.write_table(table, tmp_path / "orders.parquet")
    for value in (table, tmp_path / "orders.parquet"):
        assert ids(run(value)) == [("a",), ("b",)]
        assert len(run(table, customers=value).rows("customers")) == 2
        for name in ("tags", "address", "more"):
            for wanted in ("customer_id", "timestamp", "amount", "category"):
                found = r"ASG_E_NESTED: .*holds (lists|records|maps)"
                with pytest.raises(InputError, match=found):
                    run(value, columns={wanted: name})


@pytest.mark.parametrize("n_lines", [10, 2_000_000])
def test_an_open_quote_never_swallows_rows_in_silence(run, csv, n_lines):
    line = "1,1,2024-01-01,1\n"
    text = f'{HEADER}\n{line}2,"2,2024-01-02,1\n{line * n_lines}'
    with pytest.raises(InputError, match=r"ASG_E_OPEN_QUOTE: orders.csv, row 3"):
        run(csv(text))


def test_lines_beyond_counting_are_an_error(run, csv, monkeypatch):
    monkeypatch.setattr("autoseg.tables.csvfile._MOST_REJECTED", 10)
    text = GOOD + "7,7,2024-01-01,7\n" * 2000 + "1,2\n" * 15
    found = r"ASG_E_UNREADABLE_LINE: .*2004, 2005.*5 lines or more cannot be taken"
    with pytest.raises(InputError, match=found):
        run(csv(text))


def test_a_file_that_the_engine_cannot_read_is_an_error(run, csv, monkeypatch):
    from autoseg.errors import EngineError
    from autoseg.tables.csvfile import CsvSource

    def refuse(*_, **__):
        reason = "no."
        raise EngineError(reason)

    monkeypatch.setattr(CsvSource, "_create", refuse)
    with pytest.raises(InputError, match=r"ASG_E_UNREADABLE_FILE: .*apart as CSV"):
        run(csv(GOOD))


def test_a_parquet_file_whose_names_are_damaged_says_so(run, tmp_path):
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.table({"customer_id": ["a"], "amount": [1]}), path)
    path.write_bytes(path.read_bytes().replace(b"customer_id", b"customer\xd4id"))
    with pytest.raises(InputError, match=r"ASG_E_INCOMPLETE_FILE: orders.parquet"):
        run(path)

"""Input that cannot be used ends in one message: file, column, fix, exit code 3."""

from __future__ import annotations

import gzip
import json

import pytest

HEADER = "customer_id,order_date,amount\n"


def rows(n_customers: int) -> str:
    return "".join(
        f"c{i},2024-{1 + i % 12:02d}-{1 + (7 * i + 11 * j) % 28:02d},{10 + i + j}\n"
        for i in range(n_customers)
        for j in range(3)
    )


CASES = {
    "empty.csv": (b"", "empty"),
    "header.csv": (HEADER.encode(), "0 data rows"),
    "no_amount.csv": (b"customer_id,order_date,note\na,2024-01-02,x\n", "amount"),
    "no_dates.csv": (
        (HEADER + "".join(f"c{i},soon,{i + 1}\n" for i in range(30))).encode(),
        "order_date",
    ),
    "few.csv": ((HEADER + rows(4)).encode(), "customers"),
    "excel.csv": (b"PK\x03\x04rest of a workbook", "Excel"),
    "page.csv": (b"<!DOCTYPE html><html><body>Log in</body></html>\n", "HTML"),
    "cut.csv.gz": (gzip.compress((HEADER + rows(300)).encode())[:-40], "incomplete"),
    "cut.parquet": (b"PAR1 and then nothing", "cut.parquet"),
}


@pytest.mark.parametrize("name", CASES)
def test_one_message_names_the_file_and_what_is_wrong(run, tmp_path, name):
    content, word = CASES[name]
    path = tmp_path / name
    path.write_bytes(content)
    done = run("segment", path, "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "ASG_E_" in done.stderr
    assert word in done.stderr
    assert "Fix: " in done.stderr
    assert "Traceback" not in done.stderr
    if name != "few.csv":
        assert name in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["status.json"]
    status = json.loads((tmp_path / "out" / "status.json").read_text(encoding="utf-8"))
    assert (status["state"], status["exit_code"]) == ("error", 3)
    assert all(error["code"] in done.stderr for error in status["errors"])


def test_a_missing_file_is_told_with_names_that_are_near(run, tmp_path):
    (tmp_path / "orders.csv").write_text(HEADER)
    done = run("segment", tmp_path / "order.csv", "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "orders.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_in_the_place_of_a_file_is_told(run, tmp_path):
    done = run("segment", tmp_path, "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "ASG_E_" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("folder", ["/proc/autoseg", "/sys"])
def test_a_folder_that_cannot_be_written_is_told_before_the_work(
    run, orders_csv, folder
):
    done = run("segment", orders_csv, "-o", folder)
    assert done.returncode == 3
    assert f"ASG_E_OUTPUT: {folder}: cannot be written to" in done.stderr


@pytest.mark.parametrize(
    ("option", "value", "text"),
    [
        ("--segments", "many", "is not a number or a band"),
        ("--segments", "7-5", "is not a number or a band"),
        ("--value-weight", "-1", "greater than or equal to 0"),
        ("--column", "amount", "is not OURS=YOURS"),
    ],
)
def test_wrong_usage_is_exit_code_2(run, orders_csv, option, value, text):
    done = run("segment", orders_csv, option, value)
    assert done.returncode == 2
    assert text in done.stderr

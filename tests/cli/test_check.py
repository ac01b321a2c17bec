"""`autoseg check`: the whole account of the tables, and no fit."""

from __future__ import annotations

import json

import pytest

HEADER = "kundenr;ordredato;beløp\n"
ROWS = "".join(
    f"{i % 12:03};{1 + i % 28:02}.{1 + i // 28:02}.2024;{10 + i},50\n"
    for i in range(90)
)
MESSY = HEADER + ROWS + ";03.02.2024;1 000,00\n007;04.02.2024;-12,25\n"


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    path = tmp_path_factory.mktemp("messy") / "ordrer.csv"
    path.write_text(MESSY, encoding="utf-8")
    return path


def test_rows_revenue_and_period_are_told_and_nothing_is_written(run, messy):
    before = sorted(messy.parent.iterdir())
    done = run("check", messy, "--currency", "NOK")
    assert done.returncode == 0, done.stderr
    assert "customer_id ← kundenr" in done.stdout
    assert "No customer" in done.stdout
    assert "1,000.00\u00a0NOK" in done.stdout
    assert "the day after the last row" in done.stdout
    assert "ASG_W_MISSING_CUSTOMER: ordrer.csv, row 92" in " ".join(done.stdout.split())
    assert "ASG_W_FEW_CUSTOMERS" in done.stdout
    assert done.stderr == ""
    assert sorted(messy.parent.iterdir()) == before


def test_a_day_that_was_named_is_told_as_such(run, messy):
    done = run("check", messy, "--as-of", "2024-05-01")
    assert "the start of 1\u00a0May 2024" in done.stdout
    assert "the day after" not in done.stdout


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ("Uten kunde", "dagen etter siste rad", "1\u00a0000,00", "Utelatt")),
        ("da", ("Uden kunde", "dagen efter den sidste række", "1.000,00", "Udeladt")),
        (
            "sv",
            ("Utan kund", "dagen efter den sista raden", "1\u00a0000,00", "Utelämn"),
        ),
    ],
)
def test_the_account_is_told_in_the_language_asked_for(run, messy, language, words):
    done = run("check", messy, "--language", language)
    assert [word for word in words if word not in done.stdout] == []


def test_a_quiet_check_leaves_the_warnings_on_standard_error(run, messy):
    done = run("check", messy, "--quiet")
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines
    assert all(line.startswith("ASG_W_") for line in lines)


def test_tables_that_cannot_be_used_end_in_one_message(run, tmp_path):
    (tmp_path / "orders.csv").write_text("who,what\na,b\n")
    done = run("check", tmp_path / "orders.csv")
    assert done.returncode == 3
    assert [line[:20] for line in done.stderr.splitlines()] == [
        "ASG_E_MISSING_COLUMN"
    ] * 3
    assert done.stdout == ""


def test_json_is_one_document_with_the_cleaning(run, messy):
    done = run("check", messy, "--errors", "json", "--quiet")
    assert done.returncode == 0
    told = json.loads(done.stderr)
    assert told["state"] == "ok"
    assert told["errors"] == []
    codes = [warning["code"] for warning in told["warnings"]]
    assert "ASG_W_MISSING_CUSTOMER" in codes
    cleaning = told["cleaning"]
    assert cleaning["rows_in"] == 92
    assert cleaning["dropped_revenue"]["missing_customer"] == "1000.0000"


def test_json_is_one_document_where_nothing_can_be_used(run, tmp_path):
    (tmp_path / "orders.csv").write_text("who,what\na,b\n")
    done = run("check", tmp_path / "orders.csv", "--errors", "json")
    assert done.returncode == 3
    told = json.loads(done.stderr)
    assert told["state"] == "error"
    assert {error["code"] for error in told["errors"]} == {"ASG_E_MISSING_COLUMN"}
    assert told["errors"][0]["source"] == "orders.csv"
    assert told["cleaning"] is None


def test_an_error_of_the_engine_is_json_too(run, messy):
    done = run("check", messy, "--errors", "json", "--memory-limit", "plenty")
    assert done.returncode == 1
    told = json.loads(done.stderr)
    assert [error["code"] for error in told["errors"]] == ["ASG_E_ENGINE"]


def test_a_limit_that_is_too_small_says_what_to_allow(run, messy, tmp_path):
    spill = tmp_path / "spill"
    spill.mkdir()
    limits = ("--memory-limit", "500KB", "--threads", "1", "--temp-directory", spill)
    done = run("check", messy, *limits)
    assert done.returncode == 3
    assert done.stderr.startswith("ASG_E_ENGINE_MEMORY: ")
    assert "--memory-limit" in done.stderr
    assert f"of disk in {spill}, did not suffice" in done.stderr
    assert list(spill.iterdir()) == []


def test_segment_tells_in_json_what_went_before_the_error(run, messy, tmp_path):
    (tmp_path / "few.csv").write_text(HEADER + ROWS[: ROWS.index("005;")])
    done = run("segment", tmp_path / "few.csv", "-o", tmp_path, "--errors", "json")
    assert done.returncode == 3
    told = json.loads(done.stderr)
    assert [error["code"] for error in told["errors"]] == ["ASG_E_TOO_FEW_CUSTOMERS"]
    assert "ASG_W_FEW_CUSTOMERS" in [warning["code"] for warning in told["warnings"]]


def test_segment_shows_the_cleaning_in_its_language(run, orders_csv, tmp_path):
    done = run("segment", orders_csv, "-o", tmp_path, "-l", "sv", "--errors", "json")
    assert done.returncode == 0
    assert "Använt" in done.stdout
    assert "Kom in" in done.stdout
    told = json.loads(done.stderr)
    assert told["state"] == "ok"
    assert told["cleaning"]["rows_in"] == told["cleaning"]["rows_used"]

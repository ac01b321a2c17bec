"""Errors say what was found, where, and what to do next."""

from __future__ import annotations

import pytest

from autoseg.errors import (
    AutosegError,
    Finding,
    InputError,
    InputWarning,
    MissingDependencyError,
    OutputError,
    StructureError,
)


def finding(**fields: object) -> Finding:
    values = {
        "code": "ASG_E_BAD_DATE",
        "source": "orders.csv",
        "found": "dates that do not exist",
        "fix": "correct them",
    }
    return Finding(**(values | fields))


def test_a_finding_names_file_column_rows_and_fix():
    text = str(finding(column="ordredato", rows=(2, 5, 9, 11, 12, 20), n_rows=207))
    assert text == (
        "ASG_E_BAD_DATE: orders.csv, column 'ordredato', rows 2, 5, 9, 11, 12 "
        "(+202 more): dates that do not exist. Fix: correct them."
    )


def test_one_row_is_not_plural():
    assert "row 7:" in str(finding(rows=(7,), n_rows=1))


def test_a_finding_without_a_fix_ends_at_what_was_found():
    assert str(finding(fix="")).endswith("dates that do not exist.")


def test_a_finding_is_one_line_whatever_the_names_hold():
    finding = Finding(
        "ASG_E_X", "a\u202eb\x1b[2J.csv", "c\nd\udcff", column="Ø 😀\u200d"
    )
    shown = "ASG_E_X: a\\u202eb\\x1b[2J.csv, column 'Ø 😀\u200d': c\\nd\\udcff."
    assert str(finding) == shown


def test_a_finding_becomes_plain_data():
    assert finding(rows=(3,), n_rows=1).to_dict() == {
        "code": "ASG_E_BAD_DATE",
        "source": "orders.csv",
        "found": "dates that do not exist",
        "fix": "correct them",
        "column": None,
        "rows": (3,),
        "n_rows": 1,
    }


def test_one_error_carries_all_findings():
    error = InputError([finding(), finding(code="ASG_E_EMPTY_FILE")])
    assert error.codes == ("ASG_E_BAD_DATE", "ASG_E_EMPTY_FILE")
    assert len(str(error).splitlines()) == 2
    assert error.exit_code == 3


@pytest.mark.parametrize(
    ("error", "builtin", "exit_code"),
    [
        (InputError(finding()), ValueError, 3),
        (StructureError(finding()), ValueError, 3),
        (OutputError("out", "is full", "free some space"), OSError, 3),
        (
            MissingDependencyError("pyspark", extra="spark", caller="segment"),
            ImportError,
            1,
        ),
    ],
)
def test_errors_can_be_caught_as_ours_and_as_the_builtin(error, builtin, exit_code):
    assert isinstance(error, AutosegError)
    assert isinstance(error, builtin)
    assert error.exit_code == exit_code


def test_a_missing_package_is_named_with_the_line_that_installs_it():
    error = MissingDependencyError("pyspark", extra="spark", caller="segment")
    assert str(error) == (
        "ASG_E_DEPENDENCY: segment needs the package pyspark. "
        "Fix: pip install 'autoseg-customers[spark]'."
    )


def test_a_warning_keeps_its_finding():
    warning = InputWarning(finding(code="ASG_W_GUEST"))
    assert warning.finding.code == "ASG_W_GUEST"
    assert str(warning).startswith("ASG_W_GUEST: orders.csv:")

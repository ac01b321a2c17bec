"""No cell that we write runs when a spreadsheet opens it."""

from __future__ import annotations

import io

import pandas as pd
import pytest

import autoseg
from autoseg.spreadsheet import without_formulas

DANGEROUS = ["=cmd|' /C calc'!A0", "+SUM(1)", "-2+3", "@x", "\t=1", "\r=1", "+47 22"]
PLAIN = ["007", "-5", "+4712345678", "1,5", "a=b", "ann@example.no", "Åse", ""]


def test_what_a_spreadsheet_would_run_gets_an_apostrophe():
    made = without_formulas(pd.Series([*DANGEROUS, *PLAIN], dtype="str"))
    assert made.tolist() == [*(f"'{text}" for text in DANGEROUS), *PLAIN]


@pytest.mark.parametrize("raw_csv", [False, True])
def test_ids_are_written_for_people_or_for_programs(tmp_path, raw_csv):
    orders = autoseg.datasets.make_customers(600, segments=4, random_state=5)
    frame = orders.transactions.replace({"customer_id": {"c001": "=1+1"}})
    segmentation = autoseg.segment(frame, n_resamples=0)
    segmentation.write(tmp_path, raw_csv=raw_csv)
    written = pd.read_csv(tmp_path / "segments.csv", dtype=str)
    assert ("=1+1" if raw_csv else "'=1+1") in set(written["customer_id"])
    assert len(written) == 600
    assert list(pd.read_csv(io.BytesIO((tmp_path / "segments.csv").read_bytes()))) == [
        *("customer_id", "segment", "segment_key", "segment_name"),
        *("confidence", "runner_up"),
    ]

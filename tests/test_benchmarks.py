"""Every script of benchmarks/ still runs from end to end, on next to nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import dropwhile, takewhile
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
# no size to measure anything at, but the whole way through
LINES = ("--lines", "3000", "--rounds", "1")


def run(script: str, *arguments: str, **environment: str) -> str:
    """Run a script as its reader would, and return what it prints."""
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / script), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def rows(printed: str) -> dict[str, dict[str, str]]:
    """Return the first table in Markdown that a script printed."""
    lines = dropwhile(lambda line: not line.startswith("|"), printed.splitlines())
    cells = [
        [cell.strip() for cell in line.strip(" |").split(" | ")]
        for line in takewhile(lambda line: line.startswith("|"), lines)
    ]
    names = cells[0][1:]
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in cells[2:]}


def test_the_features_are_compared(tmp_path):
    # the contestants agree to 1e-9 or the script ends with what differs
    found = run("features.py", *LINES, "--only", "DuckDB by hand",
                "--folder", str(tmp_path))  # fmt: skip
    assert "query / DuckDB by hand" in found


def test_refreshes_are_compared(tmp_path):
    out = tmp_path / "refresh.json"
    assert "refresh by full" in run("refresh.py", *LINES, "--json", str(out))
    (result,) = json.loads(out.read_text(encoding="utf-8"))
    assert set(result["runs"]) == {"full", "refresh"}


def test_reports_are_timed_and_weighed(tmp_path):
    out = tmp_path / "report.json"
    options = ("--customers", "400", "--rounds", "1", "--json", str(out))
    table = rows(run("report.py", *options))
    (result,) = json.loads(out.read_text(encoding="utf-8"))
    assert set(table) == {"400"}
    assert [one["language"] for one in result["runs"]] == ["en", "nb", "da", "sv"]
    assert 50 < float(table["400"]["page kB"]) < 1000


def test_scoring_is_compared_with_a_scan(tmp_path):
    # all contestants count the same customers in each segment, or the script says who
    found = run("scoring.py", "--rows", "2000", "--rounds", "1")
    table = rows(found)
    assert table["scan"]["× scan"] == "1.0"
    ways = {"SQL, segment only", "SQL, everything", "autoseg", "numpy in chunks"}
    assert table.keys() > ways | {"scikit-learn predict"}
    assert "autoseg / scan: wall " in found


def test_segments_are_sought_where_they_are_and_where_none_are(tmp_path):
    out = tmp_path / "quality.json"
    found = run(
        "quality.py",
        *("--families", "normal", "box", "--populations", "1", "--nulls", "1"),
        *("--methods", "autoseg", "kmeans_silhouette", "hdbscan", "oracle_full"),
        *("--first-seed", "5", "--jobs", "1", "--json", str(out)),
    )
    table = rows(found)
    assert set(table) == {"autoseg", "kmeans_silhouette", "hdbscan", "oracle_full"}
    assert {row["failed"] for row in table.values()} == {"0"}
    assert {row["worst family"] for row in table.values()} == {"normal"}
    # a rule that starts at two segments always finds some
    assert table["kmeans_silhouette"]["null split"] == "1.000"
    seeds = {row["seed"] for row in json.loads(out.read_text(encoding="utf-8"))}
    assert seeds == {5}

    again = run(
        "quality.py",
        *("--families", "normal", "--populations", "1", "--methods", "gmm_bic"),
        *("--first-seed", "5", "--jobs", "1", "--add", str(out)),
    )
    assert rows(again)["autoseg"]["ari"] == table["autoseg"]["ari"]


def test_a_method_that_fails_counts_as_one_segment(tmp_path):
    # an R that fails at once stands for any peer that raises an error while it fits
    fake = tmp_path / "Rscript"
    fake.write_text('#!/bin/sh\n[ "$1" = -e ] && exit 0\necho no luck >&2\nexit 1\n')
    fake.chmod(0o755)
    found = run(
        "quality.py",
        *("--families", "normal", "--populations", "1", "--methods", "mclust"),
        *("--jobs", "1"),
        PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
    )
    row = rows(found)["mclust"]
    assert (row["ari"], row["refit"], row["failed"]) == ("0.000", "0.000", "1")
    assert "mclust failed 1 times: NoAnswerError: no luck" in found


def test_a_peer_that_is_not_there_is_named_and_not_left_out_in_silence(tmp_path):
    found = run(
        "quality.py",
        *("--families", "box", "--nulls", "1", "--jobs", "1"),
        *("--methods", "hdbscan", "mclust"),
        PATH=str(tmp_path),
    )
    assert set(rows(found)) == {"hdbscan"}
    assert "mclust is not available here: Rscript is not installed" in found


def test_a_labelled_set_is_given_to_every_peer():
    peers = ("kmeans_elbow", "kmeans_gap", "gmm_bic", "xmeans", "clusteval", "mclust")
    found = run("labelled.py", "--sets", "iris", "--jobs", "1", "--methods", *peers)
    table = rows(found)
    for peer in peers:
        if peer not in table:
            assert f"{peer} is not available here: " in found
            continue
        assert table[peer]["failed"] == "0"
        # setosa lies apart from the two others: that much everyone sees
        assert float(table[peer]["iris"]) > 0.4


def test_the_spend_of_the_next_period_is_explained(data_folder):
    methods = ("RFM, sum of quintiles", "autoseg", "tree, leaves of 2 %, supervised")
    found = run(
        "next_period.py",
        *("--data", "grocery", "--repeats", "1", "--methods", *methods),
        AUTOSEG_DATA=str(data_folder),
    )
    table = rows(found)
    assert tuple(table) == methods
    assert table["RFM, sum of quintiles"]["segments"] == "13"
    assert all(0.2 < float(row["log"]) < 0.7 for row in table.values())


def test_names_are_compared_with_those_of_the_cell_of_the_centre(tmp_path):
    out = tmp_path / "naming.json"
    found = run(
        "naming.py",
        *("--data", "planted", "--customers", "300", "--seeds", "1"),
        *("--json", str(out)),
    )
    table = rows(found)
    ways = ("autoseg", "centre's cell of 125", "centre's cell of 25")
    hows = ("k-means", "autoseg")
    assert set(table) == {f"planted, {how}, {way}" for how in hows for way in ways}
    for how in hows:
        ours = table[f"planted, {how}, autoseg"]
        assert float(ours["worst"]) >= 0.5
        assert ours["alike"] == "0.00"
    segments = json.loads(out.read_text(encoding="utf-8"))
    sizes = sum(row["size"] for row in segments if row["names"] == "autoseg")
    # k = 3 to 8 and our own division, 300 customers each
    assert sizes == 7 * 300


def test_choosing_k_is_compared_with_the_loops():
    found = run(
        "clustering.py",
        *("--customers", "300", "600", "--columns", "4", "--rounds", "1"),
        *("--silhouette-up-to", "300", "--gmm-up-to", "300"),
        OMP_NUM_THREADS="1",
    )
    assert set(rows(found)) == {"autoseg", "silhouette loop", "GMM-BIC loop"}
    assert "silhouettes by n² from 300" in found

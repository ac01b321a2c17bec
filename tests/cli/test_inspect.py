"""`autoseg inspect`: what is in a model's file, for who is handed one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

import autoseg
from autoseg.model import model_bytes

GOLDEN = Path(__file__).parents[1] / "model" / "golden"
FULL = GOLDEN / "format-1-full.autoseg"


@pytest.fixture(scope="module")
def shown(run):
    done = run("inspect", FULL)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return " ".join(done.stdout.split())


@pytest.mark.parametrize(
    "told",
    [
        hashlib.sha256(FULL.read_bytes()).hexdigest(),
        f"{FULL.stat().st_size:,} bytes",
        "Format 1, written by autoseg 0.1.0",
        "Purpose Newsletters, chosen by segment",
        "2023-01-02 to 2024-03-31, looked back from 2024-04-01, NOK, Europe/Oslo",
        "Customers 400",
        "4,000 used, 3 left out",
        "Verdict moderate",
        "full, 3 segments on 5 columns",
        "Allowed Parish",
        "3 Lost customers lost 122 0.75",
        "recency_days logarithm 0.0 % (never) 12.5 recency_days - monetary",
        "channel_share_other log1p 12.5 % (median) 17.5 channel_share_other",
        "numpy 2.4.6",
    ],
)
def test_it_tells(shown, told):
    assert told in shown


def test_names_are_in_the_language_that_was_asked_for(run):
    done = run("inspect", FULL, "--language", "nb")
    assert "Lost customers på norsk" in done.stdout


def test_as_json_it_tells_all_that_the_file_says(run):
    done = run("inspect", FULL, "--json")
    told = json.loads(done.stdout)
    assert told["sha256"] == hashlib.sha256(FULL.read_bytes()).hexdigest()
    assert told["bytes"] == FULL.stat().st_size
    assert told["format_version"] == 1
    assert told["card"]["purpose"] == "Newsletters, chosen by segment"
    assert [one["key"] for one in told["segments"]][-1] == "lost"


def test_without_a_purpose_it_says_why_one_is_needed(run, tmp_path):
    model = autoseg.load(GOLDEN / "format-1-kmeans.autoseg")
    nobody = replace(model, card=replace(model.card, purpose=""))
    done = run("inspect", nobody.save(tmp_path / "model.autoseg"))
    assert "Segments of people who can be told apart are profiles" in done.stdout
    assert "Period not told" in " ".join(done.stdout.split())


def test_a_file_cannot_steer_the_terminal(run, tmp_path):
    model = autoseg.load(FULL)
    hostile = replace(model, card=replace(model.card, purpose="a\x1b[2Jb\u202ec\rd"))
    path = tmp_path / "model.autoseg"
    path.write_bytes(model_bytes(hostile))
    done = run("inspect", path)
    assert r"a\x1b[2Jb\u202ec\rd" in done.stdout
    assert "\x1b" not in done.stdout


def test_what_is_no_model_ends_with_3_and_says_so(run, tmp_path):
    path = tmp_path / "model.autoseg"
    path.write_bytes(FULL.read_bytes()[:-1])
    done = run("inspect", path)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith(f"ASG_E_MODEL_FILE: {path}: it is not packed as")

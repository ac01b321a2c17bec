"""An unattended run: a config in, a whole set of results out, or none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import autoseg
from autoseg.api import check_run, example_config


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> Path:
    """Return a folder with orders of 300 customers, customers and a config."""
    folder = tmp_path_factory.mktemp("shop")
    made = autoseg.datasets.make_customers(300, segments=4, random_state=5)
    made.transactions.to_csv(folder / "orders.csv", index=False)
    return folder


def config(shop: Path, folder: Path, **sections: str) -> Path:
    """Return a config for quick runs on the shop, with lines of a test's own."""
    lines = {
        "input": f"transactions = '{shop}/orders.csv'",
        "segments": "n_resamples = 0",
        "output": "folder = 'out'",
    }
    for name, text in sections.items():
        lines[name] = f"{lines.get(name, '')}\n{text}"
    path = folder / "run.toml"
    path.write_text("".join(f"[{name}]\n{text}\n" for name, text in lines.items()))
    return path


def status(folder: Path) -> dict:
    return json.loads((folder / "out" / "status.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def done(shop, tmp_path_factory):
    folder = tmp_path_factory.mktemp("done")
    path = config(shop, folder, report="languages = ['nb', 'en']\nformats = ['md']")
    noon = datetime(2024, 4, 1, 12, tzinfo=UTC)
    return autoseg.run(path, now=lambda: noon), folder


def test_all_files_are_in_the_folder_that_current_leads_to(done):
    result, folder = done
    current = folder / "out" / "current"
    assert current.readlink() == Path("runs") / result.run_id
    assert current.resolve() == result.folder.resolve()
    names = {path.name for path in current.iterdir()}
    assert names == {path.name for path in result.files}
    expected = set(result.segmentation.files(language=["nb", "en"], formats="md"))
    assert names == expected
    assert {"report-nb.md", "report-en.md", "segments.csv"} <= names
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "current",
        "runs",
        "status.json",
    ]


def test_the_example_is_a_config_that_works(shop, tmp_path):
    (tmp_path / "orders.csv").symlink_to(shop / "orders.csv")
    (tmp_path / "run.toml").write_text(example_config())
    checked = check_run(tmp_path / "run.toml")
    assert checked.log.rows_in == checked.log.rows_used > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "orders.csv",
        "run.toml",
    ]

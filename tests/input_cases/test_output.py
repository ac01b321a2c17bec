"""B90 to B93 and B99: what a user's own words do to what autoseg writes."""

from __future__ import annotations

import csv
import io
import json
import warnings
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import autoseg
from autoseg.errors import Finding, InputError

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    r"$\frac{1}{0}$ & {{ 7*7 }}",
    "שלום עולם",
    "\u202egpj.exe 😀 a\u200bb",
    "two\nlines, \"quoted\" and; 'more'",
)


class Page(HTMLParser):
    """Collects tags, attributes and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def customers():
    """Return 60 customers; six of them have ids out of the ordinary."""
    ids = [*HOSTILE, *(f"K{i}" for i in range(54))]
    return pd.DataFrame(
        {"customer_id": ids}
        | {name: [HOSTILE[i % 6] for i in range(60)] for name in HOSTILE}
    )


@pytest.fixture(scope="module")
def found(customers, tmp_path_factory):
    """Return segments of orders whose every name and text is hostile."""
    random = np.random.default_rng(3)
    n_rows = 400
    day = pd.to_timedelta(random.integers(0, 500, n_rows), unit="D")
    table = pd.DataFrame(
        {
            HOSTILE[0]: customers["customer_id"].to_numpy()[np.arange(n_rows) % 60],
            HOSTILE[1]: pd.Timestamp("2023-01-02") + day,
            HOSTILE[2]: random.gamma(2, 100, n_rows).round(2).astype(str),
            HOSTILE[3]: np.arange(n_rows),
            HOSTILE[4]: [HOSTILE[i % 6] for i in range(n_rows)],
        }
    )
    # one bad row, so that a remark names the file and the column
    table.loc[7, HOSTILE[2]] = "<b>free</b>"
    path = tmp_path_factory.mktemp("out") / "orders <script> $x$ שלום \u202e.csv"
    table.to_csv(path, index=False)
    names = ("customer_id", "timestamp", "amount", "order_id", "category")
    own = [f"transactions.{name}" for name in names]
    columns = dict(zip(own, HOSTILE[:5], strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", autoseg.errors.AutosegWarning)
        return autoseg.segment(
            path, customers=customers, columns=columns, n_resamples=0
        )


@pytest.mark.parametrize("title", HOSTILE)
def test_b90_names_titles_and_files_are_text_in_the_report(found, title):
    page = Page(found.report(title=title).html())
    words = "".join(page.text)
    assert title in words
    for name in HOSTILE[:3]:
        assert name in words
    assert not [tag for tag, _ in page.tags if tag in {"script", "img"}]
    assert not [name for _, attrs in page.tags for name in attrs if name[:2] == "on"]
    (policy,) = (attrs["content"] for _, attrs in page.tags if "http-equiv" in attrs)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src d")


def test_b91_signs_of_a_formula_are_drawn_as_they_are(found):
    page = found.report(title=HOSTILE[2]).html()
    assert HOSTILE[2] in "".join(Page(page).text)


def test_b92_names_that_run_from_right_to_left_keep_to_themselves(found):
    page = found.report().html()
    for name in (HOSTILE[3], HOSTILE[4]):
        assert f"<bdi>{name}</bdi>" in page


def test_b92_messages_show_signs_that_would_turn_or_clear_the_line():
    finding = Finding(
        "ASG_E_X", "a\u202eb\x1b[2J.csv", "c\nd\udcff", column="שלום 😀 \u200d"
    )
    assert str(finding) == (
        r"ASG_E_X: a\u202eb\x1b[2J.csv, column 'שלום 😀 " + "\u200d"
        r"': c\nd\udcff."
    )


def test_b92_a_missing_file_with_a_broken_name_can_be_printed(bring, tmp_path):
    found = bring(tmp_path / "ord\udcffers.csv").the("ASG_E_MISSING_FILE")
    assert r"ord\udcffers.csv" in str(found).encode().decode()


def test_b93_a_table_of_segments_comes_back_as_it_was_written(found, tmp_path):
    files = {path.name: path for path in found.write(tmp_path)}
    text = files["segments.csv"].read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["customer_id"] for row in rows] == list(found.labels.index)
    assert set(HOSTILE) <= set(found.labels.index)
    read = pd.read_csv(files["segments.csv"], dtype=str, keep_default_na=False)
    assert read["customer_id"].tolist() == list(found.labels.index)
    assert read["segment"].astype(int).tolist() == found.labels.tolist()


def test_b99_json_has_no_words_that_json_does_not_know(found, tmp_path):
    def refuse(word):
        raise AssertionError(word)

    files = {path.name: path for path in found.write(tmp_path)}
    text = files["profiles.json"].read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=refuse)["n_customers"] == 60
    json.loads(found.report().json(), parse_constant=refuse)


def test_findings_are_plain_data_also_with_broken_letters(bring, tmp_path):
    with pytest.raises(InputError) as error:
        raise InputError(bring(tmp_path / "\udcff.csv").findings)
    (finding,) = error.value.findings
    assert json.loads(json.dumps(finding.to_dict()))["code"] == finding.code

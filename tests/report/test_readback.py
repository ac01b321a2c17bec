"""A report from what was written is the report of the segmentation, in any language."""

from __future__ import annotations

import copy
import json
import math
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import autoseg
from autoseg.errors import InputError
from autoseg.features import Feature
from autoseg.locales import LANGUAGES
from autoseg.profiles import profile_segments, rename_segments
from autoseg.report import read_report

OWN = Feature(
    name="largest_purchase",
    block="own",
    unit="currency",
    sql="MAX(amount)",
    label="Største kjøp",
)


@pytest.fixture(scope="module")
def shop():
    return autoseg.datasets.make_customers(600, segments=5, random_state=2)


@pytest.fixture(scope="module")
def segmentation(shop):
    """Return segments with attributes, a measure of the user's own and stability."""
    ids = sorted(shop.transactions["customer_id"].unique())
    people = pd.DataFrame(
        {
            "customer_id": ids,
            "plan": np.resize(["gold", "basic", "basic"], len(ids)),
            "newsletter": np.resize([True, False, None], len(ids)),
        }
    )
    wanted = ["recency_days", "frequency", "monetary", OWN]
    return autoseg.segment(
        shop.transactions,
        customers=people,
        features=wanted,
        currency="NOK",
        n_resamples=5,
    )


def regrouped(segmentation, labels):
    """Return a segmentation whose segments are other groups of the same customers."""
    profiles = profile_segments(segmentation.features, labels)
    numbers = np.argsort(profiles.order)[labels] + 1
    assignments = segmentation.assignments.assign(segment=numbers)
    return replace(
        segmentation,
        profiles=profiles,
        assignments=assignments,
        stability=None,
        selection=replace(segmentation.selection, k=len(profiles.segments)),
        map_points=None,
        rhythm=None,
    )


def groups_of(*sizes):
    return np.repeat(np.arange(len(sizes)), sizes)


def without_map(summary):
    return {**summary, "map": None}


def assert_same(segmentation, folder, **options):
    segmentation.write(folder)
    for language in LANGUAGES:
        read = read_report(folder, language=language, **options).data
        made = segmentation.report(language, **options).data
        assert read == without_map(made)
        assert json.dumps(read, allow_nan=False) == json.dumps(without_map(made))


def test_the_same_in_four_languages(segmentation, tmp_path):
    assert segmentation.report().data["map"] is not None
    assert segmentation.report().data["why"]["lineage"] is not None
    for section in ("lint", "rhythm", "journey"):
        assert segmentation.report().data[section] is not None
    names = {one.name for one in segmentation.profiles.features}
    assert {"largest_purchase", "attribute_plan_gold"} <= names
    assert_same(segmentation, tmp_path)


def test_the_same_with_a_title_and_a_currency(segmentation, tmp_path):
    assert_same(segmentation, tmp_path, title="<b>Bø & Å</b>", currency="EUR")


def test_the_same_with_names_of_the_users_own(segmentation, tmp_path):
    once = segmentation.rename({1: "Våre beste 🏆", 2: "A | B $x$"})
    assert_same(once.rename({1: '"Best"'}), tmp_path)


@pytest.mark.parametrize(
    "sizes",
    [
        (600,),
        (300, 300),
        (100, 90, 90, 80, 80, 80, 80),
        (50,) * 12,
        # one too small, so the next smallest is hidden beside it
        (300, 291, 9),
        (291, 9, 300),
        (296, 294, 5, 5),
        (293, 297, 5, 5),
        (294, 297, 4, 5),
        (9, 10, 10, 10, 561),
        (1, 10, 10, 10, 569),
        (9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 501),
    ],
)
def test_the_same_for_any_number_and_size(segmentation, tmp_path, sizes):
    rng = np.random.default_rng(sum(place * size for place, size in enumerate(sizes)))
    labels = rng.permutation(groups_of(*sizes))
    assert_same(regrouped(segmentation, labels), tmp_path)


@pytest.mark.parametrize("seed", range(6))
def test_the_same_for_groups_that_differ_whatever_their_sizes(
    segmentation, tmp_path, seed
):
    rng = np.random.default_rng(seed)
    cuts = np.sort(rng.choice(np.arange(1, 600), rng.integers(1, 11), replace=False))
    by_value = np.argsort(segmentation.features.revenue.to_numpy(), kind="stable")
    labels = np.empty(600, dtype=int)
    labels[by_value] = np.searchsorted(cuts, np.arange(600), side="right")
    regroup = regrouped(segmentation, labels)
    assert_same(regroup, tmp_path)
    profiles = regroup.profiles
    read = read_report(tmp_path).data["sizes"]["rows"]
    hidden = {row["number"] for row in read if row["size"] is None}
    assert hidden == profiles.hidden


def test_the_same_where_one_customer_would_be_told_of(segmentation, tmp_path):
    revenue = segmentation.features.revenue.copy()
    labels = groups_of(200, 200, 200)
    revenue.iloc[0] = 10**12
    rich = replace(
        segmentation, features=replace(segmentation.features, revenue=revenue)
    )
    masked = regrouped(rich, labels)
    assert masked.profiles.masked
    assert_same(masked, tmp_path)


def test_the_same_where_figures_are_not_defined(segmentation, tmp_path):
    frame = segmentation.features.frame.copy()
    frame.loc[frame.index[:300], ["mean_gap_days", "average_order_value"]] = math.nan
    frame["tenure_days"] = math.nan
    revenue = segmentation.features.revenue * 0
    features = replace(segmentation.features, frame=frame, revenue=revenue)
    assert_same(
        regrouped(replace(segmentation, features=features), groups_of(300, 300)),
        tmp_path,
    )


def test_the_same_for_customers_that_came_summed_up(tmp_path):
    rng = np.random.default_rng(0)
    summaries = pd.DataFrame(
        {
            "customer_id": [f"c{number:03}" for number in range(600)],
            "recency": rng.integers(1, 400, 600),
            "frequency": np.repeat([1, 3, 12], 200),
            "monetary": np.repeat([20.0, 90, 700], 200) + rng.random(600),
        }
    )
    found = autoseg.segment(summaries=summaries, n_resamples=0)
    assert found.profiles.as_of is None
    assert_same(found, tmp_path)


def test_what_was_read_gives_the_same_file_again(segmentation, tmp_path):
    from autoseg.plaindata import Record
    from autoseg.profiles import read_profiles

    labels = groups_of(290, 290, 11, 9)
    profiles = rename_segments(
        profile_segments(segmentation.features, labels), {1: "Ours"}
    )
    plain = json.loads(json.dumps(profiles.to_dict()))
    read = read_profiles(Record(plain, "profiles.json"))
    assert read.to_dict() == profiles.to_dict()
    assert read.hidden == profiles.hidden
    assert read.without_revenue == profiles.without_revenue


def test_the_file_tells_of_no_small_group_at_any_number_of_segments(segmentation):
    persistence = segmentation.to_dict()["selection"]["persistence"]
    n_customers = persistence["n_customers"]
    shares = [one["share"] for one in persistence["segments"]]
    assert all(one is None or one * n_customers >= 10 for one in shares)
    assert all(one["n_customers"] % 10 == 0 for one in persistence["flows"])
    assert {one["from_parent"] for one in persistence["segments"]} == {None}


@pytest.fixture(scope="module")
def plain(segmentation):
    return json.loads(json.dumps(segmentation.to_dict(), allow_nan=False))


def refused(tmp_path, content):
    file = tmp_path / "profiles.json"
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_report(tmp_path)
    assert len(raised.value.findings) == 1
    assert raised.value.findings[0].source == str(file)
    return str(raised.value)


def test_the_file_itself_may_be_named(segmentation, tmp_path):
    segmentation.write(tmp_path)
    by_folder = read_report(tmp_path)
    assert read_report(tmp_path / "profiles.json").data == by_folder.data


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="there is no such file") as raised:
        read_report(tmp_path)
    assert raised.value.codes == ("ASG_E_PROFILES_FILE",)
    assert str(tmp_path / "profiles.json") in str(raised.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "profiles.json").mkdir()
    with pytest.raises(InputError, match="it cannot be read"):
        read_report(tmp_path)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "it is no JSON"),
        (b'{"schema": 1,\n "segments": [', r"it is no JSON \(line 2\)"),
        (b"\xff\xfe\x00", "it is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        (b'{"schema": NaN}', "it is no JSON"),
        (b"[1, 2]", "the whole of it is no object with keys"),
        (b"{}", "schema is missing, and so are the segments"),
    ],
)
def test_a_damaged_or_foreign_file_is_refused(tmp_path, content, found):
    message = refused(tmp_path, content)
    assert message.startswith("ASG_E_PROFILES_FILE: ")
    assert re.search(found, message)


def test_another_version_is_told_apart_from_damage(plain, tmp_path):
    newer = {**plain, "schema": 2, "version": "7.1"}
    message = refused(tmp_path, newer)
    assert message.startswith("ASG_E_PROFILES_SCHEMA: ")
    assert "schema is 2, written by autoseg 7.1; this one reads 1" in message
    older = {key: value for key, value in plain.items() if key != "schema"}
    assert "so an older version of autoseg has written it" in refused(tmp_path, older)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda data: data.pop("features"), "features is missing"),
        (lambda data: data.pop("settings"), "settings is missing"),
        (lambda data: data["segments"][1].pop("claims"), "segments[1].claims is miss"),
        (lambda data: data.update(segments=[]), "segments is an empty list"),
        (lambda data: data["segments"][0].update(number=2), "are not numbered from 1"),
        (lambda data: data.update(order=[0, 0]), "order does not name every label"),
        (lambda data: data.update(twins=[[1, 99]]), "twins[0] is no pair of segments"),
        (lambda data: data["segments"][0].update(nearest=99), "nearest is no segment"),
        (lambda data: data["segments"][0].update(size=9), "size is no whole number"),
        (
            lambda data: data["segments"][0].update(hidden=True, size="40"),
            "segments[0].size is told, and the segment is hidden",
        ),
        (
            lambda data: [
                one.update(hidden=True, size=None) for one in data["segments"]
            ],
            "segments[0].size is missing",
        ),
        (
            lambda data: data["segments"][0].update(action="fly"),
            "segments[0].action is 'fly', which this version does not know",
        ),
        (
            lambda data: data["segments"][0].update(
                rule={"conditions": [], "precision": 1, "recall": 1}
            ),
            "segments[0].rule.conditions are not one to three",
        ),
        (
            lambda data: data["segments"][0].update(
                contrast={
                    "other": 99,
                    "feature": "frequency",
                    "median": 1,
                    "median_of_other": 2,
                    "effect": 0,
                }
            ),
            "segments[0].contrast.other is no segment",
        ),
        (
            lambda data: data["cleaning"]["dropped_revenue"].update(moon="1.00"),
            "dropped_revenue has other reasons than dropped_rows",
        ),
        (lambda data: data["selection"].update(target=[5]), "target is no pair of"),
        (
            lambda data: data["selection"].update(verdict="great"),
            "selection.verdict is 'great'",
        ),
    ],
)
def test_the_key_that_is_wrong_is_named(plain, tmp_path, change, found):
    data = copy.deepcopy(plain)
    change(data)
    message = refused(tmp_path, data)
    assert message.startswith("ASG_E_PROFILES_FILE: ")
    assert found in message


def test_figures_that_do_not_fit_each_other_are_refused(plain, tmp_path):
    data = copy.deepcopy(plain)
    data["features"] = [one for one in data["features"] if one["name"] != "frequency"]
    data["segments"][0].update(claims=[], rule=None, contrast=None, habits=[])
    data["segments"][0]["medians"] |= {"frequency": 4.0}
    for one in data["segments"][1:]:
        one.update(claims=[], rule=None, contrast=None, habits=[])
    data["noise"], data["habits_of_all"] = [], []
    for one in data["segments"]:
        one["usual_gap_days"] = None
    assert "its figures do not fit together" in refused(tmp_path, data)


def places(data, path=()):
    """Yield the way to everything in plain data."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_changed_there_is_a_report_or_one_error(plain, tmp_path, seed):
    rng = np.random.default_rng(seed)

    def choice(things):
        return things[rng.integers(len(things))]

    data = copy.deepcopy(plain)
    # what only programs read
    del data["merge_candidates"]
    *way, last = choice(list(places(data)))
    inner = data
    for key in way:
        inner = inner[key]
    odd = [
        None, True, -1, 0, 10**400, 1.5, -2.5, 1e308, "", "x", "\ud800", "NaN", [],
        {}, [None], {"a": 1}, [[]], "2026-02-31", "<b>",
    ]  # fmt: skip
    if rng.random() < 0.3:
        inner.pop(last)
    else:
        inner[last] = choice(odd)
    (tmp_path / "profiles.json").write_text(json.dumps(data), encoding="utf-8")
    try:
        report = read_report(tmp_path, language=choice(LANGUAGES))
    except InputError:
        return
    report.json().encode()
    report.markdown().encode()

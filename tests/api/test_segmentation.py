"""One call from a table to named segments, and what comes back holds together."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

import autoseg
from autoseg.errors import InputError, InputWarning, StructureError
from autoseg.locales import LANGUAGES
from autoseg.report.plots import SegmentMapDisplay


@pytest.fixture(scope="module")
def shop():
    return autoseg.datasets.make_customers(600, segments=5, random_state=2)


@pytest.fixture(scope="module")
def stages() -> list[tuple[str, float]]:
    return []


@pytest.fixture(scope="module")
def segmentation(shop, stages):
    return autoseg.segment(
        shop.transactions,
        currency="NOK",
        n_resamples=10,
        progress=lambda *told: stages.append(told),
    )


def test_every_customer_of_the_table_is_in_one_segment(segmentation, shop):
    labels = segmentation.labels
    assert labels.index.is_unique
    assert set(labels.index) == set(shop.transactions["customer_id"])
    sizes = {one.number: one.size for one in segmentation.profiles.segments}
    assert labels.value_counts().to_dict() == sizes


def test_revenue_of_the_segments_is_the_revenue_used(segmentation):
    total = sum(one.revenue for one in segmentation.profiles.segments)
    assert total == segmentation.log.revenue_used.quantize(Decimal("0.01"))
    by_hand = segmentation.features.revenue.groupby(segmentation.labels).sum()
    for one in segmentation.profiles.segments:
        exact = Decimal(int(by_hand[one.number])).scaleb(-4)
        assert abs(one.revenue - exact) < Decimal("0.01")


def test_rules_place_customers_nearly_as_the_model_does(segmentation):
    rules = segmentation.rules("nb")
    placed = rules.predict(segmentation.features)
    agreed = (placed == segmentation.labels).fillna(False).mean()
    assert agreed == segmentation.to_dict()["rulebook"]["fidelity"] > 0.8
    assert list(rules.to_frame().index) == sorted(segmentation.labels.unique())


def test_the_playbook_has_a_play_a_segment_in_the_language_asked_for(
    segmentation, tmp_path
):
    book = segmentation.playbook("da")
    names = [f"{play.number}. {play.name}" for play in book]
    assert [line for line in str(book).split("\n") if line[0:1].isdigit()] == names
    file = tmp_path / "plays.toml"
    texts = "\n".join(
        f'{name} = "Hej."' for name in ("goal", "offer", "message", "avoid")
    )
    file.write_text(f"[{book[0].key}.da]\n{texts}\n")
    assert segmentation.playbook("da", file=file)[0].goal == "Hej."


def test_segments_are_numbered_by_revenue_a_customer(segmentation):
    per_customer = [one.revenue / one.size for one in segmentation.profiles.segments]
    assert per_customer == sorted(per_customer, reverse=True)


def test_the_model_says_what_the_labels_say(segmentation):
    matrix = segmentation.features.matrix()
    np.testing.assert_array_equal(
        segmentation.model.predict(matrix), segmentation.labels
    )


def test_stability_goes_by_the_number_of_the_segment(segmentation):
    by_number = [one.stability for one in segmentation.profiles.segments]
    assert list(segmentation.stability.jaccard) == by_number


def test_planted_segments_are_found(segmentation, shop):
    truth = shop.truth.reindex(segmentation.labels.index)
    assert adjusted_rand_score(truth, segmentation.labels) > 0.6


def test_stages_are_told_in_their_order(segmentation, stages):
    names = [stage for stage, _ in stages]
    assert list(dict.fromkeys(names)) == [
        "tables", "features", "clustering", "stability", "profiles",
    ]  # fmt: skip
    assert names == sorted(names, key=list(dict.fromkeys(names)).index)
    for stage in ("tables", "features"):
        shares = [done for name, done in stages if name == stage]
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0, 1)


def test_it_shows_itself_as_a_table_in_a_terminal(segmentation):
    text = repr(segmentation)
    for one in autoseg.profiles.describe(segmentation.profiles, "en"):
        assert one.name.split(" · ")[0][:12] in text


def test_it_shows_itself_as_cards_in_a_notebook(segmentation):
    html = segmentation._repr_html_()
    assert "<" in html
    assert "<script" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_descriptions_hold_a_paragraph_a_segment(segmentation, language):
    paragraphs = segmentation.describe(language).split("\n\n")
    assert len(paragraphs) == len(segmentation.profiles.segments)
    assert paragraphs[0].startswith("1. ")


def test_names_of_the_users_own_are_shown_everywhere(segmentation, tmp_path):
    found = segmentation.profiles.segments[1]
    renamed = segmentation.rename({1: "R&D \u2b50\ufe0f", found.key: "=1+1"})
    former = autoseg.profiles.segment_names(segmentation.profiles, "nb")[0]
    paragraphs = renamed.describe("nb").split("\n\n")
    assert paragraphs[0].startswith(
        f"1. R&D \u2b50\ufe0f\nHet f\u00f8r \u00ab{former}\u00bb.\n"
    )
    assert "=1+1" in repr(renamed)
    assert "R&amp;D" in renamed._repr_html_()

    renamed.write(tmp_path, language="nb")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "R&amp;D" in page
    assert "R&D" not in page
    data = json.loads((tmp_path / "profiles.json").read_text(encoding="utf-8"))
    assert data["segments"][1]["given_name"] == "=1+1"
    assert data["segments"][1]["key"] == found.key
    rows = pd.read_csv(tmp_path / "segments.csv")
    # a spreadsheet would work it out
    assert set(rows.loc[rows["segment"] == 2, "segment_name"]) == {"'=1+1"}
    assert set(rows.loc[rows["segment"] == 1, "segment_name"]) == {"R&D \u2b50\ufe0f"}
    # the segmentation itself is as it was
    assert segmentation.profiles.segments[0].given_name is None


def test_names_that_cannot_be_shown_are_refused_together(segmentation):
    with pytest.raises(InputError, match="there is no segment 99") as error:
        segmentation.rename({1: "<script>", 99: "Guests"})
    assert error.value.codes == ("ASG_E_SEGMENT_NAME",) * 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_form_is_a_name_and_a_line(segmentation, language):
    texts = autoseg.profiles.describe(segmentation.profiles, language)
    assert segmentation.describe(language, form="short") == "\n\n".join(
        f"{text.number}. {text.name}\n{text.short}" for text in texts
    )


def test_the_long_form_has_all_sentences_and_what_to_do(segmentation):
    (text, *_) = autoseg.profiles.describe(segmentation.profiles)
    paragraph = segmentation.describe(form="long").split("\n\n")[0]
    assert paragraph.splitlines() == [
        f"1. {text.name}",
        *text.sentences,
        text.action,
        *text.reach,
    ]


def test_another_form_is_refused(segmentation):
    with pytest.raises(InputError, match=r"'medium' cannot be used") as caught:
        segmentation.describe(form="medium")
    (finding,) = caught.value.findings
    assert (finding.code, finding.source) == ("ASG_E_SETTING", "form")
    assert finding.fix == "give 'long' for a page or 'short' for a slide"


@pytest.mark.parametrize("language", LANGUAGES)
def test_cards_come_with_their_stability(segmentation, language):
    cards = segmentation.cards(language)
    assert cards == autoseg.profiles.make_cards(segmentation.profiles, language)
    for card, jaccard in zip(cards, segmentation.stability.jaccard, strict=True):
        shown = autoseg.locales.load_catalogue(language).number(jaccard, 2)
        assert f"({shown})" in card.stability


def test_it_becomes_strict_json_without_a_customer(segmentation):
    text = json.dumps(segmentation.to_dict(), allow_nan=False, default=str)
    for customer in segmentation.labels.index[:50]:
        assert f'"{customer}"' not in text


def test_the_file_for_programs_names_what_may_be_merged(segmentation):
    pairs = [list(pair) for pair in segmentation.playbook().merge_candidates]
    assert segmentation.to_dict()["merge_candidates"] == pairs


def test_written_files_are_the_four_promised(segmentation, tmp_path):
    written = segmentation.write(tmp_path / "out", language="sv", title="Våra kunder")
    assert [path.name for path in written] == [
        "segments.csv",
        "profiles.json",
        "model.autoseg",
        "report.html",
    ]
    assert autoseg.load(written[2]).to_dict() == segmentation.model.to_dict()
    assert "Våra kunder" in written[3].read_text(encoding="utf-8")
    table = pd.read_csv(written[0], dtype={"customer_id": str})
    assert list(table.columns) == [
        "customer_id",
        "segment",
        "segment_key",
        "segment_name",
        "confidence",
        "runner_up",
    ]


def test_only_the_report_and_names_change_with_the_language(segmentation, tmp_path):
    first = segmentation.write(tmp_path / "a", language="en")
    second = segmentation.write(tmp_path / "b", language="da")
    assert first[1].read_bytes() == second[1].read_bytes()
    assert first[2].read_bytes() == second[2].read_bytes()
    assert first[3].read_bytes() != second[3].read_bytes()


def test_a_model_with_a_segment_of_a_few_customers_is_left_out(segmentation, tmp_path):
    path = segmentation.save(tmp_path / "model.autoseg")
    assert autoseg.load(path).to_dict() == segmentation.model.to_dict()
    first, *others = segmentation.model.segments
    few = (replace(first, n_customers=None), *others)
    small = replace(segmentation, model=replace(segmentation.model, segments=few))
    found = "ASG_W_MODEL_NOT_WRITTEN: the model: segment 1 of 600 customers has fewer"
    with pytest.warns(InputWarning, match=found):
        written = small.write(tmp_path)
    assert "model.autoseg" not in [one.name for one in written]
    # that of an earlier run would be about other segments
    assert not path.exists()
    with pytest.raises(InputError, match="ASG_E_MODEL_SMALL_SEGMENT"):
        small.save(path)


def test_renamed_segments_have_their_names_in_the_file(segmentation, tmp_path):
    renamed = segmentation.rename({1: "Our 3s"})
    model = autoseg.load(renamed.save(tmp_path / "model.autoseg"))
    assert model.segments[0].names == dict.fromkeys(autoseg.locales.LANGUAGES, "Our 3s")


@pytest.mark.parametrize("purpose", [None, 4, "\ud800"])
def test_a_purpose_that_is_no_text_is_refused_before_the_work(shop, purpose):
    with pytest.raises(InputError, match=r"ASG_E_SETTING: purpose: .* cannot be used"):
        autoseg.segment(shop.transactions, purpose=purpose)


def test_the_callers_frame_is_left_alone(shop):
    before = shop.transactions.copy(deep=True)
    autoseg.segment(shop.transactions, n_resamples=0)
    pd.testing.assert_frame_equal(shop.transactions, before)


def test_scaling_the_currency_changes_no_label(segmentation, shop):
    dearer = shop.transactions.assign(amount=shop.transactions["amount"] * 8)
    again = autoseg.segment(dearer, n_resamples=0)
    pd.testing.assert_series_equal(again.labels, segmentation.labels)


@pytest.mark.parametrize("n_customers", [1, 4])
def test_too_few_customers_are_told_with_what_is_needed(shop, n_customers):
    few = shop.transactions[
        shop.transactions["customer_id"].isin(
            sorted(shop.transactions["customer_id"].unique())[:n_customers]
        )
    ]
    found = f"ASG_E_TOO_FEW_CUSTOMERS: .*have n_samples={n_customers}"
    with (
        pytest.warns(InputWarning, match=r"below 500, segments are rarely"),
        pytest.raises(StructureError, match=found),
    ):
        autoseg.segment(few)


def test_an_unknown_feature_is_told(shop):
    with pytest.raises(InputError, match="ASG_E_"):
        autoseg.segment(shop.transactions, features=["recency_days", "charm"])


def test_segments_can_be_found_on_chosen_features(shop):
    chosen = ["recency_days", "frequency", "monetary"]
    found = autoseg.segment(shop.transactions, features=chosen, n_resamples=0)
    assert found.model.feature_names == tuple(chosen)
    assert found.stability is None


def test_settings_tell_how_tables_were_read_and_neither_ids_nor_keys(shop):
    with warnings.catch_warnings(action="ignore", category=InputWarning):
        segmentation = autoseg.segment(
            shop.transactions,
            n_resamples=0,
            currency="NOK",
            since="2023-02-01",
            exclude_ids=["guest", "c001"],
            pseudonym_key="a long secret",
            max_bad_share=0.02,
        )
    told = segmentation.settings
    assert {told["currency"], told["since"]} == {"NOK", "2023-02-01"}
    assert told["exclude_ids"] == "2 ids"
    assert told["pseudonymised"] == "True"
    assert told["max_bad_share"] == "0.02"
    assert "secret" not in str(told) + str(segmentation.to_dict())
    assert "c001" not in str(segmentation.to_dict())


@pytest.fixture(scope="module")
def with_customers(shop):
    """The shop with a table of its customers and 12 who have not bought."""
    ids = [*shop.transactions["customer_id"].unique(), *(f"p{i}" for i in range(12))]
    people = pd.DataFrame({"customer_id": ids, "town": ["a", "b"] * (len(ids) // 2)})
    with warnings.catch_warnings(action="ignore"):
        return autoseg.segment(shop.transactions, customers=people, n_resamples=0)


def test_the_journey_counts_every_customer_once(segmentation):
    table = segmentation.journey()
    assert table.n_customers == 600
    assert table.prospects is None
    shown = [size for size in table.sizes if size is not None]
    assert sum(shown) <= 600
    recency = segmentation.features.frame["recency_days"]
    tenure = segmentation.features.frame["tenure_days"]
    lost = int(((recency >= 365) & (tenure > 90)).sum())
    assert table.totals[-1] in {lost, None}


def test_prospects_are_those_of_the_customers_table_who_have_not_bought(with_customers):
    assert with_customers.journey().prospects == 12
    assert "12 registrerte kunder" in str(with_customers.journey("nb"))


def test_limits_of_the_journey_are_arguments(segmentation):
    recency = segmentation.features.frame["recency_days"]
    table = segmentation.journey(new_days=1, active_days=10, inactive_days=20)
    assert table.totals[1] in {int((recency <= 10).sum()), None}
    with pytest.raises(InputError, match="divide no time"):
        segmentation.journey(lost_days=1)


def test_top_customers_are_a_group(segmentation):
    top = segmentation.top_customers(share=0.05)
    assert top.n_customers == 30
    amounts = segmentation.features.revenue.sort_values().to_numpy()
    assert top.revenue_share == pytest.approx(amounts[-30:].sum() / amounts.sum())
    # 1 % of 600 are 6
    assert segmentation.top_customers().n_customers is None


def test_lint_takes_the_target_and_what_was_told(segmentation):
    found = segmentation.lint(min_customers=599)
    assert {one.code for one in found.findings} >= {"too_small"}
    assert all(isinstance(one, str) for one in found.sentences)
    with pytest.raises(InputError, match="min_customers is 0"):
        segmentation.lint(min_customers=0)


def test_the_plain_data_hold_all_three_and_no_customer(segmentation):
    plain = segmentation.to_dict()
    assert plain["lint"] == segmentation.lint().to_dict()
    assert plain["journey"] == segmentation.journey().to_dict()
    assert plain["top_customers"] == segmentation.top_customers().to_dict()
    text = json.dumps(plain, allow_nan=False)
    assert not any(f'"{one}"' in text for one in segmentation.labels.index)


def test_when_each_segment_buys_is_counted_on_its_members(segmentation, shop):
    table = segmentation.rhythm
    orders = shop.transactions.groupby(["customer_id", "order_id"], as_index=False)
    orders = orders.agg({"timestamp": "min", "amount": "sum"})
    # returns are orders of their own
    orders = orders[orders["amount"] > 0]
    segment = orders["customer_id"].map(segmentation.labels)
    at = orders["timestamp"].dt
    n_parts = len(table.parts)
    cell = at.day_of_week * n_parts + (at.hour // 6 if n_parts > 1 else 0)
    for number, week in zip(table.numbers, table.shares, strict=True):
        shares = cell[segment == number].value_counts(normalize=True)
        shares = shares.reindex(range(7 * n_parts), fill_value=0)
        by_hand = shares.to_numpy().reshape(7, n_parts).tolist()
        for shown, expected in zip(week, by_hand, strict=True):
            for share, other in zip(shown, expected, strict=True):
                assert share is None or share == round(other, 2)
    assert segmentation.to_dict()["rhythm"] == table.to_dict()
    assert segmentation.report().data["rhythm"]["panels"]


def test_names_of_ones_own_keep_the_times(segmentation):
    assert segmentation.rename({1: "Ours"}).rhythm == segmentation.rhythm


def test_the_map_can_be_one_of_neighbours(segmentation):
    by_components = segmentation.report().data["map"]
    by_neighbours = segmentation.report("da", map_method="umap").data["map"]
    assert (by_components["method"], by_neighbours["method"]) == ("pca", "umap")
    assert "omtrentlige" in by_neighbours["lead"]
    # of 600 customers only the few farthest out are left off
    assert 570 <= len(by_neighbours["points"]) <= 600
    drawn = SegmentMapDisplay.from_segmentation(segmentation, method="umap")
    assert drawn.section["points"] == by_neighbours["points"]


def test_another_method_of_a_map_is_refused(segmentation):
    with pytest.raises(
        InputError, match=r"ASG_E_SETTING: map_method: 'tsne' cannot.*'pca'.*'umap'"
    ):
        segmentation.report(map_method="tsne")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_what_the_segmentation_knows(segmentation, language):
    data = segmentation.report(language).data
    counts = segmentation.journey(language).counts
    for row, counted in zip(data["journey"]["rows"], counts, strict=True):
        shown = [cell["count"] for cell in row["cells"] if cell["share"] is not None]
        assert shown == [one for one in counted if one is not None and row["size"]]
    found = segmentation.lint(language)
    told = [one["text"] for one in data["lint"]["findings"]]
    assert told == list(found.sentences)
    assert data["segments"]["rulebook"] == segmentation.rules(language).summary


def test_a_report_of_sections_that_are_not_there_is_refused(segmentation):
    with pytest.raises(InputError, match=r"ASG_E_SECTION.*'chart' cannot be shown"):
        segmentation.report(sections=["chart"])
    data = segmentation.report(sections=["map", "lint"]).data
    assert data["sizes"] is data["journey"] is None
    assert data["lint"]

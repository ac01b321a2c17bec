"""All rules together place customers as a reader with the rules in hand would."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from autoseg.errors import InputError
from autoseg.features import FeatureTable
from autoseg.locales import LANGUAGES, load_catalogue
from autoseg.locales.catalogue import Catalogue
from autoseg.profiles import (
    Condition,
    MembershipRule,
    RuleBook,
    SegmentProfiles,
    profile_segments,
    rules_in_words,
)
from autoseg.profiles import rulewords as rulewords_module
from autoseg.profiles.figures import Figures
from autoseg.profiles.rulebook import make_rulebook, place_by_rules
from autoseg.profiles.rulewords import rule_sentence

MakeTable = Callable[..., FeatureTable]


def by_hand(customer: pd.Series, book: RuleBook) -> int:
    """Place one customer as somebody who reads the rules would."""
    best = (0.0, 0)
    for number in sorted(book.rules):
        rule = book.rules[number]
        fits = all(
            (one.lower is None or customer[one.feature] >= one.lower)
            and (one.upper is None or customer[one.feature] <= one.upper)
            for one in rule.conditions
        )
        if fits and rule.precision > best[0]:
            best = (rule.precision, number)
    return best[1]


def test_figures_are_those_of_placing_each_customer_by_hand(
    planted: tuple[FeatureTable, np.ndarray],
) -> None:
    table, labels = planted
    # a sixth of the labels at random, so that rules and model disagree
    rng = np.random.default_rng(1)
    mixed = np.where(rng.random(labels.size) < 1 / 6, rng.integers(0, 4, 240), labels)
    profiles = profile_segments(table, mixed)
    numbers = np.argsort(profiles.order)[mixed] + 1
    book = profiles.rulebook
    placed = np.asarray([by_hand(row, book) for _, row in table.frame.iterrows()])
    assert 0.5 < book.fidelity < 1
    assert book.fidelity == (placed == numbers).mean()
    assert book.no_rule == (placed == 0).mean()
    assert set(book.recalls) == set(book.rules)
    for number, recall in book.recalls.items():
        assert recall == (placed[numbers == number] == number).mean()
    predicted = rules_in_words(profiles).predict(table)
    assert predicted.fillna(0).tolist() == placed.tolist()
    assert predicted.index.equals(table.frame.index)


def test_the_most_precise_rule_wins_and_then_the_lower_number() -> None:
    frame = pd.DataFrame({"frequency": [1.0, 2, 3, 4, np.nan]})
    rules = {
        1: MembershipRule((Condition("frequency", 2, None),), 0.8, 0.9),
        2: MembershipRule((Condition("frequency", 3, None),), 0.8, 0.9),
        3: MembershipRule((Condition("frequency", 4, None),), 0.9, 0.5),
    }
    assert place_by_rules(rules, frame).tolist() == [0, 1, 1, 3, 0]
    assert place_by_rules({}, frame).tolist() == [0] * 5


def test_worked_by_hand() -> None:
    frame = pd.DataFrame({"frequency": [1.0] * 15 + [3.0] * 5 + [6.0] * 20})
    segments = np.repeat([1, 0], [20, 20])
    rules = [
        MembershipRule((Condition("frequency", 6, None),), 1.0, 1.0),
        MembershipRule((Condition("frequency", 1, 1),), 1.0, 0.75),
    ]
    book = make_rulebook(frame, segments, rules)
    assert (book.fidelity, book.no_rule) == (35 / 40, 5 / 40)
    assert book.recalls == {1: 1.0, 2: 0.75}


def test_a_segment_of_few_has_no_rule_to_be_found_by(make_table: MakeTable) -> None:
    table = make_table({"frequency": [30.0] * 5 + [1.0] * 20})
    profiles = profile_segments(table, [0] * 5 + [1] * 20)
    assert profiles.segments[0].rule is not None
    assert set(profiles.rulebook.rules) == {2}
    rules = rules_in_words(profiles)
    assert rules.sentences[0] is None
    assert "No short rule finds this segment." in str(rules)
    frame = rules.to_frame()
    assert frame.loc[1, ["precision", "recall", "placed"]].isna().all()
    assert frame.loc[2, "placed"] == 1.0
    assert profiles.to_dict()["rulebook"] == {
        "fidelity": 20 / 25,
        "no_rule": 5 / 25,
        "recalls": [{"segment": 2, "recall": 1.0}],
    }


def test_one_segment_of_all_customers_has_no_rule(make_table: MakeTable) -> None:
    profiles = profile_segments(make_table({"frequency": [1.0, 2.0] * 10}), [0] * 20)
    rules = rules_in_words(profiles)
    assert rules.summary == "No short rule finds any of the segments."
    assert profiles.rulebook == RuleBook({}, 0.0, 1.0, {})
    assert rules.predict(pd.DataFrame(index=["a", "b"])).isna().all()


def test_features_that_the_rules_need_are_asked_for(
    planted: tuple[FeatureTable, np.ndarray],
) -> None:
    table, labels = planted
    rules = rules_in_words(profile_segments(table, labels))
    needed = {
        one.feature for rule in rules.book.rules.values() for one in rule.conditions
    }
    lacking = table.frame.drop(columns=sorted(needed))
    with pytest.raises(
        InputError, match=r"no column .*, which the rules speak of"
    ) as told:
        rules.predict(lacking)
    assert told.value.codes == ("ASG_E_RULE_FEATURES",)
    assert rules.predict(table.frame[sorted(needed)]).notna().any()


def figures(make_table: MakeTable, language: str, currency: str | None) -> Figures:
    table = make_table(
        {name: [1.0, 2.0] for name in ("recency_days", "frequency", "tenure_days",
                                       "monetary", "distinct_products")}
    )  # fmt: skip
    features = {one.name: one for one in table.features}
    return Figures(load_catalogue(language), features, currency)


SPOKEN = {
    "en": "At least 6 orders and last order within 45 days.",
    "nb": "Minst 6 ordrer og siste ordre for høyst 45 dager siden.",
    "da": "Mindst 6 ordrer og seneste ordre for højst 45 dage siden.",
    "sv": "Minst 6 ordrar och senaste order för högst 45 dagar sedan.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_sounds_as_people_say_it(language: str, make_table: MakeTable) -> None:
    rule = MembershipRule(
        (Condition("frequency", 6, None), Condition("recency_days", None, 45)), 0.8, 0.7
    )
    said = rule_sentence(rule, figures(make_table, language, "NOK"))
    assert said.startswith(SPOKEN[language])


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Condition("frequency", 1, 1), "Exactly 1 order."),
        (Condition("frequency", 2, 6), "Between 2 and 6 orders."),
        (Condition("recency_days", 45, None), "Last order at least 45 days ago."),
        (Condition("recency_days", 7, 45), "Last order between 7 and 45 days ago."),
        (Condition("tenure_days", None, 90), "First order at most 90 days ago."),
        (Condition("monetary", 500, None), "Spend of at least £500."),
        (Condition("monetary", None, 1400), "Spend of at most £1,400."),
        # without words of its own a feature stands before its bound
        (
            Condition("distinct_products", 3, None),
            "Number of different products: at least 3.",
        ),
    ],
)
def test_every_shape_has_words(
    condition: Condition, said: str, make_table: MakeTable
) -> None:
    rule = MembershipRule((condition,), 1.0, 1.0)
    sentence = rule_sentence(rule, figures(make_table, "en", "GBP"))
    assert sentence.startswith(f"{said} This finds")


def test_no_text_is_left_untranslated(
    planted: tuple[FeatureTable, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    english = load_catalogue("en")
    pseudo = Catalogue("en", {key: f"⟦{text}⟧" for key, text in english.texts.items()})
    monkeypatch.setattr(rulewords_module, "load_catalogue", lambda _: pseudo)
    rules = rules_in_words(profile_segments(*planted))
    for part in (*rules.sentences, rules.summary, rules.no_rule):
        outside = part
        while "⟦" in outside:
            outside = re.sub(r"⟦[^⟦⟧]*⟧", "", outside)
        assert not re.search(r"[^\W\d_]", outside), part


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_rules_print_with_their_names(
    language: str, planted: tuple[FeatureTable, np.ndarray]
) -> None:
    profiles: SegmentProfiles = profile_segments(*planted)
    rules = rules_in_words(profiles, language)
    lines = str(rules).split("\n")
    for number, name in enumerate(rules.names, 1):
        assert f"{number}. {name}" in lines
    assert lines[-1] == rules.summary
    assert list(rules.to_frame()["name"]) == list(rules.names)

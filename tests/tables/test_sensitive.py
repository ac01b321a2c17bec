"""Columns of special categories are refused by name, in four languages."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest

import autoseg
from autoseg.errors import InputError
from autoseg.features import Feature
from autoseg.features.own import check_own
from autoseg.profiles import vocabulary
from autoseg.tables.sensitive import is_trait, sensitive_category

NAMES = {
    "religion": [
        "religion", "Customer Religion", "kundeReligion", "religiøs", "tro",
        "livssyn", "trossamfunn", "folkekirkemedlem", "religiositet", "trossamfund",
    ],
    "ethnic origin or nationality": [
        "ethnicity", "ethnic_group", "race", "nationality", "citizenship", "etnisitet",
        "etnisk_bakgrunn", "nasjonalitet", "etnicitet", "nationalitet", "fødeland",
        "medborgarskap", "country_of_birth",
    ],
    "health": [
        "health", "health_status", "Diagnosis", "disability", "pregnant", "BMI",
        "helse", "helsetilstand", "sykdom", "sundhed", "sundhedsdata", "sygdom",
        "hälsa", "hälsotillstånd", "sjukdom", "allergi", "patient_type",
    ],
    "union membership": [
        "union", "TradeUnion", "union_member", "fagforening", "fagforeningsmedlem",
        "fagforbund", "fackförbund", "fackmedlem",
    ],
    "politics": [
        "political_party", "politics", "politisk_syn", "partimedlem",
        "partitillhörighet", "politisk",
    ],
    "sex life or orientation": [
        "sexual_orientation", "legning", "seksuell_legning", "seksualitet",
        "sexuell läggning", "LGBTQ",
    ],
    "genetic data": ["dna", "genetic_test", "genetisk_risiko", "gentest"],
    "biometric data": [
        "biometric_id", "fingerprint", "fingeravtrykk", "fingeraftryk", "fingeravtryck",
    ],
}  # fmt: skip

FALSE_FRIENDS = [
    # loyal, the police, a lot of goods, through, a necklace
    "trofast", "trofasthet", "politiattest", "parti", "partinummer", "genom_snitt",
    "halsband", "hals", "politeness", "policy", "fortrolighedspolitik",
    "health_score", "account_health", "health_and_beauty", "golf_handicap",
    "credit_union", "European Union", "device_fingerprint", "last_race", "hunderase",
    "disabled", "generic", "Generation", "union_station", "control", "astro", "intro",
    "faithful", "international", "national", "party_size", "third_party", "metro",
    "unit", "reunion_date", "screen_orientation", "facket", "package", "city",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "category"), [(one, key) for key, all_ in NAMES.items() for one in all_]
)
def test_names_of_special_categories_are_known(name, category):
    assert sensitive_category(name) == category
    assert sensitive_category(name.upper()) == category


@pytest.mark.parametrize("name", FALSE_FRIENDS)
def test_false_friends_are_let_through(name):
    assert sensitive_category(name) is None


@pytest.mark.parametrize(
    "name",
    ["gender", "Sex", "kjønn", "køn", "kön", "age", "Alder", "ålder", "age_group",
     "postcode", "Postnr", "zip", "fødselsår", "birth_year"],
)  # fmt: skip
def test_traits_are_known(name):
    assert is_trait(name)


@pytest.mark.parametrize(
    "name",
    ["page", "average", "account_age", "membership_age", "package", "icon", "konto",
     "alderney", "storage", "order_age", "sexton"],
)  # fmt: skip
def test_what_only_looks_like_a_trait_is_let_through(name):
    assert not is_trait(name)


@pytest.fixture
def people(shop):
    ids = shop.transactions["customer_id"].unique()
    faiths = ["a", "b"] * len(ids)
    return pd.DataFrame({"customer_id": ids, "Religion": faiths[: len(ids)]})


@pytest.fixture(scope="module")
def shop():
    return autoseg.datasets.make_customers(600, segments=4, random_state=2)


@pytest.mark.parametrize("call", [autoseg.segment, autoseg.check])
def test_a_sensitive_column_is_refused_with_what_to_do(call, shop, people):
    with pytest.raises(InputError, match="tells of religion") as caught:
        call(shop.transactions, customers=people)
    (finding,) = caught.value.findings
    assert finding.code == "ASG_E_SENSITIVE_COLUMN"
    assert finding.column == "Religion"
    assert "allow_sensitive=['Religion'] (--allow-sensitive Religion)" in finding.fix


def test_summaries_with_such_customers_are_refused_too():
    rows = pd.DataFrame(
        {"customer_id": ["a", "b"], "recency": [1, 2], "orders": [1, 2],
         "monetary": [5, 6]}
    )  # fmt: skip
    people = pd.DataFrame({"customer_id": ["a", "b"], "helse": ["x", "y"]})
    with pytest.raises(InputError, match="tells of health"):
        autoseg.check(summaries=rows, customers=people)


def test_an_allowed_column_is_computed_recorded_and_never_spoken_of(shop, people):
    # one faith for the first half: it sets segments apart as nothing else does
    with warnings.catch_warnings(action="ignore"):
        segmentation = autoseg.segment(
            shop.transactions,
            customers=people,
            features=["frequency", "monetary", "attribute_religion_a"],
            n_resamples=0,
            allow_sensitive=["religion"],
        )
    assert segmentation.settings["allow_sensitive"] == "religion"
    names = {one.name for one in segmentation.features.features if one.sensitive}
    assert names == {"attribute_religion_a", "attribute_religion_b"}
    for one in segmentation.profiles.segments:
        told = [claim.feature for claim in one.claims]
        told += [] if one.rule is None else [c.feature for c in one.rule.conditions]
        told += [] if one.contrast is None else [one.contrast.feature]
        assert not names & set(told)
    for language in ("en", "nb", "da", "sv"):
        assert "Religion" not in segmentation.describe(language)


def test_the_same_column_would_be_spoken_of_under_another_name(shop, people):
    """The test above could not fail if nothing were ever said of attributes."""
    renamed = people.rename(columns={"Religion": "shoe"})
    with warnings.catch_warnings(action="ignore"):
        segmentation = autoseg.segment(
            shop.transactions,
            customers=renamed,
            features=["frequency", "monetary", "attribute_shoe_a"],
            n_resamples=0,
        )
        marked = autoseg.compute_features(
            shop.transactions, customers=renamed, allow_sensitive="shoe"
        )
    assert not any(one.sensitive for one in segmentation.features.features)
    assert "shoe is" in segmentation.describe()
    assert {one.name for one in marked.features if one.sensitive} == {
        "attribute_shoe_a", "attribute_shoe_b",
    }  # fmt: skip


def test_own_features_are_marked_by_hand_or_by_name():
    made = [
        Feature(name="a1", block="own", unit="count", sql="COUNT(*)", sensitive=True),
        Feature(name="a2", block="own", unit="count", sql="COUNT(*)", label="Helse"),
        Feature(name="church_faith", block="own", unit="count", sql="COUNT(*)"),
        Feature(name="plain", block="own", unit="count", sql="COUNT(*)"),
    ]
    checked = check_own(made, (), frozenset(), [])
    assert [one.sensitive for one in checked] == [True, True, True, False]
    assert [bool(vocabulary(one)) for one in checked] == [False, False, False, True]


def test_a_trait_may_be_used_and_is_warned_of(shop, people):
    renamed = people.rename(columns={"Religion": "Kjønn"})
    found = autoseg.check(shop.transactions, customers=renamed).findings
    (finding,) = [one for one in found if one.code == "ASG_W_PERSONAL_TRAIT"]
    assert finding.column == "Kjønn"
    assert "gender, age or where people live" in finding.found

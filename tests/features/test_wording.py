"""Every feature has a name and a meaning in each language."""

from __future__ import annotations

import pytest

from autoseg.features import CATALOGUE, Feature, block_name, feature_meaning
from autoseg.features import feature_name as name_of
from autoseg.features.wording import CODE_UNITS, code_word
from autoseg.locales import LANGUAGES, load_catalogue

PARTS = {"name", "meaning"}
# keys under "features." that are no feature's
OTHER = {"units", "blocks", "patterns"}
BLOCKS = {
    "value", "tempo", "basket", "price", "returns", "timing", "channel", "engagement",
    "attributes", "own",
}  # fmt: skip
N_CODES = {
    "preferred_weekday": 7,
    "preferred_daypart": 4,
    "funnel_stage": 5,
    "journey_stage": 4,
}


def made(name: str, block: str, **given: str) -> Feature:
    return Feature(
        name=name, block=block, unit="share", meaning="", sql="COUNT(age)", **given
    )


def words_of(language: str) -> dict[str, set[str]]:
    """Return the parts that the texts have of each feature."""
    found: dict[str, set[str]] = {}
    for key in load_catalogue(language).texts:
        room, name, *rest = key.split(".")
        if room == "features" and name not in OTHER:
            found.setdefault(name, set()).add(rest[0])
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_feature_has_a_name_and_a_meaning_and_no_text_is_left_over(
    language: str,
) -> None:
    known = words_of(language)
    assert set(known) == set(CATALOGUE)
    for name, parts in known.items():
        coded = CATALOGUE[name].unit in CODE_UNITS
        assert parts == PARTS | ({"value"} if coded else set()), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_differ_and_meanings_are_one_sentence(language: str) -> None:
    names = [name_of(one, language) for one in CATALOGUE.values()]
    assert len(set(names)) == len(names)
    for one in CATALOGUE.values():
        assert len(name_of(one, language)) <= 64
        sentence = feature_meaning(one, language)
        assert sentence[0].isupper() or not sentence[0].isalpha()
        assert sentence.endswith(".")
        assert ". " not in sentence.replace("pr. ", ""), sentence
        # what a missing value means, or that there is none
        assert "; " in sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_block_has_a_heading(language: str) -> None:
    prefix = "features.blocks."
    texts = load_catalogue(language).texts
    assert {k.removeprefix(prefix) for k in texts if k.startswith(prefix)} == BLOCKS
    assert {one.block for one in CATALOGUE.values()} <= BLOCKS
    assert block_name("something else", language) == block_name("own", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_word(language: str) -> None:
    for name, n_codes in N_CODES.items():
        one = made(name, "timing")
        words = {code_word(one, code, language) for code in range(1, n_codes + 1)}
        assert len(words) == n_codes
        assert not any(word.isdigit() for word in words)
        assert code_word(one, n_codes + 1, language) == str(n_codes + 1)
    coded = {one.name for one in CATALOGUE.values() if one.unit in CODE_UNITS}
    assert coded == set(N_CODES)


@pytest.mark.parametrize(
    ("feature", "name"),
    [
        (made("channel_share_butikk", "channel", level="butikk"),
         "Andel av kjøpene via butikk"),
        (made("device_share_mobil", "engagement", level="mobil"),
         "Andel av aktiviteten på mobil"),
        (made("device_share_other", "engagement", level="_other"),
         "Andel av aktiviteten på annet"),
        (made("attribute_bor_i", "attributes", label="Fylke", level="Vestland"),
         "Fylke: Vestland"),
        (made("attribute_alder", "attributes", label="Alder"), "Alder"),
        (made("poeng", "own", label="Poeng i klubben"), "Poeng i klubben"),
        (made("points_left", "own"), "points left"),
        (made("attribute_home", "attributes", label="home_ownership"),
         "home ownership"),
    ],
)  # fmt: skip
def test_names_from_the_data_are_put_into_a_pattern(
    feature: Feature, name: str
) -> None:
    assert name_of(feature, "nb") == name
    assert feature_meaning(feature, "nb").endswith(".")


def test_braces_in_the_users_words_are_no_fields() -> None:
    own = made("x", "own", label="{level} {0}")
    assert name_of(own) == "{level} {0}"


def test_a_catalogue_serves_as_its_language() -> None:
    one = CATALOGUE["frequency"]
    assert name_of(one, load_catalogue("da")) == name_of(one, "da") == "Antal ordrer"

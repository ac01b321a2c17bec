"""Columns whose names say that they hold what the law calls special categories.

Religion, ethnic origin, health, union membership, politics, sex life, genes and body
measurements that tell who someone is: profiles on these need more than a business's
interest (GDPR, Article 9), so such a column is refused until it is allowed by name.
Only names are looked at, in English, Norwegian, Danish and Swedish. What a column
holds is not, so one that is called ``attr7`` is not found out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.tables.canonical import fold
from autoseg.tables.settings import give

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autoseg.tables.findings import Findings
    from autoseg.tables.settings import Settings

__all__ = ["check_sensitive", "check_traits", "is_trait", "sensitive_category"]


@dataclass(frozen=True, slots=True)
class _Category:
    """Folded words that name one special category.

    Parameters
    ----------
    words : str
        Words that have to stand alone.
    stems : str
        What words begin or end with, so that compounds are found.
    alone : str
        Words that have to be the whole name: elsewhere they mean something else.
    beside : str
        Words beside which none of these means the category.
    """

    words: str = ""
    stems: str = ""
    alone: str = ""
    beside: str = ""

    def fits(self, parts: list[str]) -> bool:
        """Return whether the words of a name say that it is of this category."""
        if set(parts) & set(self.beside.split()):
            return False
        # the parts of a name may be one word in one system and two in the next
        whole = "".join(parts)
        told = [*parts, whole]
        if whole in self.alone.split() or set(told) & set(self.words.split()):
            return True
        return any(
            part.startswith(stem) or part.endswith(stem)
            for stem in self.stems.split()
            for part in told
        )


# Some words are left out on purpose: trofast is loyal, politi the police, parti in
# Norwegian a lot of goods, genom in Swedish through, hals the neck of a necklace.
_CATEGORIES = {
    "religion": _Category(
        words="tro faith belief beliefs konfession livssyn kirkemedlem kyrkomedlem"
        " folkekirke folkekirken folkekirkemedlem",
        stems="religion religious religios trosretning trosinriktning trossamfunn"
        " trossamfund trostilhorighet trosbekjennelse trosbekendelse kirkemedlemskap"
        " kirketilhorighet kyrkotillhorighet",
    ),
    "ethnic origin or nationality": _Category(
        words="nationality nationalities nasjonalitet nationalitet citizenship"
        " statsborger statsborgerskap statsborgerskab medborgarskap ethnos",
        stems="ethnic ethnicity etnisk etnisitet etnicitet racial innvandrer indvandrer"
        " invandrare immigrant fodeland fodselsland fodelseland birthcountry"
        " countryofbirth skincolor skincolour hudfarge hudfarve",
        # a race is also run, and a breed of dogs
        alone="race rase ras customerrace",
    ),
    "health": _Category(
        words="halsa ohalsa folkhalsa medical patient patients pasient pasienter bmi"
        " hiv diagnosis diagnoses diagnose diagnoser diagnos handicap handikap"
        " handikapp"
        " disability disabilities health healthcare",
        stems="helse sundhed helbred healthcondition healthstatus healthdata sykdom"
        " sygdom sjukdom diagnosekode diagnoskod diagnosiscode medication medicine"
        " medisin medicin allergi allergy allergies halsotillstand halsostatus"
        " halsodata halsoprofil funksjonsnedsettelse funksjonshemming"
        " funktionsnedsattning funktionshinder funktionsnedsaettelse"
        " handicapped pregnant pregnancy gravid graviditet bloodtype bloodgroup"
        " blodtype blodgrupp sykmeldt sykemeldt sygemeldt sjukskriven chronicillness",
        # how well an account is doing, shelves of a shop, and golf
        beside="score index account customer client food foods beauty store golf"
        " system deployment",
    ),
    "union membership": _Category(
        words="union fack unionized unionised",
        stems="tradeunion laborunion labourunion unionmember unionmembership"
        " fagforening fagforbund fackforbund fackforening fackmedlem",
        beside="credit european western customs square street station pay",
    ),
    "politics": _Category(
        words="political politics politisk politiska politiske politikk partimedlem"
        " partisympati partivalg",
        stems="politicalparty politicalview politicalopinion politicalaffiliation"
        " partitilhorighet partitilknytning partitillhorighet partimedlemskap"
        " partimedlemskab partimedlemskap stemmegivning votingintention",
    ),
    "sex life or orientation": _Category(
        words="sexual legning laggning lgbt lgbtq lhbt lhbtq homosexual heterosexual"
        " bisexual homofil sexlife sexliv",
        stems="sexualorientation sexualpreference sexuality seksualitet seksuell"
        " seksuel sexualitet sexuell seksualliv",
    ),
    "genetic data": _Category(
        words="genetic genetics genetisk genetiska genetiske dna genome genotype"
        " gentest",
        stems="genetictest geneticdata genetik genetikk dnatest genotyp",
    ),
    "biometric data": _Category(
        words="biometric biometrics biometri biometrisk biometriske biometriska"
        " fingerprint fingerprints faceid voiceprint",
        stems="fingeravtrykk fingeraftryk fingeravtryck ansiktsgjenkjenning"
        " ansigtsgenkendelse ansiktsigenkanning facerecognition retinascan irisscan",
        # what a browser is known by
        beside="browser device canvas",
    ),
}

_TRAITS = _Category(
    words="gender sex kjonn kon age alder ages agegroup agerange ageband aldersgruppe"
    " aldersgrupp alderstrinn birthyear yearofbirth fodselsar fodselaar fodelsear"
    " zip zipcode postal postcode postalcode postnr postnummer postkode postkod",
    alone="customerage kundealder kundalder customergender kundekjonn yob",
    # how long they have been customers
    beside="account membership relationship tenure subscription order orders cart",
)


def sensitive_category(name: str) -> str | None:
    """Return which special category of personal data a column's name tells of.

    Parameters
    ----------
    name : str
        The user's name of a column or a feature.

    Returns
    -------
    str or None
        The category in words; None where the name tells of none.

    Examples
    --------
    >>> sensitive_category("Helsetilstand"), sensitive_category("customer_religion")
    ('health', 'religion')
    >>> sensitive_category("trofast"), sensitive_category("health_score")
    (None, None)
    """
    parts = _parts(name)
    fitting = (words for words, one in _CATEGORIES.items() if one.fits(parts))
    return next(fitting, None)


def is_trait(name: str) -> bool:
    """Return whether a column's name tells of gender, age or where someone lives.

    Parameters
    ----------
    name : str
        The user's name of a column.

    Examples
    --------
    >>> is_trait("Kjønn"), is_trait("postnr"), is_trait("account_age")
    (True, True, False)
    """
    return _TRAITS.fits(_parts(name))


def check_sensitive(
    label: str, names: Iterable[str], settings: Settings, findings: Findings
) -> None:
    """Note columns of a special category that nobody allowed.

    Parameters
    ----------
    label : str
        What messages call the table.
    names : iterable of str
        The user's names of the columns that are used.
    settings : Settings
        Says which are allowed.
    findings : Findings
        Takes the errors.
    """
    allowed = {fold(name) for name in settings.allow_sensitive}
    for name in names:
        category = sensitive_category(name)
        if category is not None and fold(name) not in allowed:
            findings.error(
                "ASG_E_SENSITIVE_COLUMN",
                label,
                f"its name says that it tells of {category}, which the law protects"
                " above other personal data",
                "leave the column out; or, with a lawful ground, allow it with"
                f" {give('allow_sensitive', [name])}",
                column=name,
            )


def check_traits(label: str, names: Iterable[str], findings: Findings) -> None:
    """Warn of columns that may be used and may treat people unequally.

    Parameters
    ----------
    label : str
        What messages call the table.
    names : iterable of str
        The user's names of the columns.
    findings : Findings
        Takes the warnings.
    """
    for name in sorted(names):
        if is_trait(name):
            findings.warn(
                "ASG_W_PERSONAL_TRAIT",
                label,
                "its name says that it holds gender, age or where people live; no"
                " segment is named after it",
                "look at how the segments differ in it before they are treated"
                " differently, or leave it out",
                column=name,
            )


def _parts(name: str) -> list[str]:
    split = re.sub(r"(?<=[a-zæøåäö])(?=[A-ZÆØÅÄÖ])", " ", name)
    return [fold(word) for word in re.split(r"[\W_\d]+", split) if word]

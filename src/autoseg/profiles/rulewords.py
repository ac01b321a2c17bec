"""Membership rules in words, and all of a segmentation's rules as one rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autoseg.errors import Finding, InputError
from autoseg.features import FeatureTable, level_name, pattern_of
from autoseg.locales import load_catalogue
from autoseg.profiles.figures import Figures
from autoseg.profiles.rulebook import features_of_rules, place_by_rules

if TYPE_CHECKING:
    import pandas as pd

    from autoseg.profiles.segments import (
        Condition,
        MembershipRule,
        RuleBook,
        SegmentProfiles,
    )

__all__ = ["SegmentRules", "rule_sentence", "rules_in_words"]

_JOINED = {2: ("two", ("first", "second")), 3: ("three", ("first", "second", "third"))}
# what a user calls something stays as it is, also where a sentence begins
_USERS_WORDS = frozenset({"attribute", "own"})


@dataclass(frozen=True, slots=True, repr=False)
class SegmentRules:
    """The rules of all segments, in one language.

    Parameters
    ----------
    book : RuleBook
        The rules and how far they agree with the model.
    names : tuple of str
        Name of each segment, segment 1 first.
    sentences : tuple of str or None
        Rule of each segment in words; None where no short rule finds it.
    summary : str
        How far the rules agree with the model, in words.
    no_rule : str
        What is said of a segment without a rule.
    """

    book: RuleBook
    names: tuple[str, ...]
    sentences: tuple[str | None, ...]
    summary: str
    no_rule: str

    def __str__(self) -> str:
        """Return the rules as text: a line for the name and one for the rule."""
        parts = [
            f"{number}. {name}\n{sentence or self.no_rule}"
            for number, (name, sentence) in enumerate(
                zip(self.names, self.sentences, strict=True), 1
            )
        ]
        return "\n\n".join([*parts, self.summary])

    def __repr__(self) -> str:
        return str(self)

    def to_frame(self) -> pd.DataFrame:
        """Return the rules as a table.

        Returns
        -------
        pandas.DataFrame
            Index ``segment``, from 1; columns ``name``, ``rule`` (in words),
            ``precision`` and ``recall`` (of the rule by itself) and ``placed`` (share
            of the segment that all rules together place in it); missing where there
            is no rule.
        """
        import pandas as pd

        numbers = range(1, len(self.names) + 1)
        rules = [self.book.rules.get(number) for number in numbers]
        return pd.DataFrame(
            index=pd.Index(numbers, name="segment"),
            data={
                "name": list(self.names),
                "rule": list(self.sentences),
                "precision": [one.precision if one else float("nan") for one in rules],
                "recall": [one.recall if one else float("nan") for one in rules],
                "placed": [
                    self.book.recalls.get(number, float("nan")) for number in numbers
                ],
            },
        )

    def predict(self, features: FeatureTable | pd.DataFrame) -> pd.Series:
        """Return the segment that the rules place each customer in.

        Parameters
        ----------
        features : FeatureTable or pandas.DataFrame
            One row a customer, with the columns that the rules speak of.

        Returns
        -------
        pandas.Series of Int64
            Number of the segment, missing where no rule fits; same index.

        Raises
        ------
        autoseg.errors.InputError
            If columns that the rules speak of are not there
            (``ASG_E_RULE_FEATURES``).
        """
        import pandas as pd

        frame = features.frame if isinstance(features, FeatureTable) else features
        wanted = features_of_rules(self.book.rules)
        missing = [one for one in wanted if one not in frame]
        if missing:
            raise InputError(
                Finding(
                    "ASG_E_RULE_FEATURES",
                    "the features",
                    f"no column {', '.join(missing)}, which the rules speak of",
                    "compute these features as well",
                )
            )
        placed = place_by_rules(self.book.rules, frame)
        series = pd.Series(placed, index=frame.index, name="segment", dtype="Int64")
        return series.mask(series == 0)


def rules_in_words(profiles: SegmentProfiles, language: str = "en") -> SegmentRules:
    """Say by which rules customers can be placed without the model.

    Parameters
    ----------
    profiles : SegmentProfiles
        As returned by `profile_segments`.
    language : str
        As in `describe`.

    Returns
    -------
    SegmentRules

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> from autoseg.features import CATALOGUE, FeatureTable
    >>> from autoseg.profiles import profile_segments
    >>> index = pd.Index([f"c{number:02}" for number in range(40)])
    >>> table = FeatureTable(
    ...     frame=pd.DataFrame({"frequency": [1.0] * 20 + [6.0] * 20}, index=index),
    ...     revenue=pd.Series([100000] * 20 + [990000] * 20, index=index),
    ...     features=(CATALOGUE["frequency"],),
    ...     as_of=date(2012, 1, 1), first_day=date(2011, 1, 1),
    ...     last_day=date(2011, 12, 31), currency="NOK")
    >>> rules = rules_in_words(profile_segments(table, [0] * 20 + [1] * 20))
    >>> rules.summary
    'The rules place 100% of customers as the model does; 0% fit no rule.'
    >>> rules.predict(table).value_counts().tolist()
    [20, 20]
    """
    from autoseg.profiles.text import segment_names

    catalogue = load_catalogue(language)
    figures = Figures.of(profiles, catalogue)
    book = profiles.rulebook
    return SegmentRules(
        book=book,
        names=segment_names(profiles, language),
        sentences=tuple(
            rule_sentence(book.rules[one.number], figures)
            if one.number in book.rules
            else None
            for one in profiles.segments
        ),
        summary=_summary(book, figures),
        no_rule=catalogue.text("profiles.rule.none"),
    )


def _summary(book: RuleBook, figures: Figures) -> str:
    if not book.rules:
        return figures.catalogue.text("profiles.rule.no_book")
    return figures.catalogue.text(
        "profiles.rule.book",
        share=figures.percent(book.fidelity),
        none=figures.percent(book.no_rule),
    )


def rule_sentence(rule: MembershipRule, figures: Figures) -> str:
    """Return a rule as sentences: its conditions, and how good it is.

    Parameters
    ----------
    rule : MembershipRule
        The rule.
    figures : Figures
        Prints its numbers.

    Returns
    -------
    str
    """
    said = [_condition(one, figures) for one in rule.conditions]
    conditions = said[0]
    if len(said) > 1:
        key, fields = _JOINED[len(said)]
        conditions = figures.catalogue.text(
            f"profiles.rule.{key}", **dict(zip(fields, said, strict=True))
        )
    first = figures.features[rule.conditions[0].feature]
    if pattern_of(first) not in _USERS_WORDS:
        conditions = conditions[0].upper() + conditions[1:]
    return figures.catalogue.text(
        "profiles.rule.sentence",
        conditions=conditions,
        recall=figures.percent(rule.recall),
        precision=figures.percent(rule.precision),
    )


def _condition(condition: Condition, figures: Figures) -> str:
    """Return a condition in the feature's own words, else behind its name."""
    entry = figures.features[condition.feature]
    name, shape = pattern_of(entry) or entry.name, _shape(condition)
    texts = figures.catalogue.texts
    fields = _bounds(condition, figures)
    if f"profiles.rule.own_words.{name}.{shape}" in texts:
        return figures.catalogue.text(
            f"profiles.rule.own_words.{name}.{shape}", **fields
        )
    if f"profiles.rule.phrase.{name}" in texts:
        return figures.catalogue.text(
            f"profiles.rule.phrase.{name}",
            bound=figures.catalogue.text(f"profiles.rule.bound.{shape}", **fields),
            level=level_name(entry, figures.catalogue),
        )
    feature = figures.name(condition.feature)
    if pattern_of(entry) not in _USERS_WORDS:
        feature = feature[0].lower() + feature[1:]
    return figures.catalogue.text(f"profiles.rule.{shape}", feature=feature, **fields)


def _shape(condition: Condition) -> str:
    if condition.upper is None:
        return "at_least"
    if condition.lower is None:
        return "at_most"
    return "exactly" if condition.lower == condition.upper else "between"


def _bounds(condition: Condition, figures: Figures) -> dict[str, str]:
    """Return the bounds as printed; of two, the second alone has the unit's word."""
    fields = {}
    if condition.lower is not None:
        fields["lower"] = figures.value(condition.lower, condition.feature)
        fields["value"] = figures.quantity(condition.lower, condition.feature)
    if condition.upper is not None:
        fields["upper"] = figures.quantity(condition.upper, condition.feature)
        fields.setdefault("value", fields["upper"])
    return fields

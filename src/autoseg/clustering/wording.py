"""Why this many segments, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.locales import load_catalogue

if TYPE_CHECKING:
    from autoseg.clustering.selection import SelectionResult
    from autoseg.locales import Catalogue

__all__ = ["why_k"]

_NOTICEABLE = 0.005


def why_k(selection: SelectionResult, language: str = "en") -> str:
    """Tell why this many segments came out, in plain words.

    How clear the segments are, how many there are, what the wish for a number cost,
    and what single rules would have said.

    Parameters
    ----------
    selection : SelectionResult
        Of a fitted `AutoClusterer`.
    language : {"en", "nb", "da", "sv"}, default="en"
        Language of the sentences and the numbers.

    Returns
    -------
    str
        A few sentences.

    Examples
    --------
    >>> from autoseg.clustering import SelectionResult
    >>> result = SelectionResult(
    ...     candidates=(), preferred_by={"consensus": 4, "silhouette": 2, "bic": 9},
    ...     k_preferred=4, k=5, family="full", agreement=0.66,
    ...     agreement_preferred=0.68, target=(5, 7), strict=False, verdict="clear")
    >>> print(why_k(result))  # doctest: +ELLIPSIS
    The customers fall into clear segments: ... (agreement 0.68 of 1). 5 segments ...
    """
    words = load_catalogue(language)
    sentences = [
        _verdict(words, selection),
        _count(words, selection),
        _wish(words, selection),
        _rules(words, selection),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _verdict(words: Catalogue, selection: SelectionResult) -> str:
    kind: str = selection.verdict
    if selection.k_preferred == 1:
        kind = "one"
    if selection.chosen_by == "value":
        kind = f"tiers_{'one' if kind == 'one' else 'scale'}"
    agreement = words.number(selection.agreement_preferred, 2)
    return words.text(f"clustering.why.verdict.{kind}", agreement=agreement)


def _count(words: Catalogue, selection: SelectionResult) -> str:
    # the sentence on tiers says how many there are
    if selection.chosen_by == "value":
        return ""
    return words.plural("clustering.why.k", selection.k)


def _wish(words: Catalogue, selection: SelectionResult) -> str:
    low, high = selection.target
    if selection.chosen_by == "value":
        case = "tiers"
    elif selection.chosen_by == "stability":
        case = "settled"
    elif selection.k == selection.k_preferred:
        case = "met" if low <= selection.k <= high else "outside"
    else:
        case = "strict" if selection.strict else "soft"
        case += "" if selection.cost >= _NOTICEABLE else "_free"
    group = "wish_exact" if low == high else "wish"
    return words.text(
        f"clustering.why.{group}.{case}",
        k_preferred=words.number(selection.k_preferred),
        k=words.number(selection.k),
        low=words.number(low),
        high=words.number(high),
        cost=words.number(selection.cost, 2),
    )


def _rules(words: Catalogue, selection: SelectionResult) -> str:
    single = {
        rule: k for rule, k in selection.preferred_by.items() if rule != "consensus"
    }
    if not single:
        return ""
    if set(single.values()) == {selection.k}:
        return words.text("clustering.why.rules.same", k=words.number(selection.k))
    said = [
        words.text(
            "clustering.why.rules.one",
            rule=words.text(f"clustering.rules.{rule}"),
            k=words.number(k),
        )
        for rule, k in single.items()
    ]
    return words.text("clustering.why.rules.differ", rules=", ".join(said))

"""How good a user's own segmentation is, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoseg.locales import load_catalogue

if TYPE_CHECKING:
    from autoseg.clustering.judged import (
        JudgedSegmentation,
        SegmentationEvaluation,
    )
    from autoseg.locales import Catalogue

__all__ = ["summarise"]

_KEPT = 0.75
_NAMED = 5
# the reading of Kaufman and Rousseeuw (1990, table 3)
_APART = ((0.5, "apart"), (0.25, "near"))
_AGREE = ((0.8, "same"), (0.4, "part"))
# below this share of what guessing the largest segment leaves open
_HARDLY = 0.1
# or within so many standard errors of guessing
_ERRORS = 3


def summarise(evaluation: SegmentationEvaluation, language: str) -> str:
    """Tell in a few sentences how good a segmentation is, beside autoseg's.

    Parameters
    ----------
    evaluation : SegmentationEvaluation
        The figures.
    language : {"en", "nb", "da", "sv"}
        Language of the sentences and the numbers.

    Returns
    -------
    str
    """
    words = load_catalogue(language)
    yours, ours = evaluation.yours, evaluation.ours
    sentences = [
        words.text(
            "clustering.evaluation.intro",
            customers=words.number(evaluation.n_customers),
            k=words.number(yours.k),
            largest=words.percent(yours.largest_share),
            smallest=_small(words, yours.smallest_share),
        ),
        _unlabelled(words, evaluation.n_unlabelled),
        _silhouette(words, yours),
        _recovered(words, yours),
        _tree(words, yours),
        _value(words, yours, ours),
    ]
    if ours is not None:
        sentences += [
            _compared(words, evaluation, ours),
            _kept(words, ours),
            _agreement(words, evaluation.agreement),
        ]
    return " ".join(sentence for sentence in sentences if sentence)


def _small(words: Catalogue, share: float) -> str:
    # a segment with customers in it never holds 0 % of them
    return words.percent(share, 0 if share >= 0.005 else 2)  # noqa: PLR2004


def _unlabelled(words: Catalogue, n_unlabelled: int) -> str:
    if not n_unlabelled:
        return ""
    return words.plural("clustering.evaluation.unlabelled", n_unlabelled)


def _silhouette(words: Catalogue, judged: JudgedSegmentation) -> str:
    if judged.silhouette is None:
        return ""
    case = next((name for least, name in _APART if judged.silhouette >= least), "mixed")
    return words.text(
        f"clustering.evaluation.silhouette.{case}",
        silhouette=words.number(judged.silhouette, 2),
    )


def _recovered(words: Catalogue, judged: JudgedSegmentation) -> str:
    if judged.recovered is None:
        return ""
    lost = [one.name for one in judged.segments if (one.recovered or 0.0) < _KEPT]
    kept = judged.k - len(lost)
    if lost and kept:
        case = "some" if len(lost) <= _NAMED else "few"
    else:
        case = "none" if lost else "all"
    return words.text(
        f"clustering.evaluation.recovered.{case}",
        kept=words.number(kept),
        k=words.number(judged.k),
        mean=words.number(judged.recovered, 2),
        lost=", ".join(lost),
    )


def _tree(words: Catalogue, judged: JudgedSegmentation) -> str:
    gained = judged.tree_accuracy - judged.largest_share
    left = 1.0 - judged.largest_share
    n_customers = sum(segment.n_customers for segment in judged.segments)
    chance = _ERRORS * (judged.largest_share * left / n_customers) ** 0.5
    hardly = gained < max(_HARDLY * left, chance)
    return words.text(
        f"clustering.evaluation.tree.{'hardly' if hardly else 'well'}",
        accuracy=words.percent(judged.tree_accuracy),
        majority=words.percent(judged.largest_share),
    )


def _value(
    words: Catalogue, yours: JudgedSegmentation, ours: JudgedSegmentation | None
) -> str:
    items = [
        words.text(
            f"clustering.evaluation.value_{'alone' if ours is None else 'beside'}",
            column=words.texts.get(f"features.{name}.name", name),
            yours=words.percent(share),
            ours="" if ours is None else words.percent(ours.value_explained[name]),
        )
        for name, share in yours.value_explained.items()
    ]
    if not items:
        return ""
    return words.text("clustering.evaluation.value", columns=", ".join(items))


def _compared(
    words: Catalogue, evaluation: SegmentationEvaluation, ours: JudgedSegmentation
) -> str:
    if ours.silhouette is None:
        return words.text("clustering.evaluation.compared.one")
    case = "slices" if evaluation.verdict == "none" else "segments"
    return words.text(
        f"clustering.evaluation.compared.{case}",
        k=words.number(ours.k),
        silhouette=words.number(ours.silhouette, 2),
    )


def _kept(words: Catalogue, ours: JudgedSegmentation) -> str:
    if ours.recovered is None:
        return ""
    kept = sum((one.recovered or 0.0) >= _KEPT for one in ours.segments)
    return words.text(
        "clustering.evaluation.kept",
        kept=words.number(kept),
        k=words.number(ours.k),
        mean=words.number(ours.recovered, 2),
    )


def _agreement(words: Catalogue, agreement: float | None) -> str:
    if agreement is None:
        return ""
    case = next((name for least, name in _AGREE if agreement >= least), "little")
    return words.text(
        f"clustering.evaluation.agreement.{case}", agreement=words.number(agreement, 2)
    )

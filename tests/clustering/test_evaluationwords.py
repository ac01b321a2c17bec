"""How good a segmentation is, in words: golden sentences in four languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autoseg.clustering import (
    JudgedSegment,
    JudgedSegmentation,
    SegmentationEvaluation,
)
from autoseg.locales import LANGUAGES, load_catalogue

YOURS = JudgedSegmentation(
    segments=(
        JudgedSegment("gold", 900, 0.6, 0.91),
        JudgedSegment("silver", 594, 0.396, 0.8),
        JudgedSegment("old", 6, 0.004, 0.3),
    ),
    silhouette=0.312,
    davies_bouldin=1.2,
    calinski_harabasz=310.0,
    value_explained={"recency_days": 0.21, "own_score": 0.6},
    tree_accuracy=0.934,
    recovered_by="kmeans",
)
OURS = replace(
    YOURS,
    segments=(
        JudgedSegment("0", 1000, 2 / 3, 0.95),
        JudgedSegment("1", 500, 1 / 3, 0.7),
    ),
    silhouette=0.52,
    value_explained={"recency_days": 0.5, "own_score": 0.55},
)
EVALUATION = SegmentationEvaluation(
    yours=YOURS,
    ours=OURS,
    agreement=0.456,
    overlap=((900, 0), (100, 494), (0, 6)),
    verdict="moderate",
    stability=None,
    n_customers=1500,
    n_unlabelled=1,
    n_resamples=50,
)

GOLDEN = {
    "en": (
        "Your segmentation puts 1,500 customers into 3 segments; the largest holds"
        " 60% of them, the smallest 0.40%. 1 customer without a label is left out. The"
        " segments overlap in part (silhouette 0.31). When customers are drawn again"
        " and a model starts from your segments, it keeps 2 of 3 (Jaccard similarity"
        " 0.67 on average) and loses old. A few cuts in the measures tell the segment"
        " of 93% of the customers; whoever always guesses the largest segment is right"
        " for 60%. The segments explain these shares of the differences between the"
        " customers: Days since last purchase 21% (autoseg 50%), own_score 60%"
        " (autoseg 55%). autoseg divides the same customers into 2 segments"
        " (silhouette 0.52). Of autoseg's segments the model keeps 1 of 2 (Jaccard"
        " similarity 0.82 on average). The two divisions agree in part (adjusted Rand"
        " index 0.46 of 1)."
    ),
    "nb": (
        "Inndelingen din deler 1 500 kunder i 3 segmenter; det største har 60 % av"
        " dem, det minste 0,40 %. 1 kunde uten segment er holdt utenfor. Segmentene"
        " overlapper delvis (silhuett 0,31). Når kundene trekkes på nytt og en modell"
        " starter fra segmentene dine, beholder den 2 av 3 (Jaccard-likhet 0,67 i"
        " snitt) og mister old. Noen få delinger i målene finner segmentet til 93 % av"
        " kundene; den som alltid gjetter det største segmentet, har rett for 60 %."
        " Segmentene forklarer så mye av forskjellene mellom kundene: Dager siden"
        " siste kjøp 21 % (autoseg 50 %), own_score 60 % (autoseg 55 %). autoseg deler"
        " de samme kundene i 2 segmenter (silhuett 0,52). Av segmentene til autoseg"
        " beholder modellen 1 av 2 (Jaccard-likhet 0,82 i snitt). De to inndelingene"
        " stemmer delvis overens (justert Rand-indeks 0,46 av 1)."
    ),
    "da": (
        "Din inddeling deler 1.500 kunder i 3 segmenter; det største har 60 % af dem,"
        " det mindste 0,40 %. 1 kunde uden segment er udeladt. Segmenterne overlapper"
        " delvist (silhuet 0,31). Når kunderne trækkes på ny, og en model starter fra"
        " dine segmenter, beholder den 2 ud af 3 (Jaccard-lighed 0,67 i gennemsnit) og"
        " mister old. Nogle få snit i målene finder segmentet for 93 % af kunderne;"
        " den, der altid gætter på det største segment, har ret for 60 %. Segmenterne"
        " forklarer så meget af forskellene mellem kunderne: Dage siden seneste køb 21"
        " % (autoseg 50 %), own_score 60 % (autoseg 55 %). autoseg deler de samme"
        " kunder i 2 segmenter (silhuet 0,52). Af autosegs segmenter beholder modellen"
        " 1 ud af 2 (Jaccard-lighed 0,82 i gennemsnit). De to inddelinger stemmer"
        " delvist overens (justeret Rand-indeks 0,46 ud af 1)."
    ),
    "sv": (
        "Din indelning delar 1 500 kunder i 3 segment; det största har 60 % av dem,"
        " det minsta 0,40 %. 1 kund utan segment är utelämnad. Segmenten överlappar"
        " delvis (silhuett 0,31). När kunderna dras på nytt och en modell utgår från"
        " dina segment behåller den 2 av 3 (Jaccard-likhet 0,67 i genomsnitt) och"
        " förlorar old. Några få snitt i måtten hittar segmentet för 93 % av kunderna;"
        " den som alltid gissar på det största segmentet har rätt för 60 %. Segmenten"
        " förklarar så mycket av skillnaderna mellan kunderna: Dagar sedan senaste köp"
        " 21 % (autoseg 50 %), own_score 60 % (autoseg 55 %). autoseg delar samma"
        " kunder i 2 segment (silhuett 0,52). Av autosegs segment behåller modellen 1"
        " av 2 (Jaccard-likhet 0,82 i genomsnitt). De två indelningarna stämmer delvis"
        " överens (justerat Rand-index 0,46 av 1)."
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_golden_sentences(language):
    # numbers are held together by no-break spaces
    text = EVALUATION.summary(language).replace("\u00a0", " ")
    assert text == GOLDEN[language]


def changed(judged, **fields):
    return replace(EVALUATION, yours=replace(judged, **fields))


def kept(*values):
    return tuple(
        replace(one, recovered=value)
        for one, value in zip(YOURS.segments, values, strict=True)
    )


CASES = {
    "none unlabelled": replace(EVALUATION, n_unlabelled=0),
    "many unlabelled": replace(EVALUATION, n_unlabelled=1200),
    "apart": changed(YOURS, silhouette=0.5),
    "mixed": changed(YOURS, silhouette=-0.1),
    "all kept": changed(YOURS, segments=kept(0.9, 0.75, 0.8)),
    "none kept": changed(YOURS, segments=kept(0.1, 0.2, 0.3)),
    "few kept": changed(
        YOURS, segments=kept(0.9, 0.1, 0.2) + tuple(kept(0.2, 0.1, 0.2) * 2)
    ),
    "not resampled": changed(YOURS, segments=kept(None, None, None)),
    "hardly told": changed(YOURS, tree_accuracy=0.63),
    "no value": changed(YOURS, value_explained={}),
    "alone": replace(EVALUATION, ours=None, agreement=None),
    "slices": replace(EVALUATION, verdict="none"),
    "one": replace(
        EVALUATION,
        ours=replace(OURS, segments=OURS.segments[:1], silhouette=None),
    ),
    "same": replace(EVALUATION, agreement=0.8),
    "little": replace(EVALUATION, agreement=0.39),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_every_case_reads_as_whole_sentences(language, case):
    text = CASES[case].summary(language)
    assert text.endswith(".")
    assert "{" not in text
    assert "  " not in text
    assert text != EVALUATION.summary(language)


def test_every_text_is_said_by_some_case():
    said = "".join(case.summary() for case in (EVALUATION, *CASES.values()))
    for key, text in load_catalogue("en").texts.items():
        if key.startswith("clustering.evaluation."):
            longest = max(text.replace("}", "{").split("{")[::2], key=len)
            assert longest in said, key


def test_the_repr_is_the_summary():
    assert repr(EVALUATION) == EVALUATION.summary()

"""A shop of six segments by hand, and a browser where there is one."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from autoseg.clustering import Candidate, SegmentStability, SelectionResult
from autoseg.errors import Finding
from autoseg.features import CATALOGUE, FeatureTable
from autoseg.profiles import (
    Claim,
    Condition,
    MembershipRule,
    SegmentName,
    SegmentProfile,
    SegmentProfiles,
    find_top_customers,
    journey_table,
    lint_segmentation,
)
from autoseg.report import MapPoints, Report, summarise
from autoseg.tables import CleaningLog, ColumnMapping

FEATURES = (
    "monetary",
    "average_order_value",
    "recency_days",
    "frequency",
    "tenure_days",
    "discount_share",
    "trend_90d",
)
OF_ALL = (1240.5, 182.0, 61.0, 6.0, 540.0, 0.08, -0.1)
# archetype, size, cents, medians, robust differences of the medians
SEGMENTS = (
    ("champions", 212, 180_412_055, (7710.25, 301.5, 9, 26, 690, 0.04, 0.2),
     (2.4, 1.2, -0.9, 2.1, 0.4, -0.3, 0.6)),
    ("loyal", 388, 120_155_010, (2890, 190, 21, 15, 655, 0.06, 0),
     (1.1, 0.1, -0.6, 1.2, 0.4, -0.1, 0.2)),
    ("deal_seekers", 301, 41_200_099, (1260, 120, 44, 9, 500, 0.31, -0.1),
     (0, -0.7, -0.2, 0.3, -0.1, 2.6, 0)),
    ("at_risk", 274, 30_104_801, (1010, 185, 160, 5, 610, 0.07, -1),
     (-0.2, 0, 1.3, -0.2, 0.2, 0, -1.6)),
    ("new", 455, 20_001_000, (260, 171, 18, 2, 40, 0.05, 1),
     (-0.8, -0.1, -0.7, -0.9, -1.9, -0.2, 1.7)),
    ("lost", 370, 9_127_035, (140, 130, 410, 1, 590, 0.09, float("nan")),
     (-1.2, -0.5, 2.2, -1.1, 0.1, 0.1, float("nan"))),
)  # fmt: skip
JACCARD = (0.93, 0.88, 0.79, 0.64, 0.86, 0.41)
# days since the last and the first purchase, and the share of a segment they hold for
STAGES = (
    ((9, 690), (100, 690)),
    ((21, 655), (120, 655)),
    ((44, 500), (200, 500)),
    ((160, 610), (250, 610)),
    ((18, 40), (60, 400)),
    ((410, 590), (200, 590)),
)
EMPTY_RULE = MembershipRule(
    (Condition("frequency", 20, None), Condition("recency_days", None, 30)), 0.84, 0.71
)


def make_profiles(segments=SEGMENTS, *, currency="NOK", keys=None) -> SegmentProfiles:
    total = sum(cents for _, _, cents, _, _ in segments)
    n_customers = sum(size for _, size, _, _, _ in segments)
    profiles = tuple(
        SegmentProfile(
            number=number,
            key=archetype,
            name=SegmentName(archetype),
            size=size,
            share=size / n_customers,
            revenue=Decimal(cents) / 100,
            revenue_share=cents / total if total > 0 else float("nan"),
            average_order_value=medians[1] * 1.04,
            medians=dict(zip(FEATURES, map(float, medians), strict=True)),
            lifts=dict(zip(FEATURES, np.divide(medians, OF_ALL), strict=True)),
            scores=dict(zip(FEATURES, scores, strict=True)),
            claims=(
                Claim("frequency", "high", 20, 0.78, 0.21, medians[3], 6, 0.6),
                Claim("monetary", "high", 3000, 0.74, 0.2, medians[0], 1240.5, 0.5),
            ),
            rule=EMPTY_RULE if number == 1 else None,
            nearest=None if len(segments) == 1 else 2 if number == 1 else 1,
            contrast=None,
            stability=JACCARD[(number - 1) % len(JACCARD)],
            action=archetype,
        )
        for number, (archetype, size, cents, medians, scores) in enumerate(segments, 1)
    )
    return SegmentProfiles(
        segments=profiles,
        n_customers=n_customers,
        revenue=Decimal(total) / 100,
        medians_of_all=dict(zip(FEATURES, OF_ALL, strict=True)),
        order=tuple(range(len(segments))),
        features=tuple(CATALOGUE[name] for name in FEATURES),
        currency=currency,
        as_of=date(2026, 7, 1),
        first_day=date(2024, 7, 1),
        last_day=date(2026, 6, 30),
    )


def make_selection(verdict="moderate") -> SelectionResult:
    bent = {2: 0.52, 3: 0.41, 4: 0.38, 5: 0.40, 6: 0.43, 7: 0.37, 8: 0.33, 9: 0.3}
    candidates = [
        Candidate(
            family, k, agreement=0.3 + 0.3 * (k == 6) + 0.02 * k,
            smallest_share=0.5 / k,
            value_explained=0.1 * k, silhouette=bent[k] - (family == "full") * 0.03,
            davies_bouldin=1 + 0.1 * k, calinski_harabasz=900 - 40 * k,
            bic=None if family == "kmeans" else 9000 - 500 * k + 40 * k * k,
            icl=None if family == "kmeans" else 9300 - 480 * k + 40 * k * k,
        )
        for family in ("full", "kmeans")
        for k in bent
    ]  # fmt: skip
    return SelectionResult(
        candidates=tuple(candidates),
        preferred_by={
            "consensus": 6, "silhouette": 2, "davies_bouldin": 2,
            "calinski_harabasz": 3, "bic": 9, "icl": 6,
        },
        k_preferred=6, k=6, family="full", agreement=0.58, agreement_preferred=0.58,
        target=(5, 7), strict=False, verdict=verdict, n_rows=2000,
    )  # fmt: skip


def make_log() -> CleaningLog:
    return CleaningLog(
        rows_in=48_211, rows_used=47_002,
        dropped_rows={"customer_missing": 1_180, "duplicate": 29},
        revenue_in=Decimal("4051000.5000"), revenue_used=Decimal("4010000.0000"),
        dropped_revenue={
            "customer_missing": Decimal("40500.2500"), "duplicate": Decimal("500.2500"),
        },
        n_customers=2000, n_orders=18_400, n_returns=312, n_zero_orders=1,
        returns_revenue=Decimal("-52000.0000"),
        findings=(
            Finding("ASG_W_SOMETHING_ODD", "orders.csv", "a thing was odd", n_rows=4),
        ),
    )  # fmt: skip


MAPPING = (
    ColumnMapping("transactions", "customer_id", "Kundenr"),
    ColumnMapping("transactions", "timestamp", "Ordredato"),
    ColumnMapping("transactions", "amount", "Beløp"),
)
PROVENANCE = {"random_state": "0", "target": "5-7", "autoseg-customers": "0.1.0"}


def make_points(n_points=900, segments=6) -> MapPoints:
    angles = np.arange(n_points) * 2.399963
    radius = np.sqrt(np.arange(n_points)) / 9
    numbers = 1 + np.arange(n_points) % segments
    centres = np.column_stack([np.cos(numbers), np.sin(numbers)]) * 3
    spread = np.column_stack([np.cos(angles), np.sin(angles)]) * radius[:, None]
    return MapPoints(centres + spread, numbers, 0.63)


def make_customers(profiles) -> tuple[FeatureTable, np.ndarray]:
    """Return customers of these segments and their segments' numbers.

    Three of four members are in the first stage of `STAGES`, the others in the second;
    ten of the first segment's bring in a hundred times as much as the rest.
    """
    sizes = [one.size for one in profiles.segments]
    numbers = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    places = np.concatenate([np.arange(size) for size in sizes])
    late = places >= 0.75 * np.repeat(sizes, sizes)
    days = np.array(STAGES, dtype=float)[(numbers - 1) % len(STAGES), late.astype(int)]
    best = (numbers == 1) & (places < 20)
    revenue = np.where(best, 1_000_000, 10_000)
    index = pd.Index([f"c{one:05}" for one in range(len(numbers))])
    columns = {
        "recency_days": days[:, 0],
        "tenure_days": days[:, 1],
        "frequency": np.where(best, 26.0, 3.0),
        "monetary": revenue / 10_000,
    }
    table = FeatureTable(
        frame=pd.DataFrame(columns, index=index),
        revenue=pd.Series(revenue, index=index),
        features=tuple(CATALOGUE[name] for name in columns),
        as_of=date(2026, 7, 1),
        first_day=date(2024, 7, 1),
        last_day=date(2026, 6, 30),
        currency="NOK",
    )
    return table, numbers


def make_summary(language="en", **changed) -> dict:
    profiles = changed.setdefault("profiles", make_profiles())
    table, numbers = make_customers(profiles)
    return summarise(
        **{
            "journey": journey_table(
                profiles, table, numbers, prospects=41, language=language
            ),
            "lint": lint_segmentation(profiles, target=(3, 5), language=language),
            "top_customers": find_top_customers(
                profiles, table, numbers, language=language
            ),
            "selection": make_selection(),
            "stability": SegmentStability(JACCARD, n_resamples=50, n_rows=2000),
            "log": make_log(),
            "mapping": MAPPING,
            "map_points": make_points(),
            "provenance": PROVENANCE,
            "language": language,
            "title": "Nordlys Shop",
        }
        | changed
    )


@pytest.fixture(scope="session")
def sample():
    """Return the builders of samples."""
    return SimpleNamespace(
        profiles=make_profiles,
        selection=make_selection,
        log=make_log,
        points=make_points,
        summary=make_summary,
        customers=make_customers,
        segments=SEGMENTS,
    )


@pytest.fixture(scope="session")
def summary() -> dict:
    """Return the summary of the hand-made shop in English."""
    return make_summary()


@pytest.fixture(scope="session")
def page(summary) -> str:
    """Return the page of the hand-made shop in English."""
    return Report(summary).html()


def _absent(reason: str) -> None:
    if os.environ.get("AUTOSEG_REQUIRE_ALL") == "1":
        pytest.fail(f"AUTOSEG_REQUIRE_ALL=1, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def axe() -> str:
    """Return axe-core, which tells what bars people from a page; it comes from npm."""
    place = os.environ.get("AUTOSEG_AXE")
    if not place:
        _absent("AUTOSEG_AXE names no axe.min.js")
    return Path(place).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser():
    """Return a headless Chromium; skip, with the reason, where there is none."""
    chromium = Path("/usr/bin/chromium")
    if not chromium.is_file():
        _absent(f"there is no {chromium}")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent("playwright is not installed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=str(chromium),
            args=[
                "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--no-first-run",
            ],
        )  # fmt: skip
        yield browser
        browser.close()

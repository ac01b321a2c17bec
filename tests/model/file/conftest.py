"""Models of every family and every kind of feature, made by hand: nothing is fitted."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from autoseg.clustering import FAMILIES, ClusterRule, ColumnAccount, OutputColumn
from autoseg.features import CATALOGUE, Feature, MissingRule, Origin
from autoseg.features.named import named_feature
from autoseg.features.own import check_own
from autoseg.model import ModelCard, ModelFeature, ModelSegment, ModelWindow
from autoseg.model.segment_model import SegmentModel

NAMES = ("Champions", "Everyday shoppers", "Lost customers", "Bo's ⚓ crew")
THERE = frozenset({"quantity", "channel", "events", "device", "customers"})


def own_feature() -> Feature:
    """Return a user's own feature as it is computed."""
    wanted = Feature(
        name="half_price_share",
        block="own",
        unit="share",
        sql="SUM(spent) FILTER (WHERE units > 1.5) / SUM(spent)",
        label="Bought at half price",
    )
    findings: list[Any] = []
    (made,) = check_own([wanted], CATALOGUE, THERE, findings)
    assert findings == []
    return made


def definitions() -> tuple[Feature, ...]:
    """Return one definition of every kind."""
    web, shop = "Web & app", "Kari's shop; DROP TABLE orders --"
    return (
        CATALOGUE["recency_days"],
        CATALOGUE["monetary"],
        CATALOGUE["mean_gap_days"],
        own_feature(),
        named_feature("channel_share_web_app", Origin("channel", "level", (web,))),
        named_feature("channel_share_other", Origin("channel", "rest", (web, shop))),
        named_feature("device_share_phone", Origin("device", "level", ("phone",))),
        named_feature(
            "attribute_age", Origin("attribute_age", "number"), label="Age (years)"
        ),
        named_feature(
            "attribute_parish_north",
            Origin("attribute_parish", "level", ("North",)),
            label="Parish",
            sensitive=True,
        ),
    )


def a_model(
    family: str = "kmeans", *, tables: bool = True, k: int = 3, seed: int = 5
) -> SegmentModel:
    """Return a model; the same for the same arguments."""
    rng = np.random.default_rng(seed)
    defined: tuple[Feature | None, ...] = definitions()[:6] if tables else (None,) * 6
    names = [f"column {j}" if one is None else one.name for j, one in
             enumerate(defined)]  # fmt: skip
    d = 5
    return SegmentModel(
        features=tuple(
            ModelFeature(
                name,
                definition=one,
                missing=MissingRule.NEVER if one is None else one.missing,
                filling=0.1 * j,
                median=None if j == 1 else 12.5 + j,
                cuts=(0.5, 1.0, 2.0) if j else (),
                missing_share=0.125 * (j % 2),
            )
            for j, (name, one) in enumerate(zip(names, defined, strict=True))
        ),
        columns=tuple(
            ColumnAccount(
                name,
                operation=("log", "identity", "log1p")[j % 3],
                offset=(0.5, 0.0, 2.0)[j % 3],
                low=-np.inf if j == 1 else -4.0,
                high=np.inf if j == 1 else 9.0,
                mean=0.25 * j,
                scale=1.5,
                skew_before=2.25,
                skew_after=-0.0,
                zeros=0.0625,
            )
            for j, name in enumerate(names)
        ),
        outputs=(
            OutputColumn(f"{names[0]} - {names[1]}", (0, 1), (1, -1), 0.125, 0.75),
            *(OutputColumn(names[j], (j,), (1,), weight=2.0) for j in range(2, 6)),
        ),
        rule=a_rule(family, k, d, rng),
        numbers=tuple(range(k, 0, -1)),
        segments=tuple(
            ModelSegment(
                number=j + 1,
                key=("champions.high_spend", "average", "lost", "new")[j],
                names={"en": NAMES[j], "nb": f"{NAMES[j]} på norsk"},
                n_customers=120 + j,
                stability=0.75 if j else None,
            )
            for j in range(k)
        ),
        window=ModelWindow(
            as_of=date(2024, 4, 1),
            first_day=date(2023, 1, 2),
            last_day=date(2024, 3, 31),
            currency="NOK",
            timezone="Europe/Oslo",
        )
        if tables
        else ModelWindow(),
        card=ModelCard(
            purpose="Newsletters, chosen by segment",
            verdict="moderate",
            n_customers=400 if tables else None,
            rows_used=4000,
            rows_dropped=3,
            allowed=("Parish",),
        ),
        far=17.5,
        settings={"random_state": "0", "numpy": "2.4.6"},
    )


def a_rule(family: str, k: int, d: int, rng: np.random.Generator) -> ClusterRule:
    """Return a rule of a family with rounded numbers."""
    means = np.round(rng.normal(size=(k, d)), 3)
    if family == "kmeans":
        return ClusterRule.of_centres(means, variance=0.25)
    whiteners = np.triu(np.round(rng.normal(size=(k, d, d)), 3))
    for whitener in whiteners:
        np.fill_diagonal(whitener, np.round(rng.uniform(0.5, 2.0, size=d), 3))
    shares = np.arange(1.0, k + 1.0)
    return ClusterRule(
        family, shares / shares.sum(), means, whiteners, FAMILIES.get(family)
    )


@pytest.fixture(scope="session")
def make_model() -> Any:
    return a_model


@pytest.fixture(scope="session")
def every_definition() -> tuple[Feature, ...]:
    return definitions()

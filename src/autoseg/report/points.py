"""The customers as dots in a plane, without their ids, for the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from autoseg.report.material import Material

__all__ = ["MapPoints", "map_points", "map_section", "stratified"]


@dataclass(frozen=True, slots=True)
class MapPoints:
    """Dots of the map and the segment of each.

    Parameters
    ----------
    xy : ndarray of shape (n_points, 2)
        Position of each dot, in any unit.
    segments : ndarray of shape (n_points,)
        Number of each dot's segment, from 1.
    explained : float or None
        Share of the variance that the two directions hold, where it has a meaning.
    method : {"pca", "umap"}
        How the measures were flattened to two directions.

    Examples
    --------
    >>> MapPoints(np.zeros((2, 2)), np.array([1, 1])).explained is None
    True
    """

    xy: NDArray[np.float64]
    segments: NDArray[np.int64]
    explained: float | None = None
    method: str = "pca"


def map_points(X: ArrayLike, segments: ArrayLike, *, limit: int = 5000) -> MapPoints:
    """Project customers to their two principal components and keep a sample.

    The sample is stratified: each segment keeps its share of the dots, at least one,
    and takes every so many-th of its rows, so nothing is drawn by lot.

    Parameters
    ----------
    X : array-like of shape (n_customers, n_features)
        Scaled features, rows in the order of the customers' ids.
    segments : array-like of shape (n_customers,)
        Number of each customer's segment, from 1.
    limit : int, default 5000
        Most dots to keep.

    Returns
    -------
    MapPoints

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [1.0, 1.0], [4.0, 4.0], [5.0, 5.5]])
    >>> dots = map_points(X, [1, 1, 2, 2])
    >>> dots.xy.shape, dots.segments.tolist()
    ((4, 2), [1, 1, 2, 2])
    """
    from threadpoolctl import threadpool_limits

    matrix = np.asarray(X, dtype=np.float64)
    numbers = np.asarray(segments, dtype=np.int64)
    # more threads than one change the last digits, and so the picture's bytes
    with threadpool_limits(1):
        centred = matrix - matrix.mean(axis=0)
        values, vectors = np.linalg.eigh(centred.T @ centred)
        axes = vectors[:, ::-1][:, :2]
        # an eigenvector's sign is arbitrary: its largest loading points up
        largest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
        xy = centred @ (axes * np.where(largest < 0, -1.0, 1.0))
    if xy.shape[1] == 1:
        xy = np.column_stack([xy, np.zeros(len(xy))])
    total = float(values.sum())
    explained = float(values[::-1][:2].sum() / total) if total > 0 else None
    kept = stratified(numbers, limit)
    return MapPoints(xy[kept], numbers[kept], explained)


def stratified(numbers: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Return row positions: an even sample of each segment's rows.

    Parameters
    ----------
    numbers : ndarray of int64, shape (n_customers,)
        Number of each customer's segment.
    limit : int
        Most rows to keep.

    Returns
    -------
    ndarray of int64
        Sorted positions.
    """
    if len(numbers) <= limit:
        return np.arange(len(numbers))
    kept = []
    for number in np.unique(numbers):
        rows = np.flatnonzero(numbers == number)
        n_kept = max(1, int(len(rows) * limit / len(numbers)))
        kept.append(rows[np.arange(n_kept) * len(rows) // n_kept])
    return np.sort(np.concatenate(kept))


def map_section(material: Material, dots: MapPoints | None) -> dict[str, Any] | None:
    """Return the summary's map: dots between 0 and 1, and the middle of each segment.

    Segments with fewer than 10 customers are left off, for a dot is a customer.
    """
    if dots is None:
        return None
    profiles = material.profiles
    _check_numbers(dots, {segment.number for segment in profiles.segments})
    seen = [one.number for one in profiles.segments if not material.is_hidden(one)]
    kept = np.isin(dots.segments, seen)
    if not kept.any():
        return None
    xy, numbers = _unit_square(dots.xy[kept], dots.segments[kept])
    shown = [
        (segment.number, text.name)
        for segment, text in zip(profiles.segments, material.texts, strict=True)
        if (numbers == segment.number).any()
    ]
    count = material.words.number(len(xy))
    explained = None
    if dots.explained is not None:
        share = material.percent(dots.explained)
        explained = material.say("map.explained", share=share)
    return {
        "heading": material.say("map.heading"),
        "method": dots.method,
        "lead": material.say("map.lead_umap" if dots.method == "umap" else "map.lead"),
        "note": material.say("map.note"),
        "sample": material.say_count("map.sample", len(xy)),
        "explained": explained,
        "title": material.say("map.title"),
        "alt": material.say("map.alt", count=count),
        "caption": material.say("map.caption"),
        "columns": [
            material.say(f"map.{name}") for name in ("dots", "horizontal", "vertical")
        ],
        "legend": material.say("map.legend"),
        "rows": [
            _middle(material, number, name, xy[numbers == number])
            for number, name in shown
        ],
        "points": [
            [round(float(x), 4), round(float(y), 4), int(number)]
            for (x, y), number in zip(xy, numbers, strict=True)
        ],
    }


def _check_numbers(dots: MapPoints, known: set[int]) -> None:
    strange = sorted({int(number) for number in dots.segments} - known)
    if strange:
        message = (
            f"the map's dots carry segment numbers {strange} that the profiles lack; "
            "number the segments as the profiles do, from 1"
        )
        raise ValueError(message)


def _unit_square(
    xy: NDArray[np.float64], numbers: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the dots between 0 and 1, without the one in a hundred farthest out.

    They would squeeze all others together, and they show single customers.
    """
    low, high = np.quantile(xy, (0.005, 0.995), axis=0)
    span = np.where(high > low, high - low, 1.0)
    unit = (xy - low) / span
    inside = ((unit >= 0) & (unit <= 1)).all(axis=1)
    return unit[inside], numbers[inside]


def _middle(
    material: Material, number: int, name: str, xy: NDArray[np.float64]
) -> dict[str, Any]:
    x, y = np.median(xy, axis=0)
    return {
        "number": number,
        "name": name,
        "dots": len(xy),
        "dots_text": material.words.number(len(xy)),
        "x": round(float(x), 4),
        "y": round(float(y), 4),
        "x_text": material.words.number(round(float(x), 2), 2),
        "y_text": material.words.number(round(float(y), 2), 2),
    }

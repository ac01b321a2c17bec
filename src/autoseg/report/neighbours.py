"""The map by UMAP: who is whose neighbour, for those who ask for it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from autoseg.report.points import MapPoints, map_points, stratified

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["neighbour_points"]

_NEIGHBOURS = 15
_FEWEST = 4


def neighbour_points(
    X: ArrayLike, segments: ArrayLike, *, limit: int = 5000, random_state: int = 0
) -> MapPoints:
    """Lay customers out by UMAP, on the sample that `map_points` would keep.

    Parameters
    ----------
    X : array-like of shape (n_customers, n_features)
        Scaled features, rows in the order of the customers' ids.
    segments : array-like of shape (n_customers,)
        Number of each customer's segment, from 1.
    limit : int, default 5000
        Most dots to keep.
    random_state : int, default 0
        Seed of the layout.

    Returns
    -------
    MapPoints
        Nothing of the fit but the dots. The principal components where there is no
        neighbourhood to unfold: of fewer than four dots, and of dots on one line.

    Notes
    -----
    The layout starts from the principal components: it keeps more of the large picture
    than a start by lot, and needs no eigenvectors of a graph that may fall apart
    (Kobak and Linderman 2021, Nature Biotechnology 39).
    """
    matrix = np.asarray(X, dtype=np.float64)
    numbers = np.asarray(segments, dtype=np.int64)
    kept = stratified(numbers, limit)
    start = map_points(matrix[kept], numbers[kept], limit=len(kept))
    if len(kept) < _FEWEST or not np.ptp(start.xy, axis=0).all():
        return start
    xy = _layout(matrix[kept], start.xy, random_state)
    return MapPoints(xy, numbers[kept], None, "umap")


def _layout(
    matrix: NDArray[np.float64], start: NDArray[np.float64], random_state: int
) -> NDArray[np.float64]:
    # loaded here, for it compiles for seconds; it warns of packages it can do without
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import umap

        layout: Any = umap.UMAP(
            n_neighbors=min(_NEIGHBOURS, len(matrix) - 1),
            init=start,
            random_state=random_state,
            n_jobs=1,
        )
        return np.asarray(layout.fit_transform(matrix), dtype=np.float64)

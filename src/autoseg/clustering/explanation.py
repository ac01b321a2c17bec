"""How well a few cuts in the features tell who is in which segment."""

from __future__ import annotations

import numpy as np
from sklearn.tree import DecisionTreeClassifier

__all__ = ["tree_accuracy"]

_FOLDS = 5
_LEAVES_A_SEGMENT = 3
_ROWS_A_LEAF = 5
_ROWS = 20_000


def tree_accuracy(X: np.ndarray, labels: np.ndarray, *, random_state: int) -> float:
    """Return the cross-validated accuracy of a small decision tree.

    The tree has at most three leaves a segment, of five customers or more. Each
    segment is spread over five folds; at most 20,000 evenly spaced customers are
    used.

    Parameters
    ----------
    X : ndarray of shape (n_rows, d)
        Features in any unit, in a reproducible order of rows.
    labels : ndarray of int64, shape (n_rows,)
        Segments from 0.
    random_state : int
        Seed of the folds.

    Returns
    -------
    float
        Share of the customers that the tree puts into their segment, 0 to 1; to be
        read beside the share of the largest segment.

    Examples
    --------
    >>> X = np.arange(40.0)[:, None]
    >>> tree_accuracy(X, (X[:, 0] >= 20).astype(int), random_state=0)
    0.975
    """
    step = -(-len(X) // _ROWS)
    X, labels = X[::step], labels[::step]
    fold = _folds(labels, random_state)
    right = 0
    for held in range(_FOLDS):
        inside, outside = fold != held, fold == held
        tree = DecisionTreeClassifier(
            max_leaf_nodes=_LEAVES_A_SEGMENT * max(int(labels.max()) + 1, 2),
            min_samples_leaf=_ROWS_A_LEAF,
            random_state=random_state,
        ).fit(X[inside], labels[inside])
        right += int((tree.predict(X[outside]) == labels[outside]).sum())
    return right / len(X)


def _folds(labels: np.ndarray, random_state: int) -> np.ndarray:
    """Return a fold a row; the rows of each segment are spread over all folds.

    scikit-learn's StratifiedKFold warns of segments smaller than the number of folds.
    """
    shuffled = np.random.default_rng(random_state).permutation(len(labels))
    by_segment = shuffled[np.argsort(labels[shuffled], kind="stable")]
    fold = np.empty(len(labels), dtype=np.int64)
    fold[by_segment] = np.arange(len(labels)) % _FOLDS
    return fold

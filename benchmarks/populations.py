"""Synthetic customers with planted segments, and without any, unlike each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["NULL", "STRUCTURED", "Population", "draw"]


@dataclass(frozen=True, slots=True)
class Population:
    """Columns of customers and the segment that each was drawn from."""

    family: str
    seed: int
    X: np.ndarray
    names: tuple[str, ...]
    truth: np.ndarray


def _names(d: int) -> tuple[str, ...]:
    known = ("recency_days", "frequency", "monetary")
    return known[:d] + tuple(f"column_{j}" for j in range(3, d))


def _shares(rng, k, low=0.04):
    return low + (1 - k * low) * rng.dirichlet(np.full(k, 2.0))


def _members(rng, n, shares):
    return np.sort(rng.choice(len(shares), size=n, p=shares))


def _apart(rng, k, d, least):
    """Return centres no two of which are nearer than `least`."""
    for spread in np.linspace(1.0, 6.0, 400):
        centres = rng.normal(scale=spread, size=(k, d))
        gaps = np.linalg.norm(centres[:, None] - centres[None], axis=2)
        if gaps[np.triu_indices(k, 1)].min(initial=np.inf) >= least:
            return centres
    return centres


def _covariance(rng, d, strength):
    """Return a covariance with eigenvalues spread by e^(±strength)."""
    q, _ = np.linalg.qr(rng.normal(size=(d, d)))
    values = np.exp(rng.uniform(-strength, strength, d))
    return (q * (values / np.exp(np.mean(np.log(values))))) @ q.T


def normal(rng, n, k):
    """Correlated clouds of unequal size; half of the columns on a log scale."""
    d = int(rng.integers(5, 9))
    z = _members(rng, n, _shares(rng, k))
    centres = _apart(rng, k, d, 3.6)
    X = np.empty((n, d))
    for j in range(k):
        rows = z == j
        X[rows] = rng.multivariate_normal(
            centres[j], _covariance(rng, d, 0.8), rows.sum()
        )
    logs = rng.random(d) < 0.5
    X[:, logs] = np.exp(0.6 * X[:, logs] + 3)
    return X, z


def heavy(rng, n, k):
    """Clouds with t(3) tails on log scales, 2 % outliers thrown in anywhere."""
    d = int(rng.integers(4, 8))
    z = _members(rng, n, _shares(rng, k))
    centres = _apart(rng, k, d, 4.5)
    errors = np.stack([_covariance(rng, d, 0.6) for _ in range(k)])
    roots = np.linalg.cholesky(errors)
    chi = np.sqrt(3 / rng.chisquare(3, size=(n, 1)))
    X = centres[z] + np.einsum("nij,nj->ni", roots[z], rng.normal(size=(n, d)) * chi)
    wild = rng.random(n) < 0.02
    X[wild] += rng.normal(scale=8, size=(wild.sum(), d))
    return np.exp(0.4 * X + 2), z


def unequal(rng, n, k):
    """One crowd and several small, tight groups."""
    d = int(rng.integers(4, 8))
    shares = np.r_[0.5, 0.03 + (0.5 - 0.03 * (k - 1)) * rng.dirichlet(np.ones(k - 1))]
    z = _members(rng, n, shares)
    centres = _apart(rng, k, d, 4.5)
    sd = np.r_[1.5, rng.uniform(0.3, 0.9, k - 1)]
    X = centres[z] + sd[z, None] * rng.normal(size=(n, d))
    X[:, 0] = np.exp(0.5 * X[:, 0] + 3)
    X[:, 1] = np.exp(0.7 * X[:, 1])
    return X, z


def redundant(rng, n, k):
    """Segments in four columns; copies, a ratio and two columns of noise beside."""
    z = _members(rng, n, _shares(rng, k, 0.05))
    centres = _apart(rng, k, 4, 3.8)
    base = centres[z] + rng.normal(size=(n, 4)) @ _covariance(rng, 4, 0.5)
    copy = base[:, :1] * 0.9 + rng.normal(scale=0.15, size=(n, 1))
    opposite = -base[:, 1:2] + rng.normal(scale=0.2, size=(n, 1))
    ratio = base[:, 2:3] - base[:, 3:4]
    noise = np.column_stack([rng.normal(size=n), rng.exponential(size=n)])
    X = np.hstack([np.exp(0.6 * base + 2), np.exp(copy), opposite, ratio, noise])
    return X, z


def behaviour(rng, n, k):
    """Counts, shares and zero-inflated amounts, each with its own law."""
    z = _members(rng, n, _shares(rng, k, 0.05))
    grid = rng.permuted(np.tile(np.linspace(0.05, 0.95, k), (6, 1)), axis=1)
    rate = 1.5 * np.exp(3.0 * grid[0])
    recency = 6 * np.exp(3.2 * grid[1])
    amount = 8 * np.exp(2.6 * grid[2])
    weekend, discount = 0.08 + 0.8 * grid[3], grid[4]
    orders = 1 + rng.poisson(rate[z])
    X = np.column_stack(
        [
            np.ceil(rng.gamma(5, recency[z] / 5)),
            orders,
            orders * rng.gamma(8, amount[z] / 8),
            rng.beta(12 * weekend[z], 12 * (1 - weekend[z])),
            (rng.random(n) < discount[z]) * rng.gamma(2, 0.1 + discount[z]),
            1 + rng.binomial(9, 0.05 + 0.9 * grid[5][z]),
        ]
    ).astype(float)
    return X, z


def orders(rng, n, k):
    """Order by order for two years, then what a shop would compute from it."""
    z = _members(rng, n, _shares(rng, k, 0.05))
    pace = rng.permuted(np.geomspace(8, 150, k))
    basket = rng.permuted(np.geomspace(15, 200, k))
    lapse = rng.permuted(np.linspace(0, 500, k))
    regular = rng.permuted(np.geomspace(0.7, 6, k))
    rows = []
    for j in z:
        end = 730 - (lapse[j] * rng.uniform(0.7, 1.3) if lapse[j] > 60 else 0)
        start = rng.uniform(0, 200)
        shape = regular[j]
        own = pace[j] * rng.lognormal(0, 0.2)
        gaps = rng.gamma(shape, own / shape, size=400)
        days = start + np.r_[0, np.cumsum(gaps)]
        days = np.floor(days[days < max(end, start + 1)])
        spent = basket[j] * rng.lognormal(0, 0.25) * rng.lognormal(0, 0.4, len(days))
        between = np.diff(days) if len(days) > 1 else np.array([730 - days[0]])
        mean_gap = max(between.mean(), 0.5)
        rows.append(
            (
                730 - days[-1],
                len(days),
                spent.sum(),
                spent.mean(),
                730 - days[0],
                mean_gap,
                between.std() / mean_gap if len(between) > 2 else 0.9,
            )
        )
    return np.array(rows), z


def ridges(rng, n, k):
    """Long, thin clouds with directions of their own, near each other."""
    d = int(rng.integers(3, 6))
    z = _members(rng, n, _shares(rng, k, 0.06))
    centres = _apart(rng, k, d, 3.0)
    X = np.empty((n, d))
    for j in range(k):
        rows = z == j
        X[rows] = rng.multivariate_normal(
            centres[j], 0.7 * _covariance(rng, d, 1.6), rows.sum()
        )
    return np.exp(0.5 * X + 1), z


def personas(rng, n, k):
    """Marketing personas: high, middle or low on each of nine mixed traits."""
    d = 9
    while True:
        levels = rng.integers(-1, 2, size=(k, d)) * 1.5
        gaps = np.linalg.norm(levels[:, None] - levels[None], axis=2)
        if gaps[np.triu_indices(k, 1)].min() > 3.6:
            break
    z = _members(rng, n, _shares(rng, k, 0.04))
    mood = rng.normal(size=(n, 2)) @ rng.normal(scale=0.4, size=(2, d))
    X = levels[z] + mood + rng.normal(scale=0.8, size=(n, d))
    X[:, :3] = np.exp(0.8 * X[:, :3] + 3)
    X[:, 3:5] = np.floor(np.exp(0.5 * X[:, 3:5] + 1))
    X[:, 5:7] = 1 / (1 + np.exp(-X[:, 5:7]))
    return X, z


def overlapping(rng, n, k):
    """Clouds that run into each other; even the planted centres misplace some."""
    d = int(rng.integers(4, 8))
    z = _members(rng, n, _shares(rng, k, 0.06))
    centres = _apart(rng, k, d, 2.4)
    X = centres[z] + rng.normal(size=(n, d)) @ _covariance(rng, d, 0.5)
    logs = rng.random(d) < 0.5
    X[:, logs] = np.exp(0.6 * X[:, logs] + 3)
    return X, z


def wide(rng, n, k):
    """Twelve to eighteen columns, of which half tell the segments apart."""
    d = int(rng.integers(12, 19))
    z = _members(rng, n, _shares(rng, k, 0.05))
    centres = np.zeros((k, d))
    centres[:, : d // 2] = _apart(rng, k, d // 2, 4.5)
    mood = rng.normal(size=(n, 3)) @ rng.normal(scale=0.5, size=(3, d))
    X = centres[z] + 0.9 * rng.normal(size=(n, d)) + mood
    skewed = rng.random(d) < 0.5
    X[:, skewed] = np.exp(0.6 * X[:, skewed] + 2)
    return X[:, rng.permutation(d)], z


def bent(rng, n, k):
    """Skewed clouds that no logarithm makes round, of unequal width."""
    d = int(rng.integers(4, 7))
    z = _members(rng, n, _shares(rng, k, 0.06))
    centres = _apart(rng, k, d, 5.0)
    sd = rng.uniform(0.5, 1.1, size=(k, d))
    sign = rng.choice([-1.0, 1.0], size=(k, d))
    skew = (rng.gamma(2.0, 1.0, size=(n, d)) - 2.0) / np.sqrt(2.0)
    return centres[z] + sd[z] * sign[z] * skew, z


def zeros(rng, n, k):
    """Amounts that most never spend, on several kinds of things, beside R, F and M."""
    z = _members(rng, n, _shares(rng, k, 0.06))
    grid = rng.permuted(np.tile(np.linspace(0.05, 0.95, k), (3, 1)), axis=1)
    count = 1 + rng.poisson(np.exp(0.3 + 3.2 * grid[1])[z])
    d = int(rng.integers(3, 5))
    chance = rng.choice([0.05, 0.35, 0.9], size=(k, d), p=[0.5, 0.3, 0.2])
    spent = (rng.random((n, d)) < chance[z]) * rng.lognormal(2.5, 0.8, (n, d))
    X = np.column_stack(
        [
            np.ceil(rng.gamma(4, (5 * np.exp(3.2 * grid[0]))[z] / 4)),
            count,
            count * rng.gamma(6, (10 * np.exp(2.4 * grid[2]))[z] / 6),
            spent,
        ]
    )
    return X.astype(float), z


def one_cloud(rng, n):
    """One correlated cloud on log scales."""
    d = int(rng.integers(5, 9))
    return np.exp(0.7 * rng.normal(size=(n, d)) @ _covariance(rng, d, 0.5) + 2)


def one_heavy(rng, n):
    """One cloud with t(4) tails."""
    d = int(rng.integers(4, 8))
    chi = np.sqrt(4 / rng.chisquare(4, size=(n, 1)))
    return np.exp(0.4 * chi * (rng.normal(size=(n, d)) @ _covariance(rng, d, 0.4)) + 2)


def box(rng, n):
    """Evenly spread in a box."""
    return rng.uniform(size=(n, int(rng.integers(4, 8))))


def one_shop(rng, n):
    """One kind of customer: gamma-Poisson orders, gamma amounts, even lapse."""
    rate = rng.gamma(1.2, 5, n)
    count = 1 + rng.poisson(rate)
    amount = rng.gamma(4, 10, n) * rng.lognormal(0, 0.3, n)
    tenure = rng.uniform(60, 730, n)
    recency = np.ceil(tenure * rng.beta(1, 1 + 0.3 * count))
    return np.column_stack(
        [
            recency,
            count,
            count * amount,
            amount,
            tenure,
            (tenure - recency) / np.maximum(count - 1, 1) + 1,
            rng.beta(2, 5, n),
        ]
    )


def curved(rng, n):
    """A bent continuum: all columns follow one hidden scale, each in its own way."""
    t = rng.normal(size=n)
    d = 6
    X = np.column_stack(
        [t * rng.normal() + 0.4 * rng.normal() * t**2 for _ in range(d)]
    ) + 0.7 * rng.normal(size=(n, d))
    X[:, :3] = np.exp(0.6 * X[:, :3])
    return X


def mixed_one(rng, n):
    """Counts, shares and amounts of one kind of customer, loosely related."""
    level = rng.normal(size=n)
    return np.column_stack(
        [
            rng.exponential(60, n) + 1,
            1 + rng.poisson(np.exp(1.5 + 0.6 * level)),
            np.exp(4 + 0.5 * level + 0.6 * rng.normal(size=n)),
            rng.beta(2, 3, n),
            rng.gamma(2, 1, n),
            rng.poisson(3, n),
        ]
    ).astype(float)


def zeros_one(rng, n):
    """Zero-inflated amounts of one kind of customer, who differ in appetite."""
    level = rng.normal(size=n)
    count = 1 + rng.poisson(np.exp(1.0 + 0.8 * level))
    columns = [np.ceil(rng.exponential(80, n)), count, count * rng.gamma(4, 12, n)]
    for _ in range(3):
        bought = rng.random(n) < 1 / (1 + np.exp(1.2 - 0.5 * level))
        columns.append(bought * rng.lognormal(2.5, 0.8, n))
    return np.column_stack(columns).astype(float)


def gradient(rng, n):
    """A long, thin continuum: every column follows one scale, evenly filled."""
    t = rng.uniform(-1.7, 1.7, size=n)
    d = int(rng.integers(4, 8))
    X = t[:, None] * rng.uniform(0.6, 1.4, d) + 0.6 * rng.normal(size=(n, d))
    return np.exp(0.7 * X + 2)


STRUCTURED = {
    f.__name__: f
    for f in (
        normal,
        heavy,
        unequal,
        redundant,
        behaviour,
        orders,
        ridges,
        personas,
        overlapping,
        wide,
        bent,
        zeros,
    )
}
NULL = {
    f.__name__: f
    for f in (
        one_cloud,
        one_heavy,
        box,
        one_shop,
        curved,
        mixed_one,
        zeros_one,
        gradient,
    )
}


def draw(family: str, seed: int, n: int | None = None) -> Population:
    """Return one population; its rows come in random order."""
    rng = np.random.default_rng([sum(family.encode()), seed])
    n = n or int(rng.integers(700, 2000))
    if family in NULL:
        X, truth = NULL[family](rng, n), np.zeros(n, dtype=int)
    else:
        k = int(rng.integers(3, 10))
        X, truth = STRUCTURED[family](rng, n, k)
    order = rng.permutation(n)
    return Population(family, seed, X[order], _names(X.shape[1]), truth[order])

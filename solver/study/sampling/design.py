"""Points of the unit cube at which factors are drawn, rank-correlated where that is asked for."""

from __future__ import annotations

import numpy as np

from solver.study.schema.uncertain import Correlation, Method

from .distributions import Floats


def design(method: Method, samples: int, factors: int, seed: int) -> Floats:
    """Probabilities strictly between 0 and 1, samples x factors; the same for the same arguments.

    Latin hypercube and scrambled Sobol points (scipy.stats.qmc). Saltelli's design (SALib, with `samples` as its base, a
    power of 2) has samples x (factors + 2) points.
    """
    if factors == 0:
        return np.empty((samples, 0))
    match method:
        case Method.RANDOM:
            points = np.random.default_rng(seed).random((samples, factors))
        case Method.LATIN_HYPERCUBE:
            from scipy.stats import qmc

            points = qmc.LatinHypercube(factors, rng=np.random.default_rng(seed)).random(samples)
        case Method.SOBOL:
            points = _sobol(samples, factors, seed)
        case Method.SALTELLI:
            from SALib.sample import sobol  # type: ignore[import-untyped]

            points = sobol.sample(salib_problem(factors), samples, calc_second_order=False, seed=seed)
    return np.clip(np.asarray(points, dtype=np.float64), 1e-12, 1 - 1e-12)


def salib_problem(factors: int) -> dict[str, object]:
    """SALib's description of the unit cube."""
    return {"num_vars": factors, "names": [str(k) for k in range(factors)], "bounds": [[0.0, 1.0]] * factors}


def correlated(points: Floats, correlation: Floats) -> Floats:
    """The same points with each column reordered, so that columns have the rank correlations asked for.

    Iman and Conover 1982: columns keep their values exactly. `correlation`: Spearman, factors x factors, positive
    semidefinite. Where there are too few points for the columns' own correlation to be taken out, it stays in.
    """
    from scipy.stats import norm, rankdata

    samples, factors = points.shape
    if factors < 2 or samples < 2 or np.allclose(correlation, np.eye(factors)):
        return points
    wanted = _root(2 * np.sin(np.pi * correlation / 6))
    scores = norm.ppf(np.apply_along_axis(rankdata, 0, points) / (samples + 1))
    present = np.corrcoef(scores, rowvar=False)
    if samples > 2 * factors and np.linalg.eigvalsh(present)[0] > 1e-6:
        scores = scores @ np.linalg.inv(np.linalg.cholesky(present)).T
    target = scores @ wanted.T
    found = np.empty_like(points)
    for column in range(factors):
        found[np.argsort(target[:, column], kind="stable"), column] = np.sort(points[:, column])
    return found


def correlation_matrix(names: list[str], correlations: tuple[Correlation, ...]) -> Floats:
    """Spearman correlations, 1 on the diagonal, 0 where none is stated."""
    matrix = np.eye(len(names))
    for entry in correlations:
        i, j = (names.index(name) for name in entry.between)
        matrix[i, j] = matrix[j, i] = entry.rank
    return matrix


def is_possible(correlation: Floats) -> bool:
    """Whether quantities can be correlated so: no negative eigenvalue."""
    return bool(np.linalg.eigvalsh(2 * np.sin(np.pi * correlation / 6))[0] > -1e-9)


def _root(correlation: Floats) -> Floats:
    """L with L L' = correlation, for semidefinite matrices too."""
    values, vectors = np.linalg.eigh(correlation)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def _sobol(samples: int, factors: int, seed: int) -> Floats:
    """The first points of a scrambled sequence, drawn in a power of 2 so that scipy does not warn."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(factors, rng=np.random.default_rng(seed))
    return np.asarray(sequence.random_base2(max(samples - 1, 0).bit_length())[:samples])

"""Patient rule induction: the box of the unit cube in which something comes about most.

Friedman & Fisher (1999), *Stat. Comput.* 9:123: a box around all points is peeled, a small part of
its points at a time and each time on the side that leaves the mean highest.  Of the boxes along the
way the one with the largest gain is pasted: its sides move to where they gain most.  What a box is
worth is told by what chance finds: the whole search is made again with the outcomes shuffled.  For
scenario discovery see Bryant & Lempert (2010), *Technol. Forecast. Soc. Change* 77:34, from whom
the quasi-p of a single restriction is.

Checked by ``tests/experiment/test_prim.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from afterban.experiment.orders import Orders

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

PEEL = 0.05  # share of a box's points that a step takes off, about: patient
LEAST = 0.05  # share of all points below which a box is not peeled any further
FEWEST = 8  # points of a box
SHUFFLES = 99
HALVES = 20
LEVEL = 0.05


@dataclass(frozen=True)
class Restriction:
    """A side of a box.

    dimension: number of the column.  low, high: ends in the unit cube; 0 and 1 are no end.
    p_value: share of shuffles in which one more restriction, of any dimension, does as much.
    quasi_p: probability of as many hits if the box without this restriction had this many points
        of its own at random (Bryant & Lempert 2010).
    reproduced: share of boxes found in random halves of the points that restrict the dimension
        from the same side, or sides.
    """

    dimension: int
    low: float
    high: float
    p_value: float
    quasi_p: float
    reproduced: float


@dataclass(frozen=True)
class Box:
    """A box in which the outcome comes about more than elsewhere.

    restrictions: the most telling first.
    points, hits: in it; of all: ``of_points``, ``of_hits``.  A hit may be a part (a tie).
    p_value: share of shuffled outcomes in which the search finds as much.
    held_out: density in boxes that were found in half of the points, by the other half.
    """

    restrictions: tuple[Restriction, ...]
    points: int
    hits: float
    of_points: int
    of_hits: float
    p_value: float
    held_out: float

    @property
    def density(self) -> float:
        """Share of the box's points with the outcome."""
        return self.hits / self.points

    @property
    def coverage(self) -> float:
        """Share of all points with the outcome that lie in the box."""
        return self.hits / self.of_hits


def find_box(x: Floats, y: Floats, seed: int = 1) -> Box | None:
    """The box in which ``y`` is high, or None if chance finds one as good.

    Args:
        x: points, shape (n, d), within the unit cube.
        y: whether the outcome comes about at each, 0 to 1, shape (n,).
        seed: of the shuffles.

    Returns:
        The box of the search with the largest gain, (hits - points x mean of y) / n, without
        restrictions that a test of their own does not tell from chance.  None where no outcome, or
        every one, comes about, where shuffled outcomes gain as much in more than ``LEVEL`` of
        cases, and where no restriction is left.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if len(y) < 2 * FEWEST or y.min() == y.max():
        return None
    ranks = np.argsort(np.argsort(x, axis=0), axis=0)
    orders = Orders(seed)
    box, gain = _search(ranks, y)
    by_chance = [_search(ranks, y[orders.order(len(y))])[1] for _ in range(SHUFFLES)]
    p_value = (1 + sum(other >= gain for other in by_chance)) / (1 + SHUFFLES)
    if p_value > LEVEL:
        return None
    box, told = _pruned(ranks, y, box, orders)
    if not told:
        return None
    reproduced, held_out = _in_halves(ranks, y, orders)
    inside = _inside(ranks, box)
    return Box(
        restrictions=tuple(
            Restriction(
                j,
                *_ends(x[:, j], box[:, j]),
                told[j],
                _quasi_p(ranks, y, box, j),
                float(reproduced[j, box[:, j] != (0, len(y) - 1)].min()),
            )
            for j in sorted(told, key=lambda j: _quasi_p(ranks, y, box, j))
        ),
        points=int(inside.sum()),
        hits=float(y[inside].sum()),
        of_points=len(y),
        of_hits=float(y.sum()),
        p_value=p_value,
        held_out=held_out,
    )


# A box is the lowest and highest rank in each dimension that lie in it, shape (2, d).
_Box = npt.NDArray[np.int64]


def _search(ranks: _Box, y: Floats) -> tuple[_Box, float]:
    """Peel and paste: the box with the largest gain along the way, pasted, and its gain."""
    n, d = ranks.shape
    over = y - y.mean()
    box = np.array([np.zeros(d), np.full(d, n - 1)], dtype=np.int64)
    best, most = box.copy(), 0.0
    least = max(FEWEST, int(LEAST * n))
    order = np.argsort(ranks, axis=0).T  # points inside by dimension, the lowest first
    while True:
        left = order.shape[1]
        off = max(1, int(PEEL * left))
        if left - off < least:
            return _refitted(ranks, over, best, most, np.arange(d))
        # The side whose points have the lowest sum goes, so that the mean left is the highest.
        sums = np.array([over[order[:, :off]].sum(axis=1), over[order[:, -off:]].sum(axis=1)])
        end, j = divmod(int(np.argmin(sums)), d)
        inside = np.zeros(n, dtype=bool)
        inside[order[0]] = True
        inside[order[j, :off] if end == 0 else order[j, -off:]] = False
        box[end, j] = ranks[order[j, off if end == 0 else -off - 1], j]
        order = order[inside[order]].reshape(d, -1)
        gain = float(over[order[0]].sum()) / n
        if gain > most:
            best, most = box.copy(), gain


def _refitted(
    ranks: _Box, over: Floats, box: _Box, gain: float, dimensions: npt.NDArray[np.int64]
) -> tuple[_Box, float]:
    """Paste: time and again give the dimension that gains most the ends that gain most.

    over: the outcome less its mean, so that a sum over points is the gain times their number.
    """
    n, box, mine = len(over), box.copy(), ranks[:, dimensions]
    columns = np.arange(len(dimensions))
    while len(dimensions):
        outside = (mine < box[0, dimensions]) | (mine > box[1, dimensions])
        others = outside.sum(axis=1)[:, None] - outside == 0  # inside but for one dimension
        along = np.zeros((n, len(dimensions)))
        along[mine, columns] = over[:, None] * others
        sums = np.vstack((np.zeros(len(dimensions)), np.cumsum(along, axis=0)))
        gains = sums[1:] - np.minimum.accumulate(sums, axis=0)[:-1]
        high, k = np.unravel_index(int(np.argmax(gains)), gains.shape)
        found = float(gains[high, k]) / n
        if found <= gain + 1e-12:
            break
        box[:, dimensions[k]] = int(np.argmin(sums[: high + 1, k])), high
        gain = found
    return _opened(ranks, box), gain


def _opened(ranks: _Box, box: _Box) -> _Box:
    """Without ends beyond which there is no point that the other dimensions let in."""
    n, box = len(ranks), box.copy()
    for j in _restricted(box, n):
        free = box.copy()
        free[:, j] = 0, n - 1
        there = ranks[_inside(ranks, free), j]
        box[:, j] = (
            0 if box[0, j] <= there.min() else box[0, j],
            n - 1 if box[1, j] >= there.max() else box[1, j],
        )
    return box


def _best_sum(over: Floats) -> float:
    """Largest sum of a run of rows in any column, shape (n, d)."""
    sums = np.vstack((np.zeros(over.shape[1]), np.cumsum(over, axis=0)))
    return float((sums[1:] - np.minimum.accumulate(sums, axis=0)[:-1]).max())


def _inside(ranks: _Box, box: _Box) -> Flags:
    return np.asarray(((ranks >= box[0]) & (ranks <= box[1])).all(axis=1))


def _pruned(ranks: _Box, y: Floats, box: _Box, orders: Orders) -> tuple[_Box, dict[int, float]]:
    """Without restrictions that chance could make, the least telling first; p-values by dimension.

    That of a restriction is the share of shuffles, within the box without it, in which one more
    restriction of any dimension gains as much.
    """
    n, box, over = len(y), box.copy(), y - y.mean()
    while True:
        found: dict[int, float] = {}
        for j in _restricted(box, n):
            free = box.copy()
            free[:, j] = 0, n - 1
            there = _inside(ranks, free)
            order, outcomes = np.argsort(ranks[there], axis=0), over[there]
            now = float(over[_inside(ranks, box)].sum())
            as_much = sum(
                _best_sum(outcomes[orders.order(len(outcomes))][order]) >= now
                for _ in range(SHUFFLES)
            )
            found[int(j)] = (1 + as_much) / (1 + SHUFFLES)
        worst = max(found, key=lambda j: found[j], default=None)
        if worst is None or found[worst] <= LEVEL:
            return box, found
        box[:, worst] = 0, n - 1
        gain = float(over[_inside(ranks, box)].sum()) / n
        box, _ = _refitted(ranks, over, box, gain, _restricted(box, n))


def _restricted(box: _Box, n: int) -> npt.NDArray[np.int64]:
    """Dimensions in which a box ends anywhere."""
    return np.flatnonzero((box != np.array([[0], [n - 1]])).any(axis=0))


def _quasi_p(ranks: _Box, y: Floats, box: _Box, j: int) -> float:
    """Probability of so many hits in the box, each with the density of the box without one side."""
    from scipy.special import bdtrc

    free = box.copy()
    free[:, j] = 0, len(y) - 1
    inside = _inside(ranks, box)
    hits = int(np.floor(y[inside].sum() + 1e-9))
    density = float(y[_inside(ranks, free)].mean())
    return float(bdtrc(hits - 1, int(inside.sum()), density)) if hits else 1.0


def _in_halves(ranks: _Box, y: Floats, orders: Orders) -> tuple[Floats, float]:
    """How often halves of the points restrict a dimension, by side, and what the others say.

    Returns shares, shape (d, 2), and the density in the boxes by points that they did not see.
    """
    n, d = ranks.shape
    counts = np.zeros((d, 2))
    hits = points = 0.0
    for _ in range(HALVES):
        seen = np.zeros(n, dtype=bool)
        seen[orders.half(n)] = True
        mine = ranks[seen]
        within = np.argsort(np.argsort(mine, axis=0), axis=0)
        box, gain = _search(within, y[seen])
        if not gain:
            continue
        box, told = _pruned(within, y[seen], box, orders)
        last = int(seen.sum()) - 1
        free = np.array([np.full(d, -1), np.full(d, n)])
        for j in told:
            low, high = box[:, j]
            counts[j] += low > 0, high < last
            by_rank = np.sort(mine[:, j])
            free[:, j] = by_rank[low] if low > 0 else -1, by_rank[high] if high < last else n
        if told:
            others = _inside(ranks, free) & ~seen
            hits += float(y[others].sum())
            points += float(others.sum())
    return counts / HALVES, hits / points if points else float("nan")


def _ends(x: Floats, ends: _Box) -> tuple[float, float]:
    """Ends in the unit cube, halfway between the last point inside and the first outside."""
    ordered = np.sort(x)
    low, high = int(ends[0]), int(ends[1])
    return (
        0.0 if low == 0 else float(ordered[low - 1] + ordered[low]) / 2,
        1.0 if high == len(x) - 1 else float(ordered[high] + ordered[high + 1]) / 2,
    )


__all__ = ["Box", "Restriction", "find_box"]

"""The hand-out: one HTML file with sliders whose every position was run beforehand.

It needs no Python, no server and no connection.  The stories and sliders are those of the
interactive page (:mod:`afterban.page.presets`), with fewer positions; at each of them the numbers
are those of ``afterban run`` for the same changes, seed and replications, to the last digit.

Checked by ``tests/app/test_handout.py`` and, in a browser, ``test_handout_browser.py``.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from afterban import claims as register
from afterban.app import answers
from afterban.claims import Claim
from afterban.errors import AfterbanError, MissingExtra, closest, listed
from afterban.experiment.compare import HEADLINE
from afterban.experiment.ensemble import powers_of
from afterban.experiment.replicate import Outcome, replicate
from afterban.experiment.sensitivity import twin_key
from afterban.experiment.trace import Trace, trace
from afterban.mechanisms import census
from afterban.metrics import METRICS
from afterban.page import state as states
from afterban.page.presets import NOBODY, OFF, PRESETS, SLIDERS, STORIES
from afterban.page.state import REPLICATIONS, State
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.report import words
from afterban.results import Curve, Recorder, curve, estimate
from afterban.sources import registry
from afterban.statistics import Estimate, paired_difference

if TYPE_CHECKING:
    from afterban.engines import EngineName
    from afterban.scenario import Scenario

Floats = npt.NDArray[np.float64]
Data = dict[str, Any]

TEMPLATES = Path(__file__).with_name("templates")
INSTALL = "pip install 'afterban[report]'"
# Positions of the sliders that are run, by story; the first slider is the axis of the curve.
_OF_2014 = {
    "speed": ("1h", "6h", "1d", "4d", "14d", "30d"),
    "returns": ("0.2", "0.4", "0.6", "0.9"),
    "promotion": ("0", "1", "3"),
    "first": (NOBODY, "random", "links"),
}
_FEWER = {**_OF_2014, "returns": ("0.2", "0.4", "0.9"), "promotion": ("0", "1")}
GRIDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "june-2014": _OF_2014,
    "how-fast": {
        "speed": ("1h", "6h", "1d", "4d", "7d", "14d", "30d"),
        "returns": ("0.2", "0.6", "0.9"),
        "promotion": ("0", "1", "3"),
        "first": (NOBODY, "random", "followers", "links"),
    },
    "names": {
        "edits": (OFF, "1", "2", "3", "4", "6"),
        "speed": ("1h", "1d", "7d"),
        "returns": ("0.4", "0.9"),
        "promotion": ("0", "3", "12"),
    },
    "queue": {
        "reviewers": ("6", "7", "8", "9", "10", "12", "20"),
        "speed": ("0", "1d"),
        "returns": ("0.4", "0.9"),
        "first": (NOBODY, "links"),
    },
    "next-platform": _FEWER,
    "recruits": {
        "speed": ("1h", "1d", "4d", "7d", "14d", "30d"),
        "returns": ("0.2", "0.6", "0.9"),
        "first": (NOBODY, "random", "links"),
    },
    "counter-speech": _FEWER,
    "flame-war-2011": {
        "returns": ("0.2", "0.4", "0.6", "0.9"),
        "speed": ("1h", "1d", "7d"),
        "first": (NOBODY, "random", "followers"),
    },
}
# Metrics of the table, where they can be told and are not nothing everywhere.
# The wait for a reviewer is a part of the time to action, which is among them.
SHOWN = tuple(metric for metric in answers.SHOWN if metric != "waiting_time_mean")
# Counts of a whole network, which say nothing about another size.
_COUNTS = ("live_accounts", "suspensions", "suspensions_per_day", "network_followers")
TIMES = 61  # points of a curve through time
CLOSE = 0.004  # how far a drawn line of followers may be off, as a share of its height


@dataclass(frozen=True)
class Point:
    """One position of all sliders, run.

    metrics: of each replication.  live, attached: accounts, and share of the outsider audiences
    that follows one, through time.  line: followers of one operator in the first replication.
    lives: of that operator.  twin: number of the world without enforcement that it is held against.
    """

    state: State
    metrics: tuple[Mapping[str, float], ...]
    live: Curve
    attached: Curve
    line: Trace
    lives: int
    twin: int


@dataclass(frozen=True)
class Twin:
    """A world without enforcement: the metrics of each replication, and curves through time."""

    metrics: tuple[Mapping[str, float], ...]
    live: Curve
    attached: Curve


@dataclass(frozen=True)
class Grid:
    """All positions of the sliders of a story, run on common random numbers.

    sliders: slider -> positions; the last one changes fastest in ``points``.
    start: number of the point at which the story starts.
    cited: published figures, each with what the story's own settings give, and every point if it
        can be told there.
    """

    story: str
    sliders: Mapping[str, tuple[str, ...]]
    points: tuple[Point, ...]
    twins: tuple[Twin, ...]
    start: int
    replications: int
    cited: tuple[tuple[Claim, str, Estimate | None, tuple[Estimate | None, ...]], ...]


def known_story(name: str) -> str:
    """A story, by its name or that of its scenario.  Raises AfterbanError for any other."""
    by_scenario = {story.scenario: key for key, story in STORIES.items()}
    if name in STORIES or name in by_scenario:
        return by_scenario.get(name, name)
    near = closest(name, [*STORIES, *by_scenario])
    raise AfterbanError(
        f"`{name}` is no story; the stories are {listed(STORIES)}"
        + (f"\n  did you mean `{near}`?" if near else "")
    )


def positions(
    start: State, sliders: Mapping[str, Sequence[str]] | None = None
) -> tuple[dict[str, tuple[str, ...]], list[State]]:
    """The sliders of a story, and every state that they can be put to."""
    chosen = {key: tuple(values) for key, values in (sliders or GRIDS[start.story]).items()}
    # A keyword for each slider, all of them text.
    made: list[State] = [
        replace(start, **dict(zip(chosen, values, strict=True)))  # type: ignore[arg-type]
        for values in itertools.product(*chosen.values())
    ]
    return chosen, made


def run_grid(
    start: State,
    *,
    sliders: Mapping[str, Sequence[str]] | None = None,
    replications: int = REPLICATIONS,
    engine: EngineName | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Grid:
    """Run every position of the sliders.

    start: where the story starts, with size and seed.
    sliders: positions instead of the story's own ones; the start must be among them.
    """
    chosen, made = positions(start.run_key(), sliders)
    first = made.index(start.run_key())
    runner = _Runner(start, replications, engine, workers)
    # The story itself first, since it says whose followers are drawn.
    order = [first, *(k for k in range(len(made)) if k != first)]
    done: dict[int, Point] = {}
    for number, k in enumerate(order):
        done[k] = runner.point(made[k])
        if progress is not None:
            progress(number + 1, len(made))
    points = tuple(done[k] for k in range(len(made)))
    return Grid(
        story=start.story,
        sliders=chosen,
        points=points,
        twins=tuple(runner.twins),
        start=first,
        replications=replications,
        cited=tuple(_cited(start, points, runner)),
    )


class _Runner:
    """Runs states, each world without enforcement once."""

    def __init__(
        self, start: State, replications: int, engine: EngineName | None, workers: int | None
    ) -> None:
        self.start = start
        self.replications = replications
        self.engine = engine
        self.workers = workers
        self.twins: list[Twin] = []
        self.keys: dict[str, int] = {}
        self.operator: int | None = None

    def run(
        self, scenario: Scenario, arms: Sequence[str], twin: Twin | None = None
    ) -> list[list[Outcome]]:
        return list(
            replicate(
                scenario,
                arms,
                replications=self.replications,
                engine=self.engine,
                workers=self.workers,
                keep=True,
                twins=None if twin is None else twin.metrics,
            )
        )

    def point(self, state: State) -> Point:
        scenario = states.scenario_of(state)
        key = twin_key(scenario)
        if key not in self.keys:
            runs = self.run(scenario, [WITHOUT_ENFORCEMENT])
            alone = [row[0] for row in runs]
            self.keys[key] = len(self.twins)
            metrics = tuple(one.metrics for one in alone)
            self.twins.append(Twin(metrics, *_through_time(scenario, alone)))
        twin = self.keys[key]
        outcomes = [row[0] for row in self.run(scenario, [AS_WRITTEN], self.twins[twin])]
        records, world = outcomes[0].records, outcomes[0].world
        assert records is not None
        assert world is not None
        accounts = records.accounts
        if self.operator is None:
            tier = scenario.metrics.traced_tier or next(iter(scenario.tiers))
            lives = np.bincount(accounts["operator"], minlength=len(world.tier))
            lives[world.tier != list(scenario.tiers).index(tier)] = -1
            self.operator = int(lives.argmax())
        mine = accounts[accounts["operator"] == self.operator]
        line = trace(
            scenario,
            AS_WRITTEN,
            self.operator,
            starts=mine["public_day"],
            ends=mine["suspended_day"],
            engine=self.engine,
        )
        return Point(
            state,
            tuple(one.metrics for one in outcomes),
            *_through_time(scenario, outcomes),
            line,
            len(mine),
            twin,
        )


def _through_time(scenario: Scenario, outcomes: Sequence[Outcome]) -> tuple[Curve, Curve]:
    """Live accounts, and share of the outsider audiences that follows one, day by day."""
    grid = Parameters.from_scenario(scenario, AS_WRITTEN).grid
    live, attached = [], []
    for one in outcomes:
        assert one.records is not None
        assert one.world is not None
        table = one.records.series.sum(axis=1)
        live.append(table[:, census.LIVE])
        attached.append(table[:, census.ATTACHED_OUTSIDERS] / one.world.audience[:, 1].sum())
    return curve(grid, np.array(live)), curve(grid, np.array(attached))


def _cited(
    start: State, points: Sequence[Point], runner: _Runner
) -> list[tuple[Claim, str, Estimate | None, tuple[Estimate | None, ...]]]:
    """Published figures of the story, as far as its size of network can tell them."""
    about = start.about
    shipped = states.shipped(start)
    full = start.size == about.sizes[-1]
    mine = [
        claim
        for claim in register.load()
        if claim.scenario == about.scenario and applies(claim, full)
    ]
    if not mine:
        return []
    scenario = states.scenario_of(start.run_key()).with_changes({"name": shipped.name})
    arms = [AS_WRITTEN, *about.also, WITHOUT_ENFORCEMENT]
    recorder = Recorder(scenario, arms)
    with recorder:
        for row in runner.run(scenario.with_changes({"metrics.kept_accounts": "0"}), arms):
            recorder.add([replace(one, records=None, world=None) for one in row])
        verdicts = register.judge(mine, recorder.finish(), powers_of(shipped, mine))
    found: list[tuple[Claim, str, Estimate | None, tuple[Estimate | None, ...]]] = []
    for verdict in verdicts:
        if verdict.simulated is None or not verdict.simulated.n:
            continue
        claim = verdict.claim
        told: list[Estimate | None] = [None] * len(points)
        if claim.policy == AS_WRITTEN and claim.divided_by_policy in ("", AS_WRITTEN):
            told = [_claimed(claim, point) for point in points]
        text = verdict.text.partition(" (not the shipped")[0]
        found.append((claim, text, verdict.simulated, tuple(told)))
    return found


def applies(claim: Claim, full: bool) -> bool:
    """Whether a published figure can be held against the network of the page.

    full: whether that has the size of the story's own; a smaller one tells no counts of it.
    """
    if claim.metric is None:
        return False
    return full or claim.divided_by is not None or claim.metric not in _COUNTS


def _claimed(claim: Claim, point: Point) -> Estimate | None:
    assert claim.metric is not None
    values = _column(point, claim.metric)
    if claim.divided_by is not None:
        other = _column(point, claim.divided_by)
        values = np.divide(values, other, out=np.full_like(values, math.nan), where=other != 0)
    found = claim.estimate(values)
    return found if found.n else None


def _column(point: Point, metric: str) -> Floats:
    return np.array([one.get(metric, math.nan) for one in point.metrics], dtype=np.float64)


# --- to plain data --------------------------------------------------------------------------------


def data_of(grid: Grid) -> Data:
    """Everything that the page shows, as plain data; texts are worded here."""
    start = grid.points[grid.start]
    about = STORIES[grid.story]
    scenario = states.scenario_of(start.state)
    metrics = [
        metric
        for metric in SHOWN
        if metric in (HEADLINE, "suspensions")
        or any(estimate(_column(point, metric)).value > 0 for point in grid.points)
    ]
    changes: dict[str, int] = {}
    points = [_point(point, start, metrics, grid, changes) for point in grid.points]
    top = _heights(grid)
    place = {key: k for k, key in enumerate(grid.sliders)}
    operators = sum(tier.count for tier in scenario.tiers.values())
    return {
        "story": {
            "key": grid.story,
            "title": about.title,
            "tells": about.tells,
            "question": about.question,
            "scenario": about.scenario,
            "sources": list(about.sources),
        },
        "sliders": [_slider(key, values, start) for key, values in grid.sliders.items()],
        "presets": [
            {
                "label": one.label,
                "to": {
                    str(place[key]): grid.sliders[key].index(value)
                    for key, value in one.moves.items()
                },
            }
            for one in PRESETS
            if about.offers(one)
            and all(value in grid.sliders.get(key, ()) for key, value in one.moves.items())
        ],
        "start": grid.start,
        "replications": grid.replications,
        "seed": start.state.seed,
        "operators": operators,
        "of": sum(tier.count for tier in states.shipped(start.state).tiers.values()),
        "days": round(scenario.horizon),
        "date": scenario.start.isoformat(),
        "traced": {"tier": start.line.tier, "operator": start.line.operator},
        "metrics": [
            {
                "key": metric,
                "label": METRICS[metric].label,
                "meaning": METRICS[metric].meaning,
            }
            for metric in metrics
        ],
        "times": _numbers(_thin(start.live.x), 4),
        "points": points,
        "twins": [
            {"live": _curve(one.live, 4), "attached": _curve(one.attached, 3)} for one in grid.twins
        ],
        "changes": list(changes),
        "top": top,
        "cited": [_figure(*one) for one in grid.cited],
    }


def _slider(key: str, values: Sequence[Any], start: Point) -> Data:
    """A slider with its steps, and where it stands at the start."""
    one = SLIDERS[key]
    return {
        "key": key,
        "label": one.label,
        "help": one.help,
        "ordered": one.ordered,
        "steps": [{"value": value, "label": one.label_of(value)} for value in values],
        "start": values.index(getattr(start.state, key)),
    }


def _figure(
    claim: Claim, verdict: str, at_start: Estimate | None, told: tuple[Estimate | None, ...]
) -> Data:
    """A published figure, with what the start and every point give; no points if none can tell."""
    return {
        "id": claim.id,
        "says": claim.says,
        "cited": claim.cited,
        "document": claim.published.source.cited(),
        "start": _four(at_start),
        "verdict": verdict,
        "points": None
        if all(one is None for one in told)
        else [None if one is None else _four(one) for one in told],
    }


def _point(
    point: Point, start: Point, metrics: Sequence[str], grid: Grid, changes: dict[str, int]
) -> Data:
    rows = []
    for metric in metrics:
        mine, before = _column(point, metric), _column(start, metric)
        e = estimate(mine)
        good = np.isfinite(mine) & np.isfinite(before)
        change: Estimate | None = None
        if point is not start and good.any():
            change = paired_difference(mine[good], before[good])
        rows.append(
            [
                _number(e.value),
                _number(e.low),
                _number(e.high),
                e.n,
                words.value_text(metric, e),
                words.interval_text(metric, e),
                "" if change is None else words.change_text(metric, change),
                "" if change is None else _sign(change),
            ]
        )
    given = {**states.changes_of(point.state)}
    texts = [f"{path}={value}" for path, value in given.items()]
    return {
        "rows": rows,
        "live": _curve(point.live, 4),
        "attached": _curve(point.attached, 3),
        "total": _line(point.line.days, point.line.insiders + point.line.outsiders),
        "outsiders": _line(point.line.days, point.line.outsiders),
        "lives": point.lives,
        "twin": point.twin,
        "set": [changes.setdefault(text, len(changes)) for text in texts],
    }


def _sign(change: Estimate) -> str:
    if change.n >= 2 and change.low == change.high == 0:
        return "same"
    if change.low > 0 or change.high < 0:
        return "less" if change.value < 0 else "more"
    return "unclear"


def _heights(grid: Grid) -> Data:
    """Ends of the axes that all positions have in common, so that they can be compared by eye."""

    def most(curves: Sequence[Curve]) -> float:
        return max(
            float(np.nanmax(np.where(np.isfinite(c.high), c.high, c.mean), initial=0.0))
            for c in curves
        )

    everything: list[Point | Twin] = [*grid.points, *grid.twins]
    return {
        "live": most([one.live for one in everything]),
        "attached": most([one.attached for one in everything]),
        "followers": max(float((p.line.insiders + p.line.outsiders).max()) for p in grid.points),
    }


def _thin(values: Floats) -> Floats:
    """Some sixty of the values, the ends included."""
    if len(values) <= TIMES:
        return values
    chosen: Floats = values[np.round(np.linspace(0, len(values) - 1, TIMES)).astype(int)]
    return chosen


def _curve(found: Curve, digits: int) -> list[list[float | None]]:
    """Mean and interval at the times of the page."""
    return [_numbers(_thin(one), digits) for one in (found.mean, found.low, found.high)]


def _line(days: Floats, values: Floats) -> list[list[float | None]]:
    """A line with as few corners as it can be drawn with."""
    kept = corners(days, values, CLOSE * _height(days, values))
    return [_numbers(days[kept], 5), [round(float(x)) for x in values[kept]]]


def _height(days: Floats, values: Floats) -> float:
    """How high a line is drawn: that of the later accounts, if these are much smaller."""
    gone = np.flatnonzero((values[:-1] > 0) & (values[1:] == 0))
    later = float(values[gone[0] + 1 :].max()) if len(gone) else 0.0
    top = float(values.max())
    return later if 0 < later < top / 3 else top


def corners(x: Floats, y: Floats, close: float) -> npt.NDArray[np.int64]:
    """Places of the points that a line through them can be drawn with (Douglas and Peucker 1973).

    Between two of them it is nowhere more than ``close`` off, measured upwards.
    """
    kept = np.zeros(len(x), dtype=bool)
    kept[[0, -1]] = True
    open_ = [(0, len(x) - 1)]
    while open_:
        a, b = open_.pop()
        if b - a < 2:
            continue
        inside = slice(a + 1, b)
        width = x[b] - x[a]
        share = (x[inside] - x[a]) / width if width > 0 else np.zeros(b - a - 1)
        off = np.abs(y[inside] - (y[a] + share * (y[b] - y[a])))
        k = a + 1 + int(off.argmax())
        if off.max() > close:
            kept[k] = True
            open_ += [(a, k), (k, b)]
    return np.flatnonzero(kept)


def _number(value: float, digits: int = 6) -> float | None:
    if not math.isfinite(value):
        return None
    short = float(f"{value:.{digits}g}")
    return int(short) if short == int(short) else short


def _numbers(values: Floats, digits: int) -> list[float | None]:
    return [_number(float(x), digits) for x in values]


def _four(e: Estimate | None) -> str:
    if e is None or not e.n:
        return "–"
    text = f"{e.value:,.4g}" if abs(e.value) < 1000 else f"{e.value:,.0f}"
    if math.isnan(e.low) or e.low == e.high:
        return f"{text}, n = {e.n}"
    ends = [f"{x:,.4g}" if abs(x) < 1000 else f"{x:,.0f}" for x in (e.low, e.high)]
    return f"{text} ({ends[0]} to {ends[1]}), n = {e.n}".replace("-", "−")


# --- the page -------------------------------------------------------------------------------------


def require() -> None:
    """Raise MissingExtra if what the page is made with is not installed."""
    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise MissingExtra("what the hand-out is made with (jinja2)", INSTALL) from None


def page_of(grid: Grid) -> str:
    """The page: HTML that needs nothing else.  The same grid gives the same bytes."""
    require()
    from afterban.report.templating import environment

    data = data_of(grid)
    known = registry()
    templates = environment(TEMPLATES)
    axis = data["sliders"][0]
    along = _along(grid)
    text = json.dumps(data, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    return templates.get_template("handout.html.j2").render(
        {
            "d": data,
            "data": text.replace("<", "\\u003c"),
            "style": (TEMPLATES / "handout.css").read_text(encoding="utf-8"),
            "script": (TEMPLATES / "handout.js").read_text(encoding="utf-8"),
            "axis": axis,
            "along": [
                {"label": step["label"], "row": data["points"][k]["rows"][0]}
                for step, k in zip(axis["steps"], along, strict=True)
            ],
            "sources": [
                {"id": name, "says": known.figures[name].says, "document": one.cited()}
                for name in data["story"]["sources"]
                for one in (known.source(name),)
            ],
            "version": version("afterban"),
            "again": _again(grid),
        }
    )


def _again(grid: Grid) -> str:
    """The command that makes the page."""
    start = grid.points[grid.start].state
    size = "" if start.size == start.about.sizes[0] else f" --size {start.size}"
    return f"afterban handout {grid.story}{size} --seed {start.seed} --reps {grid.replications}"


def _along(grid: Grid) -> list[int]:
    """Points along the first slider, the others as in the story."""
    rest = len(grid.points) // len(next(iter(grid.sliders.values())))
    return [k * rest + grid.start % rest for k in range(len(grid.points) // rest)]

"""The compiled engine beside a plain C program that does the same events for the same scenario.

    python benchmarks/c_program.py [repeats]

Needs gcc.  The account table, the time series and the final state of the two are compared first:
they must be the same, the time series to rounding and the rest to the last bit.  The C program
looks at everybody on each day of the time series.  Both are timed without drawing the world.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import machine, september, under_pressure, unforgotten

from afterban import randomness
from afterban.channels import RATES
from afterban.engines import compiled
from afterban.engines import events as ev
from afterban.engines.agreement import differences
from afterban.engines.records import ACCOUNT, CASE, Records
from afterban.mechanisms import census, detection, state
from afterban.parameters import RETURN_DELAY, Parameters
from afterban.world import World, build, first_state

SOURCE = Path(__file__).with_name("c") / "afterban.c"
# The columns of the account table that the C program writes, and the bytes of a row.
_COLUMNS = (
    "operator,life,platform,handle,edit_distance,created_day,public_day,flagged_day,"
    "review_started_day,suspended_day,channel,urgent,insider_followers,outsider_followers,"
    "insider_impressions,outsider_impressions,unnoticed_impressions,"
    "promotions_received,promotions_made"
)
_ROW = 128
# Rates of detection that it knows, in the order in which it reads them.
_RATES = ("signup", "reports", "classifier", "threats", "watch", "handle_recall")


def compiler() -> str | None:
    return shutil.which("gcc")


def make(folder: Path) -> Path:
    """Compile the C program in ``folder``; numbers that Python names come from Python."""
    if ",".join(ACCOUNT.names or ()) != _COLUMNS or ACCOUNT.itemsize != _ROW:
        raise SystemExit("the account table has changed: bring c/afterban.c up to date")
    lines = []
    for prefix, module in (
        ("K", ev),
        ("D", randomness),
        ("C", detection),
        ("S", state),
        ("N", census),
    ):
        lines += [
            f"#define {prefix}_{name} {value}"
            for name, value in vars(module).items()
            if name.isupper() and not name.startswith("_") and type(value) is int
        ]
    lines.append(f"#define CENSUS_COLUMNS {census.COLUMNS}")
    lines.append(f"#define CHANNELS {len(detection.CHANNELS)}")
    (folder / "numbers.h").write_text("\n".join(lines) + "\n")
    program = folder / "afterban"
    command = [str(compiler()), "-O2", "-Wall", "-I", str(folder), str(SOURCE), "-o"]
    subprocess.run([*command, str(program), "-lm"], check=True)
    return program


def refuse(p: Parameters) -> None:
    """Stop at a scenario that needs what the C program does not know."""
    no = {
        "a finite review team": p.finite_staff,
        "campaigns": len(p.pulse_day) > 0,
        "accounts for releases": bool(p.only_if_moved.any() or p.release_every.any()),
        "mixtures and tables of return delays": len(p.longer_laws) > 0,
        "posting that changes with a return": p.posts_after_return != 1.0,
        "operators who adapt": p.adapts,
        "giving a platform up": p.give_up_suspensions > 0,
        "operators that differ in more than audience and posts": len(p.differences) > 0,
        "several platforms": len(p.platform_kept) > 1,
        "moves to other platforms": bool((p.moves > 0.0).any()),
        "recruits": p.most_recruits > 0 or p.recruits_per_impression > 0.0,
        "the live share": p.live_insiders,
        "counter-speech that changes": len(p.speech_change) > 0,
        "forgetting": bool((p.forget > 0.0).any()),
        "arrivals": len(p.arrival_tier) > 0,
        "posting in bursts": bool((p.burst_factor != 1.0).any()),
        "rates by tier": bool((p.pressure != 1.0).any()),
        "flags on ordinary users": bool(
            (p.wrong_per_right > 0.0).any() or (p.wrong_a_day > 0.0).any()
        ),
        **{
            f"the rate {rate.name}": bool((p.rate(rate.name) > 0.0).any())
            for rate in RATES
            if rate.name not in _RATES
        },
    }
    found = [name for name, there in no.items() if there]
    if found:
        raise SystemExit(f"the C program does not know {', '.join(found)}")


def write(p: Parameters, world: World, seed: int, replication: int, path: Path) -> None:
    """Parameters and world in the order in which the C program reads them."""
    refuse(p)
    observed = np.union1d(p.grid, p.windows)
    observed = np.append(observed[observed < p.horizon], p.horizon)
    sizes = (len(world.tier), len(p.tier_count), len(world.promoters), len(p.regime_start))
    whole = (p.near_edits, p.promotion_posts, p.promotes_on_start, p.match_edits, p.most_lives)
    lengths = (len(observed), len(p.grid), len(p.windows))
    with path.open("wb") as file:

        def integers(*values: object) -> None:
            file.write(np.array(values, dtype=np.int64).tobytes())

        def floats(*values: object) -> None:
            for value in values:
                file.write(np.asarray(value, dtype=np.float64).tobytes())

        integers(seed, replication, *sizes, *lengths, *whole)
        floats(p.horizon, p.unrelated_recognition, p.view_probability, p.promotion_seen)
        floats(p.untouched_factor, p.near_identical, p.insider_reports, p.sensitivity)
        floats(p.wave_every, p.fatigue, p.rebuild_share, p.rebuild_window, p.near_links)
        floats(p.overlap, p.discover, p.lost, p.promotion_delay, p.scan_time, p.spare_delay)
        for k in range(len(p.tier_count)):
            floats(p.promotes[k], p.returns[k], p.report_weight[k], p.watched[k])
            floats(p.created_day[k], p.public_day[k], p.refollow[k], p.looks[k])
            integers(p.severity[k], p.sleeper[k], p.spares[k])
            floats(p.tier_distributions[k, RETURN_DELAY])
        floats(p.regime_start, *(p.rate(name)[0] for name in _RATES), p.time_to_action, observed)
        integers(*_place(observed, p.grid))
        integers(*_place(observed, p.windows))
        integers(*world.tier)
        floats(world.audience, world.posts)
        integers(*world.promoter_start)
        file.write(world.promoters.astype(np.int32).tobytes())
        floats(first_state(p, world))


def _place(days: np.ndarray, wanted: np.ndarray) -> list[int]:
    where = {day: k for k, day in enumerate(wanted.tolist())}
    return [where.get(day, len(wanted)) for day in days.tolist()]


def read(p: Parameters, world: World, path: Path, events: int) -> Records:
    """What the C program wrote, as an engine would return it."""
    with path.open("rb") as file:
        count = int(np.fromfile(file, np.int64, 1)[0])
        accounts = np.fromfile(file, ACCOUNT, count)
        shape = (len(p.grid), len(p.tier_count), census.COLUMNS)
        series = np.fromfile(file, np.float64, int(np.prod(shape))).reshape(shape)
        shape = (len(p.windows), len(world.tier))
        seen = np.fromfile(file, np.float64, int(np.prod(shape))).reshape(shape)
        flags = np.fromfile(file, np.int64, 2 * len(detection.CHANNELS)).reshape(2, -1)
        final = np.fromfile(file, np.float64).reshape(len(world.tier), state.COLUMNS)
    return Records(
        accounts=accounts,
        cases=np.empty(0, dtype=CASE),
        series=series,
        window_impressions=np.diff(seen, axis=0),
        backlog=np.zeros(len(p.grid)),
        final=final,
        events=events,
        flags=flags,
    )


def run_c(
    program: Path, p: Parameters, world: World, seed: int, replication: int, repeats: int = 1
) -> tuple[Records, float]:
    """What the C program returns, and the fewest seconds that a run of it took."""
    given, told = program.with_name("parameters"), program.with_name("results")
    write(p, world, seed, replication, given)
    command = [str(program), str(given), str(told), str(repeats)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return read(p, world, told, int(said[1])), float(said[0])


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    if compiler() is None:
        raise SystemExit("there is no gcc on this machine")
    print(machine())
    print("seconds of processor time of one run, the fewest of several; the same events each")
    with tempfile.TemporaryDirectory() as folder:
        program = make(Path(folder))
        for name, made in (("september-2014", september()), ("under pressure", under_pressure())):
            p = unforgotten(made)
            world = build(p, 1, 0)
            ours = compiled.run(p, world, 1, 0)
            seconds_c, seconds = [], []
            for _ in range(repeats):
                theirs, took = run_c(program, p, world, 1, 0, repeats=3)
                seconds_c.append(took)
                start = time.thread_time()
                compiled.run(p, world, 1, 0)
                seconds.append(time.thread_time() - start)
            found = differences(ours, theirs)
            print(f"\n{name}: {ours.events} events, {len(ours.accounts)} accounts")
            print("  the same tables" if not found else "  DIFFERENT:")
            for line in found:
                print(f"    {line}")
            print(f"  C          {min(seconds_c):8.4f}")
            print(f"  compiled   {min(seconds):8.4f}")
            print(f"  ratio      {min(seconds) / min(seconds_c):8.2f}   (target at most 1.5)")


if __name__ == "__main__":
    main()

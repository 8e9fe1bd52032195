"""The compiled engine beside the reference engine, whole replications and the loop alone.

    python benchmarks/engines.py [repeats]      # some ten minutes for each: the reference is Python

Both engines must agree first.  First a replication of the whole scenario september-2014, as
``afterban run`` makes it: its world is drawn once and every arm is run in it.  Then single arms:
september-2014 as it is (few suspensions, so that most of a run is drawing the world and the daily
census), the same found ten times as often, and the same under pressure with a census at the ends
only.
"""

from __future__ import annotations

import sys

from common import Timing, machine, september, side_by_side, under_pressure

from afterban.engines import compiled, reference
from afterban.engines.agreement import differences
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.world import World, build, same_world

CASES = {
    "september-2014": september,
    "found ten times as often": lambda: september("ten-times-the-detection"),
    "under pressure": under_pressure,
}


def engines(arms: list[Parameters], world: World, repeats: int) -> list[tuple[Timing, Timing]]:
    """Timings of the reference engine and the compiled one in each arm; both must agree.

    The compiled engine runs an arm a few times in a row, as it does when thousands of replications
    follow each other: after a run of the reference engine, the first finds nothing of its own in
    the processor's cache.
    """
    in_a_row = 4
    calls = []
    for p in arms:
        calls.append(lambda p=p: reference.run(p, world, 1, 0))
        calls += in_a_row * [lambda p=p: compiled.run(p, world, 1, 0)]
    timings = side_by_side(calls, repeats)
    pairs = []
    for k in range(len(arms)):
        slow, *rows = timings[k * (in_a_row + 1) : (k + 1) * (in_a_row + 1)]
        fast = Timing([seconds for row in rows for seconds in row.seconds], rows[0].result)
        pairs.append((slow, fast))
    for one, other in pairs:
        if found := differences(one.result, other.result):
            raise SystemExit(f"the engines give different tables: {found[0]}")
    return pairs


def drawing(p: Parameters, repeats: int) -> float:
    """Seconds that drawing the world takes."""
    return side_by_side([lambda: build(p, 1, 0)], repeats)[0].fewest


def whole_scenario(repeats: int) -> None:
    """Time a replication of september-2014 with all arms in the world that they share."""
    scenario = Scenario.from_yaml("september-2014")
    names = ["base", *scenario.policies]
    arms = [Parameters.from_scenario(scenario, name) for name in names]
    assert all(same_world(arms[0], p) for p in arms)
    pairs = engines(arms, build(arms[0], 1, 0), repeats)
    drawn = drawing(arms[0], 3 * repeats)
    print("\nseptember-2014, all arms of a replication: the same tables")
    print(f"  {'the world':34} {1e3 * drawn:8.1f}")
    for name, (one, other) in zip(names, pairs, strict=True):
        times = f"{1e3 * one.fewest:8.0f} {1e3 * other.fewest:8.1f}"
        print(f"  {name:34} {times}  {one.fewest / other.fewest:6.0f} times")
    one, other = (drawn + sum(timing.fewest for timing in e) for e in zip(*pairs, strict=True))
    print(f"  {'whole':34} {1e3 * one:8.0f} {1e3 * other:8.1f}  {one / other:6.0f} times")


def main() -> None:
    repeats = int(sys.argv[-1]) if sys.argv[-1].isdigit() else 1
    print(machine())
    print("milliseconds of processor time, the fewest of several runs in turn; target 100 times")
    whole_scenario(repeats)
    for name, make in CASES.items():
        p = make()
        world = build(p, 1, 0)
        [(slow, fast)] = engines([p], world, repeats)
        drawn = drawing(p, 3 * repeats)
        events = fast.result.events
        print(f"\n{name}, one arm: {events} events, the same tables")
        print(f"  the world                      {1e3 * drawn:10.1f}")
        for label, one in (("reference", slow), ("compiled", fast)):
            each = f"{1e6 * one.fewest / events:8.2f} us per event"
            print(f"  {label:10} engine              {1e3 * one.fewest:10.1f}  {each}")
        whole = (slow.fewest + drawn) / (fast.fewest + drawn)
        print(f"  ratio of the engines           {slow.fewest / fast.fewest:10.1f}")
        print(f"  ratio with the world           {whole:10.1f}")


if __name__ == "__main__":
    main()

"""A toy cycle in other simulation packages, beside afterban's compiled engine.

    python benchmarks/others.py [--python PYTHON] [repeats]

Operators are banned after a life of five days on average and come back after one day on average,
for a hundred days; nobody has an audience.  SimPy, Mesa (its scheduler of events) and Ciw (two
stations with as many servers as customers) do this event by event; Starsim steps through time, so
that its days are cut into ten and a life lasts a whole number of steps.  afterban does more than
the others for each life: its draws have keys, it names the account, and it keeps a table.

``--python`` names the interpreter that has the other packages; none of them is needed to use
afterban.  What is not installed is left out.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time

OPERATORS = 2000
DAYS = 100.0
LIFE = 5.0
AWAY = 1.0
STEP = 0.1
LEAST = 2.0  # seconds of processor time that each gets for its fastest run


def in_simpy() -> int:
    import simpy

    environment = simpy.Environment()
    draw = random.Random(1)
    count = 0

    def operator():
        nonlocal count
        while True:
            yield environment.timeout(draw.expovariate(1.0 / LIFE))
            count += 1
            yield environment.timeout(draw.expovariate(1.0 / AWAY))
            count += 1

    for _ in range(OPERATORS):
        environment.process(operator())
    environment.run(until=DAYS)
    return count


def in_mesa() -> int:
    import mesa
    from mesa.experimental.devs import DEVSimulator

    class Operator(mesa.Agent):
        def live(self):
            wait = self.model.draw.expovariate(1.0 / LIFE)
            self.model.simulator.schedule_event_relative(self.be_banned, wait)

        def be_banned(self):
            self.model.count += 1
            wait = self.model.draw.expovariate(1.0 / AWAY)
            self.model.simulator.schedule_event_relative(self.come_back, wait)

        def come_back(self):
            self.model.count += 1
            self.live()

    class Platform(mesa.Model):
        def __init__(self, simulator):
            super().__init__(seed=1)
            self.simulator = simulator
            self.simulator.setup(self)
            self.draw = random.Random(1)
            self.count = 0
            for _ in range(OPERATORS):
                Operator(self).live()

    simulator = DEVSimulator()
    platform = Platform(simulator)
    simulator.run_until(DAYS)
    return platform.count


def in_ciw() -> int:
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([0.0, float("inf")]), None],
        batching_distributions=[
            ciw.dists.Deterministic(OPERATORS),
            ciw.dists.Deterministic(1),
        ],
        service_distributions=[
            ciw.dists.Exponential(1.0 / LIFE),
            ciw.dists.Exponential(1.0 / AWAY),
        ],
        routing=[[0.0, 1.0], [1.0, 0.0]],
        number_of_servers=[float("inf"), float("inf")],
    )
    ciw.seed(1)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(DAYS)
    return len(simulation.get_all_records(only=["service"]))


def in_starsim() -> int:
    import starsim as ss

    class Cycle(ss.Module):
        def __init__(self):
            super().__init__()
            self.define_states(ss.BoolState("banned", default=False))
            self.ban = ss.bernoulli(p=STEP / LIFE)
            self.come_back = ss.bernoulli(p=STEP / AWAY)
            self.count = 0

        def step(self):
            live = (~self.banned).uids
            away = self.banned.uids
            bans = self.ban.filter(live)
            returns = self.come_back.filter(away)
            self.banned[bans] = True
            self.banned[returns] = False
            self.count += len(bans) + len(returns)

    cycle = Cycle()
    simulation = ss.Sim(
        n_agents=OPERATORS,
        modules=cycle,
        start=ss.days(0),
        stop=ss.days(DAYS),
        dt=ss.days(STEP),
        verbose=0,
        rand_seed=1,
        copy_inputs=False,
    )
    simulation.run()
    return cycle.count


def in_afterban():
    import numpy as np
    from common import september

    from afterban import channels
    from afterban.engines import compiled
    from afterban.mechanisms import distributions as d
    from afterban.world import build

    def law(kind: int, a: float) -> np.ndarray:
        row = np.zeros(d.ROW)
        row[:5] = kind, a, 0.0, -np.inf, np.inf
        return row

    calm = september()
    one = calm._replace(
        **{
            name: value[:1]
            for name, value in calm._asdict().items()
            if isinstance(value, np.ndarray) and len(value) == len(calm.tier_count)
        }
    )
    rates = np.zeros((len(channels.RATES), 1, 1))
    rates[channels.place("classifier")] = 1.0 / LIFE
    p = one._replace(
        horizon=DAYS,
        tier_count=np.array([OPERATORS]),
        tier_distributions=np.array(
            [
                [
                    law(d.CONSTANT, 0.0),
                    law(d.CONSTANT, 1.0),
                    law(d.CONSTANT, 0.0),
                    law(d.EXPONENTIAL, AWAY),
                ]
            ]
        ),
        same_as=np.array([-1]),
        returns=np.ones(1),
        fatigue=1.0,
        spares=np.zeros(1, dtype=np.int64),
        sleeper=np.zeros(1, dtype=np.int64),
        only_if_moved=np.zeros(1, dtype=np.int64),
        near_identical=0.0,  # the others give no names at all
        unrelated_recognition=1.0,  # there is nobody who could be misled by one
        rebuild_window=0.0,  # nor anybody to announce an account to
        watched=np.zeros(1),
        regime_start=np.array([-np.inf]),
        burst_start=np.array([-np.inf]),
        burst_factor=np.ones((1, 1)),
        rates=rates,
        pressure=np.ones((len(channels.RATES), 1, 1)),
        time_to_action=np.array([[law(d.CONSTANT, 0.0), law(d.CONSTANT, 0.0)]]),
        grid=np.array([0.0, DAYS]),
        windows=np.array([0.0, DAYS]),
    )

    def run() -> int:
        accounts = compiled.run(p, build(p, 1, 0), 1, 0).accounts
        return int((accounts["suspended_day"] > 0).sum() + (accounts["life"] > 1).sum())

    return run


TOOLS = {"SimPy": in_simpy, "Mesa": in_mesa, "Ciw": in_ciw, "Starsim": in_starsim}


def one(name: str, repeats: int) -> None:
    """Print the fewest seconds of processor time of several runs, and the bans and returns."""
    if name == "afterban":
        run = in_afterban()
        run()
    else:
        run = TOOLS[name]
    seconds: list[float] = []
    while len(seconds) < repeats or sum(seconds) < LEAST:
        start = time.process_time()
        count = run()
        seconds.append(time.process_time() - start)
    print(f"\nRESULT {min(seconds)} {count}")


def main() -> None:
    arguments = sys.argv[1:]
    repeats = int(arguments[-1]) if arguments and arguments[-1].isdigit() else 3
    if "--tool" in arguments:
        one(arguments[arguments.index("--tool") + 1], repeats)
        return
    python = sys.executable
    if "--python" in arguments:
        python = arguments[arguments.index("--python") + 1]

    def measure(name: str, interpreter: str) -> tuple[float, int] | None:
        command = [interpreter, __file__, "--tool", name, str(repeats)]
        out = subprocess.run(command, capture_output=True, text=True)
        if out.returncode:
            print(f"  {name:10} left out: {out.stderr.strip().splitlines()[-1][:80]}")
            return None
        words = out.stdout.rsplit("RESULT", 1)[1].split()
        return float(words[0]), int(words[1])

    from common import machine

    print(machine())
    expected = OPERATORS * 2 * DAYS / (LIFE + AWAY)
    print(f"about {expected:.0f} bans and returns; microseconds of processor time for each")
    ours = measure("afterban", sys.executable)
    assert ours is not None
    each = 1e6 * ours[0] / ours[1]
    print(f"  {'afterban':10} {each:8.3f}   {ours[1]} bans and returns")
    for name in TOOLS:
        found = measure(name, python)
        if found:
            theirs = 1e6 * found[0] / found[1]
            print(
                f"  {name:10} {theirs:8.3f}   {found[1]} bans and returns, "
                f"{theirs / each:.1f} times afterban's"
            )


if __name__ == "__main__":
    main()

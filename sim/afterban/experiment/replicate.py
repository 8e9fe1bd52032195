"""Replications: the same scenario again and again, every arm on common random numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from afterban import engines
from afterban.engines import EngineName
from afterban.engines.records import Records
from afterban.engines.rules import Rules
from afterban.errors import AfterbanError
from afterban.experiment.memory import refuse_too_large
from afterban.experiment.pool import each
from afterban.metrics import RATIOS, measure
from afterban.parameters import AS_WRITTEN, WITHOUT_ENFORCEMENT, Parameters
from afterban.scenario import Scenario
from afterban.world import World, build, same_world


@dataclass(frozen=True)
class Outcome:
    """What one arm came to in one replication.

    ``records`` and ``world`` are left out (None) where only the metrics were asked for.
    """

    policy: str
    replication: int
    metrics: dict[str, float]
    records: Records | None = None
    world: World | None = None


def simulate(
    scenario: Scenario,
    policy: str = AS_WRITTEN,
    *,
    seed: int | None = None,
    replication: int = 0,
    engine: EngineName | None = None,
) -> Outcome:
    """One replication of one arm, with everything that was recorded.

    Effective reach is in the metrics, since the twin without enforcement is run too.
    Raises AfterbanError if it cannot fit into memory.
    """
    refuse_too_large(scenario, (policy,), 1)
    (outcome,) = run_replication(
        scenario, [policy], seed=seed, replication=replication, engine=engine, keep=True
    )
    return outcome


def run_replication(
    scenario: Scenario,
    policies: Sequence[str],
    *,
    seed: int | None = None,
    replication: int = 0,
    engine: EngineName | None = None,
    keep: bool = False,
    twin: Mapping[str, float] | None = None,
    rules: Rules | None = None,
) -> list[Outcome]:
    """One replication of each arm in ``policies``, in that order, on common random numbers.

    rules: of the user's own, in the reference engine only; nobody asks them without enforcement.

    The twin without enforcement is always run, since effective reach is measured against it, unless
    its metrics in this replication are given.
    """
    seed = scenario.seed if seed is None else seed
    if not 0 <= seed < 2**32 or not 0 <= replication < 2**32:
        raise AfterbanError(
            f"seed {seed}, replication {replication}: both are whole numbers from 0 to 2^32 - 1"
        )
    done: dict[str, Outcome] = {}
    worlds: list[tuple[Parameters, World]] = []  # arms that differ in enforcement share one
    runs = [policy for policy in policies if policy != WITHOUT_ENFORCEMENT]
    if twin is None or WITHOUT_ENFORCEMENT in policies:
        runs.insert(0, WITHOUT_ENFORCEMENT)
    for policy in runs:
        arm = scenario if policy in (AS_WRITTEN, WITHOUT_ENFORCEMENT) else scenario.arm(policy)
        parameters = Parameters.from_scenario(scenario, policy)
        world = next((world for of, world in worlds if same_world(of, parameters)), None)
        if world is None:
            world = build(parameters, seed, replication)
            worlds.append((parameters, world))
        tiers = list(arm.tiers)
        asked = None if policy == WITHOUT_ENFORCEMENT else rules
        records = engines.run(parameters, world, seed, replication, engine, asked, tiers)
        metrics = measure(
            parameters,
            world,
            records,
            tiers,
            seed,
            replication,
            twin,
            list(arm.platforms),
        )
        if policy == WITHOUT_ENFORCEMENT:
            twin = metrics
            metrics |= dict.fromkeys(RATIOS, 1.0) | {"effective_reach_trend": 0.0}
        outcome = Outcome(policy, replication, metrics, records, world)
        done[policy] = outcome if keep else replace(outcome, records=None, world=None)
    return [done[policy] for policy in policies]


def replicate(
    scenario: Scenario,
    policies: Sequence[str] = (AS_WRITTEN,),
    *,
    replications: int | Sequence[int] | None = None,
    seed: int | None = None,
    engine: EngineName | None = None,
    workers: int | None = None,
    keep: bool = False,
    twins: Sequence[Mapping[str, float]] | None = None,
    rules: Rules | None = None,
) -> Iterator[list[Outcome]]:
    """Each replication's outcomes as it is finished, in the order of the replications.

    replications: how many, or which ones; the scenario's own number if None.
    workers: parallel workers, all cores if None; the results are the same for any number.
    keep: whether outcomes carry their records and world.
    twins: metrics without enforcement of each of those replications, where they are known.
    rules: of the user's own, in the reference engine only, and in this process.

    Raises AfterbanError for a network that cannot fit into memory, before any of it is made, and
    PoolLost when worker processes were killed.
    """
    if replications is None:
        replications = scenario.replications
    numbers = range(replications) if isinstance(replications, int) else replications
    refuse_too_large(scenario, policies, len(numbers))
    if rules is not None:
        if engine == "compiled":
            raise AfterbanError(engines.RULES_ONLY_IN_REFERENCE)
        engine, workers = "reference", 1  # a function of a notebook cannot go to other processes
    chosen = engine or engines.default_engine()
    tasks = (
        (scenario, policies, seed, number, chosen, keep, None if twins is None else twins[k], rules)
        for k, number in enumerate(numbers)
    )
    yield from each(_replication, tasks, workers, threads=chosen == "compiled")


def _replication(
    scenario: Scenario,
    policies: Sequence[str],
    seed: int | None,
    replication: int,
    engine: EngineName,
    keep: bool,
    twin: Mapping[str, float] | None,
    rules: Rules | None,
) -> list[Outcome]:
    return run_replication(
        scenario,
        policies,
        seed=seed,
        replication=replication,
        engine=engine,
        keep=keep,
        twin=twin,
        rules=rules,
    )

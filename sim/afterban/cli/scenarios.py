"""``afterban list | validate | inspect | schema``: scenario files, without running them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from afterban.cli import inspecting, options, output

if TYPE_CHECKING:
    from afterban.scenario import Scenario

commands = typer.Typer()

PLAINLY_FEW = 100_000  # operators, which any machine has the memory for


@commands.command("list")
def list_scenarios(as_json: options.Json = False) -> None:
    """List the scenarios that come with afterban."""
    from afterban.scenario import Scenario, shipped_names, shipped_path
    from afterban.scenario.qc import is_provisional

    scenarios = [Scenario.from_yaml(name) for name in shipped_names()]
    provisional = {one.name for one in scenarios if is_provisional(one.name, one)}
    if as_json:
        output.say_json(
            [
                {
                    **_facts(scenario),
                    "provisional": scenario.name in provisional,
                    "file": str(shipped_path(scenario.name)),
                }
                for scenario in scenarios
            ]
        )
        return
    output.say_table(
        ["name", "title", "operators", "days", "replications", "policies"],
        [
            [
                scenario.name,
                scenario.title + (" (provisional)" if scenario.name in provisional else ""),
                f"{_operators(scenario):,}",
                f"{scenario.horizon:g}",
                str(scenario.replications),
                str(len(scenario.policies)),
            ]
            for scenario in scenarios
        ],
        right=(2, 3, 4, 5),
        fold=(1,),
    )
    if provisional:
        output.say(
            "Provisional: nobody has yet rebuilt its values from the documents without reading it."
        )
    output.say("`afterban run NAME` runs one; `afterban inspect NAME` lists its values.")


@commands.command()
def validate(
    files: Annotated[
        list[str], typer.Argument(metavar="SCENARIO...", help="Names or paths of scenarios.")
    ],
    changes: options.Changes = [],  # noqa: B006 (typer reads the default and never changes it)
    as_json: options.Json = False,
) -> None:
    """Check scenario files and tell every fault in them, with its line."""
    from afterban import inputs
    from afterban.errors import ScenarioErrors
    from afterban.scenario.inert import inert, words

    reports: list[dict[str, Any]] = []
    for file in files:
        try:
            loaded = output.load(file, changes)
            inputs.check(loaded)
            _check_design(loaded)
            silent = inert(loaded)
            report = {
                "scenario": file,
                "valid": True,
                **_facts(loaded),
                "files": {what: count for what, (_, count) in inputs.found(loaded).items()},
                "no_effect": [one._asdict() for one in silent],
                "told": [
                    *(
                        f"{file}: {count:,} {what} found"
                        for what, (file, count) in inputs.found(loaded).items()
                    ),
                    *words(silent),
                    *_recruits(loaded),
                ],
            }
            large = _too_large(loaded)
            reports.append(report if large is None else {**report, "note": large})
        except ScenarioErrors as error:
            faults = [
                {
                    "file": fault.file,
                    "line": fault.line,
                    "column": fault.column,
                    "path": fault.path,
                    "found": fault.found,
                    "allowed": fault.allowed,
                    "hint": fault.hint,
                }
                for fault in error.errors
            ]
            reports.append({"scenario": file, "valid": False, "errors": faults})
            if not as_json:
                output.note(str(error))
    if as_json:
        for report in reports:
            report.pop("told", None)
        output.say_json(reports)
    else:
        for report in reports:
            if report["valid"]:
                output.say(
                    f"{report['scenario']}: valid ({report['operators']:,} operators, "
                    f"{report['days']:g} days, {len(report['policies'])} policies)"
                )
                for sentence in report.pop("told"):
                    output.say(f"  {sentence}")
                if "note" in report:
                    output.say(f"  but it cannot run on this machine: {report['note']}")
            else:
                count = len(report["errors"])
                output.say(f"{report['scenario']}: {count} fault{'s' if count > 1 else ''}")
    if not all(report["valid"] for report in reports):
        raise typer.Exit(2)


def _recruits(scenario: Scenario) -> list[str]:
    """What is to be said of recruits whom an arm suspends at once."""
    if scenario.recruitment is None and not scenario.policies:
        return []  # without what it takes to work it out
    arms = {name: scenario.arm(name) for name in ["base", *scenario.policies]}
    if all(arm.recruitment is None for arm in arms.values()):
        return []
    from afterban.experiment.notes import caught_recruits

    return caught_recruits(scenario, arms)


def _check_design(scenario: Scenario) -> None:
    """Refuse a sweep with a point at which there can be no scenario."""
    if scenario.sweep is not None and scenario.sweep.design not in ("grid", "table"):
        from afterban.experiment.design import check_points, points

        check_points(scenario, points(scenario.sweep, scenario.seed))


def _too_large(scenario: Scenario) -> str | None:
    """Why an arm of a scenario cannot fit into the memory of this machine; None if all can."""
    arms = [scenario, *map(scenario.arm, scenario.policies)]
    if max(_operators(arm) for arm in arms) < PLAINLY_FEW:
        return None  # without what it takes to work out the memory

    from afterban.errors import AfterbanError
    from afterban.experiment.memory import refuse_too_large

    try:
        refuse_too_large(scenario, ["base", *scenario.policies])
    except AfterbanError as error:
        return str(error)
    return None


@commands.command()
def inspect(
    scenario: options.ScenarioName,
    changes: options.Changes = [],  # noqa: B006 (as above)
    kind: Annotated[str | None, typer.Option(help="Only values of this kind of evidence.")] = None,
    as_yaml: Annotated[
        bool,
        typer.Option("--yaml", help="The whole scenario as it would run, as a file to keep."),
    ] = False,
    influence: Annotated[
        bool,
        typer.Option(
            "--influence",
            help="Run each assumption at both ends of its range, on a thinned network (minutes), "
            "to order them by what they do to effective reach.",
        ),
    ] = False,
    out: options.Out = options.RESULTS,
    workers: options.Workers = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """List every value of a scenario with the evidence for it, defaults included.

    Settings of the run come first, then what is assumed and has a range, the most influential
    first, then every value by the kind of evidence.
    """
    from afterban.errors import AfterbanError, closest, listed

    if as_yaml and (as_json or kind is not None or influence):
        raise typer.BadParameter(
            "the whole scenario has no `--json`, `--kind` and `--influence`", param_hint="'--yaml'"
        )
    options.at_least_one(workers, "worker", "--workers")
    if kind is not None and kind not in inspecting.KINDS:
        near = closest(kind, inspecting.KINDS)
        raise AfterbanError(
            f"--kind: `{kind}` is no kind of evidence; write {listed(inspecting.KINDS, 'or')}"
            + (f"\n  did you mean `{near}`?" if near else "")
        )
    loaded = output.load(scenario, changes)
    if as_yaml:
        output.say(loaded.resolved_yaml().rstrip("\n"))
        return
    inspecting.show(loaded, kind, influence, out, workers, quiet, as_json)


@commands.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors and other programs."""
    from afterban.scenario.jsonschema import text

    output.say(text().rstrip("\n"))


def _facts(scenario: Scenario) -> dict[str, Any]:
    return {
        "name": scenario.name,
        "title": scenario.title,
        "operators": _operators(scenario),
        "start": scenario.start.isoformat(),
        "days": scenario.horizon,
        "replications": scenario.replications,
        "seed": scenario.seed,
        "policies": list(scenario.policies),
        "digest": scenario.digest(),
    }


def _operators(scenario: Scenario) -> int:
    return sum(tier.count for tier in scenario.tiers.values())

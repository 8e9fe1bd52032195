"""The table of detection channels: what a row needs beside itself, each by the channel's name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic.fields import FieldInfo

from afterban import channels, randomness
from afterban.core import native
from afterban.engines import compiled, reference
from afterban.engines import events as ev
from afterban.engines.agreement import differences
from afterban.engines.compiled import packing
from afterban.language.fields import Section
from afterban.metrics import measure
from afterban.parameters import Parameters
from afterban.scenario import Scenario
from afterban.scenario.sections.detection import KINDS, Detection
from afterban.world import build

ROOT = Path(__file__).parents[2]
OWN = Path(__file__).with_name("channels")  # a scenario for each channel, in which it is on
RATES = {rate.name: rate for rate in channels.RATES}
NAMES = {channel.name: channel for channel in channels.CHANNELS}
SEED = 3


def scenario_of(channel: str) -> Scenario:
    path = OWN / f"{channel}.yaml"
    assert path.is_file(), f"{channel} has no scenario: write {path.relative_to(ROOT)}"
    return Scenario.from_yaml(path)


# --- what a row needs ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", RATES)
def test_a_rate_has_its_key_in_the_language(name):
    rate = RATES[name]
    section: type[Section] = Detection
    *path, key = rate.key.split(".")[1:]
    for step in path:
        section = section.model_fields[step].default_factory
    assert key in section.model_fields, f"{rate.key} is no key: add it to {section.__name__}"
    field = section.model_fields[key]
    kind, unit = KINDS[rate.kind]
    assert field.metadata == FieldInfo.from_annotation(kind).metadata, (
        f"{rate.key} is not written {rate.kind}"
    )
    assert field.json_schema_extra.get("unit") == unit
    assert field.default == (1.0 if rate.kind == channels.FACTOR else 0.0), "it is on by default"


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_finds_somebody_in_its_scenario(name):
    p = Parameters.from_scenario(scenario_of(name))
    for rate in NAMES[name].rates:
        assert p.by_tier(rate.name).max() > 0.0, f"{rate.name} is 0 in the scenario of {name}"
    world = build(p, SEED, 0)
    told = compiled.run(p, world, SEED, 0)
    assert differences(reference.run(p, world, SEED, 0), told) == []
    number = channels.number(name)
    assert (told.accounts["channel"] == number).sum() > 3
    flagged = told.accounts[told.accounts["channel"] == number]
    assert NAMES[name].urgent == bool(flagged["urgent"].all())
    assert measure(p, world, told, ["supporter"], SEED, 0)[f"right_flags.{name}"] > 3
    # Without its own rates it finds nobody, whatever else is on.
    rates = p.rates.copy()
    for rate in NAMES[name].rates:
        rates[channels.place(rate.name)] = 0.0
    off = p._replace(rates=rates)
    if not NAMES[name].rates:
        campaigns = [field for field in p._fields if field.startswith("pulse_")]
        off = off._replace(**{field: getattr(p, field)[:0] for field in campaigns})
    told = compiled.run(off, world, SEED, 0)
    assert not (told.accounts["channel"] == number).any()


def test_every_scenario_here_is_of_a_channel():
    assert {path.stem for path in OWN.glob("*.yaml")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_has_its_price(name):
    channel = NAMES[name]
    given = scenario_of(name).with_changes({f"detection.precision_of.{channel.key}": 0.5})
    p = Parameters.from_scenario(given)
    assert p.wrong_per_right[channels.number(name)] == pytest.approx(1.0)
    assert f"detection.precision_of.{channel.key}" not in {one.path for one in given.no_effect()}
    off = Scenario.from_yaml(OWN / f"{'watch' if name == 'reports' else 'reports'}.yaml")
    off = off.with_changes({f"detection.precision_of.{channel.key}": 0.5})
    assert f"the channel is off: {channel.off}" in {one.why for one in off.no_effect()}


def test_numbers_are_given_once():
    draws = [rate.draw for rate in channels.RATES]
    assert len(set(draws)) == len(draws)
    mine = set(draws)
    shared = {
        name
        for name, number in vars(randomness).items()
        if name.isupper() and not name.startswith("_") and type(number) is int and number in mine
    }
    assert shared == {
        *("SIGNUP", "HANDLE_MATCH", "REPORT", "CLASSIFIER", "THREAT", "WATCH"),
        *("LINK_PROMOTED", "LINK_PROMOTER", "RETALIATION"),
    }
    # An event belongs to one channel.
    for event in {rate.event for rate in channels.RATES} - {0}:
        of = {channels.OF_RATE[rate.name].name for rate in channels.RATES if rate.event == event}
        assert len(of) == 1, (event, of)
        named = {name for name, number in vars(ev).items() if name.isupper() and number == event}
        assert named <= {"SCAN", "CLASSIFY", "THREATEN", "WATCH", "REPORT", "LINK", "RETALIATE"}
    assert len({channel.name for channel in channels.CHANNELS}) == len(channels.CHANNELS)
    assert len({channel.key for channel in channels.CHANNELS}) == len(channels.CHANNELS)


# --- arrays that compiled code reads by number ---------------------------------------------------


def test_every_number_is_within_its_array():
    p = Parameters.from_scenario(scenario_of("threat"))
    tiers, platforms, regimes = len(p.tier_count), len(p.platform_kept), len(p.regime_start)
    assert packing.regimes(p).shape == (packing.ROWS, tiers, platforms, regimes)
    rows = [packing.row_of(rate.name) for rate in channels.RATES]
    assert sorted([packing.START, *rows, packing.BURST]) == list(range(packing.ROWS))
    places = [hazard[0] for hazard in packing.HAZARDS]
    assert places == list(range(len(channels.HAZARDS)))
    assert [hazard[1] for hazard in packing.HAZARDS] == [
        packing.row_of(rate.name) for rate in channels.HAZARDS
    ]
    assert packing.TIER["exposure"].shape == (len(channels.HAZARDS),)
    kinds = [number for name, number in vars(ev).items() if name.isupper()]
    assert len(kinds) > 20
    assert max(*kinds, *(rate.event for rate in channels.RATES)) < len(packing.CHANNEL_OF)
    assert len(packing.IS_URGENT) == len(channels.NAMES)
    assert packing.CHANNEL_OF.max() < len(channels.NAMES)
    # The start, the rates and the bursts stand where they are looked for.
    packed = packing.regimes(p)
    assert np.array_equal(packed[packing.START, 0, 0], p.regime_start)
    assert packed[packing.row_of("threats"), 0, 0, 0] == 0.05
    assert packed[packing.RETALIATION, 0, 0, 0] == 0.3
    assert (packed[packing.BURST] == 1.0).all()


@pytest.mark.parametrize("name", ["rates", "pressure", "wrong_per_right", "wrong_a_day"])
def test_an_array_of_another_length_is_refused_before_compiled_code_reads_it(name):
    p = Parameters.from_scenario(scenario_of("classifier"))
    packing.regimes(p)
    for wrong in (getattr(p, name)[:-1], np.concatenate([getattr(p, name)] * 2)):
        with pytest.raises(ValueError, match=f"{name} has the shape"):
            packing.regimes(p._replace(**{name: wrong}))
        with pytest.raises(ValueError, match=f"{name} has the shape"):
            compiled.run(p._replace(**{name: wrong}), build(p, SEED, 0), SEED, 0)


# --- a channel more ------------------------------------------------------------------------------

ROW = """
    Channel(
        "probe",
        "probe",
        (Rate("probe", "detection.probe", PER_DAY, draw=99, event=30),),
        off="nobody probes",
        title="Found by a probe",
    ),
)

# Names by number"""
KEY = """
    probe: Rate = param(0.0, "hazard of a probe", unit="per day")
"""
BEFORE = '    watch: Factor = param(1.0, "how closely'
SCENARIO = (OWN / "classifier.yaml").read_text().replace("classifier", "probe")


def tree_with(folder: Path, *, key: bool = True, scenario: bool = True) -> Path:
    """A copy of the program with one channel more: a row, a line of the schema, and a scenario."""
    shutil.copytree(ROOT / "sim", folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    for part in ("conftest.py", "unit/test_channels.py", "unit/channels"):
        target = folder / "tests" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / "tests" / part).is_dir() else shutil.copy
        copy(ROOT / "tests" / part, target)
    shutil.copy(ROOT / "pyproject.toml", folder)
    table = folder / "sim" / "afterban" / "channels.py"
    text = table.read_text()
    assert text.count("\n)\n\n# Names by number") == 1
    table.write_text(text.replace("\n)\n\n# Names by number", ROW))
    if key:
        sections = folder / "sim" / "afterban" / "scenario" / "sections" / "detection.py"
        text = sections.read_text()
        assert text.count(BEFORE) == 1
        sections.write_text(text.replace(BEFORE, KEY.lstrip("\n") + BEFORE))
    if scenario:
        own = folder / "tests" / "unit" / "channels" / "probe.yaml"
        own.write_text(SCENARIO.replace("per post", "per day"))
    said = told_by(
        folder, "-c", "from afterban.engines.compiled import build; build.write_header()"
    )
    assert said == "" or not key, said
    return folder


def told_by(folder: Path, *arguments: str) -> str:
    """What Python says in that tree."""
    env = {
        **os.environ,
        "PYTHONPATH": str(folder / "sim"),
        "AFTERBAN_CACHE": str(folder / "cache"),
        "AFTERBAN_CORE": "native",  # the module would have to be built anew
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def failures(folder: Path, select: str) -> set[str]:
    """Names of the tests of this file that fail in that tree."""
    out = told_by(
        folder,
        *("-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-W", "ignore"),
        *("tests/unit/test_channels.py", "-k", select),
    )
    assert " passed" in out or " failed" in out, out
    lines = [line for line in out.splitlines() if line.startswith("FAILED ")]
    return {line.split("::")[1].split(" - ")[0] for line in lines}


needs_a_compiler = pytest.mark.skipif(native.compiler() is None, reason="there is no C compiler")
STATIC = "has_its_key or has_its_price or finds_somebody or every_number or given_once"


@pytest.mark.slow
@needs_a_compiler
def test_a_channel_is_one_row_one_key_and_one_scenario(tmp_path):
    assert failures(tree_with(tmp_path), STATIC) == set()


@pytest.mark.slow
@needs_a_compiler
@pytest.mark.parametrize(
    ("forgotten", "named"),
    [
        ("key", {"test_a_rate_has_its_key_in_the_language[probe]"}),
        ("scenario", {"test_a_channel_finds_somebody_in_its_scenario[probe]"}),
    ],
)
def test_what_is_forgotten_is_named(tmp_path, forgotten, named):
    found = failures(tree_with(tmp_path, **{forgotten: False}), STATIC)
    assert named <= found
    if forgotten == "scenario":  # without a key no scenario at all can be made numbers
        assert found - named <= {"test_a_channel_has_its_price[probe]"}

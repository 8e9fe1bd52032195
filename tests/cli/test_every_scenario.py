"""Every scenario of the documentation, the tests and the shipped ones goes through every command.

Small versions of them: few operators of each tier, one replication.  What is refused must be
refused by all commands alike, so nothing is skipped for a fault.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from afterban.scenario import Scenario, shipped_names

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(?ms)^```yaml\n(?P<body>.*?)^```[ ]*$")
MOST = 12  # operators of a tier


def documented():
    """Whole scenarios of the documentation: page and number -> text."""
    found = {}
    for page in sorted((ROOT / "docs").rglob("*.md")):
        if "_build" in page.parts:
            continue
        for number, block in enumerate(BLOCK.finditer(page.read_text(encoding="utf-8"))):
            if "schema_version:" in block["body"]:
                found[f"{page.stem}-{number}"] = block["body"]
    return found


DOCUMENTED = documented()
VALID = sorted((ROOT / "tests" / "cases" / "valid").glob("*.yaml"))
EVERY = [*shipped_names(), *map(str, VALID), *DOCUMENTED]

# An arm that is swept and inherited, and a sweep of the horizon: what cutting parts out broke.
MORE = {
    "sweep-of-an-arm": "schema_version: 1\nname: sweep-of-an-arm\nextends: minimal\n"
    "sweep:\n  replications: 2\n  policies: [base, slower]\n"
    "  parameters:\n    returning.probability: {values: [0.2, 0.8]}\n",
    "sweep-of-the-horizon": "schema_version: 1\nname: sweep-of-the-horizon\n"
    "extends: september-2014\n"
    "sweep:\n  replications: 1\n  parameters:\n    horizon: {values: [20 d, 30 d]}\n",
}


def test_there_are_scenarios_to_try():
    assert len(shipped_names()) > 10
    assert len(DOCUMENTED) > 2
    assert len(VALID) >= 5


def _through_all(cli, here, text_or_name):
    """Run the commands, one after another; each must end with 0 (or 1: a claim that broke)."""
    file = text_or_name
    if "\n" in text_or_name:
        (here / "s.yaml").write_text(text_or_name)
        file = "s.yaml"
    scenario = Scenario.from_yaml(file)
    small = {
        f"tiers.{name}.count": min(int(tier.count), MOST) for name, tier in scenario.tiers.items()
    }
    options = [part for path, value in small.items() for part in ("--set", f"{path}={value}")]
    for command in (["validate", file], ["inspect", file], ["validate", file, *options]):
        told = cli(*command)
        assert told.code == 0, (command, told.err)
    told = cli("run", file, *options, "--reps", "1", "--no-figures", "-q", "--workers", "1")
    assert told.code in (0, 1), told.err
    folder = told.out.strip().splitlines()[-1]
    told = cli("compare", file, *options, "--reps", "1", "-q", "--workers", "1")
    assert told.code == 0, told.err
    told = cli("report", folder, "--no-sensitivity", "--out", "page.html")
    assert told.code == 0, told.err
    told = cli("sweep", file, *options, "--dry-run", "--workers", "1")
    if scenario.sweep is None:
        assert told.code == 2
        assert "has no `sweep` section" in told.err
    else:
        assert told.code == 0, told.err


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MORE))
def test_parts_that_refer_to_each_other_go_through_every_command(cli, here, name):
    _through_all(cli, here, MORE[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY, ids=lambda name: Path(name).stem)
def test_every_scenario_goes_through_every_command(cli, here, name):
    text = DOCUMENTED.get(name)
    if text is not None and "network:" in text:
        pytest.skip("its tables are made by the page, whose blocks are run in tests/docs")
    _through_all(cli, here, text if text is not None else name)

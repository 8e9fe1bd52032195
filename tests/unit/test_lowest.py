"""Lower bounds: there is one for each requirement, and `.ci/lowest` holds pip at it."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TREE = Path(__file__).parents[2]
SCRIPT = TREE / ".ci" / "lowest"


def lowest(*extras, script=SCRIPT):
    return subprocess.run(
        [sys.executable, script, *extras], capture_output=True, text=True, check=False
    )


def test_every_direct_requirement_is_held_at_its_lowest_version():
    project = tomllib.loads((TREE / "pyproject.toml").read_text())["project"]
    told = lowest("test").stdout.splitlines()
    core = [one.replace(">=", "==") for one in project["dependencies"]]
    assert told[: len(core)] == core
    for extra in ("sweep", "report", "app", "test"):  # those of `test` name the other three
        for one in project["optional-dependencies"][extra]:
            if not one.startswith("afterban["):
                assert one.replace(">=", "==") in told
    assert len(set(told)) == len(told) > 20


@pytest.mark.parametrize("loose", ["numpy", "numpy<3", "numpy>=2,<3"])
def test_a_requirement_without_a_lower_bound_is_refused(tmp_path, loose):
    (tmp_path / ".ci").mkdir()
    script = tmp_path / ".ci" / "lowest"
    script.write_text(SCRIPT.read_text())
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "x"\ndependencies = ["{loose}"]\n')
    told = lowest(script=script)
    assert told.returncode == 1
    assert f"`{loose}` has no lower bound" in told.stderr

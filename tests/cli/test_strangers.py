"""Texts of strangers (titles, notes, names, handles, cells) cannot steer the terminal."""

from __future__ import annotations

import ast
import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import afterban.cli
from afterban import results
from afterban.cli import COMMANDS, main, output
from afterban.errors import terminal_safe
from afterban.experiment.replicate import replicate
from afterban.scenario import Scenario

# Colours, a window's title, its C1 form, a deletion, and marks that turn the direction of writing.
EVIL = "\x1b[31mred\x1b]0;title\x07\x9b31m\x7f\u202eright\u2066"
IN_YAML = "\\e[31mred\\e]0;title\\a\\x9b31m\\x7f\\u202Eright\\u2066"

FAST = ("--workers", "1")

# What each command is asked: what shows most of a file's text, or else how it refuses such a word.
ASKED: dict[str, list[list[str]]] = {
    "run": [["evil.yaml", "--no-figures", *FAST], ["evil.yaml", "--json", "--no-figures", *FAST]],
    "list": [[], ["--json"]],
    "band": [["evil.yaml", "--points", "2", "--reps", "2"]],
    "explore": [
        ["evil.yaml", "--points", "16", "--reps", "1"],
        [EVIL],
        ["evil.yaml", "--target", EVIL],
    ],
    "plan": [["evil.yaml"], [EVIL], ["evil.yaml", "--worth", EVIL], ["evil.yaml", "--draws", EVIL]],
    "respond": [["evil.yaml"], [EVIL], ["evil.yaml", "--policies", EVIL]],
    "calibrate": [
        ["evil.yaml"],
        [EVIL],
        ["wrong.yaml", "--check"],
        ["evil.yaml", "--cluster", EVIL],
    ],
    "new": [[EVIL], ["evil", "--from", f"{EVIL}.yaml"], ["evil", "--template", EVIL]],
    "validate": [["evil.yaml"], ["wrong.yaml"], ["evil.yaml", "--json"], [f"{EVIL}.yaml"]],
    "inspect": [["evil.yaml"], ["evil.yaml", "--json"], ["evil.yaml", "--yaml"], [EVIL]],
    "schema": [[EVIL]],
    "upgrade": [["evil.yaml"], ["wrong.yaml"], ["made", "--dry-run"], [EVIL]],
    "keys": [[EVIL], [f"review.{EVIL}"], [f"policies.{EVIL}.{EVIL}", "--json"]],
    "metrics": [[EVIL], [f"reach.{EVIL}"], [EVIL, "--json"]],
    "claims": [[EVIL]],
    "compare": [
        ["evil.yaml", "--reps", "2", *FAST],
        [EVIL],
        ["evil.yaml", "--metric", EVIL, "--value", "1"],
    ],
    "why": [
        ["suspensions", "evil.yaml", "--reps", "1", "--no-inputs", "--no-assumptions", *FAST],
        [EVIL, "evil.yaml"],
        ["suspensions", EVIL],
        ["suspensions", "evil.yaml", "--arm", EVIL],
    ],
    "breakeven": [[EVIL, "--below", "0.5"]],
    "ablate": [[EVIL], ["evil.yaml", "--parts", EVIL], ["evil.yaml", "--pressure", EVIL]],
    "import": [[EVIL], ["evil.json", "--out", f"{EVIL}/x"]],
    "log": [[EVIL], ["evil.yaml", "--mess", EVIL], ["evil.yaml", "--policy", EVIL]],
    "fit": [
        ["evil.csv"],
        ["evil.csv", "--json"],
        ["evil.csv", "--check"],
        ["evil.csv", "--map", f"{EVIL}=x"],
        [EVIL],
    ],
    "explain": [
        [EVIL, "--metric", "suspensions", "--value", "1"],
        ["evil.yaml", "--metric", EVIL, "--value", "1"],
    ],
    "diff": [
        ["evil.yaml", "--set", "returning.probability=0.1"],
        ["evil.yaml:" + EVIL],
        ["made", "made", "--json"],
        [EVIL],
    ],
    "staffing": [["evil.yaml", "--policy", EVIL], [EVIL]],
    "extinction": [["evil.yaml", EVIL], [EVIL, "hub"]],
    "handles": [["evil.yaml"], [EVIL]],
    "ranking": [
        ["evil.yaml", "--shares", "50%", "--reps", "2", *FAST],
        ["evil.yaml", "--shares", EVIL],
        ["evil.yaml", "--policy", EVIL],
        [EVIL],
    ],
    "phase": [["evil.yaml", "--x", EVIL], [EVIL]],
    "report": [
        ["made", "--no-sensitivity"],
        [EVIL],
        ["evil.json"],
        ["evil.yaml", "--question", EVIL, "--one-page", "--no-sensitivity", "--reps", "1", *FAST],
        ["evil.yaml", "--compare", EVIL],
    ],
    "page": [[EVIL], ["--out", f"{EVIL}/page.html"]],
    "app": [["--no-browser", "--state", "evil.json"], ["--state", EVIL]],
    "sweep": [["evil.yaml", *FAST], [EVIL]],
    "query": [
        [f"SELECT '{EVIL}' AS a, 1 AS \"{EVIL}\"", "--results", "made", *how]
        for how in ([], ["--csv"], ["--json"])
    ]
    + [["SELECT handle, policy FROM accounts LIMIT 3", "--results", "made"], [EVIL]],
    "bundle": [[EVIL], ["made"], ["made", "--out", EVIL]],
    "lesson": [[EVIL]],
    "doctor": [["--engines", EVIL]],
}


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory, tiny_text: str) -> Path:
    """A folder of files whose texts somebody else wrote."""
    here = tmp_path_factory.mktemp("strange")
    tiny = tiny_text.replace(
        "title: A tiny network", f'title: "{IN_YAML}"\ndescription: "{IN_YAML}"'
    )
    tiny = tiny.replace(
        "{probability: 0.9}", f'{{probability: {{value: 0.9, kind: assumed, note: "{IN_YAML}"}}}}'
    )
    (here / "evil.yaml").write_text(tiny.replace("name: tiny", "name: evil"))
    (here / "wrong.yaml").write_text(tiny + f'"{IN_YAML}": "{IN_YAML}"\n')
    (here / "evil.json").write_text(json.dumps({EVIL: EVIL, "differences": [EVIL]}))
    (here / "evil.csv").write_text(
        f"account_id,created_at,suspended_at,channel,{EVIL}\n"
        + "".join(f"{EVIL}{k},2024-01-01,2024-01-{k:02},{EVIL},x\n" for k in range(2, 20))
    )
    scenario = Scenario.from_text(tiny_text)
    with results.Recorder(scenario, ["base", "none"], here / "out") as recorder:
        for outcomes in replicate(scenario, ["base", "none"], workers=1, keep=True):
            recorder.add(outcomes)
        made = recorder.publish(recorder.finish()).folder
    assert made is not None
    made.rename(here / "made")
    accounts = here / "made" / "accounts.parquet"
    table = pq.read_table(accounts)
    handles = pa.array([EVIL] * table.num_rows)
    place = table.schema.get_field_index("handle")
    pq.write_table(table.set_column(place, "handle", handles), accounts)
    manifest = here / "made" / "manifest.json"
    data = json.loads(manifest.read_text())  # as a stranger's folder, or one from before digests
    del data["files_sha256"], data["manifest_sha256"]
    data["engine"] = EVIL
    manifest.write_text(json.dumps(data))
    return here


@pytest.fixture
def there(here: Path, strange: Path) -> Path:
    shutil.copytree(strange, here, dirs_exist_ok=True)
    return here


def test_every_command_is_asked() -> None:
    assert set(ASKED) == set(COMMANDS)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_no_text_of_a_stranger_steers_the_terminal(
    name: str, there: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = ""
    for arguments in ASKED[name]:
        capsys.readouterr()
        code = main([name, *arguments])
        out, err = capsys.readouterr()
        assert code in (0, 1, 2), err
        for text in (out, err):
            assert terminal_safe(text) == text
        shown += out + err
    # The text was there to be shown, in one form or the other.
    if name != "list":
        assert "\N{REPLACEMENT CHARACTER}" in shown or "\\u001b" in shown


def test_nor_does_a_traceback(there: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "afterban", "--debug", "validate", "--set", EVIL, "evil.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Traceback" in done.stderr
    assert "\N{REPLACEMENT CHARACTER}" in done.stderr
    assert terminal_safe(done.stderr) == done.stderr


def test_nothing_else_writes_to_the_terminal() -> None:
    """Another `print` would be another place in which to forget it."""
    allowed = {"output.py": 3, "__init__.py": 2, "questions.py": 1}
    found: dict[str, int] = {}
    folder = Path(afterban.cli.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called in ("print", "pprint", "sys.stdout.write", "sys.stderr.write", "rich.print"):
                found[path.name] = found.get(path.name, 0) + 1
            if called in ("typer.echo", "typer.secho", "click.echo"):
                assert path.name == "__init__.py", "only for texts of our own"
    assert found == allowed


@given(st.text(st.characters(exclude_categories=[])))
def test_what_is_safe_has_nothing_that_steers(text: str) -> None:
    safe = terminal_safe(text)
    assert not any((ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 for c in safe)
    assert not set(safe) & set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert terminal_safe(safe) == safe
    if text.isprintable():
        assert safe == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_says_the_same_with_escapes(text: str) -> None:
    told = output.json_text({"a": [text]})
    assert json.loads(told) == {"a": [text]}
    assert terminal_safe(told) == told


def test_csv_of_a_query_has_no_formulas(there: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT '=1+1' AS a, '@x' AS b, '-2+3' AS c, -2.5 AS d, 'plain' AS \"=e\""
    assert main(["query", sql, "--results", "made", "--csv"]) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows == [["a", "b", "c", "d", "'=e"], ["'=1+1", "'@x", "'-2+3", "-2.5", "plain"]]

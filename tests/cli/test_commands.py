import json
import re
import resource
import subprocess
import sys

import pytest

from afterban.cli import COMMANDS


def test_without_arguments_it_says_what_to_do_next(cli):
    told = cli()
    assert told.code == 0
    assert "afterban run minimal" in told.out


def test_help_lists_every_command_with_a_line(cli):
    told = cli("--help")
    assert told.code == 0
    for name in ("run", "list", "new", "validate", "inspect", "schema", "claims", "doctor"):
        assert name in COMMANDS
        assert re.search(rf"^  {name} +[A-Z]", told.out, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(cli, name):
    told = cli(name, "--help")
    if told.code == 2 and "is no command" in told.err:
        pytest.skip("this command is not there yet")
    assert told.code == 0
    assert f"afterban {name}" in told.out


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from afterban.cli import main; main(['--help']); "
        "print([m for m in ('numpy', 'wasmtime', 'pandas', 'scipy', 'matplotlib', 'pydantic', "
        "'pyarrow', 'simpy', 'rich') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_checking_a_scenario_imports_neither_the_engines_nor_the_tables():
    code = (
        "import sys; from afterban.cli import main; main(['validate', 'minimal']); "
        "print([m for m in ('wasmtime', 'pandas', 'scipy', 'matplotlib', 'pyarrow', 'simpy') "
        "if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("minimal: valid")
    assert done.stderr.strip() == "[]"


def test_the_package_itself_imports_nothing_heavy():
    code = (
        "import sys, afterban; afterban.Scenario.from_yaml('minimal'); "
        "print('wasmtime' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_every_public_name_is_there():
    import afterban

    assert len(afterban.__all__) > 8
    for name in afterban.__all__:
        assert getattr(afterban, name) is not None
        assert name in dir(afterban)
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", afterban.__version__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = afterban.nonsense


@pytest.mark.slow
def test_help_comes_at_once():
    # Processor time: the clock would tell how busy the machine is with other things.
    times = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "afterban", "--help"], capture_output=True, check=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    assert min(times) < 0.3


def test_version(cli):
    assert re.fullmatch(r"afterban \d+\.\d+\.\d+\S*\n", cli("--version").out)


# --- scenarios ------------------------------------------------------------------------------------


def test_list_has_every_shipped_scenario(cli):
    from afterban.scenario import shipped_names

    told = cli("list")
    for name in shipped_names():
        assert name in told.out
    data = json.loads(cli("list", "--json").out)
    assert [row["name"] for row in data] == shipped_names()
    assert all(row["title"] and row["operators"] for row in data)


def test_new_makes_a_valid_scenario_and_never_overwrites(cli, here):
    told = cli("new", "my-own")
    assert told.code == 0
    assert told.out == "my-own.yaml\n"
    assert "afterban run my-own.yaml" in told.err
    text = (here / "my-own.yaml").read_text()
    assert "name: my-own" in text
    assert "The smallest scenario" in text
    assert cli("validate", "my-own.yaml").code == 0
    told = cli("new", "my-own", "--from", "september-2014")
    assert told.code == 2
    assert "left alone" in told.err
    assert (here / "my-own.yaml").read_text() == text


def test_new_copies_any_scenario(cli, here):
    from afterban.scenario import Scenario

    assert cli("new", "mine", "--from", "september-2014").code == 0
    mine, theirs = Scenario.from_yaml("mine.yaml"), Scenario.from_yaml("september-2014")
    assert mine.with_changes({"name": "september-2014"}).digest() == theirs.digest()
    assert cli("new", "again", "--from", "tiny.yaml").code == 0
    assert Scenario.from_yaml("again.yaml").tiers["supporter"].count == 12


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("new", "My Own"), "did you mean `my-own`"),
        (("new", "minimal"), "name of a shipped scenario"),
        (("new", "none"), "reserved"),
        (("new", "mine", "--from", "minimol"), "did you mean `minimal`"),
    ],
)
def test_new_refuses_bad_input(cli, here, arguments, message):
    told = cli(*arguments)
    assert told.code == 2
    assert message in told.err
    assert sorted(path.name for path in here.iterdir()) == ["tiny.yaml"]


def test_validate_tells_every_fault_of_every_file(cli, here):
    (here / "bad.yaml").write_text(
        (here / "tiny.yaml")
        .read_text()
        .replace("horizon: 20 days", "horizon: 20")
        .replace("seed: 3", "sed: 3")
    )
    told = cli("validate", "tiny.yaml", "bad.yaml", "minimal")
    assert told.code == 2
    assert "tiny.yaml: valid (12 operators, 20 days, 1 policies)" in told.out
    assert "bad.yaml: 2 faults" in told.out
    assert "minimal: valid" in told.out
    assert "bad.yaml:5:10: horizon: `20` has no unit" in told.err
    assert "did you mean `seed`" in told.err
    data = json.loads(cli("validate", "tiny.yaml", "bad.yaml", "--json").out)
    assert [report["valid"] for report in data] == [True, False]
    assert data[1]["errors"][0]["line"] == 5


def test_inspect_lists_every_value_with_its_evidence(cli):
    from afterban.scenario import Scenario

    told = cli("inspect", "september-2014")
    assert told.code == 0
    assert "exposure.view_probability" in told.out
    assert "L75" in told.out
    assert re.search(r"september-2014: \d+ values: \d+ reported, \d+ derived, \d+ fitted", told.out)
    rows = json.loads(cli("inspect", "september-2014", "--json").out)
    named = {row["path"] for row in rows}
    every = {row.path for row in Scenario.from_yaml("september-2014").inspect_rows()}
    assert every - named == {"schema_version", "name", "title", "description"}
    view = next(row for row in rows if row["path"] == "exposure.view_probability")
    assert (view["kind"], view["source"], view["value"]) == ("reported", "L75", "0.02")


def test_inspect_shows_one_kind_of_evidence(cli):
    rows = json.loads(cli("inspect", "minimal", "--kind", "reported", "--json").out)
    assert rows
    assert {row["kind"] for row in rows} == {"reported"}
    told = cli("inspect", "minimal", "--kind", "guessed")
    assert told.code == 2
    assert "no kind of evidence" in told.err


def test_schema_is_the_shipped_schema(cli):
    from afterban.scenario.jsonschema import schema

    assert json.loads(cli("schema").out) == schema()


# --- claims ---------------------------------------------------------------------------------------


def test_claims_show_every_figure_and_what_is_missing(cli):
    from afterban import claims

    told = cli("claims")
    assert told.code == 0
    for claim in claims.load():
        assert claim.id in told.out
    assert "`afterban claims --run`" in told.err
    data = json.loads(cli("claims", "--json", "--quiet").out)
    assert [row["id"] for row in data] == [claim.id for claim in claims.load()]
    assert all(row["document"] and row["status"] for row in data)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--workers", "0"), "at least 1 worker"), (("--engine", "steam"), "`steam` is no engine")],
)
def test_claims_refuse_bad_options_also_where_nothing_is_run(cli, arguments, message):
    told = cli("claims", "S12", *arguments)
    assert (told.code, told.out) == (2, "")
    assert message in told.err


def test_claims_can_be_chosen(cli):
    data = json.loads(cli("claims", "s12", "--json", "--quiet").out)
    assert {row["id"] for row in data} == {"S12", "S12-share"}
    told = cli("claims", "S120")
    assert told.code == 2
    assert "is no claim" in told.err


def test_claims_use_results_that_are_there_and_make_those_that_are_not(cli, monkeypatch):
    from afterban import claims

    row = claims.Claim(
        id="S12",
        source="S12",
        says="suspensions",
        figure=1.0,
        comparison="at least",
        scenario="minimal",
        metric="suspensions",
        why="a test",
        holds=True,
    )
    monkeypatch.setattr(claims, "load", lambda: [row])
    told = cli("claims", "--json")
    assert json.loads(told.out)[0]["status"] == "not run"
    assert told.code == 0
    made = cli("claims", "--run", "--json", "--workers", "1")
    assert made.code == 0
    assert "running minimal" in made.err
    again = cli("claims", "--json")
    assert json.loads(again.out) == json.loads(made.out)
    assert json.loads(again.out)[0]["status"] == "holds"
    monkeypatch.setattr(claims, "load", lambda: [row.model_copy(update={"comparison": "at most"})])
    broken = cli("claims")
    assert broken.code == 1
    assert "BROKEN" in broken.out


@pytest.mark.slow
def test_power_is_measured_kept_and_used(cli, monkeypatch, tmp_path):
    from afterban import bands, claims, power

    row = claims.Claim(
        id="S12",
        source="S12",
        says="a share, by construction",
        figure=3.0,
        comparison="at most",
        scenario="minimal",
        metric="effective_reach",
        why="a test",
    )
    monkeypatch.setattr(claims, "load", lambda: [row])
    path = tmp_path / "power.csv"
    monkeypatch.setattr(power, "shipped_powers", lambda: path)
    monkeypatch.setattr(bands, "shipped_bands", lambda: tmp_path / "bands.csv")
    alone = ("--engine", "reference", "--workers", "1")  # the bands of no other scenario
    told = cli("claims", "--power", "--points", "2", "--reps", "2", "--run", "--json", *alone)
    assert told.code == 0
    assert "4 of 4 replications to run" in told.err
    (found,) = json.loads(told.out)
    assert found["status"] == "holds, but could not fail here"
    assert (found["power"]["power"], found["power"]["told"]) == (0.0, 2)
    assert [one.id for one in power.read(path).values()] == ["S12"]
    assert {one.scenario for one in bands.read(tmp_path / "bands.csv")} == {"minimal"}
    shown = cli("claims")
    assert "1 holds, but could not fail here" in shown.out
    assert "was measured with" not in shown.err
    run = cli("run", "minimal", "--reps", "2", "--no-figures", "--policies", "base", *alone)
    assert "holds, but could not fail here" in run.out
    assert "5 % to the 95 % point of 2 points" in run.out  # of the same points
    # A tolerance that is changed afterwards makes the power say nothing.
    monkeypatch.setattr(claims, "load", lambda: [row.model_copy(update={"figure": 2.0})])
    stale = cli("claims")
    assert "1 holds" in stale.out
    assert "the power of `S12` was measured with another tolerance or metric" in stale.err
    assert "could not fail" not in stale.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--points", "8"), "this goes with `--power` only"),
        (("--reps", "8"), "this goes with `--power` only"),
        (("--power", "--points", "1"), "write 2 or more"),
        (("--power", "--reps", "1"), "write 2 or more"),
        (("--power", "--workers", "0"), "at least 1 worker"),
    ],
)
def test_a_measurement_of_power_is_refused_where_it_makes_no_sense(cli, arguments, message):
    told = cli("claims", "S12", *arguments)
    assert (told.code, told.out) == (2, "")
    assert message in " ".join(told.err.split())


# --- doctor ---------------------------------------------------------------------------------------


def test_doctor_finds_this_installation_well(cli):
    told = cli("doctor", "--no-engines", "--json")
    found = {row["check"]: row for row in json.loads(told.out)}
    assert told.code == 0
    assert found["randomness"]["text"].endswith("3 of 3 published test vectors")
    assert found["numpy"]["state"] == "ok"
    assert "cores" in found
    assert "memory" in found
    programs = [row for check, row in found.items() if check.startswith("compiled engine, ")]
    assert programs
    assert all("gives the published tables" in row["text"] for row in programs)
    assert not [row for row in found.values() if row["state"] == "fault"]


def test_doctor_says_how_to_install_what_is_missing(cli, monkeypatch):
    from afterban.cli import doctor

    monkeypatch.setattr(doctor, "_installed", lambda name: name != "jinja2")
    found = json.loads(cli("doctor", "--no-engines", "--json").out)
    row = next(row for row in found if row["check"] == "extra report")
    assert row["state"] == "note"
    assert "pip install 'afterban[report]'" in row["text"]


def test_doctor_finds_a_fault(cli, monkeypatch):
    from afterban.cli import doctor

    monkeypatch.setattr(doctor, "_VECTORS", (((0, 0, 0, 0), (0, 0), (1, 2, 3, 4)),))
    told = cli("doctor", "--no-engines")
    assert told.code == 2
    assert "0 of 1 published test vectors" in told.out
    assert "faults: 1" in told.out


@pytest.mark.slow
def test_doctor_compares_the_engines(cli):
    found = json.loads(cli("doctor", "--json").out)
    row = next(row for row in found if row["check"] == "engines")
    assert row["state"] == "ok", row["text"]


def test_import_says_what_it_made_dropped_and_assumed(cli, here):
    (here / "graph.csv").write_text("Source,Target,Weight\na,b,1\na,a,1\nb,a,2\n")
    told = cli("import", "graph.csv")
    assert told.code == 0, told.err
    assert "2 operators and 2 links" in told.out
    assert "1 self-loop" in told.out
    assert "assumed:" in told.out
    assert cli("validate", "graph/graph.yaml").code == 0
    again = cli("import", "graph.csv")
    assert again.code == 2
    assert "is there already" in again.err
    assert cli("import", "graph.csv", "--follower", "third", "--out", "x").code == 2

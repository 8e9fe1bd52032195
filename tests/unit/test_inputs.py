"""Networks from files: what is read, what is refused and how, and that the content counts."""

from __future__ import annotations

import os
import pickle
import random
import re
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from afterban import inputs
from afterban.errors import AfterbanError, ScenarioErrors
from afterban.experiment.replicate import replicate, run_replication
from afterban.experiment.run import run
from afterban.parameters import Parameters
from afterban.results import read
from afterban.scenario import Scenario
from afterban.world import build

CASES = Path(__file__).resolve().parents[1] / "cases" / "inputs"
FAULTY = sorted(CASES.glob("*.csv"))

OPERATORS = """\
operator,tier,audience,posts_per_day,insider_share
ann,supporter,100,1,
bo,hub,5000,20.5,0.25
cy,supporter,1e3,0,1
di,supporter,300,2,0
"""
FOLLOWS = """\
promoter,operator
bo,ann
cy,ann
bo,di
ann,bo
"""
YAML = """
schema_version: 1
name: own
start: 2014-06-02
horizon: 20 d
seed: 3
tiers:
  hub: {count: 1, audience: 100, posts: 1 per day, insider_share: 0.4}
  supporter: {count: 3, audience: 100, posts: 1 per day, insider_share: 0.5}
network: {operators: operators.csv, follows: follows.csv}
detection: {classifier: 0.05 per post}
returning: {probability: 0.9}
exposure: {outsiders: 10_000}
"""


@pytest.fixture
def own(tmp_path):
    """Function that writes a scenario with its tables, and reads it."""

    def write(operators=OPERATORS, follows=FOLLOWS, yaml=YAML):
        for name, text in (("operators.csv", operators), ("follows.csv", follows)):
            (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        (tmp_path / "own.yaml").write_text(yaml)
        return Scenario.from_yaml(tmp_path / "own.yaml")

    return write


def message(scenario):
    with pytest.raises(ScenarioErrors) as caught:
        inputs.check(scenario)
    return str(caught.value)


# --- what is read ---------------------------------------------------------------------------------


def test_operators_go_tier_by_tier(own):
    table = inputs.operators(own())
    assert table.names == ("bo", "ann", "cy", "di")
    assert table.audience.tolist() == [[1250, 3750], [50, 50], [1000, 0], [0, 300]]
    assert table.posts.tolist() == [20.5, 1, 0, 2]


def test_the_graph_goes_by_their_names(own):
    graph = inputs.follows(own())
    # bo 0, ann 1, cy 2, di 3
    assert graph.start.tolist() == [0, 1, 3, 3, 4]
    assert graph.promoters.tolist() == [1, 0, 2, 0]
    assert graph.promoters.dtype == np.int32


def test_the_order_of_rows_and_columns_changes_nothing_in_the_graph(own):
    first = inputs.follows(own())
    head, *rows = FOLLOWS.splitlines()
    swapped = [",".join(reversed(row.split(","))) for row in (head, *reversed(rows))]
    again = inputs.follows(own(follows="\n".join(swapped)))
    assert (again.start == first.start).all()
    assert (again.promoters == first.promoters).all()


@pytest.mark.parametrize(
    "change", ["crlf", "cr", "bom", "spaces", "quotes", "blank lines", "no end"]
)
def test_forms_of_csv(own, change):
    text = OPERATORS
    if change == "crlf":
        text = text.replace("\n", "\r\n")
    elif change == "cr":
        text = text.replace("\n", "\r")
    elif change == "bom":
        text = "\ufeff" + text
    elif change == "spaces":
        text = text.replace(",", " , ")
    elif change == "quotes":
        text = text.replace("ann", '"ann"').replace("operator,", '"operator",')
    elif change == "blanks":
        text = text.replace("cy,", "\ncy,") + "\n\n"
    else:
        text = text.rstrip("\n")
    table = inputs.operators(own(operators=text))
    assert table.names == ("bo", "ann", "cy", "di")
    assert table.audience.tolist() == [[1250, 3750], [50, 50], [1000, 0], [0, 300]]


def test_rows_that_end_in_carriage_returns_are_counted(own):
    table = OPERATORS.replace("bo,hub,5000", "bo,hub,-5").replace("\n", "\r")
    assert "operators.csv:3:3: audience: `-5` is below 0" in message(own(operators=table))


@pytest.mark.parametrize(
    "content",
    [
        b"operator\rtier,audience\nann,supporter,1\n",
        b'"' + b"x" * 200_000 + b"\n",
        b'"operator\r",tier\rann,supporter\r\n',
        b"\x00\n",
        OPERATORS.encode() + b"\x00\x1a\r\r\n",
    ],
)
def test_whatever_a_parser_raises_is_a_fault_of_the_file(own, content):
    assert "operators.csv" in message(own(operators=content))
    assert "follows.csv" in message(own(follows=content))


def test_no_flipped_bit_of_a_parquet_table_is_a_fault_of_ours(own, tmp_path):
    rng = random.Random(19)
    scenario = own()
    table = inputs.operators(scenario)
    columns = {
        "operator": list(table.names),
        "tier": ["hub"] + ["supporter"] * 3,
        "audience": pa.array([5000, 100, 1000, 7000], pa.uint64()),
        "posts_per_day": pa.array([1, 1, 0, 2], pa.float32()),
    }
    path = tmp_path / "operators.parquet"
    parquet.write_table(pa.table(columns), path)
    whole = path.read_bytes()
    yaml = YAML.replace("operators.csv", "operators.parquet")
    assert inputs.operators(own(yaml=yaml)).audience.sum() == 6100 + 7000
    # Beyond what a float holds exactly, and beyond all outsiders: a fault of the file.
    beyond = {**columns, "audience": pa.array([5000, 100, 1000, 2**64 - 1], pa.uint64())}
    parquet.write_table(pa.table(beyond), path)
    with pytest.raises(ScenarioErrors, match=r"operators\.parquet:4:3: audience"):
        inputs.check(own(yaml=yaml))
    refused = 0
    for _ in range(100):
        content = bytearray(whole)
        at = rng.randrange(8 * len(content))
        content[at // 8] ^= 1 << at % 8
        path.write_bytes(content)
        try:
            inputs.check(own(yaml=yaml))
        except ScenarioErrors as error:
            refused += "operators.parquet" in str(error)
    assert refused > 20


def test_parquet(own, tmp_path):
    own()
    parquet.write_table(
        pa.table(
            {
                "operator": [1, 2, 3, 4],
                "tier": pa.array(["supporter", "hub"] + 2 * ["supporter"]).dictionary_encode(),
                "audience": [100, 5000, 1000, 300],
                "posts_per_day": pa.array([1, 20.5, 0, 2], pa.float32()),
                "insider_share": [None, 0.25, 1.0, 0.0],
            }
        ),
        tmp_path / "operators.parquet",
    )
    parquet.write_table(
        pa.table({"operator": [1, 1, 4, 2], "promoter": pa.array([2, 3, 2, 1], pa.int16())}),
        tmp_path / "follows.parquet",
    )
    scenario = own(yaml=YAML.replace(".csv", ".parquet"))
    table, graph = inputs.operators(scenario), inputs.follows(scenario)
    assert table.names == ("2", "1", "3", "4")
    assert table.audience.tolist() == [[1250, 3750], [50, 50], [1000, 0], [0, 300]]
    assert graph.promoters.tolist() == [1, 0, 2, 0]


def test_follows_alone_go_by_number(own):
    numbers = "promoter,operator\n0,1\n2,1\n0,3\n1,0\n"
    scenario = own(follows=numbers, yaml=YAML.replace("operators: operators.csv, ", ""))
    assert inputs.operators(scenario) is None
    assert inputs.follows(scenario).promoters.tolist() == [1, 0, 2, 0]


def test_a_drawn_network_has_no_files(small):
    assert inputs.operators(small()) is None
    assert inputs.follows(small()) is None
    inputs.check(small())


# --- what is made of it ---------------------------------------------------------------------------


def test_the_world_is_that_of_the_files(own):
    scenario = own()
    world = build(Parameters.from_scenario(scenario), 3, 0)
    assert world.audience.tolist() == [[1250, 3750], [50, 50], [1000, 0], [0, 300]]
    assert world.posts.tolist() == [20.5, 1, 0, 2]
    assert world.promoter_start.tolist() == [0, 1, 3, 3, 4]
    assert world.promoters.tolist() == [1, 0, 2, 0]
    assert world.links.tolist() == [2, 1, 1, 0]


def test_what_is_not_in_the_files_is_drawn_as_before(own, tmp_path):
    drawn = YAML.replace("network: {operators: operators.csv, follows: follows.csv}", "")
    drawn = drawn.replace("audience: 100,", "audience: {lognormal: {median: 100, sigma: 1}},")
    recruits = (
        "recruitment: {per_impression: 10 per thousand impressions, tier: supporter, most: 5}\n"
    )
    before = build(Parameters.from_scenario(own(yaml=drawn + recruits)), 3, 1)
    only_follows = drawn + recruits + "network: {follows: follows.csv}\n"
    numbers = "promoter,operator\n0,1\n2,1\n"
    after = build(Parameters.from_scenario(own(follows=numbers, yaml=only_follows)), 3, 1)
    assert (after.audience == before.audience).all()
    assert (after.posts == before.posts).all()
    assert after.promoters[:2].tolist() == [0, 2]
    # Recruits are linked as they would be.
    assert (
        after.promoters[after.promoter_start[4] :] == before.promoters[before.promoter_start[4] :]
    ).all()
    assert (np.diff(after.promoter_start)[4:] == np.diff(before.promoter_start)[4:]).all()
    only_operators = drawn + recruits + "network: {operators: operators.csv}\n"
    third = build(Parameters.from_scenario(own(yaml=only_operators)), 3, 1)
    assert (third.promoters == before.promoters).all()
    assert third.posts[:4].tolist() == [20.5, 1, 0, 2]
    assert (third.audience[4:] == before.audience[4:]).all()


def test_a_smaller_platform_caps_audiences_of_files(own):
    platforms = "platforms: {first: {users: 200}, second: {users: 50}}\n"
    yaml = YAML.replace("supporter: {count: 3,", "supporter: {platform: second, count: 3,")
    world = build(Parameters.from_scenario(own(yaml=yaml + platforms)), 3, 0)
    assert world.audience.tolist() == [[1250, 3750], [12.5, 12.5], [250, 0], [0, 75]]


def test_a_run_with_files(own):
    scenario = own()
    outcomes = list(replicate(scenario, ["base"], replications=2, workers=1))
    assert all(0.0 < one.metrics["effective_reach"] <= 1.0 for (one,) in outcomes)


def test_a_file_with_the_drawn_network_gives_the_drawn_run(small, tmp_path):
    """Written to files and read again, a network behaves as it did: nothing else is drawn."""
    scenario = small()
    plain = run_replication(scenario, ["base"], engine="reference", keep=True)[0]
    world, tiers = plain.world, list(scenario.tiers)
    lines = ["operator,tier,audience,posts_per_day,insider_share"]
    for k, tier in enumerate(world.tier):
        whole = float(world.audience[k].sum())
        share = float(world.audience[k, 0]) / whole
        lines.append(f"o{k},{tiers[tier]},{whole!r},{float(world.posts[k])!r},{share!r}")
    (tmp_path / "operators.csv").write_text("\n".join(lines))
    lines = ["promoter,operator"]
    for k in range(len(world.tier)):
        first, end = world.promoter_start[k : k + 2]
        lines += [f"o{j},o{k}" for j in world.promoters[first:end]]
    (tmp_path / "follows.csv").write_text("\n".join(lines))
    read = scenario.with_changes(
        {
            "network.operators": str(tmp_path / "operators.csv"),
            "network.follows": str(tmp_path / "follows.csv"),
            "promotion.on_start": False,
        }
    )
    again = build(Parameters.from_scenario(read), 11, 0)
    assert again.audience == pytest.approx(world.audience, rel=1e-12)
    assert (again.posts == world.posts).all()
    assert (np.diff(again.promoter_start) == np.diff(world.promoter_start)).all()
    assert (again.links == world.links).all()


# --- the content counts ---------------------------------------------------------------------------


def test_the_digest_is_that_of_the_content(own, tmp_path):
    first = own().digest()
    assert own().digest() == first
    assert own(follows=FOLLOWS.replace("cy,ann", "di,ann")).digest() != first
    assert own(operators=OPERATORS.replace("5000", "5001")).digest() != first
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    own()
    for name in ("own.yaml", "operators.csv", "follows.csv"):
        (moved / name).write_bytes((tmp_path / name).read_bytes())
    assert Scenario.from_yaml(moved / "own.yaml").digest() == first


def test_the_resolved_form_holds_the_content(own, tmp_path, monkeypatch):
    scenario = own()
    text = scenario.resolved_yaml()
    assert str(tmp_path / "operators.csv") in text
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "scenario.yaml").write_text(text)
    monkeypatch.chdir(tmp_path / "results")
    again = Scenario.from_yaml("scenario.yaml")
    assert again == scenario
    assert again.digest() == scenario.digest()
    (tmp_path / "follows.csv").write_text(FOLLOWS + "di,cy\n")
    with pytest.raises(ScenarioErrors) as caught:
        Scenario.from_yaml("scenario.yaml")
    said = str(caught.value)
    assert said.startswith("scenario.yaml:")
    assert "network.follows: " in said
    assert "has changed: its SHA-256 begins with" in said
    assert "remove `sha256`" in said


def test_a_file_that_changes_after_reading_is_refused(own, tmp_path):
    scenario = own()
    (tmp_path / "follows.csv").write_text(FOLLOWS + "di,cy\n")
    for inner in (scenario, pickle.loads(pickle.dumps(scenario))):
        with pytest.raises(AfterbanError, match="has changed since the scenario was read"):
            Parameters.from_scenario(inner)


def test_paths_start_from_the_file_that_names_them(own, tmp_path):
    own()
    below = tmp_path / "below"
    below.mkdir()
    (below / "child.yaml").write_text(
        "schema_version: 1\nname: child\nextends: ../own.yaml\nseed: 4\n"
    )
    child = Scenario.from_yaml(below / "child.yaml")
    assert child.network.operators.file == str(tmp_path / "operators.csv")


def test_arms_have_files_of_their_own(own, tmp_path):
    (tmp_path / "other.csv").write_text(FOLLOWS + "di,cy\n")
    arms = "policies:\n  other: {network: {follows: other.csv}}\n"
    arms += "  drawn: {network: {follows: none}}\n"
    scenario = own(yaml=YAML + arms)
    assert len(inputs.follows(scenario.arm("other")).promoters) == 5
    assert inputs.follows(scenario.arm("drawn")) is None
    assert scenario.arm("drawn").network.operators == scenario.network.operators
    first = scenario.digest()
    (tmp_path / "other.csv").write_text(FOLLOWS)
    assert own(yaml=YAML + arms).digest() != first
    refused = r"policies\.other\.network\.follows: .* has changed"
    with pytest.raises(ScenarioErrors, match=refused):
        Scenario.from_text(scenario.resolved_yaml())
    (tmp_path / "other.csv").write_text(FOLLOWS + "nobody,cy\n")
    said = message(own(yaml=YAML + arms))
    assert "other.csv:6:1: promoter: there is no operator `nobody`" in said


def test_faults_of_tables_come_before_the_results(own, tmp_path):
    scenario = own(follows=FOLLOWS + "nobody,cy\n")
    with pytest.raises(ScenarioErrors, match="no operator `nobody`"):
        run(scenario, out=tmp_path / "results", workers=1)
    assert not (tmp_path / "results").exists()


def test_results_of_tables_are_read_again(own, tmp_path):
    results = run(own(), replications=2, out=tmp_path / "results", workers=1)
    assert results.folder is not None
    again = read(results.folder)
    assert again.scenario.digest() == results.scenario.digest()


def test_a_digest_can_be_given(own, tmp_path):
    scenario = own()
    digest = scenario.network.follows.sha256
    held = YAML.replace(
        "follows: follows.csv", "follows: {file: follows.csv, sha256: " + digest + "}"
    )
    assert own(yaml=held) == scenario
    with pytest.raises(ScenarioErrors, match="has changed"):
        own(yaml=held, follows=FOLLOWS + "di,cy\n")


def test_evidence_for_a_file(own):
    noted = YAML.replace(
        "follows: follows.csv", 'follows: {value: follows.csv, kind: assumed, note: "made up"}'
    )
    scenario = own(yaml=noted)
    assert scenario.evidence["network.follows.file"].note == "made up"
    rows = {row.path: row for row in scenario.inspect_rows()}
    assert rows["network.follows.file"].note == "made up"
    assert Scenario.from_text(scenario.resolved_yaml()) == scenario


def test_files_by_set(own, tmp_path, monkeypatch):
    scenario = own()
    (tmp_path / "other.csv").write_text(FOLLOWS + "di,cy\n")
    monkeypatch.chdir(tmp_path)
    changed = scenario.with_changes({"network.follows": "other.csv"})
    assert len(inputs.follows(changed).promoters) == 5
    monkeypatch.chdir("/")
    assert len(inputs.follows(changed.with_changes({"seed": 9})).promoters) == 5


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("operators: missing.csv", "there is no file `"),
        ("operators: own.yaml", "is no table"),
        ("operators: [a.csv]", "a list is found"),
        ("operators: {file: operators.csv, sha256: abc}", "is no SHA-256"),
        ("operators: {sha256: none}", "this key is missing"),
        ("operators: {path: operators.csv}", "this key is unknown"),
        ("operator: operators.csv", "did you mean `operators`"),
    ],
)
def test_faulty_references(own, wrong, said):
    with pytest.raises(ScenarioErrors) as caught:
        own(yaml=YAML.replace("operators: operators.csv", wrong))
    assert said in str(caught.value)
    assert caught.value.exit_code == 2


def test_there_are_faulty_tables():
    assert len(FAULTY) >= 25
    assert {path.stem for path in FAULTY} == {path.stem for path in CASES.glob("*.txt")}


def said_of(path):
    """What is said of a faulty table, which stands in for one of the two good ones."""
    here = Path.cwd()
    os.chdir(CASES)
    try:
        which = "follows" if path.stem.startswith("follows") else "operators"
        good = "good/operators.csv" if which == "follows" else "good/follows.csv"
        other = "operators" if which == "follows" else "follows"
        yaml = YAML.replace(f"{which}: {which}.csv", f"{which}: {path.name}")
        yaml = yaml.replace(f"{other}: {other}.csv", f"{other}: {good}")
        if path.stem.startswith("follows-by-number"):
            yaml = yaml.replace("operators: good/operators.csv, ", "")
        if which == "operators":
            yaml = yaml.replace(", follows: good/follows.csv", "")
        return f"{message(Scenario.from_text(yaml))}\n"
    finally:
        os.chdir(here)


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_faulty_tables(path):
    said = said_of(path)
    expected = path.with_suffix(".txt")
    if os.environ.get("AFTERBAN_RENEW"):
        expected.write_text(said)
    assert said == expected.read_text()
    first = said.splitlines()[0]
    assert first.startswith(f"{path.name}:")
    assert "; " in first


def test_every_fault_is_told_in_the_order_of_rows(own):
    operators = OPERATORS.replace("bo,hub", "bo,hubb").replace("1e3", "many").replace("di,", ",")
    said = message(own(operators=operators)).splitlines()
    places = [
        line.split(": ")[0].rpartition("operators.csv:")[2] for line in said if ".csv:" in line
    ]
    assert places == ["3:2", "4:3", "5:1"]
    assert any("did you mean `hub`" in line for line in said)


def test_faults_of_both_files_are_told_at_once(own):
    scenario = own(follows=FOLLOWS + "di,di\n", yaml=YAML.replace("operators: operators.csv, ", ""))
    assert "follows.csv" in message(scenario)
    both = own(operators=OPERATORS.replace("5000", "-5000"), follows=FOLLOWS)
    assert "below 0" in message(both)


def test_counts_must_be_those_of_the_file(own):
    said = message(own(yaml=YAML.replace("count: 3", "count: 30")))
    assert "it has 3 operators of the tier `supporter`, and the scenario has 30" in said
    assert "write `tiers.supporter.count: 3`" in said


def test_many_faults_are_counted(own):
    rows = "".join(f"nobody{k},ann\n" for k in range(5000))
    said = message(own(follows="promoter,operator\n" + rows)).splitlines()
    assert sum("there is no operator" in line for line in said) == 99
    assert said[-1].endswith("there are 4,901 more faults; mend these first")


def test_rows_are_counted_across_blocks(own):
    """Arrow reads in blocks of a megabyte; a fault in the last row keeps its number."""
    names = [f"operator-with-a-long-name-{k:06d}" for k in range(60_000)]
    text = "operator,tier,audience,posts_per_day\n"
    text += "".join(f"{name},supporter,10,1\n" for name in names)
    text += "hub,hub,10,1\nshort,supporter\nlast,supporter,ten,1\n"
    said = message(own(operators=text, follows=b"promoter,operator\nhub,last\n"))
    assert "operators.csv:60003:1: this row has 2 values, and the header 4" in said
    assert "operators.csv:60004:3: audience: `ten` is not a number" in said


def test_parquet_faults(own, tmp_path):
    own()

    def said(**columns):
        parquet.write_table(pa.table(columns), tmp_path / "operators.parquet")
        return message(own(yaml=YAML.replace("operators.csv", "operators.parquet")))

    good = {
        "operator": [1, 2],
        "tier": ["hub", "supporter"],
        "audience": [1.0, 2.0],
        "posts_per_day": [1, 1],
    }
    assert "operators.parquet:2:3: audience: there is no value" in said(
        **{**good, "audience": [1.0, None]}
    )
    assert "operators.parquet:1:4: posts_per_day: the column is of type bool" in said(
        **{**good, "posts_per_day": [True, False]}
    )
    assert "operators.parquet:1:1: operator: the column is of type double" in said(
        **{**good, "operator": [1.0, 2.0]}
    )
    assert "the column `tier` is missing" in said(
        **{key: value for key, value in good.items() if key != "tier"}
    )
    assert "`nan` is not a number" in said(**{**good, "audience": [1.0, float("nan")]})
    (tmp_path / "operators.parquet").write_bytes(b"PAR1 is not enough")
    assert "this is not a Parquet file" in message(
        own(yaml=YAML.replace("operators.csv", "operators.parquet"))
    )


def test_the_page_runs(tmp_path, monkeypatch):
    page = (CASES.parents[2] / "docs" / "own-network.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 2
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "own-network.md", "exec"), names)


@pytest.mark.slow
def test_a_million_rows_within_seconds(own, tmp_path):
    rng = np.random.default_rng(1)
    n, edges = 50_000, 1_000_000
    pairs = np.unique(rng.integers(0, n, (edges, 2)), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    text = "promoter,operator\n" + "\n".join(f"o{a},o{b}" for a, b in pairs)
    operators = "operator,tier,audience,posts_per_day\nhub,hub,1,1\n"
    operators += "".join(f"o{k},supporter,100,1\n" for k in range(n))
    scenario = own(operators=operators, follows=text, yaml=YAML.replace("count: 3", f"count: {n}"))
    began = time.perf_counter()
    graph = inputs.follows(scenario)
    assert time.perf_counter() - began < 10
    assert len(graph.promoters) == len(pairs)

"""Networks of other programs."""

from __future__ import annotations

import csv
import gzip
import time

import pytest

from afterban import inputs
from afterban.edges import import_network
from afterban.errors import AfterbanError, ScenarioErrors
from afterban.scenario import Scenario

SNAP = """\
# Directed graph (each unordered pair once)
# FromNodeId\tToNodeId
30\t1412
30\t3352
1412\t30
1412\t1412
3352\t30
30\t1412
"""
LINKS = {("0", "1"), ("0", "2"), ("1", "0"), ("2", "0")}


@pytest.fixture
def made(tmp_path):
    def make(text, name="edges.txt", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return import_network(path, tmp_path / "own", **options)

    return make


def rows(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))[1:]


def links(found):
    return {tuple(row) for row in rows(found.folder / "follows.csv")}


def test_what_snap_ships(made):
    found = made(SNAP)
    assert (found.operators, found.links) == (3, 4)
    assert found.dropped["self-loops"] == found.dropped["repeated links"] == 1
    assert links(found) == LINKS
    assert rows(found.folder / "ids.csv") == [["0", "30"], ["1", "1412"], ["2", "3352"]]
    assert any("audience" in text for text in found.assumed)


@pytest.mark.parametrize(
    "text",
    [
        "Source,Target,Weight\n30,1412,2\n30,3352,1\n1412,30,5\n3352,30,1\n",
        "Weight;Target;Source\n2;1412;30\n1;3352;30\n5;30;1412\n1;30;3352\n",
        "FromNodeId ToNodeId\n30 1412\n30   3352\n1412 30\n3352 30\n",
        '"source","target"\r"30","1412"\r"30","3352"\r"1412","30"\r"3352","30"\r',
        "% a comment\r\n30\t1412\r\n\r\n30\t3352\r\n1412\t30\r\n3352\t30\r\n",
        "\ufeff30,1412\n30,3352\n1412,30\n3352,30",
    ],
)
def test_other_forms_give_the_same(made, text):
    assert links(made(text)) == LINKS


def test_packed(made):
    assert links(made(gzip.compress(SNAP.encode(), mtime=0), "edges.txt.gz")) == LINKS


def test_weights_are_dropped_with_a_count(made):
    assert made("a b 1.5\nb c 2\n").dropped["weights"] == 2


def test_a_decimal_comma_is_no_separator(made):
    found = made("a b 1,5\nb c 2\n")
    assert rows(found.folder / "ids.csv") == [["0", "a"], ["1", "b"], ["2", "c"]]
    assert links(found) == {("0", "1"), ("1", "2")}


def test_names_of_two_words_are_one_id_between_commas(made):
    found = made("New York,San Jose,3\nSan Jose,New York,7\n")
    assert rows(found.folder / "ids.csv") == [["0", "New York"], ["1", "San Jose"]]


@pytest.mark.parametrize("text", ["user_a,user_b\n3,4\n4,5\n", "who,whom,times\na,b,1\nb,c,2\n"])
def test_a_header_of_other_words_is_no_link(made, text):
    found = made(text)
    assert (found.operators, found.links) == (3, 2)
    assert any("is a header" in one for one in found.assumed)


@pytest.mark.parametrize("text", ["a,b\nc,d\n", "a,1\nb,2\n", "1,2\n3,4\n", "a,b,x\nc,d,y\n"])
def test_a_first_link_is_no_header(made, text):
    assert made(text).links == 2


def test_columns_are_counted_by_their_names(made):
    text = "Source,Target,Type,Id,Label,Weight\na,b,Directed,0,,1\nb,c,Directed,1,,2\n"
    dropped = made(text).dropped
    assert (dropped["weights"], dropped["other columns"]) == (2, 3)


@pytest.mark.parametrize(("kind", "count"), [("pattern general", 2), ("real symmetric", 4)])
def test_a_matrix_in_coordinates(made, kind, count):
    more = " 0.5" if "real" in kind else ""
    head = f"%%MatrixMarket matrix coordinate {kind}\n% of nobody\n4 4 2\n"
    found = made(head + f"1 2{more}\n2 3{more}\n")
    assert (found.operators, found.links) == (3, count)


def test_one_of_a_kind_is_not_told_as_many(made):
    assert "dropped: 1 self-loop, 1 repeated link" in made(SNAP).words()


def test_who_follows_whom_can_be_turned_and_doubled(made, tmp_path):
    assert links(made("a b\n")) == {("0", "1")}
    path = tmp_path / "edges.txt"
    assert links(import_network(path, tmp_path / "turned", follower="second")) == {("1", "0")}
    both = import_network(path, tmp_path / "both", undirected=True)
    assert links(both) == {("0", "1"), ("1", "0")}


def test_the_scenario_can_be_run_and_audiences_follow_degrees(made):
    found = made(SNAP)
    scenario = Scenario.from_yaml(found.scenario)
    inputs.check(scenario)
    told = inputs.operators(scenario)
    assert told.audience.sum(axis=1).tolist() == [4.0, 2.0, 2.0]  # twice the followers inside
    assert inputs.follows(scenario).promoters.tolist() == [1, 2, 0, 0]


TABLE = (
    "Id;Group;Followers;tweets per day;colour\n30;Hub One;1200,5;3,5;red\n1412;fans;;0,25;blue\n"
)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_with_semicolons_and_decimal_commas(made, tmp_path, end):
    (tmp_path / "table.csv").write_bytes(TABLE.replace("\n", end).encode())
    found = made(SNAP, operators=tmp_path / "table.csv")
    assert rows(found.folder / "operators.csv") == [
        ["0", "hub-one", "1200.5", "3.5", "0.5"],
        ["1", "fans", "2", "0.25", "0.5"],
        ["2", "operator", "2", "2", "0.5"],
    ]
    assert found.dropped["other columns"] == 1
    inputs.check(Scenario.from_yaml(found.scenario))


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a b\nc\n", "2:1", "1 cell found where the first line has 2"),
        ("a\n", "1:1", "no link"),
        ("a,b\na,\n", "2:2", "there is no id"),
        (b"a b\n\xff\xfe c\n", "2:1", "not UTF-8"),
        (b"a b\n" * 5000 + b"c d\r" * 3 + "\u00e4".encode() + b" \xe4\n", "5004:3", "not UTF-8"),
        ("%%MatrixMarket matrix array real general\n2 2\n1\n", "1:1", "coordinate form"),
        (gzip.compress(SNAP.encode(), mtime=0)[:-9], ":1", "cannot be read"),
    ],
)
def test_a_fault_is_told_with_its_place_and_leaves_nothing(made, tmp_path, text, place, message):
    with pytest.raises(ScenarioErrors) as caught:
        made(text)
    assert place in str(caught.value)
    assert message in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["edges.txt"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("who;followers\na;1\n", "no column of ids"),
        ("id;followers\na;1\na;2\n", "occurs twice"),
        ("id;followers\na;many\n", "write a number"),
        ("id;followers\na;-1\n", "write a number"),
        ("id;followers\na\n", "1 cell found"),
    ],
)
def test_a_fault_of_the_table_too(made, tmp_path, table, message):
    (tmp_path / "table.csv").write_text(table)
    with pytest.raises(ScenarioErrors, match=message):
        made("a b\n", operators=tmp_path / "table.csv")
    assert not (tmp_path / "own").exists()


def test_nothing_is_overwritten_and_no_file_or_network_is_one_line(made, tmp_path):
    made(SNAP)
    with pytest.raises(AfterbanError, match="is there already"):
        made(SNAP)
    with pytest.raises(AfterbanError, match="no such file"):
        import_network(tmp_path / "none.txt", tmp_path / "other")
    (tmp_path / "empty.txt").write_text("# nothing\n")
    with pytest.raises(AfterbanError, match="no link"):
        import_network(tmp_path / "empty.txt", tmp_path / "other")


def test_ids_are_no_formulas(made):
    assert rows(made("=1+1 @x\n").folder / "ids.csv") == [["0", "'=1+1"], ["1", "'@x"]]


@pytest.mark.slow
def test_a_million_links_take_seconds(made, tmp_path):
    import numpy as np

    rng = np.random.default_rng(1)
    pairs = rng.integers(0, 50_000, (1_000_000, 2))
    text = "\n".join(f"{a}\t{b}" for a, b in pairs.tolist())
    began = time.monotonic()
    found = made(text)
    assert time.monotonic() - began < 30
    assert found.links > 990_000

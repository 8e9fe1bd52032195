"""Staff, extinction, handles and promotion: what the commands answer, write and refuse."""

import csv
import json

import pytest

SMALL = ("--workers", "1")
TEAM = (
    "--set",
    "review.team={reviewers: 1, service_time: {exponential: {mean: 1h}}, "
    "benign_reports: 20 per day}",
)
HANDLES = (
    "--set",
    "detection.handle_match={edits: 2, recall: 0.9, "
    "ordinary: {signups: 1000 per day, sample: 200}}",
)
MAP = ("--set", "tiers.operator.count=20", "--times", "6h,1d", "--strengths", "1,4")


def table(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def picture(path):
    return path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


# --- staffing -------------------------------------------------------------------------------------


def test_staffing_finds_the_fewest_reviewers_and_writes_a_picture(cli, here):
    told = cli("staffing", "tiny.yaml", *TEAM, *SMALL, "--median", "6h", "--out", "staff")
    assert told.code == 0, told.err
    assert "keeps the median time to action under 6 h" in told.out
    assert "1 reviewers" not in told.out
    assert "M/M/c (Erlang C)" in told.out
    assert "running about" in told.err
    assert files(here / "staff") == ["capacity.png", "staffing.csv"]
    assert picture(here / "staff" / "capacity.png")
    rows = table(here / "staff" / "staffing.csv")
    assert [int(row["reviewers"]) for row in rows] == sorted(int(row["reviewers"]) for row in rows)
    for row in rows:
        low, value, high = (float(row[f"median_days{end}"]) for end in ("_low", "", "_high"))
        assert low <= value <= high
        assert int(row["n"]) == 2


def test_staffing_answers_in_json(cli, here):
    told = cli("staffing", "tiny.yaml", *TEAM, *SMALL, "--median", "6h", "--json", "-q")
    data = json.loads(told.out)
    assert told.err == ""
    assert data["low"] <= data["reviewers"] <= data["high"]
    assert data["queue_theory"]["model"] == "M/M/c"
    assert {"reviewers", "median_days", "theory_median_days"} <= set(data["looks"][0])
    assert [(here / name).exists() for name in data["files"]] == [True, True]


def test_staffing_says_hours_people_roster_and_what_there_is_now(cli, here):
    told = cli("staffing", "tiny.yaml", *TEAM, *SMALL, "--median", "6h", "--json", "-q")
    data = json.loads(told.out)
    assert data["paid_hours_per_week"] == 168 * data["reviewers"]
    assert data["people"] == -(-168 * data["reviewers"] // 40)
    assert data["roster"] == [f"at all hours: {data['reviewers']}"]
    assert data["now"]["reviewers"] in [look["reviewers"] for look in data["looks"]]
    assert f"{data['paid_hours_per_week']:,.0f} paid hours a week" in data["words"]
    assert f"{data['people']} people at 40 hours" in data["words"]
    assert "has now" in data["words"] or f"has {data['now']['reviewers']} now" in data["words"]
    assert not data["held_up_by_shifts"]
    rows = table(here / data["files"][0])
    assert float(rows[0]["paid_hours_per_week"]) == 168 * int(rows[0]["reviewers"])


def test_a_promise_is_asked_for(cli):
    asked = ("staffing", "tiny.yaml", *TEAM, *SMALL, "--json", "-q")
    some = json.loads(cli(*asked, "--promise", "80 % within 6 h").out)
    assert (some["share"], some["target_days"]) == (0.8, 0.25)
    assert "80 % within 6 h of the flag" in some["words"]
    best = next(look for look in some["looks"] if look["reviewers"] == some["reviewers"])
    assert best["median_days"] <= best["promised_days"] <= 0.25
    half = json.loads(cli(*asked, "--median", "6h").out)
    assert half["reviewers"] <= some["reviewers"]


@pytest.mark.parametrize(
    ("promise", "said"),
    [
        ("95 within 24 h", "no promise"),
        ("100 % within 24 h", "less than 100 %"),
        ("95 % within a day", "no promise"),
        ("95 % within 0 h", "above 0"),
    ],
)
def test_what_is_no_promise_is_refused(cli, promise, said):
    told = cli("staffing", "tiny.yaml", *TEAM, "--promise", promise)
    assert told.code == 2
    assert said in told.err
    assert "--promise" in told.err


def test_a_promise_and_a_median_are_two_targets(cli):
    told = cli("staffing", "tiny.yaml", *TEAM, "--promise", "95 % within 1d", "--median", "1d")
    assert told.code == 2
    assert "give one of them" in told.err


def test_staffing_without_a_team_is_refused_and_leaves_no_folder(cli, here):
    told = cli("staffing", "tiny.yaml", *SMALL)
    assert told.code == 2
    assert "unlimited staff" in told.err
    assert not (here / "results").exists()


@pytest.mark.parametrize("median", ["0", "never", "soon"])
def test_a_target_that_is_none_is_refused(cli, median):
    told = cli("staffing", "tiny.yaml", *TEAM, "--median", median)
    assert told.code == 2
    assert "--median" in told.err


# --- extinction -----------------------------------------------------------------------------------


def test_extinction_tells_dates_and_shares(cli, here):
    told = cli(
        *("extinction", "tiny.yaml", "supporter", *SMALL, "--by", "2014-09-15", "--out", "gone"),
        *("--set", "returning.probability=0", "--set", "detection.reports=1 per impression"),
        *("--set", "review.time_to_action=1h"),
    )
    assert told.code == 0, told.err
    assert "The supporter tier died out in 2 of 2 replications" in told.out
    assert "by 2014-09-15" in told.out
    assert files(here / "gone") == ["extinction.csv", "extinction.png"]
    rows = table(here / "gone" / "extinction.csv")
    assert [row["extinct"] for row in rows] == ["True", "True"]
    assert all("2014-09-01" <= row["date"] <= "2014-09-20" for row in rows)


def test_a_tier_that_stays_has_no_date(cli):
    told = cli("extinction", "tiny.yaml", "supporter", *SMALL, "--json", "-q")
    data = json.loads(told.out)
    assert data["extinct"]["estimate"] == 0
    assert data["quantiles_days"]["0.5"]["estimate"] is None
    assert data["days"] == [None, None]


def test_an_unknown_tier_arm_or_date_is_refused(cli, here):
    told = cli("extinction", "tiny.yaml", "suporter", *SMALL)
    assert told.code == 2
    assert "did you mean `supporter`" in told.err
    told = cli("extinction", "tiny.yaml", "supporter", *SMALL, "--policy", "quik")
    assert told.code == 2
    assert "did you mean `quick`" in told.err
    told = cli("extinction", "tiny.yaml", "supporter", "--by", "September")
    assert told.code == 2
    assert "2014-09-15" in told.err
    assert not (here / "results").exists()


# --- handles --------------------------------------------------------------------------------------


def test_handles_weighs_thresholds_that_the_scenario_does_not_have(cli, here):
    told = cli(
        "handles", "tiny.yaml", *HANDLES, *SMALL, "--reps", "1", "--corpus", "300", "--out", "match"
    )
    assert told.code == 0, told.err
    assert "300 ordinary handles" in told.out
    assert "Worth it" in told.out
    assert files(here / "match") == ["handles.png", "matcher.csv", "trade-off.csv"]
    assert picture(here / "match" / "handles.png")
    assert [int(row["edits"]) for row in table(here / "match" / "matcher.csv")] == list(range(9))
    assert [int(row["edits"]) for row in table(here / "match" / "trade-off.csv")] == list(range(7))


def test_handles_needs_ordinary_users(cli):
    told = cli("handles", "tiny.yaml", *SMALL)
    assert told.code == 2
    assert "ordinary users" in told.err


# --- phase ----------------------------------------------------------------------------------------


def test_phase_maps_both_audiences_beside_theory(cli, here):
    told = cli("phase", *MAP, *SMALL, "--reps", "1", "--out", "map")
    assert told.code == 0, told.err
    assert "theory's threshold" in told.out
    assert "theory's crossover" in told.out
    assert "running 4 cells" in told.err
    assert files(here / "map") == ["phase.csv", "phase.png"]
    rows = table(here / "map" / "phase.csv")
    assert len(rows) == 8
    assert {row["audience"] for row in rows} == {"insiders", "outsiders"}
    # One replication has no error, and nothing is written for it.
    assert {row["standard_error"] for row in rows} == {""}
    for row in rows:
        assert (row["crossover_days"] == "") == (row["audience"] == "insiders")


@pytest.mark.slow  # processes of their own
def test_phase_gives_the_same_with_two_workers(cli, here):
    few = ("phase", *MAP, "--reps", "2", "--quiet")
    assert cli(*few, "--workers", "1", "--out", "one").code == 0
    assert cli(*few, "--workers", "2", "--out", "two").code == 0
    one, two = ((here / name / "phase.csv").read_bytes() for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--times", "1d"),
        ("--times", "2d,1d"),
        ("--times", "soon,2d"),
        ("--strengths", "1"),
        ("--strengths", "0,1"),
        ("--strengths", "a,b"),
    ],
)
def test_a_map_without_extent_is_refused(cli, option, value):
    told = cli("phase", *SMALL, option, value)
    assert told.code == 2
    assert option in told.err


def test_a_network_that_theory_does_not_describe_is_refused(cli, here):
    told = cli("phase", "tiny.yaml", *SMALL)
    assert told.code == 2
    assert "not a network of operators who are all alike" in told.err
    assert not (here / "results").exists()


# --- all of them ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [("staffing",), ("extinction", "supporter"), ("handles",), ("phase",)]
)
def test_faults_of_options_are_told_alike(cli, here, command):
    name, *more = command
    for given, words in (
        (("--workers", "0"), "at least 1 worker"),
        (("--engine", "fast"), "no engine"),
        (("--reps", "0"), "--reps"),
        (("--seed", "-1"), "--seed"),
    ):
        told = cli(name, "tiny.yaml", *more, *given)
        assert told.code == 2, given
        assert words in told.err
    assert cli(name, "tini.yaml", *more).code == 2
    assert not (here / "results").exists()


def test_a_folder_that_cannot_be_made_is_told_before_anything_runs(cli, here):
    (here / "taken").write_text("a file")
    told = cli("extinction", "tiny.yaml", "supporter", *SMALL, "--out", "taken")
    assert told.code == 2
    assert "taken" in told.err
    assert "running" not in told.err
    assert (here / "taken").read_text() == "a file"


@pytest.mark.slow
def test_a_provisional_scenario_says_so(cli, monkeypatch):
    from afterban.scenario import qc

    small = ("--reps", "1", *SMALL, "--set", "horizon=2d", "--set", "tiers.supporter.count=10")
    told = cli("compare", "minimal", *small)
    assert "provisional" not in told.err
    assert "rovisional" not in cli("list").out
    monkeypatch.setattr(qc, "passed", dict)
    told = cli("compare", "minimal", *small)
    assert told.err.startswith("minimal is provisional")
    assert cli("compare", "minimal", *small, "-q").err == ""
    assert cli("list").out.count("(provisional)") > 10
    assert all(row["provisional"] for row in json.loads(cli("list", "--json").out))


def test_validate_reads_the_tables_of_a_network(cli, here):
    (here / "who.csv").write_text("operator,tier,audience,posts_per_day\na,supporter,-5,1\n")
    (here / "own.yaml").write_text(
        (here / "tiny.yaml").read_text().replace("name: tiny", "name: own")
        + "network: {operators: who.csv}\n"
    )
    told = cli("validate", "own.yaml")
    assert told.code == 2
    assert "who.csv" in told.err


# --- ablation -------------------------------------------------------------------------------------


def test_ablate_answers_with_a_table_and_a_picture(cli, here):
    told = cli("ablate", "tiny.yaml", *SMALL, "--pressure", "1,3", "--out", "parts")
    assert told.code == 0, told.err
    assert files(here / "parts") == ["ablation.csv", "ablation.png"]
    assert picture(here / "parts" / "ablation.png")
    rows = table(here / "parts" / "ablation.csv")
    assert [row["part"] for row in rows] == 2 * ["return", "similar-names", "promotion", "spares"]
    assert [row["pressure"] for row in rows] == 4 * ["1.0"] + 4 * ["3.0"]


def test_ablate_answers_in_json(cli):
    told = cli("ablate", "tiny.yaml", *SMALL, "--parts", "return", "--json", "-q")
    (one,) = json.loads(told.out)["contributions"]
    assert one["part"] == "return"
    assert one["words"]


@pytest.mark.parametrize("pressure", ["0", "much", "1,-2", "inf", ""])
def test_a_pressure_that_is_none_is_refused(cli, pressure):
    told = cli("ablate", "tiny.yaml", "--pressure", pressure)
    assert told.code == 2
    assert "--pressure" in told.err


def test_diff_names_the_event_and_the_draw(cli, here):
    told = cli("diff", "tiny.yaml", "tiny.yaml:quick")
    assert told.code == 0, told.err
    assert "base and quick part at event" in told.out
    assert "`time to action`" in told.out
    data = json.loads(cli("diff", "tiny.yaml", "tiny.yaml:quick", "--json").out)
    assert data["draw"]["decision"] == "time to action"
    assert data["words"] == told.out.splitlines()


def test_diff_says_so_of_identical_runs(cli):
    told = cli("diff", "tiny.yaml")
    assert told.code == 0, told.err
    assert "are identical" in told.out


def test_diff_of_seeds_replications_and_changes(cli):
    assert "seed 3 and tiny, seed 4 part" in cli("diff", "tiny.yaml", "--seed", "3,4").out
    assert "replication 1 part" in cli("diff", "tiny.yaml", "--replication", "0,1").out
    told = cli("diff", "tiny.yaml", "--set", "returning.probability=0.1")
    assert "`returning.probability` (0.9 and 0.1)" in told.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tiny.yaml:quik",), "did you mean `quick`"),
        (("tiny.yaml", "--seed", "1,2,3"), "write one whole number for both runs, or two"),
        (("tiny.yaml", "--replication", "x"), "write one whole number for both runs, or two"),
        (("tiny.yaml", "--seed", "4294967296"), "write a whole number from 0 to 2^32 - 1"),
        (("tiny.yaml", "--set", "no change"), "this is no change"),
        (("tiny.yaml", "tiny.yaml", "--engines"), "both engines run A alone"),
        (("tiny.yml",), "did you mean `tiny.yaml`"),
        ((".",), "this is no folder of results"),
    ],
)
def test_diff_refuses_in_one_message(cli, arguments, message):
    told = cli("diff", *arguments)
    assert told.code == 2
    assert message in " ".join(told.err.split())
    assert not told.out

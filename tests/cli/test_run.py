import csv
import json
import os
import signal
import threading

import pytest

RUN = ("run", "tiny.yaml", "--workers", "1")


def only_folder(root):
    (folder,) = list((root / "tiny").iterdir())
    return folder


@pytest.mark.slow
def test_run_writes_tables_and_figures_and_says_where(cli, here):
    told = cli(*RUN)
    assert told.code == 0, told.err
    folder = only_folder(here / "results")
    assert told.out.rstrip().endswith(str(folder.relative_to(here)))
    assert "effective reach" in told.out
    assert "quick" in told.out
    assert told.err == ""
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {
        "scenario.resolved.yaml",
        "manifest.json",
        "summary.csv",
        "timeseries.csv",
        "accounts.parquet",
        "figures/followers-of-one-operator.png",
        "figures/effective-reach.png",
    } <= files


def test_run_again_gives_the_same_folder_and_bytes(cli, here):
    cli(*RUN)
    folder = only_folder(here / "results")
    before = {path: path.read_bytes() for path in folder.rglob("*.[cpy]*") if path.is_file()}
    assert len(before) > 8
    cli(*RUN)
    assert only_folder(here / "results") == folder
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.smoke
def test_run_prints_one_json_document(cli):
    told = cli(*RUN, "--json", "--no-figures")
    data = json.loads(told.out)
    assert told.code == 0
    assert data["scenario"] == "tiny"
    assert data["replications"] == 2
    assert set(data["policies"]) == {"base", "quick", "none"}
    reach = data["policies"]["quick"]["effective_reach"]
    assert reach["low"] <= reach["estimate"] <= reach["high"]
    assert reach["n"] == 2
    assert "NaN" not in told.out
    assert data["claims"] == []


def test_one_replication_has_no_interval(cli):
    told = cli(*RUN, "--reps", "1", "--no-figures")
    assert told.code == 0
    assert "n = 1: no interval" in told.out


def test_set_seed_reps_policies_and_out_do_what_they_say(cli, here):
    told = cli(
        *RUN,
        *("--set", "returning.probability=0.5", "--set", "horizon=15 d"),
        *("--seed", "9", "--reps", "3", "--policies", "quick", "--out", "elsewhere", "--json"),
    )
    data = json.loads(told.out)
    assert data["seed"] == 9
    assert data["replications"] == 3
    assert set(data["policies"]) == {"quick", "none"}
    folder = only_folder(here / "elsewhere")
    resolved = (folder / "scenario.resolved.yaml").read_text()
    assert "horizon: 15d" in resolved
    assert not (here / "results").exists()
    with (folder / "summary.csv").open() as stream:
        row = next(r for r in csv.DictReader(stream) if r["metric"] == "effective_reach")
    assert float(row["estimate"]) == pytest.approx(
        data["policies"]["quick"]["effective_reach"]["estimate"], rel=1e-9
    )


def test_the_seed_changes_the_numbers_and_the_folder(cli, here):
    one = json.loads(cli(*RUN, "--json", "--no-figures", "--seed", "1").out)
    two = json.loads(cli(*RUN, "--json", "--no-figures", "--seed", "2").out)
    assert one["folder"] != two["folder"]
    assert one["policies"]["base"]["reach"] != two["policies"]["base"]["reach"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "minimol"), "did you mean `minimal`"),
        (("run", "no/such.yaml"), "there is no such file"),
        ((*RUN, "--reps", "0"), "there are no replications"),
        ((*RUN, "--reps", "-1"), "negative"),
        ((*RUN, "--reps", "many"), "--reps"),
        ((*RUN, "--seed", "-5"), "afterban: --seed: `-5` is negative"),
        ((*RUN, "--reps", "0"), "afterban: --reps: there are no replications"),
        ((*RUN, "--set", "tiers.supporter.count=9_000_000_000_000"), "simulate a smaller network"),
        (("run", ""), "no scenario is named"),
        ((*RUN, "--set", "horizon"), "write `path=value`"),
        ((*RUN, "--set", "horizn=3d"), "did you mean `horizon`"),
        ((*RUN, "--set", "horizon=3"), "has no unit"),
        ((*RUN, "--policies", "quik"), "did you mean `quick`"),
        ((*RUN, "--engine", "steam"), "write `compiled` or `reference`"),
        ((*RUN, "--workers", "0"), "at least 1 worker"),
        ((*RUN, "--sett", "a=b"), "--set"),
        (("run",), "argument 'scenario'"),
        (("runn", "minimal"), "did you mean `run`"),
        ((*RUN, "--out", "tiny.yaml"), "results cannot be written here"),
        ((*RUN, "--out", "/proc/nowhere"), "results cannot be written here"),
    ],
)
def test_bad_input_is_told_in_one_message_and_leaves_nothing(cli, here, arguments, message):
    told = cli(*arguments)
    assert told.code == 2
    assert told.out == ""
    assert message in told.err
    assert "Traceback" not in told.err
    assert told.err.startswith("afterban: ")
    assert sorted(path.name for path in here.iterdir()) == ["tiny.yaml"]


def test_a_full_disk_is_told_and_leaves_nothing(cli, here, monkeypatch):
    import errno

    from afterban.results import recorder

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "summary.csv")

    monkeypatch.setattr(recorder, "write", full)
    told = cli(*RUN, "--no-figures")
    assert told.code == 2
    assert "no room for the results here (No space left on device)" in told.err
    assert not (here / "results").exists()


def test_a_folder_of_something_else_is_refused(cli, here):
    cli(*RUN, "--no-figures")
    folder = only_folder(here / "results")
    (folder / "manifest.json").write_text('{"digest": "another"}')
    told = cli(*RUN, "--no-figures")
    assert told.code == 2
    assert "left alone" in told.err
    assert (folder / "manifest.json").read_text() == '{"digest": "another"}'


def test_a_bug_is_told_in_a_line_with_the_way_to_its_traceback(cli, monkeypatch):
    from afterban.cli import run

    def bug(*_, **__):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(run, "execute", bug)
    told = cli(*RUN)
    assert told.code == 70
    assert "ZeroDivisionError: by nothing" in told.err
    assert "--debug" in told.err
    assert len(told.err.splitlines()) == 2
    with pytest.raises(ZeroDivisionError):
        cli(*RUN, "--debug")


def interrupt_after(monkeypatch, count):
    from afterban.experiment import replicate as module

    inner = module.run_replication

    def interrupted(*arguments, replication, **more):
        if replication >= count:
            raise KeyboardInterrupt
        return inner(*arguments, replication=replication, **more)

    monkeypatch.setattr(module, "run_replication", interrupted)


def test_an_interrupted_run_keeps_what_is_finished(cli, here, monkeypatch):
    interrupt_after(monkeypatch, 2)
    told = cli(*RUN, "--reps", "5", "--json", "--no-figures")
    assert told.code == 130
    assert "2 of 5 replications are finished and kept" in told.err
    data = json.loads(told.out)
    assert data["complete"] is False
    assert data["policies"]["base"]["reach"]["n"] == 2
    manifest = json.loads((only_folder(here / "results") / "manifest.json").read_text())
    assert manifest["replications_finished"] == [0, 1]


def test_interrupted_before_anything_is_finished_leaves_nothing(cli, here, monkeypatch):
    interrupt_after(monkeypatch, 0)
    told = cli(*RUN)
    assert told.code == 130
    assert told.out == ""
    assert told.err == "afterban: interrupted\n"
    assert not (here / "results").exists()


@pytest.mark.slow
def test_ctrl_c_ends_a_run_with_its_finished_replications(process, here):
    run = process(
        *("run", "minimal", "--engine", "reference", "--workers", "1", "--reps", "500"),
        *("--no-figures",),
    )
    temporary = here / "results" / "minimal"
    waited = threading.Event()
    for _ in range(600):
        parts = list(temporary.glob(".*/accounts.parquet")) if temporary.exists() else []
        if parts:
            break
        waited.wait(0.2)
    waited.wait(2.0)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=120)
    assert run.returncode == 130, err
    assert "replications are finished and kept" in err
    assert "effective reach" in out
    (folder,) = temporary.iterdir()
    assert not folder.name.startswith(".")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_end_is_as_ctrl_c(cli, here, monkeypatch, number):
    from afterban.experiment import replicate as module

    inner = module.run_replication

    def ended(*arguments, replication, **more):
        if replication >= 1:
            os.kill(os.getpid(), number)
        return inner(*arguments, replication=replication, **more)

    before = signal.getsignal(number)
    monkeypatch.setattr(module, "run_replication", ended)
    told = cli(*RUN, "--no-figures")
    assert told.code == 130
    assert "1 of 2 replications are finished and kept" in told.err
    assert not only_folder(here / "results").name.startswith(".")
    assert signal.getsignal(number) is before


def _lost_after(monkeypatch, finished):
    """Worker processes that are killed after some replications."""
    from afterban.experiment import replicate as module
    from afterban.experiment.pool import PoolLost

    whole = module.each

    def lost(function, tasks, *rest, **options):
        for number, answer in enumerate(whole(function, tasks, *rest, **options)):
            if number == finished:
                break
            yield answer
        raise PoolLost("a worker was killed (out of memory?); run again")

    monkeypatch.setattr(module, "each", lost)


def test_a_killed_worker_is_told(cli, here, monkeypatch):
    _lost_after(monkeypatch, 0)
    told = cli(*RUN, "--no-figures")
    assert told.code == 2
    assert told.err == "afterban: a worker was killed (out of memory?); run again\n"
    assert not (here / "results").exists()


def test_what_was_finished_before_a_worker_was_killed_is_kept(cli, here, monkeypatch):
    _lost_after(monkeypatch, 1)
    told = cli(*RUN, "--no-figures")
    assert told.code == 2
    (line,) = told.err.splitlines()
    assert line.endswith(
        "a worker was killed (out of memory?); run again: 1 of 2 replications are finished and kept"
    )
    assert "effective reach" in told.out
    assert (only_folder(here / "results") / "summary.csv").exists()


@pytest.mark.slow
def test_ctrl_c_of_a_terminal_reaches_the_workers_too_and_ends_the_run(here):
    import subprocess
    import sys

    run = subprocess.Popen(
        [
            *(sys.executable, "-m", "afterban", "run", "minimal", "--engine", "reference"),
            *("--workers", "2", "--reps", "500", "--no-figures"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=here,
        start_new_session=True,
    )
    temporary = here / "results" / "minimal"
    waited = threading.Event()
    try:
        for _ in range(600):
            if temporary.exists() and list(temporary.glob(".*/accounts.parquet")):
                break
            waited.wait(0.2)
        waited.wait(2.0)
        os.killpg(run.pid, signal.SIGINT)
        out, err = run.communicate(timeout=120)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
    assert run.returncode == 130, err
    said = [line for line in err.splitlines() if not line.endswith(" left")]  # of a slow machine
    assert len(said) == 1, err
    assert "replications are finished and kept" in said[0]
    assert "effective reach" in out


def test_workers_are_deaf_to_ctrl_c():
    import subprocess
    import sys

    # In a process of its own, since workers that were started before are used again.
    text = """
import signal
from afterban.experiment.pool import each
masks = each(signal.pthread_sigmask, ((signal.SIG_BLOCK, []) for _ in range(4)), 2, threads=False)
print([signal.SIGINT in mask for mask in masks])
"""
    told = subprocess.run(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, text=True, check=True, timeout=120
    )
    assert told.stdout == "[True, True, True, True]\n"


def test_ctrl_c_is_kept_from_this_process_only_while_workers_start():
    from afterban.experiment.pool import ctrl_c_for_this_process_only

    def blocked():
        return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])

    with ctrl_c_for_this_process_only():
        assert blocked()
    assert not blocked()


@pytest.mark.slow
def test_stdout_that_is_closed_or_knows_few_letters_is_no_error(process, here):
    import subprocess
    import sys

    run = process("compare", *RUN[1:], "--quiet", PYTHONIOENCODING="ascii")
    out, err = run.communicate(timeout=120)
    assert (run.returncode, err) == (0, "")
    assert "paired replications" in out
    closed = subprocess.run(
        ["sh", "-c", '"$0" -m afterban validate minimal >&-', sys.executable],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=120,
    )
    assert (closed.returncode, closed.stderr) == (0, "")


@pytest.mark.slow
def test_a_closed_pipe_is_no_error(process):
    run = process(*RUN, "--no-figures")
    run.stdout.close()
    run.stdout = None
    _, err = run.communicate(timeout=120)
    assert err == ""
    assert run.returncode == 0


@pytest.mark.slow
def test_results_go_to_stdout_and_quiet_is_quiet(process):
    run = process(*RUN, "--no-figures", "--quiet")
    out, err = run.communicate(timeout=120)
    assert run.returncode == 0
    assert err == ""
    assert "effective reach" in out


def test_a_claim_that_broke_gives_exit_code_1(cli, monkeypatch):
    from afterban import claims

    row = claims.Claim(
        id="S12",
        source="S12",
        says="reach",
        figure=1.0,
        scenario="minimal",
        metric="reach",
        why="a test",
        holds=True,
    )
    monkeypatch.setattr(claims, "load", lambda: [row])
    arguments = ("run", "minimal", "--workers", "1", "--reps", "1")
    told = cli(*arguments, "--no-figures", "--policies", "base")
    assert told.code == 1
    assert "off by a factor" in told.out
    told = cli(*arguments, "--no-figures", "--policies", "base", "--set", "horizon=30d")
    assert told.code == 0

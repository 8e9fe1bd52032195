"""``afterban new``: templates, and ten questions on a terminal or from a pipe."""

from __future__ import annotations

import io
import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest

from afterban.scenario import Scenario
from afterban.scenario.template_questions import QUESTIONS


@pytest.fixture
def ask(cli, monkeypatch):
    """Ask with these lines as the input."""

    def run(lines, *arguments):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return cli("new", *arguments, "--ask")

    return run


def test_without_a_name_the_templates_are_listed(cli):
    told = cli("new")
    assert told.code == 0
    assert "platform" in told.out
    assert "A platform of today" in told.out


def test_a_template_is_copied_under_its_new_name(cli, here):
    assert cli("new", "ours", "--template", "platform").code == 0
    assert Scenario.from_yaml(here / "ours.yaml").name == "ours"
    assert cli("new", "--template", "platform").out == "my-platform.yaml\n"
    assert "left alone" in cli("new", "ours", "--template", "platform").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ours", "--template", "platfrom"), "did you mean `platform`"),
        (("ours", "--template", "platform", "--from", "minimal"), "leave one of them out"),
        (("ours", "--ask", "--from", "minimal"), "leave one of them out"),
        (("Our Own", "--template", "platform"), "did you mean `our-own`"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(cli, here, arguments, message):
    told = cli("new", *arguments)
    assert told.code == 2
    assert message in told.err
    assert {path.name for path in here.iterdir()} == {"tiny.yaml"}


def test_answers_from_a_pipe_make_a_scenario(ask, here):
    lines = [
        *("8 million measured", "2,000", "9", "every-day", "America/New_York", "36 h"),
        *("0.85 measured (0.8 to 0.9)", "250 per day", "30 %", "0.7 (0.5 to 0.8)"),
    ]
    told = ask(lines, "ours")
    assert told.code == 0
    assert told.out == "ours.yaml\n"
    scenario = Scenario.from_yaml(here / "ours.yaml")
    assert scenario.exposure.outsiders == 8_000_000
    assert scenario.evidence["exposure.outsiders"].kind == "measured"
    assert scenario.review.team.timezone == "America/New_York"
    assert scenario.returning.probability == 0.7
    assert scenario.evidence["returning.probability"].range == (0.5, 0.8)
    for question in QUESTIONS:
        assert question.why in told.err


def test_where_the_answers_end_the_rest_takes_its_default(ask, here):
    assert ask(["50,000"]).code == 0
    scenario = Scenario.from_yaml(here / "my-platform.yaml")
    assert scenario.exposure.outsiders == 50_000
    assert scenario.review.team.timezone == "Europe/Berlin"


def test_a_faulty_answer_from_a_pipe_is_told_and_nothing_is_written(ask, here):
    told = ask(["", "", "", "two-shift"], "ours")
    assert told.code == 2
    assert "answer 4 (shifts)" in told.err
    assert "did you mean `two-shifts`" in told.err
    assert "Traceback" not in told.err
    assert not (here / "ours.yaml").exists()


def test_a_file_that_is_there_is_left_alone(ask, here):
    (here / "ours.yaml").write_text("mine")
    told = ask([], "ours")
    assert told.code == 2
    assert "left alone" in told.err
    assert (here / "ours.yaml").read_text() == "mine"


# --- at a terminal --------------------------------------------------------------------------------


class Terminal:
    """``afterban new`` at a terminal of its own."""

    def __init__(self, folder, *arguments):
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "afterban", "new", *arguments, "--ask"],
            cwd=folder,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.seen = ""

    def until(self, text, seconds=120.0):
        """Read until something stands on the screen."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            assert time.monotonic() < end, self.seen
            if select.select([self.ours], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.ours, 4096).decode(errors="replace")
                except OSError:
                    break
        assert text in self.seen, self.seen
        self.seen = self.seen.split(text, 1)[1]

    def type(self, text):
        os.write(self.ours, f"{text}\n".encode())

    def end(self):
        self.process.wait(60)
        os.close(self.ours)
        return self.process.returncode


def test_at_a_terminal_an_answer_that_cannot_be_is_asked_again(here):
    there = Terminal(here, "ours")
    there.until("[12 million]")
    there.type("12 milion")
    there.until("did you mean `million`")
    there.until("[12 million]")
    there.type("5 million")
    for question in QUESTIONS[1:]:
        there.until(f"[{question.default}]")
        there.type("")
    there.until("ours.yaml")
    assert there.end() == 0
    assert Scenario.from_yaml(here / "ours.yaml").exposure.outsiders == 5_000_000


def test_ctrl_c_leaves_nothing_behind(here):
    there = Terminal(here, "ours")
    there.until("[12 million]")
    there.type("5 million")
    there.until("[3,000]")
    there.process.send_signal(signal.SIGINT)
    assert there.end() == 130
    assert {path.name for path in here.iterdir()} == {"tiny.yaml"}


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "kept"), [("", True), ("n", True), ("y", False)])
def test_a_file_is_replaced_only_by_who_says_so(here, answer, kept):
    (here / "ours.yaml").write_text("mine")
    there = Terminal(here, "ours")
    there.until("Replace it?")
    there.type(answer)
    if not kept:
        for question in QUESTIONS:
            there.until(f"[{question.default}]")
            there.type("")
    assert there.end() == 0
    assert ((here / "ours.yaml").read_text() == "mine") is kept

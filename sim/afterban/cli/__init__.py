"""The command line: ``afterban run``, ``list``, ``new``, ``validate``, ``inspect`` and the rest.

Nothing heavy is imported before a command needs it, so that ``--help`` and errors come at once.
Each module of this package holds a ``commands`` app; the table below says which module has which
command, and a module is imported when one of its commands is asked for.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import importlib.util
import io
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from types import FrameType, TracebackType
from typing import Any, NoReturn, TextIO

import typer
from typer.core import TyperGroup

INTERRUPTED = 130

# Command -> module, in the order of the help.
COMMANDS: dict[str, str] = {
    "run": "run",
    "list": "scenarios",
    "new": "new",
    "import": "importing",
    "log": "log",
    "fit": "fit",
    "validate": "scenarios",
    "inspect": "scenarios",
    "schema": "scenarios",
    "upgrade": "upgrade",
    "keys": "reference",
    "metrics": "reference",
    "claims": "claims",
    "band": "band",
    "explore": "explore",
    "plan": "plan",
    "respond": "respond",
    "compare": "compare",
    "why": "why",
    "breakeven": "compare",
    "ablate": "ablate",
    "explain": "compare",
    "diff": "diff",
    "staffing": "staffing",
    "extinction": "extinction",
    "handles": "handles",
    "ranking": "ranking",
    "phase": "phase",
    "report": "report",
    "page": "page",
    "app": "page",
    "calibrate": "calibrate",
    "sweep": "sweep",
    "query": "sweep",
    "bundle": "bundle",
    "lesson": "lessons",
    "doctor": "doctor",
}


# What people look for that is no command -> the guide that says how it is done.
GUIDES: dict[str, str] = {
    "calibration": "docs/howto/calibrate.md (`afterban calibrate`)",
    "posterior": "docs/howto/calibrate.md (`afterban calibrate`)",
    "fitting": "docs/howto/fit-your-log.md (`afterban fit`)",
    "estimate": "docs/howto/calibrate.md",
    "break-even": "docs/howto/find-the-break-even.md (`afterban breakeven`)",
    "reproduce": "docs/howto/reproduce-a-published-number.md (`afterban claims`)",
    "template": "docs/howto/your-own-platform.md (`afterban new`)",
    "wizard": "docs/howto/your-own-platform.md (`afterban new`)",
    "targeting": "docs/howto/ask-a-question.md (`afterban ranking`)",
    "oracle": "docs/howto/ask-a-question.md (`afterban ranking`)",
    "check": "docs/howto/write-a-scenario.md (`afterban validate`)",
    "create": "docs/howto/write-a-scenario.md (`afterban new`)",
    "init": "docs/howto/write-a-scenario.md (`afterban new`)",
    "write": "docs/howto/write-a-scenario.md (`afterban new`)",
    "pandas": "docs/howto/read-results-in-pandas.md",
    "read": "docs/howto/read-results-in-pandas.md",
    "results": "docs/howto/read-results-in-pandas.md",
    "rules": "docs/howto/own-metrics-and-rules.md",
    "notebook": "docs/howto/same-from-a-notebook.md",
    "jupyter": "docs/howto/same-from-a-notebook.md",
    "python": "docs/howto/same-from-a-notebook.md",
    "plot": "docs/howto/read-results-in-pandas.md",
    "adapt": "docs/howto/when-they-are-answered.md (`afterban respond`)",
    "robust": "docs/howto/when-they-are-answered.md (`afterban respond`)",
    "question": "docs/howto/ask-a-question.md",
    "ask": "docs/howto/ask-a-question.md",
    "repeat": "docs/howto/second-suspension.md",
    "price": "docs/howto/second-suspension.md",
    "arrivals": "docs/howto/second-suspension.md",
    "serve": "docs/howto/use-the-page.md (`afterban app`)",
    "handout": "docs/howto/tell-a-story.md (`afterban page`)",
    "slider": "docs/howto/use-the-page.md (`afterban app`)",
    "story": "docs/howto/tell-a-story.md (`afterban page`)",
    "class": "docs/howto/tell-a-story.md (`afterban page`)",
    "teach": "docs/teaching.md",
    "policies": "docs/howto/compare-policies.md (`afterban compare`)",
    "diverge": "docs/howto/compare-policies.md (`afterban diff`)",
    "grid": "docs/howto/run-a-sweep.md (`afterban sweep`)",
    "sql": "docs/howto/run-a-sweep.md (`afterban query`)",
    "cluster": "docs/cluster.md (`afterban sweep --cluster`)",
    "dask": "docs/cluster.md (`afterban sweep --cluster`)",
    "network": "docs/own-network.md",
    "load": "docs/own-network.md",
    "cite": "docs/citing.md",
    "share": "docs/howto/reproduce-a-published-number.md (`afterban bundle`)",
    "migrate": "docs/howto/write-a-scenario.md (`afterban upgrade`)",
    "sensitivity": "docs/howto/which-assumption-decides.md (`afterban explore`)",
    "regret": "docs/howto/which-assumption-decides.md (`afterban explore`)",
    "budget": "docs/howto/choose-a-policy.md (`afterban plan`)",
    "optimise": "docs/howto/choose-a-policy.md (`afterban plan`)",
    "optimize": "docs/howto/choose-a-policy.md (`afterban plan`)",
    "levers": "docs/howto/choose-a-policy.md (`afterban plan`)",
    "discovery": "docs/howto/which-assumption-decides.md (`afterban explore`)",
}


def page_of(word: str) -> str | None:
    """The guide that a word which is no command belongs to, None if it is no such word.

    Also of a slip of a long word, such as `calibrat` or `calibrtae`, if no command is nearer.
    """
    if word in GUIDES:
        return GUIDES[word]
    from afterban.errors import closest

    long = [name for name in GUIDES if len(name) > _SHORT]
    near = closest(word, [*COMMANDS, *long])
    return GUIDES.get(near or "")


_SHORT = 6  # letters up to which a word is too near to others


class _Interrupted(Exception):
    """Ctrl-C, before there was anything to keep."""


class _Commands(TyperGroup):
    """Commands that are imported when they are asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the table."""
        return [name for name in COMMANDS if _exists(COMMANDS[name])]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        module = COMMANDS.get(cmd_name)
        if module is None or not _exists(module):
            return None
        group: Any = typer.main.get_group(
            importlib.import_module(f"afterban.cli.{module}").commands
        )
        return group.commands.get(cmd_name)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; Typer would make a silent exit of Ctrl-C."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise _Interrupted from None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is asked for; an unknown one is met with the nearest."""
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            from afterban.errors import AfterbanError, closest, listed

            known = self.list_commands(ctx)
            page = page_of(name)
            if page is not None:
                raise AfterbanError(f"`{name}` is no command, but a guide says how: {page}")
            near = closest(name, known)
            raise AfterbanError(
                f"`{name}` is no command; the commands are {listed(known)}"
                + (f"\n  did you mean `{near}`?" if near else "")
            )
        return super().resolve_command(ctx, args)


def _exists(module: str) -> bool:
    return importlib.util.find_spec(f"afterban.cli.{module}") is not None


app = typer.Typer(
    cls=_Commands,
    name="afterban",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="What happens after a ban: the reach of a network whose suspended accounts come back.",
)


@app.callback(invoke_without_command=True)
def _start(
    ctx: typer.Context,
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an unexpected error."),
    version: bool = typer.Option(False, "--version", help="Show the version and stop."),
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"afterban {installed('afterban')}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(_WELCOME)


_WELCOME = """\
afterban simulates what happens after a ban: suspended accounts that come back.

  afterban list                  the scenarios that come with it
  afterban run minimal           run the smallest one (seconds)
  afterban run september-2014    run the network of 2014
  afterban new my-own            start a scenario of your own from a template
  afterban app                   stories and sliders on a page, for a class
  afterban claims                what was published, beside what is simulated
  afterban lesson                five lessons, to teach with
  afterban doctor                check this installation

`afterban COMMAND --help` says what a command takes."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code.

    0, 1 (a claim fails), 2 (bad input), 130 (interrupted), 70 (a bug).
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # `--debug` may stand anywhere: it is asked for after an error, by adding it at the end.
    debug = "--debug" in given
    given = [word for word in given if word != "--debug"]
    _ready_to_write()
    # Tasks that an error or Ctrl-C has cut short; either has a message of its own.
    warnings.filterwarnings("ignore", message=r"\d+ tasks ", module="joblib")
    _tell_warnings()
    try:
        with _stoppable():
            code = app(given, prog_name="afterban", standalone_mode=False)
            sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BaseException as error:
        if debug:
            raise
        return _failed(error)


def command() -> NoReturn:
    """The command ``afterban``: `main`, and then the end of the process.

    Python takes apart every imported module before it ends, which is half a second here and good
    for nothing.  Where no other thread is left (a pool of worker processes has one), that is
    passed over.
    """
    try:
        code = main()
    except BaseException:
        sys.excepthook = _show_traceback  # here, since Typer has set one of its own by now
        raise
    if threading.active_count() == 1:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


def _ready_to_write() -> None:
    """Whatever stdout and stderr are, nothing fails for a letter that they do not know."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed, as by `>&-`
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Being told to end (``kill``, a closed terminal) is met as Ctrl-C is: nothing is left over."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    replaced = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` ignores one of them
                replaced[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, before in replaced.items():
            signal.signal(number, before)


def _failed(error: BaseException) -> int:
    """Tell of an error in a line or two, and return its exit code."""
    from afterban.errors import AfterbanError

    if isinstance(error, AfterbanError):
        return _say(str(error), error.exit_code)
    if isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError):
        # The reader has gone (as `| head` does): nothing more can be said to it, and nothing is
        # wrong.  Typer makes a SystemExit of the error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if isinstance(error, SystemError) and isinstance(
        error.__cause__ or error.__context__, KeyboardInterrupt
    ):
        return _say("interrupted", INTERRUPTED)  # it came while compiled code was running
    if isinstance(error, _Interrupted | KeyboardInterrupt | typer.Abort):
        return _say("interrupted", INTERRUPTED)
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 0
    told = getattr(error, "format_message", None)  # an option or argument that cannot be read
    if told is not None:
        context = getattr(error, "ctx", None)
        usage = f"\n  see `{context.command_path} --help`" if context is not None else ""
        return _say((_unreadable(error) or told()) + usage, 2)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror or error}", 2)
    if isinstance(error, MemoryError):
        return _say("there is not enough memory for this run", 2)
    return _say(
        f"this is a bug in afterban: {type(error).__name__}: {error}\n"
        "  add `--debug` to the command for the traceback",
        70,
    )


_ALLOWED = {
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "less_than_equal": "write {le} or less",
    "greater_than_equal": "write {ge} or more",
}


def _unreadable(error: BaseException) -> str | None:
    """What was found and what is allowed, of an option that is no number or out of range."""
    details = getattr(error.__cause__, "errors", None)
    parameter = getattr(error, "param", None)
    if details is None or parameter is None:
        return None
    fault = details()[0]
    allowed = _ALLOWED.get(fault["type"])
    if allowed is None:
        return None
    name = max(getattr(parameter, "opts", [parameter.name]), key=len)
    limits = fault.get("ctx", {})
    return f"{name}: found `{fault['input']}`; {allowed.format(**limits)}"


def _say(text: str, code: int) -> int:
    from afterban.errors import terminal_safe

    with contextlib.suppress(OSError):
        # The place for messages.
        print(f"afterban: {terminal_safe(text)}", file=sys.stderr)  # noqa: T201
    return code


def _tell_warnings() -> None:
    """What a reader of files warns of is one line on stderr, each once."""
    from afterban.errors import FileWarning

    told: set[str] = set()
    others = warnings.showwarning

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not issubclass(category, FileWarning):
            others(message, category, filename, lineno, file, line)
        elif str(message) not in told:
            told.add(str(message))
            _say(str(message), 0)

    warnings.filterwarnings("always", category=FileWarning)
    warnings.showwarning = show


def _show_traceback(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """The traceback of ``--debug``, in which a file's text may stand."""
    import traceback

    from afterban.errors import terminal_safe

    text = "".join(traceback.format_exception(kind, error, trace))
    print(terminal_safe(text), end="", file=sys.stderr)  # noqa: T201 (the place for messages)

"""``afterban new``: a scenario of one's own, from a copy, from a template, or from answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afterban.cli import asking, complete, output

commands = typer.Typer()


@commands.command()
def new(
    name: Annotated[
        str | None,
        typer.Argument(help="Name of the new scenario; the file is NAME.yaml."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="SCENARIO",
            help="Scenario to copy: a name or a path.  [default: minimal]",
            autocompletion=complete.scenario,
        ),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(metavar="TEMPLATE", help="Template to copy; `afterban new` lists them."),
    ] = None,
    ask: Annotated[
        bool,
        typer.Option(
            "--ask",
            help="Ten questions about your platform, on the terminal or as lines of its input; "
            "their answers go into the template.",
        ),
    ] = False,
) -> None:
    """Start a scenario of your own: from a copy of another one, from a template, or from answers.

    Without a name it lists the templates.
    """
    from afterban.scenario.templates import DEFAULT, template_path

    if name is None and source is None and template is None and not ask:
        _list_templates()
        return
    if source is not None and (template is not None or ask):
        raise typer.BadParameter(
            "a copy of a scenario is from no template and asks nothing; leave one of them out",
            param_hint="'--from'",
        )
    if template is None and ask:
        template = DEFAULT
    original = None if template is None else template_path(template)
    name = _checked(name or f"my-{template or Path(source or 'minimal').stem}")
    path = Path(f"{name}.yaml")
    if ask:
        text = asking.scenario(name, path)
        if text is None:
            return
        _write(path, text, over=path.exists())
    else:
        _write(path, _copy(name, source or "minimal", original), over=False)
    output.say(str(path))
    output.note(f"change it, then: afterban validate {path} && afterban run {path}")


def _list_templates() -> None:
    from afterban.scenario import Scenario
    from afterban.scenario.templates import template_names, template_path

    told = [Scenario.from_yaml(template_path(name)) for name in template_names()]
    output.say_table(
        ["template", "title", "operators", "days", "policies"],
        [
            [
                one.name,
                one.title,
                f"{sum(tier.count for tier in one.tiers.values()):,}",
                f"{one.horizon:g}",
                str(len(one.policies)),
            ]
            for one in told
        ],
        right=(2, 3, 4),
        fold=(1,),
    )
    output.say(
        "`afterban new NAME --template TEMPLATE` copies one; `afterban new NAME --ask` asks."
    )
    output.say("`afterban new NAME --from SCENARIO` copies a scenario; `afterban list` has them.")


def _checked(name: str) -> str:
    """The name, if a file of one's own can have it.  Raises AfterbanError."""
    from afterban.errors import AfterbanError, ValueProblem
    from afterban.language.kinds import NameKind
    from afterban.scenario import shipped_names

    try:
        NameKind().parse(name)
    except ValueProblem as problem:
        raise AfterbanError(str(problem)) from None
    if name in shipped_names():
        raise AfterbanError(
            f"`{name}` is the name of a shipped scenario; choose another, such as `my-{name}`"
        )
    return name


def _copy(name: str, source: str, original: Path | None) -> str:
    """The text of a scenario or template, under another name.  Raises AfterbanError."""
    from afterban.errors import AfterbanError
    from afterban.language.documents import Mapping, parse, read_file
    from afterban.scenario import Scenario, shipped_names, shipped_path

    if original is None:
        Scenario.from_yaml(source)  # a faulty one is told as such
        original = shipped_path(source) if source in shipped_names() else Path(source)
    content = read_file(original, str(original))
    root, _ = parse(content, str(original))
    given = root.get("name") if isinstance(root, Mapping) else None
    if given is None:
        raise AfterbanError(f"{original}: it has no `name` to change")
    lines = content.split("\n")
    line, column = given.place.line, given.place.column
    rest = lines[line][given.place.column :]
    after = rest[rest.index("#") :] if "#" in rest else ""
    lines[line] = f"{lines[line][:column]}{name}" + (f"  {after}" if after else "")
    # The path of the schema holds only beside the original.
    return "\n".join(text for text in lines if not text.startswith("# yaml-language-server:"))


def _write(path: Path, text: str, over: bool) -> None:
    """Write a new file, whole or not at all.  over: whether one that is there may be replaced."""
    from afterban.errors import AfterbanError
    from afterban.files import write_text

    if path.exists() and not over:
        raise AfterbanError(
            f"{path}: this file is there already and is left alone; choose another name"
        )
    try:
        write_text(path, text)
    except OSError as error:
        raise AfterbanError(
            f"{path.absolute()}: the file cannot be written ({error.strerror})"
        ) from None

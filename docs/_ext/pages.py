"""Reference pages, made from what the program itself says: schema, metrics, commands, docstrings,
sources and claims.  Knows nothing of Sphinx; each function returns MyST Markdown.

Checked by ``tests/docs/test_reference.py``.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import afterban

PACKAGE = Path(afterban.__file__).parent
ROOT = Path(__file__).resolve().parents[2]


# --- Markdown -------------------------------------------------------------------------------------


def cell(text: str) -> str:
    """Text for a table's cell."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Text as code."""
    return f"`{text}`" if text else ""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with one line for each row."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell(part) for part in line) + " |" for line in lines)


def anchor(name: str) -> str:
    """The name of a place that other pages link to."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def source_link(id_: str | None) -> str:
    """A figure's or document's id with a link to the page of sources."""
    return f"[{id_}](#source-{anchor(id_)})" if id_ else ""


# --- scenarios ------------------------------------------------------------------------------------


def sections() -> list[tuple[str, Any]]:
    """Every section of the schema with the path that it stands at, in the order of the schema."""
    from afterban.scenario import keys

    return list(keys.sections().items())


def scenario() -> str:
    """Every key of a scenario: unit, default, range, and what the default rests on."""
    from afterban.scenario.keys import keys

    out = []
    for path, cls in sections():
        title = f"`{path}`" if path else "Top of the file"
        out += [f"(scenario-{anchor(path or 'top')})=", f"## {title}", "", plain_doc(cls), ""]
        rows = [_key(key) for key in keys() if key.section == path]
        head = ["key", "what it is", "written as", "unit", "default", "range", "default rests on"]
        out += [table(head, rows), ""]
    return "\n".join([*out, _forms()])


def _key(key: Any) -> list[str]:
    from afterban.scenario.keys import DEFAULTS, EMPTY

    name = code(key.key)
    if key.below is not None:
        name = f"[{name}](#scenario-{anchor(key.below)})"
    law = re.search("distribution of [a-z ]+", key.written)
    written = key.written
    if law is not None:
        written = written.replace(law[0], f"[{law[0]}](#values-distributions)")
    default = key.default
    if default is None:
        default = "**required**"
    elif default not in (DEFAULTS, EMPTY):
        default = code(default)
    allowed = key.allowed
    if "a word" in key.written or key.written.startswith("true or false"):
        allowed = ", ".join(map(code, allowed.split(", ")))
    rests = f"{key.kind} {source_link(key.source)}".strip()
    return [name, key.meaning, written, key.unit or "–", default, allowed, rests]


def _forms() -> str:
    """How each kind of value is written."""
    from afterban.language import kinds, laws, shapes

    found: dict[str, Any] = {}
    for _, cls in sections():
        for slot in shapes.slots(cls).values():
            shape = slot.shape
            while isinstance(shape, shapes.Listed):
                shape = shape.item
            if isinstance(shape, shapes.Leaf) and not isinstance(shape.kind, kinds.WordKind):
                found.setdefault(shape.kind.name, shape.kind)
    rows = [[name, kinds.form_of(kind)] for name, kind in sorted(found.items())]
    forms_of_laws = []
    for name, forms in laws.FORMS.items():
        takes = " or ".join(", ".join(map(code, form)) for form in forms if form)
        forms_of_laws.append([code(name), takes])
    return "\n".join(
        [
            "(values)=",
            "## How values are written",
            "",
            table(["kind of value", "form"], rows),
            "",
            "(values-distributions)=",
            "### Distributions",
            "",
            "A single value, or one of these. `cap` and `floor` may join any of them: a draw above "
            "the cap becomes the cap, one below the floor the floor.",
            "",
            table(["distribution", "takes"], forms_of_laws),
            "",
            "`quantiles` takes probabilities with their values, from 0 to 1, as in "
            "`{quantiles: {0: 1, 0.5: 20, 1: 400}}`; it is log-linear in between. Several first "
            "values of 0 are an atom there, from which it goes on in a straight line.",
            "",
            "A time to return may also be a mixture, such as "
            "`{mixture: [{weight: 1, law: 20min}, {weight: 3, law: {exponential: {mean: 2d}}}]}`, "
            "or a table of observed gaps, such as "
            "`{observed: {back: [2h, 1d, 9d], not_back: [30d], beyond: never}}`: `not_back` has "
            "the times at which others had not been seen back, and `beyond` says what becomes of "
            "those who never were, `never` or the mean time after the last one.",
        ]
    )


# --- values of the shipped scenarios --------------------------------------------------------------


def values() -> str:
    """What each shipped scenario sets, with its evidence; defaults are left out."""
    from afterban.scenario import Scenario, shipped_names

    out = []
    for name in shipped_names():
        scenario = Scenario.from_yaml(name)
        operators = sum(tier.count for tier in scenario.tiers.values())
        out += [
            f"(shipped-{anchor(name)})=",
            f"## {name}",
            "",
            f"*{scenario.title}.* {' '.join(scenario.description.split())}",
            "",
            f"{operators:,} operators, {scenario.horizon:g} days from {scenario.start}, "
            f"{scenario.replications} replications"
            + (
                f"; extends [{scenario.extends}](#shipped-{anchor(scenario.extends)})"
                if scenario.extends
                else ""
            )
            + ".",
            "",
        ]
        if scenario.policies:
            arms = ", ".join(code(policy) for policy in scenario.policies)
            out += [f"Policies: {arms}.", ""]
        rows = [
            [
                code(row.path),
                code(str(row.value)),
                row.unit or "–",
                " ".join((row.kind, source_link(row.source), row.locator or "")).strip(),
                row.note or "",
                "" if file == f"{name}.yaml" else file,
            ]
            for row in scenario.inspect_rows()
            if row.origin != "default" and row.path not in _TEXTS
            for file in (Path(row.origin).name,)
        ]
        head = ["value of", "is", "unit", "rests on", "note", "from"]
        out += [table(head, rows), ""]
    return "\n".join(out)


_TEXTS = ("schema_version", "name", "title", "description", "extends")


def catalogue() -> str:
    """Every shipped scenario with its picture, what it is about, and its arms."""
    from afterban.scenario import Scenario, shipped_names

    loaded = {name: Scenario.from_yaml(name) for name in shipped_names()}
    head = [[f"[{name}](#catalogue-{anchor(name)})", one.title] for name, one in loaded.items()]
    out = [table(["scenario", "title"], head), ""]
    for name, one in loaded.items():
        arms = ", ".join(code(arm) for arm in ("base", *one.policies, "none"))
        out += [
            f"(catalogue-{anchor(name)})=",
            f"## {name}",
            "",
            f"*{one.title}*",
            "",
            f"<!-- page {name} -->",
            f"![What every arm of {name} comes to through time]({PICTURES}/{name}.png)",
            "<!-- end of page -->",
            "",
            " ".join(one.description.split()),
            "",
            f"Arms: {arms}. {sum(tier.count for tier in one.tiers.values()):,} operators, "
            f"{one.horizon:g} days. `afterban run {name}`; [values](#shipped-{anchor(name)}).",
            "",
        ]
    return "\n".join(out)


PICTURES = "images/scenarios"


# --- metrics --------------------------------------------------------------------------------------


def metrics() -> str:
    """Every metric."""
    from afterban.metrics import METRICS

    wants = {-1: "less", 0: "–", 1: "more"}
    rows = [
        [
            code(metric.name),
            f"{metric.label}: {metric.meaning}",
            metric.unit or "–",
            "also by tier" if metric.by_tier else "also by channel" if metric.by_channel else "–",
            wants[metric.better],
        ]
        for metric in METRICS.values()
    ]
    return table(["name", "meaning", "unit", "tiers", "a defender wants"], rows)


# --- channels -------------------------------------------------------------------------------------


def channels() -> str:
    """Every channel of detection with its rates."""
    from afterban.channels import CHANNELS

    rows = [
        [
            code(channel.name),
            code(channel.key),
            ", ".join(code(rate.key) for rate in channel.rates) or "dates (`detection.pulses`)",
            ", ".join(code(rate.name) for rate in channel.rates) or "–",
            ", ".join(rate.kind for rate in channel.rates) or "–",
            "at once" if channel.at_once else "urgent" if channel.urgent else "in turn",
        ]
        for channel in CHANNELS
    ]
    head = ["name", "key of its precision", "rates", "in regimes and tiers", "kinds", "suspends"]
    return table(head, rows)


# --- commands -------------------------------------------------------------------------------------


def command_groups() -> dict[str, Any]:
    """Every command of the command line, by name."""
    import typer

    from afterban import cli

    group: Any = typer.main.get_command(cli.app)
    return {name: group.get_command(None, name) for name in group.list_commands(None)}


def commands() -> str:
    """Every command with its arguments and options."""
    out = []
    for name, command in command_groups().items():
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option"]
        use = " ".join(["afterban", name, *map(_argument, arguments)])
        use += " [OPTIONS]" if options else ""
        out += [f"(command-{anchor(name)})=", f"## {name}", "", code(use), ""]
        out += [_docstring(inspect.cleandoc(command.help or "")), ""]
        rows = [[code(_argument(p)), _help(p), _option_default(p)] for p in arguments]
        rows += [[_option(p), _help(p), _option_default(p)] for p in options]
        if rows:
            out += [table(["argument or option", "meaning", "default"], rows), ""]
    return "\n".join(out)


def _argument(parameter: Any) -> str:
    name = (parameter.metavar or parameter.name.upper()).strip("[]{}").removesuffix("...")
    name += "..." if parameter.nargs == -1 else ""
    return name if parameter.required else f"[{name}]"


def _option(parameter: Any) -> str:
    names = [*parameter.opts, *parameter.secondary_opts]
    value = ""
    if not (parameter.is_flag or parameter.count):
        value = " " + (parameter.metavar or parameter.name.upper())
    return ", ".join(code(name + value) for name in names)


def _help(parameter: Any) -> str:
    return str(parameter.help or "")


def _option_default(parameter: Any) -> str:
    default = parameter.default
    if parameter.required:
        return "**required**"
    if default is None or callable(default) or default in ((), [], False, ""):
        return "–"
    if default is True:
        return "on"
    return code(str(default))


# --- Python ---------------------------------------------------------------------------------------


def python() -> str:
    """The names that `afterban` exports, with their docstrings."""
    out = []
    for name in afterban.__all__:
        home, _, other = afterban._HOME[name].partition(":")
        node = _find(home, other or name)
        out += _entry(node, name, level=2, label=f"python-{_own_anchor(name, afterban.__all__)}")
        out += [f"*In `afterban.{home}`.*", ""]
    return "\n".join(out)


def internals() -> str:
    """Every module with its public functions and classes."""
    out = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] in ("cli", "__main__", "__init__"):
            continue
        name = ".".join(part for part in parts if part != "__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        public = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        ]
        doc = ast.get_docstring(tree)
        if not public and not doc:
            continue
        out += [f"(module-{anchor(name)})=", f"## `afterban.{name}`", "", _docstring(doc or ""), ""]
        for node in public:
            out += _entry(node, node.name, level=3)
    return "\n".join(out)


def _find(home: str, name: str) -> ast.FunctionDef | ast.ClassDef:
    """The definition of a name, followed through packages that pass it on."""
    path = PACKAGE.joinpath(*home.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return node
        if isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]:
            return _find(str(node.module).removeprefix("afterban."), name)
    raise LookupError(f"{home} has no {name}")


def _own_anchor(name: str, others: Collection[str]) -> str:
    """An anchor without regard to case: a class does not share that of the function of its name."""
    shared = name != name.lower() and name.lower() in others
    return f"{anchor(name)}-class" if shared else anchor(name)


def _entry(
    node: ast.FunctionDef | ast.ClassDef, name: str, level: int, label: str = ""
) -> Iterator[str]:
    if label:
        yield f"({label})="
    yield f"{'#' * level} `{name}`"
    yield ""
    yield "```text"
    yield _signature(node)
    yield "```"
    yield ""
    yield _docstring(ast.get_docstring(node) or "")
    yield ""
    if isinstance(node, ast.ClassDef):
        for part in node.body:
            if not isinstance(part, ast.FunctionDef) or part.name.startswith("_"):
                continue
            yield f"- `{_one_line(part)}`: {_first(ast.get_docstring(part) or '')}"
        yield ""


def _signature(node: ast.FunctionDef | ast.ClassDef) -> str:
    if isinstance(node, ast.ClassDef):
        fields = [ast.unparse(part) for part in node.body if isinstance(part, ast.AnnAssign)]
        fields = [field for field in fields if not field.startswith("_")]
        bases = ", ".join(ast.unparse(base) for base in node.bases)
        head = f"class {node.name}" + (f"({bases})" if bases else "")
        short = [field if len(field) < 90 else field[:86] + " ..." for field in fields]
        return "\n".join([head, *(f"    {field}" for field in short)])
    line = _one_line(node)
    if len(line) <= 88:
        return line
    given = node.args
    parts = [
        ast.unparse(ast.arguments([], [arg], None, [], [], None, []))
        for arg in (*given.posonlyargs, *given.args)
    ]
    defaults = [ast.unparse(value) for value in given.defaults]
    for k, value in enumerate(defaults, start=len(parts) - len(defaults)):
        parts[k] += f" = {value}"
    if given.vararg:
        parts.append(f"*{given.vararg.arg}")
    elif given.kwonlyargs:
        parts.append("*")
    for arg, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        text = ast.unparse(ast.arguments([], [arg], None, [], [], None, []))
        parts.append(text + (f" = {ast.unparse(default)}" if default is not None else ""))
    if given.kwarg:
        parts.append(f"**{given.kwarg.arg}")
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    inside = "".join(f"    {part},\n" for part in parts)
    return f"{node.name}(\n{inside}){returns}"


def _one_line(node: ast.FunctionDef) -> str:
    properties = ("property", "cached_property")
    if any(ast.unparse(decorator) in properties for decorator in node.decorator_list):
        return f"{node.name}: {ast.unparse(node.returns)}" if node.returns else node.name
    arguments = ast.unparse(node.args).removeprefix("self").removeprefix("cls").removeprefix(", ")
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({arguments}){returns}"


def plain_doc(thing: Any) -> str:
    """The docstring of a class as Markdown."""
    return _docstring(inspect.cleandoc(thing.__doc__ or ""))


def _first(doc: str) -> str:
    return " ".join(_docstring(doc.split("\n\n")[0]).split())


def _docstring(doc: str) -> str:
    """A docstring as Markdown: ``name: text`` lines become a list, indented blocks code."""
    doc = doc.rstrip()
    doc = re.sub(r":(?:class|func|mod|meth|attr|data|exc):`~?([^`]+)`", r"`\1`", doc)
    doc = re.sub(r"``([^`]+)``", r"`\1`", doc).replace("<", "&lt;")
    # Inside code an entity would be shown as it is written.
    doc = re.sub(r"`[^`\n]+`", lambda m: m[0].replace("&lt;", "<"), doc)
    out: list[str] = []
    for block in re.split(r"\n\s*\n", doc):
        lines = block.split("\n")
        if lines[0] in ("Args:", "Returns:", "Raises:", "Yields:"):
            rest = textwrap.dedent("\n".join(lines[1:]))
            if lines[0] != "Args:":
                out.append(f"*{lines[0]}*")
            out.append(_docstring(rest.replace("&lt;", "<")))
            continue
        if lines[0].startswith("    "):
            body = textwrap.dedent(block).replace("&lt;", "<")
            out.append(f"```text\n{body}\n```")
            continue
        made: list[str] = []
        for line in lines:
            match = re.match(r"([A-Za-z_][\w*]*(?:, [A-Za-z_][\w*]*)*): (.*)", line)
            if match and (made == [] or made[-1].startswith("- ") or _is_list(lines)):
                made.append(f"- **{match[1].replace('_', chr(92) + '_')}**: {match[2]}")
            elif line.startswith(" ") and made:
                made[-1] += " " + line.strip()
            else:
                made.append(line)
        text = "\n".join(made)
        # A list begins after an empty line.
        out.append(re.sub(r"(?m)^(?!- )(.+)\n- ", r"\1\n\n- ", text, count=1))
    return "\n\n".join(out)


def _is_list(lines: Sequence[str]) -> bool:
    return sum(bool(re.match(r"[A-Za-z_][\w, *]*: ", line)) for line in lines) > 1


# --- sources and claims ---------------------------------------------------------------------------


def sources() -> str:
    """Every document and figure, and what rests on it."""
    from afterban.sources import UNKNOWN, registry

    uses = _uses()
    figures = registry().figures.values()
    out = []
    for source in registry().sources.values():
        title = source.id if source.title == UNKNOWN else source.title
        out += [f"(source-{anchor(source.id)})=", f"## {title}", ""]
        out += [f"`{source.id}`: {source.cited()}. Cited because it {source.reason}.", ""]
        used = uses.get(source.id)
        if used:
            out += [f"Rests on the document as a whole: {'; '.join(used)}.", ""]
        for figure in (f for f in figures if f.source is source):
            out += [f"(source-{anchor(figure.id)})=", f"### {figure.id}", ""]
            where = f" ({figure.locator})" if figure.locator else ""
            out += [f"{figure.says}{where} [{figure.tag}]", ""]
            out += [f"Used for: {figure.reason}.", ""]
            used = uses.get(figure.id)
            if used:
                out += [f"What rests on it: {'; '.join(used)}.", ""]
    return "\n".join(out)


def _uses() -> dict[str, list[str]]:
    """For each source, the defaults, scenario values and claims that name it."""
    from afterban import claims
    from afterban.language.shapes import slots
    from afterban.scenario import Scenario, shipped_names

    uses: dict[str, list[str]] = {}
    for path, cls in sections():
        for slot in slots(cls).values():
            if slot.evidence.source:
                at = f"{path}.{slot.key}" if path else slot.key
                uses.setdefault(slot.evidence.source, []).append(f"the default of `{at}`")
    for name in shipped_names():
        for row in Scenario.from_yaml(name).inspect_rows():
            if row.source and Path(row.origin).name == f"{name}.yaml":
                text = f"`{row.path}` of [{name}](#shipped-{anchor(name)})"
                if text not in uses.setdefault(row.source, []):
                    uses[row.source].append(text)
    for claim in claims.load():
        uses.setdefault(claim.source, []).append(f"claim [{claim.id}](#claim-{anchor(claim.id)})")
    return uses


def validation() -> str:
    """Every claim: what is cited, what is simulated, and whether they agree."""
    from collections import Counter

    from afterban import claims
    from afterban.sources import UNKNOWN, registry

    rows = claims.load()
    if not rows:
        return "There are no claims yet."
    verdicts = _verdicts(rows)
    counts: Counter[str] = Counter()
    out = []
    for source in registry().sources.values():
        mine = [claim for claim in rows if claim.published.source is source]
        if not mine:
            continue
        title = source.id if source.title == UNKNOWN else source.title
        out += [f"## {title} ({source.year})", "", f"{source.cited()}", ""]
        lines = []
        for claim in mine:
            status, simulated, text = _told(claim, verdicts)
            counts[status] += 1
            where = ""
            if claim.scenario:
                where = f"[{claim.scenario}](#shipped-{anchor(claim.scenario)}), `{claim.policy}`"
            name = f"[{claim.id}]{{#claim-{anchor(claim.id)}}}"
            name += f" [source](#source-{anchor(claim.source)})"
            what = claim.says + (f" (`{claim.metric}`)" if claim.metric else "")
            cited = claim.cited.replace("-", "–")
            lines.append([name, what, cited, simulated, _tolerance(claim), where, text])
        head = ["claim", "compared", "cited", "simulated", "tolerance", "scenario", "verdict"]
        out += [table(head, lines), ""]
    order = {status: k for k, status in enumerate(claims.STATUSES)}
    told = sorted(counts.items(), key=lambda one: order.get(one[0], len(order)))
    summary = "; ".join(f"**{n}** {status}" for status, n in told)
    return "\n".join([f"Of {len(rows)} claims: {summary}.", "", *out])


def calibration() -> str:
    """What the proofs of the kept calibrations came to, and what they left open."""
    from afterban.experiment.calibration_kept import NUMBERS, PROOF, read

    out = []
    for folder in sorted((reference_results().parent / "posteriors").iterdir()):
        proof, numbers = read(folder / PROOF), read(folder / NUMBERS)
        left = {one["name"]: one for one in numbers["known"]}
        rows = []
        for one in proof["parameters"]:
            known = left.get(one["parameter"])
            rows.append(
                [
                    f"`{one['parameter']}`",
                    f"{one['inside']} of {one['of']}",
                    f"{one['p_of_ranks']:.2g}",
                    f"{one['median_width']:.2f}",
                    "" if known is None else f"{known['width']:.2f}",
                    ""
                    if known is None
                    else "identified"
                    if known["identified"]
                    else "not identified",
                ]
            )
        head = [
            "parameter",
            "intervals that hold the truth",
            "p of ranks",
            "width left, known truths",
        ]
        head += ["width left, published figures", "from these"]
        low, high = proof["inside_low"], proof["inside_high"]
        pooled = (
            f"`{folder.name}`: {proof['inside']} of {proof['intervals']} intervals of "
            f"{proof['level']:.0%} hold the truth, pooled over {proof['recovered']} truths and "
            f"{len(proof['parameters'])} parameters; {low} to {high} is right, but for "
            f"one time in {1 / proof['false_alarm_rate']:,.0f}. The ranks of {proof['truths']} "
            f"truths are {'uniform.' if proof['uniform'] else '**not** uniform.'}"
        )
        out += [pooled, "", table(head, rows), ""]
    return "\n".join(out)


def reference_results() -> Path:
    """Where the results stand that come with the project."""
    return ROOT / "results" / "reference"


def _verdicts(rows: Sequence[Any]) -> dict[str, Any]:
    """Verdicts from the reference results, where there are any."""
    from afterban import claims, results
    from afterban.experiment.ensemble import powers_of
    from afterban.scenario import Scenario

    verdicts: dict[str, Any] = {}
    for name in dict.fromkeys(claim.scenario for claim in rows if claim.metric is not None):
        scenario = Scenario.from_yaml(str(name))
        arms = ["base", *scenario.policies, "none"]
        folder = results.folder_of(scenario, arms, reference_results())
        if (folder / "manifest.json").exists():
            run = results.read(folder)
            found = claims.judge(rows, run, powers_of(run.scenario, rows))
            verdicts |= {verdict.claim.id: verdict for verdict in found}
    return verdicts


def _told(claim: Any, verdicts: dict[str, Any]) -> tuple[str, str, str]:
    """Status, simulated value and verdict; the last record where there is no reference result."""
    from afterban import claims
    from afterban.cli import output

    verdict = verdicts.get(claim.id) or claims.without_run(claim)
    if verdict.status == "not run":
        status = "recorded as holding" if claim.holds else "not recorded as holding"
        if claim.fitted and claim.holds:
            status = "fitted, recorded as holding"
        return status, "", status
    e = verdict.simulated
    if e is None or not e.n:
        return verdict.status, "", verdict.text
    value = f"{output.number(e.value)} ({output.interval(e)}; n = {e.n})"
    return verdict.status, value, verdict.text


def _tolerance(claim: Any) -> str:
    if claim.metric is None:
        return ""
    parts = []
    if claim.factor > 1:
        parts.append(f"factor {claim.factor:g}")
    if claim.margin > 0:
        parts.append(f"± {claim.margin:g} {claim.unit}".strip())
    if claim.judged_by == "spread":
        parts.append("the spread of one replication")
    return f"{' or '.join(parts) or 'none'}: {claim.why}"


# --- lessons --------------------------------------------------------------------------------------


def lesson(name: str) -> str:
    """A lesson as a page: its texts, questions with folded answers, pictures and code."""
    from afterban import lessons
    from afterban.lessons.play import page

    return page(lessons.find(name))


GENERATED: dict[str, Callable[[], str]] = {
    "scenario": scenario,
    "values": values,
    "catalogue": catalogue,
    "metrics": metrics,
    "channels": channels,
    "commands": commands,
    "python": python,
    "internals": internals,
    "sources": sources,
    "validation": validation,
    "calibration": calibration,
}

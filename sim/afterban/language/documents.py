"""Reading YAML into nodes that know their place in the file.

Only the syntax of YAML is used: every scalar stays the text that was written, and what it means is
decided by whoever asked for it.  So ``yes`` is never a truth value, 010 never an octal number, and
a tag such as ``!!python/object`` can construct nothing.  Anchors and aliases are refused, since a
few lines of them can expand to gigabytes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from afterban.errors import AfterbanError, ScenarioError, ScenarioErrors, closest, shortened

LARGEST_FILE = 256 * 1024
DEEPEST = 30

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_PLAIN_TEXT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+/()%-]*")
_OTHER_MEANING = re.compile(
    r"(?i:null|true|false|yes|no|on|off|y|n)|[-+.]?[0-9][0-9_.]*(?:e[-+]?[0-9]+)?|0[xob].*"
    r"|\.?(?i:inf|nan)"
)
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of one file."""

    file: str
    lines: tuple[str, ...] = field(repr=False)
    order: int = 0  # files are reported in the order in which they were read


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text; lines and columns count from 0."""

    text: Text
    line: int
    column: int

    def error(
        self, path: str, found: str, allowed: str = "", hint: str | None = None
    ) -> ScenarioError:
        """A fault at this place."""
        lines = self.text.lines
        return ScenarioError(
            file=self.text.file,
            line=self.line + 1,
            column=self.column + 1,
            path=path,
            found=found,
            allowed=allowed,
            hint=hint,
            source_line=lines[self.line] if self.line < len(lines) else None,
        )


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar, as written."""

    place: Place
    value: str
    plain: bool = True

    @property
    def is_null(self) -> bool:
        """Whether nothing was written."""
        return self.plain and self.value in _NULL


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file; each key occurs once."""

    place: Place
    entries: tuple[tuple[Scalar, Node], ...]

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        for name, node in self.entries:
            if name.value == key:
                return node
        return None

    def key(self, key: str) -> Scalar | None:
        """The key as written, or None."""
        return next((name for name, _ in self.entries if name.value == key), None)

    def keys(self) -> list[str]:
        """The keys."""
        return [name.value for name, _ in self.entries]

    def with_entry(self, key: Scalar, node: Node) -> Mapping:
        """A copy in which ``key`` has the value ``node``."""
        if self.get(key.value) is None:
            return Mapping(self.place, (*self.entries, (key, node)))
        return Mapping(
            self.place,
            tuple((key, node) if k.value == key.value else (k, n) for k, n in self.entries),
        )


Node: TypeAlias = Scalar | Sequence | Mapping


def kind_of(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, Mapping):
        return "a mapping (keys with values)"
    if isinstance(node, Sequence):
        return "a list"
    return "no value" if node.is_null else f"`{shortened(node.value)}`"


def shown_path(path: str | os.PathLike[str]) -> str:
    """A path for messages: from the current directory if it is below that."""
    text = os.fspath(path)
    here = os.path.join(os.getcwd(), "")
    return text.removeprefix(here)


def is_special(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a pipe or a socket, which would be waited for, perhaps for ever.

    A device is read like a file, up to its limit.  Raises OSError if nothing is there.
    """
    mode = os.stat(path).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def file_digest(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file's content.  Raises ValueError, as what was found and what is allowed."""
    try:
        if is_special(path):
            raise ValueError(
                f"`{shown_path(path)}` is no ordinary file but a pipe or a socket; write the path "
                "of a file"
            )
        with open(path, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        raise ValueError(
            f"there is no file `{shown_path(path)}`; write a path that starts from the folder of "
            "the scenario"
        ) from None
    except IsADirectoryError:
        raise ValueError(f"`{shown_path(path)}` is a folder; write the path of a file") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise ValueError(
            f"`{shown_path(path)}` cannot be read ({reason}); check the file and its permissions"
        ) from None


def read_file(path: Path, file: str) -> str:
    """The text of a file.  Raises ScenarioErrors if it is missing, too large, or not text."""

    def refuse(found: str, allowed: str, hint: str | None = None) -> ScenarioErrors:
        return ScenarioErrors([ScenarioError(file=file, found=found, allowed=allowed, hint=hint)])

    try:
        if is_special(path):
            raise refuse(
                "this is no ordinary file but a pipe or a socket", "give the path of a YAML file"
            )
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        near = None
        with contextlib.suppress(OSError):
            near = closest(path.name, [p.name for p in path.parent.iterdir() if p.is_file()])
        hint = str(Path(file).with_name(near)) if near else None
        raise refuse("there is no such file", "give the path of a YAML file", hint) from None
    except IsADirectoryError:
        raise refuse("this is a directory", "give the path of a YAML file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(
            f"the file cannot be read ({reason})", "check its path and permissions"
        ) from None
    if len(data) > LARGEST_FILE:
        raise refuse(
            f"the file is larger than {LARGEST_FILE // 1024} KB",
            "is it a scenario? The largest that is shipped has a few KB",
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse("the file is in UTF-16", "save it as UTF-8")
    if b"\0" in data:
        raise refuse("the file is not text (it holds zero bytes)", "give a YAML file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise ScenarioErrors(
            [
                ScenarioError(
                    file=file,
                    line=line,
                    column=column,
                    found=f"byte 0x{data[error.start]:02x} is not UTF-8",
                    allowed="save the file as UTF-8",
                )
            ]
        ) from None


def parse(content: str, file: str, order: int = 0) -> tuple[Node, list[ScenarioError]]:
    """The node that a YAML text holds, and the faults that do not keep it from being read.

    Raises ScenarioErrors if the text is not YAML, is empty, or uses what is refused.
    """
    node, problems = _parsed(content, file, order)
    return node, list(problems)


@lru_cache(32)  # a command reads a shipped scenario several times, and nodes never change
def _parsed(content: str, file: str, order: int) -> tuple[Node, tuple[ScenarioError, ...]]:
    text = Text(file, tuple(re.split(r"\r\n|\r|\n", content)), order)
    if len(content) > LARGEST_FILE:
        raise ScenarioErrors(
            [ScenarioError(file=file, found=f"the text is larger than {LARGEST_FILE // 1024} KB")]
        )
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError
    from ruamel.yaml.reader import ReaderError

    problems: list[ScenarioError] = []
    try:
        node = _compose(YAML(typ="safe", pure=True).parse(content), text, problems)
    except ReaderError as error:
        line = content.count("\n", 0, error.position)
        column = error.position - (content.rfind("\n", 0, error.position) + 1)
        raise ScenarioErrors(
            [
                Place(text, line, column).error(
                    "",
                    f"the control character U+{ord(content[error.position]):04X} is found",
                    "remove it",
                )
            ]
        ) from None
    except MarkedYAMLError as error:
        raise ScenarioErrors([_syntax(error, text)]) from None
    except AfterbanError:
        raise
    except Exception as error:  # of the parser, which has others than its own for some texts
        message = shortened(str(error), 200)
        raise ScenarioErrors(
            [ScenarioError(file=file, found=f"this is not YAML ({message})")]
        ) from None
    if node is None:
        raise ScenarioErrors(
            [
                ScenarioError(
                    file=file, found="nothing is written here", allowed="write `key: value` lines"
                )
            ]
        )
    return node, tuple(problems)


def _compose(events: Iterator[Any], text: Text, problems: list[ScenarioError]) -> Node | None:
    # A stack in place of recursion: deep nesting must not exhaust Python's own.
    root: Node | None = None
    stack: list[tuple[Place, bool, list[Node]]] = []
    documents = 0
    for event in events:
        name = type(event).__name__
        if name in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
            continue
        place = Place(text, event.start_mark.line, event.start_mark.column)
        if name == "DocumentStartEvent":
            documents += 1
            if documents > 1:
                raise ScenarioErrors(
                    [place.error("", "a second document begins here", "keep one in a file")]
                )
            continue
        if name == "AliasEvent" or getattr(event, "anchor", None) is not None:
            raise ScenarioErrors(
                [
                    place.error(
                        _path(stack),
                        f"`{'*' if name == 'AliasEvent' else '&'}{event.anchor}` is an "
                        f"{'alias' if name == 'AliasEvent' else 'anchor'}, which is not allowed",
                        "write the value out, or use `extends`",
                    )
                ]
            )
        if getattr(event, "tag", None) is not None and str(event.tag) != "!":
            raise ScenarioErrors(
                [
                    *problems,
                    place.error(
                        _path(stack),
                        f"the YAML tag `{shortened(str(event.tag))}` is not allowed",
                        "write the value without a tag",
                    ),
                ]
            )
        if name in ("MappingStartEvent", "SequenceStartEvent"):
            if len(stack) >= DEEPEST:
                raise ScenarioErrors(
                    [
                        place.error(
                            "",
                            f"this is nested more than {DEEPEST} levels deep",
                            "no key lies that deep, so look for a bracket that is left open",
                        )
                    ]
                )
            stack.append((place, name == "MappingStartEvent", []))
            continue
        if name == "ScalarEvent":
            node: Node = Scalar(place, event.value, event.style is None)
        else:
            place, is_mapping, children = stack.pop()
            if is_mapping:
                node = _mapping(place, children, _path(stack), problems)
            else:
                node = Sequence(place, tuple(children))
        if stack:
            stack[-1][2].append(node)
        else:
            root = node
    if isinstance(root, Scalar) and root.is_null:
        return None
    return root


def _path(stack: list[tuple[Place, bool, list[Node]]]) -> str:
    """The path of what is being read."""
    path = ""
    for _, is_mapping, children in stack:
        if not is_mapping:
            path += f"[{len(children)}]"
        elif len(children) % 2 and isinstance(children[-1], Scalar):
            path += f".{children[-1].value}"
    return path.removeprefix(".")


def _mapping(
    place: Place, children: list[Node], path: str, problems: list[ScenarioError]
) -> Mapping:
    seen: dict[str, Scalar] = {}
    entries: list[tuple[Scalar, Node]] = []
    for key, node in zip(children[::2], children[1::2], strict=True):
        if not isinstance(key, Scalar) or key.is_null:
            problems.append(
                key.place.error(
                    path, f"{kind_of(key)} is found where a key is expected", "write a word"
                )
            )
            continue
        if key.value in seen:
            problems.append(
                key.place.error(
                    f"{path}.{key.value}" if path else key.value,
                    f"this key occurs twice, first on line {seen[key.value].place.line + 1}",
                    "keep one of them",
                )
            )
            continue
        seen[key.value] = key
        if isinstance(node, Scalar) and node.plain and not node.value:
            node = Scalar(key.place, "")  # what is left out has no place of its own
        entries.append((key, node))
    return Mapping(place, tuple(entries))


def _syntax(error: Any, text: Text) -> ScenarioError:
    """The parser's complaint in plain words."""
    problem, context = str(error.problem or ""), str(error.context or "")
    mark = error.problem_mark or error.context_mark
    start = error.context_mark or mark

    def at(where: Any) -> Place:
        line = min(where.line, len(text.lines) - 1)
        return Place(text, line, where.column if line == where.line else len(text.lines[line]))

    if "'\\t'" in problem or "\t" in problem:
        return at(mark).error("", "a tab is used for indentation", "indent with spaces")
    line = text.lines[mark.line] if mark.line < len(text.lines) else ""
    if re.match(r" *\t", line):
        place = Place(text, mark.line, line.index("\t"))
        return place.error("", "a tab is used for indentation", "indent with spaces")
    if "quoted scalar" in context and ("end of stream" in problem or "separator" in problem):
        return at(start).error("", "this quote is never closed", "add the closing quote")
    if "flow" in context:
        return at(start).error(
            "",
            "this bracket is not closed, or a comma is missing within it",
            "close it with `}` or `]`, and separate what is inside by commas",
        )
    if "mapping values are not allowed" in problem:
        return at(mark).error(
            "", "this colon is not expected here", "check the indentation, or quote the text"
        )
    if "could not find expected ':'" in problem:
        return at(start).error("", "this key has no colon", "write `key: value`")
    if "expected <block end>" in problem:
        return at(mark).error(
            "",
            "this does not line up with the lines above",
            "give all keys of a section the same indentation",
        )
    if "cannot start any token" in problem:
        return at(mark).error(
            "", f"a value cannot begin with `{line[mark.column : mark.column + 1]}`", "quote it"
        )
    if "undefined" in problem and "alias" in problem:
        return at(mark).error(
            "", "this is an alias, which is not allowed", "write the value out, or use `extends`"
        )
    reason = " ".join(part for part in (context, problem) if part)
    return at(mark).error("", f"this is not YAML ({reason})", "check quotes and indentation")


def plain_data(node: Node) -> Any:
    """What YAML 1.2 takes a node for, in Python's types; dates stay text.  For JSON Schema."""
    if isinstance(node, Mapping):
        return {key.value: plain_data(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [plain_data(item) for item in node.items]
    if not node.plain:
        return node.value
    if node.is_null:
        return None
    if node.value.lower() in ("true", "false"):
        return node.value.lower() == "true"
    if re.fullmatch(r"[-+]?[0-9]+", node.value):
        return int(node.value)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", node.value):
        return float(node.value)
    return node.value


def dump(data: dict[str, Any]) -> str:
    """YAML of nested dictionaries of lists, texts, numbers and truth values, always the same way.

    A :class:`Flow` and what is in it is written on one line.
    """
    return "\n".join(_block(data, 0)) + "\n"


class Flow(dict[str, Any]):
    """A mapping that is written on one line."""


def scalar_text(value: object) -> str:
    """One value in YAML; text that means something else unquoted is quoted."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return _quoted(value if isinstance(value, str) else str(value))


class Written(str):
    """Text of a value that is not a string, such as a number: never quoted when it is plain."""

    __slots__ = ()


def _quoted(text: str) -> str:
    if isinstance(text, Written) and re.fullmatch(r"[A-Za-z0-9.][A-Za-z0-9 ._+%-]*", text):
        return str(text)
    if (
        _PLAIN_TEXT.fullmatch(text)
        and not text.endswith(" ")
        and not _OTHER_MEANING.fullmatch(text)
    ):
        return text
    body = text.replace("\\", "\\\\").replace('"', '\\"')
    body = body.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    body = re.sub("[\x00-\x1f]", lambda m: f"\\x{ord(m[0]):02x}", body)
    return '"' + _ESCAPED.sub(lambda m: f"\\u{ord(m[0]):04x}", body) + '"'


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(k)}: {_inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    return scalar_text(value)


def _block(data: dict[str, Any], depth: int) -> list[str]:
    rows: list[str] = []
    for key, value in data.items():
        rows += _entry(f"{'  ' * depth}{_quoted(key)}:", value, depth)
    return rows


def _entry(lead: str, value: Any, depth: int) -> list[str]:
    if isinstance(value, dict) and value and not isinstance(value, Flow):
        return [lead, *_block(value, depth + 1)]
    if isinstance(value, list) and any(
        isinstance(item, dict) and not isinstance(item, Flow) for item in value
    ):
        rows = [lead]
        for item in value:
            first, *rest = _block(item, depth + 2)
            rows += [f"{'  ' * (depth + 1)}- {first.lstrip()}", *rest]
        return rows
    return [f"{lead} {_inline(value)}"]


def shipped_directory() -> Path:
    """Directory of the shipped scenarios and the sources.

    An installed copy has it within the package, a working tree at its root.
    """
    package = Path(__file__).resolve().parents[1]
    installed = package / "scenarios"
    return installed if installed.is_dir() else package.parents[1] / "scenarios"

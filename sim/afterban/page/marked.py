"""Markdown of the lessons as plain data: what a page shows of it is text in elements it knows.

A node is a text, or a list of a tag and nodes.  Links keep their words only, since a page asks for
nothing from anywhere.

Checked by ``tests/page/test_lessons.py``.
"""

from __future__ import annotations

from typing import Any, Final

from markdown_it import MarkdownIt

Node = Any  # str | list

_READER: Final = MarkdownIt("commonmark", {"html": False}).enable("table")
_LEFT_OUT: Final = {"a"}


def blocks(markdown: str) -> list[Node]:
    """Paragraphs, headings, lists and tables of a text."""
    return _nested(_READER.parse(markdown))


def words(markdown: str) -> list[Node]:
    """A text of one paragraph, without the paragraph."""
    found: list[Node] = []
    for block in blocks(markdown):
        if found:
            found.append(" ")
        found += block[1:] if block[0] == "p" else [block]
    return found


def _nested(tokens: list[Any]) -> list[Node]:
    root: list[Node] = [""]
    open_: list[list[Node]] = [root]
    for token in tokens:
        if token.nesting == 1:
            above = open_[-1]
            hidden = token.hidden or token.tag in _LEFT_OUT
            one = above if hidden else [token.tag]
            if not hidden:
                above.append(one)
            open_.append(one)
        elif token.nesting == -1:
            open_.pop()
        elif token.type == "inline":
            open_[-1] += _nested(token.children)
        elif token.type in ("softbreak", "hardbreak"):
            _add(open_[-1], " ")
        elif token.type == "code_inline":
            open_[-1].append(["code", token.content])
        elif token.type in ("code_block", "fence"):
            open_[-1].append(["pre", token.content])
        elif token.content:
            _add(open_[-1], token.content)
    return root[1:]


def _add(into: list[Node], text: str) -> None:
    """A text behind another is one text; the first entry of an element is its tag."""
    if len(into) > 1 and isinstance(into[-1], str):
        into[-1] += text
    else:
        into.append(text)


def text_of(node: Node) -> str:
    """The words of a node."""
    if isinstance(node, str):
        return node
    return "".join(text_of(one) for one in node[1:])

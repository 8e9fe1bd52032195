"""Links and files of the page hold a state exactly; nothing else is taken from strangers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from node import called, needs_node, refusal

from afterban.page.told import lowered_file

pytestmark = needs_node

RULES = {"beat": {"least": 0, "most": 9, "whole": True}, "tab": {"words": ["lives", "reach"]}}
STATES: list[dict[str, Any]] = [
    {"settings": {}, "view": {}},
    {"settings": {"speed": 0.1234567890123, "first": "links", "edits": 3}, "view": {"beat": 4}},
    {"settings": {"speed": 1e-7, "reviewers": 17, "returns": 1 / 3}, "view": {"tab": "reach"}},
    {"settings": {"returns": 0, "promotion": 40, "edits": 12}, "size": "real", "seed": 2**32 - 1},
]


def stories() -> list[Any]:
    return [
        json.loads(lowered_file(key).read_text(encoding="utf-8")) for key in ("june-2014", "queue")
    ]


def test_a_link_and_a_file_hold_a_state_exactly() -> None:
    told = called(
        """return data.states.flatMap((given) => data.stories.map((story) => {
            const one = { ...state.startOf(story), ...given };
            const link = state.fromFragment("#" + state.toFragment(one), data.stories, data.rules);
            const file = state.fromFile(state.toFile(one), data.stories, data.rules);
            return [one, link, file];
        }));""",
        {"states": STATES, "stories": stories(), "rules": RULES},
    )
    assert len(told) == 8
    for one, link, file in told:
        assert one == link == file


def test_what_a_link_leaves_out_is_as_at_the_start() -> None:
    start, found = called(
        """return [state.startOf(data[1]), state.fromFragment("story=queue&speed=0", data)];""",
        stories(),
    )
    assert found == start  # where the story starts anyway


LINKS = {
    "story=nowhere": "the link: there is no story `nowhere` in this page",
    "story=queue&story=queue": "the link has `story` twice",
    "luck=1": "the link: this story has no control `luck`",
    "speed=soon": "the link: `soon` is no value of `speed`",
    "speed=1e3": "`1e3` is no value of `speed`",
    "speed=-1": "`-1` is no value of `speed`",
    "speed=366": "it is a number from 0 to 365",
    "reviewers=7.5": "it is a whole number from 1 to 100",
    "seed=4294967296": "`4294967296` is no seed",
    "seed=1.5": "`1.5` is no seed",
    "seed=": "is no seed",
    "size=huge": "there is no size `huge`",
    "view.beat=10": "`10` is no value of `beat`",
    "view.beat=1.5": "`1.5` is no value of `beat`",
    "view.tab=<b>": "is no value of `tab`",
    "view.other=1": "the link has `other`, which the page does not know",
    "__proto__=1": "this story has no control `__proto__`",
    "constructor=1": "this story has no control `constructor`",
    "view.__proto__=1": "the link has `__proto__`",
    "settings=1": "this story has no control `settings`",
    "speed=" + "9" * 30_000: "too long",
    "%00%1b=1": "this story has no control `??`",
}


@pytest.mark.parametrize("link", list(LINKS), ids=lambda link: link[:20])
def test_a_strangers_link_is_refused_in_one_line(link: str) -> None:
    said = refusal(
        "state.fromFragment(data.link, data.stories, data.rules);",
        {"link": link, "stories": stories(), "rules": RULES},
    )
    assert LINKS[link] in said
    assert "\n" not in said
    assert len(said) < 250


def file_of(**changed: Any) -> str:
    start = {"format": "afterban-page", "version": 2, "story": "june-2014", "settings": {}}
    return json.dumps({**start, **changed})


FILES = {
    "[": "it is not JSON",
    "[]": 'it has no line "format"',
    "null": 'it has no line "format"',
    file_of(format="other"): 'it has no line "format"',
    file_of(version=1): "the file has version `1`; this page reads 2",
    file_of(luck=1): "the file has `luck`, which the page does not know",
    file_of(settings=[]): "are lists of names and values",
    file_of(settings={"speed": None}): "`null` is no value of `speed`",
    file_of(settings={"speed": [1]}): "is no value of `speed`",
    file_of(settings={"speed": "1"}): "`1` is no value of `speed`",
    file_of(settings={"speed": True}): "`true` is no value of `speed`",
    file_of(settings={"luck": 1}): "this story has no control `luck`",
    file_of(seed="1"): "`1` is no seed",
    file_of(size=1): "there is no size `1`",
    file_of(view={"beat": "4"}): "`4` is no value of `beat`",
    '{"format": "afterban-page", "version": 2, "__proto__": {"a": 1}}': "`__proto__`",
    file_of(story="x" * 30_000): "too large",
}


@pytest.mark.parametrize("content", list(FILES), ids=lambda content: content[:60])
def test_a_strangers_file_is_refused_in_one_line(content: str) -> None:
    said = refusal(
        "state.fromFile(data.content, data.stories, data.rules);",
        {"content": content, "stories": stories(), "rules": RULES},
    )
    assert FILES[content] in said
    assert "\n" not in said


TYPED = [
    ("speed", "1,5 d", 1.5),
    ("speed", " 36 h ", 1.5),
    ("speed", "1.5", 1.5),
    ("speed", "90 min", 0.0625),
    ("speed", "2 weeks", 14),
    ("speed", "at once", 0),
    ("returns", "57 %", 0.57),
    ("returns", "0,57", 0.57),
    ("returns", "33,3 %", 0.333),  # 33.3 / 100 is another number
    ("reviewers", "as many as needed", "any"),
    ("reviewers", "7", 7),
    ("promotion", "3 posts", 3),
    ("edits", "1 edit", 1),
    ("first", "links", "links"),
]


def test_what_people_type_is_read_with_a_comma_or_a_point() -> None:
    told = called(
        """const by = Object.fromEntries(data.stories[0].controls.map((one) => [one.key, one]));
        return data.typed.map(([key, text]) => state.readValue(text, by[key]));""",
        {"stories": stories(), "typed": TYPED},
    )
    assert told == [value for _, _, value in TYPED]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("speed", "soon"),
        ("speed", "1,5,5"),
        ("speed", "3 apples"),
        ("speed", "-1"),
        ("speed", ""),
        ("returns", "140 %"),
        ("returns", "3 d"),
        ("reviewers", "7,5"),
        ("first", "3"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(key: str, text: str) -> None:
    said = refusal(
        """const control = data.stories[0].controls.find((one) => one.key === data.key);
        state.readValue(data.text, control);""",
        {"stories": stories(), "key": key, "text": text},
    )
    assert "\n" not in said


def test_a_title_or_a_figure_cannot_end_its_comment() -> None:
    text = called(
        r"""const story = { ...data[0], title: "one\nseed: 9" };
        return state.toYaml(state.startOf(story), story, { "a\nb: 1": "2\u2028c: 3" });""",
        stories(),
    )
    head = text.split("schema_version")[0]
    assert all(line.startswith("#") for line in head.splitlines())
    assert "\u2028" not in text
    assert text.count("\nseed:") == 1

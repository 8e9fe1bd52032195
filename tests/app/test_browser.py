"""The page in a real browser, with the network cut off: what people see, and what it does."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from afterban.cli import main
from afterban.page import state
from afterban.page.presets import SLIDERS, STORIES
from afterban.page.state import State, from_query, json_of, query_of, start_of

pytestmark = pytest.mark.slow

WINDOWS = {"wide": (1600, 1000), "narrow": (400, 800)}
# The root of the page, which lies in a shadow tree of the notebook's.
ROOT = """
const rootOf = (tree) => {
  for (const one of tree.querySelectorAll("*")) {
    if (one.classList.contains("afterban")) return one;
    const found = one.shadowRoot && rootOf(one.shadowRoot);
    if (found) return found;
  }
};
const root = rootOf(document);
"""
# Texts that reach out of their picture, their box or the window.
CUT_OFF = f"""() => {{
  {ROOT}
  const found = [];
  for (const picture of root.querySelectorAll(".picture > svg")) {{
    const frame = picture.getBoundingClientRect();
    for (const text of picture.querySelectorAll("text")) {{
      const box = text.getBoundingClientRect();
      if (!box.width) continue;
      if (box.left < frame.left - 1 || box.right > frame.right + 1
          || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) {{
        found.push(`${{picture.parentElement.id}}: ${{text.textContent}}`);
      }}
    }}
  }}
  const shown = "h1, h2, h3, p, li, td, th, button, select, output, label, input";
  for (const one of root.querySelectorAll(shown)) {{
    const box = one.getBoundingClientRect();
    if (!box.width || one.closest(".away, thead")) continue;
    if (box.right > innerWidth + 1 || box.left < -1) found.push(one.outerHTML.slice(0, 90));
    if (one.tagName !== "SELECT" && one.scrollWidth > one.clientWidth + 2 && one.clientWidth > 2
        && getComputedStyle(one).display !== "inline") {{
      found.push("overflows: " + one.outerHTML.slice(0, 90));
    }}
  }}
  return found;
}}"""


@dataclass
class Seen:
    """A page that is open, and what it said and asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def told(self, expression: str) -> Any:
        """What an expression on the page's ``root`` comes to."""
        return self.page.evaluate(f"() => {{ {ROOT} return {expression}; }}")

    def until(self, expression: str, seconds: float = 60) -> None:
        """Wait until an expression on the page's ``root`` is true."""
        end = time.monotonic() + seconds
        while not self.told(f"Boolean(root && ({expression}))"):
            assert time.monotonic() < end, expression
            self.page.wait_for_timeout(40)

    @property
    def state(self) -> State:
        """Where the page stands, by its address."""
        return from_query(self.page.url.partition("?")[2])

    def settled(self) -> None:
        """Wait until everything on the page belongs to its address."""
        # The day is looked at, not asked about.
        self.until(
            "(() => { const strip = (q) => (q || '?').replace(/^\\?/, '')"
            ".replace(/&(day|view)=[^&]*/g, '');"
            " return strip(root.dataset.all) === strip(location.search); })()"
        )

    def value(self, metric: str, part: str = "value") -> float:
        """A number of the table."""
        return float(
            self.page.locator(f"[data-metric='{metric}']").get_attribute(f"data-{part}") or "nan"
        )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("marimo", reason="the page is not installed (pip install 'afterban[app]')")
    process = subprocess.Popen(
        [sys.executable, "-m", "afterban", "app", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path_factory.mktemp("app"),
        env=os.environ,
    )
    assert process.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
    assert found is not None
    yield found[0]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0


Look = Callable[..., Seen]


@pytest.fixture
def look(browser: Any, address: str) -> Iterator[Look]:
    contexts = []

    def open_page(
        width: str = "wide", scheme: str = "light", query: str = "", wait: bool = True
    ) -> Seen:
        size = WINDOWS[width]
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
        )
        contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.on(
            "console",
            lambda m: seen.said.append(m.text) if m.type == "error" else None,
        )
        seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
        seen.page.on("request", lambda request: seen.asked.append(request.url))
        seen.page.on("websocket", lambda socket: seen.asked.append(socket.url))
        seen.page.goto(address + (f"?{query}" if query else ""))
        if wait:
            seen.until("root.dataset.all", 180)  # the engine may have to be compiled
        return seen

    yield open_page
    for context in contexts:
        context.close()


def foreign(seen: Seen) -> list[str]:
    """What was asked for from elsewhere."""
    here = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
    return [url for url in seen.asked if not url.startswith(here)]


# --- what is seen ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_nothing_is_cut_off_and_nothing_is_asked_for(look: Look, width: str, scheme: str) -> None:
    seen = look(width, scheme, query_of(replace(start_of("how-fast"), speed="7d", day=40, life=3)))
    seen.page.get_by_role("button", name="Play").click()
    seen.page.wait_for_timeout(600)
    seen.page.get_by_role("button", name="Pause").click()
    seen.settled()
    assert seen.said == []
    assert foreign(seen) == []
    assert len(seen.asked) > 10
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= WINDOWS[width][0]
    assert seen.told("root.scrollWidth <= root.clientWidth + 1")
    assert seen.page.evaluate(CUT_OFF) == []
    assert seen.told("root.querySelectorAll('.picture > svg').length") == 3


def test_what_is_cut_off_is_seen(look: Look) -> None:
    seen = look()
    seen.told("root.querySelector('.reach .told').textContent = 'long '.repeat(60)")
    assert any(row.startswith("picture-reach: long") for row in seen.page.evaluate(CUT_OFF))
    seen.told("root.querySelector('.question').style.width = '3000px'")
    assert len(seen.page.evaluate(CUT_OFF)) >= 2


def test_the_network_is_cut_off_and_the_page_may_not_ask_elsewhere(look: Look) -> None:
    seen = look()
    tried = "fetch('https://example.org/').then(() => 'came', (error) => 'refused')"
    assert seen.page.evaluate(tried) == "refused"
    assert any("example.org" in text for text in seen.said)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_axe_finds_no_serious_issue(look: Look, barriers: Any, width: str, scheme: str) -> None:
    seen = look(width, scheme, "speed=1h&returns=0.9&day=30")
    seen.settled()
    assert barriers(seen.page) == []


def test_axe_sees_a_barrier(look: Look, barriers: Any) -> None:
    seen = look()
    seen.told("root.querySelector('label[for=slider-speed]').remove()")
    assert any(one.startswith("label:") for one in barriers(seen.page, every=True))


def test_the_type_is_large(look: Look) -> None:
    seen = look()
    size = "parseFloat(getComputedStyle(root.querySelector('{}')).fontSize)"
    assert seen.told(size.format(".dial label")) >= 18
    assert seen.told(size.format(".question")) >= 24
    assert seen.told(size.format(".numbers td")) >= 16


def test_every_control_has_a_name_and_is_reached_by_keyboard(look: Look) -> None:
    seen = look()
    for slider in SLIDERS.values():
        role = "slider" if slider.ordered else "combobox"
        assert seen.page.get_by_role(role, name=slider.label, exact=True).count() == 1
    for name in ("Story", "Network", "Operator", "Account"):
        assert seen.page.get_by_role("combobox", name=name, exact=True).count() == 1
    assert seen.page.get_by_role("slider", name="Day", exact=True).count() == 1
    for name in ("Play", "Reset", "Copy link", "Save state", "Save scenario (YAML)"):
        assert seen.page.get_by_role("button", name=name, exact=True).count() == 1
    reached = set()
    for _ in range(60):
        seen.page.keyboard.press("Tab")
        focus = "(root.getRootNode().activeElement || {id: '', textContent: ''})"
        reached.add(seen.told(f"{focus}.id || {focus}.textContent"))
    wanted = {f"slider-{key}" for key in SLIDERS} | {"story", "day", "Play", "Reset", "life"}
    assert wanted <= reached


# --- what it does ---------------------------------------------------------------------------------


def press(seen: Seen, name: str, key: str, times: int = 1) -> None:
    seen.page.get_by_role("slider", name=name, exact=True).focus()
    for _ in range(times):
        seen.page.keyboard.press(key)


@pytest.mark.parametrize(
    ("name", "key", "moved"),
    [
        ("Enforcement speed", "End", "speed"),
        ("Reviewers", "Home", "reviewers"),
        ("Handle threshold", "End", "edits"),
        ("Return probability", "ArrowRight", "returns"),
        ("Promotion strength", "End", "promotion"),
    ],
)
def test_a_slider_changes_the_numbers(look: Look, name: str, key: str, moved: str) -> None:
    seen = look()
    before = [seen.value(metric) for metric in ("effective_reach", "suspensions")]
    seen.told("(root.dataset.all = '')")
    press(seen, name, key)
    seen.settled()
    assert list(seen.state.moved()) == [moved]
    after = [seen.value(metric) for metric in ("effective_reach", "suspensions")]
    assert after != before
    seen.page.get_by_role("button", name="Reset").click()
    seen.settled()
    assert [seen.value(metric) for metric in ("effective_reach", "suspensions")] == before
    assert seen.said == []


def test_the_page_says_what_each_part_of_the_cycle_contributes(look: Look) -> None:
    seen = look(query=query_of(start_of("how-fast")))
    seen.settled()
    rows = seen.page.locator("[data-part]")
    assert rows.count() == 4
    promotion = seen.page.locator("[data-part='promotion']")
    assert promotion.get_attribute("data-sign") == "-1"
    low, high = (float(promotion.get_attribute(f"data-{end}") or "nan") for end in ("low", "high"))
    assert low < high < 0.0
    text = seen.page.locator("section.parts").inner_text()
    assert "lowers it" in text
    assert "It pays above 1" in text
    press(seen, "Promotion strength", "Home")
    seen.settled()
    assert "not here: nobody promotes" in seen.page.locator("section.parts").inner_text()


def test_the_first_answer_comes_within_a_second(look: Look) -> None:
    seen = look()
    waits = []
    for key in ("ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowRight", "ArrowRight"):
        seen.page.wait_for_timeout(100)
        begun = time.monotonic()
        press(seen, "Enforcement speed", key)
        seen.until("root.dataset.run === location.search.slice(1)")
        waits.append(time.monotonic() - begun)
        seen.settled()
    assert sorted(waits)[2] < 1.0, waits


def test_who_is_hit_first_and_another_seed_change_them_too(look: Look) -> None:
    seen = look()
    before = seen.value("suspensions")
    seen.page.get_by_label("Who is hit first").select_option("links")
    seen.settled()
    struck = seen.value("suspensions")
    assert struck > 2 * before
    seen.page.get_by_label("Seed").fill("77")
    seen.page.get_by_label("Seed").press("Enter")
    seen.settled()
    assert seen.state.seed == 77
    assert seen.value("suspensions") != struck


def test_the_numbers_equal_the_command_lines(look: Look, tmp_path: Path) -> None:
    seen = look()
    press(seen, "Enforcement speed", "ArrowLeft", 2)
    press(seen, "Return probability", "ArrowRight", 2)
    seen.page.get_by_label("Who is hit first").select_option("followers")
    seen.settled()
    with seen.page.expect_download() as waiting:
        seen.page.get_by_role("button", name="Save scenario (YAML)").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    stream = StringIO()
    arguments = ["run", str(file), "--policies", "base", "--json", "-q", "--out", str(tmp_path)]
    with redirect_stdout(stream):
        assert main(arguments) == 0
    theirs = json.loads(stream.getvalue())["policies"]["base"]
    shown = seen.page.locator("[data-metric]")
    assert shown.count() >= 6
    for k in range(shown.count()):
        metric = shown.nth(k).get_attribute("data-metric")
        for part, name in (("value", "estimate"), ("low", "low"), ("high", "high")):
            assert seen.value(metric, part) == pytest.approx(theirs[metric][name], rel=1e-9, abs=0)
    # The curve stands where the table does.
    words = seen.told("root.querySelector('.reach .told').textContent")
    assert seen.page.locator("[data-metric='effective_reach']").inner_text() in words


def test_time_plays_pauses_and_is_moved(look: Look) -> None:
    seen = look()
    text = "root.querySelector('.summary').textContent"
    line = "root.querySelector('.lives .cursor').getAttribute('x1')"
    before = seen.told(text), seen.told(line)
    asked = len(seen.asked)
    play = seen.page.get_by_role("button", name="Play")
    play.focus()
    seen.page.keyboard.press("Enter")
    seen.until(f"{line} - {before[1]} > 60 && {text} !== {json.dumps(before[0])}")
    assert len(seen.asked) == asked  # time runs in the browser alone
    seen.page.get_by_role("button", name="Pause").click()
    day = seen.state.day
    assert day > 0
    stopped = seen.told(line)
    seen.page.wait_for_timeout(400)
    assert seen.told(line) == stopped
    press(seen, "Day", "ArrowRight", 3)
    assert seen.state.day == day + 3
    press(seen, "Day", "End")
    assert seen.state.day == 150
    assert "29 Oct 2014 (day 150)" in seen.told("root.querySelector('.date').textContent")
    assert seen.said == []


def test_it_plays_to_the_end_and_stops(look: Look) -> None:
    seen = look(query="day=146")
    seen.page.get_by_role("button", name="Play").click()
    seen.until("root.querySelector('.play').textContent === 'Play'", 20)
    assert seen.state.day == 150


def test_why_explains_an_account_event_by_event(look: Look) -> None:
    seen = look()
    options = seen.page.get_by_label("Account", exact=True).locator("option")
    assert options.count() > 5
    seen.page.get_by_label("Account", exact=True).select_option("3")
    seen.until("root.querySelector('.events').textContent.includes('is back as @')")
    items = seen.page.locator(".events li")
    assert items.count() >= 3
    text = " ".join(items.all_inner_texts())
    for word in ("Back under a new name", "Suspended", "What next", "draw for coming back"):
        assert word in text
    assert seen.state.life == 3
    seen.page.get_by_role("button", name=re.compile("^Go to .*: Suspended")).click()
    lives = seen.told("root.querySelector('.lives .told').textContent")
    assert seen.state.day > 0
    assert lives
    seen.page.get_by_label("Operator", exact=True).select_option(index=5)
    seen.settled()
    assert seen.state.operator != "auto"
    assert seen.state.life == 1


def test_a_link_restores_the_exact_state(look: Look) -> None:
    wanted = replace(
        start_of("next-platform"),
        speed="6h",
        reviewers="9",
        edits="2",
        returns="0.6",
        promotion="8",
        first="activity",
        seed=5,
        operator="3",
        life=2,
        day=33,
        view="later",
    )
    first = look(query=query_of(wanted))
    assert first.state == wanted
    again = look(query=first.page.url.partition("?")[2])
    for seen in (first, again):
        assert seen.page.get_by_label("Story", exact=True).input_value() == "next-platform"
        assert seen.page.get_by_label("Who is hit first").input_value() == "activity"
        words = seen.told("[...root.querySelectorAll('.dial output')].map((o) => o.textContent)")
        assert words == ["6 hours", "9", "2 edits", "60 %", "8 posts"]
        assert "(day 33)" in seen.told("root.querySelector('.date').textContent")
        assert seen.page.get_by_label("enlarge the later accounts").is_checked()
        assert seen.said == []
    pictures = "[...root.querySelectorAll('.picture')].map((one) => one.innerHTML)"
    assert first.told(pictures) == again.told(pictures)


def test_a_file_restores_the_exact_state_and_a_bad_one_is_told(look: Look, tmp_path: Path) -> None:
    seen = look(query="speed=3h&day=20")
    with seen.page.expect_download() as waiting:
        seen.page.get_by_role("button", name="Save state").click()
    saved = tmp_path / "mine.json"
    waiting.value.save_as(saved)
    mine = seen.state
    assert saved.read_text(encoding="utf-8") == json_of(mine)
    seen.page.get_by_role("button", name="Reset").click()
    seen.settled()
    assert seen.state.speed == "1d"
    seen.page.locator("input[type=file]").set_input_files(saved)
    seen.until("new URLSearchParams(location.search).get('speed') === '3h'")
    assert seen.state == mine
    bad = tmp_path / "bad.json"
    bad.write_text(saved.read_text(encoding="utf-8").replace("3h", "5h"), encoding="utf-8")
    seen.page.locator("input[type=file]").set_input_files(bad)
    seen.until("root.querySelector('.alert').textContent.includes('bad.json')")
    assert "`5h` is no value of `speed`" in seen.page.get_by_role("alert").first.inner_text()
    assert seen.state == mine


def test_a_bad_link_is_told_and_the_page_still_opens(look: Look) -> None:
    seen = look(query="speed=5h")
    assert "`5h` is no value of `speed`" in seen.told("root.querySelector('.alert').textContent")
    assert seen.state == start_of()


def test_presets_and_stories_are_offered_and_work(look: Look) -> None:
    seen = look()
    seen.page.get_by_role("button", name="Nobody returns").click()
    seen.settled()
    assert seen.state == replace(start_of(), returns="0")
    pressed = seen.page.get_by_role("button", name="Nobody returns").get_attribute("aria-pressed")
    assert pressed == "true"
    assert "do not describe" in seen.told("root.querySelector('.cited').textContent")
    options = seen.page.get_by_label("Story", exact=True).locator("option")
    assert options.count() == len(STORIES)
    for key in STORIES:
        seen.page.get_by_label("Story", exact=True).select_option(key)
        seen.settled()
        assert seen.state == start_of(key)
        assert seen.told("root.querySelector('.alert').hidden")
        assert seen.page.evaluate(CUT_OFF) == []
        assert seen.told("root.querySelectorAll('.cited tbody tr, .quotes li').length") >= 1
    assert seen.said == []
    assert foreign(seen) == []


def test_cited_stands_beside_simulated_and_numbers_have_n(look: Look) -> None:
    seen = look()
    cited = seen.told("root.querySelector('.cited').textContent")
    for word in ("Cited", "Simulated", "700 people", "S12, defenseone-2014", "n = 5"):
        assert word in cited
    head = seen.told("[...root.querySelectorAll('.numbers th')].map((one) => one.textContent)")
    assert head[:4] == ["Metric", "Mean", "95 % interval", "n"]
    assert "n = 5" in seen.told("root.querySelector('.reach .caption').textContent")
    for one in ("lives", "network"):
        assert "One run" in seen.told(f"root.querySelector('.{one} .caption').textContent")


def test_colours_follow_the_window(look: Look) -> None:
    seen = look(scheme="light")
    ground = "getComputedStyle(root).backgroundColor + getComputedStyle(document.body).background"
    light = seen.told(ground)
    seen.page.emulate_media(color_scheme="dark")
    seen.until(f"({ground}) !== {json.dumps(light)}")
    dark = "getComputedStyle(root).backgroundColor"
    assert seen.told(dark) == "rgb(20, 23, 28)"
    assert seen.told("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"


def test_the_page_is_what_its_state_says(look: Look) -> None:
    """Two windows at once do not disturb each other."""
    one, other = look(query="speed=1h"), look(query="story=names")
    assert one.state == replace(start_of(), speed="1h")
    assert other.state == start_of("names")
    assert state.name_of(other.state) == "page-names"
    press(one, "Enforcement speed", "End")
    one.settled()
    assert other.state == start_of("names")

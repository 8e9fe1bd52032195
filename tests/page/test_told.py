"""Each story told from start to end in a browser: by mouse, by keyboard, by touch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from telling import DRAG, SCENES, Look, answers_of, guess, kept, link_of, stops, to_the_sandbox

from afterban.page.stories import STORIES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.mark.parametrize("key", list(STORIES))
def test_a_story_is_told_and_gives_no_answer_away(look: Look, key: str) -> None:
    """Before each prediction neither its answer nor a later text is in the document."""
    seen = look()
    seen.page.select_option("#story", key)
    story = seen.story(key)
    asked = 0
    for number, beat in enumerate(story["beats"]):
        assert seen.page.text_content("#line") == beat["title"]
        if "question" in beat:
            asked += 1
            text, question = seen.text(), beat["question"]
            for answer in answers_of(question):
                assert answer not in stops(text), (key, number, answer)
            for later in story["beats"][number + 1 :]:
                assert later["title"] not in text
                assert not any(part in text for part in later["text"] if "[[" not in part)
            assert question["says"] not in text
            assert seen.page.locator(".steer .go").is_disabled()
            # Later steps cannot be gone to.
            assert seen.page.locator(".steps button").nth(number + 1).is_disabled()
            guess(seen, question["low"])
            assert question["says"].replace("\N{NO-BREAK SPACE}", " ") in seen.text()
        elif number < len(story["beats"]) - 1:
            seen.page.click(".steer .go")
    assert asked == 2
    assert seen.said == []
    assert all(url.startswith(("file:", "blob:", "data:")) for url in seen.asked)


def test_the_reading_of_texts_sees_an_answer(look: Look) -> None:
    seen = look()
    seen.page.evaluate("document.querySelector('.who').setAttribute('aria-label', 'it is 3.6 %')")
    assert "3.6 %" in stops(seen.text())


def test_a_prediction_stands_and_the_first_one_counts(look: Look) -> None:
    seen = look()
    seen.page.click(".steer .go")
    guess(seen, 40)
    assert "You guessed 40 %" in seen.text()
    seen.page.click(".steer .back")
    assert seen.page.locator("#guess-number").count() == 0  # it cannot be made again
    assert "You guessed 40 %" in seen.text()
    seen.page.reload()
    seen.page.wait_for_selector("#line")
    assert "0 of 1 near" in seen.text()
    seen.page.evaluate("location.hash = ''")


def test_a_class_guesses_by_typing_and_tapping(look: Look) -> None:
    seen = look(has_touch=True)
    seen.page.click(".steer .go")
    seen.page.click("text=A class guesses")
    seen.page.fill("#guesses", "40 12,5 60% 3;  7.5 200 many")
    seen.page.keyboard.press("Enter")
    assert "5 guesses" in seen.text()
    assert "2 left out" in seen.text()
    seen.page.locator(".predict .dots").tap(position={"x": 40, "y": 40})
    assert "6 guesses" in seen.text()
    assert seen.page.locator("circle.guess").count() == 6
    assert seen.page.locator(".answer").count() == 0
    seen.page.click("text=Close the poll")
    assert seen.page.locator("circle.guess").count() == 6
    assert seen.page.locator("line.answer").count() == 1
    assert "6 guesses, the middle one" in seen.text()


def test_keys_alone_tell_a_story(look: Look) -> None:
    seen = look()
    page = seen.page
    page.keyboard.press("PageDown")
    page.focus("#guess")
    page.keyboard.press("ArrowRight")
    page.focus("#commit")
    page.keyboard.press("Enter")
    assert "You guessed 51 %" in seen.text()
    page.keyboard.press("n")
    page.keyboard.press(" ")
    page.focus("canvas[tabindex]")
    before = page.locator("canvas[tabindex]").get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    after = page.locator("canvas[tabindex]").get_attribute("aria-label")
    assert before != after
    assert page.locator("#operator").input_value() != "0"
    for summary in page.locator(".figure:visible summary").all():
        summary.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("table:visible tbody tr")
        page.keyboard.press("Enter")


@pytest.mark.parametrize("way", ["keys", "touch"])
def test_all_stories_are_told_without_a_mouse(look: Look, way: str) -> None:
    touch = way == "touch"
    more: dict[str, Any] = {"has_touch": True, "is_mobile": True} if touch else {}
    seen = look(
        "phone" if touch else "projector", "dark", offline=True, reduced_motion="reduce", **more
    )
    page = seen.page
    for key in STORIES:
        page.select_option("#story", key)
        beats = seen.story(key)["beats"]
        for beat in beats:
            assert page.text_content("#line") == beat["title"]
            if "question" in beat:
                page.fill("#guess-number", f"{beat['question']['low']:g}")
            if touch and not beat["explore"]:
                page.tap("#commit" if "question" in beat else ".steer .go")
            elif not beat["explore"]:
                page.keyboard.press("Enter" if "question" in beat else "PageDown")
        page.wait_for_selector(".dial")
        if touch:
            page.tap("text=Everybody returns")
        else:
            page.focus("#dial-returns")
            page.keyboard.press("End")
        seen.until("afterban.scene.live && afterban.scene.settings.returns === 1")
    assert seen.said == []
    assert all(url.startswith(("file:", "blob:", "data:")) for url in seen.asked)


def test_a_word_is_explained_where_it_stands_and_a_step_is_about_its_operator(look: Look) -> None:
    seen = look("small")
    page = seen.page
    page.evaluate("afterban.clock.pause(); scrollTo(0, 0)")
    page.click("[aria-label='What is: twin']")
    meaning = page.locator(".meaning").bounding_box()
    bar = page.locator(".steer").bounding_box()
    assert "without enforcement" in page.text_content(".meaning")
    assert meaning["y"] > 0
    assert meaning["y"] + meaning["height"] <= bar["y"]  # seen, not below the bar
    page.select_option("#operator", "4")
    page.click(".steer .go")
    assert page.locator("#operator").input_value() == "0"
    assert not page.locator(".meaning").count()


def test_the_next_event_is_one_of_the_operator(look: Look) -> None:
    seen = look()
    seen.page.evaluate("afterban.clock.pause(); afterban.clock.go(0)")
    seen.page.click("text=Next event")
    story = seen.story("second-account")
    life = story["answers"][0]["nodes"][0]["lives"][0]
    assert seen.page.evaluate("afterban.clock.day") == pytest.approx(life[3], abs=0.01)
    assert f"loses @{life[0]}" in seen.text()
    # A whole disc before, an empty one after.
    assert "is suspended" in (seen.page.locator("canvas").first.get_attribute("aria-label") or "")


def test_time_runs_and_stands_still_for_who_wants_less_motion(look: Look) -> None:
    seen = look()
    seen.page.wait_for_timeout(600)
    assert seen.page.evaluate("afterban.clock.day") > 0
    still = look(reduced_motion="reduce")
    still.page.wait_for_timeout(400)
    assert still.page.evaluate("afterban.clock.day") == 0
    still.page.click("text=Play")  # who asks for it gets it
    still.page.wait_for_timeout(400)
    assert still.page.evaluate("afterban.clock.day") > 0


def test_a_strangers_link_is_checked(look: Look) -> None:
    for fragment in (
        "#story=nothing",
        "#story=june-2014&view.tale=%3Cimg%20src=x%20onerror=alert(1)%3E",
        "#story=june-2014&view.day=1e99",
        "#" + "a=1&" * 9000,
    ):
        seen = look(at=fragment)
        assert seen.page.locator("[role=alert]").is_visible(), fragment
        assert seen.page.locator("img").count() == 0
        assert "afterban" in seen.text()
    # One that goes past a prediction ends at it.
    seen = look(at="#story=june-2014&view.tale=second-account&view.step=6")
    assert "Step 2 of 6" in seen.text()
    assert seen.page.locator("[aria-current=step]").text_content() == "?"


def test_a_browser_that_cannot_simulate_says_so_and_shows_what_it_has(
    browser: Any, made: Path
) -> None:
    context = browser.new_context()
    context.add_init_script("delete globalThis.WebAssembly")
    page = context.new_page()
    page.goto(made.resolve().as_uri())
    page.wait_for_selector("#line")
    page.select_option("#story", "faster")
    for _ in range(2):
        page.click(".steer .go")
        page.click("text=Without a guess")
        page.wait_for_timeout(50)
    page.click(".steer .go")
    assert "no WebAssembly" in page.text_content(".settings")
    page.click("text=After a month")
    assert "computed beforehand" in page.text_content(".big")
    context.close()


@pytest.mark.parametrize("key", list(STORIES))
def test_the_simulator_in_the_page_makes_the_scene_that_python_recorded(
    look: Look, key: str
) -> None:
    seen = look()
    to_the_sandbox(seen, key)
    recorded = seen.page.evaluate("afterban.scene.live")
    assert recorded is False
    before, after = seen.page.evaluate(f"({SCENES})()")
    assert seen.page.evaluate("afterban.scene.live") is True
    assert after["ends"] == pytest.approx(before["ends"], abs=1)
    assert after["reach"] == pytest.approx(before["reach"], abs=1e-4)
    count = 0
    for mine, other in zip(after["lives"], before["lives"], strict=True):
        assert [life[0] for life in mine] == [life[0] for life in other]
        for a, b in zip(mine, other, strict=True):
            assert a[1:] == pytest.approx(b[1:], abs=0.6)
            count += 1
    assert count >= len(before["lives"]) >= 2
    for mine, other in zip(after["followers"], before["followers"], strict=True):
        for a, b in zip(mine, other, strict=True):
            # Between two corners of a trace a straight line stands for a curve.
            assert a == pytest.approx(b, rel=0.02, abs=10)
    assert after["won"] == pytest.approx(before["won"], rel=0.02)


def test_a_slider_between_its_marks_is_simulated_and_a_link_brings_it_back(look: Look) -> None:
    seen = look()
    to_the_sandbox(seen, "names")
    field = seen.page.locator("[data-control=speed] input.number")
    field.fill("2,5 days")
    field.press("Enter")
    seen.until("afterban.scene.live && afterban.scene.settings.speed === 2.5")
    reach = seen.page.evaluate("afterban.scene.numbers.effective_reach")
    assert 0 < reach < 1
    link = link_of(seen, "speed=2.5")
    # A link goes no further than the predictions that were made.
    other = look(at=f"#{link}")
    assert "Step 2 of 6" in other.text()
    # In the same window they are made, and the state is there again.
    seen.page.click("text=As in the story")
    seen.until("afterban.scene.settings.speed !== 2.5 && !location.hash.includes('speed=2.5')")
    seen.page.evaluate(f"location.hash = '#{link}'")
    seen.until("afterban.scene.live && afterban.scene.settings.speed === 2.5")
    assert seen.page.evaluate("afterban.scene.numbers.effective_reach") == reach
    field = seen.page.locator("[data-control=speed] input.number")
    field.fill("soon")
    field.press("Enter")
    assert "cannot be read" in seen.page.text_content(".settings .status")


COPIED = """async () => {
    navigator.clipboard.writeText = async (text) => { globalThis.copied = text; };
    const field = document.querySelector("[data-control=speed] input.number");
    const buttons = [...document.querySelectorAll("button")];
    const copy = buttons.find((one) => one.textContent === "Copy link");
    for (const text of ["3 days", "4 days"]) {
        field.value = text;
        field.dispatchEvent(new Event("change"));
    }
    copy.click();
    return globalThis.copied;
}"""


def test_a_link_that_is_copied_has_what_was_set_last(look: Look) -> None:
    seen = look()
    to_the_sandbox(seen, "names")
    seen.until("document.querySelector('[data-control=speed] input.number') !== null")
    assert "speed=4" in seen.page.evaluate(COPIED)


def test_pictures_follow_a_finger_that_does_not_stop(look: Look) -> None:
    """In the story that takes the simulator longest; how fast, benchmarks/page.py says."""
    seen = look()
    to_the_sandbox(seen, "faster")
    seen.page.evaluate("afterban.clock.pause()")
    told = seen.page.evaluate(f"({DRAG})('speed', 200)")
    assert len(told["during"]) >= 2, told
    assert told["last"] > 0
    assert seen.said == []


def test_the_real_size_is_simulated_and_comes_back_with_its_operator(look: Look) -> None:
    seen = look()
    to_the_sandbox(seen, "second-account")
    seen.page.select_option("#size", "real")
    seen.until("afterban.scene.network.total === 27001")
    assert seen.page.evaluate("afterban.scene.numbers.effective_reach") > 0
    seen.page.select_option("#operator", "5")
    name = seen.page.evaluate("afterban.scene.network.names[5]")
    seen.page.click("text=Nobody returns")
    seen.until("afterban.scene.live && afterban.scene.settings.returns === 0")
    pressed = ".presets [aria-pressed=true]"
    assert seen.page.locator(pressed).all_text_contents() == ["Nobody returns"]
    link = link_of(seen, "view.operator=5")
    # Steps before are of the record; the settings wait for who comes back.
    seen.page.click(".steer .back")
    assert seen.page.evaluate("afterban.scene.live") is False
    seen.page.click(".steer .go")
    seen.until("afterban.scene.live && afterban.scene.settings.returns === 0")
    assert seen.page.evaluate("afterban.scene.network.total") == 27001
    # Another story has nothing of them, and one size only where both are the same.
    to_the_sandbox(seen, "names")
    assert seen.page.locator("#size").count() == 0
    assert seen.page.locator(pressed).all_text_contents() == []
    assert seen.page.locator(".moved").count() == 0
    seen.page.evaluate(f"location.hash = '#{link}'")
    seen.until("afterban.scene.live && afterban.scene.network.total === 27001")
    assert seen.page.evaluate("afterban.scene.settings.returns") == 0
    assert seen.page.locator("#operator").input_value() == "5"
    assert name == seen.page.evaluate("afterban.scene.network.names[5]")


def test_pictures_and_their_numbers_can_be_kept(look: Look) -> None:
    seen = look()
    seen.page.evaluate("afterban.clock.pause()")
    seen.page.click(".lives summary")
    name, csv = kept(seen.page, ".lives button:text-is('CSV')")
    assert name == "afterban-lives.csv"
    head, first = csv.decode().splitlines()[:2]
    assert head.startswith('"Account","Handle"')
    assert "'@zodosegupe" in first  # a handle is no formula of a spreadsheet
    name, svg = kept(seen.page, ".lives button:text-is('SVG')")
    assert svg.startswith(b"<svg")
    assert b"var(" not in svg  # its colours are written out
    assert b"rgb(0, 114, 178)" in svg
    name, png = kept(seen.page, ".lives button:text-is('PNG')")
    assert png.startswith(b"\x89PNG")
    assert len(png) > 5000


def test_a_state_file_brings_everything_back_and_others_are_refused(
    look: Look, tmp_path: Path
) -> None:
    seen = look()
    to_the_sandbox(seen, "names")
    field = seen.page.locator("[data-control=returns] input.number")
    field.fill("33,3 %")
    field.press("Enter")
    seen.until("afterban.scene.live && afterban.scene.settings.returns === 0.333")
    reach = seen.page.evaluate("afterban.scene.numbers.effective_reach")
    _, state = kept(seen.page, "text=Save state")
    _, yaml = kept(seen.page, "text=Scenario (YAML)")
    assert b"extends: handle-threshold" in yaml
    assert b"0.333" in yaml
    seen.page.click("text=As in the story")
    seen.until("afterban.scene.settings.returns === undefined")
    file = tmp_path / "state.json"
    file.write_bytes(state)
    seen.page.set_input_files("input[type=file]", file)
    seen.until("afterban.scene.live && afterban.scene.settings.returns === 0.333")
    assert seen.page.evaluate("afterban.scene.numbers.effective_reach") == reach
    for bad in (
        b"{",
        b"[1]",
        b'{"format": "other"}',
        state.replace(b"0.333", b"7"),
        b" " * 200_000,
    ):
        file.write_bytes(bad)
        seen.page.set_input_files("input[type=file]", file)
        seen.until("!document.querySelector('[role=alert]').hidden")
        seen.page.evaluate("document.querySelector('[role=alert]').hidden = true")

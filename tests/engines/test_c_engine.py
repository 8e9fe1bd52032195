"""The C engine of the benchmarks against the compiled engine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import networks
import numpy as np
import pytest

from afterban import inputs
from afterban.engines import compiled, packing
from afterban.engines.agreement import assert_same, differences
from afterban.engines.records import Records
from afterban.parameters import Parameters
from afterban.scenario import Scenario, shipped_names
from afterban.world import build

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MOST = 1500  # operators of the largest tier of a shipped scenario

# Networks in which, between them, everything happens.
NETWORKS = (
    *("network", "staffed", "returning", "priced", "priced_team", "differing", "heard"),
    *("retaliating", "granting", "answered", "bursting", "alike", "adapting"),
)

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not (shutil.which("gcc") or shutil.which("clang")),
    reason="there is no C compiler",
)


@pytest.fixture(scope="module")
def c_engine():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        import c_engine

        yield c_engine
    for name in ("c_engine", "c_layout"):
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def core(c_engine, tmp_path_factory):
    return c_engine.Native(tmp_path_factory.mktemp("native"), flags=("-Werror",))


def made(name: str, live: bool = True) -> Parameters:
    return getattr(networks, name)(live_insiders=live)


_TOLD: dict[tuple[str, bool], Records] = {}


def told(name: str, live: bool = True) -> Records:
    """What the compiled engine says of a network; asked once."""
    if (name, live) not in _TOLD:
        p = made(name, live)
        _TOLD[name, live] = compiled.run(p, build(p, 1, 0), 1, 0)
    return _TOLD[name, live]


def test_the_header_is_what_the_modules_make_of_it(c_engine):
    text, digest = c_engine.c_layout.layout()
    assert c_engine.c_layout.HEADER.read_text() == text
    assert f"INT64_C({digest})" in text


# Packed for an engine, but asked for when the world is drawn or by the metrics only.
ELSEWHERE = {
    *("appeal_success", "kept_part", "ordinary_namesakes", "ordinary_sample"),
    *("ordinary_topic_names", "posts_after", "prominence_tail", "recruit_tier"),
}


def test_every_number_that_is_packed_is_asked_for(c_engine):
    """A new setting that the C program does not know would be passed over in silence."""
    sources = sorted(c_engine.SOURCE.parent.rglob("*.c"))
    text = "".join(file.read_text(encoding="utf-8") for file in sources)
    names = (*packing.SETTINGS.names, *packing.TIER.names)
    unread = {
        name for name in names if not re.search(rf"(->|\.){c_engine.c_layout.c_name(name)}\b", text)
    }
    assert unread == ELSEWHERE


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_c_engine_tells_the_same(c_engine, core, name, live):
    p = made(name, live)
    assert_same(told(name, live), c_engine.run(core, p, build(p, 1, 0), 1, 0))
    # One more seed: the comparison is not of a thing with itself.
    assert differences(told(name, live), c_engine.run(core, p, build(p, 2, 0), 2, 0))


def test_everything_happens_in_some_network():
    """What the comparison above is about: channels, moves, recruits, appeals, look-alikes."""
    all_of_them = [told(name) for name in NETWORKS]
    assert min(sum(one.flags for one in all_of_them)[0, 1:]) > 0
    assert any(set(one.accounts["platform"]) == {0, 1} for one in all_of_them)
    assert any(one.struck.sum() > 0 for one in all_of_them)
    cases = np.concatenate([one.cases for one in all_of_them])
    assert ((cases["appeal"] == 1) & (cases["operator"] >= 0)).any()
    assert ((cases["appeal"] == 1) & (cases["operator"] < 0)).any()
    reinstated = told("granting").accounts
    assert ((reinstated["edit_distance"] == 0) & (reinstated["life"] > 1)).any()


def test_how_it_is_handed_memory_and_time_changes_nothing(c_engine, core):
    for name in ("network", "alike"):
        p = made(name)
        world = build(p, 1, 0)
        little = core.call("least") + 16
        there = c_engine.run(core, p, world, 1, 0, events=1, memory=little)
        assert_same(told(name), there)


def test_a_library_of_another_layout_is_refused(c_engine, core):
    p = made("network")
    data = c_engine.given(p, build(p, 1, 0), 1, 0)
    data[0] ^= 1
    assert begun(core, data) == -1
    assert begun(core, data[:4]) == -1


def begun(core, data) -> int:
    core.clear()
    at, here = core.place(data.nbytes), core.place(1 << 24)
    core.write(at, np.ascontiguousarray(data))
    return core.call("begin", at, data.nbytes, here, 1 << 24)


def test_tables_that_do_not_fit_each_other_are_refused(c_engine, core):
    p = made("network")
    world = build(p, 1, 0)
    assert begun(core, c_engine.given(p, world, 1, 0)) == 1
    for wrong in (
        world._replace(posts=world.posts[:-1]),
        world._replace(tier=world.tier + 1),
        world._replace(promoters=world.promoters + len(world.tier)),
        world._replace(promoter_start=world.promoter_start[::-1].copy()),
        world._replace(audience=-world.audience - 1.0),
    ):
        bad = c_engine.given(p, world, 1, 0) if wrong is world else tampered(c_engine, p, wrong)
        assert begun(core, bad) == -2
    law = networks.law(3, 0.0)
    law[0] = 99.0
    for changes in ({"promotion_delay": law}, {"horizon": float("nan")}):
        assert begun(core, tampered(c_engine, p._replace(**changes), world)) == -2
    whole = c_engine.given(p, world, 1, 0)
    assert begun(core, whole[: len(whole) // 2]) == -2


def tampered(c_engine, p, world):
    """What would be handed in, were it not for what Python itself makes of a wrong world."""
    right = made("network")
    real = c_engine.first_state, c_engine.wrong_flags.planned
    shares = c_engine._shares
    fine = build(right, 1, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(c_engine, "first_state", lambda *_: real[0](right, fine))
        patch.setattr(c_engine.wrong_flags, "planned", lambda *_: real[1](right, fine, 1, 0))
        patch.setattr(c_engine, "_shares", lambda *_: shares(right, fine, real[0](right, fine)))
        return c_engine.given(p, world, 1, 0)


@pytest.mark.slow
def test_the_module_tells_the_same_lives(c_engine, tmp_path):
    import c_program
    import c_wasm

    if not c_wasm.available():
        pytest.skip("ziglang and wasmtime are not installed")
    path = c_wasm.make(tmp_path)
    assert path.stat().st_size < 200_000
    module = c_wasm.Module(path)
    assert module.imports == []  # no files, no clock: nothing but what it is handed
    for name in NETWORKS:
        p = made(name)
        page = c_engine.run(module, p, build(p, 1, 0), 1, 0)
        assert c_program.lives_alike(told(name), page)
        assert c_program.furthest(told(name), page) < 1e-9
    for name in ("c_program", "c_wasm", "common"):
        sys.modules.pop(name, None)


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_names())
def test_the_c_engine_tells_the_same_of_a_shipped_scenario(c_engine, core, name):
    scenario = Scenario.from_yaml(name)
    large = {
        f"tiers.{tier}.count": MOST
        for tier, one in scenario.tiers.items()
        if one.count > MOST and one.same_operators_as is None
    }
    scenario = scenario.with_changes(large) if large else scenario
    inputs.check(scenario)
    for policy in ["none", "base", *scenario.policies]:
        p = Parameters.from_scenario(scenario, policy)
        world = build(p, scenario.seed, 0)
        one = compiled.run(p, world, scenario.seed, 0)
        assert_same(one, c_engine.run(core, p, world, scenario.seed, 0))


@pytest.fixture(scope="module")
def driver(c_engine, tmp_path_factory):
    """The engine as a program that ends at once where it touches what it should not."""
    program = tmp_path_factory.mktemp("driver") / "drive"
    checks = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    source = c_engine.SOURCE.with_name("drive.c")
    command = [c_engine.compiler(), *c_engine.FLAGS, *checks, source, "-o", program, "-lm"]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("the compiler has no sanitizers")
    return program


def driven(program, data, folder: Path, *arguments: int) -> tuple[int, str]:
    """The code that the program ends with, and what it says."""
    (folder / "given").write_bytes(data.tobytes())
    command = [program, folder / "given", folder / "told", *map(str, arguments)]
    quiet = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # it ends with its memory in hand
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, env=quiet
    )
    return done.returncode, done.stderr


def test_the_c_engine_ranks_by_the_same_observations(c_engine, core):
    p = ranked(live_insiders=True)
    world = build(p, 1, 0)
    assert_same(compiled.run(p, world, 1, 0), c_engine.run(core, p, world, 1, 0))


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_is_read_or_written_out_of_its_place(c_engine, core, driver, tmp_path, name):
    for live in (False, True):
        p = made(name, live)
        world = build(p, 1, 0)
        data = c_engine.given(p, world, 1, 0, gap=64)
        for events, memory in ((1 << 16, 1 << 22), (7, 1 << 12)):
            code, said = driven(driver, data, tmp_path, events, memory)
            assert (code, said) == (0, "")
        accounts = told(name, live).accounts
        there = (tmp_path / "told").read_bytes()[: accounts.nbytes]
        assert there == accounts.tobytes()


WORDS = (-1, 0, 1, 5, 100, 1 << 31, 1 << 40, -(1 << 62), (1 << 63) - 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["returning", "granting", "alike"])
def test_wrong_whole_numbers_lead_nowhere(c_engine, driver, tmp_path, name):
    """Of tables of whole numbers any may be anything: it is refused, or nothing is out of place."""
    p = made(name)
    world = build(p, 1, 0)
    _, parts = c_engine.laid_out(p, world, 1, 0, gap=64)
    whole = c_engine.given(p, world, 1, 0, gap=64)
    random = np.random.default_rng(1)
    codes = set()
    for at, table in parts[1:]:
        if table.dtype.kind not in "iu" or table.size == 0:
            continue
        for word in random.choice(WORDS, 3):
            data, place = whole.copy(), random.integers(table.size)
            there = data[at : at + table.nbytes].view(table.dtype)
            there[place] = np.array(word).astype(table.dtype)
            code, said = driven(driver, data, tmp_path)
            assert "Sanitizer" not in said, (at, place, word, said)
            assert "runtime error" not in said, (at, place, word, said)
            codes.add(code)
    assert codes == {0, 2}  # done, or refused


# One fault in each mechanism: the file, what stands there, and what is put in its place.
FAULTS = (
    ("randomness.c", "u64 p0 = 0xD2511F53u * c0,", "u64 p0 = 0xD2511F51u * c0,"),
    ("mechanisms/distributions.c", "r <= 5.0 ? near_tail(r) : far_tail(r)", "near_tail(r + 1e-9)"),
    ("mechanisms/clock.c", "return most_of(exact, now);", "return day;"),
    ("mechanisms/forgetting.c", "factor /= k + 3.0;", "factor /= k + 4.0;"),
    ("mechanisms/audience.c", "row[S_FORGET_OUT], elapsed);\n    row", "0.0, elapsed);\n    row"),
    ("mechanisms/audience.c", "to_busy + rebuild * (half - busy)", "to_busy"),
    ("mechanisms/bursts.c", "row[S_POSTS_CHANGE] = change;", ""),
    ("mechanisms/census.c", "share * (row[S_ATTACHED_IN]", "(row[S_ATTACHED_IN]"),
    ("mechanisms/detection.c", "<= time) regime++", "< time - 1.0) regime++"),
    ("mechanisms/detection.c", "edits <= threshold", "edits < threshold"),
    ("mechanisms/handles.c", "* 9.0)) % 10", "* 8.0)) % 10"),
    ("mechanisms/handles.c", "& equal_before", "& 0"),
    ("mechanisms/liveshare.c", "if (newly_there) s->whole", "if (0) s->whole"),
    ("mechanisms/liveshare.c", "< LIVESHARE_STEP", "< 2.0 * LIVESHARE_STEP"),
    ("mechanisms/liveshare.c", "total += kept * cells[between];", ""),
    ("mechanisms/promotion.c", "least(1.0, promoter_audience / audience)", "1.0"),
    ("mechanisms/review.c", "if (order == REVIEW_LINKS)", "if (0)"),
    ("mechanisms/review.c", "if (wave_every > 0.0", "if (0.0 > 0.0"),
    ("mechanisms/returning.c", "power(fatigue, life - 1)", "1.0"),
    ("mechanisms/returning.c", "u = (u - before) / (shares[k] - before);", ""),
    ("mechanisms/returning.c", "day - earlier <= within", "1"),
    ("mechanisms/adaptation.c", "days == INFINITY ? days : days * factor", "days"),
    ("mechanisms/ranking.c", "DRAW_OBSERVED, operator_, life", "DRAW_OBSERVED, operator_, 1"),
    ("rankings.c", "of->taken[t]++;", ""),
    ("rankings.c", "if (row[S_PUBLIC] == 0.0 || *life != r->who[i].life)", "if (0)"),
    ("mechanisms/mistakes.c", "d.u < appeal, d.v", "d.u < appeal, d.u"),
    ("mechanisms/wrong_flags.c", "n++;\n        part", "n += 2;\n        part"),
    ("calendar.c", "one->key < other->key", "one->key > other->key"),
    ("actor.c", "if (returns > 0 && one->account >= 0) returns--;", ""),
    ("suspect.c", "one->rounds++;", ""),
    ("suspect.c", "tier_of(r, i)->severity == REVIEW_URGENT", "0"),
    ("operator.c", "one->spares--;", ""),
    ("operator.c", "migrate(row_of(r, i), r->given.kept[one->platform]);", ""),
    ("operator.c", "of.in);\n", "0.9 * of.in);\n"),
    ("operator.c", "due(now, tier->public_day - tier->created_day)", "now"),
    ("operator.c", "if (accept * one->outsiders < outside * content)", "if (accept < 0.5)"),
    ("operator.c", "if (first && tier_of(r, i)->only_if_moved", "if (0 && first"),
    (
        "ordinary.c",
        "plan(r, now, EV_WRONG_FLAG, channel, numbered",
        "if (0) plan(r, now, EV_WRONG_FLAG, channel, numbered",
    ),
    ("ordinary.c", "expect_look_alike(r, now, k, ordinal + 1);", ""),
    ("ordinary.c", "number + 1);\n    take", "number + 2);\n    take"),
    ("team.c", "if (a->precedence != b->precedence)", "if (0)"),
    ("team.c", "r->busy--;", "r->busy = 0;"),
    ("team.c", "be_reinstated(r, now, i, life);", ";"),
    ("platform.c", "r->p.discover[1] = ", "0.0 * "),
    (
        "platform.c",
        "if (factors[step] != factors[step - 1])",
        "if (factors[step] > factors[step - 1])",
    ),
    (
        "platform.c",
        "r->value[from[a]] >= r->value[from[b]]",
        "r->value[from[a]] > r->value[from[b]]",
    ),
    ("ledger.c", "totals[BOOK_MISSED + k] *= kept;", ""),
    ("ledger.c", "more -= missing", "more += missing"),
    ("observer.c", "(isnan(at_flag) ? seen : at_flag)", "seen"),
)


def released(**changes) -> Parameters:
    """Sleepers make accounts for releases."""
    return networks.returning(**{"release_every": np.array([0.0, 0.0, 9.0])} | changes)


def prepared(**changes) -> Parameters:
    """Sleepers are made by those who have left their first platform, whom there are none of."""
    return networks.network(**{"only_if_moved": np.array([0, 0, 1])} | changes)


def ranked(**changes) -> Parameters:
    """The team takes cases, and campaigns choose, by tables of what was observed, with errors."""
    tables = {
        "rank_what": np.array([0, 1]),
        "rank_every": np.array([2.5, 0.0]),
        "rank_back": np.array([4, 0]),
        "rank_day": np.arange(2.5, 80.0, 2.5),
        "rank_table": np.zeros(31, dtype=np.int64),
        "pulse_table": np.array([0, 1, 0, -1]),
        "pulse_error": np.array([0.3, 0.2, 0.0, 0.0]),
        "queue_table": 0,
        "queue_error": 0.4,
    }
    return networks.staffed(**tables | changes)


def waves(**changes) -> Parameters:
    """A team that takes cases by followers, links or activity, and suspends in waves."""
    return networks.priced_team(**{"wave_every": 3.0, "queue_order": 3} | changes)


@pytest.mark.slow
def test_a_fault_in_any_mechanism_is_found(c_engine, tmp_path):
    """Each fault alone changes what the engine tells of one of the networks."""
    cases = [(made(name), told(name)) for name in NETWORKS]
    for make in (released, prepared, waves, ranked):
        p = make(live_insiders=True)
        cases.append((p, compiled.run(p, build(p, 1, 0), 1, 0)))
    unfound = []
    for k, (name, right, wrong) in enumerate(FAULTS):
        folder = tmp_path / str(k)
        shutil.copytree(c_engine.SOURCE.parent, folder)
        text = (folder / name).read_text()
        assert text.count(right) == 1, (name, right, text.count(right))
        (folder / name).write_text(text.replace(right, wrong))
        core = c_engine.Native(folder, folder / "engine.c", ("-O1", "-w"))
        if not any(
            differences(one, c_engine.run(core, p, build(p, 1, 0), 1, 0)) for p, one in cases
        ):
            unfound.append((name, right))
    assert unfound == []

"""The compiled engine's program, built natively and run as a module, against the reference."""

import re
from functools import cache

import networks
import numpy as np
import pytest

from afterban import core
from afterban.core import module, native
from afterban.core.sources import SOURCE
from afterban.engines import compiled, reference
from afterban.engines.agreement import assert_same, differences
from afterban.engines.compiled import build as making
from afterban.engines.compiled import given, layout, packing
from afterban.engines.records import Records
from afterban.errors import AfterbanError
from afterban.parameters import Parameters
from afterban.world import build

pytestmark = pytest.mark.skipif(not core.can_run(), reason="no compiled engine can be run here")


@pytest.fixture(scope="module", params=["native", "module"])
def program(request):
    """The program, as it is built on this machine, and as the module that is shipped."""
    if request.param == "module":
        if not module.available():
            pytest.skip("wasmtime is not installed")
        return module.Module()
    library = native.built().library
    if library is None:
        pytest.skip("there is no C compiler")
    return native.Native(library)


MORE = (networks.released, networks.prepared, networks.waves, networks.ranked)


def made(name: str, live: bool = True) -> Parameters:
    return getattr(networks, name)(live_insiders=live)


@cache
def told(name: str, live: bool = True) -> Records:
    """What the reference engine says of a network; asked once."""
    p = made(name, live)
    return reference.run(p, build(p, 1, 0), 1, 0)


# --- what the program is made of -----------------------------------------------------------------


def test_the_header_is_what_the_modules_make_of_it():
    text, digest = layout.header()
    assert making.HEADER.read_text(encoding="utf-8") == text
    assert f"INT64_C({digest})" in text


# Packed for an engine, but asked for when the world or the beginning is made, or by the metrics.
ELSEWHERE = {
    *("appeal_success", "kept_part", "ordinary_namesakes", "ordinary_sample"),
    *("ordinary_topic_names", "posts_after", "prominence_tail", "recruit_tier"),
}


def test_every_number_that_is_packed_is_asked_for():
    """A new setting that the C program does not know would be passed over in silence."""
    beside = {"world.c", "start.c", "ordinary_handles.c", "measures.c"}  # which are handed tables
    sources = [file for file in SOURCE.parent.rglob("*.c") if file.name not in beside]
    text = "".join(file.read_text(encoding="utf-8") for file in sources)
    names = (*packing.SETTINGS.names, *packing.TIER.names)
    unread = {name for name in names if not re.search(rf"(->|\.){layout.c_name(name)}\b", text)}
    assert unread == ELSEWHERE


def test_the_module_is_small_and_asks_for_nothing():
    assert module.MODULE.stat().st_size < 200_000
    assert module.Module().imports == []  # no files, no clock: nothing but what it is handed


@pytest.mark.slow
@pytest.mark.skipif(native.compiler() is None, reason="there is no C compiler")
def test_the_sources_are_built_without_a_warning(tmp_path):
    flags = (*native.FLAGS, "-Wall", "-Wextra", "-Werror")
    native.build(native.compiler(), tmp_path / "strict.so", flags=flags)


@pytest.mark.slow
def test_the_module_is_what_the_sources_make():
    pytest.importorskip("ziglang", reason="ziglang is not installed")
    making.check()  # in another folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "FLAGS", (*making.FLAGS, "-Wl,-z,stack-size=131072"))
        with pytest.raises(Exception, match="is not what the sources make"):
            making.check()


# --- what it tells -------------------------------------------------------------------------------


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("name", networks.NETWORKS)
def test_it_tells_what_the_reference_tells(program, name, live):
    p = made(name, live)
    assert_same(told(name, live), compiled.run_in(program, p, build(p, 1, 0), 1, 0))
    # One more seed: the comparison is not of a thing with itself.
    assert differences(told(name, live), compiled.run_in(program, p, build(p, 2, 0), 2, 0))


@pytest.mark.slow
@pytest.mark.parametrize("make", MORE)
def test_it_tells_the_same_of_rarer_rules(program, make):
    p = make(live_insiders=True)
    world = build(p, 1, 0)
    one = reference.run(p, world, 1, 0)
    assert_same(one, compiled.run_in(program, p, world, 1, 0))


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_native_and_module_give_the_same_bytes(same, name):
    """Sums and numbers that are missing too, which the comparison of two engines lets pass."""
    one, other = list(core.all_that_run().values())[:2] if len(core.all_that_run()) > 1 else (0, 0)
    if not one:
        pytest.skip("there is one program only")
    p = made(name)
    world = build(p, 1, 0)
    assert same(compiled.run_in(one, p, world, 1, 0), compiled.run_in(other, p, world, 1, 0))
    assert not same(compiled.run_in(one, p, world, 1, 0), compiled.run_in(other, p, world, 2, 0))


@pytest.mark.slow
def test_everything_happens_in_some_network():
    """What the comparison above is about: channels, moves, recruits, appeals, look-alikes."""
    all_of_them = [told(name) for name in networks.NETWORKS]
    assert min(sum(one.flags for one in all_of_them)[0, 1:]) > 0
    assert any(set(one.accounts["platform"]) == {0, 1} for one in all_of_them)
    assert any(one.struck.sum() > 0 for one in all_of_them)
    cases = np.concatenate([one.cases for one in all_of_them])
    assert ((cases["appeal"] == 1) & (cases["operator"] >= 0)).any()
    assert ((cases["appeal"] == 1) & (cases["operator"] < 0)).any()
    reinstated = told("granting").accounts
    assert ((reinstated["edit_distance"] == 0) & (reinstated["life"] > 1)).any()


# --- how it is asked -----------------------------------------------------------------------------


def test_how_it_is_handed_memory_and_time_changes_nothing(program):
    for name in ("network", "alike"):
        p = made(name)
        world = build(p, 1, 0)
        little = program.call("least") + 16
        assert_same(told(name), compiled.run_in(program, p, world, 1, 0, events=1, memory=little))


def begun(program, data) -> int:
    program.clear()
    at, here = program.place(data.nbytes), program.place(1 << 24)
    program.write(at, np.ascontiguousarray(data))
    return program.call("begin", at, data.nbytes, here, 1 << 24)


def test_a_program_of_another_layout_is_refused(program, monkeypatch):
    p = made("network")
    world = build(p, 1, 0)
    data = given.given(p, world, 1, 0)
    data[0] ^= 1
    assert begun(program, data) == -1
    assert begun(program, data[:4]) == -1
    right = layout.digest()
    monkeypatch.setattr(layout, "digest", lambda: right ^ 1)
    with pytest.raises(AfterbanError, match="made for other tables"):
        compiled.run_in(program, p, world, 1, 0)


def test_tables_that_do_not_fit_each_other_are_refused(program):
    p = made("network")
    world = build(p, 1, 0)
    assert begun(program, given.given(p, world, 1, 0)) == 1
    for wrong in (
        world._replace(posts=world.posts[:-1]),
        world._replace(tier=world.tier + 1),
        world._replace(promoters=world.promoters + len(world.tier)),
        world._replace(promoter_start=world.promoter_start[::-1].copy()),
        world._replace(audience=-world.audience - 1.0),
    ):
        assert begun(program, tampered(p, wrong)) == -2
    law = networks.law(3, 0.0)
    law[0] = 99.0
    for changes in ({"promotion_delay": law}, {"horizon": float("nan")}):
        assert begun(program, tampered(p._replace(**changes), world)) == -2
    whole = given.given(p, world, 1, 0)
    assert begun(program, whole[: len(whole) // 2]) == -2


def tampered(p, world):
    """What would be handed in, were it not for what Python itself makes of a wrong world."""
    right = made("network")
    begin = given.start(core.core(), right, build(right, 1, 0), 1, 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(given, "start", lambda *_: begin)
        return given.given(p, world, 1, 0)

"""Faults put into the C program, one in each mechanism: each alone is found by some network."""

import shutil

import networks
import pytest

from afterban.core import native
from afterban.core.sources import SOURCE
from afterban.engines import compiled, reference
from afterban.engines.agreement import differences
from afterban.world import build

# The file, what stands there, and what is put in its place.
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
    ("observer.c", "look(r, r->p.horizon, k)", "look(r, r->p.horizon - 1.0, k)"),
    ("engine.c", "look(r, r->pending.day, number - looks)", "look(r, r->pending.day, 0)"),
)

MORE = ("released", "prepared", "waves", "ranked")


def test_each_mechanism_has_its_fault():
    files = {file.name for file in (SOURCE.parent / "mechanisms").glob("*.c")}
    assert files == {name.split("/")[1] for name, _, _ in FAULTS if "/" in name}


@pytest.mark.slow
def test_a_fault_in_any_mechanism_is_found(tmp_path):
    command = native.compiler()
    if command is None:
        pytest.skip("there is no C compiler")
    cases = []
    for name in (*networks.NETWORKS, *MORE):
        p = getattr(networks, name)(live_insiders=True)
        world = build(p, 1, 0)
        looks = networks.looks(p, world)
        cases.append((p, world, looks, reference.run(p, world, 1, 0, looks=looks)))
    unfound = []
    for k, (name, right, wrong) in enumerate(FAULTS):
        folder = tmp_path / str(k)
        shutil.copytree(SOURCE.parent, folder)
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(right) == 1, (name, right, text.count(right))
        (folder / name).write_text(text.replace(right, wrong), encoding="utf-8")
        library = folder / "faulty.so"
        native.build(command, library, folder / "engine.c", (*native.FLAGS, "-O1", "-w"))
        program = native.Native(library)
        if not any(
            differences(one, compiled.run_in(program, p, world, 1, 0, looks=looks))
            for p, world, looks, one in cases
        ):
            unfound.append((name, right))
    assert unfound == []

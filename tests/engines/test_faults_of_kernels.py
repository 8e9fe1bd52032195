"""Faults put into the entry points beside the engine: each alone is found by these inputs."""

import shutil

import networks
import numpy as np
import pytest
from test_c_world import law_of_files, newcomers
from test_sanitizers import kernel_inputs

from afterban.core import all_that_run, kernels, native
from afterban.core.sources import SOURCE
from afterban.world import build

# The file, what stands there, and what is put in its place.
FAULTS = (
    ("world.c", "more_to_come |= mark[k] < most[k];", "more_to_come |= 2.0 * mark[k] < most[k];"),
    ("world.c", "double day = due(0.0, draws.v * horizon);", "double day = draws.v * horizon;"),
    ("world.c", "if (!(own < 1.0)) continue;", "if (!(own < 0.5)) continue;"),
    ("world.c", "double degree = floor(value[i] + 0.5);", "double degree = floor(value[i]);"),
    (
        "world.c",
        "least(own_pow(1.0 - u[3][i], -1.0 / tail)",
        "(own_pow(1.0 - u[3][i], -1.1 / tail)",
    ),
    ("world.c", "d->posts[i] = g->own_posts[i];", ""),
    ("world.c", "(j != owner[k]) & (last_owner[j] != owner[k])", "(last_owner[j] != owner[k])"),
    ("world.c", "(j != owner[k]) & (last_owner[j] != owner[k])", "(j != owner[k])"),
    ("world.c", "j != n && d->arrivals[j] < INFINITY", "d->arrivals[j] < INFINITY"),
    ("world.c", "shift = begin_of_other - first;", "shift = 0;"),
    ("world.c", "d->audience[2 * i] = d->audience[2 * i + 1] = 0.0;", ""),
    ("world.c", "if (d->promoters[k] == who) return 1;", ""),
    ("mechanisms/distributions.c", "1.8923729729394579e-10, -1", "1.8923729729394579e-07, -1"),
    ("start.c", "row[S_POSTS_CHANGE] =", "row[S_FORGET_OUT] ="),
    ("start.c", "row[S_REFOLLOW_OUT] *=", "row[S_REFOLLOW_OUT] +="),
    ("start.c", "rint(sum / (double)s->there)", "sum / (double)s->there"),
    ("start.c", "if (at < found && all[at] == one) continue;", ""),
    ("start.c", "* (g->insider_reports[0] * row[S_ATTACHED_IN]", "* (row[S_ATTACHED_IN]"),
    ("start.c", "if (now >= horizon) break;", "if (now >= 0.9 * horizon) break;"),
    ("start.c", "i64 number = (layer << PLACE_BITS", "i64 number = (channel << PLACE_BITS"),
    ("start.c", "numbered(act.first, j)", "numbered(act.first, 0)"),
    ("start.c", "flags[b].day < flags[a].day", "flags[b].day <= flags[a].day"),
    ("ordinary_handles.c", "namesake ? SYLLABLES : HANDLE_TOPIC_SYLLABLES", "SYLLABLES"),
    ("ordinary_handles.c", "(marked || !namesake)", "1"),
    ("measures.c", "e *= 2.0 - e;\n    return", "return"),
    ("measures.c", "third += spread * (1.0 - 2.0 * e) * x;", "third += spread * x;"),
    (
        "measures.c",
        "inside[k - 2] * (2.0 - inside[k - 2])",
        "inside[k - 1] * (2.0 - inside[k - 2])",
    ),
    ("measures.c", "unseen[i] *= 1.0 - exposed[i];", "unseen[i] *= 1.0;"),
    ("measures.c", "g.hears[0] ? g.heard[k] - day :", ""),
    ("measures.c", "after[k] = left - out[k];", "after[k] = left;"),
    ("measures.c", "of.factors[k] * days_between", "days_between"),
    ("measures.c", "if (k == 0 || g.operator_[k - 1] != i) born = since = NAN;", ""),
)


def inputs():
    """What the entry points are handed here."""
    yield from kernel_inputs()
    for p in (
        networks.network(prominence_tail=0.4),
        networks.network(same_as=np.array([-1, -1, 1])),
        law_of_files(networks.network(), 17, False),
        newcomers(networks.differing(), 3.0),
        newcomers(networks.priced(live_insiders=True)),
        networks.bursting(),
    ):
        given = {**p._asdict(), "seed": 1, "replication": 0}
        yield "world", given
        given |= {**build(p, 1, 0)._asdict(), "exposure": p.exposure}
        yield "start", given
        many = np.where(np.arange(len(p.wrong_a_day)) > 0, 4.0, -1.0)
        pulses = {"wrong_a_day": many, "wrong_per_right": np.ones(len(many))}
        pulses["pulse_share"] = np.ones(len(p.pulse_day))
        yield "start", {**given, **pulses}


def told(program, cases):
    return [
        b"".join(table.tobytes() for table in kernels.call(program, name, given).values())
        for name, given in cases
    ]


@pytest.mark.slow
def test_a_fault_in_any_entry_point_is_found(tmp_path):
    cases = list(inputs())
    (program, *_) = all_that_run().values()
    right_ones = told(program, cases)
    unfound = []
    for k, (name, right, wrong) in enumerate(FAULTS):
        folder = tmp_path / str(k)
        shutil.copytree(SOURCE.parent, folder)
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(right) == 1, (name, right, text.count(right))
        (folder / name).write_text(text.replace(right, wrong), encoding="utf-8")
        library = folder / "faulty.so"
        flags = ("-std=c11", "-O0", "-w", "-ffp-contract=off")
        native.build(native.compiler(), library, folder / "engine.c", flags)
        if told(native.Native(library), cases) == right_ones:
            unfound.append((name, right))
    assert unfound == []

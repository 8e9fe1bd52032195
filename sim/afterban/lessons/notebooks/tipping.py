# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 4: tipping points and hubs."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(
    width="compact", app_title="4. Tipping points and hubs", html_head_file="head.html"
)

with app.setup:
    from dataclasses import replace

    import numpy as np

    from afterban import Scenario, replicate, theory
    from afterban.experiment.phase import at, field_of, phase_diagram
    from afterban.lessons import NOBODY_FORGETS, parts
    from afterban.mechanisms import census
    from afterban.report import lessons as draw
    from afterban.statistics import mean_interval, paired_difference


@app.cell
def _():
    parts.opening(
        "tipping",
        """
        An account that comes back is promoted by the accounts that survive: they bring it followers,
        in proportion to the followers that they have themselves. A network in good health restores
        its members quickly; one that is struck down cannot. So it is often said that such a network
        has a *tipping point*: act fast enough, and it falls apart for good.

        To see whether it has, take a network that theory can solve: 150 operators who are all alike,
        each promoted by ten others. Everybody is found, suspended after a **time to action** with an
        exponential distribution, and returns after a day. Every new life begins with no followers at all.
        One half of the audience comes back **by promotion alone**; the other half also finds the
        account **by itself**, at 3 % a day.

        We watch the share of the audience that follows an account while it is live.
        """,
    )
    return


@app.cell
def _():
    strength = 2.0  # promotions of a life, times the share that each brings back at best
    alike = Scenario.from_yaml("all-alike").with_changes({"tiers.operator.count": 150})
    times = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # days
    diagram = phase_diagram(alike, times, [strength], replications=6)
    day = times.index(1.0)
    eight = times.index(8.0)
    threshold = float(diagram.threshold[0])
    return alike, day, diagram, eight, strength, threshold


@app.cell
def _(day, diagram, eight):
    alone = diagram.simulated[0, 0]
    tip = parts.predict(
        "Predict 1",
        f"By promotion alone: with a time to action of 8 days, {parts.percent(alone[eight])} of the "
        "audience follow (mean of 6 replications, standard error "
        f"{parts.number(100 * diagram.spread[0, 0, eight], 1)} points). And with one day?",
        100 * alone[day],
        {
            "Still about 60 %: promotion takes hours, not days.": (
                60,
                "A promotion brings followers only if the promoter has some. If everybody has few, "
                "everybody gets few.",
            ),
            "About 35 %.": (35, "The fall feeds on itself."),
            "About 9 %: an eighth of the time, an eighth of the followers.": (
                9,
                "It is not in proportion. Fewer followers for me mean fewer for those whom I promote.",
            ),
            "None.": (0, ""),
        },
        "Each life must win back enough followers to pass on as many as the network loses. Below a "
        "threshold it cannot, and the loss goes round until nobody is left.",
    )
    tip_answer = tip.ask()
    tip_answer
    return alone, tip, tip_answer


@app.cell
def _(diagram, threshold, tip, tip_answer):
    parts.reveal(
        tip,
        tip_answer.value,
        draw.attached(
            diagram,
            False,
            "150 operators who are all alike (all-alike, seed 77), 6 replications, 95 % intervals. "
            "Line: mean-field theory, for a network without end.",
        ),
        parts.text(
            f"""
            Theory puts the threshold at {threshold:.2f} days. Just above it the finite network has
            less than theory says: chance differences between operators cost it some.
            """
        ),
    )
    return


@app.cell
def _(alike, strength):
    field = replace(field_of(at(alike, 1.0, strength), "insiders"), refollow=0.0)
    at_one = theory.critical_time_to_action(
        replace(field, gain=1.0 / (field.neighbours * field.promotes))
    )
    product = field.neighbours * field.promotes * field.gain
    survives = parts.choose(
        "Check 1",
        "Let k be the accounts that promote a life, q the probability that each does, and g the share of the "
        "followers it brings back at best. Suppose k·q·g = 1. How slow must enforcement be for the "
        "network to keep its followers by promotion alone?",
        {
            "Slower than about a day.": (
                at_one is not None and at_one < 2,
                "There is no speed slow enough: at best, each life gets just what it gives.",
            ),
            "Slower than about a month.": (
                at_one is not None and 15 < at_one < 60,
                "There is no speed slow enough: at best, each life gets just what it gives.",
            ),
            "It cannot keep them, however slow.": (at_one is None, ""),
        },
        "Every follower must be replaced by more than one, or the next generation has fewer: k·q·g > 1 "
        f"is needed, as in an epidemic. Here it is {product:.1f}, which leaves room for a threshold.",
    )
    survives_answer = survives.ask()
    survives_answer
    return product, survives, survives_answer


@app.cell
def _(survives, survives_answer):
    parts.reveal(
        survives,
        survives_answer.value,
        parts.optional(
            "Where k·q·g > 1 comes from",
            """
            Suppose that nearly nobody follows: a life ends with a small share x of its audience.
            If lives are long, each of k accounts promotes the next life with probability q and brings
            back g·x of those who are away, so that the next share is k·q·g·x. It grows from
            nearly nothing only if k·q·g > 1. With a finite time to action some promotions come too
            late, the factor is smaller, and the threshold is where it is just 1.
            """,
        ),
    )
    return


@app.cell
def _(alike, diagram, strength, threshold):
    both = diagram.simulated[1, 0]
    outside = field_of(at(alike, 1.0, strength), "outsiders")
    place = theory.critical_time_to_action(outside)
    falls = bool((np.diff(both) > 0).all() and both.min() > 0)
    smooth = parts.choose(
        "Predict 2",
        "Now the other half, which also comes back by itself, at 3 % a day. Three in a hundred a day is "
        "not much. Where is its threshold?",
        {
            "At the same time to action.": (
                place is not None and place >= threshold,
                "What comes back by itself is never zero, and promotion has something to multiply.",
            ),
            "At a shorter time to action.": (
                place is not None and place < threshold,
                "It bends at shorter times, but nowhere does it reach zero.",
            ),
            "It has none: it falls smoothly.": (place is None and falls, ""),
        },
        "A trickle is enough to take the threshold away. The curve is steep in one place, but there is no "
        "point below which the network is lost. Theory calls it a crossover.",
        kind="Predict",
    )
    smooth_answer = smooth.ask()
    smooth_answer
    return both, smooth, smooth_answer


@app.cell
def _(diagram, smooth, smooth_answer):
    parts.reveal(
        smooth,
        smooth_answer.value,
        draw.attached(
            diagram,
            True,
            "Both halves of the same audiences. Real audiences are of the second kind: some people "
            "always come back by themselves.",
        ),
    )
    return


@app.cell
def _(alike, strength):
    slow = 6.0  # days
    settled = at(alike, slow, strength).with_changes({"horizon": "120 days"})
    starts = {"everybody attached at first": 1.0, "one in ten attached at first": 0.1}
    curves, ends = {}, {}
    for _name, _attached in starts.items():
        _begun = settled.with_changes(
            {
                "tiers.operator.attached_at_start": _attached,
                "tiers.operator.detached_at_start": 1 - _attached,
            }
        )
        _all = [
            outcome.records.series[:, 0, census.ATTACHED_INSIDERS] / (150 * 500)
            for (outcome,) in replicate(_begun, replications=6, workers=1, keep=True)
        ]
        curves[_name] = np.mean(_all, axis=0)
        ends[_name] = [one[-1] for one in _all]
    days = (
        np.arange(len(next(iter(curves.values())))) * 120.0 / (len(next(iter(curves.values()))) - 1)
    )
    good, bad = ends.values()
    return bad, curves, days, good, slow


@app.cell
def _(bad, good, slow):
    healthy, struck = mean_interval(good), mean_interval(bad)
    apart = paired_difference(bad, good)
    recovers = parts.predict(
        "Predict 3",
        f"Promotion alone, and {slow:g} days to act. After 120 days a network that began in good health "
        f"has {parts.share(healthy)} of its audience. Another was struck down at first: only one in ten "
        "follow. Enforcement is the same from then on. Where is it after 120 days?",
        100 * struck.value,
        {
            "At nothing: it has tipped.": (
                0,
                "Few followers are still multiplied, as long as each life wins back more than one for "
                "one. Only at zero is there nothing to multiply.",
            ),
            "At 10 %: it stays where it is.": (
                10,
                "Above the threshold, a small network grows.",
            ),
            "At about 30 %, half-way.": (30, "It does not stop half-way. Given time, it goes on."),
            "At nearly 60 %, like the other.": (100 * healthy.value, ""),
        },
        f"At {parts.share(struck)}; the paired difference is "
        f"{parts.said(apart, ' percentage points', 100)}. For each time to action there is one "
        "state, and the network goes there from wherever it is, unless nobody at all is left.",
    )
    recovers_answer = recovers.ask()
    recovers_answer
    return apart, healthy, recovers, recovers_answer, struck


@app.cell
def _(curves, days, recovers, recovers_answer):
    parts.reveal(
        recovers,
        recovers_answer.value,
        draw.two_starts(
            days,
            curves,
            "Means of 6 replications on the same draws. There is a threshold, but no fold: one campaign "
            "does not push the network over an edge.",
        ),
        parts.text(
            """
            A tipping point in the strict sense needs two states between which a push decides. This
            model has none: effort must be *kept up*, or the network comes back. A threshold with
            no way back would need a further feedback, such as a review queue that clogs.
            """
        ),
    )
    return


@app.cell
def _():
    mixed = Scenario.from_yaml("minimal").with_changes(
        {
            **NOBODY_FORGETS,
            "tiers.hub.count": 6,
            "returning.probability": 0.9,
            "detection.reports": "0 per million impressions",
            "horizon": "90 days",
        }
    )
    orders = {
        "at random": "random",
        "busiest first": "activity",
        "best linked first": "links",
        "most followed first": "followers",
    }
    hit = {
        name: [
            outcome.metrics
            for (outcome,) in replicate(
                mixed.with_changes(
                    {
                        "detection.pulses": [
                            {"date": "2014-09-02", "every": "1d", "accounts": 3, "choose": order}
                        ]
                    }
                ),
                replications=20,
                workers=1,
            )
        ]
        for name, order in orders.items()
    }

    def told(metric):
        return {name: mean_interval([one[metric] for one in runs]) for name, runs in hit.items()}

    reach = told("effective_reach")
    hubs, supporters = told("effective_reach.hub"), told("effective_reach.supporter")
    return hit, hubs, mixed, reach, supporters


@app.cell
def _(hit, reach):
    best = min(reach, key=lambda name: reach[name].value)
    counts = {one["suspensions"] for runs in hit.values() for one in runs}
    whom = parts.choose(
        "Predict 4",
        "Back to an ordinary network: 300 supporters and 6 hubs, who promote others. Three accounts are "
        "suspended every day for three months, never more. Which order leaves the least effective "
        "reach?",
        {
            "At random: nobody can prepare for it.": (
                best == "at random",
                "Most accounts have few followers, so most of the effort hits nobody whom many see.",
            ),
            "The best linked first: they promote the others.": (
                best == "best linked first",
                "Three a day are enough to strike the same few hubs again and again, hours after their "
                "return, when they have nothing to lose. The supporters go free.",
            ),
            "The most followed first.": (best == "most followed first", ""),
            "The busiest first: they make most posts.": (
                best == "busiest first",
                "Many busy accounts post to few followers.",
            ),
        },
        "It hits each account when it has followers to lose: hubs first, then large supporters "
        "while the hubs recover. All orders make the same number of suspensions, "
        f"{max(counts):.0f} in a run.",
        kind="Predict",
    )
    whom_answer = whom.ask()
    whom_answer
    return best, counts, whom, whom_answer


@app.cell
def _(hubs, reach, supporters, whom, whom_answer):
    parts.reveal(
        whom,
        whom_answer.value,
        draw.orders(
            reach,
            {"hubs": hubs, "supporters": supporters},
            "Effective reach of the network and of its parts, by whom the campaign hits first: 20 "
            "replications, 95 % intervals (minimal with 6 hubs, seed 7).",
        ),
    )
    return


@app.cell
def _(hit, mixed):
    silent = [
        outcome.metrics
        for (outcome,) in replicate(
            mixed.with_changes(
                {
                    "tiers.hub.promotes": 0.0,
                    "detection.pulses": [
                        {"date": "2014-09-02", "every": "1d", "accounts": 3, "choose": "random"}
                    ],
                }
            ),
            replications=20,
            workers=1,
        )
    ]

    def less(metric):
        return paired_difference(
            [one[metric] for one in silent], [one[metric] for one in hit["at random"]]
        )

    others, own = less("effective_reach.supporter"), less("effective_reach.hub")
    total = less("effective_reach")
    lost, won = (parts.said(e, " percentage points", 100) for e in (others, own))
    role = parts.choose(
        "Check 2",
        "Suppose that the hubs stop promoting anybody, and the campaign hits at random. What happens to the "
        "effective reach of the whole network?",
        {
            "It falls: the others lose their promoters.": (
                total.high < 0,
                f"The others do lose: {lost}. But something else happens too. Promotions take posts: "
                "what becomes of these?",
            ),
            "It rises: the hubs have more posts for their own followers.": (
                total.low > 0,
                f"The hubs do win: {won}. But the others lose their promoters.",
            ),
            "Hardly anything: some win what the others lose.": (total.contains(0.0), ""),
        },
        f"The difference is {parts.said(total, ' percentage points', 100)}, not distinguishable from zero. "
        f"The supporters lose ({lost}), and the hubs win ({won}): a post that promotes somebody else is "
        "not an ordinary post. In this network hubs are worth hitting for the audience that they have, "
        "not for what they do for others. Where more of those who look for an account see who promotes "
        "it, or accounts live longer, that may be different: it must be computed, not assumed.",
    )
    role_answer = role.ask()
    role_answer
    return others, own, role, role_answer, total


@app.cell
def _(role, role_answer):
    parts.reveal(role, role_answer.value)
    return


@app.cell
def _():
    parts.text(
        """
        ## What to take home

        - Promotion by survivors can make a threshold: where followers come back by promotion alone,
          there is a speed of enforcement beyond which nobody is left.
        - A trickle of people who come back by themselves makes it smooth. There is no fold: what was
          struck down comes back as soon as enforcement lets it.
        - With the same effort it matters most *whom* one hits, and when: accounts that have followers
          to lose.
        """
    )
    return


@app.cell
def _(
    recovers,
    recovers_answer,
    role,
    role_answer,
    smooth,
    smooth_answer,
    survives,
    survives_answer,
    tip,
    tip_answer,
    whom,
    whom_answer,
):
    parts.score(
        (tip, tip_answer.value),
        (survives, survives_answer.value),
        (smooth, smooth_answer.value),
        (recovers, recovers_answer.value),
        (whom, whom_answer.value),
        (role, role_answer.value),
    )
    return


if __name__ == "__main__":
    app.run()

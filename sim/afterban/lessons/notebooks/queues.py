# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 3: speed against capacity."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="compact", app_title="3. Speed against capacity", html_head_file="head.html")

with app.setup:
    import numpy as np

    from afterban import Scenario, replicate, simulate, theory
    from afterban.experiment.capacity import Staff, with_reviewers
    from afterban.lessons import parts
    from afterban.report import lessons as draw
    from afterban.statistics import kaplan_meier, mean_interval, paired_difference


@app.cell
def _():
    parts.opening(
        "queues",
        """
        "Act faster" is a decision about staff. Whatever is flagged waits for a reviewer, together
        with everything else that is reported, and most of that has nothing to do with the network.

        The team of this lesson works around the clock. A case takes 20 minutes on average; about 600
        reports a day concern ordinary users, and a dozen the network. **Utilisation** is the share
        of their time that reviewers spend on cases: load divided by reviewers.

        How fast is such a team, and what does another reviewer buy?
        """,
    )
    return


@app.cell
def _():
    team = Scenario.from_yaml("minimal").with_changes(
        {
            "start": "2014-09-01",  # a Monday
            "horizon": "56 days",
            "metrics.start": "2014-09-08",  # the first week fills the queue
            "detection.classifier": "0.02 per post",
            "returning.probability": 0.9,
            "review.team": {
                "reviewers": 10,
                "service_time": {"exponential": {"mean": "20min"}},
                "benign_reports": "600 per day",
            },
        }
    )
    staff = Staff(team, replications=10)
    looks = [staff(reviewers) for reviewers in (9, 10, 12, 14)]
    expected = [staff.theory(look) for look in looks]
    waits = [mean_interval(look.routine_wait) for look in looks]
    service = staff.arm.review.team.service_time.mean()  # days
    load = expected[1].load  # reviewers that the work keeps busy
    return expected, load, looks, service, staff, team, waits


@app.cell
def _(expected, looks, waits):
    busy = {look.reviewers: one.load / look.reviewers for one, look in zip(expected, looks)}
    minutes = {look.reviewers: e.value * 1440 for look, e in zip(looks, waits)}
    full = {k: theory.erlang_c(one.load, k) for one, k in zip(expected, busy)}
    longer = minutes[9] / minutes[12]
    wait = parts.predict(
        "Predict 1",
        f"With 12 reviewers utilisation is {parts.percent(busy[12])}, and a case waits "
        f"{parts.said(waits[2], ' minutes', 1440)}. With 9 it is {parts.percent(busy[9])}: each is "
        "busier by a third. How much longer is the wait?",
        longer,
        {
            "A third longer.": (
                4 / 3,
                "That would be so if cases came like clockwork. They come by chance, in clusters, and "
                "a busy team has no slack to work a cluster off.",
            ),
            "Three times.": (3, "Far more: the wait is not proportional to the work."),
            "About thirty times.": (30, ""),
            "A thousand times.": (
                1000,
                "That would take a utilisation of more than 99 %. It is on the way there.",
            ),
        },
        f"{longer:.0f} times: {parts.said(waits[0], ' minutes', 1440)}. Reviewers without a case "
        f"become rare: all are busy {parts.percent(full[9])} of the time instead of "
        f"{parts.percent(full[12])}. And a queue that has formed is worked off only by what is left of "
        "their time, 1 − utilisation.",
        log=True,
    )
    wait_answer = wait.ask()
    wait_answer
    return busy, longer, minutes, wait, wait_answer


@app.cell
def _(load, looks, service, wait, wait_answer, waits):
    parts.reveal(
        wait,
        wait_answer.value,
        draw.waiting(
            {look.reviewers: e for look, e in zip(looks, waits)},
            {
                reviewers: theory.mmc_mean_wait(load / service, 1 / service, reviewers)
                for reviewers in range(9, 15)
            },
            load,
            "Mean wait of a routine case with 9 to 14 reviewers around the clock, 10 replications "
            "each (minimal with a team, seed 7). Crosses: Erlang C for the cases that arrived.",
        ),
        parts.text(
            """
            The simulator knows nothing of the formula, and the formula nothing of the simulator.
            Where both say the same, each has checked the other.
            """
        ),
    )
    return


@app.cell
def _(looks, service, staff):
    arrivals = float(looks[1].arrivals.mean(axis=0).sum())
    eight = staff(8)
    horizon = staff.arm.horizon
    growth = arrivals - 8 / service
    left_over = mean_interval(eight.growth)
    backlog = parts.work_out(
        "Check 1",
        f"One reviewer less, 8 in all. {arrivals:.0f} cases arrive a day and each takes 20 minutes. By "
        "how many cases does the queue grow every day?",
        growth,
        tolerance=2.5,
        unit="cases a day",
        why=f"8 reviewers finish 8 × 72 = 576 cases a day, and what is left over stays. Simulated: "
        f"{parts.said(left_over, ' cases a day')}. After {horizon:.0f} days there are about "
        f"{growth * horizon:,.0f}, and still growing: above a utilisation of 100 % there is no "
        "'mean wait', only a date until which one got by.",
        slips={
            "That is what they finish. What arrives beyond that is left over.": 8 / service,
            "A queue that is a little overloaded does not settle: nobody leaves it but by being "
            "reviewed. Compare what arrives with what they finish.": 0.0,
        },
        most=1000,
    )
    backlog_answer = backlog.ask()
    backlog_answer
    return arrivals, backlog, backlog_answer, growth, horizon, left_over


@app.cell
def _(backlog, backlog_answer):
    parts.reveal(backlog, backlog_answer.value)
    return


@app.cell
def _(arrivals, service):
    rate = 1 / service
    small = theory.mmc_mean_wait(arrivals / 2, rate, 5) * 1440
    large = theory.mmc_mean_wait(arrivals, rate, 10) * 1440
    pool = parts.predict(
        "Check 2",
        "The team of ten is split into two teams of five, for two languages, with half of the cases "
        "each. Everybody is as busy as before. What happens to the wait?",
        small / large,
        {
            "It stays: utilisation has not changed.": (
                1,
                "Utilisation is not all. In two teams a case may wait while a reviewer of the other "
                "team has nothing to do.",
            ),
            "It is halved: shorter queues.": (
                0.5,
                "The queues are shorter, but so is the number of those who work them off.",
            ),
            "It is two to three times as long.": (2.5, ""),
            "It is ten times as long.": (10, "Pooling helps, but not that much at this size."),
        },
        f"Erlang C gives {small:.1f} minutes instead of {large:.1f}. Large teams can be busier at the "
        "same speed; small ones, such as one for a rare language, need slack.",
        log=True,
        kind="Check",
    )
    pool_answer = pool.ask()
    pool_answer
    return large, pool, pool_answer, small


@app.cell
def _(pool, pool_answer):
    parts.reveal(
        pool,
        pool_answer.value,
        parts.optional(
            "Erlang C",
            """
            Let a be the load (arrivals a day times service time in days), c the reviewers and
            U = (aᶜ / c!)·c / (c − a). All of them are busy with probability
            C = U / (1 + a + a²/2! + … + aᶜ⁻¹/(c − 1)! + U), and the mean wait is
            C × service time / (c − a). As a nears c, the last denominator goes to zero.
            """,
        ),
    )
    return


@app.cell
def _(team):
    rosters = {
        "10 around the clock": {},
        "12 on workdays, 5 on weekends": {
            "review.team.reviewers": 5,
            "review.team.shifts": [
                {"days": ["mon", "tue", "wed", "thu", "fri"], "start": "0h", "end": "24h"}
                | {"reviewers": 7}
            ],
        },
        "42 in office hours": {
            "review.team.reviewers": 0,
            "review.team.shifts": [
                {"days": ["mon", "tue", "wed", "thu", "fri"], "start": "9h", "end": "17h"}
                | {"reviewers": 42}
            ],
        },
    }
    teams = {
        name: team.with_changes(changes) if changes else team for name, changes in rosters.items()
    }
    runs = {name: [] for name in teams}
    waited = {name: [] for name in teams}  # hours, one number a replication
    for _name, _scenario in teams.items():
        for (_outcome,) in replicate(_scenario, replications=10, workers=1):
            runs[_name].append(_outcome.metrics["effective_reach"])
            waited[_name].append(24 * _outcome.metrics["waiting_time_mean"])
    paid = {
        name: 7 * float(Staff(one, replications=1)(on_duty).paid.mean())
        for (name, one), on_duty in zip(teams.items(), (10, 12, 42))
    }
    # Cases that wait, hour by hour through the fifth week of the first replication.
    hours = np.arange(0, 7 * 24 + 1)
    waiting = {}
    for _name, _scenario in teams.items():
        _cases = simulate(_scenario).records.cases
        _at = 28 + hours / 24
        waiting[_name] = np.array(
            [((_cases["arrived_day"] <= t) & (_cases["started_day"] > t)).sum() for t in _at]
        )
    return hours, paid, runs, waited, waiting


@app.cell
def _(paid, waited):
    clock, weekends, office = (mean_interval(x) for x in waited.values())
    roster = parts.predict(
        "Predict 2",
        f"The same {next(iter(paid.values())):,.0f} paid hours a week can be worked by 42 people from "
        "nine to five, Monday to Friday. Around the clock a case waits "
        f"{parts.said(clock, ' minutes', 60)}. And with office hours?",
        office.value,
        {
            "As long: the hours are the same.": (
                clock.value,
                "The hours are the same, but cases come at all hours.",
            ),
            "About an hour.": (1, "More: of the 168 hours of a week only 40 are worked."),
            "About a day.": (24, ""),
            "About a week.": (168, "No: every week's cases are finished in that week."),
        },
        f"{parts.said(office, ' hours')}. Whoever reports on Friday at six waits until Monday. Even a thin "
        f"weekend, five reviewers instead of twelve, makes it {parts.said(weekends, ' hours')}.",
        log=True,
    )
    roster_answer = roster.ask()
    roster_answer
    return clock, office, roster, roster_answer, weekends


@app.cell
def _(hours, roster, roster_answer, waiting):
    parts.reveal(
        roster,
        roster_answer.value,
        draw.weeks(
            hours,
            waiting,
            "One week of one run under three rosters with the same paid hours, on the same cases. "
            "Nothing is wrong with the average capacity; it is there when the cases are not.",
        ),
    )
    return


@app.cell
def _(team):
    sizes = (7, 8, 9, 10, 12)
    reach_by = {
        size: [
            outcome.metrics["effective_reach"]
            for (outcome,) in replicate(with_reviewers(team, size), replications=10, workers=1)
        ]
        for size in sizes
    }
    reach = {size: mean_interval(values) for size, values in reach_by.items()}
    return reach, reach_by, sizes


@app.cell
def _(horizon, minutes, reach, reach_by):
    more = paired_difference(reach_by[12], reach_by[9])
    less = paired_difference(reach_by[8], reach_by[9])
    much_less = paired_difference(reach_by[7], reach_by[9])
    buys = parts.predict(
        "Predict 3",
        f"What is speed for? With 9 reviewers a case waits {minutes[9]:.0f} minutes and the effective "
        f"reach of the network is {parts.share(reach[9], 1)}. A third more staff, 12, brings the wait "
        "down to a minute. By how much does effective reach fall?",
        -100 * more.value,
        {
            "By about a third.": (
                100 * reach[9].value / 3,
                "Half an hour is little beside the days that pass until somebody flags the account.",
            ),
            "By one percentage point.": (
                1,
                "Even that is far more than the simulation gives.",
            ),
            "By less than a tenth of a percentage point.": (0, ""),
        },
        f"The paired difference is {parts.said(more, ' percentage points', 100, 2)}. But one reviewer *less* "
        f"raises effective reach by {parts.said(less, ' percentage points', 100)}, and two less by "
        f"{parts.said(much_less, ' percentage points', 100)} within these {horizon:.0f} days, since the queue grows "
        "without end. Capacity is a cliff, not a dial.",
    )
    buys_answer = buys.ask()
    buys_answer
    return buys, buys_answer, less, more, much_less


@app.cell
def _(buys, buys_answer, reach, sizes):
    parts.reveal(
        buys,
        buys_answer.value,
        draw.by_staff(
            sizes,
            [reach[size] for size in sizes],
            "Effective reach with 7 to 12 reviewers, 10 replications each. The intervals are wide since "
            "runs differ a lot; on common random numbers the differences are known far better.",
        ),
    )
    return


@app.cell
def _(clock, office, runs, team):
    found = simulate(team).records.accounts
    found = found[found["public_day"] >= 0]
    flagged = ~np.isnan(found["flagged_day"])
    end = np.where(flagged, found["flagged_day"], team.horizon)
    until_flagged = kaplan_meier(end - found["public_day"], flagged).quantile(0.5)
    slow = paired_difference(runs["42 in office hours"], runs["10 around the clock"])
    wait_ratio = office.value / clock.value
    judged = parts.choose(
        "Check 3",
        f"Office hours make cases wait {wait_ratio:,.0f} times as long, and raise effective reach by "
        f"{parts.said(slow, ' percentage points', 100, 2)}. Why so little?",
        {
            "The difference is not real: the interval contains zero.": (
                slow.contains(0.0),
                "Look at the interval again: it is paired, and it leaves out zero.",
            ),
            "A day is short beside the time until an account is flagged, and its followers are gone "
            "afterwards all the same.": (not slow.contains(0.0) and abs(slow.value) < 0.02, ""),
            "Reviewers do not matter for reach.": (
                abs(slow.value) < 1e-6,
                "They do: see what happens with 8 of them, or 7.",
            ),
        },
        "An account's life is time until it is flagged, plus wait, plus review. In one run half of the "
        f"{until_flagged.n} accounts were flagged within {until_flagged.value:.0f} days "
        f"({until_flagged.low:.0f} to {until_flagged.high:.0f}; Kaplan–Meier, since some never are). "
        "Making the smallest of the three smaller changes little. Speed matters where it is the "
        "largest.",
    )
    judged_answer = judged.ask()
    judged_answer
    return judged, judged_answer, slow, until_flagged


@app.cell
def _(judged, judged_answer):
    parts.reveal(judged, judged_answer.value)
    return


@app.cell
def _():
    parts.text(
        """
        ## What to take home

        - Wait is not proportional to work. Near saturation a little more work means a lot more waiting,
          and beyond it there is no end.
        - Plan for a utilisation that leaves slack, more of it in small teams. Nights and weekends are
          utilisation above 100 %.
        - Ask which part of an account's life is the long one before paying for speed.

        Priority for urgent cases moves waiting from some cases to others; it makes no capacity. What a
        case takes is hardly known (L76 gives a lower bound), and how many reports concern ordinary
        users is not published: both are assumed here.
        """
    )
    return


@app.cell
def _(
    backlog,
    backlog_answer,
    buys,
    buys_answer,
    judged,
    judged_answer,
    pool,
    pool_answer,
    roster,
    roster_answer,
    wait,
    wait_answer,
):
    parts.score(
        (wait, wait_answer.value),
        (backlog, backlog_answer.value),
        (pool, pool_answer.value),
        (roster, roster_answer.value),
        (buys, buys_answer.value),
        (judged, judged_answer.value),
    )
    return


if __name__ == "__main__":
    app.run()

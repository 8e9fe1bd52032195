# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 1: the whack-a-mole cycle."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="compact", app_title="1. The whack-a-mole cycle", html_head_file="head.html")

with app.setup:
    import numpy as np

    from afterban import Scenario, run, theory
    from afterban.experiment.trace import trace
    from afterban.lessons import NOBODY_FORGETS, parts
    from afterban.mechanisms import census
    from afterban.report import lessons as draw
    from afterban.results import handle_texts
    from afterban.statistics import mean_interval, paired_difference


@app.cell
def _():
    parts.opening(
        "cycle",
        """
        A platform suspends the accounts of a network. Their *operators* come back with new accounts,
        often under a near-identical name, and the accounts that are left point their followers to
        them. Then these are suspended too.

        An **account** is one life of an operator. Keep the two apart and the cycle is easy to
        follow; confuse them and nothing adds up.

        The network of this lesson has 300 supporters and three hubs: large accounts that promote
        others. Accounts are reported in proportion to how many outsiders see their posts, suspended
        about a day later, and four in five operators come back, most of them within a day or so.
        It runs for 60 days. A promotion is seen by no more people than any other post is, so that it
        wins back little; lesson 4 is about promotion. Beside every run stands its *twin*: the same network, with the same
        chances, where nobody is ever suspended.
        """,
    )
    return


@app.cell
def _():
    _little = {  # what promotions win back: they are seen as any post is
        "promotion.view_probability": "none",
        "promotion.posts": 3,
        "network.overlap_outsiders": 0.1,
    }
    scenario = Scenario.from_yaml("minimal").with_changes({**NOBODY_FORGETS, **_little})
    hub_days = []  # share of the time in which a hub has a live account, one number a replication

    def watch(outcomes):
        hubs = outcomes[0].records.series[:, 0, census.LIVE]  # of the first arm and the first tier
        hub_days.append(hubs.mean() / scenario.tiers["hub"].count)

    results = run(scenario, ["base", "slower"], replications=20, workers=1, each=watch)
    lives = results.traced["base"]  # of the operator that was suspended most, in the first run
    operator = int(lives["operator"][0])
    ends = lives["suspended_day"][np.isfinite(lives["suspended_day"])]
    line = trace(scenario, "base", operator, starts=lives["public_day"], ends=ends)
    alone = trace(scenario, "none", operator)
    return alone, ends, hub_days, line, lives, results, scenario


@app.cell
def _(ends, lives):
    accounts = parts.predict(
        "Predict 1",
        "One of the hubs is watched by thousands and was reported most often. How many accounts did "
        "its operator go through in 60 days?",
        len(lives),
        {
            "One. Suspended is suspended.": (
                1,
                "Four in five operators come back, and this one did.",
            ),
            "About four.": (4, ""),
            "About fifteen.": (
                15,
                "That would be a new account every four days. A returned account has few outsiders "
                "at first, so hardly anybody is there to report it.",
            ),
            "About sixty, one a day.": (
                60,
                "A new account would have to be found on the day that it opens. But it has hardly "
                "any outsiders then who could report it.",
            ),
        },
        f"It had {len(lives)} accounts and {len(ends)} suspensions. Being seen is what gets an "
        "account reported, so the first one went within a day and a later one, with few "
        "outsiders to see it, lasted a month.",
        log=True,
    )
    accounts_answer = accounts.ask()
    accounts_answer
    return accounts, accounts_answer


@app.cell
def _(accounts, accounts_answer, lives):
    parts.reveal(
        accounts,
        accounts_answer.value,
        parts.text(
            parts.table(
                [
                    "account",
                    "handle",
                    "public from day",
                    "suspended on day",
                    "outsiders at its end",
                ],
                [
                    [
                        life["life"],
                        f"@{handle}",
                        parts.number(life["public_day"], 1),
                        parts.number(life["suspended_day"], 1)
                        if np.isfinite(life["suspended_day"])
                        else "still there",
                        parts.number(life["outsider_followers"]),
                    ]
                    for life, handle in zip(lives, handle_texts(lives["handle"]), strict=True)
                ],
            )
        ),
    )
    return


@app.cell
def _(lives, scenario):
    hazard = scenario.audience.refollow_outsiders
    audience = float(lives["outsider_followers"][0])
    month = float(lives["suspended_day"][1] - lives["public_day"][1])
    regained = float(lives["outsider_followers"][1]) / audience
    won_back = parts.predict(
        "Predict 2",
        f"The second account lived for {month:.0f} days. Before its suspension, how many of the "
        "outsiders who had followed the first one followed it?",
        regained,
        {
            "Nearly all: a month is long, and the name is passed around.": (
                0.95,
                "Insiders, who are members themselves, do come back that fast. Outsiders do not go "
                "looking for an account, and its name was a new one.",
            ),
            "About six in ten.": (
                0.6,
                "That is what a near-identical name would have won back. This one was unrelated.",
            ),
            "About one in four.": (0.25, ""),
            "Next to none.": (
                0.02,
                "Some found it by themselves and some through accounts that promoted it.",
            ),
        },
        f"It had won back {parts.percent(regained)} of them; of the insiders it had all. That gap is "
        "what suspensions achieve: insiders find their way back, the public does not.",
    )
    won_back_answer = won_back.ask()
    won_back_answer
    return hazard, month, regained, won_back, won_back_answer


@app.cell
def _(alone, ends, line, won_back, won_back_answer):
    parts.reveal(
        won_back,
        won_back_answer.value,
        draw.one_operator(
            line,
            alone,
            ends,
            "The same hub in one run (minimal, seed 7, first replication). Every suspension takes the "
            "followers to zero. Insiders come back within days, outsiders slowly or never.",
        ),
    )
    return


@app.cell
def _(hazard, month, scenario):
    slow = hazard * scenario.audience.recognition.unrelated
    back = float(theory.followers(month, detached=100, refollow=slow))
    alike = float(theory.followers(month, detached=100, refollow=hazard))
    rate = parts.work_out(
        "Check 1",
        f"A detached outsider finds a near-identical name at a hazard of {hazard:g} per day. After "
        f"{month:.1f} days, what percentage has come back by itself, without any promotion?",
        alike,
        tolerance=0.6,
        unit="%",
        why=f"1 − exp(−{hazard:g} × {month:.1f}). A hazard applies to those who are still away, and "
        f"they become fewer. Under an unrelated name, such as this one, it is "
        f"{scenario.audience.recognition.unrelated:g} times that, and {back:.0f} % come back: about "
        "what you saw.",
        slips={
            "You multiplied hazard and days. That counts people who are back already as if they "
            "could come back again; a hazard is not a probability. Use 1 − exp(−hazard × days).": 100
            * hazard
            * month,
            "That is the share that is still away.": 100 - alike,
        },
        most=100,
    )
    rate_answer = rate.ask()
    rate_answer
    return back, rate, rate_answer


@app.cell
def _(rate, rate_answer):
    parts.reveal(
        rate,
        rate_answer.value,
        parts.optional(
            "Where 1 − exp(−h t) comes from",
            """
            Let A(t) be the share that is still away after t days. In a short time dt the part h·dt of
            those who are away comes back: dA = −h·A·dt. With A(0) = 1 the solution is
            A(t) = exp(−h t), and 1 − A(t) is back. While h·t is small this is nearly h·t, so that
            multiplying does no harm on the first days only.
            """,
        ),
    )
    return


@app.cell
def _(results):
    live = results.values["base"]["live_accounts"] / results.values["none"]["live_accounts"]
    accounts_left = mean_interval(live)
    reach = results.estimate("effective_reach", "base")
    seen = parts.predict(
        "Predict 3",
        f"On the last day {parts.share(accounts_left)} of the accounts are live, compared with the "
        "twin. Somebody concludes that the suspensions failed. Over the 60 days, how many "
        "impressions did the network make on outsiders, compared with the twin?",
        reach.value,
        {
            "About 95 %: as many as there are accounts.": (
                0.95,
                "That would be so if all accounts mattered alike, and if those that came back had "
                "their followers.",
            ),
            "About 80 %.": (0.8, "The loss is larger: it is the large accounts that are hit."),
            "About 50 %.": (0.5, ""),
            "About 5 %.": (0.05, "Most supporters are never noticed and go on as before."),
        },
        f"Effective reach is {parts.share(reach)}. To count accounts is to measure the wrong thing: "
        "they are replaced within days, their audiences are not.",
    )
    seen_answer = seen.ask()
    seen_answer
    return accounts_left, reach, seen, seen_answer


@app.cell
def _(results, seen, seen_answer):
    parts.reveal(
        seen,
        seen_answer.value,
        draw.counted_and_seen(
            draw.relative(results, "live_accounts"),
            draw.relative(results, "attached_outsiders_people"),
            "Means of 20 replications with 95 % intervals, each as a share of the mean of the twins.",
        ),
    )
    return


@app.cell
def _(hub_days, results):
    hub_reach = results.estimate("effective_reach.hub", "base")
    hub_live = mean_interval(hub_days)
    followers_left = hub_reach.value / hub_live.value
    loss = parts.choose(
        "Check 2",
        f"Hubs have a live account {parts.share(hub_live)} of the time, but make only "
        f"{parts.share(hub_reach)} of the impressions of their twins. What takes most of it away?",
        {
            "Absence: the days without an account.": (
                hub_live.value < followers_left,
                f"Absence alone would leave {parts.percent(hub_live.value)}.",
            ),
            "Emptiness: their accounts are there, with few followers.": (
                followers_left < hub_live.value,
                "",
            ),
        },
        f"Reach is the product of the two: {parts.percent(hub_live.value)} of the time, times "
        f"{parts.percent(followers_left)} of the impressions while they are there. Suspensions work "
        "less by silencing than by taking the audience away again and again.",
    )
    loss_answer = loss.ask()
    loss_answer
    return followers_left, hub_live, hub_reach, loss, loss_answer


@app.cell
def _(loss, loss_answer):
    parts.reveal(loss, loss_answer.value)
    return


@app.cell
def _(scenario):
    returns = scenario.returning.probability
    expected = theory.lives_mean(returns)
    lived = parts.work_out(
        "Check 3",
        f"Suppose that every account is suspended sooner or later, and that an operator comes back "
        f"with probability {returns:g} each time. How many accounts does it have in its whole life, "
        "on average?",
        expected,
        tolerance=0.05,
        unit="accounts",
        why=f"1 / (1 − {returns:g}): the first one, and then a geometric number of returns. In 60 days "
        "you see fewer, since most accounts have not been found by then: the horizon cuts lives off. "
        "Never average lives without saying so.",
        slips={
            "You counted the returns; the first account is one too.": expected - 1,
            "That stops after the first return. Those who came back once may come back again.": 1
            + returns,
        },
        most=100,
    )
    lived_answer = lived.ask()
    lived_answer
    return lived, lived_answer


@app.cell
def _(lived, lived_answer):
    parts.reveal(lived, lived_answer.value)
    return


@app.cell
def _(results):
    slower = paired_difference(
        results.values["slower"]["effective_reach"], results.values["base"]["effective_reach"]
    )
    parts.text(
        f"""
        ## What to take home

        - Operators come back; accounts are replaced; the number of accounts says little.
        - What is lost is the *audience*, and outsiders are lost for longer than insiders.
        - So reach is what to measure, against a twin without enforcement.

        Does it matter how fast one acts? If suspensions take a week instead of a day, effective reach
        is higher by {parts.said(slower, " percentage points", 100)}, each run compared with the same
        run. Why *the same* run is what the next lesson is about.
        """
    )
    return (slower,)


@app.cell
def _(
    accounts,
    accounts_answer,
    lived,
    lived_answer,
    loss,
    loss_answer,
    rate,
    rate_answer,
    seen,
    seen_answer,
    won_back,
    won_back_answer,
):
    parts.score(
        (accounts, accounts_answer.value),
        (won_back, won_back_answer.value),
        (rate, rate_answer.value),
        (seen, seen_answer.value),
        (loss, loss_answer.value),
        (lived, lived_answer.value),
    )
    return


if __name__ == "__main__":
    app.run()

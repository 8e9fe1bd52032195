# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 2: why two single runs mislead."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="compact", app_title="2. Two single runs", html_head_file="head.html")

with app.setup:
    import marimo as mo
    import numpy as np

    from afterban import Scenario, replicate
    from afterban.lessons import parts
    from afterban.report import lessons as draw
    from afterban.statistics import (
        mean_interval,
        paired_difference,
        pairing_gain,
        replications_needed,
    )


@app.cell
def _():
    parts.opening(
        "pairing",
        """
        Somebody asks whether it is worth acting within an hour instead of within a day. You have a
        simulator. You run it once with each policy and compare. What could go wrong?

        A run of a simulation is one draw from a distribution: in one run the largest hub is reported
        on the first day, in another it is overlooked for a month. Two runs differ because the
        policies differ *and* because their luck does.

        In this simulator every chance has a key: this operator, this account, this decision. Two
        policies that are run with the same seed and replication share every chance that they have
        in common. These are **common random numbers**. Here you see what they are worth.
        """,
    )
    return


@app.cell
def _():
    scenario = Scenario.from_yaml("minimal")
    arms = ["base", "faster", "slower"]  # a day, an hour, and a week to act
    outcomes = list(replicate(scenario, arms, replications=60, workers=1))
    reach = {
        arm: np.array([row[k].metrics["effective_reach"] for row in outcomes])
        for k, arm in enumerate(arms)
    }
    n = len(outcomes)
    other = ~np.eye(n, dtype=bool)  # two replications with different draws
    looks_worse = reach["faster"][:, None] >= reach["base"][None, :]
    misled = looks_worse[other].mean()
    misled_slower = (reach["slower"][:, None] <= reach["base"][None, :])[other].mean()
    misled_paired = int((reach["faster"] >= reach["base"]).sum())
    true = paired_difference(reach["faster"], reach["base"])
    return misled, misled_paired, misled_slower, n, outcomes, reach, scenario, true


@app.cell
def _(misled, n):
    apart = parts.predict(
        "Predict 1",
        "To act within an hour *is* better than within a day. You run each policy once, with "
        "different seeds. In how many of 100 such attempts does the hour look worse?",
        100 * misled,
        {
            "None: better is better.": (
                0,
                "Better on average. A single run is not an average.",
            ),
            "About 5: that is what 95 % confidence means.": (
                5,
                "A confidence level describes an interval from several runs. Here there is no "
                "interval at all, only two numbers.",
            ),
            "About 40.": (40, ""),
            "About 70.": (70, "That would be worse than a coin. Luck does not favour either."),
        },
        f"Of all {n * (n - 1):,} ways to take two of {n} replications with different draws, "
        f"{parts.percent(misled)} rank the policies wrongly: hardly better than a coin.",
    )
    apart_answer = apart.ask()
    apart_answer
    return apart, apart_answer


@app.cell
def _(apart, apart_answer, misled_slower, reach):
    parts.reveal(
        apart,
        apart_answer.value,
        draw.two_strips(
            {"within a day": reach["base"], "within an hour": reach["faster"]},
            False,
            "60 single runs of each policy (minimal, seed 7). The clouds lie upon each other; the "
            "means differ a little.",
        ),
        parts.text(
            f"""
            The difference between a day and a *week* is larger, and still
            {parts.percent(misled_slower)} of such pairs rank those two wrongly.
            """
        ),
    )
    return


@app.cell
def _():
    parts.text(
        """
        ## Try it

        Type a number of your own, such as your birthday. It seeds two single runs with nothing in
        common. In a class: how many of you would have told the boss the wrong thing?
        """
    )
    return


@app.cell
def _():
    my_seed = mo.ui.number(0, 99_999_999, step=1, value=1234, label="Your seed")
    my_seed
    return (my_seed,)


@app.cell
def _(my_seed, scenario):
    seed = int(my_seed.value)
    ((day,),) = replicate(scenario, ["base"], replications=1, seed=seed, workers=1)
    apart_seeds = 10**8
    ((hour,),) = replicate(scenario, ["faster"], replications=1, seed=seed + apart_seeds, workers=1)
    mine = {one.policy: one.metrics["effective_reach"] for one in (day, hour)}
    parts.trial(
        f"""
        With seed {seed}: within a day {parts.percent(mine["base"], 1)}, within an hour
        {parts.percent(mine["faster"], 1)} (n = 1 each, so there is no interval). You would report that
        **{"the hour is better" if mine["faster"] < mine["base"] else "the hour is worse"}**.
        """,
        ("within a day", "within an hour"),
        1 / 24,
        apart_seeds,
    )
    return apart_seeds, mine


@app.cell
def _(misled_paired, n):
    paired = parts.predict(
        "Predict 2",
        f"Now both policies run on the same draws, {n} times. In how many of these {n} pairs does "
        "the hour look worse?",
        misled_paired,
        {
            "In about 24, as before.": (
                24,
                "That would be so if the policies had separate luck. Now a hub that is overlooked "
                "for a month is overlooked under both.",
            ),
            "In about 12.": (12, "Fewer still: nearly all the luck is shared."),
            "In none.": (0, ""),
        },
        f"In {misled_paired} of {n}. Each run differs a lot from the next, but within a pair only the "
        "policy differs. The same draws do not make the policies alike; they make them comparable.",
    )
    paired_answer = paired.ask()
    paired_answer
    return paired, paired_answer


@app.cell
def _(paired, paired_answer, reach):
    parts.reveal(
        paired,
        paired_answer.value,
        draw.two_strips(
            {"within a day": reach["base"], "within an hour": reach["faster"]},
            True,
            "The same runs, each joined to its partner. Every line leans the same way; one that "
            "leaned the other way would be drawn in another colour.",
        ),
    )
    return


@app.cell
def _(reach, true):
    gain = pairing_gain(reach["faster"], reach["base"])
    paired_runs = 10
    independent_runs = paired_runs * gain.factor.value
    spread = np.sqrt(reach["base"].var(ddof=1) + reach["faster"].var(ddof=1))
    needed_together = replications_needed(reach["faster"] - reach["base"], abs(true.value))
    saved = parts.predict(
        "Predict 3",
        f"The precision that {paired_runs} pairs on the same draws give: how many runs of each policy "
        "does it take on different draws?",
        independent_runs,
        {
            "About 10: a run is a run.": (10, "Precision comes from the spread of *differences*."),
            "About 30.": (30, "More. Compare the spread of the cloud with the lean of the lines."),
            "About 100.": (100, "More. The two policies share nearly everything."),
            "About 1,000.": (1000, ""),
        },
        f"About {independent_runs:,.0f}: the variance of the difference is {gain.factor.value:,.0f} "
        f"times smaller (95 % interval {gain.factor.low:,.0f} to {gain.factor.high:,.0f}, "
        f"n = {gain.factor.n}), since the correlation of the two policies is "
        f"{gain.correlation:.2f}.",
        log=True,
    )
    saved_answer = saved.ask()
    saved_answer
    return gain, independent_runs, needed_together, saved, saved_answer, spread


@app.cell
def _(reach, saved, saved_answer, spread, true):
    counts = np.geomspace(3, 3000, 60)
    lean = (reach["faster"] - reach["base"]).std(ddof=1)
    parts.reveal(
        saved,
        saved_answer.value,
        draw.widths(
            counts,
            1.96 * spread / np.sqrt(counts),
            1.96 * lean / np.sqrt(counts),
            abs(true.value),
            "Half-width of the 95 % interval of the difference, from the spreads of the 60 "
            "replications. Where a line crosses the dotted one, the difference can just be told "
            "from zero. (pp: percentage points)",
        ),
    )
    return


@app.cell
def _(reach, true):
    unpaired = reach["faster"].mean() - reach["base"].mean()
    bias = parts.choose(
        "Check 1",
        "Is that not cheating? Does pairing change the difference that you estimate?",
        {
            "Yes, it makes the difference smaller.": (
                abs(true.value) < 0.999 * abs(unpaired),
                "Compute both from the same runs: the mean of the differences, and the difference of "
                "the means.",
            ),
            "Yes, it makes the difference larger.": (
                abs(true.value) > 1.001 * abs(unpaired),
                "Compute both from the same runs: the mean of the differences, and the difference of "
                "the means.",
            ),
            "No, only how precisely it is known.": (
                np.isclose(true.value, unpaired, rtol=1e-9),
                "",
            ),
        },
        "The mean of differences is the difference of means, whatever is correlated with what: "
        f"{parts.said(true, ' percentage points', 100, 2)}. Only the width depends on the pairing.",
    )
    bias_answer = bias.ask()
    bias_answer
    return bias, bias_answer


@app.cell
def _(bias, bias_answer):
    parts.reveal(bias, bias_answer.value)
    return


@app.cell
def _(reach):
    ten = slice(0, 10)
    one = mean_interval(reach["base"][ten])
    two = mean_interval(reach["faster"][ten])
    between = paired_difference(reach["faster"][ten], reach["base"][ten])
    overlap = one.low < two.high and two.low < one.high
    clear = between.high < 0 or between.low > 0
    intervals = parts.choose(
        "Check 2",
        f"With ten replications effective reach is {parts.share(one, 1)} within a day and "
        f"{parts.share(two, 1)} within an hour. A colleague says: the intervals overlap, so you cannot "
        "tell the policies apart. On common random numbers, is that right?",
        {
            "Yes: overlapping intervals mean no difference.": (
                overlap and not clear,
                "Each interval contains the luck of the run, which is the same in both. It cancels "
                "in the difference, and no interval of one policy shows that.",
            ),
            "No: one must look at the interval of the paired difference.": (overlap and clear, ""),
        },
        f"The difference is {parts.said(between, ' percentage points', 100, 2)}: far from zero. "
        "Intervals of single policies answer another question: what does this policy come to?",
    )
    intervals_answer = intervals.ask()
    intervals_answer
    return between, intervals, intervals_answer, one, two


@app.cell
def _(intervals, intervals_answer):
    parts.reveal(intervals, intervals_answer.value)
    return


@app.cell
def _(gain, reach):
    correlation = 0.9
    factor = 1 / (1 - correlation)
    other_gain = pairing_gain(reach["slower"], reach["base"])
    worth = parts.work_out(
        "Check 3",
        "Two policies vary equally much, and the correlation between them is "
        f"{correlation:g}. The variance of a difference is Var A + Var B − 2 Cov(A, B). By which factor "
        "does pairing make it smaller?",
        factor,
        tolerance=0.2,
        unit="times",
        why=f"2σ² / (2σ² (1 − {correlation:g})). A week and a day have the correlation "
        f"{other_gain.correlation:.2f} here and gain a factor of {other_gain.factor.value:.1f}; a day "
        f"and an hour are more alike and gain {gain.factor.value:,.0f}. The smaller the difference "
        "between two policies, the more the same draws are worth; and where nothing is shared, they "
        "are worth nothing.",
        slips={
            "Squared correlation is the share of variance that one variable explains of another. "
            "Here the covariance itself is subtracted.": 1 / (1 - correlation**2),
            "That is how much is left, or how much is saved, as a share. The factor is before "
            "divided by after.": correlation,
        },
        most=1000,
    )
    worth_answer = worth.ask()
    worth_answer
    return other_gain, worth, worth_answer


@app.cell
def _(worth, worth_answer):
    parts.reveal(
        worth,
        worth_answer.value,
        parts.optional(
            "Why so many runs are saved",
            """
            Var(A − B) = Var A + Var B − 2 Cov(A, B). With equal variances σ² and
            Cov(A, B) = ρσ² this is 2σ²(1 − ρ); on independent draws ρ = 0 and it is 2σ². Their
            ratio is 1 / (1 − ρ). The width of an interval goes with the square root of variance
            divided by runs, so that many times fewer runs give the same width.
            """,
        ),
    )
    return


@app.cell
def _(needed_together):
    parts.text(
        f"""
        ## What to take home

        - One run of each policy is an anecdote. The sign of its difference may be luck.
        - Run both on the same draws, many times, and look at the interval of the *difference*. Here
          about {needed_together} pairs are enough to tell an hour from a day.
        - Say n, say the interval, say that it is paired.

        It works only if the two runs really use the same chance for the same thing. With one stream
        of random numbers, the first suspension more shifts all later draws, and the luck is no longer
        shared. That is why every draw here has a key of its own.
        """
    )
    return


@app.cell
def _(
    apart,
    apart_answer,
    bias,
    bias_answer,
    intervals,
    intervals_answer,
    paired,
    paired_answer,
    saved,
    saved_answer,
    worth,
    worth_answer,
):
    parts.score(
        (apart, apart_answer.value),
        (paired, paired_answer.value),
        (saved, saved_answer.value),
        (bias, bias_answer.value),
        (intervals, intervals_answer.value),
        (worth, worth_answer.value),
    )
    return


if __name__ == "__main__":
    app.run()

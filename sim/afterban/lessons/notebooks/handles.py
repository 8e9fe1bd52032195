# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""Lesson 5: handles, thresholds and the cost of wrong suspensions."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="compact", app_title="5. Handles and thresholds", html_head_file="head.html")

with app.setup:
    from afterban import Scenario, replicate, simulate
    from afterban.experiment.matching import match_curve, weigh
    from afterban.lessons import NOBODY_FORGETS, parts
    from afterban.report import lessons as draw
    from afterban.results import handle_texts
    from afterban.statistics import mean_interval, paired_difference, ratio_of_means


@app.cell
def _():
    parts.opening(
        "handles",
        """
        Those who return often take a name that is nearly the old one, so that their followers know
        them again. That gives them away: a platform can compare every new handle with those it has
        suspended, and flag what differs by a few **edits** (a character added, left out, changed, or
        two that change places).

        But ordinary people have names too. The platform of this lesson has 100,000 new accounts a
        day. One person in 500 bears a name that an operator also chose, and one in 50 uses a word that
        the network's handles begin with. All handles here are made of nonsense syllables, and these shares
        are assumed: no source gives any.

        Where do you put the threshold, and who pays for it?
        """,
    )
    return


@app.cell
def _():
    scenario = Scenario.from_yaml("handle-threshold").with_changes(
        {
            **NOBODY_FORGETS,
            "tiers.hub.count": 3,
            "tiers.supporter.count": 147,
            "detection.handle_match.ordinary.sample": 2000,
        }
    )
    arms = [f"edits-{edits}" for edits in range(6)] + ["unrelated-names"]
    runs = list(replicate(scenario, arms, replications=10, workers=1))
    rows = {row.policy: row for row in weigh(scenario, arms, runs)}
    curve = match_curve(scenario, corpus=20_000, suspended=600, thresholds=range(7))

    def values(metric, arm):
        return [outcomes[arms.index(arm)].metrics[metric] for outcomes in runs]

    return arms, curve, rows, runs, scenario, values


@app.cell
def _(scenario):
    made = simulate(scenario, "edits-0").records.accounts
    names = handle_texts(made["handle"])
    # Two successions of the first replication: one of two edits, and one to an unrelated name.
    near = next(k for k in range(len(made)) if made["edit_distance"][k] == 2)
    before = next(
        names[k]
        for k in range(len(made))
        if made["operator"][k] == made["operator"][near]
        and made["life"][k] == made["life"][near] - 1
    )
    apart_when_unrelated = made["edit_distance"][made["edit_distance"] > 2]
    count = parts.work_out(
        "Check 1",
        f"An operator was @{before} and came back as @{names[near]}. How many edits apart are the two?",
        float(made["edit_distance"][near]),
        tolerance=0.25,
        unit="edits",
        why="In the public record half of the known successions are within two edits (L42), with only "
        "eight of them to go by.",
        slips={
            "One edit changes a single character or place. Go through the names letter by letter.": 1.0,
        },
        most=15,
        digits=0,
    )
    count_answer = count.ask()
    count_answer
    return apart_when_unrelated, before, count, count_answer


@app.cell
def _(count, count_answer):
    parts.reveal(count, count_answer.value)
    return


@app.cell
def _(rows, scenario, values):
    two = rows["edits-2"]
    matched = [
        share * made
        for share, made in zip(
            values("handle_matched_share", "edits-2"), values("creations", "edits-2")
        )
    ]
    hits = values("look_alikes_flagged", "edits-2")
    precision = ratio_of_means(matched, [a + b for a, b in zip(matched, hits)])
    per_day = mean_interval([x / scenario.horizon for x in values("creations", "edits-2")])
    base_rate = parts.predict(
        "Predict 1",
        f"The threshold is two edits. The matcher finds {parts.share(two.matched)} of the accounts that "
        "the network makes, and flags no more than "
        f"{parts.said(two.per_100k, ' %', 1e-3, 2)} of new ordinary accounts. Out of 100 accounts that "
        "it flags, how many belong to the network?",
        100 * precision.value,
        {
            "About 99: it hardly ever flags an ordinary account.": (
                99,
                f"It flags one in {1e5 / two.per_100k.value:,.0f}. But one of how many? Most new accounts "
                "are ordinary.",
            ),
            "About 50, as many as it finds.": (
                50,
                "That is recall: of the network's accounts, those that it finds. The question is "
                "about the flagged ones.",
            ),
            "About 25.": (25, "Fewer still: multiply out how many of either kind there are."),
            "Two or three.": (2.5, ""),
        },
        f"{parts.share(precision, 1)}. The network makes {parts.said(per_day)} accounts a day, everybody "
        "else 100,000. A tiny share of very many is more than a large share of few: the base rate "
        "decides.",
    )
    base_answer = base_rate.ask()
    base_answer
    return base_answer, base_rate, precision, two


@app.cell
def _(base_answer, base_rate, precision):
    parts.reveal(
        base_rate,
        base_answer.value,
        draw.of_a_hundred(
            precision.value,
            "A hundred accounts that the matcher flags at two edits (handle-threshold with 150 operators, "
            "over 10 replications).",
        ),
    )
    return


@app.cell
def _():
    made_per_day, sign_ups, recall, false_rate = 10, 100_000, 0.9, 0.001
    right = made_per_day * recall
    wrong = (sign_ups - made_per_day) * false_rate
    bayes = parts.work_out(
        "Check 2",
        f"Another platform: {sign_ups:,} new accounts a day, {made_per_day} of them made by the network. A "
        f"matcher finds {100 * recall:.0f} % of these and flags {100 * false_rate:.1f} % of the others. What "
        "percentage of the flagged accounts belongs to the network?",
        100 * right / (right + wrong),
        tolerance=0.3,
        unit="%",
        why=f"{right:.0f} right flags and {wrong:.0f} wrong ones a day. To have it half right, the matcher "
        f"would have to flag fewer than {parts.percent(right / sign_ups, 3)} of ordinary accounts, ten times fewer.",
        slips={
            "That is the share of the network's accounts that it finds, not the share of the flagged that "
            "are the network's.": 100 * recall,
            "That is the share of ordinary accounts that it leaves alone.": 100 * (1 - false_rate),
            "That is right flags for each wrong one. The share is of all flagged.": 100
            * right
            / wrong,
        },
        most=100,
    )
    bayes_answer = bayes.ask()
    bayes_answer
    return bayes, bayes_answer


@app.cell
def _(bayes, bayes_answer):
    parts.reveal(
        bayes,
        bayes_answer.value,
        parts.optional(
            "Bayes' rule",
            """
            Let N accounts a day be the network's and M all others, r the recall and f the share of
            the others that is flagged. Of all flagged, r·N / (r·N + f·M) are the network's, which
            is 1 / (1 + (f / r)·(M / N)). Half of the flags are right where f·M = r·N: what counts
            is f beside N / M, however good r is.
            """,
        ),
    )
    return


@app.cell
def _(curve):
    at_two, at_four = curve.at(2), curve.at(4)
    more_found = at_four.recall.value - at_two.recall.value
    more_hit = at_four.false_matches.value / at_two.false_matches.value
    wider = parts.predict(
        "Predict 2",
        "The team would like to catch more and widens the threshold from two edits to four. At two "
        f"it has within it {parts.share(at_two.recall)} of the successors and "
        f"{parts.said(at_two.false_matches, ' %', 100, 2)} of ordinary accounts. How many times more "
        "ordinary accounts does it hit at four?",
        more_hit,
        {
            "Twice as many: twice the edits.": (
                2,
                "The number of names within a distance grows far faster than the distance.",
            ),
            "About three times as many.": (
                3,
                "More: every further edit multiplies the names within reach.",
            ),
            "Ten times as many, or a little more.": (11, ""),
            "About a hundred times as many.": (100, "That takes one edit more: look at five."),
        },
        f"{more_hit:.0f} times, and it finds {parts.percent(abs(more_found), 1)} more successors. Near-identical "
        "names are within two edits and unrelated ones about nine apart; between the two there is nothing to "
        "find, only people to hit.",
        log=True,
    )
    wider_answer = wider.ask()
    wider_answer
    return more_found, more_hit, wider, wider_answer


@app.cell
def _(curve, wider, wider_answer):
    parts.reveal(
        wider,
        wider_answer.value,
        draw.found_and_hit(
            curve,
            f"Measured on {curve.corpus:,} ordinary handles and {curve.suspended:,} suspended ones with their "
            "successors; 95 % intervals. Where nothing was found there is no mark.",
        ),
    )
    return


@app.cell
def _(rows, values):
    nothing, strict, changed = rows["edits-0"], rows["edits-2"], rows["unrelated-names"]

    def between(arm, other):
        return paired_difference(values("effective_reach", arm), values("effective_reach", other))

    matching = between("edits-2", "edits-0")
    habit = between("unrelated-names", "edits-0")
    kept = habit.value / matching.value
    adapt = parts.predict(
        "Predict 3",
        "With a threshold of two edits effective reach falls from "
        f"{parts.share(nothing.effective_reach, 1)} to {parts.share(strict.effective_reach, 1)}; paired, by "
        f"{parts.said(matching, ' percentage points', 100, 2)}. Then the network gives up near-identical "
        "names, and no match finds it any more. How much of the platform's gain is left?",
        100 * kept,
        {
            "Nothing: the matcher is blind now.": (
                0,
                "It is. But so are many of the followers: an unrelated name is found again more slowly.",
            ),
            "About half.": (50, "More: the name was worth a lot to the network."),
            "Nearly all of it.": (85, ""),
            "Twice as much.": (200, "Then the network would not have had to be pressed to do it."),
        },
        f"{parts.percent(kept)}: against no matching, effective reach still differs by "
        f"{parts.said(habit, ' percentage points', 100, 2)}. The network can be known again by followers or hidden "
        "from the matcher, not both. How much slower people find an unrelated name is assumed, "
        "so take this as a sign and not as a size.",
    )
    adapt_answer = adapt.ask()
    adapt_answer
    return adapt, adapt_answer, changed, habit, kept, matching


@app.cell
def _(adapt, adapt_answer, changed, rows):
    parts.reveal(
        adapt,
        adapt_answer.value,
        draw.price(
            [rows[f"edits-{edits}"] for edits in range(6)],
            changed,
            "Effective reach against ordinary accounts flagged, 10 replications, 95 % intervals. The intervals "
            "show how runs differ; the paired differences in the text are known far better.",
        ),
    )
    return


@app.cell
def _(rows, values):
    def gains(edits):
        reach = paired_difference(
            values("effective_reach", f"edits-{edits}"), values("effective_reach", "edits-2")
        )
        return reach, rows[f"edits-{edits}"].per_100k.value / rows["edits-2"].per_100k.value

    wasted = {edits: gains(edits) for edits in (1, 3, 4, 5)}

    def useless(edits):
        reach, hit = wasted[edits]
        return hit > 1 and abs(reach.value) < 5e-4

    sensible = parts.choose(
        "Check 3",
        "Which thresholds need no discussion, since another one leaves as little reach and hits fewer "
        "ordinary people?",
        {
            "One edit, since two is better.": (
                useless(1),
                "Two is better and also hits more people. That is a matter for discussion.",
            ),
            "Three, four and five edits.": (
                all(useless(edits) for edits in (3, 4, 5)) and not useless(1),
                "",
            ),
            "None: it is always a matter of values.": (
                not any(useless(edits) for edits in (3, 4, 5)),
                "Where one choice is worse in both respects, no values can favour it.",
            ),
        },
        "From two to five edits effective reach changes by "
        f"{parts.said(wasted[5][0], ' percentage points', 100, 2)}, and {wasted[5][1]:,.0f} times as many "
        "ordinary accounts are flagged. Between none, one and two edits the trade is real: less reach, more "
        "people wronged. The simulation gives the price; it does not say what to pay.",
    )
    sensible_answer = sensible.ask()
    sensible_answer
    return sensible, sensible_answer, wasted


@app.cell
def _(sensible, sensible_answer):
    parts.reveal(sensible, sensible_answer.value)
    return


@app.cell
def _(scenario, two):
    reviewed = scenario.review.mistakes.probability
    parts.text(
        f"""
        ## What to take home

        - A matcher that is right about nearly everybody can be wrong about nearly all whom it flags.
        - So a match is a reason to look, not to suspend. Here a review wrongly upholds
          {parts.percent(reviewed)} of the look-alikes, and still
          {parts.said(two.suspended, "", 1, 0)} ordinary people are suspended in 90 days.
        - Widen a threshold only as far as there is something to find.
        - Opponents adapt. Ask what the answer to your measure costs them.
        """
    )
    return


@app.cell
def _(
    adapt,
    adapt_answer,
    base_answer,
    base_rate,
    bayes,
    bayes_answer,
    count,
    count_answer,
    sensible,
    sensible_answer,
    wider,
    wider_answer,
):
    parts.score(
        (base_rate, base_answer.value),
        (wider, wider_answer.value),
        (adapt, adapt_answer.value),
        (count, count_answer.value),
        (bayes, bayes_answer.value),
        (sensible, sensible_answer.value),
    )
    return


if __name__ == "__main__":
    app.run()

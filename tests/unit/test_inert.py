"""Settings without effect: each rule is held against what the engines do, in both directions.

Where a rule says that a key has no effect, another value must give the same records and metrics to
the last bit; where its reason is taken away, another value must give others.  A rule that the
engine has left behind fails in the first test, a key that is named without cause in the second.
"""

from __future__ import annotations

import numpy as np
import pytest

from afterban import engines
from afterban.core import can_run
from afterban.metrics import measure
from afterban.parameters import Parameters
from afterban.scenario import Scenario, shipped_names
from afterban.scenario.inert import common, inert, reasons_of, words
from afterban.scenario.inert_rules import RULES
from afterban.world import build

ENGINE = "compiled" if can_run() else "reference"
SEED = 5

# Every key of the rules acts here, but for those of which the team or its absence says otherwise.
RICH = """
schema_version: 1
name: rich
start: 2014-06-02
horizon: 40 d
seed: 5
tiers:
  hub:
    count: 6
    audience: {lognormal: {median: 4000, sigma: 0.5}}
    posts: 10 per day
    degree: 12
    prominence: 5
    promotes: 0.9
    returns: 0.9
    return_delay: {exponential: {mean: 1d}}
    moves: 0.3
    spares: 1
    watched: 0.1 per day
    severity: urgent
  supporter:
    count: 60
    audience: {lognormal: {median: 600, sigma: 1.2, cap: 20000}}
    posts: {lognormal: {median: 5 per day, sigma: 1.0, cap: 50 per day}}
    attached_at_start: 0.6
    detached_at_start: 0.2
    spares: 1
    differences:
      returns: {uniform: {low: 0.5, high: 1.2}}
      refollow: {lognormal: {median: 1, sigma: 0.5}}
      lost: {uniform: {low: 0, high: 2}}
      correlations: [{of: returns, with: lost, rank: 0.5}]
exposure: {outsiders: 100_000}
posting: {bursts: [{from: 2014-06-09, until: 2014-06-16, factor: 3, tiers: [supporter]}]}
detection:
  precision: 0.7
  signup: 0.1
  reports: 3000 per million impressions
  insider_reports: 0.2
  classifier: 0.003 per post
  threats: 0.01 per day
  handle_match:
    recall: 0.4
    edits: 4
    ordinary: {signups: 100 per day, namesakes: 0.1, topic_names: 0.2, sample: 500}
  link_match: {promoted: 0.2, promoter: 0.2}
  retaliation: {probability: 0.4, delay: 1d}
  tiers:
    hub: {signup: 2, reports: 0.5, classifier: 2, threats: 2, watch: 0.5, handle_recall: 2,
      link_promoted: 2, link_promoter: 2, retaliation: 2}
    supporter: {signup: 0.5, handle_recall: 0.5, link_promoted: 0.5, threats: 0.5,
      retaliation: 0.5}
  pulses:
    - {date: 2014-06-20, share: 0.2, every: 5 d, until: 2014-07-05, platform: first,
       tiers: [supporter]}
    - {date: 2014-06-12, accounts: 5, choose: followers, every: 4 d, times: 3}
  regimes:
    - {from: 2014-06-08, reports: 2000 per million impressions, watch: 2, link_promoted: 0.3,
       link_promoter: 0.3, retaliation: 0.6, time_to_action: 12h, urgent_time_to_action: 3h,
       tiers: {hub: {threats: 3}}}
review:
  time_to_action: {lognormal: {median: 1d, sigma: 1.0}}
  urgent_time_to_action: {lognormal: {median: 4h, sigma: 1.0}}
  sensitivity: 0.8
  mistakes: {probability: 0.3}
  appeals: {filing: 2d, success: 0.7, operators: 0.3, operators_succeed: 0.5, posts_after: 0.4}
  waves: {every: 8h}
returning:
  probability: 0.85
  delay: {lognormal: {median: 1d, sigma: 1.2}}
  moves: 0.3
  fatigue: 0.9
  most_lives: 3
  posts_after_return: 0.8
  posts_after_move: 1.5
  give_up: {suspensions: 2, within: 9d}
adaptation: {handle_match: 0.5, reports: 0.7, classifier: 0.6, link_match: 0.5, quick_action: 2,
  quick: 12h}
platforms:
  first: {users: 1_000_000}
  second: {users: 500_000, follows: 0.7, enforces_from: 2014-06-06, intensity: 0.8}
recruitment: {per_impression: 50 per million impressions, tier: supporter, most: 20, delay: 1d}
arrivals: {tiers: {supporter: {rate: 0.2 per day}}}
counter_speech:
  speakers:
    one: {followers: 5000, growth: 0.01 per day, ceiling: 9000, posts: 3 per day, answers: 0.2}
  answers_seen: 0.5
  effect: 0.5
  reply_rate: 0.1
  tiers: {supporter: {reply_rate: 0.3}}
metrics: {outsider_sample: 200}
"""

TEAM = {
    "review.team": {
        "reviewers": 1,
        "service_time": {"exponential": {"mean": "1h"}},
        "benign_reports": "10 per day",
    }
}
SHIFTS = {
    "review.team": {
        "shifts": [{"days": ["mon", "tue"], "start": "9h", "end": "17h", "reviewers": 2}],
        "service_time": {"exponential": {"mean": "1h"}},
    }
}
NO_CHANNEL = {
    "detection.regimes": [
        {"from": "2014-06-22", "time_to_action": "12h", "urgent_time_to_action": "3h"}
    ],
    "detection.reports": "0 per impression",
    "detection.classifier": "0 per post",
    "detection.threats": "0 per day",
    "detection.watch": 0,
    "detection.handle_match.recall": 0,
    "detection.link_match.promoted": 0,
    "detection.link_match.promoter": 0,
    "detection.retaliation.probability": 0,
}
UNTOUCHED = {**NO_CHANNEL, "detection.signup": 0, "detection.pulses": []}
ALWAYS = {"detection.regimes": []}
RELEASES = {
    "tiers.hub.sleeper": {"created": "2014-06-03", "public": "2014-06-05", "every": "4 days"},
    "tiers.hub.attached_at_start": 0,
    "tiers.hub.detached_at_start": 1,
}
CURVE = {
    "threshold": 0.4,
    "points": [
        {"threshold": 0.2, "recall": 1, "precision": 0.3},
        {"threshold": 0.9, "recall": 0.2, "precision": 0.9},
    ],
}
REGIME = {  # keys that take the place of others on the first day
    "signup": "0.2",
    "reports": "1000 per million impressions",
    "classifier": "0.01 per post",
    "threats": "0.02 per day",
    "watch": "3",
    "handle_recall": "0.2",
    "link_promoted": "0.1",
    "link_promoter": "0.1",
    "retaliation": "0.2",
    "time_to_action": "2h",
    "urgent_time_to_action": "1h",
}

FACTORS = {key: 3 for key in REGIME if key not in ("time_to_action", "urgent_time_to_action")}

# Beginning of a reason -> what makes it true of RICH.
REASONS: dict[str, dict] = {
    "no channel of detection flags": {**NO_CHANNEL, "detection.precision": 1},
    "nobody is ever suspended": UNTOUCHED,
    "nobody is ever detached": {**UNTOUCHED, "tiers.supporter.detached_at_start": 0},
    "with a team": TEAM,
    "staff is unlimited": {},
    "no review ends in a mistake": {**TEAM, "review.mistakes.probability": 0},
    "the team hears appeals": TEAM,
    "no operator appeals": {**TEAM, "review.appeals.operators": 0},
    "nobody is reinstated": {"review.mistakes.appeals": 0},
    "no ordinary user is flagged": {
        "detection.precision": 1,
        "detection.handle_match.ordinary": "none",
    },
    "the channel is off": UNTOUCHED,
    "the classifier is off": {**UNTOUCHED, "detection.operating_curve": CURVE},
    "no handle is near-identical": {"handles.near_identical": 0},
    "quick action is answered by nobody": {"adaptation.quick_action": 1},
    "look-alikes say it": {},
    "each channel has a price of its own": {
        "detection.precision_of": dict.fromkeys(
            ("signup", "link_match", "reports", "classifier", "threats", "watch", "pulses"), 0.6
        )
    },
    "no case is urgent": {
        "tiers.hub.severity": "routine",
        "detection.threats": "0 per day",
        "detection.retaliation.probability": 0,
        "detection.regimes[0].retaliation": 0,
    },
    "{1} takes its place": {
        "detection.regimes": [{"from": "2014-06-02", **REGIME, "tiers": {"hub": FACTORS}}],
        "arrivals.regimes": [{"from": "2014-06-02", "tiers": {"supporter": {"rate": "1 per day"}}}],
        "counter_speech.regimes": [{"from": "2014-06-02", "speakers": {"one": {"answers": 0.4}}}],
    },
    "this channel is closed": {**NO_CHANNEL, "detection.signup": 0},
    "this tier is watched by nobody": {"tiers.hub.watched": "0 per day"},
    "nobody reports": {**ALWAYS, "detection.reports": "0 per impression"},
    "nobody watches": {**ALWAYS, "detection.watch": 0},
    "no tier is watched": {"tiers.hub.watched": "0 per day"},
    "no handle is matched": {"detection.handle_match.recall": 0},
    "no threat follows a suspension": {**ALWAYS, "detection.retaliation.probability": 0},
    "no link is matched": {
        **ALWAYS,
        "detection.link_match.promoted": 0,
        "detection.link_match.promoter": 0,
    },
    "there is no promotion": {"promotion.posts": 0},
    "this campaign hits nobody": {
        "detection.pulses[0].share": 0,
        "detection.pulses[1].accounts": 0,
    },
    "this campaign finds nobody": {
        "tiers.supporter.count": 0,
        "recruitment": "none",
        "arrivals": "none",
    },
    "operators post in it as on other days": {"posting.bursts[0].factor": 1},
    "nobody posts in this burst": {
        "tiers.supporter.count": 0,
        "recruitment": "none",
        "arrivals": "none",
    },
    "there is no other tier": {
        "tiers": {"supporter": {"count": 60, "audience": 500, "posts": "5 per day"}},
        "detection.tiers": {},
        "detection.regimes": [],
    },
    "none of the tiers that the regime names": {"tiers.hub.count": 0},
    "what was observed says who goes first": {
        **{f"review.team.{key}": value for key, value in TEAM["review.team"].items()},
        "review.team.rank_by": {"what": "followers", "window": "3d"},
        "detection.pulses[1].rank_by": {"what": "impressions", "window": "3d", "error": 0.2},
    },
    "nobody works in shifts": TEAM,
    "the campaign strikes once": {
        "detection.pulses": [
            {"date": "2014-06-20", "share": 0.2, "every": "5d", "until": "2014-07-05", "times": 1}
        ]
    },
    "there is no other platform": {"platforms": {"first": {"users": 1000}}},
    "nobody can move: there is no other": {
        "platforms": {"first": {"users": 1000}},
        "detection.pulses": [],
    },
    "nobody moves: every probability": {
        "returning.moves": 0,
        "tiers.hub.moves": 0,
        "returning.give_up": "none",
    },
    "nobody has spare accounts": {"tiers.hub.spares": 0, "tiers.supporter.spares": 0},
    "every tier has its own (tiers.*.returns)": {"tiers.supporter.returns": 0.7},
    "every tier has its own (tiers.*.return_delay)": {"tiers.supporter.return_delay": "2d"},
    "every tier has its own (tiers.*.moves)": {"tiers.supporter.moves": 0.2},
    "nobody of this tier comes back": {"tiers.hub.returns": 0, "tiers.supporter.returns": 0},
    "nobody comes back": {"tiers.hub.returns": 0, "returning.probability": 0},
    "there is no time for it": {"returning.rebuilding.window": "0d"},
    "this tier has no operators": {"tiers.hub.count": 0},
    "the tier's accounts are not public": {
        "tiers.hub.sleeper": {"created": "2014-06-05", "public": "2014-06-10"}
    },
    "its accounts are made for releases": RELEASES,
    "no further account is made": {**RELEASES, "tiers.hub.returns": 0},
    "nobody finds a new account": {
        "audience.refollow_insiders": "0 per day",
        "audience.refollow_outsiders": "0 per day",
    },
    "the table network.operators": {
        "network.operators": "operators.csv",
        "recruitment": "none",
        "arrivals": "none",
    },
    "the table network.follows": {
        "network.follows": "follows.csv",
        "recruitment": "none",
        "arrivals": "none",
    },
    "this is the first platform": {},
    "nothing is enforced there": {"platforms.second.enforces_from": "none"},
    "nobody ever gets there": {
        "returning.moves": 0,
        "tiers.hub.moves": 0,
        "returning.give_up": "none",
    },
    "nothing is lost": {"audience.lost_insiders": 0, "audience.lost_outsiders": 0},
    "there is room for none": {"recruitment.most": 0},
    "nobody is won over": {"recruitment.per_impression": "0 per impression"},
    "answers change nothing": {"counter_speech.effect": 0},
    "nobody answers": {"counter_speech.speakers.one.answers": 0},
    "every tier has a rate of its own": {
        "counter_speech.tiers": {"hub": {"reply_rate": 0.3}, "supporter": {"reply_rate": 0.4}}
    },
    "the speaker's followers do not grow": {"counter_speech.speakers.one.growth": "0 per day"},
}

# Key -> other values; the first that can stand there is taken.
OTHER: dict[str, list] = {
    "review.team.timezone": ["Asia/Tokyo"],
    "detection.pulses[*].rank_by.what": ["links"],
    "detection.pulses[*].rank_by.window": ["7d"],
    "detection.pulses[*].rank_by.error": [5],
    "detection.precision": [0.35],
    "detection.operating_curve.threshold": [0.7],
    **{
        f"detection.precision_of.{channel}": [0.2]
        for channel in (
            *("signup", "handle_match", "link_match", "reports", "classifier", "threats"),
            *("watch", "pulses"),
        )
    },
    **{
        f"detection.wrong_flags.{channel}": ["5 per day"]
        for channel in (
            *("signup", "handle_match", "link_match", "reports", "classifier", "threats", "watch"),
        )
    },
    "detection.signup": [0.5],
    "detection.reports": ["9000 per million impressions"],
    "detection.classifier": ["0.02 per post"],
    "detection.threats": ["0.05 per day"],
    "detection.watch": [7],
    "detection.handle_match.recall": [0.9],
    "detection.link_match.promoted": [0.9],
    "detection.link_match.promoter": [0.9],
    "detection.retaliation.probability": [0.9],
    "detection.retaliation.delay": ["4d"],
    "detection.insider_reports": [0.9],
    "detection.handle_match.edits": [2],
    "detection.handle_match.scan_time": ["4d"],
    "detection.handle_match.ordinary.namesakes": [0.6],
    "detection.handle_match.ordinary.topic_names": [0.9],
    "detection.handle_match.ordinary.sample": [900],
    "detection.link_match.scan_time": ["4d"],
    **{f"detection.tiers.*.{key}": [4] for key in FACTORS},
    "detection.regimes[*].tiers": [{"hub": {"classifier": 9}}],
    "posting.bursts[*].from": ["2014-06-05"],
    "posting.bursts[*].until": ["2014-06-13", "none"],
    "posting.bursts[*].factor": [9],
    "posting.bursts[*].tiers": [["hub"], []],
    "detection.pulses[*].share": [0.6],
    "detection.pulses[*].accounts": [9],
    "detection.pulses[*].tiers": [["hub"], []],
    "detection.pulses[*].date": ["2014-06-14"],
    "detection.pulses[*].every": ["2d"],
    "detection.pulses[*].until": ["2014-06-24", "none"],
    "detection.pulses[*].times": [2],
    "detection.pulses[*].choose": ["activity"],
    "detection.pulses[*].platform": ["second", "none"],
    "detection.regimes[*].time_to_action": ["10d"],
    "detection.regimes[*].urgent_time_to_action": ["10d"],
    "detection.regimes[*].watch": [9],
    "detection.regimes[*].link_promoted": [1],
    "detection.regimes[*].link_promoter": [1],
    "detection.regimes[*].retaliation": [1],
    "review.time_to_action": ["8d"],
    "review.urgent_time_to_action": ["8d"],
    "review.sensitivity": [0.2],
    "review.action_delay": ["4d"],
    "review.waves.every": ["3d"],
    "review.team.order": ["followers"],
    "review.mistakes.probability": [0.9],
    "review.mistakes.appeals": [0.1],
    "review.mistakes.reinstatement": ["1d"],
    "review.appeals.filing": ["9d"],
    "review.appeals.operators": [0.9],
    "review.appeals.operators_succeed": [1],
    "review.appeals.success": [0.1],
    "review.appeals.posts_after": [0.9],
    "returning.probability": [0.2],
    "returning.moves": [0.9],
    "returning.fatigue": [0.3],
    "returning.delay": ["6d"],
    "returning.spare_delay": ["3d"],
    "returning.most_lives": [2],
    "returning.posts_after_return": [0.3],
    "returning.posts_after_move": [0.2],
    "returning.give_up.suspensions": [1],
    "returning.give_up.within": ["1d"],
    "returning.rebuilding.share": [0.9],
    "returning.rebuilding.window": ["20d"],
    "adaptation.handle_match": [0],
    "adaptation.reports": [0],
    "adaptation.classifier": [0],
    "adaptation.link_match": [0],
    "adaptation.quick_action": [9],
    "adaptation.quick": ["3d"],
    "tiers.*.audience": [900],
    "tiers.*.insider_share": [0.1],
    "tiers.*.attached_at_start": [0.3],
    "tiers.*.detached_at_start": [0.0],
    "tiers.*.refollow_factor": [3],
    "tiers.*.posts": ["1 per day"],
    "tiers.*.degree": [3],
    "tiers.*.prominence": [90],
    "tiers.*.promotes": [0.1],
    "tiers.*.returns": [0.1],
    "tiers.*.return_delay": ["9d"],
    "tiers.*.moves": [0.9],
    "tiers.*.differences.returns": [0.4],
    "tiers.*.differences.refollow": [3],
    "tiers.*.differences.lost": [9],
    "tiers.*.differences.correlations": [[]],
    "tiers.*.spares": [3],
    "tiers.*.report_weight": [9],
    "tiers.*.watched": ["2 per day"],
    "handles.near_identical": [0.1],
    "audience.lost_insiders": [0.5],
    "audience.lost_outsiders": [0.5],
    "audience.insiders": ["constant"],
    "audience.forget_insiders": ["0.3 per day"],
    "audience.forget_outsiders": ["0.3 per day"],
    "audience.recognition.near_edits": [0],
    "audience.recognition.unrelated": [0.9],
    "promotion.delay": ["5d"],
    "promotion.view_probability": [0.9],
    "promotion.untouched_factor": [0.9],
    "promotion.on_start": ["true"],
    "network.overlap_insiders": [0.9],
    "network.overlap_outsiders": [0.9],
    "network.prominence_tail": [1.1],
    "platforms.*.follows": [0.2],
    "platforms.*.intensity": [3],
    "platforms.*.enforces_from": ["2014-06-25"],
    "platforms.*.worth": [7],
    "recruitment.per_impression": ["900 per million impressions"],
    "recruitment.tier": ["hub"],
    "recruitment.delay": ["9d"],
    "arrivals.tiers.*.rate": ["2 per day"],
    "tiers.*.sleeper.every": ["3 days"],
    "counter_speech.answers_seen": [0.9],
    "counter_speech.effect": [0.9],
    "counter_speech.reply_rate": [0.9],
    "counter_speech.tiers.*.reply_rate": [0.9],
    "counter_speech.speakers.*.answers": [0.9],
    "counter_speech.speakers.*.ceiling": [7000],
}


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    """Function from changes to the rich scenario with them, tables of its network beside it."""
    folder = tmp_path_factory.mktemp("rich")
    rows = [f"h{k},hub,{2000 + k},8" for k in range(6)]
    rows += [f"s{k},supporter,{300 + k},4" for k in range(60)]
    (folder / "operators.csv").write_text(
        "operator,tier,audience,posts_per_day\n" + "\n".join(rows) + "\n"
    )
    links = [f"{(7 * k) % 66},{k}" for k in range(1, 60) if (7 * k) % 66 != k]
    (folder / "follows.csv").write_text("promoter,operator\n" + "\n".join(links) + "\n")
    scenario = Scenario.from_text(RICH)

    def changed(changes):
        paths = ("network.operators", "network.follows")
        placed = {k: str(folder / v) if k in paths else v for k, v in changes.items()}
        return scenario.with_changes(placed) if placed else scenario

    return changed


def outcome(scenario):
    """Everything that can be seen of one replication, as bytes."""
    p = Parameters.from_scenario(scenario)
    world = build(p, SEED, 0)
    records = engines.run(p, world, SEED, 0, ENGINE)
    tiers, platforms = list(scenario.tiers), list(scenario.platforms)
    metrics = measure(p, world, records, tiers, SEED, 0, None, platforms)
    names = ("accounts", "cases", "series", "window_impressions", "backlog")
    return (
        *(np.ascontiguousarray(getattr(records, name)).tobytes() for name in names),
        # How many events it took says what the engine did, not what came of it.
        repr(sorted((name, x) for name, x in metrics.items() if name != "events")),
    )


def reason_of(rule):
    found = [beginning for beginning in REASONS if rule.why.startswith(beginning)]
    assert len(found) == 1, f"no scenario makes this reason true: {rule.why}"
    return found[0]


def others(scenario, key, item):
    """The scenario with other values at a key."""
    path = key.replace("*", item)
    for value in OTHER[key]:
        try:
            yield path, scenario.with_changes({path: value})
        except Exception:  # such as a platform that is not there
            continue


@pytest.fixture(scope="module")
def acting(rich):
    """The rich scenario with either staff, without look-alikes, with a curve; what comes of it."""
    changes = (
        {},
        TEAM,
        {"detection.handle_match.ordinary": "none"},
        {"detection.operating_curve": CURVE},
        RELEASES,
        SHIFTS,
    )
    return [(scenario, outcome(scenario)) for scenario in map(rich, changes)]


def items_of(scenario):
    """Names and numbers that `*` can stand for, and none."""
    return ["", *scenario.tiers, *scenario.platforms, "one", "0", "1"]


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(RULES)), ids=lambda k: f"{k}-{RULES[k].keys[0]}")
def test_where_a_rule_holds_another_value_changes_nothing(rich, number):
    rule = RULES[number]
    looked = set()
    for staffing in ({}, TEAM):
        scenario = rich({**staffing, **REASONS[reason_of(rule)]})
        before = outcome(scenario)
        for item in items_of(scenario):
            try:
                holds = rule.holds(scenario, item)
            except (KeyError, IndexError, ValueError):
                continue  # the name of something else
            for key in rule.keys if holds else ():
                if ("*" in key) != bool(item):
                    continue
                for path, other in others(scenario, key, item):
                    assert outcome(other) == before, f"{path} acts, though {rule.why}"
                    looked.add(key)
    assert looked == set(rule.keys)


@pytest.mark.parametrize("key", sorted({key for rule in RULES for key in rule.keys}))
def test_where_no_rule_names_a_key_it_acts(acting, key):
    assert any(
        outcome(other) != before
        for scenario, before in acting
        for item in items_of(scenario)
        if ("*" in key) == bool(item) and key.replace("*", item) not in reasons_of(scenario)
        for _, other in others(scenario, key, item)
    )


def test_every_reason_is_of_a_rule():
    used = {reason_of(rule) for rule in RULES}
    assert used == set(REASONS)
    assert {key for rule in RULES for key in rule.keys} == set(OTHER)


def said(scenario, policies=None):
    return {one.path for one in inert(scenario, policies)}


BESIDE_A_TEAM = """
schema_version: 1
name: free-detection
start: 2026-01-05
horizon: 20 days
replications: 2
seed: 11
tiers: {supporter: {count: 100, audience: 500, posts: 3 per day}}
exposure: {outsiders: 1_000_000}
detection: {reports: 100 per million impressions, classifier: 0.003 per post, precision: 0.5}
review:
  mistakes: {probability: 0.02}
  team: {reviewers: 3, service_time: {exponential: {mean: 6min}}, benign_reports: 300 per day}
policies:
  ten-times-the-classifier: {detection: {classifier: 0.03 per post}}
  imprecise: {detection: {precision: 0.05}}
  within-2h: {review: {time_to_action: 2h}}
"""


def test_what_a_team_leaves_without_effect_is_named_where_it_is_written():
    scenario = Scenario.from_text(BESIDE_A_TEAM)
    assert said(scenario) == {"policies.within-2h.review.time_to_action"}
    (told,) = words(inert(scenario))
    assert told.startswith(
        "policies.within-2h.review.time_to_action has no effect here: with a team"
    )
    # Only reports, about which the team hears as often as it does: the precision says nothing.
    alone = scenario.with_changes({"detection.classifier": "0 per post"})
    assert "policies.imprecise.detection.precision" in said(alone, ["imprecise"])


def test_a_key_that_acts_in_one_arm_that_is_run_is_not_named():
    scenario = Scenario.from_text(BESIDE_A_TEAM).with_changes(
        {"policies.unlimited.review.team": "none"}
    )
    scenario = scenario.with_changes({"review.time_to_action": "3h"})
    assert "review.time_to_action" not in said(scenario)
    assert "review.time_to_action" in said(scenario, ["base", "imprecise"])
    assert "policies.within-2h.review.time_to_action" in said(scenario)
    assert said(scenario, ["none"]) == set()


def test_only_what_somebody_wrote_is_named():
    scenario = Scenario.from_text(BESIDE_A_TEAM)
    assert "review.action_delay" not in said(scenario)
    assert "review.time_to_action" not in said(scenario)  # a default
    changed = scenario.with_changes({"review.time_to_action": "2h"})
    assert "review.time_to_action" in said(changed)
    # The complete form writes every default, and nobody has chosen those.
    assert said(Scenario.from_text(scenario.resolved_yaml())) == said(scenario)


@pytest.mark.slow
def test_what_the_shipped_scenarios_say():
    found = {name: said(Scenario.from_yaml(name)) for name in shipped_names()}
    assert {name for name, paths in found.items() if paths} == {
        "displacement-2014",
        "no-enforcement",  # that others extend: it has what they need, and nobody suspends
    }


def test_what_is_common_to_several_versions():
    scenario = Scenario.from_text(BESIDE_A_TEAM)
    without = scenario.with_changes({"review.team": "none"})
    both = common([inert(scenario), inert(without)])
    assert both == []
    assert common([inert(scenario), inert(scenario)]) == inert(scenario)
    assert common([]) == []

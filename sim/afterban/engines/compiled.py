"""The compiled engine: the events of the reference engine in one loop over arrays.

What happens when is written here a second time, one function for each kind of event, in the order
and with the names of :mod:`afterban.engines.reference`; the equations are imported from
:mod:`afterban.mechanisms`, never copied.  Both engines give the same tables to the last bit
(``tests/engines/test_equality.py``).

Where a SimPy process would forget what it planned, here the event stays in the calendar and is
passed over when its turn comes: each event carries the account (its row in the table) that it is
about, and the review after which it was planned.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from afterban.engines import events as ev
from afterban.engines import ledger, look_alikes, packing, rankings, wrong_flags
from afterban.engines.calendar import (
    MOST_OPERATORS,
    Calendar,
    empty_calendar,
    key_of,
    next_used,
    parts_of,
    pop,
    push,
    room_left,
    roomier,
    soon,
)
from afterban.engines.ledger import Ledger
from afterban.engines.look_alikes import LookAlikes
from afterban.engines.records import ACCOUNT, CASE, Records
from afterban.engines.wrong_flags import WrongFlags
from afterban.heap import keep_freed_memory
from afterban.instructions import fetch_ahead
from afterban.jit import compiled
from afterban.mechanisms import adaptation, detection, handles, liveshare, pulses, review
from afterban.mechanisms import state as s
from afterban.mechanisms.adaptation import compounded, likelihood
from afterban.mechanisms.audience import (
    advance_by,
    appear,
    content_share,
    detach,
    followers_at,
    migrate,
    newly,
    recognition,
    reinstate,
    wait,
)
from afterban.mechanisms.bursts import change_pace
from afterban.mechanisms.census import COLUMNS as CENSUS_COLUMNS
from afterban.mechanisms.census import CREATED, SUSPENDED, UNDER_REVIEW, count_operator, so_far
from afterban.mechanisms.clock import due
from afterban.mechanisms.distributions import is_constant, quantile, unit_exponential
from afterban.mechanisms.mistakes import appeals_against, decided_wrongly, suspension_day
from afterban.mechanisms.promotion import moved_share, promote
from afterban.mechanisms.returning import (
    gap,
    gives_up,
    next_release,
    posting_factor,
    prolonged,
    return_probability,
)
from afterban.mechanisms.wrong_flags import numbered, of_act
from afterban.parameters import LOST, REFOLLOW, RETURN_DELAY, RETURNS, Parameters
from afterban.randomness import (
    ACTION_DELAY,
    APPEAL,
    APPEAL_REVIEW,
    BENIGN_ARRIVAL,
    BENIGN_SERVICE,
    DECISION,
    HANDLE_MATCH,
    LINK_PROMOTED,
    LINK_PROMOTER,
    MOVE,
    PROMOTE,
    RECRUIT,
    RECRUIT_DELAY,
    REPORT,
    RETALIATION,
    RETURN,
    SERVICE,
    SIGNUP,
    TIME_TO_ACTION,
    WRONG_AT_LINK,
    WRONG_AT_MATCH,
    WRONG_AT_SIGNUP,
    WRONG_SERVICE,
    uniforms,
    uniforms_of_operators,
    uniforms_of_ordinals,
)
from afterban.world import World, first_state

keep_freed_memory()

NAN: Final = math.nan
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Table = npt.NDArray[Any]
Handle = npt.NDArray[np.uint8]

_NO_ROUND: Final = -1  # of events that a review does not make void
_NOBODY: Final = -1  # subject of events that are about no account

# What an operator is, and what is kept of its life under way.
_OPERATOR: Final = np.dtype(
    [
        ("account", np.int64),  # row of the account table, -1 between lives
        ("last_account", np.int64),  # row of the account table of the last life
        ("life", np.int64),  # number of the last life
        ("channel", np.int64),  # by which the account is flagged, NONE if it is not
        ("reports", np.int64),  # candidate reports of this life so far
        ("rounds", np.int64),  # reviews of this life that ended without suspension
        ("spares", np.int32),
        ("received", np.int32),  # promotions of this life
        ("made", np.int32),
        ("tier", np.int32),
        ("recruits", np.int64),  # candidate recruits of this life so far
        ("platform", np.int64),
        ("moves", np.int32),
        ("struck", np.int32),  # suspensions on the platform that it is on
        ("member_of", np.int64),  # the last platform among whose members it is
        ("links", np.int64),  # operators that it may promote
        ("posts", np.float64),  # per day, in this life, without bursts
        ("own_posts", np.float64),  # per day, in the first life
        ("insiders", np.float64),  # people in the audience
        ("outsiders", np.float64),
        ("factors", np.float64, 3),  # RETURNS, REFOLLOW, LOST
        ("followed", np.float64, 2),  # share of those who look for it who followed its last account
        ("first_promoter", np.int64),  # its promoters' place in World.promoters
        ("end_promoter", np.int64),
        ("last_handle", np.uint8, handles.ROW),  # of the life before
    ]
)

_OPERATOR_BYTES: Final = _OPERATOR.itemsize
_ACCOUNT_BYTES: Final = ACCOUNT.itemsize
_ROWS_AHEAD: Final = 8
_EVENTS_AHEAD: Final = 24  # or several times as many, in a busy network
_PAGES_OF_A_VOLUME: Final = 4096
_FITS_THE_CACHE: Final = 10_000  # operators for which looking ahead costs more than it saves
_ROW_BYTES: Final = 8 * s.COLUMNS

# A case from its arrival on: the case table's columns, and what the decision needs.
_OPEN_CASE: Final = np.dtype(
    [(name, CASE[name]) for name in CASE.names or ()]
    + [("round", np.int64), ("subject", np.int64), ("precedence", np.float64)]
)

# Entries of Network.numbers.
_EVENTS: Final = 0  # events processed
_ACCOUNTS: Final = 1  # rows of the account table in use
_CASES: Final = 2  # rows of the table of cases in use
_DECIDED: Final = 3  # of these, decided on
_WAITING: Final = 4  # of these, waiting for a reviewer (some in vain: a campaign was faster)
_BUSY: Final = 5  # reviewers with a case in hand
_ON_DUTY: Final = 6  # reviewers on duty
_STARTED: Final = 7  # cases that a reviewer took up
_RECRUITED: Final = 8  # newcomers who were won over
_FIRST_RECRUIT: Final = 9  # number of the first of them
_FLAGS: Final = 10  # flags on accounts of the network, by channel from here on
_CLEARED: Final = _FLAGS + len(detection.CHANNELS)  # of these, cleared by a review
_NUMBERS: Final = _CLEARED + len(detection.CHANNELS)

# Why the loop over the events pauses.
_AT_THE_END: Final = 0
_FULL: Final = 1  # no room for what the next event may make
_AT_A_CENSUS: Final = 2
_AT_A_PULSE: Final = 3
_AT_A_CHANGE: Final = 4  # of the hazards of discovery
_AT_A_BURST: Final = 5  # its begin or end


class Network(NamedTuple):
    """Operators, their accounts, and what the rules say of them."""

    tiers: Table  # packing.TIER [K]
    regimes: Floats  # [packing rows, K, P, R]
    highest: Floats  # [packing rows, K, P] of all regimes
    kept: Floats  # [P] share of the audience that follows an operator to each platform
    actions: Floats  # [R, 2, ROW] time to action, by severity
    who: Table  # _OPERATOR [N]
    rows: Floats  # [N, state.COLUMNS]
    tier_of: npt.NDArray[np.uint16]  # [N] once more, packed, for looking at many operators
    promoters: npt.NDArray[np.int32]  # [E]
    accounts: Table  # ACCOUNT, in the order of creation
    counts: Floats  # [K, census.COLUMNS] what is counted as it happens
    numbers: Integers
    first_flags: Floats  # [HAZARDS, N] draws for the first flags of the first lives, by channel
    first_handles: npt.NDArray[np.uint8]  # [N, 16]
    draws: tuple[Floats, Floats]  # room for two for each promoter of one account
    promoting: npt.NDArray[np.int32]  # room for one account's promoters
    longer_laws: Floats  # of return delays
    struck_days: Floats  # [N, M] of the last suspensions on a platform; [0, 0] if nobody gives up
    habits: Floats  # [N, adaptation.HABITS] relative to the first life; [0, ...] if nobody adapts
    ledger: Ledger  # for the census
    shares: liveshare.Shares  # of insiders who are live
    users: LookAlikes  # ordinary handles, where look-alikes take a team's time


class Team(NamedTuple):
    """Reviewers in front of a queue: urgent cases first, then in the order of arrival."""

    duty_change: Floats
    on_duty: Integers
    cases: Table  # _OPEN_CASE, in the order of arrival
    waiting: Integers  # heap of cases that wait for a reviewer
    decided: Integers  # cases in the order of decision
    wrong: WrongFlags  # flags on ordinary users that were known before
    tables: rankings.Tables  # of what is known of accounts, by which cases and campaigns may go


def run(parameters: Parameters, world: World, seed: int, replication: int) -> Records:
    """One replication under one policy, in one compiled loop."""
    n = len(world.tier)
    if n > MOST_OPERATORS:
        raise ValueError(f"{n} operators, at most {MOST_OPERATORS}")
    rows = first_state(parameters, world)
    observed = np.union1d(parameters.grid, parameters.windows)
    observed = np.append(observed[observed < parameters.horizon], parameters.horizon)
    users = look_alikes.sampled(parameters, seed, replication)
    most = 10 + int(np.diff(world.promoter_start).max(initial=0))  # events that one event can plan
    most += len(users.handles)
    # Large tables are numpy's, which asks the system for large pages of memory; numba does not.
    impressions = np.empty((len(parameters.windows) - 1, n))
    made, cases, decided, series, backlog, struck, events, flags = _run(
        packing.settings(parameters, seed, replication),
        packing.tiers(parameters),
        packing.regimes(parameters),
        parameters.platform_kept,
        parameters.time_to_action,
        parameters.longer_laws,
        parameters.duty_change,
        parameters.on_duty,
        parameters.pulse_day,
        parameters.pulse_key,
        parameters.pulse_share,
        parameters.pulse_accounts,
        parameters.pulse_choose,
        parameters.pulse_platform,
        parameters.pulse_tiers,
        parameters.speech_change,
        parameters.discover_later,
        parameters.burst_start,
        parameters.burst_factor,
        observed,
        _place_of(observed, parameters.grid),
        _place_of(observed, parameters.windows),
        _empty_calendar(parameters, world, len(observed), most),
        most,
        _operators(parameters, world),
        rows,
        np.empty(8 * n + 64, dtype=ACCOUNT),
        world.tier,
        world.posts,
        world.promoters,
        world.links,
        world.arrivals,
        int(parameters.tier_count.sum()),
        len(parameters.grid),
        impressions,
        wrong_flags.planned(parameters, world, seed, replication),
        _shares(parameters, world, rows),
        users,
        rankings.planned(parameters, n),
    )
    if not parameters.finite_staff:  # decided on in the order of the days that were drawn
        order = np.argsort(cases["decided_day"], kind="stable")
        decided = order[~np.isnan(cases["decided_day"][order])]
    left = _still_open(made, cases)  # before the accounts are put in order
    accounts = np.empty_like(made)
    _put_in_order(made, n, accounts)
    _measure_others(accounts)
    table = np.empty(len(decided), dtype=CASE)
    open_cases = np.empty(len(left), dtype=CASE)
    for name in CASE.names or ():
        table[name] = cases[name][decided]
        open_cases[name] = cases[name][left]
    return Records(
        accounts=accounts,
        cases=table,
        series=series[:-1],
        window_impressions=impressions,
        backlog=backlog[:-1],
        final=rows,
        events=events,
        open_cases=open_cases,
        struck=struck,
        flags=flags[-2],  # on the last day of the grid, the horizon
        flags_by_day=flags[:-1],
    )


def _shares(parameters: Parameters, world: World, rows: Floats) -> liveshare.Shares:
    """The live share of each platform at the start."""
    platforms = len(parameters.platform_kept)
    if not parameters.live_insiders:
        return liveshare.constant(platforms)
    there = int(parameters.tier_count.sum())
    weight = liveshare.weights(world.links, world.promoters, world.promoter_start, there)
    place = parameters.platform[world.tier]
    hazards = liveshare.common_hazards(
        parameters.refollow[:, 0],
        parameters.unrelated_recognition,
        parameters.forget[0],
        parameters.discover[0],
    )
    return liveshare.at_the_start(weight, rows, place, platforms, hazards, parameters.horizon)


def _still_open(made: Table, cases: Table) -> Integers:
    """Rows of the cases without a decision, by arrival, the network's own first.

    Not those that wait in vain, since a campaign was faster.
    """
    rows = np.flatnonzero(np.isnan(cases["decided_day"]))
    own = rows[(cases["operator"][rows] >= 0) & (cases["appeal"][rows] == 0)]
    struck = ~np.isnan(made["suspended_day"][cases["subject"][own]])
    vain = own[struck & np.isnan(cases["started_day"][own])]
    rows = np.setdiff1d(rows, vain, assume_unique=True)
    left = cases[rows]
    order = np.lexsort((left["life"], left["operator"], left["operator"] < 0, left["arrived_day"]))
    return np.asarray(rows[order], dtype=np.int64)


def _operators(parameters: Parameters, world: World) -> Table:
    """The operators before their first lives."""
    who = np.empty(len(world.tier), dtype=_OPERATOR)
    _write_operators(
        world.tier,
        world.posts,
        world.audience,
        world.links,
        world.factors,
        world.promoter_start,
        parameters.spares,
        parameters.platform,
        who,
    )
    return who


@compiled
def _write_operators(
    tier: Integers,
    posts: Floats,
    audience: Floats,
    links: Integers,
    factors: Floats,
    promoter_start: Integers,
    spares: Integers,
    platform: Integers,
    who: Table,
) -> None:
    for i in range(len(who)):
        one = who[i]
        one["account"] = _NOBODY
        one["life"] = 0  # what else a life needs is written when it begins
        one["tier"] = tier[i]
        one["spares"] = spares[tier[i]]
        one["platform"] = platform[tier[i]]
        one["member_of"] = platform[tier[i]]
        one["links"] = links[i]
        one["moves"] = 0
        one["struck"] = 0
        one["posts"] = posts[i]
        one["own_posts"] = posts[i]
        for kind in range(3):
            one["factors"][kind] = factors[i, kind] if len(factors) else 1.0
        one["insiders"] = audience[i, 0]
        one["outsiders"] = audience[i, 1]
        one["first_promoter"] = promoter_start[i]
        one["end_promoter"] = promoter_start[i + 1]


def _empty_calendar(parameters: Parameters, world: World, observed: int, most: int) -> Calendar:
    """A calendar with room for what is usually planned: a few events for each operator."""
    n = len(world.tier)
    dates = observed + len(parameters.duty_change) + len(parameters.pulse_day)
    dates += len(parameters.speech_change) + len(parameters.burst_start) + len(parameters.rank_day)
    room = 6 * n + dates + 2 * most
    if parameters.promotes_on_start:
        room += len(world.promoters)
    pages = 256
    while pages < 24 * n and pages < 1 << 24:
        pages *= 2
    volumes = max(1, pages // _PAGES_OF_A_VOLUME)
    ahead = _EVENTS_AHEAD if n > _FITS_THE_CACHE else 0
    return empty_calendar(parameters.horizon, volumes, pages // volumes, room, ahead)


def _place_of(days: Floats, wanted: Floats) -> Integers:
    """For each day its place among those wanted, and one past them if it is none of them."""
    place = np.searchsorted(wanted, days)
    found = wanted[np.minimum(place, len(wanted) - 1)] == days
    return np.where(found, place, len(wanted))


@compiled(nogil=True)
def _run(
    settings: Table,
    tiers: Table,
    regimes: Floats,
    kept: Floats,
    actions: Floats,
    longer_laws: Floats,
    duty_change: Floats,
    on_duty: Integers,
    pulse_day: Floats,
    pulse_key: Integers,
    pulse_share: Floats,
    pulse_accounts: Integers,
    pulse_choose: Integers,
    pulse_platform: Integers,
    pulse_tiers: npt.NDArray[np.bool_],
    speech_change: Floats,
    discover_later: Floats,
    burst_start: Floats,
    burst_factors: Floats,
    observed: Floats,
    grid_place: Integers,
    window_place: Integers,
    calendar: Calendar,
    most: int,
    who: Table,
    rows: Floats,
    accounts: Table,
    tier: Integers,
    posts: Floats,
    promoters: npt.NDArray[np.int32],
    links: Integers,
    arrivals: Floats,
    first_recruit: int,
    days: int,
    impressions: Floats,
    wrong: WrongFlags,
    shares: liveshare.Shares,
    users: LookAlikes,
    tables: rankings.Tables,
) -> tuple[Table, Table, Integers, Floats, Floats, Integers, int, Integers]:
    """One replication.  The tables of the observer have a last row for days that nobody wants.

    impressions: ``[windows, N]``, filled with each operator's in each window.
    """
    p = settings[0]
    n = len(tier)
    first_handles = np.empty((n, handles.ROW), dtype=np.uint8)
    handles.base_handles(p["seed"], p["replication"], first_handles)
    network = Network(
        tiers,
        regimes,
        _highest(regimes),
        kept,
        actions,
        who,
        rows,
        tier.astype(np.uint16),
        promoters,
        accounts,
        np.zeros((len(tiers), CENSUS_COLUMNS)),
        np.zeros(_NUMBERS, dtype=np.int64),
        _draw_first_flags(p, regimes, n),
        first_handles,
        (np.empty(most), np.empty(most)),
        np.empty(most + 1, dtype=np.int32),
        longer_laws,
        np.empty((n if p["give_up_suspensions"] > 0 else 0, p["give_up_suspensions"])),
        np.ones((n if p["adapts"] != 0 else 0, adaptation.HABITS)),
        ledger.empty(len(tiers) * (len(kept) if p["live_insiders"] != 0 else 1), n, observed),
        shares,
        users,
    )
    network.numbers[_FIRST_RECRUIT] = first_recruit
    team = Team(
        duty_change,
        on_duty,
        np.empty(1024, dtype=_OPEN_CASE),
        np.empty(1024, dtype=np.int64),
        np.empty(1024, dtype=np.int64),
        wrong,
        tables,
    )
    rankings.begin(tables, rows, posts, links, who["platform"].copy(), p["discover"], shares)
    series = np.zeros((days + 1, len(tiers), CENSUS_COLUMNS))
    backlog = np.zeros(len(series))
    flags = np.zeros((len(series), 2, len(detection.CHANNELS)), dtype=np.int64)
    struck = np.zeros(len(pulse_day), dtype=np.int64)
    seen = np.empty(n)
    before = np.empty(n)

    for k in range(len(observed) - 1):
        _plan_date(p, calendar, observed[k], ev.CENSUS, k)
    for k in range(len(tables.day)):
        _plan_date(p, calendar, tables.day[k], ev.CENSUS, len(observed) + k)
    for k in range(len(pulse_day)):
        _plan_date(p, calendar, pulse_day[k], ev.PULSE, k)
    for k in range(len(speech_change)):
        _plan_date(p, calendar, speech_change[k], ev.SPEECH, k)
    for k in range(1, len(burst_start)):
        _plan_date(p, calendar, burst_start[k], ev.BURST, k)
    _start(p, network, team, calendar)
    for k in range(len(arrivals)):
        _plan(p, calendar, arrivals[k], ev.CREATE, n - len(arrivals) + k, 0, _NOBODY, _NO_ROUND)
    while True:
        reason, now, ordinal = _happen(p, network, team, calendar, most)
        if reason == _AT_A_CENSUS and ordinal >= len(observed):
            number = ordinal - len(observed)
            life, place = who["life"].copy(), who["platform"].copy()
            rankings.read(tables, number, now, p, rows, life, posts, links, place, network.shares)
        elif reason in (_AT_A_CENSUS, _AT_THE_END):
            number = ordinal if reason == _AT_A_CENSUS else len(observed) - 1
            totals = network.counts.copy()
            window = window_place[number]
            asked = window <= len(impressions)  # for each operator's impressions
            if reason == _AT_THE_END:  # in full: how often one was taken before changes nothing
                _finish_all(p, network, totals, seen)
            else:
                of_whom = seen if asked else seen[:0]
                book = network.ledger
                ledger.take_census(
                    book,
                    now,
                    rows,
                    network.tier_of,
                    posts,
                    p,
                    totals,
                    of_whom,
                    network.shares,
                    who["platform"],
                )
            if asked:
                if window > 0:
                    for i in range(n):
                        impressions[window - 1, i] = seen[i] - before[i]
                before, seen = seen, before
            series[grid_place[number]] = totals
            backlog[grid_place[number]] = network.numbers[_WAITING]
            flags[grid_place[number]] = network.numbers[_FLAGS:_NUMBERS].reshape(2, -1)
            if reason == _AT_THE_END:
                break
        elif reason == _AT_A_PULSE:
            network.numbers[_EVENTS] += 1
            life, place = who["life"].copy(), who["platform"].copy()
            if tables.of_pulse[ordinal] >= 0:
                chosen = pulses.chosen_as_observed(
                    rankings.all_observed(
                        tables, ordinal, now, p, rows, life, posts, links, place, network.shares
                    ),
                    pulse_key[ordinal],
                    pulse_share[ordinal],
                    pulse_accounts[ordinal],
                    rows,
                    place,
                    pulse_platform[ordinal],
                    tier,
                    pulse_tiers[ordinal],
                    p["seed"],
                    p["replication"],
                )
            else:
                chosen = pulses.chosen(
                    now,
                    pulse_key[ordinal],
                    pulse_choose[ordinal],
                    pulse_share[ordinal],
                    pulse_accounts[ordinal],
                    rows,
                    life,
                    posts,
                    links,
                    place,
                    pulse_platform[ordinal],
                    tier,
                    pulse_tiers[ordinal],
                    p["discover"],
                    _live_shares(network),
                    p["seed"],
                    p["replication"],
                )
            struck[ordinal] = len(chosen)
            for i in chosen:
                _strike(p, network, calendar, now, i)
                if room_left(calendar) < most:
                    calendar = roomier(calendar)
        elif reason == _AT_A_CHANGE:
            for i in range(n):
                if rows[i, s.PUBLIC] != 0.0:
                    _settle(p, network, now, i)
            p["discover"][0] = discover_later[ordinal, 0]
            p["discover"][1] = discover_later[ordinal, 1]
        elif reason == _AT_A_BURST:
            for i in range(n):
                if burst_factors[tier[i], ordinal] != burst_factors[tier[i], ordinal - 1]:
                    _burst(p, network, now, i)
        else:
            if room_left(calendar) < most:
                calendar = roomier(calendar)
            if network.numbers[_ACCOUNTS] == len(network.accounts):
                network = _more_accounts(network)
            if network.numbers[_CASES] == len(team.cases):
                team = _more_cases(team)
            if _no_room_for_shares(p, network):
                network = _more_entries(network)
    made = network.accounts[: network.numbers[_ACCOUNTS]]
    decided = team.decided[: network.numbers[_DECIDED]]
    events = network.numbers[_EVENTS]
    cases = team.cases[: network.numbers[_CASES]]
    return made, cases, decided, series, backlog, struck, events, flags


@compiled
def _highest(regimes: Floats) -> Floats:
    """The highest of each number of a tier on a platform in any regime."""
    rows, tiers, places, _ = regimes.shape
    highest = np.empty((rows, tiers, places))
    for row in range(rows):
        for tier in range(tiers):
            for place in range(places):
                highest[row, tier, place] = regimes[row, tier, place].max()
    return highest


@compiled
def _draw_first_flags(p: Any, regimes: Floats, n: int) -> Floats:
    """Draws of the first lives for each channel that ever opens, all operators at once."""
    draws = np.empty((len(packing.HAZARDS), n))
    unused = np.empty(n)
    operators = np.arange(n)
    for hazard, channel, decision, _, _, _ in packing.HAZARDS:
        if regimes[channel].max() > 0.0:
            row = draws[hazard]
            uniforms_of_operators(p["seed"], p["replication"], decision, operators, 1, row, unused)
    return draws


@compiled
def _more_accounts(network: Network) -> Network:
    """The same network with room for four times the accounts; memory is taken when it is used."""
    used = network.numbers[_ACCOUNTS]
    accounts = np.empty(4 * len(network.accounts), dtype=ACCOUNT)
    accounts[:used] = network.accounts[:used]
    return _with(network, accounts, network.shares)


@compiled
def _more_entries(network: Network) -> Network:
    """The same network with room for twice the entries of live shares."""
    return _with(network, network.accounts, liveshare.roomier(network.shares))


@compiled
def _with(network: Network, accounts: Table, shares: liveshare.Shares) -> Network:
    """The same network with these tables."""
    return Network(
        network.tiers,
        network.regimes,
        network.highest,
        network.kept,
        network.actions,
        network.who,
        network.rows,
        network.tier_of,
        network.promoters,
        accounts,
        network.counts,
        network.numbers,
        network.first_flags,
        network.first_handles,
        network.draws,
        network.promoting,
        network.longer_laws,
        network.struck_days,
        network.habits,
        network.ledger,
        shares,
        network.users,
    )


@compiled
def _more_cases(team: Team) -> Team:
    """The same team with room for twice the cases."""
    room = len(team.cases)
    cases = np.empty(2 * room, dtype=_OPEN_CASE)
    waiting = np.empty(2 * room, dtype=np.int64)
    decided = np.empty(2 * room, dtype=np.int64)
    cases[:room] = team.cases
    waiting[:room] = team.waiting
    decided[:room] = team.decided
    return Team(team.duty_change, team.on_duty, cases, waiting, decided, team.wrong, team.tables)


@compiled(borrows=True)
def _start(p: Any, network: Network, team: Team, calendar: Calendar) -> None:
    """What is planned before the first event."""
    if p["finite_staff"] != 0:
        for k in range(len(team.duty_change)):
            if team.duty_change[k] > 0.0:
                _plan_date(p, calendar, team.duty_change[k], ev.SHIFT, k)
            else:
                network.numbers[_ON_DUTY] = team.on_duty[k]
        _expect_benign_report(p, calendar, 0.0, 0)
    _expect_wrong_flag(p, team, calendar, 0)
    for i in range(network.numbers[_FIRST_RECRUIT]):
        one = network.who[i]
        tier = network.tiers[one["tier"]]
        if tier["sleeper"] != 0:
            _plan(p, calendar, tier["created_day"], ev.CREATE, i, 0, _NOBODY, _NO_ROUND)
        else:
            _open_account(p, network, 0.0, i)
            network.accounts[one["account"]]["public_day"] = 0.0
            _expect_flags(p, network, calendar, 0.0, i)
            _expect_recruit(p, network, calendar, 0.0, i)
            if p["promotes_on_start"] != 0:
                _expect_promotions(p, network, calendar, 0.0, i)


@compiled(borrows=True)
def _happen(
    p: Any, network: Network, team: Team, calendar: Calendar, most: int
) -> tuple[int, float, int]:
    """Process events in their order; pause for one that looks at everybody, or for want of room."""
    numbers = network.numbers
    who = network.who
    while True:
        if (
            room_left(calendar) < most
            or numbers[_ACCOUNTS] == len(network.accounts)
            or numbers[_CASES] == len(team.cases)
            or _no_room_for_shares(p, network)
        ):
            return _FULL, 0.0, 0
        now, key, subject, round_ = pop(calendar)
        if now == math.inf:
            return _AT_THE_END, p["horizon"], 0
        if calendar.ahead > 0:
            _fetch_soon(network, calendar)
        kind, i, ordinal = parts_of(key)
        if kind == ev.CENSUS:
            return _AT_A_CENSUS, now, ordinal
        if kind == ev.PULSE:
            return _AT_A_PULSE, now, ordinal
        if kind == ev.SPEECH:
            return _AT_A_CHANGE, now, ordinal
        if kind == ev.BURST:
            return _AT_A_BURST, now, ordinal
        if kind == ev.SHIFT:
            _change_shift(p, network, team, calendar, now, ordinal)
        elif kind == ev.BENIGN:
            _hear_benign_report(p, network, team, calendar, now, ordinal)
        elif kind == ev.WRONG_FLAG:
            _flag_wrongly(p, network, team, calendar, now, i, ordinal, round_)
        elif kind == ev.LOOK_ALIKE:
            _flag_look_alike(p, network, team, calendar, now, i, ordinal)
        elif kind == ev.APPEAL or kind == ev.OWN_APPEAL:
            numbers[_EVENTS] += 1
            of = i if kind == ev.OWN_APPEAL else -1 - i
            _arrive(network, team, now, of, ordinal, 0, 0, _NOBODY, 0.0, 1)
            _take_up_cases(p, network, team, calendar, now)
        elif kind == ev.CREATE:
            if ordinal != who[i]["life"]:
                continue  # an appeal was faster
            _create(p, network, calendar, now, i)
        elif kind == ev.DECIDE and p["finite_staff"] != 0:
            _decide_on_case(p, network, team, calendar, now, subject)
        elif who[i]["account"] == subject and (round_ == _NO_ROUND or round_ == who[i]["rounds"]):
            numbers[_EVENTS] += 1
            if kind == ev.PROMOTE:
                _be_promoted(p, network, calendar, now, i, ordinal)
            elif kind == ev.PUBLISH:
                _publish(p, network, calendar, now, i)
            elif kind == ev.RECRUIT:
                _win_over(p, network, calendar, now, i)
            else:
                _enforce(p, network, team, calendar, now, i, kind)


@compiled(inline=True, borrows=True)
def _enforce(
    p: Any, network: Network, team: Team, calendar: Calendar, now: float, i: int, kind: int
) -> None:
    """A flag, a decision or a suspension, and those that follow from it at the same instant.

    Each is an event of its own, but need not go through the calendar: in the order of an instant
    they come before whatever else is left of it.
    """
    if kind > ev.DECIDE:
        if network.who[i]["channel"] != detection.NONE:
            return
        if kind == ev.REPORT:
            if not _is_reported(p, network, calendar, now, i):
                return
            _flag(p, network, now, i, detection.REPORTED, False)
        else:
            channel = packing.CHANNEL_OF[kind]
            _flag(p, network, now, i, channel, packing.IS_URGENT[channel] != 0)
        if not _go_to_review(p, network, team, calendar, now, i):
            return
        network.numbers[_EVENTS] += 1
        kind = ev.DECIDE
    if kind == ev.DECIDE:
        if not _is_upheld(p, network, i):
            _be_cleared(p, network, calendar, now, i)
            return
        network.numbers[_EVENTS] += 1
    _suspend(p, network, calendar, now, i)


@compiled(inline=True, borrows=True)
def _fetch_soon(network: Network, calendar: Calendar) -> None:
    """Have the memory of the operators fetched that the events of the next pages are about.

    In a large network these are in no cache, and waiting for the memory would take longer than the
    event.
    """
    page, end = soon(calendar)
    while page < end:
        page = next_used(calendar, page, end)
        place = calendar.first[page] if page < end else -1
        while place >= 0:
            event = calendar.pool[place]
            kind, i, ordinal = parts_of(event["key"])
            _fetch(network, i)
            if kind == ev.PROMOTE:
                _fetch(network, ordinal)
            elif kind != ev.REPORT and kind != ev.CREATE and kind != ev.RECRUIT:
                for offset in range(0, _ACCOUNT_BYTES, 64):
                    fetch_ahead(network.accounts, int(event["subject"]), offset)
            place = event["next"]
        page += 1


@compiled(inline=True, borrows=True)
def _fetch(network: Network, i: int) -> None:
    """Have the memory of an operator fetched."""
    for offset in range(0, _OPERATOR_BYTES, 64):
        fetch_ahead(network.who, i, offset)
    for offset in range(0, _ROW_BYTES, 64):
        fetch_ahead(network.rows, i, offset)
    fetch_ahead(network.ledger.kind, i, 0)


@compiled(borrows=True)
def _finish_all(p: Any, network: Network, totals: Floats, seen: Floats) -> None:
    """The last census, and the horizon cuts off the lives that are under way.

    totals, seen: as for :func:`afterban.mechanisms.census.take_census`.
    """
    day = p["horizon"]
    for i in range(len(network.who)):
        one = network.who[i]
        row = network.rows[i]
        share = _live_share(network, i)
        more = liveshare.so_far(
            network.shares, one["platform"], row, day, p["discover"], p["rebuild_share"]
        )
        seen[i] = count_operator(
            row, more, share, one["tier"], one["own_posts"], day, p["view_probability"], totals
        )
        if one["account"] >= 0:
            if row[s.PUBLIC] != 0.0:
                advance_by(row, day, more)
                _remember_followers(network, i)
            _finish(p, network, i)


@compiled
def _put_in_order(made: Table, n: int, accounts: Table) -> None:
    """Write the accounts of ``n`` operators into ``accounts`` in the order of operator and life."""
    start = np.zeros(n + 1, dtype=np.int64)
    for row in range(len(made)):
        start[made[row]["operator"] + 1] += 1
    for i in range(n):
        start[i + 1] += start[i]
    for row in range(len(made)):  # an operator's lives were created in their order
        if row + _ROWS_AHEAD < len(made):
            place = start[made[row + _ROWS_AHEAD]["operator"]]
            for offset in range(0, _ACCOUNT_BYTES, 64):
                fetch_ahead(accounts, place, offset)
        i = made[row]["operator"]
        accounts[start[i]] = made[row]
        start[i] += 1


@compiled(inline=True, borrows=True)
def _draw(p: Any, network: Network, i: int, decision: int, ordinal: int) -> tuple[float, float]:
    """Two uniform numbers that belong to this decision of this life, whenever it is asked."""
    life = network.who[i]["life"]
    # int() makes one compiled version serve all decisions, where constants would each get theirs.
    return uniforms(p["seed"], p["replication"], int(decision), i, life, int(ordinal))


@compiled(inline=True, borrows=True)
def _draw_from(p: Any, network: Network, law: Floats, i: int, decision: int, ordinal: int) -> float:
    """A value of a distribution for this decision of this life; a constant needs no draw."""
    u = 0.5
    if not is_constant(law):
        u, _ = _draw(p, network, i, decision, ordinal)
    value: float = quantile(law, u)
    return value


@compiled(inline=True, borrows=True)
def _plan(
    p: Any,
    calendar: Calendar,
    day: float,
    kind: int,
    i: int,
    ordinal: int,
    subject: int,
    round_: int,
) -> None:
    """Put an event into the calendar, unless it comes after the end."""
    if day < p["horizon"]:
        push(calendar, day, key_of(kind, i, ordinal), subject, round_)


@compiled(inline=True, borrows=True)
def _plan_date(p: Any, calendar: Calendar, day: float, kind: int, ordinal: int) -> None:
    """Put in an event that is about no single operator."""
    _plan(p, calendar, day, kind, 0, ordinal, _NOBODY, _NO_ROUND)


@compiled(inline=True, borrows=True)
def _plan_own(
    p: Any, network: Network, calendar: Calendar, day: float, kind: int, i: int, ordinal: int
) -> None:
    """Put in an event of this life."""
    _plan(p, calendar, day, kind, i, ordinal, network.who[i]["account"], _NO_ROUND)


@compiled(inline=True, borrows=True)
def _plan_flag(p: Any, network: Network, calendar: Calendar, day: float, kind: int, i: int) -> None:
    """Put in an event of this life that a review without suspension makes void."""
    one = network.who[i]
    _plan(p, calendar, day, kind, i, 0, one["account"], one["rounds"])


@compiled(inline=True, borrows=True)
def _tier(network: Network, i: int) -> Any:
    """What the rules say of the operator's tier."""
    return network.tiers[network.who[i]["tier"]]


@compiled(inline=True, borrows=True)
def _account(network: Network, i: int) -> Any:
    """The operator's row of the account table."""
    return network.accounts[network.who[i]["account"]]


@compiled(inline=True, borrows=True)
def _count(network: Network, i: int, what: int, change: float) -> None:
    network.counts[network.who[i]["tier"], what] += change


@compiled(inline=True, borrows=True)
def _disturb(p: Any, network: Network, i: int) -> None:
    """The operator's row is about to change."""
    one = network.who[i]
    place = one["platform"]
    book = ledger.book_of(one["tier"], place, len(network.kept), p)
    posts = one["own_posts"]
    ledger.disturb(network.ledger, network.rows, i, book, posts, p, network.shares, place)


# --- the cycle -----------------------------------------------------------------------------------


@compiled(inline=True, borrows=True)
def _begin_life(network: Network, now: float, i: int) -> None:
    """The operator's next life begins: a row of the account table."""
    row = network.numbers[_ACCOUNTS]
    network.numbers[_ACCOUNTS] += 1
    one = network.who[i]
    one["account"] = row
    one["last_account"] = row
    one["life"] += 1
    one["channel"] = detection.NONE
    one["reports"] = 0
    one["rounds"] = 0
    one["received"] = 0
    one["made"] = 0
    one["recruits"] = 0
    account = network.accounts[row]
    account["operator"] = i
    account["life"] = one["life"]
    account["platform"] = one["platform"]
    account["created_day"] = now
    account["public_day"] = NAN
    account["flagged_day"] = NAN
    account["review_started_day"] = NAN
    account["suspended_day"] = NAN
    account["channel"] = detection.NONE
    account["urgent"] = 0
    account["insider_followers"] = 0.0
    account["outsider_followers"] = 0.0
    # Until the life has ended: what the operator's earlier ones had come to.
    account["insider_impressions"] = network.rows[i, s.SEEN_IN]
    account["outsider_impressions"] = network.rows[i, s.SEEN_OUT]
    account["unnoticed_impressions"] = NAN  # likewise, once there is a flag


@compiled(inline=True, borrows=True)
def _open_account(p: Any, network: Network, now: float, i: int) -> None:
    """The operator makes its next account, under its next handle."""
    _begin_life(network, now, i)
    account = _account(network, i)
    account["edit_distance"] = _take_handle(p, network, i, account["handle"])
    _count(network, i, CREATED, 1.0)


@compiled(inline=True, borrows=True)
def _create(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """Make the next account; what is known of its life goes into the calendar."""
    first = network.who[i]["life"] == 0
    if first and _tier(network, i)["only_if_moved"] != 0 and not _has_moved(network, i):
        return
    network.numbers[_EVENTS] += 1
    fetch_ahead(network.promoters, network.who[i]["first_promoter"], 0)
    _open_account(p, network, now, i)
    regimes = network.regimes
    place = network.who[i]["platform"]
    tier = network.who[i]["tier"]
    regime = detection.regime_at(regimes[packing.START, tier, place], now)
    chance = regimes[packing.SIGNUP, tier, place, regime]
    if chance > 0.0:
        mean = p["wrong_at_signup"] * chance
        channel = detection.CAUGHT_AT_SIGNUP
        _expect_wrong_flags(p, network, calendar, now, i, channel, WRONG_AT_SIGNUP, 0, mean)
        caught, _ = _draw(p, network, i, SIGNUP, 0)
        if caught < chance:
            _flag(p, network, now, i, detection.CAUGHT_AT_SIGNUP, False)
            _plan_own(p, network, calendar, now, ev.SUSPEND, i, 0)
            return
    if not first:
        recall = regimes[packing.HANDLE_RECALL, tier, place, regime]
        if recall > 0.0:
            _expect_match(p, network, calendar, now, i, recall)
    public_day = _public_day(network, now, i, first)
    if public_day <= now:
        _publish(p, network, calendar, now, i)
    else:
        _plan_own(p, network, calendar, public_day, ev.PUBLISH, i, 0)


@compiled(inline=True, borrows=True)
def _public_day(network: Network, now: float, i: int, first: bool) -> float:
    """When an account made now becomes public: at once, but for one made for a release."""
    tier = _tier(network, i)
    if first:
        return float(tier["public_day"]) if i < network.numbers[_FIRST_RECRUIT] else now
    if tier["release_every"] == 0.0:
        return now
    return due(now, tier["public_day"] - tier["created_day"])


@compiled(inline=True, borrows=True)
def _expect_match(
    p: Any, network: Network, calendar: Calendar, now: float, i: int, recall: float
) -> None:
    """The platform may find that the name is much like one that it has suspended."""
    mean = p["wrong_at_match"] * recall
    channel = detection.HANDLE_MATCHED
    _expect_wrong_flags(p, network, calendar, now, i, channel, WRONG_AT_MATCH, 0, mean)
    chance = detection.match_probability(_edits(network, i), p["match_edits"], recall)
    matched, scan = _draw(p, network, i, HANDLE_MATCH, 0)
    if matched < chance:
        day = due(now, quantile(p["scan_time"], scan))
        _plan_own(p, network, calendar, day, ev.SCAN, i, 0)


@compiled(inline=True, borrows=True)
def _publish(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """The account becomes public: followers find it, neighbours promote it, reports begin."""
    account = _account(network, i)
    found = 1.0
    rebuild_until = now
    if network.who[i]["life"] > 1:
        if p["unrelated_recognition"] < 1.0:
            found = recognition(_edits(network, i), p["near_edits"], p["unrelated_recognition"])
        rebuild_until = now + p["rebuild_window"]
    _disturb(p, network, i)
    speed = found * network.who[i]["factors"][REFOLLOW]
    appear(network.rows[i], now, _tier(network, i)["refollow"], speed, rebuild_until)
    if p["live_insiders"] != 0:
        place = network.who[i]["platform"]
        newly = place != network.who[i]["member_of"]
        network.who[i]["member_of"] = place
        liveshare.arrive(network.shares, i, place, now, newly)
    account["public_day"] = now
    if network.who[i]["channel"] == detection.NONE:
        _expect_flags(p, network, calendar, now, i)
    if network.who[i]["life"] > 1:
        _expect_retaliation(p, network, calendar, now, i)
    _expect_recruit(p, network, calendar, now, i)
    _expect_promotions(p, network, calendar, now, i)


@compiled(inline=True, borrows=True)
def _suspend(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """The account ends; its followers become detached; the operator comes back, or not."""
    if network.rows[i, s.PUBLIC] != 0.0:
        _settle(p, network, now, i)
        _remember_followers(network, i)
        _detach(p, network, i)
        if p["live_insiders"] != 0:
            liveshare.depart(network.shares, i, network.who[i]["platform"], now)
    _account(network, i)["suspended_day"] = now
    _remember_suspension(p, network, now, i)
    _count(network, i, UNDER_REVIEW, -1.0)
    _count(network, i, SUSPENDED, 1.0)
    _finish(p, network, i)
    if p["adapts"] != 0:
        _adapt(p, network, now, i)
    # Only now: bytes that were written one by one a moment ago are slow to read in one piece.
    handles.copy_handle(_account(network, i)["handle"], network.who[i]["last_handle"])
    _expect_own_appeal(p, network, calendar, now, i)
    if len(network.users.handles) > 0:
        _match_users(p, network, calendar, now, i)
    network.who[i]["account"] = _NOBODY
    back = _next_account_day(p, network, now, i)
    life = int(network.who[i]["life"])
    _plan(p, calendar, back, ev.CREATE, i, life, _NOBODY, _NO_ROUND)


@compiled(inline=True, borrows=True)
def _detach(p: Any, network: Network, i: int) -> None:
    """A suspension's followers become detached; an appeal may ask later which of these they are."""
    row = network.rows[i]
    looked_in, looked_out = row[s.DETACHED_IN], row[s.DETACHED_OUT]
    detach(row, p["lost"], network.who[i]["factors"][LOST])
    if p["own_success"] > 0.0:
        network.who[i]["followed"][0] = newly(looked_in, row[s.DETACHED_IN])
        network.who[i]["followed"][1] = newly(looked_out, row[s.DETACHED_OUT])


@compiled(borrows=True)
def _be_reinstated(
    p: Any, network: Network, calendar: Calendar, now: float, i: int, life: int
) -> None:
    """An appeal about this life brings the account back, if the operator has no other."""
    one = network.who[i]
    ended = one["account"] == _NOBODY and one["life"] == life
    if not ended or life >= p["most_lives"] or not _may_come_back(network, i):
        return
    _begin_life(network, now, i)
    account = _account(network, i)
    handles.copy_handle(one["last_handle"], account["handle"])
    account["edit_distance"] = 0
    account["public_day"] = now
    factor = _pace(p, network, i, life)
    row = network.rows[i]
    _disturb(p, network, i)
    one["posts"] = one["own_posts"] * (1.0 + (factor - 1.0))
    row[s.POSTS_CHANGE] = factor * _burst_now(network, now, i) - 1.0
    reinstate(row, now, one["followed"][0], one["followed"][1])
    if p["live_insiders"] != 0:
        liveshare.arrive(network.shares, i, one["platform"], now, False)
    _expect_flags(p, network, calendar, now, i)
    _expect_recruit(p, network, calendar, now, i)


@compiled(inline=True, borrows=True)
def _may_come_back(network: Network, i: int) -> bool:
    """Whether the last account was public, and on the platform that its operator is on."""
    one = network.who[i]
    account = network.accounts[one["last_account"]]
    was_public = not math.isnan(account["public_day"])
    return bool(was_public and account["platform"] == one["platform"])


@compiled(inline=True, borrows=True)
def _remember_followers(network: Network, i: int) -> None:
    """Those at the end of a life; its peak, but for insiders who are suspended themselves."""
    account = _account(network, i)
    account["insider_followers"] = _live_share(network, i) * network.rows[i, s.ATTACHED_IN]
    account["outsider_followers"] = network.rows[i, s.ATTACHED_OUT]


@compiled(inline=True, borrows=True)
def _finish(p: Any, network: Network, i: int) -> None:
    """Complete the row of a life that ended, or that the horizon cut off."""
    one = network.who[i]
    account = network.accounts[one["account"]]
    rate = one["own_posts"] * p["view_probability"]
    before = account["insider_impressions"]
    account["insider_impressions"] = rate * (network.rows[i, s.SEEN_IN] - before)
    before = account["outsider_impressions"]
    seen = network.rows[i, s.SEEN_OUT]
    at_flag = account["unnoticed_impressions"]
    account["outsider_impressions"] = rate * (seen - before)
    account["unnoticed_impressions"] = rate * ((seen if math.isnan(at_flag) else at_flag) - before)
    account["promotions_received"] = one["received"]
    account["promotions_made"] = one["made"]


@compiled(inline=True, borrows=True)
def _next_account_day(p: Any, network: Network, now: float, i: int) -> float:
    """Day of the next account, inf if the operator gives up."""
    one = network.who[i]
    tier = _tier(network, i)
    comes_back, when = _draw(p, network, i, RETURN, 0)
    probability = min(1.0, tier["returns"] * one["factors"][RETURNS])
    chance = return_probability(probability, p["fatigue"], one["life"])
    if comes_back >= chance or one["life"] >= p["most_lives"]:
        return math.inf
    if tier["release_every"] > 0.0:
        day = next_release(now, tier["created_day"], tier["release_every"])
    elif one["spares"] > 0:
        one["spares"] -= 1
        day = due(now, prolonged(quantile(p["spare_delay"], when), _waits(p, network, i)))
    else:
        law = tier["tier_distributions"][RETURN_DELAY]
        day = due(now, prolonged(gap(law, network.longer_laws, when), _waits(p, network, i)))
    leaves = _gives_up(p, network, now, i)
    if tier["moves"] > 0.0:
        moves, _ = _draw(p, network, i, MOVE, 0)
        leaves = leaves or moves < tier["moves"]
    if leaves and not _move(p, network, now, i):
        return math.inf
    factor = _pace(p, network, i, one["life"])
    one["posts"] = one["own_posts"] * (1.0 + (factor - 1.0))
    network.rows[i, s.POSTS_CHANGE] = factor * _burst_now(network, now, i) - 1.0
    return day


@compiled(inline=True, borrows=True)
def _pace(p: Any, network: Network, i: int, returns: int) -> float:
    """The posting rate on ordinary days after so many returns, relative to the first life."""
    moves = network.who[i]["moves"]
    factor = posting_factor(p["posts_after_return"], p["posts_after_move"], returns, moves)
    if p["adapts"] != 0:
        factor = compounded(factor, network.habits[i, adaptation.POSTING])
    return float(factor)


@compiled(inline=True, borrows=True)
def _waits(p: Any, network: Network, i: int) -> float:
    """Factor on the time until the operator comes back."""
    return float(network.habits[i, adaptation.WAITING]) if p["adapts"] != 0 else 1.0


@compiled(borrows=True)
def _adapt(p: Any, network: Network, now: float, i: int) -> None:
    """The operator changes its habits by what ended its account, and how fast."""
    found = network.who[i]["channel"]
    habits = network.habits[i]
    if found == detection.HANDLE_MATCHED:
        answer, habit = p["answer_to_handle"], adaptation.SIMILARITY
    elif found == detection.LINK_MATCHED:
        answer, habit = p["answer_to_link"], adaptation.PROMOTING
    elif found == detection.REPORTED:
        answer, habit = p["answer_to_reports"], adaptation.POSTING
    else:
        answer, habit = p["answer_to_classifier"], adaptation.POSTING
        if found != detection.CLASSIFIED:
            answer = 1.0
    habits[habit] = compounded(habits[habit], answer)
    at_once = found == detection.CAUGHT_AT_SIGNUP or found == detection.STRUCK
    if not at_once and now <= due(_account(network, i)["flagged_day"], p["quick_days"]):
        waits = habits[adaptation.WAITING]
        habits[adaptation.WAITING] = compounded(waits, p["answer_to_quick"])


@compiled(inline=True, borrows=True)
def _burst_now(network: Network, now: float, i: int) -> float:
    """How much the operator's tier posts now, relative to ordinary days."""
    tier, place = network.who[i]["tier"], network.who[i]["platform"]
    regime = detection.regime_at(network.regimes[packing.START, tier, place], now)
    return float(network.regimes[packing.BURST, tier, place, regime])


@compiled(inline=True, borrows=True)
def _posts_now(network: Network, i: int) -> float:
    """Posts per day of the operator now, bursts of this time included."""
    return float(network.who[i]["own_posts"] * (1.0 + network.rows[i, s.POSTS_CHANGE]))


@compiled(borrows=True)
def _burst(p: Any, network: Network, now: float, i: int) -> None:
    """A burst begins or ends: the account, or the next one, goes on at another rate."""
    if network.rows[i, s.PUBLIC] != 0.0:
        _settle(p, network, now, i)
    one = network.who[i]
    returns = one["life"]
    if returns > 0 and one["account"] >= 0:
        returns -= 1
    factor = _pace(p, network, i, returns)
    change_pace(network.rows[i], now, factor * _burst_now(network, now, i) - 1.0)


@compiled(inline=True, borrows=True)
def _gives_up(p: Any, network: Network, now: float, i: int) -> bool:
    """Whether it has been suspended too often on its platform, in too short a time."""
    most = p["give_up_suspensions"]
    if most == 0:
        return False
    days = network.struck_days[i]
    struck = network.who[i]["struck"]
    earlier = days[struck % most] if struck >= most else NAN
    return gives_up(now, earlier, struck, most, p["give_up_within"])


@compiled(inline=True, borrows=True)
def _remember_suspension(p: Any, network: Network, now: float, i: int) -> None:
    """The last suspensions on a platform decide whether it is given up."""
    most = p["give_up_suspensions"]
    if most > 0:
        one = network.who[i]
        network.struck_days[i, one["struck"] % most] = now
        one["struck"] += 1


@compiled(inline=True, borrows=True)
def _has_moved(network: Network, i: int) -> bool:
    """Whether the operator whose further account this is has left its first platform."""
    double = i + _tier(network, i)["double"]
    return bool(network.who[double]["platform"] != _tier(network, double)["platform"])


@compiled(inline=True, borrows=True)
def _move(p: Any, network: Network, now: float, i: int) -> bool:
    """To the next platform, with the share of the audience that can follow; False if none."""
    one = network.who[i]
    if one["platform"] + 1 == len(network.kept):
        return False
    if p["live_insiders"] != 0:
        _disturb(p, network, i)  # while its book is that of the old one
    one["platform"] += 1
    wait(network.rows[i], now)
    one["moves"] += 1
    one["struck"] = 0
    migrate(network.rows[i], network.kept[one["platform"]])
    return True


# --- names ---------------------------------------------------------------------------------------


@compiled(inline=True, borrows=True)
def _take_handle(p: Any, network: Network, i: int, handle: Handle) -> int:
    """Name the account; how far the name is from the last one if known, -1 if it is the first."""
    one = network.who[i]
    if one["life"] == 1:
        handles.copy_handle(network.first_handles[i], handle)
        return -1
    near = p["near_identical"]
    if p["adapts"] != 0:
        near = likelihood(near, network.habits[i, adaptation.SIMILARITY])
    return _next_handle(p, one["last_handle"], handle, i, one["life"], near)


@compiled(borrows=True)
def _next_handle(p: Any, last: Handle, handle: Handle, i: int, life: int, near: float) -> int:
    links = p["near_links"]
    return handles.next_handle(p["seed"], p["replication"], i, life, near, links, last, handle)


@compiled(inline=True, borrows=True)
def _edits(network: Network, i: int) -> int:
    """How far the account's name is from the last one; measured when somebody asks."""
    account = _account(network, i)
    if account["edit_distance"] == handles.UNMEASURED:
        last = network.who[i]["last_handle"]
        account["edit_distance"] = handles.edit_distance(last, account["handle"])
    return int(account["edit_distance"])


@compiled(borrows=True)
def _measure_others(accounts: Table) -> None:
    """The distances that nobody has asked for, four at a time; accounts in their final order."""
    a = b = c = d = 0
    found = 0
    for row in range(len(accounts)):
        if accounts[row]["edit_distance"] == handles.UNMEASURED:
            a, b, c, d = b, c, d, row
            found += 1
            if found % 4 == 0:
                _measure_four(accounts, a, b, c, d)
    if found % 4 != 0:  # with some of the last four again, or one of these if there were none
        _measure_four(accounts, a or d, b or d, c or d, d)


@compiled(inline=True, borrows=True)
def _measure_four(accounts: Table, a: int, b: int, c: int, d: int) -> None:
    """Distances of the names in these rows from those in the rows before them."""
    four = handles.edit_distances(
        accounts[a - 1]["handle"],
        accounts[a]["handle"],
        accounts[b - 1]["handle"],
        accounts[b]["handle"],
        accounts[c - 1]["handle"],
        accounts[c]["handle"],
        accounts[d - 1]["handle"],
        accounts[d]["handle"],
    )
    accounts[a]["edit_distance"] = four & 15
    accounts[b]["edit_distance"] = (four >> 16) & 15
    accounts[c]["edit_distance"] = (four >> 32) & 15
    accounts[d]["edit_distance"] = (four >> 48) & 15


# --- promotion -----------------------------------------------------------------------------------


@compiled(inline=True, borrows=True)
def _expect_promotions(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """Every neighbour decides whether to promote the new account, and when."""
    if p["promotion_posts"] == 0:
        return
    one = network.who[i]
    neighbours = network.promoters[one["first_promoter"] : one["end_promoter"]]
    for neighbour in neighbours:
        fetch_ahead(network.tier_of, int(neighbour), 0)
    decides, when = network.draws
    uniforms_of_ordinals(
        p["seed"], p["replication"], PROMOTE, i, one["life"], neighbours, decides, when
    )
    promoting = network.promoting
    willing = 0
    for k in range(len(neighbours)):  # branch-free: a processor would mispredict
        tier = network.tiers[network.tier_of[neighbours[k]]]
        promoting[willing] = neighbours[k]
        when[willing] = when[k]
        chance = tier["promotes"]
        if p["adapts"] != 0:
            chance = likelihood(chance, network.habits[neighbours[k], adaptation.PROMOTING])
        willing += int(decides[k] < chance)
    for k in range(willing):
        day = due(now, quantile(p["promotion_delay"], when[k]))
        _plan_own(p, network, calendar, day, ev.PROMOTE, i, int(promoting[k]))


@compiled(inline=True, borrows=True)
def _be_promoted(
    p: Any, network: Network, calendar: Calendar, now: float, i: int, neighbour: int
) -> None:
    """A promotion, if both accounts are still there and the promoter has a post to spare."""
    row = network.rows[i]
    promoter_row = network.rows[neighbour]
    if row[s.PUBLIC] == 0.0 or promoter_row[s.PUBLIC] == 0.0:
        return
    one = network.who[i]
    promoter = network.who[neighbour]
    if one["platform"] != promoter["platform"]:
        return
    if _posts_now(network, neighbour) <= 0.0 or promoter_row[s.BUSY_UNTIL] > now:
        return
    _begin_promoting(p, network, now, neighbour)
    inside, outside = _followers(p, network, now, neighbour)
    seen = p["promotion_seen"] * _tier(network, i)["looks"]
    insiders = moved_share(seen, p["overlap"][0], one["insiders"], promoter["insiders"], inside)
    outsiders = moved_share(seen, p["overlap"][1], one["outsiders"], promoter["outsiders"], outside)
    _settle(p, network, now, i)
    promote(row, insiders, outsiders, p["untouched_factor"])
    one["received"] += 1
    promoter["made"] += 1
    _be_linked(p, network, calendar, now, i, neighbour)


@compiled(inline=True, borrows=True)
def _begin_promoting(p: Any, network: Network, now: float, i: int) -> None:
    """For a while all posts go into promoting another account."""
    one = network.who[i]
    row = network.rows[i]
    # How much live insiders will miss until the end of a pause is not known in advance.
    stays = p["live_insiders"] == 0 and ledger.is_straight(network.ledger, i)
    if not stays:
        _disturb(p, network, i)
    _advance(p, network, now, i)
    row[s.BUSY_UNTIL] = now + p["promotion_posts"] / _posts_now(network, i)
    if stays:
        ledger.pause(network.ledger, network.rows, i, int(one["tier"]), one["own_posts"], p)


@compiled(inline=True, borrows=True)
def _be_linked(
    p: Any, network: Network, calendar: Calendar, now: float, i: int, promoter: int
) -> None:
    """A promotion may lead the platform to the accounts at both ends."""
    place = network.who[i]["platform"]
    tier = network.who[i]["tier"]
    regimes = network.regimes
    regime = detection.regime_at(regimes[packing.START, tier, place], now)
    chance = regimes[packing.LINK_PROMOTED, tier, place, regime]
    other = regimes[packing.LINK_PROMOTER, network.who[promoter]["tier"], place, regime]
    mean = p["wrong_at_link"] * (chance + other)
    channel = detection.LINK_MATCHED
    _expect_wrong_flags(p, network, calendar, now, i, channel, WRONG_AT_LINK, promoter, mean)
    if chance > 0.0:
        caught, scan = _draw(p, network, i, LINK_PROMOTED, promoter)
        if caught < chance:
            day = due(now, quantile(p["link_scan_time"], scan))
            _plan_own(p, network, calendar, day, ev.LINK, i, promoter)
    if other > 0.0:
        caught, scan = _draw(p, network, i, LINK_PROMOTER, promoter)
        if caught < other:
            day = due(now, quantile(p["link_scan_time"], scan))
            _plan_own(p, network, calendar, day, ev.LINK, promoter, i)


@compiled(inline=True, borrows=True)
def _settle(p: Any, network: Network, now: float, i: int) -> None:
    """Bring the audience up to date."""
    _disturb(p, network, i)
    _advance(p, network, now, i)


@compiled(inline=True, borrows=True)
def _advance(p: Any, network: Network, now: float, i: int) -> None:
    row = network.rows[i]
    place = network.who[i]["platform"]
    liveshare.advance(network.shares, place, row, now, p["discover"], p["rebuild_share"])


@compiled(inline=True, borrows=True)
def _live_share(network: Network, i: int) -> float:
    """Share of the operator's insiders who are live: 1 where insiders are no operators."""
    return liveshare.share_now(network.shares, network.who[i]["platform"])


@compiled(inline=True, borrows=True)
def _followers(p: Any, network: Network, now: float, i: int) -> tuple[float, float]:
    """Insiders that are live, and outsiders, who follow the account now."""
    inside, outside = followers_at(network.rows[i], now, p["discover"])
    return _live_share(network, i) * inside, outside


@compiled
def _live_shares(network: Network) -> Floats:
    """The live share of each platform, ``[P]``."""
    return np.array([liveshare.share_now(network.shares, k) for k in range(len(network.kept))])


@compiled(inline=True, borrows=True)
def _no_room_for_shares(p: Any, network: Network) -> bool:
    return bool(p["live_insiders"] != 0 and liveshare.is_full(network.shares))


# --- recruitment ---------------------------------------------------------------------------------


@compiled(inline=True, borrows=True)
def _expect_recruit(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """The next person who may be won over: as if the whole audience followed."""
    one = network.who[i]
    most = p["recruits_per_impression"] * one["posts"] * p["view_probability"] * one["outsiders"]
    if most > 0.0:
        u, _ = _draw(p, network, i, RECRUIT, one["recruits"])
        starts = network.regimes[packing.START, one["tier"], one["platform"]]
        burst = network.regimes[packing.BURST, one["tier"], one["platform"]]
        day = detection.next_arrival(now, u, most, starts, burst)
        _plan_own(p, network, calendar, day, ev.RECRUIT, i, 0)


@compiled(inline=True, borrows=True)
def _win_over(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """Somebody is, with the shares of the audience that follows and of ordinary posts."""
    one = network.who[i]
    row = network.rows[i]
    _, outside = followers_at(row, now, p["discover"])
    content = content_share(now, row[s.BUSY_UNTIL], row[s.REBUILD_UNTIL], p["rebuild_share"])
    _, accept = _draw(p, network, i, RECRUIT, one["recruits"])
    one["recruits"] += 1
    if accept * one["outsiders"] < outside * content:
        _recruit(p, network, calendar, now)
    _expect_recruit(p, network, calendar, now, i)


@compiled(inline=True, borrows=True)
def _recruit(p: Any, network: Network, calendar: Calendar, now: float) -> None:
    """The next newcomer makes its first account after a while; none once all are in."""
    numbers = network.numbers
    if numbers[_RECRUITED] == p["most_recruits"]:
        return
    newcomer = numbers[_FIRST_RECRUIT] + numbers[_RECRUITED]
    numbers[_RECRUITED] += 1
    u, _ = uniforms(p["seed"], p["replication"], RECRUIT_DELAY, newcomer, 1, 0)
    day = due(now, quantile(p["recruit_delay"], u))
    _plan(p, calendar, day, ev.CREATE, newcomer, 0, _NOBODY, _NO_ROUND)


# --- detection and review ------------------------------------------------------------------------


@compiled(inline=True, borrows=True)
def _expect_flags(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """When each channel would flag the account, if no other does before."""
    one = network.who[i]
    rounds = one["rounds"]
    of = _tier(network, i)["exposure"]
    for hazard, channel, decision, kind, follows_posts, is_thinned in packing.HAZARDS:
        if is_thinned == 0:
            exposure = of[hazard] * (one["posts"] if follows_posts != 0 else 1.0)
            day = _next_arrival(p, network, now, i, decision, rounds, exposure, channel, hazard)
            _plan_flag(p, network, calendar, day, kind, i)
    _expect_report(p, network, calendar, now, i)


@compiled(inline=True, borrows=True)
def _expect_retaliation(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """An operator that is back after a suspension may send a threat."""
    place = network.who[i]["platform"]
    tier = network.who[i]["tier"]
    regimes = network.regimes
    if network.highest[packing.RETALIATION, tier, place] == 0.0:
        return
    regime = detection.regime_at(regimes[packing.START, tier, place], now)
    threatens, when = _draw(p, network, i, RETALIATION, 0)
    if threatens < regimes[packing.RETALIATION, tier, place, regime]:
        day = due(now, quantile(p["retaliation_delay"], when))
        _plan_own(p, network, calendar, day, ev.RETALIATE, i, 0)


@compiled(inline=True, borrows=True)
def _next_arrival(
    p: Any,
    network: Network,
    now: float,
    i: int,
    decision: int,
    ordinal: int,
    exposure: float,
    channel: int,
    hazard: int,
) -> float:
    """Day of the next flag by a channel; inf if there is none before the end.

    channel: first index of its numbers in ``regimes``.  hazard: its place among the hazards.
    """
    place = network.who[i]["platform"]
    tier = network.who[i]["tier"]
    highest = network.highest[channel, tier, place]
    most = detection.most_arrivals(now, exposure, highest, p["horizon"])
    if most <= 0.0:
        return math.inf
    u = _flag_draw(p, network, i, decision, ordinal, hazard)
    if u >= most:
        return math.inf
    starts = network.regimes[packing.START, tier, place]
    rates = network.regimes[channel, tier, place]
    return detection.next_arrival(now, u, exposure, starts, rates)


@compiled(inline=True, borrows=True)
def _flag_draw(p: Any, network: Network, i: int, decision: int, ordinal: int, hazard: int) -> float:
    """What a channel's next flag is drawn from; that of a first life has been drawn already."""
    if ordinal == 0 and network.who[i]["life"] == 1:
        return float(network.first_flags[hazard, i])
    u, _ = _draw(p, network, i, decision, ordinal)
    return u


@compiled(inline=True, borrows=True)
def _expect_report(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """The next candidate report: as if the whole audience followed, so never too late."""
    one = network.who[i]
    most = _visibility(p, network, i, one["insiders"], one["outsiders"])
    row, hazard = packing.REPORTS, packing.REPORT_HAZARD
    day = _next_arrival(p, network, now, i, REPORT, one["reports"], most, row, hazard)
    _plan_flag(p, network, calendar, day, ev.REPORT, i)


@compiled(inline=True, borrows=True)
def _is_reported(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> bool:
    """A candidate report is real with the share of the audience that follows now."""
    one = network.who[i]
    inside, outside = _followers(p, network, now, i)
    _, accept = _draw(p, network, i, REPORT, one["reports"])
    one["reports"] += 1
    most = _visibility(p, network, i, one["insiders"], one["outsiders"])
    if accept * most < _visibility(p, network, i, inside, outside):
        return True
    _expect_report(p, network, calendar, now, i)
    return False


@compiled(inline=True, borrows=True)
def _visibility(p: Any, network: Network, i: int, insiders: float, outsiders: float) -> float:
    """Impressions per day, of ordinary days, that can lead to a report."""
    weight: float = _tier(network, i)["report_weight"]
    return weight * detection.visibility(
        network.who[i]["posts"], p["view_probability"], insiders, outsiders, p["insider_reports"]
    )


@compiled(inline=True, borrows=True)
def _flag(p: Any, network: Network, now: float, i: int, channel: int, urgent: bool) -> None:
    """The account is up for review, by the first channel that finds it."""
    one = network.who[i]
    if one["channel"] == detection.NONE:
        _count(network, i, UNDER_REVIEW, 1.0)
    one["channel"] = channel
    network.numbers[_FLAGS + channel] += 1
    account = _account(network, i)
    account["channel"] = channel
    account["flagged_day"] = now
    more = so_far(network.rows[i], now, p["discover"], p["rebuild_share"])
    account["unnoticed_impressions"] = network.rows[i, s.SEEN_OUT] + more.seen_out
    account["review_started_day"] = now
    account["urgent"] = 1 if urgent or _tier(network, i)["severity"] == review.URGENT else 0


@compiled(inline=True, borrows=True)
def _go_to_review(
    p: Any, network: Network, team: Team, calendar: Calendar, now: float, i: int
) -> bool:
    """To the team's queue; with unlimited staff the decision is only a matter of time.

    Returns whether it is due now.
    """
    one = network.who[i]
    account = _account(network, i)
    if p["finite_staff"] != 0:
        account["review_started_day"] = NAN
        urgent = int(account["urgent"])
        first = _precedence(p, network, team, now, i)
        life, rounds, account_row = one["life"], one["rounds"], one["account"]
        _arrive(network, team, now, i, life, urgent, rounds, account_row, first, 0)
        _take_up_cases(p, network, team, calendar, now)
        return False
    starts = network.regimes[packing.START, one["tier"], one["platform"]]
    regime = detection.regime_at(starts, now)
    severity = review.URGENT if account["urgent"] != 0 else review.ROUTINE
    law = network.actions[regime, severity]
    action = _draw_from(p, network, law, i, TIME_TO_ACTION, one["rounds"])
    day = review.execution_day(now, action, p["wave_every"])
    if day <= now:
        return True
    _plan_own(p, network, calendar, day, ev.DECIDE, i, 0)
    return False


@compiled(borrows=True)
def _precedence(p: Any, network: Network, team: Team, now: float, i: int) -> float:
    """What puts a case before others of its severity: what is true, or what was observed."""
    one = network.who[i]
    if p["queue_table"] < 0:
        inside, outside = _followers(p, network, now, i)
        posts = _posts_now(network, i)
        return review.precedence(p["queue_order"], inside + outside, posts, one["links"])
    return rankings.observed(
        team.tables,
        p["queue_table"],
        p["queue_error"],
        now,
        p,
        network.rows[i],
        i,
        one["life"],
        one["own_posts"],
        one["links"],
        _live_share(network, i),
    )


@compiled(inline=True, borrows=True)
def _is_upheld(p: Any, network: Network, i: int) -> bool:
    """Whether the review ends in suspension."""
    if p["sensitivity"] >= 1.0:
        return True
    u, _ = _draw(p, network, i, DECISION, network.who[i]["rounds"])
    return bool(u < p["sensitivity"])


@compiled(inline=True, borrows=True)
def _be_cleared(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """The review found nothing: the account goes on, and the channels race again."""
    _count(network, i, UNDER_REVIEW, -1.0)
    one = network.who[i]
    network.numbers[_CLEARED + one["channel"]] += 1
    one["channel"] = detection.NONE
    account = _account(network, i)
    account["channel"] = detection.NONE
    account["flagged_day"] = NAN
    account["unnoticed_impressions"] = NAN
    account["review_started_day"] = NAN
    account["urgent"] = 0
    one["rounds"] += 1
    one["reports"] += 1  # the candidate under way was drawn for a time before this one
    if network.rows[i, s.PUBLIC] != 0.0:
        _expect_flags(p, network, calendar, now, i)


@compiled(borrows=True)
def _strike(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """A campaign suspends an account."""
    _flag(p, network, now, i, detection.STRUCK, False)
    _suspend(p, network, calendar, now, i)


# --- the review team -----------------------------------------------------------------------------


@compiled(inline=True, borrows=True)
def _change_shift(
    p: Any, network: Network, team: Team, calendar: Calendar, now: float, change: int
) -> None:
    """The number of reviewers on duty changes; who goes finishes the case in hand."""
    network.numbers[_ON_DUTY] = team.on_duty[change]
    _take_up_cases(p, network, team, calendar, now)


@compiled(inline=True, borrows=True)
def _expect_benign_report(p: Any, calendar: Calendar, now: float, number: int) -> None:
    """Reports about ordinary users arrive as a Poisson process."""
    rate = p["benign_reports"]
    if rate > 0.0:
        u, _ = uniforms(p["seed"], p["replication"], BENIGN_ARRIVAL, 0, 0, number)
        _plan_date(p, calendar, now + unit_exponential(u) / rate, ev.BENIGN, number)


@compiled(inline=True, borrows=True)
def _hear_benign_report(
    p: Any, network: Network, team: Team, calendar: Calendar, now: float, number: int
) -> None:
    """A report about an ordinary user joins the queue, and the next one is on its way."""
    network.numbers[_EVENTS] += 1
    _arrive(network, team, now, -1, number, 0, 0, _NOBODY, 0.0, 0)
    _expect_benign_report(p, calendar, now, number + 1)
    _take_up_cases(p, network, team, calendar, now)


@compiled(inline=True, borrows=True)
def _expect_wrong_flag(p: Any, team: Team, calendar: Calendar, k: int) -> None:
    """The next of the flags on ordinary users that hang on nothing that operators do."""
    if k < len(team.wrong.day):
        _plan_date(p, calendar, team.wrong.day[k], ev.WRONG_FLAG, k)


@compiled(inline=True, borrows=True)
def _expect_wrong_flags(
    p: Any,
    network: Network,
    calendar: Calendar,
    now: float,
    i: int,
    channel: int,
    decision: int,
    ordinal: int,
    mean: float,
) -> None:
    """An act of a channel flags some ordinary users: one event, which brings about the next."""
    if mean > 0.0:
        life = int(network.who[i]["life"])
        n, first = of_act(mean, decision, i, life, ordinal, p["seed"], p["replication"])
        if n > 0:
            _plan(p, calendar, now, ev.WRONG_FLAG, channel, first, _NOBODY, n)


@compiled(borrows=True)
def _flag_wrongly(
    p: Any,
    network: Network,
    team: Team,
    calendar: Calendar,
    now: float,
    channel: int,
    number: int,
    left: int,
) -> None:
    """A channel flags an ordinary user; ``left`` of the same act, itself included.

    With channel NONE it is one of those that were known before, and ``number`` its place there.
    """
    network.numbers[_EVENTS] += 1
    if channel == detection.NONE:
        _expect_wrong_flag(p, team, calendar, number + 1)
        channel = int(team.wrong.channel[number])
        number = int(team.wrong.number[number])
    elif left > 1:
        after = numbered(number, 1)
        _plan(p, calendar, now, ev.WRONG_FLAG, channel, after, _NOBODY, left - 1)
    urgent = packing.IS_URGENT[channel]
    if p["finite_staff"] != 0:
        _arrive(network, team, now, -1 - channel, number, urgent, 0, _NOBODY, 0.0, 0)
        _take_up_cases(p, network, team, calendar, now)
        return
    row = network.numbers[_CASES]
    network.numbers[_CASES] += 1
    case = team.cases[row]
    case["operator"] = -1 - channel
    case["life"] = number
    case["urgent"] = urgent
    case["arrived_day"] = now
    case["started_day"] = now
    case["upheld"] = 0
    case["appeal"] = 0
    case["subject"] = _NOBODY
    regime = detection.regime_at(network.regimes[packing.START, 0, 0], now)
    law = network.actions[regime, review.URGENT if urgent != 0 else review.ROUTINE]
    _, u = uniforms(p["seed"], p["replication"], WRONG_SERVICE, channel, 0, number)
    day = review.execution_day(now, quantile(law, u), p["wave_every"])
    case["decided_day"] = day if day < p["horizon"] else NAN


@compiled(borrows=True)
def _match_users(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """Ordinary users whose handles are like the suspended one are found from now on."""
    users = network.users
    handle = _account(network, i)["handle"]
    for k in range(len(users.handles)):
        if look_alikes.newly_alike(users, handle, k, p["match_edits"]):
            _expect_look_alike(p, network, calendar, now, k, 0)


@compiled(borrows=True)
def _expect_look_alike(
    p: Any, network: Network, calendar: Calendar, now: float, k: int, ordinal: int
) -> None:
    """The next flag on the new accounts for which one of the sample stands."""
    users = network.users
    of_each = p["ordinary_signups"] / len(users.handles)
    seed, replication = p["seed"], p["replication"]
    day = look_alikes.next_flag(
        now, k, ordinal, of_each, users.starts, users.recall, seed, replication
    )
    _plan(p, calendar, day, ev.LOOK_ALIKE, k, ordinal, _NOBODY, _NO_ROUND)


@compiled(borrows=True)
def _flag_look_alike(
    p: Any, network: Network, team: Team, calendar: Calendar, now: float, k: int, ordinal: int
) -> None:
    """The handle match flags an ordinary user, and the next one is on its way."""
    network.numbers[_EVENTS] += 1
    number = look_alikes.number_of(k, ordinal, p["seed"], p["replication"])
    _arrive(network, team, now, -1 - detection.HANDLE_MATCHED, number, 0, 0, _NOBODY, 0.0, 0)
    _expect_look_alike(p, network, calendar, now, k, ordinal + 1)
    _take_up_cases(p, network, team, calendar, now)


@compiled(inline=True, borrows=True)
def _arrive(
    network: Network,
    team: Team,
    now: float,
    i: int,
    life: int,
    urgent: int,
    round_: int,
    subject: int,
    precedence: float,
    appeal: int,
) -> None:
    """Put a case at its place in the queue: a binary heap in the order of :func:`_goes_first`."""
    row = network.numbers[_CASES]
    network.numbers[_CASES] += 1
    case = team.cases[row]
    case["operator"] = i
    case["life"] = life
    case["urgent"] = urgent
    case["arrived_day"] = now
    case["started_day"] = NAN
    case["decided_day"] = NAN
    case["upheld"] = 0
    case["appeal"] = appeal
    case["round"] = round_
    case["subject"] = subject
    case["precedence"] = precedence
    waiting = team.waiting
    at = network.numbers[_WAITING]
    network.numbers[_WAITING] += 1
    while at > 0:
        above = waiting[(at - 1) >> 1]
        if not _goes_first(team.cases, row, above):
            break
        waiting[at] = above
        at = (at - 1) >> 1
    waiting[at] = row


@compiled(inline=True, borrows=True)
def _first_waiting(network: Network, team: Team) -> int:
    """Take the case out of the queue whose turn it is."""
    waiting = team.waiting
    first = int(waiting[0])
    network.numbers[_WAITING] -= 1
    size = network.numbers[_WAITING]
    last = waiting[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and _goes_first(team.cases, waiting[child + 1], waiting[child]):
            child += 1
        if not _goes_first(team.cases, waiting[child], last):
            break
        waiting[at] = waiting[child]
        at = child
    waiting[at] = last
    return first


@compiled(inline=True, borrows=True)
def _goes_first(cases: Table, one: int, other: int) -> bool:
    """Urgent cases first, then by precedence, then by arrival, the network's own first."""
    a = cases[one]
    b = cases[other]
    if a["urgent"] != b["urgent"]:
        return bool(a["urgent"] > b["urgent"])
    if a["precedence"] != b["precedence"]:
        return bool(a["precedence"] > b["precedence"])
    if a["arrived_day"] != b["arrived_day"]:
        return bool(a["arrived_day"] < b["arrived_day"])
    if (a["operator"] < 0) != (b["operator"] < 0):
        return bool(a["operator"] >= 0)
    if a["operator"] != b["operator"]:
        return bool(a["operator"] < b["operator"])
    return one < other


@compiled(inline=True, borrows=True)
def _take_up_cases(p: Any, network: Network, team: Team, calendar: Calendar, now: float) -> None:
    """Reviewers on duty without a case take the next ones."""
    numbers = network.numbers
    while numbers[_WAITING] > 0 and numbers[_BUSY] < numbers[_ON_DUTY]:
        row = _first_waiting(network, team)
        case = team.cases[row]
        i = int(case["operator"])
        life = int(case["life"])
        subject = int(case["subject"])
        if case["appeal"] != 0:
            _, u = _appeal_draw(p, i, life)
            i = i if i >= 0 else life
        elif i < 0:
            channel = -1 - i
            decision = BENIGN_SERVICE if channel == detection.NONE else WRONG_SERVICE
            i = life  # the number of the report or flag
            u, _ = uniforms(p["seed"], p["replication"], int(decision), channel, 0, life)
        elif network.who[i]["account"] != subject:
            continue  # a campaign was faster
        else:
            network.accounts[subject]["review_started_day"] = now
            u, _ = _draw(p, network, i, SERVICE, case["round"])
        case["started_day"] = now
        numbers[_BUSY] += 1
        decided = due(now, quantile(p["service_time"], u))
        # Of one instant and number, in the order in which they were taken up.
        _plan(p, calendar, decided, ev.DECIDE, i, numbers[_STARTED], row, _NO_ROUND)
        numbers[_STARTED] += 1


@compiled(inline=True, borrows=True)
def _appeal_draw(p: Any, i: int, life: int) -> tuple[float, float]:
    """Whether an appeal succeeds, and the draw of its review: of an operator's life, or a flag."""
    who, of, ordinal = (i, life, 0) if i >= 0 else (-1 - i, 0, life)
    return uniforms(p["seed"], p["replication"], APPEAL_REVIEW, who, of, ordinal)


@compiled(borrows=True)
def _expect_appeal(p: Any, calendar: Calendar, now: float, channel: int, number: int) -> None:
    """An ordinary user whom a mistake suspends may appeal after a while."""
    seed, replication = p["seed"], p["replication"]
    wrong, delay = decided_wrongly(channel, number, p["mistake"], seed, replication)
    if not wrong:
        return
    appeals, when = appeals_against(channel, number, p["appeal"], seed, replication)
    if appeals:
        day = suspension_day(now, channel, delay, p["action_delay"], p["wave_every"])
        day = due(day, quantile(p["filing"], when))
        _plan(p, calendar, day, ev.APPEAL, channel, number, _NOBODY, _NO_ROUND)


@compiled(inline=True, borrows=True)
def _expect_own_appeal(p: Any, network: Network, calendar: Calendar, now: float, i: int) -> None:
    """A suspended operator may appeal as well, to a team that hears it."""
    if p["own_appeals"] > 0.0 and p["hears_appeals"] != 0:
        appeals, when = _draw(p, network, i, APPEAL, 0)
        if appeals < p["own_appeals"]:
            life = int(network.who[i]["life"])
            day = due(now, quantile(p["filing"], when))
            _plan(p, calendar, day, ev.OWN_APPEAL, i, life, _NOBODY, _NO_ROUND)


@compiled(inline=True, borrows=True)
def _decide_on_case(
    p: Any, network: Network, team: Team, calendar: Calendar, now: float, row: int
) -> None:
    """A reviewer suspends or clears an account, and is free for the next case."""
    numbers = network.numbers
    numbers[_EVENTS] += 1
    numbers[_BUSY] -= 1
    team.decided[numbers[_DECIDED]] = row
    numbers[_DECIDED] += 1
    case = team.cases[row]
    case["decided_day"] = now
    i = int(case["operator"])
    if i < 0 and case["appeal"] == 0 and p["hears_appeals"] != 0:
        _expect_appeal(p, calendar, now, -1 - i, int(case["life"]))
    if i >= 0 and case["appeal"] == 0 and network.who[i]["account"] == case["subject"]:
        if _is_upheld(p, network, i):
            case["upheld"] = 1
            delay = _draw_from(p, network, p["action_delay"], i, ACTION_DELAY, case["round"])
            day = review.execution_day(now, delay, p["wave_every"])
            _plan_own(p, network, calendar, day, ev.SUSPEND, i, 0)
        else:
            _be_cleared(p, network, calendar, now, i)
    if i >= 0 and case["appeal"] != 0 and p["own_success"] > 0.0:
        won, _ = _appeal_draw(p, i, int(case["life"]))
        if won < p["own_success"]:
            _be_reinstated(p, network, calendar, now, i, int(case["life"]))
    _take_up_cases(p, network, team, calendar, now)

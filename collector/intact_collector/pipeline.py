"""The hallway: spans in, effects out. Read `step` and you know the collector.

    take in   spans join open traces; traces that may be one session form a cluster
    look      the sessions of a cluster: turns, stitched by keys and guesses
    measure   the handoffs of a session, each from its evidence
    settle    a number that stayed the same for a while is final, and counted once
    close     a session that went idle is reported and let go

In: a `State`, spans without content, the time.  Out: another `State` and what the host has to
do. A report is a function of the set of spans: their order, their batches and their repetition
do not matter. Work is bounded: while spans arrive, a session is looked at once per settle
interval, at a price that its limits bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from intact.measure import measure
from intact.model.measurement import Measurement
from intact_collector.handoffs.evidence import observe
from intact_collector.model.effect import Effect, HandoffSettled, SessionClosed
from intact_collector.model.session import Edge, Handoff, Session
from intact_collector.model.span import ReducedSpan, Role, SpanKey
from intact_collector.sessions import account
from intact_collector.sessions.clusters import Memo, Settled, Watch
from intact_collector.sessions.resume import decode, encode, freeze, restore
from intact_collector.sessions.sight import Sight, blocks, clues_of, components, look
from intact_collector.sessions.state import DEFAULT, Settings, State
from intact_collector.sessions.stitch import Pin
from intact_collector.sessions.work import Work

__all__ = [
    "Settings",
    "State",
    "decode",
    "drain",
    "encode",
    "freeze",
    "report",
    "restore",
    "step",
]

#: Share of the allowed memory down to which sessions are closed once there are too many.
_RELIEF = 0.9


def step(
    state: State, spans: Iterable[ReducedSpan], now: float, settings: Settings = DEFAULT
) -> tuple[State, tuple[Effect, ...]]:
    """Take spans in, and do what is due at ``now``. Call it without spans to let time pass.

    Spans that were seen before are ignored and counted, and the given state is not changed, so a
    host that is not sure whether a step was carried out repeats it.
    """
    work = Work(state, now, settings)
    _take_in(work, spans)
    due, idle = _called(work)
    _settle(work, due)
    _close(work, idle)
    _relieve(work)
    return work.done()


def report(state: State, now: float, settings: Settings = DEFAULT) -> list[Session]:
    """Every open session as it stands, by start. Numbers that are not settled are provisional."""
    work = Work(state, now, settings)
    sessions = []
    for component in components((one for one, _ in work.pool.clusters.items()), work.links):
        for sight in look(work.pool, component, work.links, work.idle)[0]:
            is_open = sight.seen + settings.idle > now
            handoffs = [row.handoff for row in _rows(work, sight)]
            sessions.append(account.session(sight, handoffs, is_open=is_open))
    return sorted(sessions, key=lambda one: (one.start, one.turns[0].key))


def drain(
    state: State, now: float, settings: Settings = DEFAULT
) -> tuple[State, tuple[Effect, ...]]:
    """Settle and close everything: for a host that knows that no span will follow."""
    work = Work(state, now, settings)
    _close(work, [one for one, _ in work.pool.clusters.items()], force=True)
    return work.done()


def _take_in(work: Work, spans: Iterable[ReducedSpan]) -> None:
    """Add what is new. Spans of closed sessions are late; copies and excess are counted too."""
    alive: list[ReducedSpan] = []
    late: list[SpanKey] = []
    for span in spans:
        if span.trace_id in work.tombstones:
            late.append(span.key)
        else:
            alive.append(span)
    changed, refused, evicted = work.pool.add(alive, work.now, work.settings.limits)
    work.discard("late", len(late))
    for reason, count in sorted(refused.items()):
        work.discard(reason, count)
    work.forget([*late, *evicted])
    for one in sorted(changed):
        cluster = work.pool.clusters[one]
        due = work.now + work.settings.settle if cluster.due is None else cluster.due
        alarm = work.now + work.settings.idle if cluster.alarm is None else cluster.alarm
        work.pool.clusters[one] = replace(cluster, due=due, alarm=alarm)
        work.appoint(one)


def _called(work: Work) -> tuple[list[int], list[int]]:
    """The clusters whose number may have settled, and those that may have gone idle."""
    called, work.agenda = work.agenda.call(work.now)
    due: list[int] = []
    idle: list[int] = []
    for one in sorted(called):
        if one not in work.pool.clusters:
            continue
        cluster = work.pool.clusters[one]
        if cluster.due is not None and cluster.due <= work.now:
            due.append(one)
        if cluster.alarm is not None and cluster.alarm <= work.now:
            idle.append(one)
        work.appoint(one)
    return due, idle


def _settle(work: Work, due: list[int]) -> None:
    """Look at clusters; count what stayed the same; look again at what may still settle."""
    if not due:
        return
    # A guess that another session makes about one of these changes no handoff of these.
    due = _decide(work, due)
    links = work.links if any(_undecided(work, one) for one in due) else []
    for component in components(due, links):
        sights, _ = look(work.pool, component, links, work.idle)
        watched: dict[str, Watch] = {}
        for sight in sights:
            watched.update(_settle_session(work, sight))
        open_ends = any(watch.ripe for watch in watched.values())
        open_ends = open_ends or any(_undecided(work, one) for one in component)
        for one in component:
            cluster = work.pool.clusters[one]
            work.pool.clusters[one] = replace(
                cluster,
                due=work.now + work.settings.settle if open_ends else None,
                looked=work.now,
                fresh=frozenset(),
                watched={k: w for k, w in watched.items() if work.pool.home(w.target[0]) == one},
            )
            work.appoint(one)


def _settle_session(work: Work, sight: Sight, *, closing: bool = False) -> dict[str, Watch]:
    """Count the handoffs of a session that are final by now; returns those that are not."""
    late: set[SpanKey] = set()
    watched: dict[str, Watch] = {}
    for row in _rows(work, sight):
        handoff, target = row.handoff, row.handoff.edge.target
        if handoff.settled:
            if row.measured is not None and row.measured != handoff.measurement:
                late |= _fresh_in(work, sight, handoff)
            continue
        watch = work.pool.clusters[work.pool.home(target[0])].watched.get(row.key)
        if watch is None or watch.measurement != handoff.measurement:
            watch = Watch(target, handoff.measurement, since=min(sight.seen, work.now))
        watch = replace(watch, ripe=_ripe(work, sight, handoff))
        waited = work.now - watch.since >= work.settings.settle
        if closing or (watch.ripe and waited):
            _count(work, sight, row)
        else:
            watched[row.key] = watch
    work.discard("late", len(late))
    return watched


def _ripe(work: Work, sight: Sight, handoff: Handoff) -> bool:
    """Whether nothing is missing that is sure to come: only late spans could change it now."""
    edge = handoff.edge
    if work.pool.home(edge.source[0]) != work.pool.home(edge.target[0]):
        return False  # rests on a guess that is not decided yet
    mark = sight.spans.get(edge.mark) if edge.mark is not None else None
    arrived = mark is not None and mark.role is Role.ARRIVAL
    return arrived or sight.group.turns[handoff.to_turn].ended


def _count(work: Work, sight: Sight, row: account.Row) -> None:
    """Make a number final, and tell the host once."""
    handoff = replace(row.handoff, settled=True)
    edge = handoff.edge
    one = work.pool.home(edge.target[0])
    cluster = work.pool.clusters[one]
    settled = Settled(
        edge=edge,
        source=handoff.source,
        target=handoff.target,
        measurement=handoff.measurement,
        duration=handoff.duration,
        service=handoff.service,
        service_version=handoff.service_version,
    )
    pins = {Pin(edge.source, edge.target)} if work.pool.home(edge.source[0]) == one else set()
    work.pool.clusters[one] = replace(
        cluster, settled={**cluster.settled, row.key: settled}, pins=cluster.pins | pins
    )
    work.effects.append(
        HandoffSettled(
            handoff_key=row.key,
            session_id=sight.group.session_id,
            conversation_id=sight.group.conversation_id,
            journey=account.journey(sight),
            handoff=handoff,
        )
    )


def _fresh_in(work: Work, sight: Sight, handoff: Handoff) -> set[SpanKey]:
    """The spans of a handoff that came after it was settled."""
    turns = sight.group.turns
    ends = (turns[handoff.from_turn], turns[handoff.to_turn])
    keys = {key for turn in ends for key in (turn.key, *turn.spans)}
    if handoff.edge.mark is not None:
        keys.add(handoff.edge.mark)
    fresh = frozenset().union(*(work.pool.clusters[one].fresh for one in sight.clusters))
    return keys & fresh


def _decide(work: Work, due: list[int]) -> list[int]:
    """Make guesses final for turns that have been quiet, so that numbers can rest on them."""
    decided: dict[SpanKey, Pin | None] = {}
    traces = [min(work.pool.clusters[one].traces) for one in due]
    for one in due:
        cluster = work.pool.clusters[one]
        for group, clue in clues_of(work.pool, cluster, work.idle):
            opening = group.turns[0]
            quiet = work.pool.traces[opening.key[0]].seen + work.settings.settle <= work.now
            if clue.asked is None or opening.key in cluster.decided:
                continue
            if quiet and opening.ended:
                pins = [link.pin for link in work.links if link.pin.target == opening.key]
                decided[opening.key] = pins[0] if pins else None
    for opening_key, pin in decided.items():
        one = work.pool.home(opening_key[0])
        if pin is not None:
            one = work.pool.merge([one, work.pool.home(pin.source[0])])
        cluster = work.pool.clusters[one]
        work.pool.clusters[one] = replace(
            cluster,
            decided=cluster.decided | {opening_key},
            pins=cluster.pins | ({pin} if pin is not None else frozenset()),
            memo=cluster.memo if pin is None else Memo(),
        )
    if decided:
        work.forget_links()
    return sorted({work.pool.home(trace) for trace in traces})


def _undecided(work: Work, one: int) -> bool:
    """Whether a guess about a turn of this cluster waits for quiet."""
    cluster = work.pool.clusters[one]
    return any(
        clue.asked is not None
        and group.turns[0].key not in cluster.decided
        and group.turns[0].ended
        for group, clue in clues_of(work.pool, cluster, work.idle)
    )


def _close(work: Work, idle: Iterable[int], *, force: bool = False) -> None:
    """Report sessions that went idle, and let go of their spans."""
    idle = list(idle)
    if not idle:
        return
    for component in components(idle, work.links):
        sights, orphans = look(work.pool, component, work.links, work.idle)
        alarms: list[float] = []
        for block, traces in blocks(sights, orphans):
            ends = max(work.pool.traces[trace].seen for trace in traces) + work.settings.idle
            if force or ends <= work.now:
                _close_block(work, block, traces)
            else:
                alarms.append(ends)
        for one in component:
            if one in work.pool.clusters:
                cluster = work.pool.clusters[one]
                work.pool.clusters[one] = replace(cluster, alarm=min(alarms))
                work.appoint(one)
    work.forget_links()


def _close_block(work: Work, sights: Sequence[Sight], traces: Sequence[bytes]) -> None:
    for sight in sights:
        _settle_session(work, sight, closing=True)
        handoffs = [row.handoff for row in _rows(work, sight)]
        final = account.session(sight, handoffs, is_open=False)
        work.effects.append(SessionClosed(account.session_key(sight), final))
    if not sights:
        work.discard("no_agent", sum(len(work.pool.traces[trace].spans) for trace in traces))
    work.forget(work.pool.remove(traces))
    work.tombstones = work.tombstones.bury(
        traces, work.now, work.settings.remember, work.settings.remember_traces
    )


def _relieve(work: Work) -> None:
    """Close what was silent longest while open sessions take more memory than they may."""
    limit = work.settings.total_bytes
    if work.pool.size <= limit:
        return
    quietest = sorted(
        (max(work.pool.traces[trace].seen for trace in cluster.traces), one)
        for one, cluster in work.pool.clusters.items()
    )
    left, chosen = work.pool.size, list[int]()
    for _, one in quietest:
        if left <= limit * _RELIEF:
            break
        chosen.append(one)
        left -= sum(work.pool.traces[trace].size for trace in work.pool.clusters[one].traces)
    _close(work, chosen, force=True)


def _rows(work: Work, sight: Sight) -> list[account.Row]:
    """The handoffs of a session, measured now, or as they were settled."""
    clusters = [work.pool.clusters[one] for one in sight.clusters]
    settled = {key: found for one in clusters for key, found in one.settled.items()}
    return account.rows(sight, _measured(sight, clusters[0].memo), settled)


def _measured(sight: Sight, memo: Memo) -> tuple[tuple[Edge, Measurement], ...]:
    """Every handoff of a session with its number. Kept until a span comes that may change it."""
    turns_seen = tuple((turn.key, turn.ended, len(turn.spans)) for turn in sight.group.turns)
    signature = (turns_seen, sight.held, len(sight.spans))
    if signature not in memo.measured:
        turns, spans = sight.group.turns, list(sight.spans.values())
        memo.measured[signature] = tuple(
            (edge, measure(evidence)) for edge, evidence in observe(turns, spans)
        )
    return memo.measured[signature]

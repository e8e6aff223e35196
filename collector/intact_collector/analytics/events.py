"""Evaluation events: one log record per settled handoff and per closed session.

In: an effect, and the version that measured. Out: `EvaluationEvent`s in the words of the GenAI
conventions (`gen_ai.evaluation.*`). An event of one handoff is the same at every delivery: its id
is a digest of the handoff's key and travels as `log.record.uid`, by which a backend drops repeats.

What is explained are names of facts, never values. A score that could not be measured is absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final

from intact.codec import attributes as names
from intact.model.measurement import Measurement, Mode, Verdict
from intact_collector.analytics.spelling import label, valid
from intact_collector.model.effect import HandoffSettled, SessionClosed
from intact_collector.model.metric import EvaluationEvent
from intact_collector.model.session import Handoff, Session

HANDOFF_RETENTION: Final = "intact.handoff_retention"
SESSION_RETENTION: Final = "intact.session_retention"

#: Names in one explanation: a context of ten thousand facts must not make a log record of them.
_MOST_NAMES: Final = 50

_WORST_FIRST: Final = (Verdict.LOST, Verdict.DEGRADED, Verdict.INTACT)

Attributes = Mapping[str, str | float | int | bool | tuple[str, ...]]


def events(effect: HandoffSettled | SessionClosed, version: str) -> list[EvaluationEvent]:
    """The events of one effect. A session in which no agent took a turn has none."""
    if isinstance(effect, HandoffSettled):
        return [_of_handoff(effect, version)]
    return [_of_session(effect, version)] if effect.session.turns else []


def effect_id(effect: HandoffSettled | SessionClosed) -> str:
    """What is counted once: a digest, since the key itself may hold an id that a user chose."""
    if isinstance(effect, HandoffSettled):
        return _id("handoff", effect.handoff_key)
    return _id("session", effect.session_key)


def session_id(effect: HandoffSettled | SessionClosed) -> str:
    """The printed id of the session that this is about."""
    if isinstance(effect, HandoffSettled):
        return valid(effect.session_id)
    return valid(effect.session.session_id)


def session_verdict(session: Session) -> Verdict:
    """The worst verdict on the way; returns do not count, as they do not count in retention."""
    found = {one.measurement.verdict for one in _counting(session)}
    return next((verdict for verdict in _WORST_FIRST if verdict in found), Verdict.NOT_MEASURED)


def _of_handoff(effect: HandoffSettled, version: str) -> EvaluationEvent:
    handoff = effect.handoff
    measured = handoff.measurement
    score = None if measured.verdict is Verdict.NOT_MEASURED else measured.retention
    lost = _lost([handoff])
    source, target = label(handoff.source), label(handoff.target)
    trace_id, span_id = handoff.edge.at
    return EvaluationEvent(
        id=effect_id(effect),
        time=handoff.edge.time,
        trace_id=trace_id,
        span_id=span_id,
        body=f"{source} → {target}: {_sentence(measured.verdict, score, lost)}",
        attributes=_known(
            {
                names.EVALUATION_NAME: HANDOFF_RETENTION,
                names.EVALUATION_SCORE: score,
                names.EVALUATION_LABEL: measured.verdict.value,
                names.EVALUATION_EXPLANATION: _explanation(lost, measured),
                names.EVALUATOR_VERSION: version,
                names.INTACT_SESSION_ID: effect.session_id,
                names.GEN_AI_CONVERSATION_ID: effect.conversation_id,
                names.JOURNEY_NAME: effect.journey,
                names.SOURCE_NAME: source,
                names.TARGET_NAME: target,
                names.HANDOFF_MODE: handoff.edge.mode.value,
                names.HANDOFF_ORIGIN: handoff.edge.origin.value,
                names.HANDOFF_ID: handoff.edge.id,
                names.TARGET_SERVICE_NAME: handoff.service,
                names.TARGET_SERVICE_VERSION: handoff.service_version,
            }
        ),
    )


def _of_session(effect: SessionClosed, version: str) -> EvaluationEvent:
    session = effect.session
    verdict = session_verdict(session)
    score = None if verdict is Verdict.NOT_MEASURED else session.retention
    lost = _lost(_counting(session))
    trace_id, span_id = session.turns[0].key
    return EvaluationEvent(
        id=effect_id(effect),
        time=session.end,
        trace_id=trace_id,
        span_id=span_id,
        body=f"session: {_sentence(verdict, score, lost)}",
        attributes=_known(
            {
                names.EVALUATION_NAME: SESSION_RETENTION,
                names.EVALUATION_SCORE: score,
                names.EVALUATION_LABEL: verdict.value,
                names.EVALUATION_EXPLANATION: _listed(lost),
                names.EVALUATOR_VERSION: version,
                names.INTACT_SESSION_ID: session.session_id,
                names.GEN_AI_CONVERSATION_ID: session.conversation_id,
                names.JOURNEY_NAME: session.journey,
            }
        ),
    )


def _counting(session: Session) -> list[Handoff]:
    return [one for one in session.handoffs if one.edge.mode is not Mode.RETURN]


def _lost(handoffs: Iterable[Handoff]) -> list[str]:
    """Names of lost facts, must-keep ones first, each once, else in the order they were lost."""
    lost = [fact for handoff in handoffs for fact in handoff.measurement.lost]
    lost.sort(key=lambda fact: not fact.must_keep)
    return list(dict.fromkeys(label(fact.fact) for fact in lost))


def _explanation(lost: list[str], measured: Measurement) -> str | None:
    if lost or measured.reason is None:
        return _listed(lost)
    return measured.reason.value


def _listed(lost: list[str]) -> str | None:
    more = len(lost) - _MOST_NAMES
    tail = [f"and {more} more"] if more > 0 else []
    return ", ".join([*lost[:_MOST_NAMES], *tail]) or None


def _sentence(verdict: Verdict, score: float | None, lost: list[str]) -> str:
    share = "" if score is None else f", retention {score:.2f}"
    listed = _listed(lost)
    return f"{verdict.value.replace('_', ' ')}{share}{f'; lost: {listed}' if listed else ''}"


def _known(attributes: Mapping[str, str | float | None]) -> Attributes:
    known = {name: value for name, value in attributes.items() if value is not None}
    return {
        name: valid(value) if isinstance(value, str) else value for name, value in known.items()
    }


def _id(kind: str, key: str) -> str:
    return blake2b(f"{kind}\0{key}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

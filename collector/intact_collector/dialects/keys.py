"""Session keys in every spelling, and the scope within which they are unique."""

from __future__ import annotations

from collections.abc import Mapping

from intact.codec.attributes import GEN_AI_CONVERSATION_ID, INTACT_SESSION_ID, SESSION_ID
from intact_collector.dialects.raw import first_text
from intact_collector.model.span import KeyKind, SessionKey

_SESSION = (INTACT_SESSION_ID, SESSION_ID)
_CONVERSATION = (
    GEN_AI_CONVERSATION_ID,
    "thread_id",
    "traceloop.association.properties.thread_id",
    "traceloop.association.properties.session_id",
)
_ENVIRONMENT = ("deployment.environment.name", "deployment.environment")
_NAMESPACE = ("service.namespace",)


def session_keys(attributes: Mapping[str, object]) -> tuple[SessionKey, ...]:
    """The session keys of one span, strongest first, each value once.

    >>> session_keys({"session.id": "u-1", "gen_ai.conversation.id": "c-9"})[1].value
    'c-9'
    """
    found: dict[str, SessionKey] = {}
    for kind, names in ((KeyKind.SESSION, _SESSION), (KeyKind.CONVERSATION, _CONVERSATION)):
        for name in names:
            value = first_text(attributes, name)
            if value is not None:
                found.setdefault(value, SessionKey(kind, value))
    return tuple(found.values())


def scope_of(resource: Mapping[str, object]) -> str:
    """Deployment environment and service namespace: a thread id of "1" is everyone's.

    >>> scope_of({"deployment.environment.name": "prod", "service.namespace": "shop"})
    'prod/shop'
    """
    environment = first_text(resource, *_ENVIRONMENT) or ""
    namespace = first_text(resource, *_NAMESPACE) or ""
    return f"{environment}/{namespace}" if environment or namespace else ""

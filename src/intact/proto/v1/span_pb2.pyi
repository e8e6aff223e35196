from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReducedSpan(_message.Message):
    __slots__ = ("trace_id", "span_id", "parent_id", "start", "end", "dialect", "role", "agent", "turn_key", "links", "keys", "scope", "service", "service_version", "agent_version", "journey", "tool", "handoff", "order", "problems", "contexts")
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    SPAN_ID_FIELD_NUMBER: _ClassVar[int]
    PARENT_ID_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    TURN_KEY_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_VERSION_FIELD_NUMBER: _ClassVar[int]
    AGENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    JOURNEY_FIELD_NUMBER: _ClassVar[int]
    TOOL_FIELD_NUMBER: _ClassVar[int]
    HANDOFF_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    CONTEXTS_FIELD_NUMBER: _ClassVar[int]
    trace_id: bytes
    span_id: bytes
    parent_id: bytes
    start: int
    end: int
    dialect: str
    role: int
    agent: str
    turn_key: str
    links: _containers.RepeatedCompositeFieldContainer[SpanLink]
    keys: _containers.RepeatedCompositeFieldContainer[SessionKey]
    scope: str
    service: str
    service_version: str
    agent_version: str
    journey: str
    tool: str
    handoff: HandoffHint
    order: int
    problems: _containers.RepeatedScalarFieldContainer[str]
    contexts: _containers.RepeatedCompositeFieldContainer[Context]
    def __init__(self, trace_id: _Optional[bytes] = ..., span_id: _Optional[bytes] = ..., parent_id: _Optional[bytes] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., dialect: _Optional[str] = ..., role: _Optional[int] = ..., agent: _Optional[str] = ..., turn_key: _Optional[str] = ..., links: _Optional[_Iterable[_Union[SpanLink, _Mapping]]] = ..., keys: _Optional[_Iterable[_Union[SessionKey, _Mapping]]] = ..., scope: _Optional[str] = ..., service: _Optional[str] = ..., service_version: _Optional[str] = ..., agent_version: _Optional[str] = ..., journey: _Optional[str] = ..., tool: _Optional[str] = ..., handoff: _Optional[_Union[HandoffHint, _Mapping]] = ..., order: _Optional[int] = ..., problems: _Optional[_Iterable[str]] = ..., contexts: _Optional[_Iterable[_Union[Context, _Mapping]]] = ...) -> None: ...

class SpanLink(_message.Message):
    __slots__ = ("trace_id", "span_id")
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    SPAN_ID_FIELD_NUMBER: _ClassVar[int]
    trace_id: bytes
    span_id: bytes
    def __init__(self, trace_id: _Optional[bytes] = ..., span_id: _Optional[bytes] = ...) -> None: ...

class SessionKey(_message.Message):
    __slots__ = ("kind", "value")
    KIND_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    kind: int
    value: str
    def __init__(self, kind: _Optional[int] = ..., value: _Optional[str] = ...) -> None: ...

class HandoffHint(_message.Message):
    __slots__ = ("id", "source", "target", "mode", "rule", "sequence")
    ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    source: str
    target: str
    mode: str
    rule: str
    sequence: int
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., target: _Optional[str] = ..., mode: _Optional[str] = ..., rule: _Optional[str] = ..., sequence: _Optional[int] = ...) -> None: ...

class Context(_message.Message):
    __slots__ = ("side", "fingerprint")
    SIDE_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    side: int
    fingerprint: bytes
    def __init__(self, side: _Optional[int] = ..., fingerprint: _Optional[bytes] = ...) -> None: ...

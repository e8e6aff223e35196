from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Fingerprint(_message.Message):
    __slots__ = ("suite", "key_id", "root", "size", "limits", "facts", "sketches", "pruned", "absent", "lists", "meaning")
    SUITE_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    SKETCHES_FIELD_NUMBER: _ClassVar[int]
    PRUNED_FIELD_NUMBER: _ClassVar[int]
    ABSENT_FIELD_NUMBER: _ClassVar[int]
    LISTS_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    suite: int
    key_id: bytes
    root: int
    size: int
    limits: int
    facts: FactTable
    sketches: _containers.RepeatedCompositeFieldContainer[Sketch]
    pruned: _containers.RepeatedCompositeFieldContainer[Pruned]
    absent: _containers.RepeatedScalarFieldContainer[str]
    lists: _containers.RepeatedCompositeFieldContainer[List]
    meaning: Meaning
    def __init__(self, suite: _Optional[int] = ..., key_id: _Optional[bytes] = ..., root: _Optional[int] = ..., size: _Optional[int] = ..., limits: _Optional[int] = ..., facts: _Optional[_Union[FactTable, _Mapping]] = ..., sketches: _Optional[_Iterable[_Union[Sketch, _Mapping]]] = ..., pruned: _Optional[_Iterable[_Union[Pruned, _Mapping]]] = ..., absent: _Optional[_Iterable[str]] = ..., lists: _Optional[_Iterable[_Union[List, _Mapping]]] = ..., meaning: _Optional[_Union[Meaning, _Mapping]] = ...) -> None: ...

class FactTable(_message.Message):
    __slots__ = ("total", "threshold", "prose_total", "prose_threshold", "shape_path", "shape_kind", "shape_flags", "shape_tokens", "shape", "value", "exact", "count", "name", "token", "name_shared", "name_length", "name_text")
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    PROSE_TOTAL_FIELD_NUMBER: _ClassVar[int]
    PROSE_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    SHAPE_PATH_FIELD_NUMBER: _ClassVar[int]
    SHAPE_KIND_FIELD_NUMBER: _ClassVar[int]
    SHAPE_FLAGS_FIELD_NUMBER: _ClassVar[int]
    SHAPE_TOKENS_FIELD_NUMBER: _ClassVar[int]
    SHAPE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    EXACT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    NAME_SHARED_FIELD_NUMBER: _ClassVar[int]
    NAME_LENGTH_FIELD_NUMBER: _ClassVar[int]
    NAME_TEXT_FIELD_NUMBER: _ClassVar[int]
    total: int
    threshold: int
    prose_total: int
    prose_threshold: int
    shape_path: _containers.RepeatedScalarFieldContainer[int]
    shape_kind: bytes
    shape_flags: _containers.RepeatedScalarFieldContainer[int]
    shape_tokens: bytes
    shape: _containers.RepeatedScalarFieldContainer[int]
    value: bytes
    exact: bytes
    count: bytes
    name: bytes
    token: _containers.RepeatedScalarFieldContainer[int]
    name_shared: _containers.RepeatedScalarFieldContainer[int]
    name_length: _containers.RepeatedScalarFieldContainer[int]
    name_text: bytes
    def __init__(self, total: _Optional[int] = ..., threshold: _Optional[int] = ..., prose_total: _Optional[int] = ..., prose_threshold: _Optional[int] = ..., shape_path: _Optional[_Iterable[int]] = ..., shape_kind: _Optional[bytes] = ..., shape_flags: _Optional[_Iterable[int]] = ..., shape_tokens: _Optional[bytes] = ..., shape: _Optional[_Iterable[int]] = ..., value: _Optional[bytes] = ..., exact: _Optional[bytes] = ..., count: _Optional[bytes] = ..., name: _Optional[bytes] = ..., token: _Optional[_Iterable[int]] = ..., name_shared: _Optional[_Iterable[int]] = ..., name_length: _Optional[_Iterable[int]] = ..., name_text: _Optional[bytes] = ...) -> None: ...

class Sketch(_message.Message):
    __slots__ = ("unit", "form", "total", "threshold", "token", "shift", "low_bits", "low", "high")
    class Unit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        UNIT_UNSPECIFIED: _ClassVar[Sketch.Unit]
        UNIT_WORDS: _ClassVar[Sketch.Unit]
        UNIT_BIGRAMS: _ClassVar[Sketch.Unit]
    UNIT_UNSPECIFIED: Sketch.Unit
    UNIT_WORDS: Sketch.Unit
    UNIT_BIGRAMS: Sketch.Unit
    class Form(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        FORM_UNSPECIFIED: _ClassVar[Sketch.Form]
        FORM_SORTED: _ClassVar[Sketch.Form]
        FORM_ELIAS_FANO: _ClassVar[Sketch.Form]
    FORM_UNSPECIFIED: Sketch.Form
    FORM_SORTED: Sketch.Form
    FORM_ELIAS_FANO: Sketch.Form
    UNIT_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    SHIFT_FIELD_NUMBER: _ClassVar[int]
    LOW_BITS_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    unit: Sketch.Unit
    form: Sketch.Form
    total: int
    threshold: int
    token: _containers.RepeatedScalarFieldContainer[int]
    shift: int
    low_bits: int
    low: bytes
    high: bytes
    def __init__(self, unit: _Optional[_Union[Sketch.Unit, str]] = ..., form: _Optional[_Union[Sketch.Form, str]] = ..., total: _Optional[int] = ..., threshold: _Optional[int] = ..., token: _Optional[_Iterable[int]] = ..., shift: _Optional[int] = ..., low_bits: _Optional[int] = ..., low: _Optional[bytes] = ..., high: _Optional[bytes] = ...) -> None: ...

class List(_message.Message):
    __slots__ = ("path", "length", "messages", "chain", "ids", "total", "name")
    PATH_FIELD_NUMBER: _ClassVar[int]
    LENGTH_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    CHAIN_FIELD_NUMBER: _ClassVar[int]
    IDS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    path: int
    length: int
    messages: bool
    chain: bytes
    ids: bytes
    total: int
    name: str
    def __init__(self, path: _Optional[int] = ..., length: _Optional[int] = ..., messages: bool = ..., chain: _Optional[bytes] = ..., ids: _Optional[bytes] = ..., total: _Optional[int] = ..., name: _Optional[str] = ...) -> None: ...

class Meaning(_message.Message):
    __slots__ = ("probe", "value", "bits", "marks", "token")
    PROBE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    BITS_FIELD_NUMBER: _ClassVar[int]
    MARKS_FIELD_NUMBER: _ClassVar[int]
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    probe: bytes
    value: bytes
    bits: bytes
    marks: bytes
    token: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, probe: _Optional[bytes] = ..., value: _Optional[bytes] = ..., bits: _Optional[bytes] = ..., marks: _Optional[bytes] = ..., token: _Optional[_Iterable[int]] = ...) -> None: ...

class Pruned(_message.Message):
    __slots__ = ("path", "reason")
    PATH_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    path: str
    reason: str
    def __init__(self, path: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

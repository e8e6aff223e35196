"""What Intact writes on the wire: names in `attributes`, bytes in `wire`.

In: a `Fingerprint`. Out: bytes, or text for a span attribute, and back. This room knows protobuf;
it knows neither OpenTelemetry nor how a fingerprint is made.
"""

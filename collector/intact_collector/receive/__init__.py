"""OTLP in: what others send becomes decoded, checked requests in the hands of a `Consumer`.

In: OTLP over gRPC and HTTP (protobuf and JSON), traces and logs. Out: calls to `ports.Consumer`,
answers as the OTLP specification wants them, and `counters`. Every request passes the same way:
`grpc` or `http` reads bytes, `intake` inflates, decodes, checks and hands over, `answer` words the
reply. This room does not know what a span means; it keeps nothing of what it received.
"""

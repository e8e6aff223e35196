"""grpc.health.v1: is the receiver serving?

In: the name of a service, or nothing for the whole server. Out: SERVING, or NOT_SERVING from the
moment a drain begins. Two messages of one field each do not pay for grpcio-health-checking, whose
generated code would bind every user to the newest protobuf. `Watch` is left out: by its
specification clients take UNIMPLEMENTED for "poll instead".
"""

from __future__ import annotations

from typing import Final

import grpc
from google.protobuf.message import DecodeError
from google.protobuf.wrappers_pb2 import Int32Value, StringValue

_SERVING: Final = 1
_NOT_SERVING: Final = 2


class Health:
    """One flag, owned by the receiver."""

    def __init__(self) -> None:
        self.serving = True

    def handler(self, services: frozenset[str]) -> grpc.GenericRpcHandler:
        """The handler of the health service, knowing these services by name."""

        async def check(body: bytes, context: grpc.aio.ServicerContext[bytes, bytes]) -> bytes:
            # HealthCheckRequest and -Response are these wrappers on the wire: one field, number 1.
            try:
                service = StringValue.FromString(body).value
            except DecodeError:
                await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "no HealthCheckRequest")
            if service and service not in services:
                await context.abort(grpc.StatusCode.NOT_FOUND, "no such service")
            return Int32Value(value=_SERVING if self.serving else _NOT_SERVING).SerializeToString()

        method: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(check)
        return grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": method})

"""The messages in which Envoy asks by gRPC, as far as they are read or written here.

Names and numbers of the fields are those that Envoy publishes in `api/envoy/service/auth/v3` and what that imports
(Apache License 2.0). A field that is not named is passed over, as protobuf wants it. The messages are made while the
process starts, so nothing has to be generated; and in a pool of their own, so that an application may bring Envoy's
whole protocol beside them.
"""

from __future__ import annotations

from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

SERVICE: Final = "envoy.service.auth.v3.Authorization"
_PACKAGE: Final = "chaveiro.envoy"
_KINDS: Final = descriptor_pb2.FieldDescriptorProto
_SCALARS: Final = {"string": _KINDS.TYPE_STRING, "bytes": _KINDS.TYPE_BYTES, "int32": _KINDS.TYPE_INT32}

# Message: (field, number, type); a `*` after the type says that there may be several. A map is its entries, an enum its
# number: both look the same on the wire.
_MESSAGES: Final = {
    "CheckRequest": (("attributes", 1, "AttributeContext"),),
    "AttributeContext": (("source", 1, "Peer"), ("request", 4, "Request")),
    "Peer": (("address", 1, "Address"),),
    "Address": (("socket_address", 1, "SocketAddress"),),
    "SocketAddress": (("address", 2, "string"),),
    "Request": (("http", 2, "HttpRequest"),),
    "HttpRequest": (
        ("method", 2, "string"),
        ("headers", 3, "Entry*"),
        ("path", 4, "string"),
        ("host", 5, "string"),
        ("header_map", 13, "HeaderMap"),
    ),
    "Entry": (("key", 1, "string"), ("value", 2, "string")),
    "HeaderMap": (("headers", 1, "HeaderValue*"),),
    "HeaderValue": (("key", 1, "string"), ("value", 2, "string"), ("raw_value", 3, "bytes")),
    "CheckResponse": (
        ("status", 1, "Status"),
        ("denied_response", 2, "DeniedHttpResponse"),
        ("ok_response", 3, "OkHttpResponse"),
    ),
    "Status": (("code", 1, "int32"),),
    "DeniedHttpResponse": (("status", 1, "HttpStatus"), ("headers", 2, "HeaderValueOption*"), ("body", 3, "string")),
    "HttpStatus": (("code", 1, "int32"),),
    "OkHttpResponse": (("headers", 2, "HeaderValueOption*"), ("headers_to_remove", 5, "string*")),
    "HeaderValueOption": (("header", 1, "HeaderValue"),),  # that it is not appended to what is there is the default
}


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="chaveiro/envoy.proto", package=_PACKAGE, syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, written in fields:
            kind = written.removesuffix("*")
            described = message.field.add(
                name=field, number=number, label=_KINDS.LABEL_REPEATED if kind != written else _KINDS.LABEL_OPTIONAL
            )
            if kind in _SCALARS:
                described.type = _SCALARS[kind]
            else:
                described.type, described.type_name = _KINDS.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
    return file


def _made() -> dict[str, Any]:
    pool = descriptor_pool.DescriptorPool()
    pool.Add(_file())
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}")) for name in _MESSAGES
    }


_CLASSES: Final = _made()
CheckRequest: Final = _CLASSES["CheckRequest"]
CheckResponse: Final = _CLASSES["CheckResponse"]

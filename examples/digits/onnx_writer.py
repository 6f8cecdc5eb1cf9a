"""Writes ONNX models: the few protobuf messages of one, encoded by hand.

A message is the bytes of its fields one after the other; a field is a tag
(number * 8 + wire type) and a varint (type 0), four bytes (type 5) or a length
and that many bytes (type 2). Field numbers are those of onnx.proto.
"""

import struct

import numpy as np

DTYPE_IDS = {"float32": 1, "int64": 7}


def varint(value):
    value &= (1 << 64) - 1  # negative numbers: two's complement
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, value):
    """One field: int, float, str, bytes, or a list of them (repeated)."""
    if isinstance(value, list):
        return b"".join(field(number, v) for v in value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, array):
    return (field(1, list(array.shape)) + field(2, DTYPE_IDS[array.dtype.name])
            + field(8, name) + field(9, array.astype(array.dtype.newbyteorder("<")).tobytes()))


def attribute(name, value):
    if isinstance(value, list):
        return field(1, name) + field(8, value) + field(20, 7)  # INTS
    if isinstance(value, int):
        return field(1, name) + field(3, value) + field(20, 2)  # INT
    return field(1, name) + field(2, value) + field(20, 1)  # FLOAT


def node(op_type, name, inputs, outputs, **attributes):
    return (field(1, inputs) + field(2, outputs) + field(3, name) + field(4, op_type)
            + field(5, [attribute(k, v) for k, v in attributes.items()]))


def value_info(name, sizes):
    """A float input or output; a size is an int or a name."""
    dims = [field(1, d) if isinstance(d, int) else field(2, d) for d in sizes]
    tensor_type = field(1, DTYPE_IDS["float32"]) + field(2, field(1, dims))
    return field(1, name) + field(2, field(1, tensor_type))


def model(name, nodes, weights, inputs, outputs, opset=17, ir_version=8):
    graph = (field(1, nodes) + field(2, name)
             + field(5, [tensor(k, v) for k, v in weights.items()])
             + field(11, [value_info(k, v) for k, v in inputs.items()])
             + field(12, [value_info(k, v) for k, v in outputs.items()]))
    return (field(1, ir_version) + field(2, "tgc examples/digits") + field(7, graph)
            + field(8, field(2, opset)))

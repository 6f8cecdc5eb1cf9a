#!/usr/bin/python3
"""Writes the references of References.cpp with NumPy: <family>.npz beside this
file. A group `name.dtype` has its operands as `group/0`, `group/1`, ... and
the result of each call on them as `group/call`. Running it again gives the
same bytes.

Results of bounded functions, sums and products are computed in float64 (in
extended precision for float64 operands) and rounded once."""

import io
import itertools
import math
import pathlib
import zipfile

import numpy as np

np.seterr(all="ignore")
rng = np.random.default_rng(20240229)
F32, F64, F16 = np.float32, np.float64, np.float16
I32, I64, U8, I1 = np.int32, np.int64, np.uint8, np.bool_
FLOATS, INTS = [F32, F64], [I32, I64]
NUMBERS, ARITH, BITS = INTS + FLOATS, [I1] + INTS + FLOATS, [I1] + INTS
STORED = [I1, U8, I32, I64, F16, F32, F64]
NAMES = {F32: "f32", F64: "f64", F16: "f16", I32: "i32", I64: "i64", U8: "u8",
         I1: "i1"}


def wide(dtype):
    return np.longdouble if dtype == F64 else F64


class Family:
    """The groups of one file."""

    def __init__(self):
        self.arrays = {}

    def add(self, group, dtype, operands, **results):
        """Results by call; a trailing _ stands for Python's own words."""
        named = [(str(i), x) for i, x in enumerate(operands)]
        named += [(call.rstrip("_"), y) for call, y in results.items()]
        for key, x in named:
            self.arrays[f"{group}.{NAMES[dtype]}/{key}"] = (
                np.ascontiguousarray(x).reshape(np.shape(x)))

    def write(self, path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for key, array in sorted(self.arrays.items()):
                data = io.BytesIO()
                np.lib.format.write_array(data, array, (1, 0))
                info = zipfile.ZipInfo(key + ".npy", (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, data.getvalue())


# Operands.

def is_float(dtype):
    return np.issubdtype(dtype, np.floating)


def values(dtype, shape, edges=False):
    """Random values of everyday size; with `edges` special ones too."""
    n = int(np.prod(shape))
    if dtype == I1:
        return rng.integers(0, 2, n).astype(I1).reshape(shape)
    if dtype == U8:
        return rng.integers(0, 256, n).astype(U8).reshape(shape)
    if is_float(dtype):
        x = rng.uniform(-3, 3, n).astype(dtype)
        info = np.finfo(dtype)
        special = [np.nan, np.inf, -np.inf, 0, -0.0, 0.5, -0.5, 1.5, -2.5, 1,
                   info.tiny, -info.tiny / 4, info.max, -info.max, 20, -30]
    else:
        x = rng.integers(-9, 10, n).astype(dtype)
        info = np.iinfo(dtype)
        special = [info.min, info.max, 0, -1, 1, info.min + 1, 7]
    if edges:
        at = rng.permutation(n)[:len(special)]
        x[at] = np.array(special).astype(dtype)[:len(at)]
    return x.reshape(shape)


# Elementwise.

def wrap(value, dtype):
    bits = np.iinfo(dtype).bits
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def exact_ints(function):
    """A function of Python integers, wrapped to the dtype."""
    def apply(x, y):
        pairs = zip(x.ravel().tolist(), y.ravel().tolist())
        result = [wrap(function(a, b), x.dtype) for a, b in pairs]
        return np.array(result, x.dtype).reshape(x.shape)
    return apply


def int_divide(a, b):
    if b == 0:
        return -1
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def int_rem(a, b):
    return a if b == 0 else a - int_divide(a, b) * b


def int_power(bits):
    def power(a, n):
        p = pow(a, abs(n), 1 << bits)
        p = p - (1 << bits) if p >> (bits - 1) else p
        return p if n >= 0 else int_divide(1, p)
    return power


def extreme(larger):
    """maximum or minimum with -0 below +0."""
    def apply(x, y):
        if not is_float(x.dtype):
            return (np.maximum if larger else np.minimum)(x, y)
        zeros = (x == 0) & (y == 0)
        sign = (np.signbit(x) & np.signbit(y)) if larger else (
            np.signbit(x) | np.signbit(y))
        zero = np.where(sign, -0.0, 0.0).astype(x.dtype)
        plain = (np.maximum if larger else np.minimum)(x, y)
        return np.where(zeros, zero, plain)
    return apply


def round_away(x):
    whole = np.trunc(x)
    up = np.abs(x - whole) >= 0.5
    return np.copysign(np.where(up, np.abs(whole) + 1, np.abs(whole)),
                       x).astype(x.dtype)


def total_key(x):
    """Integers in the total order of IEEE 754."""
    if not is_float(x.dtype):
        return x
    bits = x.view(I32 if x.dtype == F32 else I64)
    return np.where(bits < 0, bits ^ np.iinfo(bits.dtype).max, bits)


def convert(x, to):
    if to == I1:
        return x != 0
    if is_float(x.dtype) and not is_float(to):
        info = np.iinfo(to)
        numbers = [0 if math.isnan(v) else
                   info.max if v >= info.max else
                   info.min if v <= info.min else int(v)
                   for v in x.astype(F64).ravel().tolist()]
        return np.array(numbers, to).reshape(x.shape)
    return x.astype(to)


DIRECTIONS = {"EQ": np.equal, "NE": np.not_equal, "LT": np.less,
              "LE": np.less_equal, "GT": np.greater, "GE": np.greater_equal}


def elementwise():
    family = Family()
    erf = np.vectorize(math.erf, otypes=[F64])
    for dtype in ARITH:
        x, y = values(dtype, (40,), True), values(dtype, (40,), True)
        unary, binary = {}, {}
        for direction, compare in DIRECTIONS.items():
            binary[f"compare_{direction}"] = compare(x, y)
            if is_float(dtype):
                binary[f"compare_{direction}_total"] = compare(
                    total_key(x), total_key(y))
        binary["maximum"] = extreme(True)(x, y)
        binary["minimum"] = extreme(False)(x, y)
        if dtype != I1:
            unary["abs"], unary["negate"] = np.abs(x), np.negative(x)
            unary["sign"] = np.where(x == 0, x, np.sign(x))
            binary["add"], binary["subtract"] = x + y, x - y
            binary["multiply"] = x * y
        else:
            binary["add"], binary["multiply"] = x | y, x & y
        if not is_float(dtype):
            unary["bitwise_not"] = ~x
            binary["bitwise_and"], binary["bitwise_or"] = x & y, x | y
            binary["bitwise_xor"] = x ^ y
        if dtype in INTS:
            bits = np.iinfo(dtype).bits
            binary["divide"] = exact_ints(int_divide)(x, y)
            binary["rem"] = exact_ints(int_rem)(x, y)
            binary["power"] = exact_ints(int_power(bits))(x, y)
        if is_float(dtype):
            w = x.astype(wide(dtype))
            for function in [np.cos, np.exp, np.expm1, np.log, np.log1p,
                             np.sin, np.tanh]:
                unary[function.__name__] = function(w).astype(dtype)
            unary["erf"] = erf(x.astype(F64)).astype(dtype)
            unary["logistic"] = (1 / (1 + np.exp(-w))).astype(dtype)
            unary["ceil"], unary["floor"] = np.ceil(x), np.floor(x)
            unary["round"], unary["round_away"] = np.rint(x), round_away(x)
            unary["is_finite"] = np.isfinite(x)
            unary["sqrt"] = np.sqrt(x)
            unary["rsqrt"] = dtype(1) / np.sqrt(x)
            binary["divide"], binary["rem"] = x / y, np.fmod(x, y)
            binary["power"] = np.power(w, y.astype(w.dtype)).astype(dtype)
        family.add("unary", dtype, [x], **unary)
        family.add("binary", dtype, [x, y], **binary)
    for dtype in STORED:
        x, y = values(dtype, (6, 5), True), values(dtype, (6, 5), True)
        choice = values(I1, (6, 5))
        family.add("choice", dtype, [choice, x, y],
                   select=np.where(choice, x, y))
        family.add("convert", dtype, [x],
                   **{NAMES[to]: convert(x, to) for to in STORED})
    for dtype in NUMBERS:
        x = values(dtype, (5, 4))
        lo, hi = values(dtype, (4,)), values(dtype, (5, 1))
        family.add("bounds", dtype, [lo, x, hi],
                   clamp=np.minimum(np.maximum(x, lo), hi))
    return family


# Reductions.

def reduce_with(kind, x, axes):
    axes = tuple(axes)
    if x.dtype == I1:
        if kind == "bitwise_xor":
            return np.bitwise_xor.reduce(x.astype(U8), axis=axes).astype(I1)
        every = kind in ("mul", "min", "bitwise_and")
        return (np.all if every else np.any)(x, axis=axes)
    if kind in ("add", "mul"):
        function = np.sum if kind == "add" else np.prod
        to = wide(x.dtype.type) if is_float(x.dtype) else x.dtype
        return function(x, axis=axes, dtype=to).astype(x.dtype)
    if kind in ("max", "min"):
        low, high = ((-np.inf, np.inf) if is_float(x.dtype) else
                     (np.iinfo(x.dtype).min, np.iinfo(x.dtype).max))
        if kind == "max":
            return np.max(x, axis=axes, initial=low)
        return np.min(x, axis=axes, initial=high)
    return getattr(np, kind).reduce(x, axis=axes).astype(x.dtype)


def kinds_of(dtype):
    kinds = ["add", "mul", "max", "min"]
    return kinds if is_float(dtype) else kinds + [
        "bitwise_and", "bitwise_or", "bitwise_xor"]


def windows(x, window, strides, lo, hi, base, dilation):
    """For every position of the window the elements in it, holes left out."""
    sizes = [max((d - 1) * b + 1, 0) if d else 0
             for d, b in zip(x.shape, base)]
    spans = [(w - 1) * g + 1 for w, g in zip(window, dilation)]
    result = [max((s + l + h - k) // t + 1, 0) for s, l, h, k, t in
              zip(sizes, lo, hi, spans, strides)]
    for place in np.ndindex(*result):
        inside = []
        for slot in np.ndindex(*window):
            at = [p * t - l + w * g for p, t, l, w, g in
                  zip(place, strides, lo, slot, dilation)]
            if all(0 <= a < s and a % b == 0
                   for a, s, b in zip(at, sizes, base)):
                inside.append(x[tuple(a // b for a, b in zip(at, base))])
        yield result, place, np.array(inside, x.dtype)


def reduction():
    family = Family()
    for dtype in ARITH:
        x, small = values(dtype, (2, 37, 4)), values(dtype, (5, 6))
        reduced, windowed = {}, {}
        for kind in kinds_of(dtype):
            axes = {"outer": [0], "all": [0, 1, 2]}
            if kind == "add":
                axes |= {"middle": [1], "ends": [0, 2]}
            for name, dims in axes.items():
                reduced[f"{kind}_{name}"] = reduce_with(kind, x, dims)
            options = [(2, 3), (1, 2), (1, 0), (1, 2), (1, 2), (2, 1)]
            y = None
            for shape, place, inside in windows(small, *options):
                if y is None:
                    y = np.zeros(shape, dtype)
                y[place] = reduce_with(kind, inside, [0])
            windowed[kind] = y
        family.add("reduce", dtype, [x], **reduced)
        family.add("reduce_window", dtype, [small], **windowed)
    for dtype in NUMBERS:
        x = values(dtype, (4, 9))
        if is_float(dtype):
            x[2, 4] = x[2, 6] = np.nan
        family.add("arg_reduce", dtype, [x],
                   **{f"{name}_{axis}": function(x, axis).astype(I64)
                      for name, function in [("max", np.argmax),
                                             ("min", np.argmin)]
                      for axis in range(2)})
    return family


# Contractions.

def convolve(x, w, strides, lo, hi, base, dilation, groups, batch_groups):
    """NCHW times OIHW by the definition."""
    n, features = x.shape[0] // batch_groups, w.shape[0]
    per_group = w.shape[1]
    to = wide(x.dtype.type) if is_float(x.dtype) else x.dtype
    y = None
    for b, o in itertools.product(range(n), range(features)):
        part = o // (features // batch_groups)
        first = o // (features // groups) * per_group
        image = x[part * n + b, first:first + per_group]
        sizes = [max((d - 1) * s + 1, 0)
                 for d, s in zip(image.shape[1:], base)]
        spans = [(k - 1) * g + 1 for k, g in zip(w.shape[2:], dilation)]
        shape = [max((s + l + h - k) // t + 1, 0) for s, l, h, k, t in
                 zip(sizes, lo, hi, spans, strides)]
        if y is None:
            y = np.zeros([n, features] + shape, to)
        for place in np.ndindex(*shape):
            for tap in np.ndindex(*w.shape[2:]):
                at = [p * t - l + k * g for p, t, l, k, g in
                      zip(place, strides, lo, tap, dilation)]
                if all(0 <= a < s and a % d == 0
                       for a, s, d in zip(at, sizes, base)):
                    taken = image[(slice(None), *(
                        a // d for a, d in zip(at, base)))].astype(to)
                    kernel = w[(o, slice(None), *tap)].astype(to)
                    y[(b, o, *place)] += np.sum(taken * kernel)
    return y.astype(x.dtype)


def contraction():
    family = Family()
    for dtype in [I32, F32, F64]:
        to = wide(dtype) if is_float(dtype) else dtype

        def dot(name, spec, left, right):
            x, y = values(dtype, left), values(dtype, right)
            family.add(f"dot_{name}", dtype, [x, y], dot_general=np.einsum(
                spec, x.astype(to), y.astype(to)).astype(dtype))

        dot("matrices", "mk,kn->mn", (3, 37), (37, 4))
        dot("long", "mk,nk->mn", (1, 301), (1, 301))
        dot("vectors", "k,k->", (19,), (19,))
        dot("outer", "m,n->mn", (3,), (4,))
        dot("batches", "bmk,bkn->bmn", (2, 3, 5), (2, 5, 4))
        dot("inner_batch", "mbk,kbn->bmn", (3, 2, 5), (5, 2, 4))
        dot("two_dims", "mkl,lkn->mn", (3, 4, 5), (5, 4, 2))

        def conv(name, left, right, strides=(1, 1), lo=(0, 0), hi=(0, 0),
                 base=(1, 1), dilation=(1, 1), groups=1, batch_groups=1):
            x, w = values(dtype, left), values(dtype, right)
            family.add(f"conv_{name}", dtype, [x, w], convolution=convolve(
                x, w, strides, lo, hi, base, dilation, groups, batch_groups))

        conv("plain", (2, 3, 5, 6), (4, 3, 3, 2))
        conv("strided", (1, 2, 7, 6), (3, 2, 3, 3), (2, 3), (1, 0), (0, 2))
        conv("holes_in_kernel", (1, 2, 6, 7), (2, 2, 2, 3), lo=(1, 2),
             hi=(2, 0), dilation=(2, 3))
        conv("holes_in_x", (1, 2, 4, 3), (2, 2, 3, 2), lo=(1, 1), hi=(0, 2),
             base=(2, 3))
        conv("groups", (1, 4, 4, 5), (6, 2, 2, 2), groups=2)
        conv("batch_groups", (4, 2, 4, 4), (6, 2, 2, 2), batch_groups=2)
    return family


# Data movement and indexing.

def pad(x, value, lo, hi, interior):
    sizes = [d + max(d - 1, 0) * i for d, i in zip(x.shape, interior)]
    y = np.full([l + s + h for l, s, h in zip(lo, sizes, hi)], value, x.dtype)
    for at in np.ndindex(*x.shape):
        to = tuple(a * (i + 1) + l for a, i, l in zip(at, interior, lo))
        if all(0 <= t < s for t, s in zip(to, y.shape)):
            y[to] = x[at]
    return y


# One dtype per element size: bits move, whatever they mean.
MOVED = [I1, F16, I32, F64]


def data_movement():
    family = Family()
    for dtype in MOVED:
        x, small = values(dtype, (3, 4, 5), True), values(dtype, (3, 4), True)
        updated = x.copy()
        updated[1:3, 0:4:2, 2:5] = x[:2, :2, :3]
        family.add("cube", dtype, [x],
                   constant=x,
                   reshape=x.reshape(5, 12),
                   transpose_021=x.transpose(0, 2, 1),
                   transpose_201=x.transpose(2, 0, 1),
                   reverse=np.flip(x, (0, 2)),
                   slice=x[1:3, 0:4:3, 1:5:2],
                   concatenate_0=np.concatenate([x, x], 0),
                   concatenate_2=np.concatenate([x, x], 2),
                   update_slice=updated)
        family.add("square", dtype, [small, small[0, 0]],
                   broadcast_in_dim_front=np.broadcast_to(small, (2, 3, 4)),
                   broadcast_in_dim_middle=np.broadcast_to(
                       small[:, None, :], (3, 2, 4)),
                   pad=pad(small, small[0, 0], (1, -1), (0, 2), (1, 2)))
    for dtype in STORED[1:]:
        family.add("iota", dtype, [],
                   dim_0=np.broadcast_to(np.arange(3)[:, None], (3, 4)).astype(
                       dtype),
                   dim_1=np.broadcast_to(np.arange(4), (3, 4)).astype(dtype))
    return family


def indexing():
    family = Family()
    for dtype in MOVED:
        x = values(dtype, (4, 5), True)
        at = np.array([0, -1, 3, 4, 2, 100], I32)
        inside = np.clip(at, 0, 3)
        fill = convert(np.array(2.75), dtype)
        family.add("rows", dtype, [x, at],
                   gather_clamp=x[inside],
                   gather_fill=np.where((at == inside)[:, None], x[inside],
                                        fill).astype(dtype))
        pairs = np.array([[1, 2], [3, 0], [0, 4]], I64)
        family.add("elements", dtype, [x, pairs],
                   gather_pairs=x[pairs[:, 0], pairs[:, 1]],
                   gather_blocks=np.stack([
                       x[min(i, 2):, min(j, 2):][:2, :3] for i, j in pairs]))
        table = values(dtype, (2, 3, 4), True)
        at = np.array([[0, 2, 2, 1, 0], [1, 1, 0, 2, 2]], I64)
        family.add("batches", dtype, [table, at],
                   gather=np.stack([table[b][at[b]] for b in range(2)]))
    return family


def main():
    folder = pathlib.Path(__file__).parent
    for family in [elementwise, reduction, contraction, data_movement,
                   indexing]:
        family().write(folder / f"{family.__name__}.npz")


if __name__ == "__main__":
    main()

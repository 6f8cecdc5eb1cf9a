#!/usr/bin/env python3
"""tgc beside ONNX Runtime, in turn in one run, on one thread.

  peers.py [--tgc PROGRAM] [--rounds N] [NAME...]

NAME: cases whose name contains one of them. `process`: a whole process on
examples/digits, Python's start included for the peer; the others: steady runs
of models that this script writes. Times in us, the least of all rounds and the
median; xR: the peer's least time / tgc's, so above 1 tgc is faster. Results
are compared. tgc runs as `tgc bench`, the peer from Python: `call` says how
much of a small case that is.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

try:
    import numpy as np
    import onnx
    import onnxruntime as ort
    from onnx import helper, numpy_helper
except ImportError as error:
    sys.exit(f"peers.py: {error}\n  fix: python3 -m venv venv && venv/bin/pip "
             "install onnxruntime onnx numpy; then venv/bin/python peers.py")

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIGITS = ROOT / "examples/digits/digits.onnx"
SEVEN = ROOT / "examples/digits/drawings/seven.npy"
IN_ORT = f"""import numpy as np, onnxruntime as ort
print(ort.InferenceSession('{DIGITS}').run(None, {{'image': np.load('{SEVEN}')}}))"""
SECONDS = 0.1  # of a round
RANDOM = np.random.default_rng(1)


def values(*shape):
    return RANDOM.uniform(-1, 1, shape).astype(np.float32)


def conv(features, inputs, window, group=1):
    kernel = values(features, inputs // group, window, window) / window
    return "Conv", {"pads": [window // 2] * 4, "group": group}, kernel


def dense(inputs, outputs):
    return "Gemm", {}, values(inputs, outputs) / 16, values(outputs)


RELU, POOL = ("Relu", {}), ("MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2]})
ROW, N = np.ones(768, np.float32), 32768
# name: shape of the input; steps: op, attributes, weights...
CASES = {
    "call/4": ((4,), ("Relu", {})),  # the way to a kernel and back
    "digits": None,
    "mlp/16x784": ((16, 784), dense(784, 512), RELU, dense(512, 512), RELU,
                   dense(512, 10), ("Softmax", {})),
    "convnet/32x32": (
        (1, 3, 32, 32), conv(32, 3, 3), RELU, conv(64, 32, 3), RELU, POOL,
        conv(64, 64, 3), RELU, ("GlobalAveragePool", {}), ("Flatten", {}),
        dense(64, 10)),
    **{f"dot/{m}x{k}x{n}": ((m, k), ("MatMul", {}, values(k, n)))
       for m, k, n in [(512, 512, 512), (127, 1000, 777), (128, 768, 768),
                       (8, 1024, 1024), (1, 1024, 1024)]},
    "convolution/3x3/56x56x64": ((1, 64, 56, 56), conv(64, 64, 3)),
    "convolution/3x3/14x14x256": ((1, 256, 14, 14), conv(256, 256, 3)),
    "convolution/1x1/56x56x256->64": ((1, 256, 56, 56), conv(64, 256, 1)),
    "depthwise/3x3/56x56x128": ((1, 128, 56, 56), conv(128, 128, 3, 128)),
    "chain/32768": ((N,), ("Mul", {}, values(N)), ("Add", {}, values(N)), RELU,
                    ("Mul", {}, np.float32(.5))),
    "tanh/32768": ((N,), ("Tanh", {})),
    "softmax/64x1024": ((64, 1024), ("Softmax", {})),
    "layer_norm/128x768": ((128, 768), ("LayerNormalization", {}, ROW, ROW)),
    "sum_rows/64x1024": ((64, 1024), ("ReduceSum", {}, np.array([1]))),
    "sum_columns/64x1024": ((64, 1024), ("ReduceSum", {}, np.array([0]))),
    "transpose/256x256": ((256, 256), ("Transpose", {})),
}


def write_model(path, shape, *steps):
    """Steps in a row: each reads the result of the one before."""
    nodes, weights = [], []
    for i, (op, attributes, *arrays) in enumerate(steps):
        names = [f"w{i}_{k}" for k in range(len(arrays))]
        weights += map(numpy_helper.from_array, arrays, names)
        nodes.append(helper.make_node(op, [f"x{i}", *names], [f"x{i + 1}"],
                                      **attributes))
    ends = [helper.make_tensor_value_info(*end) for end in (
        ("x0", onnx.TensorProto.FLOAT, shape),
        (f"x{len(steps)}", onnx.TensorProto.FLOAT, None))]
    graph = helper.make_graph(nodes, "main", ends[:1], ends[1:], weights)
    onnx.save(helper.make_model(graph, ir_version=8, opset_imports=[
        helper.make_opsetid("", 17)]), path)


def seconds_of(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def report(name, rounds, tgc, peer):
    """Times of both, called in turn, as a line."""
    a, b = zip(*[(tgc() * 1e6, peer() * 1e6) for _ in range(rounds)])
    print(f"{name:30} tgc {min(a):.1f} ({statistics.median(a):.1f})  onnxruntime "
          f"{min(b):.1f} ({statistics.median(b):.1f})  x{min(b) / min(a):.2f}",
          flush=True)


def steady(name, arguments, folder):
    model, x = str(DIGITS), np.load(SEVEN)
    if CASES[name]:
        model, x = f"{folder}/m.onnx", values(*CASES[name][0])
        write_model(model, *CASES[name])
    np.save(f"{folder}/x.npy", x)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(model, options)
    inputs = {session.get_inputs()[0].name: x}

    def tgc():
        out = subprocess.run(
            [arguments.tgc, "bench", "--json", "--threads=1", model,
             f"--duration={SECONDS}", f"--input=@{folder}/x.npy",
             f"--output=@{folder}/y.npy"], check=True, capture_output=True)
        return json.loads(out.stdout)["steady_s"]["min"]

    def peer():
        end, times = time.perf_counter() + SECONDS, []
        while not times or time.perf_counter() < end:
            times.append(seconds_of(lambda: session.run(None, inputs)))
        return min(times)
    report(name, arguments.rounds, tgc, peer)
    np.testing.assert_allclose(np.load(f"{folder}/y.npy"),
                               session.run(None, inputs)[0], rtol=1e-3, atol=1e-4)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--tgc", default=str(ROOT / "build/bin/tgc"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("names", nargs="*", default=[""])
    arguments = parser.parse_args()

    def process(*command):
        return lambda: seconds_of(lambda: subprocess.run(
            command, check=True, capture_output=True))
    if any(name in "process" for name in arguments.names):
        report("process", arguments.rounds,
               process(arguments.tgc, "run", str(DIGITS), f"--input=@{SEVEN}"),
               process(sys.executable, "-c", IN_ORT))
    with tempfile.TemporaryDirectory() as folder:
        for name in CASES:
            if any(part in name for part in arguments.names):
                steady(name, arguments, folder)


if __name__ == "__main__":
    main()

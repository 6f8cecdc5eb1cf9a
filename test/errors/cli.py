#!/usr/bin/env python3
"""Commands and what they say, whole: exit code, stdout and stderr; what they
leave behind when they fail or are interrupted.

  cli.py TGC     the program to run
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

# 3 x0^2 - 5 x1.
POLYNOMIAL = """\
func.func @main(%x: tensor<2xf32> {tgc.name = "x"}) -> (tensor<f32> {tgc.name = "y"}) {
  %a = tgc.slice %x[0] [1] [1] : (tensor<2xf32>) -> tensor<1xf32>
  %b = tgc.slice %x[1] [1] [1] : (tensor<2xf32>) -> tensor<1xf32>
  %x0 = tgc.reshape %a to [] : (tensor<1xf32>) -> tensor<f32>
  %x1 = tgc.reshape %b to [] : (tensor<1xf32>) -> tensor<f32>
  %three = tgc.constant dense<3.0> : tensor<f32>
  %five = tgc.constant dense<5.0> : tensor<f32>
  %square = tgc.multiply %x0, %x0 : tensor<f32>
  %p = tgc.multiply %three, %square : tensor<f32>
  %q = tgc.multiply %five, %x1 : tensor<f32>
  %y = tgc.subtract %p, %q : tensor<f32>
  return %y : tensor<f32>
}
"""
IDENTITY = """\
func.func @main(%x: tensor<2x2xi64> {tgc.name = "x"}) -> (tensor<2x2xi64> {tgc.name = "y"}) {
  return %x : tensor<2x2xi64>
}
"""
GATHER = """\
func.func @main(%x: tensor<4xf32> {tgc.name = "x"}, %i: tensor<2xi64> {tgc.name = "i"}) -> (tensor<2xf32> {tgc.name = "y"}) {
  %y = tgc.gather %x, %i [1] {offset_dims = [], collapsed_dims = [0], start_index_map = [0], index_vector_dim = 1, operand_batching_dims = [], indices_batching_dims = []} : (tensor<4xf32>, tensor<2xi64>) -> tensor<2xf32>
  return %y : tensor<2xf32>
}
"""


def npy(descr="'<f4'", shape="(2,)", data=bytes(8), key="descr"):
    header = (f"{{'{key}': {descr}, 'fortran_order': False, "
              f"'shape': {shape}, }}").encode()
    header += b" " * (117 - len(header)) + b"\n"
    return b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header + data


FILES = {
    "f.mlir": POLYNOMIAL.encode(),
    "id.mlir": IDENTITY.encode(),
    "gather.mlir": GATHER.encode(),
    "c64.npy": npy("'<c8'", data=bytes(16)),
    "object.npy": npy("'|O'"),
    "i16.npy": npy("'<i2'", data=bytes(4)),
    "i64.npy": npy("'<i8'", data=bytes(16)),
    "short.npy": npy(data=bytes(5)),
    "long.npy": npy(data=bytes(9)),
    "unknown-key.npy": npy(key="dtype"),
    "twice.npy": npy(descr="'<f4', 'descr': '<f4'"),
    "picture.npy": b"\x89PNG\r\n\x1a\n",
    "empty.mlir": b"",
    "product.mlir": b"""\
func.func @main(%x: tensor<?x32xf32> {tgc.name = "x", tgc.dims = ["n", ""]}, %w: tensor<32x16xf32> {tgc.name = "w"}) -> (tensor<?x16xf32> {tgc.name = "y"}) {
  %y = tgc.dot_general %x, %w {contract = [1] x [0], batch = [] x []} : (tensor<?x32xf32>, tensor<32x16xf32>) -> tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}
""",
    "nan.mlir": b"""\
func.func @main(%x: tensor<1xf32> {tgc.name = "x"}) -> (tensor<1xf32> {tgc.name = "y"}) {
  return %x : tensor<1xf32>
}
""",
}

# Seconds of work on every route: powers of a matrix, too many to end.
POWER = "tgc.dot_general %{}, %x {{contract = [1] x [0], batch = [] x []}} : " \
    "(tensor<700x700xf32>, tensor<700x700xf32>) -> tensor<700x700xf32>"
FILES["long.mlir"] = "\n".join([
    'func.func @main(%x: tensor<700x700xf32> {tgc.name = "x"}) -> '
    '(tensor<700x700xf32> {tgc.name = "y"}) {',
    *(f"  %p{i} = " + POWER.format(f"p{i - 1}" if i else "x")
      for i in range(3000)),
    "  return %p2999 : tensor<700x700xf32>", "}", ""]).encode()

ENVIRONMENT = """\
TGC_FLAGS         flags put in front of those given
TGC_LOG           default of --log
TGC_DUMP          default of --dump-phases
TGC_NUM_THREADS   default of --threads
NO_COLOR          no colours on stderr
"""

# Arguments, exit code, stdout, stderr.
TESTS = [
    # interface.md 10: row 11 on each route, row 7 in both notations.
    ("run f.mlir --input=x=[2.0,3.0]", 0, "y: f32\n-3.0\n", ""),
    ("run f.mlir --route=jit --input=x=[2.0,3.0]", 0, "y: f32\n-3.0\n", ""),
    ("run id.mlir --input=x=((1,2),(3,4))", 0,
     "y: 2x2xi64\n[[1 2]\n [3 4]]\n", ""),
    ("run id.mlir --input=x=[[1,2],[3,4]]", 0,
     "y: 2x2xi64\n[[1 2]\n [3 4]]\n", ""),
    # Row 1.
    ("run f.mlir --input=x=[[2,3],[4,5,6],[12,13,14,15]]", 1, "", """\
error[TGC-E0202]: input 'x': column 10: row 1 has 3 elements, row 0 has 2
  x=[[2,3],[4,5,6],[12,13,14,15]]
           ^
  fix: give all rows one length; rows of different lengths are for `ragged`, \
which this release does not have
"""),
    # Row 4.
    ('run f.mlir --input=x=["Ali","Bilal"]', 1, "", """\
error[TGC-E0202]: input 'x': column 4: "Ali" does not fit f32: it is text
  x=["Ali","Bilal"]
     ^
  fix: write a value of the declared dtype f32
"""),
    ('run f.mlir --input=x=2xstr=["Ali","Bilal"]', 1, "", """\
error[TGC-E0202]: input 'x': column 3: str has no storage in this release; \
expected one of i1 u8 i32 i64 f16 f32 f64
  x=2xstr=["Ali","Bilal"]
    ^
  fix: use a dtype that has storage
"""),
    # Row 5.
    ("run f.mlir --input=x=[apple,2]", 2, "", """\
error[TGC-E0203]: input 'x': column 4: found 'apple'; expected a number, true, \
false, inf, nan, "text" or a list in [] or ()
  x=[apple,2]
     ^
  fix: write numbers such as 1 -2.5 1e3 inf
"""),
    # Row 6.
    ("run f.mlir --input=x=[1+3j,2-1j]", 1, "", """\
error[TGC-E0202]: input 'x': column 4: 1+3j does not fit f32: it has an \
imaginary part
  x=[1+3j,2-1j]
     ^
  fix: write a value of the declared dtype f32
"""),
    ("run f.mlir --input=x=2xc128=[1+3j,2-1j]", 1, "", """\
error[TGC-E0202]: input 'x': column 3: c128 has no storage in this release; \
expected one of i1 u8 i32 i64 f16 f32 f64
  x=2xc128=[1+3j,2-1j]
    ^
  fix: use a dtype that has storage
"""),
    # Values.
    ("run f.mlir --input=x=[1,2", 2, "", """\
error[TGC-E0203]: input 'x': column 7: found the end; expected a number, true, \
false, inf, nan, "text" or a list in [] or ()
  x=[1,2
        ^
  fix: close the '['
"""),
    ("run id.mlir --input=x=[[1.5,2],[3,4]]", 1, "", """\
error[TGC-E0202]: input 'x': column 5: 1.5 does not fit i64: it is no integer
  x=[[1.5,2],[3,4]]
      ^
  fix: write a value of the declared dtype i64
"""),
    ("run f.mlir --input=x=2.5", 1, "", """\
error[TGC-E0402]: input 'x': the value is f32, the input is declared 2xf32: it \
has rank 0; expected 1
  fix: give a value of the declared shape
"""),
    ("run f.mlir --input=x=3xf32=[1,2]", 1, "", """\
error[TGC-E0202]: input 'x': column 3: TYPE has shape 3; the value has 2
  x=3xf32=[1,2]
    ^
  fix: write the value's sizes, or a dtype alone
"""),
    ("run gather.mlir --input=x=[1,2,3,4] --input=i=[1,9]", 4, "", """\
error[TGC-E0701]: tgc.gather: index 9 at position 1 of operand 1 ('indices') \
is outside [0, 3]; dimension 0 of operand 0 ('x') has size 4 and slices have 1 \
[gather.mlir:2]
  fix: keep indices within the size they index, or use oob = clamp or oob = fill
"""),
    # npy files.
    ("run f.mlir --input=x=@c64.npy", 1, "", """\
error[TGC-E0201]: input 'x': c64.npy: npy header: 'descr' is '<c8' (c64 has no \
storage in this release); expected one of b1 u1 i4 i8 f2 f4 f8
  fix: save x.astype(np.float32), or another of these dtypes
"""),
    ("run f.mlir --input=x=@object.npy", 1, "", """\
error[TGC-E0201]: input 'x': object.npy: npy header: 'descr' is '|O' (Python \
objects: pickled objects are code and never loaded); expected one of b1 u1 i4 \
i8 f2 f4 f8
  fix: save a numeric array: np.array(x, dtype=np.float32)
"""),
    ("run f.mlir --input=x=@i16.npy", 1, "", """\
error[TGC-E0201]: input 'x': i16.npy: npy header: 'descr' is '<i2' (i16 has no \
storage in this release); expected one of b1 u1 i4 i8 f2 f4 f8
  fix: save x.astype(np.float32), or another of these dtypes
"""),
    ("run f.mlir --input=x=@i64.npy", 1, "", """\
error[TGC-E0402]: input 'x': the value is 2xi64, the input is declared 2xf32: \
it has dtype i64; expected f32
  fix: write NAME=f32=@FILE to convert it
"""),
    ("run f.mlir --input=x=@short.npy", 1, "", """\
error[TGC-E0201]: input 'x': short.npy: 2xf32 takes 8 bytes; found 5
  fix: write the file again: it is cut short, or its shape is wrong
"""),
    ("run f.mlir --input=x=@long.npy", 1, "", """\
error[TGC-E0201]: input 'x': long.npy: 2xf32 takes 8 bytes; found 9
  fix: write the file again: it is cut short, or its shape is wrong
"""),
    ("run f.mlir --input=x=@unknown-key.npy", 1, "", """\
error[TGC-E0201]: input 'x': unknown-key.npy: npy header: key 'dtype' is \
unknown; expected 'descr', 'fortran_order' and 'shape'
  fix: write the file again with numpy.save
"""),
    ("run f.mlir --input=x=@twice.npy", 1, "", """\
error[TGC-E0201]: input 'x': twice.npy: npy header: key 'descr' stands there \
twice; expected it once
  fix: write the file again with numpy.save
"""),
    ("run f.mlir --input=x=@picture.npy", 1, "", """\
error[TGC-E0201]: input 'x': picture.npy: the file is a PNG image; expected \
npy, npz or safetensors
  fix: convert it in Python: numpy.save(path, array)
"""),
    # Models.
    ("run none.onnx", 1, "", """\
error[TGC-E0201]: none.onnx: cannot be opened: No such file or directory
  fix: check the path, which starts in the working directory unless it begins \
with '/', and the permissions
"""),
    ("run f.mlir --function=g", 1, "", """\
error[TGC-E0201]: f.mlir: there is no function 'g'; it has 'main'
  fix: name one with --function
"""),
    # Flags and verbs.
    ("rnu f.mlir", 2, "", """\
error[TGC-E0101]: unknown verb 'rnu'; did you mean 'run'?
"""),
    ("run f.mlir --inptu=3", 2, "", """\
error[TGC-E0101]: unknown flag '--inptu'; did you mean '--input'?
"""),
    ("run", 2, "", """\
error[TGC-E0101]: no FILE given: tgc run [flags] FILE
"""),
    ("run f.mlir --print=loud", 2, "", """\
error[TGC-E0101]: flag '--print' has value 'loud'; expected \
summary|full|shape|none
"""),
    ("run f.mlir --input=x=[1,2] --input=x=[3,4]", 2, "", """\
error[TGC-E0101]: input 'x' is given twice
"""),
    ("opt f.mlir --pass=simplfy", 2, "", """\
error[TGC-E0101]: there is no pass 'simplfy'; expected inline-calls, simplify, \
fold-constants, form-fusion-groups, cse; did you mean 'simplify'?
"""),
    ("opt f.mlir --pass=cse --print-after=fold", 2, "", """\
error[TGC-E0101]: there is no pass 'fold'; expected inline-calls, simplify, \
fold-constants, form-fusion-groups, cse
"""),
    ("opt f.mlir --pass=cse --print-after=simplify", 2, "", """\
error[TGC-E0101]: flag '--print-after' has value 'simplify'; expected one of \
the passes of '--pass'
"""),
    ("opt f.mlir --pass=cse -o f.so", 2, "", """\
error[TGC-E0101]: output 'f.so' is IR text; expected a name that ends in .mlir
"""),
    ("compile f.mlir -o f.o --to=fuse", 2, "", """\
error[TGC-E0101]: flag '--to' has value 'fuse', but 'f.o' holds code, the last \
phase
  fix: choose the suffix that fits the phase
"""),
    ("compile f.mlir -o f2.mlir --to=llvm", 2, "", """\
error[TGC-E0101]: flag '--to' has value 'llvm', but 'f2.mlir' holds the text \
of import, expand, simplify, fuse or vector
  fix: choose the suffix that fits the phase
"""),
    ("compile f.mlir -o f.o --name=bad-name", 2, "", """\
error[TGC-E0101]: flag '--name' has value 'bad-name'; expected a C identifier
"""),
    # What is no model, and what cannot be written.
    ("run empty.mlir", 1, "", """\
error[TGC-E0201]: empty.mlir: is empty; expected an ONNX model or IR text
  fix: give a .onnx or .mlir file
"""),
    ("run picture.npy", 1, "", """\
error[TGC-E0201]: picture.npy: is neither an ONNX model nor IR text
  fix: give a .onnx or .mlir file
"""),
    ("run f.mlir --input=x=[2,3] --output=@f.mlir/x/", 1, "", """\
error[TGC-E0201]: f.mlir/x/: cannot be made a folder: Not a directory
  fix: name a folder that can be written
"""),
    ("compile f.mlir -o f.o --dump-phases=f.mlir/x", 1, "", """\
error[TGC-E0201]: f.mlir/x: cannot be made a folder: Not a directory
  fix: name a folder that can be written
"""),
    ("compile f.mlir -o .so", 2, "", """\
error[TGC-E0101]: output '.so' has suffix ''; expected .mlir, .mlirbc, .ll, \
.s, .o or .so
"""),
    ("compile f.mlir -o none/f.so", 1, "", """\
error[TGC-E0201]: none/f.so: cannot be written: No such file or directory
  fix: check the free space, the folder and its permissions
"""),
    # Help on functions: composites as well as ops.
    ("help softmax", 0, """\
tgc::softmax of <tgc/frontend/library/composite/Softmax.h>
  exp(x) / sum(exp(x)) along `dim`, without overflow.
    Tensor softmax(const Tensor &x, int64_t dim = -1)
""", ""),
    ("help tanh", 0, """\
tgc.tanh in IR, tgc::tanh of <tgc/frontend/api/Ops.h>
  hyperbolic tangent.
    Tensor tanh(const Tensor &x)
  operand 0 'x': f32 f64
  results are bounded: one formula on every route, within a few ULP
""", ""),
    ("help sofmax", 2, "", """\
error[TGC-E0101]: there is no help on 'sofmax'; did you mean 'softmax'?
"""),
    # A flag of the environment that the verb lacks is left out.
    ("TGC_FLAGS=--route=jit help env", 0, ENVIRONMENT, ""),
    ("TGC_FLAGS=--rout=jit inspect id.mlir", 2, "", """\
error[TGC-E0101]: TGC_FLAGS: unknown flag '--rout'
  fix: see `tgc help inspect`
"""),
    # Limits.
    ("run f.mlir --time-limit=5h", 2, "", """\
error[TGC-E0101]: flag '--time-limit' has value '5h'; expected N[s|ms|m]
"""),
    ("run f.mlir --memory-limit=4Gb", 2, "", """\
error[TGC-E0101]: flag '--memory-limit' has value '4Gb'; expected \
N[KiB|MiB|GiB|KB|MB|GB|B]
"""),
    ("run f.mlir --input=x=[2,3] --time-limit=2m --memory-limit=1.5GiB", 0,
     "y: f32\n-3.0\n", ""),
    ("run f.mlir --input=x=[2,3] --time-limit=0.000001ms", 4, "", """\
error[TGC-E0802]: main: the run took longer than 1e-09 s (Limits::run_time)
  fix: raise the limit (--time-limit)
"""),
    ("compile f.mlir -o f.o --time-limit=1ms", 4, "", """\
error[TGC-E0802]: the compilation took longer than 0.001 s \
(Limits::compile_time)
  fix: raise the limit (--time-limit)
"""),
    ("run f.mlir --input=x=[2,3] --memory-limit=3B", 4, "", """\
error[TGC-E0801]: a tensor of 4 bytes, with 0 bytes in use, is above the limit \
of 3 (Limits::memory) [f.mlir:2]
  fix: raise the limit (--memory-limit), or use smaller sizes
"""),
    ("run id.mlir --route=jit --input=x=[[1,2],[3,4]] --memory-limit=31B", 4,
     "", """\
error[TGC-E0801]: main: the run needs 32 bytes, above the limit of 31 \
(Limits::memory)
  fix: raise the limit (--memory-limit), or use smaller sizes
"""),
    ("run f.mlir --input=x=[2,3] --log=pases", 2, "", """\
error[TGC-E0101]: flag '--log' has value 'pases'; expected \
load|passes|jit|run[:debug],...; did you mean 'passes'?
"""),
    ("run f.mlir --input=x=[2,3] --log=jit:debgu", 2, "", """\
error[TGC-E0101]: flag '--log' has value 'jit:debgu'; expected \
load|passes|jit|run[:debug],...; did you mean 'debug'?
"""),
    ("help env", 0, ENVIRONMENT, ""),
    ("TGC_NUM_THREADS=all run f.mlir --input=x=[2,3]", 2, "", """\
error[TGC-E0101]: environment variable 'TGC_NUM_THREADS' has value 'all'; \
expected N
"""),
    ("TGC_NUM_THREADS=all run f.mlir --input=x=[2,3] --threads=1", 0,
     "y: f32\n-3.0\n", ""),
    ("TGC_LOG=pases run f.mlir --input=x=[2,3]", 2, "", """\
error[TGC-E0101]: environment variable 'TGC_LOG' has value 'pases'; expected \
load|passes|jit|run[:debug],...; did you mean 'passes'?
"""),
    ("TGC_FLAGS=--print=shape run f.mlir --input=x=[2,3]", 0, "y: f32\n", ""),
    ("compile f.mlir -o f.xyz", 2, "", """\
error[TGC-E0101]: output 'f.xyz' has suffix '.xyz'; expected .mlir, .mlirbc, \
.ll, .s, .o or .so
"""),
]


def tool(tgc, folder, *args, stdin=None, **env):
    """What `tgc args` leaves; env overrides variables."""
    return subprocess.run([tgc, *args], cwd=folder, env={**os.environ, **env},
                          stdin=stdin, capture_output=True, text=True,
                          timeout=60, check=False)


def expect(name, ok, run):
    if not ok:
        print(f"{name}: exit code {run.returncode}\n{run.stdout}\n{run.stderr}")
    return ok


def interrupt(tgc, folder):
    """Ctrl-C ends each route with 130 and leaves no file."""
    ok = True
    for args, begun, said in [
            (["run", "--output=@y.npy"], "[load]", "the run was cancelled"),
            (["run", "--route=jit", "--output=@y.npy"], "bytes of code",
             "the run was cancelled"),
            (["bench", "--route=interpret"], "[load]", "the run was cancelled"),
            (["compile", "-o", "long.so"], "[load]",
             "the compilation was cancelled after phase")]:
        with subprocess.Popen([tgc, *args, "long.mlir", "-v"], cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as process:
            text = ""
            while begun not in text and (line := process.stderr.readline()):
                text += line
            time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            run = subprocess.CompletedProcess(
                args, None, *process.communicate(timeout=60))
        run.returncode = process.returncode
        ok &= expect(f"interrupted {args}", run.returncode == 130 and
                     "error[TGC-E0803]: " in run.stderr and
                     said in run.stderr, run)
    return ok


def log(tgc, folder):
    """--log tells of what it names; -v of everything."""
    def lines(*args, **env):
        text = tool(tgc, folder, "run", "f.mlir", "--input=x=[2,3]", *args,
                    **env).stderr
        return re.sub(r"\d+\.\d ms", "T",
                      re.sub(r"\d+ (ops|groups)", r"N \1", text)).splitlines()

    some = ["[load] f.mlir T, function main, 1 inputs, 1 outputs",
            "[run] interpret T"]
    passes = ["[passes] import T", "[passes] expand T", "[passes] simplify T",
              "[passes] fuse T", "[passes] N ops -> N groups"]
    everything = lines("--route=jit", "--log=load,passes,jit:debug,run:debug")
    ok = (lines("-v") == some and lines("--log=run") == some[1:] and
          lines(TGC_LOG="load") == some[:1] and
          lines("--log=run", TGC_LOG="load") == some[1:] and
          lines("--route=jit", "--log=passes") == passes and
          "[run] result y: f32" in everything and
          any(re.match(r"\[jit\] group 0: \w+, N ops, ", line)
              for line in everything))
    if not ok:
        print("log:", everything, lines("-v"))
    return ok


def dump(tgc, folder):
    """TGC_DUMP is where phases are dumped."""
    run = tool(tgc, folder, "run", "f.mlir", "--route=jit", "-q",
               TGC_DUMP="dump")
    return expect("dump", (folder / "dump/0-import.mlir").is_file(), run)


def reproducer(tgc, folder):
    """A saved program says how it was made, and compiles."""
    args = ["--save-reproducer=r.mlir", "--input=x=[2, 3]"]
    run = tool(tgc, folder, "run", "f.mlir", *args)
    path = folder / "r.mlir"
    text = path.read_text()
    ok = expect("reproducer", path.stat().st_mode & 0o777 == 0o600 and
                text.startswith("// tgc run f.mlir --save-reproducer=r.mlir "
                                "'--input=x=[2, 3]'\n// tgc ") and
                "target CPU native" in text, run)
    again = tool(tgc, folder, "run", "r.mlir", "--input=x=[2,3]")
    ok &= expect("run of it", again.stdout == run.stdout, again)
    again = tool(tgc, folder, "compile", "r.mlir", "-o", "r.o")
    return ok & expect("compile of it", again.returncode == 0, again)


def rates(tgc, folder):
    """bench counts 2 operations per multiply-add, and each byte once."""
    run = tool(tgc, folder, "bench", "product.mlir", "--dim=n=64", "--iters=3",
               "--json", "-q")
    result = json.loads(run.stdout)
    seconds = result["steady_s"]["median"] * 1e9
    counts = [round(result[key] * seconds) for key in ("gflops", "gbytes_s")]
    return expect(f"rates {counts}", counts ==
                  [2 * 64 * 32 * 16, 4 * (64 * 32 + 32 * 16 + 64 * 16)], run)


def usage_json(tgc, folder):
    """One document, also where nothing can be run."""
    run = tool(tgc, folder, "run", "f.mlir", "--inptu=1", "--json")
    result = json.loads(run.stdout)
    ok = expect("usage as JSON", run.returncode == 2 and
                result["status"] == "error" and
                result["diagnostics"][0]["id"] == "TGC-E0101", run)
    run = tool(tgc, folder, "run", "nan.mlir", "--input=x=[nan]", "--check-nan",
               "--json", "-q")
    result = json.loads(run.stdout)
    return ok & expect("NaN as JSON", run.returncode == 4 and
                       result["status"] == "error" and
                       result["outputs"][0]["name"] == "y", run)


def full_disk(tgc, folder):
    """A result that is not written is an error."""
    ok = True
    for args in (["run", "f.mlir"], ["bench", "f.mlir", "--iters=1"],
                 ["inspect", "f.mlir"], ["version"]):
        with open("/dev/full", "w", encoding="ascii") as full:
            run = subprocess.run([tgc, *args, "-q"], cwd=folder, stdout=full,
                                 stderr=subprocess.PIPE, text=True, timeout=60,
                                 check=False)
        ok &= expect(f"{args} to a full disk", run.returncode == 1 and
                     "stdout cannot be written" in run.stderr, run)
    return ok


def defect(tgc, folder):
    """An internal error says how to report it: here the linker fails."""
    linker = folder / "ld.lld-22"
    linker.write_text("#!/bin/sh\nexit 3\n")
    linker.chmod(0o755)
    run = tool(tgc, folder, "compile", "f.mlir", "-o", "f.so",
               PATH=str(folder))
    linker.unlink()
    return expect("defect", run.returncode == 5 and run.stderr.endswith(
        "failed with status 3\n  fix: this is a defect of tgc: please report "
        "it with what this writes:\n    tgc compile "
        "--save-reproducer=reproducer.mlir f.mlir -o f.so\n"), run)


def compare(tgc, folder, files, tests):
    """Writes files, runs commands and counts what is not as the rows say."""
    failures = 0
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for command, code, out, err in tests:
        # Split at blanks: no argument here has one. Variables first.
        words = command.split(" ")
        env = {**os.environ}
        while re.match("[A-Z_]+=", words[0]):
            env.update([words.pop(0).split("=", 1)])
        run = subprocess.run([tgc, *words], cwd=folder, env=env,
                             capture_output=True, text=True, timeout=60,
                             check=False)
        for what, got, expected in [("exit code", run.returncode, code),
                                    ("stdout", run.stdout, out),
                                    ("stderr", run.stderr, err)]:
            if got != expected:
                failures += 1
                print(f"tgc {command}\n{what}:\n{got}\nexpected:\n"
                      f"{expected}\n")
    print(f"{len(tests)} commands, {failures} differences")
    return failures


def main():
    tgc = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        failures = compare(tgc, folder, FILES, TESTS)
        failures += sum(not check(tgc, folder) for check in
                        (interrupt, log, dump, reproducer, rates, usage_json,
                         full_disk, defect))
        left = {path.name for path in folder.iterdir()}
        if left != {*FILES, "dump", "r.mlir", "r.o"}:
            failures += 1
            print(f"files: {sorted(left - {*FILES})}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

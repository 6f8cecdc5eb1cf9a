#!/usr/bin/env python3
"""Commands and what they say, whole: exit code, stdout and stderr.

  cli.py TGC     the program to run
"""

import pathlib
import subprocess
import sys
import tempfile

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
}

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
error[TGC-E0201]: there is no function 'g'; the file has 'main'
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
    ("compile f.mlir -o f.xyz", 2, "", """\
error[TGC-E0101]: output 'f.xyz' has suffix '.xyz'; expected .mlir, .mlirbc, \
.ll, .s, .o or .so
"""),
]


def main():
    tgc = pathlib.Path(sys.argv[1]).resolve()
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, content in FILES.items():
            (pathlib.Path(folder) / name).write_bytes(content)
        for command, code, out, err in TESTS:
            # Split at blanks: no argument here has one.
            run = subprocess.run([tgc, *command.split(" ")], cwd=folder,
                                 capture_output=True, text=True, timeout=60,
                                 check=False)
            for what, got, expected in [("exit code", run.returncode, code),
                                        ("stdout", run.stdout, out),
                                        ("stderr", run.stderr, err)]:
                if got != expected:
                    failures += 1
                    print(f"tgc {command}\n{what}:\n{got}\nexpected:\n"
                          f"{expected}\n")
    print(f"{len(TESTS)} commands, {failures} differences")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Commands that load a model in a certain way, and what they say, whole:
baked inputs, given sizes, external data, test data, checked divisions, phases.

  cli_models.py TGC     the program to run
"""

import os
import pathlib
import struct
import sys
import tempfile

sys.dont_write_bytecode = True  # beside the sources
from cli import compare, expect, tool  # noqa: E402


def varint(value):
    text = b""
    while value > 0x7f:
        text += bytes([value & 0x7f | 0x80])
        value >>= 7
    return text + bytes([value])


def proto(*fields):
    """A message of (number, int, text, bytes) pairs."""
    text = b""
    for number, value in fields:
        if isinstance(value, int):
            text += varint(number << 3) + varint(value)
        else:
            value = value.encode() if isinstance(value, str) else value
            text += varint(number << 3 | 2) + varint(len(value)) + value
    return text


def f32s(*values):
    return struct.pack(f"<{len(values)}f", *values)


def tensor(dtype, sizes, raw, name="", *fields):
    return proto(*((1, size) for size in sizes), (2, dtype), (8, name),
                 *([(9, raw)] if raw else []), *fields)


def value(name, dtype, *sizes):
    shape = proto(*((1, proto((2 if isinstance(s, str) else 1, s)))
                    for s in sizes))
    return proto((1, name), (2, proto((1, proto((1, dtype), (2, shape))))))


def node(op, inputs, output, **ints):
    return proto(*((1, name) for name in inputs), (2, output), (4, op),
                 *((5, proto((1, name), (3, number), (20, 2)))
                   for name, number in ints.items()))


def model(nodes, inputs, outputs, initializers=()):
    graph = proto(*((1, each) for each in nodes), (2, "g"),
                  *((5, each) for each in initializers),
                  *((11, each) for each in inputs),
                  *((12, each) for each in outputs))
    return proto((1, 8), (7, graph), (8, proto((2, 17))))


def outside(location, **entries):
    """Initializer 'w' whose data lies in a file."""
    entries = {"location": location, **entries}
    return tensor(1, [2], b"", "w",
                  *((13, proto((1, key), (2, str(text))))
                    for key, text in entries.items()), (14, 1))


def adds(initializer):
    return model([node("Add", ["x", "w"], "y")], [value("x", 1, 2)],
                 [value("y", 1, 2)], [initializer])


def output_set(x, y):
    return {"input_0.pb": tensor(1, [len(x)], f32s(*x), "x"),
            "output_0.pb": tensor(1, [len(y)], f32s(*y), "y")}


def under(folder, files):
    return {f"{folder}/{name}": content for name, content in files.items()}


SIZES = """\
func.func @main(%x: tensor<?x3xf32> {tgc.name = "x", tgc.dims = ["n", ""]}, %k: tensor<f32> {tgc.name = "k"}) -> (tensor<?x3xf32> {tgc.name = "y"}) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x3xf32>
  %s = tgc.broadcast_in_dim %k to [%n, 3] {dims = []} : (tensor<f32>) -> tensor<?x3xf32>
  %y = tgc.multiply %x, %s : tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
"""
DIVIDE = """\
func.func @main(%x: tensor<2xi32> {tgc.name = "x"}, %d: tensor<2xi32> {tgc.name = "d"}) -> (tensor<2xi32> {tgc.name = "y"}) {
  %y = tgc.divide %x, %d : tensor<2xi32>
  return %y : tensor<2xi32>
}
"""

FILES = {
    "sizes.mlir": SIZES.encode(),
    "divide.mlir": DIVIDE.encode(),
    # y = reshape(x, [rows, -1]).
    "reshape.onnx": model(
        [node("Concat", ["rows", "rest"], "shape", axis=0),
         node("Reshape", ["x", "shape"], "y")],
        [value("x", 1, 6), value("rows", 7, 1)], [value("y", 1, "r", "c")],
        [tensor(7, [1], struct.pack("<q", -1), "rest")]),
    "relu.onnx": model([node("Relu", ["x"], "y")], [value("x", 1, "n")],
                       [value("y", 1, "n")]),
    "beside/m.onnx": adds(outside("w.bin", offset=4, length=8)),
    "beside/w.bin": f32s(0, 10, 20),
    "away/m.onnx": adds(outside("w.bin")),
    "data/w.bin": f32s(1, 2),
    "escape/dots.onnx": adds(outside("../beside/w.bin")),
    "escape/absolute.onnx": adds(outside("/etc/passwd")),
    "escape/link.onnx": adds(outside("link.bin")),
    "escape/short.onnx": adds(outside("short.bin")),
    "escape/short.bin": f32s(1),
    "escape/beyond.onnx": adds(outside("short.bin", offset=8)),
    **under("good/test_data_set_0", output_set([-1, 2], [0, 2])),
    **under("good/test_data_set_10", output_set([3], [3.0001])),
    **under("bad/test_data_set_0", output_set([-1, 2], [0, 2])),
    **under("bad/test_data_set_1", output_set([-1, 2], [-1, 2])),
    **under("shape", output_set([-1, 2], [0])),
    "dtype/input_0.pb": tensor(7, [1], bytes(8), "x"),
    "dtype/output_0.pb": tensor(1, [1], bytes(4), "y"),
    "lacking/input_0.pb": tensor(1, [1], bytes(4), "x"),
    "more/input_0.pb": tensor(1, [1], bytes(4), "x"),
    "more/input_1.pb": tensor(1, [1], bytes(4), "k"),
    "cut/input_0.pb": tensor(1, [1], bytes(4), "x")[:-1],
    "divide.onnx": model(
        [node("Div", ["a", "b"], "y")], [], [value("y", 6, 1)],
        [tensor(6, [1], struct.pack("<i", 7), "a"),
         tensor(6, [1], struct.pack("<i", 0), "b")]),
    "x.pb": tensor(1, [2], f32s(-1, 2), "x"),
}

# Arguments, exit code, stdout, stderr.
TESTS = [
    # Baked inputs.
    ("run sizes.mlir --const=k=2 --input=[[1,2,3]]", 0,
     "y: 1x3xf32\n[[2. 4. 6.]]\n", ""),
    ("run sizes.mlir --route=jit --const=k=2 --input=[[1,2,3]]", 0,
     "y: 1x3xf32\n[[2. 4. 6.]]\n", ""),
    ("inspect sizes.mlir --const=x=2x3xf32=ones", 0, """\
function main
  input   k: f32
  output  y: 2x3xf32
3 ops, 1 constants of 24 bytes
""", "note: input 'x': 2x3xf32=ones\n"),
    ("run reshape.onnx --const=rows=[2] --input=[1,2,3,4,5,6]", 0,
     "y: 2x3xf32\n[[1. 2. 3.]\n [4. 5. 6.]]\n", ""),
    ("run reshape.onnx --input=rows=[2]", 1, "", """\
error[TGC-E0301]: reshape.onnx: 1 operator in 1 node is not supported (2 \
checked)
  nodes  operator  opset  first  reason
      1  Reshape      17  #1     not-yet; the shape is computed from values
"""),
    ("run reshape.onnx --const=row=[2]", 1, "", """\
error[TGC-E0202]: reshape.onnx: there is no input 'row'; expected one of: \
'rows', 'x'
  fix: write 'rows'
"""),
    ("run reshape.onnx --const=rows=[2.5]", 1, "", """\
error[TGC-E0202]: input 'rows': column 7: 2.5 does not fit i64: it is no integer
  rows=[2.5]
        ^
  fix: write a value of the declared dtype i64
"""),
    ("run sizes.mlir --const=k=[1,2]", 1, "", """\
error[TGC-E0402]: input 'k': the value is 2xf32, the input is declared f32: it \
has rank 1; expected 0
  fix: give a value of the declared shape
"""),
    ("run sizes.mlir --const=2", 2, "", """\
error[TGC-E0101]: flag '--const' has value '2'; expected NAME=SPEC
"""),
    ("run sizes.mlir --const=k=2 --const=k=3", 2, "", """\
error[TGC-E0101]: input 'k' is given twice
"""),
    ("run sizes.mlir --const=k=2 --input=k=3", 1, "", """\
error[TGC-E0202]: main: there is no input 'k'; expected one of: 'x'
  fix: write 'x'
"""),
    # Sizes.
    ("run sizes.mlir --dim=n=1 --print=shape -q", 0, "y: 1x3xf32\n", ""),
    ("run sizes.mlir --shape=x=2x3 --print=shape -q", 0, "y: 2x3xf32\n", ""),
    ("run sizes.mlir --dim=n=2 --input=x=[[1,2,3]]", 1, "", """\
error[TGC-E0402]: input 'x': the value is 1x3xf32, the input is declared \
2x3xf32: it has size 1 in dimension 0; expected 2
  fix: give a value of the declared shape
"""),
    ("run sizes.mlir --dim=N=2", 1, "", """\
error[TGC-E0202]: sizes.mlir: there is no size 'N'; expected one of: 'n'
  fix: write 'n'
"""),
    ("run sizes.mlir --shape=image=2x3", 1, "", """\
error[TGC-E0202]: sizes.mlir: there is no input 'image'; expected one of: 'k', \
'x'
  fix: give one of these names
"""),
    ("run sizes.mlir --shape=x=2x4", 1, "", """\
error[TGC-E0402]: sizes.mlir: input 'x': the shape given has size 4 in \
dimension 1; expected 3
  fix: give it as 2x3xf32
"""),
    ("run relu.onnx --dim=m=2", 1, "", """\
error[TGC-E0202]: relu.onnx: there is no size 'm'; expected one of: 'n'
  fix: write 'n'
"""),
    # An input without a name is named by the error.
    ("run sizes.mlir --input=[1,2]", 1, "", """\
error[TGC-E0402]: input 'x': the value is 2xf32, the input is declared \
?x3xf32: it has rank 1; expected 2
  fix: give a value of the declared shape
"""),
    ("run relu.onnx --input=@x.pb", 0, "y: 2xf32\n[0. 2.]\n", ""),
    # External data.
    ("run beside/m.onnx --input=[1,2]", 0, "y: 2xf32\n[11. 22.]\n", ""),
    ("run beside/m.onnx --mmap --input=[1,2]", 0, "y: 2xf32\n[11. 22.]\n", ""),
    ("run away/m.onnx --external-data=data --input=[1,2]", 0,
     "y: 2xf32\n[2. 4.]\n", ""),
    ("run away/m.onnx", 1, "", """\
error[TGC-E0201]: away/m.onnx: initializer 'w': 'w.bin': cannot be opened in \
the folder 'away': No such file or directory
  fix: put the file there, with permission to read it
"""),
    ("run away/m.onnx --external-data=none", 1, "", """\
error[TGC-E0201]: away/m.onnx: initializer 'w': 'none': cannot be opened as a \
folder: No such file or directory
  fix: name the folder that holds the file
"""),
    ("run escape/dots.onnx", 1, "", """\
error[TGC-E0201]: escape/dots.onnx: initializer 'w': '../beside/w.bin': has \
'..' in it; expected a path beneath the folder 'escape'
  fix: name a file inside the folder
"""),
    ("run escape/dots.onnx --external-data=beside", 1, "", """\
error[TGC-E0201]: escape/dots.onnx: initializer 'w': '../beside/w.bin': has \
'..' in it; expected a path beneath the folder 'beside'
  fix: name a file inside the folder
"""),
    ("run escape/absolute.onnx", 1, "", """\
error[TGC-E0201]: escape/absolute.onnx: initializer 'w': '/etc/passwd': is \
absolute; expected a path beneath the folder 'escape'
  fix: name a file inside the folder
"""),
    ("run escape/link.onnx", 1, "", """\
error[TGC-E0201]: escape/link.onnx: initializer 'w': 'link.bin': cannot be \
opened in the folder 'escape': it is a link, or behind one
  fix: put the file itself there
"""),
    ("run escape/short.onnx", 1, "", """\
error[TGC-E0201]: escape/short.onnx: initializer 'w': bytes 0 to 8 of the file \
'short.bin', which has 4
  fix: export the model again, and keep its files together
"""),
    ("run escape/beyond.onnx", 1, "", """\
error[TGC-E0201]: escape/beyond.onnx: initializer 'w': bytes 8 to 16 of the \
file 'short.bin', which has 4
  fix: export the model again, and keep its files together
"""),
    # Test data.
    ("run relu.onnx --test-data=good", 0,
     "test_data_set_0: ok, max error 0\n"
     "test_data_set_10: ok, max error 9.98974e-05\n", ""),
    ("run relu.onnx --test-data=good/test_data_set_0 --route=jit", 0,
     "test_data_set_0: ok, max error 0\n", ""),
    ("run relu.onnx --test-data=bad", 3,
     "test_data_set_0: ok, max error 0\n"
     "test_data_set_1: differs: result 0 ('y') at [0] is 0; expected -1 (1 of "
     "2 elements, max error 1)\n", """\
error[TGC-E0704]: 1 of 2 sets of test data differ; expected results within \
1e-07 + 0.001 of the value
  fix: compare with --route=interpret or jit, the other route
"""),
    ("run relu.onnx --test-data=shape", 3,
     "shape: differs: result 0 ('y') is 2xf32; expected 1xf32\n", """\
error[TGC-E0704]: 1 of 1 sets of test data differ; expected results within \
1e-07 + 0.001 of the value
  fix: compare with --route=interpret or jit, the other route
"""),
    ("run relu.onnx --test-data=dtype", 1, "", """\
error[TGC-E0402]: dtype: main: input 0 ('x') has dtype i64; expected f32
  fix: convert it to f32
"""),
    ("run relu.onnx --test-data=lacking", 1, "", """\
error[TGC-E0201]: lacking/output_0.pb: cannot be opened: No such file or \
directory
  fix: check the path, which starts in the working directory unless it begins \
with '/', and the permissions
"""),
    ("run relu.onnx --test-data=more", 1, "", """\
error[TGC-E0201]: more/input_1.pb: is one input too many; expected 1
  fix: name the test data of this model
"""),
    ("run relu.onnx --test-data=cut", 1, "", """\
error[TGC-E0201]: cut/input_0.pb: byte 9: field 9 of TensorProto has 4 bytes \
where 3 are left; expected an ONNX tensor
  fix: the file is cut short, damaged or of another kind; export or copy it \
again
"""),
    ("run relu.onnx --test-data=none", 1, "", """\
error[TGC-E0201]: none: holds no test data; expected test_data_set_0, or \
input_0.pb and output_0.pb
  fix: name the folder of the model or of a set
"""),
    ("run relu.onnx --test-data=good --input=1", 2, "", """\
error[TGC-E0101]: flag '--input' does not go with '--test-data', which gives \
all inputs and results
  fix: leave one of them out
"""),
    # Integer division: a defined value, or an error.
    ("run divide.mlir --input=[7,-2147483648] --input=[0,-1]", 0,
     "y: 2xi32\n[         -1 -2147483648]\n", ""),
    ("run divide.mlir --input=[7,8] --input=[1,0] --check-int-div", 4, "", """\
error[TGC-E0703]: tgc.divide: operand 1 ('rhs') is 0 at position [1]; expected \
another divisor [divide.mlir:2]
  fix: guard the division with select, or allow the defined result
"""),
    ("run divide.mlir --input=[7,-2147483648] --input=[1,-1] --check-int-div",
     4, "", """\
error[TGC-E0703]: tgc.divide: operand 1 ('rhs') is -1 at position [1] where \
operand 0 ('lhs') is the least integer, whose quotient does not fit \
[divide.mlir:2]
  fix: divide in a wider dtype, or allow the defined result
"""),
    # Of constants, too, which the importer folds.
    ("run divide.onnx", 0, "y: 1xi32\n[-1]\n", ""),
    ("run divide.onnx --check-int-div", 4, "", """\
error[TGC-E0703]: tgc.divide: operand 1 ('rhs') is 0 at position [0]; expected \
another divisor [divide.onnx, 'Div']
  fix: guard the division with select, or allow the defined result
"""),
    ("run divide.mlir --route=jit --check-int-div", 2, "", """\
error[TGC-E0101]: flag '--check-int-div' does not go with compiled code: the \
interpreter checks
  fix: give a program, and --route=interpret
"""),
    # Phases.
    ("compile sizes.mlir --from=llvm -o f.o", 2, "", """\
error[TGC-E0101]: flag '--from' has value 'llvm'; expected \
import|expand|simplify|fuse
"""),
    ("compile sizes.mlir --from=fuse -o f.o", 1, "", """\
error[TGC-E0402]: function 'main' holds 'tgc.broadcast_in_dim', which phase \
'fuse' leaves nowhere [sizes.mlir:4]
  fix: compile it from the start
"""),
    ("compile relu.onnx --from=expand -o f.o", 1, "", """\
error[TGC-E0402]: the program is of phase 'import'; expected 'expand'
  fix: go on from 'import', or from the start
"""),
]


def phases(tgc, folder):
    """A dumped phase compiles from there and from the start, to equal code."""
    def compiled(*args):
        return tool(tgc, folder, "compile", *args, "-o", "f.o", "--name=f")

    ok = True
    run = compiled("sizes.mlir", "--dump-phases=dump")
    code = (folder / "f.o").read_bytes()
    for i, phase in enumerate(["import", "expand", "simplify", "fuse"]):
        for args in [[], [f"--from={phase}"]]:
            run = compiled(f"dump/{i}-{phase}.mlir", *args)
            ok &= expect(f"compile {phase} {args}", run.returncode == 0 and
                         (folder / "f.o").read_bytes() == code, run)
    run = compiled("dump/3-fuse.mlir", "--from=simplify")
    return ok & expect("another phase", run.returncode == 1 and
                       "is of phase 'fuse'; expected 'simplify'" in run.stderr,
                       run)


def shared_object(tgc, folder):
    """Compiled code takes sizes for its random inputs, and nothing else."""
    tool(tgc, folder, "compile", "sizes.mlir", "-o", "f.so")

    def run(*args):
        return tool(tgc, folder, "run", "f.so", "--trusted", "-q", *args)

    sized = run("--dim=n=2", "--print=shape")
    unknown = run("--dim=m=2")
    const = run("--const=k=1")
    return (expect("sized", sized.stdout == "y: 2x3xf32\n", sized) &
            expect("unknown", unknown.returncode == 1 and
                   "there is no size 'm'; expected one of: 'n'"
                   in unknown.stderr, unknown) &
            expect("const", const.returncode == 2 and "'--const' does not go "
                   "with compiled code" in const.stderr, const))


def standard_input(tgc, folder):
    """A model from a pipe has no folder."""
    with open(folder / "beside/m.onnx", "rb") as file:
        run = tool(tgc, folder, "run", "-", stdin=file)
    return expect("stdin", run.returncode == 1 and
                  "there is no folder to look for it" in run.stderr, run)


def main():
    tgc = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "escape").mkdir()
        os.symlink("../beside/w.bin", folder / "escape/link.bin")
        failures = compare(tgc, folder, FILES, TESTS)
        failures += sum(not check(tgc, folder)
                        for check in (phases, shared_object, standard_input))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

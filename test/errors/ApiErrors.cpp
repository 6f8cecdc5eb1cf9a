// Rejected calls of the C++ API, each with its whole message.
#include "Rejected.h"

#include "tgc/frontend/api/tgc.h"

#include <complex>

namespace tgc::test {
namespace {

struct Rejected {
  const char *name;
  std::function<void()> call;
  ErrorCode code;
  std::string message;
  /// The message names the line of the call.
  bool hasPlace = true;
};
void PrintTo(const Rejected &rejected, std::ostream *os) {
  *os << rejected.name;
}

Tensor pair() { return tensor({1.0, 2.0}); }
Tensor triple() { return tensor({1.0, 2.0, 3.0}); }
Tensor square() { return tensor({{1.0, 2.0}, {3.0, 4.0}}); }

/// a + b of two nx2xf32.
Program sumProgram() {
  return trace([](const Tensor &a, const Tensor &b) { return a + b; },
               {{f32, {dim("n"), 2}, "a"}, {f32, {dim("n"), 2}, "b"}});
}
const Executable &sumExecutable() {
  static Executable executable = compile(sumProgram());
  return executable;
}

constexpr ErrorCode invalid = ErrorCode::InvalidArgument;

const std::vector<Rejected> literals = {
    {"RowsOfUnlikeLength",
     [] { tensor({{2, 3}, {4, 5, 6}, {12, 13, 14, 15}}); }, invalid,
     "TGC-E0202: row 1 has 3 elements, row 0 has 2\n"
     "  fix: use `ragged` for rows of different length"},
    {"RowsOfUnlikeDepth", [] { tensor({{1}, 2}); }, invalid,
     "TGC-E0202: row 1 is a number, row 0 is not\n"
     "  fix: nest all rows equally deep"},
    {"Text", [] { tensor({"Ali", "Bilal"}); }, invalid,
     "TGC-E0202: dtype 'str' has no storage in this release; expected one of "
     "i1 u8 i32 i64 f16 f32 f64"},
    {"Complex",
     [] { tensor({std::complex<float>(1, 3), std::complex<float>(2, -1)}); },
     invalid,
     "TGC-E0202: dtype 'c64' has no storage in this release; expected one of "
     "i1 u8 i32 i64 f16 f32 f64"},
    {"ComplexByDType", [] { tensor({1, 2}, c128); }, invalid,
     "TGC-E0202: dtype 'c128' has no storage in this release; expected one of "
     "i1 u8 i32 i64 f16 f32 f64"},
    {"NumberBeyondItsDType", [] { tensor(300, u8); }, invalid,
     "TGC-E0202: the literal 300 does not fit u8\n"
     "  fix: give a dtype that holds it"},
    {"FractionAsInteger", [] { tensor({1, 2.5}, i32); }, invalid,
     "TGC-E0202: the literal 2.5 does not fit i32\n"
     "  fix: give a dtype that holds it"},
    {"ScalarBeyondTheTensorsDType", [] { convert(tensor({1, 2}), u8) + 300; },
     invalid,
     "TGC-E0401: tgc.add: the scalar 300 does not fit u8\n"
     "  fix: convert the tensor to a wider dtype first"},
};

const std::vector<Rejected> ops = {
    {"ShapesThatDoNotBroadcast", [] { pair() + triple(); }, invalid,
     "TGC-E0402: tgc.add: operand 1 ('rhs') has size 3 in dimension 0; "
     "expected "
     "1 or 2, to broadcast with the operands before it\n"
     "  fix: shapes broadcast from the last dimension on; reshape one of them"},
    {"ProductOfUnlikeSizes",
     [] { dot_general(iota(0, {2, 4}, f32), iota(0, {5, 4}, f32), {1}, {0}); },
     invalid,
     "TGC-E0402: tgc.dot_general: operand 1 ('rhs') has size 5 in contracted "
     "dimension 0; expected 4, the size of dimension 1 of operand 0 ('lhs')\n"
     "  fix: contract dimension 1 of 'rhs' (size 4), or transpose it first"},
    {"ReshapeToAnotherCount", [] { reshape(square(), {3}); }, invalid,
     "TGC-E0402: tgc.reshape: operand 0 ('x') has 4 elements (2x2); expected "
     "3, "
     "the product of 'sizes' (3)\n"
     "  fix: give sizes whose product is 4"},
    {"DimensionThatDoesNotExist", [] { sum(square(), {2}); }, invalid,
     "TGC-E0402: tgc.sum: attribute 'dims' has dimension 2; expected one in "
     "[-2, 2), as operand 0 ('x') has rank 2\n"
     "  fix: name a dimension that exists"},
    {"DimensionNamedTwice", [] { sum(square(), {0, -2}); }, invalid,
     "TGC-E0402: tgc.sum: attribute 'dims' has dimension 0 twice; expected "
     "every dimension once\n"
     "  fix: name each dimension once"},
    {"LargestOfNothing", [] { max(tensor({})); }, invalid,
     "TGC-E0402: tgc.max: operand 0 ('x') has size 0 in dimension 0; expected "
     "at least one element\n"
     "  fix: use tgc.reduce, whose empty result is the identity"},
    {"BitsOfFloats", [] { bitwise_and(pair(), pair()); }, invalid,
     "TGC-E0402: tgc.bitwise_and: operand 0 ('lhs') has dtype f32; expected "
     "i1, "
     "i32 or i64\n"
     "  fix: convert it first, e.g. convert(lhs, i32)"},
    {"DTypeWithoutStorage", [] { convert(pair(), bf16); }, invalid,
     "TGC-E0402: tgc.convert: attribute 'to' is bf16, which this release does "
     "not store; expected i1, i32, i64, u8, f16, f32 or f64\n"
     "  fix: convert to one of these"},
    {"IndexOutOfRange",
     [] { gather(triple(), tensor({0, 7}), {}, {0}, {0}, 1, {1}); },
     ErrorCode::OutOfRange,
     "TGC-E0701: tgc.gather: index 7 at position 1 of operand 1 ('indices') is "
     "outside [0, 2]; dimension 0 of operand 0 ('x') has size 3 and slices "
     "have 1\n"
     "  fix: keep indices within the size they index, or use oob = clamp or "
     "oob "
     "= fill"},
    {"MoreThanTheLargestRank",
     [] { broadcast_in_dim(triple(), {32}, std::vector<int64_t>(33, 3)); },
     ErrorCode::ResourceExhausted,
     "TGC-E0801: tgc.broadcast_in_dim: the result has rank 33; expected at "
     "most "
     "32 (Limits::rank)\n"
     "  fix: merge dimensions with reshape"},
    {"BytesBeyond64Bits", [] { iota(0, {int64_t{1} << 62, 4}, f64); }, invalid,
     "TGC-E0402: tgc.iota: the result has type 4611686018427387904x4xf64, "
     "which "
     "is too large; expected at most 9223372036854775807 bytes\n"
     "  fix: use smaller sizes"},
    {"EmptyHandle", [] { tgc::abs(Tensor()); }, invalid,
     "TGC-E0402: tgc.abs: operand 0 is an empty tensor (default-constructed)\n"
     "  fix: assign it a value first"},
};

/// Composites name themselves and their own operands.
const std::vector<Rejected> composites = {
    {"ProductOfMatricesOfUnlikeSizes",
     [] { matmul(ones({2, 4}), ones({5, 3})); }, invalid,
     "TGC-E0402: tgc.matmul: operand 1 ('b') has size 5 in dimension 0; "
     "expected 4, the size of dimension 1 of operand 0 ('a')\n"
     "  fix: transpose or reshape one of them"},
    {"ProductOfVectorsOfUnlikeSizes", [] { matmul(pair(), triple()); }, invalid,
     "TGC-E0402: tgc.matmul: operand 1 ('b') has size 3 in dimension 0; "
     "expected 2, the size of dimension 0 of operand 0 ('a')\n"
     "  fix: transpose or reshape one of them"},
    {"BatchesThatDoNotBroadcast",
     [] { matmul(ones({2, 2, 2}), ones({3, 2, 2})); }, invalid,
     "TGC-E0402: tgc.matmul: operand 1 ('b') has size 3 in dimension 0; "
     "expected 1 or 2, to broadcast with dimension 0 of operand 0 ('a')\n"
     "  fix: dimensions before the last two broadcast from the last on"},
    {"ProductOfBools", [] { matmul(eye(2, i1), eye(2, i1)); }, invalid,
     "TGC-E0402: tgc.matmul (in tgc.dot_general): operand 0 ('lhs') has dtype "
     "i1; expected i32, i64, f32 or f64\n"
     "  fix: convert it first, e.g. convert(lhs, i32)"},
    {"SoftmaxAlongNoDimension", [] { softmax(square(), 5); }, invalid,
     "TGC-E0402: tgc.softmax: attribute 'dim' has dimension 5; expected one in "
     "[-2, 2), as operand 0 ('x') has rank 2\n"
     "  fix: name a dimension that exists"},
    {"SoftmaxOfAScalar", [] { softmax(tensor(1.0)); }, invalid,
     "TGC-E0402: tgc.softmax: attribute 'dim' has dimension -1; expected none, "
     "as operand 0 ('x') has rank 0\n"
     "  fix: reshape to a higher rank first"},
    {"SoftmaxOfIntegers", [] { softmax(tensor({1, 2})); }, invalid,
     "TGC-E0402: tgc.softmax: operand 0 ('x') has dtype i64; expected f32 or "
     "f64\n"
     "  fix: convert it first, e.g. convert(x, f32)"},
    {"TileByANegativeNumber", [] { tile(pair(), {-1}); }, invalid,
     "TGC-E0402: tgc.tile: attribute 'repeats' in dimension 0 is -1; expected "
     "0 or more\n"
     "  fix: 1 leaves a dimension as it is"},
    {"BroadcastToAnotherSize", [] { broadcast_to(pair(), {2, 3}); }, invalid,
     "TGC-E0402: tgc.broadcast_to: operand 0 ('x') has size 2 in dimension 0; "
     "expected 1 or 3, the size asked for\n"
     "  fix: only dimensions of size 1 repeat; tile repeats others"},
    {"ScaleOfAnotherSize", [] { layer_norm(square(), triple(), std::nullopt); },
     invalid,
     "TGC-E0402: tgc.layer_norm (in tgc.multiply): operand 1 ('rhs') has size "
     "3 "
     "in dimension 0; expected 1 or 2, to broadcast with the operands before "
     "it\n"
     "  fix: shapes broadcast from the last dimension on; reshape one of them"},
    {"NotOfIntegers", [] { !tensor({1, 0}); }, invalid,
     "TGC-E0402: tgc.bitwise_not: operand 0 ('x') of ! has dtype i64; expected "
     "i1\n"
     "  fix: equal(x, 0) for zeros, ~x for flipped bits"},
};

const std::vector<Rejected> tensors = {
    {"ElementsOfAnotherDType", [] { pair().data<int64_t>(); }, invalid,
     "TGC-E0402: elements of a 2xf32 tensor were asked for as i64\n"
     "  fix: read them as f32, or convert first"},
    {"ItemOfSeveral", [] { triple().item<float>(); }, invalid,
     "TGC-E0402: item() of a tensor with 3 elements; expected 1\n"
     "  fix: use data()"},
    {"SizeOfNoDimension", [] { square().size(5); }, invalid,
     "TGC-E0402: size(5) of a tensor of rank 2; expected a dimension in [-2, "
     "2)\n"
     "  fix: name a dimension that exists"},
    {"ShapeOfAnEmptyHandle", [] { Tensor().shape(); }, invalid,
     "TGC-E0402: the tensor is empty (default-constructed)\n"
     "  fix: assign it a value first"},
    {"ValuesThatDoNotFillTheShape",
     [] {
       std::vector<float> values(5);
       from_span(std::span<const float>(values), {2, 3});
     },
     invalid,
     "TGC-E0402: 5 values were given for the shape 2x3; expected 6\n"
     "  fix: give one value per element"},
    {"NegativeSize", [] { from_span(std::span<const float>(), {-1, 0}); },
     invalid,
     "TGC-E0402: the shape -1x0 is impossible; expected sizes of 0 or more "
     "whose product fits 64 bits\n"
     "  fix: use smaller sizes"},
    {"NullWithElements", [] { from_buffer(nullptr, f32, {2}, {}); }, invalid,
     "TGC-E0402: from_buffer: the address is null; expected memory of 2 "
     "elements\n"
     "  fix: pass the memory, or copy values with from_span"},
    {"UnalignedMemory",
     [] {
       alignas(8) static char bytes[16];
       from_buffer(bytes + 1, f32, {2}, {});
     },
     invalid,
     "TGC-E0402: from_buffer: the address is not aligned to 4 bytes, the size "
     "of a f32\n"
     "  fix: align it, or copy with from_span"},
};

const std::vector<Rejected> traces = {
    {"ArgumentsOfOneName",
     [] {
       trace([](const Tensor &a, const Tensor &b) { return a + b; },
             {{f32, {2}, "a"}, {f32, {2}, "a"}});
     },
     invalid,
     "TGC-E0402: trace: argument 1 is named 'a', as argument 0; expected "
     "unlike names\n"
     "  fix: rename one of them"},
    {"ArgumentNamedAsAnother",
     [] {
       trace([](const Tensor &a, const Tensor &b) { return a + b; },
             {{f32, {2}, "x1"}, {f32, {2}}});
     },
     invalid,
     "TGC-E0402: trace: argument 1 is named 'x1', as argument 0; expected "
     "unlike names\n"
     "  fix: rename one of them"},
    {"ArgumentOfANegativeSize",
     [] { trace([](const Tensor &x) { return x; }, {{f32, {2, -1}}}); },
     invalid,
     "TGC-E0402: trace: argument 0 ('x0') has size -1 in dimension 1; expected "
     "0 or more\n"
     "  fix: leave a size open by a name, e.g. dim(\"n\")"},
    {"EmptyNameOfASize", [] { dim(""); }, invalid,
     "TGC-E0402: dim: the name of a size has 0 bytes; expected 1 to 8192\n"
     "  fix: give a short name, e.g. dim(\"batch\")"},
    {"LongNameOfASize", [] { dim(std::string(9000, 'n')); }, invalid,
     "TGC-E0402: dim: the name of a size has 9000 bytes; expected 1 to 8192\n"
     "  fix: give a short name, e.g. dim(\"batch\")"},
    {"ValueInsideATrace",
     [] {
       trace([](const Tensor &x) { return x.item<float>() > 0 ? x : -x; },
             {{f32, {}}});
     },
     ErrorCode::FailedPrecondition,
     "TGC-E0601: reading elements needs the value of a f32 tensor that is only "
     "being traced\n"
     "  fix: compute with tensor ops, choose with tgc::select, or read the "
     "value outside the trace"},
    {"ValueOfANamedSize",
     [] {
       trace([](const Tensor &x) { return iota(0, {int64_t(x.size(0))}, f32); },
             {{f32, {dim("n")}}});
     },
     ErrorCode::FailedPrecondition,
     "TGC-E0601: the size n is not known while tracing\n"
     "  fix: give it with --dim or --shape, or use Dim arithmetic instead of "
     "its value",
     /*hasPlace=*/false},
    {"ComparisonThatANameDecides",
     [] {
       trace([](const Tensor &x) { return x.size(0) == 3 ? x : -x; },
             {{f32, {dim("n")}}});
     },
     ErrorCode::FailedPrecondition,
     "TGC-E0601: the size n == 3 is not known while tracing\n"
     "  fix: give it with --dim or --shape, or use Dim arithmetic instead of "
     "its value",
     /*hasPlace=*/false},
    {"SpecsThatTheFunctionDoesNotTake",
     [] {
       trace([](const Tensor &a, const Tensor &b) { return a + b; },
             {{f32, {2}}});
     },
     invalid,
     "TGC-E0402: trace: 1 arguments were specified, which the function does "
     "not take\n"
     "  fix: give one TensorSpec per argument"},
    {"SizeWithoutAName",
     [] { trace([](const Tensor &x) { return x; }, {{f32, {dim("n") + 1}}}); },
     invalid,
     "TGC-E0402: trace: argument 0 has size n + 1, but no argument has a "
     "dimension of size n\n"
     "  fix: name one dimension 'n'"},
    {"TensorOfAFinishedTrace",
     [] {
       Tensor kept;
       trace([&](const Tensor &x) { return kept = x; }, {{f32, {2}}});
       kept + 1;
     },
     ErrorCode::FailedPrecondition,
     "TGC-E0601: tgc.add: operand 0 belongs to a trace that is finished or not "
     "the innermost\n"
     "  fix: return it from the traced function instead of keeping it"},
    {"SpecOfADTypeWithoutStorage",
     [] { trace([](const Tensor &x) { return x; }, {{c64, {2}}}); }, invalid,
     "TGC-E0402: dtype 'c64' has no storage in this release; expected one of "
     "i1 "
     "u8 i32 i64 f16 f32 f64"},
};

const std::vector<Rejected> programs = {
    {"LevelThatIsNone", [] { compile(sumProgram(), {.level = 7}); }, invalid,
     "TGC-E0402: optimisation level 7; expected 0, 1, 2 or 3\n"
     "  fix: use 2, the default"},
    {"CpuThatIsNone",
     [] { compile(sumProgram(), {.target_cpu = "pentium9000"}); }, invalid,
     "TGC-E0402: target CPU 'pentium9000' is unknown; expected native, x86-64, "
     "x86-64-v3, x86-64-v4 or a name such as znver4"},
    {"FunctionThatIsNone",
     [] { compile(sumProgram(), {.function = "forward"}); },
     ErrorCode::NotFound,
     "TGC-E0201: the program has no function 'forward'; it has 'main'\n"
     "  fix: name one with --function"},
    {"InputMissing", [] { sumExecutable().run(std::vector{square()}); },
     invalid,
     "TGC-E0402: main: got 1 inputs; expected 2\n"
     "  fix: pass, in this order: 'a' (nx2xf32), 'b' (nx2xf32)"},
    {"InputOfAnotherDType",
     [] { sumExecutable().run(std::vector{square(), convert(square(), f64)}); },
     invalid,
     "TGC-E0402: main: input 1 ('b') has dtype f64; expected f32\n"
     "  fix: convert it to f32"},
    {"InputOfAnotherRank",
     [] { sumExecutable().run(std::vector{square(), pair()}); }, invalid,
     "TGC-E0402: main: input 1 ('b') has shape 2; expected nx2\n"
     "  fix: give it rank 2; it has rank 1"},
    {"InputsThatDisagreeOnAName",
     [] { sumExecutable().run(std::vector{square(), tensor({{1.0, 2.0}})}); },
     invalid,
     "TGC-E0402: main: input 1 ('b') has shape 1x2; expected nx2 with n = 2 "
     "(dimension 0 of input 0 ('a'))\n"
     "  fix: give dimension 0 size 2; it has 1"},
    {"NamedInputMissing",
     [] { sumExecutable().run(TensorMap{{"a", square()}}); }, invalid,
     "TGC-E0402: main: input 'b' is missing\n"
     "  fix: add it to the map"},
    {"NamedInputThatIsNone",
     [] {
       sumExecutable().run(
           TensorMap{{"a", square()}, {"b", square()}, {"c", square()}});
     },
     invalid,
     "TGC-E0402: main: there is no input 'c'; expected 'a', 'b'\n"
     "  fix: remove it"},
    {"InterpretedInputMissing",
     [] { sumProgram().interpret(std::vector{square()}); }, invalid,
     "TGC-E0402: main: got 1 inputs; expected 2\n"
     "  fix: pass, in this order: 'a' (nx2xf32), 'b' (nx2xf32)"},
    {"InterpretedInputOfAnotherDType",
     [] {
       sumProgram().interpret(std::vector{square(), convert(square(), i32)});
     },
     invalid,
     "TGC-E0402: main: input 1 ('b') has dtype i32; expected f32\n"
     "  fix: convert it to f32"},
    {"InterpretedInputsThatDisagreeOnAName",
     [] {
       sumProgram().interpret(std::vector{square(), tensor({{1.0, 2.0}})});
     },
     invalid,
     "TGC-E0402: main: input 1 ('b') has shape 1x2; expected nx2 with n = 2 "
     "(dimension 0 of input 0 ('a'))\n"
     "  fix: give dimension 0 size 2; it has 1"},
    {"CheckThatCompiledCodeLacks",
     [] {
       sumExecutable().run(std::vector{square(), square()},
                           {.check_int_div = true});
     },
     invalid,
     "TGC-E0402: compiled code does not check integer divisions\n"
     "  fix: use Program::interpret (--route=interpret)"},
    {"NegativeThreads",
     [] {
       sumExecutable().run(std::vector{square(), square()}, {.threads = -1});
     },
     invalid,
     "TGC-E0402: RunOptions::threads is -1; expected 0 or more\n"
     "  fix: 0 stands for the CPUs that this process may use"},
    {"NegativeThreadsOfTheInterpreter",
     [] {
       sumProgram().interpret(std::vector{square(), square()}, {},
                              {.threads = -1});
     },
     invalid,
     "TGC-E0402: RunOptions::threads is -1; expected 0 or more\n"
     "  fix: 0 stands for the CPUs that this process may use"},
    {"TextThatIsNoProgram", [] { Program::parse("func"); }, invalid,
     "TGC-E0201: -:1:1: custom op 'func' is unknown (tried 'builtin.func' as "
     "well)\n"
     "  fix: give IR text (.mlir) or an ONNX model"},
    {"PhaseThatIsNone", [] { compile(sumProgram(), {.from = "llvm"}); },
     invalid,
     "TGC-E0402: phase 'llvm' cannot be gone on from; expected import, expand, "
     "simplify or fuse"},
    {"PhaseThatTheProgramIsNotOf",
     [] { compile(sumProgram(), {.from = "simplify"}); }, invalid,
     "TGC-E0402: the program is of phase 'import'; expected 'simplify'\n"
     "  fix: go on from 'import', or from the start"},
    {"SuffixThatIsNone", [] { sumProgram().save("program.txt"); }, invalid,
     "TGC-E0201: program.txt: a program is saved as .mlir (text) or .mlirbc "
     "(bytecode)\n"
     "  fix: use one of these suffixes"},
    {"FileThatIsNone", [] { Program::load("no-such-file.onnx"); },
     ErrorCode::NotFound,
     "TGC-E0201: no-such-file.onnx: cannot be opened: No such file or "
     "directory\n"
     "  fix: check the path, which starts in the working directory unless it "
     "begins with '/', and the permissions"},
};

const std::atomic<bool> cancel{true};
Limits seconds(double limit) {
  return {.compile_time = limit, .run_time = limit};
}

const std::vector<Rejected> limits = {
    {"CompilationCancelled",
     [] {
       CompileOptions options;
       options.progress = [](std::string_view phase, int, int, double) {
         return phase != "llvm";
       };
       compile(sumProgram(), options);
     },
     ErrorCode::Cancelled,
     "TGC-E0803: the compilation was cancelled after phase 'llvm'"},
    {"CompilationOverTime",
     [] { compile(sumProgram(), {.limits = seconds(1e-9)}); },
     ErrorCode::DeadlineExceeded,
     "TGC-E0802: the compilation took longer than 1e-09 s "
     "(Limits::compile_time)\n"
     "  fix: raise the limit (--time-limit)"},
    {"CompilationForTooLargeARun",
     [] {
       auto f = [](const Tensor &x) { return matmul(matmul(x, x), x); };
       compile(trace(f, {{f32, {8, 8}}}), {.limits = {.memory = 255}});
     },
     ErrorCode::ResourceExhausted,
     "TGC-E0801: a run of the program needs a workspace of 256 bytes, above "
     "the limit of 255 (Limits::memory)\n"
     "  fix: raise the limit (--memory-limit), or use smaller sizes"},
    {"RunCancelled",
     [] {
       sumExecutable().run(std::vector{square(), square()},
                           {.cancel = &cancel});
     },
     ErrorCode::Cancelled, "TGC-E0803: main: the run was cancelled"},
    {"RunOverTime",
     [] {
       sumExecutable().run(std::vector{square(), square()},
                           {.limits = seconds(1e-9)});
     },
     ErrorCode::DeadlineExceeded,
     "TGC-E0802: main: the run took longer than 1e-09 s (Limits::run_time)\n"
     "  fix: raise the limit (--time-limit)"},
    {"RunOverMemory",
     [] {
       sumExecutable().run(std::vector{square(), square()},
                           {.limits = {.memory = 15}});
     },
     ErrorCode::ResourceExhausted,
     "TGC-E0801: main: the run needs 16 bytes, above the limit of 15 "
     "(Limits::memory)\n"
     "  fix: raise the limit (--memory-limit), or use smaller sizes"},
    {"InterpretationCancelled",
     [] {
       sumProgram().interpret(std::vector{square(), square()}, {},
                              {.cancel = &cancel});
     },
     ErrorCode::Cancelled, "TGC-E0803: main: the run was cancelled"},
    {"InterpretationOverTime",
     [] {
       sumProgram().interpret(std::vector{square(), square()}, {},
                              {.limits = seconds(1e-9)});
     },
     ErrorCode::DeadlineExceeded,
     "TGC-E0802: main: the run took longer than 1e-09 s (Limits::run_time)\n"
     "  fix: raise the limit (--time-limit)"},
};

class ApiErrors : public testing::TestWithParam<Rejected> {};

TEST_P(ApiErrors, SayWhatIsWrong) {
  const Rejected &rejected = GetParam();
  expectRejected(rejected.call, rejected.code, rejected.message,
                 rejected.hasPlace ? "ApiErrors.cpp" : "");
}

std::string nameOf(const testing::TestParamInfo<Rejected> &info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Literals, ApiErrors, testing::ValuesIn(literals),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Ops, ApiErrors, testing::ValuesIn(ops), nameOf);
INSTANTIATE_TEST_SUITE_P(Composites, ApiErrors, testing::ValuesIn(composites),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Tensors, ApiErrors, testing::ValuesIn(tensors),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Traces, ApiErrors, testing::ValuesIn(traces), nameOf);
INSTANTIATE_TEST_SUITE_P(Programs, ApiErrors, testing::ValuesIn(programs),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Limits, ApiErrors, testing::ValuesIn(limits), nameOf);

/// Three results of 4,000 bytes, of which two live at once.
TEST(MemoryLimit, CountsWhatLivesAtOnce) {
  Program program = trace(
      [](const Tensor &x) {
        Tensor y = x + x, z = y + y;
        return z + z;
      },
      {{f32, {1000}}});
  std::vector<Tensor> x{broadcast_in_dim(tensor(1.0), {}, {1000})};
  Tensor y = program.interpret(x, {}, {.limits = {.memory = 8000}})[0];
  EXPECT_EQ(y.num_elements(), 1000);
  try {
    program.interpret(x, {}, {.limits = {.memory = 7999}});
    ADD_FAILURE() << "accepted";
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), ErrorCode::ResourceExhausted);
    EXPECT_NE(
        std::string_view(error.what())
            .find("a tensor of 4000 bytes, with 4000 bytes in use, is above "
                  "the limit of 7999 (Limits::memory)"),
        std::string_view::npos)
        << error.what();
  }
}

/// A list of anything else does not compile: Literal's constructor for it is
/// deleted (interface.md 10, row 5).
struct UserObject {};
static_assert(!std::is_constructible_v<Literal, UserObject>);
static_assert(!std::is_constructible_v<Literal, std::vector<int>>);
static_assert(std::is_constructible_v<Literal, short>);

/// Row 7 of interface.md 10: braces nest as brackets of the text form do.
TEST(WorkedExamples, NestedBracesAreI64) {
  Tensor x = tensor({{1, 2}, {3, 4}});
  EXPECT_EQ(x.dtype(), i64);
  EXPECT_EQ(x.shape(), (Dims{2, 2}));
  EXPECT_TRUE(array_equal(x, reshape(iota(0, {4}, i64) + 1, {2, 2})));
}

/// Row 11: 3 x0^2 - 5 x1 at [2, 3] is -3, however it runs.
TEST(WorkedExamples, PolynomialIsMinusThree) {
  auto f = [](const Tensor &x) {
    auto at = [&](int64_t i) { return reshape(slice(x, {i}, {1}, {1}), {}); };
    return 3 * at(0) * at(0) - 5 * at(1);
  };
  Tensor x = tensor({2.0, 3.0});
  EXPECT_EQ(f(x).item<float>(), -3);
  EXPECT_EQ(jit(f)(x).item<float>(), -3);
  Program program = trace(f, {{f32, {2}}});
  EXPECT_EQ(program.interpret(std::vector{x})[0].item<float>(), -3);
  EXPECT_EQ(compile(program).run(std::vector{x})[0].item<float>(), -3);
}

} // namespace
} // namespace tgc::test

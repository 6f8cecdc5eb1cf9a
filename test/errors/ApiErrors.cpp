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
     "TGC-E0402: tgc.reduce: attribute 'dims' has dimension 2; expected one in "
     "[-2, 2), as operand 0 ('x') has rank 2\n"
     "  fix: name a dimension that exists"},
    {"DimensionNamedTwice", [] { sum(square(), {0, -2}); }, invalid,
     "TGC-E0402: tgc.reduce: attribute 'dims' has dimension 0 twice; expected "
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
     "  fix: use 2, the default",
     /*hasPlace=*/false},
    {"CpuThatIsNone",
     [] { compile(sumProgram(), {.target_cpu = "pentium9000"}); }, invalid,
     "TGC-E0402: target CPU 'pentium9000' is unknown; expected native, x86-64, "
     "x86-64-v3, x86-64-v4 or a name such as znver4",
     /*hasPlace=*/false},
    {"FunctionThatIsNone",
     [] { compile(sumProgram(), {.function = "forward"}); },
     ErrorCode::NotFound,
     "TGC-E0201: the program has no function 'forward'; it has 'main'\n"
     "  fix: name one with --function",
     /*hasPlace=*/false},
    {"InputMissing", [] { sumExecutable().run(std::vector{square()}); },
     invalid,
     "TGC-E0402: main: got 1 inputs; expected 2\n"
     "  fix: pass, in this order: 'a' (nx2xf32), 'b' (nx2xf32)",
     /*hasPlace=*/false},
    {"InputOfAnotherDType",
     [] { sumExecutable().run(std::vector{square(), convert(square(), f64)}); },
     invalid,
     "TGC-E0402: main: input 1 ('b') has dtype f64; expected f32\n"
     "  fix: convert it to f32",
     /*hasPlace=*/false},
    {"InputOfAnotherRank",
     [] { sumExecutable().run(std::vector{square(), pair()}); }, invalid,
     "TGC-E0402: main: input 1 ('b') has shape 2; expected nx2\n"
     "  fix: give it rank 2; it has rank 1",
     /*hasPlace=*/false},
    {"InputsThatDisagreeOnAName",
     [] { sumExecutable().run(std::vector{square(), tensor({{1.0, 2.0}})}); },
     invalid,
     "TGC-E0402: main: input 1 ('b') has shape 1x2; expected nx2 with n = 2 "
     "(dimension 0 of input 0 ('a'))\n"
     "  fix: give dimension 0 size 2; it has 1",
     /*hasPlace=*/false},
    {"NamedInputMissing",
     [] { sumExecutable().run(TensorMap{{"a", square()}}); }, invalid,
     "TGC-E0402: main: input 'b' is missing\n"
     "  fix: add it to the map",
     /*hasPlace=*/false},
    {"NamedInputThatIsNone",
     [] {
       sumExecutable().run(
           TensorMap{{"a", square()}, {"b", square()}, {"c", square()}});
     },
     invalid,
     "TGC-E0402: main: there is no input 'c'; expected 'a', 'b'\n"
     "  fix: remove it",
     /*hasPlace=*/false},
    {"InterpretedInputMissing",
     [] { sumProgram().interpret(std::vector{square()}); }, invalid,
     "TGC-E0402: main: got 1 inputs; expected 2\n"
     "  fix: pass, in this order: input 0 ('a') nx2xf32, input 1 ('b') nx2xf32",
     /*hasPlace=*/false},
    {"InterpretedInputOfAnotherDType",
     [] {
       sumProgram().interpret(std::vector{square(), convert(square(), i32)});
     },
     invalid,
     "TGC-E0402: main: input 1 ('b') has type 2x2xi32; expected nx2xf32\n"
     "  fix: give it that dtype and rank",
     /*hasPlace=*/false},
    {"InterpretedInputsThatDisagreeOnAName",
     [] {
       sumProgram().interpret(std::vector{square(), tensor({{1.0, 2.0}})});
     },
     invalid,
     "TGC-E0402: main: input 1 ('b') has size 1 in dimension 0; expected 2, as "
     "'n' is 2 in dimension 0 of input 0 ('a')\n"
     "  fix: give it as nx2xf32",
     /*hasPlace=*/false},
    {"SuffixThatIsNone", [] { sumProgram().save("program.txt"); }, invalid,
     "TGC-E0201: program.txt: a program is saved as .mlir (text) or .mlirbc "
     "(bytecode)\n"
     "  fix: use one of these suffixes",
     /*hasPlace=*/false},
    {"FileThatIsNone", [] { Program::load("no-such-file.onnx"); },
     ErrorCode::NotFound,
     "TGC-E0201: no-such-file.onnx: cannot be opened: No such file or "
     "directory\n"
     "  fix: check the path, which starts in the working directory unless it "
     "begins with '/', and the permissions",
     /*hasPlace=*/false},
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
INSTANTIATE_TEST_SUITE_P(Tensors, ApiErrors, testing::ValuesIn(tensors),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Traces, ApiErrors, testing::ValuesIn(traces), nameOf);
INSTANTIATE_TEST_SUITE_P(Programs, ApiErrors, testing::ValuesIn(programs),
                         nameOf);

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

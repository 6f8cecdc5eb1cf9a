// Every emitter against the eager kernels, bit by bit: sizes 0, 1, prime and
// beyond the tiles, static and dynamic, any split of the iterations, for CPUs
// with AVX-512, AVX2 and without FMA. Operands and results end at a page that
// may not be touched.
#include "tgc/codegen/emit/Emitter.h"

#include "tgc/codegen/llvm/Lower.h"
#include "tgc/codegen/llvm/Object.h"
#include "tgc/ir/TgcDialect.h"
#include "tgc/ir/interpret/Interpreter.h"
#include "tgc/runtime/kernels/KernelTable.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <map>
#include <random>
#include <sstream>
#include <sys/mman.h>

namespace tgc::codegen {
namespace {

using Sizes = std::map<std::string, int64_t, std::less<>>;
using GroupFunction = void (*)(void **context, int64_t begin, int64_t end);

/// Memory that ends where a page without access begins.
class Guarded {
public:
  explicit Guarded(int64_t size) : size(size) {
    total = (size + 2 * page - 1) / page * page + page;
    base = static_cast<char *>(mmap(nullptr, total, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(base + total - page, page, PROT_NONE);
    std::memset(base, filler, total - page);
  }
  ~Guarded() { munmap(base, total); }
  Guarded(const Guarded &) = delete;

  char *data() const { return base + total - page - size; }
  bool isIntactBefore() const {
    return std::all_of(base, data(), [](char c) { return c == filler; });
  }

private:
  static constexpr int64_t page = 4096;
  static constexpr char filler = 0x5a;
  int64_t size, total;
  char *base;
};

/// Random elements; every eighth float is one of those that break rules.
void fill(const Value &value, std::mt19937_64 &random) {
  auto floats = [&](auto *p) {
    using F = std::remove_pointer_t<decltype(p)>;
    const F special[] = {F(0),   F(-0.0),  F(INFINITY), F(-INFINITY),
                         F(NAN), F(1e-40), F(1e30),     F(-1)};
    for (int64_t i = 0; i < value.numElements(); ++i)
      p[i] = random() % 8 == 0
                 ? special[random() % 8]
                 : F(static_cast<double>(random() >> 11) * 0x1p-51 - 2);
  };
  if (value.dtype == f32)
    return floats(value.data<float>());
  if (value.dtype == f64)
    return floats(value.data<double>());
  for (int64_t i = 0; i < value.numElements(); ++i) {
    // Indices are small; other integers use all bits of a byte.
    int64_t x = static_cast<int64_t>(random() % 12) - 1;
    if (value.dtype == i64)
      value.data<int64_t>()[i] = x;
    else if (value.dtype == i32)
      value.data<int32_t>()[i] = static_cast<int32_t>(x * 178956971);
    else if (value.dtype == f16)
      value.data<uint16_t>()[i] = static_cast<uint16_t>(random());
    else
      value.data<uint8_t>()[i] =
          static_cast<uint8_t>(value.dtype == i1 ? random() % 2 : random());
  }
}

/// The first element whose bits differ, NaNs being equal; -1 if none does.
int64_t firstDifference(const Value &want, const char *got) {
  auto isNan = [&](const char *p) {
    if (want.dtype == f32) {
      float x;
      std::memcpy(&x, p, sizeof(x));
      return std::isnan(x);
    }
    if (want.dtype == f64) {
      double x;
      std::memcpy(&x, p, sizeof(x));
      return std::isnan(x);
    }
    uint16_t half = 0;
    if (want.dtype == f16)
      std::memcpy(&half, p, sizeof(half));
    return (half & 0x7fff) > 0x7c00;
  };
  auto bytes = static_cast<int64_t>(dtypeBytes(want.dtype));
  for (int64_t i = 0; i < want.numElements(); ++i) {
    const char *x = want.data<char>() + i * bytes, *y = got + i * bytes;
    if (std::memcmp(x, y, bytes) != 0 && !(isNan(x) && isNan(y)))
      return i;
  }
  return -1;
}

/// The position that a message about an index names, "3" or "[0, 3]", in
/// row-major order; index tensors here have 7 as last size.
int64_t positionIn(const std::string &message) {
  constexpr std::string_view before = "position ";
  int64_t position = 0;
  std::string text = message.substr(message.find(before) + before.size());
  text = text.substr(text[0] == '[',
                     text.find_first_of(text[0] == '[' ? "]" : " "));
  std::istringstream numbers(text);
  for (int64_t number; numbers >> number; numbers.ignore(2, ' '))
    position = position * 7 + number;
  return position;
}

class EmitterTest : public testing::TestWithParam<const char *> {
protected:
  void SetUp() override {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    target = targetInfo(GetParam());
    if (target.hasFma && bestCpuLevel() == CpuLevel::Baseline)
      GTEST_SKIP() << "this CPU has no FMA";
    // Products round differently without FMA: the kernels likewise.
    setCpuLevel(target.hasFma ? bestCpuLevel() : CpuLevel::Baseline);
    loadDialects(context);
    context.loadDialect<ir::TgcDialect, mlir::tensor::TensorDialect>();
  }
  void TearDown() override { setCpuLevel(bestCpuLevel()); }

  /// Compiles the functions of `text`, all groups, and runs each with every
  /// set of sizes.
  void check(const std::string &text, std::vector<Sizes> sets = {{}});

  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  TargetInfo target;

private:
  void run(mlir::func::FuncOp group, const EmittedGroup &emitted,
           GroupFunction function, const Sizes &sizes);

  std::mt19937_64 random{1};
};

void EmitterTest::check(const std::string &text, std::vector<Sizes> sets) {
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  ASSERT_TRUE(module) << text;
  mlir::OwningOpRef<mlir::ModuleOp> code =
      mlir::ModuleOp::create(module->getLoc());
  std::vector<std::pair<mlir::func::FuncOp, EmittedGroup>> groups;
  for (auto group : module->getOps<mlir::func::FuncOp>()) {
    auto emitted =
        emitGroup(group, *code, ("tgc_" + group.getName()).str(), target);
    ASSERT_TRUE(mlir::succeeded(emitted)) << text;
    groups.emplace_back(group, *emitted);
  }
  auto machine = makeTargetMachine(target);
  ASSERT_TRUE(machine.ok()) << machine.status();
  absl::Status lowered = lowerToLLVM(*code);
  ASSERT_TRUE(lowered.ok()) << lowered;
  llvm::LLVMContext llvmContext;
  auto translated = translate(*code, llvmContext, **machine);
  ASSERT_TRUE(translated.ok()) << translated.status();
  auto object = emitCode(**translated, **machine, /*assembly=*/false);
  ASSERT_TRUE(object.ok()) << object.status();
  EXPECT_TRUE(checkUndefinedSymbols(*object).ok());
  auto jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
  jit->getMainJITDylib().addGenerator(llvm::cantFail(
      llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess('\0')));
  llvm::cantFail(
      jit->addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(*object)));
  for (auto &[group, emitted] : groups) {
    auto address = llvm::cantFail(jit->lookup(emitted.symbol));
    for (const Sizes &sizes : sets)
      run(group, emitted, address.toPtr<GroupFunction>(), sizes);
  }
}

void EmitterTest::run(mlir::func::FuncOp group, const EmittedGroup &emitted,
                      GroupFunction function, const Sizes &sizes) {
  std::string what = group.getName().str() + " for " + GetParam();
  for (const auto &[name, size] : sizes)
    what += ", " + name + " = " + std::to_string(size);
  SCOPED_TRACE(what);
  auto sizeOf = [&](std::string_view name) -> std::optional<int64_t> {
    auto it = sizes.find(name);
    return it == sizes.end() ? std::nullopt : std::optional(it->second);
  };
  ir::DimAnalysis analysis(group);
  auto shapeOf = [&](mlir::Value tensor) {
    Shape shape;
    for (const DimExpr &dim : analysis.typeOf(tensor).dims)
      shape.push_back(dim.evaluate(sizeOf).value());
    return shape;
  };

  std::vector<Value> arguments;
  std::vector<std::unique_ptr<Guarded>> inputs, outputs;
  std::vector<void *> words;
  for (mlir::Value argument : group.getArguments()) {
    Value value =
        *Value::allocate(analysis.typeOf(argument).dtype, shapeOf(argument));
    fill(value, random);
    inputs.push_back(std::make_unique<Guarded>(value.numBytes()));
    std::memcpy(inputs.back()->data(), value.data<char>(), value.numBytes());
    words.push_back(inputs.back()->data());
    arguments.push_back(value);
  }
  mlir::Operation *terminator = group.getBody().front().getTerminator();
  for (mlir::Value result : terminator->getOperands()) {
    int64_t bytes = checkedProduct(shapeOf(result)).value() *
                    dtypeBytes(analysis.typeOf(result).dtype);
    outputs.push_back(std::make_unique<Guarded>(bytes));
    words.push_back(outputs.back()->data());
  }
  std::vector<int64_t> slots(emitted.oobSlots.size(), INT64_MAX);
  for (int64_t &slot : slots)
    words.push_back(&slot);
  for (const std::string &symbol : emitted.symbols)
    words.push_back(reinterpret_cast<void *>(sizeOf(symbol).value()));

  int64_t iterations = emitted.iterations.evaluate(sizeOf).value();
  int64_t begin = 0;
  for (int64_t length : {1, 2, 5}) {
    int64_t end = std::min(iterations, begin + length);
    function(words.data(), begin, end);
    begin = end;
  }
  function(words.data(), begin, iterations);

  auto want = ir::interpret(group, arguments);
  if (absl::IsOutOfRange(want.status())) {
    EXPECT_EQ(slots[0], positionIn(want.status().ToString())) << want.status();
    return;
  }
  ASSERT_TRUE(want.ok()) << want.status();
  for (int64_t slot : slots)
    EXPECT_EQ(slot, INT64_MAX);
  for (size_t i = 0; i < outputs.size(); ++i) {
    EXPECT_EQ(firstDifference((*want)[i], outputs[i]->data()), -1);
    EXPECT_TRUE(outputs[i]->isIntactBefore());
  }
}

INSTANTIATE_TEST_SUITE_P(Cpus, EmitterTest,
                         testing::Values("native", "x86-64-v3", "x86-64-v2"),
                         [](const auto &info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

/// Replaces every "$<letter>" of a text.
std::string with(std::string text, std::map<char, std::string> names) {
  for (size_t at; (at = text.find('$')) != std::string::npos;)
    text.replace(at, 2, names.at(text[at + 1]));
  return text;
}

TEST_P(EmitterTest, MapsBroadcastAndConvert) {
  check(R"(
    func.func private @map(%a: tensor<?x?xf32> {tgc.dims = ["m", "n"]}, %b: tensor<?xf32> {tgc.dims = ["n"]}, %c: tensor<?xf16> {tgc.dims = ["m"]}) -> (tensor<?x?xf32>, tensor<?x?xi1>, tensor<?x?xui8>) attributes {tgc.group = "map"} {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %m = tensor.dim %a, %c0 : tensor<?x?xf32>
      %n = tensor.dim %a, %c1 : tensor<?x?xf32>
      %bb = tgc.broadcast_in_dim %b to [%m, %n] {dims = [1]} : (tensor<?xf32>) -> tensor<?x?xf32>
      %cb = tgc.broadcast_in_dim %c to [%m, %n] {dims = [0]} : (tensor<?xf16>) -> tensor<?x?xf16>
      %cf = tgc.convert %cb : (tensor<?x?xf16>) -> tensor<?x?xf32>
      %e = tgc.exp %cf : tensor<?x?xf32>
      %i = tgc.iota [%m, %n] {dim = 1} : tensor<?x?xf32>
      %0 = tgc.multiply %a, %bb : tensor<?x?xf32>
      %1 = tgc.add %0, %e : tensor<?x?xf32>
      %2 = tgc.compare LT %1, %i : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xi1>
      %3 = tgc.select %2, %1, %i : (tensor<?x?xi1>, tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
      %4 = tgc.convert %3 : (tensor<?x?xf32>) -> tensor<?x?xui8>
      return %3, %2, %4 : tensor<?x?xf32>, tensor<?x?xi1>, tensor<?x?xui8>
    })",
        {{{"m", 0}, {"n", 3}},
         {{"m", 5}, {"n", 0}},
         {{"m", 1}, {"n", 1}},
         {{"m", 3}, {"n", 67}},
         {{"m", 2}, {"n", 4099}}});
}

TEST_P(EmitterTest, MapsOfViews) {
  check(R"(
    func.func private @views(%a: tensor<40x9xf64>, %b: tensor<360xf64>, %s: tensor<f64>) -> tensor<9x20xf64> attributes {tgc.group = "map"} {
      %0 = tgc.transpose %a {perm = [1, 0]} : (tensor<40x9xf64>) -> tensor<9x40xf64>
      %1 = tgc.reshape %b to [9, 40] : (tensor<360xf64>) -> tensor<9x40xf64>
      %2 = tgc.broadcast_in_dim %s to [9, 40] {dims = []} : (tensor<f64>) -> tensor<9x40xf64>
      %3 = tgc.reverse %1 {dims = [1]} : (tensor<9x40xf64>) -> tensor<9x40xf64>
      %4 = tgc.clamp %0, %3, %2 : tensor<9x40xf64>
      %5 = tgc.slice %4[0, 1] [9, 20] [1, 2] : (tensor<9x40xf64>) -> tensor<9x20xf64>
      return %5 : tensor<9x20xf64>
    }
    func.func private @scalar(%a: tensor<f32>, %b: tensor<f32>) -> tensor<f32> attributes {tgc.group = "map"} {
      %0 = tgc.divide %a, %b : tensor<f32>
      return %0 : tensor<f32>
    })");
}

TEST_P(EmitterTest, ReducesRowsAndColumns) {
  std::vector<Sizes> sets;
  for (int64_t n : {0, 1, 15, 16, 17, 127, 128, 129, 1000, 20000})
    sets.push_back({{"m", 3}, {"n", n}});
  for (int64_t m : {0, 130, 300})
    sets.push_back({{"m", m}, {"n", 67}});
  for (const char *kind : {"add", "mul", "max", "min"})
    for (const char *dtype : {"f32", "f64", "i32", "i1"})
      check(with(R"(
    func.func private @rows(%a: tensor<?x?x$T> {tgc.dims = ["m", "n"]}) -> tensor<?x$T> attributes {tgc.group = "reduce"} {
      %0 = tgc.reduce $K %a {dims = [1]} : (tensor<?x?x$T>) -> tensor<?x$T>
      return %0 : tensor<?x$T>
    }
    func.func private @columns(%a: tensor<?x?x$T> {tgc.dims = ["n", "m"]}) -> tensor<?x$T> attributes {tgc.group = "reduce"} {
      %0 = tgc.reduce $K %a {dims = [0]} : (tensor<?x?x$T>) -> tensor<?x$T>
      return %0 : tensor<?x$T>
    })",
                 {{'K', kind}, {'T', dtype}}),
            sets);
}

TEST_P(EmitterTest, ReducesAnyDimensions) {
  for (int64_t n : {1, 16, 100, 600})
    check(with(R"(
    func.func private @outer_and_inner(%a: tensor<5x7x$Nxf32>) -> tensor<7xf32> attributes {tgc.group = "reduce"} {
      %0 = tgc.reduce add %a {dims = [0, 2]} : (tensor<5x7x$Nxf32>) -> tensor<7xf32>
      return %0 : tensor<7xf32>
    }
    func.func private @all(%a: tensor<3x$Nxf64>) -> tensor<f64> attributes {tgc.group = "reduce"} {
      %0 = tgc.reduce add %a {dims = [0, 1]} : (tensor<3x$Nxf64>) -> tensor<f64>
      return %0 : tensor<f64>
    }
    func.func private @wide(%a: tensor<$Nx700xf32>) -> tensor<700xf32> attributes {tgc.group = "reduce"} {
      %0 = tgc.reduce add %a {dims = [0], accum = f64} : (tensor<$Nx700xf32>) -> tensor<700xf32>
      return %0 : tensor<700xf32>
    })",
               {{'N', std::to_string(n)}}));
}

TEST_P(EmitterTest, ReducesAMapAndMapsTheResult) {
  for (auto [dim, kept] : {std::pair("1", "0"), std::pair("0", "1")})
    check(with(R"(
    func.func private @log_sum(%a: tensor<?x?xf32> {tgc.dims = ["m", "n"]}, %b: tensor<?xf32> {tgc.dims = ["$S"]}) -> tensor<?xf32> attributes {tgc.group = "reduce"} {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %m = tensor.dim %a, %c0 : tensor<?x?xf32>
      %n = tensor.dim %a, %c1 : tensor<?x?xf32>
      %0 = tgc.broadcast_in_dim %b to [%m, %n] {dims = [$K]} : (tensor<?xf32>) -> tensor<?x?xf32>
      %1 = tgc.subtract %a, %0 : tensor<?x?xf32>
      %2 = tgc.exp %1 : tensor<?x?xf32>
      %3 = tgc.reduce add %2 {dims = [$D]} : (tensor<?x?xf32>) -> tensor<?xf32>
      %4 = tgc.log %3 : tensor<?xf32>
      %5 = tgc.add %4, %b : tensor<?xf32>
      return %5 : tensor<?xf32>
    })",
               {{'D', dim}, {'K', kept}, {'S', kept[0] == '0' ? "m" : "n"}}),
          {{{"m", 5}, {"n", 77}}, {{"m", 150}, {"n", 131}}});
}

TEST_P(EmitterTest, ReducesWindows) {
  for (const char *kind : {"add", "max"})
    check(with(R"(
    func.func private @nchw(%a: tensor<2x3x20x37xf32>) -> tensor<2x3x10x19xf32> attributes {tgc.group = "reduce"} {
      %0 = tgc.reduce_window $K %a {window = [1, 1, 3, 3], strides = [1, 1, 2, 2], lo = [0, 0, 1, 1], hi = [0, 0, 0, 1], base_dilation = [1, 1, 1, 1], window_dilation = [1, 1, 1, 1]} : (tensor<2x3x20x37xf32>) -> tensor<2x3x10x19xf32>
      return %0 : tensor<2x3x10x19xf32>
    }
    func.func private @nhwc(%a: tensor<2x9x9x70xf32>) -> tensor<2x9x9x70xf32> attributes {tgc.group = "reduce"} {
      %0 = tgc.reduce_window $K %a {window = [1, 3, 3, 1], strides = [1, 1, 1, 1], lo = [0, 1, 1, 0], hi = [0, 1, 1, 0], base_dilation = [1, 1, 1, 1], window_dilation = [1, 1, 1, 1]} : (tensor<2x9x9x70xf32>) -> tensor<2x9x9x70xf32>
      return %0 : tensor<2x9x9x70xf32>
    }
    func.func private @dilated(%a: tensor<9x33xf64>) -> tensor<13x17xf64> attributes {tgc.group = "reduce"} {
      %0 = tgc.reduce_window $K %a {window = [2, 3], strides = [2, 2], lo = [1, 0], hi = [2, 4], base_dilation = [3, 1], window_dilation = [2, 2]} : (tensor<9x33xf64>) -> tensor<13x17xf64>
      return %0 : tensor<13x17xf64>
    }
    func.func private @row_of_padding(%a: tensor<1x65xf32>) -> tensor<1x64xf32> attributes {tgc.group = "reduce"} {
      %0 = tgc.reduce_window $K %a {window = [2, 2], strides = [1, 1], lo = [1, 0], hi = [0, 0], base_dilation = [1, 1], window_dilation = [1, 1]} : (tensor<1x65xf32>) -> tensor<1x64xf32>
      return %0 : tensor<1x64xf32>
    }
    func.func private @large(%a: tensor<30x33xf32>) -> tensor<30x33xf32> attributes {tgc.group = "reduce"} {
      %0 = tgc.reduce_window $K %a {window = [13, 15], strides = [1, 1], lo = [6, 7], hi = [6, 7], base_dilation = [1, 1], window_dilation = [1, 1]} : (tensor<30x33xf32>) -> tensor<30x33xf32>
      return %0 : tensor<30x33xf32>
    })",
               {{'K', kind}}));
}

TEST_P(EmitterTest, FindsExtremes) {
  for (const char *dtype : {"f32", "i64"})
    check(
        with(R"(
    func.func private @rows(%a: tensor<?x?x$T> {tgc.dims = ["m", "n"]}) -> tensor<?xi64> attributes {tgc.group = "reduce"} {
      %0 = tgc.arg_reduce max %a {dim = 1} : (tensor<?x?x$T>) -> tensor<?xi64>
      return %0 : tensor<?xi64>
    }
    func.func private @columns(%a: tensor<?x?x$T> {tgc.dims = ["n", "m"]}) -> tensor<?xi64> attributes {tgc.group = "reduce"} {
      %0 = tgc.arg_reduce min %a {dim = 0} : (tensor<?x?x$T>) -> tensor<?xi64>
      return %0 : tensor<?xi64>
    })",
             {{'T', dtype}}),
        {{{"m", 1}, {"n", 1}}, {{"m", 7}, {"n", 100}}, {{"m", 70}, {"n", 9}}});
}

TEST_P(EmitterTest, Contracts) {
  std::vector<Sizes> sets;
  for (auto [m, n, k] :
       std::initializer_list<std::array<int64_t, 3>>{{0, 5, 5},
                                                     {5, 6, 0},
                                                     {1, 1, 1},
                                                     {1, 300, 40},
                                                     {7, 65, 257},
                                                     {13, 77, 100},
                                                     {70, 100, 600},
                                                     {250, 70, 40}})
    sets.push_back({{"m", m}, {"n", n}, {"k", k}});
  for (const char *dtype : {"f32", "f64", "i32"})
    for (auto [left, right, dims] :
         {std::tuple("\"m\", \"k\"", "\"k\", \"n\"", "[1] x [0]"),
          std::tuple("\"k\", \"m\"", "\"n\", \"k\"", "[0] x [1]")})
      check(with(R"(
    func.func private @dot(%a: tensor<?x?x$T> {tgc.dims = [$L]}, %b: tensor<?x?x$T> {tgc.dims = [$R]}) -> tensor<?x?x$T> attributes {tgc.group = "contract"} {
      %0 = tgc.dot_general %a, %b {contract = $C, batch = [] x []} : (tensor<?x?x$T>, tensor<?x?x$T>) -> tensor<?x?x$T>
      return %0 : tensor<?x?x$T>
    })",
                 {{'T', dtype}, {'L', left}, {'R', right}, {'C', dims}}),
            sets);
}

TEST_P(EmitterTest, ContractsAnyDimensions) {
  check(R"(
    func.func private @heads(%a: tensor<2x9x4x8xf32>, %b: tensor<2x11x4x8xf32>) -> tensor<2x4x9x11xf32> attributes {tgc.group = "contract"} {
      %0 = tgc.dot_general %a, %b {contract = [3] x [3], batch = [0, 2] x [0, 2]} : (tensor<2x9x4x8xf32>, tensor<2x11x4x8xf32>) -> tensor<2x4x9x11xf32>
      return %0 : tensor<2x4x9x11xf32>
    }
    func.func private @two_depths(%a: tensor<6x5x70xf32>, %b: tensor<70x30x6xf32>) -> tensor<5x30xf32> attributes {tgc.group = "contract"} {
      %0 = tgc.dot_general %a, %b {contract = [0, 2] x [2, 0], batch = [] x []} : (tensor<6x5x70xf32>, tensor<70x30x6xf32>) -> tensor<5x30xf32>
      return %0 : tensor<5x30xf32>
    }
    func.func private @vector(%a: tensor<30x700xf32>, %b: tensor<700xf32>) -> tensor<30xf32> attributes {tgc.group = "contract"} {
      %0 = tgc.dot_general %a, %b {contract = [1] x [0], batch = [] x []} : (tensor<30x700xf32>, tensor<700xf32>) -> tensor<30xf32>
      return %0 : tensor<30xf32>
    }
    func.func private @inner(%a: tensor<700xf64>, %b: tensor<700xf64>) -> tensor<f64> attributes {tgc.group = "contract"} {
      %0 = tgc.dot_general %a, %b {contract = [0] x [0], batch = [] x []} : (tensor<700xf64>, tensor<700xf64>) -> tensor<f64>
      return %0 : tensor<f64>
    }
    func.func private @wide(%a: tensor<9x700xf32>, %b: tensor<700x20xf32>) -> tensor<9x20xf32> attributes {tgc.group = "contract"} {
      %0 = tgc.dot_general %a, %b {contract = [1] x [0], batch = [] x [], accum = f64} : (tensor<9x700xf32>, tensor<700x20xf32>) -> tensor<9x20xf32>
      return %0 : tensor<9x20xf32>
    })");
}

TEST_P(EmitterTest, MapsAProduct) {
  // The second epilogue is long: it runs after the tiles.
  for (const char *op : {"negate", "tanh"})
    for (int64_t k : {40, 400})
      check(with(R"(
    func.func private @blocks(%a: tensor<2x3x$Kxf32>, %b: tensor<$Kx5x11xf32>, %x: tensor<3x11xf32>, %y: tensor<2x5xf32>) -> (tensor<2x3x5x11xf64>, tensor<2x3x5x11xf32>) attributes {tgc.group = "contract"} {
      %0 = tgc.dot_general %a, %b {contract = [2] x [0], batch = [] x []} : (tensor<2x3x$Kxf32>, tensor<$Kx5x11xf32>) -> tensor<2x3x5x11xf32>
      %1 = tgc.broadcast_in_dim %x to [2, 3, 5, 11] {dims = [1, 3]} : (tensor<3x11xf32>) -> tensor<2x3x5x11xf32>
      %2 = tgc.broadcast_in_dim %y to [2, 3, 5, 11] {dims = [0, 2]} : (tensor<2x5xf32>) -> tensor<2x3x5x11xf32>
      %3 = tgc.add %0, %1 : tensor<2x3x5x11xf32>
      %4 = tgc.multiply %3, %2 : tensor<2x3x5x11xf32>
      %5 = tgc.$O %4 : tensor<2x3x5x11xf32>
      %6 = tgc.convert %5 : (tensor<2x3x5x11xf32>) -> tensor<2x3x5x11xf64>
      return %6, %0 : tensor<2x3x5x11xf64>, tensor<2x3x5x11xf32>
    }
    func.func private @bias(%a: tensor<50x$Kxf32>, %b: tensor<$Kx100xf32>, %x: tensor<100xf32>) -> tensor<50x100xf32> attributes {tgc.group = "contract"} {
      %0 = tgc.dot_general %a, %b {contract = [1] x [0], batch = [] x []} : (tensor<50x$Kxf32>, tensor<$Kx100xf32>) -> tensor<50x100xf32>
      %1 = tgc.broadcast_in_dim %x to [50, 100] {dims = [1]} : (tensor<100xf32>) -> tensor<50x100xf32>
      %2 = tgc.add %0, %1 : tensor<50x100xf32>
      %3 = tgc.$O %2 : tensor<50x100xf32>
      return %3 : tensor<50x100xf32>
    })",
                 {{'O', op}, {'K', std::to_string(k)}}));
}

/// A convolution of the sizes and attributes given, features last or not.
std::string convolution(bool last, const std::string &x, const std::string &w,
                        const std::string &y, const std::string &attributes) {
  return with(R"(
    func.func private @convolution(%x: tensor<$Xxf32>, %w: tensor<$Wxf32>, %s: tensor<$Yxf32>) -> tensor<$Yxf32> attributes {tgc.group = "convolution"} {
      %0 = tgc.convolution %x, %w {$A, specs = $S} : (tensor<$Xxf32>, tensor<$Wxf32>) -> tensor<$Yxf32>
      %1 = tgc.add %0, %s : tensor<$Yxf32>
      return %1 : tensor<$Yxf32>
    })",
              {{'X', x},
               {'W', w},
               {'Y', y},
               {'A', attributes.substr(0, attributes.find(", groups"))},
               {'S', (last ? "[0, 3, 1, 2] x [3, 2, 0, 1] -> [0, 3, 1, 2]"
                           : "[0, 1, 2, 3] x [0, 1, 2, 3] -> [0, 1, 2, 3]") +
                         attributes.substr(attributes.find(", groups"))}});
}

TEST_P(EmitterTest, Convolves) {
  const char *plain = "strides = [1, 1], lo = [1, 1], hi = [1, 1], "
                      "lhs_dilation = [1, 1], rhs_dilation = [1, 1], "
                      "groups = 1 x 1";
  check(convolution(true, "2x9x10x3", "3x3x3x70", "2x9x10x70", plain));
  check(convolution(true, "1x14x7x33", "3x3x33x8", "1x14x7x8", plain));
  check(convolution(false, "2x3x9x10", "70x3x3x3", "2x70x9x10", plain));
  check(convolution(false, "1x150x6x20", "8x150x3x3", "1x8x6x20", plain));
  const char *strided = "strides = [2, 2], lo = [0, 0], hi = [0, 0], "
                        "lhs_dilation = [1, 1], rhs_dilation = [2, 1], "
                        "groups = 1 x 1";
  check(convolution(true, "1x20x21x5", "3x7x5x20", "1x8x8x20", strided));
  check(convolution(false, "1x5x20x21", "20x5x3x7", "1x20x8x8", strided));
  const char *pointwise = "strides = [1, 1], lo = [0, 0], hi = [0, 0], "
                          "lhs_dilation = [1, 1], rhs_dilation = [1, 1], "
                          "groups = 1 x 1";
  check(convolution(true, "2x7x9x33", "1x1x33x17", "2x7x9x17", pointwise));
  check(convolution(false, "2x33x7x9", "17x33x1x1", "2x17x7x9", pointwise));
}

TEST_P(EmitterTest, ConvolvesGroupsAndHoles) {
  const char *grouped = "strides = [1, 1], lo = [1, 1], hi = [1, 1], "
                        "lhs_dilation = [1, 1], rhs_dilation = [1, 1], "
                        "groups = 4 x 1";
  check(convolution(true, "2x10x11x8", "3x3x2x12", "2x10x11x12", grouped));
  check(convolution(false, "2x8x10x11", "12x2x3x3", "2x12x10x11", grouped));
  const char *depthwise = "strides = [2, 1], lo = [1, 1], hi = [1, 1], "
                          "lhs_dilation = [1, 1], rhs_dilation = [1, 1], "
                          "groups = 70 x 1";
  check(convolution(true, "1x10x21x70", "3x3x1x70", "1x5x21x70", depthwise));
  check(convolution(false, "1x70x10x21", "70x1x3x3", "1x70x5x21", depthwise));
  // Rows of several strips, and padding of more than one lane on both sides.
  const char *wide = "strides = [1, 1], lo = [1, 2], hi = [1, 2], "
                     "lhs_dilation = [1, 1], rhs_dilation = [1, 2], "
                     "groups = 3 x 1";
  check(convolution(false, "1x3x5x150", "3x1x3x3", "1x3x5x150", wide));
  check(convolution(false, "2x3x5x56", "3x1x3x3", "2x3x5x56", wide));
  const char *batches = "strides = [1, 1], lo = [1, 1], hi = [1, 1], "
                        "lhs_dilation = [1, 1], rhs_dilation = [1, 1], "
                        "groups = 1 x 2";
  check(convolution(true, "4x5x6x3", "3x3x3x8", "2x5x6x8", batches));
  check(convolution(false, "4x3x5x6", "8x3x3x3", "2x8x5x6", batches));
  const char *holes = "strides = [1, 1], lo = [1, 2], hi = [1, 2], "
                      "lhs_dilation = [2, 3], rhs_dilation = [1, 1], "
                      "groups = 1 x 1";
  check(convolution(true, "2x5x6x6", "3x4x6x20", "2x9x17x20", holes));
  check(convolution(false, "1x150x5x6", "3x150x3x4", "1x3x9x17", holes));
}

TEST_P(EmitterTest, Moves) {
  for (const char *dtype : {"f32", "i1", "f16", "f64"})
    check(with(R"(
    func.func private @transpose(%a: tensor<2x133x70x$T>) -> tensor<70x2x133x$T> attributes {tgc.group = "move"} {
      %0 = tgc.transpose %a {perm = [2, 0, 1]} : (tensor<2x133x70x$T>) -> tensor<70x2x133x$T>
      return %0 : tensor<70x2x133x$T>
    }
    func.func private @rows(%a: tensor<2x33x4x8x$T>) -> tensor<2x4x33x8x$T> attributes {tgc.group = "move"} {
      %0 = tgc.transpose %a {perm = [0, 2, 1, 3]} : (tensor<2x33x4x8x$T>) -> tensor<2x4x33x8x$T>
      return %0 : tensor<2x4x33x8x$T>
    }
    func.func private @pad(%a: tensor<5x70x$T>, %v: tensor<$T>) -> tensor<4x75x$T> attributes {tgc.group = "move"} {
      %0 = tgc.pad %a, %v low[1, 2] high[-2, 3] {interior = [0, 0]} : (tensor<5x70x$T>, tensor<$T>) -> tensor<4x75x$T>
      return %0 : tensor<4x75x$T>
    }
    func.func private @holes(%a: tensor<4x5x$T>, %v: tensor<$T>) -> tensor<6x11x$T> attributes {tgc.group = "move"} {
      %0 = tgc.pad %a, %v low[-2, -3] high[1, 1] {interior = [1, 2]} : (tensor<4x5x$T>, tensor<$T>) -> tensor<6x11x$T>
      return %0 : tensor<6x11x$T>
    }
    func.func private @concatenate(%a: tensor<3x4x5x$T>, %b: tensor<3x1x5x$T>, %c: tensor<3x0x5x$T>) -> tensor<3x5x5x$T> attributes {tgc.group = "move"} {
      %0 = tgc.concatenate %a, %b, %c {dim = 1} : (tensor<3x4x5x$T>, tensor<3x1x5x$T>, tensor<3x0x5x$T>) -> tensor<3x5x5x$T>
      return %0 : tensor<3x5x5x$T>
    }
    func.func private @update(%a: tensor<6x8x$T>, %u: tensor<2x3x$T>) -> tensor<6x8x$T> attributes {tgc.group = "move"} {
      %0 = tgc.update_slice %a, %u[1, 1] [3, 2] : (tensor<6x8x$T>, tensor<2x3x$T>) -> tensor<6x8x$T>
      return %0 : tensor<6x8x$T>
    }
    func.func private @reshape(%a: tensor<6x8x$T>) -> tensor<3x16x$T> attributes {tgc.group = "move"} {
      %0 = tgc.reshape %a to [3, 16] : (tensor<6x8x$T>) -> tensor<3x16x$T>
      return %0 : tensor<3x16x$T>
    })",
               {{'T', dtype}}));
}

TEST_P(EmitterTest, MovesWithUnknownSizes) {
  check(R"(
    func.func private @cache(%a: tensor<2x?x8xf32> {tgc.dims = ["", "m", ""]}, %u: tensor<2x1x8xf32>, %p: tensor<?xf32> {tgc.dims = ["p"]}) -> tensor<2x?x8xf32> attributes {tgc.group = "move"} {
      %c0 = arith.constant 0 : index
      %at = tensor.dim %p, %c0 : tensor<?xf32>
      %0 = tgc.update_slice %a, %u[0, %at, 0] [1, 1, 1] : (tensor<2x?x8xf32>, tensor<2x1x8xf32>) -> tensor<2x?x8xf32>
      return %0 : tensor<2x?x8xf32>
    }
    func.func private @transpose(%a: tensor<?x?xf32> {tgc.dims = ["m", "p"]}) -> tensor<?x?xf32> attributes {tgc.group = "move"} {
      %0 = tgc.transpose %a {perm = [1, 0]} : (tensor<?x?xf32>) -> tensor<?x?xf32>
      return %0 : tensor<?x?xf32>
    })",
        {{{"m", 5}, {"p", 0}}, {{"m", 70}, {"p", 69}}, {{"m", 1}, {"p", 0}}});
}

TEST_P(EmitterTest, Gathers) {
  for (const char *mode : {"error", "clamp", "fill, fill = 1.5"})
    for (const char *size : {"10", "13"})
      check(with(R"(
    func.func private @rows(%a: tensor<$Nx20xf32>, %i: tensor<7xi64>) -> tensor<7x20xf32> attributes {tgc.group = "move"} {
      %0 = tgc.gather %a, %i [1, 20] {offset_dims = [1], collapsed_dims = [0], start_index_map = [0], index_vector_dim = 1, operand_batching_dims = [], indices_batching_dims = [], oob = $O} : (tensor<$Nx20xf32>, tensor<7xi64>) -> tensor<7x20xf32>
      return %0 : tensor<7x20xf32>
    }
    func.func private @blocks(%a: tensor<20x$Nxf64>, %i: tensor<2x7xi64>) -> tensor<2x7x3xf64> attributes {tgc.group = "move"} {
      %0 = tgc.gather %a, %i [2, 3] {offset_dims = [0, 2], collapsed_dims = [], start_index_map = [1, 0], index_vector_dim = 0, operand_batching_dims = [], indices_batching_dims = [], oob = $O} : (tensor<20x$Nxf64>, tensor<2x7xi64>) -> tensor<2x7x3xf64>
      return %0 : tensor<2x7x3xf64>
    }
    func.func private @batches(%a: tensor<3x$Nx5xi1>, %i: tensor<3x7xi64>) -> tensor<3x7x5xi1> attributes {tgc.group = "move"} {
      %0 = tgc.gather %a, %i [1, 1, 5] {offset_dims = [2], collapsed_dims = [1], start_index_map = [1], index_vector_dim = 2, operand_batching_dims = [0], indices_batching_dims = [0], oob = $O} : (tensor<3x$Nx5xi1>, tensor<3x7xi64>) -> tensor<3x7x5xi1>
      return %0 : tensor<3x7x5xi1>
    })",
                 {{'N', size}, {'O', mode}}));
}

TEST_P(EmitterTest, RefusesWhatAGroupMayNotHold) {
  auto fails = [&](const char *text) {
    std::string message;
    mlir::ScopedDiagnosticHandler handler(&context,
                                          [&](mlir::Diagnostic &diagnostic) {
                                            message += diagnostic.str();
                                            return mlir::success();
                                          });
    auto module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(module) << message;
    mlir::OwningOpRef<mlir::ModuleOp> code =
        mlir::ModuleOp::create(module->getLoc());
    auto group = *module->getOps<mlir::func::FuncOp>().begin();
    EXPECT_TRUE(mlir::failed(emitGroup(group, *code, "tgc_g", target)));
    return message;
  };
  EXPECT_NE(fails(R"(
    func.func private @g(%a: tensor<4xf32>) -> tensor<4xf32> attributes {tgc.group = "rows"} {
      return %a : tensor<4xf32>
    })")
                .find("unknown kind"),
            std::string::npos);
  EXPECT_NE(fails(R"(
    func.func private @g(%a: tensor<2xf32>) -> tensor<2xf32> attributes {tgc.group = "map"} {
      %c = tgc.constant dense<[1.0, 2.0]> : tensor<2xf32>
      %0 = tgc.add %a, %c : tensor<2xf32>
      return %0 : tensor<2xf32>
    })")
                .find("constants are operands"),
            std::string::npos);
  EXPECT_NE(fails(R"(
    func.func private @g(%a: tensor<2x2xf32>) -> tensor<2xf32> attributes {tgc.group = "map"} {
      %0 = tgc.reduce add %a {dims = [0]} : (tensor<2x2xf32>) -> tensor<2xf32>
      return %0 : tensor<2xf32>
    })")
                .find("no function of one point"),
            std::string::npos);
}

} // namespace
} // namespace tgc::codegen

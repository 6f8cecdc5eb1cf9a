// The driver with the real emitters: fused text in, numbers out.
#include "tgc/codegen/Compiler.h"

#include "tgc/codegen/jit/Link.h"
#include "tgc/codegen/llvm/Object.h"
#include "tgc/ir/Ops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <algorithm>

namespace tgc::codegen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// c = [10, 20, 30, 40]: s = x + y, t = |s| + s, k = c + c.
constexpr char text[] = R"(
func.func private @add(%a: tensor<?x4xf32> {tgc.dims = ["n", ""]}, %b: tensor<?x4xf32> {tgc.dims = ["n", ""]}) -> tensor<?x4xf32> attributes {tgc.group = "map"} {
  %0 = tgc.add %a, %b : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
func.func private @abs(%a: tensor<?x4xf32> {tgc.dims = ["n", ""]}) -> tensor<?x4xf32> attributes {tgc.group = "map"} {
  %0 = tgc.abs %a : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
func.func private @scale(%a: tensor<4xf32>) -> tensor<4xf32> attributes {tgc.group = "map"} {
  %0 = tgc.add %a, %a : tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func @main(%x: tensor<?x4xf32> {tgc.name = "x", tgc.dims = ["batch", ""]}, %y: tensor<?x4xf32> {tgc.name = "y", tgc.dims = ["batch", ""]})
    -> (tensor<?x4xf32> {tgc.name = "t"}, tensor<4xf32> {tgc.name = "k"}, tensor<?x4xf32> {tgc.name = "same"}) {
  %c = tgc.constant dense<[10.0, 20.0, 30.0, 40.0]> : tensor<4xf32>
  %0 = func.call @add(%x, %y) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = func.call @abs(%0) : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = func.call @add(%1, %0) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = func.call @scale(%c) : (tensor<4xf32>) -> tensor<4xf32>
  return %2, %3, %2 : tensor<?x4xf32>, tensor<4xf32>, tensor<?x4xf32>
}
)";

Value make(Shape shape, std::vector<float> elements) {
  Value value = *Value::allocate(f32, std::move(shape));
  std::copy(elements.begin(), elements.end(), value.data<float>());
  return value;
}

std::vector<float> floats(const Value &value) {
  return {value.data<float>(), value.data<float>() + value.numElements()};
}

struct CompilerTest : testing::Test {
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;
  CompileOptions options;
  CompileReport report;

  CompilerTest() {
    context.loadDialect<ir::TgcDialect, mlir::arith::ArithDialect,
                        mlir::func::FuncDialect, mlir::tensor::TensorDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  }

  std::string error() {
    return std::string(compile(*module, options).status().message());
  }

  void checkRuns(const CompiledObject &compiled) {
    auto program = linkInProcess(compiled);
    ASSERT_TRUE(program.ok()) << program.status();
    // Sizes below and above a vector.
    for (int64_t n : {0, 1, 2, 7, 100}) {
      std::vector<float> x(n * 4), y(n * 4), t(n * 4);
      for (int64_t i = 0; i < n * 4; ++i) {
        x[i] = static_cast<float>(i % 13) - 6;
        y[i] = static_cast<float>(i % 7) - 2;
        t[i] = std::abs(x[i] + y[i]) + (x[i] + y[i]);
      }
      auto result = (*program)->run({make({n, 4}, x), make({n, 4}, y)});
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_EQ(floats((*result)[0]), t);
      EXPECT_THAT(floats((*result)[1]), ElementsAre(20, 40, 60, 80));
      EXPECT_EQ(floats((*result)[2]), t);
    }
  }
};

TEST_F(CompilerTest, RunsAtEveryLevel) {
  for (int level : {0, 1, 2, 3}) {
    options.level = level;
    auto compiled = compile(*module, options);
    ASSERT_TRUE(compiled.ok()) << compiled.status();
    checkRuns(*compiled);
  }
}

TEST_F(CompilerTest, RunsAtEveryCpuLevelThisMachineHas) {
  for (const char *cpu : {"x86-64", "x86-64-v3", "x86-64-v4"}) {
    options.cpu = cpu;
    auto compiled = compile(*module, options);
    ASSERT_TRUE(compiled.ok()) << compiled.status();
    EXPECT_EQ(compiled->cpu, cpu);
    if (linkInProcess(*compiled).status().code() ==
        absl::StatusCode::kFailedPrecondition)
      continue;
    checkRuns(*compiled);
  }
}

TEST_F(CompilerTest, EmbedsWeightsWhereAsked) {
  auto beside = compile(*module, options);
  ASSERT_TRUE(beside.ok()) << beside.status();
  EXPECT_EQ(beside->weights->size(), 64);
  EXPECT_THAT(*undefinedSymbols(beside->object),
              testing::Contains("tgc_weights_main"));
  options.embedWeights = true;
  options.name = "model";
  auto embedded = compile(*module, options);
  EXPECT_EQ(embedded->weights, nullptr);
  EXPECT_THAT(*undefinedSymbols(embedded->object),
              testing::Not(testing::Contains("tgc_weights_model")));
  checkRuns(*embedded);
}

TEST_F(CompilerTest, GeneratesLargeProgramsInParts) {
  // Enough different groups that a second thread is worth its cost.
  std::string functions, calls;
  for (int i = 0; i < 60; ++i) {
    functions += "func.func private @g" + std::to_string(i) + "(%a: tensor<" +
                 std::to_string(4 + i) + "xf32>) -> tensor<" +
                 std::to_string(4 + i) +
                 "xf32> attributes {tgc.group = \"map\"} {\n %0 = tgc.exp %a : "
                 "tensor<" +
                 std::to_string(4 + i) + "xf32>\n return %0 : tensor<" +
                 std::to_string(4 + i) + "xf32>\n}\n";
  }
  std::string arguments, results, returned;
  for (int i = 0; i < 60; ++i) {
    std::string type = "tensor<" + std::to_string(4 + i) + "xf32>";
    std::string n = std::to_string(i), comma = i ? ", " : "";
    arguments += comma + "%x" + n + ": " + type;
    results += comma + type;
    returned += comma + "%" + n;
    calls += "%" + n + " = func.call @g" + n + "(%x" + n + ") : (" + type +
             ") -> " + type + "\n";
  }
  module = mlir::parseSourceString<mlir::ModuleOp>(
      functions + "func.func @main(" + arguments + ") -> (" + results +
          ") {\n" + calls + "return " + returned + " : " + results + "\n}",
      &context);
  ASSERT_TRUE(module);
  std::vector<Value> inputs;
  for (int64_t i = 0; i < 60; ++i)
    inputs.push_back(
        make({4 + i}, std::vector<float>(4 + i, static_cast<float>(i) / 9)));
  auto whole = compile(*module, options);
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_TRUE(whole->others.empty());
  options.threads = 3;
  auto split = compile(*module, options, &report);
  ASSERT_TRUE(split.ok()) << split.status();
  EXPECT_EQ(split->others.size(), 2u);
  EXPECT_GT(report.llvmInstructions, 0);
  auto expected = (*linkInProcess(*whole))->run(inputs);
  auto actual = (*linkInProcess(*split))->run(inputs);
  ASSERT_TRUE(actual.ok()) << actual.status();
  for (size_t i = 0; i < inputs.size(); ++i)
    EXPECT_EQ(floats((*actual)[i]), floats((*expected)[i]));
}

TEST_F(CompilerTest, GivesTheSameBytesEachTime) {
  std::string first = compile(*module, options)->object;
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(compile(*module, options)->object, first);
}

TEST_F(CompilerTest, ReportsPhasesAndGroups) {
  std::vector<std::string> phases;
  options.progress = [&](std::string_view name, int index, int count, double) {
    EXPECT_EQ(index, static_cast<int>(phases.size()));
    EXPECT_EQ(count, 4);
    phases.emplace_back(name);
    return true;
  };
  ASSERT_TRUE(compile(*module, options, &report).ok());
  EXPECT_THAT(phases, ElementsAre("vector", "memory", "llvm", "asm"));
  ASSERT_EQ(report.phases.size(), 4u);
  ASSERT_EQ(report.groups.size(), 3u);
  EXPECT_EQ(report.groups[0].symbol, "tgc_add");
  EXPECT_EQ(report.groups[0].kind, "map");
  EXPECT_EQ(report.groups[0].calls, 2);
  EXPECT_EQ(report.groups[0].ops, 1);
  EXPECT_NE(report.groups[0].schedule, "");
  EXPECT_EQ(report.memory, "0 bytes (0 without sharing) + 2 * (16*batch)");
  EXPECT_EQ(report.workspaceBytes, 0);
  EXPECT_EQ(report.weightsBytes, 64);
  EXPECT_GT(report.objectBytes, 0);
}

TEST_F(CompilerTest, GivesTextOfThePhasesAskedFor) {
  std::map<std::string, std::string> texts;
  options.wantsText = [](std::string_view phase) { return phase != "vector"; };
  options.text = [&](std::string_view phase, std::string content) {
    texts[std::string(phase)] = std::move(content);
  };
  auto compiled = compile(*module, options);
  EXPECT_EQ(texts.size(), 3u);
  EXPECT_THAT(texts["memory"], HasSubstr("weights + 0"));
  EXPECT_THAT(texts["llvm"], HasSubstr("@tgc_executable_main"));
  EXPECT_THAT(texts["asm"], HasSubstr("tgc_query"));
  checkRuns(*compiled);
}

TEST_F(CompilerTest, CanBeCancelledAfterEachPhase) {
  for (int last = 0; last < 4; ++last) {
    options.progress = [&](std::string_view, int index, int, double) {
      return index < last;
    };
    EXPECT_EQ(compile(*module, options).status().code(),
              absl::StatusCode::kCancelled);
  }
}

TEST_F(CompilerTest, LeavesTheModuleAsItIs) {
  auto print = [&] {
    std::string out;
    llvm::raw_string_ostream stream(out);
    module->print(stream);
    return out;
  };
  std::string before = print();
  ASSERT_TRUE(compile(*module, options).ok());
  EXPECT_EQ(print(), before);
}

TEST_F(CompilerTest, RefusesOptionsItCannotFollow) {
  options.cpu = "pentium9";
  EXPECT_THAT(error(), HasSubstr("target CPU 'pentium9' is unknown"));
  options.cpu = "native";
  for (const char *name : {"", "2nd", "a-b", "a b"}) {
    options.name = name;
    EXPECT_THAT(error(), HasSubstr("is no C identifier"));
  }
}

TEST_F(CompilerTest, TurnsDiagnosticsIntoTheStatus) {
  auto add = module->lookupSymbol<mlir::func::FuncOp>("add");
  add->setAttr(ir::groupAttr, mlir::StringAttr::get(&context, "juggle"));
  testing::internal::CaptureStderr();
  std::string message = error();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(message, HasSubstr("no code for group 'add' of kind juggle"));
}

} // namespace
} // namespace tgc::codegen

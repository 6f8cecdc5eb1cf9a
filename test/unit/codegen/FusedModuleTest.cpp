// Reading fused modules and planning where their values lie.
#include "tgc/codegen/FusedModule.h"

#include "tgc/codegen/emit/Emitter.h"
#include "tgc/ir/Ops.h"
#include "tgc/runtime/executable/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tgc::codegen {
namespace {

using testing::HasSubstr;

constexpr char groups[] = R"(
func.func private @add(%a: tensor<?x4xf32> {tgc.dims = ["n", ""]}, %b: tensor<?x4xf32> {tgc.dims = ["n", ""]}) -> tensor<?x4xf32> attributes {tgc.group = "map"} {
  %0 = tgc.add %a, %b : tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
func.func private @addFree(%a: tensor<?xf32> {tgc.dims = ["a"]}, %b: tensor<?xf32> {tgc.dims = ["b"]}) -> tensor<?xf32> attributes {tgc.group = "map"} {
  %0 = tgc.add %a, %b : tensor<?xf32>
  return %0 : tensor<?xf32>
}
func.func private @first(%a: tensor<?xf32> {tgc.dims = ["n"]}, %size: index {tgc.value = "m"}) -> tensor<?xf32> attributes {tgc.group = "move"} {
  %0 = tgc.slice %a[0] [%size] [1] : (tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
func.func private @take(%a: tensor<?x4xf32> {tgc.dims = ["n", ""]}, %i: tensor<?x2xi64> {tgc.dims = ["m", ""]}) -> tensor<?x2x4xf32> attributes {tgc.group = "move"} {
  %0 = tgc.gather %a, %i [1, 4] {offset_dims = [2], collapsed_dims = [0], start_index_map = [0], index_vector_dim = 2, operand_batching_dims = [], indices_batching_dims = []} : (tensor<?x4xf32>, tensor<?x2xi64>) -> tensor<?x2x4xf32> loc("app.cc":7:12)
  return %0 : tensor<?x2x4xf32>
}
)";

struct FusedModuleTest : testing::Test {
  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  mlir::OwningOpRef<mlir::ModuleOp> module;

  FusedModuleTest() {
    context.loadDialect<ir::TgcDialect, mlir::arith::ArithDialect,
                        mlir::func::FuncDialect, mlir::tensor::TensorDialect>();
  }

  absl::StatusOr<FusedModule> read(const std::string &main) {
    module = mlir::parseSourceString<mlir::ModuleOp>(groups + main, &context);
    EXPECT_TRUE(module);
    if (!module)
      return absl::InternalError("no module");
    return readFusedModule(*module);
  }
  std::string error(const std::string &main) {
    return std::string(read(main).status().message());
  }

  /// The plan, with groups emitted by name only.
  std::string plan(const std::string &main) {
    auto fused = read(main);
    if (!fused.ok())
      return std::string(fused.status().message());
    std::vector<EmittedGroup> emitted;
    for (const Group &group : fused->groups) {
      auto function = llvm::cast<mlir::func::FuncOp>(group.function);
      EmittedGroup &e = emitted.emplace_back();
      e.symbol = function.getSymName().str();
      ir::DimAnalysis sizes(function);
      e.iterations = byteSize(sizes.typeOf(
          function.getBody().front().getTerminator()->getOperand(0)));
      for (const auto &symbol : sizes.symbols())
        e.symbols.push_back(symbol.name);
      function.walk(
          [&](ir::GatherOp op) { e.oobSlots.push_back(op.getLoc()); });
    }
    WeightsBuilder weights;
    auto result = planProgram(*fused, emitted, weights);
    sites = result.ok() ? result->sites : std::vector<OobSite>();
    return result.ok() ? result->text()
                       : std::string(result.status().message());
  }
  std::vector<OobSite> sites;
};

TEST_F(FusedModuleTest, BindsTheSizesOfSharedGroups) {
  auto fused = read(R"(
func.func @main(%x: tensor<?x4xf32> {tgc.name = "x", tgc.dims = ["batch", ""]}, %y: tensor<8x4xf32>) -> (tensor<?x4xf32> {tgc.name = "z"}, tensor<?x4xf32>) {
  %0 = func.call @add(%x, %x) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %c = tensor.cast %y : tensor<8x4xf32> to tensor<?x4xf32>
  %1 = func.call @add(%c, %c) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0, %1 : tensor<?x4xf32>, tensor<?x4xf32>
})");
  ASSERT_TRUE(fused.ok()) << fused.status();
  ASSERT_EQ(fused->groups.size(), 1u);
  EXPECT_EQ(fused->groups[0].kind, "map");
  ASSERT_EQ(fused->calls.size(), 2u);
  EXPECT_EQ(fused->calls[0].sizes.at("n").text(), "batch");
  EXPECT_EQ(fused->calls[1].sizes.at("n").text(), "8");
  EXPECT_EQ(fused->calls[1].operands[0], fused->arguments[1]);
  EXPECT_EQ(fused->inputs[1].name, "arg1");
  EXPECT_EQ(fused->outputs[0].name, "z");
  EXPECT_EQ(typeText(fused->outputs[1].type), "8x4xf32");
  EXPECT_TRUE(fused->checks.empty());
}

TEST_F(FusedModuleTest, CollectsTheConditionsOnSizesOnce) {
  auto fused = read(R"(
func.func @main(%x: tensor<?xf32> {tgc.dims = ["p"]}, %y: tensor<?xf32> {tgc.dims = ["q"]}) -> tensor<?xf32> {
  %0 = func.call @addFree(%x, %x) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %1 = func.call @addFree(%x, %y) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %2 = func.call @addFree(%0, %y) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %2 : tensor<?xf32>
})");
  ASSERT_TRUE(fused.ok()) << fused.status();
  ASSERT_EQ(fused->checks.size(), 1u);
  EXPECT_EQ(fused->checks[0].relation, SizeRelation::Equal);
  EXPECT_THAT(fused->checks[0].what, HasSubstr("tgc.add: operand 1 ('rhs')"));
}

TEST_F(FusedModuleTest, RefusesSizesThatCannotBeEqual) {
  std::string message = error(R"(
func.func @main(%x: tensor<?xf32> {tgc.dims = ["p"]}, %y: tensor<?xf32> {tgc.dims = ["p + 1"]}, %z: tensor<?xf32> {tgc.dims = ["p"]}) -> tensor<?xf32> {
  %0 = func.call @addFree(%x, %y) : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
})");
  EXPECT_THAT(message, HasSubstr("tgc.add: operand 1 ('rhs')"));
  EXPECT_THAT(message, HasSubstr("has size p + 1; expected p"));
}

TEST_F(FusedModuleTest, FollowsSizesThroughIndexArithmetic) {
  auto fused = read(R"(
func.func @main(%x: tensor<?xf32> {tgc.name = "x", tgc.dims = ["p"]}) -> tensor<?xf32> {
  %zero = arith.constant 0 : index
  %four = arith.constant 4 : index
  %p = tensor.dim %x, %zero : tensor<?xf32>
  %size = arith.subi %p, %four : index
  %0 = func.call @first(%x, %size) : (tensor<?xf32>, index) -> tensor<?xf32>
  return %0 : tensor<?xf32>
})");
  ASSERT_TRUE(fused.ok()) << fused.status();
  EXPECT_EQ(fused->calls[0].sizes.at("m").text(), "p - 4");
  EXPECT_EQ(fused->outputs[0].type.dims[0].text(), "p - 4");
  // p - 4 may be negative: a run with p = 3 must not start.
  bool refused = false;
  for (const SizeCheck &check : fused->checks) {
    auto p = [](std::string_view) { return std::optional<int64_t>(3); };
    auto got = check.got.evaluate(p), expected = check.expected.evaluate(p);
    refused |= !check.holds(*got, *expected);
  }
  EXPECT_TRUE(refused);
}

TEST_F(FusedModuleTest, RefusesAnyOtherForm) {
  EXPECT_THAT(error("func.func @other() { return }"),
              HasSubstr("no function 'main'"));
  EXPECT_THAT(error(R"(
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = tgc.abs %x : tensor<4xf32>
  return %0 : tensor<4xf32>
})"),
              HasSubstr("function 'main' holds 'tgc.abs'"));
  EXPECT_THAT(error(R"(
func.func private @plain(%x: tensor<4xf32>) -> tensor<4xf32> { return %x : tensor<4xf32> }
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = func.call @plain(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
})"),
              HasSubstr("function 'plain', called in 'main', is no group"));
  EXPECT_THAT(error(R"(
func.func @main(%x: tensor<?xf32> {tgc.name = "x", tgc.dims = ["2*p"]}) -> tensor<?xf32> {
  return %x : tensor<?xf32>
})"),
              HasSubstr("input 'x' has size 2*p, but no input has a dimension "
                        "of size p"));
  EXPECT_THAT(error(R"(
func.func @main(%x: tensor<?x4xf32> {tgc.dims = ["p", ""]}, %y: tensor<?x4xf32> {tgc.dims = ["q", ""]}) -> tensor<?x4xf32> {
  %0 = func.call @add(%x, %y) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
})"),
              HasSubstr("group 'add' is called with a size q where it expects "
                        "n"));
}

TEST_F(FusedModuleTest, RefusesValuesBeyond64Bits) {
  auto fused = read(R"(
func.func @main(%x: tensor<?x4611686018427387904x4xf32> {tgc.dims = ["p", "", ""]}) {
  return
})");
  EXPECT_EQ(fused.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(FusedModuleTest, WritesResultsIntoOutputsAndCopiesTheRest) {
  EXPECT_EQ(plan(R"(
func.func @main(%x: tensor<?x4xf32> {tgc.name = "x", tgc.dims = ["p", ""]}) -> (tensor<?x4xf32> {tgc.name = "a"}, tensor<?x4xf32> {tgc.name = "b"}, tensor<?x4xf32> {tgc.name = "c"}, tensor<2xf32> {tgc.name = "d"}) {
  %k = tgc.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = func.call @add(%x, %x) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = func.call @add(%0, %x) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = func.call @add(%1, %1) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = func.call @add(%2, %2) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %2, %2, %x, %k : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<2xf32>
})"),
            R"(input 0: 'x' px4xf32
output 0: 'a' px4xf32
output 1: 'b' px4xf32
output 2: 'c' px4xf32
output 3: 'd' 2xf32
size p: dimension 0 of input 0
workspace: 0 bytes (0 without sharing) + 2 * (16*p)
weights: 64 bytes
add(input 0, input 0, bucket 0 [0]) iterations 16*p grain 1
add(bucket 0 [0], input 0, bucket 0 [1]) iterations 16*p grain 1
add(bucket 0 [1], bucket 0 [1], output 0) iterations 16*p grain 1
add(output 0, output 0, bucket 0 [0]) iterations 16*p grain 1
copy output 0 to output 1, 16*p bytes
copy input 0 to output 2, 16*p bytes
copy weights + 0 to output 3, 8 bytes
)");
}

TEST_F(FusedModuleTest, GivesEveryCallItsSites) {
  plan(R"(
func.func @main(%x: tensor<?x4xf32> {tgc.name = "x", tgc.dims = ["p", ""]}, %i: tensor<?x2xi64> {tgc.dims = ["q", ""]}, %j: tensor<?x2xi64> {tgc.dims = ["r", ""]}) -> (tensor<?x2x4xf32>, tensor<?x2x4xf32>) {
  %0 = func.call @take(%x, %i) : (tensor<?x4xf32>, tensor<?x2xi64>) -> tensor<?x2x4xf32>
  %1 = func.call @take(%x, %j) : (tensor<?x4xf32>, tensor<?x2xi64>) -> tensor<?x2x4xf32>
  return %0, %1 : tensor<?x2x4xf32>, tensor<?x2x4xf32>
})");
  ASSERT_EQ(sites.size(), 2u);
  EXPECT_EQ(sites[0].where, "app.cc:7");
  EXPECT_EQ(sites[0].dims[0].text(), "q");
  EXPECT_EQ(sites[1].dims[0].text(), "r");
  EXPECT_EQ(sites[1].dims[1].text(), "2");
  EXPECT_EQ(sites[1].dims.size(), 2u);
}

} // namespace
} // namespace tgc::codegen

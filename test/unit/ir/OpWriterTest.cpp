// Ops written by name on values: types over named sizes, sizes where every use
// sees them, and errors that end the work.
#include "tgc/ir/TgcDialect.h"
#include "tgc/ir/TypeBridge.h"
#include "tgc/ir/builder/Ops.h"
#include "tgc/ir/interpret/Interpreter.h"
#include "tgc/ir/serialize/Serialize.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"

#include "gtest/gtest.h"

namespace tgc::ir {
namespace {

const DimExpr n = DimExpr::symbol("n");

std::unique_ptr<mlir::MLIRContext> makeContext() {
  mlir::DialectRegistry registry;
  registerDialects(registry);
  auto context = std::make_unique<mlir::MLIRContext>(
      registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

class OpWriterTest : public testing::Test {
protected:
  /// Opens a function with arguments of these types.
  OpWriter &begin(const std::vector<TensorType> &types) {
    llvm::SmallVector<mlir::Type> arguments;
    for (const TensorType &type : types)
      arguments.push_back(tensorType(context.get(), type));
    builder.setInsertionPointToEnd(module->getBody());
    function = mlir::func::FuncOp::create(
        builder, loc, "main", builder.getFunctionType(arguments, {}));
    function.addEntryBlock();
    for (size_t i = 0; i < types.size(); ++i)
      if (mlir::ArrayAttr names = sizeNames(context.get(), types[i]))
        function.setArgAttr(i, dimsAttr, names);
    builder.setInsertionPointToStart(&function.getBody().front());
    return writer.emplace(builder, function);
  }
  mlir::Value argument(unsigned i) { return function.getArgument(i); }

  /// Ends it with one result and runs it, verified.
  Value run(mlir::Value result, std::vector<Value> arguments) {
    mlir::func::ReturnOp::create(builder, loc, result);
    function.setFunctionType(
        builder.getFunctionType(function.getArgumentTypes(), result.getType()));
    EXPECT_TRUE(mlir::succeeded(mlir::verify(*module)));
    auto results = interpret(function, arguments);
    EXPECT_TRUE(results.ok()) << results.status().message();
    return results.ok() ? (*results)[0] : Value{};
  }

  std::unique_ptr<mlir::MLIRContext> context = makeContext();
  mlir::OpBuilder builder{context.get()};
  mlir::Location loc = builder.getUnknownLoc();
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(loc);
  mlir::func::FuncOp function;
  std::optional<OpWriter> writer;
};

Value floats(Shape shape) {
  Value value = *Value::allocate(DType::f32, std::move(shape));
  for (int64_t i = 0; i < value.numElements(); ++i)
    static_cast<float *>(value.buffer->data())[i] = static_cast<float>(i);
  return value;
}

std::vector<float> elements(const Value &value) {
  const float *data = value.data<float>();
  return {data, data + value.numElements()};
}

TEST_F(OpWriterTest, TwoOpsOverANamedSize) {
  OpWriter &w = begin({{DType::f32, {n, 2}}});
  mlir::Value flat = build::reshape(w, loc, argument(0), {.sizes = {n * 2}});
  mlir::Value sum = build::reduce(
      w, loc, build::add(w, loc, flat, flat),
      {.kind = tgc::ReduceKind::add, .dims = {-1}}); // counted from the end
  ASSERT_TRUE(w.status().ok());
  EXPECT_EQ(typeText(w.typeOf(flat)), "(2*n)xf32");
  EXPECT_EQ(elements(run(sum, {floats({3, 2})})), std::vector<float>{30});
}

TEST_F(OpWriterTest, SizesAreWrittenOnceWhereEveryUseSeesThem) {
  OpWriter &w = begin({{DType::f32, {n}}, {DType::f32, {}}});
  mlir::Value y =
      build::broadcast_in_dim(w, loc, argument(1), {.dims = {}, .sizes = {n}});
  mlir::Operation *first = y.getDefiningOp();
  builder.setInsertionPoint(first);
  mlir::Value before = build::broadcast_in_dim(w, loc, argument(1),
                                               {.dims = {}, .sizes = {n + 1}});
  mlir::Value again =
      build::broadcast_in_dim(w, loc, argument(1), {.dims = {}, .sizes = {n}});
  EXPECT_EQ(again.getDefiningOp()->getOperand(1), first->getOperand(1));
  builder.setInsertionPointAfter(first);
  mlir::Value all = build::concatenate(w, loc, {before, again, y}, {.dim = 0});
  ASSERT_TRUE(w.status().ok());
  EXPECT_EQ(run(all, {floats({4}), floats({})}).shape, Shape{13});
}

// Its parts' sizes add up to 4, which their types do not tell.
TEST_F(OpWriterTest, ASizeThatOnlyNamesTellIsPromisedByACast) {
  OpWriter &w = begin({{DType::f32, {n}}});
  auto head = [&](const DimExpr &size) {
    return build::slice(w, loc, argument(0),
                        {.offsets = {0}, .sizes = {size}, .strides = {1}});
  };
  mlir::Value all =
      build::concatenate(w, loc, {head(n - 2), head(6 - n)}, {.dim = 0});
  ASSERT_TRUE(w.status().ok());
  EXPECT_EQ(all.getType(), tensorType(context.get(), {DType::f32, {4}}));
  EXPECT_TRUE(all.getDefiningOp<mlir::tensor::CastOp>());
  EXPECT_EQ(elements(run(all, {floats({3})})),
            (std::vector<float>{0, 0, 1, 2}));
}

TEST_F(OpWriterTest, TheFirstErrorEndsTheWork) {
  OpWriter &w = begin({{DType::f32, {2}}, {DType::f32, {3}}});
  mlir::Value sum = build::add(w, loc, argument(0), argument(1));
  EXPECT_FALSE(sum);
  EXPECT_FALSE(build::tanh(w, loc, sum));
  EXPECT_FALSE(build::tanh(w, loc, argument(0)));
  std::string message(w.status().message());
  EXPECT_EQ(message.substr(0, message.find(';')),
            "tgc.add: operand 1 ('rhs') has size 3 in dimension 0");
  EXPECT_TRUE(function.getBody().front().empty());
}

TEST_F(OpWriterTest, ASizeOfNoArgumentIsRefused) {
  OpWriter &w = begin({{DType::f32, {2}}});
  EXPECT_FALSE(build::iota(
      w, loc,
      {.dim = 0, .sizes = {DimExpr::symbol("m")}, .dtype = DType::i64}));
  EXPECT_EQ(std::string(w.status().message()),
            "tgc.iota: size 'm' is that of no argument of the function\n"
            "  fix: use sizes of its arguments");
}

} // namespace
} // namespace tgc::ir

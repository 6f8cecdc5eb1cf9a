// Values of every op against NumPy's, made by data/make_references.py.
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/api/Program.h"
#include "tgc/frontend/eager/TensorImpl.h"
#include "tgc/runtime/io/Load.h"
#include "tgc/test/ops/OpDb.h"

#include "gtest/gtest.h"

#include <cmath>
#include <set>

namespace tgc::test {
namespace {

/// How near NumPy's results are (semantics.md 13).
enum class Nearness : uint8_t {
  Exact, // integers, movement, + - * / sqrt: the same bits
  Close, // bounded functions, sums, products
};
constexpr Nearness exact = Nearness::Exact, close = Nearness::Close;

/// A call on the operands of a group of the files.
struct Reference {
  OpKind kind;
  std::string group, call;
  Nearness nearness;
  /// The dtype is the group's.
  std::function<Tensor(Operands, DType)> function;
};
void PrintTo(const Reference &reference, std::ostream *os) {
  *os << reference.group << "/" << reference.call;
}

using Unary = Tensor (*)(const Tensor &, std::source_location);
using Binary = Tensor (*)(const TensorArg &, const TensorArg &,
                          std::source_location);

void addElementwise(std::vector<Reference> &list) {
  auto unary = [&](OpKind kind, Nearness nearness, Unary function) {
    list.push_back({kind, "unary", std::string(opInfo(kind).mnemonic), nearness,
                    [=](Operands x, DType) { return function(x[0], {}); }});
  };
  auto binary = [&](OpKind kind, Nearness nearness, Binary function) {
    list.push_back(
        {kind, "binary", std::string(opInfo(kind).mnemonic), nearness,
         [=](Operands x, DType) { return function(x[0], x[1], {}); }});
  };
  unary(OpKind::Abs, exact, tgc::abs);
  unary(OpKind::BitwiseNot, exact, bitwise_not);
  unary(OpKind::Ceil, exact, tgc::ceil);
  unary(OpKind::Cos, close, tgc::cos);
  unary(OpKind::Erf, close, tgc::erf);
  unary(OpKind::Exp, close, tgc::exp);
  unary(OpKind::Expm1, close, tgc::expm1);
  unary(OpKind::Floor, exact, tgc::floor);
  unary(OpKind::IsFinite, exact, is_finite);
  unary(OpKind::Log, close, tgc::log);
  unary(OpKind::Log1p, close, tgc::log1p);
  unary(OpKind::Logistic, close, logistic);
  unary(OpKind::Negate, exact, negate);
  unary(OpKind::Rsqrt, exact, rsqrt);
  unary(OpKind::Sign, exact, sign);
  unary(OpKind::Sin, close, tgc::sin);
  unary(OpKind::Sqrt, exact, tgc::sqrt);
  unary(OpKind::Tanh, close, tgc::tanh);
  list.push_back({OpKind::Round, "unary", "round", exact,
                  [](Operands x, DType) { return round(x[0]); }});
  list.push_back(
      {OpKind::Round, "unary", "round_away", exact, [](Operands x, DType) {
         return round(x[0], {.mode = RoundMode::away});
       }});

  binary(OpKind::Add, exact, tgc::add);
  binary(OpKind::BitwiseAnd, exact, bitwise_and);
  binary(OpKind::BitwiseOr, exact, bitwise_or);
  binary(OpKind::BitwiseXor, exact, bitwise_xor);
  binary(OpKind::Divide, exact, divide);
  binary(OpKind::Maximum, exact, maximum);
  binary(OpKind::Minimum, exact, minimum);
  binary(OpKind::Multiply, exact, multiply);
  binary(OpKind::Power, close, power);
  binary(OpKind::Rem, exact, rem);
  binary(OpKind::Subtract, exact, subtract);
  for (int i = 0; i < 6; ++i)
    for (bool total : {false, true}) {
      auto direction = static_cast<CompareDirection>(i);
      list.push_back({OpKind::Compare, "binary",
                      "compare_" + std::string(enumName(direction)) +
                          (total ? "_total" : ""),
                      exact, [=](Operands x, DType) {
                        return compare(x[0], x[1], direction, {.total = total});
                      }});
    }

  list.push_back({OpKind::Select, "choice", "select", exact,
                  [](Operands x, DType) { return select(x[0], x[1], x[2]); }});
  list.push_back({OpKind::Clamp, "bounds", "clamp", exact,
                  [](Operands x, DType) { return clamp(x[0], x[1], x[2]); }});
  for (DType to : {i1, u8, i32, i64, f16, f32, f64})
    list.push_back({OpKind::Convert, "convert", std::string(dtypeName(to)),
                    exact,
                    [to](Operands x, DType) { return convert(x[0], to); }});
}

void addReductions(std::vector<Reference> &list) {
  for (int i = 0; i < 7; ++i) {
    auto kind = static_cast<ReduceKind>(i);
    std::string name(enumName(kind));
    Nearness nearness =
        kind == ReduceKind::add || kind == ReduceKind::mul ? close : exact;
    auto add = [&](const std::string &dims, const Axes &axes) {
      list.push_back(
          {OpKind::Reduce, "reduce", name + "_" + dims, nearness,
           [=](Operands x, DType) { return reduce(x[0], kind, axes); }});
    };
    add("outer", {0});
    add("all", {0, 1, 2});
    if (kind == ReduceKind::add) {
      add("middle", {1});
      add("ends", {0, 2});
    }
    list.push_back({OpKind::ReduceWindow, "reduce_window", name, nearness,
                    [=](Operands x, DType) {
                      return reduce_window(x[0], kind, {2, 3},
                                           {.strides = {1, 2},
                                            .lo = {1, 0},
                                            .hi = {1, 2},
                                            .base_dilation = {1, 2},
                                            .window_dilation = {2, 1}});
                    }});
  }
  for (ArgReduceKind kind : {ArgReduceKind::max, ArgReduceKind::min})
    for (int64_t dim : {0, 1})
      list.push_back(
          {OpKind::ArgReduce, "arg_reduce",
           std::string(enumName(kind)) + "_" + std::to_string(dim), exact,
           [=](Operands x, DType) { return arg_reduce(x[0], kind, dim); }});
}

void addContractions(std::vector<Reference> &list) {
  auto dot = [&](const std::string &name, const Axes &lhs, const Axes &rhs,
                 const DotGeneralOptions &options = {}) {
    list.push_back({OpKind::DotGeneral, "dot_" + name, "dot_general", close,
                    [=](Operands x, DType) {
                      return dot_general(x[0], x[1], lhs, rhs, options);
                    }});
  };
  dot("matrices", {1}, {0});
  dot("long", {1}, {1});
  dot("vectors", {0}, {0});
  dot("outer", {}, {});
  dot("batches", {2}, {1}, {.lhs_batch = {0}, .rhs_batch = {0}});
  dot("inner_batch", {2}, {0}, {.lhs_batch = {1}, .rhs_batch = {1}});
  dot("two_dims", {1, 2}, {1, 0});

  auto conv = [&](const std::string &name, const ConvolutionOptions &options) {
    list.push_back(
        {OpKind::Convolution, "conv_" + name, "convolution", close,
         [=](Operands x, DType) { return convolution(x[0], x[1], options); }});
  };
  conv("plain", {});
  conv("strided", {.strides = {2, 3}, .lo = {1, 0}, .hi = {0, 2}});
  conv("holes_in_kernel", {.lo = {1, 2}, .hi = {2, 0}, .rhs_dilation = {2, 3}});
  conv("holes_in_x", {.lo = {1, 1}, .hi = {0, 2}, .lhs_dilation = {2, 3}});
  conv("groups", {.feature_group_count = 2});
  conv("batch_groups", {.batch_group_count = 2});
}

void addMovement(std::vector<Reference> &list) {
  auto add = [&](OpKind kind, const std::string &group, const std::string &call,
                 std::function<Tensor(Operands)> function) {
    list.push_back({kind, group, call, exact,
                    [=](Operands x, DType) { return function(x); }});
  };
  add(OpKind::Constant, "cube", "constant", [](Operands x) {
    Program program =
        trace([&](Operands) { return x[0]; }, std::vector<TensorSpec>());
    return program.interpret({})[0];
  });
  add(OpKind::Reshape, "cube", "reshape",
      [](Operands x) { return reshape(x[0], {5, 12}); });
  add(OpKind::Transpose, "cube", "transpose_021",
      [](Operands x) { return transpose(x[0], {0, 2, 1}); });
  add(OpKind::Transpose, "cube", "transpose_201",
      [](Operands x) { return transpose(x[0], {2, 0, 1}); });
  add(OpKind::Reverse, "cube", "reverse",
      [](Operands x) { return reverse(x[0], {0, 2}); });
  add(OpKind::Slice, "cube", "slice",
      [](Operands x) { return slice(x[0], {1, 0, 1}, {2, 2, 2}, {1, 3, 2}); });
  add(OpKind::Concatenate, "cube", "concatenate_0",
      [](Operands x) { return concatenate({x[0], x[0]}, 0); });
  add(OpKind::Concatenate, "cube", "concatenate_2",
      [](Operands x) { return concatenate({x[0], x[0]}, 2); });
  add(OpKind::UpdateSlice, "cube", "update_slice", [](Operands x) {
    Tensor update = slice(x[0], {0, 0, 0}, {2, 2, 3}, {1, 1, 1});
    return update_slice(x[0], update, {1, 0, 2}, {1, 2, 1});
  });
  add(OpKind::BroadcastInDim, "square", "broadcast_in_dim_front",
      [](Operands x) { return broadcast_in_dim(x[0], {1, 2}, {2, 3, 4}); });
  add(OpKind::BroadcastInDim, "square", "broadcast_in_dim_middle",
      [](Operands x) { return broadcast_in_dim(x[0], {0, 2}, {3, 2, 4}); });
  add(OpKind::Pad, "square", "pad", [](Operands x) {
    return pad(x[0], x[1], {1, -1}, {0, 2}, {.interior = {1, 2}});
  });
  for (int64_t dim : {0, 1})
    list.push_back(
        {OpKind::Iota, "iota", "dim_" + std::to_string(dim), exact,
         [dim](Operands, DType dtype) { return iota(dim, {3, 4}, dtype); }});

  for (OobMode oob : {OobMode::clamp, OobMode::fill})
    add(OpKind::Gather, "rows", "gather_" + std::string(enumName(oob)),
        [oob](Operands x) {
          return gather(x[0], x[1], {1}, {0}, {0}, 1, {1, 5},
                        {.oob = oob, .fill = 2.75});
        });
  add(OpKind::Gather, "elements", "gather_pairs", [](Operands x) {
    return gather(x[0], x[1], {}, {0, 1}, {0, 1}, 1, {1, 1});
  });
  add(OpKind::Gather, "elements", "gather_blocks", [](Operands x) {
    return gather(x[0], x[1], {1, 2}, {}, {0, 1}, 1, {2, 3},
                  {.oob = OobMode::clamp});
  });
  add(OpKind::Gather, "batches", "gather", [](Operands x) {
    return gather(x[0], x[1], {2}, {1}, {1}, 2, {1, 1, 4},
                  {.operand_batching_dims = {0}, .indices_batching_dims = {0}});
  });
}

const std::vector<Reference> &references() {
  static const std::vector<Reference> list = [] {
    std::vector<Reference> all;
    addElementwise(all);
    addReductions(all);
    addContractions(all);
    addMovement(all);
    return all;
  }();
  return list;
}

/// The tensors of all files by name.
const ValueMap &arrays() {
  static const ValueMap all = [] {
    ValueMap map;
    for (const char *family : {"contraction", "data_movement", "elementwise",
                               "indexing", "reduction"})
      map.merge(*loadTensors(std::string(TGC_TEST_DATA "/") + family + ".npz"));
    return map;
  }();
  return all;
}

/// Nothing if |got - expected| <= atol + rtol |expected| everywhere.
std::string differenceBeyond(const Tensor &got, const Tensor &expected) {
  if (got.dtype() != expected.dtype() || !isFloat(got.dtype()))
    return difference(got, expected);
  bool isDouble = got.dtype() == f64;
  double relative = isDouble ? 1e-7 : 1.3e-6, absolute = isDouble ? 1e-7 : 1e-5;
  if (typeText(got) != typeText(expected))
    return "its type is " + typeText(got) + "; expected " + typeText(expected);
  Tensor a = convert(got, f64), b = convert(expected, f64);
  for (size_t i = 0; i < a.data<double>().size(); ++i) {
    double x = a.data<double>()[i], y = b.data<double>()[i];
    if (x == y || (std::isnan(x) && std::isnan(y)) ||
        (std::isfinite(y) &&
         std::fabs(x - y) <= absolute + relative * std::fabs(y)))
      continue;
    return "element " + std::to_string(i) + " is " + std::to_string(x) +
           "; expected " + std::to_string(y);
  }
  return "";
}

/// The names of the results that a reference has, one per dtype.
std::vector<std::pair<std::string, DType>> namesOf(const Reference &reference) {
  std::vector<std::pair<std::string, DType>> names;
  for (DType dtype : {i1, u8, i32, i64, f16, f32, f64}) {
    std::string group = reference.group + "." + std::string(dtypeName(dtype));
    if (arrays().count(group + "/" + reference.call))
      names.push_back({group, dtype});
  }
  return names;
}

class References : public testing::TestWithParam<Reference> {};

TEST_P(References, EqualNumPys) {
  const Reference &reference = GetParam();
  auto names = namesOf(reference);
  EXPECT_FALSE(names.empty()) << "no file has it";
  for (const auto &[group, dtype] : names) {
    std::vector<Tensor> operands;
    for (size_t i = 0;; ++i) {
      auto it = arrays().find(group + "/" + std::to_string(i));
      if (it == arrays().end())
        break;
      operands.push_back(fromValue(it->second));
    }
    Tensor expected = fromValue(arrays().at(group + "/" + reference.call));
    Tensor got = reference.function(operands, dtype);
    EXPECT_EQ(reference.nearness == exact ? difference(got, expected)
                                          : differenceBeyond(got, expected),
              "")
        << group;
  }
}

INSTANTIATE_TEST_SUITE_P(NumPy, References, testing::ValuesIn(references()),
                         [](const testing::TestParamInfo<Reference> &info) {
                           return info.param.group + "_" + info.param.call;
                         });

/// Every op has a reference, and every array of the files is used.
TEST(ReferencesCoverage, OpsAndArrays) {
  std::set<std::string> used;
  std::set<OpKind> kinds;
  for (const Reference &reference : references()) {
    kinds.insert(reference.kind);
    for (const auto &[group, dtype] : namesOf(reference))
      used.insert(group + "/" + reference.call);
  }
  for (size_t i = 0; i < numOpKinds; ++i)
    EXPECT_TRUE(kinds.contains(static_cast<OpKind>(i)))
        << opInfo(static_cast<OpKind>(i)).mnemonic << " has no reference";
  for (const auto &[name, value] : arrays()) {
    bool isOperand = isdigit(name[name.find('/') + 1]);
    EXPECT_TRUE(isOperand || used.contains(name)) << name << " is not used";
  }
}

} // namespace
} // namespace tgc::test

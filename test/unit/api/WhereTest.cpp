// Every public function of the eager half that can fail says which line of the
// user called it. The compiler's are in test/errors/ApiErrors.cpp.
#include "tgc/frontend/api/runtime.h"

#include <functional>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <string_view>

namespace tgc {
namespace {

struct Call {
  std::string_view function;
  unsigned line;
  std::function<void()> call;
};

const Tensor none;
const Tensor x = tensor({{1.0, 2.0}, {3.0, 4.0}});
const Tensor n = tensor({1, 2});
const std::vector<float> two = {1, 2};
const TensorMap values = {{"x", x}};

// One line each, as __LINE__ is compared.
// clang-format off
#define CALL(function, expression)                                             \
  {function, __LINE__, [] { (void)(expression); }}
const Call calls[] = {
    // Tensor.h, Literal.h, Io.h, Dim.h
    CALL("Tensor::dtype", none.dtype()),
    CALL("Tensor::shape", none.shape()),
    CALL("Tensor::rank", none.rank()),
    CALL("Tensor::size", x.size(2)),
    CALL("Tensor::num_elements", none.num_elements()),
    CALL("Tensor::item", x.item<float>()),
    CALL("Tensor::data", x.data<double>()),
    CALL("array_equal", array_equal(x, none)),
    CALL("from_span", from_span(std::span(two), {3})),
    CALL("from_buffer", from_buffer(nullptr, f32, {1}, {})),
    CALL("tensor", tensor({{1, 2}, {3}})),
    CALL("io::load", io::load("no-such.npy")),
    CALL("io::save", io::save("no-such.txt", values)),
    CALL("dim", dim("")),
    // Operators
    CALL("operator+", none + x),
    CALL("operator-", none - 1),
    CALL("operator-", -none),
    CALL("operator*", none * x),
    CALL("operator/", none / x),
    CALL("operator/", n / none),
    CALL("operator&", x & x),
    CALL("operator|", x | x),
    CALL("operator^", x ^ x),
    CALL("operator~", ~x),
    CALL("operator!", !n),
    CALL("operator!", !none),
    CALL("operator<", none < x),
    CALL("operator<=", none <= x),
    CALL("operator>", none > x),
    CALL("operator>=", x >= none),
    // Ops
    CALL("abs", tgc::abs(none)),
    CALL("add", add(x, none)),
    CALL("arg_reduce", arg_reduce(x, ArgReduceKind::max, 2)),
    CALL("bitwise_and", bitwise_and(x, x)),
    CALL("bitwise_not", bitwise_not(x)),
    CALL("bitwise_or", bitwise_or(none, n)),
    CALL("bitwise_xor", bitwise_xor(x, x)),
    CALL("broadcast_in_dim", broadcast_in_dim(x, {0, 1}, {3, 3})),
    CALL("ceil", ceil(n)),
    CALL("clamp", clamp(0, none, 1)),
    CALL("compare", compare(none, 1, CompareDirection::EQ)),
    CALL("concatenate", concatenate({x, n}, 0)),
    CALL("convert", convert(x, c64)),
    CALL("convolution", convolution(x, n)),
    CALL("cos", tgc::cos(n)),
    CALL("divide", divide(x, none)),
    CALL("dot_general", dot_general(x, x, {2}, {0})),
    CALL("erf", tgc::erf(n)),
    CALL("exp", tgc::exp(n)),
    CALL("expm1", tgc::expm1(n)),
    CALL("floor", tgc::floor(n)),
    CALL("gather", gather(x, n, {}, {0}, {0}, 1, {1})),
    CALL("iota", iota(0, {-1}, f32)),
    CALL("is_finite", is_finite(n)),
    CALL("log", tgc::log(n)),
    CALL("log1p", tgc::log1p(n)),
    CALL("logistic", logistic(n)),
    CALL("maximum", maximum(x, none)),
    CALL("minimum", minimum(none, x)),
    CALL("multiply", multiply(x, none)),
    CALL("negate", negate(none)),
    CALL("pad", pad(x, none, {0, 0}, {0, 0})),
    CALL("power", power(x, none)),
    CALL("reduce", reduce(x, ReduceKind::add, {2})),
    CALL("reduce_window", reduce_window(x, ReduceKind::add, {1})),
    CALL("rem", rem(x, none)),
    CALL("reshape", reshape(x, {3})),
    CALL("reverse", reverse(x, {2})),
    CALL("round", tgc::round(n)),
    CALL("rsqrt", rsqrt(n)),
    CALL("select", select(x, 1, 2)),
    CALL("sign", sign(none)),
    CALL("sin", tgc::sin(n)),
    CALL("slice", slice(x, {0}, {1}, {1})),
    CALL("sqrt", tgc::sqrt(n)),
    CALL("subtract", subtract(none, x)),
    CALL("tanh", tgc::tanh(n)),
    CALL("transpose", transpose(x, {0})),
    CALL("update_slice", update_slice(x, n, {0}, {1})),
    // Composites
    CALL("relu", relu(none)),
    CALL("leaky_relu", leaky_relu(none)),
    CALL("prelu", prelu(x, ones({3}))),
    CALL("thresholded_relu", thresholded_relu(none)),
    CALL("elu", elu(n)),
    CALL("selu", selu(n)),
    CALL("celu", celu(n)),
    CALL("softplus", softplus(n)),
    CALL("softsign", softsign(n)),
    CALL("gelu", gelu(n)),
    CALL("swish", swish(n)),
    CALL("mish", mish(n)),
    CALL("hard_sigmoid", hard_sigmoid(n)),
    CALL("hard_swish", hard_swish(n)),
    CALL("shrink", shrink(none)),
    CALL("where", where(x, x, x)),
    CALL("equal", equal(x, none)),
    CALL("not_equal", not_equal(ones({3}), x)),
    CALL("remainder", remainder(x, none)),
    CALL("trunc", tgc::trunc(n)),
    CALL("isnan", tgc::isnan(none)),
    CALL("isinf", tgc::isinf(n)),
    CALL("zeros", zeros({-1})),
    CALL("ones", ones({1}, c64)),
    CALL("full", full({1}, 300, u8)),
    CALL("zeros_like", zeros_like(none)),
    CALL("ones_like", ones_like(none)),
    CALL("full_like", full_like(n, 1.5)),
    CALL("eye", eye(-1)),
    CALL("eye", eye(2, -1)),
    CALL("arange", arange(-1, c64)),
    CALL("arange", arange(0, 1, 0)),
    CALL("linspace", linspace(0, 1, -1)),
    CALL("matmul", matmul(x, ones({3}))),
    CALL("matmul", matmul(none, x)),
    CALL("moments", moments(x, {2}, 0)),
    CALL("batch_norm", batch_norm(x, none, none, none, none)),
    CALL("layer_norm", layer_norm(x, ones({3}), {})),
    CALL("rms_norm", rms_norm(x, none)),
    CALL("instance_norm", instance_norm(x, x, x)),
    CALL("group_norm", group_norm(ones({1, 3, 1}), 2, x, x)),
    CALL("max_pool", max_pool(x, {1})),
    CALL("avg_pool", avg_pool(ones({1, 1, 4}), {0})),
    CALL("sum_pool", sum_pool(none, {1})),
    CALL("sum", sum(none)),
    CALL("sum", sum(x, {2})),
    CALL("prod", prod(x, {0, 0})),
    CALL("mean", mean(x, {2})),
    CALL("max", max(zeros({0}))),
    CALL("max", max(x, {-3})),
    CALL("min", min(x, {2})),
    CALL("any", any(none)),
    CALL("all", all(x, {2})),
    CALL("logsumexp", logsumexp(n, {0})),
    CALL("argmax", argmax(x, 2)),
    CALL("argmin", argmin(zeros({0}))),
    CALL("unsqueeze", unsqueeze(x, {4})),
    CALL("squeeze", squeeze(x, {0})),
    CALL("flatten", flatten(x, 3)),
    CALL("broadcast_to", broadcast_to(x, {3, 3})),
    CALL("tile", tile(x, {1})),
    CALL("keep_dims", keep_dims(x, x, {2})),
    CALL("size_tensor", size_tensor(1, c64)),
    CALL("softmax", softmax(n)),
    CALL("log_softmax", log_softmax(x, 2)),
};
// clang-format on

TEST(WhereTest, IsTheUsersLine) {
  for (const Call &call : calls) {
    try {
      call.call();
      ADD_FAILURE() << call.function << " accepts what line " << call.line
                    << " gives it";
    } catch (const Error &error) {
      EXPECT_EQ(error.where().line(), call.line)
          << call.function << ": " << error.what();
      EXPECT_TRUE(std::string_view(error.where().file_name())
                      .ends_with("WhereTest.cpp"))
          << call.function << ": " << error.where().file_name();
    }
  }
}

/// The composite or op that was called, not one inside, comes first.
TEST(WhereTest, MessagesNameTheFunction) {
  for (const Call &call : calls) {
    std::string name = std::string(call.function);
    if (name.find(':') != name.npos || name.starts_with("operator"))
      continue;
    try {
      call.call();
    } catch (const Error &error) {
      std::string_view text = error.what();
      text.remove_prefix(error.id().size() + 2);
      if (text.starts_with("tgc."))
        EXPECT_TRUE(text.starts_with("tgc." + name + ":") ||
                    text.starts_with("tgc." + name + " (in tgc."))
            << text;
    }
  }
}

struct ApiFunction {
  std::string_view name, header;
};
constexpr ApiFunction functions[] = {
#define TGC_API_FUNCTION(name, signature, sentence, header) {name, header},
#include "tgc/tools/ApiFunctions.inc"
};

/// Of those written by hand: ops are generated, all alike.
TEST(WhereTest, CoversEveryFunctionOfTheEagerHalf) {
  std::set<std::string_view> covered = {
      // What cannot fail, or does by an operator of Dim, which knows no place.
      "Tensor::to_string", "dtype_bytes", "dtype_from_name", "dtype_name",
      "floor_div",         "mod",         "operator<<",      "operator=="};
  for (const Call &call : calls)
    covered.insert(call.function);
  for (const ApiFunction &function : functions) {
    bool isChecked = function.header.find("/library/") != std::string::npos;
    for (std::string_view header : {"Tensor", "Literal", "Io", "Dim"})
      isChecked |=
          function.header == "tgc/frontend/api/" + std::string(header) + ".h";
    bool isList = false;
    for (std::string_view owner : {"Dim::", "Dims::", "Axes::"})
      isList |= function.name.starts_with(owner);
    if (isChecked && !isList)
      EXPECT_TRUE(covered.count(function.name)) << function.name;
  }
}

} // namespace
} // namespace tgc

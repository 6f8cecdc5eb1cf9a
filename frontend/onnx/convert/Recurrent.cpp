// Recurrent networks of a known length, unrolled into tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/library/composite/Activation.h"
#include "tgc/frontend/library/composite/Matmul.h"
#include "tgc/frontend/library/composite/Shape.h"
#include "tgc/frontend/onnx/convert/Slices.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include <algorithm>
#include <functional>

namespace tgc::onnx::convert {
namespace {

/// Longest sequence that is unrolled; a longer one needs a loop.
constexpr int64_t mostSteps = 512;

using Activation = std::function<Tensor(const Tensor &)>;

/// One direction of a layer. Sizes: B batch, I input, H hidden, G gates.
struct Direction {
  Tensor inputGates; // [steps, B, G * H]: x W' + both biases' constant part
  Tensor recurrent;  // [H, G * H]: R'
  Tensor bias;       // [G * H]: that of R
  Tensor peepholes;  // [3 * H], LSTM with peepholes
  Tensor h, c;       // [B, H]: the state
  std::vector<Activation> activations;
};

class Layer {
public:
  Layer(Conversion &c, int64_t gates, std::vector<std::string> activations)
      : c(c), gates(gates), defaults(std::move(activations)) {}

  /// Advances `d` by one step with these gates of its input [B, G * H].
  using Step = std::function<void(Direction &d, const Tensor &input)>;

  /// Y, Y_h and, with a cell, Y_c.
  Operands run(bool hasCell, const Step &step);

  /// Gate number k of [B, G * H] or [G * H].
  Tensor gate(const Tensor &all, int64_t k) const {
    return sliceOf(all, all.rank() - 1, k * hidden, hidden);
  }
  Tensor clipped(const Tensor &x) const {
    if (!c.hasAttribute("clip"))
      return x;
    const double most = c.real("clip");
    return tgc::clamp(-most, x, most);
  }

private:
  void readSizes();
  Activation activation(const std::string &name) const;
  Direction direction(int64_t index, bool hasCell);
  Tensor ofDirection(int input, int64_t index);
  Tensor state(int input, int64_t index);

  Conversion &c;
  int64_t gates;
  std::vector<std::string> defaults;
  Tensor x; // [steps, B, I]
  int64_t steps = 0, hidden = 0;
  bool batchFirst = false;
};

void Layer::readSizes() {
  batchFirst = c.integer("layout") != 0;
  x = c.input(0);
  if (x.rank() != 3 || c.rank(1) != 3 || c.rank(2) != 3)
    c.invalid("inputs 0, 1 and 2 have 3 dimensions; got others");
  if (batchFirst)
    x = tgc::transpose(x, {1, 0, 2});
  const DimExpr length = x.size(0).expr();
  if (!length.isConstant() || *length.constant() > mostSteps)
    c.unsupported(Reason::NotYet,
                  absl::StrCat("; a sequence of ", length.text(),
                               " steps, at most ", mostSteps, " are unrolled"));
  steps = *length.constant();
  const std::optional<int64_t> size = c.input(2).size(2).expr().constant();
  if (!size)
    c.unsupported(Reason::NotYet, "; the hidden size is symbolic");
  hidden = *size;
  if (c.has(4)) {
    const std::optional<ShapeValue> lengths = c.shapeValue(4);
    const bool full =
        lengths &&
        std::all_of(lengths->elements.begin(), lengths->elements.end(),
                    [&](const DimExpr &e) { return e.provablyEqual(length); });
    if (!full)
      c.unsupported(Reason::NotYet, "; sequence_lens");
  }
}

Activation Layer::activation(const std::string &name) const {
  const std::string lower = absl::AsciiStrToLower(name);
  if (lower == "sigmoid")
    return [](const Tensor &v) { return tgc::logistic(v); };
  if (lower == "tanh")
    return [](const Tensor &v) { return tgc::tanh(v); };
  if (lower == "relu")
    return [](const Tensor &v) { return tgc::relu(v); };
  if (lower == "softsign")
    return [](const Tensor &v) { return tgc::softsign(v); };
  if (lower == "softplus")
    return [](const Tensor &v) { return tgc::softplus(v); };
  c.unsupported(Reason::Attribute, "activations=" + name);
}

/// An input's part [...] for direction `index` of [directions, ...].
Tensor Layer::ofDirection(int input, int64_t index) {
  return tgc::squeeze(sliceOf(c.input(input), 0, index, 1), {0});
}

/// The initial state [B, H], zeros if it is left out.
Tensor Layer::state(int input, int64_t index) {
  if (c.has(input))
    return tgc::squeeze(sliceOf(c.input(input), batchFirst ? 1 : 0, index, 1),
                        {batchFirst ? 1 : 0});
  const Tensor zero = scalarOf(0, x.dtype());
  return tgc::broadcast_to(zero, {x.size(1), hidden});
}

Direction Layer::direction(int64_t index, bool hasCell) {
  Direction d;
  const Tensor w = tgc::transpose(ofDirection(1, index), {1, 0});
  d.recurrent = tgc::transpose(ofDirection(2, index), {1, 0});
  d.inputGates = tgc::matmul(x, w);
  const int64_t width = gates * hidden;
  if (c.has(3)) {
    const Tensor bias = ofDirection(3, index);
    d.inputGates = tgc::add(d.inputGates, sliceOf(bias, 0, 0, width));
    d.bias = sliceOf(bias, 0, width, width);
  } else {
    d.bias = tgc::broadcast_to(scalarOf(0, x.dtype()), {width});
  }
  d.h = state(5, index);
  if (hasCell) {
    d.c = state(6, index);
    if (c.has(7))
      d.peepholes = ofDirection(7, index);
  }
  std::vector<std::string> names = c.texts("activations");
  if (names.empty())
    for (int i = 0; i < 2; ++i)
      names.insert(names.end(), defaults.begin(), defaults.end());
  const size_t first = static_cast<size_t>(index) * defaults.size();
  if (names.size() < first + defaults.size())
    c.invalid(absl::StrCat("attribute 'activations' has ", names.size(),
                           " entries; expected at least ",
                           first + defaults.size()));
  for (size_t i = 0; i < defaults.size(); ++i)
    d.activations.push_back(activation(names[first + i]));
  return d;
}

Operands Layer::run(bool hasCell, const Step &step) {
  readSizes();
  const std::string mode = c.text("direction");
  const int64_t directions = mode == "bidirectional" ? 2 : 1;
  c.account(steps * directions * gates); // at most 512 * 2 * 4
  std::vector<Tensor> sequences, lastH, lastC;
  for (int64_t index = 0; index < directions; ++index) {
    Direction d = direction(index, hasCell);
    const bool backward = mode == "reverse" || index == 1;
    std::vector<Tensor> outputs(static_cast<size_t>(steps));
    for (int64_t i = 0; i < steps; ++i) {
      const int64_t at = backward ? steps - 1 - i : i;
      step(d, tgc::squeeze(sliceOf(d.inputGates, 0, at, 1), {0}));
      outputs[static_cast<size_t>(at)] = tgc::unsqueeze(d.h, {0, 1});
    }
    if (steps > 0)
      sequences.push_back(joined(outputs, 0));
    lastH.push_back(tgc::unsqueeze(d.h, {batchFirst ? 1 : 0}));
    if (hasCell)
      lastC.push_back(tgc::unsqueeze(d.c, {batchFirst ? 1 : 0}));
  }
  if (sequences.empty())
    c.unsupported(Reason::NotYet, "; a sequence of 0 steps");
  Tensor y = joined(sequences, 1); // [steps, directions, B, H]
  if (batchFirst)
    y = tgc::transpose(y, {2, 0, 1, 3});
  Operands results = {y, joined(lastH, batchFirst ? 1 : 0)};
  if (hasCell)
    results.push_back(joined(lastC, batchFirst ? 1 : 0));
  return results;
}

Tensor oneMinus(const Tensor &v) { return tgc::subtract(1.0, v); }

} // namespace

/// Gates z, r, h: H' = (1 - z) h + z H.
Operands gru(Conversion &c) {
  Layer layer(c, 3, {"Sigmoid", "Tanh"});
  const bool linearFirst = c.integer("linear_before_reset") != 0;
  return layer.run(false, [&](Direction &d, const Tensor &input) {
    auto pre = [&](int64_t k) {
      return tgc::add(layer.gate(input, k), layer.gate(d.bias, k));
    };
    const Tensor fromState = tgc::matmul(d.h, d.recurrent);
    const Tensor z = d.activations[0](
        layer.clipped(tgc::add(pre(0), layer.gate(fromState, 0))));
    const Tensor r = d.activations[0](
        layer.clipped(tgc::add(pre(1), layer.gate(fromState, 1))));
    Tensor candidate;
    if (linearFirst) {
      const Tensor linear =
          tgc::add(layer.gate(fromState, 2), layer.gate(d.bias, 2));
      candidate = tgc::add(layer.gate(input, 2), tgc::multiply(r, linear));
    } else {
      const Tensor weights = layer.gate(d.recurrent, 2);
      candidate = tgc::add(pre(2), tgc::matmul(tgc::multiply(r, d.h), weights));
    }
    const Tensor h = d.activations[1](layer.clipped(candidate));
    d.h = tgc::add(tgc::multiply(oneMinus(z), h), tgc::multiply(z, d.h));
  });
}

/// Gates i, o, f, c: C' = f C + i c, H' = o h(C'). Peepholes i, o, f.
Operands lstm(Conversion &c) {
  Layer layer(c, 4, {"Sigmoid", "Tanh", "Tanh"});
  const bool coupled = c.integer("input_forget") != 0;
  const bool peep = c.has(7);
  return layer.run(true, [&](Direction &d, const Tensor &input) {
    const Tensor all =
        tgc::add(tgc::add(input, tgc::matmul(d.h, d.recurrent)), d.bias);
    auto opened = [&](int64_t k, const Tensor &cell) {
      Tensor v = layer.gate(all, k);
      if (peep)
        v = tgc::add(v, tgc::multiply(layer.gate(d.peepholes, k), cell));
      return d.activations[0](layer.clipped(v));
    };
    const Tensor i = opened(0, d.c);
    const Tensor f = coupled ? oneMinus(i) : opened(2, d.c);
    const Tensor update = d.activations[1](layer.clipped(layer.gate(all, 3)));
    d.c = tgc::add(tgc::multiply(f, d.c), tgc::multiply(i, update));
    d.h = tgc::multiply(opened(1, d.c), d.activations[2](d.c));
  });
}

/// H' = f(x W' + H R' + biases).
Operands rnn(Conversion &c) {
  Layer layer(c, 1, {"Tanh"});
  return layer.run(false, [&](Direction &d, const Tensor &input) {
    const Tensor all =
        tgc::add(tgc::add(input, tgc::matmul(d.h, d.recurrent)), d.bias);
    d.h = d.activations[0](layer.clipped(all));
  });
}

} // namespace tgc::onnx::convert

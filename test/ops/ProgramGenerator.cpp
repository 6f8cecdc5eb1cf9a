// Chooses steps while tracing with named sizes, which shows what of the shapes
// is known for certain.
#include "tgc/test/ops/ProgramGenerator.h"

#include "tgc/frontend/api/Ops.h"
#include "tgc/test/ops/OpDb.h"

#include <optional>
#include <stdexcept>

namespace tgc::test {
namespace {

using Values = std::vector<Tensor>;
constexpr int64_t mostElements = 30'000;
constexpr double mostProducts = 3e6;

bool sameSize(const Dim &a, const Dim &b) {
  return a.expr().provablyEqual(b.expr());
}
bool isOne(const Dim &dim) { return dim.expr().constant() == 1; }

class Generator {
public:
  explicit Generator(uint64_t seed) : random(seed) {}

  RandomProgram generate() {
    chooseInputs();
    trace(
        [&](std::span<const Tensor> x) {
          values.assign(x.begin(), x.end());
          size_t wanted = values.size() + 5 + roll(21);
          while (values.size() < wanted)
            chooseStep();
          chooseResults();
          Values results;
          for (size_t i : program.results)
            results.push_back(values[i]);
          return results;
        },
        program.inputs);
    return std::move(program);
  }

private:
  size_t roll(size_t n) { return random() % n; }
  template <class T> const T &oneOf(const std::vector<T> &list) {
    return list[roll(list.size())];
  }

  /// What a size is when the program runs.
  int64_t sizeOf(const Dim &dim) const {
    auto value = dim.expr().evaluate(
        [&](std::string_view name) -> std::optional<int64_t> {
          return program.sizes.at(std::string(name));
        });
    if (!value)
      throw std::logic_error("a size of a random program has no value");
    return *value;
  }
  int64_t elementsOf(const Dims &dims) const {
    int64_t n = 1;
    for (const Dim &dim : dims)
      n *= sizeOf(dim);
    return n;
  }
  int64_t elementsOf(const Tensor &x) const { return elementsOf(x.shape()); }

  DType anyDType() {
    static const std::vector<DType> weighted = {f32, f32, f32, f32, f32, f64,
                                                f64, f64, i32, i32, i32, i64,
                                                i64, i1,  i1,  u8,  f16};
    return oneOf(weighted);
  }

  void chooseInputs() {
    static const std::vector<int64_t> choices = {0,  1,  2,  3,  5,   7,  8,
                                                 13, 17, 31, 37, 131, 300};
    for (const char *name : {"a", "b", "c"})
      program.sizes[name] = oneOf(choices);
    size_t count = 2 + roll(3);
    for (size_t i = 0; i < count; ++i) {
      TensorSpec spec{i == 0 ? f32 : anyDType(), {}};
      size_t rank = std::vector<size_t>{0, 1, 2, 2, 2, 3, 3, 4}[roll(8)];
      for (size_t d = 0; d < rank; ++d) {
        Dim size = roll(4) == 0 ? Dim(1 + roll(4))
                                : dim(std::string(1, "abc"[roll(3)]));
        Dims longer = spec.dims;
        longer.push_back(size);
        if (elementsOf(longer) <= mostElements)
          spec.dims = longer;
      }
      program.inputs.push_back(spec);
    }
  }

  void chooseResults() {
    std::set<size_t> chosen = {values.size() - 1};
    for (size_t i = 0; i < 1 + roll(3); ++i)
      chosen.insert(roll(values.size()));
    program.results.assign(chosen.begin(), chosen.end());
  }

  /// A value, rather a late one, for which `fits` holds.
  template <class Fits> std::optional<size_t> pick(Fits fits) {
    std::vector<size_t> found;
    for (size_t i = 0; i < values.size(); ++i)
      if (fits(values[i]))
        for (size_t n = 0; n < (i + 4 >= values.size() ? 3u : 1u); ++n)
          found.push_back(i);
    if (found.empty())
      return std::nullopt;
    return oneOf(found);
  }
  std::optional<size_t> pickOf(OpKind kind) {
    size_t i = kind == OpKind::Select ? 1 : 0;
    DTypeClass cls = opInfo(kind).operands[i].dtypes;
    return pick([&](const Tensor &x) { return inClass(cls, x.dtype()); });
  }
  /// A value that broadcasts to the shape of `x`, of that dtype.
  std::optional<size_t> pickLike(const Tensor &x, DType dtype) {
    return pick([&](const Tensor &y) {
      Dims to = x.shape(), from = y.shape();
      if (y.dtype() != dtype || from.size() > to.size())
        return false;
      for (size_t d = 0; d < from.size(); ++d)
        if (!isOne(from[d]) &&
            !sameSize(from[d], to[to.size() - from.size() + d]))
          return false;
      return true;
    });
  }

  static std::string nameOf(size_t i) { return "%" + std::to_string(i); }

  /// Appends a step that applies `call` to the values `operands`.
  bool add(OpKind kind, std::vector<size_t> operands, const std::string &attrs,
           std::function<Tensor(const Values &)> call) {
    std::string text = nameOf(values.size()) + " = " +
                       std::string(opInfo(kind).mnemonic) + "(";
    for (size_t i : operands)
      text += nameOf(i) + ", ";
    text += attrs + ")";
    auto apply = [operands, call](const Values &all) {
      Values chosen;
      for (size_t i : operands)
        chosen.push_back(all[i]);
      return call(chosen);
    };
    Tensor y = apply(values);
    if (elementsOf(y) > mostElements)
      return false;
    size_t typed = kind == OpKind::Select ? 1 : 0;
    DType dtype =
        operands.size() > typed ? values[operands[typed]].dtype() : y.dtype();
    program.ops.insert({kind, dtype});
    program.steps.push_back({text, apply});
    values.push_back(y);
    return true;
  }

  void chooseStep() {
    using Choose = bool (Generator::*)();
    static constexpr Choose choices[] = {
        &Generator::unary,       &Generator::unary,
        &Generator::unary,       &Generator::binary,
        &Generator::binary,      &Generator::binary,
        &Generator::binary,      &Generator::compared,
        &Generator::selected,    &Generator::clamped,
        &Generator::converted,   &Generator::reduced,
        &Generator::reduced,     &Generator::normalized,
        &Generator::windowed,    &Generator::argReduced,
        &Generator::product,     &Generator::convolved,
        &Generator::gathered,    &Generator::transposed,
        &Generator::reshaped,    &Generator::reversed,
        &Generator::sliced,      &Generator::updated,
        &Generator::padded,      &Generator::concatenated,
        &Generator::broadcasted, &Generator::counted,
        &Generator::constant};
    (this->*choices[roll(std::size(choices))])();
  }

  using Unary = Tensor (*)(const Tensor &, std::source_location);
  using Binary = Tensor (*)(const TensorArg &, const TensorArg &,
                            std::source_location);

  bool unary() {
    static const std::vector<std::pair<OpKind, Unary>> ops = {
        {OpKind::Abs, tgc::abs},
        {OpKind::BitwiseNot, bitwise_not},
        {OpKind::Ceil, tgc::ceil},
        {OpKind::Cos, tgc::cos},
        {OpKind::Erf, tgc::erf},
        {OpKind::Exp, tgc::exp},
        {OpKind::Expm1, tgc::expm1},
        {OpKind::Floor, tgc::floor},
        {OpKind::IsFinite, is_finite},
        {OpKind::Log, tgc::log},
        {OpKind::Log1p, tgc::log1p},
        {OpKind::Logistic, logistic},
        {OpKind::Negate, negate},
        {OpKind::Rsqrt, rsqrt},
        {OpKind::Sign, sign},
        {OpKind::Sin, tgc::sin},
        {OpKind::Sqrt, tgc::sqrt},
        {OpKind::Tanh, tgc::tanh},
        {OpKind::Round, [](const Tensor &x, std::source_location where) {
           return round(x, {.mode = RoundMode::away}, where);
         }}};
    auto [kind, function] = oneOf(ops);
    std::optional<size_t> x = pickOf(kind);
    return x && add(kind, {*x}, "", [function = function](const Values &v) {
             return function(v[0], std::source_location::current());
           });
  }

  bool binary() {
    static const std::vector<std::pair<OpKind, Binary>> ops = {
        {OpKind::Add, tgc::add},
        {OpKind::Add, tgc::add},
        {OpKind::BitwiseAnd, bitwise_and},
        {OpKind::BitwiseOr, bitwise_or},
        {OpKind::BitwiseXor, bitwise_xor},
        {OpKind::Divide, divide},
        {OpKind::Maximum, maximum},
        {OpKind::Minimum, minimum},
        {OpKind::Multiply, multiply},
        {OpKind::Multiply, multiply},
        {OpKind::Power, power},
        {OpKind::Rem, rem},
        {OpKind::Subtract, subtract}};
    auto [kind, function] = oneOf(ops);
    std::optional<size_t> x = pickOf(kind);
    if (!x)
      return false;
    std::optional<size_t> y = pickLike(values[*x], values[*x].dtype());
    if (roll(2))
      std::swap(x, y);
    return add(kind, {*x, *y}, "", [function = function](const Values &v) {
      return function(v[0], v[1], std::source_location::current());
    });
  }

  bool compared() {
    std::optional<size_t> x = pickOf(OpKind::Compare);
    if (!x)
      return false;
    auto direction = static_cast<CompareDirection>(roll(6));
    size_t y = *pickLike(values[*x], values[*x].dtype());
    return add(OpKind::Compare, {*x, y}, std::string(enumName(direction)),
               [=](const Values &v) { return compare(v[0], v[1], direction); });
  }

  bool selected() {
    std::optional<size_t> x = pickOf(OpKind::Select);
    size_t y = *pickLike(values[*x], values[*x].dtype());
    std::optional<size_t> choice = pickLike(values[*x], i1);
    return choice &&
           add(OpKind::Select, {*choice, *x, y}, "",
               [](const Values &v) { return select(v[0], v[1], v[2]); });
  }

  bool clamped() {
    std::optional<size_t> x = pickOf(OpKind::Clamp);
    if (!x)
      return false;
    size_t lo = *pickLike(values[*x], values[*x].dtype());
    return add(OpKind::Clamp, {*x, lo}, "3",
               [](const Values &v) { return clamp(v[1], v[0], 3); });
  }

  bool converted() {
    DType to = anyDType();
    return add(OpKind::Convert, {*pickOf(OpKind::Convert)},
               std::string(dtypeName(to)),
               [=](const Values &v) { return convert(v[0], to); });
  }

  ReduceKind kindFor(DType dtype) {
    return static_cast<ReduceKind>(roll(isFloat(dtype) ? 4 : 7));
  }

  bool reduced() {
    std::optional<size_t> x = pickOf(OpKind::Reduce);
    if (!x)
      return false;
    ReduceKind kind = kindFor(values[*x].dtype());
    std::vector<int64_t> dims;
    for (int64_t d = 0; d < values[*x].rank(); ++d)
      if (roll(2))
        dims.push_back(d);
    std::string text(enumName(kind));
    for (int64_t d : dims)
      text += " " + std::to_string(d);
    return add(OpKind::Reduce, {*x}, text,
               [=](const Values &v) { return reduce(v[0], kind, dims); });
  }

  /// x - max(x) over the last dimension, as softmax begins.
  bool normalized() {
    std::optional<size_t> x = pick([](const Tensor &y) {
      return y.rank() > 0 && inClass(DTypeClass::Number, y.dtype());
    });
    if (!x)
      return false;
    program.ops.insert({OpKind::BroadcastInDim, values[*x].dtype()});
    return add(OpKind::Subtract, {*x}, "its max", [](const Values &v) {
      Tensor most = reduce(v[0], ReduceKind::max, {-1});
      std::vector<int64_t> dims;
      for (int64_t d = 0; d + 1 < v[0].rank(); ++d)
        dims.push_back(d);
      return v[0] - broadcast_in_dim(most, dims, v[0].shape());
    });
  }

  bool windowed() {
    std::optional<size_t> x = pickOf(OpKind::ReduceWindow);
    if (!x)
      return false;
    ReduceKind kind = kindFor(values[*x].dtype());
    std::vector<int64_t> window, strides, lo, hi;
    for (int64_t d = 0; d < values[*x].rank(); ++d) {
      window.push_back(1 + roll(3));
      strides.push_back(1 + roll(2));
      lo.push_back(roll(2));
      hi.push_back(roll(2));
    }
    ReduceWindowOptions options{.strides = strides, .lo = lo, .hi = hi};
    return add(OpKind::ReduceWindow, {*x}, std::string(enumName(kind)),
               [=](const Values &v) {
                 return reduce_window(v[0], kind, window, options);
               });
  }

  bool argReduced() {
    std::optional<size_t> x = pick([&](const Tensor &y) {
      return y.rank() > 0 && inClass(DTypeClass::Number, y.dtype()) &&
             sizeOf(y.size(-1)) > 0;
    });
    auto kind = static_cast<ArgReduceKind>(roll(2));
    return x &&
           add(OpKind::ArgReduce, {*x}, std::string(enumName(kind)),
               [=](const Values &v) { return arg_reduce(v[0], kind, -1); });
  }

  /// Contracts a dimension that two values share.
  bool product() {
    std::optional<size_t> x = pick([](const Tensor &y) {
      return y.rank() > 0 && inClass(DTypeClass::Number, y.dtype());
    });
    if (!x)
      return false;
    const Tensor &lhs = values[*x];
    int64_t of = roll(lhs.rank());
    std::optional<size_t> y = pick([&](const Tensor &rhs) {
      if (rhs.dtype() != lhs.dtype() || rhs.rank() == 0)
        return false;
      double products = static_cast<double>(elementsOf(lhs)) *
                        static_cast<double>(elementsOf(rhs));
      return products <=
                 mostProducts * std::max<double>(1, sizeOf(lhs.size(of))) &&
             sameSize(lhs.size(of), rhs.size(0));
    });
    if (!y || lhs.rank() + values[*y].rank() > 6)
      return false;
    return add(
        OpKind::DotGeneral, {*x, *y}, std::to_string(of) + " x 0",
        [=](const Values &v) { return dot_general(v[0], v[1], {of}, {0}); });
  }

  /// A 3x2 kernel that is the same for all input features.
  bool convolved() {
    std::optional<size_t> x = pick([&](const Tensor &y) {
      return y.rank() == 4 && inClass(DTypeClass::Number, y.dtype()) &&
             elementsOf(y) <= mostElements / 4;
    });
    if (!x)
      return false;
    Tensor kernel =
        randomTensor(values[*x].dtype(), {3, 1, 3, 2}, Domain::Sums, random);
    return add(OpKind::Convolution, {*x}, "a constant", [=](const Values &v) {
      Tensor weight =
          broadcast_in_dim(kernel, {0, 1, 2, 3}, {3, v[0].size(1), 3, 2});
      return convolution(v[0], weight, {.lo = {1, 1}, .hi = {1, 0}});
    });
  }

  bool gathered() {
    std::optional<size_t> indices = pick([](const Tensor &y) {
      return inClass(DTypeClass::Index, y.dtype()) && y.rank() <= 2;
    });
    std::optional<size_t> x = pick([&](const Tensor &y) {
      return y.rank() > 0 && y.rank() <= 3 && sizeOf(y.size(0)) > 0;
    });
    if (!indices || !x)
      return false;
    OobMode oob = roll(2) ? OobMode::clamp : OobMode::fill;
    return add(OpKind::Gather, {*x, *indices}, std::string(enumName(oob)),
               [=](const Values &v) {
                 std::vector<int64_t> offsets;
                 Dims sizes = {1};
                 for (int64_t d = 1; d < v[0].rank(); ++d) {
                   offsets.push_back(v[1].rank() + d - 1);
                   sizes.push_back(v[0].size(d));
                 }
                 return gather(v[0], v[1], offsets, {0}, {0}, v[1].rank(),
                               sizes, {.oob = oob, .fill = 1.5});
               });
  }

  bool transposed() {
    size_t x = *pickOf(OpKind::Transpose);
    std::vector<int64_t> perm;
    for (int64_t d = 0; d < values[x].rank(); ++d)
      perm.insert(perm.begin() + static_cast<int64_t>(roll(perm.size() + 1)),
                  d);
    std::string text;
    for (int64_t d : perm)
      text += std::to_string(d);
    return add(OpKind::Transpose, {x}, text,
               [=](const Values &v) { return transpose(v[0], perm); });
  }

  bool reshaped() {
    size_t x = *pickOf(OpKind::Reshape);
    bool flat = roll(2);
    return add(OpKind::Reshape, {x}, flat ? "flat" : "ones",
               [=](const Values &v) {
                 Dims sizes;
                 for (const Dim &size : v[0].shape()) {
                   sizes.push_back(size);
                   sizes.push_back(1);
                 }
                 return reshape(v[0], flat || v[0].rank() > 2
                                          ? Dims{v[0].num_elements()}
                                          : sizes);
               });
  }

  bool reversed() {
    size_t x = *pickOf(OpKind::Reverse);
    std::vector<int64_t> dims;
    for (int64_t d = 0; d < values[x].rank(); ++d)
      if (roll(2))
        dims.push_back(d);
    return add(OpKind::Reverse, {x}, std::to_string(dims.size()) + " dims",
               [=](const Values &v) { return reverse(v[0], dims); });
  }

  bool sliced() {
    size_t x = *pickOf(OpKind::Slice);
    std::vector<int64_t> offsets, strides;
    std::string text;
    for (const Dim &size : values[x].shape()) {
      offsets.push_back(std::min<int64_t>(roll(3), sizeOf(size)));
      strides.push_back(1 + roll(2));
      text += " " + std::to_string(offsets.back()) + "+" +
              std::to_string(strides.back());
    }
    return add(OpKind::Slice, {x}, text, [=](const Values &v) {
      Dims sizes;
      for (size_t d = 0; d < offsets.size(); ++d) {
        Dim rest = v[0].size(static_cast<int64_t>(d)) - offsets[d];
        sizes.push_back(floor_div(rest + strides[d] - 1, strides[d]));
      }
      return slice(v[0], offsets, sizes, strides);
    });
  }

  bool updated() {
    size_t x = *pickOf(OpKind::UpdateSlice);
    std::optional<size_t> update = pick([&](const Tensor &y) {
      bool fits =
          y.dtype() == values[x].dtype() && y.rank() == values[x].rank();
      for (int64_t d = 0; fits && d < y.rank(); ++d)
        fits = sizeOf(y.size(d)) <= sizeOf(values[x].size(d));
      return fits;
    });
    return add(OpKind::UpdateSlice, {x, *update}, "", [](const Values &v) {
      Dims offsets, strides;
      for (int64_t d = 0; d < v[0].rank(); ++d) {
        offsets.push_back(v[0].size(d) - v[1].size(d));
        strides.push_back(1);
      }
      return update_slice(v[0], v[1], offsets, strides);
    });
  }

  bool padded() {
    size_t x = *pickOf(OpKind::Pad);
    Tensor value = randomTensor(values[x].dtype(), {}, Domain::Any, random);
    std::vector<int64_t> lo, hi, interior;
    for (int64_t d = 0; d < values[x].rank(); ++d) {
      lo.push_back(roll(3));
      hi.push_back(roll(2));
      interior.push_back(roll(4) == 0);
    }
    return add(OpKind::Pad, {x}, "", [=](const Values &v) {
      return pad(v[0], value, lo, hi, {.interior = interior});
    });
  }

  bool concatenated() {
    std::optional<size_t> x =
        pick([](const Tensor &y) { return y.rank() > 0; });
    if (!x)
      return false;
    int64_t along = roll(values[*x].rank());
    size_t y = *pick([&](const Tensor &other) {
      bool fits = other.dtype() == values[*x].dtype() &&
                  other.rank() == values[*x].rank();
      for (int64_t d = 0; fits && d < other.rank(); ++d)
        fits = d == along || sameSize(other.size(d), values[*x].size(d));
      return fits;
    });
    return add(OpKind::Concatenate, {*x, y}, std::to_string(along),
               [=](const Values &v) { return concatenate(v, along); });
  }

  /// In front of the dimensions of another value.
  bool broadcasted() {
    size_t x = *pickOf(OpKind::BroadcastInDim);
    std::optional<size_t> like = pick([&](const Tensor &y) {
      return y.rank() + values[x].rank() <= 4 &&
             elementsOf(y) * elementsOf(values[x]) <= mostElements;
    });
    return like &&
           add(OpKind::BroadcastInDim, {x, *like}, "", [](const Values &v) {
             Dims sizes = v[1].shape();
             std::vector<int64_t> dims;
             for (int64_t d = 0; d < v[0].rank(); ++d) {
               dims.push_back(v[1].rank() + d);
               sizes.push_back(v[0].size(d));
             }
             return broadcast_in_dim(v[0], dims, sizes);
           });
  }

  bool counted() {
    std::optional<size_t> like =
        pick([](const Tensor &y) { return y.rank() > 0; });
    DType dtype = anyDType();
    if (!like || dtype == i1)
      return false;
    program.ops.insert({OpKind::Iota, dtype});
    int64_t along = roll(values[*like].rank());
    return add(
        OpKind::Iota, {*like}, std::string(dtypeName(dtype)),
        [=](const Values &v) { return iota(along, v[0].shape(), dtype); });
  }

  bool constant() {
    std::vector<int64_t> sizes;
    for (size_t rank = roll(3); sizes.size() < rank;)
      sizes.push_back(1 + roll(20));
    Tensor value = randomTensor(anyDType(), sizes, Domain::Any, random);
    return add(OpKind::Constant, {}, typeText(value),
               [=](const Values &) { return value; });
  }

  Random random;
  RandomProgram program;
  Values values;
};

} // namespace

std::vector<Tensor> RandomProgram::operator()(std::span<const Tensor> x) const {
  std::vector<Tensor> values(x.begin(), x.end()), chosen;
  for (const Step &step : steps)
    values.push_back(step.apply(values));
  for (size_t i : results)
    chosen.push_back(values[i]);
  return chosen;
}

std::vector<Tensor> RandomProgram::randomInputs(uint64_t seed) const {
  Random random(seed);
  std::vector<Tensor> tensors;
  for (const TensorSpec &spec : inputs) {
    std::vector<int64_t> dims;
    for (const Dim &dim : spec.dims)
      dims.push_back(*dim.expr().evaluate(
          [&](std::string_view name) -> std::optional<int64_t> {
            return sizes.at(std::string(name));
          }));
    Domain domain = random() % 2 ? Domain::Any : Domain::Sums;
    tensors.push_back(randomTensor(spec.dtype, dims, domain, random));
  }
  return tensors;
}

std::string RandomProgram::text() const {
  std::string text = "sizes:";
  for (const auto &[name, size] : sizes)
    text += " " + name + " = " + std::to_string(size);
  for (size_t i = 0; i < inputs.size(); ++i) {
    text += "\n%" + std::to_string(i) + " = input ";
    for (const Dim &dim : inputs[i].dims)
      text += dim.expr().text() + "x";
    text += dtypeName(inputs[i].dtype);
  }
  for (const Step &step : steps)
    text += "\n" + step.text;
  text += "\nreturn";
  for (size_t i : results)
    text += " %" + std::to_string(i);
  return text;
}

RandomProgram randomProgram(uint64_t seed) {
  return Generator(seed).generate();
}

} // namespace tgc::test

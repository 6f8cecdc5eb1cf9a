// Cases of family Elementwise.
#include "tgc/frontend/api/Ops.h"
#include "tgc/test/ops/OpCases.h"

namespace tgc::test {
namespace {

using Call = std::function<Tensor(Operands)>;

void append(OpCases &cases, const std::string &prefix, OpCases more) {
  for (OpCase &c : more) {
    c.name = prefix + c.name;
    cases.push_back(std::move(c));
  }
}

/// For ops with many attributes: vectors only, other shapes being the same
/// loops.
OpCases unaryVectors(const Call &call) {
  return {{"vector", {{"n"}}, call, {{0}, {1}, {17}, {1009}}}};
}

} // namespace

OpCases unaryCases(const Call &call) {
  return {
      {"scalar", {{""}}, call, {{}}},
      // 40013: several blocks of 4096 and ranges of 32 KiB.
      {"vector", {{"n"}}, call, {{0}, {1}, {2}, {17}, {1009}, {40013}}},
      {"matrix", {{"ab"}}, call, {{3, 0}, {1, 1}, {7, 13}, {67, 129}}},
      {"rank 3", {{"abc"}}, call, {{2, 3, 5}}},
      {"rank 4", {{"ab3c"}}, call, {{2, 1, 11}}},
  };
}

OpCases binaryCases(const Call &call) {
  return {
      {"scalars", {{""}, {""}}, call, {{}}},
      {"vectors", {{"n"}, {"n"}}, call, {{0}, {1}, {17}, {1009}, {40013}}},
      {"matrix and scalar", {{"ab"}, {""}}, call, {{3, 67}, {0, 3}}},
      {"scalar and matrix", {{""}, {"ab"}}, call, {{67, 3}}},
      {"matrix and row", {{"ab"}, {"b"}}, call, {{5, 131}, {1, 1}}},
      {"column and matrix", {{"a1"}, {"ab"}}, call, {{13, 37}, {2, 0}}},
      {"row and column", {{"b"}, {"a1"}}, call, {{29, 31}}},
      {"rank 4 and 3", {{"ab1c"}, {"b3c"}}, call, {{2, 3, 5}}},
  };
}

OpCases clampCases(DType) {
  Call call = [](Operands x) { return clamp(x[0], x[1], x[2]); };
  return {
      {"vectors", {{"n"}, {"n"}, {"n"}}, call, {{0}, {1}, {17}, {1009}}},
      {"scalar bounds", {{""}, {"ab"}, {""}}, call, {{3, 67}, {1, 1}}},
      {"row and column", {{"b"}, {"ab"}, {"a1"}}, call, {{7, 11}}},
      {"numbers",
       {{"n"}},
       [](Operands x) { return clamp(-1, x[0], 2); },
       {{1009}}},
  };
}

OpCases compareCases(DType) {
  OpCases cases;
  for (CompareDirection direction :
       {CompareDirection::EQ, CompareDirection::NE, CompareDirection::LT,
        CompareDirection::LE, CompareDirection::GT, CompareDirection::GE})
    for (bool total : {false, true}) {
      Call call = [=](Operands x) {
        return compare(x[0], x[1], direction, {.total = total});
      };
      OpCases shapes = binaryCases(call);
      // Shapes differ for one direction; the others run on vectors.
      if (direction != CompareDirection::LT || total)
        shapes = {{"vectors", {{"n"}, {"n"}}, call, {{1}, {1009}}}};
      append(cases,
             std::string(enumName(direction)) + (total ? " total, " : ", "),
             std::move(shapes));
    }
  return cases;
}

OpCases convertCases(DType dtype) {
  OpCases cases;
  for (DType to : {i1, u8, i32, i64, f16, f32, f64}) {
    Call call = [to](Operands x) { return convert(x[0], to); };
    append(cases, "to " + std::string(dtypeName(to)) + ", ",
           to == dtype ? unaryCases(call) : unaryVectors(call));
  }
  return cases;
}

OpCases roundCases(DType) {
  OpCases cases;
  for (RoundMode mode : {RoundMode::even, RoundMode::away})
    append(
        cases, std::string(enumName(mode)) + ", ",
        unaryCases([mode](Operands x) { return round(x[0], {.mode = mode}); }));
  return cases;
}

OpCases selectCases(DType) {
  Call call = [](Operands x) { return select(x[0], x[1], x[2]); };
  OperandSpec scalar{"", Domain::Any, i1};
  OperandSpec vector{"n", Domain::Any, i1};
  OperandSpec matrix{"ab", Domain::Any, i1};
  return {
      {"vectors", {vector, {"n"}, {"n"}}, call, {{0}, {1}, {17}, {40013}}},
      {"one choice", {scalar, {"ab"}, {"ab"}}, call, {{3, 67}, {1, 1}}},
      {"scalars", {matrix, {""}, {""}}, call, {{7, 131}}},
      {"row and column", {matrix, {"b"}, {"a1"}}, call, {{13, 11}, {0, 2}}},
  };
}

} // namespace tgc::test

// What holds for every op, dtype and shape of the op table: all routes, thread
// counts and CPU levels give the same bits, text reads back, and operands that
// no rule allows are refused with the rule's message.
#include "tgc/frontend/api/Literal.h"
#include "tgc/frontend/api/Ops.h"
#include "tgc/test/ops/OpDb.h"
#include "tgc/test/ops/Routes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>

namespace tgc::test {
namespace {

struct Param {
  OpKind kind;
  DType dtype;
};

std::string nameOf(const Param &param) {
  return std::string(opInfo(param.kind).mnemonic) + "_" +
         std::string(dtypeName(param.dtype));
}
void PrintTo(const Param &param, std::ostream *os) { *os << nameOf(param); }

std::vector<Param> paramsOf(Family family) {
  std::vector<Param> params;
  for (size_t i = 0; i < numOpKinds; ++i) {
    auto kind = static_cast<OpKind>(i);
    if (opInfo(kind).family == family)
      for (DType dtype : dtypesOf(kind))
        params.push_back({kind, dtype});
  }
  return params;
}

/// One call of the op: a case with sizes, random operands and what eager mode
/// gives for them.
struct Cell {
  const OpCase *opCase;
  std::vector<int64_t> sizes;
  std::vector<Tensor> operands;
  Tensor expected;

  std::string text() const {
    std::string result = opCase->name + ":";
    for (const Tensor &x : operands)
      result += " " + typeText(x);
    return result;
  }
};
using Cells = std::vector<const Cell *>;

class OpProperties : public testing::TestWithParam<Param> {
protected:
  void SetUp() override {
    row = &opRow(GetParam().kind);
    cases = row->cases(GetParam().dtype);
    Random random(std::hash<std::string>()(nameOf(GetParam())));
    for (const OpCase &c : cases)
      for (const std::vector<int64_t> &sizes : c.sizes) {
        Cell cell{&c, sizes, {}, {}};
        for (const OperandSpec &spec : c.operands)
          cell.operands.push_back(randomTensor(
              spec.dtype.value_or(GetParam().dtype),
              concreteDims(c, spec.dims, sizes), spec.domain, random));
        cell.expected = c.call(cell.operands);
        allCells.push_back(std::move(cell));
      }
    Family family = opInfo(row->kind).family;
    bool moves = family == Family::DataMovement || family == Family::Indexing ||
                 row->kind == OpKind::Select;
    nans = moves ? NaNs::Bits : NaNs::Alike;
  }

  /// Every cell.
  Cells everyCell() const {
    Cells cells;
    for (const Cell &cell : allCells)
      cells.push_back(&cell);
    return cells;
  }

  /// One cell of every case, with its `turn`th sizes.
  Cells cellsOfTurn(size_t turn) const {
    Cells cells;
    const Cell *next = allCells.data();
    for (const OpCase &c : cases) {
      cells.push_back(next + turn % c.sizes.size());
      next += c.sizes.size();
    }
    return cells;
  }
  size_t turns() const {
    size_t most = 0;
    for (const OpCase &c : cases)
      most = std::max(most, c.sizes.size());
    return most;
  }

  static std::vector<Tensor> operandsOf(const Cells &cells) {
    std::vector<Tensor> operands;
    for (const Cell *cell : cells)
      operands.insert(operands.end(), cell->operands.begin(),
                      cell->operands.end());
    return operands;
  }

  /// The calls of many cells side by side: one program for all.
  static TensorFunction together(const Cells &cells) {
    return [cells](Operands x) {
      std::vector<Tensor> results;
      for (const Cell *cell : cells) {
        size_t count = cell->operands.size();
        results.push_back(cell->opCase->call(x.first(count)));
        x = x.subspan(count);
      }
      return results;
    };
  }

  Program fixedProgram() const {
    Cells cells = everyCell();
    return trace(together(cells), fixedSpecs(operandsOf(cells)));
  }

  /// A program of one call per case; letters are named sizes, each case has
  /// its own.
  Program namedProgram() const {
    std::vector<TensorSpec> specs;
    for (size_t i = 0; i < cases.size(); ++i)
      for (const OperandSpec &operand : cases[i].operands) {
        TensorSpec spec{operand.dtype.value_or(GetParam().dtype), {}};
        for (char c : operand.dims)
          spec.dims.push_back(isdigit(c) ? Dim(c - '0')
                                         : dim(c + std::to_string(i)));
        specs.push_back(spec);
      }
    return trace(together(cellsOfTurn(0)), specs);
  }

  void expectCells(std::span<const Tensor> got, const Cells &cells,
                   const std::string &what) const {
    ASSERT_EQ(got.size(), cells.size());
    for (size_t i = 0; i < got.size(); ++i)
      EXPECT_EQ(difference(got[i], cells[i]->expected, nans), "")
          << what << ", " << cells[i]->text();
  }

  /// Runs every turn with 1, 2 and 5 threads.
  void expectTurns(const Executable &executable,
                   const std::string &what) const {
    for (size_t turn = 0; turn < turns(); ++turn) {
      Cells cells = cellsOfTurn(turn);
      for (int threads : {1, 2, 5})
        expectCells(executable.run(operandsOf(cells), {.threads = threads}),
                    cells, what + std::to_string(threads) + " threads");
    }
  }

  const OpRow *row;
  OpCases cases;
  std::vector<Cell> allCells;
  NaNs nans;
};

TEST_P(OpProperties, InterpreterGivesEagerBits) {
  Cells all = everyCell();
  expectCells(fixedProgram().interpret(operandsOf(all)), all, "fixed sizes");
  Program named = namedProgram();
  for (size_t turn = 0; turn < turns(); ++turn) {
    Cells cells = cellsOfTurn(turn);
    expectCells(named.interpret(operandsOf(cells)), cells, "named sizes");
  }
}

TEST_P(OpProperties, TextReadsBack) {
  Cells cells = everyCell();
  IrPrintOptions whole{.elide_above = -1};
  std::string text = fixedProgram().to_mlir(whole);
  Program read = Program::parse(text);
  EXPECT_EQ(read.to_mlir(whole), text);
  expectCells(read.interpret(operandsOf(cells)), cells, "read back");
  std::string named = namedProgram().to_mlir(whole);
  EXPECT_EQ(Program::parse(named).to_mlir(whole), named);
}

TEST_P(OpProperties, CompiledWithFixedSizes) {
  Cells cells = everyCell();
  Executable executable = compile(fixedProgram());
  for (int threads : {1, 2, 5})
    expectCells(executable.run(operandsOf(cells), {.threads = threads}), cells,
                std::to_string(threads) + " threads");
}

TEST_P(OpProperties, CompiledWithNamedSizes) {
  expectTurns(compile(namedProgram()), "");
}

TEST_P(OpProperties, EagerThreadsGiveTheSameBits) {
  for (int threads : {1, 2, 5}) {
    ThreadsScope scope(threads);
    for (const Cell &cell : allCells)
      EXPECT_EQ(
          difference(cell.opCase->call(cell.operands), cell.expected, nans), "")
          << threads << " threads, " << cell.text();
  }
}

/// x86-64-v3 and v4 give the same bits: kernels, and code compiled for v3.
TEST_P(OpProperties, CpuLevelsGiveTheSameBits) {
  if (bestCpuLevel() < CpuLevel::V3)
    GTEST_SKIP() << "this CPU has no FMA";
  {
    LevelScope level(CpuLevel::V3);
    for (const Cell &cell : allCells)
      EXPECT_EQ(
          difference(cell.opCase->call(cell.operands), cell.expected, nans), "")
          << cell.text();
  }
  expectTurns(compile(namedProgram(), {.target_cpu = "x86-64-v3"}),
              "compiled for x86-64-v3, ");
}

/// |a - b| is within the error bounds of both sums of products (semantics.md
/// 6): (min(K, 256) + ceil(K / 256)) u S with S the sum of |products|; without
/// fma each product adds a rounding.
std::string differenceOfProducts(const Cell &cell, const Tensor &got) {
  auto callWith = [&](auto change) {
    std::vector<Tensor> operands;
    for (const Tensor &x : cell.operands)
      operands.push_back(change(x));
    return convert(cell.opCase->call(operands), f64);
  };
  Tensor sums = callWith([](const Tensor &x) { return tgc::abs(x); });
  Tensor counts = callWith([](const Tensor &x) {
    return broadcast_in_dim(convert(tensor(1), x.dtype()), {}, x.shape());
  });
  Tensor a = convert(got, f64), b = convert(cell.expected, f64);
  double u = cell.operands[0].dtype() == f64 ? 0x1p-53 : 0x1p-24;
  for (size_t i = 0; i < a.data<double>().size(); ++i) {
    double x = a.data<double>()[i], y = b.data<double>()[i];
    double k = counts.data<double>()[i], s = sums.data<double>()[i];
    bool finite = std::isfinite(x) && std::isfinite(y) && std::isfinite(s);
    double bound =
        2 * (std::min(k, 256.0) + std::ceil(k / 256) + 1) * u * s + 0x1p-1074;
    if (finite ? std::fabs(x - y) <= bound : !std::isfinite(s))
      continue;
    return "element " + std::to_string(i) + " is " + std::to_string(x) +
           "; expected " + std::to_string(y);
  }
  return "";
}

/// Without FMA results stay within the bounds, and compiled code has the bits
/// of the kernels.
TEST_P(OpProperties, CpusWithoutFma) {
  LevelScope level(CpuLevel::Baseline);
  bool isFloats = isFloat(GetParam().dtype);
  int ulps = GetParam().dtype == f64 ? row->ulps64 : row->ulps32;
  for (Cell &cell : allCells) {
    Tensor got = cell.opCase->call(cell.operands);
    std::string text;
    if (row->withoutFma == WithoutFma::Product && isFloats)
      text = differenceOfProducts(cell, got);
    else if (row->withoutFma == WithoutFma::Ulps && isFloats)
      text = differenceInUlps(got, cell.expected, 2 * ulps);
    else
      text = difference(got, cell.expected, nans);
    EXPECT_EQ(text, "") << cell.text();
    cell.expected = got;
  }
#ifdef __x86_64__
  expectTurns(compile(namedProgram(), {.target_cpu = "x86-64"}),
              "compiled for x86-64, ");
#endif
}

/// The same message eagerly and in a trace.
TEST_P(OpProperties, RefusesWrongDTypes) {
  const OpInfo &info = opInfo(row->kind);
  const Cell &cell = allCells[0];
  for (size_t i = 0; i < info.numOperands; ++i) {
    const OperandInfo &operand = info.operands[i];
    if (operand.dtypes == DTypeClass::Any)
      continue;
    DType wrong = operand.dtypes == DTypeClass::Bits ? f32 : u8;
    // Operands of the parameter's dtype change together: promotion would make
    // them equal anyway.
    bool alone = cell.opCase->operands[i].dtype.has_value();
    std::vector<Tensor> operands = cell.operands;
    size_t named = i;
    for (size_t j = operands.size(); j-- > 0;)
      if (alone ? j == i : !cell.opCase->operands[j].dtype) {
        operands[j] = convert(operands[j], wrong);
        named = j;
      }
    std::string eager = messageOf([&] { cell.opCase->call(operands); });
    std::string expected =
        "TGC-E0402: tgc." + std::string(info.mnemonic) + ": operand " +
        std::to_string(named) + " ('" + std::string(info.operands[named].name) +
        "') has dtype " + std::string(dtypeName(wrong)) + "; expected ";
    EXPECT_THAT(eager, testing::StartsWith(expected));
    EXPECT_THAT(eager, testing::HasSubstr("\n  fix: convert it first"));
    EXPECT_EQ(messageOf([&] {
                trace([&](Operands x) { return cell.opCase->call(x); },
                      fixedSpecs(operands));
              }),
              eager);
  }
}

TEST_P(OpProperties, RefusesWrongShapes) {
  if (!row->callWrongly)
    return; // all shapes are allowed
  std::string eager = messageOf([&] { row->callWrongly(); });
  EXPECT_THAT(eager,
              testing::StartsWith("TGC-E0402: tgc." +
                                  std::string(opInfo(row->kind).mnemonic) +
                                  ": " + row->wrongText + "\n  fix: "));
  EXPECT_EQ(messageOf([&] {
              trace([&](Operands) { return row->callWrongly(); },
                    std::vector<TensorSpec>());
            }),
            eager);
}

std::string paramName(const testing::TestParamInfo<Param> &info) {
  return nameOf(info.param);
}
#define TGC_FAMILY(Name)                                                       \
  INSTANTIATE_TEST_SUITE_P(Name, OpProperties,                                 \
                           testing::ValuesIn(paramsOf(Family::Name)),          \
                           paramName);
#include "tgc/runtime/OpKind.inc"

} // namespace
} // namespace tgc::test

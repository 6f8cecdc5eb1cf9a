// Every truncation and every flipped bit of a model, of IR text and of value
// files gives an error, or a program that verifies, prints and reads back, or
// values that may be used; never a signal or a sanitizer's report.
#include "tgc/test/unit/runtime/FileBytes.h"

#include "tgc/frontend/api/Program.h"
#include "tgc/frontend/compile/ProgramImpl.h"
#include "tgc/frontend/eager/TensorImpl.h"
#include "tgc/frontend/onnx/Import.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"
#include "tgc/ir/serialize/Serialize.h"
#include "tgc/runtime/io/Npy.h"
#include "tgc/runtime/io/Npz.h"
#include "tgc/runtime/io/Safetensors.h"

#include "mlir/IR/Verifier.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#if __has_feature(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#endif

namespace tgc::test {
namespace {

std::string fileBytes(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// The case that runs, for whoever ends the process.
char currentCase[256];

void printCase() {
  size_t length = std::strlen(currentCase);
  [[maybe_unused]] ssize_t ignored = ::write(2, currentCase, length);
}

void refuseSlowCase(int) {
  std::strncat(currentCase, "takes more than a second\n",
               sizeof currentCase - std::strlen(currentCase) - 1);
  printCase();
  _exit(1);
}

/// Names a case and gives it one second of this process's time.
void beginCase(const std::string &name, const char *damage, size_t place) {
  [[maybe_unused]] static const bool installed = [] {
#if __has_feature(address_sanitizer)
    __sanitizer_set_death_callback(printCase);
#endif
    std::signal(SIGVTALRM, refuseSlowCase);
    return true;
  }();
  std::snprintf(currentCase, sizeof currentCase, "%s, %s %zu\n", name.c_str(),
                damage, place);
  itimerval second{{0, 0}, {1, 0}};
  setitimer(ITIMER_VIRTUAL, &second, nullptr);
}

void endCases() {
  itimerval never{};
  setitimer(ITIMER_VIRTUAL, &never, nullptr);
}

/// How often damage was refused, and how often something came of it.
struct Counts {
  int64_t refused = 0, accepted = 0;
};

/// Calls `accepts` with every shorter file.
template <class Accepts>
Counts truncate(const std::string &name, const std::string &file,
                Accepts accepts) {
  Counts counts;
  for (size_t length = 0; length < file.size(); ++length) {
    beginCase(name, "cut at byte", length);
    ++(accepts(file.substr(0, length)) ? counts.accepted : counts.refused);
  }
  endCases();
  return counts;
}

/// Calls `accepts` with every file that has one bit the other way, in every
/// `parts`th byte from number `part` on.
template <class Accepts>
Counts flip(const std::string &name, const std::string &file, Accepts accepts,
            size_t part = 0, size_t parts = 1) {
  Counts counts;
  std::string damaged = file;
  for (size_t byte = part; byte < file.size(); byte += parts)
    for (int bit = 0; bit < 8; ++bit) {
      beginCase(name, "flipped bit", 8 * byte + static_cast<size_t>(bit));
      damaged[byte] = static_cast<char>(file[byte] ^ (1 << bit));
      ++(accepts(damaged) ? counts.accepted : counts.refused);
      damaged[byte] = file[byte];
    }
  endCases();
  return counts;
}

/// Zeros for every input, with `n` for each name; nothing if that is many.
std::optional<std::vector<Tensor>> zeros(const Signature &signature,
                                         int64_t n) {
  std::vector<Tensor> inputs;
  for (const TensorSpec &spec : signature.inputs) {
    Shape shape;
    for (const Dim &dim : spec.dims)
      shape.push_back(
          dim.expr().evaluate([&](std::string_view) { return n; }).value_or(0));
    std::optional<int64_t> elements = checkedProduct(shape);
    if (!elements || *elements > 4096)
      return std::nullopt;
    absl::StatusOr<Value> value = Value::allocate(spec.dtype, shape);
    if (!value.ok())
      return std::nullopt;
    if (value->numBytes() > 0)
      std::memset(value->buffer->data(), 0,
                  static_cast<size_t>(value->numBytes()));
    inputs.push_back(fromValue(*std::move(value)));
  }
  return inputs;
}

/// A program that damaged bytes gave is a program. The costly checks are done
/// for every 32nd.
void expectWhole(const Program &program) {
  mlir::ModuleOp module = program.impl->get();
  ASSERT_TRUE(mlir::succeeded(mlir::verify(module))) << currentCase;
  static int64_t accepted = 0;
  if (accepted++ % 32 != 0)
    return;
  EXPECT_EQ(ir::checkContents(module, {}), absl::OkStatus()) << currentCase;
  // Names of values are no part of what is read back.
  std::string text = program.to_mlir({.elide_above = -1});
  try {
    text = Program::parse(text).to_mlir({.elide_above = -1});
    EXPECT_EQ(Program::parse(text).to_mlir({.elide_above = -1}), text)
        << currentCase;
  } catch (const Error &error) {
    ADD_FAILURE() << currentCase << "does not read back: " << error.what()
                  << '\n'
                  << text;
  }
  for (const Signature &function : program.functions())
    if (auto inputs = zeros(function, 2))
      try {
        RunOptions options;
        options.limits.memory = 64 << 20;
        program.interpret(*inputs, function.name, options);
      } catch (const Error &) {
        // Sizes may disagree.
      }
}

/// A file whose bytes can be replaced, on no disk.
class MemoryFile {
public:
  MemoryFile() : number(memfd_create("model", 0)) { EXPECT_GE(number, 0); }
  ~MemoryFile() { ::close(number); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(number); }
  void replace(const std::string &bytes) {
    EXPECT_EQ(ftruncate(number, static_cast<off_t>(bytes.size())), 0);
    EXPECT_EQ(pwrite(number, bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }

private:
  int number;
};

bool loads(const std::string &bytes) {
  static MemoryFile file;
  file.replace(bytes);
  try {
    expectWhole(Program::load(file.path()));
    return true;
  } catch (const Error &error) {
    EXPECT_NE(error.what(), std::string()) << currentCase;
    return false;
  }
}

/// `text` right before memory that nobody may read: MLIR's parser has no
/// instrumentation that would see it read on.
class TextBeforeNothing {
public:
  TextBeforeNothing() {
    void *block = mmap(nullptr, 2 * room, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(block, MAP_FAILED);
    end = static_cast<char *>(block) + room;
    EXPECT_EQ(mprotect(end, room, PROT_NONE), 0);
  }
  std::string_view place(const std::string &text) {
    EXPECT_LE(text.size(), room);
    std::memcpy(end - text.size(), text.data(), text.size());
    return {end - text.size(), text.size()};
  }

private:
  static constexpr size_t room = 64 << 10;
  char *end = nullptr;
};

bool parses(const std::string &text) {
  static TextBeforeNothing memory;
  try {
    expectWhole(Program::parse(memory.place(text)));
    return true;
  } catch (const Error &error) {
    EXPECT_NE(error.what(), std::string()) << currentCase;
    return false;
  }
}

const std::string digits = TGC_SOURCE_DIR "/examples/digits/digits.onnx";

TEST(HostileModel, TruncationsAreRefused) {
  std::string file = fileBytes(digits);
  ASSERT_TRUE(loads(file));
  // Only the list of operator sets follows the graph.
  EXPECT_EQ(truncate("digits.onnx", file, loads).accepted, 0);
}

/// Which bytes of `file` are elements of a float constant of the program.
std::vector<bool> weightBytes(const std::string &file) {
  std::vector<bool> isWeight(file.size());
  static MemoryFile model;
  model.replace(file);
  Program program = Program::load(model.path());
  program.impl->get().walk([&](ir::ConstantOp op) {
    absl::StatusOr<Value> value = ir::valueOf(op.getValue());
    ASSERT_TRUE(value.ok()) << value.status();
    absl::Span<const uint8_t> raw = bytesOf(*value);
    // Integers tell shapes, and a short run may stand anywhere.
    if (value->dtype != DType::f32 || raw.size() < 32)
      return;
    auto at = std::search(
        file.begin(), file.end(), raw.begin(), raw.end(),
        [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
    if (at != file.end())
      std::fill_n(isWeight.begin() + (at - file.begin()), raw.size(), true);
  });
  return isWeight;
}

/// The importer alone: reads and checks, and makes no program.
bool imports(const std::string &bytes) {
  return parseExact(bytes,
                    [](absl::Span<const uint8_t> span) {
                      return onnx::importOnnx(span, "digits.onnx");
                    })
      .ok();
}

constexpr size_t modelParts = 16;
class HostileModelBits : public testing::TestWithParam<size_t> {};

// A bit in the weights changes a value and nothing else: the importer reads all
// of these files, and every 16th becomes a program. TGC_ALL_BITS=1: all do.
TEST_P(HostileModelBits, GiveAnErrorOrAProgram) {
  std::string file = fileBytes(digits);
  std::vector<bool> isWeight = weightBytes(file);
  EXPECT_GT(std::count(isWeight.begin(), isWeight.end(), true), 12'000);
  bool all = std::getenv("TGC_ALL_BITS");
  Counts counts;
  for (size_t byte = GetParam(); byte < file.size(); byte += modelParts) {
    bool isSampled = all || !isWeight[byte] || byte / modelParts % 16 == 0;
    Counts here = flip("digits.onnx", file, isSampled ? loads : imports, byte,
                       file.size());
    if (isWeight[byte])
      EXPECT_EQ(here.refused, 0) << "byte " << byte;
    counts.accepted += here.accepted;
    counts.refused += here.refused;
  }
  EXPECT_GT(counts.refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Parts, HostileModelBits,
                         testing::Range<size_t>(0, modelParts));

std::vector<std::string> irFiles() {
  std::vector<std::string> names;
  for (const auto &entry :
       std::filesystem::directory_iterator(TGC_SOURCE_DIR "/test/fuzz/ir"))
    names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

class HostileText : public testing::TestWithParam<std::string> {};

TEST_P(HostileText, GivesAnErrorOrAProgram) {
  std::string text =
      fileBytes(TGC_SOURCE_DIR "/test/fuzz/ir/" + GetParam() + ".mlir");
  ASSERT_TRUE(parses(text));
  // Nothing, a line of its own in front, and all but a blank at the end are
  // programs.
  EXPECT_LE(truncate(GetParam(), text, parses).accepted, 4);
  EXPECT_GT(flip(GetParam(), text, parses).refused,
            static_cast<int64_t>(text.size()));
}

INSTANTIATE_TEST_SUITE_P(Files, HostileText, testing::ValuesIn(irFiles()),
                         [](const testing::TestParamInfo<std::string> &info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

/// Reads a file in a block of just its size; values of it may be used.
template <class Parse> auto reader(Parse parse) {
  return [parse](const std::string &bytes) {
    auto result = parseExact(bytes, parse);
    if (result.ok())
      expectUsable(*result);
    return result.ok();
  };
}

template <class Parse>
void expectHarmless(const std::string &name, const std::string &file,
                    Parse parse) {
  auto accepts = reader(parse);
  ASSERT_TRUE(accepts(file)) << name;
  EXPECT_EQ(truncate(name, file, accepts).accepted, 0) << name;
  EXPECT_GT(flip(name, file, accepts).refused, 64) << name;
}

const std::vector<std::pair<std::string, Value>> &values() {
  static const std::vector<std::pair<std::string, Value>> table = {
      {"f32", valueOf<float>({2, 3}, {1.5f, -2, 3, 0, 1e30f, -0.f})},
      {"i1", valueOf<bool>({3}, {true, false, true})},
      {"i64", valueOf<int64_t>({}, {-7})},
      {"f16", valueOf<Half>({1, 2, 2}, std::vector<Half>(4))},
      {"empty", valueOf<double>({0, 4}, {})},
  };
  return table;
}

TEST(HostileValues, NpyGivesAnErrorOrAValue) {
  auto parse = [](auto span) { return parseNpy(span); };
  for (const auto &[name, value] : values())
    expectHarmless(
        name + ".npy",
        written([&](ByteSink sink) { return writeNpy(value, sink); }), parse);
}

TEST(HostileValues, NpzGivesAnErrorOrValues) {
  ValueMap all(values().begin(), values().end());
  expectHarmless("all.npz",
                 written([&](ByteSink sink) { return writeNpz(all, sink); }),
                 [](auto span) { return parseNpz(span); });
}

TEST(HostileValues, SafetensorsGiveAnErrorOrValues) {
  ValueMap all(values().begin(), values().end());
  expectHarmless("all.safetensors", written([&](ByteSink sink) {
                   return writeSafetensors(all, sink);
                 }),
                 [](auto span) { return parseSafetensors(span); });
}

} // namespace
} // namespace tgc::test

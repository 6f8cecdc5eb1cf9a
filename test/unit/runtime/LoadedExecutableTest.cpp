// Running compiled programs: a table written by hand stands for one.
#include "tgc/runtime/executable/Executable.h"

#include "tgc/runtime/executable/CpuFeatures.h"
#include "tgc/runtime/parallel/ParallelFor.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <thread>

namespace tgc {
namespace {

using testing::HasSubstr;

// y[i] = x[i] + w[i] for x: batchx3, w: 3, through a workspace of x's size;
// rows are the iterations. The index input `k` is checked against 3.
struct Context {
  const float *x, *w;
  float *scratch, *y;
};

void addRows(void *context, int64_t begin, int64_t end) {
  auto *c = static_cast<Context *>(context);
  for (int64_t i = begin * 3; i < end * 3; ++i) {
    c->scratch[i] = c->x[i] + c->w[i % 3];
    c->y[i] = c->scratch[i];
  }
}

int32_t runAdd(const tgc_run_args *args) {
  if (args->struct_size < sizeof(tgc_run_args))
    return TGC_RUN_BAD_ARGS;
  Context context{static_cast<const float *>(args->inputs[0]),
                  static_cast<const float *>(args->inputs[1]),
                  static_cast<float *>(args->workspace),
                  static_cast<float *>(args->outputs[0])};
  int64_t batch = args->symbols[0];
  if (args->parallel_for)
    args->parallel_for(args->user, batch, 1, addRows, &context);
  else
    addRows(&context, 0, batch);
  const auto *k = static_cast<const int64_t *>(args->inputs[2]);
  for (int64_t i = 0; i < 4; ++i)
    if ((k[i] < 0 || k[i] >= 3) && i < args->oob_slots[0])
      args->oob_slots[0] = i;
  return TGC_RUN_OK;
}

const char *const xDims[] = {"batch", "3"};
const char *const wDims[] = {"3"};
const char *const kDims[] = {"2", "2"};
const tgc_executable_symbol symbols[] = {{"batch", 0, 0}};
const tgc_executable_tensor inputs[] = {
    {"x", "f32", 2, xDims}, {"w", "f32", 1, wDims}, {"k", "i64", 2, kDims}};
const tgc_executable_tensor outputs[] = {{"y", "f32", 2, xDims}};
const tgc_executable_check checks[] = {
    {"batch - 1", "0", "tgc.slice: result", TGC_CHECK_AT_LEAST},
    {"mod(batch, 7)", "batch", "tgc.add: operand 1 ('rhs') in dimension 0",
     TGC_CHECK_EQUAL}};
const tgc_executable_site sites[] = {
    {"tgc.gather: operand 1 ('indices')", "app.cc:7:12", 2, kDims}};
const tgc_executable_buffers buffers[] = {{"12*batch", 1}};

tgc_executable addTable() {
  tgc_executable e{};
  e.abi = TGC_EXECUTABLE_ABI;
  e.struct_size = sizeof(e);
  e.version = "0.1.0";
  e.compiler = "hand";
  e.name = "add";
  e.cpu = "x86-64";
  e.features = "";
  e.numerics = "";
  e.num_symbols = 1;
  e.symbols = symbols;
  e.num_inputs = 3;
  e.inputs = inputs;
  e.num_outputs = 1;
  e.outputs = outputs;
  e.num_checks = 2;
  e.checks = checks;
  e.num_sites = 1;
  e.sites = sites;
  e.workspace_bytes = 64;
  e.num_buffers = 1;
  e.buffers = buffers;
  e.run = runAdd;
  return e;
}

template <class T> Value make(Shape shape, std::vector<T> elements) {
  Value value = *Value::allocate(dtypeOf<T>, std::move(shape));
  std::copy(elements.begin(), elements.end(), value.data<T>());
  return value;
}

struct LoadedExecutableTest : testing::Test {
  tgc_executable table = addTable();
  std::shared_ptr<const LoadedExecutable> add =
      *LoadedExecutable::create(&table, nullptr);
  Value x = make<float>({2, 3}, {1, 2, 3, 4, 5, 6});
  Value w = make<float>({3}, {10, 20, 30});
  Value k = make<int64_t>({2, 2}, {0, 1, 2, 0});

  std::string error(std::vector<Value> values,
                    const ExecuteOptions &options = {}) {
    auto result = add->run(values, options);
    return result.ok() ? "" : std::string(result.status().message());
  }
  std::string createError() {
    auto result = LoadedExecutable::create(&table, nullptr);
    return result.ok() ? "" : std::string(result.status().message());
  }
};

TEST_F(LoadedExecutableTest, ComputesAndDescribesItself) {
  auto result = add->run({x, w, k});
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->size(), 1u);
  EXPECT_EQ(result->front().shape, (Shape{2, 3}));
  const float *y = result->front().data<float>();
  EXPECT_THAT(std::vector<float>(y, y + 6),
              testing::ElementsAre(11, 22, 33, 14, 25, 36));
  EXPECT_EQ(add->signature().name, "add");
  EXPECT_EQ(typeText(add->signature().inputs[0].type), "batchx3xf32");
  EXPECT_THAT(add->signature().symbols, testing::ElementsAre("batch"));
  // 64 bytes, and 24 bytes rounded up to 64.
  EXPECT_EQ(*add->workspaceBytes({x, w, k}), 128);
}

TEST_F(LoadedExecutableTest,
       RunsWithNamedSizeOfAnyValueButRefusesFailedChecks) {
  EXPECT_EQ(error({make<float>({6, 3}, std::vector<float>(18)), w, k}), "");
  EXPECT_EQ(error({make<float>({0, 3}, {}), w, k}),
            "tgc.slice: result has size -1 (batch - 1); expected at least 0\n"
            "  fix: run it with inputs of other sizes");
  EXPECT_EQ(error({make<float>({9, 3}, std::vector<float>(27)), w, k}),
            "tgc.add: operand 1 ('rhs') in dimension 0 has size 2 (mod(batch, "
            "7)); expected 9 (batch)\n"
            "  fix: run it with inputs of other sizes");
}

TEST_F(LoadedExecutableTest, RefusesInputsThatDoNotFit) {
  EXPECT_EQ(error({x, w}),
            "add: got 2 inputs; expected 3\n  fix: pass, in this order: 'x' "
            "(batchx3xf32), 'w' (3xf32), 'k' (2x2xi64)");
  EXPECT_EQ(error({x, w, x}), "add: input 2 ('k') has dtype f32; expected i64\n"
                              "  fix: convert it to i64");
  EXPECT_EQ(error({w, w, k}), "add: input 0 ('x') has shape 3; expected "
                              "batchx3\n  fix: give it rank 2; it has rank 1");
  EXPECT_EQ(error({make<float>({2, 5}, std::vector<float>(10)), w, k}),
            "add: input 0 ('x') has shape 2x5; expected batchx3\n"
            "  fix: give dimension 1 size 3; it has 5");
  EXPECT_EQ(error({x, Value{f32, {3}, nullptr}, k}),
            "add: input 1 ('w') has no value\n  fix: assign it one first");
}

TEST_F(LoadedExecutableTest, NamesWhereAConflictingSizeComesFrom) {
  static const tgc_executable_tensor both[] = {{"x", "f32", 2, xDims},
                                               {"w", "f32", 2, xDims}};
  table.num_inputs = 2;
  table.inputs = both;
  add = *LoadedExecutable::create(&table, nullptr);
  EXPECT_EQ(error({x, make<float>({4, 3}, std::vector<float>(12))}),
            "add: input 1 ('w') has shape 4x3; expected batchx3 with batch = 2 "
            "(dimension 0 of input 0 ('x'))\n"
            "  fix: give dimension 0 size 2; it has 4");
}

TEST_F(LoadedExecutableTest, TurnsASlotIntoOutOfRange) {
  auto result = add->run({x, w, make<int64_t>({2, 2}, {0, 1, 3, -1})});
  EXPECT_EQ(result.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(result.status().message(),
            "tgc.gather: operand 1 ('indices') is out of range at position "
            "[1, 0] [app.cc:7:12]\n  fix: keep indices within the size they "
            "index, or use oob = clamp or oob = fill");
}

TEST_F(LoadedExecutableTest, RefusesRunsBeyondTheLimits) {
  ExecuteOptions options;
  options.limits.memory = 151;
  EXPECT_THAT(
      error({x, w, k}, options),
      HasSubstr("needs 152 bytes, above the limit of 151 (Limits::memory)"));
  options.limits.memory = 152;
  EXPECT_EQ(error({x, w, k}, options), "");
  options.limits.elements = 5;
  EXPECT_THAT(error({x, w, k}, options), HasSubstr("Limits::elements"));
}

TEST_F(LoadedExecutableTest, RefusesSizesWhoseWorkspaceOverflows) {
  static const tgc_executable_buffers huge[] = {
      {"4611686018427387904*batch", 1}};
  table.buffers = huge;
  add = *LoadedExecutable::create(&table, nullptr);
  EXPECT_EQ(add->run({x, w, k}).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST_F(LoadedExecutableTest, StopsWhenCancelledOrLate) {
  std::atomic<bool> cancel{true};
  ExecuteOptions options;
  options.cancel = &cancel;
  EXPECT_EQ(add->run({x, w, k}, options).status().code(),
            absl::StatusCode::kCancelled);
  // In the middle: chunks after the flag is set are not computed.
  static std::atomic<bool> *flag = &cancel;
  static std::atomic<int64_t> rows;
  rows = 0;
  cancel = false;
  table.run = [](const tgc_run_args *args) -> int32_t {
    args->parallel_for(
        args->user, 1000000, 1,
        [](void *, int64_t begin, int64_t end) {
          rows += end - begin;
          *flag = true;
        },
        nullptr);
    return TGC_RUN_OK;
  };
  EXPECT_EQ(add->run({x, w, k}, options).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_LT(rows, 1000);

  table.run = [](const tgc_run_args *args) -> int32_t {
    args->parallel_for(
        args->user, 1000000, 1,
        [](void *, int64_t, int64_t) {
          std::this_thread::sleep_for(std::chrono::milliseconds(2));
        },
        nullptr);
    return TGC_RUN_OK;
  };
  options.cancel = nullptr;
  options.limits.run_time = 0.01;
  auto late = add->run({x, w, k}, options);
  EXPECT_EQ(late.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(late.status().message()),
              HasSubstr("longer than 0.01 s (Limits::run_time)"));
}

TEST_F(LoadedExecutableTest, KeepsTheThreadSettingOfTheCaller) {
  int32_t before = tgc_num_threads();
  ExecuteOptions options;
  options.threads = 1;
  EXPECT_EQ(error({x, w, k}, options), "");
  EXPECT_EQ(tgc_num_threads(), before);
}

#if defined(__SSE__)
TEST_F(LoadedExecutableTest, KeepsDenormalsWhateverTheCallerHasSet) {
  unsigned before = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(before | 0x8040); // flush to zero
  auto result = add->run(
      {make<float>({1, 3}, {1e-40f, 0, 0}), make<float>({3}, {0, 0, 0}), k});
  unsigned after = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(before);
  EXPECT_EQ(after & 0x8040, 0x8040u);
  uint32_t bits;
  std::memcpy(&bits, result->front().data<float>(), 4);
  EXPECT_NE(bits, 0u);
}
#endif

TEST_F(LoadedExecutableTest, RunsFromSeveralThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        int64_t rows = 1 + (t + i) % 6;
        std::vector<float> elements(rows * 3, static_cast<float>(t));
        auto result = add->run({make<float>({rows, 3}, elements), w, k});
        if (!result.ok() ||
            result->front().data<float>()[rows * 3 - 1] != t + 30)
          ++wrong;
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(LoadedExecutableTest, RefusesTablesThatCannotRunHere) {
  table.abi = 2;
  EXPECT_THAT(createError(), HasSubstr("ABI 2; this library runs ABI 1"));
  table = addTable();
  table.features = "+sse3,+nosuch";
  EXPECT_THAT(createError(), HasSubstr("compiled for a CPU with nosuch"));
  table = addTable();
  table.weights_bytes = 4;
  EXPECT_THAT(createError(), HasSubstr("4 bytes of weights are not linked in"));
  table = addTable();
  table.struct_size = TGC_EXECUTABLE_MIN_SIZE - 1;
  EXPECT_THAT(createError(), HasSubstr("too short"));
  table = addTable();
  static const char *const bad[] = {"batch +", "3"};
  static const tgc_executable_tensor damaged[] = {{"y", "f32", 2, bad}};
  table.outputs = damaged;
  EXPECT_THAT(createError(), HasSubstr("'batch +' is no size"));
  static const tgc_executable_symbol nowhere[] = {{"batch", 0, 5}};
  table = addTable();
  table.symbols = nowhere;
  EXPECT_THAT(createError(), HasSubstr("size 'batch' has no source"));
  static const tgc_executable_tensor odd[] = {{"y", "f99", 2, xDims}};
  table = addTable();
  table.outputs = odd;
  EXPECT_THAT(createError(), HasSubstr("dtype 'f99'"));
}

TEST_F(LoadedExecutableTest, ReportsCodesOfTheCompiledCode) {
  table.run = [](const tgc_run_args *) -> int32_t {
    return TGC_RUN_MISALIGNED;
  };
  EXPECT_THAT(error({x, w, k}), HasSubstr("not 64-byte aligned"));
}

TEST(LoadTest, NamesThePathOfWhatDoesNotLoad) {
  auto missing = LoadedExecutable::loadTrusted("/nonexistent/a.so");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(missing.status().message(),
            "/nonexistent/a.so: there is no such file");
  auto text = LoadedExecutable::loadTrusted("/etc/passwd");
  EXPECT_EQ(text.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(text.status().message()),
              HasSubstr("/etc/passwd: it does not load: "));
}

TEST(CpuFeaturesTest, AgreesWithTheCompiler) {
  EXPECT_TRUE(checkCpuFeatures("").ok());
#if defined(__x86_64__)
  __builtin_cpu_init();
  EXPECT_EQ(cpuHasFeature("avx2"), __builtin_cpu_supports("avx2") != 0);
  EXPECT_EQ(cpuHasFeature("fma"), __builtin_cpu_supports("fma") != 0);
  EXPECT_EQ(cpuHasFeature("avx512bw"), __builtin_cpu_supports("avx512bw") != 0);
  EXPECT_TRUE(checkCpuFeatures("-avx512f").ok());
#endif
  EXPECT_FALSE(cpuHasFeature("nosuch"));
}

} // namespace
} // namespace tgc

// From a plan and hand-written group code to programs that run: the entry, the
// table, the linker and files, apart from the emitters.
#include "tgc/codegen/TargetInfo.h"
#include "tgc/codegen/aot/WeightsObject.h"
#include "tgc/codegen/emit/Entry.h"
#include "tgc/codegen/jit/Link.h"
#include "tgc/codegen/llvm/ExecutableTable.h"
#include "tgc/codegen/llvm/Object.h"

#include "llvm/IR/Module.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Target/TargetMachine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>
#include <fstream>

namespace tgc::codegen {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Base = BufferRef::Base;

// context: x, w, y, slot, n. Iteration i: y[i] = x[i] + w[i % 4], and an
// element below zero lowers the slot to i.
constexpr char addGroup[] = R"(
define internal void @add(ptr %context, i64 %begin, i64 %end) {
  %x = load ptr, ptr %context
  %pw = getelementptr i8, ptr %context, i64 8
  %w = load ptr, ptr %pw
  %py = getelementptr i8, ptr %context, i64 16
  %y = load ptr, ptr %py
  %ps = getelementptr i8, ptr %context, i64 24
  %slot = load ptr, ptr %ps
  br label %loop
loop:
  %i = phi i64 [ %begin, %0 ], [ %next, %step ]
  %p = getelementptr float, ptr %x, i64 %i
  %v = load float, ptr %p
  %k = and i64 %i, 3
  %q = getelementptr float, ptr %w, i64 %k
  %u = load float, ptr %q
  %s = fadd float %v, %u
  %r = getelementptr float, ptr %y, i64 %i
  store float %s, ptr %r
  %low = fcmp olt float %v, 0.0
  br i1 %low, label %report, label %step
report:
  %old = atomicrmw min ptr %slot, i64 %i monotonic
  br label %step
step:
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %end
  br i1 %more, label %loop, label %done
done:
  ret void
}
; context: x, n, m. x = n, m: what the entry computed for two sizes.
define internal void @sizes(ptr %context, i64 %begin, i64 %end) {
  %x = load ptr, ptr %context
  %pn = getelementptr i8, ptr %context, i64 8
  %n = load i64, ptr %pn
  store i64 %n, ptr %x
  %pm = getelementptr i8, ptr %context, i64 16
  %m = load i64, ptr %pm
  %q = getelementptr i64, ptr %x, i64 1
  store i64 %m, ptr %q
  ret void
}
)";

DimExpr batch() { return DimExpr::symbol("batch"); }

/// y = (x + w) + w through the workspace; x twice more; sizes of `exprs`.
ProgramPlan addTwice() {
  ProgramPlan plan;
  TensorType rows{f32, {batch(), 4}};
  plan.inputs = {{"x", rows}};
  plan.outputs = {{"y", rows}, {"x2", rows}, {"w", {f32, {4}}}};
  plan.symbols = {{"batch", 0, 0}};
  plan.sites = {{"first", "a.cc:1:2", {batch(), 4}},
                {"second", "", {batch(), 4}}};
  plan.arena.staticBytes = 64;
  plan.arena.buckets = {{batch() * 16, 2}};
  plan.calls = {
      {"add",
       batch() * 4,
       8,
       {{Base::Input, 0, 0}, {Base::Weights, 0, 64}, {Base::Bucket, 0, 1}},
       0,
       1,
       {}},
      {"add",
       batch() * 4,
       8,
       {{Base::Bucket, 0, 1}, {Base::Weights, 0, 64}, {Base::Output, 0, 0}},
       1,
       1,
       {}}};
  plan.copies = {{{Base::Input, 0, 0}, 1, batch() * 16},
                 {{Base::Weights, 0, 64}, 2, 16}};
  plan.weightsBytes = 128;
  return plan;
}

std::shared_ptr<const Weights> someWeights() {
  WeightsBuilder builder;
  for (float first : {1.f, 10.f}) {
    Value w = *Value::allocate(f32, {4});
    for (int i = 0; i < 4; ++i)
      w.data<float>()[i] = first * static_cast<float>(i);
    (void)*builder.add(w);
  }
  return *builder.build();
}

absl::StatusOr<CompiledObject> build(const ProgramPlan &plan, bool embed,
                                     const std::string &cpu = "native",
                                     const char *text = addGroup,
                                     const std::string &name = "test") {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module =
      llvm::parseIR(llvm::MemoryBufferRef(text, "groups"), diagnostic, context);
  EXPECT_TRUE(module) << diagnostic.getMessage().str();
  TargetInfo target = targetInfo(cpu);
  TGC_ASSIGN_OR_RETURN(auto machine, makeTargetMachine(target));
  module->setDataLayout(machine->createDataLayout());
  module->setTargetTriple(machine->getTargetTriple());
  TGC_ASSIGN_OR_RETURN(llvm::Function * run, emitEntry(plan, *module));
  CompiledObject result;
  result.name = name;
  result.weights = someWeights();
  emitExecutableTable(plan, name, target, run,
                      embed ? result.weights.get() : nullptr, *module);
  if (embed)
    result.weights = nullptr;
  TGC_ASSIGN_OR_RETURN(result.object, emitCode(*module, *machine, false));
  return result;
}

Value rows(std::vector<float> elements) {
  Value value =
      *Value::allocate(f32, {static_cast<int64_t>(elements.size()) / 4, 4});
  std::copy(elements.begin(), elements.end(), value.data<float>());
  return value;
}

std::vector<float> floats(const Value &value) {
  return {value.data<float>(), value.data<float>() + value.numElements()};
}

void checkAddTwice(const LoadedExecutable &program) {
  Value x = rows({1, 2, 3, 4, 5, 6, 7, 8});
  auto result = program.run({x});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(floats((*result)[0]), ElementsAre(1, 22, 43, 64, 5, 26, 47, 68));
  EXPECT_EQ(floats((*result)[1]), floats(x));
  EXPECT_THAT(floats((*result)[2]), ElementsAre(0, 10, 20, 30));
  EXPECT_EQ(*program.workspaceBytes({x}), 64 + 2 * 64);
  EXPECT_TRUE(program.run({rows({})}).ok());
}

TEST(CompiledProgramTest, RunsInProcess) {
  auto compiled = *build(addTwice(), /*embed=*/false);
  EXPECT_THAT(*undefinedSymbols(compiled.object),
              ElementsAre("memcpy", "tgc_weights_test"));
  auto program = linkInProcess(compiled);
  ASSERT_TRUE(program.ok()) << program.status();
  checkAddTwice(**program);
  EXPECT_EQ((*program)->signature().name, "test");
}

TEST(CompiledProgramTest, SplitsLargeCallsOverThreads) {
  auto program = *linkInProcess(*build(addTwice(), false));
  std::vector<float> elements(4000);
  for (size_t i = 0; i < elements.size(); ++i)
    elements[i] = static_cast<float>(i);
  Value x = rows(elements);
  ExecuteOptions one;
  one.threads = 1;
  ExecuteOptions five;
  five.threads = 5;
  auto serial = *program->run({x}, one);
  auto parallel = *program->run({x}, five);
  EXPECT_EQ(floats(serial[0]), floats(parallel[0]));
  EXPECT_EQ(serial[0].data<float>()[3999], 3999 + 60);
}

TEST(CompiledProgramTest, ReportsTheFirstSiteInProgramOrder) {
  auto program = *linkInProcess(*build(addTwice(), false));
  // -5 stays below zero in both calls, -1 in the first only.
  auto result = program->run({rows({1, -5, 3, 4, -5, 6, 7, -1})});
  EXPECT_THAT(std::string(result.status().message()),
              HasSubstr("first is out of range at position [0, 1] [a.cc:1:2]"));
  auto second = program->run({rows({1, 2, 3, 4, 5, 6, 7, 8})});
  EXPECT_TRUE(second.ok());
}

TEST(CompiledProgramTest, ComputesSizesAsTheRuntimeDoes) {
  DimExpr b = batch();
  std::vector<DimExpr> exprs = {
      b * b * 3 + b - 7,       floor_div(b - 5, 3),
      mod(b - 5, 3),           floor_div(b, DimExpr(2) - b),
      min(b, 7 - b),           max(b * 2, 9 - b),
      floor_div(7 - b, b + 1), mod(DimExpr(3) * b - 20, b + 2)};
  for (size_t i = 0; i < exprs.size(); i += 2) {
    ProgramPlan plan;
    plan.inputs = {{"x", {f32, {b, 4}}}};
    plan.outputs = {{"n", {i64, {2}}}};
    plan.symbols = {{"batch", 0, 0}};
    plan.calls = {{"sizes",
                   1,
                   1,
                   {{Base::Output, 0, 0}},
                   0,
                   0,
                   {exprs[i], exprs[i + 1]}}};
    auto program = *linkInProcess(*build(plan, false));
    for (int64_t n = 0; n < 12; ++n) {
      Value x = *Value::allocate(f32, {n, 4});
      auto result = *program->run({x});
      for (size_t j = 0; j < 2; ++j) {
        auto expected = exprs[i + j].evaluate(
            [&](std::string_view) { return std::optional<int64_t>(n); });
        if (expected) // division by 0 has any value, but does not trap
          EXPECT_EQ(result[0].data<int64_t>()[j], *expected)
              << exprs[i + j].text() << " at " << n;
      }
    }
  }
}

TEST(CompiledProgramTest, MayTakeAndGiveNothing) {
  auto program = *linkInProcess(*build(ProgramPlan(), false));
  EXPECT_TRUE(program->run({}).ok());
}

TEST(CompiledProgramTest, NamesAGroupWithoutCode) {
  ProgramPlan plan = addTwice();
  plan.calls[1].symbol = "absent";
  EXPECT_THAT(std::string(build(plan, false).status().message()),
              HasSubstr("group 'absent' has no function"));
}

TEST(CompiledProgramTest, RefusesCallsOfLibm) {
  constexpr char text[] = R"(
declare float @llvm.exp.f32(float)
declare float @llvm.fma.f32(float, float, float)
define float @f(float %x, float %y) {
  %e = call float @llvm.exp.f32(float %x)
  %r = call float @llvm.fma.f32(float %e, float %y, float %x)
  ret float %r
}
)";
  auto v3 = *build(ProgramPlan(), false, "x86-64-v3", text);
  EXPECT_THAT(*undefinedSymbols(v3.object), ElementsAre("expf"));
  auto baseline = *build(ProgramPlan(), false, "x86-64", text);
  EXPECT_THAT(std::string(checkUndefinedSymbols(baseline.object).message()),
              HasSubstr("the code calls expf, fmaf; expected memcpy"));
  EXPECT_FALSE(undefinedSymbols("no object").ok());
}

TEST(CompiledProgramTest, RefusesToLinkForAnotherCpu) {
  auto compiled = *build(addTwice(), false, "diamondrapids");
  auto program = linkInProcess(compiled);
  if (program.ok())
    GTEST_SKIP() << "this CPU has all of it";
  EXPECT_EQ(program.status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(CompiledProgramTest, LeavesNoMemoryWritableAndExecutable) {
  auto program = *linkInProcess(*build(addTwice(), false));
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    EXPECT_EQ(line.find(" rwx"), std::string::npos) << line;
}

/// Writes the objects and links a shared object with the first linker there
/// is; empty without one.
std::string linkShared(const std::string &stem,
                       const std::vector<std::string> &objects) {
  std::string folder = testing::TempDir(), files;
  for (size_t i = 0; i < objects.size(); ++i) {
    std::string file = folder + stem + std::to_string(i) + ".o";
    std::ofstream(file, std::ios::binary) << objects[i];
    files += " '" + file + "'";
  }
  std::string out = folder + stem + ".so";
  for (const char *linker : {"ld.lld-22", "ld.lld", "ld"})
    if (std::system((std::string(linker) + " -shared -o '" + out + "'" + files +
                     " 2>/dev/null")
                        .c_str()) == 0)
      return out;
  return "";
}

TEST(CompiledProgramTest, RunsFromASharedObjectWithEmbeddedWeights) {
  auto compiled = *build(addTwice(), /*embed=*/true);
  EXPECT_THAT(*undefinedSymbols(compiled.object), ElementsAre("memcpy"));
  std::string path = linkShared("embedded", {compiled.object});
  if (path.empty())
    GTEST_SKIP() << "no linker";
  auto program = LoadedExecutable::loadTrusted(path);
  ASSERT_TRUE(program.ok()) << program.status();
  checkAddTwice(**program);
}

TEST(CompiledProgramTest, MayHaveAnyName) {
  for (std::string name : {"query", "executable_query", "_query", "main"}) {
    SCOPED_TRACE(name);
    auto compiled = *build(addTwice(), true, "native", addGroup, name);
    std::string path = linkShared("named_" + name, {compiled.object});
    if (path.empty())
      GTEST_SKIP() << "no linker";
    auto program = LoadedExecutable::loadTrusted(path);
    ASSERT_TRUE(program.ok()) << program.status();
    EXPECT_EQ((*program)->signature().name, name);
    checkAddTwice(**program);
  }
}

/// More calls and copies than one function of the entry makes.
TEST(CompiledProgramTest, MakesManyCalls) {
  ProgramPlan plan = addTwice();
  std::vector<ProgramPlan::Call> calls;
  for (int i = 0; i < 700; ++i)
    calls.push_back(plan.calls[0]);
  calls.push_back(plan.calls[1]);
  plan.calls = std::move(calls);
  for (int i = 0; i < 600; ++i) {
    plan.copies.push_back({{Base::Input, 0, 0},
                           static_cast<int64_t>(plan.outputs.size()),
                           batch() * 16});
    plan.outputs.push_back(plan.outputs[1]);
  }
  auto program = *linkInProcess(*build(plan, false));
  checkAddTwice(*program);
  Value x = rows({1, 2, 3, 4});
  auto results = *program->run({x});
  ASSERT_EQ(results.size(), 603u);
  for (size_t i = 3; i < results.size(); ++i)
    EXPECT_EQ(floats(results[i]), floats(x));
}

TEST(CompiledProgramTest, ChecksItsArguments) {
  std::string path =
      linkShared("arguments", {build(addTwice(), /*embed=*/true)->object});
  if (path.empty())
    GTEST_SKIP() << "no linker";
  std::shared_ptr<void> handle(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL),
                               [](void *h) { dlclose(h); });
  ASSERT_TRUE(handle);
  const auto *table = static_cast<const tgc_executable *>(
      dlsym(handle.get(), "tgc_executable_test"));
  auto query = reinterpret_cast<tgc_query_fn>(dlsym(handle.get(), "tgc_query"));
  ASSERT_TRUE(table && query);
  EXPECT_EQ(query(), table);
  EXPECT_EQ(table->struct_size, sizeof(tgc_executable));
  EXPECT_STREQ(table->outputs[2].name, "w");
  EXPECT_EQ(reinterpret_cast<uintptr_t>(table->weights) % 64, 0u);
  tgc_run_args args{};
  args.struct_size = sizeof(args) - 1;
  EXPECT_EQ(table->run(&args), TGC_RUN_BAD_ARGS);
  args.struct_size = sizeof(args);
  args.workspace = reinterpret_cast<void *>(uintptr_t{32});
  EXPECT_EQ(table->run(&args), TGC_RUN_MISALIGNED);
}

TEST(CompiledProgramTest, RunsFromASharedObjectWithWeightsBesideIt) {
  auto compiled = *build(addTwice(), /*embed=*/false);
  const Weights &weights = *compiled.weights;
  WeightsObject around = weightsObject("test", weights.size());
  std::string object =
      around.before +
      std::string(static_cast<const char *>(weights.data()), weights.size()) +
      around.after;
  EXPECT_THAT(*undefinedSymbols(object), ElementsAre());
  std::string path = linkShared("beside", {compiled.object, object});
  if (path.empty())
    GTEST_SKIP() << "no linker";
  auto program = LoadedExecutable::loadTrusted(path);
  ASSERT_TRUE(program.ok()) << program.status();
  checkAddTwice(**program);

  auto without =
      LoadedExecutable::loadTrusted(linkShared("without", {compiled.object}));
  EXPECT_THAT(std::string(without.status().message()),
              HasSubstr("128 bytes of weights are not linked in"));
}

} // namespace
} // namespace tgc::codegen

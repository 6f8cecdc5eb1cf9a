// jit: what is compiled, when, and what is shared.
#include "tgc/frontend/api/tgc.h"

#include <gmock/gmock.h>
#include <thread>

namespace tgc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Tensor scalar(double x) { return tensor(x, f64); }
double valueOf(const Tensor &x) { return x.item<double>(); }

TEST(JitTest, OneCompilationServesAllSizesOfTwoAndMore) {
  auto f = jit([](const Tensor &x) { return sum(x * 2.0); });
  for (int64_t n : {2, 3, 7, 1000})
    EXPECT_EQ(valueOf(f(ones({n}, f64))), 2.0 * static_cast<double>(n));
  EXPECT_EQ(f.report().compiles, 1);
  EXPECT_EQ(f.report().cache_hits, 3);
  EXPECT_EQ(valueOf(f(ones({1}, f64))), 2);
  EXPECT_EQ(valueOf(f(ones({0}, f64))), 0);
  EXPECT_EQ(f.report().compiles, 3);
  EXPECT_THAT(f.report().causes[1], HasSubstr("new dtypes, ranks, sizes"));
}

TEST(JitTest, TreesOfOtherStructureAreOtherCode) {
  using List = std::vector<Tensor>;
  auto weigh = jit([](const List &a, const List &b) {
    Tensor total = scalar(0);
    for (const Tensor &x : a)
      total = total + x;
    for (const Tensor &x : b)
      total = total - x;
    return total;
  });
  List one = {scalar(5)}, two = {scalar(1), scalar(2)};
  EXPECT_EQ(valueOf(weigh(two, one)), -2);
  EXPECT_EQ(valueOf(weigh(one, two)), 2);

  using Map = std::map<std::string, Tensor>;
  auto pick = jit([](const Map &map) {
    auto it = map.find("p");
    return it == map.end() ? scalar(-1) : it->second * 3.0;
  });
  EXPECT_EQ(valueOf(pick(Map{{"p", scalar(1)}})), 3);
  EXPECT_EQ(valueOf(pick(Map{{"q", scalar(1)}})), -1);
}

TEST(JitTest, ResultsKeepTheStructureOfTheirEntry) {
  using List = std::vector<Tensor>;
  auto split = jit([](const List &xs) {
    List doubled;
    for (const Tensor &x : xs)
      doubled.push_back(x + x);
    return doubled;
  });
  EXPECT_EQ(split(List{scalar(1)}).size(), 1u);
  EXPECT_EQ(split(List{scalar(1), scalar(2), scalar(3)}).size(), 3u);
  EXPECT_EQ(valueOf(split(List{scalar(4)})[0]), 8);
}

TEST(JitTest, JoinsTheTraceAround) {
  auto twice = jit([](const Tensor &x) { return x + x; });
  auto outer = jit([&](const Tensor &x) { return twice(twice(x)) + 1.0; });
  EXPECT_EQ(valueOf(outer(scalar(3))), 13);
  EXPECT_EQ(twice.report().compiles, 0);

  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      Program p = trace([&](const Tensor &x) { return twice(x); },
                        {{f64, {i + 1}, "x"}});
      right += valueOf(sum(p.interpret(std::vector{ones({i + 1}, f64)})[0])) ==
               2 * (i + 1);
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(right, 8);
}

TEST(JitTest, AFunctionMayAskForItsReport) {
  std::function<JitReport()> report;
  auto f = jit([&](const Tensor &x) {
    EXPECT_EQ(report().compiles, 0);
    return -x;
  });
  report = [&] { return f.report(); };
  EXPECT_EQ(valueOf(f(scalar(2))), -2);
}

TEST(JitTest, FixesSizesForAFunctionThatReadsThem) {
  auto mean = jit([](const Tensor &x) {
    return sum(x) / static_cast<double>(static_cast<int64_t>(x.size(0)));
  });
  EXPECT_EQ(valueOf(mean(ones({4}, f64))), 1);
  EXPECT_EQ(valueOf(mean(ones({5}, f64))), 1);
  EXPECT_EQ(mean.report().compiles, 2);
  EXPECT_THAT(mean.report().causes[0], HasSubstr("sizes are fixed"));
}

TEST(JitTest, AFailedCallLeavesTheCacheAsItWas) {
  bool reads = true;
  auto f = jit([&](const Tensor &x) {
    return reads && x.item<double>() > 0 ? x : x + x;
  });
  EXPECT_THROW(f(ones({3}, f64)), Error);
  reads = false;
  for (int64_t n : {3, 4, 5})
    EXPECT_EQ(valueOf(sum(f(ones({n}, f64)))), 2.0 * static_cast<double>(n));
  EXPECT_EQ(f.report().compiles, 1);
  EXPECT_EQ(f.report().causes.size(), 1u);
}

TEST(JitTest, ReadsCapturesWhenItTraces) {
  Tensor rate = scalar(0.5);
  auto f = jit([&](const Tensor &x) { return x * rate; });
  EXPECT_EQ(valueOf(f(scalar(8))), 4);
  rate = scalar(2);
  EXPECT_EQ(valueOf(f(scalar(8))), 4);
}

TEST(JitTest, ThreadsShareOneCompilation) {
  auto f = jit([](const Tensor &x) { return tanh(x); });
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      Tensor x = full({i + 2}, 0.25, f64);
      right += array_equal(f(x), tanh(x));
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(right, 4);
  EXPECT_EQ(f.report().compiles, 1);
}

TEST(TraceTest, RefusesSizesOfNoArgument) {
  try {
    (void)trace([](const Tensor &x) { return reshape(x, {dim("mm"), 2}); },
                {{f32, {dim("n"), 2}, "x"}});
    FAIL() << "expected an error";
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    EXPECT_THAT(error.what(), HasSubstr("mm"));
  }
  EXPECT_THROW(
      (void)trace([](const Tensor &x) { return x + ones({dim("mm")}); },
                  {{f32, {1}, "x"}}),
      Error);
}

TEST(CompileTest, CallbacksMayThrow) {
  Program p = trace([](const Tensor &x) { return tanh(x); }, {{f32, {4}}});
  struct Mine {};
  CompileOptions options;
  for (int at = 0; at < 8; ++at) {
    options.progress = [&](std::string_view, int index, int, double) {
      if (index == at)
        throw Mine();
      return true;
    };
    EXPECT_THROW((void)compile(p, options), Mine) << at;
  }
  options.progress = {};
  options.dump = [](std::string_view phase, std::string_view) {
    if (phase == "vector")
      throw Mine();
  };
  EXPECT_THROW((void)compile(p, options), Mine);
  EXPECT_EQ(compile(p).run(std::vector{tensor({0.0, 0.0, 0.0, 0.0})}).size(),
            1u);
}

TEST(ProgramTest, ResultsOutliveTheirProgram) {
  Tensor y;
  {
    Tensor weight = full({1000}, 3.0, f32);
    Program p =
        trace([&](const Tensor &) { return reshape(weight, {10, 100}); },
              {{f32, {1}, "x"}});
    y = p.interpret(std::vector{tensor({1.0})})[0];
  }
  EXPECT_EQ(y.data<float>()[999], 3);
}

TEST(TraceTest, LiteralsOfHalfAreConstants) {
  Program p = trace(
      [](const Tensor &x) { return x + convert(tensor({0.5}, f16), f32); },
      {{f32, {1}, "x"}});
  Tensor y = p.interpret(std::vector{tensor({1.0})})[0];
  EXPECT_EQ(y.item<float>(), 1.5f);
}

} // namespace
} // namespace tgc

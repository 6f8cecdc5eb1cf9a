// Runs a function on every route and compares.
#include "tgc/test/ops/Routes.h"

#include "gtest/gtest.h"

namespace tgc::test {

std::vector<TensorSpec> fixedSpecs(std::span<const Tensor> inputs) {
  std::vector<TensorSpec> specs;
  for (const Tensor &x : inputs)
    specs.push_back({x.dtype(), x.shape()});
  return specs;
}

std::vector<TensorSpec> namedSpecs(std::span<const Tensor> inputs) {
  std::vector<TensorSpec> specs = fixedSpecs(inputs);
  for (size_t i = 0; i < specs.size(); ++i) {
    std::vector<Dim> dims;
    for (const Dim &size : specs[i].dims)
      dims.push_back(static_cast<int64_t>(size) == 1
                         ? size
                         : dim("x" + std::to_string(i) + "." +
                               std::to_string(dims.size())));
    specs[i].dims = Dims(dims);
  }
  return specs;
}

void expectSame(std::span<const Tensor> got, std::span<const Tensor> expected,
                NaNs nans, const std::string &what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (size_t i = 0; i < got.size(); ++i)
    EXPECT_EQ(difference(got[i], expected[i], nans), "")
        << "result " << i << ", " << what;
}

std::vector<Tensor> runEverywhere(const TensorFunction &function,
                                  std::span<const Tensor> inputs, NaNs nans) {
  std::vector<Tensor> expected = function(inputs);
  for (int threads : {1, 5}) {
    ThreadsScope scope(threads);
    expectSame(function(inputs), expected, nans,
               "eager with " + std::to_string(threads) + " threads");
  }
  for (bool named : {false, true}) {
    Program program =
        trace(function, named ? namedSpecs(inputs) : fixedSpecs(inputs));
    std::string sizes = named ? ", named sizes" : ", fixed sizes";
    expectSame(program.interpret(inputs), expected, nans,
               "interpreter" + sizes);
    for (int level : {0, 2}) {
      if (named && level == 0)
        continue;
      Executable executable = compile(program, {.level = level});
      for (int threads : {1, 2, 5})
        expectSame(executable.run(inputs, {.threads = threads}), expected, nans,
                   "compiled at -O" + std::to_string(level) + sizes + ", " +
                       std::to_string(threads) + " threads");
    }
  }
  return expected;
}

Tensor
runEverywhere(const std::function<Tensor(std::span<const Tensor>)> &function,
              std::initializer_list<Tensor> inputs, NaNs nans) {
  TensorFunction one = [&](std::span<const Tensor> x) {
    return std::vector<Tensor>{function(x)};
  };
  return runEverywhere(one, std::span(inputs.begin(), inputs.size()), nans)[0];
}

std::string withoutPlace(std::string message) {
  size_t end = std::min(message.find('\n'), message.size());
  size_t open = message.rfind(" [", end);
  if (end > 0 && message[end - 1] == ']' && open != std::string::npos)
    message.erase(open, end - open);
  return message;
}

std::string messageOf(const std::function<void()> &call) {
  try {
    call();
  } catch (const Error &error) {
    return withoutPlace(error.what());
  }
  return "nothing";
}

} // namespace tgc::test

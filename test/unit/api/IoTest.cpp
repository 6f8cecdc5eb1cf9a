// Value files through the public functions.
#include "tgc/frontend/api/runtime.h"

#include <cstdio>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tgc {
namespace {

std::string pathOf(const std::string &name) {
  return testing::TempDir() + "/" + name;
}

/// A scalar, an empty tensor and one of every stored dtype.
TensorMap several() {
  TensorMap tensors = {{"scalar", tensor(2.5, f64)}, {"none", zeros({0, 3})}};
  for (DType dtype : {i1, u8, i32, i64, f16, f32, f64})
    tensors["of " + std::string(dtype_name(dtype))] =
        tensor({{0, 1, 1}, {1, 0, 1}}, dtype);
  return tensors;
}

void expectEqual(const TensorMap &got, const TensorMap &expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (const auto &[name, x] : expected) {
    ASSERT_TRUE(got.count(name)) << name;
    EXPECT_TRUE(array_equal(got.at(name), x)) << name << got.at(name) << x;
  }
}

TEST(IoTest, SeveralTensorsComeBack) {
  for (const char *name : {"several.npz", "several.safetensors"}) {
    const std::string path = pathOf(name);
    io::save(path, several());
    expectEqual(io::load(path), several());
    std::remove(path.c_str());
  }
}

TEST(IoTest, NpyIsNamedAfterItsFile) {
  const std::string path = pathOf("weights.npy");
  io::save(path, {{"any", tensor({{1.5, -2.0}})}});
  expectEqual(io::load(path), {{"weights", tensor({{1.5, -2.0}})}});
  std::remove(path.c_str());
}

TEST(IoTest, ErrorsNameTheFileAndTheCall) {
  auto expectRefused = [](auto call, unsigned line, const std::string &text) {
    try {
      call();
      ADD_FAILURE() << "accepted; expected: " << text;
    } catch (const Error &error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(text));
      EXPECT_EQ(error.where().line(), line) << error.what();
      EXPECT_TRUE(
          std::string(error.where().file_name()).ends_with("IoTest.cpp"));
    }
  };
  expectRefused([] { (void)io::load("no-such.npz"); }, __LINE__,
                "no-such.npz: cannot be opened");
  const std::string path = pathOf("two.npy");
  expectRefused([&] { io::save(path, several()); }, __LINE__, "two.npy");
  const std::string text = pathOf("values.txt");
  expectRefused([&] { io::save(text, several()); }, __LINE__, "values.txt");
  const TensorMap empty = {{"x", Tensor()}};
  expectRefused([&] { io::save(path, empty); }, __LINE__, "is empty");
}

} // namespace
} // namespace tgc

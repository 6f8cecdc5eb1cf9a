// PP-OCRv4 cls at two input sizes with one compilation, against ONNX Runtime.
//   ppocr MODEL.onnx
#include "tgc/frontend/api/tgc.h"

#include <cmath>
#include <cstdio>

namespace {

struct Case {
  int64_t batch, width;
  std::vector<float> expected; // ONNX Runtime 1.30, x[i] = sin(0.01 i)
};

tgc::Tensor sines(int64_t batch, int64_t width) {
  std::vector<float> values(batch * 3 * 48 * width);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(std::sin(0.01 * static_cast<double>(i)));
  return tgc::from_span(std::span<const float>(values), {batch, 3, 48, width});
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: ppocr MODEL.onnx\n");
    return 2;
  }
  const Case cases[] = {
      {1, 192, {0.415874f, 0.584126f}},
      {3,
       160,
       {0.45347112f, 0.54652894f, 0.79851204f, 0.20148796f, 0.42747819f,
        0.57252181f}},
  };
  int failures = 0;
  try {
    tgc::Program program = tgc::Program::load(argv[1]);
    tgc::Executable compiled = tgc::compile(program);
    for (const Case &c : cases) {
      tgc::Tensor x = sines(c.batch, c.width);
      tgc::Tensor y = compiled.run({&x, 1})[0];
      std::span<const float> got = y.data<float>();
      for (size_t i = 0; i < c.expected.size(); ++i)
        if (i >= got.size() ||
            std::abs(got[i] - c.expected[i]) > 1e-4f * c.expected[i]) {
          std::fprintf(stderr,
                       "batch %lld, width %lld: element %zu is %.8g; "
                       "expected %.8g\n",
                       static_cast<long long>(c.batch),
                       static_cast<long long>(c.width), i,
                       i < got.size() ? got[i] : NAN, c.expected[i]);
          ++failures;
        }
      if (!tgc::array_equal(y, program.interpret({&x, 1})[0])) {
        std::fprintf(stderr, "batch %lld: the interpreter has other bits\n",
                     static_cast<long long>(c.batch));
        ++failures;
      }
    }
  } catch (const tgc::Error &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  std::printf("%d differences\n", failures);
  return failures != 0;
}

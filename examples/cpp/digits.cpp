// Draws a digit, classifies it with an ONNX model, says how long that takes.
//   digits MODEL.onnx DRAWING.txt
// A drawing is 8 lines of 8 characters, from ' ' (no ink) to '@' (full).
#include <tgc/tgc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

constexpr std::string_view shades = " .:-=+*#%@";

/// Pixels 0 to 16, as the model was trained; the drawing in `text`.
std::vector<float> readDrawing(const char *path, std::string &text) {
  std::ifstream file(path);
  std::vector<float> pixels;
  for (std::string line; std::getline(file, line) && pixels.size() < 64;) {
    text += "  " + line + '\n';
    line.resize(8, ' ');
    for (char c : line) {
      size_t shade = shades.find(c);
      if (shade == shades.npos) {
        std::fprintf(stderr, "%s: '%c' is no shade of \"%s\"\n", path, c,
                     shades.data());
        return {};
      }
      pixels.push_back(16.0f * static_cast<float>(shade) / (shades.size() - 1));
    }
  }
  if (pixels.size() != 64)
    std::fprintf(stderr, "%s: expected 8 lines of 8 characters\n", path);
  return pixels;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: digits MODEL.onnx DRAWING.txt\n");
    return 2;
  }
  std::string drawing;
  std::vector<float> pixels = readDrawing(argv[2], drawing);
  if (pixels.size() != 64)
    return 1;
  try {
    tgc::Tensor image =
        tgc::from_span(std::span<const float>(pixels), {1, 1, 8, 8});
    tgc::Executable classify = tgc::compile(tgc::Program::load(argv[1]));
    tgc::Tensor probabilities = classify.run({&image, 1})[0];

    constexpr int runs = 1000;
    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < runs; ++i)
      classify.run({&image, 1});
    std::chrono::duration<double, std::micro> time =
        std::chrono::steady_clock::now() - start;

    std::span<const float> p = probabilities.data<float>();
    auto best = std::max_element(p.begin(), p.end());
    std::cout << drawing << "  is a " << best - p.begin() << " (probability "
              << *best << "), in " << time.count() / runs
              << " microseconds per inference\n";
  } catch (const tgc::Error &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

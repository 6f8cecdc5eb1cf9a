// jit: a C++ function compiled at its first call, with its bits unchanged.
#include <tgc/tgc.h>

#include <iostream>

int main() {
  auto normalize = [](const tgc::Tensor &x) {
    tgc::Tensor centred = x - tgc::reshape(tgc::mean(x, {1}), {x.size(0), 1});
    return std::tuple{centred, tgc::sum(centred * centred)};
  };
  auto fast = tgc::jit(normalize);
  for (int64_t rows : {2, 5, 3}) {
    tgc::Tensor x = tgc::reshape(tgc::iota(0, {rows * 4}, tgc::f32), {rows, 4});
    auto [centred, energy] = fast(x);
    auto [same, energy2] = normalize(x);
    std::cout << rows << " rows: energy " << energy.item<float>()
              << (tgc::array_equal(centred, same) ? ", same bits as eager"
                                                  : ", differs")
              << '\n';
  }
  tgc::JitReport report = fast.report();
  std::cout << report.compiles << " compilation, " << report.cache_hits
            << " cache hits\n";
}

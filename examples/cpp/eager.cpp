// Eager mode: ops run at once. Needs tgc::runtime only, no LLVM.
#include <tgc/runtime.h>

#include <iostream>

int main() {
  tgc::Tensor x = tgc::tensor({{1.0, 2.0}, {3.0, 4.0}});
  tgc::Tensor y = tgc::tanh(x) * 2 + 1;
  std::cout << y << '\n' << tgc::sum(y, {1}) << '\n';

  // Row-wise softmax of a product.
  tgc::Tensor p = tgc::softmax(tgc::matmul(x, x), -1);
  std::cout << p << '\n';

  // 3 * x0^2 - 5 * x1 at (2, 3).
  tgc::Tensor a = tgc::tensor(2.0), b = tgc::tensor(3.0);
  std::cout << (3 * a * a - 5 * b).item<float>() << '\n';

  try {
    tgc::add(x, tgc::tensor({1.0, 2.0, 3.0}));
  } catch (const tgc::Error &error) {
    std::cout << error.what() << '\n';
  }
}

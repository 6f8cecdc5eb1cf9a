// Tracing: a C++ function becomes a program that can be read and compiled.
#include <tgc/tgc.h>

#include <iostream>

int main() {
  auto layer = [](const tgc::Tensor &x, const tgc::Tensor &w) {
    return tgc::relu(tgc::matmul(x, w));
  };
  // The batch is a named size: one compilation serves them all.
  tgc::Program program = tgc::trace(
      layer, {{tgc::f32, {tgc::dim("batch"), 3}}, {tgc::f32, {3, 2}}});
  std::cout << program.to_mlir() << '\n';

  tgc::Executable run = tgc::compile(program);
  tgc::Tensor w = tgc::tensor({{1.0, -1.0}, {0.5, 0.5}, {-1.0, 1.0}});
  for (int64_t batch : {1, 2}) {
    tgc::Tensor x =
        tgc::reshape(tgc::iota(0, {batch * 3}, tgc::f32), {batch, 3});
    tgc::Tensor inputs[] = {x, w};
    std::cout << run.run(inputs)[0] << '\n';
  }
}

// Runs a compiled model with the small runtime alone: no compiler is loaded.
//   tgc compile MODEL.onnx -o model.so
//   deploy ./model.so
#include <tgc/runtime.h>

#include <cstdio>
#include <iostream>

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: deploy ./MODEL.so\n");
    return 2;
  }
  try {
    tgc::Executable model = tgc::Executable::load_trusted(argv[1]);
    std::vector<tgc::Tensor> inputs;
    for (const tgc::TensorSpec &spec : model.signature().inputs) {
      std::vector<tgc::Dim> sizes;
      for (const tgc::Dim &size : spec.dims)
        sizes.push_back(size.is_symbolic() ? tgc::Dim(2) : size);
      inputs.push_back(tgc::ones(tgc::Dims(sizes), spec.dtype));
    }
    for (const tgc::Tensor &result : model.run(inputs))
      std::cout << result.dtype() << ' ' << result << '\n';
  } catch (const tgc::Error &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

// Embedding: a host application that runs a model from several threads.
//   embed MODEL.onnx
#include <tgc/tgc.h>

#include <cstdio>
#include <thread>
#include <vector>

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: embed MODEL.onnx\n");
    return 2;
  }
  try {
    tgc::CompileOptions options;
    options.progress = [](std::string_view phase, int index, int count,
                          double seconds) {
      std::printf("[%d/%d] %.*s %.1f ms\n", index + 1, count,
                  static_cast<int>(phase.size()), phase.data(), seconds * 1e3);
      return true; // false would cancel
    };
    const tgc::Executable model =
        tgc::compile(tgc::Program::load(argv[1]), options);
    tgc::Signature signature = model.signature();
    for (const tgc::TensorSpec &input : signature.inputs)
      std::printf("input '%s' of rank %zu\n", input.name.c_str(),
                  input.dims.size());

    std::vector<std::thread> threads;
    for (int64_t batch = 1; batch <= 4; ++batch)
      threads.emplace_back([&model, batch] {
        tgc::Tensor image =
            tgc::broadcast_in_dim(tgc::tensor(0.5), {}, {batch, 1, 8, 8});
        tgc::TensorMap results = model.run({{"image", image}});
        (void)results;
      });
    for (std::thread &thread : threads)
      thread.join();
    std::printf("ran batches 1 to 4 on 4 threads\n");
  } catch (const tgc::Error &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

// ONNX models as bytes, written by hand: tests need no other tool.
#ifndef TGC_TEST_UNIT_ONNX_MODELBYTES_H
#define TGC_TEST_UNIT_ONNX_MODELBYTES_H

#include "tgc/frontend/eager/InterpreterScope.h"
#include "tgc/frontend/onnx/Import.h"

#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tgc::onnx {

inline std::string varint(uint64_t value) {
  std::string bytes;
  for (; value > 0x7f; value >>= 7)
    bytes += static_cast<char>((value & 0x7f) | 0x80);
  return bytes + static_cast<char>(value);
}

/// A number (wire type 0).
inline std::string number(int field, int64_t value) {
  return varint(static_cast<uint64_t>(field) << 3) +
         varint(static_cast<uint64_t>(value));
}

/// Bytes with a length: a message, a string, raw data (wire type 2).
inline std::string bytes(int field, const std::string &content) {
  return varint(static_cast<uint64_t>(field) << 3 | 2) +
         varint(content.size()) + content;
}

inline std::string float32(int field, float value) {
  std::string content(4, '\0');
  std::memcpy(content.data(), &value, 4);
  return varint(static_cast<uint64_t>(field) << 3 | 5) + content;
}

inline std::string all(int field, const std::vector<std::string> &contents) {
  std::string result;
  for (const std::string &content : contents)
    result += bytes(field, content);
  return result;
}

/// A tensor of dtype `id` whose data is raw.
template <class T>
std::string tensorBytes(const std::string &name, int id,
                        const std::vector<int64_t> &dims,
                        const std::vector<T> &elements) {
  std::string raw(elements.size() * sizeof(T), '\0');
  if (!raw.empty())
    std::memcpy(raw.data(), elements.data(), raw.size());
  std::string result;
  for (int64_t dim : dims)
    result += number(1, dim);
  return result + number(2, id) + bytes(8, name) + bytes(9, raw);
}

inline std::string i64s(const std::string &name,
                        const std::vector<int64_t> &elements) {
  return tensorBytes(name, 7, {static_cast<int64_t>(elements.size())},
                     elements);
}

inline std::string intAttribute(const std::string &name, int64_t value) {
  return bytes(1, name) + number(3, value) + number(20, 2);
}
inline std::string floatAttribute(const std::string &name, float value) {
  return bytes(1, name) + float32(2, value) + number(20, 1);
}
inline std::string textAttribute(const std::string &name,
                                 const std::string &value) {
  return bytes(1, name) + bytes(4, value) + number(20, 3);
}
inline std::string intsAttribute(const std::string &name,
                                 const std::vector<int64_t> &values) {
  std::string result = bytes(1, name);
  for (int64_t value : values)
    result += number(8, value);
  return result + number(20, 7);
}
inline std::string graphAttribute(const std::string &name,
                                  const std::string &graph) {
  return bytes(1, name) + bytes(6, graph) + number(20, 5);
}
inline std::string tensorAttribute(const std::string &name,
                                   const std::string &tensor) {
  return bytes(1, name) + bytes(5, tensor) + number(20, 4);
}

inline std::string nodeBytes(const std::string &op,
                             const std::vector<std::string> &inputs,
                             const std::vector<std::string> &outputs,
                             const std::vector<std::string> &attributes = {},
                             const std::string &name = "",
                             const std::string &domain = "") {
  return all(1, inputs) + all(2, outputs) +
         (name.empty() ? "" : bytes(3, name)) + bytes(4, op) +
         all(5, attributes) + (domain.empty() ? "" : bytes(7, domain));
}

/// A tensor value; "3" is a size, "" an open one, other text a name.
inline std::string valueBytes(const std::string &name, int dtype,
                              const std::vector<std::string> &sizes) {
  std::string shape;
  for (const std::string &size : sizes) {
    const bool isNumber =
        !size.empty() && size.find_first_not_of("0123456789") == size.npos;
    shape += bytes(1, size.empty() ? ""
                      : isNumber   ? number(1, std::stoll(size))
                                   : bytes(2, size));
  }
  return bytes(1, name) +
         bytes(2, bytes(1, number(1, dtype) + bytes(2, shape)));
}

struct ModelText {
  std::vector<std::string> nodes;
  std::vector<std::string> initializers;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::vector<std::pair<std::string, int64_t>> opsets = {{"", 17}};
  std::vector<std::string> functions = {};
  int64_t irVersion = 8;
};

inline std::string graphBytes(const ModelText &text) {
  return all(1, text.nodes) + bytes(2, "g") + all(5, text.initializers) +
         all(11, text.inputs) + all(12, text.outputs);
}

inline std::string modelBytes(const ModelText &text) {
  std::string result = number(1, text.irVersion) + bytes(7, graphBytes(text));
  for (const auto &[domain, version] : text.opsets)
    result += bytes(8, bytes(1, domain) + number(2, version));
  return result + all(25, text.functions);
}

/// importOnnx of a block of just these bytes, so that a sanitizer sees any
/// read beyond them.
inline absl::StatusOr<ImportedModel>
importBytes(const std::string &model, const LoadOptions &options = {}) {
  std::unique_ptr<uint8_t[]> block(new uint8_t[model.size()]);
  std::memcpy(block.get(), model.data(), model.size());
  return importOnnx({block.get(), model.size()}, "m.onnx", options);
}

template <class T>
Tensor tensorOf(const std::vector<int64_t> &dims,
                const std::vector<T> &elements) {
  Value value = *Value::allocate(dtypeOf<T>, Shape(dims.begin(), dims.end()));
  EXPECT_EQ(value.numElements(), static_cast<int64_t>(elements.size()));
  std::copy(elements.begin(), elements.end(), value.data<T>());
  return fromValue(std::move(value));
}

/// The model's outputs in eager mode.
inline std::vector<Tensor> run(const ModelText &text,
                               const std::vector<Tensor> &inputs) {
  absl::StatusOr<ImportedModel> model = importBytes(modelBytes(text));
  EXPECT_TRUE(model.ok()) << model.status();
  if (!model.ok())
    return {};
  absl::StatusOr<std::vector<Tensor>> results = model->build(inputs);
  EXPECT_TRUE(results.ok()) << results.status();
  return results.ok() ? *results : std::vector<Tensor>();
}

template <class T> std::vector<T> elementsOf(const Tensor &x) {
  const std::span<const T> data = x.data<T>();
  return std::vector<T>(data.begin(), data.end());
}

/// The whole message of the error that the bytes give, at import or build.
inline std::string errorOf(const std::string &model,
                           const std::vector<Tensor> &inputs = {},
                           const LoadOptions &options = {}) {
  absl::StatusOr<ImportedModel> imported = importBytes(model, options);
  if (!imported.ok())
    return std::string(imported.status().message());
  return std::string(imported->build(inputs).status().message());
}

inline std::string fileBytes(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A mode without values: every op gives the types that the rule infers. What
/// a trace of the model would hold, without IR.
class TypesOnly final : public Interpreter {
public:
  absl::StatusOr<Tensors> process(const OpCall &call) override {
    Tensors results;
    for (const TensorType &type : call.results)
      results.push_back(placeholder(type));
    return results;
  }
  uint64_t traceId() const override { return 1; }

  Tensor placeholder(TensorType type) const {
    auto impl = std::make_shared<TensorImpl>();
    impl->type = std::move(type);
    impl->trace = traceId();
    return Tensor(std::move(impl));
  }
};

/// "batchx10xf32": the types of the model's outputs, sizes as expressions.
inline std::vector<std::string> outputTypes(const ModelText &text,
                                            const LoadOptions &options = {}) {
  absl::StatusOr<ImportedModel> model = importBytes(modelBytes(text), options);
  EXPECT_TRUE(model.ok()) << model.status();
  if (!model.ok())
    return {};
  TypesOnly mode;
  const InterpreterScope scope(mode);
  std::vector<Tensor> arguments;
  for (const TensorSpec &spec : model->inputs()) {
    TensorType type{spec.dtype, {}};
    for (const Dim &size : spec.dims)
      type.dims.push_back(size.expr());
    arguments.push_back(mode.placeholder(std::move(type)));
  }
  absl::StatusOr<std::vector<Tensor>> results = model->build(arguments);
  EXPECT_TRUE(results.ok()) << results.status();
  std::vector<std::string> types;
  if (results.ok())
    for (const Tensor &result : *results)
      types.push_back(typeText(result.impl()->type));
  return types;
}

} // namespace tgc::onnx

#endif // TGC_TEST_UNIT_ONNX_MODELBYTES_H

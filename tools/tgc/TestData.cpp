// Inputs and expected results in the form of ONNX's own tests.
#include "tgc/tools/tgc/TestData.h"

#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/onnx/TensorData.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/infer/Inputs.h"
#include "tgc/runtime/io/ReadFile.h"
#include "tgc/runtime/kernels/KernelTable.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "nlohmann/json.hpp"

#include <cmath>
#include <filesystem>
#include <iostream>

namespace tgc::tool {
namespace {

namespace fs = std::filesystem;

constexpr double relativeTolerance = 1e-3, absoluteTolerance = 1e-7;

Value readTensor(const fs::path &path) {
  const Limits limits;
  std::shared_ptr<Buffer> bytes = valueOrThrow(
      readBytes(path.string(), limits.external_bytes, "Limits::external_bytes"),
      {});
  absl::StatusOr<Value> value =
      onnx::parseTensor(bytesOf(*bytes), limits, path.string());
  if (absl::IsUnimplemented(value.status())) // a reason alone
    throwStatus(withPrefix(value.status(), path.string()), {});
  if (!value.ok())
    throwStatus(withErrorId(value.status(), "TGC-E0201"), {});
  return *std::move(value);
}

fs::path fileOf(const fs::path &set, const char *kind, size_t index) {
  return set / absl::StrCat(kind, "_", index, ".pb");
}

/// The sets in DIR by number, or DIR itself.
std::vector<fs::path> setsIn(const fs::path &folder) {
  std::map<int64_t, fs::path> found;
  constexpr std::string_view prefix = "test_data_set_";
  std::error_code error;
  for (const auto &entry : fs::directory_iterator(folder, error)) {
    std::string name = entry.path().filename().string();
    int64_t number = 0;
    if (name.starts_with(prefix) &&
        absl::SimpleAtoi(name.substr(prefix.size()), &number))
      found[number] = entry.path();
  }
  std::vector<fs::path> sets;
  for (const auto &[number, path] : found)
    sets.push_back(path);
  if (sets.empty() && (fs::exists(fileOf(folder, "input", 0), error) ||
                       fs::exists(fileOf(folder, "output", 0), error)))
    sets.push_back(folder);
  if (sets.empty())
    throwStatus(absl::NotFoundError(absl::StrCat(
                    folder.string(),
                    ": holds no test data; expected test_data_set_0, or "
                    "input_0.pb and output_0.pb\n  fix: name the folder of "
                    "the model or of a set")),
                {});
  return sets;
}

/// The files of a set for `count` values.
std::vector<Value> readAll(const fs::path &set, const char *kind,
                           size_t count) {
  fs::path tooMany = fileOf(set, kind, count);
  if (std::error_code error; fs::exists(tooMany, error))
    throwStatus(withErrorId(absl::InvalidArgumentError(absl::StrCat(
                                tooMany.string(), ": is one ", kind,
                                " too many; expected ", count,
                                "\n  fix: name the test data of this model")),
                            "TGC-E0201"),
                {});
  std::vector<Value> values;
  for (size_t i = 0; i < count; ++i)
    values.push_back(readTensor(fileOf(set, kind, i)));
  return values;
}

std::vector<double> elements(const Value &value) {
  std::vector<Value> wide = valueOrThrow(
      runOp(OpKind::Convert, {value}, ConvertAttrs{DType::f64}), {});
  const double *data = wide[0].data<double>();
  return {data, data + wide[0].numElements()};
}

struct Comparison {
  double maxError = 0;
  std::string difference; // empty: none
};

Comparison compare(const Value &got, const Value &expected) {
  if (got.dtype != expected.dtype || got.shape != expected.shape)
    return {0, absl::StrCat("is ", tgc::typeText(got.dtype, got.shape),
                            "; expected ",
                            tgc::typeText(expected.dtype, expected.shape))};
  std::vector<double> a = elements(got), b = elements(expected);
  Comparison result;
  size_t wrong = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])))
      continue;
    double error = std::abs(a[i] - b[i]);
    // NaN against a number is further off than any two numbers.
    if (!(error <= result.maxError))
      result.maxError = error;
    if (error <= absoluteTolerance + relativeTolerance * std::abs(b[i]) ||
        wrong++ > 0)
      continue;
    Shape position(got.shape);
    auto rest = static_cast<int64_t>(i);
    for (size_t d = position.size(); d-- > 0; rest /= got.shape[d])
      position[d] = rest % got.shape[d];
    result.difference = absl::StrCat("at [", absl::StrJoin(position, ", "),
                                     "] is ", a[i], "; expected ", b[i]);
  }
  if (wrong > 0)
    absl::StrAppend(&result.difference, " (", wrong, " of ", a.size(),
                    " elements, max error ", result.maxError, ")");
  return result;
}

} // namespace

ExitCode runTestData(
    Session &session, const Signature &signature,
    const std::function<std::vector<Tensor>(std::span<const Tensor>)> &run,
    nlohmann::ordered_json &sets) {
  std::vector<TensorSignature> declared;
  for (const TensorSpec &spec : signature.inputs) {
    TensorType type{spec.dtype, {}};
    for (const Dim &dim : spec.dims)
      type.dims.push_back(dim.expr());
    declared.push_back({spec.name, std::move(type)});
  }
  size_t count = 0, different = 0;
  for (const fs::path &set : setsIn(session.flags.testData)) {
    std::vector<Value> values = readAll(set, "input", declared.size());
    throwIfError(
        withPrefix(checkInputs(signature.name, declared, values), set.string()),
        {});
    std::vector<Value> expected =
        readAll(set, "output", signature.outputs.size());
    std::vector<Tensor> inputs;
    for (Value &value : values)
      inputs.push_back(fromValue(std::move(value)));
    std::vector<Tensor> results = run(inputs);
    double maxError = 0;
    std::string difference;
    for (size_t i = 0; i < results.size(); ++i) {
      Comparison one = compare(results[i].impl()->value, expected[i]);
      if (!(one.maxError <= maxError))
        maxError = one.maxError;
      if (difference.empty() && !one.difference.empty())
        difference =
            absl::StrCat("result ", i, " ('", signature.outputs[i].name, "') ",
                         one.difference);
    }
    ++count;
    different += !difference.empty();
    std::string name =
        (set.has_filename() ? set : set.parent_path()).filename().string();
    nlohmann::ordered_json entry = {
        {"name", name}, {"status", difference.empty() ? "ok" : "differs"}};
    // As everywhere in the documents: no numbers for NaN and infinity.
    if (std::isfinite(maxError))
      entry["max_error"] = maxError;
    else
      entry["max_error"] = std::isnan(maxError) ? "nan" : "inf";
    if (!difference.empty())
      entry["difference"] = difference;
    sets.push_back(entry);
    if (session.flags.json)
      continue;
    session.endProgress();
    std::cout << name << ": "
              << (difference.empty() ? absl::StrCat("ok, max error ", maxError)
                                     : absl::StrCat("differs: ", difference))
              << '\n';
  }
  if (different == 0)
    return Ok;
  std::cout.flush();
  session.error(
      "TGC-E0704",
      absl::StrCat(different, " of ", count,
                   " sets of test data differ; expected results "
                   "within ",
                   absoluteTolerance, " + ", relativeTolerance,
                   " of the value\n  fix: compare with --route=interpret "
                   "or jit, the other route"));
  return Differs;
}

} // namespace tgc::tool

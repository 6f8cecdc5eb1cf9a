// The ONNX project's own test models, as Debian packages them, on every route.
//   onnx-ledger [--write] [--route=eager|interpreter|jit] DATA LEDGER
// DATA is the folder of package libonnx-testdata, LEDGER the list of models
// that are not supported. Every model passes, or stands in the list for its
// reason; a model that passes although it is listed is an error too, so that
// the list only shrinks. --write writes the list instead of comparing.
#include "tgc/frontend/api/tgc.h"
#include "tgc/frontend/eager/TensorImpl.h"
#include "tgc/frontend/onnx/Import.h"
#include "tgc/frontend/onnx/TensorData.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

namespace fs = std::filesystem;

namespace tgc::onnx {
namespace {

std::string bytesOf(const fs::path &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What became of a model: "pass", "unsupported REASON" or "fail TEXT".
using Outcome = std::string;

/// The reason word of the first row in a list of what is not supported.
Outcome unsupported(const std::string &message) {
  size_t start = 0;
  for (int line = 0; line < 2; ++line)
    start = message.find('\n', start) + 1;
  const std::string row =
      message.substr(start, message.find('\n', start) - start);
  const std::string reason = row.substr(row.rfind("  ") + 2);
  return "unsupported " + reason.substr(0, reason.find_first_of(" ;"));
}

double elementAt(const Value &value, int64_t i) {
  switch (value.dtype) {
  case DType::f64:
    return value.data<double>()[i];
  case DType::i64:
    return static_cast<double>(value.data<int64_t>()[i]);
  case DType::i32:
    return value.data<int32_t>()[i];
  case DType::f32:
    return value.data<float>()[i];
  case DType::f16:
    return value.data<uint16_t>()[i];
  default:
    return value.data<uint8_t>()[i];
  }
}

/// "" if equal by the standard's own tolerances: rtol 1e-3, atol 1e-7.
std::string difference(const Value &got, const Value &expected) {
  if (got.dtype != expected.dtype || got.shape != expected.shape)
    return typeText(got.dtype, got.shape) + "; expected " +
           typeText(expected.dtype, expected.shape);
  for (int64_t i = 0; i < got.numElements(); ++i) {
    const double a = elementAt(got, i), b = elementAt(expected, i);
    if (a == b || (std::isnan(a) && std::isnan(b)))
      continue;
    if (!(std::abs(a - b) <= 1e-7 + 1e-3 * std::abs(b)))
      return "element " + std::to_string(i) + " is " + std::to_string(a) +
             "; expected " + std::to_string(b);
  }
  return "";
}

absl::StatusOr<Value> readTensor(const fs::path &path) {
  const std::string bytes = bytesOf(path);
  return parseTensor(
      {reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()}, {},
      path.filename().string());
}

/// A loaded model: inputs to outputs.
using Runner = std::function<std::vector<Tensor>(std::span<const Tensor>)>;

Runner runnerOf(const fs::path &path, const std::string &route) {
  if (route == "eager") {
    const std::string bytes = bytesOf(path);
    auto model = std::make_shared<absl::StatusOr<ImportedModel>>(importOnnx(
        {reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()},
        path.string()));
    auto orThrow = [](const absl::Status &status) {
      if (!status.ok())
        throw Error(static_cast<ErrorCode>(status.code()), "",
                    std::string(status.message()), {});
    };
    orThrow(model->status());
    return [model, orThrow](std::span<const Tensor> inputs) {
      auto results = (*model)->build(inputs);
      orThrow(results.status());
      return *std::move(results);
    };
  }
  const Program program = Program::load(path.string());
  if (route == "interpreter")
    return [program](std::span<const Tensor> inputs) {
      return program.interpret(inputs);
    };
  return [executable = compile(program)](std::span<const Tensor> inputs) {
    return executable.run(inputs);
  };
}

Outcome runSets(const fs::path &model, const std::string &route) {
  const Runner run = runnerOf(model, route);
  for (int set = 0;; ++set) {
    const fs::path folder =
        model.parent_path() / ("test_data_set_" + std::to_string(set));
    if (!fs::exists(folder))
      return "pass";
    std::vector<Tensor> inputs;
    for (int i = 0;; ++i) {
      const fs::path file = folder / ("input_" + std::to_string(i) + ".pb");
      if (!fs::exists(file))
        break;
      const absl::StatusOr<Value> value = readTensor(file);
      if (!value.ok())
        return "fail " + std::string(value.status().message());
      inputs.push_back(fromValue(*value));
    }
    const std::vector<Tensor> outputs = run(inputs);
    for (size_t i = 0; i < outputs.size(); ++i) {
      const absl::StatusOr<Value> expected =
          readTensor(folder / ("output_" + std::to_string(i) + ".pb"));
      if (!expected.ok())
        return "fail " + std::string(expected.status().message());
      if (const std::string text =
              difference(outputs[i].impl()->value, *expected);
          !text.empty())
        return "fail output " + std::to_string(i) + ": " + text;
    }
  }
}

Outcome outcomeOf(const fs::path &model, const std::string &route) {
  try {
    return runSets(model, route);
  } catch (const Error &error) {
    const std::string text = error.what();
    return error.code() == ErrorCode::Unimplemented ? unsupported(text)
                                                    : "fail " + text;
  }
}

/// "node/test_abs" to its model.
std::map<std::string, fs::path> modelsIn(const fs::path &data) {
  std::map<std::string, fs::path> models;
  for (const auto &entry : fs::recursive_directory_iterator(data))
    if (entry.path().filename() == "model.onnx") {
      const fs::path folder = entry.path().parent_path();
      models[(folder.parent_path().filename() / folder.filename()).string()] =
          entry.path();
    }
  return models;
}

/// Lines "node/test_lstm unsupported not-yet"; '#' starts a comment.
std::map<std::string, Outcome> readLedger(const fs::path &path) {
  std::map<std::string, Outcome> ledger;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (const size_t blank = line.find(' ');
        !line.empty() && line[0] != '#' && blank != line.npos)
      ledger[line.substr(0, blank)] = line.substr(blank + 1);
  return ledger;
}

int run(const fs::path &data, const fs::path &ledgerPath,
        const std::string &route, bool write) {
  if (!fs::exists(data)) {
    std::cerr << data.string()
              << " is missing\n  fix: apt-get install libonnx-testdata\n";
    return 1;
  }
  const std::map<std::string, fs::path> models = modelsIn(data);
  const std::map<std::string, Outcome> ledger = readLedger(ledgerPath);
  std::map<std::string, int> counts;
  std::string text =
      "# Models of libonnx-testdata that are not supported, and why; written "
      "by\n# onnx-ledger --write --route=" +
      route + " (test/onnx/Ledger.cpp). It only shrinks.\n";
  int wrong = 0;
  for (const auto &[name, path] : models) {
    const Outcome outcome = outcomeOf(path, route);
    ++counts[outcome.substr(0, outcome.find(' '))];
    if (outcome.starts_with("unsupported"))
      text += name + ' ' + outcome.substr(0, outcome.find('\n')) + '\n';
    const auto listed = ledger.find(name);
    const Outcome expected = listed == ledger.end() ? "pass" : listed->second;
    const bool failed = outcome.starts_with("fail");
    if (failed || (!write && outcome != expected)) {
      ++wrong;
      std::cout << name << ": " << outcome << "\n  expected: " << expected
                << '\n';
    }
  }
  if (write)
    std::ofstream(ledgerPath) << text;
  std::cout << models.size() << " models, route " << route << ": "
            << counts["pass"] << " pass, " << counts["unsupported"]
            << " unsupported, " << counts["fail"] << " fail; " << wrong
            << " not as listed\n";
  return models.empty() || wrong > 0;
}

} // namespace
} // namespace tgc::onnx

int main(int argc, char **argv) {
  std::string route = "eager";
  bool write = false;
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--write")
      write = true;
    else if (argument.starts_with("--route="))
      route = argument.substr(8);
    else
      paths.push_back(argument);
  }
  if (paths.size() != 2) {
    std::cerr << "usage: onnx-ledger [--write] [--route=eager|interpreter|jit] "
                 "DATA LEDGER\n";
    return 2;
  }
  return tgc::onnx::run(paths[0], paths[1], route, write);
}

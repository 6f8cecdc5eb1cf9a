// Traces the importer's calls.
#include "tgc/frontend/compile/LoadOnnx.h"

#include "tgc/frontend/compile/Specialize.h"
#include "tgc/frontend/compile/Tracer.h"
#include "tgc/frontend/eager/Bind.h"
#include "tgc/frontend/onnx/Import.h"
#include "tgc/ir/serialize/Serialize.h"

#include <filesystem>

namespace tgc {

bool looksLikeOnnx(llvm::StringRef bytes) {
  // A ModelProto starts with a field of number 1 to 25 and wire type 0 or 2;
  // IR text with a letter, a blank, '#', '!', '/' or '"', none of which is one:
  // '"' (0x22) would be field 4, which no writer puts first.
  if (bytes.empty())
    return false;
  auto first = static_cast<unsigned char>(bytes[0]);
  return first == 0x08 || first == 0x12 || first == 0x1a || first == 0x3a ||
         first == 0x42;
}

namespace {

/// Where weights outside the model lie.
onnx::ExternalData externalData(const std::string &path,
                                const LoadOptions &options) {
  if (options.external_data)
    return {*options.external_data, Links::Followed, options.map_external_data,
            options.limits};
  std::error_code ignored;
  if (std::filesystem::symlink_status(path, ignored).type() !=
      std::filesystem::file_type::regular)
    return {};
  return {std::filesystem::path(path).parent_path().string(), Links::Refused,
          options.map_external_data, options.limits};
}

} // namespace

absl::Status loadOnnx(ProgramImpl &program, llvm::StringRef bytes,
                      const std::string &path, const LoadOptions &options,
                      const InputConstants &constants) {
  TGC_ASSIGN_OR_RETURN(
      onnx::ImportedModel model,
      onnx::importOnnx(
          absl::Span<const uint8_t>(
              reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()),
          path, options, externalData(path, options)));
  // The importer has looked at the names of sizes and shapes.
  TGC_RETURN_IF_ERROR(checkNames(model.inputs(), {}, constants, path));
  TGC_ASSIGN_OR_RETURN(BakedInputs inputs,
                       bakeInputs(model.inputs(), constants, path));
  program.module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(program.context.get()));
  ir::stamp(*program.module, "import");
  Tracer tracer(*program.module, "main", inputs.arguments(), {});
  std::vector<Tensor> arguments;
  auto traced = tracer.arguments().begin();
  for (const std::optional<Tensor> &constant : inputs.constants)
    arguments.push_back(constant ? *constant : *traced++);
  InterpreterScope scope(tracer);
  TGC_ASSIGN_OR_RETURN(std::vector<Tensor> results, model.build(arguments));
  TGC_ASSIGN_OR_RETURN(std::vector<Tensor> captures,
                       tracer.finish(results, model.outputNames()));
  tracer.bakeCaptures(captures);
  return absl::OkStatus();
}

} // namespace tgc

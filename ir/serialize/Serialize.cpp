// Reading and printing modules.
#include "tgc/ir/serialize/Serialize.h"

#include "tgc/ir/Ops.h"
#include "tgc/ir/serialize/DeepStack.h"
#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/core/Version.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

namespace tgc::ir {
namespace {

/// Collects the first error of MLIR's parser or verifier instead of printing.
class FirstError : public mlir::ScopedDiagnosticHandler {
public:
  explicit FirstError(mlir::MLIRContext *context)
      : ScopedDiagnosticHandler(context) {
    setHandler([this](mlir::Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error &&
          text.empty()) {
        std::string where;
        if (auto at = diagnostic.getLocation()
                          ->findInstanceOf<mlir::FileLineColLoc>())
          where = absl::StrCat(at.getFilename().str(), ":", at.getLine(), ":",
                               at.getColumn(), ": ");
        text = where + diagnostic.str();
        // MLIR goes on to recommend a flag of its own tools.
        constexpr llvm::StringLiteral unknown = "unregistered dialect";
        if (size_t end = text.find(unknown); end != text.npos)
          text.resize(end + unknown.size());
      }
      return mlir::success();
    });
  }
  std::string text;
};

absl::Status checkVersion(mlir::ModuleOp module) {
  auto version = module->getAttrOfType<mlir::StringAttr>(versionAttr);
  if (!version)
    return absl::OkStatus();
  auto [major, rest] = version.getValue().split('.');
  int readMajor = -1, readMinor = -1;
  if (major.getAsInteger(10, readMajor) ||
      rest.split('.').first.getAsInteger(10, readMinor))
    return absl::InvalidArgumentError(
        absl::StrCat("attribute 'tgc.version' is '", version.str(),
                     "'; expected a version such as ", versionText));
  if (readMajor != versionMajor || readMinor > versionMinor ||
      readMinor < versionMinor - 1)
    return absl::FailedPreconditionError(absl::StrCat(
        "the module is of tgc ", version.str(), "; this is ", versionText,
        ", which reads its own and the previous minor version"));
  return absl::OkStatus();
}

/// The error of a parser or verifier that failed.
absl::Status failure(const FirstError &error, llvm::StringRef fileName) {
  // A verifier's diagnostic starts with the op's name; any other is about the
  // text, which may be no IR at all.
  if (error.text.empty())
    return withErrorId(absl::InvalidArgumentError(absl::StrCat(
                           fileName.str(), ": no module\n  fix: give IR "
                                           "text (.mlir)")),
                       "TGC-E0201");
  if (absl::StrContains(error.text, "' op "))
    return absl::InvalidArgumentError(error.text);
  bool noIr = absl::StrContains(error.text, "(tried 'builtin.");
  return withErrorId(
      absl::InvalidArgumentError(absl::StrCat(
          error.text, noIr ? "\n  fix: give IR text (.mlir) or an ONNX model"
                           : "\n  fix: correct the text there")),
      "TGC-E0201");
}

/// Parses a buffer that ends with a 0 byte, text or bytecode.
absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>>
parse(mlir::MLIRContext *context, std::unique_ptr<llvm::MemoryBuffer> buffer,
      const Limits &limits, llvm::StringRef fileName) {
  FirstError error(context);
  llvm::SourceMgr source;
  source.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(
      source, mlir::ParserConfig(context, /*verifyAfterParse=*/false));
  if (!module)
    return failure(error, fileName);
  TGC_RETURN_IF_ERROR(checkOps(*module));
  if (mlir::failed(mlir::verify(*module)))
    return failure(error, fileName);
  TGC_RETURN_IF_ERROR(checkContents(*module, limits));
  TGC_RETURN_IF_ERROR(checkVersion(*module));
  return module;
}

/// MLIR's parser and verifier recurse as deep as the text nests, and the lexer
/// reads on until a 0 byte: both are given what they need.
absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>>
parseSafely(mlir::MLIRContext *context, llvm::StringRef bytes,
            const Limits &limits, llvm::StringRef fileName) {
  auto buffer =
      llvm::WritableMemoryBuffer::getNewUninitMemBuffer(bytes.size(), fileName);
  if (!buffer)
    return absl::ResourceExhaustedError(
        absl::StrCat(fileName.str(), ": no memory for ", bytes.size(),
                     " bytes of text\n  fix: free memory"));
  llvm::copy(bytes, buffer->getBufferStart());
  absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>> module;
  TGC_RETURN_IF_ERROR(onDeepStack(
      [&] { module = parse(context, std::move(buffer), limits, fileName); }));
  return module;
}

} // namespace

void registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<TgcDialect, mlir::func::FuncDialect,
                  mlir::tensor::TensorDialect, mlir::arith::ArithDialect>();
}

absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>>
parseText(mlir::MLIRContext *context, llvm::StringRef text,
          const Limits &limits, llvm::StringRef fileName) {
  if (mlir::isBytecode(llvm::MemoryBufferRef(text, fileName)))
    return withErrorId(
        absl::FailedPreconditionError(absl::StrCat(
            fileName.str(),
            ": MLIR bytecode is read from trusted files only\n  fix: give "
            "--trusted (Program::load_trusted) for a file of your own, or use "
            ".mlir text")),
        "TGC-E0204");
  TGC_RETURN_IF_ERROR(scanText(text, limits, fileName));
  return parseSafely(context, text, limits, fileName);
}

absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>>
readBytecode(mlir::MLIRContext *context, llvm::StringRef bytes,
             llvm::StringRef fileName) {
  if (!mlir::isBytecode(llvm::MemoryBufferRef(bytes, fileName)))
    return absl::InvalidArgumentError(
        absl::StrCat(fileName.str(), ": not MLIR bytecode"));
  return parseSafely(context, bytes, Limits{}, fileName);
}

absl::StatusOr<std::string> writeBytecode(mlir::ModuleOp module) {
  std::string bytes;
  llvm::raw_string_ostream os(bytes);
  if (mlir::failed(mlir::writeBytecodeToFile(module, os)))
    return absl::InternalError("MLIR could not write the module as bytecode");
  return bytes;
}

std::string printText(mlir::ModuleOp module, const PrintOptions &options) {
  mlir::OpPrintingFlags flags;
  if (options.locations)
    flags.enableDebugInfo(true, /*prettyForm=*/false);
  if (options.elideAbove >= 0) {
    flags.elideLargeElementsAttrs(options.elideAbove);
    flags.elideLargeResourceString(options.elideAbove);
  }
  flags.printNameLocAsPrefix();
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os, flags);
  return text;
}

void stamp(mlir::ModuleOp module, llvm::StringRef phase) {
  mlir::Builder b(module.getContext());
  module->setAttr(versionAttr, b.getStringAttr(versionText));
  module->setAttr(phaseAttr, b.getStringAttr(phase));
}

} // namespace tgc::ir

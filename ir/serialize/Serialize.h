// Modules from and to text and trusted bytecode.
#ifndef TGC_IR_SERIALIZE_SERIALIZE_H
#define TGC_IR_SERIALIZE_SERIALIZE_H

#include "tgc/runtime/core/Limits.h"
#include "tgc/runtime/core/Status.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace tgc::ir {

/// Adds every dialect that tgc text may hold: func, tgc, tensor, arith, cf.
void registerDialects(mlir::DialectRegistry &registry);

/// Refuses text before MLIR's parser sees it: brackets nested deeper than
/// `limits.nesting`, a shape with more elements than `limits.elements`, more
/// bytes than `limits.model_bytes`. Linear, no recursion.
absl::Status scanText(llvm::StringRef text, const Limits &limits,
                      llvm::StringRef fileName);

/// What is relied on beyond what verifiers check, for a verified module from
/// outside. Errors: InvalidArgument for an op outside func, tgc, tensor.dim of
/// a constant dimension, tensor.cast, arith on index and cf.assert; a value
/// that is neither a tensor of a stored dtype nor an index; a public function
/// of indices; a function without body or of several blocks; calls in a
/// circle; a size name that no argument gives a value. ResourceExhausted for
/// calls deeper than 100, more ops than `limits.ops` once calls are written
/// out, a rank above Limits::rank.
absl::Status checkContents(mlir::ModuleOp module, const Limits &limits);

/// A verified module from text; any bytes are safe. Errors: InvalidArgument
/// with "file:line:column: message" of the first diagnostic, an unreadable
/// version, those of checkContents; ResourceExhausted from scanText.
absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>>
parseText(mlir::MLIRContext *context, llvm::StringRef text,
          const Limits &limits = {}, llvm::StringRef fileName = "-");

/// A module from MLIR bytecode: trusted input only, the upstream reader is
/// unsafe on damaged bytes.
absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>>
readBytecode(mlir::MLIRContext *context, llvm::StringRef bytes,
             llvm::StringRef fileName = "-");
absl::StatusOr<std::string> writeBytecode(mlir::ModuleOp module);

struct PrintOptions {
  bool locations = false;
  /// Elements of a dense attribute above which it prints as a resource name;
  /// negative: everything, so that the text can be read back.
  int64_t elideAbove = -1;
};
/// Readable text; weights are elided or follow as resources.
std::string printText(mlir::ModuleOp module, const PrintOptions &options = {});

/// Sets the version and phase stamps.
void stamp(mlir::ModuleOp module, llvm::StringRef phase);

} // namespace tgc::ir

#endif // TGC_IR_SERIALIZE_SERIALIZE_H

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

/// Adds every dialect that tgc text may hold: func, tgc, tensor, arith.
void registerDialects(mlir::DialectRegistry &registry);

/// Refuses text before MLIR's parser sees it, which trusts it: more bytes than
/// `limits.model_bytes`; brackets nested deeper than `limits.nesting`, those of
/// the aliases that a name stands for included; a shape with more elements than
/// `limits.elements`. What no tgc program has: affine maps, integers wider than
/// 64 bits, results of unknown numbers, resources aligned beyond 64 bytes.
/// Linear, no recursion. Errors: ResourceExhausted, InvalidArgument, with
/// "file:line: ".
absl::Status scanText(llvm::StringRef text, const Limits &limits,
                      llvm::StringRef fileName);

/// Refuses ops that no tgc program has, in a module that is not verified: their
/// verifiers trust it. Errors: InvalidArgument for an op outside func, tgc,
/// tensor.dim, tensor.cast and arith on index, or outside every function.
absl::Status checkOps(mlir::ModuleOp module);

/// What is relied on beyond what verifiers check, for a verified module of such
/// ops. Errors: InvalidArgument for a tensor.dim of a dimension that is no
/// constant; a value that is neither a tensor of a stored dtype nor an index; a
/// public function of indices; a function without body or of several blocks;
/// calls in a circle; a size name that no argument gives a value; named sizes
/// that an op does not take. ResourceExhausted for calls deeper than 100, more
/// ops than `limits.ops` once calls are written out, a rank above Limits::rank,
/// a type of more elements than `limits.elements`.
absl::Status checkContents(mlir::ModuleOp module, const Limits &limits);

/// A verified module from text; any bytes are safe, on a stack of any size.
/// Errors: InvalidArgument with "file:line:column: message" of the first
/// diagnostic, an unreadable version, those of scanText, checkOps and
/// checkContents; FailedPrecondition (E0204) for bytecode.
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

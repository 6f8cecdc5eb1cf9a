// Where an op comes from, as messages say it.
#ifndef TGC_IR_LOCATIONTEXT_H
#define TGC_IR_LOCATIONTEXT_H

#include "tgc/runtime/core/Status.h"

#include "mlir/IR/Location.h"

#include <string>

namespace tgc::ir {

/// "app.cc:7", "node 'conv_3'", "m.mlir:4"; "" for an unknown location.
std::string locationText(mlir::Location loc);

/// `status` with " [location]" at the end of its first line.
absl::Status withLocation(const absl::Status &status, mlir::Location loc);

} // namespace tgc::ir

#endif // TGC_IR_LOCATIONTEXT_H

// Nodes whose operands are all known, computed while a model is imported.
#ifndef TGC_FRONTEND_ONNX_FOLD_H
#define TGC_FRONTEND_ONNX_FOLD_H

#include "tgc/frontend/onnx/Conversion.h"

#include <optional>

namespace tgc::onnx {

/// Converts a node whose operands all have values with eager kernels, and
/// gives its results as constants: the way of exporters from a few numbers to
/// the shape or padding of a later node.
///
/// Nothing, so that the node is converted as any other, in eager mode, for a
/// node without operands or with a branch, if a result of any op on the way
/// would have more than `maxBytes`, if an integer division has no quotient, and
/// if the node fails.
std::optional<Operands> fold(const Node &node, const OpRow &row, int64_t opset,
                             const std::vector<Operand *> &inputs,
                             const std::vector<const Attribute *> &attributes,
                             const Walk &walk, int64_t maxBytes);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_FOLD_H

// Nodes in an order in which every one finds its operands.
#ifndef TGC_FRONTEND_ONNX_ORDER_H
#define TGC_FRONTEND_ONNX_ORDER_H

#include "tgc/frontend/onnx/Model.h"

#include "absl/status/status.h"

#include <set>

namespace tgc::onnx {

/// "#12 'enc/gelu'": a node in lists; "#12" if it has no name.
std::string nodeLabel(const Node &node);
/// "node 'fc1' (MatMul)", "node #12 (MatMul)": a node in messages.
std::string nodePlace(const Node &node);

/// The names that a graph reads from the graphs around it.
std::set<std::string> outerNames(const Graph &graph);

/// Numbers the nodes by position, then sorts them so that definitions come
/// before uses, otherwise keeping their order. What a subgraph of a node reads
/// from outside counts as read by the node.
///
/// Errors: InvalidArgument for two nodes with the same output, and for a
/// cycle, naming its nodes. `where` starts messages.
absl::Status sortNodes(std::vector<Node> &nodes, const std::string &where);

} // namespace tgc::onnx

#endif // TGC_FRONTEND_ONNX_ORDER_H

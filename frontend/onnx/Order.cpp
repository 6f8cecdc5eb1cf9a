// Nodes in an order in which every one finds its operands.
#include "tgc/frontend/onnx/Order.h"

#include "tgc/frontend/onnx/Parse.h"

#include "absl/strings/str_cat.h"

#include <queue>
#include <unordered_map>

namespace tgc::onnx {
namespace {

/// Every name that the node or its subgraphs read.
std::set<std::string> namesRead(const Node &node) {
  std::set<std::string> names(node.inputs.begin(), node.inputs.end());
  for (const Attribute &attribute : node.attributes)
    if (attribute.graph)
      names.merge(outerNames(*attribute.graph));
  names.erase("");
  return names;
}

/// "'a' -> 'b' -> 'a'": a cycle among the nodes that have not been placed.
std::string cycleText(const std::vector<Node> &nodes,
                      const std::vector<std::vector<size_t>> &needs,
                      const std::vector<bool> &placed) {
  size_t at = 0;
  while (placed[at])
    ++at;
  // Every such node needs another one: walking back meets itself.
  std::vector<size_t> path;
  std::vector<bool> seen(nodes.size(), false);
  while (!seen[at]) {
    seen[at] = true;
    path.push_back(at);
    for (size_t need : needs[at])
      if (!placed[need]) {
        at = need;
        break;
      }
  }
  std::string text;
  size_t start = 0;
  while (path[start] != at)
    ++start;
  constexpr size_t most = 8;
  for (size_t i = path.size(); i > start; --i) {
    if (path.size() - i == most) {
      absl::StrAppend(&text, "... -> ");
      break;
    }
    absl::StrAppend(&text, nodeLabel(nodes[path[i - 1]]), " -> ");
  }
  return text + nodeLabel(nodes[path.back()]);
}

} // namespace

std::string nodeLabel(const Node &node) {
  const std::string number = absl::StrCat("#", node.index);
  return node.name.empty()
             ? number
             : absl::StrCat(number, " '", printable(node.name), "'");
}

std::string nodePlace(const Node &node) {
  const std::string op = node.domain.empty()
                             ? node.opType
                             : absl::StrCat(node.domain, ".", node.opType);
  return absl::StrCat("node ",
                      node.name.empty()
                          ? absl::StrCat("#", node.index)
                          : absl::StrCat("'", printable(node.name), "'"),
                      " (", printable(op), ")");
}

std::set<std::string> outerNames(const Graph &graph) {
  std::set<std::string> read, made;
  for (const ValueInfo &input : graph.inputs)
    made.insert(input.name);
  for (const auto &[name, value] : graph.initializers)
    made.insert(name);
  for (const RefusedTensor &tensor : graph.refusedInitializers)
    made.insert(tensor.name);
  for (const Node &node : graph.nodes) {
    read.merge(namesRead(node));
    made.insert(node.outputs.begin(), node.outputs.end());
  }
  for (const ValueInfo &output : graph.outputs)
    read.insert(output.name);
  for (const std::string &name : made)
    read.erase(name);
  return read;
}

absl::Status sortNodes(std::vector<Node> &nodes, const std::string &where) {
  std::unordered_map<std::string, size_t> makers;
  for (size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].index = static_cast<int64_t>(i);
    for (const std::string &name : nodes[i].outputs)
      if (!name.empty())
        if (auto [maker, added] = makers.emplace(name, i); !added)
          return absl::InvalidArgumentError(absl::StrCat(
              where, ": ", nodePlace(nodes[maker->second]), " and ",
              nodePlace(nodes[i]), " both make '", printable(name),
              "'; expected one maker\n  fix: rename one of the outputs"));
  }
  std::vector<std::vector<size_t>> needs(nodes.size()), users(nodes.size());
  std::vector<size_t> waiting(nodes.size(), 0);
  // The earliest of the nodes that wait for nothing goes next.
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const std::string &name : namesRead(nodes[i]))
      if (const auto maker = makers.find(name); maker != makers.end()) {
        needs[i].push_back(maker->second);
        users[maker->second].push_back(i);
      }
    waiting[i] = needs[i].size();
    if (waiting[i] == 0)
      ready.push(i);
  }
  std::vector<size_t> order;
  std::vector<bool> placed(nodes.size(), false);
  while (!ready.empty()) {
    const size_t i = ready.top();
    ready.pop();
    order.push_back(i);
    placed[i] = true;
    for (size_t user : users[i])
      if (--waiting[user] == 0)
        ready.push(user);
  }
  if (order.size() != nodes.size())
    return absl::InvalidArgumentError(absl::StrCat(
        where, ": nodes read each other's results in a circle: ",
        cycleText(nodes, needs, placed), "\n  fix: repeat with Loop or Scan"));
  std::vector<Node> sorted;
  sorted.reserve(nodes.size());
  for (size_t i : order)
    sorted.push_back(std::move(nodes[i]));
  nodes = std::move(sorted);
  return absl::OkStatus();
}

} // namespace tgc::onnx

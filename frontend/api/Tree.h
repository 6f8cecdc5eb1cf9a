// Trees of tensors: what callables take and return.
#ifndef TGC_FRONTEND_API_TREE_H
#define TGC_FRONTEND_API_TREE_H

#include "tgc/frontend/api/Tensor.h"

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tgc {

namespace detail {

template <class T> inline constexpr bool unsupportedTree = false;
template <class T>
concept HasFields = requires { T::tgc_fields; };

/// Calls `visit` on every tensor of a tree, in order. A tree is a Tensor, a
/// tuple, pair, array, vector or string map of trees, or a struct with
/// `static constexpr auto tgc_fields = std::tuple{&Net::w, &Net::b};`.
template <class T> struct TreeTraits {
  template <class Tree, class Visit>
  static void each(Tree &tree, Visit &&visit) {
    if constexpr (HasFields<T>)
      std::apply(
          [&](auto... field) {
            (TreeTraits<std::remove_cvref_t<decltype(tree.*field)>>::each(
                 tree.*field, visit),
             ...);
          },
          T::tgc_fields);
    else
      static_assert(unsupportedTree<T>,
                    "tgc: not a tree of tensors; use Tensor, tuple, pair, "
                    "array, vector, map<string, ...> or a struct with "
                    "tgc_fields");
  }
};
template <> struct TreeTraits<Tensor> {
  template <class Tree, class Visit>
  static void each(Tree &tree, Visit &&visit) {
    visit(tree);
  }
};
template <class... Ts> struct TreeTraits<std::tuple<Ts...>> {
  template <class Tree, class Visit>
  static void each(Tree &tree, Visit &&visit) {
    std::apply([&](auto &...item) { (TreeTraits<Ts>::each(item, visit), ...); },
               tree);
  }
};
template <class A, class B> struct TreeTraits<std::pair<A, B>> {
  template <class Tree, class Visit>
  static void each(Tree &tree, Visit &&visit) {
    TreeTraits<A>::each(tree.first, visit);
    TreeTraits<B>::each(tree.second, visit);
  }
};
template <class T> struct SequenceTraits {
  template <class Tree, class Visit>
  static void each(Tree &tree, Visit &&visit) {
    for (auto &item : tree)
      TreeTraits<T>::each(item, visit);
  }
};
template <class T> struct TreeTraits<std::vector<T>> : SequenceTraits<T> {};
template <class T, size_t N>
struct TreeTraits<std::array<T, N>> : SequenceTraits<T> {};
template <class T> struct TreeTraits<std::map<std::string, T>> {
  template <class Tree, class Visit>
  static void each(Tree &tree, Visit &&visit) {
    for (auto &[name, item] : tree)
      TreeTraits<T>::each(item, visit);
  }
};

/// The tensors of `trees`, in order.
template <class... Trees>
std::vector<Tensor> flattenTree(const Trees &...trees) {
  std::vector<Tensor> tensors;
  auto take = [&](const Tensor &x) { tensors.push_back(x); };
  (TreeTraits<Trees>::each(trees, take), ...);
  return tensors;
}

/// Lengths and keys of a tree, which its type does not tell.
template <class T> std::string treeStructure(const T &tree) {
  std::string text;
  auto each = [&](const auto &...items) {
    ((text += treeStructure(items)), ...);
  };
  if constexpr (HasFields<T>)
    std::apply([&](auto... field) { each(tree.*field...); }, T::tgc_fields);
  else if constexpr (requires { typename T::mapped_type; })
    for (const auto &[key, item] : tree)
      text += std::to_string(key.size()) + ':' + key + treeStructure(item);
  else if constexpr (requires { std::tuple_size<T>::value; })
    std::apply(each, tree);
  else if constexpr (!std::is_same_v<T, Tensor>) { // a vector
    text = std::to_string(tree.size()) + '[';
    for (const auto &item : tree)
      each(item);
    text += ']';
  }
  return text;
}

/// `shape` with its tensors replaced by those from `next` on.
template <class Tree>
Tree unflattenTree(const Tree &shape, const Tensor *&next) {
  Tree tree = shape;
  TreeTraits<Tree>::each(tree, [&](Tensor &x) { x = *next++; });
  return tree;
}

} // namespace detail

} // namespace tgc

#endif // TGC_FRONTEND_API_TREE_H

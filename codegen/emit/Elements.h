// Elements of tensors as functions of a point in an iteration space.
#ifndef TGC_CODEGEN_EMIT_ELEMENTS_H
#define TGC_CODEGEN_EMIT_ELEMENTS_H

#include "tgc/codegen/emit/Context.h"

namespace tgc::codegen {

/// What a group computes at one point of a space: a graph whose leaves are
/// loads at affine places, positions (iota), constants and values that the
/// emitter supplies. Elementwise ops, broadcast_in_dim, transpose, slice,
/// reverse and reshapes are looked through.
///
/// Use: add nodes and targets, collapse(), then write code: start(), move()
/// inwards dimension by dimension, evaluate() at every step of the innermost.
class Elements {
public:
  using Node = unsigned;
  /// Where one point's elements lie: per access the address, or the number of
  /// an iota.
  struct Cursor {
    Values at;
  };
  /// Values of nodes at the point in question.
  using Known = llvm::DenseMap<Node, Value>;

  Elements(Context &context, llvm::ArrayRef<DimExpr> sizes,
           llvm::ArrayRef<int> roles);
  /// All dimensions in role 0.
  Elements(Context &context, const DimExprs &sizes);

  /// The element of `tensor` at `map`. Fails, at its op, if that is not a
  /// function this class knows.
  mlir::FailureOr<Node> add(mlir::Value tensor, const IndexMap &map);
  /// Says that the elements of `tensor` at `map` come from the emitter, as
  /// Known of evaluate(). Before the nodes that use it.
  Node supply(mlir::Value tensor, const IndexMap &map);
  /// A place to store to, or another one to walk along: an access.
  unsigned target(Value pointer, DType dtype, const Affine &place);
  unsigned resultTarget(unsigned result, const Affine &place);

  /// Joins dimensions; nothing may be added afterwards.
  void collapse();
  const Space &space() const { return iteration; }
  Values dimSizes(llvm::ArrayRef<unsigned> dims);
  Value dimSize(unsigned dim) { return context.size(iteration.dims[dim].size); }

  /// Bytes of the widest dtype in it.
  int64_t widest() const;
  /// Rough number of operations under `roots` for one point.
  int64_t cost(llvm::ArrayRef<Node> roots) const;
  /// Loads whose stride along `dim` is neither 0 nor 1.
  int64_t stridedAlong(unsigned dim) const;
  /// The access of a node that is a load; nothing for any other.
  std::optional<unsigned> loadOf(Node node) const {
    return nodes[node].kind == Entry::Load
               ? std::optional<unsigned>(nodes[node].access)
               : std::nullopt;
  }
  /// Where an access goes.
  const Affine &place(unsigned access) const { return accesses[access].place; }

  // Code.
  Cursor start();
  Cursor move(const Cursor &cursor, unsigned dim, Value index);
  /// The values, as scalars, of the nodes under `roots` that do not depend on
  /// `dim`: to be computed outside a loop along it.
  Known invariant(llvm::ArrayRef<Node> roots, const Cursor &cursor,
                  unsigned dim, const Known &known = Known());
  /// Values of `roots` at `lanes` points from the cursor on along `dim` (any
  /// if lanes = 1). `mask` (may be null) says which lanes to load. `known` may
  /// hold scalars for all lanes.
  Values evaluate(llvm::ArrayRef<Node> roots, const Cursor &cursor,
                  unsigned dim, int64_t lanes, Value mask,
                  const Known &known = Known());
  /// Stores at a target with stride 1 along `dim` (any stride for a scalar).
  void store(unsigned target, const Cursor &cursor, Value value, Value mask);

private:
  struct Access {
    Affine place;
    DType dtype;
    Value pointer; // null: an iota
  };
  struct Entry {
    enum Kind { Load, Iota, Splat, Compute, Supplied } kind;
    DType dtype;
    mlir::Value tensor;
    IndexMap map;
    unsigned access = 0;
    llvm::SmallVector<Node, 3> operands;
    OpKind op{};
    OpAttrs attrs;
  };

  /// An element of a tensor as a function of the point.
  struct Element {
    mlir::Value tensor;
    IndexMap map;
  };
  std::optional<Node> find(const Element &element) const;
  void follow(Element &element) const;
  std::optional<Element>
  findOperands(const Element &element,
               llvm::SmallVectorImpl<Node> &operands) const;
  mlir::FailureOr<Node> addLeaf(const Element &element);
  std::optional<IndexMap> lookThrough(mlir::Operation *op, OpKind kind,
                                      const IndexMap &map) const;
  Node push(Entry entry);
  std::vector<bool> under(llvm::ArrayRef<Node> roots, const Known &known) const;
  Value emitLoad(const Entry &entry, const Cursor &cursor, unsigned dim,
                 int64_t lanes, Value mask);
  Value emitIota(const Entry &entry, const Cursor &cursor, unsigned dim,
                 int64_t lanes);
  Value emitSplat(const Entry &entry);
  Value emitCompute(const Entry &entry, llvm::ArrayRef<Value> values);

  Context &context;
  Space iteration;
  size_t rank;
  std::vector<Entry> nodes;
  llvm::DenseMap<mlir::Value, llvm::SmallVector<Node, 1>> nodesOf;
  std::vector<Access> accesses;
};

/// Calls body(index, lanes, mask) for steps that cover [begin, end): vectors,
/// `unroll` to a loop iteration, then the rest, by masks or one by one. `mask`
/// is null where all lanes hold.
void forLanes(Context &context, Value begin, Value end, int64_t lanes,
              int64_t unroll,
              llvm::function_ref<void(Value, int64_t, Value)> body);

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_ELEMENTS_H

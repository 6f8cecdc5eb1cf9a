// Building and emitting the graph of a point's elements.
#include "tgc/codegen/emit/Elements.h"

#include "tgc/codegen/emit/Payloads.h"
#include "tgc/ir/AttrBridge.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace tgc::codegen {
namespace {

/// The value of a constant whose elements are all the same; null if they are
/// not.
mlir::DenseElementsAttr splatOf(mlir::Operation *constant) {
  auto value = constant->getAttrOfType<mlir::DenseElementsAttr>("value");
  return value && (value.isSplat() || value.getNumElements() == 0)
             ? value
             : mlir::DenseElementsAttr();
}

} // namespace

// Analysis.

Elements::Elements(Context &context, llvm::ArrayRef<DimExpr> sizes,
                   llvm::ArrayRef<int> roles)
    : context(context), rank(sizes.size()) {
  for (auto [d, size] : llvm::enumerate(sizes))
    iteration.dims.push_back({size, roles[d], {static_cast<unsigned>(d)}});
}

Elements::Elements(Context &context, const DimExprs &sizes)
    : Elements(context, llvm::ArrayRef(sizes.data(), sizes.size()),
               llvm::SmallVector<int>(sizes.size(), 0)) {}

Elements::Node Elements::push(Entry entry) {
  Node node = nodes.size();
  nodesOf[entry.tensor].push_back(node);
  nodes.push_back(std::move(entry));
  return node;
}

std::optional<Elements::Node> Elements::find(const Element &element) const {
  auto known = nodesOf.find(element.tensor);
  if (known != nodesOf.end())
    for (Node node : known->second)
      if (nodes[node].map.provablyEqual(element.map))
        return node;
  return std::nullopt;
}

/// Goes back through ops that only move elements, up to one that is known.
void Elements::follow(Element &element) const {
  while (mlir::Operation *op = element.tensor.getDefiningOp()) {
    if (find(element))
      return;
    std::optional<OpKind> kind = ir::opKindOf(op);
    if (kind) {
      std::optional<IndexMap> inner = lookThrough(op, *kind, element.map);
      if (!inner)
        return;
      element.map = *std::move(inner);
    } else if (!llvm::isa<mlir::tensor::CastOp>(op)) {
      return;
    }
    element.tensor = op->getOperand(0);
  }
}

/// Operands before ops, in order, by an explicit stack: groups are deep,
/// threads' stacks are not.
mlir::FailureOr<Elements::Node> Elements::add(mlir::Value tensor,
                                              const IndexMap &map) {
  std::vector<Element> open{{tensor, map}};
  follow(open.back());
  while (true) {
    Element element = open.back();
    mlir::Operation *op = element.tensor.getDefiningOp();
    std::optional<OpKind> kind = op ? ir::opKindOf(op) : std::nullopt;
    mlir::FailureOr<Node> node = mlir::failure();
    if (std::optional<Node> known = find(element)) {
      node = *known;
    } else if (kind && opInfo(*kind).elementwise) {
      llvm::SmallVector<Node, 3> operands;
      std::optional<Element> missing = findOperands(element, operands);
      if (missing) {
        open.push_back(*std::move(missing));
        continue;
      }
      node =
          push({Entry::Compute, context.analysis.typeOf(element.tensor).dtype,
                element.tensor, element.map, 0, operands, *kind,
                context.analysis.attrsOf(op)});
    } else {
      node = addLeaf(element);
    }
    if (mlir::failed(node))
      return node;
    open.pop_back();
    if (open.empty())
      return node;
  }
}

/// The operands' nodes of an elementwise op; the first one that has none yet.
std::optional<Elements::Element>
Elements::findOperands(const Element &element,
                       llvm::SmallVectorImpl<Node> &operands) const {
  for (mlir::Value value : ir::tensorOperands(element.tensor.getDefiningOp())) {
    Element operand{value, element.map};
    follow(operand);
    std::optional<Node> node = find(operand);
    if (!node)
      return operand;
    operands.push_back(*node);
  }
  return std::nullopt;
}

/// A load, a splat or an iota: what no other elements are needed for.
mlir::FailureOr<Elements::Node> Elements::addLeaf(const Element &element) {
  const TensorType &type = context.analysis.typeOf(element.tensor);
  Entry entry{Entry::Load, type.dtype, element.tensor, element.map, 0, {},
              {},          {}};
  if (auto argument = llvm::dyn_cast<mlir::BlockArgument>(element.tensor)) {
    entry.access = target(context.operandPointer(argument), type.dtype,
                          positionOf(element.map, type.dims, rank));
    return push(std::move(entry));
  }
  mlir::Operation *op = element.tensor.getDefiningOp();
  std::optional<OpKind> kind = ir::opKindOf(op);
  if (!kind)
    return op->emitOpError("is no tensor op");
  if (*kind == OpKind::Constant) {
    if (!splatOf(op))
      return op->emitOpError("is not the same value everywhere: constants are "
                             "operands of a group");
    entry.kind = Entry::Splat;
    return push(std::move(entry));
  }
  if (*kind == OpKind::Iota && !element.map.position) {
    auto iota = std::get<IotaAttrs>(context.analysis.attrsOf(op));
    entry.kind = Entry::Iota;
    entry.access = target({}, DType::i64, element.map.dims[iota.dim]);
    return push(std::move(entry));
  }
  return op->emitOpError("has elements that are no function of one point of "
                         "its group");
}

Elements::Node Elements::supply(mlir::Value tensor, const IndexMap &map) {
  DType dtype = context.analysis.typeOf(tensor).dtype;
  return push({Entry::Supplied, dtype, tensor, map, 0, {}, {}, {}});
}

unsigned Elements::target(Value pointer, DType dtype, const Affine &place) {
  accesses.push_back({place, dtype, pointer});
  return accesses.size() - 1;
}

unsigned Elements::resultTarget(unsigned result, const Affine &place) {
  mlir::Value value = context.results()[result];
  return target(context.resultPointer(result),
                context.analysis.typeOf(value).dtype, place);
}

std::optional<IndexMap> Elements::lookThrough(mlir::Operation *op, OpKind kind,
                                              const IndexMap &map) const {
  if (!llvm::is_contained({OpKind::BroadcastInDim, OpKind::Reshape,
                           OpKind::Reverse, OpKind::Slice, OpKind::Transpose},
                          kind))
    return std::nullopt;
  const TensorType &operand = context.analysis.typeOf(op->getOperand(0));
  const TensorType &result = context.analysis.typeOf(op->getResult(0));
  OpAttrs attrs = context.analysis.attrsOf(op);
  size_t operandRank = operand.dims.size();
  IndexMap inner;
  if (kind == OpKind::Reshape) {
    Affine position = positionOf(map, result.dims, rank);
    if (operandRank == 1)
      inner.dims.push_back(position);
    else if (operandRank > 1)
      inner.position = position;
    return inner;
  }
  if (map.position) // the indices that follow are not known
    return std::nullopt;
  inner.dims.assign(operandRank, Affine::constant(0, rank));
  switch (kind) {
  case OpKind::BroadcastInDim: {
    auto &dims = std::get<BroadcastInDimAttrs>(attrs).dims;
    for (size_t d = 0; d < operandRank; ++d)
      if (operand.dims[d].constant() != 1)
        inner.dims[d] = map.dims[dims[d]];
    return inner;
  }
  case OpKind::Transpose: {
    auto &perm = std::get<TransposeAttrs>(attrs).perm;
    for (size_t d = 0; d < operandRank; ++d)
      inner.dims[perm[d]] = map.dims[d];
    return inner;
  }
  case OpKind::Slice: {
    auto &slice = std::get<SliceAttrs>(attrs);
    for (size_t d = 0; d < operandRank; ++d)
      inner.dims[d] = map.dims[d] * slice.strides[d] +
                      Affine::constant(slice.offsets[d], rank);
    return inner;
  }
  case OpKind::Reverse: {
    inner.dims = map.dims;
    for (int64_t d : std::get<ReverseAttrs>(attrs).dims)
      inner.dims[d] = map.dims[d] * DimExpr(-1) +
                      Affine::constant(operand.dims[d] - DimExpr(1), rank);
    return inner;
  }
  default:
    return std::nullopt;
  }
}

void Elements::collapse() {
  llvm::SmallVector<Affine *> places;
  for (Access &access : accesses)
    places.push_back(&access.place);
  iteration.collapse(places);
}

Values Elements::dimSizes(llvm::ArrayRef<unsigned> dims) {
  Values sizes;
  for (unsigned d : dims)
    sizes.push_back(dimSize(d));
  return sizes;
}

int64_t Elements::widest() const {
  size_t bytes = 1;
  for (const Entry &node : nodes)
    bytes = std::max(bytes, dtypeBytes(node.dtype));
  return bytes;
}

int64_t Elements::cost(llvm::ArrayRef<Node> roots) const {
  int64_t cost = 0;
  std::vector<bool> needed = under(roots, Known());
  for (auto [n, node] : llvm::enumerate(nodes)) {
    if (!needed[n])
      continue;
    if (node.kind != Entry::Compute)
      ++cost;
    else if (opInfo(node.op).exactness == Exactness::Bounded ||
             node.op == OpKind::Rem)
      cost += 30;
    else
      cost += node.op == OpKind::Divide || node.op == OpKind::Convert ? 4 : 2;
  }
  return cost;
}

int64_t Elements::stridedAlong(unsigned dim) const {
  return llvm::count_if(accesses, [&](const Access &access) {
    auto stride = access.place.stride(dim);
    return access.pointer && stride != 0 && stride != 1;
  });
}

// Code.

Elements::Cursor Elements::start() {
  Cursor cursor;
  for (const Access &access : accesses) {
    Value offset = context.size(access.place.offset);
    cursor.at.push_back(
        access.pointer
            ? context.code.address(access.pointer, offset, access.dtype)
            : offset);
  }
  return cursor;
}

Elements::Cursor Elements::move(const Cursor &cursor, unsigned dim,
                                Value index) {
  Cursor moved = cursor;
  Code &code = context.code;
  for (auto [at, access] : llvm::zip(moved.at, accesses)) {
    if (access.place.ignores(dim))
      continue;
    Value step = code.mul(index, context.size(access.place.strides[dim]));
    at = access.pointer ? code.address(at, step, access.dtype)
                        : code.add(at, step);
  }
  return moved;
}

std::vector<bool> Elements::under(llvm::ArrayRef<Node> roots,
                                  const Known &known) const {
  std::vector<bool> needed(nodes.size());
  for (Node root : roots)
    needed[root] = true;
  for (size_t n = nodes.size(); n-- > 0;)
    if (needed[n] && !known.contains(n))
      for (Node operand : nodes[n].operands)
        needed[operand] = true;
  return needed;
}

Elements::Known Elements::invariant(llvm::ArrayRef<Node> roots,
                                    const Cursor &cursor, unsigned dim,
                                    const Known &known) {
  std::vector<bool> needed = under(roots, known);
  std::vector<bool> varies(nodes.size());
  llvm::SmallVector<Node> wanted;
  for (auto [n, node] : llvm::enumerate(nodes)) {
    if (known.contains(n))
      varies[n] = Code::lanesOf(known.lookup(n).getType()) > 1;
    else if (node.kind == Entry::Load || node.kind == Entry::Iota)
      varies[n] = !accesses[node.access].place.ignores(dim);
    else
      varies[n] = node.kind == Entry::Supplied ||
                  llvm::any_of(node.operands,
                               [&](Node operand) { return varies[operand]; });
    if (needed[n] && !varies[n] && node.kind != Entry::Splat)
      wanted.push_back(n);
  }
  Known result = known;
  Values values = evaluate(wanted, cursor, dim, 1, {}, known);
  for (auto [n, value] : llvm::zip(wanted, values))
    result[n] = value;
  return result;
}

Values Elements::evaluate(llvm::ArrayRef<Node> roots, const Cursor &cursor,
                          unsigned dim, int64_t lanes, Value mask,
                          const Known &known) {
  std::vector<bool> needed = under(roots, known);
  std::vector<Value> values(nodes.size());
  for (auto [n, node] : llvm::enumerate(nodes)) {
    if (!needed[n])
      continue;
    if (Value value = known.lookup(n)) {
      values[n] = value;
      continue;
    }
    switch (node.kind) {
    case Entry::Load:
      values[n] = emitLoad(node, cursor, dim, lanes, mask);
      break;
    case Entry::Iota:
      values[n] = emitIota(node, cursor, dim, lanes);
      break;
    case Entry::Splat:
      values[n] = emitSplat(node);
      break;
    case Entry::Compute:
      values[n] = emitCompute(node, values);
      break;
    case Entry::Supplied:
      assert(false && "the emitter supplies it");
      break;
    }
  }
  Values result;
  for (Node root : roots) {
    Value value = values[root];
    result.push_back(Code::lanesOf(value.getType()) == lanes
                         ? value
                         : context.code.splat(value, lanes));
  }
  return result;
}

Value Elements::emitLoad(const Entry &entry, const Cursor &cursor, unsigned dim,
                         int64_t lanes, Value mask) {
  Code &code = context.code;
  const Access &access = accesses[entry.access];
  Value pointer = cursor.at[entry.access];
  if (lanes == 1 || access.place.ignores(dim))
    return code.load(entry.dtype, pointer);
  std::optional<int64_t> stride = access.place.stride(dim);
  if (stride == 1)
    return mask ? code.loadMasked(entry.dtype, pointer, mask)
                : code.load(entry.dtype, pointer, lanes);
  if (stride == -1 && !mask) {
    llvm::SmallVector<int64_t> backwards;
    for (int64_t i = lanes; i-- > 0;)
      backwards.push_back(i);
    Value v = code.load(entry.dtype,
                        code.address(pointer, code.i64(1 - lanes), entry.dtype),
                        lanes);
    return code.shuffle(v, v, backwards);
  }
  return code.gather(entry.dtype, pointer,
                     context.size(access.place.strides[dim]), lanes, mask);
}

Value Elements::emitIota(const Entry &entry, const Cursor &cursor, unsigned dim,
                         int64_t lanes) {
  Code &code = context.code;
  const Access &access = accesses[entry.access];
  Value number = cursor.at[entry.access];
  if (lanes > 1 && !access.place.ignores(dim)) {
    Value stride = code.splat(context.size(access.place.strides[dim]), lanes);
    Value steps = code.op<mlir::arith::MulIOp>(
        code.steps(code.builder.getI64Type(), lanes), stride);
    number = code.op<mlir::arith::AddIOp>(code.splat(number, lanes), steps);
  }
  return emitConvert(code, DType::i64, entry.dtype, number,
                     Code::lanesOf(number.getType()), context.target.hasFma);
}

Value Elements::emitSplat(const Entry &entry) {
  auto attr = splatOf(entry.tensor.getDefiningOp());
  auto element = attr.getNumElements() == 0
                     ? mlir::Attribute()
                     : attr.getSplatValue<mlir::Attribute>();
  uint64_t pattern = 0;
  if (auto number = llvm::dyn_cast_or_null<mlir::FloatAttr>(element))
    pattern = number.getValue().bitcastToAPInt().getZExtValue();
  else if (auto number = llvm::dyn_cast_or_null<mlir::IntegerAttr>(element))
    pattern = number.getValue().getZExtValue();
  return context.code.bits(entry.dtype, pattern);
}

Value Elements::emitCompute(const Entry &entry, llvm::ArrayRef<Value> values) {
  Code &code = context.code;
  int64_t lanes = 1;
  for (Node operand : entry.operands)
    lanes = std::max(lanes, Code::lanesOf(values[operand].getType()));
  Values operands;
  for (Node operand : entry.operands)
    operands.push_back(Code::lanesOf(values[operand].getType()) == lanes
                           ? values[operand]
                           : code.splat(values[operand], lanes));
  DType dtype = nodes[entry.operands[entry.op == OpKind::Select]].dtype;
  return emitPayload(code, entry.op, entry.attrs, dtype, operands, lanes,
                     context.target.hasFma);
}

void Elements::store(unsigned target, const Cursor &cursor, Value value,
                     Value mask) {
  DType dtype = accesses[target].dtype;
  if (mask)
    context.code.storeMasked(dtype, value, cursor.at[target], mask);
  else
    context.code.store(dtype, value, cursor.at[target]);
}

void forLanes(Context &context, Value begin, Value end, int64_t lanes,
              int64_t unroll,
              llvm::function_ref<void(Value, int64_t, Value)> body) {
  Code &code = context.code;
  Value rest = begin;
  auto whole = [&](int64_t width) {
    Value count = code.div(code.sub(end, rest), code.i64(width));
    Value stop = code.add(rest, code.mul(count, code.i64(width)));
    code.loop(rest, stop, code.i64(width), [&](Value i) {
      for (int64_t u = 0; u < width; u += lanes)
        body(code.add(i, code.i64(u)), lanes, {});
    });
    rest = stop;
  };
  if (lanes > 1 && unroll > 1)
    whole(lanes * unroll);
  bool masked = context.target.hasMaskedMemory && lanes > 1;
  if (lanes > 1 && !masked)
    whole(lanes);
  if (!masked) {
    code.loop(rest, end, [&](Value i) { body(i, 1, {}); });
    return;
  }
  code.loop(rest, end, code.i64(lanes), [&](Value i) {
    Value left = code.sub(end, i);
    if (auto k = Code::known(left); k && *k >= lanes)
      body(i, lanes, {});
    else
      body(i, lanes, code.mask(left, lanes));
  });
}

} // namespace tgc::codegen

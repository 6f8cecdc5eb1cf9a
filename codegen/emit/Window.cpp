// Groups of kind reduce whose reduction is a reduce_window.
#include "tgc/codegen/emit/Elements.h"
#include "tgc/codegen/emit/ReduceTree.h"

namespace tgc::codegen {
namespace {

constexpr int plainRole = 0;
/// Vectors of neighbouring results that are computed together.
constexpr int64_t stripVectors = 4;
/// Elements looked at that make a call worth its while.
constexpr int64_t grainElements = 16384;

/// A dimension in which the window moves, is larger than 1 or meets padding.
struct WindowDim {
  int64_t window, stride, lo, step, dilation;
  DimExpr extent;               // of x
  DimExpr xStride;              // in elements
  bool checked;                 // may look beside x
  std::optional<unsigned> loop; // of the space, once collapsed; none: size 1
};

class WindowEmitter {
public:
  WindowEmitter(Context &context, mlir::Operation *op)
      : context(context), code(context.code), op(op),
        attrs(std::get<ReduceWindowAttrs>(context.analysis.attrsOf(op))),
        x(context.analysis.typeOf(op->getOperand(0))),
        y(context.analysis.typeOf(op->getResult(0))),
        combiner(context, attrs.kind, x.dtype) {}

  mlir::LogicalResult emit();

private:
  mlir::LogicalResult analyse();
  void emitStrip(const Elements::Cursor &row, mlir::ValueRange outer,
                 Value column, Value columns, int64_t width, int64_t vectors,
                 bool masked);
  Value slot(const Elements::Cursor &cursor, mlir::ValueRange origins,
             mlir::ValueRange offsets, int64_t width, Value mask, Value count);

  Context &context;
  Code &code;
  mlir::Operation *op;
  ReduceWindowAttrs attrs;
  const TensorType &x, &y;
  Combiner combiner;
  std::optional<Elements> elements;
  std::vector<WindowDim> dims;
  int64_t slots = 1;
  unsigned access = 0;
  Elements::Node reduced;
  llvm::SmallVector<Elements::Node> roots;
  llvm::SmallVector<unsigned> targets;
  std::optional<unsigned> inner; // loop that vectors run along
  WindowDim *innerWindow = nullptr;
  int64_t lanes = 1;
};

mlir::LogicalResult WindowEmitter::analyse() {
  auto argument = llvm::dyn_cast<mlir::BlockArgument>(op->getOperand(0));
  if (!argument)
    return op->emitOpError("has an operand that its group computes");
  size_t rank = x.dims.size();
  llvm::SmallVector<int> roles;
  DimExprs strides = rowMajorStrides(x.dims);
  Affine place = Affine::constant(0, rank);
  for (size_t d = 0; d < rank; ++d) {
    WindowDim dim{attrs.window[d],
                  attrs.strides[d],
                  attrs.lo[d],
                  attrs.window_dilation[d],
                  attrs.base_dilation[d],
                  x.dims[d],
                  strides[d],
                  false,
                  d};
    int64_t hi = attrs.hi[d];
    dim.checked = dim.lo != 0 || hi != 0 || dim.dilation != 1;
    if (dim.window == 1 && dim.stride == 1 && !dim.checked) {
      roles.push_back(plainRole);
      place.strides[d] = strides[d];
      continue;
    }
    roles.push_back(static_cast<int>(d) + 1); // never joined
    slots *= dim.window;
    dims.push_back(dim);
  }
  elements.emplace(context, llvm::ArrayRef(y.dims.data(), rank), roles);
  access = elements->target(context.operandPointer(argument), x.dtype, place);
  IndexMap identity = IndexMap::identity(rank);
  reduced = elements->supply(op->getResult(0), identity);
  for (auto [number, result] : llvm::enumerate(context.results())) {
    const TensorType &type = context.analysis.typeOf(result);
    if (type.dims.size() != rank)
      return op->emitOpError("has a group whose results are not of its shape");
    auto root = elements->add(result, identity);
    if (mlir::failed(root))
      return mlir::failure();
    roots.push_back(*root);
    targets.push_back(
        elements->resultTarget(number, positionOf(identity, type.dims, rank)));
  }
  elements->collapse();
  for (WindowDim &dim : dims) {
    unsigned original = *dim.loop;
    dim.loop.reset();
    for (auto [l, loop] : llvm::enumerate(elements->space().dims))
      if (llvm::is_contained(loop.members, original))
        dim.loop = l;
  }

  // Vectors run along the last dimension if x is contiguous there.
  if (elements->space().dims.empty())
    return mlir::success();
  inner = elements->space().dims.size() - 1;
  lanes = context.target.lanes(
      std::max<int64_t>(elements->widest(), dtypeBytes(x.dtype)));
  for (WindowDim &dim : dims)
    if (dim.loop == inner)
      innerWindow = &dim;
  if (innerWindow) {
    if (!context.target.hasMaskedMemory || innerWindow->dilation != 1)
      lanes = 1;
  } else if (elements->place(access).stride(*inner) != 1) {
    lanes = 1;
  }
  return mlir::success();
}

/// The element of one slot of the window, for `width` neighbouring results:
/// neutral beside x. `origins` are where the window of the first result
/// starts; only the first `count` of them exist (null: all), as `mask` says.
Value WindowEmitter::slot(const Elements::Cursor &cursor,
                          mlir::ValueRange origins, mlir::ValueRange offsets,
                          int64_t width, Value mask, Value count) {
  Value pointer = cursor.at[access];
  Value inside = code.boolean(true);
  Value innerPlace;
  for (auto [i, dim] : llvm::enumerate(dims)) {
    Value place =
        code.add(origins[i], code.mul(offsets[i], code.i64(dim.step)));
    bool vectorised = width > 1 && &dim == innerWindow;
    if (vectorised)
      innerPlace = place;
    if (dim.checked && !vectorised) {
      Value extent = context.size(dim.extent);
      inside = code.both(inside, code.lessEqual(code.i64(0), place));
      if (dim.dilation != 1) {
        Value element =
            code.div(code.max(place, code.i64(0)), code.i64(dim.dilation));
        inside = code.both(
            inside,
            code.equal(code.mul(element, code.i64(dim.dilation)), place));
        place = element;
      }
      inside = code.both(inside, code.less(place, extent));
    }
    pointer = code.address(pointer, code.mul(place, context.size(dim.xStride)),
                           x.dtype);
  }
  Value neutral = combiner.neutral(width);
  if (innerPlace) {
    // Lanes [first, last) look at x: those whose place is in [0, extent).
    Value stride = code.i64(innerWindow->stride);
    auto lanesBelow = [&](Value bound) {
      return code.stepsBelow(bound, innerPlace, innerWindow->stride);
    };
    // Beside a last dimension of size 1 neighbours lie more than one element
    // apart in x.
    Value apart = code.mul(stride, context.size(innerWindow->xStride));
    bool contiguous =
        innerWindow->stride == 1 && innerWindow->xStride.constant() == 1;
    bool all =
        !count && !innerWindow->checked && Code::known(inside).value_or(0) != 0;
    if (all && contiguous)
      return code.load(x.dtype, pointer, width);
    Value last = count ? code.min(count, code.i64(width)) : code.i64(width);
    Value first = code.i64(0);
    if (innerWindow->checked) {
      last = code.min(last, lanesBelow(context.size(innerWindow->extent)));
      first = lanesBelow(code.i64(0));
    }
    last = code.select(inside, last, code.i64(0));
    Value element =
        code.loadRun(x.dtype, pointer, code.run(apart, width, first, last));
    return all ? element
               : code.select(code.mask(first, last, width), element, neutral);
  }
  return code.choose(
      inside, neutral.getType(),
      [&] {
        return Values{mask ? code.loadMasked(x.dtype, pointer, mask)
                           : code.load(x.dtype, pointer, width)};
      },
      [&] { return Values{neutral}; })[0];
}

void WindowEmitter::emitStrip(const Elements::Cursor &row,
                              mlir::ValueRange outer, Value column,
                              Value columns, int64_t width, int64_t vectors,
                              bool masked) {
  Values masks(vectors), counts(vectors);
  std::vector<Elements::Cursor> cursors;
  std::vector<Values> origins;
  llvm::SmallVector<Value, 4> windowSizes;
  for (const WindowDim &dim : dims)
    windowSizes.push_back(code.i64(dim.window));
  for (int64_t v = 0; v < vectors; ++v) {
    Value offset = code.i64(v * width);
    if (masked) {
      counts[v] = code.sub(columns, offset);
      masks[v] = code.mask(counts[v], width);
    }
    Value first = code.add(column, offset);
    cursors.push_back(inner ? elements->move(row, *inner, first) : row);
    origins.emplace_back();
    for (const WindowDim &dim : dims) {
      Value index = !dim.loop           ? code.i64(0)
                    : dim.loop == inner ? first
                                        : outer[*dim.loop];
      origins.back().push_back(
          code.sub(code.mul(index, code.i64(dim.stride)), code.i64(dim.lo)));
    }
  }
  auto slotOfAll = [&](Value j) {
    Values offsets = code.delinearize(j, windowSizes), values;
    for (int64_t v = 0; v < vectors; ++v)
      values.push_back(
          slot(cursors[v], origins[v], offsets, width, masks[v], counts[v]));
    return values;
  };
  ColumnReduction reduction{
      context, combiner, width, vectors, /*unroll=*/slots <= 16, slotOfAll};
  Values results = reduction.emit(code.i64(slots));
  for (int64_t v = 0; v < vectors; ++v) {
    Elements::Known known;
    known[reduced] = results[v];
    Values values = elements->evaluate(roots, cursors[v], inner.value_or(0),
                                       width, masks[v], known);
    for (auto [target, value] : llvm::zip(targets, values))
      elements->store(target, cursors[v], value, masks[v]);
  }
}

mlir::LogicalResult WindowEmitter::emit() {
  if (mlir::failed(analyse()))
    return mlir::failure();
  DimExpr columns = inner ? elements->space().dims[*inner].size : DimExpr(1);
  int64_t vectors = stripVectors;
  if (auto known = columns.constant())
    vectors = std::clamp<int64_t>((*known + lanes - 1) / lanes, 1, vectors);
  int64_t strip = lanes * vectors;
  DimExpr strips = ceilDiv(columns, strip);
  DimExpr iterations = strips;
  llvm::SmallVector<unsigned> outer;
  for (unsigned d = 0; inner && d < *inner; ++d) {
    outer.push_back(d);
    iterations = iterations * elements->space().dims[d].size;
  }
  context.emitted.iterations = iterations;
  context.emitted.grain = std::max<int64_t>(1, grainElements / (strip * slots));
  context.emitted.schedule = "reduce_window: " + std::to_string(slots) +
                             " slots, " + std::to_string(lanes) + " lanes x " +
                             std::to_string(vectors);
  Values sizes = elements->dimSizes(outer);
  sizes.push_back(context.size(strips));
  Value n = context.size(columns);
  code.positions(context.begin, context.end, sizes, [&](mlir::ValueRange at) {
    Elements::Cursor row = elements->start();
    for (unsigned d : outer)
      row = elements->move(row, d, at[d]);
    Value first = code.mul(at.back(), code.i64(strip));
    Value left = code.sub(n, first);
    auto whole = [&] {
      emitStrip(row, at, first, left, lanes, vectors, false);
    };
    if (auto known = Code::known(n); known && *known % strip == 0)
      return whole();
    if (context.target.hasMaskedMemory && lanes > 1)
      return emitStrip(row, at, first, left, lanes, vectors, true);
    code.when(code.lessEqual(code.i64(strip), left), whole, [&] {
      code.loop(first, n, [&](Value column) {
        emitStrip(row, at, column, code.i64(1), 1, 1, false);
      });
    });
  });
  return mlir::success();
}

} // namespace

mlir::LogicalResult emitReduceWindow(Context &context, mlir::Operation *op) {
  return WindowEmitter(context, op).emit();
}

} // namespace tgc::codegen

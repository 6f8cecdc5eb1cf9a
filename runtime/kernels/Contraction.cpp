// The eager kernel of dot_general; that of convolution has its own file.
#include "tgc/runtime/kernels/Kernels.h"
#include "tgc/runtime/kernels/ProductTile.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

/// One operand as the kernel walks it.
struct DotSide {
  const KernelTensor *tensor;
  StridedLoops<1> free;
  int64_t count;  // of free elements
  int64_t stride; // of a step along them in the result
};

struct DotPlan {
  DotSide rows, columns;
  StridedLoops<2> batch;    // offsets in rows and columns
  StridedLoops<2> products; // the same
  int64_t numBatches;
  int64_t numProducts;
};

DotSide sideOf(const KernelTensor &tensor, const std::vector<int64_t> &contract,
               const std::vector<int64_t> &batch) {
  bool used[maxRank] = {};
  for (size_t i = 0; i < contract.size(); ++i)
    used[contract.data()[i]] = true;
  for (size_t i = 0; i < batch.size(); ++i)
    used[batch.data()[i]] = true;
  int64_t strides[maxRank];
  denseStrides(tensor, strides);
  DotSide side;
  side.tensor = &tensor;
  side.count = 1;
  for (int64_t d = 0; d < tensor.rank; ++d)
    if (!used[d]) {
      side.free.add(tensor.dims[d], {strides[d]});
      side.count *= tensor.dims[d];
    }
  return side;
}

/// The loops over paired dimensions, in the order of their lists.
int64_t addPairs(StridedLoops<2> &loops, const KernelTensor &rows,
                 const std::vector<int64_t> &rowDims,
                 const KernelTensor &columns,
                 const std::vector<int64_t> &columnDims) {
  int64_t rowStrides[maxRank], columnStrides[maxRank], count = 1;
  denseStrides(rows, rowStrides);
  denseStrides(columns, columnStrides);
  for (size_t i = 0; i < rowDims.size(); ++i) {
    int64_t r = rowDims.data()[i], c = columnDims.data()[i];
    loops.add(rows.dims[r], {rowStrides[r], columnStrides[c]});
    count *= rows.dims[r];
  }
  return count;
}

DotPlan planOf(const KernelCall &call) {
  const auto &attrs = *std::get_if<DotGeneralAttrs>(call.attrs);
  const std::vector<int64_t> *contract[] = {&attrs.lhs_contract,
                                            &attrs.rhs_contract};
  const std::vector<int64_t> *batch[] = {&attrs.lhs_batch, &attrs.rhs_batch};
  DotSide lhs = sideOf(call.operands[0], *contract[0], *batch[0]);
  DotSide rhs = sideOf(call.operands[1], *contract[1], *batch[1]);
  lhs.stride = rhs.count;
  rhs.stride = 1;
  // Vectors run along the side that fills them: factors commute.
  bool swapped = rhs.count < 32 && lhs.count > rhs.count;
  DotPlan plan{swapped ? rhs : lhs, swapped ? lhs : rhs, {}, {}, 1, 1};
  const KernelTensor &rows = call.operands[swapped];
  const KernelTensor &columns = call.operands[!swapped];
  plan.numBatches =
      addPairs(plan.batch, rows, *batch[swapped], columns, *batch[!swapped]);
  plan.numProducts = addPairs(plan.products, rows, *contract[swapped], columns,
                              *contract[!swapped]);
  return plan;
}

/// The rows of a panel and the products of its sums, chunk by chunk.
template <class T, class A> class PanelProducts {
public:
  PanelProducts(const DotPlan &plan, int64_t batch, int64_t firstRow,
                int64_t rows)
      : plan(plan) {
    int64_t base[2];
    plan.batch.offsetsAt(plan.batch.rank, batch, base);
    offsetsOf(plan.rows.free, firstRow, rows, rowOffsets);
    columnBase = static_cast<const T *>(plan.columns.tensor->data) + base[1];
    chunk.rowBase = static_cast<const T *>(plan.rows.tensor->data) + base[0];
    chunk.rowOffsets = rowOffsets;
    chunk.rowSteps = rowSteps;
  }

  static void offsetsOf(const StridedLoops<1> &loops, int64_t first, int64_t n,
                        int64_t *offsets) {
    loops.walk(loops.rank, first, first + n,
               [&](const int64_t (&at)[1]) { *offsets++ = at[0]; });
  }

  /// use(chunk) for every chunk in order; the columns are for `use` to set.
  template <class Use> void forEachChunk(const Use &use) {
    int64_t k = 0;
    do {
      chunk.first = k == 0;
      chunk.products = lesser(chunkProducts, plan.numProducts - k);
      int64_t next = 0;
      plan.products.walk(plan.products.rank, k, k + chunk.products,
                         [&](const int64_t (&at)[2]) {
                           rowSteps[next] = at[0];
                           columnSteps[next++] = at[1];
                         });
      use(chunk);
      k += chunkProducts;
    } while (k < plan.numProducts);
  }

  const DotPlan &plan;
  const T *columnBase;
  int64_t columnSteps[chunkProducts];

private:
  int64_t rowOffsets[panelRows], rowSteps[chunkProducts];
  ProductChunk<T, A> chunk{};
};

/// Where results lie, from (firstRow, firstColumn) of a batch on.
template <class A>
void storePanel(const DotPlan &plan, const KernelTensor &y, int64_t batch,
                int64_t firstRow, int64_t rows, int64_t firstColumn,
                int64_t columns, const A *r, int64_t pitch) {
  int64_t first = batch * plan.rows.count * plan.columns.count +
                  firstRow * plan.rows.stride +
                  firstColumn * plan.columns.stride;
  for (int64_t i = 0; i < rows; ++i)
    storeRow(r + i * pitch, columns, y.dtype, y.data,
             first + i * plan.rows.stride,
             [&](int64_t j) { return j * plan.columns.stride; });
}

/// The panel of `rows` x `columns` results from (firstRow, firstColumn) on.
template <class T, class A>
void computePanel(const DotPlan &plan, const KernelTensor &y, int64_t batch,
                  int64_t firstRow, int64_t rows, int64_t firstColumn,
                  int64_t columns) {
  constexpr int64_t width = panelColumns<A>;
  PanelProducts<T, A> products(plan, batch, firstRow, rows);
  int64_t columnOffsets[width], packedSteps[chunkProducts];
  products.offsetsOf(plan.columns.free, firstColumn, columns, columnOffsets);
  for (int64_t k = 0; k < chunkProducts; ++k)
    packedSteps[k] = k * width;
  // For so few rows packing costs more than it saves.
  bool direct = isSameType<T, A> && columns == width && rows <= 16;
  for (int64_t i = 1; i < columns; ++i)
    direct &= columnOffsets[i] == columnOffsets[0] + i;

  alignas(64) A packed[chunkProducts * width];
  alignas(64) A r[panelRows * width];
  products.forEachChunk([&](ProductChunk<T, A> &chunk) {
    if constexpr (isSameType<T, A>) {
      chunk.columns = products.columnBase + columnOffsets[0];
      chunk.columnSteps = products.columnSteps;
    }
    if (!direct) {
      packColumns(products.columnBase, columnOffsets, columns,
                  products.columnSteps, chunk.products, packed);
      chunk.columns = packed;
      chunk.columnSteps = packedSteps;
    }
    addChunk<false>(chunk, rows, r);
  });
  storePanel(plan, y, batch, firstRow, rows, firstColumn, columns, r, width);
}

/// All one or two rows at wideColumns neighbours, which lie so in the operand.
template <class A>
void computeWide(const DotPlan &plan, const KernelTensor &y, int64_t batch,
                 int64_t firstColumn) {
  constexpr int64_t width = wideColumns<A>;
  PanelProducts<A, A> products(plan, batch, 0, plan.rows.count);
  alignas(64) A r[2 * width];
  products.forEachChunk([&](ProductChunk<A, A> &chunk) {
    chunk.columns = products.columnBase + firstColumn;
    chunk.columnSteps = products.columnSteps;
    if (plan.rows.count == 1)
      addRows<1, wideVectors, false>(chunk, 0, r);
    else
      addRows<2, wideVectors, false>(chunk, 0, r);
  });
  storePanel(plan, y, batch, 0, plan.rows.count, firstColumn, width, r, width);
}

double nanosecondsFor(const DotPlan &plan, int64_t rows, int64_t columns) {
  return 0.02 * static_cast<double>(columns) *
         static_cast<double>(plan.numProducts + 32) *
         static_cast<double>(rows + 8);
}

template <class T, class A>
void computeDot(const DotPlan &plan, const KernelTensor &y) {
  constexpr int64_t width = panelColumns<A>;
  int64_t firstColumn = 0; // the ones before are done
  if constexpr (isSameType<T, A>) {
    const StridedLoops<1> &columns = plan.columns.free;
    int64_t panels = plan.columns.count / wideColumns<A>;
    if (plan.rows.count <= 2 && columns.rank == 1 &&
        columns.strides[0][0] == 1 && panels > 0) {
      firstColumn = panels * wideColumns<A>;
      parallelFor(plan.numBatches * panels,
                  nanosecondsFor(plan, plan.rows.count, wideColumns<A>),
                  [&](int64_t begin, int64_t end) {
                    for (int64_t task = begin; task < end; ++task)
                      computeWide<A>(plan, y, task / panels,
                                     task % panels * wideColumns<A>);
                  });
    }
  }
  int64_t height = panelRows;
  int64_t columnPanels = ceilDiv(plan.columns.count - firstColumn, width);
  auto tasksFor = [&](int64_t rows) {
    return plan.numBatches * columnPanels * ceilDiv(plan.rows.count, rows);
  };
  while (height > 2 * tileRows && tasksFor(height) < 16)
    height /= 2; // enough for several threads
  int64_t rowPanels = ceilDiv(plan.rows.count, height);
  parallelFor(tasksFor(height),
              nanosecondsFor(plan, lesser(height, plan.rows.count), width),
              [&](int64_t begin, int64_t end) {
                for (int64_t task = begin; task < end; ++task) {
                  int64_t row = task % rowPanels * height;
                  int64_t column =
                      firstColumn + task / rowPanels % columnPanels * width;
                  computePanel<T, A>(
                      plan, y, task / (rowPanels * columnPanels), row,
                      lesser(height, plan.rows.count - row), column,
                      lesser(width, plan.columns.count - column));
                }
              });
}

} // namespace

int64_t dot_general(const KernelCall &call) {
  const KernelTensor &y = call.results[0];
  if (y.elements == 0)
    return -1;
  DotPlan plan = planOf(call);
  DType dtype = call.operands[0].dtype;
  const auto &attrs = *std::get_if<DotGeneralAttrs>(call.attrs);
  withProductTypes(dtype, attrs.accum.value_or(dtype), [&](auto t, auto a) {
    computeDot<decltype(t), decltype(a)>(plan, y);
  });
  return -1;
}

} // namespace tgc::kernels::TGC_CPU_LEVEL

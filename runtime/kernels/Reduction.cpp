// The eager kernel of reduce.
#include "tgc/runtime/kernels/Kernels.h"
#include "tgc/runtime/kernels/ReductionOrder.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

/// Where the elements of x lie, in elements.
struct ReducePlan {
  StridedLoops<1> reduced;
  StridedLoops<1> kept;
  int64_t n;       // elements that become one
  int64_t results; // how many do

  int64_t blocks() const { return ceilDiv(n, blockElements); }
  int64_t elementsOf(int64_t block) const {
    return lesser(blockElements, n - block * blockElements);
  }
};

ReducePlan planOf(const KernelTensor &x, const std::vector<int64_t> &dims) {
  bool isReduced[maxRank] = {};
  for (size_t i = 0; i < dims.size(); ++i)
    isReduced[dims.data()[i]] = true;
  int64_t strides[maxRank];
  denseStrides(x, strides);
  ReducePlan plan;
  plan.n = plan.results = 1;
  for (int64_t d = 0; d < x.rank; ++d) {
    (isReduced[d] ? plan.reduced : plan.kept).add(x.dims[d], {strides[d]});
    (isReduced[d] ? plan.n : plan.results) *= x.dims[d];
  }
  return plan;
}

/// foldTree over [0, blocks) on all threads: a chunk of 2^p blocks, aligned,
/// is a subtree, so neither p nor the number of threads shows.
template <class Item, class Combine, class Fold>
void foldTreeInChunks(int64_t blocks, double nanosecondsPerBlock,
                      const Combine &combine, const Fold &fold, Item &result) {
  constexpr int maxChunks = 16;
  int64_t chunk = 256;
  while (ceilDiv(blocks, chunk) > maxChunks)
    chunk *= 2;
  int64_t chunks = ceilDiv(blocks, chunk);
  Item totals[maxChunks];
  parallelFor(chunks, nanosecondsPerBlock * static_cast<double>(chunk),
              [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; ++i)
                  foldTree(i * chunk, lesser((i + 1) * chunk, blocks), combine,
                           fold, totals[i]);
              });
  foldTree(
      0, chunks, combine, [&](int64_t i, Item &item) { item = totals[i]; },
      result);
}

/// So few long reductions that each is split among the threads.
bool isSplit(int64_t tasks, int64_t blocks) {
  return tasks < 16 && blocks >= 512;
}

/// One result after the other, sixteen lanes in a vector. The leaves of the
/// tree are groups of four blocks; one that does not lie in a run of x is
/// packed.
template <class C, class T, class A> class RowReduction {
public:
  RowReduction(const ReducePlan &plan, const T *x)
      : plan(plan), x(x), groups(ceilDiv(plan.n, groupElements)) {
    const StridedLoops<1> &reduced = plan.reduced;
    if (reduced.rank > 0 && reduced.strides[0][reduced.rank - 1] == 1)
      run = reduced.sizes[reduced.rank - 1];
  }

  void computeAll(T *y) const {
    if (isSplit(plan.results, plan.blocks())) {
      for (int64_t r = 0; r < plan.results; ++r)
        y[r] = compute(r, true);
      return;
    }
    parallelFor(plan.results, 5 + perElement * static_cast<double>(plan.n),
                [&](int64_t begin, int64_t end) {
                  for (int64_t r = begin; r < end; ++r)
                    y[r] = compute(r, false);
                });
  }

private:
  using Item = Vector<A, 16>;
  static constexpr double perElement = 0.06 * sizeof(T); // ns, from memory

  T compute(int64_t result, bool split) const {
    int64_t at[1];
    plan.kept.offsetsAt(plan.kept.rank, result, at);
    const T *base = x + at[0];
    auto combine = [](Item &a, const Item &b) { a = C::apply(a, b); };
    auto fold = [this, base](int64_t group, Item &item) {
      foldAt(base, group, item);
    };
    Item total;
    if (split)
      foldTreeInChunks(groups, perElement * groupElements, combine, fold,
                       total);
    else if (groups == 1)
      fold(0, total);
    else
      foldTree(0, groups, combine, fold, total);
    return static_cast<T>(halve<C, A>(total));
  }

  void foldAt(const T *base, int64_t group, Item &item) const {
    const StridedLoops<1> &reduced = plan.reduced;
    int64_t first = group * groupElements;
    int64_t n = lesser(groupElements, plan.n - first);
    if (run == plan.n) {
      item = foldGroup<C, A>(base + first, n);
    } else if (first % run + n <= run) {
      int64_t at[1];
      reduced.offsetsAt(reduced.rank, first, at);
      item = foldGroup<C, A>(base + at[0], n);
    } else {
      T packed[groupElements];
      T *next = packed;
      reduced.walk(reduced.rank, first, first + n,
                   [&](const int64_t (&at)[1]) { *next++ = base[at[0]]; });
      item = foldGroup<C, A>(packed, n);
    }
  }

  const ReducePlan &plan;
  const T *x;
  int64_t groups;
  int64_t run = 1; // consecutive elements that are consecutive in x
};

/// W neighbouring results, whose elements lie W by W from `base` on.
template <class C, class T, class A, int W>
Vector<A, W> reduceColumns(const ReducePlan &plan, const T *base, bool split) {
  const StridedLoops<1> &reduced = plan.reduced;
  int64_t blocks = plan.blocks();
  auto combine = [](Lanes<A, W> &a, const Lanes<A, W> &b) {
    combineInto<C, A, W>(a, b);
  };
  auto fold = [&](int64_t block, Lanes<A, W> &item) {
    int64_t first = block * blockElements, m = plan.elementsOf(block);
    int64_t offsets[blockElements];
    int64_t *next = offsets;
    if (reduced.rank == 1)
      for (int64_t i = 0; i < m; ++i)
        *next++ = (first + i) * reduced.strides[0][0];
    else
      reduced.walk(reduced.rank, first, first + m,
                   [&](const int64_t (&at)[1]) { *next++ = at[0]; });
    foldColumns<C, A, W>(base, offsets, m, blocks > 1, item);
  };
  Lanes<A, W> total;
  if (split)
    foldTreeInChunks(blocks, 0.1 * sizeof(T) * W * blockElements, combine, fold,
                     total);
  else if (blocks == 1)
    fold(0, total);
  else
    foldTree(0, blocks, combine, fold, total);
  return halve<C, A, W>(total, lesser(plan.n, numLanes));
}

/// The innermost dimension is kept and has at least W columns: vectors of
/// neighbouring results. The last ends at the last column and so may begin in
/// the one before; its first results are then not stored twice.
template <class C, class T, class A, int W>
void reduceOuter(const ReducePlan &plan, const T *x, T *y) {
  int64_t depth = plan.kept.rank - 1;
  int64_t columns = plan.kept.sizes[depth];
  int64_t tiles = ceilDiv(columns, W);
  int64_t tasks = plan.kept.turns(depth) * tiles;
  bool split = isSplit(tasks, plan.blocks());
  auto run = [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; ++task) {
      int64_t outer = task / tiles, column = task % tiles * W, at[1];
      int64_t known = greater(column + W - columns, 0);
      plan.kept.offsetsAt(depth, outer, at);
      Vector<A, W> v =
          reduceColumns<C, T, A, W>(plan, x + at[0] + column - known, split);
      T results[W];
      storeVector<T, W>(results, __builtin_convertvector(v, Vector<T, W>));
      __builtin_memcpy(y + outer * columns + column, results + known,
                       static_cast<size_t>(W - known) * sizeof(T));
    }
  };
  if (split)
    return run(0, tasks);
  parallelFor(tasks, 10 + 0.1 * sizeof(T) * W * static_cast<double>(plan.n),
              run);
}

template <class C, class T, class A>
void reduceAll(const ReducePlan &plan, const T *x, T *y) {
  if (plan.n == 0) {
    for (int64_t i = 0; i < plan.results; ++i)
      y[i] = C::template identity<T>();
    return;
  }
  // 256 bytes side by side: with less, memory gives half its bandwidth.
  constexpr int wide = 256 / (sizeof(A) == 8 ? 8 : 4), narrow = wide / 4;
  int64_t depth = plan.kept.rank, columns = 1;
  if (depth > 0 && plan.kept.strides[0][depth - 1] == 1)
    columns = plan.kept.sizes[depth - 1];
  if (columns >= wide)
    reduceOuter<C, T, A, wide>(plan, x, y);
  else if (columns >= narrow)
    reduceOuter<C, T, A, narrow>(plan, x, y);
  else
    RowReduction<C, T, A>(plan, x).computeAll(y);
}

} // namespace

int64_t reduce(const KernelCall &call) {
  const KernelTensor &x = call.operands[0], &y = call.results[0];
  if (y.elements == 0)
    return -1;
  const auto &attrs = *std::get_if<ReduceAttrs>(call.attrs);
  ReducePlan plan = planOf(x, attrs.dims);
  bool inDouble = attrs.accum.value_or(x.dtype) == DType::f64;
  withCombiner(attrs.kind, x.dtype, [&](auto combiner, auto zero) {
    using C = decltype(combiner);
    using T = decltype(zero);
    const T *from = static_cast<const T *>(x.data);
    T *to = static_cast<T *>(y.data);
    if constexpr (isFloating<T>)
      if (inDouble)
        return reduceAll<C, T, double>(plan, from, to);
    reduceAll<C, T, T>(plan, from, to);
  });
  return -1;
}

} // namespace tgc::kernels::TGC_CPU_LEVEL

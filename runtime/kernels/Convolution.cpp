// The eager kernel of convolution: rows are output features, columns are
// positions of the result, whose patches of lhs are packed.
#include "tgc/runtime/kernels/Kernels.h"
#include "tgc/runtime/kernels/ProductTile.h"

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

/// One spatial dimension. Unsigned where places left of lhs must come out
/// beyond its extent.
struct SpatialDim {
  int64_t positions; // of the result
  int64_t window;    // elements of the kernel
  uint64_t stride;
  uint64_t lo;
  uint64_t step;                           // of the kernel's elements
  uint64_t dilation;                       // of lhs
  uint64_t extent;                         // of lhs, dilated
  int64_t lhsStride, rhsStride, outStride; // in elements
};

struct ConvolutionPlan {
  int64_t numDims = 0;
  SpatialDim dims[maxRank];
  int64_t batch;    // of the result
  int64_t groups;   // of features or of the batch
  int64_t features; // of the result, per group
  int64_t inputs;   // input features per group
  int64_t numProducts;
  int64_t numPositions; // batch and spatial
  bool hasHoles;        // between dilated elements of lhs
  // In elements.
  int64_t lhsBatch, lhsFeature, lhsGroup;
  int64_t rhsFeature, rhsInput;
  int64_t outBatch, outFeature;
};

ConvolutionPlan planOf(const KernelCall &call) {
  const auto &attrs = *std::get_if<ConvolutionAttrs>(call.attrs);
  const KernelTensor &lhs = call.operands[0], &rhs = call.operands[1];
  const KernelTensor &y = call.results[0];
  const int64_t *lhsSpec = attrs.lhs_spec.data();
  const int64_t *rhsSpec = attrs.rhs_spec.data();
  const int64_t *outSpec = attrs.out_spec.data();
  int64_t lhsStrides[maxRank], rhsStrides[maxRank], outStrides[maxRank];
  denseStrides(lhs, lhsStrides);
  denseStrides(rhs, rhsStrides);
  denseStrides(y, outStrides);

  ConvolutionPlan plan;
  plan.batch = y.dims[outSpec[0]];
  plan.groups = attrs.feature_group_count * attrs.batch_group_count;
  plan.features = y.dims[outSpec[1]] / plan.groups;
  plan.inputs = rhs.dims[rhsSpec[1]];
  plan.lhsBatch = lhsStrides[lhsSpec[0]];
  plan.lhsFeature = lhsStrides[lhsSpec[1]];
  plan.lhsGroup = attrs.batch_group_count > 1 ? plan.batch * plan.lhsBatch
                                              : plan.inputs * plan.lhsFeature;
  plan.rhsFeature = rhsStrides[rhsSpec[0]];
  plan.rhsInput = rhsStrides[rhsSpec[1]];
  plan.outBatch = outStrides[outSpec[0]];
  plan.outFeature = outStrides[outSpec[1]];
  plan.numProducts = plan.inputs;
  plan.numPositions = plan.batch;
  plan.hasHoles = false;
  for (int64_t d = 0; d < lhs.rank - 2; ++d) {
    int64_t size = lhs.dims[lhsSpec[d + 2]];
    int64_t dilation = attrs.lhs_dilation.data()[d];
    SpatialDim &dim = plan.dims[plan.numDims++];
    dim.positions = y.dims[outSpec[d + 2]];
    dim.window = rhs.dims[rhsSpec[d + 2]];
    dim.stride = static_cast<uint64_t>(attrs.strides.data()[d]);
    dim.lo = static_cast<uint64_t>(attrs.lo.data()[d]);
    dim.step = static_cast<uint64_t>(attrs.rhs_dilation.data()[d]);
    dim.dilation = static_cast<uint64_t>(dilation);
    dim.extent =
        size > 0 ? static_cast<uint64_t>((size - 1) * dilation + 1) : 0;
    dim.lhsStride = lhsStrides[lhsSpec[d + 2]];
    dim.rhsStride = rhsStrides[rhsSpec[d + 2]];
    dim.outStride = outStrides[outSpec[d + 2]];
    plan.numProducts *= dim.window;
    plan.numPositions *= dim.positions;
    plan.hasHoles |= dilation > 1 && size > 1;
  }
  return plan;
}

/// What N consecutive positions of the result find at one place of the kernel.
template <int64_t N> struct Tap {
  int64_t offsets[N]; // in the group's part of lhs; -1: padding or a hole
  int8_t present[N];  // 0 in a hole, else -1
  bool allFound;      // no -1 among the offsets
  bool isRun;         // and they are consecutive
};

/// The patches of lhs for N consecutive positions, in any group.
template <int64_t N> class Patches {
public:
  explicit Patches(const ConvolutionPlan &plan) : plan(plan) {}

  /// Columns beyond `count` do as the last does; nobody reads them.
  void moveTo(int64_t first, int64_t count) {
    numKnown = 0;
    for (int64_t i = 0; i < N; ++i) {
      int64_t rest = first + lesser(i, count - 1);
      uint64_t base = 0;
      outOffsets[i] = 0;
      for (int64_t d = plan.numDims; d-- > 0;) {
        const SpatialDim &dim = plan.dims[d];
        int64_t at = rest % dim.positions;
        rest /= dim.positions;
        uint64_t origin = static_cast<uint64_t>(at) * dim.stride - dim.lo;
        origins[d][i] = origin;
        if (dim.dilation == 1)
          base += origin * static_cast<uint64_t>(dim.lhsStride);
        outOffsets[i] += at * dim.outStride;
      }
      bases[i] = base + static_cast<uint64_t>(rest * plan.lhsBatch);
      outOffsets[i] += rest * plan.outBatch;
    }
  }

  /// Packs products [first, first + count), a row of N for each, and sets
  /// `rowSteps` to where their factors lie in rhs. Padding is 0; with Holes,
  /// `present` tells which columns have the product.
  template <bool Holes, class T, class A>
  void pack(const T *lhs, int64_t first, int64_t count, A *packed,
            int8_t *present, int64_t *rowSteps) {
    int64_t input = first % plan.inputs, place = first / plan.inputs;
    int64_t at[maxRank], rest = place;
    for (int64_t d = plan.numDims; d-- > 0;) {
      at[d] = rest % plan.dims[d].window;
      rest /= plan.dims[d].window;
    }
    for (int64_t k = 0; k < count; input = 0, ++place) {
      const Tap<N> &tap = tapAt(place, at);
      int64_t kernelOffset = 0;
      for (int64_t d = 0; d < plan.numDims; ++d)
        kernelOffset += at[d] * plan.dims[d].rhsStride;
      for (; input < plan.inputs && k < count; ++input, ++k) {
        rowSteps[k] = kernelOffset + input * plan.rhsInput;
        packRow(tap, lhs + input * plan.lhsFeature, packed + k * N);
        if constexpr (Holes)
          __builtin_memcpy(present + k * N, tap.present, N);
      }
      for (int64_t d = plan.numDims; d-- > 0;) {
        if (++at[d] < plan.dims[d].window)
          break;
        at[d] = 0;
      }
    }
  }

  int64_t outOffsets[N];

private:
  /// The tap at place number `place` of the kernel, coordinates `at`. The first
  /// ones are kept: every group asks for the same.
  const Tap<N> &tapAt(int64_t place, const int64_t *at) {
    if (place < numKnown)
      return taps[place];
    if (place == numKnown && place < maxKnown) {
      find(at, taps[numKnown++]);
      return taps[place];
    }
    find(at, taps[maxKnown]);
    return taps[maxKnown];
  }

  /// Outside lhs is padding, also where another dimension hits a hole.
  void find(const int64_t *at, Tap<N> &tap) const {
    int8_t inside[N];
    uint64_t offsets[N];
    for (int64_t i = 0; i < N; ++i) {
      offsets[i] = bases[i];
      inside[i] = tap.present[i] = -1;
    }
    uint64_t shift = 0; // the same for all positions
    for (int64_t d = 0; d < plan.numDims; ++d) {
      const SpatialDim &dim = plan.dims[d];
      uint64_t moved = static_cast<uint64_t>(at[d]) * dim.step;
      for (int64_t i = 0; i < N; ++i)
        inside[i] &= origins[d][i] + moved < dim.extent ? -1 : 0;
      if (dim.dilation == 1) {
        shift += moved * static_cast<uint64_t>(dim.lhsStride);
        continue;
      }
      for (int64_t i = 0; i < N; ++i) {
        uint64_t place = origins[d][i] + moved;
        uint64_t element = place / dim.dilation;
        tap.present[i] &= element * dim.dilation == place ? -1 : 0;
        offsets[i] += element * static_cast<uint64_t>(dim.lhsStride);
      }
    }
    bool allFound = true, isRun = true;
    for (int64_t i = 0; i < N; ++i) {
      bool found = (inside[i] & tap.present[i]) != 0;
      tap.present[i] |= static_cast<int8_t>(~inside[i]);
      tap.offsets[i] = found ? static_cast<int64_t>(offsets[i] + shift) : -1;
      allFound &= found;
      isRun &= tap.offsets[i] == tap.offsets[0] + i;
    }
    tap.allFound = allFound;
    tap.isRun = allFound && isRun;
  }

  template <class T, class A>
  static void packRow(const Tap<N> &tap, const T *from, A *to) {
    const int64_t *offsets = tap.offsets;
    if (tap.isRun)
      for (int64_t i = 0; i < N; ++i)
        to[i] = static_cast<A>(from[offsets[0] + i]);
    else if (tap.allFound)
      for (int64_t i = 0; i < N; ++i)
        to[i] = static_cast<A>(from[offsets[i]]);
    else
      for (int64_t i = 0; i < N; ++i)
        to[i] = offsets[i] >= 0 ? static_cast<A>(from[offsets[i]]) : A(0);
  }

  static constexpr int64_t maxKnown = 32;
  const ConvolutionPlan &plan;
  /// Where each position's patch begins in lhs, but for dilated dimensions,
  /// and in each dimension.
  uint64_t bases[N];
  uint64_t origins[maxRank][N];
  int64_t numKnown = 0;
  Tap<N> taps[maxKnown + 1]; // the last one is not kept
};

/// Up to panelRows features of a group at the `positions` of `patches`.
template <bool Holes, class T, class A>
void computePanel(const ConvolutionPlan &plan, const KernelCall &call,
                  Patches<panelColumns<A>> &patches, int64_t positions,
                  int64_t group, int64_t firstFeature, int64_t features) {
  constexpr int64_t width = panelColumns<A>;
  int64_t rowOffsets[panelRows], rowSteps[chunkProducts];
  int64_t columnSteps[chunkProducts];
  for (int64_t i = 0; i < features; ++i)
    rowOffsets[i] = i * plan.rhsFeature;
  for (int64_t k = 0; k < chunkProducts; ++k)
    columnSteps[k] = k * width;
  alignas(64) A packed[chunkProducts * width];
  alignas(64) A r[panelRows * width];
  int8_t present[Holes ? chunkProducts * width : 1];

  const T *lhs =
      static_cast<const T *>(call.operands[0].data) + group * plan.lhsGroup;
  int64_t feature = group * plan.features + firstFeature;
  ProductChunk<T, A> chunk{};
  chunk.rowBase =
      static_cast<const T *>(call.operands[1].data) + feature * plan.rhsFeature;
  chunk.rowOffsets = rowOffsets;
  chunk.rowSteps = rowSteps;
  chunk.columns = packed;
  chunk.columnSteps = columnSteps;
  chunk.present = present;
  int64_t k = 0;
  do {
    chunk.first = k == 0;
    chunk.products = lesser(chunkProducts, plan.numProducts - k);
    if (chunk.products > 0)
      patches.template pack<Holes>(lhs, k, chunk.products, packed, present,
                                   rowSteps);
    addChunk<Holes>(chunk, features, r);
    k += chunkProducts;
  } while (k < plan.numProducts);

  const KernelTensor &y = call.results[0];
  for (int64_t i = 0; i < features; ++i)
    storeRow(r + i * width, positions, y.dtype, y.data,
             (feature + i) * plan.outFeature,
             [&](int64_t j) { return patches.outOffsets[j]; });
}

template <bool Holes, class T, class A>
void convolve(const ConvolutionPlan &plan, const KernelCall &call) {
  constexpr int64_t width = panelColumns<A>;
  int64_t featurePanels = ceilDiv(plan.features, panelRows);
  int64_t panels = plan.groups * featurePanels; // per position panel
  int64_t positionPanels = ceilDiv(plan.numPositions, width);
  double perTask =
      static_cast<double>(width) * static_cast<double>(plan.numProducts + 32) *
      static_cast<double>(lesser(panelRows, plan.features) + 32) * 0.02;
  parallelFor(
      positionPanels * panels, perTask, [&](int64_t begin, int64_t end) {
        Patches<width> patches(plan);
        int64_t known = -1;
        for (int64_t task = begin; task < end; ++task) {
          int64_t first = task / panels * width;
          int64_t positions = lesser(width, plan.numPositions - first);
          if (first != known)
            patches.moveTo(first, positions);
          known = first;
          int64_t panel = task % panels;
          int64_t feature = panel % featurePanels * panelRows;
          computePanel<Holes, T, A>(plan, call, patches, positions,
                                    panel / featurePanels, feature,
                                    lesser(panelRows, plan.features - feature));
        }
      });
}

} // namespace

int64_t convolution(const KernelCall &call) {
  if (call.results[0].elements == 0)
    return -1;
  ConvolutionPlan plan = planOf(call);
  DType dtype = call.operands[0].dtype;
  const auto &attrs = *std::get_if<ConvolutionAttrs>(call.attrs);
  withProductTypes(dtype, attrs.accum.value_or(dtype), [&](auto t, auto a) {
    using T = decltype(t);
    using A = decltype(a);
    if (plan.hasHoles)
      convolve<true, T, A>(plan, call);
    else
      convolve<false, T, A>(plan, call);
  });
  return -1;
}

} // namespace tgc::kernels::TGC_CPU_LEVEL

// gather against the definition of StableHLO's, and its errors.
#include "KernelCalls.h"

#include <gmock/gmock.h>

namespace tgc {
namespace {

bool contains(const std::vector<int64_t> &list, int64_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

struct GatherCase {
  Shape x, indices;
  std::vector<int64_t> offsetDims, collapsed, startMap;
  int64_t vectorDim;
  std::vector<int64_t> sliceSizes;
  std::vector<int64_t> xBatching = {}, indexBatching = {};

  GatherAttrs attrs(OobMode oob, double fill = 0) const {
    GatherAttrs attrs;
    attrs.offset_dims = offsetDims;
    attrs.collapsed_dims = collapsed;
    attrs.start_index_map = startMap;
    attrs.index_vector_dim = vectorDim;
    attrs.slice_sizes = {sliceSizes.begin(), sliceSizes.end()};
    attrs.operand_batching_dims = xBatching;
    attrs.indices_batching_dims = indexBatching;
    attrs.oob = oob;
    attrs.fill = fill;
    return attrs;
  }
};

std::vector<GatherCase> gatherCases() {
  return {
      // Rows, columns, single elements, whole x.
      {{4, 8}, {3}, {1}, {0}, {0}, 1, {1, 8}},
      {{4, 8}, {3}, {0}, {1}, {1}, 1, {4, 1}},
      {{9}, {2, 3}, {}, {0}, {0}, 2, {1}},
      {{9}, {}, {}, {0}, {0}, 0, {1}},
      {{4, 8}, {0}, {1}, {0}, {0}, 1, {1, 8}},
      {{4, 8}, {3, 0}, {0, 1}, {}, {}, 1, {4, 8}},
      // Index vectors, in any place and order, and slices that do not collapse.
      {{5, 6}, {3, 2}, {}, {0, 1}, {0, 1}, 1, {1, 1}},
      {{5, 6}, {2, 3}, {}, {0, 1}, {1, 0}, 0, {1, 1}},
      {{5, 6, 7}, {4, 2, 3}, {0, 2}, {1}, {1, 2}, 1, {2, 1, 3}},
      {{5, 6}, {4}, {1, 2}, {}, {1}, 1, {3, 2}},
      {{5, 6}, {4, 1}, {0, 2}, {}, {0}, 1, {3, 6}},
      {{5, 6}, {4}, {1, 2}, {}, {0}, 1, {3, 0}},
      // Batching dimensions.
      {{3, 9}, {3, 4}, {}, {1}, {1}, 2, {1, 1}, {0}, {0}},
      {{2, 9, 3, 5},
       {3, 4, 2, 1},
       {1},
       {1},
       {1},
       3,
       {1, 1, 1, 4},
       {0, 2},
       {2, 0}},
      // Large: several threads, long and short runs.
      {{100, 300}, {40, 30}, {2}, {0}, {0}, 2, {1, 300}},
      {{300, 100}, {2000}, {0}, {1}, {1}, 1, {300, 1}},
  };
}

struct Place {
  Shape at;
  bool inside;
};

/// Where element `index` of the result comes from; starts are clamped.
Place placeOf(const GatherCase &c, const Array<int64_t> &indices,
              const Shape &index) {
  Shape batch, offset;
  for (size_t d = 0; d < index.size(); ++d)
    (contains(c.offsetDims, int64_t(d)) ? offset : batch).push_back(index[d]);
  auto batchPlace = [&](int64_t indexDim) {
    return static_cast<size_t>(indexDim - (indexDim > c.vectorDim));
  };
  Place place{Shape(c.x.size(), 0), true};
  for (size_t i = 0; i < c.startMap.size(); ++i) {
    Shape at = batch;
    if (c.vectorDim < static_cast<int64_t>(c.indices.size()))
      at.insert(at.begin() + c.vectorDim, int64_t(i));
    auto d = static_cast<size_t>(c.startMap[i]);
    int64_t start = indices.at(at), last = c.x[d] - c.sliceSizes[d];
    place.inside &= start >= 0 && start <= last;
    place.at[d] = std::clamp<int64_t>(start, 0, last);
  }
  for (size_t i = 0; i < c.xBatching.size(); ++i)
    place.at[size_t(c.xBatching[i])] = batch[batchPlace(c.indexBatching[i])];
  size_t next = 0;
  for (size_t d = 0; d < c.x.size(); ++d)
    if (!contains(c.collapsed, int64_t(d)) &&
        !contains(c.xBatching, int64_t(d)))
      place.at[d] += offset[next++];
  return place;
}

Shape resultShape(const GatherCase &c) {
  Shape batch, offset, shape;
  for (size_t d = 0; d < c.indices.size(); ++d)
    if (int64_t(d) != c.vectorDim)
      batch.push_back(c.indices[d]);
  for (size_t d = 0; d < c.x.size(); ++d)
    if (!contains(c.collapsed, int64_t(d)) &&
        !contains(c.xBatching, int64_t(d)))
      offset.push_back(c.sliceSizes[d]);
  size_t b = 0, o = 0;
  for (size_t d = 0; d < batch.size() + offset.size(); ++d)
    shape.push_back(contains(c.offsetDims, int64_t(d)) ? offset[o++]
                                                       : batch[b++]);
  return shape;
}

/// Indices in range, or some of them out of it.
Array<int64_t> makeIndices(const GatherCase &c, bool outside) {
  Array<int64_t> indices = arrayOf<int64_t>(c.indices);
  std::mt19937_64 random(3);
  forEachIndex(c.indices, [&](const Shape &index) {
    auto vectorDim = static_cast<size_t>(c.vectorDim);
    size_t component = vectorDim < index.size() ? index[vectorDim] : 0;
    auto d =
        static_cast<size_t>(c.startMap.empty() ? 0 : c.startMap[component]);
    int64_t last = c.x[d] - c.sliceSizes[d];
    int64_t value = static_cast<int64_t>(random() % uint64_t(last + 1));
    if (outside && random() % 4 == 0)
      value = random() % 2 ? last + 1 + int64_t(random() % 3)
                           : -1 - int64_t(random() % 3);
    indices.at(index) = value;
  });
  return indices;
}

template <class T>
void checkGather(const GatherCase &c, OobMode oob, double fill, T filled,
                 bool outside) {
  Array<T> x = randomArray<T>(c.x);
  Array<int64_t> indices = makeIndices(c, outside);
  Array<T> y = arrayOf<T>(resultShape(c));
  forEachIndex(y.shape, [&](const Shape &index) {
    Place place = placeOf(c, indices, index);
    y.at(index) =
        place.inside || oob == OobMode::clamp ? x.at(place.at) : filled;
  });
  Array<int32_t> narrow = arrayOf<int32_t>(c.indices);
  for (size_t i = 0; i < narrow.elements.size(); ++i)
    narrow.elements[i] = static_cast<int32_t>(indices.elements[i]);
  std::string what = shapeText(c.x) + " by " + shapeText(c.indices);
  expectRuns(OpKind::Gather, {valueOf(x), valueOf(indices)}, c.attrs(oob, fill),
             y, what);
  expectRuns(OpKind::Gather, {valueOf(x), valueOf(narrow)}, c.attrs(oob, fill),
             y, what + " (i32)");
}

TEST(GatherKernelTest, EveryModeAndElementType) {
  for (const GatherCase &c : gatherCases()) {
    for (OobMode oob : {OobMode::error, OobMode::clamp, OobMode::fill})
      checkGather<float>(c, oob, 0, 0.0f, false);
    for (OobMode oob : {OobMode::clamp, OobMode::fill}) {
      checkGather<float>(c, oob, 2.5, 2.5f, true);
      checkGather<double>(c, oob, -0.0, -0.0, true);
      checkGather<int64_t>(c, oob, -7.9, -7, true);
      checkGather<int32_t>(c, oob, 1e30, std::numeric_limits<int32_t>::max(),
                           true);
      checkGather<uint8_t>(c, oob, -3, 0, true);
      checkGather<Half>(c, oob, 1 + 0x1p-11 + 0x1p-40, Half{0x3c01}, true);
      checkGather<I1>(c, oob, 2, I1::Yes, true);
    }
  }
}

TEST(GatherKernelTest, FollowsSemantics7) {
  // gather(iota(4), [9]) in the three modes.
  GatherCase c{{4}, {1}, {}, {0}, {0}, 1, {1}};
  Value x = valueOf(Array<float>{{4}, {0, 1, 2, 3}});
  Value nine = valueOf(Array<int64_t>{{1}, {9}});
  Value y = (*runOp(OpKind::Gather, {x, nine}, c.attrs(OobMode::clamp)))[0];
  EXPECT_EQ(y.data<float>()[0], 3);
  y = (*runOp(OpKind::Gather, {x, nine}, c.attrs(OobMode::fill, 5)))[0];
  EXPECT_EQ(y.data<float>()[0], 5);
  auto error = runOp(OpKind::Gather, {x, nine}, c.attrs(OobMode::error));
  EXPECT_EQ(error.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(error.status().message(),
            "tgc.gather: index 9 at position 0 of operand 1 ('indices') is "
            "outside [0, 3]; dimension 0 of operand 0 ('x') has size 4 and "
            "slices have 1\n"
            "  fix: keep indices within the size they index, or use oob = "
            "clamp or oob = fill");
}

TEST(GatherKernelTest, NamesTheFirstOfManyAtAnyNumberOfThreads) {
  GatherCase c{{5, 6}, {300, 2, 100}, {2}, {1}, {1, 0}, 1, {2, 1}};
  Array<int64_t> indices = arrayOf<int64_t>(c.indices);
  for (auto [row, column] : {std::pair{299, 99}, {200, 1}, {17, 42}, {17, 43}})
    indices.at({row, 1, column}) = -1;
  indices.at({250, 0, 0}) = 6;
  Value x = valueOf(randomArray<float>(c.x));
  for (CpuLevel level : cpuLevels())
    for (int32_t threads : {1, 2, 5}) {
      RunningAs scope(level, threads);
      auto result =
          runOp(OpKind::Gather, {x, valueOf(indices)}, c.attrs(OobMode::error));
      EXPECT_THAT(std::string(result.status().message()),
                  testing::StartsWith(
                      "tgc.gather: index -1 at position [17, 42] of operand 1 "
                      "('indices') is outside [0, 3]; dimension 0 of"));
    }
}

TEST(GatherKernelTest, ChecksIndicesOfEmptySlices) {
  // The assertion stays though nothing is read.
  GatherCase c{{5, 6}, {2}, {1, 2}, {}, {0}, 1, {3, 0}};
  auto result = runOp(
      OpKind::Gather,
      {valueOf(randomArray<float>(c.x)), valueOf(Array<int64_t>{{2}, {2, 3}})},
      c.attrs(OobMode::error));
  EXPECT_EQ(result.status().code(), absl::StatusCode::kOutOfRange);
}

} // namespace
} // namespace tgc

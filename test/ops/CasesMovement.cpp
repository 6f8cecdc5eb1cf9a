// Cases of families DataMovement and Indexing.
#include "tgc/frontend/api/Ops.h"
#include "tgc/test/ops/OpCases.h"

namespace tgc::test {

OpCases broadcastInDimCases(DType) {
  // The second operand gives sizes and nothing else.
  auto to = [](const Axes &dims) {
    return [dims](Operands x) {
      return broadcast_in_dim(x[0], dims, x[1].shape());
    };
  };
  return {
      {"scalar to 3x4",
       {{""}},
       [](Operands x) { return broadcast_in_dim(x[0], {}, {3, 4}); },
       {{}}},
      {"scalar", {{""}, {"ab"}}, to({}), {{3, 0}, {7, 1009}}},
      {"row", {{"b"}, {"ab"}}, to({1}), {{131, 5}, {1, 1}, {0, 3}}},
      {"column", {{"a"}, {"ab"}}, to({0}), {{67, 37}, {1, 2}}},
      {"static ones", {{"1b1"}, {"abc"}}, to({0, 1, 2}), {{3, 5, 7}}},
      {"a dimension between", {{"ac"}, {"abc"}}, to({0, 2}), {{3, 5, 7}}},
      {"same shape", {{"ab"}, {"ab"}}, to({0, -1}), {{3, 5}}},
  };
}

OpCases concatenateCases(DType) {
  auto along = [](int64_t dim) {
    return [dim](Operands x) {
      return concatenate(std::vector<Tensor>(x.begin(), x.end()), dim);
    };
  };
  return {
      {"one", {{"a"}}, along(0), {{3}}},
      {"vectors", {{"a"}, {"b"}}, along(0), {{3, 5}, {0, 1}, {1009, 17}}},
      {"rows", {{"ab"}, {"cb"}, {"1b"}}, along(0), {{3, 67, 2}, {0, 3, 0}}},
      {"columns", {{"ab"}, {"ac"}}, along(-1), {{37, 3, 19}, {2, 0, 1}}},
      {"in between", {{"abc"}, {"adc"}, {"a2c"}}, along(1), {{2, 3, 5, 1}}},
  };
}

OpCases constantCases(DType dtype) {
  // A tensor from outside the trace becomes a constant of the program; above
  // 1 KiB it is stored beside the text.
  OpCases cases;
  Random random(7);
  for (const std::vector<int64_t> &sizes :
       {std::vector<int64_t>{}, {0}, {1}, {17}, {3, 5}, {67, 31}, {2, 1009}}) {
    Tensor value = randomTensor(dtype, sizes, Domain::Any, random);
    cases.push_back(
        {typeText(value), {}, [=](Operands) { return value; }, {{}}});
  }
  Tensor splat =
      broadcast_in_dim(randomTensor(dtype, {}, Domain::Any, random), {}, {41});
  cases.push_back({"splat", {}, [=](Operands) { return splat; }, {{}}});
  return cases;
}

OpCases iotaCases(DType dtype) {
  auto like = [dtype](int64_t dim) {
    return [=](Operands x) { return iota(dim, x[0].shape(), dtype); };
  };
  return {
      {"of 300", {}, [=](Operands) { return iota(0, {300}, dtype); }, {{}}},
      {"of 0x3", {}, [=](Operands) { return iota(1, {0, 3}, dtype); }, {{}}},
      {"vector", {{"a"}}, like(0), {{0}, {1}, {1009}, {70001}}},
      {"columns", {{"ab"}}, like(-1), {{3, 67}}},
      {"rows", {{"ab"}}, like(0), {{67, 3}}},
      {"in between", {{"abc"}}, like(1), {{3, 5, 7}}},
  };
}

OpCases padCases(DType) {
  auto by = [](const Dims &lo, const Dims &hi, const Axes &interior = {}) {
    return [=](Operands x) {
      return pad(x[0], x[1], lo, hi, {.interior = interior});
    };
  };
  return {
      {"scalar", {{""}, {""}}, by({}, {}), {{}}},
      {"vector", {{"a"}, {""}}, by({1}, {2}), {{0}, {1}, {1009}}},
      {"matrix", {{"ab"}, {""}}, by({1, 0}, {0, 3}), {{3, 67}, {0, 5}}},
      {"interior",
       {{"ab"}, {""}},
       by({0, 1}, {1, 0}, {1, 2}),
       {{3, 5}, {1, 0}}},
      {"cut off", {{"ab"}, {""}}, by({-1, 2}, {0, -2}), {{5, 7}, {1, 1}}},
      {"cut into interior", {{"a"}, {""}}, by({-2}, {-1}, {2}), {{4}, {2}}},
      {"by a size",
       {{"ab"}, {""}},
       [](Operands x) {
         return pad(x[0], x[1], {0, x[0].size(0)}, {x[0].size(1), 0});
       },
       {{3, 5}}},
  };
}

OpCases reshapeCases(DType) {
  auto flat = [](Operands x) {
    return reshape(x[0], {x[0].size(0) * x[0].size(1)});
  };
  return {
      {"scalar",
       {{""}},
       [](Operands x) { return reshape(x[0], {1, 1}); },
       {{}}},
      {"to a scalar",
       {{"11"}},
       [](Operands x) { return reshape(x[0], {}); },
       {{}}},
      {"flat", {{"ab"}}, flat, {{3, 5}, {0, 7}, {1, 1}, {67, 31}}},
      {"ones",
       {{"ab"}},
       [](Operands x) {
         return reshape(x[0], {x[0].size(0), 1, x[0].size(1), 1});
       },
       {{3, 5}}},
      {"exchanged",
       {{"ab"}},
       [](Operands x) { return reshape(x[0], {x[0].size(1), x[0].size(0)}); },
       {{3, 5}, {2, 0}}},
      {"divided",
       {{"a6"}},
       [](Operands x) { return reshape(x[0], {x[0].size(0) * 2, 3}); },
       {{5}}},
  };
}

OpCases reverseCases(DType) {
  auto along = [](const Axes &dims) {
    return [dims](Operands x) { return reverse(x[0], dims); };
  };
  return {
      {"scalar", {{""}}, along({}), {{}}},
      {"vector", {{"a"}}, along({0}), {{0}, {1}, {17}, {1009}}},
      {"rows", {{"ab"}}, along({0}), {{5, 67}}},
      {"columns", {{"ab"}}, along({-1}), {{5, 67}, {3, 0}}},
      {"both ends", {{"abc"}}, along({0, 2}), {{3, 5, 7}}},
      {"nothing", {{"ab"}}, along({}), {{3, 5}}},
  };
}

OpCases sliceCases(DType) {
  auto from = [](const Dims &offsets, const Dims &strides) {
    // To the end of every dimension.
    return [=](Operands x) {
      Dims sizes;
      for (size_t d = 0; d < offsets.size(); ++d) {
        Dim rest = x[0].size(static_cast<int64_t>(d)) - offsets[d];
        sizes.push_back(floor_div(rest + strides[d] - 1, strides[d]));
      }
      return slice(x[0], offsets, sizes, strides);
    };
  };
  return {
      {"scalar", {{""}}, from({}, {}), {{}}},
      {"whole", {{"ab"}}, from({0, 0}, {1, 1}), {{3, 67}, {0, 3}}},
      {"vector", {{"a"}}, from({3}, {1}), {{3}, {4}, {1009}}},
      {"strided", {{"a"}}, from({1}, {3}), {{1}, {2}, {1009}}},
      {"rows", {{"ab"}}, from({2, 0}, {1, 1}), {{5, 37}}},
      {"columns", {{"ab"}}, from({0, 5}, {2, 2}), {{7, 67}, {1, 6}}},
      {"middle of rank 4",
       {{"abcd"}},
       [](Operands x) {
         return slice(x[0], {0, 1, floor_div(x[0].size(2), 2), 0},
                      {1, x[0].size(1) - 1, 2, x[0].size(3)}, {1, 1, 1, 1});
       },
       {{2, 3, 5, 7}}},
  };
}

OpCases transposeCases(DType) {
  auto by = [](const Axes &perm) {
    return [perm](Operands x) { return transpose(x[0], perm); };
  };
  return {
      {"scalar", {{""}}, by({}), {{}}},
      {"vector", {{"a"}}, by({0}), {{17}}},
      {"matrix", {{"ab"}}, by({1, 0}), {{3, 5}, {0, 7}, {67, 131}, {1, 1009}}},
      {"rows last", {{"abc"}}, by({1, 2, 0}), {{3, 5, 7}, {1, 37, 67}}},
      {"inner two", {{"abc"}}, by({0, 2, -2}), {{3, 19, 33}}},
      {"outer two", {{"abc"}}, by({1, 0, 2}), {{13, 11, 17}}},
      {"NCHW to NHWC", {{"abcd"}}, by({0, 2, 3, 1}), {{2, 3, 5, 7}}},
      {"all reversed", {{"abcd"}}, by({3, 2, 1, 0}), {{2, 3, 5, 7}}},
  };
}

OpCases updateSliceCases(DType) {
  auto at = [](const Dims &offsets, const Dims &strides) {
    return
        [=](Operands x) { return update_slice(x[0], x[1], offsets, strides); };
  };
  return {
      {"scalar", {{""}, {""}}, at({}, {}), {{}}},
      {"vector", {{"a"}, {"b"}}, at({2}, {1}), {{5, 3}, {1, 0}, {1009, 17}}},
      {"strided", {{"a"}, {"b"}}, at({1}, {3}), {{11, 4}, {1009, 300}}},
      {"block", {{"ab"}, {"cd"}}, at({1, 2}, {1, 1}), {{5, 67, 3, 41}}},
      {"every other row",
       {{"ab"}, {"cb"}},
       at({0, 0}, {2, 1}),
       {{7, 5, 4}, {3, 0, 1}}},
      {"the end",
       {{"ab"}, {"cb"}},
       [](Operands x) {
         return update_slice(x[0], x[1], {x[0].size(0) - x[1].size(0), 0},
                             {1, 1});
       },
       {{5, 7, 2}, {3, 2, 3}}},
  };
}

OpCases gatherCases(DType) {
  OpCases cases;
  OperandSpec inside{"m", Domain::SmallIndex, i64};
  OperandSpec around{"m", Domain::AnyIndex, i64};
  OperandSpec narrow{"m", Domain::AnyIndex, i32};
  auto rows = [](const GatherOptions &options) {
    return [=](Operands x) {
      return gather(x[0], x[1], {1}, {0}, {0}, 1, {1, x[0].size(1)}, options);
    };
  };
  GatherOptions clamp{.oob = OobMode::clamp};
  GatherOptions fill{.oob = OobMode::fill, .fill = 2.75};
  cases.push_back({"rows, error",
                   {{"nk"}, inside},
                   rows({}),
                   {{3, 67, 5}, {1009, 1, 17}, {3, 0, 2}, {3, 5, 0}}});
  cases.push_back({"rows, clamp",
                   {{"nk"}, around},
                   rows(clamp),
                   {{11, 37, 67}, {1, 1, 3}, {1009, 3, 131}}});
  cases.push_back(
      {"rows, fill", {{"nk"}, narrow}, rows(fill), {{11, 37, 67}, {1, 3, 7}}});
  cases.push_back({"elements, clamp",
                   {{"n"}, {"ab", Domain::AnyIndex, i32}},
                   [=](Operands x) {
                     return gather(x[0], x[1], {}, {0}, {0}, 2, {1}, clamp);
                   },
                   {{7, 31, 5}, {2, 1, 1}}});
  cases.push_back({"columns, fill",
                   {{"nk"}, around},
                   [=](Operands x) {
                     return gather(x[0], x[1], {0}, {1}, {1}, 1,
                                   {x[0].size(0), 1}, fill);
                   },
                   {{5, 7, 13}}});
  cases.push_back({"index vectors, clamp",
                   {{"nkj"}, {"m2", Domain::AnyIndex, i64}},
                   [=](Operands x) {
                     return gather(x[0], x[1], {1}, {0, 1}, {0, 1}, 1,
                                   {1, 1, x[0].size(2)}, clamp);
                   },
                   {{3, 5, 7, 11}}});
  cases.push_back({"index vectors first, fill",
                   {{"nk"}, {"2m", Domain::AnyIndex, i32}},
                   [=](Operands x) {
                     return gather(x[0], x[1], {}, {0, 1}, {1, 0}, 0, {1, 1},
                                   fill);
                   },
                   {{3, 5, 29}}});
  cases.push_back({"slices of 2 rows, clamp",
                   {{"nk"}, around},
                   [=](Operands x) {
                     return gather(x[0], x[1], {1, 2}, {}, {0}, 1,
                                   {2, x[0].size(1)}, clamp);
                   },
                   {{5, 7, 9}, {2, 1, 3}}});
  cases.push_back({"batches, fill",
                   {{"bnk"}, {"bm", Domain::AnyIndex, i64}},
                   [=](Operands x) {
                     GatherOptions options = fill;
                     options.operand_batching_dims = {0};
                     options.indices_batching_dims = {0};
                     return gather(x[0], x[1], {2}, {1}, {1}, 2,
                                   {1, 1, x[0].size(2)}, options);
                   },
                   {{3, 5, 7, 11}}});
  return cases;
}

} // namespace tgc::test

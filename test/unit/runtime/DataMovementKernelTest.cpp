// Movement ops against their definitions, index by index, for elements of
// every size.
#include "KernelCalls.h"

namespace tgc {
namespace {

/// Runs body(T{}) for an element type of each size; bits are random.
template <class Body> void forEachElementType(Body body) {
  body(I1{});
  body(uint8_t{});
  body(Half{});
  body(int32_t{});
  body(int64_t{});
}

std::vector<DimExpr> exprs(const std::vector<int64_t> &values) {
  return {values.begin(), values.end()};
}

template <class T, class Source>
Array<T> byIndex(Shape shape, const Source &source) {
  Array<T> y = arrayOf<T>(std::move(shape));
  forEachIndex(y.shape,
               [&](const Shape &index) { y.at(index) = source(index); });
  return y;
}

TEST(DataMovementKernelTest, Iota) {
  for (Shape shape : {Shape{1}, Shape{0}, Shape{7}, Shape{5, 3}, Shape{2, 3, 4},
                      Shape{3, 0, 2}, Shape{70'001}, Shape{300, 301}})
    for (size_t d = 0; d < shape.size(); ++d) {
      IotaAttrs attrs{static_cast<int64_t>(d),
                      std::vector<DimExpr>(shape.begin(), shape.end()),
                      DType::i64};
      auto check = [&](auto zero) {
        using T = decltype(zero);
        attrs.dtype = dtypeOf<T>;
        expectRuns<T>(OpKind::Iota, {}, attrs,
                      byIndex<T>(shape,
                                 [&](const Shape &index) {
                                   return static_cast<T>(index[d]);
                                 }),
                      shapeText(shape));
      };
      check(uint8_t{});
      check(int32_t{});
      check(int64_t{});
      check(float{});
      check(double{});
    }
  // f16, rounded to nearest even: 2049 lies between 2048 and 2050; from 65520
  // on infinity.
  Value y = (*runOp(OpKind::Iota, {}, IotaAttrs{0, {DimExpr(70'000)}, f16}))[0];
  const Half *half = y.data<Half>();
  for (auto [index, bits] : {std::pair{0, 0x0000},
                             {1, 0x3c00},
                             {2047, 0x67ff},
                             {2049, 0x6800},
                             {2051, 0x6802},
                             {65519, 0x7bff},
                             {65520, 0x7c00},
                             {69999, 0x7c00}})
    EXPECT_EQ(half[index].bits, bits) << index;
}

TEST(DataMovementKernelTest, BroadcastInDim) {
  struct Row {
    Shape x;
    std::vector<int64_t> dims, sizes;
  };
  for (const Row &row :
       {Row{{}, {}, {}}, Row{{}, {}, {70}}, Row{{}, {}, {3, 0}},
        Row{{4}, {1}, {2, 4}}, Row{{4}, {0}, {4, 33}}, Row{{1}, {0}, {5}},
        Row{{2, 1, 3}, {0, 1, 3}, {2, 6, 5, 3}}, Row{{1, 1}, {0, 2}, {3, 4, 5}},
        Row{{300, 1}, {0, 1}, {300, 301}}, Row{{1, 300}, {0, 1}, {301, 300}}})
    forEachElementType([&](auto zero) {
      using T = decltype(zero);
      Array<T> x = randomArray<T>(row.x);
      Array<T> y = byIndex<T>(
          Shape(row.sizes.begin(), row.sizes.end()), [&](const Shape &index) {
            Shape from;
            for (size_t d = 0; d < row.dims.size(); ++d)
              from.push_back(row.x[d] == 1 ? 0 : index[size_t(row.dims[d])]);
            return x.at(from);
          });
      expectRuns(OpKind::BroadcastInDim, {valueOf(x)},
                 BroadcastInDimAttrs{row.dims, exprs(row.sizes)}, y,
                 shapeText(row.x));
    });
}

TEST(DataMovementKernelTest, ReshapeKeepsElementsAndSharesThem) {
  Array<int32_t> x = randomArray<int32_t>({2, 3, 5});
  Value value = valueOf(x);
  Value y = (*runOp(OpKind::Reshape, {value}, ReshapeAttrs{exprs({5, 6})}))[0];
  EXPECT_EQ(y.buffer, value.buffer);
  expectSame(arrayOf<int32_t>(y), {{5, 6}, x.elements}, "reshape");
}

TEST(DataMovementKernelTest, Transpose) {
  struct Row {
    Shape x;
    std::vector<int64_t> perm;
  };
  for (const Row &row :
       {Row{{}, {}}, Row{{5}, {0}}, Row{{2, 3}, {1, 0}}, Row{{0, 3}, {1, 0}},
        Row{{64, 64}, {1, 0}}, Row{{67, 71}, {1, 0}}, Row{{3, 300}, {1, 0}},
        Row{{300, 3}, {1, 0}}, Row{{2, 3, 5}, {2, 1, 0}},
        Row{{7, 33, 35}, {0, 2, 1}}, Row{{33, 35, 7}, {1, 0, 2}},
        Row{{2, 17, 3, 19}, {0, 2, 3, 1}}, Row{{2, 17, 3, 19}, {3, 0, 2, 1}},
        Row{{1, 17, 1, 19}, {3, 0, 2, 1}}, Row{{257, 259}, {1, 0}}})
    forEachElementType([&](auto zero) {
      using T = decltype(zero);
      Array<T> x = randomArray<T>(row.x);
      Shape sizes;
      for (int64_t p : row.perm)
        sizes.push_back(row.x[static_cast<size_t>(p)]);
      Array<T> y = byIndex<T>(sizes, [&](const Shape &index) {
        Shape from(index.size());
        for (size_t d = 0; d < index.size(); ++d)
          from[static_cast<size_t>(row.perm[d])] = index[d];
        return x.at(from);
      });
      expectRuns(OpKind::Transpose, {valueOf(x)}, TransposeAttrs{row.perm}, y,
                 shapeText(row.x));
    });
}

TEST(DataMovementKernelTest, Reverse) {
  struct Row {
    Shape x;
    std::vector<int64_t> dims;
  };
  for (const Row &row :
       {Row{{}, {}}, Row{{1}, {0}}, Row{{0}, {0}}, Row{{301}, {0}},
        Row{{3, 5}, {}}, Row{{3, 50}, {1}}, Row{{30, 5}, {0}},
        Row{{3, 5, 7}, {0, 2}}, Row{{3, 5, 7}, {1, 0}}, Row{{3, 0, 7}, {1, 2}},
        Row{{251, 257}, {0, 1}}})
    forEachElementType([&](auto zero) {
      using T = decltype(zero);
      Array<T> x = randomArray<T>(row.x);
      Array<T> y = byIndex<T>(row.x, [&](Shape index) {
        for (int64_t dim : row.dims) {
          auto d = static_cast<size_t>(dim);
          index[d] = row.x[d] - 1 - index[d];
        }
        return x.at(index);
      });
      expectRuns(OpKind::Reverse, {valueOf(x)}, ReverseAttrs{row.dims}, y,
                 shapeText(row.x));
    });
}

struct Block {
  Shape x;
  std::vector<int64_t> offsets, sizes, strides;

  Shape place(const Shape &index) const {
    Shape at(index.size());
    for (size_t d = 0; d < index.size(); ++d)
      at[d] = offsets[d] + index[d] * strides[d];
    return at;
  }
};

std::vector<Block> blocks() {
  return {{{}, {}, {}, {}},
          {{4}, {1}, {2}, {2}},
          {{4}, {4}, {0}, {1}},
          {{4}, {3}, {1}, {int64_t{1} << 62}},
          {{0}, {0}, {0}, {1}},
          {{5, 7}, {1, 2}, {3, 4}, {1, 1}},
          {{5, 7}, {0, 0}, {5, 7}, {1, 1}},
          {{5, 7}, {1, 0}, {2, 3}, {2, 3}},
          {{5, 7}, {2, 0}, {3, 7}, {1, 1}},
          {{6, 2, 9}, {1, 0, 3}, {3, 1, 3}, {2, 1, 2}},
          {{300, 400}, {7, 9}, {280, 190}, {1, 2}},
          {{90'000}, {5}, {80'000}, {1}}};
}

TEST(DataMovementKernelTest, Slice) {
  for (const Block &b : blocks())
    forEachElementType([&](auto zero) {
      using T = decltype(zero);
      Array<T> x = randomArray<T>(b.x);
      Array<T> y =
          byIndex<T>(Shape(b.sizes.begin(), b.sizes.end()),
                     [&](const Shape &index) { return x.at(b.place(index)); });
      expectRuns(OpKind::Slice, {valueOf(x)},
                 SliceAttrs{exprs(b.offsets), exprs(b.sizes), exprs(b.strides)},
                 y, shapeText(b.x));
    });
}

TEST(DataMovementKernelTest, UpdateSlice) {
  for (const Block &b : blocks())
    forEachElementType([&](auto zero) {
      using T = decltype(zero);
      Array<T> x = randomArray<T>(b.x), y = x;
      Array<T> u = randomArray<T>(Shape(b.sizes.begin(), b.sizes.end()), 7);
      forEachIndex(u.shape, [&](const Shape &index) {
        y.at(b.place(index)) = u.at(index);
      });
      expectRuns(OpKind::UpdateSlice, {valueOf(x), valueOf(u)},
                 UpdateSliceAttrs{exprs(b.offsets), exprs(b.strides)}, y,
                 shapeText(b.x));
    });
}

TEST(DataMovementKernelTest, Pad) {
  struct Row {
    Shape x;
    std::vector<int64_t> lo, hi, interior;
  };
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  for (const Row &row : {
           Row{{}, {}, {}, {}},
           Row{{4}, {1}, {2}, {}},
           Row{{4}, {1}, {2}, {3}},
           Row{{4}, {-1}, {2}, {2}},
           Row{{4}, {-2}, {-1}, {2}},
           Row{{4}, {-4}, {9}, {}},
           Row{{4}, {9}, {-4}, {}},
           Row{{4}, {-9}, {20}, {1}},
           Row{{4}, {7}, {-9}, {1}},
           Row{{4}, {-3}, {-1}, {}},
           Row{{0}, {2}, {1}, {5}},
           Row{{0}, {0}, {0}, {5}},
           Row{{1}, {2}, {1}, {most}},
           Row{{1}, {-most}, {most}, {0}},
           Row{{3, 4}, {1, -1}, {0, 2}, {1, 0}},
           Row{{3, 4}, {0, 0}, {0, 0}, {0, 0}},
           Row{{3, 0, 2}, {1, 1, 1}, {1, 1, 1}, {0, 2, 1}},
           Row{{250, 260}, {1, 2}, {3, 4}, {0, 0}},
           Row{{250, 260}, {-1, -2}, {3, 4}, {1, 0}},
       })
    forEachElementType([&](auto zero) {
      using T = decltype(zero);
      Array<T> x = randomArray<T>(row.x), v = randomArray<T>({}, 5);
      std::vector<int64_t> interior = row.interior;
      interior.resize(row.x.size());
      Shape sizes;
      for (size_t d = 0; d < row.x.size(); ++d) {
        int64_t holes = row.x[d] > 1 ? (row.x[d] - 1) * interior[d] : 0;
        sizes.push_back(static_cast<int64_t>(static_cast<__int128>(row.lo[d]) +
                                             row.hi[d] + row.x[d] + holes));
      }
      Array<T> y = byIndex<T>(sizes, [&](const Shape &index) {
        Shape at(index.size());
        bool inside = true;
        for (size_t d = 0; d < index.size(); ++d) {
          __int128 place = static_cast<__int128>(index[d]) - row.lo[d];
          __int128 step = static_cast<__int128>(interior[d]) + 1;
          inside &= place >= 0 && place % step == 0 && place / step < row.x[d];
          at[d] = inside ? static_cast<int64_t>(place / step) : 0;
        }
        return inside ? x.at(at) : v.elements[0];
      });
      expectRuns(OpKind::Pad, {valueOf(x), valueOf(v)},
                 PadAttrs{exprs(row.lo), exprs(row.hi), row.interior}, y,
                 shapeText(row.x) + " lo " +
                     (row.lo.empty() ? "" : std::to_string(row.lo[0])));
    });
}

TEST(DataMovementKernelTest, Concatenate) {
  struct Row {
    Shape x;
    int64_t dim;
    std::vector<int64_t> sizes;
  };
  for (const Row &row :
       {Row{{0}, 0, {3}}, Row{{0}, 0, {3, 0, 4, 1}}, Row{{0, 5}, 0, {2, 3}},
        Row{{5, 0}, 1, {2, 3, 7}}, Row{{2, 0, 3}, 1, {1, 4}},
        Row{{2, 0, 3}, 1, {0, 0}}, Row{{300, 0}, 1, {200, 199}},
        Row{{0, 0}, 1, {200, 199}}})
    forEachElementType([&](auto zero) {
      using T = decltype(zero);
      auto d = static_cast<size_t>(row.dim);
      std::vector<Array<T>> parts;
      std::vector<Value> operands;
      Shape sizes = row.x;
      sizes[d] = 0;
      for (int64_t size : row.sizes) {
        Shape shape = row.x;
        shape[d] = size;
        sizes[d] += size;
        parts.push_back(randomArray<T>(shape, uint64_t(size) + 1));
        operands.push_back(valueOf(parts.back()));
      }
      Array<T> y = byIndex<T>(sizes, [&](Shape index) {
        size_t i = 0;
        for (; index[d] >= row.sizes[i]; ++i)
          index[d] -= row.sizes[i];
        return parts[i].at(index);
      });
      expectRuns(OpKind::Concatenate, operands, ConcatenateAttrs{row.dim}, y,
                 shapeText(sizes));
    });
}

TEST(DataMovementKernelTest, KeepsTheBitsOfNaN) {
  Array<float> x = arrayOf<float>({3});
  uint32_t bits[] = {0x7f800001, 0xffc12345, 0x80000000}; // signalling first
  std::memcpy(x.elements.data(), bits, sizeof bits);
  Value y = (*runOp(OpKind::Reverse, {valueOf(x)}, ReverseAttrs{{0}}))[0];
  EXPECT_EQ(y.data<uint32_t>()[0], bits[2]);
  EXPECT_EQ(y.data<uint32_t>()[1], bits[1]);
  EXPECT_EQ(y.data<uint32_t>()[2], bits[0]);
}

} // namespace
} // namespace tgc

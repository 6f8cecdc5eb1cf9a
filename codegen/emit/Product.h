// Sums of products in the order of semantics.md 6: the loops that dot_general
// and convolution share.
#ifndef TGC_CODEGEN_EMIT_PRODUCT_H
#define TGC_CODEGEN_EMIT_PRODUCT_H

#include "tgc/codegen/emit/Combiner.h"
#include "tgc/codegen/emit/Elements.h"
#include "tgc/runtime/core/NumericOrder.h"

namespace tgc::codegen {

/// Roles of the dimensions in a product's space.
enum ProductRole { OuterRole, RowRole, ColumnRole, DepthRole };

/// The part of a product that one iteration computes: rows and columns from
/// `row` and `column` on, in the innermost dimension of their role; the others
/// are in `outer`, as the cursor is. In the columns' masked form `columns` may
/// be less than a panel.
struct ProductBlock {
  Elements::Cursor cursor;
  llvm::SmallVector<Value> outer; // of Product::outerDims()
  Value row, rows, column, columns;
};

/// One side of a product. Its element at row (or column) i and depth k lies at
/// an affine place, or is packed before use.
struct ProductSide {
  /// Access of the operand, where it is affine.
  std::optional<unsigned> access;
  /// Writes depths [begin, end) of a block to scratch, if it is not. A left
  /// side: row after row, `width` apart. A right side: depth after depth,
  /// `width` apart, of `columns` columns. Up to a vector's bytes beyond the
  /// last row, or beyond the columns, may be written.
  std::function<void(const ProductBlock &block, Value begin, Value end,
                     Value scratch, int64_t width, int64_t columns)>
      pack;
};

/// Emits sum over k of left(row, k) * right(k, column), then what the group
/// computes of it.
class Product {
public:
  /// `sum` is the node of the product's result, of dtype `out`; `roots` go to
  /// `targets`.
  Product(Context &context, Elements &elements, Elements::Node sum,
          llvm::ArrayRef<Elements::Node> roots,
          llvm::ArrayRef<unsigned> targets);

  ProductSide left, right;
  DType operand, accum, out;
  /// Number of products of a sum; by default the DepthRole's extent.
  DimExpr depth;

  /// After collapse(): sets iterations, grain and schedule and writes the
  /// loops. `name` starts the schedule's text.
  void emit(const char *name);
  /// Dimensions of the loops around a block, outermost first.
  llvm::ArrayRef<unsigned> outerDims() const { return outer; }
  std::optional<unsigned> rowDim, columnDim;

private:
  enum class Right { InPlace, Rows, Transposed, Gathered, Own };

  void chooseTile();
  int64_t slack() const;
  void emitBlock(const ProductBlock &block);
  void eachPanel(const ProductBlock &block, llvm::function_ref<void()> body);
  void emitPanel(int64_t vectors, bool masked, llvm::function_ref<void()> body);
  void packRight(Value begin, Value end);
  void packRows(Value begin, Value end);
  void packTransposed(Value begin, Value end);
  void packGathered(Value begin, Value end);
  void emitTiles(Value begin, Value end);
  void emitTile(int64_t rows, Value row, Value begin, Value end);
  Values chains(llvm::ArrayRef<Value> rows, Value begin, Value end);
  Values step(llvm::ArrayRef<Value> rowPointers, Value leftOffset, Value k,
              mlir::ValueRange acc);
  void finish(Value row, int64_t vector, Value total);
  void finishBlock();
  Value totalPlace(Value row, int64_t vector);
  DimExpr extent(std::optional<unsigned> dim) const;
  Value widen(Value value);

  Context &context;
  Code &code;
  Elements &elements;
  Elements::Node sum;
  llvm::SmallVector<Elements::Node> roots;
  llvm::SmallVector<unsigned> targets;
  llvm::SmallVector<unsigned> outer;
  llvm::SmallVector<unsigned, 4> depthDims;

  int64_t lanes = 1, tileRows = 1, tileVectors = 1, blockRows = 1;
  int64_t panelsTogether = 1;
  bool oneChunk = false, lateFinish = false;
  Right rightForm = Right::InPlace;
  Value totals, leftScratch, rightScratch;

  // Of the panel and chunk that is being written.
  ProductBlock block;
  int64_t vectors = 1;
  Values masks;
  Value rightBase, rightStride, panelTotals;
};

} // namespace tgc::codegen

#endif // TGC_CODEGEN_EMIT_PRODUCT_H

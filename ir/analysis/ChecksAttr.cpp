// Size checks from and to attributes.
#include "tgc/ir/analysis/ChecksAttr.h"

#include "tgc/ir/TgcDialect.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"

namespace tgc::ir {

std::optional<SizeCheck> checkFrom(mlir::Attribute entry) {
  auto parts = llvm::dyn_cast<mlir::ArrayAttr>(entry);
  if (!parts || parts.size() != 4)
    return std::nullopt;
  std::string_view texts[4];
  for (auto [text, part] : llvm::zip(texts, parts)) {
    auto string = llvm::dyn_cast<mlir::StringAttr>(part);
    if (!string)
      return std::nullopt;
    text = string.getValue();
  }
  std::optional<DimExpr> got = DimExpr::parse(texts[0]);
  std::optional<DimExpr> expected = DimExpr::parse(texts[2]);
  if (!got || !expected || (texts[1] != "==" && texts[1] != ">="))
    return std::nullopt;
  return SizeCheck{*got, *expected, std::string(texts[3]),
                   texts[1] == "==" ? SizeRelation::Equal
                                    : SizeRelation::AtLeast};
}

std::vector<SizeCheck> checksOf(mlir::func::FuncOp function) {
  std::vector<SizeCheck> checks;
  if (auto entries = function->getAttrOfType<mlir::ArrayAttr>(checksAttr))
    for (mlir::Attribute entry : entries)
      if (std::optional<SizeCheck> check = checkFrom(entry))
        checks.push_back(*std::move(check));
  return checks;
}

void addChecks(mlir::func::FuncOp function,
               absl::Span<const SizeCheck> checks) {
  llvm::SetVector<mlir::Attribute> entries;
  if (auto known = function->getAttrOfType<mlir::ArrayAttr>(checksAttr))
    entries.insert(known.begin(), known.end());
  mlir::Builder builder(function.getContext());
  for (const SizeCheck &check : checks)
    entries.insert(builder.getStrArrayAttr(
        {check.got.text(), check.relation == SizeRelation::Equal ? "==" : ">=",
         check.expected.text(), check.what}));
  if (!entries.empty())
    function->setAttr(checksAttr, builder.getArrayAttr(entries.getArrayRef()));
}

} // namespace tgc::ir

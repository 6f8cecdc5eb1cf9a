// Text of locations.
#include "tgc/ir/LocationText.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/Support/raw_ostream.h"

namespace tgc::ir {

std::string locationText(mlir::Location loc) {
  if (auto file = llvm::dyn_cast<mlir::FileLineColLoc>(loc)) {
    std::string name = file.getFilename().str();
    return file.getLine() ? absl::StrCat(name, ":", file.getLine()) : name;
  }
  if (auto named = llvm::dyn_cast<mlir::NameLoc>(loc)) {
    std::string child = locationText(named.getChildLoc());
    std::string text = absl::StrCat("'", named.getName().str(), "'");
    return child.empty() ? text : absl::StrCat(child, ", ", text);
  }
  if (auto fused = llvm::dyn_cast<mlir::FusedLoc>(loc)) {
    for (mlir::Location part : fused.getLocations())
      if (std::string text = locationText(part); !text.empty())
        return text;
  }
  if (auto call = llvm::dyn_cast<mlir::CallSiteLoc>(loc))
    return locationText(call.getCallee());
  return "";
}

absl::Status withLocation(const absl::Status &status, mlir::Location loc) {
  std::string where = locationText(loc);
  if (where.empty())
    return status;
  std::string text(status.message());
  size_t line = text.find('\n');
  text.insert(line == std::string::npos ? text.size() : line,
              absl::StrCat(" [", where, "]"));
  absl::Status located(status.code(), text);
  status.ForEachPayload([&](absl::string_view url, const absl::Cord &payload) {
    located.SetPayload(url, payload);
  });
  return located;
}

} // namespace tgc::ir

// The checks on a program's inputs.
#include "tgc/runtime/infer/Inputs.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include <map>

namespace tgc {
namespace {

std::string dimsText(const DimExprs &dims) {
  if (dims.empty())
    return "scalar";
  return absl::StrJoin(dims, "x", [](std::string *out, const DimExpr &dim) {
    out->append(dim.text());
  });
}

std::string nameText(DType dtype) { return std::string(dtypeName(dtype)); }

/// The value of a named size: that of the first dimension which is just it.
struct Source {
  int64_t value;
  size_t input, dimension;
};
using Sources = std::map<std::string, Source, std::less<>>;

absl::Status wrong(std::string_view function, const std::string &input,
                   const std::string &what, const std::string &fix) {
  return absl::InvalidArgumentError(absl::StrCat(
      std::string(function), ": ", input, " ", what, "\n  fix: ", fix));
}

absl::Status checkType(std::string_view function, const std::string &input,
                       const TensorType &type, const Value &value) {
  if (!value.buffer)
    return wrong(function, input, "has no value", "assign it one first");
  if (value.dtype != type.dtype)
    return wrong(function, input,
                 absl::StrCat("has dtype ", nameText(value.dtype),
                              "; expected ", nameText(type.dtype)),
                 absl::StrCat("convert it to ", nameText(type.dtype)));
  if (static_cast<int64_t>(value.shape.size()) != type.rank())
    return wrong(function, input,
                 absl::StrCat("has shape ", shapeText(value.shape),
                              "; expected ", dimsText(type.dims)),
                 absl::StrCat("give it rank ", type.rank(), "; it has rank ",
                              value.shape.size()));
  return absl::OkStatus();
}

} // namespace

std::string inputText(absl::Span<const TensorSignature> declared,
                      size_t index) {
  return absl::StrCat("input ", index, " ('", declared[index].name, "')");
}

absl::Status checkInputs(std::string_view function,
                         absl::Span<const TensorSignature> declared,
                         absl::Span<const Value> inputs) {
  if (inputs.size() != declared.size())
    return absl::InvalidArgumentError(absl::StrCat(
        std::string(function), ": got ", inputs.size(), " inputs; expected ",
        declared.size(), "\n  fix: pass, in this order: ",
        absl::StrJoin(declared, ", ",
                      [](std::string *out, const TensorSignature &input) {
                        absl::StrAppend(out, "'", input.name, "' (",
                                        typeText(input.type), ")");
                      })));
  // Names first: a size such as n + 1 may come before n.
  Sources sources;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const TensorType &type = declared[i].type;
    TGC_RETURN_IF_ERROR(
        checkType(function, inputText(declared, i), type, inputs[i]));
    for (size_t d = 0; d < type.dims.size(); ++d) {
      std::vector<std::string> names = type.dims[d].symbols();
      if (names.size() == 1 &&
          type.dims[d].provablyEqual(DimExpr::symbol(names[0])))
        sources.try_emplace(names[0], Source{inputs[i].shape[d], i, d});
    }
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    const TensorType &type = declared[i].type;
    for (size_t d = 0; d < type.dims.size(); ++d) {
      std::string with;
      bool known = true;
      auto lookup = [&](std::string_view name) -> std::optional<int64_t> {
        auto it = sources.find(name);
        if (it == sources.end())
          return std::nullopt;
        return it->second.value;
      };
      for (const std::string &name : type.dims[d].symbols()) {
        auto it = sources.find(name);
        if (it == sources.end()) {
          known = false;
          continue;
        }
        absl::StrAppend(&with, with.empty() ? " with " : ", ", name, " = ",
                        it->second.value, " (dimension ", it->second.dimension,
                        " of ", inputText(declared, it->second.input), ")");
      }
      std::optional<int64_t> expected = type.dims[d].evaluate(lookup);
      if (!known || expected == inputs[i].shape[d])
        continue;
      return wrong(function, inputText(declared, i),
                   absl::StrCat("has shape ", shapeText(inputs[i].shape),
                                "; expected ", dimsText(type.dims), with),
                   absl::StrCat("give dimension ", d,
                                expected ? absl::StrCat(" size ", *expected)
                                         : " another size",
                                "; it has ", inputs[i].shape[d]));
    }
  }
  return absl::OkStatus();
}

} // namespace tgc

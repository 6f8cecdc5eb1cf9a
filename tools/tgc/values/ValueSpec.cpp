// Splits [NAME=][TYPE=]… and holds the value to what is declared.
#include "tgc/tools/tgc/values/ValueSpec.h"

#include "absl/strings/str_cat.h"
#include "tgc/runtime/io/Elements.h"
#include "tgc/runtime/kernels/KernelTable.h"
#include "tgc/tools/tgc/values/Generator.h"
#include "tgc/tools/tgc/values/LiteralText.h"
#include "tgc/tools/tgc/values/ValueFile.h"

#include <algorithm>
#include <charconv>

namespace tgc {
namespace {

constexpr std::string_view blanks = " \t\n\r";

/// Names that other tools use, and ours.
constexpr struct {
  std::string_view other;
  std::string_view ours;
} otherDTypeNames[] = {
    {"bool", "i1"},     {"double", "f64"},  {"float", "f32"},
    {"float16", "f16"}, {"float32", "f32"}, {"float64", "f64"},
    {"half", "f16"},    {"int", "i32"},     {"int32", "i32"},
    {"int64", "i64"},   {"long", "i64"},    {"uint8", "u8"},
    {"ui8", "u8"},      {"string", "str"}};

/// Splits "2x3xf32" into "2x3x" and "f32": sizes are digits and 'x'.
size_t sizesLength(std::string_view text) {
  size_t length = 0;
  for (size_t at = 0; at < text.size();) {
    size_t digits = at;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9')
      ++digits;
    if (digits == at || digits == text.size() || text[digits] != 'x')
      break;
    at = length = digits + 1;
  }
  return length;
}

/// True for a dtype's name, and for any word behind sizes.
bool looksLikeType(std::string_view text) {
  size_t sizes = sizesLength(text);
  std::string_view word = text.substr(sizes);
  if (dtypeFromName(word))
    return true;
  return sizes > 0 && !word.empty() && word[0] >= 'a' && word[0] <= 'z' &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

/// The part of [at, '=') if there is a '=' and the text does not begin as a
/// literal or a file does.
std::optional<std::string_view> beforeEquals(std::string_view text, size_t at) {
  if (at >= text.size() ||
      std::string_view("[(\"@").find(text[at]) != std::string_view::npos)
    return std::nullopt;
  size_t equals = text.find('=', at);
  if (equals == std::string_view::npos)
    return std::nullopt;
  return text.substr(at, equals - at);
}

/// NAME, where SPEC begins, and where SPEC's TYPE ends, if it has one.
struct Split {
  std::string_view name;
  size_t spec = 0;
  std::optional<std::string_view> type;
};

absl::StatusOr<Split> split(const SpecText &source) {
  std::string_view text = source.text();
  Split parts;
  parts.spec = std::min(text.find_first_not_of(blanks), text.size());
  std::optional<std::string_view> first = beforeEquals(text, parts.spec);
  if (!first)
    return parts;
  if (first->empty())
    return source.parseError(parts.spec, "'='", "a NAME or TYPE before it",
                             "write x=[1, 2] or 2xf32=[1, 2]");
  size_t rest = parts.spec + first->size() + 1;
  std::optional<std::string_view> second = beforeEquals(text, rest);
  bool isType = looksLikeType(*first) && !(second && looksLikeType(*second));
  if (isType) {
    parts.type = first;
    return parts;
  }
  parts.name = *first;
  parts.spec = rest;
  parts.type = second;
  return parts;
}

absl::StatusOr<SpecType> parseType(const SpecText &source, size_t at,
                                   std::string_view type) {
  SpecType result{DType::f32, std::nullopt};
  size_t sizes = sizesLength(type);
  if (sizes > 0)
    result.shape.emplace();
  for (size_t begin = 0; begin < sizes;) {
    size_t end = type.find('x', begin);
    int64_t size = 0;
    auto parsed = std::from_chars(type.data() + begin, type.data() + end, size);
    if (parsed.ec != std::errc())
      return source.valueError(
          at + begin,
          absl::StrCat("size ", std::string(type.substr(begin, end - begin)),
                       " does not fit 64 bits"),
          "use a smaller size", absl::StatusCode::kResourceExhausted);
    result.shape->push_back(size);
    begin = end + 1;
  }
  std::string_view word = type.substr(sizes);
  if (std::optional<DType> dtype = dtypeFromName(word)) {
    result.dtype = *dtype;
    return result;
  }
  std::string fix = "write a dtype that this release stores: i1 u8 i32 i64 "
                    "f16 f32 f64";
  for (const auto &row : otherDTypeNames)
    if (row.other == word)
      fix = absl::StrCat("write ", std::string(type.substr(0, sizes)),
                         std::string(row.ours));
  return source.parseError(at + sizes, absl::StrCat("'", printable(word), "'"),
                           "a TYPE such as 2x3xf32", fix);
}

/// "?x512xf32", with "any dtype" or "any shape" for what is not declared.
std::string requestText(const ValueRequest &request) {
  std::string dtype =
      request.dtype ? std::string(dtypeName(*request.dtype)) : "any dtype";
  if (!request.shape)
    return dtype;
  std::string sizes;
  for (int64_t size : *request.shape)
    absl::StrAppend(&sizes, size < 0 ? "?" : absl::StrCat(size), "x");
  return sizes + dtype;
}

/// The value's dtype and shape must be the declared ones.
absl::Status checkDeclared(const Value &value, const ValueRequest &request,
                           bool fromFile) {
  auto wrong = [&](std::string_view what, std::string_view fix) {
    return errorWithFix(
        absl::StatusCode::kInvalidArgument,
        absl::StrCat("the value is ", typeText(value.dtype, value.shape),
                     ", the input is declared ", requestText(request), ": ",
                     std::string(what)),
        fix);
  };
  if (request.dtype && value.dtype != *request.dtype) {
    std::string got(dtypeName(value.dtype));
    std::string expected(dtypeName(*request.dtype));
    return wrong(
        absl::StrCat("it has dtype ", got, "; expected ", expected),
        fromFile ? absl::StrCat("write NAME=", expected, "=@FILE to convert it")
                 : absl::StrCat("write ", expected, " as TYPE, or none"));
  }
  if (!request.shape)
    return absl::OkStatus();
  if (value.shape.size() != request.shape->size())
    return wrong(absl::StrCat("it has rank ", value.shape.size(), "; expected ",
                              request.shape->size()),
                 "give a value of the declared shape");
  for (size_t i = 0; i < value.shape.size(); ++i) {
    int64_t expected = (*request.shape)[i];
    if (expected >= 0 && value.shape[i] != expected)
      return wrong(absl::StrCat("it has size ", value.shape[i],
                                " in dimension ", i, "; expected ", expected),
                   "give a value of the declared shape");
  }
  return absl::OkStatus();
}

/// A shape with 1 for each open size; `note` says so if there was one.
Shape closedShape(Shape shape, std::string &note) {
  for (int64_t &size : shape)
    if (size < 0) {
      size = 1;
      note = ", open sizes taken as 1";
    }
  return shape;
}

/// One parse of a SPEC.
class SpecParser {
public:
  SpecParser(const SpecText &source, Split parts, const ValueRequest &request,
             const SpecOptions &options)
      : source(source), parts(parts), request(request), options(options) {}

  absl::StatusOr<ParsedInput> parse() {
    ParsedInput input;
    input.name = std::string(parts.name);
    size_t at = parts.spec;
    if (parts.type) {
      TGC_ASSIGN_OR_RETURN(type, parseType(source, at, *parts.type));
      TGC_RETURN_IF_ERROR(checkType());
      at += parts.type->size() + 1;
    }
    std::string_view text = source.text();
    at = std::min(text.find_first_not_of(blanks, at), text.size());
    bool isFile = at < text.size() && text[at] == '@';
    if (isFile)
      TGC_RETURN_IF_ERROR(file(at + 1, input));
    else if (isGenerator(text.substr(at)))
      TGC_RETURN_IF_ERROR(generator(at, input));
    else
      TGC_RETURN_IF_ERROR(literal(at, input));
    TGC_RETURN_IF_ERROR(checkDeclared(input.value, request, isFile));
    return input;
  }

private:
  /// A TYPE must be storable, small enough and the declared one, whatever the
  /// value: told before any file is read or memory taken.
  absl::Status checkType() {
    size_t at = parts.spec;
    if (!isStored(type->dtype))
      return source.valueError(
          at,
          absl::StrCat(std::string(dtypeName(type->dtype)),
                       " has no storage in this release; expected one of i1 "
                       "u8 i32 i64 f16 f32 f64"),
          "use a dtype that has storage");
    if (type->shape)
      TGC_RETURN_IF_ERROR(
          tensorBytes(type->dtype, *type->shape, options.limits).status());
    if (request.dtype && *request.dtype != type->dtype)
      return source.valueError(
          at,
          absl::StrCat("TYPE has dtype ", std::string(dtypeName(type->dtype)),
                       "; expected ", std::string(dtypeName(*request.dtype)),
                       ", as the input is declared ", requestText(request)),
          "write the declared dtype, or no TYPE");
    return absl::OkStatus();
  }

  /// TYPE, else what is declared; nothing if no dtype is known.
  std::optional<SpecType> wantedType() const {
    if (!type && !request.dtype)
      return std::nullopt;
    SpecType wanted = type.value_or(
        SpecType{request.dtype.value_or(DType::f32), std::nullopt});
    if (!wanted.shape)
      wanted.shape = request.shape;
    return wanted;
  }

  absl::Status checkTypeShape(const Value &value) const {
    if (!type || !type->shape || *type->shape == value.shape)
      return absl::OkStatus();
    return source.valueError(
        parts.spec,
        absl::StrCat("TYPE has shape ", shapeText(*type->shape),
                     "; the value has ", shapeText(value.shape)),
        "write the value's sizes, or a dtype alone");
  }

  absl::Status file(size_t at, ParsedInput &input) {
    TGC_ASSIGN_OR_RETURN(FileValue read, readValueFile(source, at, input.name,
                                                       wantedType(), options));
    input.value = std::move(read.value);
    input.note = std::move(read.note);
    if (!type || type->dtype == input.value.dtype)
      return checkTypeShape(input.value);
    absl::StrAppend(&input.note, input.note.empty() ? "" : ", ",
                    "converted from ",
                    std::string(dtypeName(input.value.dtype)), " to ",
                    std::string(dtypeName(type->dtype)));
    TGC_ASSIGN_OR_RETURN(
        std::vector<Value> converted,
        runOp(OpKind::Convert, {input.value}, ConvertAttrs{type->dtype}));
    input.value = std::move(converted[0]);
    return checkTypeShape(input.value);
  }

  absl::Status generator(size_t at, ParsedInput &input) {
    std::optional<Shape> shape =
        type && type->shape ? type->shape : request.shape;
    if (!shape && type)
      shape.emplace(); // a TYPE without sizes is a scalar here
    if (!shape)
      return source.parseError(
          at, source.foundAt(at),
          "a TYPE before it: this input has no declared shape",
          absl::StrCat("write 2x3xf32=",
                       std::string(source.text().substr(at))));
    DType dtype = type ? type->dtype : request.dtype.value_or(DType::f32);
    std::string open;
    Shape closed = closedShape(*std::move(shape), open);
    TGC_RETURN_IF_ERROR(tensorBytes(dtype, closed, options.limits).status());
    TGC_ASSIGN_OR_RETURN(GeneratedValue made,
                         generate(source, at, dtype, closed, options.seed));
    input.value = std::move(made.value);
    input.note = absl::StrCat(typeText(dtype, closed), "=", made.made, open);
    return absl::OkStatus();
  }

  absl::Status literal(size_t at, ParsedInput &input) {
    TGC_ASSIGN_OR_RETURN(LiteralText parsed,
                         parseLiteral(source, at, options.limits));
    DType dtype =
        type ? type->dtype : request.dtype.value_or(defaultDType(parsed));
    if (!isStored(dtype) && !request.dtype)
      return refuseKind(parsed, dtype);
    std::optional<LiteralMisfit> misfit;
    absl::StatusOr<Value> value = literalValue(parsed, dtype, misfit);
    if (value.ok()) {
      input.value = *std::move(value);
      return checkTypeShape(input.value);
    }
    if (!misfit)
      return value.status();
    std::string_view token = parsed.elements[misfit->element].token;
    return source.valueError(
        static_cast<size_t>(token.data() - source.text().data()),
        std::string(value.status().message()),
        type            ? "write another value, or a TYPE that holds it"
        : request.dtype ? absl::StrCat("write a value of the declared dtype ",
                                       std::string(dtypeName(dtype)))
                        : "write a TYPE that holds it: f64=1e300");
  }

  /// Complex numbers and text, told at the first element that is one.
  absl::Status refuseKind(const LiteralText &parsed, DType dtype) const {
    LiteralKind kind =
        dtype == DType::str ? LiteralKind::Text : LiteralKind::Complex;
    auto first = std::find_if(
        parsed.elements.begin(), parsed.elements.end(),
        [&](const LiteralElement &element) { return element.kind == kind; });
    size_t at = static_cast<size_t>(first->token.data() - source.text().data());
    return source.valueError(
        at,
        absl::StrCat(std::string(dtypeName(dtype)),
                     " has no storage in this release; expected numbers or "
                     "bool"),
        dtype == DType::str
            ? "give numbers, for example indices into a list of the texts"
            : "give real and imaginary parts as two inputs");
  }

  const SpecText &source;
  Split parts;
  const ValueRequest &request;
  const SpecOptions &options;
  std::optional<SpecType> type;
};

} // namespace

absl::StatusOr<std::string> inputName(std::string_view text) {
  TGC_ASSIGN_OR_RETURN(Split parts, split(SpecText(text)));
  return std::string(parts.name);
}

absl::StatusOr<ParsedInput> parseInput(std::string_view text,
                                       const ValueRequest &request,
                                       const SpecOptions &options) {
  SpecText source(text);
  TGC_ASSIGN_OR_RETURN(Split parts, split(source));
  absl::StatusOr<ParsedInput> input =
      SpecParser(source, parts, request, options).parse();
  if (input.ok() || parts.name.empty())
    return input;
  return withPrefix(input.status(),
                    absl::StrCat("input '", printable(parts.name), "'"));
}

} // namespace tgc

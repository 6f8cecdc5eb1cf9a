// Chooses the reader of a file and the tensor in it.
#include "tgc/tools/tgc/values/ValueFile.h"

#include "absl/strings/str_cat.h"
#include "tgc/runtime/io/Load.h"
#include "tgc/runtime/io/ReadFile.h"
#include "tgc/tools/tgc/values/LiteralText.h"

#include <algorithm>
#include <bit>

namespace tgc {
namespace {

constexpr std::string_view archiveSuffixes[] = {".npz", ".safetensors"};
constexpr std::string_view otherSuffixes[] = {".npy", ".pb",  ".csv",  ".bin",
                                              ".png", ".jpg", ".jpeg", ".wav"};

bool hasAnySuffix(std::string_view path,
                  absl::Span<const std::string_view> suffixes) {
  return std::any_of(suffixes.begin(), suffixes.end(),
                     [&](std::string_view s) { return hasSuffix(path, s); });
}

/// FILE and OPT. Names may hold ':': only one behind a known suffix ends FILE.
struct FileName {
  std::string path;
  std::optional<std::string_view> option;
  size_t optionAt = 0;
};

FileName splitFileName(std::string_view text, size_t at) {
  std::string_view rest = text.substr(at);
  for (size_t colon = rest.find(':'); colon != std::string_view::npos;
       colon = rest.find(':', colon + 1)) {
    std::string_view path = rest.substr(0, colon);
    if (hasAnySuffix(path, archiveSuffixes) ||
        hasAnySuffix(path, otherSuffixes))
      return {std::string(path), rest.substr(colon + 1), at + colon + 1};
  }
  return {std::string(rest), std::nullopt, at};
}

absl::Status fileFault(const std::string &path, std::string_view what,
                       std::string_view fix) {
  return fileStatus(errorWithFix(absl::StatusCode::kInvalidArgument, what, fix),
                    path);
}

/// The first names of an archive, for messages.
std::string namesIn(const ValueMap &tensors) {
  constexpr size_t most = 10;
  std::string names;
  size_t count = 0;
  for (const auto &tensor : tensors) {
    if (count++ == most)
      return absl::StrCat(names, " and ", tensors.size() - most, " more");
    absl::StrAppend(&names, names.empty() ? "" : ", ", "'",
                    printable(tensor.first), "'");
  }
  return names.empty() ? "none" : names;
}

/// The tensor of the key, else of the input's name, else the only one.
absl::StatusOr<FileValue>
pickTensor(const FileName &file, const std::string &name, ValueMap tensors) {
  auto found = tensors.end();
  if (file.option)
    found = tensors.find(std::string(*file.option));
  else if (tensors.size() == 1)
    found = tensors.begin();
  else if (!name.empty())
    found = tensors.find(name);
  if (found == tensors.end())
    return fileFault(
        file.path,
        file.option ? absl::StrCat("has no tensor '", printable(*file.option),
                                   "'; it holds ", namesIn(tensors))
                    : absl::StrCat("holds ", tensors.size(),
                                   " tensors; expected one, or a key"),
        file.option ? "name one of them"
                    : absl::StrCat("name one of ", namesIn(tensors), ": @",
                                   file.path, ":KEY"));
  bool chosen = !file.option && hasAnySuffix(file.path, archiveSuffixes);
  return FileValue{
      found->second,
      chosen ? absl::StrCat("tensor '", found->first, "' of ", file.path) : ""};
}

absl::StatusOr<FileValue> readRawFile(const SpecText &text, size_t at,
                                      const std::string &path,
                                      const std::optional<SpecType> &wanted,
                                      const SpecOptions &options) {
  bool isOpen = wanted && wanted->shape &&
                std::any_of(wanted->shape->begin(), wanted->shape->end(),
                            [](int64_t size) { return size < 0; });
  if (!wanted || !wanted->shape || isOpen)
    return text.parseError(at, "a .bin file without a TYPE",
                           "a TYPE with all sizes before it",
                           absl::StrCat("write 2x3xf32=@", path));
  TGC_ASSIGN_OR_RETURN(
      std::shared_ptr<Buffer> bytes,
      readBytes(path, options.limits.external_bytes, "Limits::external_bytes"));
  absl::StatusOr<Value> value =
      valueFromBytes(wanted->dtype, *wanted->shape, bytesOf(*bytes),
                     std::endian::native == std::endian::big, options.limits);
  if (!value.ok())
    return fileStatus(value.status(), path);
  return FileValue{*std::move(value), ""};
}

/// Splits a CSV file into rows of tokens: cells end at ',', ';' or a blank;
/// blank lines and those that begin with '#' are left out.
absl::StatusOr<LiteralText> parseCsv(std::string_view text) {
  constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
  if (text.substr(0, byteOrderMark.size()) == byteOrderMark)
    text.remove_prefix(byteOrderMark.size());
  LiteralText table;
  int64_t rows = 0, columns = 0, line = 0, firstLine = 0;
  auto wrong = [&](std::string_view what, std::string_view fix) {
    return errorWithFix(absl::StatusCode::kInvalidArgument,
                        absl::StrCat("line ", line, " ", std::string(what)),
                        fix);
  };
  while (!text.empty()) {
    ++line;
    std::string_view row =
        text.substr(0, std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(row.size() + 1, text.size()));
    int64_t cells = 0;
    bool awaitsCell = false; // a comma stands before the place
    for (size_t at = 0; at < row.size();) {
      char c = row[at];
      if (c == ' ' || c == '\t' || c == '\r') {
        ++at;
        continue;
      }
      if (c == '#' && cells == 0)
        break;
      if (c == ',' || c == ';') {
        if (awaitsCell || cells == 0)
          return wrong(absl::StrCat("has no number in cell ", cells + 1),
                       "write nan for a missing number");
        awaitsCell = true;
        ++at;
        continue;
      }
      size_t end = std::min(row.find_first_of(",; \t\r", at), row.size());
      std::string_view token = row.substr(at, end - at);
      std::optional<LiteralKind> kind = classifyToken(token);
      if (!kind)
        return wrong(absl::StrCat("has '", printable(token), "' in cell ",
                                  cells + 1, "; expected a number"),
                     line == 1 ? "take the line of titles out, or begin it "
                                 "with '#'"
                               : "write numbers such as -1.5e3");
      table.elements.push_back({*kind, token});
      ++cells;
      awaitsCell = false;
      at = end;
    }
    if (awaitsCell)
      return wrong(absl::StrCat("has no number in cell ", cells + 1),
                   "write nan for a missing number");
    if (cells == 0)
      continue;
    if (rows == 0) {
      columns = cells;
      firstLine = line;
    }
    if (cells != columns)
      return wrong(absl::StrCat("has ", cells, " numbers, line ", firstLine,
                                " has ", columns),
                   "give all lines the same count");
    ++rows;
  }
  table.shape = {rows, columns};
  return table;
}

/// A table has two dimensions. One row or one column is a vector where no rank
/// is asked for; otherwise the rank asked for is taken if the last dimension
/// is a row.
Shape csvShape(const Shape &table, const std::optional<SpecType> &wanted) {
  int64_t rows = table[0], columns = table[1], count = rows * columns;
  if (!wanted || !wanted->shape)
    return rows == 1 || columns == 1 ? Shape{count} : table;
  const Shape &shape = *wanted->shape;
  if (shape.size() == 1 && (rows == 1 || columns == 1))
    return {count};
  bool isClosed = std::all_of(shape.begin(), shape.end(),
                              [](int64_t size) { return size >= 0; });
  bool rowsFit = shape.empty() || shape.back() == columns;
  return isClosed && rowsFit && checkedProduct(shape) == count ? shape : table;
}

absl::StatusOr<FileValue> readCsvFile(const std::string &path,
                                      const std::optional<SpecType> &wanted,
                                      const SpecOptions &options) {
  TGC_ASSIGN_OR_RETURN(
      std::shared_ptr<Buffer> bytes,
      readBytes(path, options.limits.external_bytes, "Limits::external_bytes"));
  absl::StatusOr<LiteralText> table =
      parseCsv({static_cast<const char *>(bytes->data()),
                static_cast<size_t>(bytes->size())});
  if (!table.ok())
    return fileStatus(table.status(), path);
  int64_t columns = table->shape[1];
  table->shape = csvShape(table->shape, wanted);
  std::optional<LiteralMisfit> misfit;
  absl::StatusOr<Value> value = literalValue(
      *table, wanted ? wanted->dtype : defaultDType(*table), misfit);
  if (value.ok())
    return FileValue{*std::move(value), ""};
  if (!misfit)
    return fileStatus(value.status(), path);
  auto position = static_cast<int64_t>(misfit->element);
  return fileFault(path,
                   absl::StrCat("row ", position / columns, ", column ",
                                position % columns, ": ",
                                value.status().message()),
                   "read it with a wider TYPE: x=f64=@file.csv");
}

/// A format that has no reader in this release.
absl::Status refuse(const std::string &path, std::string_view what,
                    std::string_view fix) {
  return withPrefix(errorWithFix(absl::StatusCode::kUnimplemented, what, fix),
                    path);
}

absl::StatusOr<FileValue> readProtoFile(const std::string &path,
                                        const SpecOptions &options) {
  if (!options.readTensorProto)
    return refuse(path, "ONNX tensors (.pb) are not read here",
                  "convert it to .npy with onnx.numpy_helper.to_array");
  TGC_ASSIGN_OR_RETURN(
      std::shared_ptr<Buffer> bytes,
      readBytes(path, options.limits.external_bytes, "Limits::external_bytes"));
  absl::StatusOr<Value> value = options.readTensorProto(bytesOf(*bytes));
  if (!value.ok())
    return fileStatus(value.status(), path);
  return FileValue{*std::move(value), ""};
}

} // namespace

absl::StatusOr<FileValue> readValueFile(const SpecText &text, size_t at,
                                        const std::string &name,
                                        std::optional<SpecType> wanted,
                                        const SpecOptions &options) {
  FileName file = splitFileName(text.text(), at);
  const std::string &path = file.path;
  if (path.empty())
    return text.parseError(at, text.foundAt(at), "a file name after '@'",
                           "write @x.npy");
  constexpr std::string_view convert =
      "convert it to .npy in Python: numpy.save(path, array)";
  if (hasSuffix(path, ".png") || hasSuffix(path, ".jpg") ||
      hasSuffix(path, ".jpeg"))
    return refuse(path, "images are not read in this release", convert);
  if (hasSuffix(path, ".wav"))
    return refuse(path, "sound files are not read in this release", convert);
  if (file.option && hasAnySuffix(path, otherSuffixes))
    return text.parseError(file.optionAt, text.foundAt(file.optionAt),
                           "the end: only .npz and .safetensors take a key",
                           absl::StrCat("write @", path));
  if (hasSuffix(path, ".bin"))
    return readRawFile(text, at, path, wanted, options);
  if (hasSuffix(path, ".csv"))
    return readCsvFile(path, wanted, options);
  if (hasSuffix(path, ".pb"))
    return readProtoFile(path, options);
  TGC_ASSIGN_OR_RETURN(ValueMap tensors, loadTensors(path, options.limits));
  return pickTensor(file, name, std::move(tensors));
}

} // namespace tgc

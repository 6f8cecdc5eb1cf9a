// Chooses the format of a value file.
#include "tgc/runtime/io/Load.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tgc/runtime/io/Npy.h"
#include "tgc/runtime/io/Npz.h"
#include "tgc/runtime/io/ReadFile.h"
#include "tgc/runtime/io/Safetensors.h"

#include <algorithm>

namespace tgc {
namespace {

using namespace std::string_view_literals;

/// Files that people hand over for value files, by their first bytes.
constexpr struct {
  std::string_view start;
  std::string_view what;
} otherFormats[] = {
    {"\x89PNG"sv, "a PNG image"},
    {"\xff\xd8\xff"sv, "a JPEG image"},
    {"\x89HDF"sv, "an HDF5 file"},
    {"GGUF"sv, "a GGUF model"},
    {"RIFF"sv, "a WAV or other RIFF file"},
    {"\x1f\x8b"sv, "gzip data"},
    {"\x80\x02"sv, "a pickle, which is code"},
    {"\x80\x03"sv, "a pickle, which is code"},
    {"\x80\x04"sv, "a pickle, which is code"},
    {"\x80\x05"sv, "a pickle, which is code"},
};

absl::StatusOr<ValueMap> parse(const std::string &path,
                               absl::Span<const uint8_t> bytes,
                               const Limits &limits) {
  if (isNpy(bytes)) {
    TGC_ASSIGN_OR_RETURN(Value value, parseNpy(bytes, limits));
    return ValueMap{{fileStem(path), std::move(value)}};
  }
  if (isZip(bytes))
    return parseNpz(bytes, limits);
  if (isSafetensors(bytes))
    return parseSafetensors(bytes, limits);
  std::string_view start(reinterpret_cast<const char *>(bytes.data()),
                         std::min<size_t>(bytes.size(), 8));
  std::string found = bytes.empty() ? "the file is empty"
                                    : absl::StrCat("the file begins with '",
                                                   printable(start), "'");
  for (const auto &other : otherFormats)
    if (start.substr(0, other.start.size()) == other.start)
      found = absl::StrCat("the file is ", std::string(other.what));
  return errorWithFix(absl::StatusCode::kInvalidArgument,
                      absl::StrCat(found, "; expected npy, npz or safetensors"),
                      "convert it in Python: numpy.save(path, array)");
}

} // namespace

bool hasSuffix(std::string_view path, std::string_view suffix) {
  if (path.size() < suffix.size())
    return false;
  path.remove_prefix(path.size() - suffix.size());
  return std::equal(path.begin(), path.end(), suffix.begin(),
                    [](char a, char b) { return absl::ascii_tolower(a) == b; });
}

std::string fileStem(std::string_view path) {
  size_t slash = path.rfind('/');
  if (slash != std::string_view::npos)
    path.remove_prefix(slash + 1);
  size_t dot = path.rfind('.');
  bool hasDot = dot != std::string_view::npos && dot != 0;
  return std::string(hasDot ? path.substr(0, dot) : path);
}

absl::StatusOr<ValueMap> loadTensors(const std::string &path,
                                     const Limits &limits) {
  TGC_ASSIGN_OR_RETURN(
      std::shared_ptr<Buffer> bytes,
      readBytes(path, limits.external_bytes, "Limits::external_bytes"));
  absl::StatusOr<ValueMap> tensors = parse(path, bytesOf(*bytes), limits);
  if (!tensors.ok())
    return fileStatus(tensors.status(), path);
  return tensors;
}

absl::Status saveTensors(const std::string &path, const ValueMap &tensors) {
  auto wrong = [&](std::string_view what, std::string_view fix) {
    return fileStatus(
        errorWithFix(absl::StatusCode::kInvalidArgument, what, fix), path);
  };
  if (hasSuffix(path, ".npy")) {
    if (tensors.size() != 1)
      return wrong(
          absl::StrCat("an npy file holds one tensor; found ", tensors.size()),
          "write .npz or .safetensors");
    return writeFile(path, [&](ByteSink sink) {
      return writeNpy(tensors.begin()->second, sink);
    });
  }
  if (hasSuffix(path, ".npz"))
    return writeFile(path,
                     [&](ByteSink sink) { return writeNpz(tensors, sink); });
  if (hasSuffix(path, ".safetensors"))
    return writeFile(
        path, [&](ByteSink sink) { return writeSafetensors(tensors, sink); });
  return wrong("the suffix names no value format; expected .npy, .npz or "
               ".safetensors",
               "write to a file that ends in .npz");
}

} // namespace tgc

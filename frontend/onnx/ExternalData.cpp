// Weights that lie in files beside the model.
#include "tgc/frontend/onnx/ExternalData.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tgc/frontend/onnx/tgc_onnx.pb.h"
#include "tgc/runtime/core/ErrorId.h"

#include <cstring>

namespace tgc::onnx {
namespace {

constexpr uintptr_t alignment = 64;

/// Where a tensor's bytes are.
struct Place {
  std::string location;
  int64_t offset = 0;
  std::optional<int64_t> length;
};

absl::Status wrong(const std::string &where, const std::string &what) {
  return withErrorId(absl::InvalidArgumentError(absl::StrCat(
                         where, ": ", what,
                         "\n  fix: export the model again, and keep its "
                         "files together")),
                     "TGC-E0201");
}

absl::StatusOr<Place> placeOf(const TensorProto &tensor,
                              const std::string &where) {
  Place place;
  for (const StringPairProto &entry : tensor.external_data()) {
    if (entry.key() == "location")
      place.location = entry.value();
    if (entry.key() != "offset" && entry.key() != "length")
      continue;
    int64_t number = 0;
    if (!absl::SimpleAtoi(entry.value(), &number) || number < 0)
      return wrong(where, absl::StrCat("external data has ", entry.key(), " '",
                                       printable(entry.value()),
                                       "'; expected a number of bytes"));
    if (entry.key() == "offset")
      place.offset = number;
    else
      place.length = number;
  }
  return place;
}

} // namespace

absl::Status ExternalData::open(const std::string &location) {
  if (openLocation == location)
    return absl::OkStatus();
  openLocation.reset();
  TGC_ASSIGN_OR_RETURN(file, openBeneath(*folder, location, links));
  if (map) {
    TGC_ASSIGN_OR_RETURN(mapping, mapFile(*file, location));
  }
  openLocation = location;
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<Buffer>>
ExternalData::read(const TensorProto &tensor, int64_t bytes,
                   const std::string &what, const std::string &where) {
  TGC_ASSIGN_OR_RETURN(const Place place, placeOf(tensor, where));
  const std::string name =
      absl::StrCat("the file '", printable(place.location), "'");
  if (!folder)
    return withErrorId(
        absl::FailedPreconditionError(absl::StrCat(
            where, ": its data lies in ", name,
            ", and there is no folder to "
            "look for it: the model came from memory, a pipe or a link\n  fix: "
            "name the folder, --external-data=DIR "
            "(LoadOptions::external_data)")),
        "TGC-E0201");
  if (place.length.value_or(bytes) != bytes)
    return wrong(where,
                 absl::StrCat(*place.length, " bytes of ", name, "; expected ",
                              bytes, ", the size of ", what));
  const std::optional<int64_t> used = checkedAdd(usedBytes, bytes);
  if (!used || *used > maxBytes)
    return absl::ResourceExhaustedError(
        absl::StrCat(where, ": external data of more than ", maxBytes,
                     " bytes\n  fix: raise Limits::external_bytes"));
  absl::Status status = open(place.location);
  if (status.ok() &&
      (place.offset > file->bytes || bytes > file->bytes - place.offset))
    return wrong(
        where, absl::StrCat("bytes ", place.offset, " to ",
                            checkedAdd(place.offset, bytes).value_or(INT64_MAX),
                            " of ", name, ", which has ", file->bytes));
  if (!status.ok())
    return withPrefix(status, where);
  usedBytes = *used;
  if (map) {
    char *start = static_cast<char *>(mapping->data()) + place.offset;
    if (reinterpret_cast<uintptr_t>(start) % alignment == 0)
      return Buffer::wrap(start, bytes, [held = mapping] {});
  }
  TGC_ASSIGN_OR_RETURN(std::shared_ptr<Buffer> buffer, Buffer::allocate(bytes));
  if (map)
    std::memcpy(buffer->data(),
                static_cast<char *>(mapping->data()) + place.offset,
                static_cast<size_t>(bytes));
  else
    status = readAt(file->descriptor, place.offset, buffer->data(), bytes,
                    place.location);
  if (!status.ok())
    return withPrefix(status, where);
  return buffer;
}

} // namespace tgc::onnx

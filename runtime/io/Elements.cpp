// Sizes, byte order and texts shared by the value file formats.
#include "tgc/runtime/io/Elements.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "tgc/runtime/core/ErrorId.h"

#include <algorithm>
#include <cstring>

namespace tgc {

absl::Status errorWithFix(absl::StatusCode code, std::string_view what,
                          std::string_view fix) {
  std::string message(what);
  message.append("\n  fix: ").append(fix);
  return absl::Status(code, message);
}

absl::Status withPrefix(const absl::Status &status, std::string_view prefix) {
  if (status.ok())
    return status;
  absl::Status prefixed(
      status.code(), absl::StrCat(std::string(prefix), ": ", status.message()));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord &payload) {
    prefixed.SetPayload(url, payload);
  });
  return prefixed;
}

absl::Status fileStatus(const absl::Status &status, const std::string &path) {
  absl::Status prefixed = withPrefix(status, path);
  return absl::IsResourceExhausted(status)
             ? prefixed
             : withErrorId(std::move(prefixed), "TGC-E0201");
}

namespace {

/// Bytes of the UTF-8 character at `at`; 0 if there is none.
size_t utf8Length(std::string_view text, size_t at) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[at + i]); };
  uint8_t lead = byte(0);
  if (lead < 0x80)
    return 1;
  size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() - at < length)
    return 0;
  // The second byte excludes overlong forms, surrogates and > U+10FFFF.
  uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (byte(1) < low || byte(1) > high)
    return 0;
  for (size_t i = 2; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
  return length;
}

} // namespace

bool isUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    size_t length = utf8Length(text, at);
    if (length == 0)
      return false;
    at += length;
  }
  return true;
}

std::string printable(std::string_view text) {
  constexpr size_t longest = 60;
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (out.size() >= longest)
      return out + "...";
    size_t length = utf8Length(text, at);
    auto byte = static_cast<uint8_t>(text[at]);
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      out += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
      ++at;
    } else {
      out += text.substr(at, length);
      at += length;
    }
  }
  return out;
}

absl::StatusOr<int64_t> tensorBytes(DType dtype, const Shape &shape,
                                    const Limits &limits) {
  if (static_cast<int64_t>(shape.size()) > limits.rank)
    return errorWithFix(absl::StatusCode::kResourceExhausted,
                        absl::StrCat("rank ", shape.size(),
                                     " is above the limit of ", limits.rank,
                                     " (Limits::rank)"),
                        "reshape the tensor to fewer dimensions");
  std::optional<int64_t> count = checkedProduct(shape);
  std::optional<int64_t> bytes =
      count ? checkedMul(*count, static_cast<int64_t>(dtypeBytes(dtype)))
            : std::nullopt;
  if (!bytes)
    return errorWithFix(absl::StatusCode::kInvalidArgument,
                        absl::StrCat("shape ", shapeText(shape),
                                     " has a negative size or more elements "
                                     "than fit 64 bits"),
                        "check the sizes");
  if (*count > limits.elements)
    return errorWithFix(absl::StatusCode::kResourceExhausted,
                        absl::StrCat("shape ", shapeText(shape), " has ",
                                     *count, " elements, above the limit of ",
                                     limits.elements, " (Limits::elements)"),
                        "split the tensor, or raise the limit");
  return *bytes;
}

void swapByteOrder(void *data, int64_t count, size_t elementBytes) {
  if (elementBytes < 2)
    return;
  auto *bytes = static_cast<uint8_t *>(data);
  for (int64_t i = 0; i < count; ++i, bytes += elementBytes)
    std::reverse(bytes, bytes + elementBytes);
}

absl::Status checkBoolBytes(const Value &value) {
  if (value.dtype != DType::i1)
    return absl::OkStatus();
  const auto *bytes = value.data<uint8_t>();
  for (int64_t i = 0, n = value.numElements(); i < n; ++i)
    if (bytes[i] > 1)
      return errorWithFix(absl::StatusCode::kInvalidArgument,
                          absl::StrCat("element ", i,
                                       " of the i1 tensor is byte ", bytes[i],
                                       "; expected 0 or 1"),
                          "store it as u8, or write x != 0");
  return absl::OkStatus();
}

absl::StatusOr<Value> valueFromBytes(DType dtype, const Shape &shape,
                                     absl::Span<const uint8_t> bytes,
                                     bool swapped, const Limits &limits) {
  TGC_ASSIGN_OR_RETURN(int64_t expected, tensorBytes(dtype, shape, limits));
  if (static_cast<uint64_t>(expected) != bytes.size())
    return errorWithFix(
        absl::StatusCode::kInvalidArgument,
        absl::StrCat(typeText(dtype, shape), " takes ", expected,
                     " bytes; found ", bytes.size()),
        "write the file again: it is cut short, or its shape is wrong");
  TGC_ASSIGN_OR_RETURN(Value value, Value::allocate(dtype, shape));
  if (!bytes.empty())
    std::memcpy(value.buffer->data(), bytes.data(), bytes.size());
  if (swapped)
    swapByteOrder(value.buffer->data(), value.numElements(), dtypeBytes(dtype));
  TGC_RETURN_IF_ERROR(checkBoolBytes(value));
  return value;
}

absl::Span<const uint8_t> bytesOf(const Value &value) {
  return {value.data<uint8_t>(), static_cast<size_t>(value.numBytes())};
}

} // namespace tgc

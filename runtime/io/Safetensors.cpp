// Reads the header through the JSON library's events, so that no document is
// built, nesting stays at three and duplicate keys are seen.
#include "tgc/runtime/io/Safetensors.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tgc/runtime/io/Npy.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

namespace tgc {
namespace {

constexpr std::string_view metadataKey = "__metadata__";

constexpr struct {
  std::string_view name;
  DType dtype; // without storage: refused by the file's name and tgc's
} dtypeNames[] = {
    {"BOOL", DType::i1}, {"U8", DType::u8},     {"I32", DType::i32},
    {"I64", DType::i64}, {"F16", DType::f16},   {"F32", DType::f32},
    {"F64", DType::f64}, {"BF16", DType::bf16}, {"I8", DType::i8},
    {"I16", DType::i16}, {"U16", DType::u16},   {"U32", DType::u32},
    {"U64", DType::u64}, {"C64", DType::c64},   {"C128", DType::c128},
};

/// What the header says of a tensor; offsets are from the end of the header.
struct Entry {
  std::string name;
  std::optional<DType> dtype;
  Shape shape;
  std::vector<uint64_t> offsets;
  bool hasShape = false;
  bool hasOffsets = false;
};

/// Takes the events of the header's JSON. A handler that returns false ends
/// the parse; `fault` then says why.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
public:
  explicit HeaderReader(const Limits &limits) : limits(limits) {}

  std::vector<Entry> entries;
  std::string fault;
  std::string fix = "write the file again with safetensors' save_file";
  absl::StatusCode code = absl::StatusCode::kInvalidArgument;

  bool null() override { return unexpected("null"); }
  bool boolean(bool) override { return unexpected("true or false"); }
  bool binary(binary_t &) override { return unexpected("binary data"); }
  bool number_float(double, const string_t &text) override {
    return unexpected(absl::StrCat("the number ", printable(text)));
  }
  bool number_integer(int64_t value) override {
    return unexpected(absl::StrCat("the number ", value));
  }

  bool number_unsigned(uint64_t value) override {
    if (place == Place::Shape &&
        value <= uint64_t{std::numeric_limits<int64_t>::max()}) {
      if (static_cast<int64_t>(entry().shape.size()) == limits.rank)
        return exceed(absl::StrCat(label(), "has more than ", limits.rank,
                                   " dimensions (Limits::rank)"));
      entry().shape.push_back(static_cast<int64_t>(value));
      return true;
    }
    if (place == Place::Offsets && entry().offsets.size() < 2) {
      entry().offsets.push_back(value);
      return true;
    }
    return unexpected(absl::StrCat("the number ", value));
  }

  bool string(string_t &text) override {
    if (place == Place::Metadata)
      return true;
    if (place != Place::Tensor || field != "dtype")
      return unexpected(absl::StrCat("the text '", printable(text), "'"));
    for (const auto &row : dtypeNames)
      if (row.name == text)
        entry().dtype = row.dtype;
    if (entry().dtype && isStored(*entry().dtype))
      return true;
    std::string meaning =
        entry().dtype ? absl::StrCat(std::string(dtypeName(*entry().dtype)),
                                     " has no storage in this release")
                      : "no tgc dtype";
    fix = "convert it before saving: t.to(torch.float32)";
    return fail(absl::StrCat(label(), "has dtype '", printable(text), "' (",
                             meaning,
                             "); expected one of BOOL U8 I32 I64 F16 F32 F64"));
  }

  bool start_object(size_t) override {
    if (place == Place::Start) {
      place = Place::Top;
      return true;
    }
    if (place != Place::Top)
      return unexpected("an object");
    if (field == metadataKey) {
      place = Place::Metadata;
    } else {
      place = Place::Tensor;
      entries.emplace_back().name = field;
    }
    return true;
  }

  bool key(string_t &text) override {
    std::set<std::string> &seen = place == Place::Top ? names : fields;
    if (static_cast<int64_t>(text.size()) > limits.name_bytes)
      return exceed(absl::StrCat("a name of ", text.size(),
                                 " bytes is above the limit of ",
                                 limits.name_bytes, " (Limits::name_bytes)"));
    if (!seen.insert(text).second)
      return fail(absl::StrCat("key '", printable(text),
                               "' is there twice; expected it once"));
    if (place == Place::Tensor && text != "dtype" && text != "shape" &&
        text != "data_offsets")
      return fail(absl::StrCat(label(), "has key '", printable(text),
                               "'; expected dtype, shape and data_offsets"));
    field = std::move(text);
    return true;
  }

  bool end_object() override {
    if (place == Place::Tensor) {
      const Entry &done = entry();
      if (!done.dtype || !done.hasShape || done.offsets.size() != 2)
        return fail(absl::StrCat(label(), "lacks ",
                                 !done.dtype ? "'dtype'"
                                 : !done.hasShape
                                     ? "'shape'"
                                     : "two numbers in 'data_offsets'"));
    }
    place = place == Place::Top ? Place::End : Place::Top;
    fields.clear();
    return true;
  }

  bool start_array(size_t) override {
    if (place == Place::Tensor && field == "shape") {
      place = Place::Shape;
      entry().hasShape = true;
      return true;
    }
    if (place == Place::Tensor && field == "data_offsets") {
      place = Place::Offsets;
      return true;
    }
    return unexpected("a list");
  }

  bool end_array() override {
    place = Place::Tensor;
    return true;
  }

  bool parse_error(size_t position, const std::string &token,
                   const nlohmann::detail::exception &) override {
    return fail(absl::StrCat("byte ", position, " is no JSON: found '",
                             printable(token), "'"));
  }

private:
  enum class Place { Start, Top, Metadata, Tensor, Shape, Offsets, End };

  Entry &entry() { return entries.back(); }

  std::string label() {
    return absl::StrCat("tensor '", printable(entry().name), "' ");
  }

  bool fail(std::string text) {
    fault = std::move(text);
    return false;
  }

  bool exceed(std::string text) {
    code = absl::StatusCode::kResourceExhausted;
    fix = "raise the limit";
    return fail(std::move(text));
  }

  bool unexpected(std::string_view what) {
    switch (place) {
    case Place::Start:
      return fail(absl::StrCat("it is ", std::string(what),
                               "; expected an object of tensors"));
    case Place::Top:
    case Place::End:
      return fail(absl::StrCat("'", printable(field), "' is ",
                               std::string(what), "; expected an object"));
    case Place::Metadata:
      return fail(absl::StrCat("'", printable(field), "' in __metadata__ is ",
                               std::string(what), "; expected a text"));
    case Place::Tensor:
      return fail(absl::StrCat(label(), "has ", std::string(what), " as '",
                               printable(field), "'; expected ",
                               field == "dtype" ? "a text" : "a list"));
    case Place::Shape:
      return fail(absl::StrCat(label(), "has ", std::string(what),
                               " in 'shape'; expected sizes of 0 or more "
                               "that fit 64 bits"));
    case Place::Offsets:
      break;
    }
    return fail(absl::StrCat(label(), "has ", std::string(what),
                             " in 'data_offsets'; expected two numbers"));
  }

  const Limits &limits;
  Place place = Place::Start;
  std::string field; // the key read last
  std::set<std::string> names, fields;
};

absl::Status wrong(std::string_view what) {
  return errorWithFix(absl::StatusCode::kInvalidArgument,
                      absl::StrCat("safetensors: ", std::string(what)),
                      "write the file again with safetensors' save_file");
}

/// The header's length field; the file has at least 8 bytes.
uint64_t headerLength(absl::Span<const uint8_t> bytes) {
  uint64_t length = 0;
  for (size_t i = 8; i-- > 0;)
    length = length << 8 | bytes[i];
  return length;
}

/// Data must be covered exactly once: no hole hides bytes, no overlap makes a
/// small file large.
absl::Status checkCover(std::vector<Entry> &entries, uint64_t dataBytes) {
  std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
    return a.offsets < b.offsets;
  });
  uint64_t end = 0;
  for (const Entry &entry : entries) {
    uint64_t begin = entry.offsets[0];
    if (begin != end || entry.offsets[1] < begin ||
        entry.offsets[1] > dataBytes)
      return wrong(absl::StrCat(
          "tensor '", printable(entry.name), "' lies at bytes ", begin, " to ",
          entry.offsets[1], " of ", dataBytes, "; expected it to begin at ",
          end, ", where the one before it ends, and to end inside the file"));
    end = entry.offsets[1];
  }
  if (end != dataBytes)
    return wrong(absl::StrCat(dataBytes - end,
                              " bytes after the last tensor belong to none"));
  return absl::OkStatus();
}

} // namespace

bool isSafetensors(absl::Span<const uint8_t> bytes) {
  return bytes.size() > 8 && headerLength(bytes) <= bytes.size() - 8 &&
         bytes[8] == '{';
}

absl::StatusOr<ValueMap> parseSafetensors(absl::Span<const uint8_t> bytes,
                                          const Limits &limits) {
  if (bytes.size() < 8)
    return wrong(absl::StrCat("the file has ", bytes.size(),
                              " bytes; expected at least 8"));
  uint64_t length = headerLength(bytes);
  bytes.remove_prefix(8);
  if (length > static_cast<uint64_t>(limits.safetensors_header_bytes))
    return errorWithFix(
        absl::StatusCode::kResourceExhausted,
        absl::StrCat("safetensors: the header has ", length,
                     " bytes, above the limit of ",
                     limits.safetensors_header_bytes,
                     " (Limits::safetensors_header_bytes)"),
        "check that the file is one of safetensors, or raise the limit");
  if (length > bytes.size())
    return wrong(absl::StrCat("the header has ", length, " bytes; only ",
                              bytes.size(), " are left in the file"));
  absl::Span<const uint8_t> header = bytes.first(length);
  absl::Span<const uint8_t> data = bytes.subspan(length);
  if (header.empty() || header[0] != '{')
    return wrong("the header does not begin with '{'");
  HeaderReader reader(limits);
  if (!nlohmann::json::sax_parse(header.begin(), header.end(), &reader))
    return errorWithFix(reader.code,
                        absl::StrCat("safetensors header: ", reader.fault),
                        reader.fix);
  TGC_RETURN_IF_ERROR(checkCover(reader.entries, data.size()));
  ValueMap tensors;
  for (const Entry &entry : reader.entries) {
    absl::StatusOr<Value> value = valueFromBytes(
        *entry.dtype, entry.shape,
        data.subspan(entry.offsets[0], entry.offsets[1] - entry.offsets[0]),
        std::endian::native == std::endian::big, limits);
    if (!value.ok())
      return withPrefix(
          value.status(),
          absl::StrCat("safetensors: tensor '", printable(entry.name), "'"));
    tensors.emplace(entry.name, *std::move(value));
  }
  return tensors;
}

namespace {

/// `text` in quotes. UTF-8 stays as it is.
std::string jsonText(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20)
      out += {'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]};
    else if (c == '"' || c == '\\')
      out += {'\\', c};
    else
      out += c;
  }
  return out + "\"";
}

std::string_view fileName(DType dtype) {
  for (const auto &row : dtypeNames)
    if (row.dtype == dtype)
      return row.name;
  return "";
}

} // namespace

absl::Status writeSafetensors(const ValueMap &tensors, ByteSink sink) {
  std::vector<const ValueMap::value_type *> order;
  for (const auto &tensor : tensors) {
    if (!isUtf8(tensor.first) || tensor.first == metadataKey)
      return errorWithFix(absl::StatusCode::kInvalidArgument,
                          absl::StrCat("safetensors: a tensor is named '",
                                       printable(tensor.first),
                                       "'; expected UTF-8 other than ",
                                       std::string(metadataKey)),
                          "rename the tensor");
    order.push_back(&tensor);
  }
  std::sort(order.begin(), order.end(), [](auto *a, auto *b) {
    return std::pair(dtypeBytes(b->second.dtype), std::string_view(a->first)) <
           std::pair(dtypeBytes(a->second.dtype), std::string_view(b->first));
  });
  std::string header = "{";
  int64_t offset = 0;
  for (const auto *tensor : order) {
    const Value &value = tensor->second;
    std::optional<int64_t> end = checkedAdd(offset, value.numBytes());
    if (!end)
      return absl::ResourceExhaustedError(
          "safetensors: the tensors together have more bytes than fit 64 bits");
    absl::StrAppend(&header, header.size() > 1 ? "," : "",
                    jsonText(tensor->first), ":{\"dtype\":\"",
                    std::string(fileName(value.dtype)), "\",\"shape\":[",
                    absl::StrJoin(value.shape, ","), "],\"data_offsets\":[",
                    offset, ",", *end, "]}");
    offset = *end;
  }
  header += '}';
  header.append((8 - header.size() % 8) % 8, ' '); // data aligned to 8 bytes
  std::string length;
  for (int i = 0; i < 8; ++i)
    length += static_cast<char>(uint64_t{header.size()} >> (8 * i));
  TGC_RETURN_IF_ERROR(sink(bytesOf(std::string_view(length))));
  TGC_RETURN_IF_ERROR(sink(bytesOf(std::string_view(header))));
  for (const auto *tensor : order) {
    if (std::endian::native == std::endian::little) {
      TGC_RETURN_IF_ERROR(sink(bytesOf(tensor->second)));
      continue;
    }
    TGC_ASSIGN_OR_RETURN(Value swapped, valueFromBytes(tensor->second.dtype,
                                                       tensor->second.shape,
                                                       bytesOf(tensor->second),
                                                       true, Limits()));
    TGC_RETURN_IF_ERROR(sink(bytesOf(swapped)));
  }
  return absl::OkStatus();
}

} // namespace tgc

// Reads and writes npy. The header is a Python literal; only the form that
// numpy.save writes is read, by hand: nothing is evaluated.
#include "tgc/runtime/io/Npy.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include <bit>
#include <charconv>
#include <cstring>

namespace tgc {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr bool littleEndianHost = std::endian::native == std::endian::little;

constexpr struct {
  std::string_view kind; // kind letter and bytes, without the byte order
  DType dtype;
} storedKinds[] = {{"b1", DType::i1},  {"u1", DType::u8},  {"i4", DType::i32},
                   {"i8", DType::i64}, {"f2", DType::f16}, {"f4", DType::f32},
                   {"f8", DType::f64}};

/// What a kind that tgc cannot store is, and the way out.
struct Refusal {
  std::string_view what;
  std::string_view fix;
};

Refusal refusalOf(std::string_view kind) {
  constexpr std::string_view cast =
      "save x.astype(np.float32), or another of these dtypes";
  char letter = kind.empty() ? '\0' : kind[0];
  switch (letter) {
  case 'O':
    return {"Python objects: pickled objects are code and never loaded",
            "save a numeric array: np.array(x, dtype=np.float32)"};
  case 'S':
  case 'a':
  case 'U':
    return {"strings: str has no storage in this release",
            "save numbers, for example indices into a list of the strings"};
  case 'V':
    return {"raw bytes: NumPy has no name for this dtype (bf16 and f8 are "
            "saved so)",
            cast};
  case 'M':
  case 'm':
    return {"dates: no tgc dtype", "save x.astype(np.int64)"};
  default:
    break;
  }
  constexpr struct {
    std::string_view kind, what;
  } names[] = {{"i1", "i8 has no storage in this release"},
               {"i2", "i16 has no storage in this release"},
               {"u2", "u16 has no storage in this release"},
               {"u4", "u32 has no storage in this release"},
               {"u8", "u64 has no storage in this release"},
               {"c8", "c64 has no storage in this release"},
               {"c16", "c128 has no storage in this release"},
               {"f16", "long double: no tgc dtype"}};
  for (const auto &name : names)
    if (name.kind == kind)
      return {name.what, cast};
  return {"no NumPy dtype that tgc knows", cast};
}

struct Header {
  DType dtype = DType::f32;
  bool swapped = false;
  bool fortranOrder = false;
  Shape shape;
};

/// Reads the dictionary of a header, from left to right.
class HeaderParser {
public:
  explicit HeaderParser(std::string_view text) : text(text) {}

  absl::StatusOr<Header> parse() {
    TGC_RETURN_IF_ERROR(expect('{', "the '{' of a dictionary"));
    while (!accept('}')) {
      TGC_RETURN_IF_ERROR(entry());
      if (accept('}'))
        break;
      TGC_RETURN_IF_ERROR(expect(',', "',' or '}'"));
    }
    skipBlanks();
    if (at != text.size())
      return found("the end of the header");
    for (size_t i = 0; i < std::size(keys); ++i)
      if (!seen[i])
        return wrong(absl::StrCat("there is no '", std::string(keys[i]),
                                  "'; expected 'descr', 'fortran_order' and "
                                  "'shape'"));
    return header;
  }

private:
  static constexpr std::string_view keys[] = {"descr", "fortran_order",
                                              "shape"};

  static absl::Status wrong(std::string_view what) {
    return errorWithFix(absl::StatusCode::kInvalidArgument,
                        absl::StrCat("npy header: ", std::string(what)),
                        "write the file again with numpy.save");
  }

  absl::Status found(std::string_view expected) {
    std::string here =
        at < text.size()
            ? absl::StrCat("'", printable(text.substr(at, 12)), "'")
            : "its end";
    return wrong(absl::StrCat("character ", at, " is ", here, "; expected ",
                              std::string(expected)));
  }

  void skipBlanks() {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' ||
                                text[at] == '\t' || text[at] == '\r'))
      ++at;
  }

  bool accept(char c) {
    skipBlanks();
    if (at == text.size() || text[at] != c)
      return false;
    ++at;
    return true;
  }

  absl::Status expect(char c, std::string_view what) {
    return accept(c) ? absl::OkStatus() : found(what);
  }

  bool acceptWord(std::string_view word) {
    skipBlanks();
    if (text.substr(at, word.size()) != word)
      return false;
    at += word.size();
    return true;
  }

  /// A string in single or double quotes. A backslash would be an escape:
  /// no key or dtype has one.
  absl::StatusOr<std::string_view> string(std::string_view what) {
    skipBlanks();
    char quote = at < text.size() ? text[at] : '\0';
    if (quote != '\'' && quote != '"')
      return found(what);
    size_t end = text.find(quote, at + 1);
    std::string_view inside = text.substr(at + 1, end - at - 1);
    if (end == std::string_view::npos ||
        inside.find('\\') != std::string_view::npos)
      return found(what);
    at = end + 1;
    return inside;
  }

  absl::Status entry() {
    TGC_ASSIGN_OR_RETURN(std::string_view key, string("a key in quotes"));
    size_t which = 0;
    while (which < std::size(keys) && keys[which] != key)
      ++which;
    if (which == std::size(keys))
      return wrong(absl::StrCat("key '", printable(key),
                                "' is unknown; expected 'descr', "
                                "'fortran_order' and 'shape'"));
    if (seen[which])
      return wrong(absl::StrCat("key '", printable(key),
                                "' stands there twice; expected it once"));
    seen[which] = true;
    TGC_RETURN_IF_ERROR(expect(':', "':'"));
    return which == 0 ? descr() : which == 1 ? order() : shape();
  }

  absl::Status descr() {
    skipBlanks();
    if (at < text.size() && text[at] == '[')
      return errorWithFix(absl::StatusCode::kInvalidArgument,
                          "npy header: 'descr' is a list of fields (a "
                          "structured dtype); expected one of b1 u1 i4 i8 f2 "
                          "f4 f8",
                          "save each field on its own: np.savez(path, "
                          "**{n: x[n] for n in x.dtype.names})");
    TGC_ASSIGN_OR_RETURN(std::string_view name, string("a dtype in quotes"));
    std::string_view kind = name;
    char order = '=';
    if (!kind.empty() &&
        std::string_view("<>=|").find(kind[0]) != std::string_view::npos) {
      order = kind[0];
      kind.remove_prefix(1);
    }
    header.swapped = order == (littleEndianHost ? '>' : '<');
    for (const auto &stored : storedKinds)
      if (stored.kind == (kind == "?" ? "b1" : kind)) {
        header.dtype = stored.dtype;
        return absl::OkStatus();
      }
    Refusal refusal = refusalOf(kind);
    return errorWithFix(absl::StatusCode::kInvalidArgument,
                        absl::StrCat("npy header: 'descr' is '",
                                     printable(name), "' (",
                                     std::string(refusal.what),
                                     "); expected one of b1 u1 i4 i8 f2 f4 f8"),
                        refusal.fix);
  }

  absl::Status order() {
    header.fortranOrder = acceptWord("True");
    if (!header.fortranOrder && !acceptWord("False"))
      return found("True or False");
    return absl::OkStatus();
  }

  absl::Status shape() {
    TGC_RETURN_IF_ERROR(expect('(', "the '(' of a tuple of sizes"));
    bool comma = true; // one size alone needs one to be a tuple
    while (!accept(')')) {
      if (!comma)
        return found("',' or ')'");
      skipBlanks();
      int64_t size = 0;
      const char *begin = text.data() + at, *end = text.data() + text.size();
      auto [next, error] = std::from_chars(begin, end, size);
      if (error == std::errc::result_out_of_range)
        return found("a size that fits 64 bits");
      if (error != std::errc())
        return found("a size");
      if (size < 0)
        return found("a size of 0 or more");
      at += static_cast<size_t>(next - begin);
      if (at < text.size() && text[at] == 'L') // Python 2 wrote 3L
        ++at;
      header.shape.push_back(size);
      comma = accept(',');
    }
    if (header.shape.size() == 1 && !comma)
      return wrong("'shape' is a number in parentheses; expected a tuple as "
                   "in (3,)");
    return absl::OkStatus();
  }

  std::string_view text;
  size_t at = 0;
  bool seen[std::size(keys)] = {};
  Header header;
};

/// Copies elements that lie in Fortran order (first dimension fastest) into
/// row-major order.
void copyFortranOrder(const uint8_t *from, const Shape &shape, size_t bytes,
                      uint8_t *to, int64_t count) {
  // Position in `from` of the next element, by the index of each dimension.
  Shape strides(shape.size()), index(shape.size(), 0);
  int64_t stride = 1;
  for (size_t i = 0; i < shape.size(); ++i) {
    strides[i] = stride;
    stride *= shape[i]; // at most the checked product
  }
  int64_t offset = 0;
  for (int64_t i = 0; i < count; ++i, to += bytes) {
    std::memcpy(to, from + static_cast<size_t>(offset) * bytes, bytes);
    for (size_t d = shape.size(); d-- > 0;) {
      offset += strides[d];
      if (++index[d] < shape[d])
        break;
      offset -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}

} // namespace

bool isNpy(absl::Span<const uint8_t> bytes) {
  return bytes.size() >= magic.size() &&
         std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

absl::StatusOr<Value> parseNpy(absl::Span<const uint8_t> bytes,
                               const Limits &limits) {
  auto wrong = [](std::string_view what) {
    return errorWithFix(absl::StatusCode::kInvalidArgument, what,
                        "write the file again with numpy.save");
  };
  if (!isNpy(bytes))
    return wrong("no npy file: it does not begin with \\x93NUMPY");
  if (bytes.size() < 8)
    return wrong(absl::StrCat("an npy file of ", bytes.size(),
                              " bytes is cut short in its version"));
  int major = bytes[6], minor = bytes[7];
  if (major < 1 || major > 3 || minor != 0)
    return wrong(absl::StrCat("npy version is ", major, ".", minor,
                              "; expected 1.0, 2.0 or 3.0"));
  size_t lengthBytes = major == 1 ? 2 : 4;
  if (bytes.size() < 8 + lengthBytes)
    return wrong(absl::StrCat("an npy file of ", bytes.size(),
                              " bytes is cut short in its header's length"));
  uint64_t length = 0;
  for (size_t i = lengthBytes; i-- > 0;)
    length = length << 8 | bytes[8 + i];
  if (length > static_cast<uint64_t>(limits.npy_header_bytes))
    return errorWithFix(
        absl::StatusCode::kResourceExhausted,
        absl::StrCat("the npy header has ", length,
                     " bytes, above the limit of ", limits.npy_header_bytes,
                     " (Limits::npy_header_bytes)"),
        "write the file again with numpy.save, or raise the limit");
  absl::Span<const uint8_t> rest = bytes.subspan(8 + lengthBytes);
  if (length > rest.size())
    return wrong(absl::StrCat("the npy header has ", length, " bytes; only ",
                              rest.size(), " are left in the file"));
  std::string_view text(reinterpret_cast<const char *>(rest.data()), length);
  TGC_ASSIGN_OR_RETURN(Header header, HeaderParser(text).parse());
  rest.remove_prefix(length);

  if (!header.fortranOrder || header.shape.size() < 2)
    return valueFromBytes(header.dtype, header.shape, rest, header.swapped,
                          limits);
  TGC_ASSIGN_OR_RETURN(int64_t size,
                       tensorBytes(header.dtype, header.shape, limits));
  if (static_cast<uint64_t>(size) != rest.size())
    return wrong(absl::StrCat(typeText(header.dtype, header.shape), " takes ",
                              size, " bytes; found ", rest.size()));
  TGC_ASSIGN_OR_RETURN(Value value,
                       Value::allocate(header.dtype, header.shape));
  copyFortranOrder(rest.data(), header.shape, dtypeBytes(header.dtype),
                   value.data<uint8_t>(), value.numElements());
  if (header.swapped)
    swapByteOrder(value.buffer->data(), value.numElements(),
                  dtypeBytes(header.dtype));
  TGC_RETURN_IF_ERROR(checkBoolBytes(value));
  return value;
}

std::string npyHeader(const Value &value) {
  std::string_view kind;
  for (const auto &stored : storedKinds)
    if (stored.dtype == value.dtype)
      kind = stored.kind;
  char order = dtypeBytes(value.dtype) == 1 ? '|'
               : littleEndianHost           ? '<'
                                            : '>';
  std::string shape = absl::StrJoin(value.shape, ", ");
  if (value.shape.size() == 1)
    shape += ",";
  std::string text =
      absl::StrCat("{'descr': '", std::string(1, order), std::string(kind),
                   "', 'fortran_order': False, 'shape': (", shape, "), }");
  // numpy.save leaves room for 21 digits of the first size, then makes the
  // elements begin at a multiple of 64.
  if (!value.shape.empty())
    text.append(21 - std::to_string(value.shape[0]).size(), ' ');
  size_t used = magic.size() + 4 + text.size() + 1;
  text.append(64 - used % 64, ' ');
  text += '\n';
  // At most 32 sizes of 19 digits: the length fits 16 bits.
  std::string header(magic);
  header += {'\x01', '\x00', static_cast<char>(text.size() & 0xff),
             static_cast<char>(text.size() >> 8)};
  return header + text;
}

absl::Status writeNpy(const Value &value, ByteSink sink) {
  std::string header = npyHeader(value);
  TGC_RETURN_IF_ERROR(sink(bytesOf(header)));
  return sink(bytesOf(value));
}

} // namespace tgc

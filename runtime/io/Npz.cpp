// Reads npz through the archive's directory and writes it stored.
#include "tgc/runtime/io/Npz.h"

#include "absl/strings/str_cat.h"
#include "tgc/runtime/io/Npy.h"
#include "tgc/runtime/io/ReadFile.h"
#include "tgc/runtime/io/ZipFormat.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include <zlib.h>

namespace tgc {
namespace {

using Bytes = absl::Span<const uint8_t>;

absl::Status wrong(std::string_view what) {
  return errorWithFix(absl::StatusCode::kInvalidArgument,
                      absl::StrCat("npz: ", std::string(what)),
                      "write the file again with numpy.savez");
}

/// The little-endian number of `count` bytes at `at`, which must be inside.
uint64_t number(Bytes bytes, uint64_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = count; i-- > 0;)
    value = value << 8 | bytes[at + i];
  return value;
}

bool fits(Bytes bytes, uint64_t at, uint64_t count) {
  return at <= bytes.size() && count <= bytes.size() - at;
}

/// Why an entry may not have this name (without ".npy"); empty if it may.
std::string_view nameFault(std::string_view key) {
  if (key.empty())
    return "is empty";
  if (!isUtf8(key))
    return "is not UTF-8";
  if (key.find('\0') != std::string_view::npos ||
      key.find('\\') != std::string_view::npos)
    return "has a NUL or a backslash";
  if (key[0] == '/')
    return "is an absolute path";
  for (size_t begin = 0; begin <= key.size();) {
    size_t end = std::min(key.find('/', begin), key.size());
    if (key.substr(begin, end - begin) == "..")
      return "has a '..' in it";
    begin = end + 1;
  }
  return "";
}

/// What the directory says of an entry.
struct Entry {
  std::string name;
  uint16_t flags = 0;
  uint16_t method = 0;
  uint32_t crc = 0;
  uint64_t compressed = 0; // bytes in the archive
  uint64_t size = 0;       // bytes of the npy file
  uint64_t offset = 0;     // of its local header
  uint64_t dataBegin = 0;

  std::string_view key() const {
    return std::string_view(name).substr(0,
                                         name.size() - zip::npySuffix.size());
  }
};

/// Replaces each of `fields` that holds none32 by its value from the zip64
/// extra field, which lists just those, in this order. False if the extra
/// fields are malformed or the values are missing.
bool readZip64(Bytes extra, std::initializer_list<uint64_t *> fields) {
  Bytes values;
  bool found = false;
  while (!extra.empty()) {
    if (extra.size() < 4)
      return false;
    uint64_t id = number(extra, 0, 2), length = number(extra, 2, 2);
    if (length > extra.size() - 4 || (id == zip::zip64ExtraId && found))
      return false;
    if (id == zip::zip64ExtraId) {
      values = extra.subspan(4, length);
      found = true;
    }
    extra.remove_prefix(4 + length);
  }
  for (uint64_t *field : fields) {
    if (*field != zip::none32)
      continue;
    if (!found) // a size of exactly none32 needs no zip64
      return true;
    if (values.size() < 8)
      return false;
    *field = number(values, 0, 8);
    values.remove_prefix(8);
  }
  return true;
}

struct Directory {
  uint64_t entries = 0;
  uint64_t begin = 0;
  uint64_t end = 0;
};

/// Finds the directory through the record at the end of the archive.
absl::StatusOr<Directory> findDirectory(Bytes bytes) {
  using namespace zip;
  if (bytes.size() < endBytes)
    return wrong(absl::StrCat("the archive has ", bytes.size(),
                              " bytes; expected at least ", endBytes));
  uint64_t at = bytes.size() - endBytes;
  if (number(bytes, at, 4) != endSignature || number(bytes, at + 20, 2) != 0)
    return wrong("the last 22 bytes are no end record: the file is cut short, "
                 "or bytes or a comment follow its end");
  uint64_t disks = number(bytes, at + 4, 4);
  uint64_t here = number(bytes, at + 8, 2);
  Directory directory;
  directory.entries = number(bytes, at + 10, 2);
  uint64_t length = number(bytes, at + 12, 4);
  directory.begin = number(bytes, at + 16, 4);
  directory.end = at;
  bool large = directory.entries == none16 || length == none32 ||
               directory.begin == none32;
  uint64_t locator = at - end64LocatorBytes;
  if (large && at >= end64LocatorBytes + end64Bytes &&
      number(bytes, locator, 4) == end64LocatorSignature) {
    uint64_t record = number(bytes, locator + 8, 8);
    if (record != locator - end64Bytes ||
        number(bytes, record, 4) != end64Signature ||
        number(bytes, record + 4, 8) != end64Bytes - 12)
      return wrong(absl::StrCat("the zip64 end record is not the ", end64Bytes,
                                " bytes before its locator"));
    disks = number(bytes, locator + 4, 4) | number(bytes, record + 16, 8);
    here = number(bytes, record + 24, 8);
    directory.entries = number(bytes, record + 32, 8);
    length = number(bytes, record + 40, 8);
    directory.begin = number(bytes, record + 48, 8);
    directory.end = record;
  }
  if (disks != 0 || here != directory.entries)
    return wrong("the archive is one of several parts; expected a single file");
  if (directory.begin > directory.end ||
      length != directory.end - directory.begin)
    return wrong(absl::StrCat("the directory of ", length, " bytes at ",
                              directory.begin, " does not end at ",
                              directory.end, ", where the end record begins"));
  return directory;
}

absl::Status checkEntry(const Entry &entry) {
  using namespace zip;
  std::string label = absl::StrCat("entry '", printable(entry.name), "' ");
  std::string_view name = entry.name;
  if (name.size() < npySuffix.size() ||
      name.substr(name.size() - npySuffix.size()) != npySuffix)
    return errorWithFix(
        absl::StatusCode::kInvalidArgument,
        absl::StrCat("npz: ", label, "is no .npy; expected tensors only"),
        name.find(".pkl") == std::string_view::npos
            ? "write the file again with numpy.savez"
            : "this is a PyTorch checkpoint, whose pickle is "
              "code: export it with safetensors.torch."
              "save_file");
  std::string_view fault = nameFault(entry.key());
  if (!fault.empty())
    return wrong(absl::StrCat("the name of ", label, std::string(fault),
                              "; expected a plain name"));
  if (!(entry.flags & flagUtf8) &&
      std::any_of(name.begin(), name.end(), [](char c) { return c & 0x80; }))
    return wrong(absl::StrCat("the name of ", label,
                              "is not ASCII and not marked as UTF-8"));
  if (entry.flags & flagEncrypted)
    return errorWithFix(absl::StatusCode::kInvalidArgument,
                        absl::StrCat("npz: ", label, "is encrypted"),
                        "decrypt the archive first");
  if (entry.flags & ~flagsKnown)
    return wrong(absl::StrCat(label, "has flags ", absl::Hex(entry.flags),
                              "; expected at most ", absl::Hex(flagsKnown)));
  if (entry.method != stored && entry.method != deflated)
    return errorWithFix(
        absl::StatusCode::kInvalidArgument,
        absl::StrCat("npz: ", label, "is compressed by method ", entry.method,
                     "; expected stored (0) or deflated (8)"),
        "write the file again with numpy.savez or numpy.savez_compressed");
  if (entry.method == stored && entry.compressed != entry.size)
    return wrong(absl::StrCat(label, "is stored in ", entry.compressed,
                              " bytes, but has ", entry.size));
  // A deflate block of 258-byte matches of one bit each is the densest.
  if (entry.method == deflated && entry.size / 1032 > entry.compressed)
    return wrong(absl::StrCat(
        label, "claims ", entry.size, " bytes; its ", entry.compressed,
        " compressed bytes can hold at most ", entry.compressed * 1032));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Entry>> readDirectory(Bytes bytes,
                                                 const Directory &directory) {
  using namespace zip;
  std::vector<Entry> entries;
  uint64_t at = directory.begin;
  for (uint64_t i = 0; i < directory.entries; ++i) {
    uint64_t left = directory.end - at;
    auto cut = [&] {
      return wrong(absl::StrCat("entry ", i, " of ", directory.entries,
                                " in the directory is cut short"));
    };
    if (left < directoryBytes)
      return cut();
    if (number(bytes, at, 4) != directorySignature)
      return wrong(absl::StrCat("entry ", i, " of ", directory.entries,
                                " in the directory has a wrong signature"));
    Entry entry;
    entry.flags = static_cast<uint16_t>(number(bytes, at + 8, 2));
    entry.method = static_cast<uint16_t>(number(bytes, at + 10, 2));
    entry.crc = static_cast<uint32_t>(number(bytes, at + 16, 4));
    entry.compressed = number(bytes, at + 20, 4);
    entry.size = number(bytes, at + 24, 4);
    uint64_t nameBytes = number(bytes, at + 28, 2);
    uint64_t extraBytes = number(bytes, at + 30, 2);
    uint64_t commentBytes = number(bytes, at + 32, 2);
    entry.offset = number(bytes, at + 42, 4);
    if (left - directoryBytes < nameBytes + extraBytes + commentBytes)
      return cut();
    at += directoryBytes;
    entry.name.assign(reinterpret_cast<const char *>(bytes.data()) + at,
                      nameBytes);
    if (!readZip64(bytes.subspan(at + nameBytes, extraBytes),
                   {&entry.size, &entry.compressed, &entry.offset}))
      return wrong(absl::StrCat("entry '", printable(entry.name),
                                "' has malformed extra fields"));
    at += nameBytes + extraBytes + commentBytes;
    TGC_RETURN_IF_ERROR(checkEntry(entry));
    entries.push_back(std::move(entry));
  }
  if (at != directory.end)
    return wrong(absl::StrCat(directory.end - at,
                              " bytes of the directory belong to no entry"));
  return entries;
}

/// Reads the entry's own header, which must say what the directory says, and
/// sets dataBegin.
absl::Status readLocalHeader(Bytes bytes, const Directory &directory,
                             Entry &entry) {
  using namespace zip;
  bytes = bytes.first(directory.begin);
  uint64_t at = entry.offset;
  auto fail = [&](std::string_view what) {
    return wrong(absl::StrCat("entry '", printable(entry.name), "' ",
                              std::string(what)));
  };
  if (!fits(bytes, at, localBytes) || number(bytes, at, 4) != localSignature)
    return fail(absl::StrCat("has no local header at byte ", at));
  uint64_t nameBytes = number(bytes, at + 26, 2);
  uint64_t extraBytes = number(bytes, at + 28, 2);
  if (!fits(bytes, at + localBytes, nameBytes + extraBytes))
    return fail("has a local header that is cut short");
  std::string_view name(reinterpret_cast<const char *>(bytes.data()) + at +
                            localBytes,
                        nameBytes);
  uint64_t crc = number(bytes, at + 14, 4);
  uint64_t compressed = number(bytes, at + 18, 4);
  uint64_t size = number(bytes, at + 22, 4);
  if (!readZip64(bytes.subspan(at + localBytes + nameBytes, extraBytes),
                 {&size, &compressed}))
    return fail("has malformed extra fields in its local header");
  bool sizesLater = entry.flags & flagDescriptor;
  bool sizesEqual =
      crc == entry.crc && size == entry.size && compressed == entry.compressed;
  bool sizesZero = crc == 0 && size == 0 && compressed == 0;
  if (name != entry.name || number(bytes, at + 6, 2) != entry.flags ||
      number(bytes, at + 8, 2) != entry.method ||
      !(sizesEqual || (sizesLater && sizesZero)))
    return fail("has a local header that differs from the directory");
  entry.dataBegin = at + localBytes + nameBytes + extraBytes;
  if (!fits(bytes, entry.dataBegin, entry.compressed))
    return fail(absl::StrCat("has ", entry.compressed,
                             " bytes, more than the archive holds for it"));
  return absl::OkStatus();
}

/// Entries may neither overlap (archive bombs) nor leave bytes between them
/// that no entry owns (files that are two things at once).
absl::Status checkLayout(const Directory &directory,
                         const std::vector<Entry> &entries) {
  std::vector<const Entry *> order;
  for (const Entry &entry : entries)
    order.push_back(&entry);
  std::sort(order.begin(), order.end(), [](const Entry *a, const Entry *b) {
    return a->offset < b->offset;
  });
  uint64_t end = 0;
  for (size_t i = 0; i <= order.size(); ++i) {
    uint64_t next = i < order.size() ? order[i]->offset : directory.begin;
    bool described = i > 0 && (order[i - 1]->flags & zip::flagDescriptor);
    // CRC and two sizes of 4 or 8 bytes, with or without a signature.
    uint64_t gap = next - end;
    bool gapExpected =
        described ? gap == 12 || gap == 16 || gap == 20 || gap == 24 : gap == 0;
    if (next < end || !gapExpected)
      return wrong(absl::StrCat("the entries overlap or leave a gap at byte ",
                                std::min(next, end)));
    if (i < order.size())
      end = order[i]->dataBegin + order[i]->compressed;
  }
  return absl::OkStatus();
}

/// Inflates raw deflate data to exactly `size` bytes.
absl::StatusOr<std::shared_ptr<Buffer>> inflateEntry(Bytes in, uint64_t size) {
  TGC_ASSIGN_OR_RETURN(std::shared_ptr<Buffer> buffer,
                       Buffer::allocate(static_cast<int64_t>(size)));
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return absl::ResourceExhaustedError("no memory to inflate");
  auto *out = static_cast<uint8_t *>(buffer->data());
  uint64_t produced = 0;
  uint8_t beyond = 0; // one byte more than declared shows a wrong size
  int result = Z_OK;
  while (result == Z_OK) {
    // zlib counts 32 bits: feed and drain in pieces.
    constexpr uint64_t piece = std::numeric_limits<uInt>::max();
    bool full = produced == size;
    auto inPiece = static_cast<uInt>(std::min<uint64_t>(in.size(), piece));
    auto outPiece =
        full ? uInt{1}
             : static_cast<uInt>(std::min<uint64_t>(size - produced, piece));
    stream.next_in = const_cast<Bytef *>(in.data());
    stream.avail_in = inPiece;
    stream.next_out = full ? &beyond : out + produced;
    stream.avail_out = outPiece;
    result = inflate(&stream, Z_NO_FLUSH);
    in.remove_prefix(inPiece - stream.avail_in);
    uint64_t written = outPiece - stream.avail_out;
    if (full && written > 0)
      result = Z_DATA_ERROR;
    else
      produced += written;
  }
  inflateEnd(&stream);
  if (result == Z_MEM_ERROR)
    return absl::ResourceExhaustedError("no memory to inflate");
  if (result != Z_STREAM_END || produced != size || !in.empty())
    return wrong(absl::StrCat("the deflated data do not inflate to the ", size,
                              " bytes declared"));
  return buffer;
}

absl::StatusOr<Value> readEntry(Bytes bytes, const Entry &entry,
                                const Limits &limits) {
  Bytes data = bytes.subspan(entry.dataBegin, entry.compressed);
  std::shared_ptr<Buffer> inflated;
  if (entry.method == zip::deflated) {
    TGC_ASSIGN_OR_RETURN(inflated, inflateEntry(data, entry.size));
    data = bytesOf(*inflated);
  }
  auto crc = static_cast<uint32_t>(crc32_z(0, data.data(), data.size()));
  if (crc != entry.crc)
    return errorWithFix(absl::StatusCode::kDataLoss,
                        absl::StrCat("the CRC of the data is ", absl::Hex(crc),
                                     "; expected ", absl::Hex(entry.crc)),
                        "the file is damaged: fetch or write it again");
  return parseNpy(data, limits);
}

} // namespace

bool isZip(Bytes bytes) {
  if (bytes.size() < 4)
    return false;
  uint64_t signature = number(bytes, 0, 4);
  return signature == zip::localSignature || signature == zip::endSignature;
}

absl::StatusOr<ValueMap> parseNpz(Bytes bytes, const Limits &limits) {
  TGC_ASSIGN_OR_RETURN(Directory directory, findDirectory(bytes));
  if (directory.entries > static_cast<uint64_t>(limits.archive_entries))
    return errorWithFix(absl::StatusCode::kResourceExhausted,
                        absl::StrCat("npz: the archive has ", directory.entries,
                                     " entries, above the limit of ",
                                     limits.archive_entries,
                                     " (Limits::archive_entries)"),
                        "split the archive, or raise the limit");
  TGC_ASSIGN_OR_RETURN(std::vector<Entry> entries,
                       readDirectory(bytes, directory));
  auto budget = static_cast<uint64_t>(limits.external_bytes);
  for (Entry &entry : entries) {
    TGC_RETURN_IF_ERROR(readLocalHeader(bytes, directory, entry));
    if (entry.size > budget)
      return errorWithFix(
          absl::StatusCode::kResourceExhausted,
          absl::StrCat("npz: the entries up to '", printable(entry.name),
                       "' claim more than the limit of ", limits.external_bytes,
                       " bytes (Limits::external_bytes)"),
          "split the archive, or raise the limit");
    budget -= entry.size;
  }
  TGC_RETURN_IF_ERROR(checkLayout(directory, entries));
  ValueMap tensors;
  for (const Entry &entry : entries) {
    auto [place, isNew] = tensors.try_emplace(std::string(entry.key()));
    if (!isNew)
      return wrong(absl::StrCat("entry '", printable(entry.name),
                                "' is there twice; expected each name once"));
    absl::StatusOr<Value> value = readEntry(bytes, entry, limits);
    if (!value.ok())
      return withPrefix(value.status(),
                        absl::StrCat("entry '", printable(entry.name), "'"));
    place->second = *std::move(value);
  }
  return tensors;
}

namespace {

/// Little-endian fields of a record that is being written.
class Record {
public:
  Record &u16(uint64_t value) { return put(value, 2); }
  Record &u32(uint64_t value) { return put(value, 4); }
  Record &u64(uint64_t value) { return put(value, 8); }
  /// The value, or none32 if it is in the zip64 record.
  Record &size32(uint64_t value) {
    return u32(std::min<uint64_t>(value, zip::none32));
  }
  Record &text(std::string_view value) {
    bytes += value;
    return *this;
  }
  Bytes span() const { return bytesOf(std::string_view(bytes)); }

private:
  Record &put(uint64_t value, int count) {
    for (int i = 0; i < count; ++i)
      bytes += static_cast<char>(value >> (8 * i));
    return *this;
  }
  std::string bytes;
};

/// The fields that the local header and the directory share: flags to extra
/// length. Sizes of an archive entry are equal, as entries are stored.
void putEntry(Record &record, const Entry &entry, size_t extraBytes) {
  constexpr uint64_t midnight1980 = 33; // DOS date; time 0
  record.u16(entry.flags)
      .u16(zip::stored)
      .u16(0)
      .u16(midnight1980)
      .u32(entry.crc)
      .size32(entry.size)
      .size32(entry.size)
      .u16(entry.name.size())
      .u16(extraBytes);
}

constexpr uint64_t version = 20, version64 = 45; // needed to read, times 10

/// Writes local header and data; sets everything in `entry` but its name.
absl::Status writeEntry(const Value &value, uint64_t offset, Entry &entry,
                        ByteSink sink) {
  std::string header = npyHeader(value);
  Bytes data = bytesOf(value);
  entry.size = entry.compressed = header.size() + data.size();
  entry.offset = offset;
  entry.crc = static_cast<uint32_t>(crc32_z(
      crc32_z(0, bytesOf(std::string_view(header)).data(), header.size()),
      data.data(), data.size()));
  bool ascii = std::none_of(entry.name.begin(), entry.name.end(),
                            [](char c) { return c & 0x80; });
  entry.flags = ascii ? 0 : zip::flagUtf8;
  bool large = entry.size >= zip::none32;
  Record local;
  local.u32(zip::localSignature).u16(large ? version64 : version);
  putEntry(local, entry, large ? 20 : 0);
  local.text(entry.name);
  if (large)
    local.u16(zip::zip64ExtraId).u16(16).u64(entry.size).u64(entry.size);
  entry.dataBegin = offset + local.span().size();
  TGC_RETURN_IF_ERROR(sink(local.span()));
  TGC_RETURN_IF_ERROR(sink(bytesOf(std::string_view(header))));
  return sink(data);
}

void putDirectoryEntry(Record &record, const Entry &entry) {
  bool largeSize = entry.size >= zip::none32;
  bool largeOffset = entry.offset >= zip::none32;
  bool large = largeSize || largeOffset;
  uint64_t extra = (largeSize ? 16 : 0) + (largeOffset ? 8 : 0);
  uint64_t needed = large ? version64 : version;
  record.u32(zip::directorySignature).u16(needed).u16(needed);
  putEntry(record, entry, large ? extra + 4 : 0);
  record.u16(0).u16(0).u16(0).u32(0); // no comment, disk 0, no attributes
  record.size32(entry.offset).text(entry.name);
  if (large)
    record.u16(zip::zip64ExtraId).u16(extra);
  if (largeSize)
    record.u64(entry.size).u64(entry.size);
  if (largeOffset)
    record.u64(entry.offset);
}

} // namespace

absl::Status writeNpz(const ValueMap &tensors, ByteSink sink) {
  uint64_t offset = 0, count = tensors.size();
  Record directory;
  for (const auto &[key, value] : tensors) {
    std::string_view fault = nameFault(key);
    Entry entry;
    entry.name = absl::StrCat(key, std::string(zip::npySuffix));
    if (fault.empty() && entry.name.size() > zip::none16)
      fault = "is longer than 65535 bytes";
    if (!fault.empty())
      return errorWithFix(absl::StatusCode::kInvalidArgument,
                          absl::StrCat("npz: the tensor name '", printable(key),
                                       "' ", std::string(fault),
                                       "; expected a plain name"),
                          "rename the tensor, or write .safetensors");
    TGC_RETURN_IF_ERROR(writeEntry(value, offset, entry, sink));
    putDirectoryEntry(directory, entry);
    offset = entry.dataBegin + entry.size;
  }
  TGC_RETURN_IF_ERROR(sink(directory.span()));
  uint64_t length = directory.span().size();
  Record end;
  if (count >= zip::none16 || length >= zip::none32 || offset >= zip::none32) {
    end.u32(zip::end64Signature).u64(zip::end64Bytes - 12);
    end.u16(version64).u16(version64).u32(0).u32(0);
    end.u64(count).u64(count).u64(length).u64(offset);
    end.u32(zip::end64LocatorSignature).u32(0).u64(offset + length).u32(1);
  }
  end.u32(zip::endSignature).u16(0).u16(0);
  end.u16(std::min<uint64_t>(count, zip::none16));
  end.u16(std::min<uint64_t>(count, zip::none16));
  end.size32(length).size32(offset).u16(0);
  return sink(end.span());
}

} // namespace tgc

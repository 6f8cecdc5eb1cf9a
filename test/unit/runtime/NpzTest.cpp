// npz: archives that NumPy wrote, every rule of the zip reader, every damage.
#include "FileBytes.h"

#include "tgc/runtime/io/Npy.h"
#include "tgc/runtime/io/Npz.h"

#include <zlib.h>

namespace tgc {
namespace {

using namespace std::string_literals;
using absl::StatusCode;

absl::StatusOr<ValueMap> parse(const std::string &bytes,
                               const Limits &limits = {}) {
  return parseExact(bytes, [&](auto span) { return parseNpz(span, limits); });
}

std::string npyOf(const Value &value) {
  return written([&](ByteSink sink) { return writeNpy(value, sink); });
}

std::string npzOf(const ValueMap &tensors) {
  return written([&](ByteSink sink) { return writeNpz(tensors, sink); });
}

std::string deflateRaw(const std::string &bytes) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef *>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

uint32_t crcOf(const std::string &bytes) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef *>(bytes.data()),
            static_cast<uInt>(bytes.size())));
}

/// One entry as an archive holds it; each field may be set to something wrong.
struct ZipEntry {
  ZipEntry(std::string entryName, const std::string &content)
      : name(std::move(entryName)), data(content), crc(crcOf(content)),
        size(content.size()), compressed(content.size()) {}

  std::string local() const {
    return "PK\3\4"s + littleEndian(20, 2) + fields() +
           littleEndian(localName.value_or(name).size(), 2) +
           littleEndian(localExtra.size(), 2) + localName.value_or(name) +
           localExtra + data + after;
  }
  std::string directory(uint64_t offset) const {
    return "PK\1\2"s + littleEndian(20, 2) + littleEndian(20, 2) + fields() +
           littleEndian(name.size(), 2) + littleEndian(extra.size(), 2) +
           std::string(10, '\0') + littleEndian(offset, 4) + name + extra;
  }
  std::string fields() const {
    return littleEndian(flags, 2) + littleEndian(method, 2) +
           littleEndian(0, 4) + littleEndian(crc, 4) +
           littleEndian(compressed, 4) + littleEndian(size, 4);
  }

  std::string name, data, extra, localExtra;
  std::string after; // what follows the data
  std::optional<std::string> localName;
  uint32_t crc;
  uint64_t size, compressed;
  uint16_t flags = 0, method = 0;
};

std::string endRecord(uint64_t count, uint64_t length, uint64_t offset) {
  return "PK\5\6"s + std::string(4, '\0') + littleEndian(count, 2) +
         littleEndian(count, 2) + littleEndian(length, 4) +
         littleEndian(offset, 4) + std::string(2, '\0');
}

std::string archiveOf(const std::vector<ZipEntry> &entries) {
  std::string bytes, directory;
  for (const ZipEntry &entry : entries) {
    directory += entry.directory(bytes.size());
    bytes += entry.local();
  }
  return bytes + directory +
         endRecord(entries.size(), directory.size(), bytes.size());
}

Value vector12() { return valueOf<float>({2}, {1, 2}); }

ZipEntry entryOf(const std::string &name) {
  return ZipEntry(name, npyOf(vector12()));
}

/// A deflated entry.
ZipEntry deflatedEntry(const std::string &name, const std::string &content) {
  ZipEntry entry(name, content);
  entry.data = deflateRaw(content);
  entry.compressed = entry.data.size();
  entry.method = 8;
  return entry;
}

// numpy.savez_compressed(f, b=uint8 [1, 2, 3], w=float32 [1.5, 2.5]): deflated,
// local headers with zip64 sizes.
const std::string numpyCompressed = fromHex(
    "504b03042d0000000800000021002ae38eb1ffffffffffffffff05001400622e6e7079"
    "01001000830000000000000047000000000000009bec17ea1b10c9c850c650ad9e925a"
    "9c5ca46ea5a05e536aa8aea3a09e965f54529498179f5f94920a12774bcc294e058a17"
    "672416a402f91ac63a9a3a0ab50a14002e46266600504b03042d000000080000002100"
    "54e4777dffffffffffffffff05001400772e6e70790100100088000000000000004c00"
    "0000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9366a2aea3a09e"
    "965f54529498179f5f94920a12774bcc294e058a17672416a402f91a463a9a3a0ab50a"
    "14002e068603f60c0c0a0e00504b01022d032d0000000800000021002ae38eb1470000"
    "0083000000050000000000000000000000800100000000622e6e7079504b01022d032d"
    "00000008000000210054e4777d4c000000880000000500000000000000000000008001"
    "7e000000772e6e7079504b0506000000000200020066000000010100000000");

TEST(NpzTest, ReadsWhatNumpyWrote) {
  absl::StatusOr<ValueMap> tensors = parse(numpyCompressed);
  ASSERT_TRUE(tensors.ok()) << tensors.status();
  expectEqual(*tensors, {{"b", valueOf<uint8_t>({3}, {1, 2, 3})},
                         {"w", valueOf<float>({2}, {1.5f, 2.5f})}});
}

TEST(NpzTest, RoundTrips) {
  ValueMap tensors = {
      {"a/b:0", valueOf<bool>({3}, {true, false, true})},
      {"scalar", valueOf<int64_t>({}, {-5})},
      {"empty", valueOf<double>({0, 4}, {})},
      {"\xd0\xba\xd0\xbb\xd1\x8e\xd1\x87", valueOf<Half>({1}, {Half{1}})},
  };
  std::string bytes = npzOf(tensors);
  absl::StatusOr<ValueMap> back = parse(bytes);
  ASSERT_TRUE(back.ok()) << back.status();
  expectEqual(*back, tensors);
  EXPECT_EQ(npzOf(*back), bytes); // no times, one order
  back = parse(npzOf({}));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_TRUE(back->empty());
}

TEST(NpzTest, RoundTripsMoreEntriesThanSixteenBits) {
  ValueMap tensors;
  Value value = valueOf<uint8_t>({}, {7});
  for (int i = 0; i < 65536; ++i)
    tensors.emplace(std::to_string(i), value);
  std::string bytes = npzOf(tensors);
  absl::StatusOr<ValueMap> back = parse(bytes);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->size(), 65536u);
  Limits limits;
  limits.archive_entries = 65535;
  expectError(
      parse(bytes, limits).status(), StatusCode::kResourceExhausted,
      {"65536 entries, above the limit of 65535", "Limits::archive_entries"});
}

TEST(NpzTest, ReadsSizesBehindTheData) {
  // As a writer that cannot go back leaves them: zero before, then a
  // descriptor, with or without its signature.
  for (bool signature : {false, true}) {
    ZipEntry entry = entryOf("w.npy");
    entry.flags = 1 << 3;
    std::string local = entry.local();
    local.replace(14, 12, 12, '\0');
    local += signature ? "PK\7\10"s : "";
    local += littleEndian(entry.crc, 4) + littleEndian(entry.size, 4) +
             littleEndian(entry.size, 4);
    std::string directory = entry.directory(0);
    absl::StatusOr<ValueMap> tensors =
        parse(local + directory + endRecord(1, directory.size(), local.size()));
    ASSERT_TRUE(tensors.ok()) << tensors.status();
    expectEqual(*tensors, {{"w", vector12()}});
  }
}

TEST(NpzTest, ReadsZip64SizesInTheDirectory) {
  ZipEntry entry = entryOf("w.npy");
  uint64_t size = entry.size;
  entry.size = entry.compressed = 0xffffffff;
  entry.localExtra = littleEndian(9, 2) + littleEndian(2, 2) + "??" +
                     littleEndian(1, 2) + littleEndian(16, 2) +
                     littleEndian(size, 8) + littleEndian(size, 8);
  entry.extra = entry.localExtra;
  expectEqual(*parse(archiveOf({entry})), {{"w", vector12()}});
  for (size_t cut : {1, 8, 16, 17, 20, 21, 22}) { // each field, each length
    ZipEntry damaged = entry;
    damaged.extra.resize(entry.extra.size() - cut);
    expectError(parse(archiveOf({damaged})).status(),
                StatusCode::kInvalidArgument, {"w.npy"});
  }
  entry.extra += entry.extra;
  expectError(parse(archiveOf({entry})).status(), StatusCode::kInvalidArgument,
              {"malformed extra fields"});
}

TEST(NpzTest, RefusesNamesThatArePaths) {
  struct {
    std::string name;
    const char *text;
  } const cases[] = {
      {".npy", "is empty"},
      {"/etc/x.npy", "absolute path"},
      {"../x.npy", "has a '..'"},
      {"a/../x.npy", "has a '..'"},
      {"a/...npy", "has a '..'"},
      {"a\\x.npy", "NUL or a backslash"},
      {"a\0b.npy"s, "NUL or a backslash"},
      {"\xff.npy", "is not UTF-8"},
      {"\xc3\xa9.npy", "not marked as UTF-8"},
      {"readme.txt", "is no .npy; expected tensors only"},
      {"a/data.pkl", "pickle is code"},
      {"", "is no .npy"},
  };
  for (const auto &row : cases)
    expectError(parse(archiveOf({entryOf(row.name)})).status(),
                StatusCode::kInvalidArgument, {row.text, "fix: "});
  EXPECT_TRUE(parse(archiveOf({entryOf("a/..b.npy")})).ok());
  for (std::string name : {"", "../x", "/x", "a\\b", "\xff"}) {
    auto sink = [](absl::Span<const uint8_t>) { return absl::OkStatus(); };
    expectError(writeNpz({{name, vector12()}}, sink),
                StatusCode::kInvalidArgument,
                {"the tensor name", "expected a plain name"});
  }
}

TEST(NpzTest, RefusesTwiceTheSameName) {
  expectError(parse(archiveOf({entryOf("w.npy"), entryOf("w.npy")})).status(),
              StatusCode::kInvalidArgument, {"'w.npy' is there twice"});
}

TEST(NpzTest, RefusesEntriesThatDifferFromTheirHeaders) {
  ZipEntry entry = entryOf("w.npy");
  entry.localName = "v.npy";
  expectError(parse(archiveOf({entry})).status(), StatusCode::kInvalidArgument,
              {"local header that differs from the directory"});
  std::string bytes = archiveOf({entryOf("w.npy")});
  for (size_t at : {6, 8, 14, 18, 22}) { // flags method crc sizes
    std::string damaged = bytes;
    damaged[at] ^= 2;
    expectError(parse(damaged).status(), StatusCode::kInvalidArgument,
                {"differs from the directory"});
  }
  bytes[0] = 'Q';
  expectError(parse(bytes).status(), StatusCode::kInvalidArgument,
              {"no local header at byte 0"});
}

TEST(NpzTest, RefusesWhatItCannotRead) {
  ZipEntry entry = entryOf("w.npy");
  entry.flags = 1;
  expectError(parse(archiveOf({entry})).status(), StatusCode::kInvalidArgument,
              {"is encrypted", "fix: decrypt"});
  entry = entryOf("w.npy");
  entry.flags = 1 << 5;
  expectError(parse(archiveOf({entry})).status(), StatusCode::kInvalidArgument,
              {"has flags 20"});
  entry = entryOf("w.npy");
  entry.method = 14;
  expectError(parse(archiveOf({entry})).status(), StatusCode::kInvalidArgument,
              {"method 14; expected stored (0) or deflated (8)"});
  expectError(parse(archiveOf({ZipEntry("w.npy", "no npy")})).status(),
              StatusCode::kInvalidArgument,
              {"entry 'w.npy': ", "does not begin with"});
}

TEST(NpzTest, ChecksTheCrc) {
  ZipEntry entry = entryOf("w.npy");
  entry.crc ^= 1;
  expectError(parse(archiveOf({entry})).status(), StatusCode::kDataLoss,
              {"entry 'w.npy': the CRC", "the file is damaged"});
}

TEST(NpzTest, BoundsInflation) {
  std::string content =
      npyOf(valueOf<uint8_t>({4000}, std::vector<uint8_t>(4000)));
  ZipEntry entry = deflatedEntry("w.npy", content);
  EXPECT_TRUE(parse(archiveOf({entry})).ok());
  for (int64_t wrongBy : {-1, 1}) {
    ZipEntry damaged = entry;
    damaged.size += static_cast<uint64_t>(wrongBy);
    expectError(parse(archiveOf({damaged})).status(),
                StatusCode::kInvalidArgument, {"do not inflate to the"});
  }
  ZipEntry bomb = entry;
  bomb.size = 1 << 30;
  expectError(parse(archiveOf({bomb})).status(), StatusCode::kInvalidArgument,
              {"claims 1073741824 bytes", "can hold at most"});
  ZipEntry longer = entry; // bytes behind the end of the deflate stream
  longer.data += "x";
  ++longer.compressed;
  expectError(parse(archiveOf({longer})).status(), StatusCode::kInvalidArgument,
              {"do not inflate to the"});
  ZipEntry stored = entryOf("w.npy");
  ++stored.size;
  expectError(parse(archiveOf({stored})).status(), StatusCode::kInvalidArgument,
              {"is stored in 136 bytes, but has 137"});
  Limits limits;
  limits.external_bytes = 4200;
  expectError(
      parse(archiveOf({entry, deflatedEntry("x.npy", content)}), limits)
          .status(),
      StatusCode::kResourceExhausted,
      {"up to 'x.npy'", "limit of 4200 bytes (Limits::external_bytes)"});
}

TEST(NpzTest, RefusesGapsAndOverlaps) {
  ZipEntry gap = entryOf("v.npy");
  gap.after = "hidden";
  expectError(parse(archiveOf({gap, entryOf("w.npy")})).status(),
              StatusCode::kInvalidArgument, {"overlap or leave a gap"});
  expectError(parse(archiveOf({gap})).status(), StatusCode::kInvalidArgument,
              {"overlap or leave a gap"});
  // Two names for the same bytes.
  ZipEntry entry = entryOf("w.npy");
  std::string directory = entry.directory(0) + entry.directory(0);
  std::string bytes = entry.local();
  expectError(
      parse(bytes + directory + endRecord(2, directory.size(), bytes.size()))
          .status(),
      StatusCode::kInvalidArgument, {"overlap or leave a gap"});
  // Bytes before the first entry, offsets right.
  directory = entry.directory(3);
  bytes = "GIF" + bytes;
  expectError(
      parse(bytes + directory + endRecord(1, directory.size(), bytes.size()))
          .status(),
      StatusCode::kInvalidArgument, {"overlap or leave a gap"});
}

TEST(NpzTest, RefusesMalformedDirectories) {
  ZipEntry entry = entryOf("w.npy");
  std::string local = entry.local(), directory = entry.directory(0);
  auto with = [&](const std::string &end) { return local + directory + end; };
  uint64_t length = directory.size(), offset = local.size();
  struct {
    std::string bytes;
    const char *text;
  } const cases[] = {
      {"", "0 bytes; expected at least 22"},
      {with(endRecord(1, length, offset)) + " ", "no end record"},
      {with(endRecord(2, length, offset)), "entry 1 of 2"},
      {with(endRecord(0, length, offset)), "belong to no entry"},
      {with(endRecord(1, length - 1, offset)), "does not end at"},
      {with(endRecord(1, length, offset + 1)), "does not end at"},
      {with(endRecord(1, 0xffffffff, offset)), "does not end at"},
      {with(endRecord(1, length + offset, 0)), "wrong signature"},
  };
  for (const auto &row : cases)
    expectError(parse(row.bytes).status(), StatusCode::kInvalidArgument,
                {row.text});
  std::string parts = endRecord(1, length, offset);
  parts[4] = 1;
  expectError(parse(with(parts)).status(), StatusCode::kInvalidArgument,
              {"several parts"});
  std::string longName = directory;
  longName[28] = '\xff'; // a name that reaches beyond the directory
  expectError(parse(local + longName + endRecord(1, length, offset)).status(),
              StatusCode::kInvalidArgument, {"cut short"});
}

TEST(NpzTest, ReadsAZip64EndRecord) {
  ZipEntry entry = entryOf("w.npy");
  std::string local = entry.local(), directory = entry.directory(0);
  auto archive = [&](uint64_t recordAt, uint64_t count) {
    return local + directory + "PK\6\6"s + littleEndian(44, 8) +
           littleEndian(45, 2) + littleEndian(45, 2) + std::string(8, '\0') +
           littleEndian(count, 8) + littleEndian(count, 8) +
           littleEndian(directory.size(), 8) + littleEndian(local.size(), 8) +
           "PK\6\7"s + littleEndian(0, 4) + littleEndian(recordAt, 8) +
           littleEndian(1, 4) + endRecord(0xffff, 0xffffffff, 0xffffffff);
  };
  uint64_t recordAt = local.size() + directory.size();
  std::string bytes = archive(recordAt, 1);
  expectEqual(*parse(bytes), {{"w", vector12()}});
  expectError(parse(archive(recordAt + 1, 1)).status(),
              StatusCode::kInvalidArgument, {"zip64 end record"});
  expectError(parse(archive(recordAt, uint64_t{1} << 60)).status(),
              StatusCode::kResourceExhausted, {"Limits::archive_entries"});
  damageEverywhere(bytes, [](auto span) { return parseNpz(span); });
}

TEST(NpzTest, SurvivesEveryTruncationAndBitFlip) {
  std::string mixed = archiveOf(
      {entryOf("v.npy"),
       deflatedEntry("w.npy", npyOf(valueOf<bool>({2}, {true, false})))});
  for (const std::string &file :
       {numpyCompressed, mixed, npzOf({{"a", vector12()}}), npzOf({})}) {
    int64_t refused =
        damageEverywhere(file, [](auto span) { return parseNpz(span); });
    // Free are names, times, versions and attributes, in both headers.
    EXPECT_GT(refused, 8 * static_cast<int64_t>(file.size()) / 2);
  }
}

} // namespace
} // namespace tgc

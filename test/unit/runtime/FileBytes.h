// Value files as bytes in memory: written, damaged, read.
#ifndef TGC_TEST_UNIT_RUNTIME_FILEBYTES_H
#define TGC_TEST_UNIT_RUNTIME_FILEBYTES_H

#include "tgc/runtime/io/Elements.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tgc {

/// "504b" is "PK"; blanks are left out.
inline std::string fromHex(std::string_view text) {
  std::string bytes;
  int high = -1;
  for (char c : text) {
    if (c == ' ')
      continue;
    int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high >= 0)
      bytes += static_cast<char>(high << 4 | digit);
    high = high >= 0 ? -1 : digit;
  }
  return bytes;
}

/// The last bytes of `value` little-endian: fields of headers.
inline std::string littleEndian(uint64_t value, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i)
    bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

/// What a writer hands to its sink.
template <class Write> std::string written(Write write) {
  std::string bytes;
  auto sink = [&](absl::Span<const uint8_t> piece) {
    bytes.append(reinterpret_cast<const char *>(piece.data()), piece.size());
    return absl::OkStatus();
  };
  EXPECT_TRUE(write(sink).ok());
  return bytes;
}

template <class T> Value valueOf(Shape shape, const std::vector<T> &elements) {
  Value value = *Value::allocate(dtypeOf<T>, std::move(shape));
  EXPECT_EQ(value.numElements(), static_cast<int64_t>(elements.size()));
  std::copy(elements.begin(), elements.end(), value.data<T>());
  return value;
}

template <class T> std::vector<T> elementsOf(const Value &value) {
  EXPECT_EQ(value.dtype, dtypeOf<T>);
  return std::vector<T>(value.data<T>(), value.data<T>() + value.numElements());
}

inline void expectEqual(const Value &got, const Value &expected) {
  EXPECT_EQ(got.dtype, expected.dtype);
  EXPECT_EQ(got.shape, expected.shape);
  absl::Span<const uint8_t> a = bytesOf(got), b = bytesOf(expected);
  EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
}

inline void expectEqual(const ValueMap &got, const ValueMap &expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (const auto &[name, value] : expected) {
    ASSERT_TRUE(got.count(name)) << name;
    expectEqual(got.at(name), value);
  }
}

/// A status that is an error of this code whose message has all these texts.
inline void expectError(const absl::Status &status, absl::StatusCode code,
                        std::initializer_list<const char *> texts) {
  EXPECT_EQ(status.code(), code) << status;
  for (const char *text : texts)
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr(text));
}

/// The bytes in a block of just their size, so that a sanitizer sees any read
/// beyond them.
template <class Parse> auto parseExact(const std::string &bytes, Parse parse) {
  std::unique_ptr<uint8_t[]> block(new uint8_t[bytes.size()]);
  std::memcpy(block.get(), bytes.data(), bytes.size());
  return parse(absl::Span<const uint8_t>(block.get(), bytes.size()));
}

/// A value that a damaged file gave must be one: storage for its shape, and
/// bool bytes that are bool.
inline void expectUsable(const Value &value) {
  ASSERT_NE(value.buffer, nullptr);
  ASSERT_EQ(value.buffer->size(), value.numBytes());
  if (value.dtype != DType::i1)
    return;
  for (uint8_t byte : bytesOf(value))
    ASSERT_LE(byte, 1);
}
inline void expectUsable(const ValueMap &values) {
  for (const auto &tensor : values)
    expectUsable(tensor.second);
}

/// Every shorter file and every byte more is refused; every file with one bit
/// the other way is refused or gives usable values. Returns how many of the
/// latter are refused.
template <class Parse>
int64_t damageEverywhere(const std::string &file, Parse parse) {
  for (size_t length = 0; length < file.size(); ++length)
    EXPECT_FALSE(parseExact(file.substr(0, length), parse).ok()) << length;
  for (char extra : {'\0', ' ', '\n', 'P'})
    EXPECT_FALSE(parseExact(file + extra, parse).ok());
  int64_t refused = 0;
  for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
    std::string damaged = file;
    damaged[bit / 8] ^= static_cast<char>(1 << bit % 8);
    auto result = parseExact(damaged, parse);
    if (result.ok())
      expectUsable(*result);
    else
      ++refused;
  }
  return refused;
}

} // namespace tgc

#endif // TGC_TEST_UNIT_RUNTIME_FILEBYTES_H

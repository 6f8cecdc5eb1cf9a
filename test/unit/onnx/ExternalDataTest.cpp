// Weights in files beside the model.
#include "tgc/frontend/onnx/ExternalData.h"
#include "tgc/test/unit/onnx/ModelBytes.h"

#include <filesystem>
#include <unistd.h>

namespace tgc::onnx {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::string entry(const std::string &key, const std::string &value) {
  return bytes(13, bytes(1, key) + bytes(2, value));
}

/// Initializer 'w' whose data lies elsewhere.
std::string external(int id, const std::vector<int64_t> &dims,
                     const std::string &entries) {
  std::string result;
  for (int64_t dim : dims)
    result += number(1, dim);
  return result + number(2, id) + bytes(8, "w") + entries + number(14, 1);
}

/// y = x + w.
std::string model(const std::string &initializer) {
  return modelBytes({.nodes = {nodeBytes("Add", {"x", "w"}, {"y"})},
                     .initializers = {initializer},
                     .inputs = {valueBytes("x", 1, {"4"})},
                     .outputs = {valueBytes("y", 1, {"4"})}});
}

class ExternalDataTest : public testing::Test {
protected:
  ExternalDataTest() {
    folder = fs::path(testing::TempDir()) /
             ("external-data" + std::to_string(getpid()));
    fs::remove_all(folder);
    fs::create_directories(folder / "model");
    std::vector<float> values = {0, 1, 2, 3, 4, 5, 6, 7};
    values.resize(32, 9); // so that w may begin at a multiple of 64 bytes
    const std::string bytes(reinterpret_cast<const char *>(values.data()),
                            values.size() * sizeof(float));
    std::ofstream(folder / "model" / "w.bin", std::ios::binary) << bytes;
    std::ofstream(folder / "secret.bin", std::ios::binary) << bytes;
    fs::create_symlink("../secret.bin", folder / "model" / "link.bin");
  }

  absl::StatusOr<std::vector<float>> run(const std::string &initializer,
                                         bool map = false,
                                         Links links = Links::Refused,
                                         const LoadOptions &options = {}) {
    const std::string text = model(initializer);
    TGC_ASSIGN_OR_RETURN(
        ImportedModel imported,
        importOnnx(
            {reinterpret_cast<const uint8_t *>(text.data()), text.size()},
            "m.onnx", options,
            {(folder / "model").string(), links, map, options.limits}));
    TGC_ASSIGN_OR_RETURN(
        std::vector<Tensor> results,
        imported.build(std::vector{tensorOf<float>({4}, {10, 10, 10, 10})}));
    return elementsOf<float>(results[0]);
  }
  std::string message(const std::string &initializer,
                      const LoadOptions &options = {}) {
    return std::string(
        run(initializer, false, Links::Refused, options).status().message());
  }

  fs::path folder;
};

TEST_F(ExternalDataTest, IsReadAndMapped) {
  const std::string file = entry("location", "w.bin");
  for (bool map : {false, true}) {
    EXPECT_THAT(*run(external(1, {4}, file), map), ElementsAre(10, 11, 12, 13));
    EXPECT_THAT(
        *run(external(1, {4},
                      file + entry("offset", "16") + entry("length", "16") +
                          entry("checksum", "unused")),
             map),
        ElementsAre(14, 15, 16, 17));
    // Aligned beyond the start: used in place when mapped.
    EXPECT_THAT(*run(external(1, {4}, file + entry("offset", "64")), map),
                ElementsAre(19, 19, 19, 19));
    EXPECT_THAT(*run(external(1, {4}, file + entry("offset", "112")), map),
                ElementsAre(19, 19, 19, 19));
  }
}

TEST_F(ExternalDataTest, MakesBoolsOfAnyByte) {
  const std::string text = modelBytes(
      {.nodes = {nodeBytes("Not", {"w"}, {"y"})},
       .initializers = {external(9, {8}, entry("location", "w.bin"))},
       .inputs = {},
       .outputs = {valueBytes("y", 9, {"8"})}});
  for (bool map : {false, true}) {
    absl::StatusOr<ImportedModel> imported = importOnnx(
        {reinterpret_cast<const uint8_t *>(text.data()), text.size()}, "m.onnx",
        {}, {(folder / "model").string(), Links::Refused, map, Limits{}});
    ASSERT_TRUE(imported.ok()) << imported.status();
    const std::vector<Tensor> results = *imported->build({});
    const std::span<const bool> y = results[0].data<bool>();
    // The bytes of 0.f and 1.f: 00 00 00 00 00 00 80 3f.
    EXPECT_THAT(std::vector<bool>(y.begin(), y.end()),
                ElementsAre(true, true, true, true, true, true, false, false));
  }
}

TEST_F(ExternalDataTest, ChecksWhereTheBytesAre) {
  const std::string file = entry("location", "w.bin");
  EXPECT_EQ(message(external(1, {4}, file + entry("offset", "116"))),
            "m.onnx: initializer 'w': bytes 116 to 132 of the file 'w.bin', "
            "which has 128\n  fix: export the model again, and keep its files "
            "together");
  EXPECT_THAT(message(external(1, {33}, file)), HasSubstr("bytes 0 to 132"));
  EXPECT_THAT(
      message(external(1, {4}, file + entry("offset", "9223372036854775807"))),
      HasSubstr("which has 128"));
  EXPECT_THAT(message(external(1, {1, 1099511627776}, file)),
              HasSubstr("external data of more than"));
  EXPECT_THAT(message(external(1, {4}, file + entry("length", "12"))),
              HasSubstr("12 bytes of the file 'w.bin'; expected 16, the size "
                        "of 4xf32"));
  for (const char *odd : {"-1", "x", "", "9223372036854775808"})
    EXPECT_THAT(message(external(1, {4}, file + entry("offset", odd))),
                HasSubstr("expected a number of bytes"))
        << odd;
  EXPECT_THAT(message(external(1, {4}, file + bytes(9, std::string(16, 'x')))),
              HasSubstr("raw_data holds data, and so does another file"));
}

TEST_F(ExternalDataTest, StaysInTheFolder) {
  auto at = [&](const std::string &path) {
    return message(external(1, {4}, entry("location", path)));
  };
  EXPECT_THAT(at("../secret.bin"), HasSubstr("has '..' in it"));
  EXPECT_THAT(at((folder / "secret.bin").string()), HasSubstr("is absolute"));
  EXPECT_THAT(at("link.bin"), HasSubstr("it is a link"));
  EXPECT_THAT(at("none.bin"), HasSubstr("No such file"));
  EXPECT_THAT(message(external(1, {4}, "")), HasSubstr("is empty"));
  EXPECT_THAT(*run(external(1, {4}, entry("location", "link.bin")), false,
                   Links::Followed),
              ElementsAre(10, 11, 12, 13));
}

TEST_F(ExternalDataTest, IsLimited) {
  LoadOptions options;
  options.limits.external_bytes = 15;
  EXPECT_EQ(message(external(1, {4}, entry("location", "w.bin")), options),
            "m.onnx: initializer 'w': external data of more than 15 bytes\n"
            "  fix: raise Limits::external_bytes");
}

TEST_F(ExternalDataTest, IsOffForModelsWithoutAFolder) {
  EXPECT_EQ(errorOf(model(external(1, {4}, entry("location", "w.bin")))),
            "m.onnx: initializer 'w': its data lies in the file 'w.bin', and "
            "there is no folder to look for it: the model came from memory, a "
            "pipe or a link\n  fix: name the folder, --external-data=DIR "
            "(LoadOptions::external_data)");
}

} // namespace
} // namespace tgc::onnx

// Value files on disk: whole or not at all, told by their bytes.
#include "FileBytes.h"

#include "tgc/runtime/core/ErrorId.h"
#include "tgc/runtime/io/Load.h"
#include "tgc/runtime/io/ReadFile.h"
#include "tgc/runtime/io/WriteFile.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <thread>

namespace tgc {
namespace {

using namespace std::string_literals;
using absl::StatusCode;
namespace fs = std::filesystem;

/// A folder of its own, gone after the test.
class LoadTest : public testing::Test {
protected:
  LoadTest() {
    std::string pattern = testing::TempDir() + "tgc-load-XXXXXX";
    folder = ::mkdtemp(pattern.data());
  }
  ~LoadTest() override { fs::remove_all(folder); }

  std::string path(const std::string &name) const {
    return (folder / name).string();
  }
  std::string content(const std::string &name) const {
    absl::StatusOr<std::string> text = readFile(path(name), 1 << 20);
    EXPECT_TRUE(text.ok()) << text.status();
    return text.value_or("");
  }
  size_t filesInFolder() const {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder), {}));
  }

  fs::path folder;
};

TEST_F(LoadTest, SavesBySuffixAndLoadsByContent) {
  ValueMap tensors = {{"b", valueOf<int32_t>({2}, {1, 2})},
                      {"w", valueOf<float>({1, 1}, {0.5f})}};
  for (std::string name : {"m.npz", "m.safetensors", "M.NPZ"}) {
    absl::Status saved = saveTensors(path(name), tensors);
    ASSERT_TRUE(saved.ok()) << saved;
    fs::rename(path(name), path("any.dat"));
    absl::StatusOr<ValueMap> loaded = loadTensors(path("any.dat"));
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    expectEqual(*loaded, tensors);
  }
  EXPECT_EQ(filesInFolder(), 1u);

  tensors.erase("b");
  ASSERT_TRUE(saveTensors(path("a.b.npy"), tensors).ok());
  absl::StatusOr<ValueMap> loaded = loadTensors(path("a.b.npy"));
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  expectEqual(*loaded, {{"a.b", tensors.at("w")}}); // named after the file
}

TEST_F(LoadTest, RefusesMapsThatTheFormatCannotHold) {
  Value one = valueOf<float>({}, {1});
  absl::Status status = saveTensors(path("x.npy"), {{"a", one}, {"b", one}});
  expectError(
      status, StatusCode::kInvalidArgument,
      {"x.npy: an npy file holds one tensor; found 2", "fix: write .npz"});
  EXPECT_EQ(errorId(status), "TGC-E0201");
  expectError(saveTensors(path("x.txt"), {{"a", one}}),
              StatusCode::kInvalidArgument,
              {"expected .npy, .npz or .safetensors"});
  ASSERT_TRUE(writeFile(path("x.npz"), "before").ok());
  expectError(saveTensors(path("x.npz"), {{"a", one}, {"../b", one}}),
              StatusCode::kInvalidArgument, {"x.npz: npz: the tensor name"});
  EXPECT_EQ(content("x.npz"), "before");
  EXPECT_EQ(filesInFolder(), 1u);
}

TEST_F(LoadTest, SaysWhatOtherFilesAre) {
  struct {
    std::string bytes;
    const char *text;
  } const cases[] = {
      {"", "the file is empty; expected npy, npz or safetensors"},
      {"\x89PNG\r\n", "is a PNG image"},
      {"\xff\xd8\xff\xe0", "is a JPEG image"},
      {"\x80\x04\x95", "is a pickle, which is code"},
      {"hello\n", "begins with 'hello\\x0a'"},
  };
  for (const auto &row : cases) {
    ASSERT_TRUE(writeFile(path("x"), row.bytes).ok());
    absl::Status status = loadTensors(path("x")).status();
    expectError(status, StatusCode::kInvalidArgument,
                {path("x").c_str(), row.text, "fix: "});
    EXPECT_EQ(errorId(status), "TGC-E0201");
  }
}

TEST_F(LoadTest, ReportsWhatCannotBeRead) {
  absl::Status status = loadTensors(path("none.npy")).status();
  expectError(status, StatusCode::kNotFound,
              {"none.npy: cannot be opened: No such file", "fix: "});
  EXPECT_EQ(errorId(status), "TGC-E0201");
  expectError(loadTensors(folder.string()).status(),
              StatusCode::kInvalidArgument, {"is a folder; expected a file"});
  expectError(loadTensors("/dev/zero").status(), StatusCode::kInvalidArgument,
              {"is a device; expected a file"});
  expectError(loadTensors("").status(), StatusCode::kInvalidArgument,
              {"is no file name"});
  expectError(loadTensors("a\0b"s).status(), StatusCode::kInvalidArgument,
              {"is no file name"});
  ASSERT_TRUE(writeFile(path("x"), "12345").ok());
  Limits limits;
  limits.external_bytes = 4;
  status = loadTensors(path("x"), limits).status();
  expectError(status, StatusCode::kResourceExhausted,
              {"has 5 bytes, above the limit of 4 (Limits::external_bytes)"});
  EXPECT_EQ(errorId(status), "TGC-E0801");
  expectError(readFile(path("x"), 4).status(), StatusCode::kResourceExhausted,
              {"(Limits::model_bytes)"});
}

TEST_F(LoadTest, ReadsPipes) {
  std::string bytes(300'000, 'x');
  for (int64_t limit : {int64_t{1} << 20, int64_t{200'000}}) {
    ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
    std::thread writer([&] {
      std::FILE *file = std::fopen(path("pipe").c_str(), "w");
      std::fwrite(bytes.data(), 1, bytes.size(), file);
      std::fclose(file);
    });
    // The writer of a pipe that is closed early must not end the process.
    auto old = std::signal(SIGPIPE, SIG_IGN);
    absl::StatusOr<std::string> text = readFile(path("pipe"), limit);
    writer.join();
    std::signal(SIGPIPE, old);
    if (limit > 300'000)
      EXPECT_TRUE(text.ok() && *text == bytes) << text.status();
    else
      expectError(text.status(), StatusCode::kResourceExhausted,
                  {"more than 200000 bytes"});
    fs::remove(path("pipe"));
  }
}

TEST_F(LoadTest, WritesWholeFilesOrNone) {
  ASSERT_TRUE(writeFile(path("x"), "old").ok());
  absl::Status status = writeFile(path("x"), [](ByteSink sink) {
    EXPECT_TRUE(sink(bytesOf(std::string_view("new"))).ok());
    return absl::CancelledError("stopped");
  });
  expectError(status, StatusCode::kCancelled, {"x: stopped"});
  EXPECT_EQ(content("x"), "old");
  EXPECT_EQ(filesInFolder(), 1u);
  ASSERT_TRUE(writeFile(path("x"), "new").ok());
  EXPECT_EQ(content("x"), "new");
  expectError(writeFile(path("no/x"), "new"), StatusCode::kNotFound,
              {"no/x: cannot be written: No such file", "fix: "});
  expectError(writeFile(folder.string(), "new"), StatusCode::kInvalidArgument,
              {"is a folder"});
  expectError(writeFile("", "new"), StatusCode::kInvalidArgument,
              {"is no file name"});
}

TEST_F(LoadTest, KeepsPermissionsAndSymlinks) {
  ASSERT_TRUE(writeFile(path("real"), "old").ok());
  ASSERT_EQ(::chmod(path("real").c_str(), 0600), 0);
  fs::create_symlink("real", path("link"));
  ASSERT_TRUE(writeFile(path("link"), "new").ok());
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(content("real"), "new");
  EXPECT_EQ(fs::status(path("real")).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(filesInFolder(), 2u);
  fs::create_symlink("later", path("dangling"));
  fs::create_symlink("dangling", path("twice"));
  ASSERT_TRUE(writeFile(path("twice"), "new").ok());
  EXPECT_TRUE(fs::is_symlink(path("twice")) &&
              fs::is_symlink(path("dangling")));
  EXPECT_EQ(content("later"), "new");
  fs::create_symlink("circle", path("circle"));
  EXPECT_FALSE(writeFile(path("circle"), "new").ok());
  EXPECT_TRUE(writeFile("/dev/null", "new").ok());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(FileNameTest, StemsAndSuffixes) {
  EXPECT_EQ(fileStem("data/in.npy"), "in");
  EXPECT_EQ(fileStem("in"), "in");
  EXPECT_EQ(fileStem("a.b/in"), "in");
  EXPECT_EQ(fileStem(".npy"), ".npy");
  EXPECT_TRUE(hasSuffix("a.NPY", ".npy"));
  EXPECT_FALSE(hasSuffix("npy", ".npy"));
}

TEST(PrintableTest, EscapesWhatTerminalsObey) {
  EXPECT_EQ(printable("a\x1b[2J\n\xff"), "a\\x1b[2J\\x0a\\xff");
  EXPECT_EQ(printable("\xc3\xa9"), "\xc3\xa9");
  EXPECT_EQ(printable(std::string(100, 'a')), std::string(60, 'a') + "...");
  for (std::string bad : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xe2\x82", "\x80", "\xf0\x8f\xbf\xbf"})
    EXPECT_FALSE(isUtf8(bad));
  EXPECT_TRUE(isUtf8("\xf0\x9f\x98\x80\xe2\x82\xac\xf4\x8f\xbf\xbf"));
}

} // namespace
} // namespace tgc

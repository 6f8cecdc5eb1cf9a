// A path from a model reaches what lies in its folder, and nothing else.
#include "tgc/runtime/io/OpenBeneath.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tgc {
namespace {

namespace fs = std::filesystem;
using absl::StatusCode;
using testing::HasSubstr;

void write(const fs::path &path, const std::string &text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// root/secret.bin, and beside it root/model with w.bin, sub/v.bin and all that
/// must not lead anywhere.
fs::path makeFolder(const std::string &name) {
  fs::path root = fs::path(testing::TempDir()) /
                  ("beneath-" + name + std::to_string(getpid()));
  fs::remove_all(root);
  fs::path model = root / "model";
  fs::create_directories(model / "sub");
  fs::create_directories(root / "elsewhere");
  write(root / "secret.bin", "secret");
  write(root / "elsewhere" / "far.bin", "far");
  write(model / "w.bin", "weights");
  write(model / "sub" / "v.bin", "values");
  write(model / "..hidden", "dots");
  write(model / "two-names.bin", "two");
  fs::create_hard_link(model / "two-names.bin", root / "other-name.bin");
  fs::create_symlink(root / "secret.bin", model / "absolute-link.bin");
  fs::create_symlink("../secret.bin", model / "relative-link.bin");
  fs::create_symlink("w.bin", model / "inside-link.bin");
  fs::create_symlink(root / "elsewhere", model / "linked-folder");
  fs::create_symlink("/proc/self/fd/0", model / "magic-link");
  EXPECT_EQ(::mkfifo((model / "pipe").c_str(), 0600), 0);
  return root;
}

class OpenBeneath : public testing::TestWithParam<Confinement> {
protected:
  fs::path root =
      makeFolder(GetParam() == Confinement::Kernel ? "kernel" : "components");
  std::string folder = (root / "model").string();

  absl::StatusOr<std::string> read(const std::string &path,
                                   Links links = Links::Refused) {
    absl::StatusOr<BeneathFile> file =
        openBeneath(folder, path, links, GetParam());
    if (!file.ok())
      return file.status();
    std::string bytes(static_cast<size_t>(file->bytes), '\0');
    TGC_RETURN_IF_ERROR(
        readAt(file->descriptor, 0, bytes.data(), file->bytes, path));
    return bytes;
  }
};

TEST_P(OpenBeneath, ReadsWhatLiesInTheFolder) {
  EXPECT_EQ(*read("w.bin"), "weights");
  EXPECT_EQ(*read("sub/v.bin"), "values");
  EXPECT_EQ(*read("./sub//./v.bin"), "values");
  EXPECT_EQ(*read("..hidden"), "dots");
}

TEST_P(OpenBeneath, RefusesEveryOtherPath) {
  const std::pair<std::string, const char *> cases[] = {
      {"", "is empty"},
      {std::string("w.bin\0.txt", 10), "has a NUL byte"},
      {(root / "secret.bin").string(), "is absolute"},
      {folder + "/w.bin", "is absolute"},
      {"/", "is absolute"},
      {"../secret.bin", "has '..' in it"},
      {"sub/../../secret.bin", "has '..' in it"},
      {"sub/..", "has '..' in it"},
      {"sub/../w.bin", "has '..' in it"},
      {"..", "has '..' in it"},
      {".", "is a folder"},
      {"sub", "is a folder"},
      {"sub/", "is a folder"},
      {"none.bin", "No such file"},
      {"none/w.bin", "No such file"},
      {"w.bin/", "Not a directory"},
      {"w.bin/v.bin", "Not a directory"},
      {"absolute-link.bin", "it is a link"},
      {"relative-link.bin", "it is a link"},
      {"inside-link.bin", "it is a link"},
      {"magic-link", "it is a link"},
      {"pipe", "is a pipe or a device"},
      {"two-names.bin", "has 2 names"},
      {std::string(300, 'x'), "File name too long"},
  };
  for (const auto &[path, message] : cases) {
    absl::StatusOr<std::string> bytes = read(path);
    ASSERT_FALSE(bytes.ok()) << path;
    EXPECT_THAT(std::string(bytes.status().message()), HasSubstr(message))
        << path;
  }
  // The words differ: the walk meets a link where it needs a folder.
  EXPECT_EQ(read("linked-folder/far.bin").status().code(),
            StatusCode::kFailedPrecondition);
  EXPECT_FALSE(read("linked-folder").ok());
}

TEST_P(OpenBeneath, FollowsLinksOfAFolderThatTheUserNamed) {
  EXPECT_EQ(*read("absolute-link.bin", Links::Followed), "secret");
  EXPECT_EQ(*read("linked-folder/far.bin", Links::Followed), "far");
  EXPECT_EQ(*read("two-names.bin", Links::Followed), "two");
  EXPECT_FALSE(read("../secret.bin", Links::Followed).ok());
  EXPECT_FALSE(read((root / "secret.bin").string(), Links::Followed).ok());
  EXPECT_FALSE(read("pipe", Links::Followed).ok());
}

TEST_P(OpenBeneath, NeverReadsOutsideWhileTheFolderChanges) {
  fs::path victim = root / "model" / "victim";
  std::atomic<bool> done = false;
  std::thread swapper([&] {
    std::error_code ignored;
    while (!done) {
      fs::remove(victim, ignored);
      fs::create_symlink(root / "secret.bin", victim, ignored);
      fs::remove(victim, ignored);
      write(victim, "mine");
      fs::rename(root / "model" / "sub", root / "model" / "kept", ignored);
      fs::create_symlink(root / "elsewhere", root / "model" / "sub", ignored);
      fs::remove(root / "model" / "sub", ignored);
      fs::rename(root / "model" / "kept", root / "model" / "sub", ignored);
    }
  });
  for (int i = 0; i < 5000; ++i) {
    absl::StatusOr<std::string> bytes = read("victim");
    EXPECT_TRUE(!bytes.ok() || *bytes == "mine" || bytes->empty()) << *bytes;
    EXPECT_FALSE(read("sub/far.bin").ok());
  }
  done = true;
  swapper.join();
}

INSTANTIATE_TEST_SUITE_P(Ways, OpenBeneath,
                         testing::Values(Confinement::Kernel,
                                         Confinement::Components),
                         [](const testing::TestParamInfo<Confinement> &info) {
                           return info.param == Confinement::Kernel
                                      ? "Kernel"
                                      : "Components";
                         });

TEST(OpenBeneathTest, SaysWhichFolderIsMissing) {
  absl::Status status =
      openBeneath("/no/such", "w.bin", Links::Refused).status();
  EXPECT_EQ(status.message(),
            "'/no/such': cannot be opened as a folder: No such file or "
            "directory\n  fix: name the folder that holds the file");
}

TEST(OpenBeneathTest, ReadsAPartAndSaysWhereAFileEnds) {
  fs::path root = makeFolder("part");
  absl::StatusOr<BeneathFile> file =
      openBeneath((root / "model").string(), "w.bin", Links::Refused);
  ASSERT_TRUE(file.ok()) << file.status();
  char part[4] = {};
  EXPECT_TRUE(readAt(file->descriptor, 3, part, 4, "w.bin").ok());
  EXPECT_EQ(std::string(part, 4), "ghts");
  EXPECT_EQ(readAt(file->descriptor, 4, part, 4, "w.bin").message(),
            "'w.bin': ends at byte 7; expected 4 from 4\n  fix: read it again "
            "when nobody writes to it");
  absl::StatusOr<std::shared_ptr<Buffer>> mapped = mapFile(*file, "w.bin");
  ASSERT_TRUE(mapped.ok()) << mapped.status();
  EXPECT_EQ(std::string(static_cast<char *>((*mapped)->data()), 7), "weights");
}

} // namespace
} // namespace tgc

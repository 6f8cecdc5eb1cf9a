// Rejected IR text: each file of ir/ begins with its whole message, a comment
// `// error: ` before every line.
#include "Rejected.h"

#include "tgc/frontend/api/Program.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tgc::test {
namespace {

std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> found;
  for (const auto &entry :
       std::filesystem::directory_iterator(TGC_TEST_ERRORS "/ir"))
    found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

class IrErrors : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(IrErrors, SayWhatIsWrong) {
  std::stringstream text;
  text << std::ifstream(GetParam()).rdbuf();
  const std::string prefix = "// error: ";
  std::string message;
  for (std::string line; std::getline(text, line);)
    if (line.starts_with(prefix))
      message += (message.empty() ? "" : "\n") + line.substr(prefix.size());
  ASSERT_FALSE(message.empty()) << "the file says no error";
  try {
    Program::parse(text.str(), {}); // without a place
    ADD_FAILURE() << "accepted";
  } catch (const Error &error) {
    EXPECT_EQ(error.what(), message);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Files, IrErrors, testing::ValuesIn(files()),
    [](const testing::TestParamInfo<std::filesystem::path> &info) {
      std::string name = info.param.stem();
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

} // namespace
} // namespace tgc::test

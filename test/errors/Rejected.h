// What a rejected input says, whole.
#ifndef TGC_TEST_ERRORS_REJECTED_H
#define TGC_TEST_ERRORS_REJECTED_H

#include "tgc/frontend/api/Error.h"

#include "gtest/gtest.h"

#include <functional>
#include <string>

namespace tgc::test {

/// Expects the call to throw a tgc::Error with this code whose what() is
/// `message`. A user's place, " [File.cpp:12]" at the end of the first line, is
/// that of where() in `file` and is left out of `message`; without `file` there
/// is none.
inline void expectRejected(const std::function<void()> &call, ErrorCode code,
                           const std::string &message,
                           const std::string &file = "") {
  try {
    call();
  } catch (const Error &error) {
    std::string text = error.what();
    EXPECT_EQ(error.code(), code) << text;
    EXPECT_EQ(text.substr(0, error.id().size() + 2),
              std::string(error.id()) + ": ");
    if (!file.empty()) {
      std::string place =
          " [" + file + ":" + std::to_string(error.where().line()) + "]";
      size_t line = std::min(text.find('\n'), text.size());
      ASSERT_GE(line, place.size()) << text;
      EXPECT_EQ(text.substr(line - place.size(), place.size()), place) << text;
      text.erase(line - place.size(), place.size());
      EXPECT_TRUE(std::string(error.where().file_name()).ends_with(file));
    }
    EXPECT_EQ(text, message);
    return;
  }
  ADD_FAILURE() << "accepted; expected: " << message;
}

} // namespace tgc::test

#endif // TGC_TEST_ERRORS_REJECTED_H

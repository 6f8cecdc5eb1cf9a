// The one exception that leaves tgc.
#ifndef TGC_FRONTEND_API_ERROR_H
#define TGC_FRONTEND_API_ERROR_H

#include "tgc/runtime/core/Export.h"

#include <exception>
#include <source_location>
#include <string>
#include <string_view>

namespace tgc {

/// What went wrong, as the canonical codes of Abseil and gRPC name it.
enum class ErrorCode {
  Cancelled = 1,
  Unknown = 2,
  InvalidArgument = 3,
  DeadlineExceeded = 4,
  NotFound = 5,
  ResourceExhausted = 8,
  FailedPrecondition = 9,
  OutOfRange = 11,
  Unimplemented = 12,
  Internal = 13,
  DataLoss = 15,
};

/// Thrown by every public C++ call that fails; a throw leaves every object as
/// it was. what() is "TGC-E0402: tgc.add: operand 1 ('rhs') has …; expected …
/// [app.cc:12]\n  fix: …".
class TGC_API Error : public std::exception {
public:
  Error(ErrorCode code, std::string id, std::string message,
        std::source_location where)
      : errorCode(code), errorId(std::move(id)), text(std::move(message)),
        location(where) {}

  ErrorCode code() const { return errorCode; }
  /// "TGC-E0402"; ids are never reused, `tgc help ID` explains each.
  std::string_view id() const { return errorId; }
  /// The user's line.
  std::source_location where() const { return location; }
  const char *what() const noexcept override { return text.c_str(); }

private:
  ErrorCode errorCode;
  std::string errorId;
  std::string text;
  std::source_location location;
};

} // namespace tgc

#endif // TGC_FRONTEND_API_ERROR_H

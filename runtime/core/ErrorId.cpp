// Ids travel with a status as its payload.
#include "tgc/runtime/core/ErrorId.h"

#include "absl/strings/cord.h"

namespace tgc {
namespace {

constexpr absl::string_view payloadUrl = "tgc.error_id";

} // namespace

absl::Status withErrorId(absl::Status status, absl::string_view id) {
  if (!status.ok() && !status.GetPayload(payloadUrl))
    status.SetPayload(payloadUrl, absl::Cord(id));
  return status;
}

std::string errorId(const absl::Status &status) {
  if (auto id = status.GetPayload(payloadUrl))
    return std::string(*id);
  switch (status.code()) {
  case absl::StatusCode::kInvalidArgument:
    return "TGC-E0402";
  case absl::StatusCode::kUnimplemented:
    return "TGC-E0301";
  case absl::StatusCode::kOutOfRange:
    return "TGC-E0701";
  case absl::StatusCode::kResourceExhausted:
    return "TGC-E0801";
  case absl::StatusCode::kDeadlineExceeded:
    return "TGC-E0802";
  case absl::StatusCode::kCancelled:
    return "TGC-E0803";
  case absl::StatusCode::kNotFound:
  case absl::StatusCode::kDataLoss:
    return "TGC-E0201";
  case absl::StatusCode::kFailedPrecondition:
    return "TGC-E0601";
  default:
    return "TGC-E0901";
  }
}

} // namespace tgc

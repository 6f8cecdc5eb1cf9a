// Status propagation inside tgc: Debian's Abseil has no macros of its own.
#ifndef TGC_RUNTIME_CORE_STATUS_H
#define TGC_RUNTIME_CORE_STATUS_H

#include "absl/status/status.h"
#include "absl/status/statusor.h"

/// Returns from the enclosing function if `expr` is not OK.
#define TGC_RETURN_IF_ERROR(expr)                                              \
  do {                                                                         \
    if (absl::Status tgcStatus = (expr); !tgcStatus.ok())                      \
      return tgcStatus;                                                        \
  } while (false)

#define TGC_STATUS_CONCAT_(a, b) a##b
#define TGC_STATUS_CONCAT(a, b) TGC_STATUS_CONCAT_(a, b)
#define TGC_ASSIGN_OR_RETURN_(temp, lhs, expr)                                 \
  auto temp = (expr);                                                          \
  if (!temp.ok())                                                              \
    return std::move(temp).status();                                           \
  lhs = *std::move(temp)

/// `TGC_ASSIGN_OR_RETURN(auto x, f());` : x = *f(), or returns f's status.
#define TGC_ASSIGN_OR_RETURN(lhs, expr)                                        \
  TGC_ASSIGN_OR_RETURN_(TGC_STATUS_CONCAT(tgcStatusOr, __LINE__), lhs, expr)

#endif // TGC_RUNTIME_CORE_STATUS_H

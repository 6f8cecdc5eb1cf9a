// Values as text.
#ifndef TGC_RUNTIME_IO_FORMAT_H
#define TGC_RUNTIME_IO_FORMAT_H

#include "tgc/runtime/core/Value.h"

#include <string>

namespace tgc {

/// How much of a value is printed, and how; the defaults are NumPy's.
struct FormatOptions {
  /// Digits after the point of a float at most.
  int precision = 8;
  /// Values with more elements are elided: `edgeItems` at each end of each
  /// dimension, "..." between.
  int64_t threshold = 1000;
  int64_t edgeItems = 3;
  /// Columns after which rows wrap.
  int64_t lineWidth = 75;
};

/// The text that Python's str() gives of the same NumPy array: nested brackets
/// without commas, columns aligned, floats with the fewest digits that read
/// back to the same value (scientific for all if one is too large or too small
/// for the rest); a scalar alone. Checked against NumPy 2.4, where the largest
/// value without exponent is below 1e3 (f16), 1e6 (f32), 1e8 (f64); before
/// NumPy 2.3 it was 1e8 for all.
std::string formatValue(const Value &value, const FormatOptions &options = {});

} // namespace tgc

#endif // TGC_RUNTIME_IO_FORMAT_H

// Values made from a rule: zeros, ones, iota, random, normal.
#ifndef TGC_TOOLS_TGC_VALUES_GENERATOR_H
#define TGC_TOOLS_TGC_VALUES_GENERATOR_H

#include "tgc/runtime/core/Value.h"
#include "tgc/tools/tgc/values/SpecText.h"

#include <string>
#include <string_view>

namespace tgc {

/// True if `text` begins with the name of a generator and then ends, or goes
/// on with a blank or ':'.
bool isGenerator(std::string_view text);

/// A value and, for the user, how it was made: "random:7:0..1".
struct GeneratedValue {
  Value value;
  std::string made;
};

/// Runs the generator at `at`, to the end of the text:
/// `zeros | ones | iota | random[:SEED][:LO..HI] | normal[:SEED][:MEAN,STD]`.
///
/// iota counts in row-major order. random is uniform/v1 (floats; default 0..1)
/// or randint/v1 (HI excluded; default 0..10, u8 0..256, i1 0..2), normal is
/// normal/v1 (floats only; default 0,1), of rng_key(SEED), by default `seed`.
/// Errors: parseError for malformed options; valueError for options or counts
/// that the dtype cannot hold; those of Value::allocate.
absl::StatusOr<GeneratedValue> generate(const SpecText &text, size_t at,
                                        DType dtype, const Shape &shape,
                                        uint64_t seed);

} // namespace tgc

#endif // TGC_TOOLS_TGC_VALUES_GENERATOR_H

// The payloads of every op of family Elementwise.
#ifndef TGC_RUNTIME_PAYLOAD_ELEMENTWISE_H
#define TGC_RUNTIME_PAYLOAD_ELEMENTWISE_H

// Greatest error seen, in ULPs; "fma": x86-64-v3 and v4, which agree in every
// bit, "none": baseline x86-64, where fma is a product and a sum. Both keep the
// bounds of 2 (power in f32: 4).
//
//              f32 fma   none    f64 fma   none
//   cos          1.56    1.56      0.76    0.76
//   erf          1.09    1.32      1.07    1.40
//   exp          0.88    1.17      0.86    1.12
//   expm1        1.31    1.32      1.22    1.16
//   log          0.82    0.82      0.79    0.79
//   log1p        0.83    0.83      0.81    0.84
//   logistic     1.97    1.97      1.13    1.13
//   power        0.51    0.51      1.09    1.09
//   sin          1.56    1.56      0.76    0.77
//   tanh         1.38    1.35      1.33    1.27
//
// f32: all 2^32 inputs, `TGC_EXHAUSTIVE=1 PayloadTest --gtest_output=xml` (the
// figures are properties of the tests); power and f64: 2 to 20 million inputs
// against MPFR, of random bits and of the range where the function varies.

#include "tgc/runtime/payload/Arithmetic.h"
#include "tgc/runtime/payload/Compare.h"
#include "tgc/runtime/payload/Convert.h"
#include "tgc/runtime/payload/Error.h"
#include "tgc/runtime/payload/Exponential.h"
#include "tgc/runtime/payload/Logarithm.h"
#include "tgc/runtime/payload/Power.h"
#include "tgc/runtime/payload/Remainder.h"
#include "tgc/runtime/payload/Rounding.h"
#include "tgc/runtime/payload/Trigonometric.h"

#endif // TGC_RUNTIME_PAYLOAD_ELEMENTWISE_H

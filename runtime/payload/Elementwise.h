// The payloads of every op of family Elementwise.
#ifndef TGC_RUNTIME_PAYLOAD_ELEMENTWISE_H
#define TGC_RUNTIME_PAYLOAD_ELEMENTWISE_H

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

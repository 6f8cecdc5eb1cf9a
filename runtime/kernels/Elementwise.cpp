// Eager kernels of family Elementwise: every payload, on C++ vectors.
#include "tgc/runtime/payload/Elementwise.h"
#include "tgc/runtime/kernels/Kernels.h"
#include "tgc/runtime/parallel/ParallelFor.h"
#include "tgc/runtime/payload/VectorBuilder.h"

#include <cassert>

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

#define TGC_OP_TABLE
#include "tgc/runtime/OpKind.inc"
#undef TGC_OP_TABLE

#if defined(__AVX512F__)
constexpr int vectorBytes = 64;
#elif defined(__AVX2__)
constexpr int vectorBytes = 32;
#else
constexpr int vectorBytes = 16;
#endif

/// Bytes of the widest tensor below which a range is not worth a thread.
constexpr int64_t grainBytes = 32 << 10;

/// Of this file alone: see VectorBuilder.
struct Tag;

template <class... Ts> struct Types {};
template <class Visit, class... Ts>
void visitDType(DType dtype, Types<Ts...>, Visit visit) {
  [[maybe_unused]] bool found =
      ((dtype == dtypeOf<Ts> && (visit(Ts{}), true)) || ...);
  assert(found && "the type rule lets no other dtype through");
}

using Stored = Types<bool, uint8_t, int32_t, int64_t, Half, float, double>;
template <DTypeClass> struct TypesOf;
template <> struct TypesOf<DTypeClass::Any> {
  using Type = Stored;
};
template <> struct TypesOf<DTypeClass::Number> {
  using Type = Types<int32_t, int64_t, float, double>;
};
template <> struct TypesOf<DTypeClass::Arith> {
  using Type = Types<bool, int32_t, int64_t, float, double>;
};
template <> struct TypesOf<DTypeClass::Float> {
  using Type = Types<float, double>;
};
template <> struct TypesOf<DTypeClass::Bits> {
  using Type = Types<bool, int32_t, int64_t>;
};

template <class... Ts> constexpr int widest() {
  int bytes = 0;
  ((bytes = bytes < int(sizeof(Ts)) ? int(sizeof(Ts)) : bytes), ...);
  return bytes;
}

struct MapContext {
  void *result;
  const void *operands[3];
};

/// Elements [begin, end) of result = Op(operands...). The last, partial vector
/// goes through a padded copy: one code, so one result, for every place.
template <class Op, class Out, class... In> struct Map {
  static constexpr int lanes = vectorBytes / widest<Out, In...>();
  using B = payload::VectorBuilder<lanes, Tag>;

  TGC_PAYLOAD_INLINE static void step(Out *out, const In *...in) {
    B b;
    B::store(out, Op::apply(b, B::load(in)...));
  }

  template <int... At>
  TGC_PAYLOAD_INLINE static void
  range(const MapContext &context, int64_t begin, int64_t end,
        const std::integer_sequence<int, At...> &) {
    auto *out = static_cast<Out *>(context.result);
    int64_t i = begin;
    for (; i + lanes <= end; i += lanes)
      step(out + i, static_cast<const In *>(context.operands[At]) + i...);
    if (i == end)
      return;
    Out result[lanes];
    struct {
      alignas(vectorBytes) char bytes[vectorBytes];
    } padded[sizeof...(In)] = {};
    ((void)__builtin_memcpy(padded[At].bytes,
                            static_cast<const In *>(context.operands[At]) + i,
                            (end - i) * sizeof(In)),
     ...);
    step(result, reinterpret_cast<const In *>(padded[At].bytes)...);
    __builtin_memcpy(out + i, result, (end - i) * sizeof(Out));
  }

  static void rangeOf(void *context, int64_t begin, int64_t end) {
    range(*static_cast<const MapContext *>(context), begin, end,
          std::make_integer_sequence<int, sizeof...(In)>());
  }

  static void run(const KernelCall &call) {
    MapContext context = {call.results[0].data, {}};
    for (int64_t i = 0; i < static_cast<int64_t>(sizeof...(In)); ++i)
      context.operands[i] = call.operands[i].data;
    int64_t n = call.results[0].elements;
    constexpr int64_t grain = grainBytes / widest<Out, In...>();
    if (n <= grain)
      rangeOf(&context, 0, n);
    else
      tgc_parallel_for(n, grain, rangeOf, &context);
  }
};

/// The element type that a payload results in.
template <class Op, class... In>
using ResultOf = typename decltype(Op::apply(
    *static_cast<payload::VectorBuilder<1, Tag> *>(nullptr),
    payload::Val<payload::VectorBuilder<1, Tag>, In>()...))::Element;

template <class Op, class... In> void map(const KernelCall &call) {
  Map<Op, ResultOf<Op, In...>, In...>::run(call);
}

/// An op whose operands have one dtype, or bool first, without attributes.
template <class Op, const OperandInfo *operands, int count>
int64_t runPlain(const KernelCall &call) {
  constexpr const OperandInfo &last = operands[count - 1];
  constexpr bool isChoice =
      count == 3 && operands[0].dtypes == DTypeClass::Bool;
  visitDType(call.operands[count - 1].dtype,
             typename TypesOf<last.dtypes>::Type(), [&](auto element) {
               using T = decltype(element);
               if constexpr (isChoice)
                 map<Op, bool, T, T>(call);
               else if constexpr (count == 3)
                 map<Op, T, T, T>(call);
               else if constexpr (count == 2)
                 map<Op, T, T>(call);
               else
                 map<Op, T>(call);
             });
  return -1;
}

template <RoundMode mode> struct RoundOp {
  template <class B, class V> static auto apply(B &b, V x) {
    return payload::round(b, x, mode);
  }
};
int64_t runRound(const KernelCall &call) {
  const auto *attrs = std::get_if<RoundAttrs>(call.attrs);
  return attrs->mode == RoundMode::even
             ? runPlain<RoundOp<RoundMode::even>, operandsOfRound, 1>(call)
             : runPlain<RoundOp<RoundMode::away>, operandsOfRound, 1>(call);
}

template <CompareDirection direction, bool total> struct CompareOp {
  template <class B, class V> static auto apply(B &b, V x, V y) {
    return payload::compare(b, x, y, direction, total);
  }
};
template <bool total> int64_t runCompare(const KernelCall &call) {
  switch (std::get_if<CompareAttrs>(call.attrs)->direction) {
#define TGC_DIRECTION(name)                                                    \
  case CompareDirection::name:                                                 \
    return runPlain<CompareOp<CompareDirection::name, total>,                  \
                    operandsOfCompare, 2>(call);
    TGC_DIRECTION(EQ)
    TGC_DIRECTION(NE)
    TGC_DIRECTION(LT)
    TGC_DIRECTION(LE)
    TGC_DIRECTION(GT)
    TGC_DIRECTION(GE)
#undef TGC_DIRECTION
  }
  return -1;
}

template <class To> struct ConvertOp {
  template <class B, class V> static auto apply(B &b, V x) {
    return payload::convert<To>(b, x);
  }
};
int64_t runConvert(const KernelCall &call) {
  visitDType(call.results[0].dtype, Stored(), [&](auto result) {
    using To = decltype(result);
    visitDType(call.operands[0].dtype, Stored(), [&](auto element) {
      map<ConvertOp<To>, decltype(element)>(call);
    });
  });
  return -1;
}

/// The kernel of an op; `Op` is its payload as a type.
template <OpKind kind, class Op, const OperandInfo *operands, int count>
int64_t run(const KernelCall &call) {
  if constexpr (kind == OpKind::Compare)
    return std::get_if<CompareAttrs>(call.attrs)->total
               ? runCompare<true>(call)
               : runCompare<false>(call);
  else if constexpr (kind == OpKind::Convert)
    return runConvert(call);
  else if constexpr (kind == OpKind::Round)
    return runRound(call);
  else
    return runPlain<Op, operands, count>(call);
}

} // namespace

#define TGC_ELEMENTWISE(Kind, mnemonic, operands)                              \
  namespace {                                                                  \
  struct Kind##Payload {                                                       \
    template <class B, class... V> static auto apply(B &b, V... x) {           \
      return payload::mnemonic(b, x...);                                       \
    }                                                                          \
  };                                                                           \
  }                                                                            \
  int64_t mnemonic(const KernelCall &call) {                                   \
    return run<OpKind::Kind, Kind##Payload, operandsOf##Kind, operands>(call); \
  }
#include "tgc/runtime/OpKind.inc"

} // namespace tgc::kernels::TGC_CPU_LEVEL

// Family Elementwise: one result element from one element of each operand.
#ifndef TGC_IR_OPS_ELEMENTWISE_TD
#define TGC_IR_OPS_ELEMENTWISE_TD

include "../TgcInterfaces.td"

class Tgc_ElementwiseOp<string mnemonic, list<Trait> traits = []>
    : Tgc_Op<"Elementwise", mnemonic, traits> {
  let results = (outs Tgc_Any:$y);
  let elementwise = 1;
}

/// The result has the dtype that all operands have.
class Tgc_SameDTypeOp<string mnemonic> : Tgc_ElementwiseOp<mnemonic> {
  let typeRule = "SameDType";
}

class Tgc_UnaryOp<string mnemonic, Type operand, string text, string details>
    : Tgc_SameDTypeOp<mnemonic> {
  let arguments = (ins operand:$x);
  let summary = text;
  let description = details # [{

    ```mlir
    %y = tgc.}] # mnemonic # [{ %x : tensor<4xf32>
    ```
  }];
  let assemblyFormat = "$x attr-dict `:` custom<SameTypes>(type($x), type($y))";
}

class Tgc_BoundedUnaryOp<string mnemonic, string text, string details>
    : Tgc_UnaryOp<mnemonic, Tgc_Float, text, details> {
  let bounded = 1;
}

class Tgc_BinaryOp<string mnemonic, Type operand, string text, string details,
                   string exampleType = "f32">
    : Tgc_SameDTypeOp<mnemonic> {
  let arguments = (ins operand:$lhs, operand:$rhs);
  let summary = text;
  let description = details # [{

    ```mlir
    %y = tgc.}] # mnemonic # [{ %lhs, %rhs : tensor<4x}] # exampleType # [{>
    ```
  }];
  let assemblyFormat = [{
    $lhs `,` $rhs attr-dict `:`
    custom<SameTypes>(type($lhs), type($rhs), type($y))
  }];
}

// Unary.
def Tgc_AbsOp : Tgc_UnaryOp<"abs", Tgc_Number, "absolute value",
  "|x|. Clears the sign of a float; an integer wraps: abs(MIN) = MIN.">;
def Tgc_CeilOp : Tgc_UnaryOp<"ceil", Tgc_Float, "smallest integer not below x",
  "Keeps NaN, infinities and -0; ceil(-0.5) = -0.">;
def Tgc_FloorOp : Tgc_UnaryOp<"floor", Tgc_Float, "largest integer not above x",
  "Keeps NaN, infinities and -0.">;
def Tgc_SignOp : Tgc_UnaryOp<"sign", Tgc_Number, "-1, 0 or 1 with the sign of x",
  "sign(NaN) = NaN, sign(+0) = +0, sign(-0) = -0.">;
def Tgc_SinOp : Tgc_BoundedUnaryOp<"sin", "sine of x in radians",
  "Every finite argument is reduced exactly; sin(inf) = NaN. At most 2 ULP.">;
def Tgc_CosOp : Tgc_BoundedUnaryOp<"cos", "cosine of x in radians",
  "Every finite argument is reduced exactly; cos(inf) = NaN. At most 2 ULP.">;
def Tgc_ExpOp : Tgc_BoundedUnaryOp<"exp", "e to the x",
  "Overflows to inf, underflows through denormals to 0. At most 2 ULP.">;
def Tgc_Expm1Op : Tgc_BoundedUnaryOp<"expm1", "e to the x, minus 1",
  "Exact near 0 where exp(x) - 1 cancels; expm1(-0) = -0. At most 2 ULP.">;
def Tgc_LogOp : Tgc_BoundedUnaryOp<"log", "natural logarithm",
  "log(0) = -inf, log(x < 0) = NaN. At most 2 ULP.">;
def Tgc_Log1pOp : Tgc_BoundedUnaryOp<"log1p", "natural logarithm of 1 + x",
  "Exact near 0; log1p(-1) = -inf, log1p(-0) = -0. At most 2 ULP.">;
def Tgc_TanhOp : Tgc_BoundedUnaryOp<"tanh", "hyperbolic tangent",
  "tanh(inf) = 1, tanh(-0) = -0. At most 2 ULP.">;
def Tgc_LogisticOp : Tgc_BoundedUnaryOp<"logistic", "1 / (1 + exp(-x))",
  "logistic(-inf) = 0, logistic(inf) = 1. At most 2 ULP.">;
def Tgc_ErfOp : Tgc_BoundedUnaryOp<"erf", "error function",
  "2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. At most 2 ULP.">;
def Tgc_SqrtOp : Tgc_UnaryOp<"sqrt", Tgc_Float, "square root",
  "Correctly rounded; sqrt(-0) = -0, sqrt(x < 0) = NaN.">;
def Tgc_RsqrtOp : Tgc_UnaryOp<"rsqrt", Tgc_Float, "1 / sqrt(x)",
  "Two roundings: of the root, then of the quotient; rsqrt(0) = inf.">;
def Tgc_NegateOp : Tgc_UnaryOp<"negate", Tgc_Number, "-x",
  "Flips the sign of a float, NaN and zero included; an integer wraps.">;

def Tgc_RoundOp : Tgc_SameDTypeOp<"round"> {
  let arguments = (ins Tgc_Float:$x,
    DefaultValuedAttr<Tgc_RoundModeAttr, "::tgc::ir::RoundMode::even">:$mode);
  let summary = "nearest integer";
  let description = [{
    Halves go to the even neighbour, with `away` away from zero. Keeps NaN,
    infinities and -0; round(-0.4) = -0.

    ```mlir
    %y = tgc.round %x {mode = away} : tensor<4xf32>
    ```
  }];
  let assemblyFormat = [{
    $x (` ` `{` `mode` `=` `` $mode^ `}`)? attr-dict `:`
    custom<SameTypes>(type($x), type($y))
  }];
}
def Tgc_IsFiniteOp : Tgc_ElementwiseOp<"is_finite"> {
  let arguments = (ins Tgc_Float:$x);
  let summary = "true where x is neither infinite nor NaN";
  let description = [{
    The result is i1.

    ```mlir
    %y = tgc.is_finite %x : (tensor<4xf32>) -> tensor<4xi1>
    ```
  }];
  let assemblyFormat = "$x attr-dict `:` custom<SameTypes>(type($x), type($y))";
}
def Tgc_BitwiseNotOp : Tgc_SameDTypeOp<"bitwise_not"> {
  let arguments = (ins Tgc_Bits:$x);
  let summary = "every bit flipped";
  let description = [{
    On i1 the logical not.

    ```mlir
    %y = tgc.bitwise_not %x : tensor<4xi32>
    ```
  }];
  let assemblyFormat = "$x attr-dict `:` custom<SameTypes>(type($x), type($y))";
}

// Binary.
def Tgc_AddOp : Tgc_BinaryOp<"add", Tgc_Arith, "lhs + rhs",
  "Integers wrap; on i1 the logical or.">;
def Tgc_SubtractOp : Tgc_BinaryOp<"subtract", Tgc_Number, "lhs - rhs",
  "Integers wrap.">;
def Tgc_MultiplyOp : Tgc_BinaryOp<"multiply", Tgc_Arith, "lhs * rhs",
  "Integers wrap; on i1 the logical and.">;
def Tgc_DivideOp : Tgc_BinaryOp<"divide", Tgc_Number, "lhs / rhs",
  [{Integers truncate toward zero; x / 0 has all bits set, MIN / -1 = MIN.
    Floats are correctly rounded.}]>;
def Tgc_RemOp : Tgc_BinaryOp<"rem", Tgc_Number, "remainder with the sign of lhs",
  [{Integers: rem(x, 0) = x, rem(MIN, -1) = 0. Floats: C's fmod, exact;
    rem(x, 0) = NaN.}]>;
def Tgc_PowerOp : Tgc_BinaryOp<"power", Tgc_Number, "lhs to the power rhs",
  [{Floats: C's pow, Annex F, at most 4 ULP in f32, 2 in f64. Integers by
    repeated squaring, wrapping; a negative exponent is
    divide(1, power(lhs, -rhs)).}]> {
  let bounded = 1;
}
def Tgc_MaximumOp : Tgc_BinaryOp<"maximum", Tgc_Arith, "the larger operand",
  "NaN wins; -0 is below +0; on i1 the logical or.">;
def Tgc_MinimumOp : Tgc_BinaryOp<"minimum", Tgc_Arith, "the smaller operand",
  "NaN wins; -0 is below +0; on i1 the logical and.">;
def Tgc_BitwiseAndOp : Tgc_BinaryOp<"bitwise_and", Tgc_Bits, "bits set in both",
  "On i1 the logical and.", "i32">;
def Tgc_BitwiseOrOp : Tgc_BinaryOp<"bitwise_or", Tgc_Bits, "bits set in either",
  "On i1 the logical or.", "i32">;
def Tgc_BitwiseXorOp : Tgc_BinaryOp<"bitwise_xor", Tgc_Bits,
  "bits set in exactly one", "On i1 the exclusive or.", "i32">;

def Tgc_CompareOp : Tgc_ElementwiseOp<"compare"> {
  let arguments = (ins Tgc_Arith:$lhs, Tgc_Arith:$rhs,
    Tgc_CompareDirectionAttr:$direction,
    DefaultValuedAttr<BoolAttr, "false">:$total);
  let summary = "i1: lhs EQ, NE, LT, LE, GT or GE rhs";
  let description = [{
    With NaN only NE holds; -0 equals +0. `total` asks for IEEE 754's
    totalOrder of floats instead: -NaN < -inf < ... < -0 < +0 < ... < NaN.

    ```mlir
    %y = tgc.compare LT %lhs, %rhs : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
    ```
  }];
  let assemblyFormat = [{
    `` $direction $lhs `,` $rhs (` ` `{` `total` `=` $total^ `}`)? attr-dict `:`
    custom<SameTypes>(type($lhs), type($rhs), type($y))
  }];
}

// Ternary and casts.
def Tgc_SelectOp : Tgc_ElementwiseOp<"select"> {
  let arguments = (ins Tgc_Bool:$pred, Tgc_Any:$on_true, Tgc_Any:$on_false);
  let summary = "on_true where pred is true, else on_false";
  let description = [{
    Moves bits: the operand not chosen leaves no trace.

    ```mlir
    %y = tgc.select %p, %x, %z : (tensor<4xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    ```
  }];
  let assemblyFormat = [{
    $pred `,` $on_true `,` $on_false attr-dict `:`
    custom<SameTypes>(type($pred), type($on_true), type($on_false), type($y))
  }];
}
def Tgc_ClampOp : Tgc_SameDTypeOp<"clamp"> {
  let arguments = (ins Tgc_Number:$lo, Tgc_Number:$x, Tgc_Number:$hi);
  let summary = "minimum(maximum(x, lo), hi)";
  let description = [{
    Where lo > hi the result is hi; NaN in any operand gives NaN.

    ```mlir
    %y = tgc.clamp %lo, %x, %hi : tensor<4xf32>
    ```
  }];
  let assemblyFormat = [{
    $lo `,` $x `,` $hi attr-dict `:`
    custom<SameTypes>(type($lo), type($x), type($hi), type($y))
  }];
}
def Tgc_ConvertOp : Tgc_ElementwiseOp<"convert"> {
  let arguments = (ins Tgc_Any:$x);
  let resultDType = "to";
  let summary = "the value in another dtype";
  let description = [{
    Float to integer truncates, saturates, NaN gives 0; integer to integer
    wraps; to i1: x != 0, NaN is true; to float: one rounding to nearest even.

    ```mlir
    %y = tgc.convert %x : (tensor<4xf32>) -> tensor<4xi32>
    ```
  }];
  let assemblyFormat = "$x attr-dict `:` custom<SameTypes>(type($x), type($y))";
  let hasFolder = 1;
}

def : Tgc_Planned<[
  Tgc_AbsOp,
  Tgc_AddOp,
  Tgc_BitwiseAndOp,
  Tgc_BitwiseNotOp,
  Tgc_BitwiseOrOp,
  Tgc_BitwiseXorOp,
  Tgc_CeilOp,
  Tgc_ClampOp,
  Tgc_CompareOp,
  Tgc_ConvertOp,
  Tgc_CosOp,
  Tgc_DivideOp,
  Tgc_ErfOp,
  Tgc_ExpOp,
  Tgc_Expm1Op,
  Tgc_FloorOp,
  Tgc_IsFiniteOp,
  Tgc_LogOp,
  Tgc_Log1pOp,
  Tgc_LogisticOp,
  Tgc_MaximumOp,
  Tgc_MinimumOp,
  Tgc_MultiplyOp,
  Tgc_NegateOp,
  Tgc_PowerOp,
  Tgc_RemOp,
  Tgc_RoundOp,
  Tgc_RsqrtOp,
  Tgc_SelectOp,
  Tgc_SignOp,
  Tgc_SinOp,
  Tgc_SqrtOp,
  Tgc_SubtractOp,
  Tgc_TanhOp]>;

#endif // TGC_IR_OPS_ELEMENTWISE_TD

// Incomplete records are refused at their line.
// RUN: split-file %s %t
// RUN: not tgc-tblgen -gen-op-kinds %t/keyword.td %records 2>&1 | FileCheck %s --check-prefix=KEYWORD
// RUN: not tgc-tblgen -gen-op-kinds %t/summary.td %records 2>&1 | FileCheck %s --check-prefix=SUMMARY
// RUN: not tgc-tblgen -gen-op-kinds %t/example.td %records 2>&1 | FileCheck %s --check-prefix=EXAMPLE
// RUN: not tgc-tblgen -gen-op-kinds %t/attribute.td %records 2>&1 | FileCheck %s --check-prefix=ATTRIBUTE
// RUN: not tgc-tblgen -gen-op-kinds %t/operand.td %records 2>&1 | FileCheck %s --check-prefix=OPERAND
// RUN: not tgc-tblgen -gen-op-kinds %t/sizes.td %records 2>&1 | FileCheck %s --check-prefix=SIZES
// RUN: not tgc-tblgen -gen-op-kinds %t/reserved.td %records 2>&1 | FileCheck %s --check-prefix=RESERVED
// RUN: not tgc-tblgen -gen-op-kinds %t/identifier.td %records 2>&1 | FileCheck %s --check-prefix=IDENTIFIER
// RUN: not tgc-tblgen -gen-op-kinds %t/class.td %records 2>&1 | FileCheck %s --check-prefix=CLASS
// RUN: not tgc-tblgen -gen-op-kinds %t/parameter.td %records 2>&1 | FileCheck %s --check-prefix=PARAMETER
// RUN: not tgc-tblgen -gen-op-kinds %t/taken.td %records 2>&1 | FileCheck %s --check-prefix=TAKEN
// RUN: not tgc-tblgen -gen-op-kinds %t/static.td %records 2>&1 | FileCheck %s --check-prefix=STATIC
// RUN: not tgc-tblgen -gen-op-kinds %t/missing.td %records 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not tgc-tblgen -gen-op-kinds %t/order.td %records 2>&1 | FileCheck %s --check-prefix=ORDER
// RUN: not tgc-tblgen -gen-op-kinds %t/single.td %records 2>&1 | FileCheck %s --check-prefix=SINGLE
// RUN: not tgc-tblgen -gen-op-kinds %t/late.td %records 2>&1 | FileCheck %s --check-prefix=LATE
// RUN: not tgc-tblgen -gen-op-kinds %t/last.td %records 2>&1 | FileCheck %s --check-prefix=LAST
// RUN: not tgc-tblgen -gen-op-kinds %t/many.td %records 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not tgc-tblgen -gen-op-kinds %t/segments.td %records 2>&1 | FileCheck %s --check-prefix=SEGMENTS
// RUN: not tgc-tblgen -gen-op-kinds %t/segment.td %records 2>&1 | FileCheck %s --check-prefix=SEGMENT
// RUN: not tgc-tblgen -gen-op-kinds %t/result.td %records 2>&1 | FileCheck %s --check-prefix=RESULT
// RUN: not tgc-tblgen -gen-op-kinds %t/results.td %records 2>&1 | FileCheck %s --check-prefix=RESULTS
// RUN: not tgc-tblgen -gen-op-kinds %t/dtype.td %records 2>&1 | FileCheck %s --check-prefix=DTYPE
// RUN: not tgc-tblgen -gen-op-kinds %t/kernel.td %records 2>&1 | FileCheck %s --check-prefix=KERNEL
// RUN: not tgc-tblgen -gen-op-kinds %t/alias.td %records 2>&1 | FileCheck %s --check-prefix=ALIAS
// RUN: not tgc-tblgen -gen-op-kinds %t/report.td %records 2>&1 | FileCheck %s --check-prefix=REPORT
// RUN: not tgc-tblgen -gen-op-tests %t/other.td %records 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not tgc-tblgen -gen-op-tests %t/types.td %records 2>&1 | FileCheck %s --check-prefix=TYPES
// RUN: not tgc-tblgen -gen-op-tests %t/syntax.td %records 2>&1 | FileCheck %s --check-prefix=SYNTAX
// RUN: not tgc-tblgen -gen-rule-tables %t/statement.td %records 2>&1 | FileCheck %s --check-prefix=STATEMENT
// RUN: not tgc-tblgen -gen-rule-tables %t/twice.td %records 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not tgc-tblgen -gen-rule-tables %t/group.td %records 2>&1 | FileCheck %s --check-prefix=GROUP
// RUN: not tgc-tblgen -gen-op-docs --family=Nonsense %t/types.td %records 2>&1 | FileCheck %s --check-prefix=FAMILY

// KEYWORD: keyword.td:[[#]]:5: error: op record 'Tgc_WhileOp': mnemonic 'while' is a keyword of C, C++ or Python
//--- keyword.td
include "TgcInterfaces.td"
def Tgc_WhileOp : Tgc_Op<"Elementwise", "while"> {
  let summary = "s";
  let description = "```mlir\n%y = tgc.while %x : tensor<f32>\n```";
}

// SUMMARY: summary.td:[[#]]:5: error: op record 'Tgc_AOp': no summary
//--- summary.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// EXAMPLE: example.td:[[#]]:5: error: op record 'Tgc_AOp': no ```mlir example in the description
//--- example.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let summary = "s";
  let description = "Text only.";
}

// ATTRIBUTE: attribute.td:[[#]]:5: error: op record 'Tgc_AOp': attribute 'text' is a 'StrAttr', which tgc-tblgen does not know
//--- attribute.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins StrAttr:$text);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// OPERAND: operand.td:[[#]]:5: error: op record 'Tgc_AOp': operand 'x' is no Tgc_TensorOf
//--- operand.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins AnyTensor:$x);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// SIZES: sizes.td:[[#]]:5: error: op record 'Tgc_AOp': operand 'sizes' of sizes has no attribute 'static_sizes'
//--- sizes.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Variadic<Index>:$sizes);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// RESERVED: reserved.td:[[#]]:5: error: op record 'Tgc_AOp': mnemonic 'co_await' is a keyword of C, C++ or Python
//--- reserved.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "co_await"> {
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// IDENTIFIER: identifier.td:[[#]]:5: error: op record 'Tgc_AOp': mnemonic 'a.b' is no identifier of lower-case letters, digits and single '_'
//--- identifier.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a.b"> {
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// CLASS: class.td:[[#]]:5: error: op record 'Tgc_A': class name 'A' does not end in 'Op'
//--- class.td
include "TgcInterfaces.td"
def Tgc_A : Tgc_Op<"Elementwise", "a"> {
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// PARAMETER: parameter.td:[[#]]:5: error: op record 'Tgc_AOp': attribute 'lambda' is a keyword of C, C++ or Python
//--- parameter.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$x, I64Attr:$lambda);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// TAKEN: taken.td:[[#]]:5: error: op record 'Tgc_AOp': operand 'where' is a parameter of generated functions
//--- taken.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$where);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// STATIC: static.td:[[#]]:5: error: op record 'Tgc_AOp': attribute 'static_n' is a 'I64Attr'; sizes are a 'DenseI64ArrayAttr'
//--- static.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins I64Attr:$static_n, Variadic<Index>:$n);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// MISSING: missing.td:[[#]]:5: error: op record 'Tgc_AOp': attribute 'static_sizes' has no operand 'sizes' of sizes
//--- missing.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins DenseI64ArrayAttr:$static_sizes);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// ORDER: order.td:[[#]]:5: error: op record 'Tgc_AOp': operand 'hi' of sizes is not in the order of the attributes
//--- order.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a", [AttrSizedOperandSegments]> {
  let arguments = (ins DenseI64ArrayAttr:$static_lo, DenseI64ArrayAttr:$static_hi,
    Variadic<Index>:$hi, Variadic<Index>:$lo);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// SINGLE: single.td:[[#]]:5: error: op record 'Tgc_AOp': operand 'n' of sizes is not Variadic
//--- single.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins DenseI64ArrayAttr:$static_n, Index:$n);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// LATE: late.td:[[#]]:5: error: op record 'Tgc_AOp': operand 'x' follows sizes; tensors come first
//--- late.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins DenseI64ArrayAttr:$static_n, Variadic<Index>:$n, Tgc_Any:$x);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// LAST: last.td:[[#]]:5: error: op record 'Tgc_AOp': operand 'y' follows one that is Variadic
//--- last.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Variadic<Tgc_Any>:$xs, Tgc_Any:$y);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// MANY: many.td:[[#]]:5: error: op record 'Tgc_AOp': operand 'xs' is Variadic; an op with sizes has a fixed number of tensors
//--- many.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Variadic<Tgc_Any>:$xs, DenseI64ArrayAttr:$static_n,
    Variadic<Index>:$n);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// SEGMENTS: segments.td:[[#]]:5: error: op record 'Tgc_AOp': two lists of sizes without AttrSizedOperandSegments
//--- segments.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins DenseI64ArrayAttr:$static_lo, DenseI64ArrayAttr:$static_hi,
    Variadic<Index>:$lo, Variadic<Index>:$hi);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// SEGMENT: segment.td:[[#]]:5: error: op record 'Tgc_AOp': AttrSizedOperandSegments without two lists of sizes
//--- segment.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a", [AttrSizedOperandSegments]> {
  let arguments = (ins DenseI64ArrayAttr:$static_n, Variadic<Index>:$n);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// RESULT: result.td:[[#]]:5: error: op record 'Tgc_AOp': result 'n' is no Tgc_TensorOf
//--- result.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$x);
  let results = (outs Index:$n);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// RESULTS: results.td:[[#]]:5: error: op record 'Tgc_AOp': 2 results; a public function returns one
//--- results.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$x);
  let results = (outs Tgc_Any:$y, Tgc_Any:$z);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// DTYPE: dtype.td:[[#]]:5: error: op record 'Tgc_AOp': resultDType 'to' without a result
//--- dtype.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$x);
  let surface = 0;
  let resultDType = "to";
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// KERNEL: kernel.td:[[#]]:5: error: op record 'Tgc_AOp': no kernel, though it is neither a literal nor aliasesOperand
//--- kernel.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$x);
  let results = (outs Tgc_Any:$y);
  let hasKernel = 0;
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// ALIAS: alias.td:[[#]]:5: error: op record 'Tgc_AOp': aliasesOperand besides a kernel
//--- alias.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$x);
  let results = (outs Tgc_Any:$y);
  let aliasesOperand = 1;
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// REPORT: report.td:[[#]]:5: error: op record 'Tgc_AOp': reportsIndex without a kernel
//--- report.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$x);
  let results = (outs Tgc_Any:$y);
  let hasKernel = 0;
  let aliasesOperand = 1;
  let reportsIndex = 1;
  let summary = "s";
  let description = "```mlir\n%y = tgc.a %x : tensor<f32>\n```";
}

// OTHER: other.td:[[#]]:5: error: example of op record 'Tgc_AOp': does not show 'tgc.a'
//--- other.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$x);
  let results = (outs Tgc_Any:$y);
  let summary = "s";
  let description = "```mlir\n%y = tgc.b %x : tensor<f32>\n```";
}

// TYPES: types.td:[[#]]:5: error: example of op record 'Tgc_AOp': 2 operands, but 1 types
//--- types.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$x, Tgc_Any:$z);
  let results = (outs Tgc_Any:$y);
  let summary = "s";
  let description = "```mlir\n%z = tgc.a %x, %y : (tensor<f32>) -> tensor<f32>\n```";
}

// SYNTAX: syntax.td:[[#]]:5: error: example of op record 'Tgc_AOp': expected "%name = tgc.<op> ... : type", got "tgc.a"
//--- syntax.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let results = (outs Tgc_Any:$y);
  let summary = "s";
  let description = "```mlir\ntgc.a\n```";
}

// STATEMENT: statement.td:[[#]]:5: error: op record 'Tgc_AOp' has no derivative and batching statement; add it, or name the op in the Tgc_Planned list of its family
//--- statement.td
include "Rules.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let results = (outs Tgc_Any:$y);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a : tensor<f32>\n```";
}

// TWICE: twice.td:[[#]]:5: error: op record 'Tgc_AOp' has two 'Tgc_Planned' statements
//--- twice.td
include "Rules.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let results = (outs Tgc_Any:$y);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a : tensor<f32>\n```";
}
def : Tgc_Planned<[Tgc_AOp]>;
def : Tgc_Planned<[Tgc_AOp]>;

// GROUP: group.td:[[#]]:5: error: op record 'Tgc_AOp' has no GroupKind; add it to passes/Rules.td
//--- group.td
include "Rules.td"
def Tgc_AOp : Tgc_Op<"Indexing", "a"> {
  let results = (outs Tgc_Any:$y);
  let summary = "s";
  let description = "```mlir\n%y = tgc.a : tensor<f32>\n```";
}
def : Tgc_Planned<[Tgc_AOp]>;

// FAMILY: error: no op is of family 'Nonsense'

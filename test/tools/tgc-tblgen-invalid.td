// Incomplete records are refused at their line.
// RUN: split-file %s %t
// RUN: not tgc-tblgen -gen-op-kinds %t/keyword.td %records 2>&1 | FileCheck %s --check-prefix=KEYWORD
// RUN: not tgc-tblgen -gen-op-kinds %t/summary.td %records 2>&1 | FileCheck %s --check-prefix=SUMMARY
// RUN: not tgc-tblgen -gen-op-kinds %t/example.td %records 2>&1 | FileCheck %s --check-prefix=EXAMPLE
// RUN: not tgc-tblgen -gen-op-kinds %t/attribute.td %records 2>&1 | FileCheck %s --check-prefix=ATTRIBUTE
// RUN: not tgc-tblgen -gen-op-kinds %t/operand.td %records 2>&1 | FileCheck %s --check-prefix=OPERAND
// RUN: not tgc-tblgen -gen-op-kinds %t/sizes.td %records 2>&1 | FileCheck %s --check-prefix=SIZES
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

// OTHER: other.td:[[#]]:5: error: example of op record 'Tgc_AOp': does not show 'tgc.a'
//--- other.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$x);
  let summary = "s";
  let description = "```mlir\n%y = tgc.b %x : tensor<f32>\n```";
}

// TYPES: types.td:[[#]]:5: error: example of op record 'Tgc_AOp': 2 operands, but 1 types
//--- types.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let arguments = (ins Tgc_Any:$x, Tgc_Any:$y);
  let summary = "s";
  let description = "```mlir\n%z = tgc.a %x, %y : (tensor<f32>) -> tensor<f32>\n```";
}

// SYNTAX: syntax.td:[[#]]:5: error: example of op record 'Tgc_AOp': expected "%name = tgc.<op> ... : type", got "tgc.a"
//--- syntax.td
include "TgcInterfaces.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let summary = "s";
  let description = "```mlir\ntgc.a\n```";
}

// STATEMENT: statement.td:[[#]]:5: error: op record 'Tgc_AOp' has no derivative and batching statement; add it, or name the op in the Tgc_Planned list of its family
//--- statement.td
include "Rules.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let summary = "s";
  let description = "```mlir\n%y = tgc.a : tensor<f32>\n```";
}

// TWICE: twice.td:[[#]]:5: error: op record 'Tgc_AOp' has two 'Tgc_Planned' statements
//--- twice.td
include "Rules.td"
def Tgc_AOp : Tgc_Op<"Elementwise", "a"> {
  let summary = "s";
  let description = "```mlir\n%y = tgc.a : tensor<f32>\n```";
}
def : Tgc_Planned<[Tgc_AOp]>;
def : Tgc_Planned<[Tgc_AOp]>;

// GROUP: group.td:[[#]]:5: error: op record 'Tgc_AOp' has no GroupKind; add it to passes/Rules.td
//--- group.td
include "Rules.td"
def Tgc_AOp : Tgc_Op<"Indexing", "a"> {
  let summary = "s";
  let description = "```mlir\n%y = tgc.a : tensor<f32>\n```";
}
def : Tgc_Planned<[Tgc_AOp]>;

// FAMILY: error: no op is of family 'Nonsense'

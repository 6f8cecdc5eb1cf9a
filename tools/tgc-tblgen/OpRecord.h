// An op record as the generators see it: read once, checked once.
#ifndef TGC_TOOLS_TGC_TBLGEN_OPRECORD_H
#define TGC_TOOLS_TGC_TBLGEN_OPRECORD_H

#include "mlir/TableGen/EnumInfo.h"
#include "mlir/TableGen/Operator.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TableGen/Record.h"

#include <string>
#include <vector>

namespace tgc::tblgen {

/// What a parameter is; each kind has one C++ type in the attribute struct,
/// one in the public signature and one conversion from and to IR.
enum class ParamKind {
  I64,      // int64_t
  Bool,     // bool
  F64,      // double
  I64Array, // std::vector<int64_t>, Axes in public
  Mixed,    // std::vector<DimExpr>, Dims in public; static_<name> + operands
  Enum,     // an enumeration of OpEnums.h
  OptionalDType,       // std::optional<DType>
  ResultDType,         // DType, in IR the element type of result 0
  OptionalResultDType, // the same, by default that of operand 0
  Elements,            // Value
};

struct Param {
  ParamKind kind;
  std::string name;
  std::string enumName;     // Enum: the C++ name
  bool required;            // a parameter, not a member of <Op>Options
  std::string defaultValue; // in C++, for members of <Op>Options
};

struct Operand {
  std::string name;
  std::string dtypes; // an enumerator of DTypeClass
  bool variadic;
};

struct OpRecord {
  const llvm::Record *record;
  std::string mnemonic;
  std::string kind; // enumerator and C++ class without "Op"
  std::string family;
  std::string typeRule; // rule::infer<typeRule> gives the result types
  bool bounded, surface, elementwise;
  bool hasKernel, aliasesOperand, reportsIndex; // as in Tgc_Op
  std::vector<Operand> operands;                // tensors only
  std::vector<Param> params;
  int numResults;

  std::string attrsType() const { return kind + "Attrs"; }
  bool hasOptions() const;
};

/// Every op, by enumerator. Ends the program with an error at the record's
/// line if a record is incomplete or says what the generators would translate
/// wrongly: a name that is no identifier everywhere, no summary, no example, an
/// attribute, operand or result they do not know, operands in another order
/// than tensors (the last one may be variadic), then sizes as their attributes.
std::vector<OpRecord> readOps(const llvm::RecordKeeper &records);

/// Why `name` cannot name an op or, with `parameter`, an operand or attribute
/// of one: "is a keyword of C, C++ or Python"; empty if it can.
std::string nameFault(llvm::StringRef name, bool parameter);

/// Every Tgc_Enum, by name.
std::vector<mlir::tblgen::EnumInfo>
readEnums(const llvm::RecordKeeper &records);

/// The member type of `param` in the attribute struct.
std::string memberType(const Param &param);

/// The first line of every generated file.
void emitBanner(llvm::raw_ostream &os, llvm::StringRef what);

} // namespace tgc::tblgen

#endif // TGC_TOOLS_TGC_TBLGEN_OPRECORD_H

// Writes tgc_executable and all it points to as LLVM constants.
#include "tgc/codegen/llvm/ExecutableTable.h"

#include "tgc/codegen/TargetInfo.h"
#include "tgc/runtime/core/Version.h"
#include "tgc/runtime/executable/ExecutableAbi.h"
#include "tgc/runtime/executable/Weights.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

#include <cstddef>

namespace tgc::codegen {
namespace {

// Fields are written in order with natural alignment: these hold that order.
static_assert(offsetof(tgc_executable_symbol, dimension) == 12 &&
              sizeof(tgc_executable_symbol) == 16);
static_assert(offsetof(tgc_executable_tensor, dtype) == 8 &&
              offsetof(tgc_executable_tensor, rank) == 16 &&
              offsetof(tgc_executable_tensor, dims) == 24 &&
              sizeof(tgc_executable_tensor) == 32);
static_assert(offsetof(tgc_executable_check, expected) == 8 &&
              offsetof(tgc_executable_check, what) == 16 &&
              offsetof(tgc_executable_check, relation) == 24 &&
              sizeof(tgc_executable_check) == 32);
static_assert(offsetof(tgc_executable_site, where) == 8 &&
              offsetof(tgc_executable_site, rank) == 16 &&
              offsetof(tgc_executable_site, dims) == 24 &&
              sizeof(tgc_executable_site) == 32);
static_assert(offsetof(tgc_executable_buffers, count) == 8 &&
              sizeof(tgc_executable_buffers) == 16);
static_assert(offsetof(tgc_executable, version) == 8 &&
              offsetof(tgc_executable, numerics) == 48 &&
              offsetof(tgc_executable, symbols) == 64 &&
              offsetof(tgc_executable, inputs) == 80 &&
              offsetof(tgc_executable, outputs) == 96 &&
              offsetof(tgc_executable, checks) == 112 &&
              offsetof(tgc_executable, sites) == 128 &&
              offsetof(tgc_executable, workspace_bytes) == 136 &&
              offsetof(tgc_executable, buffers) == 152 &&
              offsetof(tgc_executable, weights) == 160 &&
              offsetof(tgc_executable, weights_bytes) == 168 &&
              offsetof(tgc_executable, run) == 176 &&
              sizeof(tgc_executable) == 184);

class TableWriter {
public:
  explicit TableWriter(llvm::Module &module)
      : module(module), context(module.getContext()) {}

  llvm::Constant *i32(int64_t v) {
    return llvm::ConstantInt::get(llvm::Type::getInt32Ty(context),
                                  static_cast<uint64_t>(v));
  }
  llvm::Constant *i64(int64_t v) {
    return llvm::ConstantInt::get(llvm::Type::getInt64Ty(context),
                                  static_cast<uint64_t>(v));
  }
  llvm::Constant *null() {
    return llvm::ConstantPointerNull::get(
        llvm::PointerType::getUnqual(context));
  }
  llvm::Constant *record(llvm::ArrayRef<llvm::Constant *> fields) {
    return llvm::ConstantStruct::getAnon(context, fields);
  }

  /// A pointer to zero-terminated text, each text once.
  llvm::Constant *text(llvm::StringRef content) {
    llvm::Constant *&entry = texts[content];
    if (!entry)
      entry = global(llvm::ConstantDataArray::getString(context, content));
    return entry;
  }

  /// A pointer to the elements; null if there are none.
  llvm::Constant *array(llvm::ArrayRef<llvm::Constant *> elements) {
    if (elements.empty())
      return null();
    return global(llvm::ConstantArray::get(
        llvm::ArrayType::get(elements.front()->getType(), elements.size()),
        elements));
  }

  llvm::GlobalVariable *global(llvm::Constant *content) {
    auto *variable = new llvm::GlobalVariable(
        module, content->getType(), /*isConstant=*/true,
        llvm::GlobalValue::PrivateLinkage, content);
    variable->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    return variable;
  }

  llvm::Constant *sizes(const DimExprs &dims) {
    llvm::SmallVector<llvm::Constant *> list;
    for (const DimExpr &dim : dims)
      list.push_back(text(dim.text()));
    return array(list);
  }

  llvm::Constant *tensors(const std::vector<TensorSignature> &signatures) {
    llvm::SmallVector<llvm::Constant *> list;
    for (const TensorSignature &tensor : signatures)
      list.push_back(
          record({text(tensor.name), text(dtypeName(tensor.type.dtype)),
                  i64(tensor.type.rank()), sizes(tensor.type.dims)}));
    return array(list);
  }

private:
  llvm::Module &module;
  llvm::LLVMContext &context;
  llvm::StringMap<llvm::Constant *> texts;
};

llvm::GlobalVariable *weightsGlobal(const std::string &symbol,
                                    const Weights *embedded,
                                    llvm::Module &module) {
  llvm::Type *byte = llvm::Type::getInt8Ty(module.getContext());
  llvm::Constant *content = nullptr;
  if (embedded) {
    auto size = static_cast<uint64_t>(embedded->size());
    content = llvm::ConstantDataArray::getRaw(
        llvm::StringRef(static_cast<const char *>(embedded->data()), size),
        size, byte);
  }
  auto *weights = new llvm::GlobalVariable(
      module, content ? content->getType() : byte, /*isConstant=*/true,
      content ? llvm::GlobalValue::ExternalLinkage
              : llvm::GlobalValue::ExternalWeakLinkage,
      content, symbol);
  weights->setVisibility(llvm::GlobalValue::HiddenVisibility);
  weights->setAlignment(llvm::Align(TGC_EXECUTABLE_ALIGNMENT));
  return weights;
}

void emitQuery(llvm::Constant *table, llvm::Module &module) {
  llvm::LLVMContext &context = module.getContext();
  auto *query = llvm::Function::Create(
      llvm::FunctionType::get(llvm::PointerType::getUnqual(context), false),
      llvm::Function::WeakAnyLinkage, "tgc_query", module);
  query->setDoesNotThrow();
  llvm::IRBuilder<> b(llvm::BasicBlock::Create(context, "", query));
  b.CreateRet(table);
}

} // namespace

std::string tableSymbol(const std::string &name) {
  return "tgc_executable_" + name;
}

std::string weightsSymbol(const std::string &name) {
  return "tgc_weights_" + name;
}

std::string requiredFeatures(const TargetInfo &target) {
  llvm::SmallVector<llvm::StringRef> all, on;
  llvm::StringRef(target.features).split(all, ',');
  for (llvm::StringRef feature : all)
    if (feature.starts_with("+"))
      on.push_back(feature);
  return llvm::join(on, ",");
}

void emitExecutableTable(const ProgramPlan &plan, const std::string &name,
                         const TargetInfo &target, llvm::Function *run,
                         const Weights *embedded, llvm::Module &module) {
  TableWriter w(module);
  llvm::SmallVector<llvm::Constant *> symbols, checks, sites, buffers;
  for (const SizeSource &symbol : plan.symbols)
    symbols.push_back(w.record(
        {w.text(symbol.name), w.i32(symbol.input), w.i32(symbol.dimension)}));
  for (const SizeCheck &check : plan.checks)
    checks.push_back(w.record(
        {w.text(check.got.text()), w.text(check.expected.text()),
         w.text(check.what),
         w.i64(check.relation == SizeRelation::AtLeast ? TGC_CHECK_AT_LEAST
                                                       : TGC_CHECK_EQUAL)}));
  for (const OobSite &site : plan.sites)
    sites.push_back(w.record({w.text(site.what), w.text(site.where),
                              w.i64(static_cast<int64_t>(site.dims.size())),
                              w.sizes(site.dims)}));
  for (const ArenaPlan::Bucket &bucket : plan.arena.buckets)
    buffers.push_back(
        w.record({w.text(bucket.bytes.text()), w.i64(bucket.count)}));
  llvm::Constant *weights = w.null();
  if (plan.weightsBytes > 0)
    weights = weightsGlobal(weightsSymbol(name), embedded, module);
  auto count = [&](const auto &list) {
    return w.i64(static_cast<int64_t>(list.size()));
  };
  llvm::Constant *table = w.record({w.i32(TGC_EXECUTABLE_ABI),
                                    w.i32(sizeof(tgc_executable)),
                                    w.text(versionText),
                                    w.text("LLVM " LLVM_VERSION_STRING),
                                    w.text(name),
                                    w.text(target.cpu),
                                    w.text(requiredFeatures(target)),
                                    w.text(""),
                                    count(symbols),
                                    w.array(symbols),
                                    count(plan.inputs),
                                    w.tensors(plan.inputs),
                                    count(plan.outputs),
                                    w.tensors(plan.outputs),
                                    count(checks),
                                    w.array(checks),
                                    count(sites),
                                    w.array(sites),
                                    w.i64(plan.arena.staticBytes),
                                    count(buffers),
                                    w.array(buffers),
                                    weights,
                                    w.i64(plan.weightsBytes),
                                    run});
  // Exported under an alias: code here reaches the table itself, which no
  // other module can put in its place.
  llvm::GlobalVariable *global = w.global(table);
  global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::None);
  llvm::GlobalAlias::create(table->getType(), 0,
                            llvm::GlobalValue::ExternalLinkage,
                            tableSymbol(name), global, &module);
  emitQuery(global, module);
}

} // namespace tgc::codegen

// Emits `run`: argument checks, contexts, calls, copies.
#include "tgc/codegen/emit/Entry.h"

#include "tgc/runtime/executable/ExecutableAbi.h"
#include "tgc/runtime/infer/SizeSteps.h"

#include "absl/strings/str_cat.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

#include <algorithm>
#include <cstddef>
#include <map>

namespace tgc::codegen {
namespace {

// Neither a function nor one of its blocks may grow with the program: code
// generation is not linear in their length.
constexpr size_t callsPerFunction = 256, callsPerBlock = 16;

class EntryEmitter {
public:
  EntryEmitter(const ProgramPlan &plan, llvm::Module &module)
      : plan(plan), module(module), context(module.getContext()), b(context),
        i32(b.getInt32Ty()), i64(b.getInt64Ty()), ptr(b.getPtrTy()) {}

  absl::StatusOr<llvm::Function *> emit() {
    llvm::Function *dispatch = emitDispatch();
    llvm::ArrayRef<ProgramPlan::Call> calls(plan.calls);
    std::vector<llvm::Function *> parts;
    for (size_t first = 0; first < calls.size(); first += callsPerFunction) {
      TGC_RETURN_IF_ERROR(
          emitPart(calls.slice(first).take_front(callsPerFunction), dispatch));
      parts.push_back(run);
    }
    llvm::ArrayRef<ProgramPlan::Copy> copies(plan.copies);
    for (size_t first = 0; first < copies.size(); first += callsPerFunction) {
      emitPart(copies.slice(first).take_front(callsPerFunction));
      parts.push_back(run);
    }
    run = makeFunction("tgc_run", llvm::FunctionType::get(i32, {ptr}, false));
    args = run->getArg(0);
    b.SetInsertPoint(newBlock());
    emitArgumentChecks();
    for (llvm::Function *part : parts)
      b.CreateCall(part, {args});
    b.CreateRet(b.getInt32(TGC_RUN_OK));
    return run;
  }

private:
  /// Starts a function of args that makes a part of the calls or copies.
  void startPart() {
    run = makeFunction("tgc_part",
                       llvm::FunctionType::get(b.getVoidTy(), {ptr}, false));
    run->addFnAttr(llvm::Attribute::NoInline);
    args = run->getArg(0);
    sizes.clear();
    buckets.clear();
    b.SetInsertPoint(newBlock());
  }

  absl::Status emitPart(llvm::ArrayRef<ProgramPlan::Call> calls,
                        llvm::Function *dispatch) {
    startPart();
    // In the entry block: elsewhere it would grow the stack at run time.
    size_t words = 1;
    for (const ProgramPlan::Call &call : calls)
      words = std::max(words,
                       call.buffers.size() + call.numSites + call.sizes.size());
    groupContext = b.CreateAlloca(llvm::ArrayType::get(i64, words), nullptr);
    emitPrologue();
    for (auto [i, call] : llvm::enumerate(calls)) {
      if (i > 0 && i % callsPerBlock == 0)
        startBlock();
      TGC_RETURN_IF_ERROR(emitCall(call, dispatch));
    }
    b.CreateRetVoid();
    return absl::OkStatus();
  }

  void emitPart(llvm::ArrayRef<ProgramPlan::Copy> copies) {
    startPart();
    emitPrologue();
    for (const ProgramPlan::Copy &copy : copies)
      b.CreateMemCpy(pointer({BufferRef::Base::Output, copy.output, 0}),
                     llvm::MaybeAlign(), pointer(copy.from), llvm::MaybeAlign(),
                     size(copy.bytes));
    b.CreateRetVoid();
  }

  llvm::Function *makeFunction(llvm::StringRef name, llvm::FunctionType *type) {
    auto *function = llvm::Function::Create(
        type, llvm::Function::InternalLinkage, name, module);
    function->setDoesNotThrow();
    return function;
  }

  llvm::BasicBlock *newBlock() {
    return llvm::BasicBlock::Create(context, "", run);
  }

  void startBlock() {
    llvm::BasicBlock *next = newBlock();
    b.CreateBr(next);
    b.SetInsertPoint(next);
  }

  /// Field of the args at byte `offset`.
  llvm::Value *field(llvm::Value *base, llvm::Type *type, size_t offset) {
    return b.CreateLoad(
        type, b.CreateConstInBoundsGEP1_64(b.getInt8Ty(), base,
                                           static_cast<uint64_t>(offset)));
  }

  /// void dispatch(args, range, context, n, grain): the range function called
  /// directly where that is as good, else through parallel_for.
  llvm::Function *emitDispatch() {
    run = makeFunction("tgc_dispatch",
                       llvm::FunctionType::get(
                           b.getVoidTy(), {ptr, ptr, ptr, i64, i64}, false));
    llvm::Value *range = run->getArg(1), *data = run->getArg(2);
    llvm::Value *n = run->getArg(3), *grain = run->getArg(4);
    llvm::BasicBlock *start = newBlock(), *some = newBlock();
    llvm::BasicBlock *direct = newBlock(), *parallel = newBlock();
    llvm::BasicBlock *done = newBlock();
    b.SetInsertPoint(start);
    b.CreateCondBr(b.CreateICmpSGT(n, b.getInt64(0)), some, done);
    b.SetInsertPoint(some);
    llvm::Value *parallelFor =
        field(run->getArg(0), ptr, offsetof(tgc_run_args, parallel_for));
    b.CreateCondBr(
        b.CreateOr(b.CreateIsNull(parallelFor), b.CreateICmpSLE(n, grain)),
        direct, parallel);
    b.SetInsertPoint(direct);
    b.CreateCall(rangeType(), range, {data, b.getInt64(0), n});
    b.CreateBr(done);
    b.SetInsertPoint(parallel);
    llvm::Value *user =
        field(run->getArg(0), ptr, offsetof(tgc_run_args, user));
    b.CreateCall(llvm::FunctionType::get(b.getVoidTy(),
                                         {ptr, i64, i64, ptr, ptr}, false),
                 parallelFor, {user, n, grain, range, data});
    b.CreateBr(done);
    b.SetInsertPoint(done);
    b.CreateRetVoid();
    return run;
  }

  llvm::FunctionType *rangeType() {
    return llvm::FunctionType::get(b.getVoidTy(), {ptr, i64, i64}, false);
  }

  void returnIf(llvm::Value *condition, int32_t code) {
    llvm::BasicBlock *refuse = newBlock(), *next = newBlock();
    b.CreateCondBr(condition, refuse, next);
    b.SetInsertPoint(refuse);
    b.CreateRet(b.getInt32(static_cast<uint32_t>(code)));
    b.SetInsertPoint(next);
  }

  void emitArgumentChecks() {
    llvm::Value *given = field(args, i64, offsetof(tgc_run_args, struct_size));
    returnIf(b.CreateICmpULT(given, b.getInt64(sizeof(tgc_run_args))),
             TGC_RUN_BAD_ARGS);
    llvm::Value *workspace =
        field(args, ptr, offsetof(tgc_run_args, workspace));
    llvm::Value *weights = field(args, ptr, offsetof(tgc_run_args, weights));
    llvm::Value *bits = b.CreateOr(b.CreatePtrToInt(workspace, i64),
                                   b.CreatePtrToInt(weights, i64));
    llvm::Value *low = b.CreateAnd(bits, TGC_EXECUTABLE_ALIGNMENT - 1);
    returnIf(b.CreateICmpNE(low, b.getInt64(0)), TGC_RUN_MISALIGNED);
  }

  void emitPrologue() {
    workspace = field(args, ptr, offsetof(tgc_run_args, workspace));
    weights = field(args, ptr, offsetof(tgc_run_args, weights));
    inputs = field(args, ptr, offsetof(tgc_run_args, inputs));
    outputs = field(args, ptr, offsetof(tgc_run_args, outputs));
    symbols = field(args, ptr, offsetof(tgc_run_args, symbols));
    slots = field(args, ptr, offsetof(tgc_run_args, oob_slots));
    // Buckets follow the static part, each buffer rounded up.
    llvm::Value *offset =
        b.getInt64(static_cast<uint64_t>(plan.arena.staticBytes));
    constexpr int64_t alignment = TGC_EXECUTABLE_ALIGNMENT;
    for (const ArenaPlan::Bucket &bucket : plan.arena.buckets) {
      llvm::Value *bytes = b.CreateAnd(
          b.CreateAdd(size(bucket.bytes), b.getInt64(alignment - 1)),
          b.getInt64(static_cast<uint64_t>(-alignment)));
      buckets.push_back({offset, bytes});
      offset = b.CreateAdd(
          offset,
          b.CreateMul(bytes, b.getInt64(static_cast<uint64_t>(bucket.count))));
    }
  }

  absl::Status emitCall(const ProgramPlan::Call &call,
                        llvm::Function *dispatch) {
    llvm::Function *group = module.getFunction(call.symbol);
    if (!group || group->getFunctionType() != rangeType())
      return absl::InternalError(
          absl::StrCat("code generation: group '", call.symbol,
                       "' has no function (context, begin, end)"));
    if (call.iterations.constant() == 0)
      return absl::OkStatus();
    uint64_t word = 0;
    auto store = [&](llvm::Value *value) {
      b.CreateStore(value,
                    b.CreateConstInBoundsGEP1_64(i64, groupContext, word++));
    };
    for (const BufferRef &buffer : call.buffers)
      store(pointer(buffer));
    for (int64_t i = 0; i < call.numSites; ++i)
      store(b.CreateConstInBoundsGEP1_64(
          i64, slots, static_cast<uint64_t>(call.firstSite + i)));
    for (const DimExpr &expr : call.sizes)
      store(size(expr));
    std::optional<int64_t> n = call.iterations.constant();
    if (n && *n <= call.grain)
      b.CreateCall(group, {groupContext, b.getInt64(0), size(*n)});
    else
      b.CreateCall(dispatch, {args, group, groupContext, size(call.iterations),
                              size(call.grain)});
    return absl::OkStatus();
  }

  llvm::Value *pointer(const BufferRef &ref) {
    auto at = [&](llvm::Value *base, llvm::Value *bytes) {
      return b.CreateGEP(b.getInt8Ty(), base, bytes);
    };
    auto number = static_cast<uint64_t>(ref.number);
    switch (ref.base) {
    case BufferRef::Base::Input:
      return b.CreateLoad(ptr,
                          b.CreateConstInBoundsGEP1_64(ptr, inputs, number));
    case BufferRef::Base::Output:
      return b.CreateLoad(ptr,
                          b.CreateConstInBoundsGEP1_64(ptr, outputs, number));
    case BufferRef::Base::Weights:
      return at(weights, size(ref.offset));
    case BufferRef::Base::Static:
      return at(workspace, size(ref.offset));
    case BufferRef::Base::Bucket: {
      auto [base, bytes] = buckets[ref.number];
      return at(workspace,
                b.CreateAdd(base, b.CreateMul(bytes, size(ref.offset))));
    }
    }
    llvm_unreachable("every base is handled");
  }

  /// The value of `expr`, computed where it is first asked for: blocks follow
  /// each other, so it is at hand everywhere after.
  llvm::Value *size(const DimExpr &expr) {
    if (std::optional<int64_t> constant = expr.constant())
      return b.getInt64(static_cast<uint64_t>(*constant));
    llvm::Value *&value = sizes[expr.text()];
    if (!value)
      value = expr.build(builder());
    return value;
  }

  DimExpr::Builder<llvm::Value *> builder() {
    using V = llvm::Value *;
    IntegerSteps<V> steps;
    steps.constant = [this](int64_t v) -> V {
      return b.getInt64(static_cast<uint64_t>(v));
    };
    steps.add = [this](V x, V y) { return b.CreateAdd(x, y); };
    steps.sub = [this](V x, V y) { return b.CreateSub(x, y); };
    steps.mul = [this](V x, V y) { return b.CreateMul(x, y); };
    steps.divide = [this](V x, V y) { return b.CreateSDiv(x, y); };
    steps.less = [this](V x, V y) { return b.CreateICmpSLT(x, y); };
    steps.equal = [this](V x, V y) { return b.CreateICmpEQ(x, y); };
    steps.both = [this](V x, V y) { return b.CreateAnd(x, y); };
    steps.either = [this](V x, V y) { return b.CreateOr(x, y); };
    steps.select = [this](V c, V x, V y) { return b.CreateSelect(c, x, y); };
    DimExpr::Builder<V> table = builderOf(steps);
    table.symbol = [this](std::string_view name) -> V {
      uint64_t i = 0;
      while (i < plan.symbols.size() && plan.symbols[i].name != name)
        ++i;
      assert(i < plan.symbols.size() && "sizes are over the entry's names");
      V &value = sizes[std::string(name)];
      if (!value)
        value =
            b.CreateLoad(i64, b.CreateConstInBoundsGEP1_64(i64, symbols, i));
      return value;
    };
    return table;
  }

  const ProgramPlan &plan;
  llvm::Module &module;
  llvm::LLVMContext &context;
  llvm::IRBuilder<> b;
  llvm::Type *i32, *i64, *ptr;
  llvm::Function *run = nullptr; // the function that is being written
  llvm::Value *args = nullptr, *inputs = nullptr, *outputs = nullptr;
  llvm::Value *symbols = nullptr, *slots = nullptr;
  llvm::Value *workspace = nullptr, *weights = nullptr;
  llvm::Value *groupContext = nullptr;
  std::vector<std::pair<llvm::Value *, llvm::Value *>> buckets; // base, bytes
  std::map<std::string, llvm::Value *, std::less<>> sizes;      // by text
};

} // namespace

absl::StatusOr<llvm::Function *> emitEntry(const ProgramPlan &plan,
                                           llvm::Module &module) {
  return EntryEmitter(plan, module).emit();
}

} // namespace tgc::codegen

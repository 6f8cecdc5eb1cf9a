// Destinations and lifetimes of the entry's values.
#include "tgc/codegen/memory/ProgramPlan.h"

#include "tgc/codegen/FusedModule.h"
#include "tgc/codegen/emit/Emitter.h"
#include "tgc/ir/LocationText.h"
#include "tgc/ir/Ops.h"
#include "tgc/ir/TypeBridge.h"
#include "tgc/runtime/executable/Weights.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tgc::codegen {
namespace {

/// The spaces that positions of out-of-range indices count in, over the
/// group's names: those of its gathers with oob = error, in program order.
std::vector<DimExprs> indexSpaces(mlir::func::FuncOp function) {
  std::vector<DimExprs> spaces;
  ir::DimAnalysis sizes(function);
  function.walk([&](ir::GatherOp gather) {
    if (gather.getOob() != ir::OobMode::error)
      return;
    DimExprs dims = sizes.typeOf(gather.getIndices()).dims;
    auto vectorDim = static_cast<size_t>(gather.getIndexVectorDim());
    if (vectorDim < dims.size())
      dims.erase(dims.begin() + vectorDim);
    spaces.push_back(std::move(dims));
  });
  return spaces;
}

class Planner {
public:
  Planner(const FusedModule &module, absl::Span<const EmittedGroup> groups,
          WeightsBuilder &weights)
      : module(module), groups(groups), weights(weights) {}

  absl::StatusOr<ProgramPlan> plan() {
    program.inputs = module.inputs;
    program.outputs = module.outputs;
    program.checks = module.checks;
    for (const ir::DimAnalysis::Symbol &symbol : module.symbols)
      program.symbols.push_back(
          {symbol.name, symbol.argument, symbol.dimension});
    for (auto [i, argument] : llvm::enumerate(module.arguments))
      places[argument] = {BufferRef::Base::Input, static_cast<int64_t>(i), 0};
    TGC_RETURN_IF_ERROR(placeConstants());
    placeOutputs();
    TGC_RETURN_IF_ERROR(placeIntermediates());
    TGC_RETURN_IF_ERROR(addCalls());
    program.weightsBytes = weights.size();
    return std::move(program);
  }

private:
  absl::Status placeConstants() {
    for (mlir::Operation *op : module.constants) {
      auto constant = llvm::cast<ir::ConstantOp>(op);
      TGC_ASSIGN_OR_RETURN(Value value, ir::valueOf(constant.getValue()));
      TGC_ASSIGN_OR_RETURN(int64_t offset, weights.add(std::move(value)));
      places[constant.getResult()] = {BufferRef::Base::Weights, 0, offset};
    }
    return absl::OkStatus();
  }

  /// A call writes its result straight into the output that returns it first.
  void placeOutputs() {
    for (auto [i, value] : llvm::enumerate(module.returned))
      places.try_emplace(value, BufferRef{BufferRef::Base::Output,
                                          static_cast<int64_t>(i), 0});
  }

  absl::Status placeIntermediates() {
    llvm::DenseMap<mlir::Value, int64_t> lastUse;
    for (auto [step, call] : llvm::enumerate(module.calls))
      for (mlir::Value operand : call.operands)
        lastUse[operand] = static_cast<int64_t>(step);
    std::vector<BufferRequest> requests;
    llvm::SmallVector<mlir::Value> values;
    for (auto [step, call] : llvm::enumerate(module.calls))
      for (mlir::Value result : call.op->getResults()) {
        if (places.contains(result))
          continue;
        auto begin = static_cast<int64_t>(step);
        auto use = lastUse.find(result);
        requests.push_back({byteSize(module.types.at(result)), begin,
                            use == lastUse.end() ? begin : use->second});
        values.push_back(result);
      }
    TGC_ASSIGN_OR_RETURN(program.arena, planArena(requests));
    for (auto [value, place] : llvm::zip(values, program.arena.places))
      places[value] =
          place.bucket < 0
              ? BufferRef{BufferRef::Base::Static, 0, place.offset}
              : BufferRef{BufferRef::Base::Bucket, place.bucket, place.offset};
    return absl::OkStatus();
  }

  absl::Status addCalls() {
    std::vector<std::vector<DimExprs>> spaces;
    for (const Group &group : module.groups)
      spaces.push_back(
          indexSpaces(llvm::cast<mlir::func::FuncOp>(group.function)));
    for (const GroupCall &source : module.calls) {
      const EmittedGroup &group = groups[source.group];
      if (group.oobSlots.size() != spaces[source.group].size())
        return absl::InternalError(absl::StrCat(
            "code generation: group '", group.symbol, "' has ",
            group.oobSlots.size(), " slots for indices out of range; expected ",
            spaces[source.group].size()));
      ProgramPlan::Call call{group.symbol,
                             substitute(group.iterations, source.sizes),
                             group.grain,
                             {},
                             static_cast<int64_t>(program.sites.size()),
                             static_cast<int64_t>(group.oobSlots.size()),
                             {}};
      for (mlir::Value operand : source.operands)
        call.buffers.push_back(places.at(operand));
      for (mlir::Value result : source.op->getResults())
        call.buffers.push_back(places.at(result));
      for (auto [where, dims] :
           llvm::zip(group.oobSlots, spaces[source.group])) {
        OobSite site{
            "tgc.gather: operand 1 ('indices')", ir::locationText(where), {}};
        for (const DimExpr &dim : dims)
          site.dims.push_back(substitute(dim, source.sizes));
        program.sites.push_back(std::move(site));
      }
      for (const std::string &name : group.symbols) {
        auto size = source.sizes.find(name);
        if (size == source.sizes.end())
          return absl::InternalError(absl::StrCat(
              "code generation: group '", group.symbol, "' reads size '", name,
              "', which none of its arguments has"));
        call.sizes.push_back(size->second);
      }
      if (call.iterations.isInvalid())
        return absl::ResourceExhaustedError(absl::StrCat(
            "group '", group.symbol, "' has more than 2^63 iterations"));
      program.calls.push_back(std::move(call));
    }
    for (auto [i, value] : llvm::enumerate(module.returned)) {
      BufferRef from = places.at(value);
      auto output = static_cast<int64_t>(i);
      if (from.base != BufferRef::Base::Output || from.number != output)
        program.copies.push_back(
            {from, output, byteSize(module.types.at(value))});
    }
    return absl::OkStatus();
  }

  const FusedModule &module;
  absl::Span<const EmittedGroup> groups;
  WeightsBuilder &weights;
  ProgramPlan program;
  llvm::DenseMap<mlir::Value, BufferRef> places;
};

std::string refText(const BufferRef &ref) {
  switch (ref.base) {
  case BufferRef::Base::Input:
    return absl::StrCat("input ", ref.number);
  case BufferRef::Base::Output:
    return absl::StrCat("output ", ref.number);
  case BufferRef::Base::Weights:
    return absl::StrCat("weights + ", ref.offset);
  case BufferRef::Base::Static:
    return absl::StrCat("workspace + ", ref.offset);
  case BufferRef::Base::Bucket:
    return absl::StrCat("bucket ", ref.number, " [", ref.offset, "]");
  }
  return "";
}

} // namespace

absl::StatusOr<ProgramPlan> planProgram(const FusedModule &module,
                                        absl::Span<const EmittedGroup> groups,
                                        WeightsBuilder &weights) {
  return Planner(module, groups, weights).plan();
}

std::string ProgramPlan::text() const {
  std::string out;
  auto tensors = [&](absl::string_view role,
                     const std::vector<TensorSignature> &list) {
    for (size_t i = 0; i < list.size(); ++i)
      absl::StrAppend(&out, role, " ", i, ": '", list[i].name, "' ",
                      typeText(list[i].type), "\n");
  };
  tensors("input", inputs);
  tensors("output", outputs);
  for (const SizeSource &symbol : symbols)
    absl::StrAppend(&out, "size ", symbol.name, ": dimension ",
                    symbol.dimension, " of input ", symbol.input, "\n");
  for (const SizeCheck &check : checks)
    absl::StrAppend(&out, "check: ", check.got.text(),
                    check.relation == SizeRelation::AtLeast ? " >= " : " == ",
                    check.expected.text(), "\n");
  absl::StrAppend(&out, "workspace: ", arena.text(),
                  "\nweights: ", weightsBytes, " bytes\n");
  for (const Call &call : calls)
    absl::StrAppend(&out, call.symbol, "(",
                    absl::StrJoin(call.buffers, ", ",
                                  [](std::string *text, const BufferRef &ref) {
                                    text->append(refText(ref));
                                  }),
                    ") iterations ", call.iterations.text(), " grain ",
                    call.grain, "\n");
  for (const Copy &copy : copies)
    absl::StrAppend(&out, "copy ", refText(copy.from), " to output ",
                    copy.output, ", ", copy.bytes.text(), " bytes\n");
  return out;
}

} // namespace tgc::codegen

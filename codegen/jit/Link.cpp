// A JIT session of one object: no symbols of the process but three.
#include "tgc/codegen/jit/Link.h"

#include "tgc/codegen/llvm/ExecutableTable.h"

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "llvm/ExecutionEngine/Orc/SelfExecutorProcessControl.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cstring>

namespace tgc::codegen {
namespace {

namespace orc = llvm::orc;

absl::Status linkError(llvm::Error error) {
  return absl::InternalError("code generation: the object does not link: " +
                             llvm::toString(std::move(error)));
}

/// What keeps the code of one program in memory.
class Session {
public:
  static absl::StatusOr<std::shared_ptr<Session>> create() {
    auto control = orc::SelfExecutorProcessControl::Create(
        nullptr, std::make_unique<orc::InPlaceTaskDispatcher>());
    if (!control)
      return linkError(control.takeError());
    return std::shared_ptr<Session>(new Session(std::move(*control)));
  }

  ~Session() {
    if (llvm::Error error = session.endSession())
      llvm::consumeError(std::move(error));
  }

  absl::StatusOr<const tgc_executable *> link(const CompiledObject &compiled) {
    auto library = session.createJITDylib("program");
    if (!library)
      return linkError(library.takeError());
    weights = compiled.weights;
    orc::SymbolMap known;
    auto define = [&](llvm::StringRef name, const void *address) {
      known[session.intern(name)] = {
          orc::ExecutorAddr::fromPtr(const_cast<void *>(address)),
          llvm::JITSymbolFlags::Exported};
    };
    define("memcpy", reinterpret_cast<const void *>(&std::memcpy));
    define("memmove", reinterpret_cast<const void *>(&std::memmove));
    define("memset", reinterpret_cast<const void *>(&std::memset));
    if (weights && weights->size() > 0)
      define(weightsSymbol(compiled.name), weights->data());
    if (llvm::Error error = library->define(orc::absoluteSymbols(known)))
      return linkError(std::move(error));
    TGC_RETURN_IF_ERROR(add(*library, compiled.object));
    for (const std::string &object : compiled.others)
      TGC_RETURN_IF_ERROR(add(*library, object));
    auto found = session.lookup({&*library}, tableSymbol(compiled.name));
    if (!found)
      return linkError(found.takeError());
    return found->getAddress().toPtr<const tgc_executable *>();
  }

private:
  absl::Status add(orc::JITDylib &library, const std::string &object) {
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy(object, "program");
    if (llvm::Error error = layer.add(library, std::move(buffer)))
      return linkError(std::move(error));
    return absl::OkStatus();
  }

  explicit Session(std::unique_ptr<orc::ExecutorProcessControl> control)
      : session(std::move(control)), layer(session) {
    // The library prints nothing: errors come back from the lookup.
    session.setErrorReporter(llvm::consumeError);
  }

  std::shared_ptr<const Weights> weights;
  orc::ExecutionSession session;
  orc::ObjectLinkingLayer layer;
};

} // namespace

absl::StatusOr<std::shared_ptr<const LoadedExecutable>>
linkInProcess(const CompiledObject &compiled) {
  TGC_ASSIGN_OR_RETURN(std::shared_ptr<Session> session, Session::create());
  TGC_ASSIGN_OR_RETURN(const tgc_executable *executable,
                       session->link(compiled));
  return LoadedExecutable::create(executable, std::move(session));
}

} // namespace tgc::codegen

// What sanitizers are told in every program of a sanitized build, so that one
// run by hand behaves as under ctest; ASAN_OPTIONS and the like come on top.

extern "C" {

/// There where LLVM is loaded.
__attribute__((weak)) void LLVMShutdown();

/// - A failed allocation gives null, as without a sanitizer, so that its status
///   is tested.
/// - An abort gives a report with its place.
/// - LLVM's arenas poison what they have not handed out, but only in code that
///   is instrumented: LLVM's own libraries are not, and what they hand out of
///   such an arena would count as poisoned.
__attribute__((used, visibility("default"))) const char *
__asan_default_options() {
#define COMMON "allocator_may_return_null=1:handle_abort=1:handle_sigill=1"
  return LLVMShutdown ? COMMON ":allow_user_poisoning=0" : COMMON;
#undef COMMON
}

__attribute__((used, visibility("default"))) const char *
__ubsan_default_options() {
  return "print_stacktrace=1";
}

} // extern "C"

# LLVM and MLIR 22. Their exported archive targets name the shared library, and
# linking both loads two copies: the static link lists archives itself.
find_program(TGC_LLVM_CONFIG NAMES llvm-config-22 REQUIRED)
execute_process(COMMAND ${TGC_LLVM_CONFIG} --cmakedir
  OUTPUT_VARIABLE llvm_cmake OUTPUT_STRIP_TRAILING_WHITESPACE)
get_filename_component(llvm_cmake_parent ${llvm_cmake} DIRECTORY)
set(MLIR_DIR ${llvm_cmake_parent}/mlir)
set(LLVM_DIR ${llvm_cmake})
find_package(MLIR REQUIRED CONFIG)
list(APPEND CMAKE_MODULE_PATH ${LLVM_CMAKE_DIR} ${MLIR_CMAKE_DIR})
include(AddLLVM) # TableGen.cmake calls a function defined there
include(TableGen)
include(AddMLIR)

add_library(tgc_llvm INTERFACE)
target_include_directories(tgc_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS}
  ${MLIR_INCLUDE_DIRS})
if(TGC_SHARED_LLVM)
  target_link_libraries(tgc_llvm INTERFACE MLIR LLVM)
else()
  execute_process(COMMAND ${TGC_LLVM_CONFIG} --link-static --libs x86 orcjit passes
    OUTPUT_VARIABLE llvm_libs OUTPUT_STRIP_TRAILING_WHITESPACE)
  separate_arguments(llvm_libs)
  file(GLOB mlir_libs ${LLVM_LIBRARY_DIR}/libMLIR*.a)
  list(FILTER mlir_libs EXCLUDE REGEX
    "ExecutionEngine|CAPI|Test|Runner|Python|Pdll|PDLL|Query|Reduce|Tblgen")
  target_link_libraries(tgc_llvm INTERFACE
    -Wl,--start-group ${mlir_libs} -Wl,--end-group
    -L${LLVM_LIBRARY_DIR} ${llvm_libs} z zstd xml2 tinfo dl pthread m)
endif()

# The importer: unit tests without a compiler, and the ONNX project's own test
# models on three routes.
tgc_unit_tests(onnx ASAN tgc_onnx)
target_compile_definitions(DigitsTest PRIVATE
  TGC_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
if(TGC_SANITIZE)
  # HostileBytes does this and more.
  set_tests_properties(unit.onnx.DigitsTest PROPERTIES
    ENVIRONMENT GTEST_FILTER=-*EveryFlippedBit)
endif()

add_executable(onnx-ledger onnx/Ledger.cpp)
target_link_libraries(onnx-ledger PRIVATE tgc_compiler tgc_llvm)
set(TGC_ONNX_DATA /usr/share/libonnx-testdata/data CACHE PATH
  "test models of Debian's libonnx-testdata")
foreach(route eager interpreter jit)
  # Without values of its inputs a program knows fewer shapes than a call.
  set(list traced)
  if(route STREQUAL "eager")
    set(list eager)
  endif()
  add_test(NAME onnx.ledger.${route}
    COMMAND onnx-ledger --route=${route} ${TGC_ONNX_DATA}
      ${CMAKE_CURRENT_SOURCE_DIR}/onnx/ledger-${list}.txt)
  set_tests_properties(onnx.ledger.${route} PROPERTIES LABELS onnx)
endforeach()

add_executable(ppocr onnx/PpOcr.cpp)
target_link_libraries(ppocr PRIVATE tgc_compiler tgc_llvm)
add_test(NAME onnx.ppocr_cls
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/onnx/ppocr-cls $<TARGET_FILE:ppocr>
    ${CMAKE_BINARY_DIR}/models)
set_tests_properties(onnx.ppocr_cls PROPERTIES LABELS onnx
  SKIP_RETURN_CODE 77)

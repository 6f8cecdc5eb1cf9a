# IR tests by lit, a ctest per folder, and the examples of the op reference.
find_program(TGC_LIT lit HINTS ${LLVM_TOOLS_BINARY_DIR} REQUIRED)

# tgc_lit_test(FOLDER): test/FOLDER/**/*.{mlir,td}; nothing where there is none.
function(tgc_lit_test folder)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.mlir
    ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.td)
  if(tests)
    add_test(NAME lit.${folder}
      COMMAND ${TGC_LIT} -v --no-progress-bar -j2
        --param build=${CMAKE_BINARY_DIR}
        --param llvm_bin=${LLVM_TOOLS_BINARY_DIR}
        ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
    set_tests_properties(lit.${folder} PROPERTIES LABELS lit)
  endif()
endfunction()

tgc_lit_test(ir)
tgc_lit_test(passes)
tgc_lit_test(codegen)
tgc_lit_test(tools)

# The examples in the records are parsed, verified and printed as written.
set(examples ${CMAKE_CURRENT_BINARY_DIR}/op-examples.mlir)
add_custom_command(OUTPUT ${examples}
  COMMAND tgc-tblgen -gen-op-tests ${TGC_OP_RECORDS} --write-if-changed
    -I ${CMAKE_SOURCE_DIR}/ir -I ${CMAKE_SOURCE_DIR}/ir/ops
    -I ${MLIR_INCLUDE_DIRS} -o ${examples}
  DEPENDS tgc-tblgen ${TGC_OP_RECORD_FILES}
  COMMENT "tgc-tblgen op-examples.mlir")
add_custom_target(tgc_op_examples ALL DEPENDS ${examples})
add_test(NAME lit.op_examples
  COMMAND bash -o pipefail -c "${CMAKE_BINARY_DIR}/bin/tgc-opt \
    --verify-roundtrip ${examples} | ${LLVM_TOOLS_BINARY_DIR}/FileCheck ${examples}")
set_tests_properties(lit.ir lit.op_examples PROPERTIES LABELS "lit;asan")
tgc_asan_target(tgc-opt tgc_op_examples)

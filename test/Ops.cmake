# The op table's properties and everything else that runs the compiler: one
# executable, as each links LLVM, and a ctest per family or subject.
file(GLOB sources CONFIGURE_DEPENDS ops/*.cpp)
add_executable(OpTests ${sources})
target_link_libraries(OpTests PRIVATE tgc_compiler tgc_llvm GTest::gtest_main
  GTest::gmock)
target_compile_options(OpTests PRIVATE -O1)
target_compile_definitions(OpTests PRIVATE
  TGC_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/ops/data")

# tgc_op_test(NAME FILTER): the tests of OpTests that match a gtest filter.
function(tgc_op_test name filter)
  add_test(NAME ops.${name} COMMAND OpTests --gtest_filter=${filter})
  set_tests_properties(ops.${name} PROPERTIES LABELS ops)
endfunction()

foreach(family ${TGC_FAMILIES})
  tgc_op_test(${family} ${family}/*)
endforeach()
tgc_op_test(References *References*)
tgc_op_test(Semantics Semantics*)
tgc_op_test(RandomPrograms *RandomPrograms*)

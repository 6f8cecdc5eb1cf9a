# Rejected inputs with their whole messages: calls, IR text, ONNX models and
# the command line.
file(GLOB sources CONFIGURE_DEPENDS errors/*.cpp)
add_executable(ErrorTests ${sources})
target_link_libraries(ErrorTests PRIVATE tgc_compiler tgc_llvm
  GTest::gtest_main GTest::gmock)
target_compile_options(ErrorTests PRIVATE -O1)
target_compile_definitions(ErrorTests PRIVATE
  TGC_TEST_ERRORS="${CMAKE_CURRENT_SOURCE_DIR}/errors")
add_test(NAME errors.api COMMAND ErrorTests)
add_test(NAME errors.cli
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/errors/cli.py $<TARGET_FILE:tgc>)
add_test(NAME errors.cli_models
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/errors/cli_models.py
    $<TARGET_FILE:tgc>)
set_tests_properties(errors.api errors.cli errors.cli_models PROPERTIES
  LABELS errors)

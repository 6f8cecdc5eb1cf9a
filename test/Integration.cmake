# README and docs programs, and the steps of continuous integration.
add_test(NAME integration.install
  COMMAND ${CMAKE_COMMAND} --install ${CMAKE_BINARY_DIR}
    --prefix ${CMAKE_BINARY_DIR}/prefix)
set_tests_properties(integration.install PROPERTIES FIXTURES_SETUP prefix)

file(GLOB documents CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/*.md
  ${CMAKE_SOURCE_DIR}/docs/*.md ${CMAKE_SOURCE_DIR}/examples/*/*.md)
foreach(document ${documents})
  file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR} ${document})
  add_test(NAME docs.${name}
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/integration/snippets.py
      --build ${CMAKE_BINARY_DIR} --prefix ${CMAKE_BINARY_DIR}/prefix
      ${document})
  set_tests_properties(docs.${name} PROPERTIES FIXTURES_REQUIRED prefix)
  list(APPEND document_tests docs.${name})
endforeach()

# examples/cpp, built by the system's compiler against the installed package.
find_program(TGC_GXX NAMES g++ REQUIRED)
set(examples_build ${CMAKE_BINARY_DIR}/examples-cpp)
add_test(NAME integration.examples
  COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test
    ${CMAKE_SOURCE_DIR}/examples/cpp ${examples_build}
    --build-generator Ninja --build-options
    -DCMAKE_CXX_COMPILER=${TGC_GXX} -DCMAKE_CXX_FLAGS=-Werror
    -DCMAKE_PREFIX_PATH=${CMAKE_BINARY_DIR}/prefix
    --test-command ${CMAKE_CURRENT_SOURCE_DIR}/integration/run_examples
      ${examples_build} ${CMAKE_SOURCE_DIR}/examples ${CMAKE_BINARY_DIR}/prefix)
set_tests_properties(integration.examples PROPERTIES FIXTURES_REQUIRED prefix
  LABELS integration)

add_test(NAME integration.ci_steps
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/integration/ci_steps.py)
set_tests_properties(integration.install integration.ci_steps ${document_tests}
  PROPERTIES LABELS integration)

# Builds most of tgc again, with an op more.
add_test(NAME integration.adding_an_op
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/integration/adding_an_op.py
    --scratch ${CMAKE_BINARY_DIR}/adding-an-op)
set_tests_properties(integration.adding_an_op PROPERTIES
  LABELS "integration;slow" RUN_SERIAL ON TIMEOUT 2400)

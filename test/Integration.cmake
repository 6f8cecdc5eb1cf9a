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

add_test(NAME integration.ci_steps
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/integration/ci_steps.py)
set_tests_properties(integration.install integration.ci_steps ${document_tests}
  PROPERTIES LABELS integration)

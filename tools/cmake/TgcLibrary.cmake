# tgc_add_library(NAME sources... [LINK libs...] [MLIR]): an internal object
# archive. MLIR: compiled without exceptions, against MLIR, with its
# precompiled header.
function(tgc_add_library name)
  cmake_parse_arguments(arg "MLIR;EXCEPTIONS" "" "LINK" ${ARGN})
  add_library(${name} STATIC ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PUBLIC ${arg_LINK})
  if(arg_MLIR)
    target_include_directories(${name} SYSTEM PUBLIC ${LLVM_INCLUDE_DIRS}
      ${MLIR_INCLUDE_DIRS})
    add_dependencies(${name} tgc_generated_ir)
    if(arg_EXCEPTIONS)
      target_precompile_headers(${name} REUSE_FROM tgc_pch_exceptions)
    else()
      target_compile_options(${name} PRIVATE -fno-exceptions)
      target_precompile_headers(${name} REUSE_FROM tgc_pch)
    endif()
  endif()
  add_dependencies(${name} tgc_generated)
endfunction()

# tgc_generate(FOLDER FILE GENERATOR [RECORDS]): FILE in build/gen/tgc/FOLDER by
# tgc-tblgen from every op record, or from a file that includes them.
set(TGC_OP_RECORDS ${CMAKE_CURRENT_SOURCE_DIR}/ir/ops/Ops.td)
# The families of ops: the files that it includes.
file(STRINGS ${TGC_OP_RECORDS} TGC_FAMILIES REGEX "^include ")
list(TRANSFORM TGC_FAMILIES REPLACE "^include \"(.+)[.]td\"$" "\\1")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${TGC_OP_RECORDS})
file(GLOB TGC_OP_RECORD_FILES CONFIGURE_DEPENDS
  ${CMAKE_CURRENT_SOURCE_DIR}/ir/*.td ${CMAKE_CURRENT_SOURCE_DIR}/ir/ops/*.td)
function(tgc_generate folder file generator)
  set(out ${TGC_GEN_INCLUDE}/tgc/${folder}/${file})
  set(records ${TGC_OP_RECORDS})
  if(ARGN)
    set(records ${ARGN})
  endif()
  add_custom_command(OUTPUT ${out}
    COMMAND tgc-tblgen ${generator} ${records} --write-if-changed
      -I ${CMAKE_SOURCE_DIR}/ir -I ${CMAKE_SOURCE_DIR}/ir/ops
      -I ${MLIR_INCLUDE_DIRS} -o ${out}
    DEPENDS tgc-tblgen ${records} ${TGC_OP_RECORD_FILES}
    COMMENT "tgc-tblgen ${file}")
  set_property(GLOBAL APPEND PROPERTY TGC_GENERATED ${out})
endfunction()

# Headers lie beside their sources and are spelt tgc/<folder>/File.h in the
# tree and when installed: one link per folder, never of the root, which holds
# the build tree. <tgc/tgc.h> and <tgc/runtime.h> are links of their own.
# Generated files are in build/gen/tgc/<folder>.
set(TGC_SRC_INCLUDE ${CMAKE_BINARY_DIR}/src)
set(TGC_GEN_INCLUDE ${CMAKE_BINARY_DIR}/gen)
file(MAKE_DIRECTORY ${TGC_SRC_INCLUDE}/tgc ${TGC_GEN_INCLUDE}/tgc/runtime
  ${TGC_GEN_INCLUDE}/tgc/ir ${TGC_GEN_INCLUDE}/tgc/frontend)
foreach(folder frontend ir passes codegen runtime tools test)
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${folder}
    ${TGC_SRC_INCLUDE}/tgc/${folder} SYMBOLIC)
endforeach()
foreach(header tgc.h runtime.h)
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/frontend/api/${header}
    ${TGC_SRC_INCLUDE}/tgc/${header} SYMBOLIC)
endforeach()
include_directories(${TGC_SRC_INCLUDE} ${TGC_GEN_INCLUDE})

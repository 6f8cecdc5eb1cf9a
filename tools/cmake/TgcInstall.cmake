# The install tree: libraries, public headers, the package for find_package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS runtime EXPORT tgcRuntimeTargets COMPONENT runtime
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS tgc_shared EXPORT tgcCompilerTargets COMPONENT compiler
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS tgc tgc-opt tgc-lsp-server COMPONENT compiler
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

set(include ${CMAKE_INSTALL_INCLUDEDIR}/tgc)
install(FILES frontend/api/tgc.h frontend/api/runtime.h DESTINATION ${include})
install(DIRECTORY frontend/api frontend/library DESTINATION ${include}/frontend
  FILES_MATCHING PATTERN "*.h")
install(FILES runtime/core/DType.def runtime/core/DType.h
  runtime/core/Export.h runtime/core/Limits.h runtime/core/OpEnums.h
  DESTINATION ${include}/runtime/core)
install(FILES runtime/infer/DimExpr.h DESTINATION ${include}/runtime/infer)
install(FILES runtime/executable/ExecutableAbi.h
  DESTINATION ${include}/runtime/executable)
install(FILES ${TGC_GEN_INCLUDE}/tgc/runtime/OpEnums.h.inc
  DESTINATION ${include}/runtime)
install(FILES ${TGC_GEN_INCLUDE}/tgc/frontend/Ops.h.inc
  DESTINATION ${include}/frontend)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/tgc)
install(EXPORT tgcRuntimeTargets NAMESPACE tgc:: DESTINATION ${package})
install(EXPORT tgcCompilerTargets NAMESPACE tgc:: DESTINATION ${package})
configure_package_config_file(tools/cmake/tgcConfig.cmake.in
  ${CMAKE_BINARY_DIR}/tgcConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/tgcConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/tgcConfig.cmake
  ${CMAKE_BINARY_DIR}/tgcConfigVersion.cmake DESTINATION ${package})
# From where they lie, so that an install tree may be moved.
file(RELATIVE_PATH pc_to_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
  ${CMAKE_INSTALL_PREFIX})
foreach(pc tgc tgc-runtime)
  configure_file(tools/cmake/${pc}.pc.in ${CMAKE_BINARY_DIR}/${pc}.pc @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/${pc}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/tgc)

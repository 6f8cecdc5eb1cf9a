# Language, warnings, determinism and the linker: the flags of every file.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# ccache where there is one. The sloppiness, and a header that is known by its
# content instead of its time, are what precompiled headers need to be cached.
find_program(TGC_CCACHE ccache)
if(TGC_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(launcher ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    ${TGC_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
add_compile_options("SHELL:-Xclang -fno-pch-timestamp")

# -ffp-contract=off: clang fuses a*b+c by default, which changes bits.
add_compile_options(-Wall -Wextra -Wno-unused-parameter -ffp-contract=off
  -fno-math-errno -ffunction-sections -fdata-sections
  -ffile-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}/=
  -ffile-prefix-map=${CMAKE_BINARY_DIR}/src/tgc/=)
if(TGC_WERROR)
  add_compile_options(-Werror)
endif()
if(TGC_SANITIZE)
  # A finding ends the program: what only prints is not seen by a test.
  add_compile_options(-fsanitize=${TGC_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TGC_SANITIZE})
  add_library(tgc_sanitizer_defaults OBJECT tools/cmake/SanitizerDefaults.cpp)
  link_libraries(
    $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:tgc_sanitizer_defaults>)
endif()
find_program(TGC_LLD NAMES ld.lld-22 ld.lld)
if(TGC_LLD)
  add_link_options(-fuse-ld=lld)
endif()
add_link_options(-Wl,--gc-sections)
if(NOT TGC_SANITIZE) # whose runtime the program brings
  add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,SHARED_LIBRARY>:-Wl,-z,defs>)
endif()

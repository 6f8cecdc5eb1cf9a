# Abseil as archives: the shared libraries of Debian are some thirty, which a
# short program spends more time loading than it runs.
add_library(tgc_absl INTERFACE)
file(GLOB absl_archives /usr/lib/*/libabsl_*.a)
list(FILTER absl_archives EXCLUDE REGEX "flags|random|mock|test")
if(absl_archives)
  target_link_libraries(tgc_absl INTERFACE -Wl,--start-group ${absl_archives}
    -Wl,--end-group)
else()
  find_package(absl REQUIRED)
  target_link_libraries(tgc_absl INTERFACE absl::status absl::statusor
    absl::strings absl::inlined_vector absl::span absl::cord)
endif()

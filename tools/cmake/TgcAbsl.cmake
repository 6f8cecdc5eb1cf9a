# Abseil and protobuf-lite: archives in programs, since the some thirty shared
# libraries of Debian's Abseil take a short program longer to load than to run;
# shared libraries in shared libraries, since the archives are not
# position-independent.
find_package(absl REQUIRED)
find_package(Protobuf REQUIRED)
file(GLOB absl_archives /usr/lib/*/libabsl_*.a)
list(FILTER absl_archives EXCLUDE REGEX "flags|random|mock|test")
find_library(TGC_PROTOBUF_ARCHIVE NAMES libprotobuf-lite.a)

function(tgc_archive_in_programs name archives shared)
  add_library(${name} INTERFACE)
  set(is_program "$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>")
  if(archives)
    target_link_libraries(${name} INTERFACE
      "$<${is_program}:-Wl,--start-group;${archives};-Wl,--end-group>"
      "$<$<NOT:${is_program}>:${shared}>")
  else()
    target_link_libraries(${name} INTERFACE ${shared})
  endif()
endfunction()
tgc_archive_in_programs(tgc_absl "${absl_archives}"
  "absl::status;absl::statusor;absl::strings;absl::str_format;absl::cord")
tgc_archive_in_programs(tgc_protobuf "${TGC_PROTOBUF_ARCHIVE}"
  protobuf::libprotobuf-lite)

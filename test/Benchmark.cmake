# Google Benchmark programs (docs/Benchmarks.md), each run for a moment by a
# test so that none goes stale. No test looks at a time.
option(TGC_BENCHMARKS "build test/benchmark if Google Benchmark is found" ON)
find_package(benchmark CONFIG QUIET)
if(NOT TGC_BENCHMARKS OR NOT benchmark_FOUND)
  return()
endif()

# tgc_benchmark(FILE FILTER libs...): <File>Benchmarks, and what the test runs.
function(tgc_benchmark file filter)
  set(name ${file}Benchmarks)
  add_executable(${name} benchmark/${file}.cpp)
  target_link_libraries(${name} PRIVATE ${ARGN} benchmark::benchmark)
  target_compile_definitions(${name} PRIVATE
    TGC_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_link_options(${name} PRIVATE -s)
  endif()
  add_test(NAME benchmark.${file} COMMAND ${name}
    --benchmark_min_time=0.001 --benchmark_filter=${filter})
  set_tests_properties(benchmark.${file} PROPERTIES LABELS benchmark
    FAIL_REGULAR_EXPRESSION "Failed to match|ERROR")
endfunction()

tgc_benchmark(Eager ^[^/]*/4 tgc_frontend_eager)
tgc_benchmark(Compiled "^(call|digits)/" tgc_compiler tgc_llvm)
tgc_benchmark(CompileTime ^digits tgc_compiler tgc_llvm)

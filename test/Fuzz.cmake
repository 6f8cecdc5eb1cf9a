# Damaged files, under AddressSanitizer: without it most of what they could do
# would go unseen.
add_executable(HostileBytes fuzz/HostileBytes.cpp)
target_link_libraries(HostileBytes PRIVATE tgc_program tgc_llvm
  GTest::gtest_main GTest::gmock)
target_compile_definitions(HostileBytes PRIVATE
  TGC_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
if(TGC_SANITIZE MATCHES address)
  # No file of a few KiB needs much memory; shorter stacks of allocations save
  # a sixth of the time.
  set(options max_allocation_size_mb=256:malloc_context_size=5)
  # Two shards, so that two CPUs are busy.
  foreach(shard 0 1)
    add_test(NAME fuzz.HostileBytes.${shard} COMMAND HostileBytes)
    set_tests_properties(fuzz.HostileBytes.${shard} PROPERTIES
      LABELS "fuzz;asan" COST 1000 TIMEOUT 3600 ENVIRONMENT
      "GTEST_TOTAL_SHARDS=2;GTEST_SHARD_INDEX=${shard};ASAN_OPTIONS=${options}")
  endforeach()
  tgc_asan_target(HostileBytes)
else()
  set_target_properties(HostileBytes PROPERTIES EXCLUDE_FROM_ALL ON)
endif()

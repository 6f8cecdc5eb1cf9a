// How many CPUs this process may use.
#ifndef TGC_RUNTIME_PARALLEL_CPUCOUNT_H
#define TGC_RUNTIME_PARALLEL_CPUCOUNT_H

#include <cstdint>
#include <string>

namespace tgc {

/// CPUs in the affinity mask of the process, but no more than its cgroup
/// quota, rounded up; at least 1.
int32_t availableCpus();

/// The CPU quota of the cgroup (version 1 or 2) that `root`/proc/self/cgroup
/// names and of its parents under `root`/sys/fs/cgroup, rounded up; 0 if there
/// is none. `root` is "" but in tests.
int32_t cgroupCpus(const std::string &root);

} // namespace tgc

#endif // TGC_RUNTIME_PARALLEL_CPUCOUNT_H

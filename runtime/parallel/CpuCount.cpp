// Affinity mask and cgroup quota.
#include "tgc/runtime/parallel/CpuCount.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

#ifdef __linux__
#include <sched.h>
#include <unistd.h>
#endif

namespace tgc {
namespace {

/// The file's first 64 KiB; empty if it cannot be read.
std::string readFile(const std::string &path) {
  std::string text;
  if (std::FILE *file = std::fopen(path.c_str(), "re")) {
    text.resize(64 << 10);
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
  }
  return text;
}

/// ceil(quota / period) as a count of CPUs; 0 for "no limit" and for text that
/// is not two positive numbers.
int32_t cpusOf(const std::string &quota, const std::string &period) {
  long long q = std::strtoll(quota.c_str(), nullptr, 10);
  long long p = std::strtoll(period.c_str(), nullptr, 10);
  if (q <= 0 || p <= 0)
    return 0;
  return static_cast<int32_t>(std::min((q - 1) / p + 1, 1LL << 20));
}

/// The smallest limit of `path` and its parents under `mount`.
template <class ReadLimit>
int32_t smallestLimit(const std::string &mount, std::string path,
                      ReadLimit readLimit) {
  int32_t smallest = 0;
  for (;;) {
    if (path == "/")
      path.clear();
    int32_t limit = readLimit(mount + path);
    if (limit > 0 && (smallest == 0 || limit < smallest))
      smallest = limit;
    if (path.empty())
      return smallest;
    size_t slash = path.rfind('/');
    path.resize(slash == std::string::npos ? 0 : slash);
  }
}

int32_t limitV2(const std::string &folder) {
  std::string text = readFile(folder + "/cpu.max"); // "max 100000", "50000 …"
  size_t space = text.find(' ');
  if (space == std::string::npos)
    return 0;
  return cpusOf(text.substr(0, space), text.substr(space + 1));
}

int32_t limitV1(const std::string &folder) {
  return cpusOf(readFile(folder + "/cpu.cfs_quota_us"),
                readFile(folder + "/cpu.cfs_period_us"));
}

int32_t affinityCpus() {
#ifdef __linux__
  // The kernel refuses a mask smaller than its own.
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    cpu_set_t *set = CPU_ALLOC(cpus);
    if (!set)
      break;
    size_t bytes = CPU_ALLOC_SIZE(cpus);
    int count = 0;
    if (sched_getaffinity(getpid(), bytes, set) == 0)
      count = CPU_COUNT_S(bytes, set);
    CPU_FREE(set);
    if (count > 0)
      return count;
  }
#endif
  return static_cast<int32_t>(std::thread::hardware_concurrency());
}

} // namespace

int32_t cgroupCpus(const std::string &root) {
  int32_t smallest = 0;
  std::string groups = readFile(root + "/proc/self/cgroup");
  std::string mount = root + "/sys/fs/cgroup";
  for (size_t begin = 0; begin < groups.size();) {
    size_t end = std::min(groups.find('\n', begin), groups.size());
    std::string line = groups.substr(begin, end - begin); // "4:cpu,cpuacct:/a"
    begin = end + 1;
    size_t first = line.find(':');
    if (first == std::string::npos)
      continue;
    size_t second = line.find(':', first + 1);
    if (second == std::string::npos)
      continue;
    std::string controllers =
        "," + line.substr(first + 1, second - first - 1) + ",";
    std::string path = line.substr(second + 1);
    int32_t limit = 0;
    if (controllers == ",,")
      limit = smallestLimit(mount, path, limitV2);
    else if (controllers.find(",cpu,") != std::string::npos)
      limit = smallestLimit(mount + "/cpu", path, limitV1);
    if (limit > 0 && (smallest == 0 || limit < smallest))
      smallest = limit;
  }
  return smallest;
}

int32_t availableCpus() {
  int32_t cpus = std::max(affinityCpus(), 1);
  int32_t quota = cgroupCpus("");
  return quota > 0 ? std::min(cpus, quota) : cpus;
}

} // namespace tgc

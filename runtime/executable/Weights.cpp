// Constants, deduplicated and write-protected.
#include "tgc/runtime/executable/Weights.h"

#include "tgc/runtime/executable/ExecutableAbi.h"

#include "absl/strings/str_cat.h"

#include <cstring>
#include <string_view>
#include <sys/mman.h>

namespace tgc {
namespace {

constexpr int64_t hugePage = int64_t{2} << 20;

absl::Status exhausted(int64_t bytes) {
  return absl::ResourceExhaustedError(
      absl::StrCat("no memory for ", bytes, " bytes of constants"));
}

} // namespace

Weights::~Weights() {
  if (mapping)
    munmap(mapping, mapped);
}

absl::StatusOr<int64_t> WeightsBuilder::add(Value value) {
  std::string_view content(value.data<char>(),
                           static_cast<size_t>(value.numBytes()));
  size_t hash = std::hash<std::string_view>()(content);
  auto [first, last] = byContent.equal_range(hash);
  for (; first != last; ++first) {
    const Entry &entry = entries[first->second];
    if (content ==
        std::string_view(entry.value.data<char>(),
                         static_cast<size_t>(entry.value.numBytes())))
      return entry.offset;
  }
  std::optional<int64_t> end = checkedAdd(length, value.numBytes());
  if (end)
    end = checkedAdd(*end, TGC_EXECUTABLE_ALIGNMENT - 1);
  if (!end)
    return exhausted(value.numBytes());
  byContent.emplace(hash, entries.size());
  entries.push_back({length, std::move(value)});
  length = *end / TGC_EXECUTABLE_ALIGNMENT * TGC_EXECUTABLE_ALIGNMENT;
  return entries.back().offset;
}

absl::StatusOr<std::shared_ptr<const Weights>> WeightsBuilder::build() const {
  std::shared_ptr<Weights> weights(new Weights());
  if (length == 0)
    return std::shared_ptr<const Weights>(std::move(weights));
  bool huge = length >= hugePage;
  std::optional<int64_t> bytes = checkedAdd(length, huge ? hugePage : 0);
  if (!bytes)
    return exhausted(length);
  void *mapping =
      mmap(nullptr, static_cast<size_t>(*bytes), PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED)
    return exhausted(length);
  weights->mapping = mapping;
  weights->mapped = static_cast<size_t>(*bytes);
  auto address = reinterpret_cast<uintptr_t>(mapping);
  if (huge) {
    address = (address + hugePage - 1) / hugePage * hugePage;
    madvise(reinterpret_cast<void *>(address), static_cast<size_t>(length),
            MADV_HUGEPAGE);
  }
  auto *data = reinterpret_cast<char *>(address);
  for (const Entry &entry : entries)
    std::memcpy(data + entry.offset, entry.value.data<char>(),
                static_cast<size_t>(entry.value.numBytes()));
  if (mprotect(mapping, weights->mapped, PROT_READ) != 0)
    return exhausted(length);
  weights->bytes = data;
  weights->length = length;
  return std::shared_ptr<const Weights>(std::move(weights));
}

} // namespace tgc

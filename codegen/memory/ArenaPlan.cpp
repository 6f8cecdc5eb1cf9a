// Packs lifetimes into offsets.
#include "tgc/codegen/memory/ArenaPlan.h"

#include "tgc/runtime/core/CheckedSize.h"
#include "tgc/runtime/executable/ExecutableAbi.h"

#include "absl/strings/str_cat.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace tgc::codegen {
namespace {

constexpr int64_t alignment = TGC_EXECUTABLE_ALIGNMENT;
constexpr int64_t page = 4096;

bool alive(const BufferRequest &a, const BufferRequest &b) {
  return a.begin <= b.end && b.begin <= a.end;
}

struct Placed {
  size_t request;
  int64_t begin, end; // bytes
};

/// The first offset from `begin` on that no large buffer of `beside` has
/// modulo a page.
int64_t uncoloured(int64_t begin, int64_t bytes,
                   absl::Span<const Placed> beside) {
  if (bytes < page)
    return begin;
  uint64_t taken = 0; // a bit per 64-byte line of a page
  for (const Placed &other : beside)
    if (other.end - other.begin >= page)
      taken |= uint64_t{1} << (other.begin % page / alignment);
  if (taken == ~uint64_t{0})
    return begin;
  while (taken >> (begin % page / alignment) & 1)
    begin += alignment;
  return begin;
}

/// The offset of the tightest gap between `beside` (sorted by offset) that
/// holds `bytes`; else behind all of them.
int64_t tightest(int64_t bytes, absl::Span<const Placed> beside) {
  int64_t best = -1, bestGap = std::numeric_limits<int64_t>::max();
  int64_t gapBegin = 0;
  for (const Placed &next : beside) {
    int64_t begin = uncoloured(gapBegin, bytes, beside);
    int64_t gap = next.begin - gapBegin;
    if (begin <= next.begin && next.begin - begin >= bytes && gap < bestGap) {
      best = begin;
      bestGap = gap;
    }
    gapBegin = std::max(gapBegin, next.end);
  }
  return best >= 0 ? best : uncoloured(gapBegin, bytes, beside);
}

absl::Status placeStatic(absl::Span<const BufferRequest> requests,
                         ArenaPlan &plan) {
  std::vector<size_t> order;
  for (size_t i = 0; i < requests.size(); ++i)
    if (requests[i].bytes.isConstant())
      order.push_back(i);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    int64_t x = *requests[a].bytes.constant();
    int64_t y = *requests[b].bytes.constant();
    return x != y ? x > y : a < b;
  });
  std::vector<Placed> placed; // sorted by offset
  for (size_t i : order) {
    std::optional<int64_t> end =
        checkedAdd(*requests[i].bytes.constant(), alignment - 1);
    int64_t bytes = end ? *end / alignment * alignment : 0;
    std::optional<int64_t> sum = checkedAdd(plan.unsharedStaticBytes, bytes);
    // A page of colouring and every other buffer: the largest offset possible.
    if (!end || !sum || !checkedAdd(*sum, page * (placed.size() + 1)))
      return absl::ResourceExhaustedError(
          "the intermediate values of 'main' have more than 2^63 bytes");
    plan.unsharedStaticBytes = *sum;
    plan.places[i] = {-1, 0};
    if (bytes == 0)
      continue;
    std::vector<Placed> beside;
    for (const Placed &other : placed)
      if (alive(requests[i], requests[other.request]))
        beside.push_back(other);
    int64_t begin = tightest(bytes, beside);
    plan.places[i].offset = begin;
    plan.staticBytes = std::max(plan.staticBytes, begin + bytes);
    Placed entry{i, begin, begin + bytes};
    placed.insert(std::upper_bound(placed.begin(), placed.end(), entry,
                                   [](const Placed &a, const Placed &b) {
                                     return a.begin < b.begin;
                                   }),
                  entry);
  }
  return absl::OkStatus();
}

void placeSymbolic(absl::Span<const BufferRequest> requests, ArenaPlan &plan) {
  std::vector<std::vector<int64_t>> freeAfter; // per bucket, per buffer
  std::vector<size_t> order;
  for (size_t i = 0; i < requests.size(); ++i)
    if (!requests[i].bytes.isConstant())
      order.push_back(i);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::pair(requests[a].begin, a) < std::pair(requests[b].begin, b);
  });
  for (size_t i : order) {
    const BufferRequest &request = requests[i];
    auto bucket = std::find_if(plan.buckets.begin(), plan.buckets.end(),
                               [&](const ArenaPlan::Bucket &b) {
                                 return b.bytes.provablyEqual(request.bytes);
                               });
    size_t b = bucket - plan.buckets.begin();
    if (bucket == plan.buckets.end()) {
      plan.buckets.push_back({request.bytes, 0});
      freeAfter.emplace_back();
    }
    auto buffer =
        std::find_if(freeAfter[b].begin(), freeAfter[b].end(),
                     [&](int64_t last) { return last < request.begin; });
    size_t n = buffer - freeAfter[b].begin();
    if (buffer == freeAfter[b].end()) {
      freeAfter[b].push_back(0);
      ++plan.buckets[b].count;
    }
    freeAfter[b][n] = request.end;
    plan.places[i] = {static_cast<int64_t>(b), static_cast<int64_t>(n)};
  }
}

} // namespace

absl::StatusOr<ArenaPlan> planArena(absl::Span<const BufferRequest> requests) {
  ArenaPlan plan;
  plan.places.resize(requests.size());
  TGC_RETURN_IF_ERROR(placeStatic(requests, plan));
  placeSymbolic(requests, plan);
  return plan;
}

std::string ArenaPlan::text() const {
  std::string text = absl::StrCat(staticBytes, " bytes (", unsharedStaticBytes,
                                  " without sharing)");
  for (const Bucket &bucket : buckets)
    absl::StrAppend(&text, " + ", bucket.count, " * (", bucket.bytes.text(),
                    ")");
  return text;
}

} // namespace tgc::codegen

/* The one way to use several threads: C ABI, called by eager kernels, by
 * generated code and replaceable by a host. */
#ifndef TGC_RUNTIME_PARALLEL_PARALLELFOR_H
#define TGC_RUNTIME_PARALLEL_PARALLELFOR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Works on [begin, end) of the iteration space. Never throws. */
typedef void (*tgc_range_fn)(void *context, int64_t begin, int64_t end);

/* Calls fn on disjoint ranges that cover [0, n), every range but the last a
 * multiple of `grain` (>= 1) long, on at most the allowed number of threads,
 * and returns when all are done. n <= 0 calls nothing. A call from inside a
 * range runs serially: regions never nest. */
void tgc_parallel_for(int64_t n, int64_t grain, tgc_range_fn fn, void *context);

/* Threads a region may use, this one included; 0 asks for the default: the
 * CPUs this process may run on (affinity, cgroup quota). Per calling thread;
 * returns the previous setting. */
int32_t tgc_set_num_threads(int32_t threads);
int32_t tgc_num_threads(void);

/* Ends the worker threads; the next region starts new ones and asks again for
 * the CPUs. For a host that unloads the library or wants its memory back;
 * needless at exit. Waits for a region that runs; no effect inside a range. */
void tgc_parallel_shutdown(void);

#ifdef __cplusplus
}
#endif

#endif /* TGC_RUNTIME_PARALLEL_PARALLELFOR_H */

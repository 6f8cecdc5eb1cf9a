/* The C ABI between compiled programs and whoever runs them: what an object
 * file, shared object or JIT-linked program exports. Stands alone: C99, no
 * other header of tgc.
 *
 * A program NAME exports one constant, `tgc_executable_NAME`, and, weakly,
 * `tgc_query`, which returns its address and is named as no program's constant
 * is, whatever NAME. Nothing in it is mutable: any number of runs may be under
 * way at once. */
#ifndef TGC_RUNTIME_EXECUTABLE_EXECUTABLEABI_H
#define TGC_RUNTIME_EXECUTABLE_EXECUTABLEABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever a field moves or changes its meaning; a field added at the
 * end only changes struct_size. */
#define TGC_EXECUTABLE_ABI 1u

/* Alignment in bytes of the workspace, the weights and every entry in them.
 * Inputs and outputs need the alignment of their elements only. */
#define TGC_EXECUTABLE_ALIGNMENT 64

/* Sizes are texts: "4", "batch", "2*batch + 1", "floor_div(h + 1, 2)",
 * "mod(a, b)", "min(a, b)", "max(a, b)" over the names of `symbols`, in 64-bit
 * signed integers that must not overflow. */

/* A named size, read from one dimension of one input. */
typedef struct tgc_executable_symbol {
  const char *name;
  int32_t input;
  int32_t dimension;
} tgc_executable_symbol;

/* An input or output: dense, row-major. */
typedef struct tgc_executable_tensor {
  const char *name;
  const char *dtype; /* "f32", "i1" (a byte holding 0 or 1), ... */
  int64_t rank;
  const char *const *dims; /* one text per dimension */
} tgc_executable_tensor;

/* How the two sides of a check must relate. */
enum {
  TGC_CHECK_EQUAL = 0,   /* got == expected */
  TGC_CHECK_AT_LEAST = 1 /* got >= expected */
};

/* A condition on sizes without which `run` must not be called. `what` starts
 * the message: "tgc.add: operand 1 ('rhs') in dimension 0". */
typedef struct tgc_executable_check {
  const char *got;
  const char *expected;
  const char *what;
  int64_t relation;
} tgc_executable_check;

/* An op that counts indices out of range as an error. `what` starts the
 * message, `where` is the op's place in the source, or empty; `dims` are the
 * sizes of the space its slot's position counts in. */
typedef struct tgc_executable_site {
  const char *what;
  const char *where;
  int64_t rank;
  const char *const *dims;
} tgc_executable_site;

/* `count` buffers of one symbolic size in the workspace. */
typedef struct tgc_executable_buffers {
  const char *bytes;
  int64_t count;
} tgc_executable_buffers;

/* Works on [begin, end). */
typedef void (*tgc_executable_range)(void *context, int64_t begin, int64_t end);

/* Calls `range` on disjoint ranges that cover [0, n), each but the last a
 * multiple of `grain` long, and returns when all are done. Called from the
 * thread that called run, never nested. */
typedef void (*tgc_executable_parallel_for)(void *user, int64_t n,
                                            int64_t grain,
                                            tgc_executable_range range,
                                            void *context);

/* One run. */
typedef struct tgc_run_args {
  uint64_t struct_size;      /* sizeof(tgc_run_args) */
  const int64_t *symbols;    /* a value per named size */
  const void *const *inputs; /* a pointer per input */
  void *const *outputs;      /* caller's memory; aliases no input */
  void *workspace;           /* uninitialised; NULL if its size is 0 */
  const void *weights;       /* tgc_executable.weights, or the caller's copy */
  int64_t *oob_slots;        /* one per site; the caller sets INT64_MAX */
  tgc_executable_parallel_for parallel_for; /* NULL: serial */
  void *user;                               /* given to parallel_for */
} tgc_run_args;

/* What run returns. */
enum {
  TGC_RUN_OK = 0,
  TGC_RUN_BAD_ARGS = 1,  /* struct_size is below the one compiled for */
  TGC_RUN_MISALIGNED = 2 /* workspace or weights are not 64-byte aligned */
};

/* Computes the outputs. The caller has checked every size and has bound the
 * symbols. A slot of an op that met an index out of range holds the least
 * row-major position of one; the outputs are then of no use. */
typedef int32_t (*tgc_run_fn)(const tgc_run_args *args);

typedef struct tgc_executable {
  uint32_t abi;         /* TGC_EXECUTABLE_ABI */
  uint32_t struct_size; /* sizeof(tgc_executable) of the compiler */
  const char *version;  /* of tgc: "0.1.0" */
  const char *compiler; /* "LLVM 22.1.8" */
  const char *name;
  const char *cpu;      /* LLVM's name: "x86-64-v3" */
  const char *features; /* what the CPU must have: "+avx2,+fma" */
  const char *numerics; /* numerics flags; empty: the default */
  int64_t num_symbols;
  const tgc_executable_symbol *symbols;
  int64_t num_inputs;
  const tgc_executable_tensor *inputs;
  int64_t num_outputs;
  const tgc_executable_tensor *outputs;
  int64_t num_checks;
  const tgc_executable_check *checks;
  int64_t num_sites;
  const tgc_executable_site *sites;
  /* Bytes of the workspace: workspace_bytes, plus for each of `buffers` its
   * size rounded up to a multiple of 64, times its count. */
  int64_t workspace_bytes;
  int64_t num_buffers;
  const tgc_executable_buffers *buffers;
  const void *weights; /* NULL if none are linked in: the caller has them */
  int64_t weights_bytes;
  tgc_run_fn run;
  /* The end of the first version: what follows is there if struct_size covers
   * it. */
} tgc_executable;

/* The least struct_size of ABI 1. */
#define TGC_EXECUTABLE_MIN_SIZE                                                \
  (offsetof(tgc_executable, run) + sizeof(tgc_run_fn))

/* Type of `tgc_query`. */
typedef const tgc_executable *(*tgc_query_fn)(void);

#ifdef __cplusplus
}
#endif

#endif /* TGC_RUNTIME_EXECUTABLE_EXECUTABLEABI_H */

// Vectors of elements, loaded and stored anywhere. Included as Loops.h is.
#ifndef TGC_RUNTIME_KERNELS_VECTORS_H
#define TGC_RUNTIME_KERNELS_VECTORS_H

#include <cstdint>

namespace tgc::kernels::TGC_CPU_LEVEL {
namespace {

template <class T, int N> using Vector = T __attribute__((ext_vector_type(N)));

template <class T, int N> Vector<T, N> loadVector(const T *p) {
  Vector<T, N> v;
  __builtin_memcpy(&v, p, sizeof(T) * N);
  return v;
}

template <class T, int N> void storeVector(T *p, Vector<T, N> v) {
  __builtin_memcpy(p, &v, sizeof(T) * N);
}

/// N consecutive elements in the type they are combined in.
template <class A, int N, class T> Vector<A, N> loadAs(const T *p) {
  return __builtin_convertvector((loadVector<T, N>(p)), Vector<A, N>);
}

template <class T> constexpr bool isFloating = false;
template <> constexpr bool isFloating<float> = true;
template <> constexpr bool isFloating<double> = true;
template <class T, class U> constexpr bool isSameType = false;
template <class T> constexpr bool isSameType<T, T> = true;
template <class T> constexpr T infinityOf = T(__builtin_inf());

} // namespace
} // namespace tgc::kernels::TGC_CPU_LEVEL

#endif // TGC_RUNTIME_KERNELS_VECTORS_H

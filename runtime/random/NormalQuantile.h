// The quantile function of the normal distribution, without libm.
#ifndef TGC_RUNTIME_RANDOM_NORMALQUANTILE_H
#define TGC_RUNTIME_RANDOM_NORMALQUANTILE_H

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace tgc {
namespace normal_quantile {

// Chebyshev coefficients of erf_inv(x) / x, computed with 40 digits: in w over
// [0, 6.25], in sqrt(w) over [2.5, 4] and over [4, 6]; w = -log(1 - x^2).
inline constexpr double nearCentre[] = {
    1.6304220989459326,      0.73156744567422571,    -0.021235032142504585,
    -0.0065808875424494635,  0.0019488711426908524,  -0.00014158343386374536,
    -4.9292864636180004e-05, 1.4752887929042498e-05, -6.1119186032581936e-07,
    -5.1069973354807608e-07, 1.1590277232977349e-07, 1.4907998843194937e-09,
    -5.2447767855306812e-09, 8.5179054910976205e-10, 7.9170205929739084e-11,
    -5.0994281737154326e-11, 5.4362275302313167e-12, 1.2922821897517949e-12,
    -4.6560647190441434e-13, 2.4256976317675218e-14, 1.6403697972051414e-14,
    -3.9495606909014701e-15, -3.9036001761416307e-17};
inline constexpr double middle[] = {
    3.0857448440231021,      0.75248372689212772,     0.0019842584172056767,
    -0.00053456190010160395, 0.0001302806745904227,   -2.9433775347106418e-05,
    5.2310515437880912e-06,  -5.3851896353165905e-07, -2.9226867321354091e-08,
    2.3903569231251557e-08,  -4.4112098695540944e-09, 2.2053622855049448e-10,
    8.0953919232494927e-11,  -2.1642011149793333e-11, 1.9364299208504444e-12,
    1.9183918173325102e-13,  -8.2455516356973692e-14, 1.0402388222104601e-14,
    2.9484539267546553e-17};
inline constexpr double tail[] = {
    4.8498670261929835,      1.0101263063618162,      -2.9124795643111235e-05,
    -6.0262215796847521e-05, 1.0407175254452346e-05,  -1.3513595016228805e-06,
    1.593127927737038e-07,   -1.8985260395244176e-08, 2.6693089103533824e-09,
    -5.0446333826316186e-10, 1.1783720705482843e-10,  -2.8274337118535756e-11,
    6.1958951737468512e-12,  -1.159130616330544e-12,  1.7081075285941304e-13,
    -1.5583056407291397e-14, -6.7857085240093676e-16, 6.5089121031438986e-16,
    -1.55721324640331e-16};

/// The Chebyshev series at x in [-1, 1], by Clenshaw's recurrence.
template <size_t count>
double chebyshev(const double (&coefficients)[count], double x) {
  double next = 0, afterNext = 0;
  for (size_t i = count; i-- > 1;) {
    double current = coefficients[i] + 2 * x * next - afterNext;
    afterNext = next;
    next = current;
  }
  return coefficients[0] + x * next - afterNext;
}

/// log(x) of a normal x in (0, 1], within 2 ULP:
/// log(2^k m) = k log 2 + 2 atanh((m - 1) / (m + 1)), m in [sqrt(1/2),
/// sqrt(2)).
inline double logOf(double x) {
  uint64_t bits = std::bit_cast<uint64_t>(x);
  int64_t exponent = static_cast<int64_t>(bits >> 52) - 1023;
  double m =
      std::bit_cast<double>((bits & 0xfffffffffffffu) | uint64_t{1023} << 52);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++exponent;
  }
  double s = (m - 1) / (m + 1);
  double series = 0;
  for (int n = 21; n >= 1; n -= 2)
    series = series * (s * s) + 1.0 / n;
  return static_cast<double>(exponent) * 0.6931471805599453 + 2 * s * series;
}

} // namespace normal_quantile

/// sqrt(2) erf_inv(2u - 1) for u in [2^-53, 1 - 2^-53], within 1e-15 relative:
/// the value that a standard normal variable stays below with probability u.
/// Additions, multiplications, divisions and square roots only, so the bits
/// are those of every IEEE machine. Method: Giles, Approximating the erfinv
/// function (GPU Computing Gems 2, 2011), with an own fit for f64.
inline double normalQuantile(double u) {
  double w = -normal_quantile::logOf(4 * u * (1 - u)); // 1 - (2u - 1)^2
  double ratio;
  if (w < 6.25) {
    ratio = normal_quantile::chebyshev(normal_quantile::nearCentre,
                                       (w - 3.125) / 3.125);
  } else if (w < 16) {
    ratio = normal_quantile::chebyshev(normal_quantile::middle,
                                       (std::sqrt(w) - 3.25) / 0.75);
  } else {
    ratio =
        normal_quantile::chebyshev(normal_quantile::tail, std::sqrt(w) - 5.0);
  }
  return 1.4142135623730951 * ((2 * u - 1) * ratio);
}

} // namespace tgc

#endif // TGC_RUNTIME_RANDOM_NORMALQUANTILE_H

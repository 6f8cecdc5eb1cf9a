// Einsum as tgc ops.
#include "tgc/frontend/onnx/convert/Converters.h"

#include "tgc/frontend/api/Ops.h"
#include "tgc/frontend/library/composite/Shape.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include <algorithm>
#include <map>

namespace tgc::onnx::convert {
namespace {

/// A tensor with a letter per dimension.
struct Labelled {
  Tensor tensor;
  std::string labels;
};

bool holds(const std::string &labels, char label) {
  return labels.find(label) != labels.npos;
}

/// x summed over the letters that `kept` does not hold.
Labelled summed(const Labelled &x, const std::string &kept) {
  Labelled result;
  std::vector<int64_t> dims;
  for (size_t d = 0; d < x.labels.size(); ++d)
    if (holds(kept, x.labels[d]))
      result.labels += x.labels[d];
    else
      dims.push_back(static_cast<int64_t>(d));
  result.tensor =
      dims.empty() ? x.tensor : tgc::reduce(x.tensor, ReduceKind::add, dims);
  return result;
}

/// The product of a and b, summed over the letters that only they have:
/// letters of both are batch dimensions if `kept` holds them, else contracted.
Labelled product(const Labelled &left, const Labelled &right,
                 const std::string &kept) {
  const Labelled a = summed(left, kept + right.labels);
  const Labelled b = summed(right, kept + left.labels);
  std::vector<int64_t> aBatch, bBatch, aContract, bContract;
  Labelled result;
  std::string free;
  for (size_t d = 0; d < a.labels.size(); ++d) {
    const char label = a.labels[d];
    const size_t other = b.labels.find(label);
    if (other == b.labels.npos) {
      free += label;
    } else if (holds(kept, label)) {
      result.labels += label;
      aBatch.push_back(static_cast<int64_t>(d));
      bBatch.push_back(static_cast<int64_t>(other));
    } else {
      aContract.push_back(static_cast<int64_t>(d));
      bContract.push_back(static_cast<int64_t>(other));
    }
  }
  for (char label : b.labels)
    if (!holds(a.labels, label))
      free += label;
  result.labels += free;
  DotGeneralOptions options;
  options.lhs_batch = aBatch;
  options.rhs_batch = bBatch;
  result.tensor =
      tgc::dot_general(a.tensor, b.tensor, aContract, bContract, options);
  return result;
}

/// Letters of an operand; dimensions of "..." become the digits of their
/// distance from its end.
std::string labelsOf(Conversion &c, std::string term, int64_t rank) {
  const size_t dots = term.find("...");
  if (dots != term.npos) {
    const int64_t covered = rank - static_cast<int64_t>(term.size()) + 3;
    std::string digits;
    for (int64_t i = covered; i > 0; --i)
      digits += static_cast<char>('0' + i);
    if (covered > 9)
      c.unsupported(Reason::NotYet, "; more than 9 dimensions in '...'");
    term.replace(dots, 3, digits);
  }
  if (static_cast<int64_t>(term.size()) != rank)
    c.invalid(absl::StrCat("the equation names ", term.size(),
                           " dimensions of an operand that has ", rank));
  std::string sorted = term;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    c.unsupported(Reason::NotYet, "; a diagonal (a letter twice in a term)");
  return term;
}

/// Without "->": the letters that occur once, in order, behind "...".
std::string impliedOutput(const std::vector<Labelled> &operands) {
  std::map<char, int> counts;
  for (const Labelled &x : operands)
    for (char label : x.labels)
      ++counts[label];
  std::string digits, letters;
  for (auto [label, count] : counts) {
    if (label <= '9')
      digits.insert(digits.begin(), label);
    else if (count == 1)
      letters += label;
  }
  return digits + letters;
}

} // namespace

/// Operands are multiplied from the left, each time summing what neither the
/// rest nor the output needs.
Operands einsum(Conversion &c) {
  std::string equation = c.text("equation");
  equation.erase(std::remove(equation.begin(), equation.end(), ' '),
                 equation.end());
  const size_t arrow = equation.find("->");
  const std::vector<std::string> terms =
      absl::StrSplit(equation.substr(0, arrow), ',');
  if (static_cast<int>(terms.size()) != c.numInputs())
    c.invalid(absl::StrCat("the equation has ", terms.size(),
                           " terms; expected ", c.numInputs(),
                           ", one per operand"));
  std::vector<Labelled> operands;
  std::string dots; // the longest "..."
  for (int i = 0; i < c.numInputs(); ++i) {
    const std::string &term = terms[static_cast<size_t>(i)];
    operands.push_back({c.input(i), labelsOf(c, term, c.rank(i))});
    std::string digits;
    for (char label : operands.back().labels)
      if (label <= '9')
        digits += label;
    dots = std::max(dots, digits, [](const auto &a, const auto &b) {
      return a.size() < b.size();
    });
  }
  std::string output;
  if (arrow == equation.npos) {
    output = impliedOutput(operands);
  } else {
    output = equation.substr(arrow + 2);
    if (const size_t at = output.find("..."); at != output.npos)
      output.replace(at, 3, dots);
  }
  Labelled result = operands[0];
  for (size_t i = 1; i < operands.size(); ++i) {
    std::string kept = output;
    for (size_t k = i + 1; k < operands.size(); ++k)
      kept += operands[k].labels;
    result = product(result, operands[i], kept);
  }
  result = summed(result, output);
  std::vector<int64_t> perm;
  for (char label : output) {
    const size_t at = result.labels.find(label);
    if (at == result.labels.npos)
      c.invalid(absl::StrCat("the output's '", std::string(1, label),
                             "' is in no term of the equation"));
    perm.push_back(static_cast<int64_t>(at));
  }
  if (perm.size() != result.labels.size())
    c.invalid("the output names a letter twice");
  return {tgc::transpose(result.tensor, perm)};
}

} // namespace tgc::onnx::convert

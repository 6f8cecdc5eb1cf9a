// Which words can name an op, an operand or an attribute.
#include "OpRecord.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;

namespace tgc::tblgen {

static StringSet<> wordSet(StringRef text) {
  StringSet<> words;
  for (StringRef word : split(text, ' '))
    words.insert(word);
  return words;
}

/// Words that C (C23), C++20 or Python reserve: a function or parameter of that
/// name could not stand in every binding. Those with capitals or a leading '_'
/// are no identifiers here anyway.
static const StringSet<> &keywords() {
  static const StringSet<> words = wordSet(
      "alignas alignof and and_eq as asm assert async auto await bitand bitor "
      "bool break case catch char char16_t char32_t char8_t class co_await "
      "co_return co_yield compl concept const const_cast consteval constexpr "
      "constinit continue decltype def default del delete do double "
      "dynamic_cast elif else enum except explicit export extern false "
      "finally float for friend from global goto if import in inline int is "
      "lambda long match mutable namespace new noexcept nonlocal not not_eq "
      "nullptr operator or or_eq pass private protected public raise register "
      "reinterpret_cast requires restrict return short signed sizeof static "
      "static_assert static_cast struct switch template this thread_local "
      "throw true try type typedef typeid typename typeof typeof_unqual union "
      "unsigned using virtual void volatile wchar_t while with xor xor_eq "
      "yield");
  return words;
}

/// Parameters that generated functions have besides those of the op.
static const StringSet<> &parameters() {
  static const StringSet<> words = wordSet("attrs loc options where writer");
  return words;
}

std::string nameFault(StringRef name, bool parameter) {
  bool identifier =
      !name.empty() && isLower(name.front()) && !name.contains("__") &&
      all_of(name, [](char c) { return isLower(c) || isDigit(c) || c == '_'; });
  if (!identifier)
    return "is no identifier of lower-case letters, digits and single '_'";
  if (keywords().contains(name))
    return "is a keyword of C, C++ or Python";
  if (parameter && parameters().contains(name))
    return "is a parameter of generated functions";
  return "";
}

} // namespace tgc::tblgen

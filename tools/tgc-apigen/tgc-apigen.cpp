// Lists the public functions of headers: signature and first sentence of the
// contract.
//   tgc-apigen [--markdown] [-o FILE] HEADER...
// Without --markdown one TGC_API_FUNCTION(name, signature, sentence, header)
// per function. Headers are read as clang-format leaves them; functions in a
// namespace `detail`, private ones, constructors, deleted functions and those
// whose contract starts with "Internal" are left out.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Function {
  std::string name, signature, sentence;
};

struct Header {
  std::string path, purpose;
  std::vector<Function> functions;
};

std::string trimmed(std::string_view text) {
  size_t begin = text.find_first_not_of(" \n");
  if (begin == text.npos)
    return "";
  return std::string(
      text.substr(begin, text.find_last_not_of(" \n") - begin + 1));
}

/// Every run of white space as one blank.
std::string joined(std::string_view text) {
  std::string line;
  for (char c : text)
    if (!std::isspace(static_cast<unsigned char>(c)))
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  return trimmed(line);
}

/// Up to the first full stop that ends a sentence, of the first paragraph.
std::string firstSentence(const std::string &contract) {
  std::string text = joined(contract.substr(0, contract.find("\n\n")));
  if (text.starts_with("Errors:"))
    return "";
  for (size_t at = text.find(". "); at != text.npos;
       at = text.find(". ", at + 1))
    if (std::isupper(static_cast<unsigned char>(text[at + 2])) ||
        text[at + 2] == '`')
      return text.substr(0, at + 1);
  return text;
}

/// The position behind the bracket that closes the one at `open`.
size_t behindBracket(std::string_view text, size_t open) {
  char opening = text[open];
  char closing = opening == '(' ? ')' : opening == '{' ? '}' : '>';
  int depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    if (text[i] == opening)
      ++depth;
    else if (text[i] == closing && --depth == 0)
      return i + 1;
  }
  return text.size();
}

/// Without `template <...>` and `requires ...` in front.
std::string withoutTemplate(std::string text) {
  while (text.starts_with("template"))
    text = trimmed(
        std::string_view(text).substr(behindBracket(text, text.find('<'))));
  if (text.starts_with("requires")) {
    size_t end = text.find_first_of("(<");
    text = trimmed(std::string_view(text).substr(behindBracket(text, end)));
  }
  return text;
}

/// Reads one header from front to back.
class Reader {
public:
  explicit Reader(std::string text) : text(std::move(text)) {}

  std::vector<Function> read() {
    while (at < text.size())
      step();
    return std::move(functions);
  }

private:
  struct Scope {
    std::string name;
    bool isClass = false, isVisible = true;
  };

  std::string_view line() const {
    std::string_view rest = std::string_view(text).substr(at);
    return rest.substr(0, rest.find('\n'));
  }

  void step() {
    char c = text[at];
    if (c == '\n') {
      if (trimmed(declaration).empty() && line().empty() && at > 0 &&
          text[at - 1] == '\n') // an empty line parts contracts
        contract.clear();
      declaration += ' ';
      ++at;
    } else if (line().starts_with("///")) {
      if (!continuesContract)
        contract.clear();
      continuesContract = hasOwnContract = true;
      contract += trimmed(line().substr(3)) + '\n';
      at += line().size();
    } else if (line().starts_with("//") || c == '#') {
      at += line().size();
    } else if (c == '(') {
      size_t end = behindBracket(text, at);
      declaration += text.substr(at, end - at);
      at = end;
    } else if (c == '{') {
      open();
    } else if (c == '}') {
      if (!scopes.empty())
        scopes.pop_back();
      endDeclaration();
    } else if (c == ';') {
      add();
      endDeclaration();
    } else if (c == ':' && isLabel()) {
      scopes.back().isVisible = trimmed(declaration) == "public";
      endDeclaration();
    } else {
      continuesContract =
          continuesContract && std::isspace(static_cast<unsigned char>(c));
      declaration += c;
      ++at;
    }
  }

  bool isLabel() const {
    std::string word = trimmed(declaration);
    return word == "public" || word == "private" || word == "protected";
  }

  void endDeclaration() {
    declaration.clear();
    continuesContract = false;
    ++at;
  }

  void open() {
    std::string head = withoutTemplate(joined(declaration));
    std::smatch match;
    static const std::regex scope(
        "^(namespace|class|struct|enum|concept)\\b(?: class)?"
        "(?: TGC_API)?(?: (\\w+))?.*");
    if (head.ends_with('=')) { // an initializer
      at = behindBracket(text, at);
    } else if (head.find('(') == head.npos &&
               std::regex_match(head, match, scope)) {
      bool isClass = match[1] == "class" || match[1] == "struct";
      bool hidden =
          match[1] == "enum" || match[1] == "class" || match[2] == "detail";
      scopes.push_back({match[2], isClass, !hidden});
      endDeclaration();
    } else {
      add();
      at = behindBracket(text, at) - 1;
      endDeclaration();
    }
  }

  void add() {
    std::string whole = joined(declaration);
    std::string head = withoutTemplate(whole);
    size_t paren = head.find('(');
    for (const Scope &scope : scopes)
      if (!scope.isVisible)
        return;
    if (paren == head.npos || head.starts_with("using ") ||
        head.starts_with("static_assert") || head.ends_with("delete") ||
        contract.starts_with("Internal") ||
        head.substr(0, paren).find('=') < head.find("operator"))
      return;
    std::string before = head.substr(0, paren), owner;
    if (before.ends_with("operator"))
      before += "()";
    bool isOperator = before.find("operator") != before.npos;
    if (!isOperator && std::count(before.begin(), before.end(), '<') !=
                           std::count(before.begin(), before.end(), '>'))
      return; // a variable: std::function<bool(...)> f
    static const std::regex named("(operator\\s*\\S+?|~?\\w+)$");
    std::smatch match;
    if (!std::regex_search(before, match, named))
      return;
    std::string name = match[1];
    for (const Scope &scope : scopes)
      if (scope.isClass || scope.name != "tgc") {
        if (scope.name == name || name[0] == '~')
          return; // constructors and destructors
        owner += scope.name + "::";
      }
    if (head.starts_with("friend ") || head.starts_with("TGC_API friend "))
      owner.clear();
    // Overloads share the contract of the first, comparisons theirs.
    bool isShift = name == "operator<<";
    if (!hasOwnContract && !functions.empty() &&
        functions.back().name != owner + name && (!isOperator || isShift))
      contract.clear();
    hasOwnContract = false;
    Function function = {owner + name, signatureOf(whole, owner, name),
                         firstSentence(contract)};
    for (const Function &known : functions)
      if (known.name == function.name && known.signature == function.signature)
        return; // the definition of a template
    functions.push_back(std::move(function));
  }

  /// Without what every declaration has.
  static std::string signatureOf(std::string declared, const std::string &owner,
                                 const std::string &name) {
    static const std::regex noise(
        "TGC_API |friend |,? ?std::source_location \\w+"
        "( = std::source_location::current\\(\\))?(?=\\))");
    declared = std::regex_replace(declared, noise, "");
    declared = std::regex_replace(declared, std::regex("\\( "), "(");
    declared.insert(declared.find(name + "("), owner);
    size_t initializers = declared.find(") :");
    if (initializers != declared.npos)
      declared.resize(initializers + 1);
    return trimmed(declared);
  }

  std::string text;
  size_t at = 0;
  std::string declaration, contract;
  bool continuesContract = false; // nothing but `///` lines since it began
  bool hasOwnContract = false;    // not that of the function before
  std::vector<Scope> scopes;
  std::vector<Function> functions;
};

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + '"';
}

/// Prose whose marks are no Markdown, but for `code`.
std::string escaped(std::string_view text) {
  std::string out;
  bool isCode = false;
  for (char c : text) {
    if (c == '`')
      isCode = !isCode;
    if (!isCode && (c == '*' || c == '_' || c == '<' || c == '|' || c == '['))
      out += '\\';
    out += c;
  }
  return out;
}

void writeMarkdown(std::ostream &out, const std::vector<Header> &headers) {
  out << "<!-- Generated from the headers; .ci/steps/docs --fix. -->\n"
         "# C++ functions\n\n"
         "All are in namespace `tgc`, by `<tgc/tgc.h>`; those of the eager "
         "half also by\n`<tgc/runtime.h>`. Named functions end with a "
         "`std::source_location`, which is\nleft out here. The headers say "
         "more: shapes, dtypes, edges and errors.\n";
  for (const Header &header : headers) {
    if (header.functions.empty())
      continue;
    out << "\n## " << header.path << "\n\n"
        << escaped(header.purpose) << "\n\n";
    const Function *last = nullptr;
    auto end = [&] {
      if (last)
        out << (last->sentence.empty() ? "" : "<br>") << escaped(last->sentence)
            << '\n';
    };
    for (const Function &f : header.functions) {
      bool isOverload = last && last->sentence == f.sentence &&
                        (last->name == f.name || !f.sentence.empty());
      if (!isOverload)
        end();
      out << (isOverload ? "<br>`" : "- `") << f.signature << '`';
      last = &f;
    }
    end();
  }
}

void writeTable(std::ostream &out, const std::vector<Header> &headers) {
  out << "// Generated by tgc-apigen from the public headers.\n";
  for (const Header &header : headers)
    for (const Function &f : header.functions)
      out << "TGC_API_FUNCTION(" << quoted(f.name) << ", "
          << quoted(f.signature) << ",\n                 " << quoted(f.sentence)
          << ",\n                 " << quoted(header.path) << ")\n";
}

/// "tgc/frontend/api/Dim.h" of any path to it; generated ops are Ops.h.
std::string includePath(const std::string &path) {
  size_t from = path.rfind("frontend/");
  std::string name = from == path.npos ? path : path.substr(from);
  return "tgc/" + (name == "frontend/Ops.h.inc" ? "frontend/api/Ops.h" : name);
}

} // namespace

int main(int argc, char **argv) {
  bool isMarkdown = false;
  std::string out;
  std::vector<Header> headers;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (argument == "--markdown") {
      isMarkdown = true;
    } else if (argument == "-o" && i + 1 < argc) {
      out = argv[++i];
    } else {
      std::ifstream file(argument);
      std::stringstream text;
      text << file.rdbuf();
      if (!file) {
        std::cerr << argument << ": cannot be read\n";
        return 1;
      }
      std::string content = text.str();
      std::string first = content.substr(0, content.find('\n'));
      headers.push_back({includePath(argument), trimmed(first.substr(2)),
                         Reader(content).read()});
    }
  }
  std::ostringstream listed;
  isMarkdown ? writeMarkdown(listed, headers) : writeTable(listed, headers);
  if (out.empty()) {
    std::cout << listed.str();
    return 0;
  }
  std::ofstream file(out);
  file << listed.str();
  file.close();
  if (!file)
    std::cerr << out << ": cannot be written\n";
  return file ? 0 : 1;
}

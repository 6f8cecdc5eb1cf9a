// Text that is written to hurt: ladders that nest and sizes that wrap. Whatever
// it is, it is refused or gives a verified module, soon and on a small stack.
#include "tgc/ir/serialize/Serialize.h"
#include "tgc/runtime/core/ErrorId.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <ctime>
#include <pthread.h>

namespace tgc::ir {
namespace {

using testing::HasSubstr;

std::string repeat(const std::string &text, size_t count) {
  std::string result;
  result.reserve(text.size() * count);
  while (count-- > 0)
    result += text;
  return result;
}

std::string replaceAll(std::string text, const std::string &what,
                       const std::string &by) {
  for (size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

/// A function with `attributes` in a module, behind `before`.
std::string program(const std::string &attributes,
                    const std::string &before = "") {
  return before +
         "\nmodule {\nfunc.func @main(%x: tensor<4xf32>) -> tensor<4xf32> "
         "attributes {" +
         attributes + "} {\n  return %x : tensor<4xf32>\n}\n}\n";
}

std::unique_ptr<mlir::MLIRContext> makeContext() {
  mlir::DialectRegistry registry;
  registerDialects(registry);
  return std::make_unique<mlir::MLIRContext>(
      registry, mlir::MLIRContext::Threading::DISABLED);
}

double cpuSeconds() {
  timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

/// The status of the text; what it gives is verified, printed and read again.
absl::Status parse(const std::string &text, const Limits &limits = {}) {
  auto context = makeContext();
  auto module = parseText(context.get(), text, limits);
  if (!module.ok())
    return module.status();
  EXPECT_TRUE(mlir::succeeded(mlir::verify(**module)));
  std::string printed = printText(**module);
  EXPECT_TRUE(parseText(context.get(), printed, limits).ok()) << printed;
  return absl::OkStatus();
}

void onStack(size_t bytes, llvm::function_ref<void()> work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, bytes);
  pthread_t thread;
  ASSERT_EQ(pthread_create(
                &thread, &attributes,
                [](void *context) -> void * {
                  (*static_cast<llvm::function_ref<void()> *>(context))();
                  return nullptr;
                },
                &work),
            0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

/// A module or an error of the input, within 2 s, on stacks of three sizes.
void expectHarmless(const std::string &text) {
  constexpr double seconds = 2;
  for (size_t stack : {size_t{256} << 10, size_t{1} << 20, size_t{8} << 20})
    onStack(stack, [&] {
      double start = cpuSeconds();
      absl::Status status = parse(text);
      EXPECT_LT(cpuSeconds() - start, seconds);
      EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status) ||
                  absl::IsResourceExhausted(status) ||
                  absl::IsFailedPrecondition(status))
          << status;
    });
}

struct Ladder {
  const char *name;
  std::string (*text)(size_t levels);
};

std::string aliasChain(const std::string &line, const std::string &first,
                       size_t levels) {
  std::string text = first + "\n";
  for (size_t i = 1; i <= levels; ++i)
    text += replaceAll(replaceAll(line, "$", std::to_string(i)), "?",
                       std::to_string(i - 1)) +
            "\n";
  return text;
}

const Ladder ladders[] = {
    {"Parentheses",
     [](size_t n) {
       return program("a = " + repeat("(", n) + "i1" + repeat(") -> ()", n));
     }},
    {"Brackets",
     [](size_t n) {
       return program("a = " + repeat("[", n) + repeat("]", n));
     }},
    {"Braces",
     [](size_t n) {
       return program("a = " + repeat("{a = ", n) + "1" + repeat("}", n));
     }},
    {"Regions",
     [](size_t n) {
       return repeat("\"builtin.module\"() ({\n", n) +
              repeat("}) : () -> ()\n", n);
     }},
    {"Modules",
     [](size_t n) { return repeat("module {\n", n) + repeat("}\n", n); }},
    {"Types",
     [](size_t n) {
       return program("a = " + repeat("tuple<", n) + "i1" + repeat(">", n));
     }},
    {"Literals",
     [](size_t n) {
       return program("a = dense<" + repeat("[", n) + "1" + repeat("]", n) +
                      "> : tensor<1xi32>");
     }},
    {"Locations",
     [](size_t n) {
       return program("a = " + repeat("loc(\"a\"(", n) + "loc(unknown)" +
                      repeat("))", n));
     }},
    {"AttributeAliases",
     [](size_t n) {
       return program("a = #a" + std::to_string(n),
                      aliasChain("#a$ = [#a?]", "#a0 = [1]", n));
     }},
    {"TypeAliases",
     [](size_t n) {
       return program("a = !a" + std::to_string(n),
                      aliasChain("!a$ = tuple<!a?>", "!a0 = i1", n));
     }},
    {"LocationAliases",
     [](size_t n) {
       return program("") + aliasChain("#loc$ = loc(callsite(#loc? at #loc?))",
                                       "#loc0 = loc(unknown)", n);
     }},
    {"AffineSums",
     [](size_t n) {
       return "#m = affine_map<(d0) -> (d0" + repeat(" + d0", n) + ")>\n";
     }},
    {"AffineSigns",
     [](size_t n) {
       return program("a = affine_set<(d0) : (" + repeat("-", n) + "d0 >= 0)>");
     }},
    {"AffineSigns2",
     [](size_t n) {
       return program(repeat("a = {s = affine_set<(d0) : (d0 >= 0)>, ", n));
     }},
    {"AfterAnUnmatchedSign",
     [](size_t n) { return program("a = " + repeat("[ >", n)); }},
    {"AfterACarriageReturn",
     [](size_t n) {
       return program("a = // \r" + repeat("[", n) + repeat("]", n));
     }},
    {"BehindACommentInASymbol",
     [](size_t n) {
       return program("a = #tgc.dtype<//>" + repeat("[", n) + "\nf32>" +
                      repeat("]", n));
     }},
    {"BehindAQuote",
     [](size_t n) {
       return program("a = \"\\\"\", b = " + repeat("[", n) + repeat("]", n));
     }},
    {"BehindAZeroByte",
     [](size_t n) {
       return program(std::string("a = \0", 5) + repeat("[", n) +
                      repeat("]", n));
     }},
    {"SymbolReferences",
     [](size_t n) { return program("a = @a" + repeat("::@a", n)); }},
    {"Names", [](size_t n) { return program(repeat("a", n) + " = 1"); }},
    {"SizeNames",
     [](size_t n) {
       return "func.func @main(%x: tensor<?xf32> {tgc.dims = [\"" +
              repeat("(", n) + "n" + repeat(")", n) +
              "\"]}) -> tensor<?xf32> { return %x : tensor<?xf32> }";
     }},
    {"SizeSigns",
     [](size_t n) {
       return "func.func @main(%x: tensor<?xf32> {tgc.dims = [\"" +
              repeat("-", n) +
              "n\"]}) -> tensor<?xf32> { return %x : tensor<?xf32> }";
     }},
    {"SizeCalls",
     [](size_t n) {
       return "func.func @main(%x: tensor<?xf32> {tgc.dims = [\"" +
              repeat("max(", n) + "n" + repeat(", m)", n) +
              "\"]}) -> tensor<?xf32> { return %x : tensor<?xf32> }";
     }},
};

class LadderTest : public testing::TestWithParam<Ladder> {};

TEST_P(LadderTest, IsHarmlessAtEveryHeight) {
  for (size_t levels : {10, 100, 1'000, 10'000, 100'000, 1'000'000}) {
    SCOPED_TRACE(levels);
    expectHarmless(GetParam().text(levels));
  }
}

INSTANTIATE_TEST_SUITE_P(All, LadderTest, testing::ValuesIn(ladders),
                         [](const testing::TestParamInfo<Ladder> &info) {
                           return std::string(info.param.name);
                         });

/// Every place where a size can stand: `$`.
const char *const sizePlaces[] = {
    "func.func @main(%x: tensor<$x4xf32>) -> tensor<$x4xf32> {\n"
    "  return %x : tensor<$x4xf32>\n}",
    "func.func @main(%x: tensor<4x$xf32>) -> tensor<4x$xf32> {\n"
    "  return %x : tensor<4x$xf32>\n}",
    "func.func @main(%x: tensor<$ x 4 x f32>) -> tensor<$\nx\t4xf32> {\n"
    "  return %x : tensor<$ // x\r x4xf32>\n}",
    "func.func @main(%x: tensor<0x$xf32>) -> tensor<0x$xf32> {\n"
    "  return %x : tensor<0x$xf32>\n}",
    "func.func @main(%x: tensor<?x$xf32>) -> tensor<?x$xf32> {\n"
    "  return %x : tensor<?x$xf32>\n}",
    "!t = tensor<$x4xf32>\nfunc.func @main(%x: !t) -> !t {\n"
    "  return %x : !t\n}",
    "func.func @main() -> tensor<$xf32> {\n"
    "  %y = tgc.constant dense<1.0> : tensor<$xf32>\n"
    "  return %y : tensor<$xf32>\n}",
    "func.func @main() -> tensor<$x4xi1> {\n"
    "  %y = tgc.constant dense<true> : tensor<$x4xi1>\n"
    "  return %y : tensor<$x4xi1>\n}",
    "func.func @main() -> tensor<$x2xf32> {\n"
    "  %y = tgc.constant dense_resource<w> : tensor<$x2xf32>\n"
    "  return %y : tensor<$x2xf32>\n}\n"
    "{-#\n  dialect_resources: {builtin: {w: \"0x040000000000803F\"}}\n#-}",
    "func.func @main() -> tensor<$x2xi64> {\n"
    "  %y = tgc.iota [$, 2] {dim = 0} : tensor<$x2xi64>\n"
    "  return %y : tensor<$x2xi64>\n}",
    "func.func @main() -> tensor<?x2xi64> {\n"
    "  %n = arith.constant $ : index\n"
    "  %y = tgc.iota [%n, 2] {dim = 0} : tensor<?x2xi64>\n"
    "  return %y : tensor<?x2xi64>\n}",
    "func.func @main() -> tensor<?xi64> {\n"
    "  %n = arith.constant $ : index\n  %m = arith.muli %n, %n : index\n"
    "  %y = tgc.iota [%m] {dim = 0} : tensor<?xi64>\n"
    "  return %y : tensor<?xi64>\n}",
    "func.func @main() -> tensor<?xi64> {\n"
    "  %n = arith.constant $ : index\n  %m = arith.addi %n, %n : index\n"
    "  %q = arith.floordivsi %m, %n : index\n"
    "  %y = tgc.iota [%q] {dim = 0} : tensor<?xi64>\n"
    "  return %y : tensor<?xi64>\n}",
    "func.func @main() -> tensor<4xi64> {\n"
    "  %y = tgc.iota [4] {dim = $} : tensor<4xi64>\n"
    "  return %y : tensor<4xi64>\n}",
    "func.func @main(%x: tensor<4xf32>) -> tensor<$x4xf32> {\n"
    "  %y = tgc.broadcast_in_dim %x to [$, 4] {dims = [1]} : "
    "(tensor<4xf32>) -> tensor<$x4xf32>\n  return %y : tensor<$x4xf32>\n}",
    "func.func @main(%x: tensor<4xf32>) -> tensor<2x4xf32> {\n"
    "  %y = tgc.broadcast_in_dim %x to [2, 4] {dims = [$]} : "
    "(tensor<4xf32>) -> tensor<2x4xf32>\n  return %y : tensor<2x4xf32>\n}",
    "func.func @main(%x: tensor<4xf32>) -> tensor<$x1xf32> {\n"
    "  %y = tgc.reshape %x to [$, 1] : (tensor<4xf32>) -> tensor<$x1xf32>\n"
    "  return %y : tensor<$x1xf32>\n}",
    "func.func @main(%x: tensor<?xf32>) -> tensor<2xf32> {\n"
    "  %y = tgc.slice %x [$] [2] [1] : (tensor<?xf32>) -> tensor<2xf32>\n"
    "  return %y : tensor<2xf32>\n}",
    "func.func @main(%x: tensor<?xf32>) -> tensor<$xf32> {\n"
    "  %y = tgc.slice %x [1] [$] [$] : (tensor<?xf32>) -> tensor<$xf32>\n"
    "  return %y : tensor<$xf32>\n}",
    "func.func @main(%x: tensor<4xf32>, %v: tensor<f32>) -> tensor<?xf32> {\n"
    "  %y = tgc.pad %x, %v low [$] high [$] {interior = [$]} : "
    "(tensor<4xf32>, tensor<f32>) -> tensor<?xf32>\n"
    "  return %y : tensor<?xf32>\n}",
    "func.func @main(%x: tensor<4xf32>) -> tensor<f32> {\n"
    "  %y = tgc.reduce add %x {dims = [$]} : (tensor<4xf32>) -> tensor<f32>\n"
    "  return %y : tensor<f32>\n}",
    "func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {\n"
    "  %y = tgc.transpose %x {perm = [$, 0]} : (tensor<4x4xf32>) -> "
    "tensor<4x4xf32>\n  return %y : tensor<4x4xf32>\n}",
    "func.func @main(%x: tensor<?xf32>) -> tensor<$xf32> {\n"
    "  %y = tensor.cast %x : tensor<?xf32> to tensor<$xf32>\n"
    "  return %y : tensor<$xf32>\n}",
    "func.func @main(%x: tensor<?xf32>) -> tensor<?xi64> {\n"
    "  %c = arith.constant $ : index\n"
    "  %n = tensor.dim %x, %c : tensor<?xf32>\n"
    "  %y = tgc.iota [%n] {dim = 0} : tensor<?xi64>\n"
    "  return %y : tensor<?xi64>\n}",
    "func.func @main(%x: tensor<?xf32> {tgc.dims = [\"n\"]}, %y: "
    "tensor<?xf32> {tgc.dims = [\"$*n + $\"]}) -> tensor<?xf32> {\n"
    "  %z = tgc.add %x, %y : tensor<?xf32>\n  return %z : tensor<?xf32>\n}",
    "func.func @main(%x: tensor<?xf32> {tgc.dims = [\"$\"]}) -> "
    "tensor<?xf32> {\n  return %x : tensor<?xf32>\n}",
    "func.func private @f(%n: index {tgc.value = \"$\"}) -> tensor<?xi64> {\n"
    "  %y = tgc.iota [%n] {dim = 0} : tensor<?xi64>\n"
    "  return %y : tensor<?xi64>\n}",
    "func.func @main() {\n  %x:$ = func.call @main() : () -> ()\n  return\n}",
    "func.func @main() -> tensor<4xf32> {\n  return %x#$ : tensor<4xf32>\n}",
    "func.func @main() attributes {a = $ : i$} {\n  return\n}",
    "func.func @main() attributes {a = dense<1> : tensor<$x3xi8>} {\n"
    "  return\n}",
    "func.func @main() attributes {a = dense<1> : vector<[$]x3xi8>} {\n"
    "  return\n}",
    "func.func @main() attributes {a = dense<1> : vector<3x[ $ ]xi8>} {\n"
    "  return\n}",
    "func.func @main() attributes {a = dense<[]> : tensor<0x$xi8>} {\n"
    "  return\n}",
    "func.func @main() attributes {a = dense<\"0x01\"> : tensor<$x1xi8>} {\n"
    "  return\n}",
    "func.func @main() attributes {a = sparse<[[$]], [1]> : tensor<$xi8>} {\n"
    "  return\n}",
    "func.func @main() attributes {a = strided<[$], offset: $>} {\n"
    "  return\n}",
    "func.func @main() attributes {a = distinct[$]<1>} {\n  return\n}",
    "func.func @main() attributes {a = array<i64: $, $>} {\n  return\n}",
    "func.func @main() attributes {a = memref<$x4xf32, strided<[$, $]>>} {\n"
    "  return\n}",
    "module attributes {tgc.version = \"$.$.$\"} {}",
    "func.func @main() {\n  return loc(\"f\":$:$)\n}",
    "func.func @main() {\n^bb$:\n  return\n}",
};

TEST(HostileTextTest, SizesAreRefusedOrRight) {
  const char *const sizes[] = {"-1",
                               "0",
                               "1",
                               "2147483647",
                               "2147483649",
                               "4294967296",
                               "4611686018427387905",
                               "9223372036854775807"};
  for (const char *place : sizePlaces)
    for (const char *size : sizes) {
      std::string text = replaceAll(place, "$", size);
      SCOPED_TRACE(text);
      expectHarmless(text);
    }
}

TEST(HostileTextTest, EverySizePlaceIsOneWithoutHarm) {
  // Or the places above would test how MLIR refuses nonsense. 4 fits all types
  // but those that have elements, or names, of their own.
  size_t accepted = 0;
  for (const char *place : sizePlaces)
    accepted += parse(replaceAll(place, "$", "1")).ok() ||
                parse(replaceAll(place, "$", "4")).ok() ||
                parse(replaceAll(place, "$", "0")).ok();
  EXPECT_GE(accepted, 34u) << "of " << std::size(sizePlaces);
}

TEST(HostileTextTest, ProgramsNestAsDeepAsTheLimit) {
  auto nested = [](size_t levels) {
    return program("a = " + repeat("[", levels) + repeat("]", levels));
  };
  EXPECT_TRUE(parse(nested(62)).ok()); // in two braces
  absl::Status status = parse(nested(63));
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  Limits limits;
  limits.nesting = 100;
  EXPECT_TRUE(parse(nested(98), limits).ok());
}

TEST(HostileTextTest, AliasesNestAsDeepAsWhatTheyStandFor) {
  std::string aliases = "#a = [[[[[[[[[[1]]]]]]]]]]\n#b = [[[[[[[[[[#a, "
                        "#a]]]]]]]]]]\n#c = [[[[[[[[[[#b, #a]]]]]]]]]]\n";
  auto use = [&](size_t levels) {
    return parse(program(
        "a = " + repeat("[", levels) + "#c" + repeat("]", levels), aliases));
  };
  EXPECT_TRUE(use(32).ok()) << use(32);
  EXPECT_TRUE(absl::IsResourceExhausted(use(33))) << use(33);
}

TEST(HostileTextTest, ProgramsOfManyLocationsLoad) {
  // 40 calls, written out in one another, of 5000 places each.
  std::string text = program("") + "#loc = loc(\"f.py\":1:1)\n";
  for (int i = 1; i < 5000; ++i)
    text += "#loc" + std::to_string(i) + " = loc(\"node_" + std::to_string(i) +
            "\"(#loc))\n";
  text += "#call0 = loc(callsite(#loc1 at #loc2))\n";
  for (int i = 1; i < 40; ++i)
    text += "#call" + std::to_string(i) + " = loc(callsite(#loc" +
            std::to_string(i) + " at #call" + std::to_string(i - 1) + "))\n";
  EXPECT_TRUE(parse(text).ok()) << parse(text);
}

TEST(HostileTextTest, TextNeedsNoZeroByteBehindIt) {
  std::string text = program("");
  std::string around = text + "garbage";
  auto context = makeContext();
  EXPECT_TRUE(
      parseText(context.get(), llvm::StringRef(around).take_front(text.size()))
          .ok());
}

TEST(HostileTextTest, BytecodeIsNotText) {
  auto context = makeContext();
  auto module = parseText(context.get(), program(""));
  ASSERT_TRUE(module.ok()) << module.status();
  auto bytes = writeBytecode(**module);
  ASSERT_TRUE(bytes.ok()) << bytes.status();
  absl::Status status = parseText(context.get(), *bytes).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_EQ(errorId(status), "TGC-E0204");
  EXPECT_TRUE(readBytecode(context.get(), *bytes).ok());
}

TEST(HostileTextTest, RefusalsSayWhereAndWhat) {
  auto messageOf = [](const std::string &text) {
    return std::string(scanText(text, Limits{}, "f.mlir").message());
  };
  EXPECT_EQ(messageOf("\n\n#s = affine_set<(d0) : (d0 >= 0)>"),
            "f.mlir:3: 'affine_set' cannot stand in a tgc program; expected no "
            "affine maps or sets\n  fix: remove it");
  EXPECT_EQ(messageOf("(!a->i1)"),
            "f.mlir:1: '->' stands directly behind a name\n"
            "  fix: write a blank between the two");
  EXPECT_EQ(messageOf("#tgc.dtype<// >\nf32>"),
            "f.mlir:1: a comment stands between the '<' and '>' of an "
            "attribute or type\n  fix: move it in front");
  EXPECT_EQ(messageOf("%y:4000000000 = call @f() : () -> (i1)"),
            "f.mlir:1: %y:4000000000 declares more results than the text has "
            "types\n  fix: correct the number");
  EXPECT_EQ(messageOf("%y:2 = call @f()\nreturn %y#2"),
            "f.mlir:2: %y#2 is no result of an op above\n"
            "  fix: correct the number");
  EXPECT_EQ(messageOf("{-# dialect_resources: {a: {b: \"0x0400\"}} #-}"),
            "f.mlir:1: a resource has no alignment; expected \"0x\" and 8 or "
            "more hexadecimal digits\n  fix: write its alignment in front of "
            "its bytes, as in \"0x04000000...\"");
  EXPECT_EQ(messageOf("tensor<?x 4294967296 // \r\n x4294967296xsi65>"),
            "f.mlir:1: the shape ?x4294967296x4294967296x... has more elements "
            "than the limit of 1099511627776 (Limits::elements)\n"
            "  fix: use smaller sizes, or raise the limit");
  EXPECT_EQ(messageOf("tensor<?x4xsi65>"),
            "f.mlir:1: 'x4xsi65' is an integer type of 65 bits; expected at "
            "most 64\n  fix: use a dtype of tgc");
}

TEST(HostileTextTest, TextThatOnlyLooksHostilePasses) {
  for (std::string text :
       {"// affine_map [[[[", "\"affine_map\"", "#affine_map", "@i128", "%i65",
        "affine_maps", "dense<0x4190000000>", "{i = 1 : i64, x = ui8}",
        "%y:2 = call @f()\nreturn %y#1, %z#0", "#tgc.dtype<f32> // >",
        "dense<\"0x00000040\">", "(i1) -> i1"})
    EXPECT_TRUE(scanText(text, Limits{}, "-").ok()) << text;
}

TEST(HostileTextTest, ResourcesAreAlignedToAFewBytes) {
  auto resource = [](const std::string &bytes) {
    return parse("func.func @main() -> tensor<1xf32> {\n"
                 "  %y = tgc.constant dense_resource<w> : tensor<1xf32>\n"
                 "  return %y : tensor<1xf32>\n}\n{-#\n"
                 "  dialect_resources: {builtin: {w: \"0x" +
                 bytes + "\"}}\n#-}\n");
  };
  for (std::string alignment : {"01", "04", "08", "40"})
    EXPECT_TRUE(resource(alignment + "0000000000803F").ok()) << alignment;
  for (std::string bytes :
       {"", "04", "040000", "000000000000803F", "030000000000803F",
        "800000000000803F", "000000400000803F", "000000800000803F",
        "FFFFFFFF0000803F", "zz0000000000803F"})
    EXPECT_TRUE(absl::IsInvalidArgument(resource(bytes))) << bytes;
}

TEST(HostileTextTest, TypesAreWithinTheLimitHoweverTheyCameToBe) {
  auto context = makeContext();
  std::string text =
      "func.func @main(%x: tensor<3x5xf32>) -> tensor<3x5xf32> {\n"
      "  return %x : tensor<3x5xf32>\n}";
  auto module =
      mlir::parseSourceString<mlir::ModuleOp>(text, context.get(), "-");
  ASSERT_TRUE(module);
  Limits limits;
  limits.elements = 15;
  EXPECT_TRUE(checkContents(*module, limits).ok());
  limits.elements = 14;
  absl::Status status = checkContents(*module, limits);
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("argument 0 of function 'main' has type "
                        "tensor<3x5xf32>, of more elements than the limit of "
                        "14 (Limits::elements)"));
}

TEST(HostileTextTest, AnalysisOfCallsIsLinear) {
  // 16 functions that call the next one twice: 400 000 ops written out.
  std::string text;
  const std::string type = "tensor<?xf32>";
  for (int i = 0; i < 16; ++i) {
    std::string call = "func.call @f" + std::to_string(i + 1) + "(%0) : (" +
                       type + ") -> " + type + "\n";
    text += "func.func private @f" + std::to_string(i) + "(%0: " + type +
            ") -> " + type + " {\n  %1 = " + call +
            "  %2 = " + replaceAll(call, "%0", "%1") + "  return %2 : " + type +
            "\n}\n";
  }
  text += "func.func private @f16(%0: " + type + ") -> " + type +
          " {\n  return %0 : " + type + "\n}\n";
  double start = cpuSeconds();
  EXPECT_TRUE(parse(text).ok()) << parse(text);
  EXPECT_LT(cpuSeconds() - start, 2);
}

} // namespace
} // namespace tgc::ir
